use std::collections::{BTreeMap, BTreeSet};

use daftar_domain::value::{Date, Period, SolarMonth};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::{World, export};

fn summary(world: &World, period: &Value, by: &str, filter: &str) -> Vec<Value> {
    let query = format!(
        "query($period: PeriodInput!) {{ exportSummary(period: $period, groupBy: [{by}], filter: {{ {filter} }}) {{
            month quarter year commodityGroup country neighbour province unattributed channel
            count valueUsd netWeight share }} }}"
    );
    let (data, errors) = world.ask_with(&query, json!({ "period": period }));
    assert_eq!(errors, json!([]));
    data["exportSummary"].as_array().unwrap().clone()
}

#[test]
fn corrections_and_voids_subtract_what_they_replace() {
    let mut world = World::default();
    let sme = world.sme(1, "خشکبار توس", "IR-09", json!({}));
    let year = json!({ "solarHijri": { "year": 1398 } });
    let first = world.export(&sme, 1, "2019-04-01", "100.00", json!({}));
    let second = world.export(&sme, 2, "2019-05-01", "50.05", json!({ "destination": "CN" }));
    assert_eq!(summary(&world, &year, "YEAR", "")[0]["valueUsd"], "150.05");
    let right = export(&sme, 1, "2019-08-01", "99.99", json!({ "destination": "AF", "netWeight": "1" }));
    world.given(
        "CorrectExport",
        json!({ "export": { "id": first }, "details": right, "reason": "DATA_ENTRY_ERROR" }),
    );
    let rows = summary(&world, &year, "MONTH, NEIGHBOURS", "");
    let told: Vec<_> = rows.iter().map(|row| (&row["month"], &row["neighbour"], &row["valueUsd"])).collect();
    assert_eq!(
        told,
        [
            (&json!("1398-02"), &json!(false), &json!("50.05")),
            (&json!("1398-05"), &json!(true), &json!("99.99")),
        ]
    );
    world.given("VoidExport", json!({ "export": { "id": second }, "reason": "DUPLICATE" }));
    let rows = summary(&world, &year, "QUARTER, PROVINCE", "");
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["quarter"], &rows[0]["province"]), (&json!(2), &json!("IR-09")));
    assert_eq!((&rows[0]["netWeight"], &rows[0]["share"]), (&json!("1"), &json!("1.0000")));
    let data = world.ask(
        "{ exports { totalCount } voided: exports(voided: true, filter: { destination: { eq: \"CN\" } }) { nodes { voided valueUsd } }
           sme(by: {businessId: \"000000000001\"}) { exports { totalCount } exportTotals { count valueUsd }
             spring: exporting(period: { solarHijri: { year: 1398, toMonth: 3 } })
             summer: exporting(period: { solarHijri: { year: 1398, fromMonth: 4, toMonth: 6 } }) } }",
    );
    assert_eq!(data["exports"]["totalCount"], 1);
    assert_eq!(data["voided"]["nodes"], json!([{ "voided": true, "valueUsd": "50.05" }]));
    assert_eq!(data["sme"]["exportTotals"], json!({ "count": 1, "valueUsd": "99.99" }));
    assert_eq!((&data["sme"]["spring"], &data["sme"]["summer"]), (&json!(false), &json!(true)));
}

#[test]
fn a_part_of_a_month_is_summed_from_its_days() {
    let mut world = World::default();
    let sme = world.sme(1, "خشکبار توس", "IR-09", json!({}));
    for (number, day) in (1..).zip(["2019-03-21", "2019-04-20", "2019-04-21", "2019-05-22"]) {
        world.export(&sme, number, day, "1.00", json!({}));
    }
    let count = |from: &str, until: &str| {
        let period = json!({ "dates": { "from": from, "until": until } });
        summary(&world, &period, "YEAR", "").first().map_or(0, |row| row["count"].as_i64().unwrap())
    };
    assert_eq!(count("2019-03-21", "2019-04-21"), 2);
    assert_eq!(count("2019-03-22", "2019-04-21"), 1);
    assert_eq!(count("2019-04-20", "2019-05-22"), 2);
    assert_eq!(count("2019-04-20", "2019-05-23"), 3);
    assert_eq!(count("2019-04-22", "2019-05-01"), 0);
    assert_eq!(count("1950-01-01", "2199-12-31"), 4);
}

