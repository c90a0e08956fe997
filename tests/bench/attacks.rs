//! What it costs to refuse or answer what attackers send, beside an ordinary request: the server's CPU, and its memory.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::json;

use crate::serve::{Running, body, free, pages};
use crate::table::{Table, beside};

/// How often each is sent.
const TIMES: usize = 300;

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = free();
    // Kept answers would make the ordinary request too cheap to compare with.
    let settings = [("DAFTAR_GRAPHQL__ANSWERS_CACHED_MAX", "0")];
    let (server, _) = Running::daftar(&folder.path().join("data"), address, &settings);
    let ordinary = pages().remove(0);
    send(address, &ordinary, TIMES);
    let mut table = Table::new(
        "Attack documents, beside an ordinary page of 20 units",
        &["what", "bytes", "CPU µs", "of the ordinary", "memory MiB"],
    );
    let resident = server.resident();
    let mut cost = |what: &str, body: &str, ordinary: Option<f64>| {
        let before = server.cpu_seconds();
        send(address, body, TIMES);
        let micros = (server.cpu_seconds() - before) * 1e6 / TIMES as f64;
        table.row(&[
            what.into(),
            body.len().to_string(),
            format!("{micros:.0}"),
            ordinary.map_or_else(|| "1".into(), |ordinary| beside(micros / ordinary, 3.0)),
            format!("{:+.1}", server.resident() - resident),
        ]);
        micros
    };
    let usual = cost("an ordinary page", &ordinary, None);
    for (what, query) in documents() {
        cost(what, &body(&query, &json!({})), Some(usual));
    }
    let variables = json!({ "x": "x".repeat(1 << 20) });
    cost("a variable of 1 MiB", &body("query($x: ID!) { node(id: $x) { id } }", &variables), Some(usual));
    table.print();
    server.stop();
}

/// Documents that cost much where nothing bounds them.
fn documents() -> Vec<(&'static str, String)> {
    let many = |text: &str, times: usize| text.repeat(times);
    let mut doubling = "{ ...F0 } fragment F60 on Query { __typename }".to_owned();
    for level in 0..60 {
        doubling += &format!(" fragment F{level} on Query {{ ...F{0} ...F{0} }}", level + 1);
    }
    let lists = "{ parks(first: 100) { nodes { smes(first: 100) { nodes { exports(first: 100) { nodes { id } } } } } } }";
    vec![
        ("fragments that double 60 times", doubling),
        ("10,000 aliases", format!("{{ {} }}", many("a:__typename ", 10_000))),
        ("10,000 directives", format!("{{ __typename {} }}", many("@a ", 10_000))),
        (
            "1,000 aliases",
            format!("{{ {} }}", (0..1_000).map(|name| format!("a{name}:__typename ")).collect::<String>()),
        ),
        ("nesting of 60", format!("{{ {} id {} }}", many("node {", 60), many("}", 60))),
        ("60,000 brackets", many("[", 60_000)),
        ("lists in lists in lists", lists.to_owned()),
        ("a string of 60,000", format!("{{ a(b: \"{} }}", many("x", 60_000))),
    ]
}

/// Sends a request so often, over one connection, and reads each answer, whatever it is.
fn send(address: SocketAddr, body: &str, times: usize) {
    let mut stream = TcpStream::connect(address).expect("a server");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), body.as_bytes()].concat();
    let mut buffer = vec![0; 1 << 16];
    for _ in 0..times {
        stream.write_all(&request).expect("a request sent");
        let mut answer = Vec::new();
        loop {
            let read = stream.read(&mut buffer).expect("an answer");
            assert!(read > 0, "the server closed the connection");
            answer.extend_from_slice(&buffer[..read]);
            let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if answer.len() >= end + 4 + length.expect("an answer tells its length") {
                break;
            }
        }
    }
}
