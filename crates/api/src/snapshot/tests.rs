use std::fs;
use std::path::Path;
use std::sync::Arc;

use daftar_domain::Command;
use daftar_domain::envelope::Submission;
use daftar_domain::ledger::Outcome;
use daftar_domain::policy::Actor;
use daftar_domain::value::CommandId;
use serde_json::json;

use super::file::{Reader, Writer};
use super::{Unusable, read};
use crate::config::{Config, Snapshot};
use crate::server::Server;

fn config(data: &Path) -> Config {
    let snapshot = Snapshot { least_events: 0, ..Snapshot::default() };
    Config { data: data.to_owned(), snapshot, ..Config::default() }
}

fn establish(server: &Server, number: u32) -> Outcome {
    let input = json!({ "code": format!("P-{number}"), "name": "شهرک", "kind": "PARK", "province": "IR-10",
        "area": "10", "plots": 9, "on": "2001-03-21" });
    let command: Command =
        serde_json::from_value(json!({ "type": "EstablishPark", "input": input })).unwrap();
    let command_id = CommandId::new(uuid::Uuid::from_u128(u128::from(number)));
    let submission =
        Submission { command_id, actor: Actor::LOCAL, expected_version: None, reason_text: None, command };
    server.ledger.submit_blocking(vec![submission]).unwrap().outcomes.remove(0)
}

/// A server that has recorded some parks and was closed.
fn recorded(data: &Path, parks: std::ops::Range<u32>) {
    let server = Server::open(config(data)).unwrap();
    parks.for_each(|number| assert!(matches!(establish(&server, number), Outcome::Recorded(_))));
    server.close().unwrap();
}

/// Why the snapshot in a folder can't be used, if it can't.
fn refusal(data: &Path) -> Option<String> {
    let config = config(data);
    let log = Server::log(&config).unwrap();
    let prover = daftar_domain::log::proof::prover::Prover::new(Arc::clone(&log));
    read(&Server::snapshot(&config), &*log, &prover).err().map(|why| why.to_string())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn a_start_goes_on_from_the_snapshot_and_knows_what_was_recorded_before() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path(), 1..6);
    assert_eq!(refusal(folder.path()), None);
    // The log goes on without the snapshot being written anew.
    let old = fs::read(folder.path().join("snapshot")).unwrap();
    recorded(folder.path(), 6..9);
    fs::write(folder.path().join("snapshot"), old).unwrap();
    assert_eq!(refusal(folder.path()), None);
    let server = Server::open(config(folder.path())).unwrap();
    assert_eq!(server.views.newest().parks.rows.len(), 8);
    assert_eq!(server.prover.end().unwrap().0, server.views.newest().position);
    for number in [1, 5, 8] {
        assert!(
            matches!(establish(&server, number), Outcome::Repeated(receipt) if receipt.events().len() == 1)
        );
        let position = server.views.newest().position;
        assert!(
            server
                .commits
                .event(position - u64::from(8 - number))
                .unwrap()
                .is_some_and(|event| { event.command_id.uuid().as_u128() == u128::from(number) })
        );
    }
    assert!(matches!(establish(&server, 9), Outcome::Recorded(_)));
    server.close().unwrap();
    drop(server);
    fs::remove_file(folder.path().join("snapshot")).unwrap();
    let replayed = Server::open(config(folder.path())).unwrap();
    assert_eq!(replayed.views.newest().parks.rows.len(), 9);
    replayed.close().unwrap();
}

#[test]
fn a_snapshot_of_another_log_or_of_more_than_the_log_is_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let [early, late, other] = ["early", "late", "other"].map(|name| folder.path().join(name));
    recorded(&late, 1..4);
    copy(&late, &early);
    recorded(&late, 4..7);
    recorded(&other, 10..13);
    // The store was restored from a copy, the snapshot was not.
    fs::copy(late.join("snapshot"), early.join("snapshot")).unwrap();
    let why = refusal(&early).unwrap();
    assert!(why.contains("the log ends with commit"), "{why}");
    fs::copy(late.join("snapshot"), other.join("snapshot")).unwrap();
    assert!(refusal(&other).is_some());
    recorded(&other, 13..16);
    fs::copy(late.join("snapshot"), other.join("snapshot")).unwrap();
    let why = refusal(&other).unwrap();
    assert!(why.contains("root"), "{why}");
    let server = Server::open(config(&other)).unwrap();
    assert_eq!(server.views.newest().parks.rows.len(), 6);
    server.close().unwrap();
}

#[test]
fn a_damaged_snapshot_is_discarded() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path(), 1..4);
    let path = folder.path().join("snapshot");
    let whole = fs::read(&path).unwrap();
    let config = config(folder.path());
    let log = Server::log(&config).unwrap();
    let prover = daftar_domain::log::proof::prover::Prover::new(Arc::clone(&log));
    let usable = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        read(&path, &*log, &prover).is_ok()
    };
    assert!(usable(&whole));
    for length in [0, 1, 47, 48, whole.len() / 2, whole.len() - 1] {
        assert!(!usable(&whole[..length]), "cut to {length}");
    }
    assert!(!usable(&[&whole[..], b"x"].concat()));
    // Here and there in the parts, and every byte of the index and of what stands behind it.
    for at in (0..whole.len()).step_by(whole.len() / 97).chain(whole.len() - 400..whole.len()) {
        let mut changed = whole.clone();
        changed[at] ^= 0x20;
        assert!(!usable(&changed), "byte {at}");
    }
    assert!(usable(&whole));
}

#[test]
fn every_byte_of_the_file_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut writer = Writer::create(&path).unwrap();
    writer.put(&(7_u64, "text")).unwrap();
    writer.put(&vec![1_u8, 2, 3]).unwrap();
    writer.finish([9; 32]).unwrap();
    let read = |path: &Path| -> Result<((u64, String), Vec<u8>), Unusable> {
        let reader = Reader::open(path)?;
        Ok((reader.take(0)?, reader.take(1)?))
    };
    assert_eq!(read(&path).unwrap(), ((7, "text".to_owned()), vec![1, 2, 3]));
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&path, &changed).unwrap();
        assert!(read(&path).is_err(), "byte {at}");
        fs::write(&path, &whole[..at]).unwrap();
        assert!(read(&path).is_err(), "cut to {at}");
    }
}
