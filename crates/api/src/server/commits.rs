//! Where each commit begins, so that events are found by their position.

use std::sync::{Arc, PoisonError, RwLock};

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::log::record::CommitRecord;
use daftar_domain::log::{Log, codec, record};

use crate::history::EventSource;

/// The events of a commit, in order.
pub type Events = Arc<[Arc<Recorded>]>;

/// The first positions of all commits of a log, and the log.
#[derive(Clone)]
pub struct Commits {
    log: Arc<dyn Log>,
    begins: Arc<RwLock<Vec<Position>>>,
    /// The commit that was read last: neighbours are asked for together.
    last: Arc<RwLock<Option<Arc<CommitRecord>>>>,
}

/// Why events can't be read: what the log says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("commit {commit}: {why}")]
pub struct Unread {
    commit: u64,
    why: String,
}

impl Commits {
    /// The commits of a log, none of them known yet.
    pub fn of(log: Arc<dyn Log>) -> Self {
        Self { log, begins: Arc::default(), last: Arc::default() }
    }

    /// Takes up the next commit by its first event; a publication without events is none.
    pub(super) fn add(&self, first: Option<&Recorded>) {
        if let Some(first) = first {
            self.begins.write().unwrap_or_else(PoisonError::into_inner).push(first.position);
        }
    }

    /// The first positions of the first so many commits.
    pub(crate) fn begins(&self, commits: u64) -> Vec<Position> {
        let begins = self.begins.read().unwrap_or_else(PoisonError::into_inner);
        begins.iter().take(usize::try_from(commits).unwrap_or(usize::MAX)).copied().collect()
    }

    /// Takes up what is known of the first commits.
    pub(super) fn resume(&self, begins: Vec<Position>) {
        *self.begins.write().unwrap_or_else(PoisonError::into_inner) = begins;
    }

    /// The commit that holds the event at a position; the one after the last for a position beyond the end.
    pub fn holding(&self, position: Position) -> u64 {
        let begins = self.begins.read().unwrap_or_else(PoisonError::into_inner);
        begins.partition_point(|begin| *begin <= position) as u64
    }

    /// The events of a commit. Reads the store: not for a thread that serves requests, unless it is one commit.
    ///
    /// # Errors
    /// A commit that is not there or can't be decoded.
    pub fn read(&self, commit: u64) -> Result<Events, Unread> {
        let record = self.record(commit)?;
        let events: Result<Events, _> =
            record.lines().map(|line| codec::decode(line).map(Arc::new)).collect();
        events.map_err(|error| Unread { commit, why: error.to_string() })
    }

    fn record(&self, commit: u64) -> Result<Arc<CommitRecord>, Unread> {
        if let Some(last) = &*self.last.read().unwrap_or_else(PoisonError::into_inner)
            && last.header.commit == commit
        {
            return Ok(Arc::clone(last));
        }
        let unread = |why: String| Unread { commit, why };
        let bytes = self.log.get(commit).map_err(|error| unread(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| unread("it is not there".to_owned()))?;
        let record = Arc::new(record::decode(&bytes).map_err(|error| unread(error.to_string()))?);
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&record));
        Ok(record)
    }

    /// The event at a position; none past the end.
    ///
    /// # Errors
    /// As [`Commits::read`].
    pub fn event(&self, position: Position) -> Result<Option<Arc<Recorded>>, Unread> {
        let commit = self.holding(position);
        if commit == 0 {
            return Ok(None);
        }
        let record = self.record(commit)?;
        let at = position.checked_sub(record.header.first_position).and_then(|at| usize::try_from(at).ok());
        let Some(line) = at.and_then(|at| record.lines().nth(at)) else { return Ok(None) };
        let event = codec::decode(line).map_err(|error| Unread { commit, why: error.to_string() })?;
        Ok(Some(Arc::new(event)))
    }
}

impl EventSource for Commits {
    fn event(&self, position: Position) -> Option<Arc<Recorded>> {
        self.event(position).unwrap_or_else(|error| {
            tracing::error!(%error, position, "an event can't be read");
            None
        })
    }
}
