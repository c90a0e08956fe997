//! What operators ask: whether the server lives, whether it is ready, and its metrics.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use daftar_domain::policy::DataClass;

use super::headers::beware;
use super::{Serving, Slot};
use crate::metrics;

/// The routes of the listener that only operators reach.
pub fn operators_router(slot: Slot) -> Router {
    let routes = Router::new().route("/metrics", get(exposition)).merge(health());
    // Operators ask on their own network; whether by TLS is not this server's to say.
    routes.layer(from_fn_with_state(false, beware)).with_state(slot)
}

pub(super) fn health() -> Router<Slot> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(readyz))
}

/// Metrics for whoever reaches a loopback listener; elsewhere they have a listener of their own, or none.
pub(super) async fn own_metrics(state: State<Slot>, sent: HeaderMap) -> Response {
    if let Some(serving) = state.get() {
        let config = &serving.server.config;
        if config.metrics.listen.is_some() || !config.listen.ip().is_loopback() {
            return StatusCode::NOT_FOUND.into_response();
        }
        if let Err(refused) = serving.reads(&sent, &[DataClass::Operations], "metrics").await {
            return refused.response();
        }
    }
    exposition(state).await
}

async fn exposition(State(slot): State<Slot>) -> Response {
    let Some(serving) = slot.get().cloned() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let told = tokio::task::spawn_blocking(move || {
        let server = &serving.server;
        let now = metrics::Now {
            position: server.feed.end().position,
            viewed: server.views.newest().position,
            in_flight: server.ledger.in_flight(),
            subscribers: server.config.subscription.connections_max - serving.connections.available_permits(),
            signed: serving.signed().map_or(0, |signed| signed.checkpoint.size),
            signing_failed: server.signing.failure().is_some(),
            ready: unready(&serving).is_none(),
        };
        server.metrics.exposition(now, &server.config.data)
    });
    match told.await {
        Ok(told) => ([(CONTENT_TYPE, metrics::MEDIA_TYPE)], told).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whether commands and queries are answered, and why not.
async fn readyz(State(slot): State<Slot>) -> (StatusCode, String) {
    let Some(serving) = slot.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", slot.progress.told()));
    };
    match unready(serving) {
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        None => (StatusCode::OK, format!("ready at position {}\n", serving.server.feed.end().position)),
    }
}

/// Why commands or queries are not answered.
fn unready(serving: &Serving) -> Option<String> {
    let server = &serving.server;
    if let Some(why) = server.ledger.failure() {
        return Some(format!("the ledger stopped after position {}: {why}", server.feed.end().position));
    }
    if *serving.stopping.borrow() {
        return Some("stopping".to_owned());
    }
    if let Some(why) = server.fold_failure() {
        return Some(why.to_owned());
    }
    if let Some(why) = server.personal.failure() {
        return Some(why.to_owned());
    }
    let (free, least) =
        (metrics::disk_free_bytes(&server.config.data), server.config.ledger.disk_free_min_bytes);
    free.filter(|free| *free < least).map(|free| {
        format!("the file system of the record has {free} bytes left, fewer than {least} (ledger.disk_free_min_bytes)")
    })
}
