//! `daftar unit`: the systemd unit that runs the server in a sandbox.

use std::io::Write;

use clap::Args;

use super::Failure;

/// The unit; its exposure is 1.2 of 10 by `systemd-analyze security --offline=true`.
const UNIT: &str = include_str!("unit/daftar.service");

/// Arguments of `daftar unit`.
#[derive(Debug, Args)]
pub struct PrintUnit {}

impl PrintUnit {
    /// Prints the unit.
    ///
    /// # Errors
    /// When stdout takes nothing.
    pub fn run(self) -> Result<(), Failure> {
        std::io::stdout().write_all(UNIT.as_bytes()).map_err(Failure::new)
    }
}
