//! Every setting with its default and its bounds.
//!
//! Flags go before environment variables (`DAFTAR_HTTP__BODY_MAX_BYTES`), those before the file, and that before the
//! defaults. A key that is not listed here is refused by its name, and so is a value outside its bounds: nothing is
//! ignored or clamped in silence.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that holds the log. Default `daftar-data`, below the current folder.
    pub data: PathBuf,
    /// Where to listen. Default `127.0.0.1:8080`; without an identity provider only loopback addresses.
    pub listen: SocketAddr,
    /// Which of the program's own messages go to stderr, as a `tracing` filter. Default `warn`.
    pub log: String,
    /// Requests over HTTP.
    pub http: Http,
    /// Documents and answers.
    pub graphql: GraphQl,
    /// Past views.
    pub views: Views,
    /// Subscriptions.
    pub subscription: Subscription,
    /// The writer.
    pub ledger: Ledger,
    /// Signed checkpoints.
    pub checkpoint: Checkpoint,
    /// What operators watch.
    pub metrics: Metrics,
    /// Personal data.
    pub vault: Vault,
}

/// Settings of personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vault {
    /// The file that holds the operator's key, of mode 0600. Without one the environment's `DAFTAR_VAULT_KEY` is the
    /// key; without either the vault is closed.
    pub key_file: Option<PathBuf>,
}

/// Settings of requests over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The largest body, in bytes: 1 KiB to 64 MiB, default 4 MiB (500 commands fit).
    pub body_max_bytes: usize,
    /// Names, besides localhost and loopback addresses, by which clients may ask for this server (`Host`, without a port):
    /// those of a proxy in front of it. Default none; any number.
    pub hosts: Vec<String>,
    /// How long a stopping server waits for open connections, in seconds: 0 to 300, default 10.
    pub shutdown_max_seconds: u64,
}

/// Settings of documents and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphQl {
    /// The longest document, in bytes: 1 KiB to 1 MiB, default 64 KiB. Large values go into variables.
    pub document_max_bytes: usize,
    /// The tokens of a document: 100 to 100,000, default 4,000.
    pub tokens_max: usize,
    /// Brackets inside each other, of any kind: 8 to 64, default 64.
    pub nesting_max: usize,
    /// The deepest selection: 4 to 64, default 16. Introspection has a bound of its own, which its clients fit.
    pub depth_max: usize,
    /// Selections of a document with its fragments expanded: 10 to 100,000, default 2,000.
    pub selections_max: usize,
    /// Aliases of a document: 0 to 10,000, default 500.
    pub aliases_max: usize,
    /// Directives of a document: 0 to 10,000, default 200.
    pub directives_max: usize,
    /// The costliest question, in fields that its answer may have, lists counted by their `first` or `last`: 100 to
    /// 100,000,000, default 50,000.
    pub cost_max: u64,
    /// Parsed documents that are kept: 0 to 100,000, default 1,024.
    pub documents_cached_max: usize,
    /// Finished answers that are kept: 0 to 1,000,000, default 4,096.
    pub answers_cached_max: usize,
    /// Bytes of finished answers that are kept: 0 to 4 GiB, default 64 MiB.
    pub answers_cached_max_bytes: usize,
    /// Commands of one `submit`: 1 to 500, default 500.
    pub submit_max: usize,
}

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
    /// How often the position is told when nothing matches, in seconds: 1 to 300, default 10.
    pub progress_seconds: u64,
}

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

/// Settings of metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Where `/metrics`, `/healthz` and `/readyz` are served for operators alone. None by default: then a loopback
    /// listener serves them beside everything else, and any other one only the latter two.
    pub listen: Option<SocketAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "daftar-data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            log: "warn".into(),
            http: Http::default(),
            graphql: GraphQl::default(),
            views: Views::default(),
            subscription: Subscription::default(),
            ledger: Ledger::default(),
            checkpoint: Checkpoint::default(),
            metrics: Metrics::default(),
            vault: Vault::default(),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { body_max_bytes: 4 << 20, hosts: Vec::new(), shutdown_max_seconds: 10 }
    }
}

impl Default for GraphQl {
    fn default() -> Self {
        Self {
            document_max_bytes: 64 << 10,
            tokens_max: 4_000,
            nesting_max: 64,
            depth_max: 16,
            selections_max: 2_000,
            aliases_max: 500,
            directives_max: 200,
            cost_max: 50_000,
            documents_cached_max: 1_024,
            answers_cached_max: 4_096,
            answers_cached_max_bytes: 64 << 20,
            submit_max: 500,
        }
    }
}

