//! The folder of an embedded store: its lock, its rights, and what must be on stable storage before it is used.
//!
//! Guarantees: one process at a time; a new store is made beside its place and moved there once all of it is on stable
//! storage, so that a power cut leaves a whole store or none; files and folder entries are synced once on opening
//! (without it, most power cuts leave a store that does not open); the data file's own sync is at hand. Must never
//! delete anything but what was cut off while it was being made: a store that nobody has used yet, a snapshot.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::lock;
use crate::log::LogError;
use crate::log::files::{io_error, parent_of};

const LOCK: &str = "lock";
const DATA: &str = "db";
const BLOBS: &str = "blobs";
/// What is added to the name of a store while it is being made.
const MAKING: &str = ".making";

/// A locked store folder.
#[derive(Debug)]
pub(super) struct StoreFolder {
    path: PathBuf,
    name: String,
    /// Held for as long as the store is open; the system drops the lock with the process.
    _lock: File,
}

impl StoreFolder {
    /// Takes the lock of the folder, and removes a snapshot that was cut off. A folder that is not there, or empty,
    /// gets a new store, which `fill` makes in the folder that it is given.
    pub(super) fn lock(
        path: &Path,
        fill: impl FnOnce(&Self) -> Result<(), LogError>,
    ) -> Result<Self, LogError> {
        let folder = match is_new(path) {
            true => Self::make(path, fill)?,
            false => Self::take(path, path.display().to_string())?,
        };
        folder.check_files()?;
        Ok(folder)
    }

    /// Makes a store beside its place, and moves it there once it is on stable storage.
    fn make(path: &Path, fill: impl FnOnce(&Self) -> Result<(), LogError>) -> Result<Self, LogError> {
        let name = path.display().to_string();
        let mut making = path.as_os_str().to_owned();
        making.push(MAKING);
        let making = PathBuf::from(making);
        let failed = |error: io::Error| io_error(&name, "the folder cannot be made", &error);
        create_synced(&making).map_err(failed)?;
        let mut folder = Self::take(&making, name.clone())?;
        folder.empty().map_err(failed)?;
        fill(&folder)?;
        folder.sync_all()?;
        fs::rename(&making, path).map_err(failed)?;
        File::open(parent_of(path)).and_then(|parent| parent.sync_all()).map_err(failed)?;
        folder.path = path.to_owned();
        Ok(folder)
    }

    /// Removes what a making that was cut off has left.
    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false if entry.file_name() == LOCK => {}
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }

    fn take(path: &Path, name: String) -> Result<Self, LogError> {
        if !path.is_dir() {
            return Err(LogError::Unavailable { store: name, what: "it is not a folder".to_owned() });
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .map_err(|error| io_error(&name, "its lock cannot be opened", &error))?;
        match lock::take(&file) {
            Ok(true) => Ok(Self { path: path.to_owned(), name, _lock: file }),
            Ok(false) => {
                Err(LogError::Locked { store: name, what: "another process has it open".to_owned() })
            }
            Err(error) => Err(io_error(&name, "its lock cannot be taken", &error)),
        }
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

/// Whether a store is to be made: there is no folder, or nothing is in it.
fn is_new(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
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
