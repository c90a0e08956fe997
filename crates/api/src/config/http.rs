//! Requests over HTTP: how large, how long, how many, of whom.

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of requests over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The largest body, in bytes: 1 KiB to 64 MiB, default 4 MiB (500 commands fit).
    pub body_max_bytes: usize,
    /// Names, besides localhost and loopback addresses, by which clients may ask for this server (`Host`, without a port):
    /// those of a proxy in front of it. Default none; any number.
    pub hosts: Vec<String>,
    /// Origins of other pages that may ask, as browsers write them (`https://portal.example`). Default none; any number.
    pub cors_origins: Vec<String>,
    /// How long a client may take to send a body, in seconds: 1 to 3,600, default 30.
    pub body_max_seconds: u64,
    /// How long a client may take to send a request's head, and may be idle before it, in seconds: 1 to 3,600, default
    /// 30.
    pub head_max_seconds: u64,
    /// How long a client may take none of the bytes of an answer, in seconds: 1 to 3,600, default 30.
    pub write_max_seconds: u64,
    /// Connections at a time: 1 to 1,000,000, default 16,384. One more is closed at once.
    pub connections_max: usize,
    /// Requests that are executed at a time: 1 to 1,000,000, default 1,024. One more is answered OVERLOADED.
    pub requests_max: usize,
    /// How long a request may be executed, in seconds: 1 to 3,600, default 30.
    pub request_max_seconds: u64,
    /// How long a request waits for its `minPosition`, in seconds: 0 to 60, default 5.
    pub min_position_max_seconds: u64,
    /// The largest answer, in bytes: 64 KiB to 1 GiB, default 16 MiB.
    pub answer_max_bytes: usize,
    /// Requests and subscriptions that one client (an IPv4 address, or 64 bits of an IPv6 one) may ask each second: 0 to
    /// 1,000,000, default 0, which sets no rate.
    pub rate_per_second: u32,
    /// How many of them may come at once: 1 to 1,000,000, default 100.
    pub rate_burst: u32,
    /// How long a stopping server waits for open connections, in seconds: 0 to 300, default 10.
    pub shutdown_max_seconds: u64,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            body_max_bytes: 4 << 20,
            body_max_seconds: 30,
            head_max_seconds: 30,
            connections_max: 16_384,
            requests_max: 1_024,
            request_max_seconds: 30,
            min_position_max_seconds: 5,
            answer_max_bytes: 16 << 20,
            rate_per_second: 0,
            rate_burst: 100,
            hosts: Vec::new(),
            cors_origins: Vec::new(),
            write_max_seconds: 30,
            shutdown_max_seconds: 10,
        }
    }
}

impl Http {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("http.body_max_bytes", self.body_max_bytes, 1 << 10..=64 << 20)?;
        bounded("http.body_max_seconds", self.body_max_seconds, 1..=3_600)?;
        bounded("http.head_max_seconds", self.head_max_seconds, 1..=3_600)?;
        bounded("http.write_max_seconds", self.write_max_seconds, 1..=3_600)?;
        bounded("http.connections_max", self.connections_max, 1..=1_000_000)?;
        bounded("http.requests_max", self.requests_max, 1..=1_000_000)?;
        bounded("http.request_max_seconds", self.request_max_seconds, 1..=3_600)?;
        bounded("http.min_position_max_seconds", self.min_position_max_seconds, 0..=60)?;
        bounded("http.answer_max_bytes", self.answer_max_bytes, 64 << 10..=1 << 30)?;
        bounded("http.rate_per_second", self.rate_per_second, 0..=1_000_000)?;
        bounded("http.rate_burst", self.rate_burst, 1..=1_000_000)?;
        bounded("http.shutdown_max_seconds", self.shutdown_max_seconds, 0..=300)?;
        match self.cors_origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => Err(ConfigError::NoOrigin(origin.clone())),
            None => Ok(()),
        }
    }
}

/// Whether a text is an origin as browsers send it: scheme, host in lower case and port, nothing after.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte);
    ["http", "https"].contains(&scheme) && !authority.is_empty() && authority.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_sends_is_an_origin() {
        let checked =
            |origin: &str| Http { cors_origins: vec![origin.to_owned()], ..Http::default() }.checked();
        for origin in ["https://portal.example", "http://localhost:5173", "http://[::1]:80"] {
            assert_eq!(checked(origin), Ok(()));
        }
        for origin in
            ["*", "portal.example", "https://", "https://portal.example/", "https://Portal.example", "null"]
        {
            assert_eq!(checked(origin), Err(ConfigError::NoOrigin(origin.to_owned())));
        }
    }
}
