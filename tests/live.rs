//! What is told live is what is recorded: no gap, nothing twice, whatever the client does between two items.

use std::io::{BufRead, BufReader};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::faults::Random;
use crate::support::socket::{Socket, hear, open, open_narrow, tell};
use crate::support::{PATIENCE, Running, agent, configured, folder, park};

/// An event as it is told, or as it is recorded.
type Seen = (u64, String);

const EVENTS: &str = "subscription($after: Position!, $filter: EventSubscriptionFilter) { \
                      events(after: $after, filter: $filter) { position event { position type } } }";

fn number(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no position: {value}"))
}

/// Takes an item: what it tells, and the position that it goes on from.
fn take(item: &Value, seen: &mut Vec<Seen>) -> u64 {
    let event = &item["event"];
    if !event.is_null() {
        assert_eq!(event["position"], item["position"], "an item goes on from its event");
        seen.push((number(&event["position"]), event["type"].as_str().expect("a type").to_owned()));
    }
    number(&item["position"])
}

/// Reads some items over a WebSocket, and goes without a word or with one.
fn by_socket(
    server: &Running,
    variables: &Value,
    random: &mut Random,
    seen: &mut Vec<Seen>,
    end: &AtomicU64,
) -> u64 {
    let mut socket = open(server);
    tell(
        &mut socket,
        json!({ "type": "subscribe", "id": "a", "payload": { "query": EVENTS, "variables": variables } }),
    );
    let mut after = number(&variables["after"]);
    for _ in 0..=random.below(40) {
        if random.below(16) == 0 {
            std::thread::sleep(Duration::from_millis(random.below(50)));
        }
        let item = hear(&mut socket);
        assert_eq!(item["type"], "next", "{item}");
        after = take(&item["payload"]["data"]["events"], seen);
        if after >= end.load(Ordering::Relaxed) {
            break;
        }
    }
    if random.coin() {
        tell(&mut socket, json!({ "type": "complete", "id": "a" }));
    }
    after
}

/// Reads some items as server-sent events, and goes in the middle of what follows.
fn by_stream(
    server: &Running,
    variables: &Value,
    random: &mut Random,
    seen: &mut Vec<Seen>,
    end: &AtomicU64,
) -> u64 {
    let answer = agent()
        .post(format!("http://{}/graphql", server.address))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .send(json!({ "query": EVENTS, "variables": variables }).to_string())
        .expect("it answers");
    let lines = BufReader::new(answer.into_body().into_reader()).lines().map_while(Result::ok);
    let items = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    let mut after = number(&variables["after"]);
    for item in items.take(1 + random.below(40) as usize) {
        let item: Value = serde_json::from_str(&item).expect("JSON");
        after = take(&item["data"]["events"], seen);
        if after >= end.load(Ordering::Relaxed) {
            break;
        }
    }
    after
}

/// Follows the log up to a position with as many connections as it takes.
fn follow(server: &Running, number: u64, filter: &Value, end: &AtomicU64) -> Vec<Seen> {
    let mut random = Random::new(&format!("subscriber {number}"));
    let (mut seen, mut after) = (Vec::new(), 0);
    while after < end.load(Ordering::Relaxed) {
        let variables = json!({ "after": after.to_string(), "filter": filter });
        let reached = match random.coin() {
            true => by_socket(server, &variables, &mut random, &mut seen, end),
            false => by_stream(server, &variables, &mut random, &mut seen, end),
        };
        assert!(reached >= after, "{reached} follows {after}");
        after = reached;
    }
    seen
}

fn recorded(server: &Running) -> Vec<Seen> {
    let (_, lines) = server.get("/log/events?after=0");
    let event = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        (number(&line["position"]), line["type"].as_str().expect("a type").to_owned())
    };
    lines.lines().map(event).collect()
}

#[test]
fn whoever_reconnects_at_random_under_load_has_seen_the_log() {
    const PARKS: u64 = 150;
    let (_keep, server) = configured("[subscription]\nprogress_seconds = 1\n");
    let before = server.position();
    // Past the end for as long as more is recorded.
    let end = AtomicU64::new(u64::MAX);
    let revised = json!({ "types": ["ParkRevised"] });
    let seen = std::thread::scope(|scope| {
        let followers: Vec<_> = [Value::Null, Value::Null, revised.clone(), revised]
            .into_iter()
            .zip(1..)
            .map(|(filter, number)| {
                let (server, end) = (&server, &end);
                scope.spawn(move || follow(server, number, &filter, end))
            })
            .collect();
        for number in 1..=PARKS {
            let code = format!("P-{number}");
            server.command("establishPark", park(&code));
            server
                .command("revisePark", json!({ "park": { "code": code }, "plots": 20, "on": "2011-01-01" }));
        }
        end.store(server.position(), Ordering::Relaxed);
        followers
            .into_iter()
            .map(|follower| follower.join().expect("it has seen the end"))
            .collect::<Vec<_>>()
    });
    let all = recorded(&server);
    assert_eq!(all.len() as u64, before + 2 * PARKS);
    let revisions: Vec<_> = all.iter().filter(|(_, name)| name == "ParkRevised").cloned().collect();
    assert_eq!(revisions.len() as u64, PARKS);
    for (follower, right) in seen.iter().zip([&all, &all, &revisions, &revisions]) {
        assert_eq!(follower, right);
    }
}