impl Default for Views {
    fn default() -> Self {
        Self { past_max: 16, past_behind_max: 100_000 }
    }
}

impl Default for Subscription {
    fn default() -> Self {
        Self {
            connections_max: 256,
            per_connection_max: 16,
            init_max_seconds: 5,
            send_max_seconds: 20,
            progress_seconds: 10,
        }
    }
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self { keys: None, every_seconds: 10, every_events: 10_000 }
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self { queue_max: 4_096, clock_behind_max_seconds: 5, disk_free_min_bytes: 64 << 20 }
    }
}

impl Subscription {
    /// How often the position is told when nothing matches.
    pub fn progress(&self) -> Duration {
        Duration::from_secs(self.progress_seconds)
    }
}

/// What flags may set; they go before everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overrides {
    /// `--data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
}

/// Why the settings can't be used, in one line that names the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file that was asked for isn't there or can't be read.
    #[error("settings file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A key that is not listed, or a value of another kind.
    #[error("settings: {0}")]
    Malformed(String),
    /// A value outside its bounds.
    #[error("settings: {key} is {value}; it may be from {least} to {most}")]
    OutOfBounds {
        /// The key, dotted.
        key: &'static str,
        /// Its value.
        value: String,
        /// The least value.
        least: String,
        /// The greatest value.
        most: String,
    },
    /// An address that others can reach.
    #[error(
        "settings: listen is {0}, which others can reach; without an identity provider only loopback addresses are served"
    )]
    NotLoopback(SocketAddr),
}

impl Config {
    /// The settings from a file (if one is named), the environment and flags.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::File { path: path.to_owned(), reason: error.to_string() })?;
            figment = figment.merge(Toml::string(&text));
        }
        let environment = Env::prefixed("DAFTAR_").ignore(&["config", "vault_key"]).split("__");
        figment
            .merge(environment)
            .merge(Serialized::defaults(overrides))
            .extract::<Self>()
            .map_err(|error| ConfigError::Malformed(told(&error)))?
            .checked()
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let Self { http, graphql, views, subscription, ledger, checkpoint, .. } = &self;
        bounded("http.body_max_bytes", http.body_max_bytes, 1 << 10..=64 << 20)?;
        bounded("http.shutdown_max_seconds", http.shutdown_max_seconds, 0..=300)?;
        bounded("graphql.depth_max", graphql.depth_max, 4..=64)?;
        bounded("graphql.document_max_bytes", graphql.document_max_bytes, 1 << 10..=1 << 20)?;
        bounded("graphql.tokens_max", graphql.tokens_max, 100..=100_000)?;
        bounded("graphql.nesting_max", graphql.nesting_max, 8..=64)?;
        bounded("graphql.selections_max", graphql.selections_max, 10..=100_000)?;
        bounded("graphql.aliases_max", graphql.aliases_max, 0..=10_000)?;
        bounded("graphql.directives_max", graphql.directives_max, 0..=10_000)?;
        bounded("graphql.cost_max", graphql.cost_max, 100..=100_000_000)?;
        bounded("graphql.documents_cached_max", graphql.documents_cached_max, 0..=100_000)?;
        bounded("graphql.answers_cached_max", graphql.answers_cached_max, 0..=1_000_000)?;
        bounded("graphql.answers_cached_max_bytes", graphql.answers_cached_max_bytes, 0..=4 << 30)?;
        bounded("graphql.submit_max", graphql.submit_max, 1..=500)?;
        bounded("views.past_max", views.past_max, 0..=1_000)?;
        bounded("views.past_behind_max", views.past_behind_max, 0..=1_000_000_000)?;
        bounded("subscription.connections_max", subscription.connections_max, 1..=10_000)?;
        bounded("subscription.per_connection_max", subscription.per_connection_max, 1..=100)?;
        bounded("subscription.init_max_seconds", subscription.init_max_seconds, 1..=60)?;
        bounded("subscription.send_max_seconds", subscription.send_max_seconds, 1..=300)?;
        bounded("subscription.progress_seconds", subscription.progress_seconds, 1..=300)?;
        bounded("ledger.queue_max", ledger.queue_max, 1..=1_000_000)?;
        bounded("ledger.clock_behind_max_seconds", ledger.clock_behind_max_seconds, 0..=86_400)?;
        bounded("checkpoint.every_seconds", checkpoint.every_seconds, 1..=86_400)?;
        bounded("checkpoint.every_events", checkpoint.every_events, 1..=1_000_000_000)?;
        bounded("ledger.disk_free_min_bytes", ledger.disk_free_min_bytes, 0..=1 << 40)?;
        if self.listen.ip().is_loopback() { Ok(self) } else { Err(ConfigError::NotLoopback(self.listen)) }
    }
}

