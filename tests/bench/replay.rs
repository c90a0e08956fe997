//! Replay of the national set into state and views, beside reading and parsing the same lines.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use daftar_api::config::Config;
use daftar_api::server::Server;
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, codec, record};

use crate::table::{Table, beside, median, rate};

/// Rounds of each.
const ROUNDS: usize = 5;
/// Stored bytes that a core parses at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let recorded =
        std::process::Command::new(env!("CARGO_BIN_EXE_daftar")).args(["demo", "--data"]).arg(&data).output();
    let recorded = recorded.expect("the binary starts");
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (parse(&data), replay(&data))).collect();
    let middle = |of: &dyn Fn(&(f64, f64)) -> f64| median(rounds.iter().map(of).collect());
    let mut table = Table::new("Replay of the national set, all cores", &["what", "events/s", "ratio"]);
    table.row(&["read and parse the lines".into(), rate(middle(&|(parsed, _)| *parsed)), "1.00".into()]);
    table.row(&[
        "verify, fold the state and the view".into(),
        rate(middle(&|(_, folded)| *folded)),
        beside(middle(&|(parsed, folded)| folded / parsed), 0.5),
    ]);
    table.print();
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

/// Opens the server, which checks every hash and folds; events a second.
fn replay(data: &Path) -> f64 {
    let began = Instant::now();
    let server = Server::open(Config { data: data.to_owned(), ..Config::default() }).expect("opens");
    let rate = server.views.newest().position as f64 / began.elapsed().as_secs_f64();
    server.ledger.close().expect("closes");
    rate
}
