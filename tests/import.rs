//! Every sample file of an agency against its expected verdicts.
//!
//! A registry that holds nothing but what the sample needs takes the file; the report must agree with the expectation in
//! every verdict, and the same file once more must record nothing.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use daftar_api::cli::import::entry::Kind;
use daftar_api::cli::import::facts::Facts;
use daftar_api::cli::import::limits::Limits;
use daftar_api::cli::import::registry::local::Local;
use daftar_api::cli::import::registry::remote::Remote;
use daftar_api::cli::import::registry::{Registry, Rehearsal};
use daftar_api::cli::import::{Import, write_report};
use daftar_api::config::Config;
use daftar_domain::testing::Given;
use daftar_domain::value::{Date, Moment, search_key};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/samples")
}

fn registry() -> Rehearsal {
    let now = Moment::start_of_tehran_day(Date::new(2020, 12, 1).expect("a date"));
    Rehearsal::new(Given::nothing().state, Facts::default(), now)
}

fn kind(name: &str) -> Kind {
    match name {
        "parks" => Kind::Parks,
        "units" => Kind::Units,
        "exports" => Kind::Exports,
        "consortiums" => Kind::Consortiums,
        "emcs" => Kind::Emcs,
        "trainings" => Kind::Trainings,
        "research" => Kind::Research,
        "statements" => Kind::Statements,
        other => panic!("no kind {other}"),
    }
}

/// Imports a file and gives the report as JSON.
fn run(registry: &mut dyn Registry, kind: Kind, file: &Path, update: bool) -> Value {
    let limits = Limits::default();
    let import = Import { kind, file: file.to_owned(), sheet: None, rows: true, update, limits };
    let report = import.run(registry, Box::new(|_| {})).expect("a rehearsal answers");
    let written = tempfile::NamedTempFile::new().unwrap();
    write_report(report, Some(written.path())).unwrap();
    serde_json::from_slice(&std::fs::read(written.path()).unwrap()).unwrap()
}

