//! What operators watch, in the Prometheus text format.
//!
//! Counting is an atomic addition beside the work; what is only a state (queue, lag, disk) is read when it is asked for.
//! Labels come from closed lists (codes, kinds, classes of status), so the number of series is bounded. Nothing here
//! holds a document, a variable, a name or a secret.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use daftar_domain::ledger::{Outcome, Published};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The media type of an exposition.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of durations, in seconds: from 50 µs (an fdatasync on fast storage) to 5 s.
const SECONDS: [f64; 11] = [0.000_05, 0.000_2, 0.001, 0.002, 0.005, 0.02, 0.05, 0.2, 0.5, 1.0, 5.0];

/// Upper bounds of commits, in events.
const EVENTS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabel {
    kind: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A query that was executed.
    Query,
    /// A query whose answer was kept from before.
    Cached,
    /// A mutation.
    Mutation,
    /// A subscription, until it began.
    Subscription,
    /// Refused before anything was executed, or no GraphQL.
    Other,
}

impl RequestKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Cached => "cached",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
            Self::Other => "other",
        }
    }
}

/// What is only a state, read when the metrics are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// The position of the last event in the log.
    pub position: u64,
    /// The position of the newest view.
    pub viewed: u64,
    /// Commands that wait or are under way.
    pub in_flight: usize,
    /// Open WebSocket and SSE connections.
    pub subscribers: usize,
    /// The size of the last checkpoint; 0 where nothing is signed.
    pub signed: u64,
    /// Whether signing has failed, after which no checkpoint follows.
    pub signing_failed: bool,
    /// Whether commands and queries are answered.
    pub ready: bool,
}

/// The counters and histograms of one server.
pub struct Metrics {
    registry: Registry,
    commands: Family<OutcomeLabel, Counter>,
    rejections: Family<CodeLabel, Counter>,
    requests: Family<RequestLabel, Counter>,
    request_seconds: Family<KindLabel, Histogram>,
    append_seconds: Histogram,
    commit_events: Histogram,
    position: Gauge<u64, AtomicU64>,
    view_lag: Gauge<u64, AtomicU64>,
    in_flight: Gauge<u64, AtomicU64>,
    subscribers: Gauge<u64, AtomicU64>,
    signed: Gauge<u64, AtomicU64>,
    signing_failed: Gauge<u64, AtomicU64>,
    ready: Gauge<u64, AtomicU64>,
    store_bytes: Gauge<u64, AtomicU64>,
    disk_free_bytes: Gauge<u64, AtomicU64>,
    memory_bytes: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::with_prefix("daftar"),
            commands: Family::default(),
            rejections: Family::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            append_seconds: seconds(),
            commit_events: Histogram::new(EVENTS),
            position: Gauge::default(),
            view_lag: Gauge::default(),
            in_flight: Gauge::default(),
            subscribers: Gauge::default(),
            signed: Gauge::default(),
            signing_failed: Gauge::default(),
            ready: Gauge::default(),
            store_bytes: Gauge::default(),
            disk_free_bytes: Gauge::default(),
            memory_bytes: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Self { registry, .. } = self;
        registry.register("commands", "Commands by what became of them", self.commands.clone());
        registry.register(
            "rejections",
            "Commands that a rule rejected, by its code",
            self.rejections.clone(),
        );
        registry.register("requests", "Requests by kind and class of status", self.requests.clone());
        registry.register_with_unit(
            "request",
            "Time until the answer began",
            Unit::Seconds,
            self.request_seconds.clone(),
        );
        registry.register_with_unit(
            "append",
            "Time of a durable append",
            Unit::Seconds,
            self.append_seconds.clone(),
        );
        registry.register("commit_events", "Events of one commit", self.commit_events.clone());
        registry.register("position", "Position of the last event", self.position.clone());
        registry.register(
            "view_lag_events",
            "Events that the newest view has not seen",
            self.view_lag.clone(),
        );
        registry.register("commands_waiting", "Commands that wait or are under way", self.in_flight.clone());
        registry.register("subscribers", "Open WebSocket and SSE connections", self.subscribers.clone());
        registry.register("checkpoint_size", "Events below the last signed checkpoint", self.signed.clone());
        registry.register(
            "signing_failed",
            "1 once no checkpoint is signed any more",
            self.signing_failed.clone(),
        );
        registry.register("ready", "1 while commands and queries are answered", self.ready.clone());
        registry.register_with_unit("store", "Size of the record", Unit::Bytes, self.store_bytes.clone());
        registry.register_with_unit(
            "disk_free",
            "What the record's file system has left for it",
            Unit::Bytes,
            self.disk_free_bytes.clone(),
        );
        registry.register_with_unit(
            "memory_resident",
            "Resident memory of the process",
            Unit::Bytes,
            self.memory_bytes.clone(),
        );
    }

    /// Counts a commit that this process appended.
    pub fn appended(&self, batch: &Published) {
        if let Some(took) = batch.appended_in {
            self.append_seconds.observe(took.as_secs_f64());
            self.commit_events.observe(batch.events.len() as f64);
        }
    }

    /// Counts what became of commands.
    pub fn judged<'a>(&self, outcomes: impl IntoIterator<Item = &'a Outcome>) {
        for outcome in outcomes {
            self.commands.get_or_create(&OutcomeLabel { outcome: outcome.as_str() }).inc();
            if let Some(code) = outcome.code() {
                self.rejections.get_or_create(&CodeLabel { code: code.as_str() }).inc();
            }
        }
    }

    /// Counts a request whose answer has begun.
    pub fn answered(&self, kind: RequestKind, status: u16, took: Duration) {
        let kind = kind.as_str();
        self.requests.get_or_create(&RequestLabel { kind, status: status / 100 * 100 }).inc();
        self.request_seconds.get_or_create(&KindLabel { kind }).observe(took.as_secs_f64());
    }

    /// Everything, as text. Reads the folder of the record: not for a thread that serves requests.
    pub fn exposition(&self, now: Now, data: &Path) -> String {
        self.position.set(now.position);
        self.view_lag.set(now.position.saturating_sub(now.viewed));
        self.in_flight.set(now.in_flight as u64);
        self.subscribers.set(now.subscribers as u64);
        self.signed.set(now.signed);
        self.signing_failed.set(now.signing_failed.into());
        self.ready.set(now.ready.into());
        self.store_bytes.set(size_bytes(&data.join("log")));
        self.disk_free_bytes.set(disk_free_bytes(data).unwrap_or_default());
        self.memory_bytes.set(resident_bytes().unwrap_or_default());
        let mut exposition = String::new();
        text::encode(&mut exposition, &self.registry).expect("a string takes all that is written to it");
        exposition
    }
}

