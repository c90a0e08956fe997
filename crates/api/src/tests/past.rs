//! A past view answers what the newest view of its position answered, byte for byte.

pub(super) mod play;
pub(super) mod questions;

use proptest::prelude::*;
use serde_json::{Value, json};

use play::{Play, step};
use questions::QUESTIONS;

use crate::testing::{World, export};

/// The answers of the newest view, or of the one as of a position.
fn answers(world: &World, at: Option<u64>) -> Vec<String> {
    let answer = |question: &&str| {
        let (data, errors) = match at {
            None => world.ask_with(question, json!({})),
            Some(at) => {
                world.ask_with(&format!("{{ at(asOf: {{position: \"{at}\"}}) {question} }}"), json!({}))
            }
        };
        assert_eq!(errors, json!([]), "{question}");
        if at.is_some() { data["at"].to_string() } else { data.to_string() }
    };
    QUESTIONS.iter().map(answer).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 100, ..ProptestConfig::default() })]
    #[test]
    fn past_views_answer_as_the_newest_did(steps in prop::collection::vec(step(), 1..40)) {
        let mut play = Play::begin();
        let mut told = vec![(play.world.view.position, answers(&play.world, None))];
        for step in steps {
            play.step(step);
            if play.world.view.position != told[told.len() - 1].0 {
                told.push((play.world.view.position, answers(&play.world, None)));
            }
        }
        for (at, told) in told {
            let again = answers(&play.world, Some(at));
            for (question, (again, told)) in QUESTIONS.iter().zip(again.iter().zip(&told)) {
                prop_assert_eq!(again, told, "as of {}: {}", at, question);
            }
        }
    }
}

#[test]
fn the_two_axes_of_time_are_asked_apart() {
    let mut world = World::default();
    let sme = world.sme(1, "واحد", "IR-10", json!({}));
    let known = world.view.position;
    // Recorded later of an earlier day, and then moved to a later one.
    let idled =
        world.record("IdleSme", json!({ "sme": { "id": sme }, "reason": "MARKET", "on": "2019-10-01" }));
    let idled = idled.unwrap()[0].position;
    let redate =
        json!({ "sme": { "id": sme }, "position": idled.to_string(), "on": "2019-11-01", "reason": "OTHER" });
    world.record("RedateSmeFact", redate).unwrap();
    let told = |at: u64| {
        let data = world.ask(&format!(
            "{{ at(asOf: {{position: \"{at}\"}}) {{ position sme(by: {{businessId: \"000000000001\"}}) {{
                october: status(on: \"2019-10-15\") december: status(on: \"2019-12-01\") status }} }} }}"
        ));
        let sme = &data["at"]["sme"];
        [&sme["october"], &sme["december"], &sme["status"]].map(|status| status.as_str().unwrap().to_owned())
    };
    assert_eq!(told(known), ["ACTIVE", "ACTIVE", "ACTIVE"]);
    assert_eq!(told(idled), ["IDLE", "IDLE", "IDLE"]);
    assert_eq!(told(idled + 1), ["ACTIVE", "IDLE", "IDLE"]);
    // Within the command that took the unit over, the command before it counts.
    let data = world.ask(&format!(
        "{{ at(asOf: {{position: \"{}\"}}) {{ position smes {{ totalCount }} }} }}",
        known - 1
    ));
    assert_eq!(data["at"]["smes"]["totalCount"], 0);
    assert!(data["at"]["position"].as_str().unwrap().parse::<u64>().unwrap() < known - 1);
}

#[test]
fn an_export_that_was_another_units_then_is_told_of_that_one() {
    let mut world = World::default();
    let smes = [world.sme(1, "واحد", "IR-10", json!({})), world.sme(2, "واحد", "IR-07", json!({}))];
    let id = world.export(&smes[0], 1, "2019-04-01", "10.00", json!({}));
    let before = world.view.position;
    let right = export(&smes[1], 1, "2019-04-01", "10.00", json!({}));
    world.given(
        "CorrectExport",
        json!({ "export": { "id": id }, "details": right, "reason": "SOURCE_CORRECTED" }),
    );
    let counts = "smes(orderBy: [{field: BUSINESS_ID}]) { nodes { exportTotals { count } } }";
    let data = world.ask(&format!("{{ {counts} at(asOf: {{position: \"{before}\"}}) {{ {counts} }} }}"));
    let count = |told: &Value| {
        let nodes = told["smes"]["nodes"].as_array().unwrap().iter();
        nodes.map(|sme| sme["exportTotals"]["count"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((count(&data), count(&data["at"])), (vec![0, 1], vec![1, 0]));
}

#[test]
fn points_that_the_record_does_not_have_are_refused() {
    let world = World::default();
    let last = world.view.position;
    for as_of in [
        "position: \"0\"".to_owned(),
        format!("position: \"{}\"", last + 1),
        "time: \"1999-01-01T00:00:00.000Z\"".to_owned(),
        "time: \"2199-01-01T00:00:00.000Z\"".to_owned(),
    ] {
        assert_eq!(world.refused(&format!("{{ at(asOf: {{{as_of}}}) {{ position }} }}")), "INVALID_AS_OF");
    }
    assert_eq!(world.refused("{ at(asOf: {time: \"today\"}) { position } }"), "INVALID_VALUE");
    assert_eq!(
        world.refused(&format!("{{ changes(since: \"{}\") {{ hasNextPage }} }}", last + 1)),
        "INVALID_AS_OF"
    );
}

#[test]
fn a_field_knows_the_event_that_set_it() {
    let mut world = World::default();
    let sme = world.sme(1, "واحد", "IR-10", json!({ "headcount": 4 }));
    let key = json!({ "id": sme });
    let mut position = |name: &str, mut input: Value| {
        input["sme"] = key.clone();
        world.record(name, input).unwrap()[0].position
    };
    let amended = position("AmendSme", json!({ "headcount": 60, "on": "2019-05-01" }));
    position("AmendSme", json!({ "nameLatin": "New", "on": "2019-06-01" }));
    let idled = position("IdleSme", json!({ "reason": "MARKET", "on": "2019-07-01" }));
    let fact = |position: u64| json!({ "position": position.to_string(), "reason": "OTHER" });
    let mut redate = fact(idled);
    redate["on"] = json!("2019-08-01");
    let redated = position("RedateSmeFact", redate);
    let export_id = world.export(&sme, 1, "2019-04-01", "10.00", json!({}));
    let exported = world.view.position;
    let right = export(&sme, 1, "2019-04-01", "11.00", json!({}));
    let right = json!({ "export": { "id": export_id }, "details": right, "reason": "SOURCE_CORRECTED" });
    let corrected = world.record("CorrectExport", right).unwrap()[0].position;
    let data = world.ask(&format!(
        "{{ sme(by: {{businessId: \"000000000001\"}}) {{
            taken: provenance(fields: [BUSINESS_ID, NAME, PLOT]) {{ position event {{ basis }} }}
            count: provenance(fields: [HEADCOUNT]) {{ field position event {{ type data }} }}
            before: provenance(fields: [HEADCOUNT, STATUS], on: \"2019-04-01\") {{ position event {{ type }} }}
            status: provenance(fields: [STATUS, STATUS_SINCE, IDLE_REASON]) {{ position }} }}
          exports {{ nodes {{ provenance(fields: [VALUE_USD, DESTINATION, EMC]) {{ position }} }} }}
          at(asOf: {{position: \"{idled}\"}}) {{ sme(by: {{businessId: \"000000000001\"}}) {{
            provenance(fields: [STATUS_SINCE]) {{ position }} }} }} }}"
    ));
    let positions = |told: &Value| -> Vec<Option<u64>> {
        let told = told.as_array().unwrap().iter();
        told.map(|told| told["position"].as_str().map(|position| position.parse().unwrap())).collect()
    };
    let sme_told = &data["sme"];
    assert_eq!(sme_told["taken"][0]["event"]["basis"], "TAKEN_OVER");
    assert_eq!(positions(&sme_told["taken"])[2], None);
    assert_eq!(positions(&sme_told["count"]), [Some(amended)]);
    assert_eq!(
        (&sme_told["count"][0]["field"], &sme_told["count"][0]["event"]["type"]),
        (&json!("HEADCOUNT"), &json!("SmeAmended"))
    );
    assert_eq!(sme_told["before"][0]["event"]["type"], "SmeRegistered");
    assert_eq!(sme_told["before"][1]["event"]["type"], "SmeActivated");
    assert_eq!(positions(&sme_told["status"]), [Some(idled), Some(redated), Some(idled)]);
    assert_eq!(
        positions(&data["exports"]["nodes"][0]["provenance"]),
        [Some(corrected), Some(exported), None]
    );
    assert_eq!(positions(&data["at"]["sme"]["provenance"]), [Some(idled)]);
    // A voided fact sets nothing any more: the one before it does again.
    let mut void = fact(idled);
    void["sme"] = json!({ "id": sme });
    world.record("VoidSmeFact", void).unwrap();
    let data = world.ask(
        "{ sme(by: {businessId: \"000000000001\"}) { provenance(fields: [STATUS]) { event { type } } } }",
    );
    assert_eq!(data["sme"]["provenance"][0]["event"]["type"], "SmeActivated");
}

