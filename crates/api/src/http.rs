//! GraphQL over HTTP: one thin handler, and what operators ask.
//!
//! A query may come by GET or POST, a mutation only by POST, a subscription over graphql-transport-ws or as
//! text/event-stream. There are no batches and no multipart bodies. Nothing here knows a noun.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, IF_NONE_MATCH, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::policy::{Actor, DataClass, Reading};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::auth::{Identity, Unidentified};
use crate::config::Http;
use crate::error::Fault;
use crate::metrics::RequestKind;
use crate::request_id::{self, request_id};
use crate::schema::{Daftar, definition};
use crate::server::{Progress, Reached, Server};
use crate::view::View;

mod body;
mod cache;
mod connections;
mod door;
mod execute;
pub mod guard;
mod headers;
mod log;
mod operators;
mod page;
mod rate;
mod request;
mod sharing;
mod socket;
mod stream;
mod tag;
mod tls;
mod trusted;

use cache::{Answers, Documents};
pub use connections::serve as serve_connections;
use guard::Guard;
pub use operators::operators_router;
use rate::Rates;
use request::Asked;
use tag::Tag;
pub use tls::{TlsError, acceptor};
pub use trusted::ManifestError;
use trusted::Trusted;

/// What serves requests once the record is open.
pub struct Serving {
    server: Arc<Server>,
    identity: Identity,
    schema: Daftar,
    guard: Guard,
    trusted: Trusted,
    rates: Rates,
    executing: Semaphore,
    documents: Documents,
    answers: Answers,
    connections: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

impl Serving {
    /// Serves a schema over a server, to whomever `identity` tells, until `stopping` says true.
    ///
    /// # Errors
    /// The manifest of trusted documents.
    pub fn new(
        server: Arc<Server>,
        identity: Identity,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, ManifestError> {
        let limits = &server.config.graphql;
        Ok(Self {
            schema: crate::schema::schema(Some(Arc::clone(&server)), identity.asks()),
            guard: Guard::new(limits),
            trusted: Trusted::load(limits)?,
            rates: Rates::new(&server.config.http),
            executing: Semaphore::new(server.config.http.requests_max),
            documents: Documents::new(limits.documents_cached_max),
            answers: Answers::new(limits.answers_cached_max, limits.answers_cached_max_bytes),
            connections: Arc::new(Semaphore::new(server.config.subscription.connections_max)),
            stopping,
            identity,
            server,
        })
    }

    /// Whether somebody is asked who they are.
    pub fn asks(&self) -> bool {
        self.identity.asks()
    }

    /// Whether whoever sends these headers reads all data of some classes.
    async fn reads(&self, sent: &HeaderMap, classes: &[DataClass], what: &str) -> Result<(), Refused> {
        let actor = self.identity.of_headers(sent).await?.actor;
        match classes.iter().all(|class| actor.reading(*class) == Reading::Allowed) {
            true => Ok(()),
            false => Err(Refused::new(Fault::Forbidden, format!("no role of yours reads {what}"))),
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
        self.schema.execute(request.data(view).data(reads).data(Actor::LOCAL)).await.data
    }
}

/// Waits until the server stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Empty until the record is open; what is asked before is answered NOT_READY.
#[derive(Default)]
pub struct Place {
    serving: OnceLock<Arc<Serving>>,
    /// How far the opening has come.
    pub progress: Arc<Progress>,
}

impl Place {
    /// What serves, once the record is open.
    pub fn get(&self) -> Option<&Arc<Serving>> {
        self.serving.get()
    }

    /// Serves from now on; the first that is told stays.
    pub fn fill(&self, serving: Arc<Serving>) {
        self.serving.get_or_init(|| serving);
    }
}

/// The place that all requests share.
pub type Slot = Arc<Place>;

/// The smallest answer that is compressed, in bytes: below, it is one packet either way.
const COMPRESSED_MIN_BYTES: u64 = 1_200;

/// The routes. Whatever tells of the record is answered to pages of this server, and of those origins that the settings
/// name. Browsers are told to come by TLS alone where connections are `protected`.
pub fn router(slot: Slot, settings: &Http, protected: bool) -> Router {
    // Items of a stream go out one by one, and compressing would hold them back.
    let worthwhile = SizeAbove::new(COMPRESSED_MIN_BYTES).and(NotForContentType::SSE);
    let recorded = Router::new()
        .merge(page::routes())
        .route("/graphql", any(graphql))
        .route("/metrics", get(operators::own_metrics))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/events", get(log::events))
        .route("/schema.graphql", get(async || ([(CONTENT_TYPE, "text/plain; charset=utf-8")], definition())))
        .layer(from_fn_with_state(Arc::clone(&slot), door::admitted));
    let shared = match sharing::with(&settings.cors_origins) {
        Some(sharing) => recorded.layer(sharing),
        None => recorded,
    };
    shared
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worthwhile))
        .merge(operators::health())
        .layer(from_fn_with_state(protected, headers::beware))
        .layer(from_fn(request_id::identified))
        .with_state(slot)
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

