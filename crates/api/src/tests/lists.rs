use serde_json::{Value, json};

use crate::testing::{LEGAL_IDS, World};

/// 60 units with few different names, in three provinces, every third of them idle.
fn many() -> World {
    let mut world = World::default();
    for number in 0..60_u64 {
        let name = ["آرد جنوب", "بسته‌بندی شرق", "آرد جنوب", "پلاستیک غرب"][number as usize % 4];
        let province = ["IR-10", "IR-07", "IR-23"][number as usize % 3];
        let status = match number % 3 {
            0 => json!({ "IDLE": { "since": "2019-01-01", "reason": "MARKET" } }),
            _ => json!("ACTIVE"),
        };
        world.sme(number, name, province, json!({ "status": status, "headcount": number * 7 % 120 }));
    }
    world
}

/// Every page of a list, forward or backward, as one; each page's info is checked on the way.
fn walk(world: &World, list: &str, arguments: &str, size: usize, backward: bool) -> Vec<Value> {
    let (count, from) = if backward { ("last", "before") } else { ("first", "after") };
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let from = if cursor.is_empty() { String::new() } else { format!("{from}: \"{cursor}\"") };
        let query = format!(
            "{{ list: {list}({arguments} {count}: {size} {from}) {{
                edges {{ cursor node {{ id }} }} totalCount
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let page = world.ask(&query)["list"].clone();
        let edges = page["edges"].as_array().unwrap();
        let ids: Vec<Value> = edges.iter().map(|edge| edge["node"]["id"].clone()).collect();
        let (before, beyond) = match backward {
            true => ("hasNextPage", "hasPreviousPage"),
            false => ("hasPreviousPage", "hasNextPage"),
        };
        assert_eq!(page["pageInfo"][before], !all.is_empty(), "{query}");
        if backward {
            all.splice(0..0, ids);
        } else {
            all.extend(ids);
        }
        let total = page["totalCount"].as_u64().unwrap() as usize;
        assert_eq!(page["pageInfo"][beyond], all.len() < total, "{query}");
        if page["pageInfo"][beyond] == false {
            assert_eq!(all.len(), total);
            return all;
        }
        let edge = if backward { "startCursor" } else { "endCursor" };
        cursor = page["pageInfo"][edge].as_str().unwrap().to_owned();
    }
}

#[test]
fn pages_lead_through_ties_both_ways() {
    let world = many();
    for arguments in [
        "",
        "orderBy: { field: NAME }",
        "orderBy: { field: BUSINESS_ID }",
        "orderBy: { field: REGISTERED_ON, direction: DESC }",
        "orderBy: { field: HEADCOUNT }",
        "orderBy: { field: HEADCOUNT, direction: DESC }",
        "filter: { province: { in: [\"IR-10\"] } }",
        "filter: { province: { in: [\"IR-10\", \"IR-07\"] }, status: { in: [ACTIVE] } }",
        "filter: { status: { in: [IDLE] }, sizeClass: { in: [MICRO] } } orderBy: { field: HEADCOUNT, direction: DESC }",
        "filter: { isic: { startsWith: \"10\" } } search: \"آرد\"",
        "search: \"آرد جنوب\" orderBy: { field: HEADCOUNT }",
        "filter: { province: { in: [\"IR-23\"] } } on: \"2018-01-01\"",
        "filter: { status: { in: [CLOSED] } }",
        "orderBy: [{ field: PROVINCE }, { field: HEADCOUNT, direction: DESC }]",
        "orderBy: [{ field: PROVINCE, direction: DESC }, { field: NAME }] filter: { not: { status: { eq: IDLE } } }",
    ] {
        let forward = walk(&world, "smes", arguments, 7, false);
        assert_eq!(forward, walk(&world, "smes", arguments, 7, true), "{arguments}");
        assert_eq!(forward, walk(&world, "smes", arguments, 100, false), "{arguments}");
        let mut distinct: Vec<String> = forward.iter().map(Value::to_string).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), forward.len(), "{arguments}");
    }
}

