use serde_json::{Value, json};

use crate::testing::World;

const REPORT: &str = "query Report($period: PeriodInput!) {
  overview(period: $period) {
    smes { total active activeShare idle exporting }
    industrialParks exportConsortiums exportManagementCompanies
    exports {
      valueUsd
      byCommodityGroup { commodityGroup valueUsd share }
      byDestination(first: 3) { country valueUsd share }
    }
  }
}";

fn nine_months() -> Value {
    json!({ "period": { "solarHijri": { "year": 1398, "fromMonth": 1, "toMonth": 9 } } })
}

/// Three units in one park (one of them idle since 1 Mehr), one elsewhere; a consortium, a company, five exports.
fn small() -> (World, Vec<String>) {
    let mut world = World::default();
    world.given(
        "EstablishPark",
        json!({ "code": "IR-10-001", "name": "شهرک‌ صنعتی جی", "kind": "PARK", "province": "IR-10", "area": "211.8",
            "plots": 40, "on": "2001-03-21" }),
    );
    let idle = json!({ "IDLE": { "since": "2019-09-23", "reason": "LIQUIDITY" } });
    let park = json!({ "code": "IR-10-001" });
    let smes = vec![
        world.sme(1, "فولاد سپاهان", "IR-10", json!({ "park": park, "headcount": 9 })),
        world.sme(2, "کاشی اصفهان", "IR-10", json!({ "park": park, "headcount": 10 })),
        world.sme(3, "چرم نمونه", "IR-10", json!({ "park": park, "status": idle })),
        world.sme(4, "خرمای بم", "IR-08", json!({ "nameLatin": "Bam Dates" })),
    ];
    let consortium =
        json!({ "code": "CON-1", "name": "کنسرسیوم خرما", "kind": "SALES", "productGroup": "FOOD" });
    let member = |sme: &str| json!({ "sme": { "id": sme }, "joined": "2018-05-01" });
    world.given(
        "TakeOverConsortium",
        json!({ "details": consortium, "formed": "2018-03-21", "member": member(&smes[3]) }),
    );
    world.given("TakeOverMember", json!({ "consortium": { "code": "CON-1" }, "member": member(&smes[1]) }));
    world.given("TakeOverMember", json!({ "consortium": { "code": "CON-1" }, "member": member(&smes[0]) }));
    for phase in ["CONSTITUTED", "OPERATING"] {
        world.given(
            "TakeOverPhase",
            json!({ "consortium": { "code": "CON-1" }, "phase": phase, "on": "2018-06-01" }),
        );
    }
    world.given(
        "TakeOverEmc",
        json!({ "details": { "code": "EMC-1", "name": "مدیریت صادرات پارس", "legalId": "10380284790",
                "tradeCard": "T-1" },
            "consented": "2017-03-21", "mandate": { "sme": { "id": smes[0] }, "from": "2019-01-01" } }),
    );
    world.export(&smes[3], 1, "2019-03-21", "600.10", json!({ "consortium": { "code": "CON-1" } }));
    world.export(&smes[3], 2, "2019-12-21", "300.20", json!({ "destination": "AF", "hs": "39012000" }));
    world.export(&smes[1], 3, "2019-06-10", "99.70", json!({ "destination": "DE" }));
    world.export(&smes[0], 4, "2019-03-20", "5000.00", json!({}));
    let for_unit = json!({ "emc": { "emc": { "code": "EMC-1" }, "sme": { "id": smes[0] } } });
    world.export(&smes[0], 5, "2019-07-01", "1000.00", json!({ "exporter": for_unit, "destination": "AE" }));
    (world, smes)
}

#[test]
fn the_report_is_answered() {
    let (world, _) = small();
    let (data, errors) = world.ask_with(REPORT, nine_months());
    assert_eq!(errors, json!([]));
    assert_eq!(
        data["overview"],
        json!({
            "smes": { "total": 4, "active": 3, "activeShare": "0.7500", "idle": 1, "exporting": 3 },
            "industrialParks": 1, "exportConsortiums": 1, "exportManagementCompanies": 1,
            "exports": {
                "valueUsd": "2000.00",
                "byCommodityGroup": [
                    { "commodityGroup": "FOOD", "valueUsd": "1699.80", "share": "0.8499" },
                    { "commodityGroup": "POLYMER_PLASTIC", "valueUsd": "300.20", "share": "0.1501" },
                ],
                "byDestination": [
                    { "country": "AE", "valueUsd": "1000.00", "share": "0.5000" },
                    { "country": "IQ", "valueUsd": "600.10", "share": "0.3000" },
                    { "country": "AF", "valueUsd": "300.20", "share": "0.1501" },
                ],
            },
        })
    );
}

