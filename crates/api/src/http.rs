//! GraphQL over HTTP: one thin handler, and what operators ask.
//!
//! A query may come by GET or POST, a mutation only by POST, a subscription over graphql-transport-ws or as
//! text/event-stream. There are no batches and no multipart bodies. Nothing here knows a noun.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use daftar_domain::log::checkpoint::SignedCheckpoint;
use futures_util::StreamExt;
use tokio::sync::{Semaphore, watch};

use crate::error::{Fault, request_id};
use crate::metrics::{self, RequestKind};
use crate::schema::{Daftar, definition};
use crate::server::{Reached, Server};
use crate::view::View;

mod cache;
mod execute;
pub(crate) mod guard;
mod log;
mod page;
mod request;
mod socket;
mod stream;

use cache::{Answers, Documents};
use guard::Guard;
use request::Asked;

/// What serves requests once the record is open.
pub struct Serving {
    server: Arc<Server>,
    schema: Daftar,
    guard: Guard,
    documents: Documents,
    answers: Answers,
    connections: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

impl Serving {
    /// Serves a schema over a server until `stopping` says true.
    pub fn new(server: Arc<Server>, stopping: watch::Receiver<bool>) -> Self {
        let limits = &server.config.graphql;
        Self {
            schema: crate::schema::schema(Some(Arc::clone(&server))),
            guard: Guard::new(limits),
            documents: Documents::new(limits.documents_cached_max),
            answers: Answers::new(limits.answers_cached_max, limits.answers_cached_max_bytes),
            connections: Arc::new(Semaphore::new(server.config.subscription.connections_max)),
            stopping,
            server,
        }
    }

    /// The newest view.
    pub fn view(&self) -> Arc<View> {
        self.server.views.newest()
    }

    /// The last checkpoint that was signed.
    pub fn signed(&self) -> Option<Arc<SignedCheckpoint>> {
        self.server.signing.newest()
    }

    /// The data of an answer, for the program itself.
    pub async fn ask(&self, request: async_graphql::Request) -> async_graphql::Value {
        let view = self.server.views.newest();
        let reads = Reached::new(&view);
        self.schema.execute(request.data(view).data(reads)).await.data
    }
}

/// Waits until the server stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Empty until the record is open; what is asked before is answered NOT_READY.
pub type Slot = Arc<OnceLock<Arc<Serving>>>;

/// The routes. Whatever tells of the record is answered to pages of this server alone.
pub fn router(slot: Slot) -> Router {
    Router::new()
        .route("/", get(page::page))
        .route("/graphql", any(graphql))
        .route("/metrics", get(own_metrics))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/events", get(log::events))
        .route("/schema.graphql", get(async || ([(CONTENT_TYPE, "text/plain; charset=utf-8")], definition())))
        .layer(from_fn_with_state(Arc::clone(&slot), asked_here))
        .merge(health())
        .with_state(slot)
}

/// The routes of the listener that only operators reach.
pub fn operators_router(slot: Slot) -> Router {
    Router::new().route("/metrics", get(exposition)).merge(health()).with_state(slot)
}

fn health() -> Router<Slot> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(readyz))
}

/// Refuses what a page of another origin, or of a name that was made to point here, asks. Until the record is open
/// nothing is told that it could read.
async fn asked_here(State(slot): State<Slot>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = slot.get().and_then(|serving| {
        let hosts = &serving.server.config.http.hosts;
        known_host(headers, hosts).and_then(|()| same_origin(headers)).err()
    });
    match refused {
        Some(refused) => refused.response(),
        None => next.run(request).await,
    }
}

/// Metrics for whoever reaches a loopback listener; elsewhere they have a listener of their own, or none.
async fn own_metrics(state: State<Slot>) -> Response {
    let config = state.get().map(|serving| &serving.server.config);
    if config.is_some_and(|config| config.metrics.listen.is_some() || !config.listen.ip().is_loopback()) {
        return StatusCode::NOT_FOUND.into_response();
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
        return (StatusCode::SERVICE_UNAVAILABLE, "opening the record\n".into());
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

async fn graphql(State(slot): State<Slot>, request: Request) -> Response {
    let began = Instant::now();
    let response = answer(&slot, request).await.unwrap_or_else(Refused::response);
    if let Some(serving) = slot.get() {
        let kind = response.extensions().get().copied().unwrap_or(RequestKind::Other);
        serving.server.metrics.answered(kind, response.status().as_u16(), began.elapsed());
    }
    response
}

/// A request that is refused before anything is executed.
#[derive(Debug)]
pub struct Refused {
    fault: Fault,
    message: String,
}

impl Refused {
    fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into() }
    }

    fn response(self) -> Response {
        let body = serde_json::json!({ "errors": [{
            "message": self.message,
            "extensions": { "code": self.fault.as_str(), "requestId": request_id() },
        }]});
        let mut response = json(body.to_string().into(), Format::GraphQl, self.fault.status());
        if self.fault == Fault::MethodNotAllowed {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
        }
        response
    }
}

