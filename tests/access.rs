//! The table of roles, held against the running server: every root field, every field of a class of its own and every
//! command by every role, and every way around a province.

mod matrix;
mod sample;
mod scope;

use serde_json::{Value, json};

use crate::support::provider::{submit, token};
use crate::support::{Running, park};

/// Business ID of the unit in IR-10.
const UNIT: &str = "100000000001";

/// Business ID of a unit in IR-10 that is idle.
const IDLE: &str = "100000000003";

/// The name of the contact person of that unit.
const NAME: &str = "زهرا محمدی نمونه";

/// What is recorded before anybody is tested: in IR-10 a park, three units, two of them idle, one of these with an open
/// revival case, and one export by the first, which has a contact person; a
/// consortium and a company, which lie in no province.
struct Recorded {
    park: Value,
    sme: Value,
    revival: Value,
    export: Value,
    person: Value,
    /// The position of the event that made the unit.
    registered: u64,
    /// The position of the event that made that unit idle.
    idled: u64,
}

/// Records it, as whoever may: on a server that asks for nobody, or with every role in every province.
fn record(running: &Running, token: Option<&str>) -> Recorded {
    let done = |command: Value| {
        let payload = submit(running, token, command);
        assert_eq!(payload["errors"], json!([]), "{payload}");
        payload["events"].clone()
    };
    let id = |events: &Value| events[0]["entityId"].clone();
    let position = |events: &Value| {
        events[0]["position"].as_str().and_then(|text| text.parse().ok()).expect("a position")
    };
    let park = done(json!({ "establishPark": park("P-1") }));
    let unit = |business_id: &str| {
        json!({ "takeOverSme": {
            "businessId": business_id, "legalId": "10380284790", "name": "فرش", "province": "IR-10", "isic": "1393",
            "licence": { "number": format!("L-{business_id}"), "issued": "2010-03-21", "expires": "2030-03-21" },
            "status": { "producing": "ACTIVE" } } })
    };
    let sme = done(unit(UNIT));
    done(unit("100000000002"));
    done(unit(IDLE));
    let idle =
        |sme: &Value| done(json!({ "idleSme": { "sme": sme, "reason": "MARKET", "on": "2019-05-01" } }));
    let second = json!({ "businessId": "100000000002" });
    idle(&second);
    let idled = idle(&json!({ "businessId": IDLE }));
    let revival = done(json!({ "openRevival": { "sme": second, "on": "2019-06-01" } }));
    let export = done(json!({ "recordExport": {
        "exporter": { "sme": { "businessId": UNIT } }, "office": "10100", "declaration": "12345678", "item": 1,
        "on": "2019-06-05", "hs": "57011000", "destination": "IQ", "netWeight": "12", "valueUsd": "34.56" } }));
    done(json!({ "formConsortium": { "code": "C-1", "name": "کنسرسیوم", "kind": "SALES",
        "productGroup": "FOOD", "on": "2019-03-21" } }));
    done(json!({ "consentEmc": { "code": "M-1", "name": "شرکت", "legalId": "10380284790", "tradeCard": "1",
        "on": "2019-01-01" } }));
    let person = done(json!({ "appointPerson": {
        "details": { "name": NAME, "telephone": "02188776655" }, "holder": { "sme": { "businessId": UNIT } },
        "post": "CONTACT", "on": "2019-06-05" } }));
    Recorded {
        registered: position(&sme),
        idled: position(&idled),
        park: id(&park),
        sme: id(&sme),
        revival: id(&revival),
        export: id(&export),
        person: id(&person),
    }
}

/// Somebody with every role that records, in every province.
fn registrar() -> String {
    token("registrar", &["OPERATOR", "PROGRAMME_OFFICER", "EXPORT_OFFICER"], &["*"], 600)
}
