//! Audits of what is whole, and of everything that somebody could have done to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::Arc;

use daftar_domain::envelope::{EntityId, Event, Recorded, Submission};
use daftar_domain::ledger::{Ledger, LedgerSettings, Outcome, SimulatedClock};
use daftar_domain::log::checkpoint::key::PrivateKey;
use daftar_domain::log::checkpoint::signer::Signer;
use daftar_domain::log::codec;
use daftar_domain::log::head::Head;
use daftar_domain::log::memory::MemoryLog;
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::record::{self, CommitId, RecordEncoder, RecordHeader};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{CommitWrite, Log};
use daftar_domain::opening::{Clock, LogOpened};
use daftar_domain::policy::Actor;
use daftar_domain::value::{CommandId, Moment};
use serde_json::json;
use uuid::Uuid;

use super::super::keys;
use super::bundle::{CHECKPOINT, EVENTS, LEAVES};
use super::*;

mod bundles;
mod certificates;
mod stores;

const ORIGIN: &str = "registry.example/daftar";

fn opened() -> LogOpened {
    LogOpened { origin: ORIGIN.into(), format: 1, clock: Clock::Simulated, demo: None }
}

fn noon() -> Moment {
    "2019-12-22T08:30:00.000Z".parse().unwrap()
}

fn establish(n: u128) -> Submission {
    let command = serde_json::from_value(json!({"type": "EstablishPark", "input": {
        "code": format!("P-{n}"), "name": "شهرک صنعتی", "kind": "PARK", "province": "IR-23", "area": "120.5",
        "plots": 40, "on": "2010-03-21",
    }}));
    let command_id = CommandId::new(Uuid::from_u128(n));
    Submission {
        command_id,
        actor: Actor::LOCAL,
        expected_version: None,
        reason_text: None,
        command: command.unwrap(),
    }
}

/// Records parks, in commits of their own, in the data folder.
fn record(data: &Path, parks: impl IntoIterator<Item = u128>) -> Vec<Recorded> {
    let log = Arc::new(SledLog::open(&data.join(store::LOG), SledSettings::default()).unwrap());
    let clock = Box::new(SimulatedClock::new(noon()));
    let settings = LedgerSettings { mark: Some(data.join(store::MARK)), ..Default::default() };
    let ledger = Ledger::open(log, opened(), clock, Box::new(()), settings).unwrap();
    let mut events = Vec::new();
    for park in parks {
        let answer = ledger.submit_blocking(vec![establish(park)]).unwrap();
        let Outcome::Recorded(receipt) = &answer.outcomes[0] else { panic!("{answer:?}") };
        events.extend(receipt.events().iter().cloned());
    }
    ledger.close().unwrap();
    events
}

/// A data folder with a key, and its public key.
struct Office {
    folder: tempfile::TempDir,
    data: PathBuf,
    key: String,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let key = PrivateKey::of_log(ORIGIN, &[7; 32]).unwrap();
        daftar_domain::log::checkpoint::key::write_private(
            &data.join("keys"),
            std::slice::from_ref(&key),
            false,
        )
        .unwrap();
        Self { folder, data, key: key.public().to_string() }
    }

    /// With parks recorded and the end signed.
    fn with(parks: std::ops::Range<u128>) -> Self {
        let office = Self::new();
        record(&office.data, parks);
        office.sign();
        office
    }

    fn sign(&self) {
        keys::sign(&self.data.join("keys"), &self.data).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn keys(&self) -> Keys {
        Keys { keys: vec![self.key.clone()], cosignatures: None }
    }

    fn trust(&self) -> daftar_domain::log::checkpoint::Trust {
        self.keys().trust().unwrap()
    }

    fn verify(&self, since: &[PathBuf]) -> Result<report::Verified, Finding> {
        let seen = Seen { since: since.to_vec(), seen: None }.expected(&self.trust())?;
        Copied::of(&self.data, None)?.verify(&self.trust(), None, seen, false, &Progress::new())
    }

    fn export(&self, name: &str) -> (PathBuf, u64) {
        let store = Copied::of(&self.data, None).unwrap();
        let signed = store.checkpoints(&self.trust(), None).unwrap().pop().unwrap();
        let out = self.path(name);
        let before = export::export(&store, &signed, &out, &Progress::new()).unwrap();
        (out, before)
    }

    fn verify_bundle(&self, folder: &Path, since: &[PathBuf]) -> Result<report::Verified, Finding> {
        let seen = Seen { since: since.to_vec(), seen: None }.expected(&self.trust())?;
        Bundle::new(folder).verify(&self.trust(), seen, &Progress::new())
    }

    /// What the independent verifier says: its line, or its finding.
    fn python(&self, arguments: &[&str]) -> Result<String, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verify.py");
        let out =
            Process::new("python3").arg(script).args(["--key", &self.key]).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if out.status.success() { Ok(text(out.stdout)) } else { Err(text(out.stderr)) }
    }
}

/// A signed bundle of lines that need not be sound.
fn bundle_of(office: &Office, name: &str, lines: &[Vec<u8>]) -> PathBuf {
    let folder = office.path(name);
    fs::create_dir(&folder).unwrap();
    let leaves: Vec<TreeHash> = lines.iter().map(|line| TreeHash::leaf(line)).collect();
    fs::write(
        folder.join(EVENTS),
        lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect::<Vec<_>>(),
    )
    .unwrap();
    fs::write(folder.join(LEAVES), leaves.iter().flat_map(|leaf| leaf.0).collect::<Vec<_>>()).unwrap();
    let (log, mut tree) = (MemoryLog::new(), Tree::new());
    append(&log, &mut tree, lines, |record| record);
    let key = PrivateKey::of_log(ORIGIN, &[7; 32]).unwrap();
    let mut signer = Signer::open(&[key], &office.path(&format!("{name}.memory"))).unwrap();
    fs::write(folder.join(CHECKPOINT), signer.sign(&Prover::new(Arc::new(log))).unwrap().note).unwrap();
    folder
}

/// Appends a commit, whose record `bend` may change.
fn append(log: &MemoryLog, tree: &mut Tree, lines: &[Vec<u8>], bend: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let commit = log.tail() + 1;
    let id = CommitId(Uuid::from_u128(u128::from(commit)));
    let (first_position, count) = (tree.size() + 1, lines.len() as u32);
    let header = RecordHeader { commit, id, first_position, count, root_before: tree.root() };
    lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
    let write = CommitWrite {
        record: bend(RecordEncoder::new().encode(&header, lines).unwrap()),
        head: Head { commit, id, frontier: tree.frontier().clone(), checkpoint: None }.encode().unwrap(),
        tiles: tree.take_finished(),
    };
    log.append(commit - 1, &write).unwrap();
}

/// A few lines: the opening, and parks, whose fold asks no reference table.
fn few_lines() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let parks = record(folder.path(), 1..5);
    let opening = Event::new(EntityId::Log, noon().tehran_date(), opened());
    let first =
        Recorded { position: 1, entity_version: 1, event: opening, index: 1, of: 1, ..parks[0].clone() };
    let parks = (2..).zip(parks).map(|(position, park)| Recorded { position, ..park });
    std::iter::once(first).chain(parks).map(|event| codec::encode(&event).unwrap()).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
