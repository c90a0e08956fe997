//! The program's own messages and spans: messages go to stderr, spans to a collector where the settings name one.
//!
//! Guarantees: requests and commands are named by their IDs, kinds and codes; no input, answer or token goes out; nothing
//! waits for the collector, and what it does not take in time is dropped. Must never fail a request.

use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Level;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::client;
use crate::config::{Config, Otlp};

/// The longest that the collector may take for a batch of spans, and for the last ones at the end.
const PATIENCE: Duration = Duration::from_secs(5);
/// Commands that one span tells of: as many as `submit` takes.
const EVENTS_MAX: u32 = 512;

/// Sends what the program tells, until it is dropped: then the last spans go out.
#[derive(Debug, Default)]
pub struct Telemetry {
    spans: Option<SdkTracerProvider>,
}

/// Begins to send messages to stderr, as far as `log` lets them, and spans to the collector of `otlp`. What the store says
/// of itself is told by our own error; its own words come only to whoever asks for them (`sled=warn`).
///
/// # Errors
/// A sentence about `log` or `otlp.endpoint`.
pub fn begin(Config { log, otlp, .. }: &Config) -> Result<Telemetry, String> {
    let filter = if log.contains("sled") { log.clone() } else { format!("{log},sled=off") };
    let filter = EnvFilter::try_new(&filter).map_err(|error| format!("log is {filter:?}: {error}"))?;
    let spans = otlp.endpoint.as_deref().map(|endpoint| provider(endpoint, otlp)).transpose()?;
    // When stderr cannot be written (a file on a full disk), the library would tell so on stderr, and panic there.
    let messages = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .with_filter(filter);
    let exported = spans.as_ref().map(|spans| {
        let ours =
            Targets::new().with_target("daftar_api", Level::INFO).with_target("daftar_domain", Level::INFO);
        tracing_opentelemetry::layer().with_tracer(spans.tracer("daftar")).with_filter(ours)
    });
    // A second subscriber in one process is the test harness's own.
    let _ = tracing_subscriber::registry().with(messages).with(exported).try_init();
    Ok(Telemetry { spans })
}

fn provider(endpoint: &str, otlp: &Otlp) -> Result<SdkTracerProvider, String> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector::new())
        .with_endpoint(endpoint)
        .with_timeout(PATIENCE)
        .build()
        .map_err(|error| format!("otlp.endpoint is {endpoint:?}: {error}"))?;
    let share = f64::from(otlp.sampled_percent) / 100.0;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
        .with_max_events_per_span(EVENTS_MAX)
        .with_resource(Resource::builder().with_service_name("daftar").build())
        .build())
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.spans.as_ref().map(|spans| spans.shutdown_with_timeout(PATIENCE)) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The span of a request, below that of its caller if there is one (W3C Trace Context).
pub fn of_request(id: &str, request: &axum::extract::Request) -> tracing::Span {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let span = tracing::info_span!("request", request_id = id, method, path, status = tracing::field::Empty);
    if !span.is_disabled() {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        // Without a collector there is nothing to stand below.
        let _ = span.set_parent(caller);
    }
    span
}

/// Sends batches of spans. Blocks: the exporter has a thread of its own.
#[derive(Debug)]
struct Collector(ureq::Agent);

impl Collector {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().tls_config(client::tls()).http_status_as_error(false);
        Self(config.timeout_global(Some(PATIENCE)).build().into())
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, batch) = request.into_parts();
        let (parts, mut told) = self.0.run(Request::from_parts(parts, batch.to_vec()))?.into_parts();
        Ok(Response::from_parts(parts, told.read_to_vec()?.into()))
    }
}
