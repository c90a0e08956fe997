//! Reads while much is recorded: their slowest hundredth beside that of a quiet server, in turns.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::load::{Slice, Work, answer, ask, drive};
use crate::serve::{Running, body, free, pages};
use crate::table::{Table, beside, median, rate};

/// Durable mutations a second.
const WRITES: usize = 1_000;
/// Connections that write.
const WRITERS: usize = 32;
/// Quiet and busy slices.
const ROUNDS: usize = 5;
/// Seconds of a slice.
const SECONDS: f64 = 3.0;

const RECORD: &str =
    "mutation($input: RecordExportInput!) { recordExport(input: $input) { errors { message } position } }";
const MODELS: &str = "{ exports(first: 100, filter: { channel: { eq: DIRECT } }) { nodes { on hs destination { code } sme { businessId } } } }";

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = free();
    let (server, _) = Running::daftar(&folder.path().join("data"), address, &[]);
    let work = |bodies| Work { address, path: "/graphql".into(), bodies };
    let models: Value = serde_json::from_str(&ask(&work(vec![body(MODELS, &json!({}))]))).expect("JSON");
    let models = models["data"]["exports"]["nodes"].as_array().expect("exports").clone();
    let reading = work(pages());
    let mut table = Table::new(
        &format!("Reads of pages while {WRITES} exports a second are recorded durably"),
        &["connections", "quiet req/s", "busy req/s", "recorded/s", "quiet p99 µs", "busy p99 µs", "ratio"],
    );
    for (load, connections) in [1, 16].into_iter().enumerate() {
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            let quiet = drive(&reading, connections, SECONDS);
            let first = (load * ROUNDS + round) * WRITES * 4;
            let inputs: Vec<_> = (first..).zip(models.iter().cycle()).map(input).take(WRITES * 4).collect();
            let (busy, recorded) = std::thread::scope(|scope| {
                let writing = scope.spawn(|| record(address, &inputs));
                (drive(&reading, connections, SECONDS), writing.join().expect("all were recorded"))
            });
            rounds.push((quiet, busy, recorded));
        }
        let middle = |of: &dyn Fn(&(Slice, Slice, f64)) -> f64| median(rounds.iter().map(of).collect());
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        table.row(&[
            connections.to_string(),
            rate(middle(&|(quiet, ..)| quiet.rate)),
            rate(middle(&|(_, busy, _)| busy.rate)),
            rate(middle(&|(.., recorded)| *recorded)),
            format!("{:.0}", middle(&|(quiet, ..)| micros(quiet.p99))),
            format!("{:.0}", middle(&|(_, busy, _)| micros(busy.p99))),
            beside(middle(&|(quiet, busy, _)| micros(busy.p99) / micros(quiet.p99)), 3.0),
        ]);
    }
    table.print();
    server.stop();
}

/// An export like one that is recorded, with a declaration of its own.
fn input((number, model): (usize, &Value)) -> String {
    let input = json!({
        "exporter": { "sme": { "businessId": model["sme"]["businessId"] } }, "office": "bench",
        "declaration": format!("{:08}", 90_000_000 + number), "item": 1, "hs": model["hs"],
        "destination": model["destination"]["code"], "netWeight": "100", "valueUsd": "100", "on": model["on"],
    });
    body(RECORD, &json!({ "input": input }))
}

/// Records at the rate, however long one takes; tells how many a second were acknowledged while the reads went on.
fn record(address: SocketAddr, bodies: &[String]) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    let began = Instant::now();
    let every = Duration::from_secs_f64(WRITERS as f64 / WRITES as f64);
    let recorded: usize = local.block_on(&runtime, async {
        let writer = async |first: usize| {
            let mut stream = TcpStream::connect(address).await.expect("a server");
            stream.set_nodelay(true).expect("a socket option");
            let (mut recorded, mut buffer) = (0, Vec::new());
            for (turn, body) in (0..).zip(bodies.iter().skip(first).step_by(WRITERS)) {
                let due = began + every * turn + every * first as u32 / WRITERS as u32;
                tokio::time::sleep_until(due.into()).await;
                if began.elapsed().as_secs_f64() >= SECONDS {
                    break;
                }
                let head = format!(
                    "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.expect("a request sent");
                let start = answer(&mut stream, &mut buffer).await;
                let told = std::str::from_utf8(&buffer[start..]).expect("JSON is UTF-8");
                assert!(told.contains("\"errors\":[]") && !told.contains("\"position\":null"), "{told}");
                recorded += 1;
            }
            recorded
        };
        futures_util::future::join_all((0..WRITERS).map(writer)).await.into_iter().sum()
    });
    recorded as f64 / began.elapsed().as_secs_f64()
}
