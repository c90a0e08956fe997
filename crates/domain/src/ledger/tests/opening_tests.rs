//! Opening: a new log, a log again, a log that is not what it was.

use super::*;
use crate::EventData;
use crate::evolve;
use crate::log::mark::Mark;
use crate::log::merkle::{Tree, TreeHash};
use crate::log::proof::prover::Prover;
use crate::log::record::{CommitId, RecordEncoder, RecordHeader};
use crate::opening::OpeningEvent;

/// Appends lines as they are, as a broken or a newer writer would.
fn append_lines(log: &MemoryLog, lines: &[Vec<u8>], root_before: Option<TreeHash>) {
    let mut tree = Tree::new();
    for commit in 1..=log.tail() {
        let record = record::decode(&log.get(commit).unwrap().unwrap()).unwrap();
        record.lines().for_each(|line| tree.append(TreeHash::leaf(line)));
    }
    let header = RecordHeader {
        commit: log.tail() + 1,
        id: CommitId(Uuid::from_u128(5)),
        first_position: tree.size() + 1,
        count: lines.len() as u32,
        root_before: root_before.unwrap_or(tree.root()),
    };
    let record = RecordEncoder::new().encode(&header, lines).unwrap();
    lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
    let head = head::Head {
        commit: header.commit,
        id: header.id,
        frontier: tree.frontier().clone(),
        checkpoint: None,
    };
    log.append(log.tail(), &CommitWrite { record, head: head.encode().unwrap(), tiles: Vec::new() }).unwrap();
}

fn last_line(log: &MemoryLog) -> String {
    let record = record::decode(&log.get(log.tail()).unwrap().unwrap()).unwrap();
    String::from_utf8(record.lines().last().unwrap().to_vec()).unwrap()
}

fn with_parks(count: u32) -> MemoryLog {
    let (ledger, _, log) = new_ledger();
    (0..count).for_each(|n| drop(one(&ledger, of(u128::from(n), establish(&format!("P-{n}"))))));
    log
}

fn refusal(log: &MemoryLog) -> String {
    open_with(Arc::new(log.reopen()), LedgerSettings::default()).map(|_| ()).expect_err("refused").to_string()
}

#[test]
fn a_new_log_begins_with_its_opening_and_the_shipped_tables() {
    let (ledger, heard, log) = new_ledger();
    let events = heard.events.lock().unwrap().clone();
    assert_eq!(log.tail(), 1, "one commit");
    assert!(
        matches!(&events[0].event.data, EventData::Opening(OpeningEvent::LogOpened(event)) if *event == opened())
    );
    assert!(
        events[1..].iter().all(|event| matches!(event.event.data, EventData::Reference(_)))
            && events.len() > 5
    );
    assert!(events.iter().all(|event| event.actor == Actor::SYSTEM.id && event.recorded_at == noon()));
    drop(ledger);
    let (_, again) = open(Arc::new(log.reopen()));
    assert_eq!(*again.events.lock().unwrap(), events, "read back, and nothing is added");
    assert_eq!(log.tail(), 1);
}

#[test]
fn a_restart_folds_to_the_same_state_and_root() {
    let (ledger, heard, log) = new_ledger();
    (1..60).for_each(|id| drop(one(&ledger, of(id, establish(&format!("P-{id}"))))));
    let head = log.head().unwrap();
    let (_, again) = open(Arc::new(log.reopen()));
    assert_eq!(again.positions(), heard.positions());
    assert_eq!(*again.events.lock().unwrap(), *heard.events.lock().unwrap());
    assert_eq!(log.head().unwrap(), head);
}

/// A log that a later release went on with, and the position of its first event.
fn newer(count: u32, from: &str, to: &str) -> (MemoryLog, u64) {
    let log = with_parks(count);
    let position = last_line(&log).split('"').nth(5).unwrap().parse::<u64>().unwrap() + 1;
    let next = last_line(&log)
        .replace(&format!("\"position\":\"{}\"", position - 1), &format!("\"position\":\"{position}\""))
        .replace(from, to);
    append_lines(&log, &[next.into_bytes()], None);
    (log, position)
}

