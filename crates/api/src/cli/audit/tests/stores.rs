//! Stopped stores: left as they are, and every record, tile, head, mark and checkpoint held to the lines.

use std::time::Duration;

use daftar_domain::log::{Appended, LogError, Waited};

use super::*;

/// Files with their content, to show that an audit alters nothing.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn an_audit_alters_no_evidence() {
    let office = Office::with(1..6);
    let before = contents(&office.data);
    let verified = office.verify(&[]).unwrap();
    assert!(verified.to_string().contains("6 commits"), "{verified}");
    assert_eq!(contents(&office.data), before);
}

#[test]
fn a_store_in_use_is_refused() {
    let office = Office::with(1..3);
    let log = SledLog::open(&office.data.join(store::LOG), SledSettings::default()).unwrap();
    let finding = office.verify(&[]).unwrap_err();
    assert_eq!(finding.code, Code::Unreadable);
    assert!(finding.to_string().contains("in use"), "{finding}");
    drop(log);
    office.verify(&[]).unwrap();
}

#[test]
fn what_is_empty_unsigned_or_not_wholly_signed_is_not_green() {
    let office = Office::new();
    assert_eq!(office.verify(&[]).unwrap_err().code, Code::Empty);
    record(&office.data, 1..3);
    assert_eq!(office.verify(&[]).unwrap_err().code, Code::Unsigned);
    office.sign();
    let signed = office.verify(&[]).unwrap().position;
    record(&office.data, 3..4);
    let finding = office.verify(&[]).unwrap_err();
    assert_eq!((finding.code, finding.position), (Code::Unsigned, Some(signed + 1)));
    let store = Copied::of(&office.data, None).unwrap();
    let lenient = store.verify(&office.trust(), None, Vec::new(), true, &Progress::new()).unwrap();
    assert!(lenient.to_string().contains("NOT signed"), "{lenient}");
}

#[test]
fn a_removed_tail_shows_against_the_mark_and_the_checkpoint() {
    let office = Office::with(1..3);
    let short = office.path("short");
    copy_folder(&office.data.join(store::LOG), &short);
    let end = office.verify(&[]).unwrap().position;
    record(&office.data, 3..6);
    let seen = office.path("seen");
    office.sign();
    fs::copy(office.data.join(store::SIGNED), &seen).unwrap();
    fs::remove_dir_all(office.data.join(store::LOG)).unwrap();
    copy_folder(&short, &office.data.join(store::LOG));
    let finding = office.verify(&[]).unwrap_err();
    assert_eq!((finding.code, finding.position), (Code::Truncated, Some(end + 1)), "{finding}");
    // Even when mark and checkpoint were put back as well, what the auditor has seen tells.
    fs::remove_file(office.data.join(store::MARK)).unwrap();
    let mut signer =
        Signer::open(&[PrivateKey::of_log(ORIGIN, &[7; 32]).unwrap()], &office.path("forger")).unwrap();
    let log = Arc::new(SledLog::open(&short, SledSettings::default()).unwrap());
    let note = signer.sign(&Prover::new(log)).unwrap().note;
    fs::write(office.data.join(store::SIGNED), note).unwrap();
    office.verify(&[]).unwrap();
    let finding = office.verify(&[seen]).unwrap_err();
    assert_eq!((finding.code, finding.position), (Code::OlderThanSeen, Some(end + 1)), "{finding}");
}

/// The lines of few events in three commits; `bend` may change the record of the second.
fn audit_of(
    office: &Office,
    lines: &[Vec<u8>],
    bend: impl FnOnce(Vec<u8>) -> Vec<u8>,
) -> Result<report::Verified, Finding> {
    let (log, mut tree) = (MemoryLog::new(), Tree::new());
    append(&log, &mut tree, &lines[..2], |record| record);
    append(&log, &mut tree, &lines[2..4], bend);
    // A commit has at least one line.
    if lines.len() > 4 {
        append(&log, &mut tree, &lines[4..], |record| record);
    }
    let store = Copied::opened(&office.data, Arc::new(log));
    store.verify(&office.trust(), None, Vec::new(), false, &Progress::new())
}

/// A log in which one record, the head or the tiles were changed after they were written.
struct Bent {
    log: MemoryLog,
    record: Option<(u64, Vec<u8>)>,
    head: Option<Vec<u8>>,
    tile: Option<usize>,
}

impl Log for Bent {
    fn name(&self) -> String {
        "bent".to_owned()
    }
    fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError> {
        self.log.append(expected, write)
    }
    fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError> {
        match &self.record {
            Some((bent, record)) if *bent == commit => Ok(Some(record.clone())),
            _ => self.log.get(commit),
        }
    }
    fn head(&self) -> Result<Option<Vec<u8>>, LogError> {
        if self.head.is_some() { Ok(self.head.clone()) } else { self.log.head() }
    }
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        let tile = self.log.tile(level, index)?;
        Ok(match (tile, self.tile) {
            (Some(mut tile), Some(bit)) => {
                tile[bit / 8] ^= 1 << (bit % 8);
                Some(tile)
            }
            (tile, _) => tile,
        })
    }
    fn tail(&self) -> u64 {
        self.log.tail()
    }
    fn wait(&self, after: u64, timeout: Duration) -> Waited {
        self.log.wait(after, timeout)
    }
    fn close(&self) {
        self.log.close();
    }
}

