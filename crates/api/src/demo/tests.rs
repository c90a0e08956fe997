//! The whole set, decided and folded without a store; and its recording, cut off and gone on with.

use std::ops::ControlFlow;
use std::sync::Arc;

use daftar_domain::envelope::{Context, Recorded, Submission};
use daftar_domain::ledger::id_seed;
use daftar_domain::log::Log;
use daftar_domain::log::head::Head;
use daftar_domain::log::memory::MemoryLog;
use daftar_domain::log::merkle::TreeHash;
use daftar_domain::policy::Warrant;
use daftar_domain::testing::Given;
use daftar_domain::value::{Fingerprint, Moment};
use daftar_domain::{State, decide, evolve};

use super::calendar::day;
use super::random::Random;
use super::record::record_until;
use super::*;

/// Decides a command and folds what follows.
fn record(state: &mut State, tally: &mut Tally, at: Moment, submission: &Submission) {
    let context = Context::new(at, id_seed(submission.actor.id, submission.command_id));
    let events = decide(state, &submission.command, &context)
        .unwrap_or_else(|rejection| panic!("{at}: {:?}: {rejection:?}", submission.command));
    let of = events.len() as u16;
    assert!(of > 0, "{:?} records nothing", submission.command);
    for (index, event) in (1..).zip(events) {
        let recorded = Recorded {
            position: state.position + 1,
            entity_version: state.version(event.entity) + 1,
            recorded_at: at,
            command_id: submission.command_id,
            command_hash: Fingerprint([0; 32]),
            index,
            of,
            actor: submission.actor.id,
            role: Warrant::LOCAL.role,
            authority: Warrant::LOCAL.authority,
            proposer: None,
            approver: None,
            event,
        };
        evolve(state, &recorded);
        tally.note(&recorded);
    }
}

#[test]
fn every_command_is_accepted_and_every_total_holds() {
    let stream = Stream::new(SEED);
    let mut state = Given::nothing().state;
    let mut tally = Tally::default();
    let mut last = stream.at(0);
    for number in 0..stream.len() {
        assert!(last <= stream.at(number), "recorded times never go back");
        last = stream.at(number);
        record(&mut state, &mut tally, last, &stream.submission(number));
    }
    tally.check(&state).expect("every total holds");
    assert!(state.findings.is_empty(), "nothing undercuts what was recorded before");
    assert!(last.tehran_date() < day(1399, 1, 15), "the set ends in the past");
    assert!((250_000..400_000).contains(&state.position), "{} events", state.position);
    let records = state.exports.iter().filter(|export| totals::period().contains(export.on)).count();
    assert!((44_500..45_500).contains(&records), "{records} export records in the nine months");
}

#[test]
fn a_total_that_does_not_hold_is_named() {
    let stream = Stream::new(SEED);
    let mut state = Given::nothing().state;
    let mut tally = Tally::default();
    (0..10).for_each(|number| record(&mut state, &mut tally, stream.at(number), &stream.submission(number)));
    let mismatch = tally.check(&state).expect_err("ten commands are not the set");
    assert_eq!(mismatch.to_string(), "units: expected 43650, found 0");
}

#[test]
fn two_runs_give_the_same_commands() {
    let (one, other) = (Stream::new(SEED), Stream::new(SEED));
    assert_eq!(one.len(), other.len());
    for number in (0..one.len()).step_by(97) {
        let (left, right) = (one.submission(number), other.submission(number));
        assert_eq!((one.at(number), left.command_id), (other.at(number), right.command_id));
        assert_eq!(left.command, right.command);
    }
    let another = Stream::new(SEED + 1);
    let same =
        (0..1_000).filter(|number| one.submission(*number).command == another.submission(*number).command);
    assert!(same.count() < 10, "another seed is another set");
}

#[test]
fn copies_lie_beside_the_set() {
    let set = Stream::new(SEED);
    let end = set.at(set.len() - 1);
    let mut state = Given::nothing().state;
    let mut tally = Tally::default();
    for stream in [set, Stream::copy(SEED, 1, end), Stream::copy(SEED, 99, end)] {
        for number in 0..8_000 {
            record(&mut state, &mut tally, stream.at(number), &stream.submission(number));
        }
    }
    let (parks, units) = (state.parks.iter().count(), state.smes.iter().count());
    assert!(parks > 1_000 && parks % 3 == 0 && units > 1_000 && units % 3 == 0, "{parks} and {units}");
}

fn root(log: &MemoryLog) -> TreeHash {
    let head = log.head().unwrap().expect("something is recorded");
    Head::decode(&head).unwrap().frontier.root()
}

fn record_part(log: &MemoryLog, stream: &Stream, end: usize) -> Result<Made, DemoError> {
    record_until(Arc::new(log.reopen()), None, stream, end, Box::new(()), &mut |_| ControlFlow::Continue(()))
}

#[test]
fn a_recording_that_was_cut_off_gives_the_same_log() {
    const END: usize = 2_500;
    let stream = Stream::new(SEED);
    let whole = MemoryLog::new();
    record_part(&whole, &stream, END).unwrap();
    let cut = MemoryLog::new();
    let mut random = Random::new(7, "cuts");
    let mut recorded = 0;
    for _ in 0..4 {
        let until = recorded + random.below(END - recorded);
        let made = record_part(&cut, &stream, until).unwrap();
        assert_eq!(made, Made::Recorded { now: until - recorded, before: recorded });
        recorded = until;
    }
    record_part(&cut, &stream, END).unwrap();
    assert_eq!(root(&whole), root(&cut));
    let again = record_part(&cut, &stream, END).unwrap();
    assert_eq!(again, Made::Recorded { now: 0, before: END });
    assert_eq!(root(&whole), root(&cut));
}

#[test]
fn another_log_is_refused() {
    use daftar_domain::envelope::FORMAT;
    use daftar_domain::ledger::{Ledger, LedgerSettings, SystemClock};
    use daftar_domain::opening::{Clock, LogOpened};

    let log = MemoryLog::new();
    let opened =
        LogOpened { origin: "registry.example".to_owned(), format: FORMAT, clock: Clock::System, demo: None };
    let settings = LedgerSettings::default();
    let ledger =
        Ledger::open(Arc::new(log.reopen()), opened, Box::new(SystemClock), Box::new(()), settings).unwrap();
    ledger.close().unwrap();
    let before = root(&log);
    let refused = ensure(Arc::new(log.reopen()), None, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(
        matches!(&refused, DemoError::Foreign { origin, .. } if origin == "registry.example"),
        "{refused}"
    );
    assert_eq!(root(&log), before);
}

#[test]
#[ignore = "records the whole set through the ledger: some seconds in release, minutes without"]
fn the_whole_set_is_recorded_once() {
    let log = MemoryLog::new();
    let mut told = Vec::new();
    let made = ensure(Arc::new(log.reopen()), None, &mut |progress| {
        told.push(progress);
        ControlFlow::Continue(())
    })
    .unwrap();
    let commands = Stream::new(SEED).len();
    assert_eq!(made, Made::Recorded { now: commands, before: 0 });
    assert_eq!(told.last(), Some(&Progress { recorded: commands, of: commands }));
    assert!(told.is_sorted_by_key(|progress| progress.recorded));
    let recorded = root(&log);
    assert_eq!(
        ensure(Arc::new(log.reopen()), None, &mut |_| ControlFlow::Continue(())).unwrap(),
        Made::Whole
    );
    assert_eq!(
        ensure_counted(Arc::new(log.reopen()), None, &mut |_| ControlFlow::Continue(())).unwrap(),
        Made::Whole
    );
    assert_eq!(root(&log), recorded);
}