/// The media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// application/graphql-response+json: the status tells whether the document was executed.
    GraphQl,
    /// application/json: 200 whenever the request could be read.
    Json,
    /// text/event-stream.
    Events,
}

impl Format {
    /// What the caller accepts, the most telling first.
    fn accepted(headers: &HeaderMap) -> Result<Self, Refused> {
        let Some(accept) = headers.get(ACCEPT) else { return Ok(Self::Json) };
        let accept = accept.to_str().unwrap_or_default();
        if accept.contains("application/graphql-response+json") {
            Ok(Self::GraphQl)
        } else if accept.contains("application/json")
            || accept.contains("*/*")
            || accept.contains("application/*")
        {
            Ok(Self::Json)
        } else if accept.contains("text/event-stream") {
            Ok(Self::Events)
        } else {
            Err(Refused::new(
                Fault::NotAcceptable,
                "answers are application/graphql-response+json or application/json",
            ))
        }
    }
}

/// Says what a response answers, for the metrics.
fn of_kind(mut response: Response, kind: RequestKind) -> Response {
    response.extensions_mut().insert(kind);
    response
}

fn json(body: Bytes, format: Format, status: u16) -> Response {
    let media_type = match format {
        Format::GraphQl | Format::Events => "application/graphql-response+json; charset=utf-8",
        Format::Json => "application/json; charset=utf-8",
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

async fn answer(slot: &Slot, request: Request) -> Result<Response, Refused> {
    let serving = slot
        .get()
        .ok_or_else(|| Refused::new(Fault::NotReady, "the record is being opened; try again later"))?;
    let (parts, body) = request.into_parts();
    if parts.method == Method::GET && socket::wanted(&parts.headers) {
        return socket::accept(serving, parts).await;
    }
    let format = Format::accepted(&parts.headers)?;
    let view = serving.server.views.newest();
    let body = match parts.method {
        Method::POST => {
            require_json(&parts.headers)?;
            Some(read(body, &parts.headers, serving.server.config.http.body_max_bytes).await?)
        }
        Method::GET => None,
        _ => return Err(Refused::new(Fault::MethodNotAllowed, "GraphQL is asked by GET or POST")),
    };
    let key = body.as_deref().unwrap_or_else(|| parts.uri.query().unwrap_or_default().as_bytes());
    if format != Format::Events
        && let Some(finished) = serving.answers.get(view.position, key)
    {
        return Ok(of_kind(json(finished, format, 200), RequestKind::Cached));
    }
    let asked = match &body {
        Some(body) => Asked::from_json(body)?,
        None => Asked::from_parameters(parts.uri.query().unwrap_or_default())?,
    };
    let by_post = body.is_some();
    execute::execute(serving, view, asked, key, format, by_post).await
}

/// A page whose own name was made to point at this machine has the origin that it asks for; only its name tells.
fn known_host(headers: &HeaderMap, named: &[String]) -> Result<(), Refused> {
    let Some(host) = headers.get(HOST) else { return Ok(()) };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let known = host.as_ref().is_some_and(|host| {
        let name = host.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
            || name.eq_ignore_ascii_case("localhost")
            || named.iter().any(|named| name.eq_ignore_ascii_case(named))
    });
    if known {
        Ok(())
    } else {
        Err(Refused::new(
            Fault::ForeignOrigin,
            "the name in `Host` is not one of this server: see http.hosts",
        ))
    }
}

/// A page of another origin must not speak for whoever sits at this machine.
fn same_origin(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let authority =
        origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if authority.is_some() && authority == host {
        Ok(())
    } else {
        Err(Refused::new(Fault::ForeignOrigin, "requests of pages of other origins are not answered"))
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Refused> {
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