/// An office that has signed few events, and the log of them, in three commits.
fn signed_few() -> (Office, MemoryLog) {
    let office = Office::new();
    let lines = few_lines();
    let bundle = bundle_of(&office, "bundle", &lines);
    fs::copy(bundle.join(CHECKPOINT), office.data.join(store::SIGNED)).unwrap();
    let (log, mut tree) = (MemoryLog::new(), Tree::new());
    append(&log, &mut tree, &lines[..2], |record| record);
    append(&log, &mut tree, &lines[2..4], |record| record);
    append(&log, &mut tree, &lines[4..], |record| record);
    (office, log)
}

fn audit_bent(
    office: &Office,
    log: &MemoryLog,
    record: Option<Vec<u8>>,
    head: Option<Vec<u8>>,
) -> Result<report::Verified, Finding> {
    let bent = Bent { log: log.reopen(), record: record.map(|record| (2, record)), head, tile: None };
    let store = Copied::opened(&office.data, Arc::new(bent));
    store.verify(&office.trust(), None, Vec::new(), false, &Progress::new())
}

fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bent = bytes.to_vec();
    bent[bit / 8] ^= 1 << (bit % 8);
    bent
}

#[test]
fn every_flipped_bit_of_a_record_or_the_head_is_found() {
    let (office, log) = signed_few();
    audit_bent(&office, &log, None, None).unwrap();
    let record = log.get(2).unwrap().unwrap();
    for bit in 0..record.len() * 8 {
        let finding = audit_bent(&office, &log, Some(flip(&record, bit)), None).expect_err("refused");
        assert_eq!(finding.position, Some(3), "bit {bit}: {finding}");
        assert!(finding.to_string().contains("commit 2"), "bit {bit}: {finding}");
    }
    let head = log.head().unwrap().unwrap();
    for bit in 0..head.len() * 8 {
        let finding = audit_bent(&office, &log, None, Some(flip(&head, bit))).expect_err("refused");
        assert!(finding.to_string().contains("the head"), "bit {bit}: {finding}");
    }
    println!("{} flipped bits of a record and the head, all found", (record.len() + head.len()) * 8);
}

#[test]
fn a_flipped_bit_of_a_tile_is_found_with_its_positions() {
    let (log, mut tree) = (MemoryLog::new(), Tree::new());
    let mut tiles = Vec::new();
    for from in (0..65_536u32).step_by(8_192) {
        let lines: Vec<Vec<u8>> = (from..from + 8_192).map(|n| n.to_string().into_bytes()).collect();
        let mut beside = tree.clone();
        lines.iter().for_each(|line| beside.append(TreeHash::leaf(line)));
        tiles.extend(beside.take_finished());
        append(&log, &mut tree, &lines, |record| record);
    }
    assert_eq!(tiles.len(), 1);
    let bent = |tile| Bent { log: log.reopen(), record: None, head: None, tile };
    store::check_tiles(&bent(None), tiles.clone()).unwrap();
    for bit in 0..8_192 * 8 {
        let finding = store::check_tiles(&bent(Some(bit)), tiles.clone()).expect_err("refused");
        assert_eq!((finding.code, finding.position), (Code::Changed, Some(1)));
        assert!(finding.to_string().contains("tile 0 of level 1"), "{finding}");
    }
    println!("{} flipped bits of a tile, all found", 8_192 * 8);
}

