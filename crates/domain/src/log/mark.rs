//! The mark: how far the log had come, kept outside the store and outside its backups.
//!
//! A store that was cut short opens cleanly and looks like a shorter log; only a mark shows it. Guarantees: the mark
//! is never ahead of what is durable; it follows within a second or 10,000 events, and at closing; it is replaced as
//! a whole. What it cannot show: a cut above the mark looks like a crash. Must never lie inside the store's folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::LogError;
use super::files::{io_error, parent_of};
use super::merkle::TreeHash;

const TITLE: &str = "daftar-mark-1";
/// The longest mark: title, position, root, checksum.
const MAX_BYTES: u64 = 128;
/// The mark follows the log within this time.
pub const MARK_WITHIN: Duration = Duration::from_secs(1);
/// The mark follows the log within this many events.
pub const MARK_WITHIN_EVENTS: u64 = 10_000;

/// A position that was durable, and the Merkle root over the events up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The position of the last event.
    pub position: u64,
    /// The Merkle root over the events from 1 to it.
    pub root: TreeHash,
}

impl Mark {
    /// Reads the mark in `path`; `None` when there is none.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] when the file is not a whole mark, [`LogError::Unavailable`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, LogError> {
        let name = path.display().to_string();
        let text = match fs::metadata(path).map(|meta| meta.len()) {
            Ok(len) if len > MAX_BYTES => String::new(),
            Ok(_) => fs::read(path)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .map_err(|error| io_error(&name, "the mark cannot be read", &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(&name, "the mark cannot be read", &error)),
        };
        match Self::parse(&text) {
            Some(mark) => Ok(Some(mark)),
            None => Err(LogError::Corrupt {
                store: name,
                what: "it is not a whole mark; it says how far the log had come, so compare the log with a backup or \
                       a checkpoint before removing it"
                    .to_owned(),
            }),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (content, crc) = text.strip_suffix('\n')?.rsplit_once(' ')?;
        if crc != checksum(content) {
            return None;
        }
        let mut words = content.split(' ');
        if words.next()? != TITLE {
            return None;
        }
        let mark = Self { position: words.next()?.parse().ok()?, root: TreeHash::from_hex(words.next()?)? };
        words.next().is_none().then_some(mark)
    }

    /// Replaces the mark in `path` as a whole: a new file, synced, then renamed, then the folder synced.
    ///
    /// # Errors
    /// What the file system says; the old mark then still stands.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let content = format!("{TITLE} {} {}", self.position, self.root);
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let mut file = File::create(&beside)?;
        file.write_all(format!("{content} {}\n", checksum(&content)).as_bytes())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, path)?;
        File::open(parent_of(path))?.sync_all()
    }
}

fn checksum(content: &str) -> String {
    format!("{:08x}", crc32fast::hash(content.as_bytes()))
}

#[derive(Debug)]
struct Due {
    newest: Mark,
    written: u64,
    closed: bool,
    failed: Option<String>,
}

#[derive(Debug)]
struct Shared {
    due: Mutex<Due>,
    bell: Condvar,
    path: PathBuf,
}

