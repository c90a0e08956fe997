//! What is published of the record: statements beside it, periods that two persons close, figures that are bound to it.

use serde_json::{Value, json};

use crate::support::Running;
use crate::support::folder;
use crate::support::provider::{ask, rejected, serve, submit, token};

const UNIT: &str = "100000000001";

fn person(subject: &str, role: &str) -> String {
    token(subject, &[role], &["*"], 600)
}

fn done(server: &Running, token: &str, command: Value) -> Value {
    let payload = submit(server, Some(token), command);
    assert_eq!(payload["errors"], json!([]), "{payload}");
    payload
}

/// Has one person propose a command and another one approve it.
fn by_two(server: &Running, [proposer, approver]: [&str; 2], command: Value) -> Value {
    let reason = "SOURCE_CORRECTED";
    let propose = json!({ "proposeCommand": { "command": command, "reason": reason } });
    let proposal = done(server, proposer, propose)["events"][0]["entityId"].clone();
    done(server, approver, json!({ "approveProposal": { "proposal": proposal, "reason": reason } }))
}

fn declared(number: &str, usd: &str) -> Value {
    json!({
        "exporter": { "sme": { "businessId": UNIT } }, "office": "بازرگان", "declaration": number, "item": 1,
        "on": "2019-05-05", "hs": "57011000", "destination": "IQ", "netWeight": "12", "valueUsd": usd,
    })
}

/// A unit with an export in Ordibehesht 1398.
fn exported(server: &Running, operator: &str, officer: &str) {
    done(
        server,
        operator,
        json!({ "takeOverSme": {
        "businessId": UNIT, "legalId": "10380284790", "name": "فرش", "province": "IR-10", "isic": "1393",
        "licence": { "number": "L", "issued": "2010-03-21", "expires": "2030-03-21" },
        "status": { "producing": "ACTIVE" } } }),
    );
    done(server, officer, json!({ "recordExport": declared("00000001", "10.00") }));
}

const FIGURES: &str = "{ closedPeriods { nodes { id month closedAt restatements
    published { exports { valueUsd } } restated { exports { valueUsd } } history { nodes { type authority } } } } }";

#[test]
fn two_persons_close_a_period_and_two_restate_it() {
    let (_keep, data) = folder();
    let server = serve(&data);
    let (operator, officer) = (person("omid", "OPERATOR"), person("ali", "EXPORT_OFFICER"));
    let (mina, sara) = (person("mina", "ADMINISTRATOR"), person("sara", "ADMINISTRATOR"));
    exported(&server, &operator, &officer);

    let close = json!({ "closePeriod": { "period": { "month": "1398-02" } } });
    assert_eq!(rejected(&server, Some(&mina), close.clone()), "APPROVAL_REQUIRED");
    assert_eq!(rejected(&server, Some(&officer), close.clone()), "FORBIDDEN");
    let closed = by_two(&server, [&mina, &sara], close.clone());
    assert_eq!(closed["events"][1]["type"], "PeriodClosed");

    // From now on nobody alone changes what the period adds up to.
    let late = json!({ "recordExport": declared("00000002", "5.00") });
    assert_eq!(rejected(&server, Some(&officer), late.clone()), "PERIOD_CLOSED");
    let again = json!({ "proposeCommand": { "command": close, "reason": "OTHER" } });
    assert_eq!(rejected(&server, Some(&mina), again), "PERIOD_CLOSED");
    let restate = json!({ "restateFact": { "command": late, "reason": "SOURCE_CORRECTED" } });
    assert_eq!(rejected(&server, Some(&officer), restate.clone()), "APPROVAL_REQUIRED");
    assert_eq!(rejected(&server, Some(&operator), restate.clone()), "FORBIDDEN");
    let restated = by_two(&server, [&officer, &mina], restate);
    let types: Vec<&Value> =
        restated["events"].as_array().expect("a list").iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["ProposalApproved", "PeriodRestated", "ExportRecorded"], "{restated}");

    let answer = ask(&server, Some(&person("reza", "AUDITOR")), FIGURES, json!({}));
    let told = &answer["data"]["closedPeriods"]["nodes"][0];
    assert_eq!((&told["month"], &told["restatements"]), (&json!("1398-02"), &json!(1)), "{answer}");
    assert_eq!(told["published"]["exports"]["valueUsd"], "10.00");
    assert_eq!(told["restated"]["exports"]["valueUsd"], "15.00");
    let history = told["history"]["nodes"].as_array().expect("a list");
    let decided = |event: &&Value| event["type"] != "CommandProposed";
    assert!(history.iter().filter(decided).all(|event| event["authority"] == "FOUR_EYES"), "{answer}");
}