#[test]
fn a_record_that_was_forged_whole_shows_in_the_root_after_it() {
    let office = Office::new();
    let lines = few_lines();
    let bundle = bundle_of(&office, "bundle", &lines);
    fs::copy(bundle.join(CHECKPOINT), office.data.join(store::SIGNED)).unwrap();
    let text = String::from_utf8(lines[2].clone()).unwrap();
    let forged = vec![text.replace(r#""plots":40"#, r#""plots":90"#).into_bytes(), lines[3].clone()];
    let finding = audit_of(&office, &lines, |whole| {
        let header = record::decode(&whole).unwrap().header;
        RecordEncoder::new().encode(&header, &forged).unwrap()
    });
    let finding = finding.expect_err("refused");
    assert_eq!((finding.code, finding.position), (Code::Changed, Some(3)), "{finding}");
    assert!(finding.to_string().contains("positions 3 to 4"), "{finding}");

    // Forged to the end, roots and head with it: the signature tells.
    let mut all = lines.clone();
    all[2] = forged[0].clone();
    let finding = audit_of(&office, &all, |record| record).expect_err("refused");
    assert_eq!(finding.code, Code::Changed, "{finding}");
    assert!(finding.to_string().contains("checkpoint of 5 events"), "{finding}");
}

#[test]
fn swapped_inserted_and_removed_events_of_a_store_are_named() {
    let (office, _) = signed_few();
    let lines = few_lines();
    let refused = |change: &dyn Fn(&mut Vec<Vec<u8>>), code: Code, position: u64| {
        let mut bent = lines.clone();
        change(&mut bent);
        let finding = audit_of(&office, &bent, |record| record).expect_err("refused");
        assert_eq!((finding.code, finding.position), (code, Some(position)), "{finding}");
    };
    refused(&|lines| lines.swap(2, 3), Code::Malformed, 3);
    refused(&|lines| lines.insert(3, lines[3].clone()), Code::Malformed, 5);
    refused(&|lines| lines.insert(3, lines[2].clone()), Code::Malformed, 4);
    refused(&|lines| drop(lines.remove(2)), Code::Malformed, 3);
    let renumber = |line: &mut Vec<u8>, from: &str, to: &str| {
        let position = |at: &str| format!(r#""position":"{at}""#);
        *line = String::from_utf8(line.clone()).unwrap().replace(&position(from), &position(to)).into_bytes();
    };
    // Roots, tiles and head with them: only the signature is left to tell.
    let swapped = |lines: &mut Vec<Vec<u8>>| {
        lines.swap(2, 3);
        renumber(&mut lines[2], "4", "3");
        renumber(&mut lines[3], "3", "4");
    };
    refused(&swapped, Code::Changed, 1);
}

#[test]
fn a_fork_of_a_store_by_the_keys_holder_shows_against_what_was_seen() {
    let (office, fork) = (Office::with(1..4), Office::with(20..29));
    let seen = office.data.join(store::SIGNED);
    fork.verify(&[]).unwrap();
    let finding = fork.verify(&[seen]).unwrap_err();
    assert_eq!((finding.code, finding.position), (Code::Forked, Some(1)), "{finding}");
}

#[test]
fn a_flipped_byte_in_a_stores_files_is_found_or_has_no_effect() {
    let office = Office::with(1..5);
    let whole = office.verify(&[]).unwrap();
    let path = office.data.join(store::LOG).join("db");
    let bytes = fs::read(&path).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    let (mut found, mut without_effect) = (0, 0);
    for step in 0..48 {
        let mut bent = bytes.clone();
        bent[used * step / 48] ^= 0x10;
        fs::write(&path, bent).unwrap();
        match office.verify(&[]) {
            Ok(verified) => {
                assert_eq!((verified.position, verified.root), (whole.position, whole.root));
                without_effect += 1;
            }
            Err(_) => found += 1,
        }
    }
    println!("48 flipped bytes: {found} found, {without_effect} without effect");
    assert!(found > 0);
}

#[test]
fn keys_of_another_log_sign_nothing() {
    let office = Office::with(1..5);
    let keys = office.path("other-keys");
    let other = PrivateKey::of_log("other.example", &[9; 32]).unwrap();
    daftar_domain::log::checkpoint::key::write_private(&keys, &[other], false).unwrap();
    let finding = keys::sign(&keys, &office.data).expect_err("refused");
    assert_eq!(finding.code, Code::Usage);
    assert!(finding.to_string().contains(ORIGIN), "{finding}");
    assert!(!office.path("other-keys.checkpoint").exists());
}

/// Run by hand: `cargo nextest run -p daftar how_fast --run-ignored all --no-capture`.
#[test]
#[ignore = "measures"]
fn how_fast_stores_and_bundles_are_verified() {
    let office = Office::new();
    let log = Arc::new(SledLog::open(&office.data.join(store::LOG), SledSettings::default()).unwrap());
    let clock = Box::new(SimulatedClock::new(noon()));
    let ledger = Ledger::open(log, opened(), clock, Box::new(()), LedgerSettings::default()).unwrap();
    for from in (1..=50_000).step_by(500) {
        let answer = ledger.submit_blocking((from..from + 500).map(establish).collect()).unwrap();
        assert!(answer.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Recorded(_))));
    }
    ledger.close().unwrap();
    drop(ledger);
    office.sign();
    let events = office.verify(&[]).unwrap().position;
    let per_minute = |started: std::time::Instant| events as f64 / started.elapsed().as_secs_f64() * 60.0;
    let started = std::time::Instant::now();
    office.verify(&[]).unwrap();
    println!("a store: {:.0} events per minute", per_minute(started));
    let (bundle, _) = office.export("bundle");
    let started = std::time::Instant::now();
    office.verify_bundle(&bundle, &[]).unwrap();
    println!("a bundle: {:.0} events per minute", per_minute(started));
}
