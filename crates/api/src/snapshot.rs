//! Snapshots: the state and the view as they stood after a commit, so that a start reads them in place of the events.
//!
//! Guarantees: a snapshot is taken up only if every byte of it is as it was written, by this very program, and if the
//! log holds the lines that led there (their Merkle root is made anew from the log); everything else about it is
//! disposable, and what is wrong with it is told in one line and answered by a replay. What stands before it in the log
//! is verified beside the server that started from it. It is written beside the store,
//! as a whole or not at all, off the writer's path. It holds nothing that the log does not hold: no personal data.

mod before;
mod file;
mod keeper;
mod parts;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use daftar_domain::envelope::Position;
use daftar_domain::ledger::{NotOfLog, Resumed, Standing};
use daftar_domain::log::Log;
use daftar_domain::log::proof::prover::Prover;
use sha2::{Digest, Sha256};

use crate::view::View;

pub use before::Before;
pub use keeper::{Keeper, Source};

/// What a snapshot is made of, as of one commit.
#[derive(Clone)]
pub struct Taken {
    /// Where the ledger stood.
    pub standing: Standing,
    /// The view, and the state with it.
    pub view: Arc<View>,
    /// The first position of each commit.
    pub begins: Vec<Position>,
}

/// What was read from a snapshot.
pub struct Restored {
    /// What the ledger goes on from.
    pub resumed: Resumed,
    /// The view at that position.
    pub view: View,
    /// The first position of each commit.
    pub begins: Vec<Position>,
}

/// Why a snapshot can't be used, or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// There is none.
    #[error("there is none")]
    Missing,
    /// The file system.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Cut short, or changed.
    #[error("{0}")]
    Damaged(&'static str),
    /// Its parts can't be put together, or taken apart.
    #[error("its parts: {0}")]
    Parts(#[from] postcard::Error),
    /// Written by another build of the program, whose state or view may have another shape.
    #[error("another build of the program wrote it")]
    OtherBuild,
    /// The view answers otherwise than it did.
    #[error("its view has version {found}, not {}", View::VERSION)]
    OtherView {
        /// The version that it has.
        found: u32,
    },
    /// It is not of this log.
    #[error("{0}")]
    OtherLog(#[from] NotOfLog),
}

/// Writes a view with its state, and reads them again.
#[cfg(test)]
pub(crate) fn written_and_read(view: &Arc<View>) -> View {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot");
    let taken = Taken { standing: Standing::default(), view: Arc::clone(view), begins: Vec::new() };
    write(&path, &taken).unwrap();
    parts::take(&file::Reader::open(&path).unwrap()).unwrap().view
}

/// Writes a snapshot to `path`: beside it first, synced, then renamed.
///
/// # Errors
/// What the file system says; an older snapshot then still stands.
pub fn write(path: &Path, taken: &Taken) -> Result<(), Unusable> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = file::Writer::create(Path::new(&beside))?;
    parts::put(&mut file, taken)?;
    file.finish(build()?)?;
    std::fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?)
}

/// Reads the snapshot in `path`, if it is one of this log and program.
///
/// # Errors
/// Why it can't be used.
pub fn read(path: &Path, log: &dyn Log, prover: &Prover) -> Result<Restored, Unusable> {
    let file = file::Reader::open(path)?;
    if file.index().build != build()? {
        return Err(Unusable::OtherBuild);
    }
    if file.index().view_version != View::VERSION {
        return Err(Unusable::OtherView { found: file.index().view_version });
    }
    // Cheap beside reading the rest, and a store that was restored from a backup ends here.
    file.index().end.check(log)?;
    let restored = parts::take(&file)?;
    let position = restored.resumed.standing.position();
    if restored.view.position != position || restored.resumed.state.position != position {
        return Err(Unusable::Damaged("its parts are of different positions"));
    }
    restored.resumed.standing.check(log, prover)?;
    Ok(restored)
}

/// SHA-256 of the running program: whatever else was built may lay out state and view otherwise.
fn build() -> io::Result<[u8; 32]> {
    static BUILD: OnceLock<[u8; 32]> = OnceLock::new();
    if let Some(build) = BUILD.get() {
        return Ok(*build);
    }
    let mut program = File::open(std::env::current_exe()?)?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match program.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(*BUILD.get_or_init(|| hasher.finalize().into()))
}

#[cfg(test)]
mod tests;
