//! Golden logs: what a released format holds is read, folded and written again exactly as it was, by every later
//! release.
//!
//! `commits.bin` of each folder is the commit records of a small log, each after its size (4 bytes, little-endian); it was
//! recorded once from `commands.json` and never changes. Together they hold every event type in every version.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use daftar_domain::approval::ProposalStatus;
use daftar_domain::envelope::{EntityId, Submission};
use daftar_domain::ledger::{Ledger, LedgerSettings, Outcome, Publish, Published, SimulatedClock};
use daftar_domain::log::memory::MemoryLog;
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{CommitWrite, Log, codec, head::Head, record};
use daftar_domain::opening::{Clock, LogOpened};
use daftar_domain::policy::{Actor, Provinces, Role, Roles};
use daftar_domain::value::{ActorId, CommandId, Commitment, Date, Moment, Usd};
use daftar_domain::{Command, EventData, State, evolve};
use uuid::Uuid;

use crate::support::{Running, folder};

/// A golden log: its folder, its last position, and the root over its lines in hexadecimal.
struct Golden {
    name: &'static str,
    positions: u64,
    root: &'static str,
}

const NOUNS: Golden = Golden {
    name: "log-v1",
    positions: 83,
    root: "ea93932ba9b9a7af1676b7b6c71d4c3e966b45c83c146f9e70be4f928c028fb7",
};
const PROPOSALS: Golden = Golden {
    name: "log-v1-proposals",
    positions: 17,
    root: "8a8686075d295d2083e9586be3ce1a9ddb06b1c266e0478fc15040390a73d41a",
};

const PERSONS: Golden = Golden {
    name: "log-v1-persons",
    positions: 16,
    root: "a4ae39ccbe2633f78fb471a0c2359f07c4ed00312d413b59abc5efb9e84b6652",
};

const PRIVACY: Golden = Golden {
    name: "log-v1-privacy",
    positions: 14,
    root: "d7a25543596b6678575c1eea998f477707e3c4b97c9a0e6b4a7c2dac05210e43",
};

const UNITS: Golden = Golden {
    name: "log-v1-units",
    positions: 34,
    root: "744036d097abfa62a8ac82b6090f0cafc06ce0d37531b754f7e37ac11e6abe6a",
};

const RECORD: Golden = Golden {
    name: "log-v1-record",
    positions: 23,
    root: "519e01a5a27a6c0c419d53eb3938263535a0e8a9cef49c16fb9242a696bff110",
};

const PROGRAMMES: Golden = Golden {
    name: "log-v1-programmes",
    positions: 36,
    root: "d04ac2fcb914537e258114090cbb75d0c445210a1329e9b33ed64449fb9ca400",
};

impl Golden {
    fn file(&self, name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(self.name).join(name)
    }
}

fn golden(log: &Golden) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(log.file("commits.bin")).expect("the fixture");
    let (mut rest, mut records) = (bytes.as_slice(), Vec::new());
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let (record, after) = after.split_at(u32::from_le_bytes(*size) as usize);
        records.push(record.to_vec());
        rest = after;
    }
    records
}

fn version_of(line: &[u8]) -> u16 {
    let line: serde_json::Value = serde_json::from_slice(line).expect("JSON");
    line["typeVersion"].as_u64().and_then(|version| u16::try_from(version).ok()).expect("a version")
}

/// Reads a golden log, writes every line again, and folds it.
fn read(log: &Golden, types: &mut BTreeSet<(&'static str, u16)>) -> State {
    let (mut tree, mut state) = (Tree::new(), State::default());
    for (number, bytes) in (1..).zip(golden(log)) {
        let record = record::decode(&bytes).expect("a golden record");
        assert_eq!(record.header.commit, number);
        assert_eq!(record.header.root_before, tree.root());
        for line in record.lines() {
            let recorded = codec::decode(line).expect("a golden line");
            let data = &recorded.event.data;
            let version = version_of(line);
            // A line of an older version is read as the newest, and written anew only in that one.
            if version == data.type_version() {
                let again = codec::encode(&recorded).expect("it fits");
                assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(line));
            }
            assert_eq!(recorded.position, tree.size() + 1);
            assert_eq!(recorded.entity_version, state.version(recorded.event.entity) + 1);
            tree.append(TreeHash::leaf(line));
            evolve(&mut state, &recorded);
            types.insert((data.type_name(), version));
        }
    }
    assert_eq!((tree.size(), tree.root().to_string().as_str()), (log.positions, log.root));
    state
}

