//! The view's side of the ledger: it folds what is replayed on a thread of its own, beside the state's fold, and then
//! what is recorded, before its callers are answered.
//!
//! An event that can't be folded stops the view with its position and reason; what was published before is still read,
//! and health says so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use daftar_domain::envelope::Recorded;
use daftar_domain::ledger::{Publish, Published};

use super::commits::Commits;
use super::personal::Personal;
use super::progress::Progress;
use super::signing::Signing;
use crate::config::Views as Limits;
use crate::metrics::Metrics;
use crate::snapshot::Keeper;
use crate::subscription::{End, Feed};
use crate::view::{View, Views};

/// Commits that may wait for the view's fold while the log is replayed.
const WAITING_MAX: usize = 64;

/// The fold of the view.
pub(super) struct Folding {
    replay: Mutex<Option<Replay>>,
    commits: Commits,
    limits: Limits,
    pub(super) views: OnceLock<Arc<Views>>,
    pub(super) failure: OnceLock<String>,
}

struct Replay {
    replayed: SyncSender<Vec<Recorded>>,
    folded: JoinHandle<View>,
}

impl Folding {
    /// Starts the thread that folds what is replayed, into a view that holds what came before.
    pub fn start(commits: Commits, limits: Limits, mut view: View) -> Self {
        let (replayed, waiting) = sync_channel::<Vec<Recorded>>(WAITING_MAX);
        let folded = std::thread::spawn(move || {
            for commit in waiting {
                commit.iter().for_each(|recorded| view.fold(recorded));
            }
            view
        });
        let replay = Mutex::new(Some(Replay { replayed, folded }));
        Self { replay, commits, limits, views: OnceLock::new(), failure: OnceLock::new() }
    }

    fn replayed(&self, events: Vec<Recorded>) {
        let replay = self.replay.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(replay) = &*replay {
            // A fold that panicked is told of when its thread is joined.
            let _ = replay.replayed.send(events);
        }
    }

    /// The first publication: everything that was replayed is folded, and what a new log begins with.
    fn begin(&self, batch: Published) {
        let replay = self.replay.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Replay { replayed, folded }) = replay else { return };
        drop(replayed);
        let mut view = folded.join().unwrap_or_else(|panic| {
            self.failed(batch.position, &*panic);
            View::default()
        });
        batch.events.iter().for_each(|recorded| view.fold(recorded));
        view.state = batch.state;
        view.events = Some(Arc::new(self.commits.clone()));
        // Nobody else sets it: the replay was taken by this call.
        let _ = self.views.set(Arc::new(Views::new(view, self.limits.clone())));
    }

    fn next(&self, batch: &Published) {
        let Some(views) = self.views.get().filter(|_| self.failure.get().is_none()) else { return };
        let publish = AssertUnwindSafe(|| views.publish(batch.state.clone(), &batch.events));
        if let Err(panic) = catch_unwind(publish) {
            self.failed(batch.position, &*panic);
        }
    }

    fn failed(&self, position: u64, panic: &(dyn std::any::Any + Send)) {
        let why = format!("the view stopped on the way to position {position}: {}", told(panic));
        tracing::error!("{why}");
        self.failure.get_or_init(|| why);
    }
}

/// What a panic says.
pub(crate) fn told(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

/// Publishes what the ledger records: the view first, then the news of it.
pub(super) struct Publisher {
    pub(super) folding: Arc<Folding>,
    pub(super) feed: Arc<Feed>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) signing: Arc<Signing>,
    pub(super) personal: Arc<Personal>,
    pub(super) snapshots: Arc<OnceLock<Keeper>>,
    pub(super) progress: Arc<Progress>,
}

impl Publish for Publisher {
    fn replayed(&self, events: Vec<Recorded>) {
        self.folding.commits.add(events.first());
        if let Some(last) = events.last() {
            self.progress.reach(last.position, None);
        }
        self.folding.replayed(events);
    }

    fn publish(&self, batch: Published) {
        self.metrics.appended(&batch);
        let (end, events) =
            (End { commit: batch.commit, position: batch.position }, Arc::clone(&batch.events));
        self.personal.erase_recorded(&events);
        self.folding.commits.add(events.first());
        if self.folding.views.get().is_some() {
            self.folding.next(&batch);
        } else {
            self.folding.begin(batch);
        }
        self.signing.advance(end.position);
        if let Some(snapshots) = self.snapshots.get() {
            snapshots.advance(end.position);
        }
        if self.folding.failure.get().is_none() {
            self.feed.publish(end, &events);
        }
    }
}
