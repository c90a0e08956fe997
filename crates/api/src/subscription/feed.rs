//! Where subscriptions read: the newest commits from memory, older ones from the log.
//!
//! The end moves only after the view that has the commit is published.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Error, Result};
use daftar_domain::envelope::{Position, Recorded};
use tokio::sync::watch;

use crate::server::{Events, Server};

/// How many commits are kept in memory.
const RECENT_MAX: usize = 256;

/// The end of what is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The last commit.
    pub commit: u64,
    /// The last event.
    pub position: Position,
}

/// The newest commits, and a watch on the end.
pub struct Feed {
    recent: Mutex<VecDeque<(u64, Events)>>,
    end: watch::Sender<End>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { recent: Mutex::default(), end: watch::Sender::new(End::default()) }
    }
}

impl Feed {
    /// A commit whose view is published.
    pub fn publish(&self, end: End, events: &[Recorded]) {
        if self.end.receiver_count() > 0 {
            // Shared by all who are told of them.
            let events = events.iter().cloned().map(Arc::new).collect();
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.len() == RECENT_MAX {
                recent.pop_front();
            }
            recent.push_back((end.commit, events));
        }
        self.end.send_replace(end);
    }

    /// The end of what is published.
    pub fn end(&self) -> End {
        *self.end.borrow()
    }

    /// Tells when the end moves.
    pub fn watch(&self) -> watch::Receiver<End> {
        self.end.subscribe()
    }

    fn recent(&self, commit: u64) -> Option<Events> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let index = recent.binary_search_by_key(&commit, |(commit, _)| *commit).ok()?;
        Some(Arc::clone(&recent[index].1))
    }
}

/// The events of a commit, from memory or, away from the threads that serve requests, from the log.
pub async fn commit(server: &Arc<Server>, commit: u64) -> Result<Events> {
    if let Some(events) = server.feed.recent(commit) {
        return Ok(events);
    }
    let commits = server.commits.clone();
    let read =
        tokio::task::spawn_blocking(move || commits.read(commit)).await.map_err(Error::new_with_source)?;
    read.map_err(Error::new_with_source)
}
