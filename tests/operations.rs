//! What operators rely on: metrics, readiness, the unit.

use std::net::TcpListener;
use std::path::Path;

use serde_json::json;

use crate::support::{Running, daftar, folder, get, park};

fn value(metrics: &str, series: &str) -> Option<f64> {
    let line =
        metrics.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn with_settings(folder: &Path, settings: &str) -> Running {
    let file = folder.with_extension("toml");
    std::fs::write(&file, settings).expect("a file");
    Running::with(folder, &["--config", file.to_str().expect("text")])
}

#[test]
fn metrics_tell_what_was_recorded_rejected_and_asked_and_nothing_of_what_it_said() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    server.command("establishPark", park("P-1"));
    server.command("establishPark", park("P-1"));
    server.ask("{ overview(period: { solarHijri: { year: 1398 } }) { position } }");
    server.post("nonsense", &[("content-type", "application/json")]);
    let (status, metrics) = server.get("/metrics");
    assert_eq!(status, 200);
    let told = |series: &str| value(&metrics, series).unwrap_or_default();
    assert_eq!(told(r#"daftar_commands_total{outcome="recorded"}"#), 1.0, "{metrics}");
    assert_eq!(told(r#"daftar_rejections_total{code="DUPLICATE_PARK"}"#), 1.0);
    assert_eq!(told(r#"daftar_requests_total{kind="mutation",status="200"}"#), 2.0);
    assert_eq!(told(r#"daftar_requests_total{kind="query",status="200"}"#), 1.0);
    assert_eq!(told(r#"daftar_requests_total{kind="other",status="400"}"#), 1.0);
    // The beginning of the log, and the park.
    assert_eq!(told("daftar_append_seconds_count"), 2.0);
    assert_eq!(told("daftar_position"), server.position() as f64);
    assert_eq!(told("daftar_ready"), 1.0);
    let said = park("P-1")["name"].as_str().expect("it has a name").to_owned();
    assert!(!metrics.contains(&said) && !metrics.contains("nonsense"), "{metrics}");
}

#[test]
fn operators_may_have_a_listener_of_their_own() {
    let (_keep, path) = folder();
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
    let server = with_settings(&path, &format!("[metrics]\nlisten = \"{free}\"\n"));
    assert_eq!(server.get("/metrics").0, 404);
    let operators = free.to_string();
    let (status, metrics) = get(&operators, "/metrics");
    assert_eq!((status, value(&metrics, "daftar_ready")), (200, Some(1.0)));
    assert_eq!(get(&operators, "/readyz").0, 200);
    assert_eq!(get(&operators, "/graphql?query=%7B__typename%7D").0, 404);
}

#[test]
fn a_file_system_that_is_nearly_full_is_not_ready() {
    let (_keep, path) = folder();
    let server = with_settings(&path, &format!("[ledger]\ndisk_free_min_bytes = {}\n", 1_u64 << 40));
    let (status, why) = server.get("/readyz");
    assert_eq!(status, 503, "a test machine has less than a TiB free");
    assert!(why.contains("disk_free_min_bytes"), "{why}");
}

#[test]
fn the_unit_starts_the_server_in_its_state_folder() {
    let printed = daftar().arg("unit").output().expect("it runs");
    let unit = String::from_utf8(printed.stdout).expect("text");
    assert!(printed.status.success());
    assert!(
        unit.contains("daftar serve --config /etc/daftar/daftar.toml --data ${STATE_DIRECTORY}"),
        "{unit}"
    );
    assert!(unit.contains("NoNewPrivileges=yes") && unit.contains("ProtectSystem=strict"));
}

#[test]
fn a_body_of_metrics_is_bounded_by_its_closed_labels() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    let series = || server.get("/metrics").1.lines().count();
    for number in 0..20 {
        server.ask_with(
            "query($a: Position) { event(position: 1) { type } events(after: $a) { hasNextPage } }",
            json!({
                "a": number.to_string()
            }),
        );
    }
    let first = series();
    for number in 20..60 {
        server.ask_with(
            "query($a: Position) { event(position: 2) { type } events(after: $a) { hasNextPage } }",
            json!({
                "a": number.to_string()
            }),
        );
    }
    assert_eq!(series(), first);
}
