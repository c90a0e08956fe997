//! Events as they are recorded: over WebSocket and as server-sent events.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};

use crate::support::socket::{Socket, connect, hear, open, tell};
use crate::support::{Running, folder, park};

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
