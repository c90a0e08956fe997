//! `daftar vault`: makes, checks and rotates the vault of a stopped server, and exports what it has of a person.
//!
//! Must never print a key. An export is a reading: it stands in the access log before anything is printed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use daftar_domain::ledger::{Clock, SystemClock};
use daftar_domain::policy::Actor;
use daftar_domain::value::PersonId;
use daftar_domain::vault::{Held, OperatorKey, Purpose, Reading, Subject, Vault, VaultError};
use serde_json::json;

use super::{Failure, Place};
use crate::error::request_id;
use crate::server::open_vault;

mod gc;

/// Arguments of `daftar vault`.
#[derive(Debug, Args)]
pub struct VaultCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a vault in the data folder, and the operator's key in a new file of mode 0600.
    Init {
        /// The file of the operator's key; keep it, and its backups, apart from the data folder and its backups.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Replaces the master key; with --new-key the operator's key too, whose new file is made.
    Rotate {
        /// The new file of the operator's key.
        #[arg(long, value_name = "FILE")]
        new_key: Option<PathBuf>,
    },
    /// Opens every key, every value and the chain of the access log.
    Verify,
    /// Counts the values that no line of the log commits to: of commands that a crash cut off, and of events that a log
    /// restored from an older copy has lost.
    Gc {
        /// Forgets them, for good. Not before it is certain that no newer copy of the log will be restored.
        #[arg(long)]
        forget: bool,
    },
    /// Prints everything that the vault has of a person, as JSON; the reading is noted.
    Export {
        /// The UUID of the person.
        #[arg(long, value_name = "UUID")]
        person: String,
        /// What it is read for.
        #[arg(long, value_enum, default_value = "person-request")]
        purpose: ExportPurpose,
    },
}

/// What an export is made for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExportPurpose {
    /// The person asked for the data.
    PersonRequest,
    /// A court or authority asked for it.
    AuthorityRequest,
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::new(format!("{}: {error}", error.code()))
    }
}

impl VaultCommand {
    /// Does what was asked.
    ///
    /// # Errors
    /// One line with a code: a file that is there or missing, a key that others can read or that does not open the
    /// vault, damage, a server that is running.
    pub fn run(self) -> Result<(), Failure> {
        let config = self.place.config(None)?;
        match self.command {
            Command::Init { key } => {
                let folder = config.data.join("vault");
                if folder.join("keys").exists() {
                    return Err(VaultError::Exists(folder).into());
                }
                Vault::create(&folder, &OperatorKey::create(&key)?)?;
                println!("a vault in {}; its operator's key is in {}", folder.display(), key.display());
            }
            Command::Rotate { new_key } => {
                let vault = open_vault(&config)?;
                // The present key is asked for before a new file is made.
                vault.verify()?;
                match new_key {
                    Some(path) => vault.rotate(&OperatorKey::create(&path)?)?,
                    None => vault.replace_master()?,
                }
                println!("rotated");
            }
            Command::Verify => {
                let found = open_vault(&config)?.verify()?;
                println!(
                    "{} subjects with {} values, {} erased, {} readings: all open",
                    found.subjects, found.values, found.erased, found.readings
                );
            }
            Command::Gc { forget } => gc::run(config, forget)?,
            Command::Export { person, purpose } => export(&open_vault(&config)?, &person, purpose)?,
        }
        Ok(())
    }
}

fn export(vault: &Vault, person: &str, purpose: ExportPurpose) -> Result<(), Failure> {
    let subject = Subject::Person(PersonId::parse(person).map_err(Failure::new)?);
    let (fields, wanted): (Vec<_>, Vec<_>) = vault.fields(subject).into_iter().unzip();
    let reading = Reading {
        at: SystemClock.now(),
        actor: Actor::LOCAL.id,
        role: Actor::LOCAL.role,
        subject,
        fields: fields.clone(),
        request: request_id(),
        purpose: match purpose {
            ExportPurpose::PersonRequest => Purpose::PersonRequest,
            ExportPurpose::AuthorityRequest => Purpose::AuthorityRequest,
        },
    };
    let held = vault.read_for(reading, &wanted)?;
    let values: Vec<_> = fields
        .iter()
        .zip(&wanted)
        .zip(&held)
        .filter_map(|((field, commitment), held)| match held {
            Held::Present(opening) => {
                Some(json!({ "field": field, "value": opening.value.reveal(), "commitment": commitment }))
            }
            Held::Erased | Held::Missing => None,
        })
        .collect();
    let told = json!({ "subject": subject, "erased": vault.is_erased(subject), "values": values });
    println!("{told:#}");
    Ok(())
}
