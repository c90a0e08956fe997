//! Tokens that count and tokens that don't, by keys that come, go and can't be had.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daftar_domain::policy::{Provinces, Role, Roles};
use daftar_domain::value::ProvinceCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://127.0.0.1/id";

/// Every login has the ID of its subject's length: enough to tell two apart.
struct ByLength;

impl Logins for ByLength {
    fn actor_id(&self, issuer: &str, subject: &str) -> Result<ActorId, String> {
        assert_eq!(issuer, ISSUER);
        Ok(ActorId::new(uuid::Uuid::from_u128(subject.len() as u128)))
    }
}

/// A key pair of Ed25519 from a seed: the private key, and the public one as a JWK.
fn pair(seed: u8) -> (EncodingKey, Value) {
    let secret = [seed; 32];
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend_from_slice(&secret);
    let public = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key();
    let x = URL_SAFE_NO_PAD.encode(public.as_bytes());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig", "alg": "EdDSA", "kid": format!("k{seed}")});
    (EncodingKey::from_ed_der(&der), jwk)
}

fn now() -> u64 {
    jsonwebtoken::get_current_timestamp()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "daftar", "sub": "ali", "exp": now() + 600, "iat": now(),
        "roles": ["OPERATOR", "CEO"], "provinces": ["IR-10", "IR-07"] })
}

fn signed(claims: &Value, header: impl FnOnce(&mut Header)) -> String {
    let mut head = Header::new(Algorithm::EdDSA);
    (head.kid, head.typ) = (Some("k1".into()), Some("at+jwt".into()));
    header(&mut head);
    encode(&head, claims, &pair(1).0).unwrap()
}

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims();
    change(&mut claims);
    signed(&claims, |_| {})
}

fn settings(jwks: &str) -> IdentitySettings {
    IdentitySettings { issuer: Some(ISSUER.into()), jwks: Some(jwks.into()), ..IdentitySettings::default() }
}