#[test]
fn statuses_are_those_of_the_last_day() {
    let (world, _) = small();
    let half = json!({ "period": { "solarHijri": { "year": 1398, "toMonth": 6 } } });
    let (data, _) = world.ask_with(REPORT, half);
    assert_eq!(data["overview"]["smes"]["idle"], 0);
    assert_eq!(data["overview"]["smes"]["active"], 4);
    let before = json!({ "period": { "dates": { "from": "2010-01-01", "until": "2010-02-01" } } });
    let (data, _) = world.ask_with(REPORT, before);
    assert_eq!(
        data["overview"]["smes"],
        json!({ "total": 0, "active": 0, "activeShare": null, "idle": 0, "exporting": 0 })
    );
    assert_eq!(data["overview"]["exportConsortiums"], 0);
    assert_eq!(data["overview"]["exports"]["valueUsd"], "0.00");
}

#[test]
fn relations_lead_both_ways() {
    let (world, _) = small();
    let data = world.ask(
        r#"{ sme(by: {businessId: "۰۰۰۰۰۰۰۰۰۰۰۱"}) {
            name sizeClass status province { code persianName } industry { code }
            park { code smes { totalCount nodes { name } } }
            consortiums { nodes { joinedOn consortium { code phase members { nodes { sme { businessId } } } } } }
            mandates { nodes { from emc { code clients { totalCount } exports { nodes { channel valueUsd } } } } }
            exports { nodes { on channel sme { businessId } } }
            history { totalCount nodes { position type } }
        } }"#,
    );
    let sme = &data["sme"];
    assert_eq!(sme["sizeClass"], "MICRO");
    assert_eq!(sme["province"], json!({ "code": "IR-10", "persianName": "اصفهان" }));
    assert_eq!(sme["park"]["smes"]["totalCount"], 3);
    assert_eq!(sme["consortiums"]["nodes"][0]["consortium"]["phase"], "OPERATING");
    assert_eq!(sme["consortiums"]["nodes"][0]["consortium"]["members"]["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(sme["mandates"]["nodes"][0]["emc"]["clients"]["totalCount"], 1);
    assert_eq!(
        sme["mandates"]["nodes"][0]["emc"]["exports"]["nodes"],
        json!([{ "channel": "EMC", "valueUsd": "1000.00" }])
    );
    let days: Vec<_> =
        sme["exports"]["nodes"].as_array().unwrap().iter().map(|export| &export["on"]).collect();
    assert_eq!(days, ["2019-07-01", "2019-03-20"]);
    let types: Vec<_> =
        sme["history"]["nodes"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types[..3], ["SmeRegistered", "OperatingLicenceIssued", "SmeActivated"]);
    assert!(types.contains(&&json!("MemberAdmitted")) && types.contains(&&json!("ExportRecorded")));
}

#[test]
fn nodes_are_found_by_their_opaque_ids() {
    let (world, _) = small();
    let data = world.ask("{ smes(first: 1) { nodes { id name } } parks { nodes { id } } }");
    let (sme, park) = (&data["smes"]["nodes"][0], &data["parks"]["nodes"][0]["id"]);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Sme { name } } }";
    let (found, errors) = world.ask_with(query, json!({ "ids": [sme["id"], "nonsense", park] }));
    assert_eq!(errors, json!([]));
    assert_eq!(found["nodes"][0], json!({ "__typename": "Sme", "id": sme["id"], "name": sme["name"] }));
    assert_eq!(found["nodes"][1], Value::Null);
    assert_eq!(found["nodes"][2]["__typename"], "Park");
    let many: Vec<_> = (0..101).map(|_| park.clone()).collect();
    let (_, errors) = world.ask_with(query, json!({ "ids": many }));
    assert_eq!(errors[0]["extensions"]["code"], "PAGE_SIZE");
}

