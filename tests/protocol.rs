//! GraphQL over HTTP: methods, media types, statuses, codes.

use serde_json::Value;

use crate::support::{Running, folder};

const JSON: (&str, &str) = ("content-type", "application/json");
const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");

fn code(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("not JSON: {answer}"));
    let error = &answer["errors"][0];
    assert!(error["extensions"]["requestId"].is_string(), "{answer}");
    assert!(answer.get("data").is_none(), "{answer}");
    error["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn refusals_have_a_status_and_a_code() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let large = format!("{{\"query\":\"{}\"}}", " ".repeat(5 << 20));
    let (down, up) = ("{ nodes { park { smes ".repeat(15), "} } } ".repeat(15));
    let deep = format!("{{\"query\":\"{{ smes {down}{{ totalCount }} {up}}}\"}}");
    for (body, headers, status, expected) in [
        ("", &[JSON][..], 400, "BAD_REQUEST"),
        ("[]", &[JSON], 400, "BAD_REQUEST"),
        ("{\"query\":{}}", &[JSON], 400, "BAD_REQUEST"),
        ("{\"query\":\"{ __typename }\",\"variables\":[]}", &[JSON], 400, "BAD_REQUEST"),
        ("{\"query\":\"{ __typename }\"}", &[("content-type", "text/plain")], 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("{\"query\":\"{ __typename }\"}", &[], 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("{\"query\":\"{ __typename }\"}", &[JSON, ("accept", "text/html")], 406, "NOT_ACCEPTABLE"),
        (
            "{\"query\":\"{ __typename }\"}",
            &[JSON, ("origin", "https://elsewhere.example")],
            403,
            "FOREIGN_ORIGIN",
        ),
        (
            "{\"query\":\"{ __typename }\"}",
            &[JSON, ("host", "rebound.example"), ("origin", "http://rebound.example")],
            403,
            "FOREIGN_ORIGIN",
        ),
        ("{\"query\":\"{ __typename\"}", &[JSON, GRAPHQL], 400, "GRAPHQL_PARSE_FAILED"),
        ("{\"query\":\"{ nothing }\"}", &[JSON, GRAPHQL], 400, "GRAPHQL_VALIDATION_FAILED"),
        ("{\"query\":\"{ nothing }\"}", &[JSON], 200, "GRAPHQL_VALIDATION_FAILED"),
        (
            "{\"query\":\"query A { __typename }\",\"operationName\":\"B\"}",
            &[JSON, GRAPHQL],
            400,
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{\"query\":\"subscription { events { position } }\"}", &[JSON], 406, "NOT_ACCEPTABLE"),
        (&deep, &[JSON, GRAPHQL], 400, "QUERY_TOO_COMPLEX"),
        (&large, &[JSON], 413, "BODY_TOO_LARGE"),
    ] {
        let (found, answer) = server.post(body, headers);
        assert_eq!((found, code(&answer).as_str()), (status, expected), "{}", &body[..body.len().min(99)]);
    }
}

#[test]
fn queries_may_be_asked_by_get_but_mutations_not() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let (status, answer) = server.get("/graphql?query=%7B__typename%7D");
    assert_eq!((status, answer.contains("\"__typename\":\"Query\"")), (200, true), "{answer}");
    let mutation = "mutation%7Bsubmit(input%3A%7Bcommands%3A%5B%5D%7D)%7Bposition%7D%7D";
    let (status, answer) = server.get(&format!("/graphql?query={mutation}"));
    assert_eq!((status, code(&answer).as_str()), (405, "METHOD_NOT_ALLOWED"));
    let (status, answer) = server.get("/graphql");
    assert_eq!((status, code(&answer).as_str()), (400, "BAD_REQUEST"));
    let (status, answer) = server.get("/schema.graphql");
    assert!(status == 200 && answer.contains("type Mutation {"), "{answer}");
}

#[test]
fn an_answer_that_is_kept_is_the_same_answer_until_something_is_recorded() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let first = server.ask("{ __typename }");
    assert_eq!(server.ask("{ __typename }"), first);
    server.command("establishPark", crate::support::park("P-1"));
    let later = server.ask("{ __typename }");
    assert_ne!(later["extensions"]["position"], first["extensions"]["position"]);
}

#[test]
fn a_name_that_the_settings_list_is_answered() {
    let (_keep, path) = folder();
    std::fs::write(path.with_extension("toml"), "[http]\nhosts = [\"registry.example\"]\n").expect("a file");
    let settings = path.with_extension("toml");
    let server = Running::with(&path, &["--config", settings.to_str().expect("text")]);
    for host in ["registry.example", "Registry.example:8080", "localhost:1", "[::1]:8080"] {
        let (status, answer) = server.post("{\"query\":\"{ __typename }\"}", &[JSON, ("host", host)]);
        assert_eq!(status, 200, "{host}: {answer}");
    }
}

#[test]
fn no_door_tells_a_page_of_elsewhere_what_is_recorded() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    for door in [
        "/",
        "/graphql?query=%7B__typename%7D",
        "/metrics",
        "/log/checkpoint",
        "/log/events",
        "/schema.graphql",
    ] {
        for headers in [&[("host", "rebound.example")][..], &[("origin", "https://elsewhere.example")]] {
            let (status, answer) = crate::support::get_with(&server.address, door, headers);
            assert_eq!((status, code(&answer).as_str()), (403, "FOREIGN_ORIGIN"), "{door} {headers:?}");
        }
    }
    // Whoever watches the process asks it by any name.
    let (status, _) = crate::support::get_with(&server.address, "/readyz", &[("host", "probe.example")]);
    assert_eq!(status, 200);
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let (_keep, path) = folder();
    let (status, page) = Running::on(&path).get("/");
    assert_eq!((status, page.contains("<title>Daftar</title>")), (200, true), "{page}");
    assert!(!page.contains("https://") && !page.contains("src=") && !page.contains("@import"), "{page}");
}

#[test]
fn an_answer_to_get_is_asked_for_again_by_its_tag() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let url = format!("http://{}/graphql?query=%7B__typename%7D", server.address);
    let ask = |tag: Option<&str>| {
        let request = ureq::get(&url).header("accept", "application/graphql-response+json");
        let answer = match tag {
            Some(tag) => request.header("if-none-match", tag),
            None => request,
        };
        let answer = answer.call().expect("it answers");
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        (answer.status().as_u16(), header("etag").expect("a tag"), header("cache-control"))
    };
    for _ in 0..2 {
        let (status, tag, kept) = ask(None);
        assert_eq!((status, kept.as_deref()), (200, Some("private, no-cache")));
        assert_eq!(ask(Some(&tag)).0, 304);
        assert_eq!(ask(Some(&format!("\"x\", W/{tag}"))).0, 304);
        server.command("establishPark", crate::support::park(&format!("P-{}", server.position())));
        assert_eq!(ask(Some(&tag)).0, 200);
    }
    let refused = ureq::get(format!("http://{}/graphql?query=%7Bnothing%7D", server.address)).call();
    assert!(refused.expect("it answers").headers().get("etag").is_none());
}

