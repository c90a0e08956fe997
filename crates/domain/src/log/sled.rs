//! The embedded store: sled 0.34.7, used only in the way that was measured to keep what it acknowledged.
//!
//! Guarantees: a commit is one atomic write on one tree (a single value, or one `Batch` where it needs several), then
//! `flush()`, then our own `fdatasync` on sled's data file, then the acknowledgement; the first failed write stops
//! the store until it is reopened; damage is told as an error, never as a panic. Must never store a value that sled
//! would put into `blobs/` (those are not synced), write from two batches, subscribe, or let sled flush on its own.
//! Nothing else in the project names sled.
//!
//! The head stands behind the record of its commit, in the same bytes: a commit that fits one value then needs no
//! batch, whose manifest sled writes and syncs on its own before the rest, one more trip to the disk.

use std::fs::File;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sled::{Batch, Db};

use super::head::Head;
use super::merkle::{TILE_BYTES, Tile};
use super::record::{self, RecordHeader};
use super::watch::Watch;
use super::{Appended, CommitWrite, Log, LogError, Waited, check_write, header_of};
use folder::StoreFolder;
use guard::{Fault, caught, guard};

mod folder;
mod guard;

/// The most bytes in one stored value. sled puts a leaf of up to 17 values into one message, and a message past
/// 128 KiB less its header into `blobs/`: 17 × (7,600 + key and lengths) stays below.
pub const VALUE_BYTES: usize = 7_600;
/// The most bytes of one commit: what 65,536 chunks hold.
const MAX_COMMIT_BYTES: usize = VALUE_BYTES * (u16::MAX as usize + 1);
/// The version of the key layout, stored under [`LAYOUT`].
const LAYOUT_VERSION: u8 = 1;
/// sled lets go of a closed store's lock a little after the last handle is gone.
const REOPEN_WITHIN: Duration = Duration::from_secs(2);

// Keys, by first byte.
const LAYOUT: &[u8] = &[0];
const TILES: u8 = 1;
const COMMITS: u8 = 2;

/// Bounds of the embedded store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SledSettings {
    /// Bytes of pages kept in memory; 64 MiB by default. Replay streams past it.
    pub cache_bytes: u64,
}

impl Default for SledSettings {
    fn default() -> Self {
        Self { cache_bytes: 64 * 1024 * 1024 }
    }
}

/// A log in a folder of its own.
#[derive(Debug)]
pub struct SledLog {
    /// `None` only while it is being dropped.
    db: Option<Db>,
    folder: StoreFolder,
    writer: Mutex<Writer>,
    watch: Watch,
}

#[derive(Debug)]
struct Writer {
    /// sled's data file, opened by us: `flush()` does not sync it.
    data: File,
    /// Why nothing is written any more.
    stopped: Option<String>,
}

impl SledLog {
    /// Opens the store in `path`, or makes one there. The end of the log is checked: the head, the last commit, and
    /// that nothing follows it; commits before it are checked as they are read.
    ///
    /// # Errors
    /// [`LogError::Locked`] when another process has it; [`LogError::Unavailable`] for a missing right, a later
    /// format, or a folder of other files; [`LogError::Corrupt`] for damage; [`LogError::Full`].
    pub fn open(path: &Path, settings: SledSettings) -> Result<Self, LogError> {
        let make = |folder: &StoreFolder| {
            let db = open_guarded(folder, settings)?;
            caught(move || drop(db)).map_err(|_| folder.corrupt("a new store cannot be closed"))
        };
        let folder = StoreFolder::lock(path, make)?;
        let db = open_guarded(&folder, settings)?;
        folder.check_blobs()?;
        let data = folder.sync_all()?;
        let mut log = Self {
            db: Some(db),
            folder,
            writer: Mutex::new(Writer { data, stopped: None }),
            watch: Watch::new(0),
        };
        log.watch = Watch::new(log.check_end()?);
        Ok(log)
    }

