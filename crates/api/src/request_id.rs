//! The ID of a request: on every answer as `x-request-id`, in its errors, and in the server's log.
//!
//! A proxy in front that sends one keeps it, so that one ID finds the request in both logs; what is no plain ID is
//! replaced, because it is written where operators read.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::telemetry;

/// The header that carries it.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest ID that is taken over, in characters.
const GIVEN_MAX: usize = 64;

/// What an ID is made of.
const PLAIN: &str = "letters, digits and a few signs of ASCII";

tokio::task_local! {
    static CURRENT: HeaderValue;
}

/// Gives a request its ID, and the answer that of its request.
pub async fn identified(request: Request, next: Next) -> Response {
    let id = match request.headers().get(HEADER) {
        Some(given) if is_plain(given.as_bytes()) => given.clone(),
        _ => new(),
    };
    let span = telemetry::of_request(id.to_str().expect(PLAIN), &request);
    let mut response = CURRENT.scope(id.clone(), next.run(request)).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    response.headers_mut().insert(HEADER, id);
    response
}

/// The ID of the request that this task answers; a new one outside of any.
pub fn request_id() -> String {
    let id = CURRENT.try_with(HeaderValue::clone).unwrap_or_else(|_| new());
    id.to_str().expect(PLAIN).to_owned()
}

/// Keeps the ID and the span of the request in a task of its own.
pub fn kept<F: Future>(task: F) -> impl Future<Output = F::Output> {
    let id = CURRENT.try_with(HeaderValue::clone).unwrap_or_else(|_| new());
    CURRENT.scope(id, task).in_current_span()
}

fn new() -> HeaderValue {
    let id = uuid::Uuid::now_v7().hyphenated().to_string();
    HeaderValue::try_from(id).expect("hexadecimal digits and hyphens")
}

fn is_plain(id: &[u8]) -> bool {
    (1..=GIVEN_MAX).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_ids_are_taken_over() {
        for id in ["a", "0198c0de-7f00-7000-8000-000000000000", "trace:1.2_3"] {
            assert!(is_plain(id.as_bytes()), "{id}");
        }
        for id in ["", "a b", "a\"", "<a>", "شناسه", &"a".repeat(GIVEN_MAX + 1)] {
            assert!(!is_plain(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn an_operation_without_a_request_has_an_id_of_its_own() {
        assert!(is_plain(request_id().as_bytes()));
        assert_ne!(request_id(), request_id());
    }
}
