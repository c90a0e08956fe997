//! Daftar's GraphQL face: the read model that is folded from the log, the questions that it answers, the commands that
//! it takes, and the server and command line around them.

pub mod demo;
