//! Entity tags of answers to GET: the same document, variables, position and caller give the same answer, so a client
//! that has it needs only to hear so. They are weak, because an answer may travel compressed.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use daftar_domain::policy::Actor;
use sha2::{Digest, Sha256};

use super::Format;

/// Marks an answer that rests on more than the position, such as one with personal data: nobody keeps it.
pub(super) fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The tag of an answer, quoted as a header has it, without the mark of weakness.
pub(super) struct Tag(String);

impl Tag {
    /// Of the answer to an actor's request at a position, in a media type: what roles and provinces it had is part of it.
    pub fn of(position: u64, actor: &Actor, request: &[u8], format: Format) -> Self {
        let hash = Sha256::new()
            .chain_update([format as u8])
            .chain_update(actor.id.uuid().as_bytes())
            .chain_update(actor.roles.bits().to_be_bytes())
            .chain_update(actor.provinces.bits().to_be_bytes())
            .chain_update(request)
            .finalize();
        let half = u128::from_be_bytes(hash[..16].try_into().expect("a hash has 32 bytes"));
        Self(format!("\"{position}-{half:032x}\""))
    }

    /// Whether the client says that it has the answer.
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        given.flat_map(|tags| tags.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == self.0)
    }

    /// The answer that there is nothing new.
    pub fn unchanged(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.on(response)
    }

    /// Marks an answer without errors: the client may keep it, and ask by its tag whether it is still right.
    pub fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("accept, authorization"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(ETAG, HeaderValue::try_from(format!("W/{}", self.0)).expect("digits and a dash"));
        response
    }
}