    fn db(&self) -> &Db {
        self.db.as_ref().expect("the store is open until it is dropped")
    }

    /// Checks the layout and the end of the log; returns the number of the last commit.
    fn check_end(&self) -> Result<u64, LogError> {
        match self.value(LAYOUT)?.as_deref() {
            None | Some([LAYOUT_VERSION]) => {}
            Some([newer]) if *newer > LAYOUT_VERSION => {
                let what =
                    format!("written by a later release: layout {newer}, this one reads {LAYOUT_VERSION}");
                return Err(LogError::Unavailable { store: self.name(), what });
            }
            Some(other) => return Err(self.folder.corrupt(format!("from position 1 on: layout {other:?}"))),
        }
        let last = guard(|| self.db().range(commit_keys(0, u64::MAX)).next_back().transpose())
            .map_err(|fault| fault.outside_write(&self.folder, "the last commit"))?;
        let Some((key, _)) = last else { return Ok(0) };
        let Some((commit, _)) = split_commit_key(&key) else { return Err(self.foreign_key(&key)) };
        let stored = self.read_range(commit, commit, usize::MAX)?.pop().unwrap_or_default();
        let place = match record::peek(&stored) {
            Ok(header) => format!("commit {commit}, which ends at position {}", header.last_position()),
            Err(_) => format!("commit {commit}"),
        };
        let damaged = |error| LogError::of_record(self.folder.name(), &place, error);
        let (record, head) = split_head(stored);
        let last = record::decode(&record).map_err(damaged)?.header;
        let head = Head::decode(&head).map_err(damaged)?;
        if (last.commit, last.commit, last.id, last.last_position())
            != (commit, head.commit, head.id, head.position())
        {
            return Err(self.folder.corrupt(format!("{place}: the record and the head differ")));
        }
        Ok(commit)
    }

    fn foreign_key(&self, key: &[u8]) -> LogError {
        self.folder.corrupt(format!("a key of {} bytes among the commits", key.len()))
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LogError> {
        guard(|| Ok(self.db().get(key)?.map(|value| value.to_vec())))
            .map_err(|fault| fault.outside_write(&self.folder, "a tile or the layout"))
    }

    /// Where reading stopped: after a commit that was read whole, or in one that was not.
    fn place(&self, from: u64, read: &[Vec<u8>]) -> String {
        let before = match read.last() {
            Some(_) => None,
            None => guard(|| self.db().get(commit_key(from - 1, 0))).ok().flatten(),
        };
        let last = read.last().map(Vec::as_slice).or(before.as_deref());
        let position =
            match last.and_then(|last| Some((record::peek(last).ok()?, record::peek_len(last).ok()?))) {
                Some((header, len)) if last.is_some_and(|last| last.len() < len) && before.is_none() => {
                    header.first_position
                }
                Some((header, _)) => header.last_position() + 1,
                None if from == 1 => 1,
                None => return format!("from commit {from} on"),
            };
        format!("from position {position} on")
    }

    /// What is stored of commits `from` to `to` (which exist), until `max_bytes` are passed: record and head of each.
    fn read_range(&self, from: u64, to: u64, max_bytes: usize) -> Result<Vec<Vec<u8>>, LogError> {
        let mut records: Vec<Vec<u8>> = Vec::new();
        let (mut bytes, mut next_chunk) = (0, 0u32);
        let mut stored = self.db().range(commit_keys(from, to));
        loop {
            let next = guard(|| stored.next().transpose())
                .map_err(|fault| fault.outside_write(&self.folder, &self.place(from, &records)))?;
            let Some((key, value)) = next else { break };
            let (commit, chunk) = split_commit_key(&key).ok_or_else(|| self.foreign_key(&key))?;
            if chunk == 0 {
                if bytes >= max_bytes {
                    return Ok(records);
                }
                records.push(Vec::new());
                next_chunk = 0;
            }
            if u32::from(chunk) != next_chunk || from + records.len() as u64 != commit + 1 {
                if chunk == 0 {
                    records.pop();
                }
                let place = self.place(from, &records);
                return Err(self
                    .folder
                    .corrupt(format!("{place}: a part is missing before commit {commit}, part {chunk}")));
            }
            records.last_mut().expect("chunk 0 began a record").extend_from_slice(&value);
            bytes += value.len();
            next_chunk += 1;
        }
        if bytes < max_bytes && (records.len() as u64) < to + 1 - from {
            return Err(self.folder.corrupt(format!("{}: missing", self.place(from, &records))));
        }
        Ok(records)
    }

    /// One atomic write, made durable. The writer's lock is held.
    fn write(&self, writer: &Writer, write: Write) -> Result<(), LogError> {
        guard(|| {
            match write {
                Write::Value(key, value) => drop(self.db().insert(key, value)?),
                Write::Batch(batch) => self.db().apply_batch(batch)?,
            }
            self.db().flush()
        })
        .map_err(|fault| fault.in_write(&self.folder))?;
        self.folder.check_blobs()?;
        writer.data.sync_data().map_err(|error| Fault::Sled(error.into()).in_write(&self.folder))
    }
}

impl Log for SledLog {
    fn name(&self) -> String {
        self.folder.name().to_owned()
    }

    fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError> {
        // A panic in here is caught below; a poisoned lock therefore holds a sound value.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = &writer.stopped {
            let what = format!("stopped until it is reopened, after: {why}");
            return Err(LogError::Unavailable { store: self.name(), what });
        }
        let last = self.watch.tail();
        if expected != last {
            return Ok(Appended::Conflict { last });
        }
        check_write(self.folder.name(), expected, write)?;
        let write = write_of(self.folder.name(), expected + 1, write)?;
        if let Err(error) = self.write(&writer, write) {
            writer.stopped = Some(error.to_string());
            return Err(error);
        }
        self.watch.reached(expected + 1);
        Ok(Appended::At(expected + 1))
    }

    fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError> {
        if commit == 0 || commit > self.tail() {
            return Ok(None);
        }
        Ok(self.read_range(commit, commit, usize::MAX)?.pop().map(|stored| split_head(stored).0))
    }

    fn header(&self, commit: u64) -> Result<Option<RecordHeader>, LogError> {
        if commit == 0 || commit > self.tail() {
            return Ok(None);
        }
        match self.value(&commit_key(commit, 0))? {
            Some(start) => header_of(self.folder.name(), commit, &start).map(Some),
            None => Err(self.folder.corrupt(format!("{}: missing", self.place(commit, &[])))),
        }
    }

    fn read(&self, from: u64, max_bytes: usize) -> Result<Vec<Vec<u8>>, LogError> {
        let tail = self.tail();
        if from == 0 || from > tail {
            return Ok(Vec::new());
        }
        let stored = self.read_range(from, tail, max_bytes.max(1))?;
        Ok(stored.into_iter().map(|stored| split_head(stored).0).collect())
    }

    fn head(&self) -> Result<Option<Vec<u8>>, LogError> {
        match self.tail() {
            0 => Ok(None),
            tail => Ok(self.read_range(tail, tail, usize::MAX)?.pop().map(|stored| split_head(stored).1)),
        }
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        let halves = (self.value(&tile_key(level, index, 0))?, self.value(&tile_key(level, index, 1))?);
        match halves {
            (None, None) => Ok(None),
            (Some(mut tile), Some(right)) if tile.len() + right.len() == TILE_BYTES => {
                tile.extend_from_slice(&right);
                Ok(Some(tile))
            }
            _ => Err(self.folder.corrupt(format!("tile {index} of level {level}: not {TILE_BYTES} bytes"))),
        }
    }

    fn tail(&self) -> u64 {
        self.watch.tail()
    }

    fn wait(&self, after: u64, timeout: Duration) -> Waited {
        self.watch.wait(after, timeout)
    }