fn file(keys: &[Value]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    std::fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn identity() -> (tempfile::TempDir, Identity) {
    let (folder, path) = file(&[pair(1).1]);
    let identity = Identity::of(&settings(&path), Box::new(ByLength)).unwrap();
    (folder, identity)
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn ask(identity: &Identity, token: &str) -> Result<Caller, Unidentified> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
    block(identity.of_headers(&headers))
}

fn why(identity: &Identity, token: &str) -> &'static str {
    match ask(identity, token) {
        Err(Unidentified::Token(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_token_names_actor_roles_and_provinces() {
    let (_folder, identity) = identity();
    let token = signed(&claims(), |_| {});
    let caller = ask(&identity, &token).unwrap();
    assert_eq!(caller.actor.roles, Roles::of(&[Role::Public, Role::Operator]), "CEO is none of ours");
    let provinces = ["IR-10", "IR-07"].map(|code| ProvinceCode::parse(code).unwrap());
    assert_eq!(caller.actor.provinces, Provinces::from_iter(provinces));
    assert_eq!(ask(&identity, &token), Ok(caller), "remembered");
    let all = ask(&identity, &with(|claims| claims["provinces"] = json!("*"))).unwrap();
    assert_eq!(all.actor.provinces, Provinces::ALL);
    let none = ask(&identity, &with(|claims| claims["provinces"] = Value::Null)).unwrap();
    assert_eq!(none.actor.provinces, Provinces::NONE);
    let own = with(|claims| claims["roles"] = json!("LOCAL SYSTEM EXPORT_OFFICER"));
    assert_eq!(ask(&identity, &own).unwrap().actor.roles, Roles::of(&[Role::Public, Role::ExportOfficer]));
}

#[test]
fn what_is_wrong_with_a_token_keeps_it_out() {
    let (_folder, identity) = identity();
    let wrong = |change: fn(&mut Value)| why(&identity, &with(change));
    assert_eq!(wrong(|claims| claims["iss"] = json!("http://127.0.0.1/ID")), "another issuer made it");
    assert_eq!(wrong(|claims| claims["aud"] = json!("other")), "it was made for another audience");
    assert_eq!(wrong(|claims| claims["exp"] = json!(now() - 31)), "it has expired");
    assert_eq!(wrong(|claims| claims["nbf"] = json!(now() + 90)), "it is not valid yet");
    assert_eq!(wrong(|claims| claims["sub"] = json!("")), "it names no subject, or no end");
    assert_eq!(wrong(|claims| claims["provinces"] = json!(["IR-1"])), "a province in it is none");
    assert_eq!(wrong(|claims| claims["nonce"] = json!("n")), "it is an ID token, not an access token");
    for claim in ["iss", "aud", "exp", "sub"] {
        let token = with(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(why(&identity, &token), "it lacks a claim: exp, iss, aud and sub are needed", "{claim}");
    }
    let header = |change: fn(&mut Header)| why(&identity, &signed(&claims(), change));
    assert_eq!(header(|head| head.typ = Some("id+jwt".into())), "its type is not that of an access token");
    assert_eq!(header(|head| head.kid = Some("k9".into())), "no key of the provider has its key ID");
    let token = signed(&claims(), |_| {});
    let (body, _) = token.rsplit_once('.').unwrap();
    assert_eq!(
        why(&identity, &format!("{body}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        "its signature doesn't hold"
    );
    assert_eq!(why(&identity, &"x".repeat(9 << 10)), "it is longer than 8 KiB");
    let nearly = with(|claims| claims["exp"] = json!(now() - 20));
    assert!(ask(&identity, &nearly).is_ok(), "within the skew");
}

#[test]
fn the_algorithm_is_the_settings_choice_and_never_none() {
    let (_folder, identity) = identity();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for none in ["none", "None", "nOnE"] {
        let token = format!("{}.{}.", part(json!({"alg": none, "kid": "k1"})), part(claims()));
        assert_eq!(why(&identity, &token), "it is no signed token of an algorithm that is known here");
    }
    // The public key as the secret of an HMAC.
    let public = pair(1).1["x"].as_str().unwrap().to_owned();
    let mut head = Header::new(Algorithm::HS256);
    head.kid = Some("k1".into());
    let token = encode(&head, &claims(), &EncodingKey::from_secret(public.as_bytes())).unwrap();
    assert_eq!(why(&identity, &token), "its algorithm is not one of the settings");
    let hmac = IdentitySettings { algorithms: vec!["HS256".into()], ..settings("/nowhere") };
    assert!(Identity::of(&hmac, Box::new(ByLength)).is_err_and(|why| why.contains("public key")));
}

#[test]
fn whoever_shows_no_token_is_public_and_whoever_shows_another_thing_is_refused() {
    let (_folder, identity) = identity();
    assert_eq!(block(identity.of_headers(&HeaderMap::new())), Ok(Caller::lasting(Actor::PUBLIC)));
    for value in ["Basic YTpi", "Bearer", "Bearer ", "eyJ"] {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        assert_eq!(block(identity.of_headers(&headers)), Err(Unidentified::NoBearer), "{value}");
    }
    let mut twice = HeaderMap::new();
    let token = HeaderValue::from_str(&format!("Bearer {}", signed(&claims(), |_| {}))).unwrap();
    twice.append(AUTHORIZATION, token.clone());
    twice.append(AUTHORIZATION, token);
    assert_eq!(block(identity.of_headers(&twice)), Err(Unidentified::NoBearer));
    assert_eq!(block(Identity::local().of_headers(&twice)), Ok(Caller::lasting(Actor::LOCAL)));
    let sent = Caller::lasting(Actor::PUBLIC);
    let payload = json!({ "authorization": format!("Bearer {}", signed(&claims(), |_| {})) });
    assert!(block(identity.of_payload(Some(&payload), sent)).unwrap().actor.roles.contains(Role::Operator));
    assert_eq!(block(identity.of_payload(Some(&json!({})), sent)), Ok(sent));
    let wrong = json!({ "authorization": 5 });
    assert_eq!(block(identity.of_payload(Some(&wrong), sent)), Err(Unidentified::NoBearer));
}

#[test]
fn keys_that_change_are_read_anew_and_not_too_often() {
    let (_folder, path) = file(&[pair(1).1]);
    let patient = IdentitySettings { keys_retry_seconds: 3_600, ..settings(&path) };
    let patient = Identity::of(&patient, Box::new(ByLength)).unwrap();
    let rotated = |identity: &Identity| {
        let mut head = Header::new(Algorithm::EdDSA);
        head.kid = Some("k2".into());
        ask(identity, &encode(&head, &claims(), &pair(2).0).unwrap())
    };
    std::fs::write(&path, json!({ "keys": [pair(2).1] }).to_string()).unwrap();
    assert!(rotated(&patient).is_err(), "asked for a moment ago");
    let at_once = IdentitySettings { keys_retry_seconds: 0, ..settings(&path) };
    std::fs::write(&path, json!({ "keys": [pair(1).1] }).to_string()).unwrap();
    let at_once = Identity::of(&at_once, Box::new(ByLength)).unwrap();
    let old = signed(&claims(), |_| {});
    assert!(ask(&at_once, &old).is_ok());
    std::fs::write(&path, json!({ "keys": [pair(2).1] }).to_string()).unwrap();
    assert!(rotated(&at_once).is_ok());
    assert_eq!(why(&at_once, &old), "no key of the provider has its key ID", "not remembered beyond its key");
}

/// Serves a JWK set on this machine, until it is told to fail.
fn provider() -> (String, Arc<AtomicUsize>, Arc<std::sync::atomic::AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let (asked, away) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let (counted, gone) = (Arc::clone(&asked), Arc::clone(&away));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let body = json!({ "keys": [pair(1).1] }).to_string();
            let status = if gone.load(Ordering::SeqCst) { "503 Away" } else { "200 OK" };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (url, asked, away)
}

#[test]
fn keys_outlive_a_provider_that_is_away_as_long_as_the_settings_say() {
    let (url, asked, away) = provider();
    let stale = |seconds| IdentitySettings {
        keys_fresh_seconds: 0,
        keys_stale_max_seconds: seconds,
        keys_retry_seconds: 0,
        ..settings(&url)
    };
    let patient = Identity::of(&stale(60), Box::new(ByLength)).unwrap();
    let strict = Identity::of(&stale(0), Box::new(ByLength)).unwrap();
    let token = signed(&claims(), |_| {});
    assert!(ask(&patient, &token).is_ok());
    away.store(true, Ordering::SeqCst);
    assert!(ask(&patient, &token).is_ok(), "its keys are used on");
    assert_eq!(ask(&strict, &token), Err(Unidentified::Unavailable));
    assert!(asked.load(Ordering::SeqCst) >= 4);
    let never = Identity::of(&stale(60), Box::new(ByLength)).unwrap();
    assert_eq!(ask(&never, &token), Err(Unidentified::Unavailable), "no keys were ever had");
}

#[test]
fn keys_come_from_a_file_or_from_this_machine() {
    for place in [
        "http://id.example/jwks",
        "http://127.0.0.1.id.example/jwks",
        "http://localhost:1@id.example/",
        "/nowhere",
    ] {
        assert!(Identity::of(&settings(place), Box::new(ByLength)).is_err(), "{place}");
    }
    let (_folder, path) = file(&[json!({"kty": "oct", "k": "c2VjcmV0", "kid": "k1"})]);
    assert!(Identity::of(&settings(&path), Box::new(ByLength)).is_err(), "a secret is no public key");
}
