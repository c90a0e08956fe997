//! A page of our own: pick, edit and run a query. It is one file, which loads nothing.

use std::sync::LazyLock;

use axum::Router;
use axum::http::HeaderValue;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("plain.html");

/// What the browser may do on behalf of the page: its style and its script by their hashes, requests to this server.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash("style"),
        hash("script")
    );
    HeaderValue::from_str(&policy).expect("a policy is ASCII")
});

/// The hash of what stands between the tags of an element, as a policy writes it.
fn hash(element: &str) -> String {
    let (_, rest) = PAGE.split_once(&format!("<{element}>")).expect("the page has one");
    let (content, _) = rest.split_once(&format!("</{element}>")).expect("it ends");
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// The page.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(async || (super::headers(&POLICY), PAGE)))
}
