//! The tour: every question of `schema/tour.md`, asked in its order, has the answer that stands there, and so has the
//! question of the README. With `REWRITE_TOUR=1` in the environment both pages are written anew with what the server
//! tells; the difference is for a person to read.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Running, folder};

mod page;

use page::{ANY, Edition, Question, compared, difference, first_answer, questions};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("the page is there")
}

/// The text of the answer to a body of GraphQL over HTTP.
fn posted(server: &Running, body: &str) -> String {
    let (status, answer) = server.post(body, &[("content-type", "application/json")]);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// The texts of the answers to a question, in which an edition has brought up what it takes from earlier ones.
fn asked(server: &Running, question: &Question, edition: &mut Edition) -> Vec<String> {
    let document = edition.brought_up(&question.document);
    let variables = question.variables.as_ref().map_or(json!({}), |block| {
        serde_json::from_str(&edition.brought_up(block))
            .unwrap_or_else(|error| panic!("line {}: {error}", block.line()))
    });
    let body = json!({ "query": document, "variables": variables }).to_string();
    if !document.trim_start().starts_with("subscription") {
        return vec![posted(server, &body)];
    }
    let stream = ureq::post(format!("http://{}/graphql", server.address))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .send(body)
        .expect("it answers");
    let lines = BufReader::new(stream.into_body().into_reader()).lines().map_while(Result::ok);
    let items = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    items.take(question.answers.len()).collect()
}

/// The request of the README's `curl`.
fn request(readme: &str) -> String {
    let (_, request) = readme.split_once("<<'JSON'\n").expect("a request is shown");
    request.split_once("\n    JSON\n").expect("it ends").0.to_owned()
}

/// What differs on a page from what is told: the difference, and the whole answer.
fn wrong(line: usize, shown: &Value, told: &str) -> Option<String> {
    let told = compared(shown, told);
    difference(shown, &told, "").map(|differs| format!("line {line}: {differs}\n{told}"))
}

#[test]
fn every_question_of_the_tour_has_the_answer_that_is_shown() {
    let (tour, readme) = (read("schema/tour.md"), read("README.md"));
    let questions = questions(&tour);
    assert!(questions.len() >= 10, "ten things are shown");
    let rewrites = std::env::var_os("REWRITE_TOUR").is_some();
    let (_keep, folder) = folder();
    let server = Running::with(&folder, &["--demo"]);

    let (shown, told) = (first_answer(&readme), posted(&server, &request(&readme)));
    let mut differing: Vec<String> = wrong(shown.line(), &shown.json(), &told).into_iter().collect();
    let mut front = Edition::default();
    front.replace(&shown, &told);

    let mut edition = Edition::default();
    for question in &questions {
        // What is shown is asked as it stands, unless it is to be written anew.
        let mut as_it_stands = Edition::default();
        let told = asked(&server, question, if rewrites { &mut edition } else { &mut as_it_stands });
        edition.answer(question, &told);
        if told.len() != question.answers.len() {
            differing.push(format!("line {}: as many answers as items", question.document.line()));
        }
        for (block, told) in question.answers.iter().zip(&told) {
            differing.extend(wrong(block.line(), &block.json(), told));
        }
    }
    if rewrites {
        std::fs::write(path("schema/tour.md"), edition.of(&tour)).expect("the page is written");
        std::fs::write(path("README.md"), front.of(&readme)).expect("the page is written");
    } else {
        assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    }
}

#[test]
fn a_difference_is_found_wherever_it_is() {
    let shown = json!({ "data": { "list": [{ "id": ANY, "count": 1 }], "none": null } });
    let told = |list: Value, none: Value| json!({ "data": { "list": list, "none": none } });
    let one = || json!([{ "id": "x", "count": 1 }]);
    assert_eq!(difference(&shown, &told(one(), Value::Null), ""), None);
    for other in [
        told(json!([{ "id": null, "count": 1 }]), Value::Null),
        told(json!([{ "id": "x", "count": 2 }]), Value::Null),
        told(json!([{ "id": "x", "count": 1, "more": 1 }]), Value::Null),
        told(json!([]), Value::Null),
        told(one(), json!("…")),
        json!({ "data": { "list": one() } }),
    ] {
        assert!(difference(&shown, &other, "").is_some(), "{other}");
    }
}

#[test]
fn a_page_is_written_anew_with_what_is_told() {
    let page = "# A page\n\n```graphql\n{ first }\n```\n\n```json\n{ \"data\": { \"first\": \"7\", \"id\": \"…\" } }\n```\n\n\
                Then.\n\n```graphql\nquery Next($after: String) { next }\n```\n\n```json variables\n{ \"after\": \"7\" }\n\
                ```\n\nThe end.\n";
    let questions = questions(page);
    let mut edition = Edition::default();
    edition
        .answer(&questions[0], &[r#"{"data":{"first":"8","id":"x","a":[1,2]},"extensions":{}}"#.to_owned()]);
    let variables = questions[1].variables.as_ref().expect("it has some");
    assert_eq!(edition.brought_up(variables), "{ \"after\": \"8\" }");
    let long = "z".repeat(100);
    edition.answer(&questions[1], &[format!(r#"{{"data":{{"next":"{long}","b":null}}}}"#)]);
    let written = edition.of(page);
    assert!(
        written.contains("{ \"data\": { \"first\": \"8\", \"id\": \"…\", \"a\": [1, 2] } }"),
        "{written}"
    );
    assert!(
        written.contains("```json variables\n{ \"after\": \"8\" }\n```\n\n```json\n{\n  \"data\": {"),
        "{written}"
    );
    assert!(written.ends_with("    \"b\": null\n  }\n}\n```\n\nThe end.\n"), "{written}");
}
