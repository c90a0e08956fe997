//! When snapshots are written: at shutdown, and after so many events or so much time, on a thread of its own.
//!
//! Guarantees: the writer waits only for a few clones that cost the same at any size; a snapshot that fails is told of
//! and tried again when the next is due. Must never hold up a command or an answer.

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use daftar_domain::envelope::Position;
use daftar_domain::ledger::Surveyor;

use super::Taken;
use crate::config::Snapshot as Settings;
use crate::server::Commits;
use crate::view::Views;

/// Where snapshots are taken from.
pub struct Source {
    /// The ledger.
    pub surveyor: Surveyor,
    /// The views that it publishes.
    pub views: Arc<Views>,
    /// The commits.
    pub commits: Commits,
}

impl Source {
    /// The state and the view as they stand after a commit; none once the ledger has ended, or when the view does not
    /// follow it.
    fn take(&self) -> Option<Taken> {
        let (tell, told) = sync_channel(1);
        let views = Arc::clone(&self.views);
        self.surveyor.ask(move |standing| {
            // Nobody may wait for it any more.
            let _ = tell.send((standing, views.newest()));
        });
        let (standing, view) = told.recv().ok()?;
        if view.position != standing.position() {
            return None;
        }
        let begins = self.commits.begins(standing.commits());
        Some(Taken { standing, view, begins })
    }
}

struct Due {
    newest: Position,
    /// That it ends; whether with a last snapshot.
    closing: Option<Closing>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    WithOne,
    Without,
}

struct Shared {
    due: Mutex<Due>,
    bell: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the snapshot up to date.
pub struct Keeper {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Keeper {
    /// Starts to keep the snapshot in `path`, which holds what was recorded up to `held`.
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn start(path: PathBuf, source: Source, held: Position, settings: Settings) -> std::io::Result<Self> {
        let due = Due { newest: source.views.newest().position, closing: None };
        let shared = Arc::new(Shared { due: Mutex::new(due), bell: Condvar::new() });
        let keeping = Keeping { path, source, held, settings, shared: Arc::clone(&shared) };
        let thread = thread::Builder::new().name("snapshot".to_owned()).spawn(move || keeping.keep())?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Tells how far the view has come.
    pub fn advance(&self, newest: Position) {
        self.shared.lock().newest = newest;
        self.shared.bell.notify_one();
    }

    /// Writes the last snapshot, and ends.
    pub fn close(&self) {
        self.end(Closing::WithOne);
    }

    fn end(&self, closing: Closing) {
        self.shared.lock().closing.get_or_insert(closing);
        self.shared.bell.notify_one();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A thread that panicked has been told of; the log holds everything.
            let _ = thread.join();
        }
    }
}

/// A keeper that is not closed ends without a last snapshot.
impl Drop for Keeper {
    fn drop(&mut self) {
        self.end(Closing::Without);
    }
}

struct Keeping {
    path: PathBuf,
    source: Source,
    held: Position,
    settings: Settings,
    shared: Arc<Shared>,
}

impl Keeping {
    fn keep(mut self) {
        let every = Duration::from_secs(self.settings.every_seconds);
        let mut last = Instant::now();
        loop {
            let closing = self.wait(last, every);
            let newest = self.shared.lock().newest;
            let worth = newest > self.held && newest >= self.settings.least_events;
            if worth && closing != Some(Closing::Without) {
                self.write();
            }
            if closing.is_some() {
                return;
            }
            last = Instant::now();
        }
    }

    /// Waits until one is due, or it ends.
    fn wait(&self, last: Instant, every: Duration) -> Option<Closing> {
        let mut due = self.shared.lock();
        loop {
            if due.closing.is_some() || due.newest.saturating_sub(self.held) >= self.settings.every_events {
                return due.closing;
            }
            let left = every.checked_sub(last.elapsed()).filter(|left| !left.is_zero())?;
            due = self.shared.bell.wait_timeout(due, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn write(&mut self) {
        let Some(taken) = self.source.take() else { return };
        let (began, position) = (Instant::now(), taken.standing.position());
        // What could not be written is due again after as many events, or as long.
        self.held = position;
        match super::write(&self.path, &taken) {
            Ok(()) => {
                tracing::info!(position, seconds = began.elapsed().as_secs_f64(), "a snapshot was written")
            }
            Err(error) => tracing::warn!(%error, position, "a snapshot could not be written"),
        }
    }
}