    fn close(&self) {
        self.watch.close();
    }
}

impl Drop for SledLog {
    fn drop(&mut self) {
        self.watch.close();
        // sled's own closing panics when it cannot sync; what was acknowledged is durable already.
        let db = self.db.take();
        let _ = caught(move || drop(db));
    }
}

fn open_guarded(folder: &StoreFolder, settings: SledSettings) -> Result<Db, LogError> {
    let config =
        sled::Config::new().path(folder.path()).cache_capacity(settings.cache_bytes).flush_every_ms(None);
    let started = Instant::now();
    loop {
        match guard(|| config.open()) {
            Ok(db) => return Ok(db),
            Err(Fault::Sled(sled::Error::Io(error)))
                if error.to_string().contains("could not acquire lock") =>
            {
                if started.elapsed() > REOPEN_WITHIN {
                    let what = "another process has its data file open".to_owned();
                    return Err(LogError::Locked { store: folder.name().to_owned(), what });
                }
                thread::sleep(Duration::from_millis(5));
            }
            Err(fault) => return Err(fault.outside_write(folder, "from position 1 on")),
        }
    }
}

/// Record and head of a commit, as they are stored one behind the other. Of a record that cannot be read nothing is
/// cut off, so that reading it tells what is wrong.
fn split_head(mut stored: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let len = record::peek_len(&stored).map_or(stored.len(), |len| len.min(stored.len()));
    let head = stored.split_off(len);
    (stored, head)
}

/// How a commit is written: atomic either way.
enum Write {
    Value([u8; 11], Vec<u8>),
    Batch(Batch),
}

fn write_of(store: &str, commit: u64, write: &CommitWrite) -> Result<Write, LogError> {
    let stored = [write.record.as_slice(), &write.head].concat();
    if stored.len() > MAX_COMMIT_BYTES {
        let what = format!("a commit of {} bytes, more than {MAX_COMMIT_BYTES}", stored.len());
        return Err(LogError::TooLarge { store: store.to_owned(), what });
    }
    if commit > 1 && stored.len() <= VALUE_BYTES && write.tiles.is_empty() {
        return Ok(Write::Value(commit_key(commit, 0), stored));
    }
    let mut batch = Batch::default();
    if commit == 1 {
        batch.insert(LAYOUT, &[LAYOUT_VERSION]);
    }
    for (chunk, bytes) in (0u16..=u16::MAX).zip(stored.chunks(VALUE_BYTES)) {
        batch.insert(&commit_key(commit, chunk), bytes);
    }
    for Tile { level, index, hashes } in &write.tiles {
        let (left, right) = hashes.split_at(TILE_BYTES / 2);
        batch.insert(&tile_key(*level, *index, 0), left);
        batch.insert(&tile_key(*level, *index, 1), right);
    }
    Ok(Write::Batch(batch))
}

fn commit_key(commit: u64, chunk: u16) -> [u8; 11] {
    let mut key = [COMMITS; 11];
    key[1..9].copy_from_slice(&commit.to_be_bytes());
    key[9..].copy_from_slice(&chunk.to_be_bytes());
    key
}

fn commit_keys(from: u64, to: u64) -> RangeInclusive<[u8; 11]> {
    commit_key(from, 0)..=commit_key(to, u16::MAX)
}

fn split_commit_key(key: &[u8]) -> Option<(u64, u16)> {
    let key: &[u8; 11] = key.try_into().ok()?;
    let (commit, chunk) = key[1..].split_at(8);
    Some((u64::from_be_bytes(commit.try_into().ok()?), u16::from_be_bytes(chunk.try_into().ok()?)))
}

fn tile_key(level: u8, index: u64, half: u8) -> [u8; 11] {
    let mut key = [TILES; 11];
    key[1] = level;
    key[2..10].copy_from_slice(&index.to_be_bytes());
    key[10] = half;
    key
}

#[cfg(test)]
mod tests;
