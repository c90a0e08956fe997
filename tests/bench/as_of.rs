//! Questions as of random positions of a log with long histories, and the memory that they take.
//!
//! Each question is asked at a position that was not asked before, so that no past view is at hand: what is measured
//! makes it of the newest one. Nothing is sent over a network.

use std::path::Path;
use std::time::Instant;

use async_graphql::{Request, Value};
use daftar_api::config::Config;
use daftar_api::http::Serving;
use daftar_api::server::Server;
use tokio::sync::watch;

use crate::history;
use crate::table::Table;

/// Positions that each question is asked at.
const POSITIONS: u64 = 200;

const BY_ID: &str =
    "sme(by: {businessId: \"BUSINESS_ID\"}) { id name headcount status statusSince idleReason version
    province { code name } statusHistory { status since position } licences { number issuedOn expiresOn }
    provenance { field position } history(last: 5) { totalCount nodes { position type } } }";
const OVERVIEW: &str = "overview(period: {solarHijri: {year: YEAR, fromMonth: 1, toMonth: 9}}) {
    smes { total active activeShare idle exporting } industrialParks exportConsortiums exportManagementCompanies
    exports { valueUsd byCommodityGroup { commodityGroup valueUsd share } byDestination(first: 3) { country share } } }";
const PAGE: &str = "smes(filter: {province: {eq: \"IR-10\"}, status: {eq: ACTIVE}}, first: 20) { totalCount
    nodes { id name headcount status } }";

/// Runs the section over a log of that many events, or over the one of a folder that [`history::record`] has filled.
pub fn run(log: Option<&str>) {
    let log = log.unwrap_or("1000000");
    match log.parse() {
        Ok(events) => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            history::record(folder.path(), events);
            measure(folder.path());
        }
        Err(_) => measure(Path::new(log)),
    }
}

fn measure(data: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let server = Server::open(Config { data: data.to_owned(), ..Config::default() }).expect("opens");
    let (_stop, stopping) = watch::channel(false);
    let identity = daftar_api::auth::Identity::local();
    let serving =
        Serving::new(std::sync::Arc::clone(&server), identity, stopping).expect("there is no manifest");
    let newest = server.views.newest();
    let (end, before) = (newest.position, resident_mib());
    let ask = |question: &str, place: u64| {
        // Evenly over the log, in an order that jumps about.
        let at = 330_000.min(end / 2) + place * 7_919 % POSITIONS * (end - 330_000.min(end / 2)) / POSITIONS;
        let sme = newest.smes.rows.row((place * 104_729 % 40_000) as u32 % newest.smes.rows.len());
        let question = question
            .replace("BUSINESS_ID", &sme.business_id.to_string())
            .replace("YEAR", &(1398 + place % 7).to_string());
        let question = format!("{{ at(asOf: {{position: \"{at}\"}}) {{ position {question} }} }}");
        let began = Instant::now();
        let answer = runtime.block_on(serving.ask(Request::new(question)));
        let Value::Object(answer) = answer else { panic!("no answer") };
        assert!(matches!(answer.get("at"), Some(Value::Object(_))), "{answer:?}");
        began.elapsed().as_secs_f64() * 1_000.0
    };
    let mut table = Table::new(
        &format!("As of random positions of {end} events, in ms"),
        &["what", "median", "p99", "limit of p99"],
    );
    for (round, (what, question, limit)) in (0..).zip([
        ("a unit by ID", BY_ID, 50),
        ("overview", OVERVIEW, 50),
        ("a filtered page of units", PAGE, 500),
    ]) {
        ask(question, 1);
        let mut times: Vec<f64> = (0..POSITIONS).map(|place| ask(question, place + round)).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| format!("{:.1}", times[(share * times.len() as f64) as usize]);
        table.row(&[what.into(), at(0.5), at(0.99), limit.to_string()]);
    }
    table.print();
    let after = resident_mib();
    let mut table = Table::new("Resident memory, in MiB", &["what", "MiB", "ratio"]);
    table.row(&["opened, nothing asked of the past".into(), format!("{before:.0}"), "1.00".into()]);
    let ratio = format!("{:.2} (limit 3)", after / before);
    table.row(&[
        "after the questions, with the past views that are kept".into(),
        format!("{after:.0}"),
        ratio,
    ]);
    table.print();
    server.ledger.close().expect("closes");
}

/// Memory of this process.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(f64::NAN);
    kib / 1_024.0
}
