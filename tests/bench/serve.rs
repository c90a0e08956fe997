//! The server on the national set: first start, restart, reads beside a bare axum handler, memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::load::{Slice, Work, ask, drive};
use crate::table::{Table, beside, median, rate};

const PAGE: &str = "query Page($province: ProvinceCode!, $status: OperatingStatus!) { smes(filter: {province: {eq: $province}, status: {eq: $status}}, first: 20) { totalCount nodes { businessId name park { name } } pageInfo { hasNextPage endCursor } } }";
const OVERVIEW: &str = "query Report($period: PeriodInput!) { overview(period: $period) { smes { total active activeShare idle exporting } industrialParks exportConsortiums exportManagementCompanies exports { valueUsd byCommodityGroup { commodityGroup valueUsd share } byDestination(first: 3) { country valueUsd share } } } }";

/// A process of ours, ended when it goes out of scope.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Running {
    /// Starts the server on a data folder and waits until it answers; tells how long that took.
    pub fn daftar(data: &Path, address: SocketAddr, settings: &[(&str, &str)]) -> (Self, Duration) {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_daftar"))
            .args(["serve", "--demo", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
        wait(address);
        let took = began.elapsed();
        std::thread::spawn(move || while let Some(Ok(_)) = said.next() {});
        (Self(child), took)
    }

    fn bare(folder: &Path, address: SocketAddr) -> Self {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["bare", &address.to_string()])
            .arg(folder)
            .spawn()
            .expect("this program starts");
        wait(address);
        Self(child)
    }

    /// Resident memory, in MiB.
    pub fn resident(&self) -> f64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("a live process");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok()).expect("a number")
            / 1024.0
    }

    /// The CPU that it has used, of all its threads, in seconds; the kernel counts hundredths.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("a live process");
        let (_, fields) = stat.rsplit_once(')').expect("its name stands in brackets");
        let ticks =
            fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().expect("a number"));
        ticks.sum::<f64>() / 100.0
    }

    /// Ends it as an operator would.
    pub fn stop(mut self) {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("kill");
        assert!(self.0.wait().expect("it ends").success(), "SIGTERM ends it with 0");
    }
}

/// Waits until a server answers with a 200.
fn wait(address: SocketAddr) {
    let began = Instant::now();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: 24\r\nconnection: close\r\n\r\n{{\"query\":\"{{__typename}}\"}}"
    );
    loop {
        let mut answer = String::new();
        if let Ok(mut stream) = TcpStream::connect(address)
            && stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
        {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(300), "{address} does not answer");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// An address that nothing listens on.
pub fn free() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// The body of a request.
pub fn body(query: &str, variables: &serde_json::Value) -> String {
    serde_json::json!({ "query": query, "variables": variables }).to_string()
}

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let mut table = Table::new("The demo's start", &["what", "seconds", "aim"]);
    let (server, took) = Running::daftar(&data, free(), &[]);
    table.row(&["first start".into(), format!("{:.1}", took.as_secs_f64()), "15".into()]);
    server.stop();
    let address = free();
    let (server, took) = Running::daftar(&data, address, &[]);
    table.row(&["restart".into(), format!("{:.1}", took.as_secs_f64()), "2".into()]);
    table.print();

    let mut table = Table::new(
        "Reads, 16 connections",
        &["what", "answers", "req/s", "bare axum", "ratio", "p50 µs", "p99 µs"],
    );
    reads(&mut table, "cached", address);
    let resident = server.resident();
    server.stop();
    let address = free();
    let (server, _) = Running::daftar(&data, address, &[("DAFTAR_GRAPHQL__ANSWERS_CACHED_MAX", "0")]);
    reads(&mut table, "computed", address);
    table.print();
    server.stop();
    println!("\nResident memory after the load: {resident:.0} MiB");
}

/// The same questions to the server and to a bare handler, in turns.
fn reads(table: &mut Table, answers: &str, address: SocketAddr) {
    for (name, bodies, aim) in items() {
        let work = |address| Work { address, path: "/graphql".into(), bodies: bodies.clone() };
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("graphql"), ask(&work(address))).expect("written");
        let bare_address = free();
        let bare = Running::bare(folder.path(), bare_address);
        let rounds: Vec<_> =
            (0..5).map(|_| [address, bare_address].map(|address| drive(&work(address), 16, 2.0))).collect();
        let middle = |of: &dyn Fn(&[Slice; 2]) -> f64| median(rounds.iter().map(of).collect());
        table.row(&[
            name.into(),
            answers.into(),
            rate(middle(&|[ours, _]| ours.rate)),
            rate(middle(&|[_, limit]| limit.rate)),
            beside(middle(&|[ours, limit]| ours.rate / limit.rate), aim),
            format!("{:.0}", middle(&|[ours, _]| ours.p50.as_secs_f64() * 1e6)),
            format!("{:.0}", middle(&|[ours, _]| ours.p99.as_secs_f64() * 1e6)),
        ]);
        drop(bare);
    }
}

/// What is asked: 62 pages of units, and the report.
fn items() -> [(&'static str, Vec<String>, f64); 2] {
    let nine_months =
        serde_json::json!({ "period": { "solarHijri": { "year": 1398, "fromMonth": 1, "toMonth": 9 } } });
    [("page of 20", pages(), 0.15), ("overview", vec![body(OVERVIEW, &nine_months)], 0.4)]
}

/// A page of units per province and status.
pub fn pages() -> Vec<String> {
    (0..31)
        .flat_map(|province| ["ACTIVE", "IDLE"].map(|status| (province, status)))
        .map(|(province, status)| {
            body(PAGE, &serde_json::json!({ "province": format!("IR-{province:02}"), "status": status }))
        })
        .collect()
}