#[test]
fn a_list_is_what_its_filter_says() {
    let world = many();
    let data = world.ask(
        r#"{ smes(first: 100, filter: { province: { in: ["IR-10"] }, status: { in: [IDLE] } }) {
            totalCount nodes { name businessId status idleReason province { code } } }
          past: smes(on: "2018-12-31", filter: { status: { in: [IDLE] } }) { totalCount }
          then: smes(first: 1, on: "2018-12-31", filter: { province: { in: ["IR-10"] } }) { totalCount nodes { status } }
          none: smes(on: "2015-03-20") { totalCount } }"#,
    );
    assert_eq!(data["smes"]["totalCount"], 20);
    let rows: Vec<(&str, &str)> = data["smes"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|row| {
            assert_eq!((&row["status"], &row["province"]["code"]), (&json!("IDLE"), &json!("IR-10")))
        })
        .map(|row| (row["name"].as_str().unwrap(), row["businessId"].as_str().unwrap()))
        .collect();
    assert!(rows.is_sorted(), "{rows:?}");
    assert_eq!(data["past"]["totalCount"], 0);
    assert_eq!(data["then"], json!({ "totalCount": 20, "nodes": [{ "status": "ACTIVE" }] }));
    assert_eq!(data["none"]["totalCount"], 0);
}

#[test]
fn counts_are_those_of_the_lists() {
    let world = many();
    for (groups, list) in [
        ("", "filter: { or: [{ status: { eq: IDLE } }, { headcount: { from: 50 } }] }"),
        ("PROVINCE, STATUS", "filter: { not: { province: { eq: \"IR-07\" } } }"),
        ("SIZE_CLASS, ISIC_DIVISION, IDLE_REASON", ""),
        ("STATUS", "on: \"2018-12-31\", filter: { province: { eq: \"IR-10\" } }"),
        ("PROVINCE", "on: \"2014-12-31\""),
    ] {
        let brackets = if list.is_empty() { String::new() } else { format!("({list})") };
        let data = world.ask(&format!(
            "{{ smeSummary(groupBy: [{groups}] {list}) {{ count status isicDivision }} smes{brackets} {{ totalCount }} }}"
        ));
        let groups_found = data["smeSummary"].as_array().unwrap();
        let counted: u64 = groups_found.iter().map(|group| group["count"].as_u64().unwrap()).sum();
        assert_eq!(counted, data["smes"]["totalCount"].as_u64().unwrap(), "{list}");
        assert!(groups_found.is_sorted_by_key(|group| std::cmp::Reverse(group["count"].as_u64())));
        assert!(groups_found.iter().all(|group| group["status"].is_null() != groups.contains("STATUS")));
    }
}

#[test]
fn one_search_finds_every_kind_the_best_first() {
    let mut world = World::default();
    for (number, name) in (1..).zip(["یزد نو", "فولاد یزد", "نویزد", "کاشی"]) {
        world.sme(number, name, "IR-21", json!({}));
    }
    world.given(
        "EstablishPark",
        json!({ "code": "YZ-1", "name": "یزد", "kind": "PARK", "province": "IR-21", "area": "10", "plots": 5,
            "on": "2001-03-21" }),
    );
    let names = |arguments: &str| -> Vec<String> {
        let query = format!(
            "{{ search({arguments}) {{ totalCount nodes {{ ... on Sme {{ name }} ... on Park {{ park: name }} }} }} }}"
        );
        let found = world.ask(&query)["search"]["nodes"].as_array().unwrap().clone();
        let name = |node: &Value| node["name"].as_str().or(node["park"].as_str()).unwrap().to_owned();
        found.iter().map(name).collect()
    };
    assert_eq!(names("text: \"يزد\""), ["یزد", "یزد نو", "فولاد یزد", "نویزد"]);
    assert_eq!(names("text: \"yz-1\""), ["یزد"]);
    assert_eq!(names("text: \"یزد\", kinds: [SME]"), ["یزد نو", "فولاد یزد", "نویزد"]);
    assert_eq!(names("text: \"000000000004\""), ["کاشی"]);
    assert_eq!(names("text: \" \""), [""; 0]);
    for size in [1, 3] {
        let pages = walk(&world, "search", "text: \"یزد\"", size, false);
        assert_eq!(pages.len(), 4);
        assert_eq!(pages, walk(&world, "search", "text: \"یزد\"", size, true));
    }
}

#[test]
fn a_filter_that_is_too_large_is_refused() {
    let world = World::default();
    let nested = (0..10).fold("{}".to_owned(), |inner, _| format!("{{ not: {inner} }}"));
    let wide = vec!["{ name: { contains: \"a\" } }"; 101].join(",");
    let many = json!((0..101).map(|_| "IR-10").collect::<Vec<_>>());
    for arguments in [
        format!("filter: {nested}"),
        format!("filter: {{ or: [{wide}] }}"),
        format!("filter: {{ province: {{ in: {many} }} }}"),
        "filter: { headcount: { from: -1 } }".to_owned(),
        "orderBy: [{ field: NAME }, { field: NAME }]".to_owned(),
    ] {
        assert_eq!(world.refused(&format!("{{ smes({arguments}) {{ totalCount }} }}")), "INVALID_ARGUMENT");
    }
}