fn expectation(file: &str) -> Value {
    let path = samples().join(format!("{file}.expected.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn codes(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
}

/// The differences between a report and an expectation, in words.
fn disagreements(report: &Value, expected: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(kinds) = expected.get("file_error") {
        let code = report["fileError"]["code"].as_str().unwrap_or("none");
        if !codes(kinds).contains(&code) {
            wrong.push(format!("the file is answered with {code}"));
        }
        return wrong;
    }
    if !report["fileError"].is_null() {
        return vec![format!("the file is refused: {}", report["fileError"])];
    }
    let rejected: BTreeMap<u64, &Value> =
        list(report, "rejected").iter().map(|row| (row["line"].as_u64().unwrap(), row)).collect();
    let rows: BTreeMap<u64, &Value> =
        list(report, "rows").iter().map(|row| (row["line"].as_u64().unwrap(), &row["values"])).collect();
    let mut listed = BTreeSet::new();
    for want in list(expected, "rejected") {
        let line = want["line"].as_u64().unwrap();
        listed.insert(line);
        match rejected.get(&line) {
            None => wrong.push(format!("line {line} is not rejected ({})", want["why"])),
            Some(got) if !codes(&want["kinds"]).contains(&text(got, "code")) => {
                wrong.push(format!("line {line} is rejected with {got}, wanted {}", want["kinds"]));
            }
            Some(_) => {}
        }
    }
    let mut either = 0;
    for want in list(expected, "either") {
        let line = want["line"].as_u64().unwrap();
        listed.insert(line);
        either += u64::from(rows.contains_key(&line));
        if !list(want, "outcomes").iter().any(|outcome| fits(outcome, rejected.get(&line), rows.get(&line))) {
            let (got, row) = (rejected.get(&line), rows.get(&line));
            wrong.push(format!("line {line} ({}): {got:?} {row:?}", want["why"]));
        }
    }
    for want in list(expected, "not_data") {
        let line = want["line"].as_u64().unwrap();
        listed.insert(line);
        if rows.contains_key(&line) {
            wrong.push(format!("line {line} is no data, but accepted"));
        }
    }
    for (line, got) in &rejected {
        if !listed.contains(line) {
            wrong.push(format!("line {line} is rejected: {got}"));
        }
    }
    let accepted = report["accepted"].as_u64().unwrap();
    let wanted = expected["accepted"].as_u64().unwrap() + either;
    if accepted != wanted {
        wrong.push(format!("{accepted} rows are accepted, wanted {wanted}"));
    }
    for sample in list(expected, "samples") {
        let line = sample["line"].as_u64().unwrap();
        match rows.get(&line) {
            None => wrong.push(format!("line {line} is not among the rows")),
            Some(values) => wrong.extend(other_values(line, values, sample)),
        }
    }
    wrong
}

fn fits(outcome: &Value, rejected: Option<&&Value>, row: Option<&&Value>) -> bool {
    match (outcome.get("accepted"), rejected, row) {
        (Some(least), None, Some(row)) => {
            least.as_object().unwrap().iter().all(|(name, value)| same(name, &row[name], value))
        }
        (None, Some(got), _) => codes(&outcome["rejected"]).contains(&text(got, "code")),
        _ => false,
    }
}

/// Amounts are compared as decimals, names and offices by their search key.
fn same(name: &str, got: &Value, want: &Value) -> bool {
    let (got, want) = (got.as_str().unwrap_or(""), want.as_str().unwrap());
    let decimals = || Some(got.parse::<Decimal>().ok()? == want.parse::<Decimal>().ok()?);
    match name {
        _ if got == want => true,
        "name" | "name (Persian)" | "name (Latin)" | "office" | "capacity unit" => {
            search_key(got) == search_key(want)
        }
        _ => decimals().unwrap_or(false),
    }
}

fn other_values(line: u64, values: &Value, sample: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, want) in sample["values"].as_object().unwrap() {
        if !same(name, &values[name], want) {
            wrong.push(format!("line {line}: {name} is {}, wanted {want}", values[name]));
        }
    }
    for (name, want) in sample["search_keys"].as_object().into_iter().flatten() {
        if search_key(text(values, name)) != want.as_str().unwrap() {
            wrong.push(format!(
                "line {line}: {name} is found by {}, wanted {want}",
                search_key(text(values, name))
            ));
        }
    }
    wrong
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(samples())
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_suffix(".expected.json").map(Into::into)
        })
        .collect();
    names.sort();
    names
}

fn prepared(expected: &Value) -> Rehearsal {
    let mut registry = registry();
    for need in list(expected, "needs") {
        let need = need.as_str().unwrap();
        let report = run(&mut registry, kind(need.split('.').next().unwrap()), &samples().join(need), false);
        assert_eq!(disagreements(&report, &expectation(need)), Vec::<String>::new(), "{need}");
    }
    registry
}

