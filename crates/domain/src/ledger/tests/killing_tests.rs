//! kill -9 at any moment, the first start included: nothing that was acknowledged is lost.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use super::*;
use crate::log::sled::SledLog;

fn open_folder(path: &Path) -> Ledger {
    let log = SledLog::open(&path.join("log"), Default::default()).unwrap();
    let settings = LedgerSettings { mark: Some(path.join("mark")), ..settings() };
    open_with(Arc::new(log), settings).unwrap().0
}

/// Records until it is killed; says each command that was acknowledged.
#[test]
#[ignore = "runs as the child of what_was_acknowledged_survives_a_kill"]
fn recording_child() {
    let path = PathBuf::from(std::env::var("KILLED_LEDGER").unwrap());
    let from: u128 = std::env::var("KILLED_FROM").unwrap().parse().unwrap();
    OVERLAP.set(if from.is_multiple_of(2) { 1 } else { 256 });
    let ledger = open_folder(&path);
    for id in (from..).step_by(3) {
        let batch = (id..id + 3).map(|id| of(id, establish(&format!("P-{id}")))).collect();
        let answer = ledger.submit_blocking(batch).unwrap();
        assert!(answer.outcomes.iter().all(|outcome| recorded(outcome).len() == 1));
        writeln!(std::io::stdout().lock(), "\nacknowledged {id}").unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let test = format!("{}::recording_child", module_path!().split_once("::").unwrap().1);
    let mut acknowledged = Vec::new();
    for (round, millis) in (1u32..).zip([60, 15, 110, 300, 35, 200]) {
        let mut child = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", &test, "--ignored", "--nocapture"])
            .env("KILLED_LEDGER", folder.path())
            .env("KILLED_FROM", (round * 1_000_000 + round).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
        let ids = said.lines().map_while(Result::ok);
        acknowledged.extend(ids.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<u128>().ok()));
    }
    assert!(!acknowledged.is_empty(), "the children were too slow to record anything");
    let ledger = open_folder(folder.path());
    for id in acknowledged.iter().flat_map(|id| *id..*id + 3) {
        let again = one(&ledger, of(id, establish(&format!("P-{id}"))));
        assert!(matches!(again, Outcome::Repeated(_)), "command {id} was acknowledged and is gone");
    }
}