/// What happens in a world of three units: exports, corrections, voids, moves and back-dated changes of status.
#[derive(Clone, Debug)]
enum Step {
    Export(Exported),
    Correct(usize, Exported),
    Void(usize),
    Move { sme: usize, province: usize, day: i32 },
    Status { sme: usize, kind: usize, day: i32 },
    VoidStatus(usize),
}

#[derive(Clone, Debug)]
struct Exported {
    sme: usize,
    day: i32,
    cents: i64,
    destination: usize,
    hs: usize,
    through: bool,
}

const PROVINCES: [&str; 3] = ["IR-10", "IR-07", "IR-23"];

pub(super) fn day(day: i32) -> Date {
    Date::new(2019, 3, 1).unwrap().plus_days(day)
}

fn exported() -> impl Strategy<Value = Exported> {
    (0..3_usize, 0..200, 1..1_000_000_i64, 0..4_usize, 0..4_usize, any::<bool>()).prop_map(
        |(sme, day, cents, destination, hs, through)| Exported { sme, day, cents, destination, hs, through },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => exported().prop_map(Step::Export),
        2 => (any::<prop::sample::Index>(), exported()).prop_map(|(at, right)| Step::Correct(at.index(1000), right)),
        2 => (0..1000_usize).prop_map(Step::Void),
        2 => (0..3_usize, 0..3_usize, 0..200).prop_map(|(sme, province, day)| Step::Move { sme, province, day }),
        2 => (0..3_usize, 0..3_usize, 0..200).prop_map(|(sme, kind, day)| Step::Status { sme, kind, day }),
        1 => (0..1000_usize).prop_map(Step::VoidStatus),
    ]
}

fn declared(smes: &[String], number: u32, export_of: &Exported) -> Value {
    let destination = ["IQ", "AF", "CN", "DE"][export_of.destination];
    let hs = ["08042010", "39012000", "57011000", "94036000"][export_of.hs];
    let more = json!({ "destination": destination, "hs": hs });
    let usd = format!("{}.{:02}", export_of.cents / 100, export_of.cents % 100);
    let mut details = export(&smes[export_of.sme], number, &day(export_of.day).to_string(), &usd, more);
    if export_of.through {
        details["consortium"] = json!({ "code": "CON-1" });
    }
    details
}

