//! The national reference set, recorded by the real binary: the report's figures to the cent, whenever it was cut off.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Running, daftar, fails, folder};

const REPORT: &str = "query Report($period: PeriodInput!) { overview(period: $period) {
  smes { total active activeShare idle exporting }
  industrialParks exportConsortiums exportManagementCompanies
  exports {
    valueUsd
    byCommodityGroup { commodityGroup valueUsd share }
    byDestination(first: 3) { country valueUsd share }
  }
} }";

fn report(server: &Running) -> Value {
    let period = json!({ "period": { "solarHijri": { "year": 1398, "fromMonth": 1, "toMonth": 9 } } });
    server.ask_with(REPORT, period)["data"]["overview"].clone()
}

fn published() -> Value {
    let group = |name, usd, share| json!({ "commodityGroup": name, "valueUsd": usd, "share": share });
    let to = |country, usd, share| json!({ "country": country, "valueUsd": usd, "share": share });
    json!({
        "smes": { "total": 43650, "active": 33800, "activeShare": "0.7743", "idle": 9850, "exporting": 1100 },
        "industrialParks": 805,
        "exportConsortiums": 72,
        "exportManagementCompanies": 65,
        "exports": {
            "valueUsd": "1612345678.90",
            "byCommodityGroup": [
                group("FOOD", "580444444.40", "0.3600"),
                group("POLYMER_PLASTIC", "386962962.94", "0.2400"),
                group("CHEMICAL", "290222222.20", "0.1800"),
                group("HOME_APPLIANCE", "145111111.10", "0.0900"),
                group("RUG", "112864197.52", "0.0700"),
                group("LEATHER", "64493827.16", "0.0400"),
                group("HANDBAG", "32246913.58", "0.0200"),
            ],
            "byDestination": [
                to("IQ", "499827160.46", "0.3100"),
                to("AF", "338592592.57", "0.2100"),
                to("AE", "128987654.31", "0.0800"),
            ],
        },
    })
}

/// Starts to serve the set and kills it when so many tenths of it are recorded.
fn cut_off(folder: &Path, tenths: usize) {
    let mut child = daftar()
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built with the tests");
    let told = BufReader::new(child.stderr.take().expect("piped")).lines();
    let progress = told.map(|line| line.expect("text")).filter(|line| line.starts_with("reference set:"));
    assert_eq!(progress.take(tenths).count(), tenths, "it was not done before");
    child.kill().expect("it runs");
    child.wait().expect("it was ours");
}

#[test]
fn the_readme_shows_the_answer() {
    let readme = include_str!("../README.md");
    let (_, answer) = readme.split_once("```json\n").expect("an answer");
    let (answer, _) = answer.split_once("```").expect("its end");
    let answer: Value = serde_json::from_str(answer).expect("JSON");
    assert_eq!(answer["data"]["overview"], published());
}

#[test]
fn the_set_answers_the_report_whenever_it_was_cut_off() {
    let (_kept, folder) = folder();
    cut_off(&folder, 2);
    cut_off(&folder, 2);
    let server = Running::with(&folder, &["--demo"]);
    assert_eq!(report(&server), published());
    assert!(server.greeting.contains("1612345678.90"), "{}", server.greeting);
    let whole = server.position();
    server.kill();

    // After the set, the record goes on under the system's clock, and the set stays as it is.
    let server = Running::with(&folder, &["--demo"]);
    assert_eq!((report(&server), server.position()), (published(), whole));
    let park = server.command("establishPark", crate::support::park("IR-10-900"));
    assert_eq!(park["errors"], json!([]), "{park}");
    assert!(server.terminate().success());

    let counted = daftar().args(["demo", "--data"]).arg(&folder).output().expect("it runs");
    let told = String::from_utf8(counted.stdout).expect("text");
    assert!(counted.status.success() && told.contains("holds the whole reference set"), "{told}");
    let server = Running::on(&folder);
    assert_eq!(
        (report(&server)["smes"].clone(), server.position()),
        (published()["smes"].clone(), whole + 1)
    );
}

#[test]
fn a_folder_that_holds_another_log_is_refused() {
    let (_kept, folder) = folder();
    assert!(Running::on(&folder).terminate().success());
    for command in [&["demo"][..], &["serve", "--demo", "--listen", "127.0.0.1:0"]] {
        let (code, told) = fails(daftar().args(command).arg("--data").arg(&folder));
        assert_eq!(code, 1);
        assert!(told.contains("it holds another log (daftar.local)"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let server = Running::on(&folder);
    assert!(server.position() < 30, "nothing was recorded");
}
