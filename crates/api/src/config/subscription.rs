//! Subscriptions: how many, and how patient the server is with each.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of subscriptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Subscription {
    /// WebSocket and SSE connections at a time: 1 to 10,000, default 256.
    pub connections_max: usize,
    /// Subscriptions of one connection: 1 to 100, default 16.
    pub per_connection_max: usize,
    /// How long a client may take to open the protocol, in seconds: 1 to 60, default 5.
    pub init_max_seconds: u64,
    /// How long an item may wait for a slow client, in seconds: 1 to 300, default 20.
    pub send_max_seconds: u64,
    /// How long a live query rests after an answer before the next, in milliseconds: 0 to 60,000, default 250.
    pub live_rest_milliseconds: u64,
    /// How often the position is told when nothing matches, in seconds: 1 to 300, default 10.
    pub progress_seconds: u64,
}

impl Default for Subscription {
    fn default() -> Self {
        Self {
            connections_max: 256,
            per_connection_max: 16,
            init_max_seconds: 5,
            send_max_seconds: 20,
            live_rest_milliseconds: 250,
            progress_seconds: 10,
        }
    }
}

impl Subscription {
    /// How long a live query rests after an answer.
    pub fn live_rest(&self) -> Duration {
        Duration::from_millis(self.live_rest_milliseconds)
    }

    /// How often the position is told when nothing matches.
    pub fn progress(&self) -> Duration {
        Duration::from_secs(self.progress_seconds)
    }

    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("subscription.connections_max", self.connections_max, 1..=10_000)?;
        bounded("subscription.per_connection_max", self.per_connection_max, 1..=100)?;
        bounded("subscription.init_max_seconds", self.init_max_seconds, 1..=60)?;
        bounded("subscription.send_max_seconds", self.send_max_seconds, 1..=300)?;
        bounded("subscription.live_rest_milliseconds", self.live_rest_milliseconds, 0..=60_000)?;
        bounded("subscription.progress_seconds", self.progress_seconds, 1..=300)?;
        Ok(())
    }
}
