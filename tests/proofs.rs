//! Checkpoints and proofs of a running server, checked with the tools of an auditor.

use std::path::Path;

use serde_json::Value;

use crate::support::{Running, daftar, fails, folder, park};

/// Makes keys of the log and returns the public one.
fn keys(file: &Path) -> String {
    let made = daftar()
        .args(["keys", "new", "--name", "daftar.local", "--keys"])
        .arg(file)
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).expect("text").trim().to_owned()
}

fn settings(file: &Path, keys: &Path) {
    let toml = format!(
        "[checkpoint]\nkeys = {:?}\nevery_seconds = 1\nevery_events = 1\n",
        keys.display().to_string()
    );
    std::fs::write(file, toml).expect("a file");
}

/// Asks until the checkpoint has reached a size.
fn checkpoint(server: &Running, size: u64) -> Value {
    loop {
        let answer = server.ask("{ checkpoint { origin size root note } }");
        let found = answer["data"]["checkpoint"].clone();
        if found["size"].as_str().and_then(|text| text.parse().ok()).is_some_and(|found: u64| found >= size) {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn what_the_server_proves_the_auditor_checks_with_its_own_key() {
    let (keep, path) = folder();
    let (private, config) = (keep.path().join("private"), keep.path().join("daftar.toml"));
    let public = keys(&private);
    let key = keep.path().join("public");
    std::fs::write(&key, &public).expect("a file");
    settings(&config, &private);
    let server = Running::with(&path, &["--config", config.to_str().expect("text")]);
    assert!(server.greeting.contains("signed by the keys of daftar.local"), "{}", server.greeting);
    let before = checkpoint(&server, 1);
    for number in 0..5 {
        server.command("establishPark", park(&format!("P-{number}")));
    }
    let end = server.position();
    let signed = checkpoint(&server, end);
    assert_eq!(signed["size"], end.to_string());

    let answer = server
        .ask(&format!("{{ event(position: \"{end}\") {{ line proof {{ size root leaf hashes text }} }} }}"));
    let event = &answer["data"]["event"];
    assert_eq!(event["proof"]["root"], signed["root"], "{answer}");
    let (line, proof) = (keep.path().join("line"), keep.path().join("proof"));
    std::fs::write(&line, event["line"].as_str().expect("text")).expect("a file");
    std::fs::write(&proof, event["proof"]["text"].as_str().expect("text")).expect("a file");
    let check = || {
        let mut command = daftar();
        command
            .args(["audit", "check-proof", "--line"])
            .arg(&line)
            .arg("--proof")
            .arg(&proof)
            .arg("--key")
            .arg(&key);
        command
    };
    assert!(check().status().expect("it runs").success());
    std::fs::write(&line, event["line"].as_str().expect("text").replace("P-4", "P-5")).expect("a file");
    assert!(fails(&mut check()).1.contains("the proof does not hold"));

    let from = before["size"].as_str().expect("text");
    let answer =
        server.ask(&format!("{{ consistencyProof(from: \"{from}\") {{ from to fromRoot toRoot text }} }}"));
    let grown = &answer["data"]["consistencyProof"];
    assert_eq!((&grown["fromRoot"], &grown["toRoot"]), (&before["root"], &signed["root"]), "{answer}");
    let beyond = server.ask(&format!("{{ consistencyProof(from: \"1\", to: \"{}\") {{ from }} }}", end + 1));
    assert_eq!(beyond["errors"][0]["extensions"]["code"], "OUT_OF_RANGE", "{beyond}");
    assert!(server.terminate().success());
}

#[test]
fn a_log_that_does_not_continue_what_was_signed_is_not_served_with_its_keys() {
    let (keep, path) = folder();
    let (private, config) = (keep.path().join("private"), keep.path().join("daftar.toml"));
    keys(&private);
    settings(&config, &private);
    let config = config.to_str().expect("text");
    let server = Running::with(&path, &["--config", config]);
    server.command("establishPark", park("P-1"));
    assert!(server.terminate().success());
    let other = keep.path().join("other");
    let mut start = daftar();
    start.args(["serve", "--listen", "127.0.0.1:0", "--config", config, "--data"]).arg(&other);
    let (code, told) = fails(&mut start);
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("checkpoint.keys") && told.contains("was signed"), "{told}");
}

#[test]
fn without_keys_nothing_is_signed_and_proofs_still_lead_to_a_root() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    assert!(server.greeting.contains("Nothing is signed"), "{}", server.greeting);
    let answer = server.ask("{ checkpoint { size } event(position: \"1\") { proof { size hashes text } } }");
    assert_eq!(answer["data"]["checkpoint"], Value::Null);
    let proof = &answer["data"]["event"]["proof"];
    assert_eq!(proof["size"], server.position().to_string());
    assert_eq!(proof["text"], Value::Null);
}

#[test]
fn a_running_server_is_exported_verified_and_restored_by_url() {
    let (keep, path) = folder();
    let (private, config) = (keep.path().join("private"), keep.path().join("daftar.toml"));
    let key = keep.path().join("public");
    std::fs::write(&key, keys(&private)).expect("a file");
    settings(&config, &private);
    let server = Running::with(&path, &["--config", config.to_str().expect("text")]);
    for number in 0..3 {
        server.command("establishPark", park(&format!("P-{number}")));
    }
    checkpoint(&server, server.position());
    let (url, bundle) = (format!("http://{}", server.address), keep.path().join("bundle"));
    let audit = |what: &[&str]| {
        let mut command = daftar();
        command.arg("audit").arg(what[0]).arg("--key").arg(&key).args(&what[1..]);
        command
    };
    let says = |command: &mut std::process::Command| {
        let done = command.output().expect("it runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    };
    let end = server.position();
    let verified = says(&mut audit(&["verify", "--url", &url]));
    assert!(verified.contains(&end.to_string()), "{verified}");
    let exported = says(audit(&["export", "--url", &url, "--out"]).arg(&bundle));
    assert!(exported.contains("0 of them before"), "{exported}");

    server.command("establishPark", park("P-3"));
    checkpoint(&server, server.position());
    let more = says(audit(&["export", "--url", &url, "--out"]).arg(&bundle));
    assert!(more.contains(&format!("{end} of them before")), "{more}");
    let restored = keep.path().join("restored");
    says(audit(&["import-bundle"]).arg(&bundle).arg("--data").arg(&restored));
    let lines = |server: &Running| server.get("/log/events?after=0").1;
    let other = Running::on(&restored);
    assert_eq!(lines(&server), lines(&other));
    let from = server.get("/log/events?after=2&to=3").1;
    assert_eq!(from, lines(&server).lines().nth(2).expect("three lines").to_owned() + "\n");
    for wrong in ["after=9999999", "after=x", "to=9999999", "after=3&to=2", "from=1"] {
        assert_eq!(server.get(&format!("/log/events?{wrong}")).0, 400, "{wrong}");
    }
    let unsigned = fails(&mut audit(&["verify", "--url", &format!("http://{}", other.address)]));
    assert!(unsigned.1.contains("UNSIGNED"), "{unsigned:?}");
}