#[test]
fn changes_are_told_entity_by_entity() {
    let mut world = World::default();
    let first = world.sme(1, "واحد", "IR-10", json!({}));
    let since = world.view.position;
    world.sme(2, "واحد", "IR-07", json!({}));
    world.given("AmendSme", json!({ "sme": { "id": first }, "headcount": 4, "on": "2019-05-01" }));
    world.export(&first, 1, "2019-04-01", "10.00", json!({}));
    let page = |after: &str| {
        let data = world.ask(&format!(
            "{{ changes(since: \"{since}\", first: 2{after}) {{ hasNextPage endCursor nodes {{ isNew eventCount
                entity {{ ... on Sme {{ businessId }} ... on Export {{ valueUsd }} }}
                events {{ nodes {{ type }} }} }} }} }}"
        ));
        data["changes"].clone()
    };
    let told = page("");
    assert_eq!(told["nodes"][0]["entity"]["businessId"], "000000000002");
    assert_eq!(told["nodes"][0]["isNew"], true);
    assert_eq!(told["nodes"][1]["entity"]["businessId"], "000000000001");
    // The export concerns the unit.
    assert_eq!((&told["nodes"][1]["isNew"], &told["nodes"][1]["eventCount"]), (&json!(false), &json!(2)));
    assert_eq!(told["hasNextPage"], true);
    let told = page(&format!(", after: {}", told["endCursor"]));
    assert_eq!(told["nodes"][0]["entity"]["valueUsd"], "10.00");
    assert_eq!((told["nodes"].as_array().unwrap().len(), &told["hasNextPage"]), (1, &json!(false)));
    let data = world.ask(&format!(
        "{{ at(asOf: {{position: \"{}\"}}) {{ changes(since: \"{since}\") {{ nodes {{ isNew eventCount }} }} }} }}",
        world.view.position - 1
    ));
    assert_eq!(data["at"]["changes"]["nodes"][1], json!({ "isNew": false, "eventCount": 1 }));
}
