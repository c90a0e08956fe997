//! The `daftar` command: its subcommands, and how they end.
//!
//! What goes wrong is one line on stderr and an exit code other than 0; nothing is half told.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Overrides};

pub mod audit;
pub mod demo;
pub mod import;
pub mod keys;
pub mod policy;
pub mod schema;
pub mod serve;
pub mod unit;
pub mod vault;

/// The national record of small industries: served in GraphQL, replayed by auditors.
#[derive(Debug, Parser)]
#[command(name = "daftar", version, about)]
struct Daftar {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the record in GraphQL.
    Serve(serve::Serve),
    /// Records the national reference set, a made-up registry that adds up to the published figures.
    Demo(demo::RecordDemo),
    /// Takes over what an agency's spreadsheet says.
    Import(import::args::ImportFile),
    /// Verifies, exports, restores and proves the record.
    Audit(audit::Audit),
    /// Makes and rotates the keys that sign checkpoints.
    Keys(keys::Keys),
    /// Makes, checks and rotates the vault of personal data, and exports what it has of a person.
    Vault(vault::VaultCommand),
    /// Prints who may do and read what.
    Policy(policy::PrintPolicy),
    /// Writes what is published of the schema: GraphQL, event types, codes.
    Schema(schema::WriteSchema),
    /// Prints a systemd unit that runs the server in a sandbox.
    Unit(unit::PrintUnit),
}

/// Where the record is, and where the settings are.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// The folder that holds the record [default: daftar-data].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE", env = "DAFTAR_CONFIG")]
    pub config: Option<PathBuf>,
}

impl Place {
    /// The settings, with what flags say before everything else.
    ///
    /// # Errors
    /// See [`Config::load`].
    pub fn config(&self, listen: Option<String>) -> Result<Config, ConfigError> {
        Config::load(self.config.as_deref(), &Overrides { data: self.data.clone(), listen })
    }
}

/// Why a command ended without doing what it was asked: one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// The failure that this tells of.
    pub fn new(why: impl std::fmt::Display) -> Self {
        // One line, whatever a library has to say.
        Self(why.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl Failure {
    /// What is wrong with a setting.
    fn of_settings(why: impl std::fmt::Display) -> Self {
        Self::new(format_args!("settings: {why}"))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(error)
    }
}

/// Runs what the arguments of this process ask for.
pub fn main() -> ExitCode {
    let done = match Daftar::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Demo(demo) => demo.run(),
        Command::Import(import) => import.run(),
        Command::Audit(audit) => audit.run().map_err(Failure::new),
        Command::Keys(keys) => keys.run().map_err(Failure::new),
        Command::Vault(vault) => vault.run(),
        Command::Policy(policy) => policy.run(),
        Command::Schema(schema) => schema.run(),
        Command::Unit(unit) => unit.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Whoever started it may have closed stderr, or sent it to a full disk.
            let _ = writeln!(std::io::stderr(), "daftar: {failure}");
            ExitCode::FAILURE
        }
    }
}
