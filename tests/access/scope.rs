//! The ways around a province, and around who may read single exports: each is asked over the wire by an operator of
//! another province, or of the province itself.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};

use super::{Recorded, UNIT, record, registrar};
use crate::support::provider::{ask, code, serve, submit, token};
use crate::support::{PATIENCE, Running, folder, get_with, park};

fn operator(province: &str) -> String {
    token(province, &["OPERATOR"], &[province], 600)
}

fn served() -> (tempfile::TempDir, Running, Recorded) {
    let (kept, data) = folder();
    let running = serve(&data);
    let recorded = record(&running, Some(&registrar()));
    (kept, running, recorded)
}

#[test]
fn histories_are_those_of_the_own_province_by_every_way_to_an_entity() {
    let (_kept, running, recorded) = served();
    let (home, away) = (operator("IR-10"), operator("IR-23"));
    let history = "... on Sme { history { totalCount nodes { type data } } } ... on Park { history { totalCount } } ... on Revival { history { totalCount } }";
    let at = running_position(&running, &home);
    for (way, entity) in [("park", &recorded.park), ("sme", &recorded.sme), ("revival", &recorded.revival)] {
        for question in [
            format!("node(id: {entity}) {{ {history} }}"),
            format!("nodes(ids: [{entity}]) {{ {history} }}"),
            format!("at(asOf: {{ position: \"{at}\" }}) {{ node(id: {entity}) {{ {history} }} }}"),
        ] {
            let query = format!("{{ {question} }}");
            let answer = ask(&running, Some(&away), &query, json!({}));
            assert_eq!(code(&answer), "FORBIDDEN", "{way}: {answer}");
            assert!(!answer["data"].to_string().contains("totalCount"), "{way}: {answer}");
            let answer = ask(&running, Some(&home), &query, json!({}));
            assert_eq!(answer["errors"], Value::Null, "{way}: {answer}");
        }
    }
    let lists = "{ smes { edges { node { history { totalCount } } } } }";
    assert_eq!(code(&ask(&running, Some(&away), lists, json!({}))), "FORBIDDEN");
    let search = "{ search(text: \"فرش\") { nodes { ... on Sme { history { totalCount } } } } }";
    assert_eq!(code(&ask(&running, Some(&away), search, json!({}))), "FORBIDDEN");
    let event = format!("{{ event(position: \"{}\") {{ type proof {{ leaf }} }} }}", recorded.registered);
    assert_eq!(ask(&running, Some(&away), &event, json!({}))["data"], json!({ "event": null }));
    let past = format!(
        "{{ at(asOf: {{ position: \"{at}\" }}) {{ event(position: \"{}\") {{ type }} }} }}",
        recorded.registered
    );
    assert_eq!(ask(&running, Some(&away), &past, json!({}))["data"], json!({ "at": { "event": null } }));
}

/// The position that the server has reached.
fn running_position(running: &Running, token: &str) -> u64 {
    let answer = ask(running, Some(token), "{ position }", json!({}));
    answer["data"]["position"].as_str().and_then(|text| text.parse().ok()).expect("a position")
}

