//! What travels beside an answer: its ID, its compression, and who may read it.

use serde_json::Value;
use ureq::Body;
use ureq::http::Response;

use crate::support::{Running, agent, configured, folder};

const JSON: (&str, &str) = ("content-type", "application/json");

fn asked(server: &Running, body: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = agent().post(format!("http://{}/graphql", server.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send(body).expect("it answers")
}

fn preflight(server: &Running, origin: &str) -> Response<Body> {
    let request = ureq::http::Request::builder()
        .method("OPTIONS")
        .uri(format!("http://{}/graphql", server.address))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .body(())
        .expect("a request");
    agent().run(request).expect("it answers")
}

fn header(answer: &Response<Body>, name: &str) -> Option<String> {
    answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
}

#[test]
fn every_answer_has_the_id_of_its_request_and_its_errors_have_the_same() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let right = "{\"query\":\"{ __typename }\"}";
    let mut seen = std::collections::HashSet::new();
    // Computed, kept, refused by the library, by the guard, by the handler, at the door.
    for (body, headers) in [
        (right, &[JSON][..]),
        (right, &[JSON]),
        ("{\"query\":\"{ nothing }\"}", &[JSON]),
        ("{\"query\":\"{\"}", &[JSON]),
        ("[]", &[JSON]),
        (right, &[]),
        (right, &[JSON, ("origin", "https://elsewhere.example")]),
    ] {
        let mut answer = asked(&server, body, headers);
        let id = header(&answer, "x-request-id").expect("an ID");
        let told = answer.body_mut().read_to_string().expect("text");
        let told: Value = serde_json::from_str(&told).expect("JSON");
        if let Some(error) = told["errors"].get(0) {
            assert_eq!(error["extensions"]["requestId"], *id, "{told}");
        }
        assert!(seen.insert(id), "two requests have one ID: {told}");
    }
    for path in ["/healthz", "/readyz", "/schema.graphql", "/nothing"] {
        let answer = agent().get(format!("http://{}{path}", server.address)).call().expect("it answers");
        assert!(header(&answer, "x-request-id").is_some(), "{path}");
    }
    let of = |given: &str| header(&asked(&server, "[]", &[JSON, ("x-request-id", given)]), "x-request-id");
    assert_eq!(of("proxy-7").as_deref(), Some("proxy-7"));
    for hostile in ["a b", "<script>", &"a".repeat(65)] {
        assert_ne!(of(hostile).as_deref(), Some(hostile));
    }
}

#[test]
fn what_is_long_is_compressed_for_those_who_take_it() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let ask = |encoding: &str, query: &str| {
        let request = agent().get(format!("http://{}/graphql?query={query}", server.address));
        let mut answer = request.header("accept-encoding", encoding).call().expect("it answers");
        let told = header(&answer, "content-encoding");
        assert!(header(&answer, "vary").is_some_and(|vary| vary.contains("accept")), "{query}");
        (told, header(&answer, "etag"), answer.body_mut().read_to_vec().expect("bytes"))
    };
    let long = "%7B__schema%7Btypes%7Bname%20description%7D%7D%7D";
    let (none, tag, plain) = ask("identity", long);
    assert!(none.is_none() && plain.len() > 5_000, "{} bytes", plain.len());
    let (gzip, same, packed) = ask("gzip", long);
    assert_eq!((gzip.as_deref(), &same), (Some("gzip"), &tag));
    assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 2 < plain.len(), "{} bytes", packed.len());
    let (zstd, _, packed) = ask("gzip, zstd", long);
    assert_eq!(zstd.as_deref(), Some("zstd"));
    assert!(packed.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) && packed.len() * 2 < plain.len());
    // What fits one packet is not worth it.
    assert_eq!(ask("gzip, zstd", "%7B__typename%7D").0, None);
    let stream = agent()
        .get(format!(
            "http://{}/graphql?query=subscription%7Bevents(after:%220%22)%7Bposition%7D%7D",
            server.address
        ))
        .header("accept", "text/event-stream")
        .header("accept-encoding", "gzip")
        .call()
        .expect("it answers");
    assert_eq!((stream.status().as_u16(), header(&stream, "content-encoding")), (200, None));
}

#[test]
fn pages_of_elsewhere_read_nothing_until_the_settings_name_them() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let refused = preflight(&server, "https://portal.example");
    assert!(refused.status().as_u16() >= 400 && header(&refused, "access-control-allow-origin").is_none());
    let own = agent().get(format!("http://{}/graphql", server.address)).call().expect("it answers");
    assert!(header(&own, "access-control-allow-origin").is_none());
    drop(server);

    let (_keep, server) = configured("[http]\ncors_origins = [\"https://portal.example\"]\n");
    let allowed = preflight(&server, "https://portal.example");
    assert_eq!(allowed.status().as_u16(), 200);
    assert_eq!(header(&allowed, "access-control-allow-origin").as_deref(), Some("https://portal.example"));
    assert_eq!(header(&allowed, "access-control-allow-credentials"), None);
    let told = |name: &str| header(&allowed, name).unwrap_or_default().to_ascii_lowercase();
    assert!(told("access-control-allow-methods").contains("post"));
    assert!(told("access-control-allow-headers").contains("content-type"));
    assert!(
        header(&preflight(&server, "https://elsewhere.example"), "access-control-allow-origin").is_none()
    );

    let body = "{\"query\":\"{ __typename }\"}";
    let answer = asked(&server, body, &[JSON, ("origin", "https://portal.example")]);
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(header(&answer, "access-control-allow-origin").as_deref(), Some("https://portal.example"));
    assert!(
        header(&answer, "access-control-expose-headers").is_some_and(|names| names.contains("x-request-id"))
    );
    for origin in ["https://elsewhere.example", "http://portal.example", "https://portal.example:444", "null"]
    {
        let answer = asked(&server, body, &[JSON, ("origin", origin)]);
        assert_eq!(answer.status().as_u16(), 403, "{origin}");
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "{origin}");
    }
}

#[test]
fn other_methods_are_told_which_there_are() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let url = format!("http://{}/graphql", server.address);
    for answer in [agent().put(&url).send("{}"), agent().delete(&url).call(), agent().head(&url).call()] {
        let answer = answer.expect("it answers");
        assert_eq!((answer.status().as_u16(), header(&answer, "allow").as_deref()), (405, Some("GET, POST")));
    }
}
