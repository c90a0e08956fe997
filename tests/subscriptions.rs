//! Events as they are recorded: over WebSocket and as server-sent events.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

use crate::support::{PATIENCE, Running, folder, park};

type Socket = WebSocket<TcpStream>;

fn connect(server: &Running) -> Socket {
    let mut request = format!("ws://{}/graphql", server.address).into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("text"));
    let stream = TcpStream::connect(&server.address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    tungstenite::client(request, stream).expect("a WebSocket").0
}

fn tell(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).expect("it is open");
}

fn hear(socket: &mut Socket) -> Value {
    match socket.read().expect("it is open") {
        Message::Text(text) => serde_json::from_str(text.as_str()).expect("JSON"),
        Message::Close(frame) => json!({ "closed": frame.map(|frame| u16::from(frame.code)) }),
        other => panic!("{other:?}"),
    }
}

fn open(server: &Running) -> Socket {
    let mut socket = connect(server);
    tell(&mut socket, json!({ "type": "connection_init" }));
    assert_eq!(hear(&mut socket), json!({ "type": "connection_ack" }));
    socket
}

fn subscribe(socket: &mut Socket, id: &str, arguments: &str) {
    let query = format!("subscription {{ events{arguments} {{ position event {{ position type }} }} }}");
    tell(socket, json!({ "type": "subscribe", "id": id, "payload": { "query": query } }));
}

#[test]
fn stored_events_come_first_then_new_ones_each_once() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    server.command("establishPark", park("P-1"));
    let stored = server.position();
    let mut socket = open(&server);
    subscribe(&mut socket, "a", "(after: \"2\")");
    let mut positions = Vec::new();
    for number in 2..8 {
        server.command("establishPark", park(&format!("P-{number}")));
    }
    while positions.len() < (stored + 6 - 2) as usize {
        let item = hear(&mut socket);
        assert_eq!((&item["type"], &item["id"]), (&json!("next"), &json!("a")), "{item}");
        let told = &item["payload"]["data"]["events"];
        assert_eq!(told["position"], told["event"]["position"]);
        positions
            .push(told["position"].as_str().and_then(|text| text.parse::<u64>().ok()).expect("a position"));
    }
    assert_eq!(positions, (3..=stored + 6).collect::<Vec<_>>());
    tell(&mut socket, json!({ "type": "complete", "id": "a" }));
    tell(&mut socket, json!({ "type": "ping" }));
    assert_eq!(hear(&mut socket), json!({ "type": "pong" }));
}

#[test]
fn a_filter_lets_through_what_matches_and_tells_progress_otherwise() {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    std::fs::write(&file, "[subscription]\nprogress_seconds = 1\n").expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    let mut socket = open(&server);
    subscribe(&mut socket, "a", "(filter: { types: [\"ParkRevised\"] })");
    server.command("establishPark", park("P-1"));
    let item = hear(&mut socket);
    assert_eq!(
        item["payload"]["data"]["events"],
        json!({ "position": server.position().to_string(), "event": null })
    );
    server.command("revisePark", json!({ "park": { "code": "P-1" }, "plots": 20, "on": "2011-01-01" }));
    let item = std::iter::repeat_with(|| hear(&mut socket))
        .find(|item| !item["payload"]["data"]["events"]["event"].is_null());
    assert_eq!(item.expect("it comes")["payload"]["data"]["events"]["event"]["type"], "ParkRevised");
}

