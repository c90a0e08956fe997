//! kill -9 at random moments: under concurrent load, and while the record is being opened.

use std::time::Duration;

use super::{Load, Random, check, lines, start};
use crate::support::{Running, daftar, folder};

const ROUNDS: u64 = 120;

#[test]
#[ignore = "a minute of killing; tests/run runs it"]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let mut random = Random::new("kill -9");
    let (_keep, path) = folder();
    let (mut before, mut commands, mut in_opening) = (Vec::new(), 0, 0);
    for round in 0..ROUNDS {
        let acknowledged = if round % 3 == 0 {
            in_opening += 1;
            let mut child = daftar()
                .args(["serve", "--listen", "127.0.0.1:0", "--data"])
                .arg(&path)
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("the binary is built");
            std::thread::sleep(Duration::from_micros(random.below(60_000)));
            child.kill().expect("it runs");
            child.wait().expect("it was ours");
            Vec::new()
        } else {
            let server = start(&path).expect("a kill never keeps it from opening");
            let load = Load::start(&server.address, &format!("P{round}"), 6);
            std::thread::sleep(Duration::from_micros(5_000 + random.below(120_000)));
            server.kill();
            load.end()
        };
        let now = lines(&path);
        assert!(now.starts_with(&before), "round {round}: what was there before is there, byte for byte");
        check(&now, &acknowledged);
        commands += acknowledged.len();
        before = now;
    }
    assert!(commands as u64 > ROUNDS, "the load was too slow to show anything");
    println!(
        "kill -9: {ROUNDS} rounds, {in_opening} of them while opening; {commands} commands acknowledged, {} events, none lost",
        before.len()
    );
}

const SNAPSHOT_ROUNDS: u64 = 30;

#[test]
#[ignore = "half a minute of killing; tests/run runs it"]
fn a_kill_while_a_snapshot_is_written_loses_nothing() {
    let mut random = Random::new("kill -9 beside snapshots");
    let (_keep, path) = folder();
    let (mut before, mut half_written, mut resumed) = (Vec::new(), 0, 0);
    for round in 0..SNAPSHOT_ROUNDS {
        let mut command = daftar();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path);
        // The next snapshot is due as soon as one is written.
        command.env("DAFTAR_SNAPSHOT__EVERY_EVENTS", "1").env("DAFTAR_SNAPSHOT__LEAST_EVENTS", "0");
        resumed += u64::from(path.join("snapshot").exists());
        let server = Running::spawn(command).expect("a snapshot never keeps it from opening");
        let shown = server.position();
        assert!(round == 0 || shown == before.len() as u64, "round {round}: it shows what the log holds");
        let load = Load::start(&server.address, &format!("S{round}"), 3);
        std::thread::sleep(Duration::from_micros(300_000 + random.below(400_000)));
        server.kill();
        let acknowledged = load.end();
        half_written += u64::from(path.join("snapshot.new").exists());
        let now = lines(&path);
        assert!(now.starts_with(&before), "round {round}: what was there before is there, byte for byte");
        check(&now, &acknowledged);
        before = now;
    }
    assert!(half_written > 0 && resumed > 0, "no kill came while a snapshot was written");
    println!(
        "kill -9 beside snapshots: {SNAPSHOT_ROUNDS} rounds, {resumed} began with a snapshot, {half_written} left a half \
         written one; {} events, none lost",
        before.len()
    );
}