#[test]
fn every_sample_gets_its_verdicts() {
    let mut wrong = Vec::new();
    for name in names() {
        let expected = expectation(&name);
        let mut registry = prepared(&expected);
        let report = run(&mut registry, kind(text(&expected, "kind")), &samples().join(&name), false);
        wrong.extend(disagreements(&report, &expected).into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_sample_once_more_records_nothing() {
    for name in names() {
        let expected = expectation(&name);
        let mut registry = prepared(&expected);
        let (kind, file) = (kind(text(&expected, "kind")), samples().join(&name));
        let first = run(&mut registry, kind, &file, false);
        let position = registry.state().position;
        let again = run(&mut registry, kind, &file, false);
        assert_eq!(registry.state().position, position, "{name}");
        assert_eq!((&again["accepted"], &again["updated"]), (&0.into(), &0.into()), "{name}");
        assert_eq!(again["unchanged"], first["accepted"], "{name}");
        assert_eq!(lines(&again), lines(&first), "{name}");
    }
}

/// The lines that are rejected, whether as they were read or once they were decided.
fn lines(report: &Value) -> BTreeSet<u64> {
    list(report, "rejected").iter().map(|row| row["line"].as_u64().unwrap()).collect()
}

/// Runs one of the makers that lie beside the samples, or of the bench.
fn make(script: &Path, arguments: &[&std::ffi::OsStr]) {
    let status =
        std::process::Command::new("python3").arg(script).args(arguments).status().expect("python3 runs");
    assert!(status.success(), "{}", script.display());
}

#[test]
fn a_hundred_thousand_rows() {
    let folder = tempfile::tempdir().unwrap();
    make(&samples().join("make_100k.py"), &[folder.path().as_os_str()]);
    let mut registry = registry();
    let parks = run(&mut registry, Kind::Parks, &folder.path().join("parks-100k.csv"), false);
    assert_eq!(parks["accepted"], 1000);
    let file = folder.path().join("units-100k.csv");
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("units-100k.csv.expected.json")).unwrap())
            .unwrap();
    let report = run(&mut registry, Kind::Units, &file, false);
    assert_eq!(disagreements(&report, &expected), Vec::<String>::new());
}

#[test]
fn an_archive_that_unpacks_without_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for mebibytes in ["64", "1024"] {
        let bomb = folder.path().join("bomb.xlsx");
        make(&samples().join("make_zip_bomb.py"), &[bomb.as_os_str(), mebibytes.as_ref()]);
        let mut registry = registry();
        let report = run(&mut registry, Kind::Parks, &bomb, false);
        assert_eq!(report["fileError"]["code"], "TOO_LARGE");
        assert_eq!(report["accepted"], 0);
    }
}

#[test]
fn a_folder_takes_a_file_once_and_a_rehearsal_records_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = Config { data: folder.path().join("data"), ..Config::default() };
    let file = |name: &str| samples().join(name);
    let rehearsed =
        run(&mut Local::rehearse(&data, Kind::Parks).unwrap(), Kind::Parks, &file("parks.csv"), false);
    assert_eq!(rehearsed["accepted"], 200);
    assert!(!data.data.exists(), "a rehearsal makes no folder");
    for name in [
        "parks.csv",
        "units.csv",
        "consortiums.csv",
        "emcs.csv",
        "exports-rules.csv",
        "trainings-rules.csv",
        "research-rules.csv",
        "statements.csv",
    ] {
        let kind = kind(name.split(['.', '-']).next().unwrap());
        let rehearsed = run(&mut Local::rehearse(&data, kind).unwrap(), kind, &file(name), false);
        let mut local = Local::open(&data, kind).unwrap();
        let real = run(&mut local, kind, &file(name), false);
        local.close().unwrap();
        assert_eq!(rehearsed, real, "{name}");
        let mut local = Local::open(&data, kind).unwrap();
        let again = run(&mut local, kind, &file(name), false);
        local.close().unwrap();
        assert_eq!((&again["accepted"], &again["unchanged"]), (&0.into(), &real["accepted"]), "{name}");
    }
    assert!(Local::open(&data, Kind::Units).is_ok());
}

