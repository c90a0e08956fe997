//! Personal data: where the key that unlocks it lies.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vault {
    /// The file that holds the operator's key, of mode 0600. Without one the environment's `DAFTAR_VAULT_KEY` is the
    /// key; without either the vault is closed.
    pub key_file: Option<PathBuf>,
}
