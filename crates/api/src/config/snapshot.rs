//! Snapshots of state and view, from which a start goes on: when they are written.

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of snapshots. One is written at shutdown, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Snapshot {
    /// Events after which one is written: 1 to 1,000,000,000, default 1,000,000.
    pub every_events: u64,
    /// How long, in seconds, until one is written of what was recorded since the last: 1 to 604,800, default 3,600.
    pub every_seconds: u64,
    /// The events that a log has before any is written: 0 to 1,000,000,000,000, default 20,000. A short log is replayed
    /// as soon as a snapshot of it is read.
    pub least_events: u64,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self { every_events: 1_000_000, every_seconds: 3_600, least_events: 20_000 }
    }
}

impl Snapshot {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("snapshot.every_events", self.every_events, 1..=1_000_000_000)?;
        bounded("snapshot.every_seconds", self.every_seconds, 1..=604_800)?;
        bounded("snapshot.least_events", self.least_events, 0..=1_000_000_000_000)
    }
}