/// Keeps a mark up to date from a thread of its own, so that the writer never waits for it.
#[derive(Debug)]
pub struct MarkKeeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl MarkKeeper {
    /// Starts to keep the mark in `path`, from where the log stands; the first write is made here, so that a place
    /// that cannot be written is noticed before anything is recorded.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] or [`LogError::Full`] when the mark cannot be written.
    pub fn start(path: &Path, now: Mark) -> Result<Self, LogError> {
        now.write(path)
            .map_err(|error| io_error(&path.display().to_string(), "the mark cannot be written", &error))?;
        let due = Due { newest: now, written: now.position, closed: false, failed: None };
        let shared = Arc::new(Shared { due: Mutex::new(due), bell: Condvar::new(), path: path.to_owned() });
        let thread = {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name("mark".to_owned()).spawn(move || shared.keep()).map_err(|error| {
                io_error(&path.display().to_string(), "the mark's thread cannot be started", &error)
            })?
        };
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Tells that the log is durable up to `mark`.
    pub fn advance(&self, mark: Mark) {
        let mut due = self.shared.lock();
        let was_idle = due.newest.position == due.written;
        due.newest = mark;
        if was_idle || mark.position - due.written >= MARK_WITHIN_EVENTS {
            self.shared.bell.notify_one();
        }
    }

    /// Why the mark is behind, when its last write failed; it is tried again every second.
    pub fn failure(&self) -> Option<String> {
        self.shared.lock().failed.clone()
    }

    /// Writes the last mark and ends the thread.
    ///
    /// # Errors
    /// What the last write failed with.
    pub fn close(mut self) -> Result<(), LogError> {
        self.finish();
        match self.failure() {
            None => Ok(()),
            Some(what) => Err(LogError::Unavailable { store: self.shared.path.display().to_string(), what }),
        }
    }

    fn finish(&mut self) {
        self.shared.lock().closed = true;
        self.shared.bell.notify_one();
        if let Some(thread) = self.thread.take() {
            // It holds nothing that could panic; a failed write is in `failed`.
            let _ = thread.join();
        }
    }
}

impl Drop for MarkKeeper {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Shared {
    // The values under the lock are replaced whole, so a poisoned lock holds a sound one.
    fn lock(&self) -> std::sync::MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self) {
        let mut due = self.lock();
        loop {
            while due.newest.position == due.written && !due.closed {
                due = self.bell.wait(due).unwrap_or_else(PoisonError::into_inner);
            }
            let until = Instant::now() + MARK_WITHIN;
            while !due.closed && due.newest.position - due.written < MARK_WITHIN_EVENTS {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                due = self.bell.wait_timeout(due, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            let (mark, closed) = (due.newest, due.closed);
            if mark.position != due.written {
                drop(due);
                let result = mark.write(&self.path);
                due = self.lock();
                match result {
                    Ok(()) => {
                        due.written = mark.position;
                        due.failed = None;
                    }
                    Err(error) => {
                        tracing::error!(path = %self.path.display(), %error, "the mark cannot be written");
                        due.failed = Some(format!("the mark cannot be written: {error}"));
                        if !closed {
                            due = self
                                .bell
                                .wait_timeout(due, MARK_WITHIN)
                                .unwrap_or_else(PoisonError::into_inner)
                                .0;
                        }
                    }
                }
            }
            if closed {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(position: u64) -> Mark {
        Mark { position, root: TreeHash::leaf(&position.to_le_bytes()) }
    }

    fn read(path: &Path) -> Mark {
        Mark::read(path).expect("readable").expect("there")
    }

    #[test]
    fn a_mark_reads_back_and_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        assert_eq!(Mark::read(&path), Ok(None));
        for position in [0, 7, u64::MAX] {
            mark(position).write(&path).unwrap();
            assert_eq!(read(&path), mark(position));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_damaged_mark_is_refused_never_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        mark(120).write(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        changed[15] ^= 1;
        for bad in [&b""[..], &whole[..whole.len() - 1], &changed, &[0xff; 40], &[b'x'; 5_000]] {
            fs::write(&path, bad).unwrap();
            assert!(matches!(Mark::read(&path), Err(LogError::Corrupt { .. })), "{bad:?}");
        }
    }

    #[test]
    fn the_mark_follows_within_a_second_and_at_closing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        let keeper = MarkKeeper::start(&path, mark(0)).unwrap();
        assert_eq!(read(&path), mark(0));
        keeper.advance(mark(5));
        let started = Instant::now();
        while read(&path) != mark(5) {
            assert!(started.elapsed() < Duration::from_secs(3), "the mark did not follow");
            thread::sleep(Duration::from_millis(20));
        }
        keeper.advance(mark(9));
        keeper.close().unwrap();
        assert_eq!(read(&path), mark(9));
    }

    #[test]
    fn many_events_move_the_mark_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        let keeper = MarkKeeper::start(&path, mark(0)).unwrap();
        keeper.advance(mark(1));
        keeper.advance(mark(MARK_WITHIN_EVENTS));
        let started = Instant::now();
        while read(&path) != mark(MARK_WITHIN_EVENTS) {
            assert!(started.elapsed() < Duration::from_millis(900), "the mark waited for its second");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_mark_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("marks").join("mark");
        assert!(matches!(MarkKeeper::start(&path, mark(0)), Err(LogError::Unavailable { .. })));
        fs::create_dir(path.parent().unwrap()).unwrap();
        let keeper = MarkKeeper::start(&path, mark(0)).unwrap();
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
        keeper.advance(mark(1));
        assert!(keeper.close().expect_err("told").to_string().contains("cannot be written"));
    }
}
