//! Revival of idle units, licences, plots, specialised parks, grades and merged records, over HTTP.

use serde_json::{Value, json};

use crate::support::{Running, folder};

/// A park, and a unit with an establishment licence that was extended, a plot by contract and an operating licence.
fn begun() -> (tempfile::TempDir, Running) {
    let (keep, path) = folder();
    let server = Running::on(&path);
    let park = json!({ "code": "P-1", "name": "شهرک صنعتی چرم", "kind": "ZONE", "province": "IR-10", "area": "10",
        "plots": 3, "on": "2010-03-21" });
    told(&server, "establishPark", park);
    let details = |id: &str, name: &str| {
        json!({ "businessId": id, "legalId": "10380284790", "name": name, "province": "IR-10", "isic": "1511",
            "on": "2015-01-01" })
    };
    for (id, name) in [("100000000001", "چرم البرز"), ("100000000002", "چرم البرز دو")] {
        told(&server, "registerSme", details(id, name));
    }
    let sme = json!({ "businessId": "100000000001" });
    let about = |fields: Value| {
        let mut input = fields;
        input["sme"] = sme.clone();
        input
    };
    for (mutation, input) in [
        (
            "allocatePlot",
            json!({ "park": { "code": "P-1" }, "plot": "1", "area": "2500", "deadline": "2017-01-01", "on": "2015-01-02" }),
        ),
        ("issueEstablishmentLicence", json!({ "number": "E1", "on": "2015-02-01", "expires": "2016-02-01" })),
        ("advancePlot", json!({ "stage": "BUILT", "on": "2015-06-01" })),
        ("reportProgress", json!({ "progress": 55, "verified": true, "on": "2015-12-01" })),
        (
            "extendEstablishmentLicence",
            json!({ "number": "E1", "on": "2016-01-15", "expires": "2017-01-31" }),
        ),
        ("inspectSme", json!({ "on": "2016-05-01" })),
        (
            "issueOperatingLicence",
            json!({ "number": "O1", "on": "2016-06-01", "expires": "2026-06-01",
                "capacity": { "amount": "1200", "unit": "m²" } }),
        ),
        (
            "amendOperatingLicence",
            json!({ "number": "O1", "subject": "PRODUCTS", "text": "چرم سبک", "on": "2016-09-01" }),
        ),
        ("activateSme", json!({ "utilisation": 75, "on": "2016-07-01" })),
        ("grantGrade", json!({ "grade": "PRODUCER_2", "on": "2018-01-01", "until": "2021-01-01" })),
    ] {
        told(&server, mutation, about(input));
    }
    (keep, server)
}

/// The payload of a command that is recorded.
fn told(server: &Running, mutation: &str, input: Value) -> Value {
    let payload = server.command(mutation, input);
    assert_eq!(payload["errors"], json!([]), "{mutation}: {payload}");
    payload
}

fn refused(server: &Running, mutation: &str, input: Value) -> Value {
    server.command(mutation, input)["errors"][0]["code"].clone()
}

const SME: &str = r#"sme(by: { businessId: "100000000001" })"#;