#[test]
fn golden_logs_are_read_and_written_as_they_were() {
    let mut types = BTreeSet::new();
    let (state, proposals) = (read(&NOUNS, &mut types), read(&PROPOSALS, &mut types));
    let (persons, privacy) = (read(&PERSONS, &mut types), read(&PRIVACY, &mut types).privacy);
    let (units, record) = (read(&UNITS, &mut types), read(&RECORD, &mut types));
    let programmes = read(&PROGRAMMES, &mut types);
    let known: BTreeSet<_> =
        EventData::schemas().into_iter().map(|(name, version, _)| (name, version)).collect();
    assert_eq!(types, known, "a new type or version needs a golden log of its own");

    assert_eq!((state.parks.len(), state.smes.len(), state.revivals.len()), (2, 4, 2));
    assert_eq!((state.consortiums.len(), state.emcs.len(), state.exports.len()), (2, 2, 4));
    assert_eq!(state.findings.len(), 1, "the export before a back-dated idling");
    let sum: Usd = state.exports.iter().filter(|export| !export.voided).map(|export| export.value_usd).sum();
    assert_eq!(sum.to_string(), "101634.50");
    let decided: Vec<_> = proposals.proposals.iter().map(|proposal| proposal.status).collect();
    use ProposalStatus::{Approved, Rejected, Withdrawn};
    assert_eq!(decided, [Rejected, Withdrawn, Approved]);
    let person = persons.persons.iter().next().expect("the person");
    assert_eq!((person.is_erased(), person.appointments(u64::MAX).count()), (true, 2));
    assert_eq!((privacy.cuts.len(), privacy.erased_texts().count()), (1, 1));
    let [first, second] = [0, 1].map(|row| units.smes.iter().nth(row).expect("two units"));
    assert_eq!(units.smes.merged_into(second.id), Some(first.id));
    assert_eq!((first.tenures().len(), second.tenures().len()), (1, 1));
    assert_eq!((programmes.trainings.len(), programmes.researches.len()), (2, 2));
    let ended = record.exports.iter().all(|export| export.voided);
    assert!(ended && record.publications.iter().all(|figure| figure.withdrawn));
    assert_eq!((record.periods.iter().len(), record.signing.rotations().len()), (1, 1));
}

#[test]
fn the_ledger_goes_on_from_a_golden_log() {
    let log = Arc::new(MemoryLog::new());
    write(&*log);
    let ledger = open(log, moment("2019-10-01"));
    let again = &steps(&NOUNS)[0];
    let answer = ledger.submit_blocking(vec![submission(0, again)]).expect("an answer");
    assert_eq!(answer.position, NOUNS.positions, "a repeated command records nothing");
    assert!(matches!(answer.outcomes[..], [Outcome::Repeated(_)]), "{:?}", answer.outcomes);
}

/// Puts the golden log into an empty one.
fn write(log: &dyn Log) {
    let mut tree = Tree::new();
    for (number, bytes) in (1..).zip(golden(&NOUNS)) {
        let record = record::decode(&bytes).expect("a golden record");
        record.lines().for_each(|line| tree.append(TreeHash::leaf(line)));
        let head = Head {
            commit: number,
            id: record.header.id,
            frontier: tree.frontier().clone(),
            checkpoint: None,
        };
        let write =
            CommitWrite { record: bytes, head: head.encode().expect("fits"), tiles: tree.take_finished() };
        log.append(number - 1, &write).expect("in order");
    }
}

#[test]
fn the_program_serves_a_golden_log() {
    let (_keep, path) = folder();
    let log = SledLog::open(&path.join("log"), SledSettings::default()).expect("a new store");
    write(&log);
    drop(log);
    let server = Running::on(&path);
    assert_eq!(server.get("/readyz"), (200, format!("ready at position {}\n", NOUNS.positions)));
    assert!(server.terminate().success());
    let mark = std::fs::read_to_string(path.join("mark")).expect("written");
    assert!(mark.contains(&format!("{} {}", NOUNS.positions, NOUNS.root)), "{mark}");
}

