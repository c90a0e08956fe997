//! Openings of single values, held against a bundle and against one proved line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{NAME, appointed, erase, serve, serving, vault, with_vault};
use crate::support::{Running, daftar, fails};

fn says(command: &mut Command) -> String {
    let done = command.output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// A stopped record with a person, a reason with a text, a bundle of it and the public key.
struct Record {
    keep: TempDir,
    path: PathBuf,
    key: PathBuf,
    person: u64,
}

impl Record {
    fn new() -> Self {
        let (keep, path, key) = with_vault();
        let keys = keep.path().join("private");
        let public = says(daftar().args(["keys", "new", "--name", "daftar.local", "--keys"]).arg(&keys));
        fs::write(keep.path().join("public"), public).expect("writes");
        let mut command = serving(&path, &key);
        command.env("DAFTAR_CHECKPOINT__KEYS", &keys);
        let server = Running::spawn(command).expect("it serves");
        appointed(&server);
        let person = server.position();
        let withdrawal = json!({ "emc": { "code": "EMC-1" }, "reason": "OTHER", "on": "2019-05-01", "reasonText": "به دلیل" });
        assert_eq!(server.command("withdrawConsent", withdrawal)["errors"], json!([]));
        server.terminate();
        let record = Self { keep, path, key, person };
        let mut backup = record.audit("backup");
        backup.arg("--data").arg(&record.path).arg("--checkpoint").arg(record.at("private.checkpoint"));
        says(backup.arg("--out").arg(record.at("bundle")));
        record
    }

    fn at(&self, name: &str) -> PathBuf {
        self.keep.path().join(name)
    }

    fn audit(&self, what: &str) -> Command {
        let mut command = daftar();
        command.args(["audit", what, "--key"]).arg(self.at("public"));
        command
    }

    fn open(&self, position: u64, field: &str, out: &Path) -> Command {
        let mut command = daftar();
        command.args(["vault", "--data"]).arg(&self.path).args(["open", "--field", field, "--position"]);
        command.arg(position.to_string()).arg("--out").arg(out).env("DAFTAR_VAULT__KEY_FILE", &self.key);
        command
    }

    fn check(&self, opening: &Path) -> Command {
        let mut command = self.audit("check-opening");
        command.arg(opening).arg("--bundle").arg(self.at("bundle"));
        command
    }
}

#[test]
fn one_value_is_handed_out_and_held_against_the_line() {
    let record = Record::new();
    let (name, text) = (record.at("name.json"), record.at("text.json"));
    assert!(!says(&mut record.open(record.person, "name", &name)).contains(NAME), "it is in the file alone");
    says(&mut record.open(record.person + 1, "reasonText", &text));
    assert!(says(&mut record.check(&name)).starts_with(&format!("opened: position {}", record.person)));
    assert!(says(&mut record.check(&text)).contains("/reason/text"));
    assert!(
        fails(&mut record.open(record.person, "name", &name)).1.contains("name.json"),
        "it is there already"
    );
    let none = &mut record.open(record.person, "address", &record.at("none.json"));
    assert!(fails(none).1.contains("commits to no address"));

    let whole: Value = serde_json::from_slice(&fs::read(&name).expect("a file")).expect("JSON");
    let changes = [
        ("value", json!("دیگری"), "do not open"),
        ("salt", json!("AAAA"), "32 bytes"),
        ("pointer", json!("/data/details/email"), "that place"),
        ("position", json!("1"), "that place"),
        ("position", json!("999"), "does not have it"),
        ("format", json!("daftar-opening-2"), "another form"),
        ("more", json!("x"), "no opening"),
    ];
    for (field, changed, why) in changes {
        let mut opening = whole.clone();
        opening[field] = changed;
        let file = record.at("changed.json");
        fs::write(&file, opening.to_string()).expect("writes");
        let (_, told) = fails(&mut record.check(&file));
        assert!(told.contains(why) && !told.contains(NAME), "{field}: {told}");
    }

    let mut prove = record.audit("prove");
    prove.arg("--data").arg(&record.path).arg("--checkpoint").arg(record.at("private.checkpoint"));
    prove.args(["--position", &record.person.to_string(), "--out"]).arg(record.at("proof"));
    says(&mut prove);
    let lines = fs::read_to_string(record.at("bundle/events.jsonl")).expect("lines");
    let line = lines.lines().nth(record.person as usize - 1).expect("the line");
    fs::write(record.at("line"), line).expect("writes");
    let proved = |opening: &Path| {
        let mut command = record.audit("check-opening");
        command.arg(opening).arg("--line").arg(record.at("line")).arg("--proof").arg(record.at("proof"));
        command
    };
    assert!(says(&mut proved(&name)).starts_with("opened"));
    assert!(fails(&mut proved(&text)).1.contains("the proof is of position"));
    let told = vault(&record.path, &record.key, &["readings"]);
    assert_eq!(told.matches("\"AUDIT\"").count(), 2, "each was noted: {told}");
}

#[test]
fn what_is_erased_is_not_opened_and_what_was_handed_out_still_is() {
    let record = Record::new();
    let name = record.at("name.json");
    says(&mut record.open(record.person, "name", &name));
    let server = serve(&record.path, &record.key);
    assert_eq!(erase(&server)["errors"], json!([]));
    server.terminate();
    let again = &mut record.open(record.person, "name", &record.at("again.json"));
    assert!(fails(again).1.contains("commits to no name that is in the vault"));
    assert!(
        says(&mut record.check(&name)).starts_with("opened"),
        "the auditor has it: erasing reaches no copies"
    );
}

#[test]
#[ignore = "asks the independent verifier, which needs Python; tests/run does"]
fn the_independent_verifier_opens_the_same() {
    let record = Record::new();
    let name = record.at("name.json");
    says(&mut record.open(record.person, "name", &name));
    let verify = |opening: &Path| {
        let mut command = Command::new("python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/verify.py")).arg(record.at("bundle"));
        command.arg("--key").arg(record.at("public")).arg("--opening").arg(opening);
        command
    };
    assert!(says(&mut verify(&name)).starts_with("verified"));
    let mut opening: Value = serde_json::from_slice(&fs::read(&name).expect("a file")).expect("JSON");
    for (field, changed) in [("value", "x"), ("pointer", "/data"), ("position", "3"), ("salt", "AAAA")] {
        let kept = std::mem::replace(&mut opening[field], changed.into());
        fs::write(record.at("changed.json"), opening.to_string()).expect("writes");
        assert!(fails(&mut verify(&record.at("changed.json"))).1.contains("DIFFERS"), "{field}");
        opening[field] = kept;
    }
    consent_is_not_opened(&record);
}

/// A position without a commitment has nothing to be opened.
fn consent_is_not_opened(record: &Record) {
    let out = record.at("consent.json");
    assert!(fails(&mut record.open(record.person - 1, "name", &out)).1.contains("commits to no name"));
    assert!(!out.exists());
}
