//! Export management companies from their consent to their rank, asked and told over HTTP.

use serde_json::json;

use crate::consortium::{done, refused, unit, with_units};

#[test]
fn a_company_is_reviewed_ranked_and_exports_for_its_clients() {
    let (_keep, server) = with_units();
    let consent = json!({
        "code": "EMC-1", "name": "مدیریت صادرات", "legalId": "14123456700", "tradeCard": "40000137",
        "tradeCardExpires": "2019-06-01", "on": "2016-05-18",
    });
    done(&server, "consentEmc", consent);
    let of = |mut input: serde_json::Value| {
        input["emc"] = json!({ "code": "EMC-1" });
        input
    };
    let grant = |number, from: &str| of(json!({ "sme": { "businessId": unit(number) }, "from": from }));
    let export = |number, declaration: &str, usd: &str| {
        json!({
            "exporter": { "emc": { "emc": { "code": "EMC-1" }, "sme": { "businessId": unit(number) } } },
            "office": "بازرگان", "declaration": declaration, "item": 1, "hs": "39012000", "destination": "AF",
            "netWeight": "10", "valueUsd": usd, "on": "2019-05-01",
        })
    };
    // Rule 12: a mandate that is in force on the date.
    assert_eq!(refused(&server, "recordExport", export(1, "11111111", "100.10")).0, "NO_MANDATE");
    done(&server, "grantMandate", grant(1, "2018-01-01"));
    done(&server, "grantMandate", grant(2, "2018-01-01"));
    assert_eq!(
        refused(&server, "grantMandate", grant(3, "2019-06-01")),
        ("INVALID_DATE".to_owned(), "from".to_owned())
    );
    done(&server, "recordExport", export(1, "11111111", "100.10"));
    done(&server, "recordExport", export(2, "22222222", "300.30"));
    // Rule 19: after two years, and not on a review that was failed.
    let rank = |on: &str| of(json!({ "rank": "THIRD", "on": on }));
    let review = |outcome: &str, on: &str| of(json!({ "outcome": outcome, "score": 45, "on": on }));
    assert_eq!(refused(&server, "rankEmc", rank("2018-05-17")).0, "RANK_TOO_EARLY");
    done(&server, "evaluateEmc", review("FAILED", "2017-05-18"));
    assert_eq!(refused(&server, "rankEmc", rank("2018-05-18")).0, "RANK_TOO_EARLY");
    done(&server, "evaluateEmc", review("PASSED", "2018-05-01"));
    done(&server, "rankEmc", rank("2018-05-18"));
    let too_many = of(json!({ "outcome": "PASSED", "score": 101, "on": "2018-06-01" }));
    assert_eq!(refused(&server, "evaluateEmc", too_many), ("INVALID_NUMBER".to_owned(), "score".to_owned()));
    let answer = server.ask(
        r#"{ emc(by: { code: "EMC-1" }) {
            may: tradeCardValid(on: "2019-05-31") june: tradeCardValid(on: "2019-06-01")
            rank evaluations { outcome score on } clients(on: "2019-05-01") { totalCount }
            exportTotals(period: { solarHijri: { year: 1398 } }) { count valueUsd }
            exportsByClient(period: { solarHijri: { year: 1398 } }) { sme { businessId } valueUsd share } }
          emcs(filter: { evaluation: { eq: PASSED } }) { totalCount }
          overview(period: { solarHijri: { year: 1398 } }) {
            emcs { consented byRank { rank count } mandates } exports { byEmc { emc { code } valueUsd } } } }"#,
    );
    let emc = &answer["data"]["emc"];
    assert_eq!(
        (&emc["may"], &emc["june"], &emc["rank"]),
        (&json!(true), &json!(false), &json!("THIRD")),
        "{answer}"
    );
    let reviews = json!([
        { "outcome": "FAILED", "score": 45, "on": "2017-05-18" },
        { "outcome": "PASSED", "score": 45, "on": "2018-05-01" },
    ]);
    assert_eq!(emc["evaluations"], reviews);
    assert_eq!(emc["clients"]["totalCount"], 2);
    assert_eq!(emc["exportTotals"], json!({ "count": 2, "valueUsd": "400.40" }));
    let by_client = json!([
        { "sme": { "businessId": unit(2) }, "valueUsd": "300.30", "share": "0.7500" },
        { "sme": { "businessId": unit(1) }, "valueUsd": "100.10", "share": "0.2500" },
    ]);
    assert_eq!(emc["exportsByClient"], by_client);
    assert_eq!(answer["data"]["emcs"]["totalCount"], 1);
    let ranks = json!([
        { "rank": "FIRST", "count": 0 }, { "rank": "SECOND", "count": 0 }, { "rank": "THIRD", "count": 1 },
    ]);
    let told = json!({
        "emcs": { "consented": 1, "byRank": ranks, "mandates": 2 },
        "exports": { "byEmc": [{ "emc": { "code": "EMC-1" }, "valueUsd": "400.40" }] },
    });
    assert_eq!(answer["data"]["overview"], told);
}
