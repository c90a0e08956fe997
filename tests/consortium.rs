//! Export consortiums from their first member to their recovery, asked and told over HTTP.

use serde_json::{Value, json};

use crate::support::{Running, folder};

const LEGAL_IDS: [&str; 4] = ["10380284790", "14001234562", "10860001235", "10380007775"];

/// A server with four active units of four legal entities.
pub fn with_units() -> (tempfile::TempDir, Running) {
    let (keep, path) = folder();
    let server = Running::on(&path);
    for (number, legal_id) in (1..).zip(LEGAL_IDS) {
        done(
            &server,
            "takeOverSme",
            json!({
                "businessId": unit(number), "legalId": legal_id, "name": "صنایع نمونه", "province": "IR-10", "isic": "2220",
                "licence": { "number": format!("L-{number}"), "issued": "2011-05-01", "expires": "2031-05-01" },
                "status": { "producing": "ACTIVE" },
            }),
        );
    }
    (keep, server)
}

pub fn unit(number: u32) -> String {
    format!("{number:012}")
}

/// Records a command, and tells the types of its events.
pub fn done(server: &Running, mutation: &str, input: Value) -> Vec<String> {
    let payload = server.command(mutation, input);
    assert_eq!(payload["errors"], json!([]), "{mutation}");
    let events = payload["events"].as_array().expect("a list").iter();
    events.map(|event| event["type"].as_str().expect("text").to_owned()).collect()
}

/// The code and the path that a command is refused with.
pub fn refused(server: &Running, mutation: &str, input: Value) -> (String, String) {
    let payload = server.command(mutation, input);
    let error = &payload["errors"][0];
    let path = error["path"].as_array().expect("a path").iter().skip(1);
    let path: Vec<_> = path.map(|step| step.as_str().expect("text")).collect();
    (error["code"].as_str().expect("a code").to_owned(), path.join("."))
}

fn certify(number: u32, issued: &str) -> Value {
    json!({
        "sme": { "businessId": unit(number) }, "number": format!("ER-{number}"), "issuer": "سازمان توسعه تجارت",
        "from": issued, "until": "2021-03-21",
    })
}

fn of(more: Value) -> Value {
    let mut input = json!({ "consortium": { "code": "CON-1" } });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    input
}

fn export(number: u32, declaration: &str, usd: &str, on: &str) -> Value {
    json!({
        "exporter": { "sme": { "businessId": unit(number) } }, "consortium": { "code": "CON-1" }, "office": "بازرگان",
        "declaration": declaration, "item": 1, "hs": "39012000", "destination": "IQ", "netWeight": "1000",
        "valueUsd": usd, "on": on,
    })
}

/// A consortium of units 1, 2 and 3 that operates since May.
fn operating(server: &Running) {
    for number in 1..=3 {
        done(server, "certifyReadiness", certify(number, "2018-03-21"));
    }
    let member =
        |number: u32| json!({ "sme": { "businessId": unit(number) }, "certificate": format!("ER-{number}") });
    let form = json!({
        "code": "CON-1", "name": "کنسرسیوم پلاستیک", "kind": "SALES", "productGroup": "POLYMER_PLASTIC",
        "promoter": "اتاق بازرگانی", "members": [member(1), member(2), member(3)], "on": "2019-04-01",
    });
    done(server, "formConsortium", form);
    done(server, "constituteConsortium", of(json!({ "on": "2019-05-01" })));
    done(server, "startConsortium", of(json!({ "on": "2019-05-01" })));
}

