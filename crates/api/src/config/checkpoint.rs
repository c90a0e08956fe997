//! Signed checkpoints: by which keys, and how often.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of signed checkpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checkpoint {
    /// The file of the keys that sign, made by `daftar keys new`. None by default: nothing is signed, and proofs lead to
    /// roots that nobody vouches for.
    pub keys: Option<PathBuf>,
    /// The longest that an event waits for a checkpoint, in seconds: 1 to 86,400, default 10.
    pub every_seconds: u64,
    /// Events after which a checkpoint is signed at once: 1 to 1,000,000,000, default 10,000.
    pub every_events: u64,
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self { keys: None, every_seconds: 10, every_events: 10_000 }
    }
}

impl Checkpoint {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("checkpoint.every_seconds", self.every_seconds, 1..=86_400)?;
        bounded("checkpoint.every_events", self.every_events, 1..=1_000_000_000)?;
        Ok(())
    }
}
