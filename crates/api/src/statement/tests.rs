//! Statements beside a small record, on both axes of time; and closed periods.

use serde_json::{Value, json};

use crate::testing::{World, export};

fn said(measure: &str, qualifier: &str, figure: Value, on: &str) -> Value {
    let mut facts = json!({
        "source": "سازمان صنايع كوچك", "sourceLatin": "ISIPO", "publishedOn": "2019-12-20", "measure": measure,
        "qualifier": qualifier, "figure": figure,
    });
    if ["EXPORTS", "EXPORTING_UNITS", "REVIVED_UNITS"].contains(&measure) {
        facts["period"] = json!({ "from": "2019-03-21", "until": "2019-09-23" });
    }
    json!({ "details": { "facts": facts, "on": on } })
}

fn usd(dollars: &str) -> Value {
    json!({ "usd": dollars })
}

const BESIDE: &str =
    "{ totalCount nodes { statement { measure unit } claimed recorded difference honoured } }";

/// Measure, claimed, recorded, difference and verdict of each statement.
fn beside(told: &Value) -> Vec<[String; 5]> {
    let nodes = told["nodes"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    nodes
        .map(|node| {
            let measure = &node["statement"]["measure"];
            [measure, &node["claimed"], &node["recorded"], &node["difference"], &node["honoured"]].map(text)
        })
        .collect()
}

#[test]
fn statements_stand_beside_what_is_recorded_as_of_their_day() {
    let mut world = World::default();
    world
        .given("RecordStatement", said("ACTIVE_SHARE", "NEARLY", json!({ "share": "0.7800" }), "2010-01-01"));
    let smes: Vec<String> = (1..=4).map(|number| world.sme(number, "واحد", "IR-10", json!({}))).collect();
    world.given("IdleSme", json!({ "sme": { "id": smes[0] }, "reason": "MARKET", "on": "2019-10-01" }));
    for (measure, qualifier, figure, on) in [
        ("ACTIVE_UNITS", "EXACTLY", json!({ "count": 4 }), "2019-09-30"),
        ("ACTIVE_UNITS", "EXACTLY", json!({ "count": 4 }), "2019-10-01"),
        ("ACTIVE_SHARE", "NEARLY", json!({ "share": "0.7550" }), "2019-10-01"),
        ("EXPORTS", "OVER", usd("10.00"), "2019-10-01"),
    ] {
        world.given("RecordStatement", said(measure, qualifier, figure, on));
    }
    let share = |claimed: &str, recorded: &str, difference: &str, honoured: &str| {
        ["ACTIVE_SHARE", claimed, recorded, difference, honoured].map(str::to_owned)
    };
    let data = world.ask(&format!("{{ reconciliation {BESIDE} }}"));
    assert_eq!(
        beside(&data["reconciliation"]),
        [
            ["ACTIVE_UNITS", "4", "4", "0", "true"].map(str::to_owned),
            ["ACTIVE_UNITS", "4", "3", "-1", "false"].map(str::to_owned),
            share("0.7800", "null", "null", "null"),
            share("0.7550", "0.7500", "-0.0050", "true"),
            ["EXPORTS", "10.00", "0.00", "-10.00", "false"].map(str::to_owned),
        ]
    );
    // What was known when the statement was made is asked on the other axis.
    let before = world.view.position;
    world.export(&smes[1], 1, "2019-05-01", "10.01", json!({}));
    let data = world.ask(&format!(
        "{{ now: reconciliation(filter: {{ measure: {{ eq: EXPORTS }} }}) {BESIDE}
            at(asOf: {{ position: \"{before}\" }}) {{
              reconciliation(filter: {{ measure: {{ eq: EXPORTS }} }}) {BESIDE} }} }}"
    ));
    assert_eq!(beside(&data["now"]), [["EXPORTS", "10.00", "10.01", "0.01", "true"].map(str::to_owned)]);
    assert_eq!(
        beside(&data["at"]["reconciliation"]),
        [["EXPORTS", "10.00", "0.00", "-10.00", "false"].map(str::to_owned)]
    );
}

#[test]
fn voided_statements_are_listed_apart_and_offices_found_in_any_spelling() {
    let mut world = World::default();
    let first = world.given("RecordStatement", said("UNITS", "EXACTLY", json!({ "count": 7 }), "2019-10-01"));
    world.given("RecordStatement", said("UNITS", "EXACTLY", json!({ "count": 8 }), "2019-10-01"));
    world.given("VoidStatement", json!({ "statement": first, "reason": "DATA_ENTRY_ERROR" }));
    let data = world.ask(
        "{ standing: statements(filter: { source: { contains: \"صنایع\" } }) { totalCount nodes { value } }
           voided: statements(voided: true, filter: { sourceLatin: { eq: \"isipo\" } }) { totalCount nodes { value } }
           none: statements(filter: { source: { contains: \"اتاق\" } }) { totalCount }
           reconciliation { totalCount } }",
    );
    assert_eq!(data["standing"], json!({ "totalCount": 1, "nodes": [{ "value": "8" }] }));
    assert_eq!(data["voided"], json!({ "totalCount": 1, "nodes": [{ "value": "7" }] }));
    assert_eq!((&data["none"]["totalCount"], &data["reconciliation"]["totalCount"]), (&json!(0), &json!(1)));
}

#[test]
fn what_was_published_of_a_closed_period_stays_to_be_read() {
    let mut world = World::default();
    let sme = world.sme(1, "واحد", "IR-10", json!({}));
    let id = world.export(&sme, 1, "2019-05-01", "10.00", json!({}));
    world.given("ClosePeriod", json!({ "period": { "month": "1398-02" } }));
    let right = export(&sme, 1, "2019-05-01", "12.00", json!({}));
    let correct = json!({ "export": { "id": id }, "details": right, "reason": "SOURCE_CORRECTED" });
    let refused = world.record("CorrectExport", correct.clone()).unwrap_err();
    assert_eq!(refused.code.as_str(), "PERIOD_CLOSED");
    let command = json!({ "type": "CorrectExport", "input": correct });
    world.given("RestateFact", json!({ "command": command, "reason": "SOURCE_CORRECTED" }));
    let figures = "{ smes { active } exports { count valueUsd } }";
    let data = world.ask(&format!(
        "{{ closedPeriods {{ totalCount nodes {{ month restatements closedAt published {figures} restated {figures}
             history {{ nodes {{ type }} }} }} }} }}"
    ));
    let told = &data["closedPeriods"]["nodes"][0];
    assert_eq!((&told["month"], &told["restatements"]), (&json!("1398-02"), &json!(1)));
    assert_eq!(
        told["published"],
        json!({ "smes": { "active": 1 }, "exports": { "count": 1, "valueUsd": "10.00" } })
    );
    assert_eq!(told["restated"]["exports"]["valueUsd"], "12.00");
    let types: Vec<&Value> =
        told["history"]["nodes"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["PeriodClosed", "PeriodRestated", "ExportCorrected"]);
    // The same is asked of the record as of the closing, whatever was restated since.
    let at = told["closedAt"].as_str().unwrap();
    let period = "period: { solarHijri: { year: 1398, fromMonth: 2, toMonth: 2 } }";
    let data =
        world.ask(&format!("{{ at(asOf: {{ position: \"{at}\" }}) {{ overview({period}) {figures} }} }}"));
    assert_eq!(data["at"]["overview"], told["published"]);
}
