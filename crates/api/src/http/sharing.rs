//! What pages of other origins may ask, where the settings name them: the preflight is answered, and what a page may
//! read of an answer is said.

use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderValue, Method};
use tower_http::cors::CorsLayer;

use crate::request_id;

/// How long a browser may keep the answer to a preflight.
const PREFLIGHT_KEPT: Duration = Duration::from_secs(3_600);

/// The layer that lets these origins in; none when there are none.
pub(super) fn with(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let origins = origins.iter().map(|origin| HeaderValue::try_from(origin).expect("the settings check it"));
    Some(
        CorsLayer::new()
            .allow_origin(origins.collect::<Vec<_>>())
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, request_id::HEADER])
            .expose_headers([ETAG, RETRY_AFTER, request_id::HEADER])
            .max_age(PREFLIGHT_KEPT),
    )
}
