//! Past views (`at`): how many are kept, and for how long.

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of past views (`at`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Views {
    /// Past views that are kept, each with what lists were made of it: 0 to 1,000, default 16.
    pub past_max: usize,
    /// How many events may be recorded until a past view that was made before them is made anew: 0 to 1,000,000,000,
    /// default 100,000. A kept view keeps alive what the newest one had when it was made.
    pub past_behind_max: u64,
}

impl Default for Views {
    fn default() -> Self {
        Self { past_max: 16, past_behind_max: 100_000 }
    }
}

impl Views {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("views.past_max", self.past_max, 0..=1_000)?;
        bounded("views.past_behind_max", self.past_behind_max, 0..=1_000_000_000)?;
        Ok(())
    }
}
