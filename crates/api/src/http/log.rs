//! The log itself, for those who verify it on their own machine: the newest checkpoint, and the exact event lines.
//!
//! `GET /log/checkpoint` answers the signed note. `GET /log/events?after=N&to=M` answers the lines of the positions after
//! N up to M, each ended by a line feed, so that a transfer that was cut off goes on after the lines that arrived. A body
//! that ends early has fewer lines than were asked for; that is how a reader knows.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use daftar_domain::log::record;
use daftar_domain::policy::DataClass;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::{Refused, Serving, Slot, stream};
use crate::error::Fault;

/// Stored bytes that are read at a time.
const READ_BYTES: usize = 256 * 1024;

/// Which lines.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// The position to begin after.
    #[serde(default)]
    after: u64,
    /// The last position; the end of the log when left out.
    to: Option<u64>,
}

/// The newest checkpoint, as it was signed.
pub(super) async fn checkpoint(State(slot): State<Slot>) -> Response {
    let Some(serving) = slot.get() else { return not_ready().response() };
    match serving.signed() {
        Some(signed) => {
            let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            (headers, signed.note.clone()).into_response()
        }
        None => (StatusCode::NOT_FOUND, "nothing is signed: checkpoint.keys is not set\n").into_response(),
    }
}

/// The lines of a range.
pub(super) async fn events(
    State(slot): State<Slot>,
    sent: HeaderMap,
    range: Result<Query<Range>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Some(serving) = slot.get() else { return not_ready().response() };
    let Ok(Query(range)) = range else {
        return Refused::new(Fault::BadRequest, "`after` and `to` are positions, in decimal digits")
            .response();
    };
    // The lines tell everything of the record, and who acted.
    let told = [DataClass::Record, DataClass::Trade, DataClass::ActorIdentity];
    if let Err(refused) = serving.reads(&sent, &told, "the lines of the log").await {
        return refused.response();
    }
    let end = serving.server.feed.end().position;
    let to = range.to.unwrap_or(end);
    if to > end || range.after > to {
        let message = format!("{} to {to} is not within the {end} events", range.after);
        return Refused::new(Fault::BadRequest, message).response();
    }
    send(serving, range.after, to).unwrap_or_else(Refused::response)
}

fn not_ready() -> Refused {
    Refused::new(Fault::NotReady, "the record is being opened; try again later")
}

fn send(serving: &Arc<Serving>, after: u64, to: u64) -> Result<Response, Refused> {
    let Ok(place) = Arc::clone(&serving.connections).try_acquire_owned() else {
        return Err(Refused::new(Fault::Overloaded, "there are as many streams as there may be"));
    };
    let (parts, receiver) = mpsc::channel(1);
    let serving = Arc::clone(serving);
    tokio::spawn(async move {
        let _place = place;
        let slow = Duration::from_secs(serving.server.config.subscription.send_max_seconds);
        let (mut after, mut commit) = (after, serving.server.commits.holding(after + 1));
        while after < to {
            let reading = Arc::clone(&serving);
            let read = tokio::task::spawn_blocking(move || read(&reading, commit, after, to)).await;
            let Ok(Ok((lines, read_commits, reached))) = read else {
                // The reader sees that lines are missing.
                tracing::error!(commit, "lines can't be read: {read:?}");
                return;
            };
            if parts.send_timeout(Bytes::from(lines), slow).await.is_err() {
                return;
            }
            (after, commit) = (reached, commit + read_commits);
        }
    });
    let headers = [(CONTENT_TYPE, "application/jsonl; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, stream::body_of(receiver)).into_response())
}

/// Some of the wanted lines, how many commits they are of, and the last position.
fn read(serving: &Serving, commit: u64, after: u64, to: u64) -> Result<(Vec<u8>, u64, u64), String> {
    let records = serving.server.ledger.log().read(commit, READ_BYTES).map_err(|error| error.to_string())?;
    let (mut lines, mut reached, count) = (Vec::with_capacity(4 * READ_BYTES), after, records.len() as u64);
    for bytes in &records {
        let record = record::decode(bytes).map_err(|error| error.to_string())?;
        for (at, line) in record.positioned_lines().filter(|(at, _)| (after + 1..=to).contains(at)) {
            lines.extend_from_slice(line);
            lines.push(b'\n');
            reached = at;
        }
    }
    if reached == after {
        Err(format!("commit {commit} does not hold position {}", after + 1))
    } else {
        Ok((lines, count, reached))
    }
}
