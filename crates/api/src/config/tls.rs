//! How connections are protected.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Settings of TLS; without a certificate connections are plain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// The file with the server's certificate and those between it and its authority, in PEM. Read at the start.
    pub certificate: Option<PathBuf>,
    /// The file with the private key of the certificate, in PEM, of mode 0600.
    pub key: Option<PathBuf>,
    /// Whether a proxy in front of this server protects the connections of clients, and nobody else reaches it. Default
    /// false: then an address that others reach needs a certificate.
    pub terminated_by_proxy: bool,
}

impl Tls {
    /// Whether clients' connections are protected, here or before.
    pub fn protects(&self) -> bool {
        self.certificate.is_some() || self.terminated_by_proxy
    }

    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        match self.certificate.is_some() == self.key.is_some() {
            true => Ok(()),
            false => Err(ConfigError::Malformed("tls.certificate and tls.key go together".to_owned())),
        }
    }
}