#[test]
fn an_entity_is_looked_up_by_what_people_know_it_by() {
    let (mut world, _) = small();
    let ids = world.ask(
        r#"{ sme(by: {businessId: "000000000001"}) { id } park(by: {code: "IR-10-001"}) { id }
            consortium(by: {code: "CON-1"}) { id } emc(by: {code: "EMC-1"}) { id }
            export(by: {declaration: {office: "بندر عباس", year: 1398, number: "۰۰۰۰۰۰۰۵", item: 1}}) { id valueUsd } }"#,
    );
    assert_eq!(ids["export"]["valueUsd"], "1000.00");
    for noun in ["sme", "park", "consortium", "emc", "export"] {
        let id = &ids[noun]["id"];
        let data = world.ask(&format!("{{ {noun}(by: {{id: {id}}}) {{ id }} }}"));
        assert_eq!(&data[noun]["id"], id, "{noun}");
    }
    let sme = &ids["sme"]["id"];
    for (question, expected) in [
        (r#"sme(by: {businessId: "000000000099"})"#.to_owned(), None),
        (r#"sme(by: {businessId: "12"})"#.to_owned(), Some("INVALID_VALUE")),
        (r#"sme(by: {id: "nonsense"})"#.to_owned(), Some("INVALID_VALUE")),
        (format!("park(by: {{id: {sme}}})"), Some("INVALID_VALUE")),
        (r#"consortium(by: {code: ""})"#.to_owned(), Some("INVALID_VALUE")),
        (
            r#"export(by: {declaration: {office: "بندر عباس", year: 1397, number: "00000005", item: 1}})"#
                .to_owned(),
            None,
        ),
        (
            r#"export(by: {declaration: {office: "تبریز", year: 1398, number: "00000005", item: 1}})"#
                .to_owned(),
            None,
        ),
        (
            r#"export(by: {declaration: {office: "بندر عباس", year: 98, number: "00000005", item: 1}})"#
                .to_owned(),
            Some("INVALID_VALUE"),
        ),
    ] {
        let (data, errors) = world.ask_with(&format!("{{ found: {question} {{ id }} }}"), json!({}));
        assert_eq!(data["found"], Value::Null, "{question}");
        assert_eq!(errors[0]["extensions"]["code"].as_str(), expected, "{question}: {errors}");
    }
    // A voided export no longer holds its item.
    let item = r#"{office: "بندر عباس", year: 1398, number: "00000005", item: 1}"#;
    world.given(
        "VoidExport",
        json!({ "export": { "declaration": { "office": "بندر عباس", "year": 1398, "number": "00000005", "item": 1 } },
            "reason": "DUPLICATE" }),
    );
    let data = world.ask(&format!("{{ export(by: {{declaration: {item}}}) {{ id }} }}"));
    assert_eq!(data["export"], Value::Null);
}

#[test]
fn memberships_and_mandates_page_both_ways() {
    let (mut world, smes) = small();
    for (number, group) in [(2, "RUG"), (3, "LEATHER")] {
        let details = json!({ "code": format!("CON-{number}"), "name": "کنسرسیوم", "kind": "SALES", "productGroup": group });
        let member = json!({ "sme": { "id": smes[0] }, "joined": format!("2018-0{number}-01") });
        world.given(
            "TakeOverConsortium",
            json!({ "details": details, "formed": "2018-01-01", "member": member }),
        );
    }
    let data = world.ask(
        r#"{ sme(by: {businessId: "000000000001"}) {
            all: consortiums { nodes { joinedOn } }
            last: consortiums(last: 1) { nodes { joinedOn } pageInfo { hasPreviousPage hasNextPage startCursor } }
            mandates(last: 1) { nodes { from } pageInfo { hasPreviousPage startCursor } } } }"#,
    );
    let (all, last) = (data["sme"]["all"]["nodes"].as_array().unwrap(), &data["sme"]["last"]);
    assert_eq!((all.len(), &last["nodes"][0]), (3, &all[2]));
    assert_eq!(
        (&last["pageInfo"]["hasPreviousPage"], &last["pageInfo"]["hasNextPage"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(data["sme"]["mandates"]["nodes"], json!([{ "from": "2019-01-01" }]));
    assert_eq!(data["sme"]["mandates"]["pageInfo"]["hasPreviousPage"], false);
    let data = world.ask(&format!(
        r#"{{ sme(by: {{businessId: "000000000001"}}) {{ consortiums(last: 2, before: {}) {{ nodes {{ joinedOn }} }} }} }}"#,
        last["pageInfo"]["startCursor"]
    ));
    assert_eq!(data["sme"]["consortiums"]["nodes"].as_array().unwrap()[..], all[..2]);
}

#[test]
fn a_revival_case_changes_what_its_unit_does() {
    let (mut world, smes) = small();
    let revival = world.given("OpenRevival", json!({ "sme": { "id": smes[2] }, "on": "2019-10-01" }));
    let steps = [
        ("DiagnoseRevival", json!({ "finding": "MARKET" })),
        ("PlanRevival", json!({})),
        ("RestartProduction", json!({})),
        ("VerifyRestart", json!({})),
        ("ReviveUnit", json!({ "jobs": 12, "utilisation": 60 })),
    ];
    for (day, (name, mut input)) in (2..).zip(steps) {
        input["revival"] = json!(revival);
        input["on"] = json!(format!("2019-11-{day:02}"));
        world.given(name, input);
    }
    let data = world.ask(
        r#"{ sme(by: {businessId: "000000000003"}) {
            status statusHistory { status since until idleReason } utilisation
            then: status(on: "2019-10-15") before: status(on: "2015-03-20")
            revivals { stage jobs closedOn sme { name } } }
          revivals(filter: { stage: { eq: REVIVED } }) { totalCount } }"#,
    );
    let sme = &data["sme"];
    assert_eq!(
        (&sme["status"], &sme["then"], &sme["before"]),
        (&json!("ACTIVE"), &json!("IN_REVIVAL"), &Value::Null)
    );
    assert_eq!(sme["utilisation"], 60);
    assert_eq!(sme["revivals"][0]["stage"], "REVIVED");
    assert_eq!(data["revivals"]["totalCount"], 1);
    let history: Vec<_> = sme["statusHistory"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(history, ["UNDER_CONSTRUCTION", "ACTIVE", "IDLE", "IN_REVIVAL", "ACTIVE"]);
    let (data, _) = world
        .ask_with(REPORT, json!({ "period": { "dates": { "from": "2019-09-23", "until": "2019-10-02" } } }));
    assert_eq!(data["overview"]["smes"]["idle"], 1);
}

#[test]
fn events_are_read_by_position() {
    let (world, _) = small();
    let end = world.view.position;
    let data = world.ask("{ position event(position: \"1\") { position type } events(first: 2) { endPosition hasNextPage nodes { position } } }");
    assert_eq!(data["position"], end.to_string());
    assert_eq!(data["event"], json!({ "position": "1", "type": "ReferenceTableAdopted" }));
    assert_eq!(data["events"]["endPosition"], "2");
    let (data, _) = world.ask_with(
        "query($after: Position) { events(after: $after) { hasNextPage endPosition nodes { position data } } event(position: \"999\") { position } }",
        json!({ "after": (end - 1).to_string() }),
    );
    assert_eq!(data["events"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(data["events"]["hasNextPage"], false);
    assert_eq!(data["event"], Value::Null);
}

#[test]
fn reference_tables_are_answered() {
    let (world, _) = small();
    let data = world.ask(
        r#"{ provinces { code name smes { total } } countries { code neighbour } industries(prefix: "101") { code smeCount }
            commodityGroups { group prefixes } }"#,
    );
    assert_eq!(data["provinces"].as_array().unwrap().len(), 31);
    assert_eq!(data["provinces"][10], json!({ "code": "IR-10", "name": "Isfahan", "smes": { "total": 3 } }));
    let neighbours =
        data["countries"].as_array().unwrap().iter().filter(|row| row["neighbour"] == true).count();
    assert_eq!(neighbours, 15);
    assert_eq!(data["industries"][0], json!({ "code": "1010", "smeCount": 4 }));
    let handbags =
        data["commodityGroups"].as_array().unwrap().iter().find(|row| row["group"] == "HANDBAG").unwrap();
    assert_eq!(handbags["prefixes"], json!(["420221", "420222", "420229"]));
}

#[test]
fn everything_in_the_schema_is_described() {
    let schema = crate::schema::schema(None, false);
    let asked = schema.execute(
        "{ __schema { types { name kind description
            fields(includeDeprecated: true) { name description args { name description } }
            inputFields { name description } enumValues { name description } } } }",
    );
    let told = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(asked);
    assert!(told.errors.is_empty(), "{:?}", told.errors);
    let data = serde_json::to_value(&told.data).unwrap();
    let mut bare = Vec::new();
    for kind in data["__schema"]["types"].as_array().unwrap() {
        let name = kind["name"].as_str().unwrap();
        let built_in = ["Int", "Float", "String", "Boolean", "ID"].contains(&name) || name.starts_with("__");
        if built_in {
            continue;
        }
        let mut check = |path: String, item: &Value| {
            if item["description"].as_str().is_none_or(str::is_empty) {
                bare.push(path);
            }
        };
        if !["Query", "Mutation", "Subscription"].contains(&name) {
            check(name.to_owned(), kind);
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for item in kind[part].as_array().into_iter().flatten() {
                let path = format!("{name}.{}", item["name"].as_str().unwrap());
                check(path.clone(), item);
                for argument in item["args"].as_array().into_iter().flatten() {
                    check(format!("{path}({})", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:?}");
}
