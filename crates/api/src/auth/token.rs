//! One token: what must be right about it, and what its claims grant.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use std::time::Duration;

use daftar_domain::policy::{Provinces, Role, Roles};
use daftar_domain::value::ProvinceCode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::KeyAlgorithm;
use jsonwebtoken::{Algorithm, AlgorithmFamily, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::keys::Key;
use super::{IdentitySettings, Unidentified};

/// What a token grants.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) subject: String,
    pub(super) roles: Roles,
    pub(super) provinces: Provinces,
    /// Seconds since 1970.
    pub(super) expires: u64,
}

pub(super) struct Verifier {
    issuer: String,
    audience: String,
    algorithms: HashSet<Algorithm>,
    skew: u64,
    roles_claim: String,
    roles: BTreeMap<String, Role>,
    provinces_claim: String,
}

/// Claims that only ID tokens have: they tell a client who logged in, and let nobody in here.
const ID_TOKEN_CLAIMS: [&str; 4] = ["nonce", "at_hash", "c_hash", "s_hash"];

impl Verifier {
    pub(super) fn new(settings: &IdentitySettings) -> Result<Self, String> {
        let issuer = settings.issuer.clone().ok_or("identity.issuer is missing")?;
        if settings.audience.is_empty() {
            return Err("identity.audience is empty".into());
        }
        let algorithm = |name: &String| match Algorithm::from_str(name) {
            Ok(algorithm) if algorithm.family() != AlgorithmFamily::Hmac => Ok(algorithm),
            _ => Err(format!("identity.algorithms: {name:?} is none with a public key")),
        };
        let algorithms = settings.algorithms.iter().map(algorithm).collect::<Result<HashSet<_>, _>>()?;
        let role = |(theirs, ours): (&String, &String)| match Role::granted(ours) {
            Some(role) => Ok((theirs.clone(), role)),
            None => Err(format!("identity.roles: {ours:?} is no role that somebody can be given")),
        };
        let mut roles = settings.roles.iter().map(role).collect::<Result<BTreeMap<_, _>, _>>()?;
        if roles.is_empty() {
            let granted = Role::ALL.into_iter().filter(|role| !role.is_alone());
            roles = granted.map(|role| (role.as_str().to_owned(), role)).collect();
        }
        Ok(Self {
            issuer,
            audience: settings.audience.clone(),
            algorithms,
            skew: settings.clock_skew_max_seconds,
            roles_claim: settings.roles_claim.clone(),
            roles,
            provinces_claim: settings.provinces_claim.clone(),
        })
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn skew(&self) -> Duration {
        Duration::from_secs(self.skew)
    }

    /// The header, before any key is looked for.
    pub(super) fn header(&self, token: &str) -> Result<Header, Unidentified> {
        // `none` is no algorithm to the library: a header that names it can't be read.
        let header = decode_header(token)
            .map_err(|_| Unidentified::Token("it is no signed token of an algorithm that is known here"))?;
        if !self.algorithms.contains(&header.alg) {
            return Err(Unidentified::Token("its algorithm is not one of the settings"));
        }
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
        if !matches!(kind.as_deref(), None | Some("jwt" | "at+jwt" | "application/at+jwt")) {
            return Err(Unidentified::Token("its type is not that of an access token"));
        }
        if header.crit.is_some() {
            return Err(Unidentified::Token("it asks for extensions that are not known here"));
        }
        Ok(header)
    }

    /// The claims of a token whose signature, issuer, audience and times are right.
    pub(super) fn claims(&self, token: &str, header: &Header, key: &Key) -> Result<Claims, Unidentified> {
        if key.algorithm.is_some_and(|only| only != KeyAlgorithm::from(header.alg)) {
            return Err(Unidentified::Token("its key is for another algorithm"));
        }
        let mut validation = Validation::new(header.alg);
        validation.leeway = self.skew;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let decoded = decode::<Map<String, Value>>(token, &key.key, &validation);
        let claims = decoded.map_err(|error| Unidentified::Token(told(error.kind())))?.claims;
        if ID_TOKEN_CLAIMS.iter().any(|name| claims.contains_key(*name)) {
            return Err(Unidentified::Token("it is an ID token, not an access token"));
        }
        let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty());
        let expires = claims.get("exp").and_then(Value::as_f64).filter(|expires| *expires >= 0.0);
        let (Some(subject), Some(expires)) = (subject, expires) else {
            return Err(Unidentified::Token("it names no subject, or no end"));
        };
        Ok(Claims {
            subject: subject.to_owned(),
            roles: self.roles(&claims),
            provinces: self.provinces(&claims)?,
            expires: expires as u64,
        })
    }

    /// The roles that it names. Others are the provider's own business; everybody is public.
    fn roles(&self, claims: &Map<String, Value>) -> Roles {
        let named = words(at(claims, &self.roles_claim));
        let known = named.into_iter().filter_map(|name| self.roles.get(name)).copied();
        known.fold(Roles::of(&[Role::Public]), Roles::with)
    }

    /// The provinces that it names; one that is none makes the token worthless, for it was meant to say something.
    fn provinces(&self, claims: &Map<String, Value>) -> Result<Provinces, Unidentified> {
        let named = words(at(claims, &self.provinces_claim));
        if named.contains(&"*") {
            return Ok(Provinces::ALL);
        }
        let read = named.into_iter().map(str::parse::<ProvinceCode>).collect::<Result<Provinces, _>>();
        read.map_err(|_| Unidentified::Token("a province in it is none"))
    }
}

/// The value of a dotted claim; a claim whose own name has dots goes first.
fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(claims.get(first)?.as_object()?, rest)
}

/// A list of texts, or one text of words.
fn words(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn told(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired",
        ErrorKind::ImmatureSignature => "it is not valid yet",
        ErrorKind::InvalidIssuer => "another issuer made it",
        ErrorKind::InvalidAudience => "it was made for another audience",
        ErrorKind::MissingRequiredClaim(_) => "it lacks a claim: exp, iss, aud and sub are needed",
        _ => "its signature doesn't hold",
    }
}