#[test]
fn what_a_later_release_wrote_stops_the_fold_and_what_stands_before_is_read() {
    for (to, told) in [
        (("\"ParkEstablished\"", "\"ParkAbolished\""), "unknown event type ParkAbolished version 1"),
        (("\"typeVersion\":1", "\"typeVersion\":7"), "unknown event type ParkEstablished version 7"),
        (("{\"v\":1", "{\"v\":2"), "unknown line format 2"),
    ] {
        let (log, position) = newer(2, to.0, to.1);
        let folder = tempfile::tempdir().unwrap();
        let settings = LedgerSettings { mark: Some(folder.path().join("mark")), ..settings() };
        let ahead = Mark { position, root: TreeHash([7; 32]) };
        ahead.write(&folder.path().join("mark")).unwrap();
        let (ledger, heard) = open_with(Arc::new(log.reopen()), settings.clone()).unwrap();
        assert_eq!(heard.reached.load(Ordering::SeqCst), position - 1, "read up to there");
        let failure = ledger.failure().unwrap().to_owned();
        assert!(
            failure.contains(&format!("position {position} (commit 4)")) && failure.contains(told),
            "{failure}"
        );
        let refused = ledger.submit_blocking(vec![of(9, establish("P-9"))]).unwrap_err();
        assert_eq!((refused.code(), log.tail()), ("LOG_UNREADABLE", 4));
        ledger.close().unwrap();
        assert_eq!(
            Mark::read(&folder.path().join("mark")),
            Ok(Some(ahead)),
            "the mark stands where it stood"
        );
        Mark { position: position + 1, ..ahead }.write(&folder.path().join("mark")).unwrap();
        assert!(matches!(open_with(Arc::new(log.reopen()), settings), Err(OpenError::Short { .. })));
    }
}

#[test]
fn a_log_of_which_nothing_can_be_read_is_refused() {
    let log = MemoryLog::new();
    append_lines(&log, &[b"{\"v\":2,\"type\":\"LogOpened\",\"typeVersion\":1}".to_vec()], None);
    assert!(refusal(&log).contains("position 1 (commit 1): unknown line format 2"), "{}", refusal(&log));
}

#[test]
fn an_older_version_is_lifted_wherever_the_log_is_read() {
    let (ledger, heard, log) = new_ledger();
    one(&ledger, of(1, establish("P-1")));
    let expected = heard.events.lock().unwrap().clone();
    let record = record::decode(&log.get(1).unwrap().unwrap()).unwrap();
    let mut lines: Vec<Vec<u8>> = record.lines().map(<[u8]>::to_vec).collect();
    let first = String::from_utf8(lines[0].clone()).unwrap();
    let (envelope, _) = first.split_once("\"data\":").unwrap();
    let envelope = envelope.replace("\"typeVersion\":1", "\"typeVersion\":0");
    lines[0] = format!("{envelope}\"data\":{{\"host\":\"daftar.test\"}}}}").into_bytes();
    let old = MemoryLog::new();
    append_lines(&old, &lines, None);
    append_lines(&old, &[last_line(&log).into_bytes()], None);
    let (ledger, heard) = open(Arc::new(old.reopen()));
    assert_eq!(*heard.events.lock().unwrap(), expected, "folded as the newest");
    assert!(matches!(one(&ledger, of(1, establish("P-1"))), Outcome::Repeated(_)));
    one(&ledger, of(2, establish("P-2")));
    let again = record::decode(&old.get(1).unwrap().unwrap()).unwrap();
    assert_eq!(again.lines().next().unwrap(), lines[0], "what is stored stays as it was written");
    drop(open(Arc::new(old.reopen())));
}

