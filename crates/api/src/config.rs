//! Every setting with its default and its bounds.
//!
//! Flags go before environment variables (`DAFTAR_HTTP__BODY_MAX_BYTES`), those before the file, and that before the
//! defaults. A key that is not listed here is refused by its name, and so is a value outside its bounds: nothing is
//! ignored or clamped in silence.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

mod checkpoint;
mod graphql;
mod http;
mod ledger;
mod metrics;
mod otlp;
mod snapshot;
mod subscription;
mod tls;
mod vault;
mod views;

use crate::auth::IdentitySettings;
pub use checkpoint::Checkpoint;
pub use graphql::GraphQl;
pub use http::Http;
pub use ledger::Ledger;
pub use metrics::Metrics;
pub use otlp::Otlp;
pub use snapshot::Snapshot;
pub use subscription::Subscription;
pub use tls::Tls;
pub use vault::Vault;
pub use views::Views;

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that holds the log. Default `daftar-data`, below the current folder.
    pub data: PathBuf,
    /// Where to listen. Default `127.0.0.1:8080`; other than loopback addresses only with an identity provider and TLS.
    pub listen: SocketAddr,
    /// Which of the program's own messages go to stderr, as a `tracing` filter. Default `warn`.
    pub log: String,
    /// Requests over HTTP.
    pub http: Http,
    /// Documents and answers.
    pub graphql: GraphQl,
    /// Past views.
    pub views: Views,
    /// Snapshots of state and view.
    pub snapshot: Snapshot,
    /// Subscriptions.
    pub subscription: Subscription,
    /// The writer.
    pub ledger: Ledger,
    /// Signed checkpoints.
    pub checkpoint: Checkpoint,
    /// What operators watch.
    pub metrics: Metrics,
    /// The spans of requests.
    pub otlp: Otlp,
    /// Personal data.
    pub vault: Vault,
    /// Who asks.
    pub identity: IdentitySettings,
    /// How connections are protected.
    pub tls: Tls,
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
            snapshot: Snapshot::default(),
            subscription: Subscription::default(),
            ledger: Ledger::default(),
            checkpoint: Checkpoint::default(),
            metrics: Metrics::default(),
            otlp: Otlp::default(),
            vault: Vault::default(),
            identity: IdentitySettings::default(),
            tls: Tls::default(),
        }
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
    /// What no browser sends as an origin.
    #[error(
        "settings: http.cors_origins has {0:?}; an origin is a scheme, a host in lower case and perhaps a port, such as https://portal.example"
    )]
    NoOrigin(String),
    /// Only trusted documents are wanted, and there are none.
    #[error("settings: graphql.trusted_only is set, but graphql.trusted_documents names no file")]
    NoTrusted,
    /// An address that others can reach.
    #[error(
        "settings: listen is {0}, which others can reach; without an identity provider only loopback addresses are served"
    )]
    NotLoopback(SocketAddr),
    /// An address that others can reach, unprotected.
    #[error(
        "settings: listen is {0}, which others can reach; name tls.certificate and tls.key, or say \
         tls.terminated_by_proxy"
    )]
    NotProtected(SocketAddr),
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
        let environment = Env::prefixed("DAFTAR_").ignore(&["config", "vault_key", "token"]).split("__");
        figment
            .merge(environment)
            .merge(Serialized::defaults(overrides))
            .extract::<Self>()
            .map_err(|error| ConfigError::Malformed(told(&error)))?
            .checked()
    }

    fn checked(self) -> Result<Self, ConfigError> {
        self.http.checked()?;
        self.graphql.checked()?;
        self.views.checked()?;
        self.snapshot.checked()?;
        self.subscription.checked()?;
        self.ledger.checked()?;
        self.checkpoint.checked()?;
        self.otlp.checked()?;
        self.vault.checked()?;
        self.identity.checked()?;
        self.tls.checked()?;
        match self.listen.ip().is_loopback() {
            true => Ok(self),
            false if self.identity.issuer.is_none() => Err(ConfigError::NotLoopback(self.listen)),
            false if !self.tls.protects() => Err(ConfigError::NotProtected(self.listen)),
            false => Ok(self),
        }
    }
}

pub(crate) fn bounded<T: PartialOrd + Display>(
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
            let address = "0.0.0.0:8080".parse().expect("an address");
            assert_eq!(error, ConfigError::NotLoopback(address));
            Ok(())
        });
    }

    #[test]
    fn others_are_served_with_a_provider_and_protected() {
        Jail::expect_with(|jail| {
            let flags = Overrides { listen: Some("0.0.0.0:8080".into()), ..Overrides::default() };
            jail.set_env("DAFTAR_IDENTITY__ISSUER", "https://id.example");
            let error = load(None, &flags).expect_err("tokens would be readable on their way");
            assert_eq!(error, ConfigError::NotProtected("0.0.0.0:8080".parse().expect("an address")));
            jail.set_env("DAFTAR_TLS__CERTIFICATE", "certificate.pem");
            let error = load(None, &flags).expect_err("half of a pair").to_string();
            assert!(error.contains("tls.certificate and tls.key"), "{error}");
            jail.set_env("DAFTAR_TLS__KEY", "key.pem");
            assert!(load(None, &flags).is_ok());
            Ok(())
        });
        Jail::expect_with(|jail| {
            let flags = Overrides { listen: Some("0.0.0.0:8080".into()), ..Overrides::default() };
            jail.set_env("DAFTAR_IDENTITY__ISSUER", "https://id.example");
            jail.set_env("DAFTAR_TLS__TERMINATED_BY_PROXY", "true");
            assert!(load(None, &flags).is_ok());
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
