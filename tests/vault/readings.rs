//! The access log: its head is noted in the log, so that nobody cuts readings off unseen.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{appointed, person, serve, serving, vault, with_vault};
use crate::support::{Running, daftar, fails};

/// The notes in the log: whether each continues the one before, and how many readings it has.
fn notes(server: &Running) -> Vec<(bool, u64)> {
    let query = "query($after: Position) { events(after: $after, first: 100) { nodes { type data } hasNextPage endPosition } }";
    let mut after = Value::Null;
    let mut notes = Vec::new();
    loop {
        let page = server.ask_with(query, json!({ "after": after }))["data"]["events"].clone();
        for node in
            page["nodes"].as_array().expect("a list").iter().filter(|node| node["type"] == "ReadingsNoted")
        {
            let data: Value = serde_json::from_str(node["data"].as_str().expect("text")).expect("JSON");
            let entries = data["head"]["entries"].as_u64().expect("a number");
            notes.push((data["continues"].as_bool().expect("a boolean"), entries));
        }
        if page["hasNextPage"] == false {
            return notes;
        }
        after = page["endPosition"].clone();
    }
}

/// Takes the last lines of the access log away.
fn cut(path: &Path, lines: usize) {
    let file = path.join("vault/access");
    let text = fs::read_to_string(&file).expect("text");
    let kept = text.lines().count() - lines;
    let text: String = text.split_inclusive('\n').take(kept).collect();
    fs::write(file, text).expect("writes");
}

#[test]
fn the_head_is_noted_and_a_cut_is_found_and_noted_for_good() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let before = server.position();
    server.terminate();
    let server = serve(&path, &key);
    assert_eq!(server.position(), before, "nothing was read, so nothing is noted");
    person(&server, Some("REGISTRY"));
    server.terminate();
    let server = serve(&path, &key);
    assert_eq!(notes(&server), [(true, 4)], "noted at the end");
    server.terminate();
    assert!(vault(&path, &key, &["verify"]).contains("4 readings: all open; 1 heads"));

    cut(&path, 1);
    let mut verify = daftar();
    verify.args(["vault", "--data"]).arg(&path).arg("verify").env("DAFTAR_VAULT__KEY_FILE", &key);
    let (_, told) = fails(&mut verify);
    assert!(told.contains("ACCESS_LOG_CUT") && told.contains("4 readings"), "{told}");
    let server = serve(&path, &key);
    assert_eq!(notes(&server), [(true, 4), (false, 3)], "noted at the start");
    person(&server, Some("REGISTRY"));
    server.terminate();
    let (_, told) = fails(&mut verify);
    assert!(told.contains("ACCESS_LOG_CUT") && told.contains("cut 1 times"), "{told}");
    assert!(vault(&path, &key, &["verify", "--known-cuts", "1"]).contains("7 readings: all open; 3 heads"));
}

#[test]
fn readings_are_noted_while_the_server_runs() {
    let (_keep, path, key) = with_vault();
    let mut command = serving(&path, &key);
    command.env("DAFTAR_VAULT__NOTE_EVERY_SECONDS", "1");
    let server = Running::spawn(command).expect("it serves");
    appointed(&server);
    person(&server, Some("INSPECTION"));
    while notes(&server).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(notes(&server).iter().all(|(continues, _)| *continues));
    server.kill();
    let told = vault(&path, &key, &["readings"]);
    let first: Value = serde_json::from_str(told.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["purpose"], told.lines().count()), (&json!("INSPECTION"), 4));
    assert!(first["request"].as_str().is_some_and(|id| !id.is_empty()), "{first}");
}
