//! What the ledger answers in each case, on a log that fails when it is told to.

use std::sync::atomic::AtomicU64;

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::Command;
use crate::log::faults::{Fault, FaultyLog};
use crate::log::memory::MemoryLog;
use crate::log::{CommitWrite, head, record};
use crate::opening::Clock as ClockKind;
use crate::policy::Actor;
use crate::rejection::Code;
use crate::value::{ActorId, CommandId};

#[cfg(feature = "sled")]
mod killing_tests;
mod opening_tests;
mod writing_tests;

fn noon() -> Moment {
    "2019-12-22T08:30:00.000Z".parse().unwrap()
}

fn opened() -> LogOpened {
    LogOpened { origin: "daftar.test/registry".into(), format: 1, clock: ClockKind::Simulated, demo: None }
}

fn establish(code: &str) -> Command {
    serde_json::from_value(json!({"type": "EstablishPark", "input": {
        "code": code, "name": "شهرک صنعتی", "kind": "PARK", "province": "IR-23", "area": "120.5", "plots": 40,
        "on": "2010-03-21",
    }}))
    .unwrap()
}

fn revise(code: &str, plots: u32) -> Command {
    serde_json::from_value(json!({"type": "RevisePark", "input": {
        "park": {"code": code}, "plots": plots, "on": "2015-03-21",
    }}))
    .unwrap()
}

fn of(id: u128, command: Command) -> Submission {
    let command_id = CommandId::new(Uuid::from_u128(id));
    Submission { command_id, actor: Actor::LOCAL, expected_version: None, reason_text: None, command }
}

/// What was published: position by position.
#[derive(Debug, Clone, Default)]
struct Heard {
    events: Arc<Mutex<Vec<Recorded>>>,
    reached: Arc<AtomicU64>,
}

impl Publish for Heard {
    fn replayed(&self, events: Vec<Recorded>) {
        self.events.lock().unwrap().extend(events);
    }

    fn publish(&self, batch: Published) {
        assert_eq!(batch.state.position, batch.position, "the state is that of the position");
        self.events.lock().unwrap().extend(batch.events.iter().cloned());
        self.reached.store(batch.position, Ordering::SeqCst);
    }
}

impl Heard {
    fn positions(&self) -> Vec<u64> {
        self.events.lock().unwrap().iter().map(|event| event.position).collect()
    }
}

fn open_with(log: Arc<dyn Log>, settings: LedgerSettings) -> Result<(Ledger, Heard), OpenError> {
    let heard = Heard::default();
    let clock = Box::new(SimulatedClock::new(noon()));
    Ledger::open(log, opened(), clock, Box::new(heard.clone()), settings).map(|ledger| (ledger, heard))
}

std::thread_local! {
    /// From how many events on a commit is handed to the second thread.
    static OVERLAP: std::cell::Cell<usize> = const { std::cell::Cell::new(256) };
}

fn settings() -> LedgerSettings {
    LedgerSettings { overlap_events: OVERLAP.get(), ..Default::default() }
}

fn open(log: Arc<dyn Log>) -> (Ledger, Heard) {
    open_with(log, settings()).unwrap()
}

/// Runs each test with every commit made durable by the writer, and with every one by the second thread.
macro_rules! on_both_threads {
    ($($name:ident),* $(,)?) => {
        mod by_the_writer {
            $(#[test] fn $name() { super::super::OVERLAP.set(usize::MAX); super::$name(); })*
        }
        mod by_the_second_thread {
            $(#[test] fn $name() { super::super::OVERLAP.set(1); super::$name(); })*
        }
    };
}
use on_both_threads;

/// A ledger over a new log in memory, and the log.
fn new_ledger() -> (Ledger, Heard, MemoryLog) {
    let memory = MemoryLog::new();
    let (ledger, heard) = open(Arc::new(memory.reopen()));
    (ledger, heard, memory)
}

/// A ledger whose appends after the opening follow a plan.
fn faulty_ledger(
    plan: impl IntoIterator<Item = Fault>,
    settings: LedgerSettings,
) -> (Ledger, Heard, MemoryLog) {
    let memory = MemoryLog::new();
    drop(open(Arc::new(memory.reopen())));
    let faulty = FaultyLog::new(Arc::new(memory.reopen()), plan);
    let (ledger, heard) = open_with(Arc::new(faulty), settings).unwrap();
    (ledger, heard, memory)
}

fn recorded(outcome: &Outcome) -> &[Recorded] {
    match outcome {
        Outcome::Recorded(receipt) => receipt.events(),
        other => panic!("not recorded: {other:?}"),
    }
}

fn rejected(outcome: &Outcome) -> Code {
    match outcome {
        Outcome::Rejected(rejection) => rejection.code,
        other => panic!("not rejected: {other:?}"),
    }
}

fn one(ledger: &Ledger, submission: Submission) -> Outcome {
    ledger.submit_blocking(vec![submission]).unwrap().outcomes.remove(0)
}

fn tail_write(log: &dyn Log) -> CommitWrite {
    let record = log.get(log.tail()).unwrap().unwrap();
    CommitWrite { record, head: log.head().unwrap().unwrap(), tiles: Vec::new() }
}

fn copy(log: &dyn Log) -> MemoryLog {
    let copied = MemoryLog::new();
    let mut tree = crate::log::merkle::Tree::new();
    for commit in 1..=log.tail() {
        let bytes = log.get(commit).unwrap().unwrap();
        let record = record::decode(&bytes).unwrap();
        record.lines().for_each(|line| tree.append(crate::log::merkle::TreeHash::leaf(line)));
        let frontier = tree.frontier().clone();
        let head = head::Head { commit, id: record.header.id, frontier, checkpoint: None };
        let write = CommitWrite { record: bytes, head: head.encode().unwrap(), tiles: Vec::new() };
        copied.append(commit - 1, &write).unwrap();
    }
    copied
}

fn another_actor() -> Actor {
    Actor { id: ActorId::new(Uuid::from_u128(77)), ..Actor::LOCAL }
}
