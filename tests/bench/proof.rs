//! Proofs from a log: inclusion at random positions, consistency between random sizes and the end.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use daftar_api::config::Config;
use daftar_api::server::Server;
use daftar_domain::log::proof::prover::Prover;

use crate::history;
use crate::table::Table;

/// Proofs of each kind.
const PROOFS: u64 = 1_000;
/// The log that is made where none is given.
const EVENTS: u64 = 1_000_000;

/// Runs the section over the log in a folder, or over one that it records.
pub fn run(log: Option<&str>) {
    if let Some(log) = log {
        return measure(Path::new(log));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    history::record(folder.path(), EVENTS);
    measure(folder.path());
}

fn measure(data: &Path) {
    let log = Server::log(&Config { data: data.to_owned(), ..Config::default() }).expect("opens");
    let prover = Prover::new(Arc::clone(&log));
    let (size, _) = prover.end().expect("a log");
    // Spread over the log, in an order that jumps about.
    let place = |number: u64| 1 + number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
    let inclusion = times(|number| {
        std::hint::black_box(prover.inclusion(place(number), size).expect("a proof"));
    });
    let consistency = times(|number| {
        std::hint::black_box(prover.consistency(place(number), size).expect("a proof"));
    });
    let title = format!("Proofs in a log of {size} events, in ms");
    let mut table = Table::new(&title, &["what", "median", "p99", "limit of the median"]);
    for (what, times) in [("inclusion", inclusion), ("consistency with the end", consistency)] {
        let at = |share: f64| format!("{:.2}", times[(share * times.len() as f64) as usize]);
        table.row(&[what.into(), at(0.5), at(0.99), "1".into()]);
    }
    table.print();
}

/// The times of proofs, sorted, in ms.
fn times(prove: impl Fn(u64)) -> Vec<f64> {
    let time = |number| {
        let began = Instant::now();
        prove(number);
        began.elapsed().as_secs_f64() * 1_000.0
    };
    let mut times: Vec<f64> = (0..PROOFS).map(time).collect();
    times.sort_by(f64::total_cmp);
    times
}
