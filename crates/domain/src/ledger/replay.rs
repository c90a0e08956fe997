//! Folding a log from its beginning: read in order, decoded and hashed on all cores, checked and folded in order.
//!
//! Guarantees: every record's checksum, every line, the chain of Merkle roots, the finished tiles and the head are
//! checked; what cannot be read stops the fold with its position and reason; memory is bounded by a few chunks per
//! core. Must never skip anything.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::chain::{Chain, Decoded, Undecodable, Unreadable};
use super::known::Known;
use crate::envelope::Recorded;
use crate::log::head::Head;
use crate::log::{Log, LogError};

/// Stored bytes that one core takes at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Why a replay did not come to the end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The store failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A commit or line could not be taken up.
    #[error("{store}: {fault}")]
    Unreadable {
        /// The store.
        store: String,
        /// Where and why.
        fault: Unreadable,
    },
}

struct Chunk {
    commits: Vec<Decoded>,
    failed: Option<Undecodable>,
}

type Work = (u64, Vec<Vec<u8>>);

/// Folds the log from where the chain ends up to the end that the log has now.
pub(super) fn replay(
    log: &dyn Log,
    chain: &mut Chain,
    known: &mut Known,
    fold: &mut dyn FnMut(Vec<Recorded>),
) -> Result<(), ReplayError> {
    let tail = log.tail();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let from = chain.commits + 1;
    thread::scope(|scope| {
        let (work_in, work_out) = mpsc::sync_channel::<Work>(cores);
        let (done_in, done_out) = mpsc::sync_channel::<(u64, Chunk)>(cores);
        let work_out = std::sync::Arc::new(Mutex::new(work_out));
        let reader = scope.spawn(move || read_chunks(log, from, tail, &work_in));
        for _ in 0..cores {
            let (work_out, done_in) = (std::sync::Arc::clone(&work_out), done_in.clone());
            scope.spawn(move || decode_chunks(&work_out, &done_in));
        }
        drop((work_out, done_in));
        let folded = fold_chunks(log, chain, known, fold, &done_out);
        // A fold that stopped early lets go of the channels, so that the others end as well.
        drop(done_out);
        let read = reader.join().expect("reading panics neither here nor in a backend");
        folded.and(read.map_err(ReplayError::from))
    })?;
    check_head(log, chain, tail)
}

/// Checks a log up to commit `until`, or a little further, as a replay does, on this thread alone and without folding it: what a ledger that was
/// resumed has not read. `on` is asked between chunks whether to go on.
///
/// # Errors
/// What a replay would have stopped at.
pub fn verify(log: &dyn Log, until: u64, on: &dyn Fn() -> bool) -> Result<(), ReplayError> {
    let mut chain = Chain::new(None);
    let unreadable = |fault| ReplayError::Unreadable { store: log.name(), fault };
    while chain.commits < until && on() {
        let records = log.read(chain.commits + 1, CHUNK_BYTES)?;
        if records.is_empty() {
            let what = format!("from commit {} on: missing", chain.commits + 1);
            return Err(LogError::Corrupt { store: log.name(), what }.into());
        }
        for bytes in records {
            let decoded = Decoded::read(&bytes).map_err(|fault| unreadable(chain.undecodable(fault)))?;
            chain.follow(&decoded).map_err(unreadable)?;
            check_tiles(log, &mut chain)?;
        }
    }
    Ok(())
}

fn read_chunks(log: &dyn Log, mut next: u64, tail: u64, work: &SyncSender<Work>) -> Result<(), LogError> {
    for number in 0.. {
        if next > tail {
            break;
        }
        let records = log.read(next, CHUNK_BYTES)?;
        if records.is_empty() {
            let what = format!("from commit {next} on: missing");
            return Err(LogError::Corrupt { store: log.name(), what });
        }
        next += records.len() as u64;
        if work.send((number, records)).is_err() {
            break;
        }
    }
    Ok(())
}

fn decode_chunks(work: &Mutex<Receiver<Work>>, done: &SyncSender<(u64, Chunk)>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, records)) = next else { return };
        let mut chunk = Chunk { commits: Vec::with_capacity(records.len()), failed: None };
        for bytes in &records {
            match Decoded::read(bytes) {
                Ok(decoded) => chunk.commits.push(decoded),
                Err(fault) => {
                    chunk.failed = Some(fault);
                    break;
                }
            }
        }
        if done.send((number, chunk)).is_err() {
            return;
        }
    }
}

fn fold_chunks(
    log: &dyn Log,
    chain: &mut Chain,
    known: &mut Known,
    fold: &mut dyn FnMut(Vec<Recorded>),
    done: &Receiver<(u64, Chunk)>,
) -> Result<(), ReplayError> {
    let unreadable = |fault| ReplayError::Unreadable { store: log.name(), fault };
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    while let Ok((number, chunk)) = done.recv() {
        waiting.insert(number, chunk);
        while let Some(chunk) = waiting.remove(&next) {
            next += 1;
            for decoded in chunk.commits {
                chain.follow(&decoded).map_err(unreadable)?;
                check_tiles(log, chain)?;
                known.add(&decoded.link);
                fold(decoded.events);
            }
            if let Some(fault) = chunk.failed {
                return Err(unreadable(chain.undecodable(fault)));
            }
        }
    }
    Ok(())
}

/// The tiles that a commit finished are those that are stored.
pub(super) fn check_tiles(log: &dyn Log, chain: &mut Chain) -> Result<(), LogError> {
    for tile in chain.tree.take_finished() {
        if log.tile(tile.level, tile.index)?.as_ref() != Some(&tile.hashes) {
            let what = format!("tile {} of level {} is not what the lines make", tile.index, tile.level);
            return Err(LogError::Corrupt { store: log.name(), what });
        }
    }
    Ok(())
}

/// The head says what the records make, unless another writer went on meanwhile.
fn check_head(log: &dyn Log, chain: &mut Chain, tail: u64) -> Result<(), ReplayError> {
    let Some(bytes) = log.head()? else {
        return match tail {
            0 => Ok(()),
            _ => {
                Err(LogError::Corrupt { store: log.name(), what: "commits without a head".to_owned() }.into())
            }
        };
    };
    let head = Head::decode(&bytes).map_err(|error| LogError::of_record(&log.name(), "the head", error))?;
    if head.commit == chain.commits && head.frontier != *chain.tree.frontier() {
        let what = format!(
            "commit {}: the head ends at position {} with root {}, the lines at {} with {}",
            head.commit,
            head.position(),
            head.frontier.root(),
            chain.position(),
            chain.tree.root()
        );
        return Err(LogError::Corrupt { store: log.name(), what }.into());
    }
    chain.checkpoint = head.checkpoint;
    Ok(())
}
