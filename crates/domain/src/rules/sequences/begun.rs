//! The small world that every sequence begins with.

use serde_json::{Value, json};

use super::commands::begun_courses;
use crate::Command;

/// Whether something of a kind is in a state already, so that a sequence has something to work on.
pub fn begun() -> Vec<Command> {
    let command = |kind: &str, input: Value| {
        serde_json::from_value(json!({ "type": kind, "input": input })).expect("a command")
    };
    let unit = |number: u32| {
        let legal = ["10380284790", "14001234562", "10860001235", "10380007775"][number as usize % 4];
        let details = json!({
            "businessId": format!("{number:012}"), "legalId": legal, "name": "واحد", "province": "IR-10", "isic": "2220",
        });
        let licence = json!({ "number": "L", "issued": "2015-03-21", "expires": "2030-03-21" });
        command("TakeOverSme", json!({ "details": details, "licence": licence, "status": "ACTIVE" }))
    };
    let park = json!({
        "code": "P-1", "name": "شهرک", "kind": "PARK", "province": "IR-10", "area": "1", "saleable": "0.2", "plots": 2,
        "on": "2010-03-21",
    });
    let company =
        json!({ "code": "E-1", "name": "شرکت", "legalId": "14123456700", "tradeCard": "TC4565780" });
    let first = json!({ "businessId": "000000000001" });
    let mandate = json!({ "sme": first, "from": "2018-03-21" });
    let licence = json!({ "sme": first, "number": "L0", "on": "2019-03-21", "expires": "2020-03-20" });
    let progress = json!({ "sme": first, "progress": 40, "verified": true, "on": "2019-03-21" });
    let taken_over = json!({ "details": company, "consented": "2016-03-20", "mandate": mandate });
    let group = json!({ "code": "C-1", "name": "گروه", "kind": "SALES", "productGroup": "RUG" });
    let members: Vec<Value> = (1..=3)
        .map(|number| json!({ "sme": { "businessId": format!("{number:012}") }, "certificate": "E" }))
        .collect();
    vec![
        command("EstablishPark", park),
        unit(1),
        unit(2),
        unit(3),
        command("IssueEstablishmentLicence", licence),
        command("ReportProgress", progress),
        command("TakeOverEmc", taken_over),
        command("FormConsortium", json!({ "details": group, "members": members, "on": "2019-01-01" })),
    ]
    .into_iter()
    .chain(begun_courses())
    .collect()
}