#[test]
fn lines_that_do_not_follow_are_refused() {
    let same_again = with_parks(1);
    append_lines(&same_again, &[last_line(&same_again).into_bytes()], None);
    assert!(refusal(&same_again).contains("the line says position"), "{}", refusal(&same_again));

    let half = with_parks(1);
    let position = last_line(&half).split('"').nth(5).unwrap().parse::<u64>().unwrap();
    let next = |change: (&str, &str)| {
        let old = format!("\"position\":\"{position}\"");
        last_line(&half)
            .replace(&old, &format!("\"position\":\"{}\"", position + 1))
            .replace(change.0, change.1)
    };
    let cases = [
        (("\"of\":1", "\"of\":2"), "ends within a command"),
        (("\"index\":1", "\"index\":2"), "not whole"),
        (("\"recordedAt\":\"2019", "\"recordedAt\":\"2018"), "before that of the event before it"),
    ];
    for (change, told) in cases {
        let log = copy(&half);
        append_lines(&log, &[next(change).into_bytes()], None);
        assert!(refusal(&log).contains(told), "{}", refusal(&log));
    }
}

#[test]
fn a_changed_earlier_line_shows_in_the_root() {
    let log = with_parks(1);
    append_lines(&log, &[last_line(&log).into_bytes()], Some(TreeHash([7; 32])));
    assert!(refusal(&log).contains("Merkle root before the commit is another"), "{}", refusal(&log));
}

#[test]
fn a_first_event_that_opens_nothing_is_refused() {
    let log = MemoryLog::new();
    let line = last_line(&with_parks(1));
    let position = line.split('"').nth(5).unwrap().to_owned();
    let line = line.replace(&format!("\"position\":\"{position}\""), "\"position\":\"1\"");
    append_lines(&log, &[line.into_bytes()], None);
    assert!(refusal(&log).contains("LogOpened is the first event"), "{}", refusal(&log));
}

#[test]
fn a_clock_behind_the_log_is_refused() {
    let log = with_parks(1);
    let at = |clock: SystemAt| {
        Ledger::open(
            Arc::new(log.reopen()),
            opened(),
            Box::new(clock),
            Box::new(()),
            LedgerSettings::default(),
        )
    };
    let behind = at(SystemAt(noon().millis() - 5_001)).map(|_| ()).expect_err("refused").to_string();
    assert!(behind.contains("2019-12-22T08:30:00.000Z") && behind.contains("clock"), "{behind}");
    let ledger = at(SystemAt(noon().millis() - 5_000)).expect("within the tolerance");
    let events = one(&ledger, of(9, establish("P-9")));
    assert_eq!(recorded(&events)[0].recorded_at, noon(), "times never go back");
    let answer = ledger.submit_at(vec![], noon());
    let answer = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(answer);
    assert_eq!(answer.unwrap_err(), LedgerError::NotSimulated);
}

struct SystemAt(i64);

impl Clock for SystemAt {
    fn now(&self) -> Moment {
        Moment::from_millis(self.0)
    }

    fn kind(&self) -> ClockKind {
        ClockKind::System
    }
}

#[test]
fn a_store_shorter_than_its_mark_or_another_than_marked_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = LedgerSettings { mark: Some(folder.path().join("mark")), ..Default::default() };
    let log = MemoryLog::new();
    let (ledger, heard) = open_with(Arc::new(log.reopen()), settings.clone()).unwrap();
    let shorter = copy(&log);
    one(&ledger, of(1, establish("P-1")));
    ledger.close().unwrap();
    let mark = Mark::read(&folder.path().join("mark")).unwrap().unwrap();
    assert_eq!(mark.position, heard.reached.load(Ordering::SeqCst), "written at closing");
    let refused = |log: &MemoryLog| {
        open_with(Arc::new(log.reopen()), settings.clone()).map(|_| ()).expect_err("refused").to_string()
    };
    let text = refused(&shorter);
    assert!(
        text.contains(&format!("ends at position {}, before position {}", mark.position - 1, mark.position)),
        "{text}"
    );
    let (other, _) = open(Arc::new(shorter.reopen()));
    one(&other, of(1, establish("P-2")));
    assert!(refused(&shorter).contains("another Merkle root"), "{}", refused(&shorter));
    drop(open_with(Arc::new(log.reopen()), settings.clone()).expect("the log that was marked opens"));
    std::fs::write(folder.path().join("mark"), "half a ma").unwrap();
    assert!(refused(&log).contains("not a whole mark"));
}

