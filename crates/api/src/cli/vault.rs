//! `daftar vault`: makes, checks and rotates the vault of a stopped server, and hands out what it has of a person.
//!
//! Must never print a key. Whatever is handed out is a reading: it stands in the access log before anything is printed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use daftar_domain::ledger::{Clock, SystemClock};
use daftar_domain::policy::{Actor, Warrant};
use daftar_domain::vault::{Field, OperatorKey, Purpose, Reading, Subject, Vault, VaultError};

use super::{Failure, Place};
use crate::request_id::request_id;
use crate::server::open_vault;

mod export;
mod gc;
mod opening;
mod verify;

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
    /// Opens every key, every value and the chain of the access log, and holds that against what the log says of it.
    Verify {
        /// How many cuts of the access log are known already; one more is an error.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        known_cuts: usize,
    },
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
        purpose: ReadingPurpose,
    },
    /// Prints who has read values, when, in which request and for what: one JSON each, the oldest first.
    Readings {
        /// The UUID of the person whose values were read [default: everybody].
        #[arg(long, value_name = "UUID")]
        person: Option<String>,
    },
    /// Hands out one value with the salt that opens its commitment, for an auditor; the reading is noted.
    Open {
        /// The position of the event that has the commitment.
        #[arg(long, value_name = "POSITION")]
        position: u64,
        /// Which value: name, nationalCode, telephone, email, address or reasonText.
        #[arg(long, value_name = "FIELD")]
        field: String,
        /// What it is read for.
        #[arg(long, value_enum, default_value = "audit")]
        purpose: ReadingPurpose,
        /// The new file, of mode 0600.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What values are read for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReadingPurpose {
    /// The person asked for the data.
    PersonRequest,
    /// A court or authority asked for it.
    AuthorityRequest,
    /// An inspection or a case that is under way.
    Inspection,
    /// An audit.
    Audit,
}

impl From<ReadingPurpose> for Purpose {
    fn from(purpose: ReadingPurpose) -> Self {
        match purpose {
            ReadingPurpose::PersonRequest => Self::PersonRequest,
            ReadingPurpose::AuthorityRequest => Self::AuthorityRequest,
            ReadingPurpose::Inspection => Self::Inspection,
            ReadingPurpose::Audit => Self::Audit,
        }
    }
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
            Command::Verify { known_cuts } => verify::run(&config, known_cuts)?,
            Command::Gc { forget } => gc::run(config, forget)?,
            Command::Export { person, purpose } => {
                export::run(&open_vault(&config)?, &person, purpose.into())?
            }
            Command::Readings { person } => export::readings(&open_vault(&config)?, person.as_deref())?,
            Command::Open { position, field, purpose, out } => {
                opening::run(&config, position, &field, purpose.into(), &out)?;
            }
        }
        Ok(())
    }
}

/// A reading by whoever sits at the machine, now.
fn reading(subject: Subject, fields: Vec<Field>, purpose: Purpose) -> Reading {
    Reading {
        at: SystemClock.now(),
        actor: Actor::LOCAL.id,
        role: Warrant::LOCAL.role,
        subject,
        fields,
        request: request_id(),
        purpose,
    }
}