fn moment(date: &str) -> Moment {
    Moment::start_of_tehran_day(date.parse::<Date>().expect("a date"))
}

/// What is asked in a step, by whom, and when.
struct Step {
    at: Moment,
    actor: Actor,
    command: serde_json::Value,
    reason_text: Option<Commitment>,
}

fn steps(log: &Golden) -> Vec<Step> {
    let text = std::fs::read_to_string(log.file("commands.json")).expect("the fixture");
    let steps: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    steps
        .into_iter()
        .map(|step| Step {
            at: moment(step["on"].as_str().expect("a date")),
            actor: actor(&step["by"]),
            command: step["command"].clone(),
            reason_text: step["reasonText"].as_str().map(|text| text.parse().expect("a commitment")),
        })
        .collect()
}

/// Whoever acts: local, unless a step says who.
fn actor(by: &serde_json::Value) -> Actor {
    let (Some(id), Some(role)) = (by["id"].as_u64(), by["role"].as_str()) else { return Actor::LOCAL };
    let roles = Roles::of(&[Role::granted(role).expect("a role")]);
    Actor { id: ActorId::new(Uuid::from_u128(id.into())), roles, provinces: Provinces::NONE }
}

fn submission(number: u128, Step { actor, command, reason_text, .. }: &Step) -> Submission {
    let command: Command =
        serde_json::from_value(command.clone()).unwrap_or_else(|error| panic!("{error}: {command}"));
    let command_id = CommandId::new(Uuid::from_u128(0x0169_9e00_0000_7000_8000_0000_0000_0000 + number));
    Submission { command_id, actor: *actor, expected_version: None, reason_text: *reason_text, command }
}

fn open(log: Arc<MemoryLog>, at: Moment) -> Ledger {
    struct Nobody;
    impl Publish for Nobody {
        fn publish(&self, _: Published) {}
    }
    let opened =
        LogOpened { origin: "golden.example/v1".into(), format: 1, clock: Clock::Simulated, demo: None };
    let clock = Box::new(SimulatedClock::new(at));
    Ledger::open(log, opened, clock, Box::new(Nobody), LedgerSettings::default()).expect("opens")
}

/// How the fixtures were made, each once. One that is there stays as it is.
#[test]
#[ignore = "writes the fixture of new event types"]
fn record_golden_logs() {
    for log in [NOUNS, PROPOSALS, PERSONS, PRIVACY, UNITS, RECORD, PROGRAMMES] {
        if !log.file("commits.bin").exists() {
            record(&log);
        }
    }
}

fn record(golden: &Golden) {
    let log = Arc::new(MemoryLog::new());
    let ledger = open(Arc::clone(&log), moment("2005-03-21"));
    // What stands in a later step for the ID of what an earlier one has founded.
    let (mut founded, mut last) = (BTreeMap::new(), 0);
    for (number, mut step) in (0..).zip(steps(golden)) {
        let text = step.command.to_string().replace("$last", &last.to_string());
        let text = founded.iter().fold(text, |text, (name, id): (&&str, &String)| text.replace(name, id));
        step.command = serde_json::from_str(&text).expect("JSON");
        let answer = ledger.submit_at(vec![submission(number, &step)], step.at);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let answer = runtime.block_on(answer).expect("an answer");
        let [Outcome::Recorded(receipt)] = &answer.outcomes[..] else {
            panic!("{text}: {:?}", answer.outcomes)
        };
        last = answer.position;
        let (name, id) = match receipt.events()[0].event.entity {
            EntityId::Revival(id) => ("$revival", id.to_string()),
            EntityId::Proposal(id) => ("$proposal", id.to_string()),
            EntityId::Statement(id) => ("$statement", id.to_string()),
            EntityId::Publication(id) => ("$figure", id.to_string()),
            _ => continue,
        };
        founded.insert(name, id);
    }
    let mut bytes = Vec::new();
    for number in 1..=log.tail() {
        let record = log.get(number).expect("readable").expect("there");
        bytes.extend((record.len() as u32).to_le_bytes());
        bytes.extend(record);
    }
    std::fs::write(golden.file("commits.bin"), bytes).expect("written");
}