/// A clean sample with some cells changed.
fn changed(name: &str, changes: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let mut text = std::fs::read_to_string(samples().join(name)).unwrap();
    for (before, after) in changes {
        assert!(text.contains(before), "{before}");
        text = text.replace(before, after);
    }
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn a_row_that_differs_is_a_conflict_or_an_update() {
    let all = ["parks.csv", "units.csv", "consortiums.csv", "emcs.csv", "exports.csv"];
    let cases = [
        ("parks.csv", vec![("211.80,788,739", "212.5,790,739")], 1, vec!["hectares", "plots"]),
        (
            "units.csv",
            vec![("3300,tonne,19,ACTIVE,,", "3300,tonne,21,IDLE,2019-10-01,MARKET")],
            1,
            vec!["headcount", "status"],
        ),
        ("exports.csv", vec![("3782.5,16651.79", "3782.5,16651.80")], 1, vec!["USD"]),
        ("consortiums.csv", vec![(",PROMOTION,OPERATING,RUG,", ",SALES,OPERATING,RUG,")], 17, vec!["kind"]),
        ("emcs.csv", vec![("TC4565780,2021-06-02", "TC4565780,2022-06-02")], 6, vec!["trade card expiry"]),
    ];
    let mut registry = registry();
    for name in all {
        run(&mut registry, kind(name.strip_suffix(".csv").unwrap()), &samples().join(name), false);
    }
    for (name, changes, rows, columns) in cases {
        let (kind, file) = (kind(name.strip_suffix(".csv").unwrap()), changed(name, &changes));
        let position = registry.state().position;
        let refused = run(&mut registry, kind, file.path(), false);
        assert_eq!(refused["unchanged"], 200 - rows, "{name}");
        assert_eq!(list(&refused, "rejected").len(), rows, "{name}");
        for row in list(&refused, "rejected") {
            assert_eq!(text(row, "code"), "CONFLICTING_DATA", "{name}");
            assert_eq!(text(row, "column"), columns[0], "{name}");
            columns.iter().for_each(|column| assert!(text(row, "message").contains(column), "{name}: {row}"));
        }
        assert_eq!(registry.state().position, position, "{name}");
        let updated = run(&mut registry, kind, file.path(), true);
        assert_eq!(list(&updated, "rejected"), &[] as &[Value], "{name}");
        assert!(updated["updated"].as_u64().unwrap() >= 1, "{name}");
        assert_eq!(
            updated["updated"].as_u64().unwrap() + updated["unchanged"].as_u64().unwrap(),
            200,
            "{name}"
        );
        let again = run(&mut registry, kind, file.path(), true);
        assert_eq!(again["unchanged"], 200, "{name}");
        if kind == Kind::Units {
            // An idle unit becomes active by a revival, never by a file.
            let back = run(&mut registry, kind, &samples().join(name), true);
            assert_eq!(text(&list(&back, "rejected")[0], "code"), "ILLEGAL_TRANSITION");
        } else {
            let back = run(&mut registry, kind, &samples().join(name), true);
            assert!(back["updated"].as_u64().unwrap() >= 1, "{name}: {back}");
        }
    }
}

#[test]
fn programmes_follow_a_file_where_it_differs() {
    let mut registry = registry();
    for name in ["parks.csv", "units.csv", "consortiums.csv", "emcs.csv", "trainings.csv", "research.csv"] {
        run(&mut registry, kind(name.strip_suffix(".csv").unwrap()), &samples().join(name), false);
    }
    let cases = [
        // Another title of a course of six participants, and what one of them attended.
        (
            "trainings.csv",
            vec![
                ("دوره بازاریابی و فروش 1,", "دوره فروش 1,"),
                ("336205734655,,,10,", "336205734655,,,18,N-1"),
            ],
            (45, 6, 6),
        ),
        // Another budget, what was paid, and a result with which it is closed.
        (
            "research.csv",
            vec![
                ("1510000000,EUR,901000000,,,,APPROVED,", "1520000000,EUR,902000000,REPORT,Last,,CLOSED,"),
                ("1540000000,EUR,,,,,APPROVED,", "1540000000,EUR,7.5,,,,APPROVED,"),
            ],
            (18, 2, 2),
        ),
    ];
    for (name, changes, (rows, differ, updates)) in cases {
        let (kind, file) = (kind(name.strip_suffix(".csv").unwrap()), changed(name, &changes));
        let refused = run(&mut registry, kind, file.path(), false);
        assert_eq!(list(&refused, "rejected").len(), differ, "{name}: {refused}");
        assert!(list(&refused, "rejected").iter().all(|row| row["code"] == "CONFLICTING_DATA"), "{name}");
        let updated = run(&mut registry, kind, file.path(), true);
        assert_eq!(list(&updated, "rejected"), &[] as &[Value], "{name}");
        assert!((1..=updates).contains(&updated["updated"].as_u64().unwrap()), "{name}: {updated}");
        let again = run(&mut registry, kind, file.path(), true);
        assert_eq!(again["unchanged"], rows, "{name}: {}", again["rejected"]);
    }
    // What is settled stays: a closed project, a course's hours.
    let closed = changed("research.csv", &[("1500000000,IRR,", "1500000001,IRR,")]);
    let refused = run(&mut registry, Kind::Research, closed.path(), true);
    assert_eq!(text(&list(&refused, "rejected")[0], "column"), "budget", "{refused}");
}

#[test]
fn a_running_server_takes_a_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::support::Running::on(folder.path());
    let url = format!("http://{}", server.address);
    for name in [
        "parks.csv",
        "units.csv",
        "consortiums.csv",
        "emcs.csv",
        "exports.csv",
        "consortiums-members.csv",
        "trainings-rules.csv",
        "research-rules.csv",
        "statements.csv",
    ] {
        let kind = kind(name.split(['.', '-']).next().unwrap());
        let file = samples().join(name);
        let rehearsed = run(&mut Remote::open(&url, None, true).unwrap(), kind, &file, false);
        let position = server.position();
        let first = run(&mut Remote::open(&url, None, false).unwrap(), kind, &file, false);
        assert_eq!(rehearsed, first, "{name}");
        if !name.contains('-') && name != "statements.csv" {
            assert_eq!(first["accepted"], 200, "{name}: {}", first["rejected"]);
            assert!(server.position() > position);
        }
        let position = server.position();
        let again = run(&mut Remote::open(&url, None, false).unwrap(), kind, &file, false);
        assert_eq!(server.position(), position, "{name}");
        assert_eq!(again["accepted"], 0, "{name}");
        assert_eq!(lines(&again), lines(&first), "{name}: {}", again["rejected"]);
    }
    let file = changed("exports.csv", &[("3782.5,16651.79", "3782.5,16651.80")]);
    let refused = run(&mut Remote::open(&url, None, false).unwrap(), Kind::Exports, file.path(), false);
    assert_eq!(text(&list(&refused, "rejected")[0], "code"), "CONFLICTING_DATA");
    let updated = run(&mut Remote::open(&url, None, false).unwrap(), Kind::Exports, file.path(), true);
    assert_eq!((&updated["updated"], &updated["unchanged"]), (&1.into(), &199.into()));
}

