//! What hostile or broken clients send is answered or refused with a code, and costs neither memory nor the others.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{PATIENCE, Running, agent, configured, folder};

const JSON: (&str, &str) = ("content-type", "application/json");

/// More than a server may grow by while it refuses: far above noise, far below what the attacks send.
const GROWTH_MAX_MIB: f64 = 96.0;

fn refused(server: &Running, query: &str) -> String {
    let body = json!({ "query": query }).to_string();
    let (status, answer) = server.post(&body, &[JSON, ("accept", "application/graphql-response+json")]);
    assert_eq!(status, 400, "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    answer["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
}

/// A request sent byte by byte over a socket of its own.
fn raw(server: &Running, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.write_all(sent).expect("it reads");
    stream
}

fn heard(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset has told all that it will.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn documents_that_explode_are_refused_at_a_flat_memory() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let mut doubling = "{ ...F0 } fragment F60 on Query { __typename }".to_owned();
    for level in 0..60 {
        doubling += &format!(" fragment F{level} on Query {{ ...F{0} ...F{0} }}", level + 1);
    }
    let many = |text: &str, times| std::iter::repeat_n(text, times).collect::<String>();
    let attacks = [
        (doubling, "QUERY_TOO_COMPLEX"),
        ("{ ...A } fragment A on Query { ...A }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (format!("{{ {} }}", many("a:__typename ", 10_000)), "DOCUMENT_TOO_LARGE"),
        (format!("{{ {} }}", many("a:id ", 1_000)), "QUERY_TOO_COMPLEX"),
        (format!("{{ __typename {} }}", many("@a ", 10_000)), "DOCUMENT_TOO_LARGE"),
        (format!("{{ __typename {} }}", many("@skip(if: false) ", 300)), "QUERY_TOO_COMPLEX"),
        (format!("{{ {} id {} }}", many("node {", 60), many("}", 60)), "QUERY_TOO_COMPLEX"),
        (many("[", 60_000), "DOCUMENT_TOO_LARGE"),
        (format!("{{ a(b: \"{} }}", many("x", 60_000)), "GRAPHQL_PARSE_FAILED"),
        (
            "{ parks(first: 100) { nodes { smes(first: 100) { nodes { exports(first: 100) { nodes { id } } } } } } }"
                .to_owned(),
            "QUERY_TOO_COMPLEX",
        ),
    ];
    let before = server.resident_mib();
    for _ in 0..10 {
        for (query, code) in &attacks {
            assert_eq!(&refused(&server, query), code, "{}", &query[..query.len().min(80)]);
        }
    }
    let grown = server.resident_mib() - before;
    assert!(grown < GROWTH_MAX_MIB, "{grown} MiB");
}

#[test]
fn large_variables_and_bodies_are_refused_at_a_flat_memory() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let before = server.resident_mib();
    let large = json!({ "query": "query($x: ID!) { node(id: $x) { id } }", "variables": { "x": "x".repeat(3 << 20) } });
    for _ in 0..20 {
        let (status, answer) = server.post(&large.to_string(), &[JSON]);
        assert!(status == 200 && answer.len() < 10_000, "{status}");
    }
    let head = |length: &str| {
        format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    let told = heard(raw(&server, head("content-length: 104857600").as_bytes()));
    assert!(told.starts_with("HTTP/1.1 413") && told.contains("BODY_TOO_LARGE"), "{told}");
    // 100 MiB of chunks, as far as the server takes them.
    let mut stream = raw(&server, head("transfer-encoding: chunked").as_bytes());
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    assert!(!(0..100).all(|_| stream.write_all(&chunk).is_ok()), "it took 100 MiB");
    let grown = server.resident_mib() - before;
    assert!(grown < GROWTH_MAX_MIB, "{grown} MiB");
}

#[test]
fn slow_heads_and_bodies_end_with_their_time() {
    let (_keep, server) = configured("[http]\nhead_max_seconds = 1\nbody_max_seconds = 1\n");
    let body = raw(
        &server,
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{",
    );
    let head = raw(&server, b"POST /graphql HTTP/1.1\r\nhost: ");
    let idle = raw(&server, b"");
    let told = heard(body);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("BODY_TIMEOUT"), "{told}");
    // Nothing was asked, so nothing but the end is heard.
    for (what, stream) in [("head", head), ("idle", idle)] {
        let told = heard(stream);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4"), "{what}: {told}");
    }
    assert_eq!(server.ask("{ __typename }")["data"]["__typename"], "Query");
}

#[test]
fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let (_keep, server) = configured("[http]\nrate_per_second = 1\nrate_burst = 5\n");
    let client = agent();
    let ask = || {
        let request = client.post(format!("http://{}/graphql", server.address)).header(JSON.0, JSON.1);
        let mut answer = request.send("{\"query\":\"{ __typename }\"}").expect("it answers");
        let again = answer.headers().get("retry-after").map(|value| value.to_str().expect("text").to_owned());
        (answer.status().as_u16(), again, answer.body_mut().read_to_string().expect("text"))
    };
    let limited = (0..1_000).map(|_| ask()).find(|(status, ..)| *status != 200);
    let (status, again, answer) = limited.expect("the rate is kept");
    assert_eq!(
        (status, again.as_deref(), answer.contains("RATE_LIMITED")),
        (429, Some("1"), true),
        "{answer}"
    );
    // Whoever watches the process is no client.
    assert!((0..20).all(|_| server.get("/healthz").0 == 200));
    let began = Instant::now();
    while ask().0 != 200 {
        assert!(began.elapsed() < PATIENCE, "it never forgives");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn connections_have_a_bound_and_those_within_it_are_served() {
    let (_keep, server) = configured("[http]\nconnections_max = 20\n");
    let closed = |mut stream: TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a socket");
        matches!(stream.read(&mut [0]), Ok(0))
    };
    let held: Vec<_> = (0..20).map(|_| raw(&server, b"")).collect();
    assert!((0..20).any(|_| closed(raw(&server, b""))), "the bound on connections is not kept");
    drop(held);
    let began = Instant::now();
    while closed(raw(&server, b"")) {
        assert!(began.elapsed() < PATIENCE, "places are not given back");
    }
    assert_eq!(server.ask("{ __typename }")["data"]["__typename"], "Query");
}

#[test]
fn idle_sockets_cost_no_one_else() {
    let (_keep, server) = configured("[http]\nhead_max_seconds = 300\n");
    // As many as this process may open, at most 10,000.
    let (least, most) = (500, 10_000);
    let before = server.resident_mib();
    let mut idle = Vec::new();
    while idle.len() < most {
        match TcpStream::connect(&server.address) {
            Ok(stream) => idle.push(stream),
            Err(_) => break,
        }
    }
    let kept = idle.len();
    // Room for this test's own request.
    idle.truncate(kept.saturating_sub(50));
    assert!(kept >= least, "only {kept} sockets could be opened");
    for _ in 0..20 {
        assert_eq!(server.ask("{ __typename }")["data"]["__typename"], "Query");
    }
    let per_socket_kib = (server.resident_mib() - before) * 1024.0 / kept as f64;
    assert!(per_socket_kib < 32.0, "{per_socket_kib} KiB a socket, of {kept}");
}

#[test]
fn a_client_that_takes_no_answer_is_let_go_with_its_time() {
    let (_keep, server) = configured("[http]\nconnections_max = 1\nwrite_max_seconds = 1\n");
    // More than lies between the server and a client: the schema, many times over.
    let mut greedy = raw(&server, b"");
    let ask = b"GET /schema.graphql HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let asked =
        std::iter::repeat_with(|| greedy.write_all(ask)).take(2_000).take_while(Result::is_ok).count();
    assert!(asked > 0);
    // It holds the only place until the server lets it go.
    let began = Instant::now();
    loop {
        let mut other = raw(&server, b"");
        let sent = other.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        if sent.is_ok() && heard(other).starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "it is never let go");
    }
}
