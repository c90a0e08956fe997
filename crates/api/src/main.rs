//! The `daftar` command.

fn main() {}
