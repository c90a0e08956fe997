//! The values file: each value with its salt, sealed under its subject's key.
//!
//! An append file of its own and not the store: the store's segments keep old bytes, and values must be on stable
//! storage before the line that commits to them, whatever the store is. Guarantees: a value is bound to its subject,
//! field and commitment, so none passes for another.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::VaultError;
use super::lines::{LineFile, Place, json};
use super::secret::{Key, Opening, Sealed};
use super::subject::{Field, Subject};
use crate::value::Commitment;

const WHAT: &str = "daftar vault values";
const VERSION: u8 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    file: String,
    v: u8,
    vault: Uuid,
}

/// A line: the values of one batch.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    values: Vec<Stored>,
}

/// A sealed value.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    subject: Subject,
    field: Field,
    commitment: Commitment,
    sealed: Sealed,
}

/// Where a value is, and whose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) subject: Subject,
    pub(super) field: Field,
    place: Place,
    index: u32,
}

impl Known {
    /// Grows with every value that is stored.
    pub(super) fn order(&self) -> (Place, u32) {
        (self.place, self.index)
    }
}

/// The open values file.
#[derive(Debug)]
pub(super) struct Values {
    file: LineFile,
    vault: Uuid,
    known: HashMap<Commitment, Known>,
}

fn bound(subject: Subject, field: Field, commitment: &Commitment) -> Vec<u8> {
    format!("daftar vault value\n{subject}\n{}\n{commitment}", field.as_str()).into_bytes()
}

impl Stored {
    pub(super) fn seal(
        subject: Subject,
        field: Field,
        opening: &Opening,
        key: &Key,
    ) -> Result<Self, VaultError> {
        let commitment = opening.commitment();
        let sealed = key.seal(&opening.bytes(), &bound(subject, field, &commitment))?;
        Ok(Self { subject, field, commitment, sealed })
    }
}

impl Values {
    pub(super) fn create(path: &Path, vault: Uuid) -> Result<(), VaultError> {
        LineFile::create(path, &[header(vault)]).map(drop)
    }

    pub(super) fn open(path: &Path, vault: Uuid) -> Result<Self, VaultError> {
        let mut known = HashMap::new();
        let file = LineFile::open(path, |number, place, json| {
            if number == 1 {
                return judge_header(json, vault);
            }
            let batch: Batch = serde_json::from_slice(json).map_err(|error| error.to_string())?;
            note(&mut known, &batch, place);
            Ok(())
        })?;
        Ok(Self { file, vault, known })
    }

    /// Appends values: one append, one sync.
    pub(super) fn append(&mut self, values: Vec<Stored>) -> Result<(), VaultError> {
        let batch = Batch { values };
        let place = self.file.append(&json(&batch))?;
        note(&mut self.known, &batch, place);
        Ok(())
    }

    pub(super) fn known(&self, commitment: &Commitment) -> Option<&Known> {
        self.known.get(commitment)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Commitment, &Known)> {
        self.known.iter()
    }

    /// Opens a value.
    pub(super) fn read(
        &self,
        commitment: &Commitment,
        known: &Known,
        key: &Key,
    ) -> Result<Opening, VaultError> {
        let batch = self.batch(known.place)?;
        let wrong = VaultError::Undecryptable(known.subject);
        let Some(stored) = batch.values.get(known.index as usize) else { return Err(wrong) };
        let bytes = key.open(&stored.sealed, &bound(known.subject, known.field, commitment));
        let opening = bytes.as_deref().and_then(|bytes| Opening::from_bytes(bytes));
        match opening {
            Some(opening) if opening.commitment() == *commitment => Ok(opening),
            _ => Err(wrong),
        }
    }

    fn batch(&self, place: Place) -> Result<Batch, VaultError> {
        let bytes = self.file.read(place)?;
        serde_json::from_slice(&bytes).map_err(|error| VaultError::Failed(error.to_string()))
    }

    /// Rewrites the file with those that pass.
    pub(super) fn retain(&mut self, keep: impl Fn(&Commitment, Subject) -> bool) -> Result<(), VaultError> {
        let mut places: Vec<Place> = self.known.values().map(|known| known.place).collect();
        places.sort_unstable();
        places.dedup();
        let file = &self.file;
        let kept = |place: &Place| {
            let mut batch: Batch = serde_json::from_slice(&file.read(*place)?)
                .map_err(|error| VaultError::Failed(error.to_string()))?;
            batch.values.retain(|stored| keep(&stored.commitment, stored.subject));
            Ok((!batch.values.is_empty()).then(|| json(&batch)))
        };
        let lines =
            places.iter().filter_map(|place| kept(place).transpose()).collect::<Result<Vec<_>, _>>()?;
        let rewritten = self.file.rewrite(std::iter::once(header(self.vault)).chain(lines).map(Ok));
        *self = Self::open(self.file.path().to_owned().as_path(), self.vault)?;
        rewritten
    }
}

fn note(known: &mut HashMap<Commitment, Known>, batch: &Batch, place: Place) {
    for (index, stored) in (0..).zip(&batch.values) {
        let Stored { subject, field, commitment, .. } = *stored;
        known.insert(commitment, Known { subject, field, place, index });
    }
}

fn header(vault: Uuid) -> Vec<u8> {
    json(&Header { file: WHAT.to_owned(), v: VERSION, vault })
}

fn judge_header(bytes: &[u8], vault: Uuid) -> Result<(), String> {
    let header: Header = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match (header.file.as_str(), header.v) {
        (WHAT, VERSION) if header.vault == vault => Ok(()),
        (WHAT, VERSION) => Err(format!("it belongs to vault {}, the keys to vault {vault}", header.vault)),
        (file, version) => Err(format!("it is {file:?} version {version}")),
    }
}

/// Values whose subject has neither a key nor a tombstone: their keys are lost.
pub(super) fn orphaned(values: &Values, has: impl Fn(Subject) -> bool) -> BTreeSet<Subject> {
    values.known.values().map(|known| known.subject).filter(|subject| !has(*subject)).collect()
}
