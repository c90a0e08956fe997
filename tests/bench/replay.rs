//! Replay of the national set, or of another log: into the state, verified and not; into state and view; beside reading
//! and parsing the same lines. And the start from a snapshot, beside the start that replays.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;

use daftar_api::config::{Config, Snapshot};
use daftar_api::server::Server;
use daftar_domain::envelope::{FORMAT, Recorded};
use daftar_domain::ledger::{Ledger, LedgerSettings, Publish, Published, SystemClock};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, codec, record};
use daftar_domain::opening::{Clock, LogOpened};
use daftar_domain::{State, evolve};

use crate::table::{Table, beside, median, rate};

/// Rounds of each; of a log of more than two million events, fewer.
const ROUNDS: usize = 5;
const ROUNDS_OF_LONG: usize = 2;
/// Stored bytes that a core parses at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Runs the section over the national set, or over the log in a folder.
pub fn run(log: Option<&str>) {
    if let Some(log) = log {
        return measure(Path::new(log));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let recorded =
        std::process::Command::new(env!("CARGO_BIN_EXE_daftar")).args(["demo", "--data"]).arg(&data).output();
    let recorded = recorded.expect("the binary starts");
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
    measure(&data);
}

fn measure(data: &Path) {
    let events = replay(data).0;
    let count = if events > 2_000_000 { ROUNDS_OF_LONG } else { ROUNDS };
    // Each round does all in turn, so that what else the machine does cancels in the ratios.
    let rounds: Vec<[f64; 4]> =
        (0..count).map(|_| [parse(data), fold(data), verify(data), replay(data).1]).collect();
    let middle = |of: &dyn Fn(&[f64; 4]) -> f64| median(rounds.iter().map(of).collect());
    let mut table = Table::new(
        &format!("Replay of {events} events, all cores"),
        &["what", "events/s", "of parsing", "of folding"],
    );
    table.row(&["read and parse".into(), rate(middle(&|[parsed, ..]| *parsed)), "1.00".into(), "".into()]);
    table.row(&[
        "fold the state, nothing verified".into(),
        rate(middle(&|[_, folded, ..]| *folded)),
        format!("{:.2}", middle(&|[parsed, folded, ..]| folded / parsed)),
        "1.00".into(),
    ]);
    table.row(&[
        "verify, fold the state".into(),
        rate(middle(&|[_, _, verified, _]| *verified)),
        format!("{:.2}", middle(&|[parsed, _, verified, _]| verified / parsed)),
        beside(middle(&|[_, folded, verified, _]| verified / folded), 0.7),
    ]);
    table.row(&[
        "verify, fold the state and the view".into(),
        rate(middle(&|[.., served]| *served)),
        beside(middle(&|[parsed, .., served]| served / parsed), 0.5),
        format!("{:.2}", middle(&|[_, folded, _, served]| served / folded)),
    ]);
    table.print();
    starts(data, count);
}

/// Starts that replay, and starts from a snapshot.
fn starts(data: &Path, count: usize) {
    let rounds: Vec<[f64; 3]> = (0..count)
        .map(|_| {
            let (replayed, server) = start(data, false);
            let began = Instant::now();
            server.close().expect("closes");
            let written = began.elapsed().as_secs_f64();
            drop(server);
            let (restored, server) = start(data, true);
            server.ledger.close().expect("closes");
            [replayed, written, restored]
        })
        .collect();
    let middle = |of: &dyn Fn(&[f64; 3]) -> f64| median(rounds.iter().map(of).collect());
    let size = std::fs::metadata(data.join("snapshot")).expect("a snapshot").len() as f64 / 1_048_576.0;
    let mut table =
        Table::new(&format!("Start, snapshot of {size:.1} MiB"), &["what", "seconds", "of replay"]);
    let seconds = |seconds: f64| format!("{seconds:.3}");
    table.row(&["replay".into(), seconds(middle(&|[replayed, ..]| *replayed)), "1.00".into()]);
    table.row(&[
        "write the snapshot, at the end".into(),
        seconds(middle(&|[_, written, _]| *written)),
        "".into(),
    ]);
    table.row(&[
        "start from it".into(),
        seconds(middle(&|[.., restored]| *restored)),
        beside(middle(&|[replayed, _, restored]| restored / replayed), 0.1),
    ]);
    table.print();
    std::fs::remove_file(data.join("snapshot")).expect("a snapshot");
}

/// Opens the server, with the snapshot that is there or without; seconds.
fn start(data: &Path, snapshot: bool) -> (f64, Arc<Server>) {
    if !snapshot {
        // There need not be one.
        let _ = std::fs::remove_file(data.join("snapshot"));
    }
    let config = Config {
        data: data.to_owned(),
        snapshot: Snapshot { every_events: 1_000_000_000, ..Snapshot::default() },
        ..Config::default()
    };
    let began = Instant::now();
    let server = Server::open(config).expect("opens");
    (began.elapsed().as_secs_f64(), server)
}

/// Opens the store and decodes every line; events a second.
fn parse(data: &Path) -> f64 {
    let began = Instant::now();
    let log = SledLog::open(&data.join("log"), SledSettings::default()).expect("opens");
    let (next, lines) = (Mutex::new(1), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let records = {
                        let mut next = next.lock().expect("no reader panics");
                        let records = log.read(*next, CHUNK_BYTES).expect("readable");
                        *next += records.len() as u64;
                        records
                    };
                    if records.is_empty() {
                        return;
                    }
                    for bytes in records {
                        let record = record::decode(&bytes).expect("whole");
                        for line in record.lines() {
                            std::hint::black_box(codec::decode(line).expect("a line"));
                        }
                        lines.fetch_add(u64::from(record.header.count), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    lines.into_inner() as f64 / began.elapsed().as_secs_f64()
}

/// Opens the server, which checks every hash and folds; the events, and events a second.
fn replay(data: &Path) -> (u64, f64) {
    let (seconds, server) = start(data, false);
    let events = server.views.newest().position;
    server.ledger.close().expect("closes");
    (events, events as f64 / seconds)
}

/// Decodes on all cores and folds the state in order, and verifies nothing; events a second.
fn fold(data: &Path) -> f64 {
    let began = Instant::now();
    let log = SledLog::open(&data.join("log"), SledSettings::default()).expect("opens");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = Mutex::new((0_u64, 1));
    let mut state = State::default();
    std::thread::scope(|scope| {
        let (done, decoded) = mpsc::sync_channel::<(u64, Vec<Recorded>)>(cores);
        for _ in 0..cores {
            let (log, next, done) = (&log, &next, done.clone());
            scope.spawn(move || {
                loop {
                    let (number, records) = {
                        let mut next = next.lock().expect("no reader panics");
                        let records = log.read(next.1, CHUNK_BYTES).expect("readable");
                        let number = next.0;
                        *next = (number + 1, next.1 + records.len() as u64);
                        (number, records)
                    };
                    if records.is_empty() {
                        return;
                    }
                    done.send((number, records.iter().flat_map(|bytes| events(bytes)).collect()))
                        .expect("the fold waits");
                }
            });
        }
        drop(done);
        let (mut waiting, mut due) = (BTreeMap::new(), 0);
        for (number, events) in decoded {
            waiting.insert(number, events);
            while let Some(events) = waiting.remove(&due) {
                due += 1;
                events.iter().for_each(|event| evolve(&mut state, event));
            }
        }
    });
    state.position as f64 / began.elapsed().as_secs_f64()
}

fn events(record: &[u8]) -> Vec<Recorded> {
    let record = record::decode(record).expect("whole");
    record.lines().map(|line| codec::decode(line).expect("a line")).collect()
}

/// Opens the ledger without a view: every checksum, hash, root and order is checked, the state is folded; events a
/// second.
fn verify(data: &Path) -> f64 {
    let began = Instant::now();
    let log = Arc::new(SledLog::open(&data.join("log"), SledSettings::default()).expect("opens"));
    let opened = LogOpened { origin: "unused".into(), format: FORMAT, clock: Clock::System, demo: None };
    let reached = Arc::new(AtomicU64::new(0));
    let publish = Box::new(Reached(Arc::clone(&reached)));
    let ledger = Ledger::open(log, opened, Box::new(SystemClock), publish, LedgerSettings::default());
    let ledger = ledger.expect("opens");
    let rate = reached.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    ledger.close().expect("closes");
    rate
}

/// Keeps how far the log goes.
struct Reached(Arc<AtomicU64>);

impl Publish for Reached {
    fn publish(&self, batch: Published) {
        self.0.store(batch.position, Ordering::Relaxed);
    }
}