#[test]
fn the_history_of_an_own_unit_holds_no_single_export() {
    let (_kept, running, recorded) = served();
    let types = |token: &str| -> Vec<Value> {
        let query = format!(
            "{{ node(id: {}) {{ ... on Sme {{ history {{ totalCount nodes {{ type }} }} }} }} }}",
            recorded.sme
        );
        let answer = ask(&running, Some(token), &query, json!({}));
        let history = &answer["data"]["node"]["history"];
        let nodes = history["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        assert_eq!(history["totalCount"], nodes.len(), "{answer}");
        nodes.into_iter().map(|node| node["type"].clone()).collect()
    };
    let auditor = token("sara", &["AUDITOR"], &[], 600);
    assert!(types(&auditor).contains(&json!("ExportRecorded")), "{:?}", types(&auditor));
    let privacy = token("leila", &["PRIVACY_OFFICER"], &[], 600);
    for who in [operator("IR-10"), privacy.clone()] {
        assert!(
            !types(&who).contains(&json!("ExportRecorded")) && !types(&who).is_empty(),
            "{:?}",
            types(&who)
        );
    }
    let events =
        ask(&running, Some(&privacy), "{ events(first: 100) { nodes { type } } }", json!({})).to_string();
    assert!(events.contains("SmeIdled") && !events.contains("ExportRecorded"), "{events}");
}

#[test]
fn whoever_may_not_read_single_exports_finds_none_in_lists_and_sums() {
    let (_kept, running, recorded) = served();
    let officer = token("reza", &["EXPORT_OFFICER"], &[], 600);
    let home = operator("IR-10");
    let period = "period: { solarHijri: { year: 1398, fromMonth: 1, toMonth: 12 } }";
    let day = r#"{ dates: { from: "2019-06-05", until: "2019-06-06" } }"#;
    for (question, refused) in [
        (format!("exportSummary({period}, groupBy: [PROVINCE]) {{ valueUsd }}"), "CONFIDENTIAL"),
        (format!("exportSummary(period: {day}, groupBy: [DESTINATION]) {{ valueUsd }}"), "CONFIDENTIAL"),
        (
            format!(
                "exportSummary({period}, groupBy: [MONTH], filter: {{ hs: {{ startsWith: \"57\" }} }}) {{ count }}"
            ),
            "CONFIDENTIAL",
        ),
        (
            format!(
                "exportSummary({period}, groupBy: [MONTH], filter: {{ businessId: {{ eq: \"{UNIT}\" }} }}) {{ count }}"
            ),
            "CONFIDENTIAL",
        ),
        (
            format!(
                "exportSummary({period}, groupBy: [MONTH], filter: {{ not: {{ destination: {{ eq: \"AF\" }} }} }}) {{ count }}"
            ),
            "CONFIDENTIAL",
        ),
        (format!("overview({period}) {{ exports {{ valueUsd }} }}"), "CONFIDENTIAL"),
        (format!("overview(period: {day}) {{ exports {{ valueUsd }} }}"), "CONFIDENTIAL"),
        (format!("smes(filter: {{ exporting: {day} }}) {{ totalCount }}"), "FORBIDDEN"),
        ("smes(filter: { not: { exportingEver: true } }) { totalCount }".to_owned(), "FORBIDDEN"),
        ("smeSummary(filter: { or: [{ exportingEver: true }] }) { count }".to_owned(), "FORBIDDEN"),
        (
            r#"park(by: { code: "P-1" }) { smes(filter: { exportingEver: true }) { totalCount } }"#
                .to_owned(),
            "FORBIDDEN",
        ),
        (format!("node(id: {}) {{ ... on Sme {{ exports {{ totalCount }} }} }}", recorded.sme), "FORBIDDEN"),
        (
            format!("node(id: {}) {{ ... on Sme {{ exportTotals {{ valueUsd }} }} }}", recorded.sme),
            "FORBIDDEN",
        ),
        (format!("node(id: {}) {{ ... on Export {{ valueUsd }} }}", recorded.export), "FORBIDDEN"),
    ] {
        let query = format!("{{ {question} }}");
        for who in [None, Some(&*home)] {
            let answer = ask(&running, who, &query, json!({}));
            assert_eq!(code(&answer), refused, "{question}: {answer}");
            assert!(!answer["data"].to_string().contains("34.56"), "{question}: {answer}");
        }
        let answer = ask(&running, Some(&officer), &query, json!({}));
        assert_eq!(answer["errors"], Value::Null, "{question}: {answer}");
    }
}

/// Ten units, of which all export to Iraq, two of them to Afghanistan too.
fn sums(running: &Running) {
    let registrar = registrar();
    let mut commands = Vec::new();
    for unit in 10..20 {
        let business_id = format!("1000000000{unit}");
        commands.push(json!({ "takeOverSme": {
            "businessId": business_id, "legalId": "10380284790", "name": "فرش", "province": "IR-23", "isic": "1393",
            "licence": { "number": business_id, "issued": "2010-03-21", "expires": "2030-03-21" },
            "status": { "producing": "ACTIVE" } } }));
        for destination in if unit < 12 { vec!["IQ", "AF"] } else { vec!["IQ"] } {
            let item = commands.len();
            commands.push(json!({ "recordExport": {
                "exporter": { "sme": { "businessId": business_id } }, "office": "10100", "declaration": "87654321",
                "item": item, "on": "2019-07-05", "hs": "57011000", "destination": destination, "netWeight": "1",
                "valueUsd": "100" } }));
        }
    }
    for command in commands {
        let payload = submit(running, Some(&registrar), command);
        assert_eq!(payload["errors"], json!([]), "{payload}");
    }
}

#[test]
fn a_sum_of_few_is_left_out_together_with_what_would_tell_it() {
    let (_kept, running, _) = served();
    sums(&running);
    let officer = token("reza", &["EXPORT_OFFICER"], &[], 600);
    let countries = |who: Option<&str>| -> Vec<Value> {
        let query = "{ exportSummary(period: { solarHijri: { year: 1398, fromMonth: 4, toMonth: 4 } }, groupBy: [DESTINATION]) { country } }";
        let answer = ask(&running, who, query, json!({}));
        let groups = answer["data"]["exportSummary"].as_array().unwrap_or_else(|| panic!("{answer}"));
        groups.iter().map(|group| group["country"].clone()).collect()
    };
    assert_eq!(countries(Some(&officer)), [json!("IQ"), json!("AF")]);
    assert_eq!(countries(None), Vec::<Value>::new(), "Iraq would tell Afghanistan");
    let month = |from, to| {
        let query = format!(
            "{{ overview(period: {{ solarHijri: {{ year: 1398, fromMonth: {from}, toMonth: {to} }} }}) {{ exports {{ valueUsd }} }} }}"
        );
        ask(&running, None, &query, json!({}))
    };
    assert_eq!(month(4, 4)["data"]["overview"]["exports"]["valueUsd"], "1200.00");
    assert_eq!(code(&month(3, 3)), "CONFIDENTIAL", "one exporter");
    let all_but = "{ exportSummary(period: { solarHijri: { year: 1398, fromMonth: 4, toMonth: 4 } }, groupBy: [MONTH], filter: { destination: { eq: \"IQ\" } }) { valueUsd } }";
    assert_eq!(code(&ask(&running, None, all_but, json!({}))), "CONFIDENTIAL", "what is left out is of two");
}

#[test]
fn of_a_submission_each_command_is_judged_by_itself() {
    let (_kept, running, _) = served();
    let away = operator("IR-23");
    let mut own = park("P-23");
    own["province"] = json!("IR-23");
    let commands = json!([{ "establishPark": park("P-2") }, { "establishPark": own }]);
    let query = "mutation($commands: [CommandInput!]!) { submit(input: { commands: $commands }) { errors { code } position } }";
    let answer = ask(&running, Some(&away), query, json!({ "commands": commands }));
    let payloads = &answer["data"]["submit"];
    assert_eq!(payloads[0]["errors"][0]["code"], "OUT_OF_PROVINCE", "{answer}");
    assert_eq!(payloads[1]["errors"], json!([]), "{answer}");
}

/// What a subscription from the first event on tells until it has passed what is recorded.
fn followed(running: &Running, token: Option<&str>) -> String {
    let agent =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
    let agent: ureq::Agent = agent.into();
    let mut request = agent
        .post(format!("http://{}/graphql", running.address))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let query = "subscription { events(after: \"0\") { position event { type entityId } } }";
    let answer = request.send(json!({ "query": query }).to_string()).expect("it answers");
    let mut told = String::new();
    for line in BufReader::new(answer.into_body().into_reader()).lines() {
        let line = line.expect("text");
        told += &(line + "\n");
        // What only tells progress comes once all that was recorded has been passed.
        if told.contains("\"event\":null") || told.contains("\"errors\"") {
            break;
        }
    }
    told
}

#[test]
fn a_subscription_tells_of_the_own_province_alone() {
    let (_kept, running, recorded) = served();
    let mut own = park("P-23");
    own["province"] = json!("IR-23");
    let payload = submit(&running, Some(&registrar()), json!({ "establishPark": own }));
    let last = payload["events"][0]["entityId"].as_str().expect("it is recorded").to_owned();
    let told = followed(&running, Some(&operator("IR-23")));
    assert!(told.contains(&last), "{told}");
    for id in [&recorded.park, &recorded.sme, &recorded.revival, &recorded.export] {
        assert!(!told.contains(id.as_str().unwrap()), "{id}: {told}");
    }
    assert!(followed(&running, None).contains("FORBIDDEN"), "the public follows nothing");
}

#[test]
fn lines_and_metrics_are_for_those_who_read_everything() {
    let (_kept, running, _) = served();
    let get = |token: Option<&str>, path: &str| {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", &**bearer)).collect();
        get_with(&running.address, path, &headers)
    };
    let home = operator("IR-10");
    let auditor = token("sara", &["AUDITOR"], &[], 600);
    let privacy = token("leila", &["PRIVACY_OFFICER"], &[], 600);
    for who in [None, Some(&*home), Some(&*privacy)] {
        let (status, told) = get(who, "/log/events");
        assert!(status == 403 && told.contains("FORBIDDEN"), "{status} {told}");
    }
    assert_eq!(get(Some(&auditor), "/log/events").0, 200);
    for who in [None, Some(&*home)] {
        assert_eq!(get(who, "/metrics").0, 403);
    }
    assert_eq!(get(Some(&auditor), "/metrics").0, 200);
    for open in ["/healthz", "/readyz", "/schema.graphql", "/"] {
        assert_eq!(get(None, open).0, 200, "{open}");
    }
}
