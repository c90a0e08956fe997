//! Subscribers: the memory of each, and what it costs to tell all of them of an event.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::load::{Work, ask};
use crate::serve::{Running, body, free};
use crate::table::{Table, beside};

/// Subscribers at a time; the cost of each must not grow with their number.
const SUBSCRIBERS: [usize; 2] = [500, 5_000];
/// Events that all of them are told of, one after the other.
const EVENTS: usize = 20;
/// The most memory that a subscriber may take, in KiB.
const SUBSCRIBER_MAX_KIB: f64 = 64.0;
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

const EVENTS_QUERY: &str = "subscription { events { position event { type entityId recordedAt } } }";

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = free();
    let settings = [("DAFTAR_SUBSCRIPTION__CONNECTIONS_MAX", "10000")];
    let (server, _) = Running::daftar(&folder.path().join("data"), address, &settings);
    let mut table = Table::new(
        "Subscribers over WebSocket, all told of each event",
        &[
            "subscribers",
            "KiB each",
            "all told ms",
            "CPU µs each",
            "KiB each after",
            "cost of one, of that among few",
        ],
    );
    let mut among_few = None;
    for subscribers in SUBSCRIBERS {
        let told = measure(&server, address, subscribers);
        let few = *among_few.get_or_insert(told.micros);
        table.row(&[
            subscribers.to_string(),
            beside(told.kib, SUBSCRIBER_MAX_KIB),
            format!("{:.0}", told.millis),
            format!("{:.1}", told.micros),
            format!("{:.1}", told.kib_after),
            beside(told.micros / few, 1.5),
        ]);
    }
    table.print();
    server.stop();
}

struct Told {
    kib: f64,
    kib_after: f64,
    millis: f64,
    micros: f64,
}

/// Counts what the subscribers hear.
#[derive(Default)]
struct Heard {
    items: Cell<usize>,
    more: Notify,
}

impl Heard {
    async fn reach(&self, items: usize) {
        let waiting = async {
            while self.items.get() < items {
                self.more.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("all are told in time");
    }
}

fn measure(server: &Running, address: SocketAddr, subscribers: usize) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let before = server.resident();
        let each = |resident: f64| (resident - before) * 1024.0 / subscribers as f64;
        let heard = Rc::new(Heard::default());
        for _ in 0..subscribers {
            let stream = subscribe(address).await;
            tokio::task::spawn_local(listen(stream, Rc::clone(&heard)));
        }
        // The first event tells that all of them are listening.
        record(address).await;
        heard.reach(subscribers).await;
        let kib = each(server.resident());
        let (began, cpu) = (Instant::now(), server.cpu_seconds());
        for event in 2..=EVENTS + 1 {
            record(address).await;
            heard.reach(event * subscribers).await;
        }
        Told {
            kib,
            kib_after: each(server.resident()),
            millis: began.elapsed().as_secs_f64() * 1e3 / EVENTS as f64,
            micros: (server.cpu_seconds() - cpu) * 1e6 / (EVENTS * subscribers) as f64,
        }
    })
}

/// Records an event.
async fn record(address: SocketAddr) {
    let input = json!({ "code": format!("B-{}", uuid::Uuid::now_v7().simple()), "name": "شهرک", "kind": "PARK",
        "province": "IR-10", "area": "12.5", "plots": 10, "on": "2010-01-01" });
    let query = "mutation($input: EstablishParkInput!) { establishPark(input: $input) { position errors { message } } }";
    let bodies = vec![body(query, &json!({ "input": input }))];
    let work = Work { address, path: "/graphql".into(), bodies };
    let told = tokio::task::spawn_blocking(move || ask(&work)).await.expect("it is recorded");
    assert!(told.contains("\"errors\":[]"), "{told}");
}

/// A text frame of a client, masked with zeros.
fn frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short message").to_be_bytes();
    [&[0x81, 0x80 | 126, length[0], length[1], 0, 0, 0, 0], text.as_bytes()].concat()
}

/// Opens a connection and subscribes.
async fn subscribe(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    let upgrade = format!(
        "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.expect("a request sent");
    until(&mut stream, b"\r\n\r\n").await;
    stream.write_all(&frame(r#"{"type":"connection_init"}"#)).await.expect("a message sent");
    until(&mut stream, b"connection_ack").await;
    let message = json!({ "type": "subscribe", "id": "a", "payload": { "query": EVENTS_QUERY } }).to_string();
    stream.write_all(&frame(&message)).await.expect("a message sent");
    stream
}

async fn until(stream: &mut TcpStream, end: &[u8]) {
    let mut heard = Vec::new();
    while !heard.windows(end.len()).any(|window| window == end) {
        assert!(
            stream.read_buf(&mut heard).await.expect("an answer") > 0,
            "the server closed the connection"
        );
    }
}

/// Counts the events that arrive, until the connection ends.
async fn listen(mut stream: TcpStream, heard: Rc<Heard>) {
    const EVENT: &[u8] = b"\"recordedAt\"";
    let mut buffer = Vec::with_capacity(1_024);
    while stream.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
        let found = buffer.windows(EVENT.len()).filter(|window| *window == EVENT).count();
        heard.items.set(heard.items.get() + found);
        // What may be the beginning of the next one stays.
        buffer.drain(..buffer.len().saturating_sub(EVENT.len() - 1));
        if found > 0 {
            heard.more.notify_one();
        }
    }
}
