//! Calls into sled, so that its errors and its panics (it panics on damage) come out as the log's errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::folder::StoreFolder;
use crate::log::LogError;
use crate::log::files::is_full;

/// What came of a call into sled that did not succeed.
pub(super) enum Fault {
    Sled(sled::Error),
    Panic(String),
}

/// Runs a call into sled.
pub(super) fn guard<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Fault::Sled),
        Err(panic) => {
            Err(Fault::Panic(match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
                (Some(text), _) => (*text).to_owned(),
                (_, Some(text)) => text.clone(),
                _ => "without a message".to_owned(),
            }))
        }
    }
}

impl Fault {
    /// As the log's error, when nothing was being written.
    pub(super) fn outside_write(self, folder: &StoreFolder) -> LogError {
        match self {
            Self::Sled(sled::Error::Io(error)) => folder.io("it cannot be read", &error),
            Self::Sled(sled::Error::Unsupported(what)) => LogError::Unavailable {
                store: folder.name().to_owned(),
                what: format!("written by another release of the store: {what}"),
            },
            Self::Sled(error) => folder.corrupt(format!("from an unknown position on: {error}")),
            Self::Panic(what) => {
                folder.corrupt(format!("from an unknown position on: the store gave up: {what}"))
            }
        }
    }

    /// As the log's error, when a write was under way.
    pub(super) fn in_write(self, folder: &StoreFolder) -> LogError {
        let store = folder.name().to_owned();
        match self {
            Self::Sled(sled::Error::Io(error)) if is_full(&error) => {
                LogError::Full { store, what: error.to_string() }
            }
            Self::Sled(error) => LogError::Unknown { store, what: error.to_string() },
            Self::Panic(what) => LogError::Unknown { store, what: format!("the store gave up: {what}") },
        }
    }
}
