//! The writer: what may wait for it, and what it needs of the machine.

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of the writer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    /// Commands that may wait for the writer: 1 to 1,000,000, default 4,096.
    pub queue_max: usize,
    /// How far the clock may be behind the log when it is opened, in seconds: 0 to 86,400, default 5.
    pub clock_behind_max_seconds: u64,
    /// What the file system must have left for `/readyz` to say ready, in bytes: 0 to 1 TiB, default 64 MiB.
    pub disk_free_min_bytes: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { queue_max: 4_096, clock_behind_max_seconds: 5, disk_free_min_bytes: 64 << 20 }
    }
}

impl Ledger {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("ledger.queue_max", self.queue_max, 1..=1_000_000)?;
        bounded("ledger.clock_behind_max_seconds", self.clock_behind_max_seconds, 0..=86_400)?;
        bounded("ledger.disk_free_min_bytes", self.disk_free_min_bytes, 0..=1 << 40)?;
        Ok(())
    }
}
