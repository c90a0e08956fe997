//! What the file system's answers mean to a log.

use std::io;
use std::path::Path;

use super::LogError;

/// Whether an I/O error means that there is no room.
pub(super) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// An I/O error outside a write, as the log's error.
pub(super) fn io_error(store: &str, what: &str, error: &io::Error) -> LogError {
    let (store, what) = (store.to_owned(), format!("{what}: {error}"));
    if is_full(error) { LogError::Full { store, what } } else { LogError::Unavailable { store, what } }
}

/// The folder that holds `path`; the working folder for a bare name.
pub(super) fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}
