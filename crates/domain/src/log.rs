//! The log: one order of commits, kept by a backend that sees only bytes.
//!
//! Guarantees, on every backend (one compliance suite runs on all of them): an append succeeds as a whole as commit
//! N + 1 or not at all; it returns only after the bytes are on stable storage; commits are numbered from 1 without
//! gaps; what was once read is read again. Encoding, hashing, group commit and deciding are written once, above.
//! Must never name a noun or look into an event line.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;

pub mod checkpoint;
pub mod codec;
pub mod head;
pub mod mark;
pub mod memory;
pub mod merkle;
pub mod proof;
pub mod record;
#[cfg(feature = "sled")]
pub mod sled;

#[cfg(test)]
mod compliance;
#[cfg(test)]
pub(crate) mod faults;
mod files;
mod watch;

use merkle::Tile;
use record::{RecordError, RecordHeader};

/// Everything that one commit writes, in one atomic write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitWrite {
    /// The commit record ([`record`]).
    pub record: Vec<u8>,
    /// The head record after this commit ([`head`]).
    pub head: Vec<u8>,
    /// The Merkle tiles that this commit finished.
    pub tiles: Vec<Tile>,
}

/// The outcome of an append that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// Durable, as the commit of this number.
    At(u64),
    /// Not written: the log ends elsewhere than the writer thought.
    Conflict {
        /// The number of the last commit.
        last: u64,
    },
}

/// Why a backend did not do what was asked. Each names the store and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogError {
    /// The write was begun and its outcome is not known; the commit may turn up after reopening.
    #[error("{store}: the outcome of the write is unknown: {what}")]
    Unknown {
        /// The store.
        store: String,
        /// What was found.
        what: String,
    },
    /// The store cannot be used: missing right, stopped after a failure, written by a later release.
    #[error("{store}: {what}")]
    Unavailable {
        /// The store.
        store: String,
        /// What was found.
        what: String,
    },
    /// No room: the disk, a quota or a limit on file size.
    #[error("{store}: no room: {what}")]
    Full {
        /// The store.
        store: String,
        /// What was found.
        what: String,
    },
    /// The write exceeds what the backend takes in one commit; nothing was written.
    #[error("{store}: {what}")]
    TooLarge {
        /// The store.
        store: String,
        /// What was found.
        what: String,
    },
    /// What is stored contradicts itself.
    #[error("{store}: damaged: {what}")]
    Corrupt {
        /// The store.
        store: String,
        /// What was found, with the commit or position from which it holds.
        what: String,
    },
    /// Another process holds the store.
    #[error("{store}: in use: {what}")]
    Locked {
        /// The store.
        store: String,
        /// What was found.
        what: String,
    },
}

impl LogError {
    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "UNKNOWN",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Full { .. } => "FULL",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::Corrupt { .. } => "CORRUPT",
            Self::Locked { .. } => "LOCKED",
        }
    }

    /// A record error as found in `store`, at `place` (such as "commit 7").
    pub fn of_record(store: &str, place: &str, error: RecordError) -> Self {
        let what = format!("{place}: {error}");
        match error {
            RecordError::NewerFormat { .. } => Self::Unavailable { store: store.to_owned(), what },
            RecordError::Damaged(_) => Self::Corrupt { store: store.to_owned(), what },
            RecordError::TooLarge(_) => Self::TooLarge { store: store.to_owned(), what },
        }
    }
}

/// What waiting for a commit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The log holds a later commit; its last is this one.
    Reached(u64),
    /// The time ran out first.
    TimedOut,
    /// The log was closed.
    Closed,
}

/// A backend. All calls may block; each is safe from several threads, but one writer at a time is meant to append.
pub trait Log: Send + Sync {
    /// Names the store in messages: a folder, or "memory".
    fn name(&self) -> String;

    /// Appends commit `expected + 1` if the last commit is `expected`; durable when it returns.
    ///
    /// # Errors
    /// [`LogError::TooLarge`] and [`LogError::Corrupt`] (the record is not what it says) leave the log as it was.
    /// After [`LogError::Unknown`] or [`LogError::Full`] the commit may or may not be there; the backend then takes
    /// no further writes and answers [`LogError::Unavailable`] until it is reopened.
    fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError>;