/// Records what the domain accepts of the steps.
fn play(steps: Vec<Step>) -> World {
    let mut world = World::default();
    let smes: Vec<String> =
        (0..3).map(|number| world.sme(number, "واحد", PROVINCES[number as usize], json!({}))).collect();
    let consortium = json!({ "code": "CON-1", "name": "کنسرسیوم", "kind": "SALES", "productGroup": "FOOD" });
    world.given("TakeOverConsortium", json!({ "details": consortium, "formed": "2010-03-21" }));
    let (mut exports, mut statuses) = (Vec::new(), Vec::new());
    for (number, step) in (1..).zip(steps) {
        match step {
            Step::Export(facts) => {
                let details = declared(&smes, number, &facts);
                if let Ok(recorded) = world.record("RecordExport", json!({ "details": details })) {
                    exports.push((recorded[0].event.entity.uuid().unwrap(), number));
                }
            }
            Step::Correct(at, facts) if !exports.is_empty() => {
                let (id, number) = exports[at % exports.len()];
                let details = declared(&smes, number, &facts);
                let input =
                    json!({ "export": { "id": id }, "details": details, "reason": "SOURCE_CORRECTED" });
                let _refused = world.record("CorrectExport", input);
            }
            Step::Void(at) if !exports.is_empty() => {
                let input =
                    json!({ "export": { "id": exports[at % exports.len()].0 }, "reason": "DUPLICATE" });
                let _refused = world.record("VoidExport", input);
            }
            Step::Move { sme, province, day: on } => {
                let input =
                    json!({ "sme": { "id": smes[sme] }, "province": PROVINCES[province], "on": day(on) });
                let _refused = world.record("AmendSme", input);
            }
            Step::Status { sme, kind, day: on } => {
                let (name, mut input) = match kind {
                    0 => ("ReduceSme", json!({})),
                    1 => ("ActivateSme", json!({})),
                    _ => ("IdleSme", json!({ "reason": "MARKET" })),
                };
                (input["sme"], input["on"]) = (json!({ "id": smes[sme] }), json!(day(on)));
                if let Ok(recorded) = world.record(name, input) {
                    statuses.extend(recorded.first().map(|recorded| (sme, recorded.position)));
                }
            }
            Step::VoidStatus(at) if !statuses.is_empty() => {
                let (sme, position) = statuses[at % statuses.len()];
                let input = json!({ "sme": { "id": smes[sme] }, "position": position.to_string(), "reason": "OTHER" });
                let _refused = world.record("VoidSmeFact", input);
            }
            Step::Correct(..) | Step::Void(_) | Step::VoidStatus(_) => {}
        }
    }
    world
}

type Told = (String, Option<String>, String, String, String);

/// The sums of the records themselves, one by one.
fn brute(world: &World, period: Period) -> (BTreeMap<Told, (i64, i128)>, BTreeSet<u32>) {
    let (mut sums, mut exporting) = (BTreeMap::<Told, (i64, i128)>::new(), BTreeSet::new());
    for row in world.view.exports.rows.iter() {
        let said = row.said();
        if row.voided().is_some() || !period.contains(said.on) {
            continue;
        }
        let unit = world.view.smes.by_id(said.facts.sme.unwrap()).unwrap();
        let sme = world.view.smes.row(unit);
        exporting.insert(unit);
        let province = sme.facts(Some(said.on)).province.to_string();
        let channel = if said.facts.consortium.is_some() { "CONSORTIUM" } else { "DIRECT" };
        let group = serde_json::to_value(said.facts.commodity_group).unwrap().as_str().unwrap().to_owned();
        let key = (
            SolarMonth::of(said.on).to_string(),
            Some(province),
            group,
            said.facts.destination.to_string(),
            channel.to_owned(),
        );
        let sum = sums.entry(key).or_default();
        *sum = (sum.0 + 1, sum.1 + i128::from(said.facts.value_usd.cents()));
    }
    (sums, exporting)
}

