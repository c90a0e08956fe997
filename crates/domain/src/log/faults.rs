//! A log that fails when it is told to, for the tests of what stands above it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Appended, CommitWrite, Log, LogError, Waited};

/// What the next append does.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Nothing special.
    None,
    /// Writes, then says that it does not know.
    LoseAcknowledgement,
    /// Does not write and answers with the error.
    Fail(LogError),
    /// Takes its time, then writes.
    Slow(Duration),
    /// Another writer comes first with this write, and it takes some time.
    OtherWriter(Box<CommitWrite>, Duration),
}

/// Passes everything on, with the planned faults in between. After a failure it stays stopped, as a store does.
pub(crate) struct FaultyLog {
    inner: Arc<dyn Log>,
    plan: Mutex<VecDeque<Fault>>,
    stopped: Mutex<bool>,
}

impl FaultyLog {
    pub(crate) fn new(inner: Arc<dyn Log>, plan: impl IntoIterator<Item = Fault>) -> Self {
        Self { inner, plan: Mutex::new(plan.into_iter().collect()), stopped: Mutex::new(false) }
    }

    pub(crate) fn unknown() -> LogError {
        LogError::Unknown { store: "faulty".to_owned(), what: "told to".to_owned() }
    }
}

impl Log for FaultyLog {
    fn name(&self) -> String {
        "faulty".to_owned()
    }

    fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError> {
        if *self.stopped.lock().unwrap() {
            return Err(LogError::Unavailable { store: "faulty".to_owned(), what: "stopped".to_owned() });
        }
        let fault = self.plan.lock().unwrap().pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::None => {}
            Fault::LoseAcknowledgement => {
                self.inner.append(expected, write)?;
                *self.stopped.lock().unwrap() = true;
                return Err(Self::unknown());
            }
            Fault::Fail(error) => {
                *self.stopped.lock().unwrap() = true;
                return Err(error);
            }
            Fault::Slow(time) => std::thread::sleep(time),
            Fault::OtherWriter(other, time) => {
                std::thread::sleep(time);
                self.inner.append(expected, &other)?;
            }
        }
        self.inner.append(expected, write)
    }

    fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.inner.get(commit)
    }

    fn head(&self) -> Result<Option<Vec<u8>>, LogError> {
        self.inner.head()
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.inner.tile(level, index)
    }

    fn tail(&self) -> u64 {
        self.inner.tail()
    }

    fn wait(&self, after: u64, timeout: Duration) -> Waited {
        self.inner.wait(after, timeout)
    }

    fn close(&self) {
        self.inner.close();
    }
}
