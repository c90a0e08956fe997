//! `daftar audit restore`: puts a bundle in the place of a record that was lost or damaged.
//!
//! Guarantees: the bundle is verified whole, and that it continues what is known of the record that it replaces (its
//! mark, the checkpoint beside its keys, those that the operator names), before anything is swapped; the store that was
//! there is kept beside; a swap that was cut off is finished by the same command. A bundle that ends before the mark
//! loses what was acknowledged: it is refused unless the operator says where the record may end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use daftar_domain::log::checkpoint::Trust;
use daftar_domain::log::mark::Mark;

use super::Progress;
use super::bundle::Bundle;
use super::chain::Expected;
use super::finding::{Code, Finding};
use super::import_bundle;
use super::store::{LOG, MARK, SIGNED, lock};
use super::trust::{expected_of, read_checkpoint};

/// Where the record is rebuilt before the swap, below the data folder.
const REBUILT: &str = "restoring";

/// What a restore did.
pub struct Restored {
    /// The position of the last event.
    pub size: u64,
    /// Where the store was put that stood there before.
    pub replaced: Option<PathBuf>,
}

/// Restores a bundle into a data folder. `may_end_at` is the end that the operator accepts where the record had come
/// further.
///
/// # Errors
/// What verifying finds; [`Code::OlderThanSeen`] for a bundle that ends before the record did; [`Code::Forked`] for one
/// of another history; [`Code::Unreadable`] while a server has the store open.
pub fn restore(
    bundle: &Bundle,
    data: &Path,
    trust: &Trust,
    mut seen: Vec<Expected>,
    may_end_at: Option<u64>,
    progress: &Progress,
) -> Result<Restored, Finding> {
    let size = bundle.checkpoint(trust)?.checkpoint.size;
    seen.extend(known(data, trust)?);
    if may_end_at == Some(size) {
        seen.retain(|expected| expected.size <= size);
    }
    bundle.verify(trust, seen, progress)?;
    let log = data.join(LOG);
    let _stopped = if log.is_dir() { lock(&log)? } else { None };
    let rebuilt = data.join(REBUILT);
    import_bundle::import(bundle, &rebuilt, trust, progress)?;
    let replaced = set_aside(&log)?;
    for name in [LOG, MARK] {
        let (from, to) = (rebuilt.join(name), data.join(name));
        fs::rename(&from, &to).map_err(|error| Finding::io(&to, &error))?;
    }
    fs::remove_dir_all(&rebuilt).map_err(|error| Finding::io(&rebuilt, &error))?;
    File::open(data).and_then(|folder| folder.sync_all()).map_err(|error| Finding::io(data, &error))?;
    Ok(Restored { size, replaced })
}

/// What is known of the record that stood there, outside its store.
fn known(data: &Path, trust: &Trust) -> Result<Vec<Expected>, Finding> {
    let path = data.join(MARK);
    let mark = Mark::read(&path)?.filter(|mark| mark.position > 0);
    let mark = mark.map(|mark| Expected {
        size: mark.position,
        root: mark.root,
        whose: format!("the mark in {}", path.display()),
        other: Code::Forked,
        short: Code::OlderThanSeen,
    });
    let path = data.join(SIGNED);
    let signed = read_checkpoint(&path, &trust.clone().asking_for(0))?;
    let whose = format!("the checkpoint beside the keys ({})", path.display());
    let signed = signed.map(|signed| expected_of(&signed, whose, Code::Forked, Code::OlderThanSeen));
    Ok(mark.into_iter().chain(signed).collect())
}

/// Moves a store out of the way, to the first name that is free.
fn set_aside(log: &Path) -> Result<Option<PathBuf>, Finding> {
    if !log.exists() {
        return Ok(None);
    }
    let name = |number: u32| log.with_extension(format!("replaced-{number}"));
    let free = (1..).map(name).find(|path| !path.exists()).expect("some number is free");
    fs::rename(log, &free).map_err(|error| Finding::io(log, &error))?;
    Ok(Some(free))
}
