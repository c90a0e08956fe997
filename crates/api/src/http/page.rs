//! The page at `/`, to try queries on: GraphiQL where it is embedded, else a small one of our own. Its policy lets it
//! load nothing from anywhere else and run no script but what is within the program.

#[cfg(feature = "graphiql")]
mod graphiql;
#[cfg(not(feature = "graphiql"))]
mod plain;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
#[cfg(feature = "graphiql")]
pub(super) use graphiql::routes;
#[cfg(not(feature = "graphiql"))]
pub(super) use plain::routes;

/// The headers of a page with a policy.
fn headers(policy: &HeaderValue) -> [(HeaderName, HeaderValue); 2] {
    [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy.clone()),
    ]
}