#[test]
fn a_cursor_survives_what_happens_to_its_row() {
    let mut world = many();
    let page =
        world.ask("{ smes(first: 5) { nodes { businessId } pageInfo { endCursor } } }")["smes"].clone();
    let next = |world: &World| {
        let after = &page["pageInfo"]["endCursor"];
        world.ask(&format!(
            "{{ smes(first: 3, after: {after}) {{ nodes {{ businessId }} pageInfo {{ hasPreviousPage }} }} }}"
        ))["smes"]
            .clone()
    };
    let expected = next(&world);
    let last = &page["nodes"][4]["businessId"];
    world
        .given("AmendSme", json!({ "sme": { "businessId": last }, "name": "یخچال‌سازی", "on": "2019-12-01" }));
    assert_eq!(next(&world), expected);
    let name = world.ask(&format!("{{ sme(by: {{businessId: {last}}}) {{ name }} then: smes(on: \"2019-11-30\", filter: {{ isic: {{ startsWith: \"1010\" }} }} search: \"یخچال سازی\") {{ nodes {{ name }} }} }}"));
    assert_eq!(name["sme"]["name"], "یخچال‌سازی");
    assert_eq!(name["then"]["nodes"][0]["name"], "آرد جنوب");
}

#[test]
fn a_search_finds_every_spelling() {
    let mut world = World::default();
    for (number, name) in
        (1..).zip(["شهرك‌ صنعتي شماره ١٢", "شهرک صنعتی شماره ۱۲ غربی", "شهرکصنعتی نو", "پسته‌ی دامغان"])
    {
        world.sme(number, name, "IR-20", json!({ "nameLatin": format!("Unit No {number}") }));
    }
    let found = |text: &str| {
        let query = "query($text: String!) { smes(search: $text) { totalCount nodes { businessId } } }";
        let (data, errors) = world.ask_with(query, json!({ "text": text }));
        assert_eq!(errors, json!([]));
        let numbers: Vec<u64> = data["smes"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["businessId"].as_str().unwrap().parse().unwrap())
            .collect();
        assert_eq!(data["smes"]["totalCount"], numbers.len());
        numbers
    };
    for text in
        ["شهرک صنعتی شماره ۱۲", "شهرك صنعتي شماره 12", "شهرک\u{200C}صنعتی شماره ١٢", "شَهرَک صنعتی شماره 12"]
    {
        assert_eq!(found(text), [1, 2], "{text}");
    }
    // What is written as asked comes before what is only found without spaces.
    assert_eq!(found("شهرک صنعتی"), [1, 2, 3]);
    assert_eq!(found("پس"), [4]);
    assert_eq!(found("پسته دامغان"), [0_u64; 0]);
    assert_eq!(found("پسته ی دامغان"), [4]);
    assert_eq!(found("unit no 3"), [3]);
    assert_eq!(found("۰۰۰۰۰۰۰۰۰۰۰۴"), [4]);
    assert_eq!(found(LEGAL_IDS[2]), [2]);
    assert_eq!(found("0000"), [1, 2, 3, 4]);
    assert_eq!(found("زعفران"), [0_u64; 0]);
    assert_eq!(found("\u{200C}").len(), 4);
}

