//! The settings of the identity provider.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, bounded};

/// Settings of the identity provider; without an issuer there is none, and everybody is local.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentitySettings {
    /// The issuer that tokens must name, exactly. None by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The audience that tokens must name. Default `daftar`.
    pub audience: String,
    /// Where the provider's keys are: a file with a JWK set, an https URL, or an http URL on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<String>,
    /// The algorithms that signatures may have; asymmetric ones only. Default ES256, EdDSA, PS256, RS256.
    pub algorithms: Vec<String>,
    /// The claim with the roles, dotted where it is nested. Default `roles`.
    pub roles_claim: String,
    /// What the provider calls the roles, each with the role that it means; without any, it calls them as we do.
    pub roles: BTreeMap<String, String>,
    /// The claim with an operator's provinces: codes, or `*` for all. Default `provinces`.
    pub provinces_claim: String,
    /// How far the provider's clock may be from ours, in seconds: 0 to 300, default 30.
    pub clock_skew_max_seconds: u64,
    /// How long keys are used before they are asked for again, in seconds: 1 to 86,400, default 600.
    pub keys_fresh_seconds: u64,
    /// How long keys are used when the provider doesn't answer, in seconds: 0 to 604,800, default 86,400.
    pub keys_stale_max_seconds: u64,
    /// The least time between two tries to get the keys, in seconds: 1 to 3,600, default 10.
    pub keys_retry_seconds: u64,
}

impl Default for IdentitySettings {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: "daftar".into(),
            jwks: None,
            algorithms: ["ES256", "EdDSA", "PS256", "RS256"].map(str::to_owned).to_vec(),
            roles_claim: "roles".into(),
            roles: BTreeMap::new(),
            provinces_claim: "provinces".into(),
            clock_skew_max_seconds: 30,
            keys_fresh_seconds: 600,
            keys_stale_max_seconds: 86_400,
            keys_retry_seconds: 10,
        }
    }
}

impl IdentitySettings {
    /// Whether all values are within their bounds.
    ///
    /// # Errors
    /// [`ConfigError::OutOfBounds`], naming the key.
    pub(crate) fn checked(&self) -> Result<(), ConfigError> {
        bounded("identity.clock_skew_max_seconds", self.clock_skew_max_seconds, 0..=300)?;
        bounded("identity.keys_fresh_seconds", self.keys_fresh_seconds, 1..=86_400)?;
        bounded("identity.keys_stale_max_seconds", self.keys_stale_max_seconds, 0..=604_800)?;
        bounded("identity.keys_retry_seconds", self.keys_retry_seconds, 1..=3_600)
    }
}
