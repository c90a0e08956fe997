//! The provider's public keys: read from a file or a URL, kept, renewed, and used on while the provider is away.
//!
//! Guarantees: an unknown key ID has the keys asked for again, at most once in the time that the settings say; keys
//! older than the settings allow verify nothing. Must never take a symmetric key.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet, KeyAlgorithm, PublicKeyUse};

use super::{IdentitySettings, Unidentified};
use crate::client;

/// The largest JWK set, in bytes.
const SET_MOST_BYTES: u64 = 1 << 20;
/// The longest that the provider may take to answer.
const ANSWER_MOST: Duration = Duration::from_secs(5);

/// A key that verifies signatures.
#[derive(Clone)]
pub(super) struct Key {
    id: Option<String>,
    /// The only algorithm that it is for, where the set says so.
    pub(super) algorithm: Option<KeyAlgorithm>,
    pub(super) key: DecodingKey,
}

enum Source {
    File(PathBuf),
    Url(String),
}

#[derive(Default)]
struct Kept {
    keys: Arc<Vec<Key>>,
    read: Option<Instant>,
    tried: Option<Instant>,
}

pub(super) struct Keys {
    source: Arc<Source>,
    fresh: Duration,
    stale: Duration,
    retry: Duration,
    kept: Mutex<Kept>,
    /// One asks for all who wait.
    asking: tokio::sync::Mutex<()>,
}

impl Keys {
    pub(super) fn new(settings: &IdentitySettings) -> Result<Self, String> {
        let place =
            settings.jwks.as_deref().ok_or("identity.jwks is missing: a file or a URL with the keys")?;
        let source = source(place)?;
        let keys = Self {
            source: Arc::new(source),
            fresh: Duration::from_secs(settings.keys_fresh_seconds),
            stale: Duration::from_secs(settings.keys_stale_max_seconds),
            retry: Duration::from_secs(settings.keys_retry_seconds),
            kept: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        };
        match read(&keys.source) {
            Ok(found) => keys.keep(found),
            Err(why) if matches!(*keys.source, Source::File(_)) => {
                return Err(format!("identity.jwks: {why}"));
            }
            Err(why) => tracing::warn!(%why, "the provider's keys can't be read yet"),
        }
        Ok(keys)
    }

    /// Whether the keys are as new as the settings want them.
    pub(super) fn are_fresh(&self) -> bool {
        self.kept().read.is_some_and(|read| read.elapsed() < self.fresh)
    }

    /// The key with an ID, or the only one there is; and whether the keys were read anew for it.
    pub(super) async fn find(&self, id: Option<&str>) -> Result<(Key, bool), Unidentified> {
        if self.are_fresh()
            && let Some(key) = self.known(id)
        {
            return Ok((key, false));
        }
        let renewed = self.renew().await;
        if self.kept().read.is_none_or(|read| read.elapsed() >= self.fresh + self.stale) {
            return Err(Unidentified::Unavailable);
        }
        let key = self.known(id).ok_or(Unidentified::Token("no key of the provider has its key ID"))?;
        Ok((key, renewed))
    }

    fn known(&self, id: Option<&str>) -> Option<Key> {
        let keys = Arc::clone(&self.kept().keys);
        match id {
            Some(id) => keys.iter().find(|key| key.id.as_deref() == Some(id)).cloned(),
            None if keys.len() == 1 => keys.first().cloned(),
            None => None,
        }
    }

    /// Asks for the keys, unless that was tried a moment ago.
    async fn renew(&self) -> bool {
        let _asking = self.asking.lock().await;
        {
            let mut kept = self.kept();
            if kept.tried.is_some_and(|tried| tried.elapsed() < self.retry) {
                return false;
            }
            kept.tried = Some(Instant::now());
        }
        let source = Arc::clone(&self.source);
        match tokio::task::spawn_blocking(move || read(&source)).await {
            Ok(Ok(found)) => {
                self.keep(found);
                true
            }
            Ok(Err(why)) => {
                tracing::warn!(%why, "the provider's keys can't be read; those known are used on");
                false
            }
            Err(error) => {
                tracing::error!(%error, "reading the provider's keys");
                false
            }
        }
    }

    fn keep(&self, keys: Vec<Key>) {
        let now = Some(Instant::now());
        *self.kept() = Kept { keys: Arc::new(keys), read: now, tried: now };
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn source(place: &str) -> Result<Source, String> {
    match place {
        _ if !place.starts_with("http://") && !place.starts_with("https://") => {
            Ok(Source::File(place.into()))
        }
        _ if client::keeps_secret(place) => Ok(Source::Url(place.to_owned())),
        _ => Err("identity.jwks: keys that come unprotected come from this machine only".into()),
    }
}

fn read(source: &Source) -> Result<Vec<Key>, String> {
    let text = match source {
        Source::File(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        Source::Url(url) => {
            let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER_MOST)).max_redirects(0);
            let agent = config.tls_config(client::tls()).build().new_agent();
            let mut answer = agent.get(url).call().map_err(|error| format!("{url}: {error}"))?;
            let body = answer.body_mut().with_config().limit(SET_MOST_BYTES);
            body.read_to_string().map_err(|error| format!("{url}: {error}"))?
        }
    };
    let set: JwkSet = serde_json::from_str(&text).map_err(|error| format!("no JWK set: {error}"))?;
    let signing = set.keys.iter().filter(|jwk| {
        matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature))
            && !matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_))
    });
    let keys: Vec<Key> = signing
        .filter_map(|jwk| {
            let key = DecodingKey::from_jwk(jwk).ok()?;
            Some(Key { id: jwk.common.key_id.clone(), algorithm: jwk.common.key_algorithm, key })
        })
        .collect();
    match keys.is_empty() {
        true => Err("the JWK set has no key that verifies signatures".into()),
        false => Ok(keys),
    }
}