#[test]
fn a_request_may_wait_for_a_position() {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    std::fs::write(&file, "[http]\nmin_position_max_seconds = 1\n").expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    let body = |position: u64| {
        format!("{{\"query\":\"{{ __typename }}\",\"extensions\":{{\"minPosition\":\"{position}\"}}}}")
    };
    let end = server.position();
    assert_eq!(server.post(&body(end), &[JSON]).0, 200);
    let (status, answer) = server.post(&body(end + 1), &[JSON]);
    assert_eq!((status, code(&answer).as_str()), (503, "POSITION_NOT_REACHED"));
    let recorded = server.command("establishPark", crate::support::park("P-1"));
    let reached: u64 = recorded["position"].as_str().and_then(|text| text.parse().ok()).expect("a position");
    let (status, answer) = server.post(&body(reached), &[JSON]);
    assert!(status == 200 && answer.contains(&format!("\"position\":\"{reached}\"")), "{answer}");
}

#[test]
fn trusted_documents_are_asked_by_their_ids_and_others_not_at_all() {
    let (keep, path) = folder();
    let manifest = keep.path().join("manifest.json");
    std::fs::write(&manifest, "{\"a1\":\"query A { __typename }\"}").expect("a file");
    let file = keep.path().join("daftar.toml");
    let settings = format!(
        "[graphql]\nintrospection = false\ntrusted_only = true\ntrusted_documents = {:?}\n",
        manifest.to_str().expect("a path")
    );
    std::fs::write(&file, &settings).expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    let hashed = "{\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"a1\"}}}";
    for body in ["{\"documentId\":\"a1\"}", hashed, "{\"query\":\"query A { __typename }\"}"] {
        let (status, answer) = server.post(body, &[JSON]);
        assert!(status == 200 && answer.contains("\"__typename\":\"Query\""), "{body}: {answer}");
    }
    assert_eq!(server.get("/graphql?documentId=a1").0, 200);
    let refused = |body: &str| server.post(body, &[JSON, GRAPHQL]);
    let (status, answer) = refused("{\"query\":\"{ __typename }\"}");
    assert_eq!((status, code(&answer).as_str()), (403, "DOCUMENT_NOT_TRUSTED"));
    let (status, answer) = refused("{\"documentId\":\"a2\"}");
    assert_eq!((status, code(&answer).as_str()), (400, "PERSISTED_QUERY_NOT_FOUND"));
    std::fs::write(&manifest, "[]").expect("a file");
    let (_, told) = crate::support::fails(
        crate::support::daftar()
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&file)
            .arg("--data")
            .arg(keep.path().join("other")),
    );
    assert!(told.contains("manifest.json"), "{told}");
}
