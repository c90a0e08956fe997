//! The keys file: one key per subject, wrapped under the master key; the master key, wrapped under the operator's; and
//! a tombstone for each subject that was erased.
//!
//! Guarantees: a key is on stable storage before anything is sealed under it; a subject with a tombstone never gets a
//! key again; an erasure leaves neither the subject's key nor the master key that had wrapped it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::VaultError;
use super::lines::{LineFile, json};
use super::operator::OperatorKey;
use super::secret::{Key, Sealed};
use super::subject::Subject;

const WHAT: &str = "daftar vault keys";
const VERSION: u8 = 1;
/// Keys in one line of a rewritten file.
const LINE_KEYS: usize = 1_000;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    file: String,
    v: u8,
    /// Which vault: the values file names the same.
    vault: Uuid,
    /// How often the master key was replaced.
    generation: u64,
    master: Sealed,
}

/// Every other line.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<Wrapped>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    erased: Vec<Subject>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    subject: Subject,
    key: Sealed,
}

/// What opens the keys.
#[derive(Debug)]
struct Master {
    operator: OperatorKey,
    key: Key,
}

/// The open keys file.
#[derive(Debug)]
pub(super) struct Keys {
    file: LineFile,
    header: Header,
    master: Option<Master>,
    wrapped: BTreeMap<Subject, Sealed>,
    erased: BTreeSet<Subject>,
}

fn bound_master(vault: Uuid, generation: u64) -> Vec<u8> {
    format!("daftar vault master\n{vault}\n{generation}").into_bytes()
}

fn bound_key(vault: Uuid, subject: Subject) -> Vec<u8> {
    format!("daftar vault key\n{vault}\n{subject}").into_bytes()
}

impl Header {
    fn new(vault: Uuid, generation: u64, master: &Master) -> Result<Self, VaultError> {
        let sealed = master.operator.0.seal(master.key.bytes(), &bound_master(vault, generation))?;
        Ok(Self { file: WHAT.to_owned(), v: VERSION, vault, generation, master: sealed })
    }

    fn read(json: &[u8]) -> Result<Self, String> {
        let header: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if (header.file.as_str(), header.v) != (WHAT, VERSION) {
            return Err(format!("it is {:?} version {}", header.file, header.v));
        }
        Ok(header)
    }
}

impl Keys {
    pub(super) fn create(path: &Path, vault: Uuid, operator: &OperatorKey) -> Result<(), VaultError> {
        let master = Master { operator: operator.clone(), key: Key::random()? };
        let header = Header::new(vault, 0, &master)?;
        LineFile::create(path, &[json(&header)]).map(drop)
    }

    /// Opens the file; without the operator's key it tells only who was erased.
    pub(super) fn open(path: &Path, operator: Option<&OperatorKey>) -> Result<Self, VaultError> {
        let (mut header, mut wrapped, mut erased) = (None, BTreeMap::new(), BTreeSet::new());
        let file = LineFile::open(path, |number, _, json| {
            if number == 1 {
                header = Some(Header::read(json)?);
                return Ok(());
            }
            let batch: Batch = serde_json::from_slice(json).map_err(|error| error.to_string())?;
            for Wrapped { subject, key } in batch.keys {
                if wrapped.insert(subject, key).is_some() {
                    return Err(format!("a second key of {subject}"));
                }
            }
            erased.extend(batch.erased);
            Ok(())
        })?;
        let header = header.expect("a file that opened has a first line");
        if let Some(subject) = erased.iter().find(|subject| wrapped.contains_key(subject)) {
            return Err(VaultError::damaged(path, 0, &format!("a key of {subject}, who was erased")));
        }
        let mut keys = Self { file, header, master: None, wrapped, erased };
        if let Some(operator) = operator {
            keys.unlock(operator)?;
        }
        Ok(keys)
    }

    fn unlock(&mut self, operator: &OperatorKey) -> Result<(), VaultError> {
        let bound = bound_master(self.header.vault, self.header.generation);
        let key = operator.0.open_key(&self.header.master, &bound).ok_or(VaultError::KeyWrong)?;
        self.master = Some(Master { operator: operator.clone(), key });
        Ok(())
    }

    fn master(&self) -> Result<&Master, VaultError> {
        self.master.as_ref().ok_or(VaultError::Closed)
    }

    pub(super) fn vault(&self) -> Uuid {
        self.header.vault
    }

    pub(super) fn is_open(&self) -> bool {
        self.master.is_some()
    }

    pub(super) fn is_erased(&self, subject: Subject) -> bool {
        self.erased.contains(&subject)
    }