/// What a user without special rights may still write on a folder's file system.
pub fn disk_free_bytes(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    told.f_bavail.checked_mul(told.f_frsize)
}

/// The files below a folder. What comes and goes meanwhile may be missed.
fn size_bytes(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().filter_map(|entry| {
        let told = entry.metadata().ok()?;
        Some(if told.is_dir() { size_bytes(&entry.path()) } else { told.len() })
    });
    sizes.sum()
}

/// Resident memory as the kernel tells it; none where there is no /proc.
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(test)]
mod tests {
    use daftar_domain::rejection::{Code, Rejection};

    use super::*;

    #[test]
    fn what_was_counted_is_told_and_states_are_read_when_asked() {
        let metrics = Metrics::default();
        let rejection = Rejection::new(Code::ParkFull, "park", "full");
        metrics.judged(&[Outcome::Rejected(rejection), Outcome::Fault("x".into())]);
        metrics.answered(RequestKind::Query, 200, Duration::from_millis(3));
        metrics.answered(RequestKind::Other, 413, Duration::ZERO);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("log")).expect("a folder");
        std::fs::write(folder.path().join("log/db"), [0; 100]).expect("a file");
        let now = Now {
            position: 12,
            viewed: 10,
            in_flight: 3,
            subscribers: 2,
            signed: 9,
            signing_failed: true,
            ready: true,
        };
        let told = metrics.exposition(now, folder.path());
        for line in [
            r#"daftar_commands_total{outcome="rejected"} 1"#,
            r#"daftar_commands_total{outcome="fault"} 1"#,
            r#"daftar_rejections_total{code="PARK_FULL"} 1"#,
            r#"daftar_requests_total{kind="query",status="200"} 1"#,
            r#"daftar_requests_total{kind="other",status="400"} 1"#,
            r#"daftar_request_seconds_bucket{le="0.005",kind="query"} 1"#,
            "daftar_position 12",
            "daftar_view_lag_events 2",
            "daftar_commands_waiting 3",
            "daftar_subscribers 2",
            "daftar_checkpoint_size 9",
            "daftar_signing_failed 1",
            "daftar_ready 1",
            "daftar_store_bytes 100",
        ] {
            assert!(told.lines().any(|told| told == line), "{line} is missing from\n{told}");
        }
        let value = |name: &str| {
            let line = told.lines().find(|line| line.starts_with(name)).expect("it is told");
            line.rsplit(' ').next().expect("a value").parse::<u64>().expect("a number")
        };
        assert!(value("daftar_disk_free_bytes ") > 0);
        assert!(value("daftar_memory_resident_bytes ") > 1 << 20);
        assert!(told.ends_with("# EOF\n"));
    }
}
