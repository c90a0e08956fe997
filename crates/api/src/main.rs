//! The `daftar` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    daftar_api::cli::main()
}
