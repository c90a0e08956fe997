//! What goes to a collector of spans: requests and commands by their IDs and codes, nothing that they said.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use serde_json::json;

use crate::support::{configured, park};

/// A collector that takes one batch, as it came.
fn collector() -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let batch = std::thread::spawn(move || taken(&listener.accept().expect("a batch comes").0));
    (address, batch)
}

fn taken(mut stream: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut bytes = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        if line == "\r\n" {
            break;
        }
        if let Some(length) = line.to_lowercase().strip_prefix("content-length:") {
            bytes = length.trim().parse().expect("a number");
        }
    }
    let mut batch = vec![0; bytes];
    reader.read_exact(&mut batch).expect("all of it");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").expect("told");
    batch
}

#[test]
fn a_collector_hears_of_requests_and_commands_and_nothing_that_they_said() {
    let (collector, batch) = collector();
    let (_keep, server) = configured(&format!("[otlp]\nendpoint = \"http://{collector}/v1/traces\"\n"));
    let mut input = park("P-1");
    let command_id = "0198c0de-7f00-7000-8000-0000000000aa";
    input["commandId"] = json!(command_id);
    let said = input["name"].as_str().expect("it has a name").to_owned();
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let caller = format!("00-{trace}-{parent}-01");
    let headers = [
        ("content-type", "application/json"),
        ("x-request-id", "asked-by-a-test"),
        ("traceparent", caller.as_str()),
    ];
    let mutation =
        "mutation Establish($input: EstablishParkInput!) { establishPark(input: $input) { position } }";
    for _ in 0..2 {
        let body = json!({ "query": mutation, "variables": { "input": input } });
        assert_eq!(server.post(&body.to_string(), &headers).0, 200);
        input["commandId"] = json!("0198c0de-7f00-7000-8000-0000000000bb");
    }
    // The last spans go out before it ends.
    assert!(server.terminate().success());
    let batch = batch.join().expect("it does not panic");
    let told = |what: &[u8]| batch.windows(what.len()).any(|window| window == what);
    for what in ["asked-by-a-test", command_id, "establishPark", "recorded", "DUPLICATE_PARK", "/graphql"] {
        assert!(told(what.as_bytes()), "{what}: {}", String::from_utf8_lossy(&batch));
    }
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    };
    assert!(told(&bytes(trace)) && told(&bytes(parent)), "the spans stand below that of the caller");
    assert!(!told(said.as_bytes()), "{}", String::from_utf8_lossy(&batch));
}

#[test]
fn a_collector_that_is_not_there_fails_no_request() {
    let (_keep, server) = configured("[otlp]\nendpoint = \"http://127.0.0.1:9/v1/traces\"\n");
    server.command("establishPark", park("P-1"));
    assert!(server.terminate().success());
}