#[test]
fn what_breaks_the_protocol_is_closed_or_refused() {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    std::fs::write(&file, "[subscription]\ninit_max_seconds = 1\nper_connection_max = 1\n").expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    let closed = |socket: &mut Socket| hear(socket)["closed"].as_u64();
    assert_eq!(closed(&mut connect(&server)), Some(4408));
    let mut socket = connect(&server);
    subscribe(&mut socket, "a", "");
    assert_eq!(closed(&mut socket), Some(4401));
    let mut socket = open(&server);
    tell(&mut socket, json!({ "type": "connection_init" }));
    assert_eq!(closed(&mut socket), Some(4429));
    let mut socket = open(&server);
    tell(&mut socket, json!({ "type": "shout" }));
    assert_eq!(closed(&mut socket), Some(4400));
    let mut socket = open(&server);
    subscribe(&mut socket, "a", "");
    subscribe(&mut socket, "a", "");
    assert_eq!(closed(&mut socket), Some(4409));
    let mut socket = open(&server);
    subscribe(&mut socket, "a", "");
    subscribe(&mut socket, "b", "");
    assert_eq!(closed(&mut socket), Some(4429));
    let mut socket = open(&server);
    for (arguments, code) in [
        ("(before: 1)", "GRAPHQL_VALIDATION_FAILED"),
        ("(after: \"1000\")", "INVALID_ARGUMENT"),
        ("(filter: { types: [\"X\"] })", "INVALID_ARGUMENT"),
    ] {
        subscribe(&mut socket, "a", arguments);
        let item = hear(&mut socket);
        let errors = if item["type"] == "error" { &item["payload"] } else { &item["payload"]["errors"] };
        assert_eq!(errors[0]["extensions"]["code"], code, "{item}");
        if item["type"] == "next" {
            assert_eq!(hear(&mut socket)["type"], "complete");
        }
    }
}

#[test]
fn a_stopping_server_closes_its_subscriptions() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let mut socket = open(&server);
    subscribe(&mut socket, "a", "");
    tell(&mut socket, json!({ "type": "ping" }));
    assert_eq!(hear(&mut socket), json!({ "type": "pong" }));
    server.signal("TERM");
    assert_eq!(hear(&mut socket)["closed"], json!(1001));
    assert!(server.terminate().success());
}

#[test]
fn events_are_sent_as_server_sent_events_too() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    server.command("establishPark", park("P-1"));
    let body =
        json!({ "query": "subscription { events(after: \"0\") { position event { type } } }" }).to_string();
    let answer = ureq::post(format!("http://{}/graphql", server.address))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .send(body)
        .expect("it answers");
    let mut lines = BufReader::new(answer.into_body().into_reader()).lines().map_while(Result::ok);
    let mut next =
        || lines.by_ref().find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).expect("an item");
    for position in 1..=server.position() {
        let item: Value = serde_json::from_str(&next()).expect("JSON");
        assert_eq!(item["data"]["events"]["position"], position.to_string());
    }
    server.command("establishPark", park("P-2"));
    let item: Value = serde_json::from_str(&next()).expect("JSON");
    assert_eq!(item["data"]["events"]["event"]["type"], "ParkEstablished");
}

#[test]
fn a_live_query_is_answered_again_when_something_touches_it() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let mut socket = open(&server);
    let query = "subscription { live(touching: { types: [\"ParkEstablished\"] }) { position query { parks { totalCount } } } }";
    tell(&mut socket, json!({ "type": "subscribe", "id": "a", "payload": { "query": query } }));
    let mut told = || hear(&mut socket)["payload"]["data"]["live"].clone();
    let of = |parks: u64| json!({ "position": server.position().to_string(), "query": { "parks": { "totalCount": parks } } });
    assert_eq!(told(), of(0));
    server.command("establishPark", park("P-1"));
    assert_eq!(told(), of(1));
    server.command("revisePark", json!({ "park": { "code": "P-1" }, "plots": 20, "on": "2011-01-01" }));
    server.command("establishPark", park("P-2"));
    assert_eq!(told(), of(2));
    // However fast commits follow one another, the last answer has them all, and none is told twice.
    for number in 3..20 {
        server.command("establishPark", park(&format!("P-{number}")));
    }
    let mut last = told();
    while last != of(19) {
        let next = told();
        let position = |item: &Value| item["position"].as_str().and_then(|text| text.parse::<u64>().ok());
        assert!(position(&next) > position(&last), "{last} {next}");
        last = next;
    }
}
