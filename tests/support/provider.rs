//! An identity provider whose keys are in a file, a server that trusts it, and what people with its tokens ask.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use serde_json::{Value, json};

use super::{Running, daftar};

/// The issuer that tokens name.
pub const ISSUER: &str = "http://127.0.0.1/id";
const SECRET: [u8; 32] = [7; 32];

/// The provider's public keys.
pub fn key_set() -> Value {
    let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&SECRET).verifying_key().as_bytes());
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "alg": "EdDSA", "use": "sig"}]})
}

/// A server that asks for tokens, whose keys are in a file beside its record.
pub fn serve(data: &Path) -> Running {
    let jwks = data.with_extension("jwks");
    std::fs::write(&jwks, key_set().to_string()).expect("a folder of its own");
    let mut command = daftar();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("DAFTAR_IDENTITY__ISSUER", ISSUER)
        .env("DAFTAR_IDENTITY__JWKS", &jwks)
        .env("DAFTAR_SUBSCRIPTION__PROGRESS_SECONDS", "1")
        .env("DAFTAR_VAULT_KEY", STANDARD.encode([9; 32]));
    Running::spawn(command).expect("it serves")
}

/// A token of somebody with roles and provinces, for so many seconds beyond the skew.
pub fn token(subject: &str, roles: &[&str], provinces: &[&str], seconds: i64) -> String {
    let expires = get_current_timestamp() as i64 - 30 + seconds;
    let claims = json!({ "iss": ISSUER, "aud": "daftar", "sub": subject, "exp": expires, "roles": roles, "provinces": provinces });
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("k1".into());
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend_from_slice(&SECRET);
    encode(&header, &claims, &EncodingKey::from_ed_der(&der)).expect("a key that signs")
}

/// The answer to somebody's question.
pub fn ask(running: &Running, token: Option<&str>, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let bearer = token.map(|token| format!("Bearer {token}"));
    let json = [("content-type", "application/json")];
    let headers: Vec<_> =
        bearer.iter().map(|bearer| ("authorization", bearer.as_str())).chain(json).collect();
    serde_json::from_str(&running.post(&body, &headers).1).expect("an answer is JSON")
}

/// The code of the first error of an answer.
pub fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

const SUBMIT: &str = "mutation Do($commands: [CommandInput!]!) { submit(input: { commands: $commands }) {
    errors { code path } events { type role authority entityId position } } }";

/// The payload of one command that somebody submits.
pub fn submit(running: &Running, token: Option<&str>, command: Value) -> Value {
    let mut answer = ask(running, token, SUBMIT, json!({ "commands": [command] }));
    let payload = answer["data"]["submit"][0].take();
    assert!(payload.is_object(), "{answer}");
    payload
}

/// The code that a command of somebody is rejected with.
pub fn rejected(running: &Running, token: Option<&str>, command: Value) -> String {
    let payload = submit(running, token, command);
    payload["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
}
