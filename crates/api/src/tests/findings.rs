//! Facts that later back-dated events undercut, listed and narrowed.

use serde_json::{Value, json};

use crate::testing::World;

/// Two units with exports in June 1398; that both had stood idle since the first of it became known afterwards.
fn undercut() -> (World, Vec<u64>) {
    let mut world = World::default();
    let smes = [world.sme(1, "واحد", "IR-10", json!({})), world.sme(2, "واحد", "IR-07", json!({}))];
    let mut facts = Vec::new();
    for (number, on) in [(1, "2019-06-10"), (2, "2019-06-11"), (3, "2019-06-12"), (4, "2019-05-01")] {
        world.export(&smes[number as usize % 2], number, on, "10.00", json!({}));
        facts.push(world.view.position);
    }
    facts.pop();
    for sme in &smes {
        world.given("IdleSme", json!({ "sme": { "id": sme }, "reason": "MARKET", "on": "2019-06-01" }));
    }
    (world, facts)
}

fn facts(findings: &Value) -> Vec<u64> {
    let nodes = findings["nodes"].as_array().unwrap().iter();
    nodes.map(|finding| finding["fact"].as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn a_finding_tells_its_rule_its_fact_and_its_cause() {
    let (world, facts) = undercut();
    let data = world.ask(
        "{ findings(first: 1) { totalCount nodes { rule meaning fact cause
             entity { ... on Export { declaration on sme { businessId status(on: \"2019-06-10\") } } } } } }",
    );
    let finding = &data["findings"]["nodes"][0];
    assert_eq!(data["findings"]["totalCount"], 3);
    assert_eq!(
        (&finding["rule"], &finding["fact"], &finding["cause"]),
        (
            &json!("EXPORTER_NOT_ELIGIBLE"),
            &json!(facts[0].to_string()),
            // The first unit was idled by the last event.
            &json!(world.view.position.to_string())
        )
    );
    assert!(finding["meaning"].as_str().unwrap().contains("not active and licensed"), "{finding}");
    assert_eq!(
        finding["entity"],
        json!({ "declaration": "00000001", "on": "2019-06-10", "sme": { "businessId": "000000000002", "status": "IDLE" } })
    );
}

#[test]
fn findings_page_both_ways() {
    let (world, all) = undercut();
    let page = |arguments: &str| {
        let data = world.ask(&format!(
            "{{ findings({arguments}) {{ nodes {{ fact }} pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }}"
        ));
        let info = &data["findings"]["pageInfo"];
        let flags = (info["hasPreviousPage"] == true, info["hasNextPage"] == true);
        (facts(&data["findings"]), flags, info.clone())
    };
    let (found, flags, info) = page("first: 2");
    assert_eq!((found.as_slice(), flags), (&all[..2], (false, true)));
    let (found, flags, _) = page(&format!("first: 2, after: {}", info["endCursor"]));
    assert_eq!((found.as_slice(), flags), (&all[2..], (true, false)));
    let (found, flags, info) = page("last: 2");
    assert_eq!((found.as_slice(), flags), (&all[1..], (true, false)));
    let (found, flags, _) = page(&format!("last: 2, before: {}", info["startCursor"]));
    assert_eq!((found.as_slice(), flags), (&all[..1], (false, true)));
    for (arguments, flags) in [
        ("first: 0".to_owned(), (false, true)),
        ("last: 0".to_owned(), (true, false)),
        (format!("first: 0, after: {}", info["startCursor"]), (true, true)),
        (format!("last: 0, before: {}", info["startCursor"]), (true, true)),
        (format!("first: 5, after: {}", info["endCursor"]), (true, false)),
        (format!("after: {0}, before: {0}", info["endCursor"]), (true, false)),
    ] {
        let (found, told, _) = page(&arguments);
        assert_eq!((found, told), (Vec::new(), flags), "{arguments}");
    }
    assert_eq!(world.refused("{ findings(first: 1, last: 1) { totalCount } }"), "INVALID_ARGUMENT");
    assert_eq!(world.refused("{ findings(after: \"x\") { totalCount } }"), "INVALID_CURSOR");
}

#[test]
fn findings_are_narrowed() {
    let (mut world, all) = undercut();
    let entity = world.ask("{ findings(last: 1) { nodes { entityId } } }");
    let entity = entity["findings"]["nodes"][0]["entityId"].to_string();
    let cause = world.view.position - 1;
    for (filter, expected) in [
        ("rule: { eq: \"EXPORTER_NOT_ELIGIBLE\" }".to_owned(), all.clone()),
        ("rule: { startsWith: \"EXPORTER_\" }".to_owned(), all.clone()),
        ("rule: { in: [\"NO_MANDATE\"] }".to_owned(), Vec::new()),
        (format!("fact: {{ from: \"{}\" }}", all[1]), all[1..].to_vec()),
        (format!("fact: {{ to: \"{}\" }}", all[1]), all[..2].to_vec()),
        (format!("fact: {{ from: \"{}\", to: \"{}\" }}", all[2], all[0]), Vec::new()),
        (format!("cause: {{ eq: \"{cause}\" }}"), vec![all[1]]),
        (format!("entityId: {{ eq: {entity} }}"), vec![all[2]]),
        (format!("entityId: {{ eq: {entity} }}, fact: {{ to: \"{}\" }}", all[1]), Vec::new()),
        ("entityId: { isNull: true }".to_owned(), Vec::new()),
        ("cause: { isNull: false }".to_owned(), all.clone()),
    ] {
        let data =
            world.ask(&format!("{{ findings(filter: {{ {filter} }}) {{ totalCount nodes {{ fact }} }} }}"));
        assert_eq!(facts(&data["findings"]), expected, "{filter}");
        assert_eq!(data["findings"]["totalCount"], expected.len(), "{filter}");
    }
    for filter in ["rule: { eq: \"NO_SUCH_RULE\" }", "entityId: { eq: \"x\" }"] {
        assert_eq!(
            world.refused(&format!("{{ findings(filter: {{ {filter} }}) {{ totalCount }} }}")),
            "INVALID_ARGUMENT"
        );
    }
    // One that went is still there as of before, from either end.
    let before = world.view.position;
    let void = json!({ "export": { "declaration": { "office": "بندر عباس", "year": 1398, "number": "00000002", "item": 1 } },
        "reason": "DUPLICATE" });
    world.given("VoidExport", void);
    let data = world.ask(&format!(
        "{{ findings {{ nodes {{ fact }} }} at(asOf: {{position: \"{before}\"}}) {{ findings {{ nodes {{ fact }} }}
           back: findings(last: 3) {{ nodes {{ fact }} }} }} }}"
    ));
    assert_eq!(facts(&data["findings"]), [all[0], all[2]]);
    assert_eq!(facts(&data["at"]["findings"]), all);
    assert_eq!(facts(&data["at"]["back"]), all);
}