/// Hears items until a position, or until the connection is closed: with that code.
fn hear_until(socket: &mut Socket, end: u64, seen: &mut Vec<u64>) -> Option<u64> {
    while seen.last() != Some(&end) {
        let item = hear(socket);
        if let Some(code) = item.get("closed") {
            return code.as_u64();
        }
        seen.push(number(&item["payload"]["data"]["events"]["position"]));
    }
    None
}

/// Waits until the server has sent all that finds room on the way to a client: until what the client has not taken is the
/// same for a while.
fn wait_until_full(server: &Running, socket: &Socket) {
    let port = |address: &str| {
        format!("{:04X}", address.rsplit(':').next().map_or(0, |port| port.parse().unwrap_or(0_u16)))
    };
    let client = socket.get_ref().local_addr().expect("it is connected").to_string();
    let (ours, theirs) = (port(&client), port(&server.address));
    let waiting = || {
        let sockets = std::fs::read_to_string("/proc/net/tcp").expect("Linux tells of its sockets");
        let server_side =
            sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).find(|fields| {
                fields.len() > 4
                    && fields[1].ends_with(&format!(":{theirs}"))
                    && fields[2].ends_with(&format!(":{ours}"))
            });
        server_side.expect("the connection is open")[4].to_owned()
    };
    let (began, mut last, mut same) = (Instant::now(), waiting(), 0);
    while same < 3 {
        assert!(began.elapsed() < PATIENCE, "there is room for all of it");
        std::thread::sleep(Duration::from_millis(500));
        let now = waiting();
        same = if now == last && !now.starts_with("00000000:") { same + 1 } else { 0 };
        last = now;
    }
}

#[test]
fn a_slow_client_is_closed_with_a_reason_and_goes_on_from_where_it_was() {
    const SLOW_SECONDS: u64 = 5;
    let (_keep, server) = configured(&format!("[subscription]\nsend_max_seconds = {SLOW_SECONDS}\n"));
    let commands: Vec<_> =
        (1..=200).map(|number| json!({ "establishPark": park(&format!("P-{number}")) })).collect();
    let submit = "mutation($input: SubmitInput!) { submit(input: $input) { position } }";
    let answer = server.ask_with(submit, json!({ "input": { "commands": commands } }));
    assert!(answer["errors"].is_null(), "{answer}");
    let (begin, end) = (server.position() - 200, server.position());
    // Large items, which fill what lies between the server and a client that takes none.
    let many: String =
        (0..400).map(|name| format!("a{name}: event {{ commandHash commandId actorId }} ")).collect();
    let ask = |socket: &mut Socket, after: u64| {
        let query = format!("subscription {{ events(after: \"{after}\") {{ position {many} }} }}");
        tell(socket, json!({ "type": "subscribe", "id": "a", "payload": { "query": query } }));
    };
    let (mut socket, mut seen) = (open_narrow(&server), Vec::new());
    ask(&mut socket, begin);
    wait_until_full(&server, &socket);
    // The item that finds no room is given up after one such time, and the reason waits for another.
    std::thread::sleep(Duration::from_secs(SLOW_SECONDS));
    assert_eq!(hear_until(&mut socket, end, &mut seen), Some(1013), "{} items", seen.len());
    let reached = *seen.last().expect("something was sent");
    let mut socket = open(&server);
    ask(&mut socket, reached);
    assert_eq!(hear_until(&mut socket, end, &mut seen), None);
    assert_eq!(seen, (begin + 1..=end).collect::<Vec<_>>());
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

#[test]
fn a_live_query_of_an_entity_and_the_overview_agree_with_the_same_query_asked() {
    let (_keep, server) = configured("[subscription]\nprogress_seconds = 1\nlive_rest_milliseconds = 0\n");
    server.command("establishPark", park("P-1"));
    server.command("establishPark", park("P-2"));
    let id = server.ask("{ park(by: { code: \"P-1\" }) { id } }")["data"]["park"]["id"].clone();
    let fields = "park(by: { code: \"P-1\" }) { code plots } overview(period: { solarHijri: { year: 1398 } }) { industrialParks }";
    let mut socket = open(&server);
    let query = format!(
        "subscription($id: ID!) {{ live(touching: {{ entities: [$id] }}) {{ position query {{ {fields} }} }} }}"
    );
    tell(
        &mut socket,
        json!({ "type": "subscribe", "id": "a", "payload": { "query": query, "variables": { "id": id } } }),
    );
    let mut told = || hear(&mut socket)["payload"]["data"]["live"].clone();
    let asked = || server.ask(&format!("{{ {fields} }}"));
    let same = |item: &Value| {
        let asked = asked();
        assert_eq!((&item["query"], &item["position"]), (&asked["data"], &asked["extensions"]["position"]));
    };
    same(&told());
    // Of another entity: only progress is told, with its position.
    server.command("revisePark", json!({ "park": { "code": "P-2" }, "plots": 30, "on": "2011-01-01" }));
    assert_eq!(told(), json!({ "position": server.position().to_string(), "query": null }));
    server.command("revisePark", json!({ "park": { "code": "P-1" }, "plots": 40, "on": "2011-01-01" }));
    let item = std::iter::repeat_with(told).find(|item| !item["query"].is_null()).expect("it comes");
    assert_eq!(item["query"]["park"]["plots"], 40);
    same(&item);
}
