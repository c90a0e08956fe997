//! GraphiQL, built from its npm package by `just graphiql` before the program is. Its scripts and its style are kept
//! compressed, as every browser takes them.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::routing::get;

/// A file that the page loads: its path, its media type, and its content under gzip.
type Asset = (&'static str, &'static str, &'static [u8]);

macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        (
            concat!("/graphiql/", $name),
            $media_type,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/", $name, ".gz")),
        )
    };
}

const ASSETS: [Asset; 5] = [
    asset!("graphiql.js", "text/javascript; charset=utf-8"),
    asset!("graphiql.css", "text/css; charset=utf-8"),
    asset!("editor.worker.js", "text/javascript; charset=utf-8"),
    asset!("graphql.worker.js", "text/javascript; charset=utf-8"),
    asset!("json.worker.js", "text/javascript; charset=utf-8"),
];

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/index.html"));

/// What the browser may do on behalf of the page. Its editor writes styles and holds its fonts in them.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; worker-src 'self'; font-src data:; \
     img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page and what it loads.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let page = Router::new().route("/", get(async || (super::headers(&POLICY), PAGE)));
    ASSETS.into_iter().fold(page, |routes, (path, media_type, content)| {
        let headers =
            [(CONTENT_TYPE, media_type), (CONTENT_ENCODING, "gzip"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
        routes.route(path, get(async move || (headers, content)))
    })
}