#[test]
fn a_unit_tells_its_licences_plot_and_grade() {
    let (_keep, server) = begun();
    let query = format!(
        "{{ {SME} {{ plot plotStage plotDeadline knowledgeGrade(on: \"2020-12-31\")
            progressReports {{ progress verified }} plotSteps {{ stage plot on }}
            licences {{ number extensions {{ on expiresOn }} amendments {{ subject text }} }}
            provenance(fields: [PLOT_STAGE]) {{ field event {{ type }} }} }} }}"
    );
    let answer = server.ask(&query);
    let sme = &answer["data"]["sme"];
    assert_eq!(sme["plot"], "1", "{answer}");
    assert_eq!((&sme["plotStage"], &sme["plotDeadline"]), (&json!("BUILT"), &json!("2017-01-01")));
    assert_eq!(sme["knowledgeGrade"], "PRODUCER_2");
    assert_eq!(sme["progressReports"], json!([{ "progress": 55, "verified": true }]));
    let steps = json!([
        { "stage": "ALLOCATED", "plot": "1", "on": "2015-01-02" },
        { "stage": "BUILT", "plot": null, "on": "2015-06-01" },
    ]);
    assert_eq!(sme["plotSteps"], steps);
    assert_eq!(sme["licences"][0]["extensions"], json!([{ "on": "2016-01-15", "expiresOn": "2017-01-31" }]));
    assert_eq!(sme["licences"][1]["amendments"], json!([{ "subject": "PRODUCTS", "text": "چرم سبک" }]));
    assert_eq!(sme["provenance"][0]["event"]["type"], "PlotAdvanced");
    let filtered = server.ask(
        r#"{ based: smes(filter: { knowledgeBased: true }, on: "2019-01-01") { totalCount }
            not: smes(filter: { knowledgeBased: false }, on: "2019-01-01") { totalCount }
            ended: smes(filter: { knowledgeGrade: { eq: PRODUCER_2 } }, on: "2021-01-01") { totalCount }
            built: smes(filter: { plotStage: { eq: BUILT } }) { totalCount }
            overview(period: { solarHijri: { year: 1398 } }) {
                smes { knowledgeBased byKnowledgeGrade { grade count } plots { stage count } } } }"#,
    );
    let data = &filtered["data"];
    let counts = ["based", "not", "ended", "built"].map(|name| data[name]["totalCount"].as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(0), Some(1)], "{filtered}");
    let smes = &data["overview"]["smes"];
    assert_eq!(smes["byKnowledgeGrade"], json!([{ "grade": "PRODUCER_2", "count": 1 }]));
    assert_eq!(smes["plots"], json!([{ "stage": "BUILT", "count": 1 }]));
}

#[test]
fn a_plot_that_was_taken_back_has_its_holders_by_day() {
    let (_keep, server) = begun();
    let sme = json!({ "businessId": "100000000001" });
    let early = json!({ "sme": sme, "on": "2016-12-31", "reason": "CONDITION_NOT_MET" });
    assert_eq!(refused(&server, "repossessPlot", early), "WRONG_PHASE");
    let taken = json!({ "sme": sme, "on": "2017-02-01", "reason": "CONDITION_NOT_MET" });
    told(&server, "repossessPlot", taken);
    let second = |on: &str| {
        json!({ "sme": { "businessId": "100000000002" }, "park": { "code": "P-1" }, "plot": "1",
            "deadline": "2020-01-01", "on": on })
    };
    assert_eq!(refused(&server, "allocatePlot", second("2017-01-31")), "PLOT_TAKEN");
    let before = server.position();
    told(&server, "allocatePlot", second("2018-01-01"));
    let query = format!(
        r#"query {{ park(by: {{ code: "P-1" }}) {{ ...plots }}
            at(asOf: {{ position: "{before}" }}) {{ park(by: {{ code: "P-1" }}) {{ now: plotHolder(plot: "1") {{ name }} }} }}
            {SME} {{ plot plotStage }} }}
        fragment plots on Park {{
            first: plotHolder(plot: "1", on: "2017-01-31") {{ businessId }}
            none: plotHolder(plot: "1", on: "2017-12-31") {{ businessId }}
            second: plotHolder(plot: "۱", on: "2018-01-01") {{ businessId }}
        }}"#
    );
    let answer = server.ask(&query);
    let park = &answer["data"]["park"];
    assert_eq!(park["first"]["businessId"], "100000000001", "{answer}");
    assert_eq!((&park["none"], &park["second"]["businessId"]), (&Value::Null, &json!("100000000002")));
    assert_eq!(answer["data"]["at"]["park"]["now"], Value::Null, "it was free then");
    assert_eq!(answer["data"]["sme"], json!({ "plot": null, "plotStage": "REPOSSESSED" }));
}

