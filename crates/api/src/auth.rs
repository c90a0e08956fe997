//! Who asks: from a bearer token to an actor, for HTTP, WebSocket and server-sent events alike.
//!
//! Guarantees: a token counts only when its signature, issuer, audience, algorithm, kind and times are right, by keys
//! that the provider publishes; what is wrong with it is told, the token never. Without a provider everybody who
//! reaches the server is local. Must never write down a token, a subject or a name.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use daftar_domain::policy::Actor;
use daftar_domain::value::ActorId;
use daftar_domain::vault::Actors;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

mod fields;
mod keys;
pub mod scope;
mod settings;
#[cfg(test)]
mod tests;
mod token;
mod viewer;

pub use fields::{FieldGuard, class_of, is_listed, listed};
pub use settings::IdentitySettings;
pub use viewer::{Viewer, ViewerQuery};

use keys::Keys;
use token::Verifier;

/// Verified tokens that are remembered; past it all are forgotten and verified anew.
const VERIFIED_MOST: usize = 4_096;
/// The longest token, in bytes.
const TOKEN_MOST_BYTES: usize = 8 << 10;

/// Why somebody isn't let in. What callers read names the fault, never what was in the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unidentified {
    /// The credentials are no bearer token.
    #[error("credentials are sent as `Authorization: Bearer …`, once")]
    NoBearer,
    /// The token doesn't count.
    #[error("the token is refused: {0}")]
    Token(&'static str),
    /// The provider's keys, or the registry of logins, can't be had at the moment.
    #[error("identities can't be checked at the moment; try again later")]
    Unavailable,
}

/// Whoever asks, and until when that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub actor: Actor,
    /// When the token ends; never for those who showed none.
    pub expires: Option<SystemTime>,
}

impl Caller {
    const fn lasting(actor: Actor) -> Self {
        Self { actor, expires: None }
    }

    /// How long the caller may stay.
    pub fn remaining(&self) -> Option<Duration> {
        self.expires.map(|expires| expires.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// Waits until the caller may stay no longer.
    pub async fn ended(self) {
        match self.remaining() {
            Some(remaining) => tokio::time::sleep(remaining).await,
            None => std::future::pending().await,
        }
    }

    fn has_ended(&self) -> bool {
        self.remaining().is_some_and(|remaining| remaining.is_zero())
    }
}

/// Gives each login its random ID: made at its first use, the same for good.
pub trait Logins: Send + Sync {
    /// The ID of a subject of an issuer.
    ///
    /// # Errors
    /// Why a new one can't be written down, for the server's log.
    fn actor_id(&self, issuer: &str, subject: &str) -> Result<ActorId, String>;
}

impl Logins for Actors {
    fn actor_id(&self, issuer: &str, subject: &str) -> Result<ActorId, String> {
        self.actor_id(issuer, subject).map_err(|error| error.to_string())
    }
}

struct Provider {
    verifier: Verifier,
    keys: Keys,
    logins: Box<dyn Logins>,
    /// Callers by the SHA-256 of their token: verifying a signature costs more than most answers.
    verified: Mutex<FxHashMap<[u8; 32], Caller>>,
}

/// Tells who asks.
#[derive(Default)]
pub struct Identity(Option<Box<Provider>>);

impl Identity {
    /// Everybody is local: no provider is configured.
    pub fn local() -> Self {
        Self(None)
    }

    /// Tokens of the provider of the settings. Keys that can't be had yet are asked for again when a token comes.
    ///
    /// # Errors
    /// A setting that can't be, or a file of keys that can't be read, in one sentence.
    pub fn of(settings: &IdentitySettings, logins: Box<dyn Logins>) -> Result<Self, String> {
        let verifier = Verifier::new(settings)?;
        let keys = Keys::new(settings)?;
        Ok(Self(Some(Box::new(Provider { verifier, keys, logins, verified: Mutex::default() }))))
    }

    /// Whether somebody is asked who they are.
    pub fn asks(&self) -> bool {
        self.0.is_some()
    }

    /// Whoever sends these headers.
    ///
    /// # Errors
    /// See [`Unidentified`].
    pub async fn of_headers(&self, headers: &HeaderMap) -> Result<Caller, Unidentified> {
        let Some(provider) = &self.0 else { return Ok(Caller::lasting(Actor::LOCAL)) };
        let mut given = headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (None, _) => Ok(Caller::lasting(Actor::PUBLIC)),
            (Some(value), None) => {
                let value = value.to_str().map_err(|_| Unidentified::NoBearer)?;
                provider.identify(bearer(value).ok_or(Unidentified::NoBearer)?).await
            }
            (Some(_), Some(_)) => Err(Unidentified::NoBearer),
        }
    }

    /// Whoever opens a WebSocket with this payload; without a token in it, whoever sent the request for it.
    ///
    /// # Errors
    /// See [`Unidentified`].
    pub async fn of_payload(
        &self,
        payload: Option<&serde_json::Value>,
        sent: Caller,
    ) -> Result<Caller, Unidentified> {
        let (Some(provider), Some(payload)) = (&self.0, payload) else { return Ok(sent) };
        match payload.get("authorization").or_else(|| payload.get("Authorization")) {
            None => Ok(sent),
            Some(value) => {
                let token = value.as_str().and_then(bearer).ok_or(Unidentified::NoBearer)?;
                provider.identify(token).await
            }
        }
    }
}

/// The token of `Bearer …`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl Provider {
    async fn identify(&self, token: &str) -> Result<Caller, Unidentified> {
        if token.len() > TOKEN_MOST_BYTES {
            return Err(Unidentified::Token("it is longer than 8 KiB"));
        }
        let print: [u8; 32] = Sha256::digest(token).into();
        let known = self.verified().get(&print).copied();
        if let Some(caller) = known.filter(|caller| !caller.has_ended() && self.keys.are_fresh()) {
            return Ok(caller);
        }
        let header = self.verifier.header(token)?;
        let (key, renewed) = self.keys.find(header.kid.as_deref()).await?;
        let claims = self.verifier.claims(token, &header, &key)?;
        let id = self.logins.actor_id(self.verifier.issuer(), &claims.subject).map_err(|why| {
            tracing::error!(%why, "the registry of logins");
            Unidentified::Unavailable
        })?;
        let actor = Actor { id, roles: claims.roles, provinces: claims.provinces };
        let expires = UNIX_EPOCH + Duration::from_secs(claims.expires) + self.verifier.skew();
        let caller = Caller { actor, expires: Some(expires) };
        let mut verified = self.verified();
        if renewed || verified.len() >= VERIFIED_MOST {
            // A key that is no longer published verifies nothing any more.
            verified.clear();
        }
        verified.insert(print, caller);
        Ok(caller)
    }

    fn verified(&self) -> std::sync::MutexGuard<'_, FxHashMap<[u8; 32], Caller>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