#[test]
fn rule_16_a_consortium_is_suspended_with_too_few_members_and_starts_again_with_enough() {
    let (_keep, server) = with_units();
    operating(&server);
    let leave =
        of(json!({ "sme": { "businessId": unit(1) }, "reason": "HOLDER_REQUEST", "on": "2019-06-01" }));
    assert_eq!(done(&server, "releaseMember", leave), ["MemberReleased", "ConsortiumSuspended"]);
    let start = || of(json!({ "on": "2019-08-01" }));
    assert_eq!(refused(&server, "startConsortium", start()).0, "TOO_FEW_MEMBERS");
    let admit = || of(json!({ "sme": { "businessId": unit(4) }, "certificate": "ER-4", "on": "2019-07-01" }));
    assert_eq!(
        refused(&server, "admitMember", admit()),
        ("NOT_EXPORT_READY".to_owned(), "certificate".to_owned())
    );
    done(&server, "certifyReadiness", certify(4, "2019-07-01"));
    done(&server, "admitMember", admit());
    assert_eq!(done(&server, "startConsortium", start()), ["ConsortiumStarted"]);
    let answer = server.ask(
        r#"{ consortium(by: { code: "CON-1" }) {
            promoter june: phase(on: "2019-06-30") phase phaseHistory { phase since }
            members { nodes { sme { businessId exportReady(on: "2019-12-01") } joinedOn leftOn } } }
          overview(period: { solarHijri: { year: 1398 } }) {
            exportReadySmes consortiums { operating suspended members openObligations } } }"#,
    );
    let consortium = &answer["data"]["consortium"];
    assert_eq!((&consortium["june"], &consortium["phase"]), (&json!("SUSPENDED"), &json!("OPERATING")));
    assert_eq!(consortium["promoter"], "اتاق بازرگانی");
    let phases = consortium["phaseHistory"].as_array().expect("a list").iter();
    let phases: Vec<_> = phases.map(|reached| reached["phase"].as_str().expect("text")).collect();
    assert_eq!(phases, ["PREPARING", "CONSTITUTED", "OPERATING", "SUSPENDED", "OPERATING"]);
    assert_eq!(consortium["members"]["nodes"][0]["leftOn"], "2019-06-01");
    assert_eq!(consortium["members"]["nodes"][3]["sme"]["exportReady"], true);
    let overview = json!({
        "exportReadySmes": 4,
        "consortiums": { "operating": 1, "suspended": 0, "members": 3, "openObligations": 0 },
    });
    assert_eq!(answer["data"]["overview"], overview);
}

#[test]
fn rule_18_a_member_leaves_when_what_it_owes_is_settled() {
    let (_keep, server) = with_units();
    operating(&server);
    let owe = of(json!({
        "sme": { "businessId": unit(1) }, "number": "1398/1", "kind": "CONTRIBUTION", "on": "2019-05-10",
        "amount": { "amount": "250000000", "currency": "IRR" }, "due": "2019-09-01",
    }));
    done(&server, "recordObligation", owe);
    let leave =
        || of(json!({ "sme": { "businessId": unit(1) }, "reason": "HOLDER_REQUEST", "on": "2019-06-01" }));
    assert_eq!(refused(&server, "releaseMember", leave()), ("OPEN_OBLIGATIONS".to_owned(), "on".to_owned()));
    let owed = |on: &str| {
        let question = format!(
            r#"{{ consortium(by: {{ code: "CON-1" }}) {{ obligations(openOn: "{on}") {{ totalCount }} }} }}"#
        );
        server.ask(&question)["data"]["consortium"]["obligations"]["totalCount"].clone()
    };
    assert_eq!((owed("2019-05-09"), owed("2019-05-10")), (json!(0), json!(1)));
    done(&server, "settleObligation", of(json!({ "number": "1398/1", "on": "2019-05-20" })));
    assert_eq!((owed("2019-05-19"), owed("2019-05-20")), (json!(1), json!(0)));
    done(&server, "releaseMember", leave());
    let answer = server.ask(
        r#"{ consortium(by: { code: "CON-1" }) { obligations { nodes {
            number kind amount { amount currency } since dueOn settledOn sme { businessId } } } } }"#,
    );
    let told = json!({
        "number": "1398/1", "kind": "CONTRIBUTION", "amount": { "amount": "250000000.00", "currency": "IRR" },
        "since": "2019-05-10", "dueOn": "2019-09-01", "settledOn": "2019-05-20", "sme": { "businessId": unit(1) },
    });
    assert_eq!(answer["data"]["consortium"]["obligations"]["nodes"], json!([told]));
}

