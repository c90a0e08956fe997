//! Mutations: what every one of them promises.

use serde_json::{Value, json};

use crate::support::{Running, folder, park};

const ID: &str = "01890000-0000-7000-8000-000000000001";

fn with(mut input: Value, more: Value) -> Value {
    let more = more.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(more);
    input
}

#[test]
fn every_command_has_a_mutation_and_a_place_in_submit() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let answer = server.ask(
        "{ __schema { mutationType { fields { name } } } command: __type(name: \"CommandInput\") { inputFields { name } } }",
    );
    let names = |list: &Value| -> Vec<String> {
        let mut names: Vec<_> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|field| field["name"].as_str().expect("text").to_owned())
            .collect();
        names.sort();
        names
    };
    let mut mutations = names(&answer["data"]["__schema"]["mutationType"]["fields"]);
    mutations.retain(|name| name != "submit");
    let mut known: Vec<_> = daftar_api::submit::NAMES.iter().map(|name| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(mutations, known);
    assert_eq!(names(&answer["data"]["command"]["inputFields"]), known);
}

#[test]
fn every_fault_of_an_input_is_told_with_its_path() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let payload = server.command(
        "recordExport",
        json!({
            "exporter": { "emc": { "emc": { "code": " " }, "sme": { "businessId": "12" } } },
            "office": "a\u{0}b", "declaration": "1234567", "item": 0, "hs": "77000000", "destination": "Iraq",
            "netWeight": "1,000", "valueUsd": "1.234", "value": { "amount": "1.5", "currency": "XXX" }, "on": "1398-09-30"
        }),
    );
    let faults: Vec<_> = payload["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| {
            let path: Vec<_> = error["path"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|step| step.as_str().expect("text"))
                .collect();
            (path.join("."), error["code"].as_str().expect("text").to_owned())
        })
        .collect();
    let expected = [
        ("input.exporter.emc.emc.code", "MISSING_FIELD"),
        ("input.exporter.emc.sme.businessId", "INVALID_IDENTIFIER"),
        ("input.office", "INVALID_CHARACTER"),
        ("input.declaration", "INVALID_IDENTIFIER"),
        ("input.item", "INVALID_NUMBER"),
        ("input.hs", "INVALID_IDENTIFIER"),
        ("input.destination", "INVALID_IDENTIFIER"),
        ("input.netWeight", "INVALID_NUMBER"),
        ("input.valueUsd", "INVALID_NUMBER"),
        ("input.value.currency", "INVALID_IDENTIFIER"),
        ("input.on", "INVALID_DATE"),
    ];
    assert_eq!(faults, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    assert_eq!((&payload["position"], &payload["events"]), (&Value::Null, &json!([])));
}

#[test]
fn a_rule_names_the_field_as_the_input_has_it() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let export = json!({
        "exporter": { "sme": { "businessId": "140000000012" } }, "office": "بازرگان", "declaration": "12345678",
        "item": 1, "hs": "08025100", "destination": "DE", "netWeight": "1000", "valueUsd": "12000.50", "on": "2019-05-01"
    });
    let payload = server.command("recordExport", export);
    let error = &payload["errors"][0];
    assert_eq!((&error["code"], &error["__typename"]), (&json!("UNKNOWN_REFERENCE"), &json!("InputError")));
    assert_eq!(error["path"], json!(["input", "exporter", "sme"]));
}

#[test]
fn persian_digits_are_read() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let payload =
        server.command("establishPark", with(park("پ-۱"), json!({ "area": "۱۲٫۵", "on": "۲۰۱۰-۰۱-۰۱" })));
    assert_eq!(payload["errors"], json!([]));
    let payload = server.command("establishPark", park("پ-1"));
    assert_eq!(payload["errors"][0]["code"], "DUPLICATE_PARK");
}

#[test]
fn a_repeated_command_id_answers_with_the_first_result() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let input = with(park("P-1"), json!({ "commandId": ID }));
    let first = server.command("establishPark", input.clone());
    assert_eq!((&first["commandId"], &first["repeated"]), (&json!(ID), &json!(false)));
    let again = server.command("establishPark", input);
    assert_eq!(
        (&again["events"], &again["position"], &again["repeated"]),
        (&first["events"], &first["position"], &json!(true))
    );
    let other = server.command("establishPark", with(park("P-2"), json!({ "commandId": ID })));
    assert_eq!(other["errors"][0]["code"], "IDEMPOTENCY_CONFLICT");
    let no_id = server.command("establishPark", park("P-3"));
    assert!(no_id["commandId"].as_str().is_some_and(|id| id.len() == 36 && id != ID), "{no_id}");
}

