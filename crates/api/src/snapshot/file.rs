//! The file of a snapshot: sections one after another, an index of them, and where the index begins.
//!
//! Guarantees: each byte is covered by a SHA-256 that is compared before anything is made of it. Must never know what
//! a section holds.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use daftar_domain::envelope::Position;
use daftar_domain::ledger::NotOfLog;
use daftar_domain::log::Log;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Unusable;
use crate::view::View;

/// Stands at the end.
const MAGIC: [u8; 8] = *b"DFTRSNP1";
/// Bytes behind the index: its length, its hash, [`MAGIC`].
const TRAILER_BYTES: u64 = 8 + 32 + 8;
/// The longest index.
const INDEX_MAX_BYTES: u64 = 64 * 1024;
/// Bytes after which what was written is synced, so that the store's own syncs never wait for all of it.
const SYNC_BYTES: u64 = 16 << 20;

/// Where a section stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Section {
    from: u64,
    length: u64,
    hash: [u8; 32],
}

/// Where the log stood.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) commits: u64,
    pub(super) position: Position,
}

impl End {
    pub(super) fn check(self, log: &dyn Log) -> Result<(), NotOfLog> {
        NotOfLog::if_beyond(self.commits, log)
    }
}

/// What the file says about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) build: [u8; 32],
    pub(super) view_version: u32,
    pub(super) end: End,
    sections: Vec<Section>,
}

/// Writes sections.
pub(super) struct Writer {
    file: BufWriter<Hashing>,
    end: End,
    sections: Vec<Section>,
}

/// Hashes what goes into a file, and syncs it from time to time.
struct Hashing {
    file: File,
    hasher: Sha256,
    written: u64,
    unsynced: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.written += written as u64;
        self.unsynced += written as u64;
        if self.unsynced >= SYNC_BYTES {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Writer {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = Hashing { file: File::create(path)?, hasher: Sha256::new(), written: 0, unsynced: 0 };
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), end: End::default(), sections: Vec::new() })
    }

    /// Says where the log stood.
    pub(super) fn ends(&mut self, commits: u64, position: Position) {
        self.end = End { commits, position };
    }

    /// Adds a section.
    pub(super) fn put(&mut self, part: &impl Serialize) -> Result<(), Unusable> {
        let from = self.file.get_ref().written;
        postcard::to_io(part, &mut self.file)?;
        self.file.flush()?;
        let hashing = self.file.get_mut();
        let (length, hash) = (hashing.written - from, hashing.hasher.finalize_reset().into());
        self.sections.push(Section { from, length, hash });
        Ok(())
    }

    /// Writes the index, and waits until all is on stable storage.
    pub(super) fn finish(mut self, build: [u8; 32]) -> Result<(), Unusable> {
        let index = Index { build, view_version: View::VERSION, end: self.end, sections: self.sections };
        let index = postcard::to_stdvec(&index)?;
        self.file.write_all(&index)?;
        self.file.write_all(&(index.len() as u64).to_le_bytes())?;
        self.file.write_all(&Sha256::digest(&index))?;
        self.file.write_all(&MAGIC)?;
        self.file.flush()?;
        Ok(self.file.get_ref().file.sync_all()?)
    }
}

/// Reads sections, from several threads at a time.
pub(super) struct Reader {
    file: File,
    index: Index,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self, Unusable> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unusable::Missing,
            _ => Unusable::Io(error),
        })?;
        let cut = || Unusable::Damaged("it is cut short");
        let length = file.metadata()?.len();
        let body = length.checked_sub(TRAILER_BYTES).ok_or_else(cut)?;
        let mut trailer = [0; TRAILER_BYTES as usize];
        file.read_exact_at(&mut trailer, body)?;
        let (index_length, hash) = (&trailer[..8], &trailer[8..40]);
        let index_length = u64::from_le_bytes(index_length.try_into().expect("eight bytes"));
        if trailer[40..] != MAGIC || index_length > INDEX_MAX_BYTES {
            return Err(cut());
        }
        let from = body.checked_sub(index_length).ok_or_else(cut)?;
        let mut index = vec![0; index_length as usize];
        file.read_exact_at(&mut index, from)?;
        if Sha256::digest(&index)[..] != *hash {
            return Err(Unusable::Damaged("its index was changed"));
        }
        let index: Index = whole(&index)?;
        let mut next = 0;
        for section in &index.sections {
            if section.from != next || section.length > from - next {
                return Err(Unusable::Damaged("its sections do not follow on"));
            }
            next += section.length;
        }
        if next != from {
            return Err(Unusable::Damaged("it has bytes that are in no section"));
        }
        Ok(Self { file, index })
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// What a section holds.
    pub(super) fn take<T: DeserializeOwned>(&self, number: usize) -> Result<T, Unusable> {
        let section = self.index.sections.get(number).ok_or(Unusable::Damaged("a section is missing"))?;
        let mut bytes = vec![0; section.length as usize];
        self.file.read_exact_at(&mut bytes, section.from)?;
        if Sha256::digest(&bytes)[..] != section.hash {
            return Err(Unusable::Damaged("a section was changed"));
        }
        whole(&bytes)
    }
}

fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unusable> {
    match postcard::take_from_bytes(bytes)? {
        (part, []) => Ok(part),
        _ => Err(Unusable::Damaged("a section has more than its part")),
    }
}