#[test]
fn statements_are_recorded_by_officers_and_set_beside_the_record_for_everybody() {
    let (_keep, data) = folder();
    let server = serve(&data);
    let (operator, officer) = (person("omid", "OPERATOR"), person("ali", "EXPORT_OFFICER"));
    exported(&server, &operator, &officer);
    let said = |measure: &str, qualifier: &str, value: &str| {
        json!({ "recordStatement": {
            "source": "سازمان صنایع کوچک", "publishedOn": "2019-12-30", "measure": measure, "qualifier": qualifier,
            "value": value, "on": "2019-12-21" } })
    };
    assert_eq!(rejected(&server, Some(&operator), said("UNITS", "EXACTLY", "1")), "FORBIDDEN");
    let first = done(&server, &officer, said("UNITS", "EXACTLY", "۱"))["events"][0]["entityId"].clone();
    done(&server, &officer, said("ACTIVE_SHARE", "NEARLY", "0.78"));
    assert_eq!(rejected(&server, Some(&officer), said("UNITS", "EXACTLY", "1")), "DUPLICATE_STATEMENT");
    assert_eq!(rejected(&server, Some(&officer), said("UNITS", "EXACTLY", "1.5")), "INVALID_NUMBER");
    assert_eq!(rejected(&server, Some(&officer), said("EXPORTS", "OVER", "1.00")), "MISSING_FIELD");
    let query = "{ reconciliation { nodes { statement { measure } claimed recorded difference honoured } } }";
    let answer = ask(&server, None, query, json!({}));
    assert_eq!(
        answer["data"]["reconciliation"]["nodes"],
        json!([
            { "statement": { "measure": "UNITS" }, "claimed": "1", "recorded": "1", "difference": "0", "honoured": true },
            {
                "statement": { "measure": "ACTIVE_SHARE" }, "claimed": "0.7800", "recorded": "1.0000",
                "difference": "0.2200", "honoured": false,
            },
        ]),
        "{answer}"
    );
    // One exporter alone is behind the sum: the public is not told.
    let mut exports = said("EXPORTS", "OVER", "1.00");
    exports["recordStatement"]["period"] = json!({ "solarHijri": { "year": 1398, "toMonth": 9 } });
    done(&server, &officer, exports);
    let query = "{ reconciliation(filter: { measure: { eq: EXPORTS } }) { nodes { claimed recorded } } }";
    let answer = ask(&server, None, query, json!({}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFIDENTIAL", "{answer}");
    let answer = ask(&server, Some(&officer), query, json!({}));
    assert_eq!(answer["data"]["reconciliation"]["nodes"][0]["recorded"], "10.00", "{answer}");
    let void = json!({ "voidStatement": { "statement": first, "reason": "DATA_ENTRY_ERROR" } });
    assert_eq!(rejected(&server, Some(&officer), void.clone()), "APPROVAL_REQUIRED");
    by_two(&server, [&officer, &person("mina", "ADMINISTRATOR")], void);
    let answer = ask(&server, None, "{ statements { totalCount } }", json!({}));
    assert_eq!(answer["data"]["statements"]["totalCount"], 2);
}