#[test]
fn a_specialised_park_refuses_other_industries_and_a_zone_becomes_a_park() {
    let (_keep, server) = begun();
    let park = json!({ "code": "P-1" });
    let leather = json!({ "park": park, "industries": ["1511", "1512"], "on": "2018-01-01" });
    told(&server, "specialisePark", leather);
    told(&server, "revisePark", json!({ "park": park, "kind": "PARK", "plots": 9, "on": "2018-06-01" }));
    let food = json!({ "businessId": "100000000003", "legalId": "14001234562", "name": "کنسرو", "province": "IR-10",
        "park": park, "isic": "1030", "on": "2018-02-01" });
    assert_eq!(refused(&server, "registerSme", food), "INDUSTRY_NOT_PERMITTED");
    let answer = server.ask(
        r#"{ park(by: { code: "P-1" }) { kind industries { code }
                before: industries(on: "2017-12-31") { code } provenance(fields: [INDUSTRIES]) { event { type } } }
            parks(filter: { specialised: true }) { totalCount } }"#,
    );
    let park = &answer["data"]["park"];
    assert_eq!(park["industries"], json!([{ "code": "1511" }, { "code": "1512" }]), "{answer}");
    assert_eq!((&park["kind"], &park["before"]), (&json!("PARK"), &Value::Null));
    assert_eq!(park["provenance"][0]["event"]["type"], "ParkSpecialised");
    assert_eq!(answer["data"]["parks"]["totalCount"], 1);
}

#[test]
fn a_merged_record_tells_its_survivor_and_counts_until_the_merge() {
    let (_keep, server) = begun();
    let merge = json!({ "survivor": { "businessId": "100000000001" }, "merged": { "businessId": "100000000002" },
        "reason": "DUPLICATE", "on": "2018-01-01" });
    let merged = told(&server, "mergeSmes", merge);
    assert_eq!(merged["events"][0]["type"], "SmeMerged");
    let query = format!(
        r#"{{ sme(by: {{ businessId: "100000000002" }}) {{ status before: status(on: "2017-12-31")
                mergedInto {{ businessId }} history {{ totalCount }} }}
            survivor: {SME} {{ merged {{ businessId }} history(last: 1) {{ nodes {{ type }} }} }}
            past: overview(period: {{ dates: {{ from: "2017-01-01", until: "2018-01-01" }} }}) {{ smes {{ underConstruction merged }} }}
            now: overview(period: {{ dates: {{ from: "2017-01-01", until: "2018-01-02" }} }}) {{ smes {{ underConstruction merged }} }} }}"#
    );
    let answer = server.ask(&query);
    let data = &answer["data"];
    assert_eq!(
        (&data["sme"]["status"], &data["sme"]["before"]),
        (&json!("MERGED"), &json!("UNDER_CONSTRUCTION"))
    );
    assert_eq!(data["sme"]["mergedInto"]["businessId"], "100000000001");
    assert_eq!(data["sme"]["history"]["totalCount"], 2);
    assert_eq!(data["survivor"]["merged"], json!([{ "businessId": "100000000002" }]));
    assert_eq!(data["survivor"]["history"]["nodes"][0]["type"], "SmeMerged");
    assert_eq!(data["past"]["smes"], json!({ "underConstruction": 1, "merged": 0 }));
    assert_eq!(data["now"]["smes"], json!({ "underConstruction": 0, "merged": 1 }));
    let idle = json!({ "sme": { "businessId": "100000000002" }, "reason": "MARKET", "on": "2018-02-01" });
    assert_eq!(refused(&server, "idleSme", idle), "UNIT_CLOSED");
}

