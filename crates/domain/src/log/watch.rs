//! Where the log ends, watched by those who follow it.
//!
//! Guarantees: whoever waits for a commit is woken once it is there, or when the log is closed. Must never be told
//! of a commit before it is durable.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Waited;

#[derive(Debug, Default)]
struct End {
    commit: u64,
    closed: bool,
}

/// The number of the last durable commit, with a bell.
#[derive(Debug, Default)]
pub(super) struct Watch {
    end: Mutex<End>,
    bell: Condvar,
}

impl Watch {
    pub(super) fn new(commit: u64) -> Self {
        Self { end: Mutex::new(End { commit, closed: false }), bell: Condvar::new() }
    }

    // Nothing that holds the lock can panic half way, so a poisoned lock holds a sound value.
    fn lock(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(feature = "sled")]
    pub(super) fn tail(&self) -> u64 {
        self.lock().commit
    }

    pub(super) fn reached(&self, commit: u64) {
        self.lock().commit = commit;
        self.bell.notify_all();
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.bell.notify_all();
    }

    pub(super) fn wait(&self, after: u64, timeout: Duration) -> Waited {
        // A timeout too long to be a moment means to wait for ever.
        let until = Instant::now().checked_add(timeout);
        let mut end = self.lock();
        loop {
            if end.commit > after {
                return Waited::Reached(end.commit);
            }
            if end.closed {
                return Waited::Closed;
            }
            end = match until {
                None => self.bell.wait(end).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Waited::TimedOut;
                    }
                    self.bell.wait_timeout(end, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
