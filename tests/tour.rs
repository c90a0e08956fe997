//! The tour: every question of `schema/tour.md`, asked in its order, has the answer that stands there.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};

use crate::support::{Running, folder};

/// Stands in an answer for a text that differs from run to run.
const ANY: &str = "…";

/// A question of the tour with what is shown of its answer: one part, or one for each item of a subscription.
struct Question {
    line: usize,
    document: String,
    variables: Value,
    answers: Vec<Value>,
}

/// The questions of a page, in their order: a block of GraphQL, its variables if it has any, its answers.
fn questions(page: &str) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((line, opening)) = lines.next() {
        let Some(kind) = opening.strip_prefix("```") else { continue };
        let text: Vec<&str> =
            lines.by_ref().map(|(_, text)| text).take_while(|text| *text != "```").collect();
        let text = text.join("\n");
        let read =
            || serde_json::from_str(&text).unwrap_or_else(|error| panic!("line {}: {error}", line + 1));
        if kind == "graphql" {
            questions.push(Question {
                line: line + 1,
                document: text,
                variables: json!({}),
                answers: Vec::new(),
            });
            continue;
        }
        let question = questions.last_mut().expect("an answer follows its question");
        match kind {
            "json variables" => question.variables = read(),
            "json" => question.answers.push(read()),
            other => panic!("line {}: `{other}` is no part of a question", line + 1),
        }
    }
    questions
}

/// The first difference of an answer from what is shown of it.
fn difference(shown: &Value, told: &Value, path: &str) -> Option<String> {
    match (shown, told) {
        (Value::String(any), Value::String(_)) if any == ANY => None,
        (Value::Object(fields), Value::Object(found)) if fields.keys().eq(found.keys()) => {
            fields.iter().find_map(|(name, shown)| difference(shown, &found[name], &format!("{path}.{name}")))
        }
        (Value::Array(items), Value::Array(found)) if items.len() == found.len() => items
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(index, (shown, told))| difference(shown, told, &format!("{path}.{index}"))),
        (shown, told) if shown == told => None,
        (shown, told) => Some(format!("{path}: {shown} is shown, {told} is told")),
    }
}

fn asked(server: &Running, question: &Question) -> Vec<Value> {
    let Question { document, variables, answers, .. } = question;
    if !document.trim_start().starts_with("subscription") {
        return vec![server.ask_with(document, variables.clone())];
    }
    let body = json!({ "query": document, "variables": variables }).to_string();
    let stream = ureq::post(format!("http://{}/graphql", server.address))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .send(body)
        .expect("it answers");
    let lines = BufReader::new(stream.into_body().into_reader()).lines().map_while(Result::ok);
    let items = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    items.take(answers.len()).map(|item| serde_json::from_str(&item).expect("JSON")).collect()
}

#[test]
fn every_question_of_the_tour_has_the_answer_that_is_shown() {
    let questions = questions(include_str!("../schema/tour.md"));
    assert!(questions.len() >= 10, "ten things are shown");
    let (_keep, path) = folder();
    let server = Running::with(&path, &["--demo"]);
    let mut wrong = Vec::new();
    for question in &questions {
        let told = asked(&server, question);
        assert_eq!(told.len(), question.answers.len(), "line {}: as many answers", question.line);
        for (shown, mut told) in question.answers.iter().zip(told) {
            if shown.get("extensions").is_none() {
                told.as_object_mut().expect("an answer is an object").remove("extensions");
            }
            let differs = difference(shown, &told, "");
            wrong.extend(differs.map(|differs| format!("line {}: {differs}\n{told}", question.line)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
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