#[test]
fn a_dry_run_records_nothing_and_a_stale_version_is_refused() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let before = server.position();
    let dry = server.command("establishPark", with(park("P-1"), json!({ "dryRun": true })));
    assert_eq!((&dry["position"], &dry["events"][0]["type"]), (&Value::Null, &json!("ParkEstablished")));
    assert_eq!(server.position(), before);
    server.command("establishPark", park("P-1"));
    let revise = |version: u32| {
        let input =
            json!({ "park": { "code": "P-1" }, "plots": 20, "on": "2011-01-01", "expectedVersion": version });
        server.command("revisePark", input)
    };
    assert_eq!(revise(2)["errors"][0]["code"], "STALE_VERSION");
    assert_eq!(revise(1)["errors"], json!([]));
    assert_eq!(revise(1)["errors"][0]["code"], "STALE_VERSION");
}

#[test]
fn a_payload_shows_the_entity_as_it_is_now() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let query = "mutation($park: EstablishParkInput!, $more: ReviseParkInput!) { \
                 first: establishPark(input: $park) { park { code plots } events { entity { ... on Park { plots } } } } \
                 second: revisePark(input: $more) { park { plots } events { entity { ... on Park { plots } } } } }";
    let more = json!({ "park": { "code": "P-1" }, "plots": 20, "on": "2011-01-01" });
    let answer = server.ask_with(query, json!({ "park": park("P-1"), "more": more }));
    let plots = |plots: u32| json!([{ "entity": { "plots": plots } }]);
    assert_eq!(
        answer["data"]["first"],
        json!({ "park": { "code": "P-1", "plots": 10 }, "events": plots(10) }),
        "{answer}"
    );
    assert_eq!(answer["data"]["second"], json!({ "park": { "plots": 20 }, "events": plots(20) }));
    let answer = server.ask("{ park(by: {code: \"P-1\"}) { plots history(first: 5) { nodes { type } } } }");
    assert_eq!(
        answer["data"]["park"]["history"]["nodes"],
        json!([{ "type": "ParkEstablished" }, { "type": "ParkRevised" }]),
        "{answer}"
    );
}

#[test]
fn submit_judges_each_command_on_its_own_and_in_order() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let before = server.position();
    let commands = json!([
        { "establishPark": park("P-1") },
        { "establishPark": park("P-1") },
        { "establishPark": with(park("P-2"), json!({ "kind": "ZONE", "area": "?" })) },
        { "revisePark": { "park": { "code": "P-1" }, "plots": 30, "on": "2011-01-01", "dryRun": true } },
        { "establishPark": park("P-3") },
    ]);
    let query = "mutation($input: SubmitInput!) { submit(input: $input) { position entity { id } errors { code \
                 path } events { type } } }";
    let answer = server.ask_with(query, json!({ "input": { "commands": commands } }));
    let results = &answer["data"]["submit"];
    assert_eq!(results[0]["position"], json!((before + 1).to_string()));
    assert!(results[0]["entity"]["id"].is_string(), "{answer}");
    assert_eq!(
        results[1]["errors"],
        json!([{ "code": "DUPLICATE_PARK", "path": ["input", "commands", "1", "establishPark", "code"] }])
    );
    assert_eq!(
        results[2]["errors"],
        json!([{ "code": "INVALID_NUMBER", "path": ["input", "commands", "2", "establishPark", "area"] }])
    );
    assert_eq!(
        (&results[3]["position"], &results[3]["events"]),
        (&Value::Null, &json!([{ "type": "ParkRevised" }]))
    );
    assert_eq!(results[4]["position"], json!((before + 2).to_string()));
    let commands = vec![json!({ "establishPark": park("P-9") }); 501];
    let answer = server.ask_with(query, json!({ "input": { "commands": commands } }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_MANY_COMMANDS", "{answer}");
    assert_eq!(server.position(), before + 2);
}
