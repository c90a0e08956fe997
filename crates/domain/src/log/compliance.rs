//! What every backend must do, run on each of them.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::faults::{Fault, FaultyLog};
use super::head::Head;
use super::memory::MemoryLog;
use super::merkle::{TILE_BYTES, Tree, TreeHash};
use super::record::{self, CommitId, MAX_LINE_BYTES, RecordEncoder, RecordHeader};
use super::{Appended, CommitWrite, Followed, Follower, Log, LogError, Waited};

/// Writes commits as a ledger does, from lines that are only bytes.
#[derive(Default)]
pub(super) struct Scribe {
    tree: Tree,
    commit: u64,
    encoder: RecordEncoder,
}

impl Scribe {
    pub(super) fn commit(&mut self, lines: &[Vec<u8>]) -> CommitWrite {
        let first_position = self.tree.size() + 1;
        let root_before = self.tree.root();
        self.commit += 1;
        let id = CommitId(Uuid::from_u128((u128::from(self.commit) << 64) | lines.len() as u128));
        let header =
            RecordHeader { commit: self.commit, id, first_position, count: lines.len() as u32, root_before };
        let record = self.encoder.encode(&header, lines).unwrap();
        lines.iter().for_each(|line| self.tree.append(TreeHash::leaf(line)));
        let frontier = self.tree.frontier().clone();
        let head = Head { commit: self.commit, id, frontier, checkpoint: None }.encode().unwrap();
        CommitWrite { record, head, tiles: self.tree.take_finished() }
    }
}

/// Lines that do not compress: hexadecimal of hashes.
pub(super) fn lines(count: usize, bytes: usize, seed: u64) -> Vec<Vec<u8>> {
    let line = |n: usize| {
        let mut line = Vec::with_capacity(bytes + 64);
        while line.len() < bytes {
            let block = format!("{}", TreeHash::leaf(format!("{seed} {n} {}", line.len()).as_bytes()));
            line.extend_from_slice(block.as_bytes());
        }
        line.truncate(bytes);
        line
    };
    (0..count).map(line).collect()
}

/// A place that can be opened again and again.
trait Place {
    fn open(&self) -> Arc<dyn Log>;
}

struct InMemory(MemoryLog);

impl Place for InMemory {
    fn open(&self) -> Arc<dyn Log> {
        Arc::new(self.0.reopen())
    }
}

#[cfg(feature = "sled")]
struct InFolder(tempfile::TempDir);

#[cfg(feature = "sled")]
impl Place for InFolder {
    fn open(&self) -> Arc<dyn Log> {
        Arc::new(super::sled::SledLog::open(&self.0.path().join("log"), Default::default()).unwrap())
    }
}

fn conflict(place: &dyn Place) {
    let log = place.open();
    let (first, second) =
        (Scribe::default().commit(&lines(1, 50, 1)), Scribe::default().commit(&lines(2, 50, 2)));
    assert_eq!(log.tail(), 0);
    assert_eq!(log.append(0, &first), Ok(Appended::At(1)));
    assert_eq!(log.append(0, &second), Ok(Appended::Conflict { last: 1 }));
    assert_eq!(log.get(1).unwrap().as_ref(), Some(&first.record));
    assert_eq!(log.head().unwrap().as_ref(), Some(&first.head));
    assert_eq!(log.header(1).unwrap(), Some(record::peek(&first.record).unwrap()));
    assert_eq!((log.tail(), log.get(2).unwrap(), log.get(0).unwrap()), (1, None, None));
    assert_eq!((log.header(2).unwrap(), log.header(0).unwrap()), (None, None));
}

fn lost_acknowledgement(place: &dyn Place) {
    let write = Scribe::default().commit(&lines(1, 50, 1));
    let id = record::peek(&write.record).unwrap().id;
    let faulty = FaultyLog::new(place.open(), [Fault::LoseAcknowledgement]);
    assert!(matches!(faulty.append(0, &write), Err(LogError::Unknown { .. })));
    assert!(matches!(faulty.append(0, &write), Err(LogError::Unavailable { .. })), "stopped until reopened");
    drop(faulty);
    let log = place.open();
    assert_eq!(log.append(0, &write), Ok(Appended::Conflict { last: 1 }));
    assert_eq!(
        record::peek(&log.get(1).unwrap().unwrap()).unwrap().id,
        id,
        "the commit is found by its name"
    );
}

fn gap(place: &dyn Place) {
    let log = place.open();
    let mut scribe = Scribe::default();
    let first = scribe.commit(&lines(1, 50, 1));
    let second = scribe.commit(&lines(1, 50, 2));
    assert_eq!(log.append(5, &second), Ok(Appended::Conflict { last: 0 }));
    assert!(matches!(log.append(0, &second), Err(LogError::Corrupt { .. })), "it calls itself commit 2");
    let crossed = CommitWrite { head: second.head.clone(), ..first.clone() };
    assert!(matches!(log.append(0, &crossed), Err(LogError::Corrupt { .. })), "the head of another commit");
    assert_eq!((log.tail(), log.head().unwrap()), (0, None), "nothing was written");
    assert_eq!(log.append(0, &first), Ok(Appended::At(1)), "a refused write does not stop the log");
    assert_eq!(log.append(1, &second), Ok(Appended::At(2)));
}