#[test]
fn the_layout_with_lists_and_snake_case_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::support::Running::on(folder.path());
    let url = format!("http://{}", server.address);
    let layout = samples().join("../reference-layout");
    for (name, rows) in [("parks", 27), ("units", 30), ("consortiums", 2), ("emcs", 2), ("exports", 30)] {
        let file = layout.join(name).with_extension("csv");
        let report = run(&mut Remote::open(&url, None, false).unwrap(), kind(name), &file, false);
        assert_eq!(report["accepted"], rows, "{name}: {}", report["rejected"]);
        let again = run(&mut Remote::open(&url, None, false).unwrap(), kind(name), &file, false);
        assert_eq!(again["unchanged"], rows, "{name}: {}", again["rejected"]);
    }
    let answer = server.ask(
        "{ overview(period: {solarHijri: {year: 1398, fromMonth: 1, toMonth: 9}}) { smes { total active } \
         industrialParks exportConsortiums exportManagementCompanies exports { valueUsd } } \
         emc(by: {code: \"E00002\"}) { consentedOn rankHistory { rank since } \
         clients(first: 1) { totalCount nodes { from until } } } }",
    );
    let overview = &answer["data"]["overview"];
    assert_eq!(
        (&overview["smes"]["total"], &overview["smes"]["active"]),
        (&30.into(), &27.into()),
        "{answer}"
    );
    assert_eq!(overview["industrialParks"], 27);
    assert_eq!(
        (&overview["exportConsortiums"], &overview["exportManagementCompanies"]),
        (&2.into(), &2.into())
    );
    assert_eq!(overview["exports"]["valueUsd"], "999282.51");
    let emc = &answer["data"]["emc"];
    assert_eq!(
        (&emc["consentedOn"], &emc["rankHistory"][0]["since"]),
        (&"2017-09-04".into(), &"2019-09-04".into())
    );
    let client = &emc["clients"]["nodes"][0];
    assert_eq!((&client["from"], &client["until"]), (&"2017-09-04".into(), &Value::Null));
}
