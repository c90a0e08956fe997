//! What a later release wrote: it is told apart from damage, what stands before it is read, and nothing is recorded.

use std::path::Path;

use daftar_domain::log::head::Head;
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::record::{self, CommitId, RecordEncoder, RecordHeader};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Appended, CommitWrite, Log};
use serde_json::json;

use crate::support::{Running, daftar, fails, folder, park};

/// Goes on with the log of a stopped server as a later release would: its last line again, at the next position, with
/// one text replaced by another. Answers with that position.
fn go_on(data: &Path, from: &str, to: &str) -> u64 {
    let log = SledLog::open(&data.join("log"), SledSettings::default()).expect("it is stopped");
    let (mut tree, mut last) = (Tree::new(), Vec::new());
    for commit in 1..=log.tail() {
        let bytes = log.get(commit).expect("readable").expect("there");
        for line in record::decode(&bytes).expect("whole").lines() {
            tree.append(TreeHash::leaf(line));
            last = line.to_vec();
        }
    }
    let (commit, position) = (log.tail() + 1, tree.size() + 1);
    let line = String::from_utf8(last).expect("JSON is UTF-8");
    assert!(line.contains(from), "{from} stands in {line}");
    let (old, new) = (format!("\"position\":\"{}\"", position - 1), format!("\"position\":\"{position}\""));
    let line = line.replace(&old, &new).replace(from, to).into_bytes();
    let id = CommitId(uuid::Uuid::now_v7());
    let header = RecordHeader { commit, id, first_position: position, count: 1, root_before: tree.root() };
    tree.append(TreeHash::leaf(&line));
    let record = RecordEncoder::new().encode(&header, &[line]).expect("fits");
    let head = Head { commit, id, frontier: tree.frontier().clone(), checkpoint: None };
    let write = CommitWrite { record, head: head.encode().expect("fits"), tiles: tree.take_finished() };
    assert_eq!(log.append(commit - 1, &write), Ok(Appended::At(commit)));
    position
}

#[test]
fn an_unknown_event_stops_the_fold_and_what_stands_before_is_read() {
    for (from, to, told) in [
        ("\"ParkEstablished\"", "\"ParkAbolished\"", "unknown event type ParkAbolished version 1"),
        ("\"typeVersion\":1", "\"typeVersion\":2", "unknown event type ParkEstablished version 2"),
    ] {
        let (_keep, path) = folder();
        let server = Running::on(&path);
        server.command("establishPark", park("P-1"));
        let reached = server.position();
        assert!(server.terminate().success());
        let unknown = go_on(&path, from, to);
        assert_eq!(unknown, reached + 1);

        let server = Running::on(&path);
        let (status, why) = server.get("/readyz");
        assert_eq!(status, 503);
        assert!(why.contains(&format!("position {unknown}")) && why.contains(told), "{why}");
        let read = server.ask(&format!("{{ event(position: \"{reached}\") {{ position type }} }}"));
        assert_eq!(read["data"]["event"]["type"], "ParkEstablished", "{read}");
        assert_eq!(read["extensions"]["position"], reached.to_string());
        for dry_run in [false, true] {
            let mut input = park("P-2");
            input["dryRun"] = json!(dry_run);
            let query =
                "mutation($i: EstablishParkInput!) { establishPark(input: $i) { position errors { code } } }";
            let refused = server.ask_with(query, json!({ "i": input }));
            assert_eq!(refused["errors"][0]["extensions"]["code"], "LOG_UNREADABLE", "{refused}");
            let message = refused["errors"][0]["message"].as_str().expect("a message");
            assert!(message.contains(told) && message.contains(&unknown.to_string()), "{message}");
        }
        assert!(server.terminate().success());
        // The mark was not moved, and the event is still there for the release that knows it.
        let log = SledLog::open(&path.join("log"), SledSettings::default()).expect("it is stopped");
        assert_eq!(log.tail(), 3);
    }
}

#[test]
fn a_log_without_rights_is_told_in_one_line() {
    let (_keep, path) = folder();
    assert!(Running::on(&path).terminate().success());
    // A folder in the place of the data file: not even the superuser can open it as a file.
    std::fs::remove_file(path.join("log").join("db")).expect("it is ours");
    std::fs::create_dir(path.join("log").join("db")).expect("a folder");
    let (code, told) = fails(daftar().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path));
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("log"), "{told}");
}