    pub(super) fn has_key(&self, subject: Subject) -> bool {
        self.wrapped.contains_key(&subject)
    }

    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject> {
        self.wrapped.keys().copied()
    }

    /// How many were erased.
    pub(super) fn tombstones(&self) -> usize {
        self.erased.len()
    }

    /// The key of a subject.
    pub(super) fn key(&self, subject: Subject) -> Result<Option<Key>, VaultError> {
        let master = self.master()?;
        let Some(sealed) = self.wrapped.get(&subject) else { return Ok(None) };
        let key = master.key.open_key(sealed, &bound_key(self.header.vault, subject));
        key.map(Some).ok_or(VaultError::Undecryptable(subject))
    }

    /// Makes a key for each of these that has none: one append, one sync.
    pub(super) fn mint(&mut self, subjects: &BTreeSet<Subject>) -> Result<(), VaultError> {
        let master = self.master()?;
        if let Some(subject) = subjects.iter().find(|subject| self.erased.contains(subject)) {
            return Err(VaultError::Erased(*subject));
        }
        let mut keys = Vec::new();
        for subject in subjects.iter().filter(|subject| !self.wrapped.contains_key(subject)) {
            let key = master.key.seal(Key::random()?.bytes(), &bound_key(self.header.vault, *subject))?;
            keys.push(Wrapped { subject: *subject, key });
        }
        if keys.is_empty() {
            return Ok(());
        }
        let batch = Batch { keys, erased: Vec::new() };
        self.file.append(&json(&batch))?;
        self.wrapped.extend(batch.keys.into_iter().map(|wrapped| (wrapped.subject, wrapped.key)));
        Ok(())
    }

    /// Drops the keys of these, leaves their tombstones, and replaces the master key.
    pub(super) fn erase(&mut self, subjects: &BTreeSet<Subject>) -> Result<(), VaultError> {
        let operator = self.master()?.operator.clone();
        self.replace_master(&operator, subjects, true)
    }

    /// Drops the keys of these without a tombstone: nothing of them was ever recorded.
    pub(super) fn forget(&mut self, subjects: &BTreeSet<Subject>) -> Result<(), VaultError> {
        let operator = self.master()?.operator.clone();
        self.replace_master(&operator, subjects, false)
    }

    /// Replaces the master key, and wraps the new one under an operator's key: the same or a new one.
    pub(super) fn rotate(&mut self, operator: &OperatorKey) -> Result<(), VaultError> {
        self.replace_master(operator, &BTreeSet::new(), false)
    }

    fn replace_master(
        &mut self,
        operator: &OperatorKey,
        without: &BTreeSet<Subject>,
        bury: bool,
    ) -> Result<(), VaultError> {
        let vault = self.header.vault;
        let master = Master { operator: operator.clone(), key: Key::random()? };
        let header = Header::new(vault, self.header.generation + 1, &master)?;
        let mut wrapped = BTreeMap::new();
        for subject in self.subjects().filter(|subject| !without.contains(subject)) {
            let key = self.key(subject)?.ok_or(VaultError::Undecryptable(subject))?;
            wrapped.insert(subject, master.key.seal(key.bytes(), &bound_key(vault, subject))?);
        }
        let mut erased = self.erased.clone();
        if bury {
            erased.extend(without);
        }
        let lines = whole(&header, &wrapped, &erased);
        let rewritten = self.file.rewrite(lines.into_iter().map(Ok));
        // The new file may have taken the old one's place although the old bytes could not be overwritten: what this
        // process goes on with must be what it would read again.
        if rewritten.is_ok() || !self.is_as_before()? {
            (self.header, self.master, self.wrapped, self.erased) = (header, Some(master), wrapped, erased);
        }
        rewritten
    }

    /// Whether the file still begins with the header that this process knows.
    fn is_as_before(&self) -> Result<bool, VaultError> {
        Ok(self.file.first()? == json(&self.header))
    }
}

fn whole(header: &Header, wrapped: &BTreeMap<Subject, Sealed>, erased: &BTreeSet<Subject>) -> Vec<Vec<u8>> {
    let keys: Vec<_> = wrapped.iter().collect();
    let erased: Vec<_> = erased.iter().copied().collect();
    let of_keys = keys.chunks(LINE_KEYS).map(|part| {
        let wrap = |(subject, key): &(&Subject, &Sealed)| Wrapped { subject: **subject, key: (*key).clone() };
        json(&Batch { keys: part.iter().map(wrap).collect(), erased: Vec::new() })
    });
    let of_erased =
        erased.chunks(LINE_KEYS).map(|part| json(&Batch { keys: Vec::new(), erased: part.to_vec() }));
    std::iter::once(json(header)).chain(of_keys).chain(of_erased).collect()
}