    /// The record of commit `commit`; `None` past the end.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] when a commit before the end is missing.
    fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// What the record of commit `commit` says about itself; `None` past the end. A backend that stores records in
    /// parts reads the first.
    ///
    /// # Errors
    /// As [`Log::get`], and [`LogError::Corrupt`] of a header that cannot be read; its checksum is not checked.
    fn header(&self, commit: u64) -> Result<Option<RecordHeader>, LogError> {
        let Some(record) = self.get(commit)? else { return Ok(None) };
        header_of(&self.name(), commit, &record).map(Some)
    }

    /// The records from commit `from` on, in order, until `max_bytes` are passed; at least one, unless the log ends.
    ///
    /// # Errors
    /// As [`Log::get`].
    fn read(&self, from: u64, max_bytes: usize) -> Result<Vec<Vec<u8>>, LogError> {
        let mut records = Vec::new();
        let mut bytes = 0;
        for commit in from.. {
            match self.get(commit)? {
                Some(record) => {
                    bytes += record.len();
                    records.push(record);
                    if bytes >= max_bytes {
                        break;
                    }
                }
                None => break,
            }
        }
        Ok(records)
    }

    /// The head record; `None` in an empty log.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&self) -> Result<Option<Vec<u8>>, LogError>;

    /// The 8,192 bytes of a finished tile; `None` when it was not finished.
    ///
    /// # Errors
    /// When the store cannot be read or holds a tile of another size.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// The number of the last commit, 0 in an empty log.
    fn tail(&self) -> u64;

    /// Waits until a commit after `after` is durable, at most `timeout`.
    fn wait(&self, after: u64, timeout: Duration) -> Waited;

    /// Ends all waiting, now and later: followers then hear [`Followed::Closed`] once they have read everything.
    fn close(&self);
}

/// One step of a [`Follower`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// The next commit.
    Commit {
        /// Its number.
        commit: u64,
        /// Its record.
        record: Vec<u8>,
    },
    /// Nothing new within the time.
    Quiet,
    /// The log was closed and everything in it was handed out.
    Closed,
}

/// Reads the log from a commit on: what is stored, then what comes, each once and in order, without a gap.
pub struct Follower {
    log: Arc<dyn Log>,
    after: u64,
}

impl Follower {
    /// Starts after commit `after` (0 for the whole log).
    pub fn new(log: Arc<dyn Log>, after: u64) -> Self {
        Self { log, after }
    }

    /// The number of the last commit that was handed out.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The next commit; waits for it at most `timeout`.
    ///
    /// # Errors
    /// As [`Log::get`]; the follower stays where it is.
    pub fn next(&mut self, timeout: Duration) -> Result<Followed, LogError> {
        let until = Instant::now().checked_add(timeout);
        loop {
            if let Some(record) = self.log.get(self.after + 1)? {
                self.after += 1;
                return Ok(Followed::Commit { commit: self.after, record });
            }
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            match self.log.wait(self.after, left) {
                Waited::Reached(_) => {}
                Waited::TimedOut => return Ok(Followed::Quiet),
                Waited::Closed => return Ok(Followed::Closed),
            }
        }
    }
}

fn header_of(store: &str, commit: u64, record: &[u8]) -> Result<RecordHeader, LogError> {
    record::peek(record).map_err(|error| LogError::of_record(store, &format!("commit {commit}"), error))
}

/// Checks that a write is what it says, so that no backend can store a gap.
fn check_write(store: &str, expected: u64, write: &CommitWrite) -> Result<(), LogError> {
    let place = format!("commit {}", expected + 1);
    let header = record::peek(&write.record).map_err(|error| LogError::of_record(store, &place, error))?;
    let head = head::Head::decode(&write.head).map_err(|error| LogError::of_record(store, &place, error))?;
    if header.commit != expected + 1
        || head.commit != header.commit
        || head.id != header.id
        || head.position() != header.last_position()
    {
        let what = format!(
            "{place} was to be written, the record says {} up to {}, the head {} up to {}",
            header.commit,
            header.last_position(),
            head.commit,
            head.position()
        );
        return Err(LogError::Corrupt { store: store.to_owned(), what });
    }
    match write.tiles.iter().find(|tile| tile.hashes.len() != merkle::TILE_BYTES) {
        Some(tile) => Err(LogError::Corrupt {
            store: store.to_owned(),
            what: format!("{place}: a tile of {} bytes", tile.hashes.len()),
        }),
        None => Ok(()),
    }
}