    /// The answer that consists of this error.
    fn body(&self) -> String {
        let body = serde_json::json!({ "errors": [{
            "message": self.message,
            "extensions": { "code": self.fault.as_str(), "requestId": request_id() },
        }]});
        body.to_string()
    }

    fn response(self) -> Response {
        let mut response = json(self.body().into(), Format::GraphQl, self.fault.status());
        if self.fault == Fault::MethodNotAllowed {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
        }
        if matches!(self.fault, Fault::RateLimited | Fault::Overloaded | Fault::NotReady) {
            // The least rate is one a second, and what is busy or opens is asked again as soon.
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.fault == Fault::Unauthenticated {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<Unidentified> for Refused {
    fn from(why: Unidentified) -> Self {
        let fault = match why {
            Unidentified::NoBearer | Unidentified::Token(_) => Fault::Unauthenticated,
            Unidentified::Unavailable => Fault::IdentityUnavailable,
        };
        Self::new(fault, why.to_string())
    }
}

/// What is told when the token of somebody who listens has expired.
const TOKEN_EXPIRED: &str = "the token has expired: resume with a new one from the last position";

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
    let caller = serving.identity.of_headers(&parts.headers).await?;
    if parts.method == Method::GET && socket::wanted(&parts.headers) {
        return socket::accept(serving, caller, parts).await;
    }
    let format = Format::accepted(&parts.headers)?;
    let body = match parts.method {
        Method::POST => {
            body::require_json(&parts.headers)?;
            Some(body::received(body, &parts.headers, &serving.server.config.http).await?)
        }
        Method::GET => None,
        _ => return Err(Refused::new(Fault::MethodNotAllowed, "GraphQL is asked by GET or POST")),
    };
    let mut view = serving.server.views.newest();
    let key = body.as_deref().unwrap_or_else(|| parts.uri.query().unwrap_or_default().as_bytes());
    if format != Format::Events
        && !parts.headers.contains_key(IF_NONE_MATCH)
        && let Some(finished) = serving.answers.get(view.position, &caller.actor, key)
    {
        let response = of_kind(json(finished, format, 200), RequestKind::Cached);
        return Ok(if body.is_none() {
            Tag::of(view.position, &caller.actor, key, format).on(response)
        } else {
            response
        });
    }
    let asked = match &body {
        Some(body) => Asked::from_json(body)?,
        None => Asked::from_parameters(parts.uri.query().unwrap_or_default())?,
    };
    if asked.min_position > view.position {
        view = reached(&serving.server, asked.min_position).await?;
    }
    let tag = body.is_none().then(|| Tag::of(view.position, &caller.actor, key, format));
    if let Some(tag) = &tag
        && tag.is_known(&parts.headers)
    {
        return Ok(of_kind(tag.unchanged(), RequestKind::Cached));
    }
    let Ok(_place) = serving.executing.try_acquire() else {
        return Err(Refused::new(Fault::Overloaded, "as many requests are executed as may be"));
    };
    execute::execute(serving, caller, view, asked, key, format, tag).await
}

/// A view that has reached a position, waiting for it as long as the settings say.
async fn reached(server: &Server, position: u64) -> Result<Arc<View>, Refused> {
    let most = Duration::from_secs(server.config.http.min_position_max_seconds);
    timeout(most, server.views.reached(position)).await.map_err(|_| {
        Refused::new(Fault::PositionNotReached, format!("position {position} is not reached yet"))
    })
}
