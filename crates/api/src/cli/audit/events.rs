//! Events of an audited history, read by their positions where an answer asks for them.
//!
//! Guarantees: a line that can't be read, or that says another position, is no event; the caller then gives no answer.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::log::codec;
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::record::MAX_LINE_BYTES;

use super::bundle::{Bundle, EVENTS};
use super::store::Copied;
use crate::history::EventSource;

/// Lines between two of which it is known where they begin.
const STEP: u64 = 256;

/// The events of a store.
pub struct StoreEvents(Prover);

impl StoreEvents {
    /// The events of a store that was copied.
    pub fn of(store: &Copied) -> Self {
        Self(Prover::new(Arc::clone(&store.log)))
    }
}

impl EventSource for StoreEvents {
    fn event(&self, position: Position) -> Option<Arc<Recorded>> {
        decode(&self.0.line(position).ok()?, position)
    }
}

/// The events of a bundle. Where lines begin is found out when the first one is asked for.
pub struct BundleEvents {
    path: PathBuf,
    begins: OnceLock<Vec<u64>>,
}

impl BundleEvents {
    /// The events of a bundle.
    pub fn of(bundle: &Bundle) -> Self {
        Self { path: bundle.file(EVENTS), begins: OnceLock::new() }
    }

    fn line(&self, position: Position) -> Option<Vec<u8>> {
        let index = position.checked_sub(1)?;
        // A file that can't be read has no events.
        let begins = self.begins.get_or_init(|| begins(&self.path).unwrap_or_default());
        let begin = *begins.get(usize::try_from(index / STEP).ok()?)?;
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(begin)).ok()?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        for _ in 0..=index % STEP {
            line.clear();
            lines.by_ref().take(MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut line).ok()?;
        }
        line.pop().filter(|last| *last == b'\n')?;
        Some(line)
    }
}

impl EventSource for BundleEvents {
    fn event(&self, position: Position) -> Option<Arc<Recorded>> {
        decode(&self.line(position)?, position)
    }
}

/// Where each line begins whose index is a multiple of [`STEP`].
fn begins(path: &Path) -> std::io::Result<Vec<u64>> {
    let mut lines = BufReader::with_capacity(1024 * 1024, File::open(path)?);
    let (mut begins, mut at, mut index) = (Vec::new(), 0, 0);
    loop {
        let skipped = lines.skip_until(b'\n')? as u64;
        if skipped == 0 {
            return Ok(begins);
        }
        if index % STEP == 0 {
            begins.push(at);
        }
        (at, index) = (at + skipped, index + 1);
    }
}

fn decode(line: &[u8], position: Position) -> Option<Arc<Recorded>> {
    codec::decode(line).ok().filter(|event| event.position == position).map(Arc::new)
}