#[test]
fn a_revival_tells_its_loan_its_jobs_and_what_it_came_to() {
    let (_keep, server) = begun();
    let sme = json!({ "businessId": "100000000001" });
    let record = |mutation: &str, input: Value| told(&server, mutation, input);
    record("idleSme", json!({ "sme": sme, "reason": "LIQUIDITY", "on": "2018-06-01" }));
    record("openRevival", json!({ "sme": sme, "on": "2018-09-01" }));
    let opened = server.ask(&format!("{{ {SME} {{ revivals {{ id }} }} }}"));
    let revival = opened["data"]["sme"]["revivals"][0]["id"].clone();
    record("diagnoseRevival", json!({ "revival": revival, "finding": "MACHINERY", "on": "2018-10-01" }));
    let loan = json!({ "amount": "2500000000", "currency": "IRR" });
    let refer = json!({ "revival": revival, "to": "LOAN", "loan": loan, "lender": "ADMINISTERED_FUND", "on": "2018-11-01" });
    record("referRevival", refer);
    record("restartProduction", json!({ "revival": revival, "on": "2019-04-01" }));
    record("verifyRestart", json!({ "revival": revival, "on": "2019-04-10" }));
    let revive = json!({ "revival": revival, "jobs": 18, "utilisation": 55, "on": "2019-05-01" });
    record("reviveUnit", revive);
    let declared = |number: &str, country: &str, on: &str, usd: &str| {
        json!({ "exporter": { "sme": sme }, "declaration": number, "item": 1, "office": "Bashmaq", "hs": "41041100",
            "destination": country, "netWeight": "100", "valueUsd": usd, "on": on })
    };
    let exports = [
        ("10000001", "IQ", "2018-05-01", "1000"),
        ("10000002", "IQ", "2019-06-01", "300"),
        ("10000003", "DE", "2019-07-01", "40"),
    ];
    for (number, country, on, usd) in exports {
        record("recordExport", declared(number, country, on, usd));
    }
    let outcome = r#"overview(period: { solarHijri: { year: 1398 } }) { revivals {
        opened revived abandoned open jobs byReason { reason revived jobs } byProvince { province revived }
        byYear { year revived } byQuarter { quarter revived } production { band before after }
        exports { count valueUsd neighboursUsd } } }"#;
    let query = format!(
        "{{ {outcome} revivalSummary(period: {{ solarHijri: {{ year: 1397 }} }}, groupBy: [MONTH, REASON]) {{ month reason opened }}
            {SME} {{ revivals {{ utilisationBefore utilisationAfter previous {{ id }}
                referrals {{ lender loan {{ amount }} }} }} }} }}"
    );
    let answer = server.ask(&query);
    let expected = json!({
        "opened": 0, "revived": 1, "abandoned": 0, "open": 0, "jobs": 18,
        "byReason": [{ "reason": "MACHINERY", "revived": 1, "jobs": 18 }],
        "byProvince": [{ "province": "IR-10", "revived": 1 }],
        "byYear": [{ "year": 1398, "revived": 1 }],
        "byQuarter": [{ "quarter": 1, "revived": 1 }],
        "production": [
            { "band": "OVER_70", "before": 1, "after": 0 },
            { "band": "FROM_50_TO_70", "before": 0, "after": 1 },
            { "band": "UNDER_50", "before": 0, "after": 0 },
        ],
        "exports": { "count": 2, "valueUsd": "340.00", "neighboursUsd": "300.00" },
    });
    assert_eq!(answer["data"]["overview"]["revivals"], expected, "{answer}");
    let summary = json!([{ "month": "1397-06", "reason": "MACHINERY", "opened": 1 }]);
    assert_eq!(answer["data"]["revivalSummary"], summary);
    let case = json!([{ "utilisationBefore": 75, "utilisationAfter": 55, "previous": null,
        "referrals": [{ "lender": "ADMINISTERED_FUND", "loan": { "amount": "2500000000.00" } }] }]);
    assert_eq!(answer["data"]["sme"]["revivals"], case);

    // As of before an export, and after the end of the case was voided.
    let position = server.position() - 2;
    let past = server.ask(&format!("{{ at(asOf: {{ position: \"{position}\" }}) {{ {outcome} }} }}"));
    let revivals = &past["data"]["at"]["overview"]["revivals"];
    assert_eq!(
        revivals["exports"],
        json!({ "count": 0, "valueUsd": "0.00", "neighboursUsd": "0.00" }),
        "{past}"
    );
    assert_eq!(revivals["jobs"], 18);
    let end = server.ask(&format!("{{ {SME} {{ revivals {{ steps {{ stage position }} }} }} }}"));
    let end = end["data"]["sme"]["revivals"][0]["steps"][5]["position"].clone();
    record("voidRevivalFact", json!({ "revival": revival, "position": end, "reason": "DATA_ENTRY_ERROR" }));
    let undone = server.ask(&format!("{{ {outcome} {SME} {{ status revivals {{ stage }} }} }}"));
    let revivals = &undone["data"]["overview"]["revivals"];
    assert_eq!((&revivals["revived"], &revivals["open"]), (&json!(0), &json!(1)), "{undone}");
    assert_eq!(revivals["exports"]["count"], 0);
    assert_eq!(undone["data"]["sme"]["status"], "IN_REVIVAL");
    assert_eq!(undone["data"]["sme"]["revivals"][0]["stage"], "VERIFIED");
}
