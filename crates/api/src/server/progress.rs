//! How far an opening has come, for whoever waits for it.

use std::sync::atomic::{AtomicU64, Ordering};

use daftar_domain::envelope::Position;

/// How far an opening has come.
#[derive(Debug, Default)]
pub struct Progress {
    reached: AtomicU64,
    end: AtomicU64,
}

impl Progress {
    /// Everything up to a position is taken up; the log ends at `end`, or further on.
    pub(super) fn reach(&self, reached: Position, end: Option<Position>) {
        self.reached.store(reached, Ordering::Relaxed);
        if let Some(end) = end {
            self.end.store(end, Ordering::Relaxed);
        }
    }

    /// One sentence.
    pub fn told(&self) -> String {
        match (self.reached.load(Ordering::Relaxed), self.end.load(Ordering::Relaxed)) {
            (_, 0) => "opening the record".to_owned(),
            (reached, end) => format!("opening the record: at position {reached} of {}", end.max(reached)),
        }
    }
}
