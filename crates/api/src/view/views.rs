//! The newest view, and past ones that are kept for a while.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use daftar_domain::State;
use daftar_domain::envelope::{Position, Recorded};
use tokio::sync::watch;

use super::View;
use super::commands::Command;
use crate::config::Views as Limits;

/// The newest view, for readers on any thread, and the one writer that publishes the next.
pub struct Views {
    newest: ArcSwap<View>,
    next: Mutex<View>,
    reached: watch::Sender<Position>,
    past: Mutex<VecDeque<Past>>,
    limits: Limits,
}

/// A past view that is kept, and the position of the newest one that it was made of, whose rows it keeps alive.
struct Past {
    view: Arc<View>,
    made_of: Position,
}

impl Views {
    /// Views that start from what a replay has folded.
    pub fn new(mut view: View, limits: Limits) -> Self {
        view.settle();
        let reached = watch::Sender::new(view.position);
        Self {
            newest: ArcSwap::from_pointee(view.clone()),
            next: Mutex::new(view),
            reached,
            past: Mutex::default(),
            limits,
        }
    }

    /// The newest view.
    pub fn newest(&self) -> Arc<View> {
        self.newest.load_full()
    }

    /// Folds what was recorded into the next view and makes it the newest. Called by the one writer, in the order of
    /// the log, before it acknowledges.
    pub fn publish(&self, state: State, recorded: &[Recorded]) {
        // A fold that panicked left a half-made view behind: nothing may be published after it.
        let mut next = self.next.lock().expect("no fold has panicked");
        recorded.iter().for_each(|recorded| next.fold(recorded));
        next.state = state;
        next.settle();
        self.newest.store(Arc::new(next.clone()));
        self.reached.send_replace(next.position);
        let oldest = next.position.saturating_sub(self.limits.past_behind_max);
        self.kept().retain(|past| past.made_of >= oldest);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Past>> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The view as of the end of an earlier command, made of a newer one unless it is kept. Those that were asked last
    /// are kept.
    pub fn past(&self, newer: &Arc<View>, end: Command) -> Arc<View> {
        let mut kept = self.kept();
        let found = kept.iter().position(|past| past.view.position == end.position);
        let past = found
            .and_then(|found| kept.remove(found))
            .unwrap_or_else(|| Past { view: Arc::new(newer.as_of(end)), made_of: newer.position });
        let view = Arc::clone(&past.view);
        kept.push_front(past);
        kept.truncate(self.limits.past_max);
        view
    }

    /// A view that has reached a position, as soon as there is one.
    pub async fn reached(&self, position: Position) -> Arc<View> {
        let mut reached = self.reached.subscribe();
        // The sender lives as long as `self`, so waiting can't fail.
        let _ = reached.wait_for(|reached| *reached >= position).await;
        self.newest()
    }

    /// The positions of new views, as they are published.
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.reached.subscribe()
    }
}
