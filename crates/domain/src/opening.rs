//! The opening of a log: its first event says what it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;

/// The clock that recorded times come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that follows the histories of a made-up set, and ends before the set was recorded.
    Simulated,
}

/// A log was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogOpened {
    /// What the log is called in checkpoints: host and path, without a scheme.
    pub origin: String,
    /// The format version of its lines and records.
    pub format: u8,
    /// Where recorded times come from.
    pub clock: Clock,
    /// The set and seed that a demonstration log was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo: Option<String>,
}

/// An older shape, for the tests of upcasting: no released version is older than 1.
#[cfg(test)]
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LogOpenedV0 {
    /// What it was called then, without a path.
    host: String,
}

#[cfg(test)]
impl From<LogOpenedV0> for LogOpened {
    fn from(old: LogOpenedV0) -> Self {
        Self { origin: format!("{}/registry", old.host), format: 1, clock: Clock::Simulated, demo: None }
    }
}

events! {
    /// What happens to the log itself.
    pub enum OpeningEvent {
        /// The log was opened.
        LogOpened = 1 from { #[cfg(test)] 0: LogOpenedV0 },
    }
}

/// What is known of the log itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Opening {
    #[serde(with = "crate::event::stored")]
    opened: Option<LogOpened>,
}

impl Opening {
    /// The first event, once there is one.
    pub fn opened(&self) -> Option<&LogOpened> {
        self.opened.as_ref()
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: &OpeningEvent) {
        let OpeningEvent::LogOpened(opened) = event;
        self.opened = Some(opened.clone());
    }
}