#[test]
fn exports_are_told_by_consortium_and_member_and_a_voided_membership_undercuts_them() {
    let (_keep, server) = with_units();
    operating(&server);
    done(&server, "recordExport", export(1, "11111111", "1500.25", "2019-06-01"));
    done(&server, "recordExport", export(2, "22222222", "499.75", "2019-07-10"));
    // Before the consortium was formed a unit exported in its own name.
    let mut direct = export(2, "33333333", "100.00", "2019-03-30");
    direct.as_object_mut().expect("an object").remove("consortium");
    done(&server, "recordExport", direct);
    assert_eq!(
        refused(&server, "recordExport", export(4, "44444444", "1.00", "2019-06-01")),
        ("EXPORTER_NOT_ELIGIBLE".to_owned(), "consortium".to_owned())
    );
    let question = r#"{ consortium(by: { code: "CON-1" }) {
            june: exportTotals(period: { solarHijri: { year: 1398, fromMonth: 3, toMonth: 4 } }) { count valueUsd }
            days: exportTotals(period: { dates: { from: "2019-06-01", until: "2019-06-02" } }) { valueUsd }
            all: exportTotals { count valueUsd }
            exportsByMember { sme { businessId } valueUsd share } members { nodes { position sme { businessId } } } }
          overview(period: { solarHijri: { year: 1398 } }) { exports {
            byConsortium { consortium { code } count valueUsd share } byChannel { channel valueUsd } } }
          exportSummary(period: { solarHijri: { year: 1398 } }, groupBy: [CONSORTIUM, DESTINATION]) {
            consortium { code } country valueUsd } findings { totalCount nodes { rule } } }"#;
    let answer = server.ask(question);
    let data = &answer["data"];
    let consortium = &data["consortium"];
    assert_eq!(consortium["june"], json!({ "count": 2, "valueUsd": "2000.00" }), "{answer}");
    assert_eq!(consortium["days"], json!({ "valueUsd": "1500.25" }));
    assert_eq!(consortium["all"], json!({ "count": 2, "valueUsd": "2000.00" }));
    let by_member = json!([
        { "sme": { "businessId": unit(1) }, "valueUsd": "1500.25", "share": "0.7501" },
        { "sme": { "businessId": unit(2) }, "valueUsd": "499.75", "share": "0.2499" },
    ]);
    assert_eq!(consortium["exportsByMember"], by_member);
    let through =
        json!([{ "consortium": { "code": "CON-1" }, "count": 2, "valueUsd": "2000.00", "share": "0.9524" }]);
    assert_eq!(data["overview"]["exports"]["byConsortium"], through);
    let summed = json!([
        { "consortium": { "code": "CON-1" }, "country": "IQ", "valueUsd": "2000.00" },
        { "consortium": null, "country": "IQ", "valueUsd": "100.00" },
    ]);
    assert_eq!(data["exportSummary"], summed);
    assert_eq!(data["findings"]["totalCount"], 0);
    // A membership that never was takes the ground from what the unit exported through the consortium.
    done(&server, "admitMember", of(json!({ "sme": { "businessId": unit(4) }, "on": "2019-05-02" })));
    let first = &consortium["members"]["nodes"][0]["position"];
    let void = of(json!({ "position": first, "reason": "DATA_ENTRY_ERROR" }));
    assert_eq!(refused(&server, "voidConsortiumFact", void).0, "TOO_FEW_MEMBERS");
    let leave = of(json!({ "sme": { "businessId": unit(2) }, "reason": "OTHER", "on": "2019-07-01" }));
    done(&server, "releaseMember", leave);
    let findings = server.ask("{ findings { nodes { rule } } }");
    assert_eq!(findings["data"]["findings"]["nodes"], json!([{ "rule": "EXPORTER_NOT_ELIGIBLE" }]));
}