#[test]
fn parks_consortiums_and_companies_are_listed_and_found() {
    let mut world = World::default();
    for (number, province) in [(1, "IR-10"), (2, "IR-10"), (3, "IR-07")] {
        world.given(
            "EstablishPark",
            json!({ "code": format!("P-{number}"), "name": format!("شهرک {number}"), "kind": "PARK", "province": province,
                "area": "10", "plots": 5, "on": format!("200{number}-03-21") }),
        );
        world.given(
            "TakeOverConsortium",
            json!({ "details": { "code": format!("C-{number}"), "name": "کنسرسیوم", "kind": "PROMOTION",
                "productGroup": "RUG" }, "formed": "2018-03-21" }),
        );
        world.given(
            "ConsentEmc",
            json!({ "details": { "code": format!("E-{number}"), "name": "شرکت", "legalId": LEGAL_IDS[number],
                "tradeCard": "T" }, "on": format!("201{number}-03-21") }),
        );
    }
    world.given(
        "WithdrawConsent",
        json!({ "emc": { "code": "E-3" }, "reason": "HOLDER_REQUEST", "on": "2019-06-01" }),
    );
    world.given(
        "DissolveConsortium",
        json!({ "consortium": { "code": "C-1" }, "reason": "OTHER", "on": "2019-06-01" }),
    );
    for (list, size) in [("parks", 2), ("consortiums", 2), ("emcs", 1)] {
        assert_eq!(walk(&world, list, "", size, false), walk(&world, list, "", size, true));
        assert_eq!(walk(&world, list, "orderBy: { field: CODE }", size, false).len(), 3);
    }
    let data = world.ask(&format!(
        r#"{{ parks(search: "p-2") {{ nodes {{ code }} }} isfahan: parks(filter: {{ province: {{ in: ["IR-10"] }} }}, orderBy: {{ field: ESTABLISHED_ON, direction: DESC }}) {{ nodes {{ code }} }}
            consortiums(filter: {{ phase: {{ in: [PREPARING] }} }}) {{ nodes {{ code }} }}
            emcs(filter: {{ consented: true }}) {{ totalCount }} emc(by: {{code: "E-3"}}) {{ consented withdrawnOn then: consented(on: "2019-05-31") }}
            byLegalId: emcs(search: "{}") {{ nodes {{ code }} }}
            overview(period: {{ solarHijri: {{ year: 1398, toMonth: 3 }} }}) {{ exportManagementCompanies industrialParks }} }}"#,
        LEGAL_IDS[1]
    ));
    assert_eq!(data["parks"]["nodes"], json!([{ "code": "P-2" }]));
    assert_eq!(data["isfahan"]["nodes"], json!([{ "code": "P-2" }, { "code": "P-1" }]));
    assert_eq!(data["consortiums"]["nodes"], json!([{ "code": "C-2" }, { "code": "C-3" }]));
    assert_eq!(data["emcs"]["totalCount"], 2);
    assert_eq!(data["emc"], json!({ "consented": false, "withdrawnOn": "2019-06-01", "then": true }));
    assert_eq!(data["byLegalId"]["nodes"], json!([{ "code": "E-1" }]));
    assert_eq!(data["overview"], json!({ "exportManagementCompanies": 2, "industrialParks": 3 }));
}

#[test]
fn what_cannot_be_answered_is_refused_by_code() {
    let world = many();
    let cursor =
        world.ask("{ smes(first: 1) { pageInfo { endCursor } } }")["smes"]["pageInfo"]["endCursor"].clone();
    for (query, code) in [
        ("{ smes(first: 101) { totalCount } }".to_owned(), "PAGE_SIZE"),
        ("{ smes(last: -1) { totalCount } }".to_owned(), "PAGE_SIZE"),
        ("{ smes(first: 1, last: 1) { totalCount } }".to_owned(), "INVALID_ARGUMENT"),
        ("{ smes(after: \"x\") { totalCount } }".to_owned(), "INVALID_CURSOR"),
        (
            format!("{{ smes(orderBy: {{ field: HEADCOUNT }}, after: {cursor}) {{ totalCount }} }}"),
            "INVALID_CURSOR",
        ),
        (
            format!("{{ smes(orderBy: {{ field: BUSINESS_ID }}, after: {cursor}) {{ totalCount }} }}"),
            "INVALID_CURSOR",
        ),
        ("{ smes(filter: { province: { in: [\"Tehran\"] } }) { totalCount } }".to_owned(), "INVALID_VALUE"),
        ("{ smes(filter: { isic: { startsWith: \"x\" } }) { totalCount } }".to_owned(), "INVALID_ARGUMENT"),
        ("{ sme(by: {businessId: \"12\"}) { name } }".to_owned(), "INVALID_VALUE"),
        (
            "{ overview(period: { solarHijri: { year: 1398, fromMonth: 9, toMonth: 1 } }) { position } }"
                .to_owned(),
            "INVALID_VALUE",
        ),
        ("{ overview(period: { solarHijri: { year: 99999 } }) { position } }".to_owned(), "INVALID_VALUE"),
        (
            "{ overview(period: { dates: { from: \"2019-01-01\", until: \"2019-01-01\" } }) { position } }"
                .to_owned(),
            "INVALID_VALUE",
        ),
        (
            "{ exportSummary(period: { solarHijri: { year: 1398 } }, groupBy: []) { count } }".to_owned(),
            "INVALID_ARGUMENT",
        ),
        (
            "{ exportSummary(period: { solarHijri: { year: 1398 } }, groupBy: [MONTH, MONTH]) { count } }"
                .to_owned(),
            "INVALID_ARGUMENT",
        ),
    ] {
        assert_eq!(world.refused(&query), code, "{query}");
    }
    // An empty page knows what lies beyond it.
    let page = world.ask(&format!(
        "{{ smes(first: 0, after: {cursor}) {{ nodes {{ name }} pageInfo {{ hasPreviousPage startCursor }} }} }}"
    ));
    assert_eq!(page["smes"]["pageInfo"], json!({ "hasPreviousPage": true, "startCursor": null }));
}
