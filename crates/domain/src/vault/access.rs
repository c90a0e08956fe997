//! The access log: who read whose fields, when, in which request and for what.
//!
//! Guarantees: an entry is on stable storage before the values are given out; each entry names the SHA-256 of the one
//! before, so that none can be changed, removed or put between without changing every later one. Its head enters the
//! main log hourly, so that its end can't be cut off further back than that. Must never hold a personal value.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::VaultError;
use super::lines::{LineFile, json};
use super::subject::{Field, Subject};
use crate::policy::Role;
use crate::privacy::AccessHead;
use crate::value::{ActorId, Fingerprint, Moment};

/// What personal data are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// The registry's own work: to reach a unit, to keep the record right.
    Registry,
    /// An inspection or a case that is under way.
    Inspection,
    /// The person asked for the data.
    PersonRequest,
    /// A court or authority asked for it.
    AuthorityRequest,
    /// An audit.
    Audit,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// When.
    pub at: Moment,
    /// Who read.
    pub actor: ActorId,
    /// In which role.
    pub role: Role,
    /// Whose values.
    pub subject: Subject,
    /// Which.
    pub fields: Vec<Field>,
    /// The ID of the request, or of the run of a command line.
    pub request: String,
    /// For what.
    pub purpose: Purpose,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    n: u32,
    previous: Fingerprint,
    reading: Reading,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    file: String,
    v: u8,
    vault: uuid::Uuid,
}

const WHAT: &str = "daftar vault access";
const VERSION: u8 = 1;

/// The open access log.
#[derive(Debug)]
pub(super) struct AccessLog {
    file: LineFile,
    /// The hash of the first line.
    first: Fingerprint,
    head: AccessHead,
}

fn hash(bytes: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(bytes).into())
}

impl AccessLog {
    pub(super) fn create(path: &Path, vault: uuid::Uuid) -> Result<(), VaultError> {
        let header = Header { file: WHAT.to_owned(), v: VERSION, vault };
        LineFile::create(path, &[json(&header)]).map(drop)
    }

    /// Opens the log and checks its chain; every entry is shown to `each`.
    pub(super) fn open(path: &Path, mut each: impl FnMut(AccessHead, &Reading)) -> Result<Self, VaultError> {
        let mut first = Fingerprint([0; 32]);
        let mut head = AccessHead { entries: 0, hash: first };
        let file = LineFile::open(path, |number, _, line| {
            if number == 1 {
                let header: Header = serde_json::from_slice(line).map_err(|error| error.to_string())?;
                if (header.file.as_str(), header.v) != (WHAT, VERSION) {
                    return Err(format!("it is {:?} version {}", header.file, header.v));
                }
                first = hash(line);
                head.hash = first;
                return Ok(());
            }
            let entry: Entry = serde_json::from_slice(line).map_err(|error| error.to_string())?;
            if entry.n != head.entries + 1 || entry.previous != head.hash {
                return Err("it does not continue the entry before".to_owned());
            }
            head = AccessHead { entries: entry.n, hash: hash(line) };
            each(head, &entry.reading);
            Ok(())
        })?;
        Ok(Self { file, first, head })
    }

    pub(super) fn head(&self) -> AccessHead {
        self.head
    }

    /// Whether a head that was noted elsewhere is one that the log had: it is still whole up to there.
    pub(super) fn held(&self, noted: &AccessHead) -> Result<bool, VaultError> {
        let mut held = false;
        let read = Self::open(self.file.path(), |head, _| held |= head == *noted)?;
        Ok(held || read.first == noted.hash && noted.entries == 0)
    }

    /// Every entry, the oldest first.
    pub(super) fn each(&self, mut each: impl FnMut(&Reading)) -> Result<(), VaultError> {
        Self::open(self.file.path(), |_, reading| each(reading)).map(drop)
    }

    /// Notes readings: one append and one sync each; the values may be given out once this returns.
    pub(super) fn note(&mut self, reading: Reading) -> Result<(), VaultError> {
        let n = self.head.entries.checked_add(1);
        let n = n.ok_or_else(|| VaultError::Failed("the access log is full".to_owned()))?;
        let entry = Entry { n, previous: self.head.hash, reading };
        let line = json(&entry);
        self.file.append(&line)?;
        self.head = AccessHead { entries: entry.n, hash: hash(&line) };
        Ok(())
    }
}