/// Where a ledger stands, and the state that its events make.
fn stand(ledger: &Ledger, heard: &Heard) -> Resumed {
    let (tell, told) = std::sync::mpsc::channel();
    ledger.surveyor().ask(move |standing| tell.send(standing).unwrap());
    let standing = told.recv().unwrap();
    let mut state = State::default();
    heard.events.lock().unwrap().iter().for_each(|event| evolve(&mut state, event));
    Resumed { state, standing }
}

#[test]
fn a_resumed_ledger_reads_only_what_follows_and_knows_all_before() {
    let (ledger, heard, log) = new_ledger();
    (1..5).for_each(|id| drop(one(&ledger, of(id, establish(&format!("P-{id}"))))));
    let resumed = stand(&ledger, &heard);
    let position = resumed.standing.position();
    (5..8).for_each(|id| drop(one(&ledger, of(id, establish(&format!("P-{id}"))))));
    ledger.close().unwrap();
    let log = Arc::new(log.reopen());
    resumed.standing.check(&*log, &Prover::new(log.clone())).unwrap();
    let again = Heard::default();
    let ledger = Ledger::resume(
        log.clone(),
        Some(resumed),
        opened(),
        Box::new(SimulatedClock::new(noon())),
        Box::new(again.clone()),
        settings(),
    )
    .unwrap();
    assert_eq!(again.positions(), (position + 1..=position + 3).collect::<Vec<_>>());
    for id in [1, 4, 7] {
        assert!(matches!(one(&ledger, of(id, establish(&format!("P-{id}")))), Outcome::Repeated(_)));
    }
    assert!(matches!(one(&ledger, of(9, establish("P-9"))), Outcome::Recorded(_)));
    assert!(matches!(one(&ledger, of(10, establish("P-2"))), Outcome::Rejected(_)));
    verify(&*log, log.tail(), &|| true).unwrap();
}

#[test]
fn what_a_resumed_ledger_has_not_read_is_verified_as_a_replay_does() {
    let (ledger, heard, log) = new_ledger();
    (1..5).for_each(|id| drop(one(&ledger, of(id, establish(&format!("P-{id}"))))));
    let resumed = stand(&ledger, &heard);
    let changed = MemoryLog::new();
    for commit in 1..=log.tail() {
        let record = record::decode(&log.get(commit).unwrap().unwrap()).unwrap();
        let changes =
            |line: &[u8]| String::from_utf8(line.to_vec()).unwrap().replace("P-1", "P-X").into_bytes();
        let lines: Vec<Vec<u8>> = record.lines().map(changes).collect();
        append_lines(&changed, &lines, Some(record.header.root_before));
    }
    let changed = Arc::new(changed.reopen());
    let error = verify(&*changed, changed.tail(), &|| true).unwrap_err().to_string();
    assert_eq!(error, refusal(&changed));
    assert!(resumed.standing.check(&*changed, &Prover::new(changed.clone())).is_err());
    let short = Arc::new(with_parks(1).reopen());
    let error = resumed.standing.check(&*short, &Prover::new(short.clone())).unwrap_err().to_string();
    assert!(error.contains("the log ends with commit 2"), "{error}");
    ledger.surveyor().stop("damaged".to_owned());
    let refused = ledger.submit_blocking(vec![of(9, establish("P-9"))]).unwrap_err();
    assert_eq!((refused.code(), ledger.failure()), ("UNAVAILABLE", Some("damaged")));
}