fn restart(place: &dyn Place) {
    let mut scribe = Scribe::default();
    let writes: Vec<CommitWrite> =
        (0..120).map(|n| scribe.commit(&lines(1 + (n * 7) % 23, 40 + (n * 131) % 900, n as u64))).collect();
    for (half, numbers) in [(0, 0..60), (60, 60..120)] {
        let log = place.open();
        assert_eq!(log.tail(), half);
        for n in numbers {
            assert_eq!(log.append(n as u64, &writes[n]), Ok(Appended::At(n as u64 + 1)));
        }
        log.close();
    }
    let log = place.open();
    assert_eq!((log.tail(), log.head().unwrap()), (120, Some(writes[119].head.clone())));
    for (n, write) in writes.iter().enumerate() {
        assert_eq!(log.get(n as u64 + 1).unwrap().as_ref(), Some(&write.record), "commit {}", n + 1);
    }
    let mut read = Vec::new();
    while let next @ [_, ..] = &log.read(read.len() as u64 + 1, 30_000).unwrap()[..] {
        assert!(next.iter().rev().skip(1).map(Vec::len).sum::<usize>() < 30_000, "the bound is kept");
        read.extend_from_slice(next);
    }
    assert_eq!(read, writes.into_iter().map(|write| write.record).collect::<Vec<_>>());
}

fn big_commits(place: &dyn Place) {
    let mut scribe = Scribe::default();
    let writes = [
        scribe.commit(&lines(1, MAX_LINE_BYTES, 1)),
        scribe.commit(&lines(1_000, 700, 2)),
        scribe.commit(&lines(65_536, 16, 3)),
        scribe.commit(&lines(1, 1, 4)),
    ];
    let log = place.open();
    for (n, write) in (0..).zip(&writes) {
        assert_eq!(log.append(n, write), Ok(Appended::At(n + 1)));
    }
    drop(log);
    let log = place.open();
    for (n, write) in (1..).zip(&writes) {
        assert_eq!(log.get(n).unwrap().as_ref(), Some(&write.record));
    }
    let tile = log.tile(1, 0).unwrap().expect("65,536 leaves finish a tile");
    assert_eq!((tile.len(), &tile), (TILE_BYTES, &writes[2].tiles[0].hashes));
    assert_eq!((log.tile(1, 1).unwrap(), log.tile(2, 0).unwrap()), (None, None));
}

fn follow(place: &dyn Place) {
    let log = place.open();
    let mut scribe = Scribe::default();
    let writes: Vec<CommitWrite> = (0..150).map(|n| scribe.commit(&lines(2, 60, n))).collect();
    for (n, write) in (0..50).zip(&writes) {
        log.append(n, write).unwrap();
    }
    let mut follower = Follower::new(Arc::clone(&log), 10);
    let mut seen = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for (n, write) in (0..).zip(&writes).skip(50) {
                log.append(n, write).unwrap();
            }
            log.close();
        });
        loop {
            match follower.next(Duration::from_secs(20)).unwrap() {
                Followed::Commit { commit, record } => seen.push((commit, record)),
                Followed::Quiet => panic!("a follower slept past a commit"),
                Followed::Closed => break,
            }
        }
    });
    let expected: Vec<_> = (1..).zip(writes.into_iter().map(|write| write.record)).skip(10).collect();
    assert!(seen == expected, "gapless, once, in order; got {} of {}", seen.len(), expected.len());
}

fn waiting_ends(place: &dyn Place) {
    let log = place.open();
    let started = Instant::now();
    let mut follower = Follower::new(Arc::clone(&log), 0);
    assert_eq!(follower.next(Duration::from_millis(30)), Ok(Followed::Quiet));
    assert!(started.elapsed() >= Duration::from_millis(30));
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(20));
            log.close();
        });
        assert_eq!(follower.next(Duration::MAX), Ok(Followed::Closed));
    });
    assert_eq!(log.wait(0, Duration::MAX), Waited::Closed, "and stays closed");
}

macro_rules! on_every_backend {
    ($($name:ident),*) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&super::InMemory(super::MemoryLog::new())) })*
        }
        #[cfg(feature = "sled")]
        mod sled {
            $(#[test] fn $name() { super::$name(&super::InFolder(tempfile::tempdir().unwrap())) })*
        }
    };
}

on_every_backend!(conflict, lost_acknowledgement, gap, restart, big_commits, follow, waiting_ends);
