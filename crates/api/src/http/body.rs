//! Receiving the body of a request, within its size and its time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::Refused;
use crate::config::Http;
use crate::error::Fault;

/// Refuses every media type but the one that no form of a page can send unasked.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refused> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (media_type, parameters) = given.split_once(';').unwrap_or((given, ""));
    let charset = parameters.trim().to_ascii_lowercase();
    let utf8 = !charset.starts_with("charset=")
        || charset.trim_start_matches("charset=").trim_matches('"') == "utf-8";
    if media_type.trim().eq_ignore_ascii_case("application/json") && utf8 {
        Ok(())
    } else {
        Err(Refused::new(Fault::UnsupportedMediaType, "the body must be application/json in UTF-8"))
    }
}

/// Receives a body in the time that the settings give it.
pub(super) async fn received(body: Body, headers: &HeaderMap, limits: &Http) -> Result<Bytes, Refused> {
    let reading = read(body, headers, limits.body_max_bytes);
    timeout(Duration::from_secs(limits.body_max_seconds), reading)
        .await
        .unwrap_or_else(|_| Err(Refused::new(Fault::BodyTimeout, "the body was not received in time")))
}

/// Receives a body. One that is too large is read on for a while without being kept: a client that is still sending
/// would not see the answer otherwise.
async fn read(body: Body, headers: &HeaderMap, max_bytes: usize) -> Result<Bytes, Refused> {
    let too_large =
        || Refused::new(Fault::BodyTooLarge, format!("the body is larger than {max_bytes} bytes"));
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|bytes| bytes > 2 * max_bytes) {
        return Err(too_large());
    }
    let mut parts = body.into_data_stream();
    let (mut first, mut more, mut bytes) = (Bytes::new(), Vec::new(), 0);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| {
            Refused::new(Fault::BadRequest, format!("the body was not received: {error}"))
        })?;
        bytes += part.len();
        match bytes {
            _ if bytes > 2 * max_bytes => break,
            _ if bytes > max_bytes => {}
            _ if first.is_empty() => first = part,
            _ if more.is_empty() => more = [&*first, &*part].concat(),
            _ => more.extend_from_slice(&part),
        }
    }
    match bytes {
        _ if bytes > max_bytes => Err(too_large()),
        _ if more.is_empty() => Ok(first),
        _ => Ok(more.into()),
    }
}