fn bounded<T: PartialOrd + Display>(
    key: &'static str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    let (least, most) = bounds.into_inner();
    Err(ConfigError::OutOfBounds {
        key,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    })
}

/// The first fault, in one line: what is wrong, with the key and where it was set.
fn told(error: &figment::Error) -> String {
    error.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[expect(clippy::result_large_err, reason = "the jail's own signature")]
mod tests {
    use figment::Jail;

    use super::*;

    fn load(file: Option<&str>, overrides: &Overrides) -> Result<Config, ConfigError> {
        Config::load(file.map(Path::new), overrides)
    }

    #[test]
    fn defaults_are_within_their_bounds() {
        Jail::expect_with(|_| {
            assert_eq!(load(None, &Overrides::default()), Ok(Config::default()));
            Ok(())
        });
    }

    #[test]
    fn flags_go_before_environment_and_that_before_the_file() {
        Jail::expect_with(|jail| {
            jail.create_file(
                "daftar.toml",
                "data = \"a\"\nlisten = \"127.0.0.1:1\"\n[graphql]\ndepth_max = 9\n",
            )?;
            jail.set_env("DAFTAR_LISTEN", "127.0.0.1:2");
            jail.set_env("DAFTAR_HTTP__BODY_MAX_BYTES", "2048");
            jail.set_env("DAFTAR_CONFIG", "daftar.toml");
            let flags = Overrides { listen: Some("[::1]:3".into()), ..Overrides::default() };
            let config = load(Some("daftar.toml"), &flags).expect("all of it is allowed");
            assert_eq!(config.data, Path::new("a"));
            assert_eq!(config.listen, "[::1]:3".parse().expect("an address"));
            assert_eq!(config.http.body_max_bytes, 2048);
            assert_eq!(config.graphql.depth_max, 9);
            let config = load(Some("daftar.toml"), &Overrides::default()).expect("all of it is allowed");
            assert_eq!(config.listen, "127.0.0.1:2".parse().expect("an address"));
            Ok(())
        });
    }

    #[test]
    fn unknown_keys_are_refused_by_name_in_one_line() {
        Jail::expect_with(|jail| {
            jail.create_file("daftar.toml", "[http]\nbody_max = 5\n")?;
            let error =
                load(Some("daftar.toml"), &Overrides::default()).expect_err("no such key").to_string();
            assert!(error.contains("body_max") && !error.contains('\n'), "{error}");
            jail.set_env("DAFTAR_LISTEM", "127.0.0.1:2");
            let error = load(None, &Overrides::default()).expect_err("no such key").to_string();
            assert!(error.contains("listem"), "{error}");
            Ok(())
        });
    }

    #[test]
    fn values_of_another_kind_or_out_of_bounds_are_refused() {
        Jail::expect_with(|jail| {
            jail.set_env("DAFTAR_GRAPHQL__DEPTH_MAX", "3");
            let error = load(None, &Overrides::default()).expect_err("too little").to_string();
            assert_eq!(error, "settings: graphql.depth_max is 3; it may be from 4 to 64");
            jail.set_env("DAFTAR_GRAPHQL__DEPTH_MAX", "deep");
            let error = load(None, &Overrides::default()).expect_err("not a number").to_string();
            assert!(error.to_lowercase().contains("depth_max"), "{error}");
            Ok(())
        });
    }

    #[test]
    fn only_loopback_is_served() {
        Jail::expect_with(|_| {
            let flags = Overrides { listen: Some("0.0.0.0:8080".into()), ..Overrides::default() };
            let error = load(None, &flags).expect_err("others can reach it");
            assert_eq!(error, ConfigError::NotLoopback("0.0.0.0:8080".parse().expect("an address")));
            Ok(())
        });
    }

    #[test]
    fn a_missing_file_is_named() {
        Jail::expect_with(|_| {
            let error = load(Some("none.toml"), &Overrides::default()).expect_err("no file").to_string();
            assert!(error.starts_with("settings file none.toml: "), "{error}");
            Ok(())
        });
    }
}
