//! The folder of an embedded store: its lock, its rights, and what must be on stable storage before it is used.
//!
//! Guarantees: one process at a time; files and folder entries are synced once on opening (without it, most
//! power cuts leave a store that does not open); the data file's own sync is at hand. Must never delete anything
//! but a snapshot that was cut off while it was being written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::log::LogError;
use crate::log::files::{io_error, parent_of};

const LOCK: &str = "lock";
const DATA: &str = "db";
const BLOBS: &str = "blobs";

/// A locked store folder.
#[derive(Debug)]
pub(super) struct StoreFolder {
    path: PathBuf,
    name: String,
    /// Held for as long as the store is open; the system drops the lock with the process.
    _lock: File,
}

impl StoreFolder {
    /// Creates the folder where needed, takes its lock, and removes a snapshot that was cut off.
    pub(super) fn lock(path: &Path) -> Result<Self, LogError> {
        let name = path.display().to_string();
        create_synced(path).map_err(|error| io_error(&name, "the folder cannot be made", &error))?;
        if !path.is_dir() {
            return Err(LogError::Unavailable { store: name, what: "it is not a folder".to_owned() });
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .map_err(|error| io_error(&name, "its lock cannot be opened", &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LogError::Locked { store: name, what: "another process has it open".to_owned() });
            }
            Err(TryLockError::Error(error)) => {
                return Err(io_error(&name, "its lock cannot be taken", &error));
            }
        }
        let folder = Self { path: path.to_owned(), name, _lock: lock };
        folder.check_files()?;
        Ok(folder)
    }

    /// The folder's path as it was given, for messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn check_files(&self) -> Result<(), LogError> {
        let mut snapshot = false;
        let mut foreign = None;
        let entries =
            fs::read_dir(&self.path).map_err(|error| self.io("the folder cannot be listed", &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| self.io("the folder cannot be listed", &error))?;
            let file = entry.file_name();
            let file = file.to_string_lossy();
            if file.starts_with("snap.") && file.ends_with(".generating") {
                fs::remove_file(entry.path())
                    .map_err(|error| self.io("an unfinished snapshot cannot be removed", &error))?;
            } else if file.starts_with("snap.") {
                snapshot = true;
            } else if ![LOCK, DATA, BLOBS, "conf"].contains(&file.as_ref()) {
                foreign = Some(file.into_owned());
            }
        }
        match (self.path.join(DATA).exists(), snapshot, foreign) {
            (false, true, _) => Err(self.corrupt("from position 1 on: its data file (db) is missing")),
            (false, _, Some(file)) => Err(LogError::Unavailable {
                store: self.name.clone(),
                what: format!("it holds other files ({file}) and no log; name an empty or a new folder"),
            }),
            _ => self.check_blobs(),
        }
    }

    /// Values that grew past their limit land in files that are never synced: nothing may go on then.
    pub(super) fn check_blobs(&self) -> Result<(), LogError> {
        match fs::read_dir(self.path.join(BLOBS)).map(|mut entries| entries.next()) {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(self.corrupt("blobs/ is not empty: a value outgrew what is written durably")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.io("blobs/ cannot be listed", &error)),
        }
    }

    /// Syncs the store's files, its folders and their entry in the parent; returns the data file, open for syncing.
    pub(super) fn sync_all(&self) -> Result<File, LogError> {
        let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
        for file in ["conf", DATA, BLOBS, ""] {
            sync(&self.path.join(file))
                .map_err(|error| self.io(&format!("{file:?} cannot be synced"), &error))?;
        }
        sync(parent_of(&self.path)).map_err(|error| self.io("its parent folder cannot be synced", &error))?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(self.path.join(DATA))
            .map_err(|error| self.io("its data file cannot be opened", &error))
    }

    pub(super) fn corrupt(&self, what: impl Into<String>) -> LogError {
        LogError::Corrupt { store: self.name.clone(), what: what.into() }
    }

    pub(super) fn io(&self, what: &str, error: &io::Error) -> LogError {
        io_error(&self.name, what, error)
    }
}

/// Makes a folder and those above it, and syncs each new one's entry.
fn create_synced(path: &Path) -> io::Result<()> {
    if path.exists() || path.as_os_str().is_empty() {
        return Ok(());
    }
    let parent = parent_of(path);
    create_synced(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(parent)?.sync_all(),
    }
}