fn cents(usd: &Value) -> i128 {
    usd.as_str().unwrap().replace('.', "").parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_equal_those_of_the_records(
        steps in prop::collection::vec(step(), 0..60),
        from in 0..200_i32,
        length in 1..200_i32,
    ) {
        let world = play(steps);
        let period = Period::new(day(from), day(from + length)).unwrap();
        let asked = json!({ "dates": { "from": period.from(), "until": period.until() } });
        let (expected, exporting) = brute(&world, period);

        let all = summary(&world, &asked, "MONTH, PROVINCE, COMMODITY_GROUP, DESTINATION, CHANNEL", "");
        let told: BTreeMap<Told, (i64, i128)> = all
            .iter()
            .map(|row| {
                let text = |field: &str| row[field].as_str().unwrap().to_owned();
                let key = (
                    text("month"),
                    row["province"].as_str().map(str::to_owned),
                    text("commodityGroup"),
                    text("country"),
                    text("channel"),
                );
                (key, (row["count"].as_i64().unwrap(), cents(&row["valueUsd"])))
            })
            .collect();
        prop_assert_eq!(&told, &expected);

        for (by, field, part) in [
            ("PROVINCE", "province", 1),
            ("COMMODITY_GROUP", "commodityGroup", 2),
            ("DESTINATION", "country", 3),
            ("CHANNEL", "channel", 4),
        ] {
            let mut margin = BTreeMap::<String, i128>::new();
            for (key, (_, cents)) in &expected {
                let name = [&key.0, key.1.as_ref().unwrap(), &key.2, &key.3, &key.4][part];
                *margin.entry(name.clone()).or_default() += cents;
            }
            let told: BTreeMap<String, i128> = summary(&world, &asked, by, "")
                .iter()
                .map(|row| (row[field].as_str().unwrap().to_owned(), cents(&row["valueUsd"])))
                .collect();
            prop_assert_eq!(&told, &margin, "{}", by);
        }
        let only_iraq: i128 = expected.iter().filter(|(key, _)| key.3 == "IQ").map(|(_, (_, cents))| cents).sum();
        let cents_of = |filter: &str| -> i128 {
            summary(&world, &asked, "MONTH", filter).iter().map(|row| cents(&row["valueUsd"])).sum()
        };
        // What is kept of months, and the records where a filter asks for more than they are counted under.
        let to_iraq = "destination: { eq: \"IQ\" }";
        let told = cents_of(to_iraq);
        prop_assert_eq!(cents_of(&format!("not: {{ not: {{ {to_iraq} }} }}")), told);
        prop_assert_eq!(cents_of(&format!("or: [{{ {to_iraq}, valueUsd: {{ from: \"0\" }} }}]")), told);
        prop_assert_eq!(told, only_iraq);

        let (data, _) = world.ask_with(
            "query($period: PeriodInput!) { overview(period: $period) {
                smes { total active idle semiActive exporting } exports { valueUsd count } }
                smes(filter: { exporting: $period }) { totalCount }
                exports(filter: { on: { period: $period } }) { totalCount } }",
            json!({ "period": asked }),
        );
        let total: i128 = expected.values().map(|(_, cents)| cents).sum();
        let count: i64 = expected.values().map(|(count, _)| count).sum();
        prop_assert_eq!(cents(&data["overview"]["exports"]["valueUsd"]), total);
        prop_assert_eq!(&data["overview"]["exports"]["count"], &json!(count));
        prop_assert_eq!(&data["exports"]["totalCount"], &json!(count));
        prop_assert_eq!(&data["overview"]["smes"]["exporting"], &json!(exporting.len()));
        prop_assert_eq!(&data["smes"]["totalCount"], &json!(exporting.len()));

        let mut counts = BTreeMap::<String, i64>::new();
        for sme in world.view.smes.rows.iter() {
            let status = world.state.smes.get(sme.id).unwrap().status_on(period.last_day()).unwrap();
            *counts.entry(format!("{status:?}")).or_default() += 1;
        }
        let of = |names: &[&str]| names.iter().map(|name| counts.get(*name).copied().unwrap_or(0)).sum::<i64>();
        let told = &data["overview"]["smes"];
        prop_assert_eq!(&told["active"], &json!(of(&["Active", "SemiActive"])));
        prop_assert_eq!(&told["semiActive"], &json!(of(&["SemiActive"])));
        prop_assert_eq!(&told["idle"], &json!(of(&["Idle", "InRevival"])));

        let data = world.ask(&format!(
            "{{ provinces {{ code smes(on: \"{}\") {{ total underConstruction closed }} }} }}", period.last_day()
        ));
        for row in data["provinces"].as_array().unwrap() {
            let units = world.view.smes.rows.iter();
            let here = units.filter(|sme| sme.facts(Some(period.last_day())).province.to_string() == row["code"].as_str().unwrap());
            prop_assert_eq!(&row["smes"]["total"], &json!(here.count()));
        }
    }
}
