//! Personal data: where the key that unlocks it lies, and how often it is noted who read them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vault {
    /// The file that holds the operator's key, of mode 0600. Without one the environment's `DAFTAR_VAULT_KEY` is the
    /// key; without either the vault is closed.
    pub key_file: Option<PathBuf>,
    /// How often the head of the access log is noted in the log, in seconds: 1 to 86,400, default 3,600. Nothing is noted
    /// while nothing was read.
    pub note_every_seconds: u64,
}

impl Default for Vault {
    fn default() -> Self {
        Self { key_file: None, note_every_seconds: 3_600 }
    }
}

impl Vault {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("vault.note_every_seconds", self.note_every_seconds, 1..=86_400)
    }
}
