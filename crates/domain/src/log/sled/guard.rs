//! Calls into sled, so that its errors and its panics (it panics on damage) come out as the log's errors, and nothing
//! is printed of them before.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use super::folder::StoreFolder;
use crate::log::LogError;
use crate::log::files::is_full;

/// What came of a call into sled that did not succeed.
pub(super) enum Fault {
    Sled(sled::Error),
    Panic(String),
}

thread_local! {
    /// Whether this thread is inside sled, where a panic is caught and told as an error.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Panics inside sled, and on its own threads, are told by whoever called it: the hook that prints them passes them
/// over. Every other panic is printed as before.
fn quieten() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let printing = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let own_thread = thread::current().name().is_some_and(|name| name.starts_with("sled"));
            // A thread that is ending has no flag any more; what it panics with is not sled's.
            if own_thread || INSIDE.try_with(Cell::get).unwrap_or(false) {
                tracing::debug!(%panic, "inside the store");
            } else {
                printing(panic);
            }
        }));
    });
}

/// Runs a call that may panic inside sled; what it panicked with comes back as an error.
pub(super) fn caught<T>(call: impl FnOnce() -> T) -> thread::Result<T> {
    quieten();
    let outer = INSIDE.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    INSIDE.set(outer);
    result
}

/// Runs a call into sled.
pub(super) fn guard<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, Fault> {
    match caught(call) {
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
    /// As the log's error, when nothing was being written; `place` says from where on nothing can be read.
    pub(super) fn outside_write(self, folder: &StoreFolder, place: &str) -> LogError {
        match self {
            Self::Sled(sled::Error::Io(error)) => folder.io("it cannot be read", &error),
            Self::Sled(sled::Error::Unsupported(what)) => LogError::Unavailable {
                store: folder.name().to_owned(),
                what: format!("written by another release of the store: {what}"),
            },
            Self::Sled(error) => folder.corrupt(format!("{place}: {error}")),
            Self::Panic(what) => folder.corrupt(format!("{place}: the store gave up: {what}")),
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
