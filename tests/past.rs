//! The record as it was known, asked of the real binary on the national reference set.

use serde_json::json;

use crate::support::{Running, folder};

const FIGURES: &str =
    "position recordedAt overview(period: {solarHijri: {year: 1398, fromMonth: 1, toMonth: 9}}) {
  smes { total active idle exporting } industrialParks exports { count valueUsd } }
  smes(filter: {province: {eq: \"IR-10\"}}, first: 2) { totalCount nodes { businessId name status } }";

#[test]
fn then_and_now_are_asked_side_by_side() {
    let (_keep, path) = folder();
    let server = Running::with(&path, &["--demo"]);
    let end = server.position();
    let ask = |point: &str| {
        let answer = server.ask(&format!("{{ now: position at(asOf: {{{point}}}) {{ {FIGURES} }} }}"));
        assert!(answer["errors"].is_null(), "{answer}");
        assert_eq!(answer["data"]["now"], end.to_string());
        answer["data"]["at"].clone()
    };
    // As of its end, the record says what it says.
    let now = server.ask(&format!("{{ {FIGURES} }}"))["data"].clone();
    assert_eq!(ask(&format!("position: \"{end}\"")), now);
    assert_eq!(now["overview"]["exports"]["valueUsd"], "1612345678.90");
    // On 1 Mehr 1398 half of the exports were known, and by its moment the same command is the last one.
    let mehr = ask("time: \"2019-09-23T00:00:00.000Z\"");
    assert!(mehr["recordedAt"].as_str().unwrap() <= "2019-09-23T00:00:00.000Z");
    assert_eq!(ask(&format!("position: {}", mehr["position"])), mehr);
    let exports = |told: &serde_json::Value| told["overview"]["exports"]["count"].as_i64().unwrap();
    assert!(exports(&mehr) > 0 && exports(&mehr) < exports(&now));
    // What is recorded afterwards changes nothing of it.
    server.command("establishPark", crate::support::park("P-NEW"));
    let again = server.ask(&format!("{{ at(asOf: {{position: \"{end}\"}}) {{ {FIGURES} }} }}"));
    assert_eq!(again["data"]["at"], now);
    let parks = server.ask(&format!("{{ changes(since: \"{end}\") {{ hasNextPage nodes {{ isNew entity {{ ... on Park {{ code }} }} }} }} }}"));
    let told = json!({ "hasNextPage": false, "nodes": [{ "isNew": true, "entity": { "code": "P-NEW" } }] });
    assert_eq!(parks["data"]["changes"], told);
    // What was acknowledged is known at once, and what has not come yet is not asked.
    let just_now = server.ask("{ recordedAt }")["data"]["recordedAt"].clone();
    let answer = server.ask(&format!("{{ at(asOf: {{time: {just_now}}}) {{ recordedAt }} }}"));
    assert_eq!(answer["data"]["at"]["recordedAt"], just_now);
    let answer = server.ask("{ at(asOf: {time: \"2150-01-01T00:00:00Z\"}) { position } }");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_AS_OF");
}
