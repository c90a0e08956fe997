//! Answers as server-sent events, in the distinct-connections mode of graphql-sse: `next` for each, `complete` at the
//! end. A client that doesn't take an item in time is closed; it resumes from its last position.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::sync::mpsc;

use super::execute::{self, Prepared};
use super::{Refused, Serving, TOKEN_EXPIRED, stopped};
use crate::auth::Caller;
use crate::error::Fault;
use crate::request_id;

/// A body of the parts that arrive.
pub(super) fn body_of(receiver: mpsc::Receiver<Bytes>) -> Body {
    Body::from_stream(unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|bytes| (Ok::<_, std::convert::Infallible>(bytes), receiver))
    }))
}

/// Begins a stream of answers.
pub(super) fn begin(serving: &Arc<Serving>, caller: Caller, prepared: Prepared) -> Result<Response, Refused> {
    let Ok(place) = Arc::clone(&serving.connections).try_acquire_owned() else {
        return Err(Refused::new(Fault::Overloaded, "there are as many subscriptions as there may be"));
    };
    let (items, receiver) = mpsc::channel(1);
    let serving = Arc::clone(serving);
    tokio::spawn(request_id::kept(async move {
        let _place = place;
        let slow = Duration::from_secs(serving.server.config.subscription.send_max_seconds);
        let send = async |item: Vec<u8>| items.send_timeout(Bytes::from(item), slow).await.is_ok();
        let mut stopping = serving.stopping.clone();
        let mut answers = pin!(execute::answers(&serving, prepared));
        let mut ended = pin!(caller.ended());
        loop {
            let answer = tokio::select! {
                answer = answers.next() => answer,
                () = &mut ended => {
                    let expired = Refused::new(Fault::TokenExpired, TOKEN_EXPIRED).body();
                    send([b"event: next\ndata: ", expired.as_bytes(), b"\n\n"].concat()).await;
                    None
                }
                () = stopped(&mut stopping) => None,
                () = items.closed() => return,
            };
            let Some(mut answer) = answer else { break };
            let json = answer.written(serving.server.config.http.answer_max_bytes);
            if !send([b"event: next\ndata: ", &*json, b"\n\n"].concat()).await {
                return;
            }
        }
        send(b"event: complete\ndata:\n\n".to_vec()).await;
    }));
    let mut response = Response::new(body_of(receiver));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
