//! A log in memory: for tests, dry runs and rehearsals. It guarantees what every backend does, except that nothing
//! outlives the last handle; it must never be offered as a store of record.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::watch::Watch;
use super::{Appended, CommitWrite, Log, LogError, Waited, check_write};

#[derive(Debug, Default)]
struct Kept {
    records: Vec<Vec<u8>>,
    head: Option<Vec<u8>>,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
}

/// The log in memory. Clones of [`MemoryLog::reopen`] share what is kept, as two openings of one folder would.
#[derive(Debug, Default)]
pub struct MemoryLog {
    kept: Arc<RwLock<Kept>>,
    watch: Watch,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new handle on the same content, as after a restart: it is open even if this one was closed.
    pub fn reopen(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), watch: Watch::new(self.tail()) }
    }
}

impl Log for MemoryLog {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let last = kept.records.len() as u64;
        if expected != last {
            return Ok(Appended::Conflict { last });
        }
        check_write("memory", expected, write)?;
        kept.records.push(write.record.clone());
        kept.head = Some(write.head.clone());
        for tile in &write.tiles {
            kept.tiles.insert((tile.level, tile.index), tile.hashes.clone());
        }
        drop(kept);
        self.watch.reached(expected + 1);
        Ok(Appended::At(expected + 1))
    }

    fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        Ok(commit.checked_sub(1).and_then(|index| kept.records.get(index as usize).cloned()))
    }

    fn head(&self) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.kept.read().unwrap_or_else(PoisonError::into_inner).head.clone())
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.kept.read().unwrap_or_else(PoisonError::into_inner).tiles.get(&(level, index)).cloned())
    }

    fn tail(&self) -> u64 {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).records.len() as u64
    }

    fn wait(&self, after: u64, timeout: Duration) -> Waited {
        self.watch.wait(after, timeout)
    }

    fn close(&self) {
        self.watch.close();
    }
}
