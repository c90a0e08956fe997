//! Personal data of natural persons, outside the log: what an event line commits to, and what can be erased.
//!
//! The line holds SHA-256(salt ‖ value); value and salt lie here, sealed under a key per subject, those keys under a
//! master key, and that one under the operator's. Three files of their own: `keys`, `values`, `access`.
//!
//! Guarantees: what [`Vault::store`] answered is on stable storage, so that the line may follow; after [`Vault::erase`]
//! neither the files nor any key that is left opens what was erased, and its subject never gets a key again; nobody
//! reads a value without an entry in the access log being on stable storage first, if it is asked through
//! [`Vault::read_for`]. Must never print a value or a key. What a file system, a disk or a backup copied elsewhere is
//! out of its reach: an erasure is complete when the backups of the keys file have expired.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::lock;
use crate::privacy::AccessHead;
use crate::value::Commitment;

mod access;
mod actors;
mod error;
mod keys;
mod lines;
mod operator;
mod secret;
mod subject;
#[cfg(test)]
mod tests;
mod values;

pub use access::{Purpose, Reading};
pub use actors::Actors;
pub use error::{VALUE_BYTES_MOST, VaultError};
pub use operator::OperatorKey;
pub use secret::{Opening, PersonalText};
pub use subject::{Field, Subject};

use access::AccessLog;
use keys::Keys;
use lines::LineFile;
use values::{Stored, Values};

/// What the vault has of a value.
#[derive(Debug)]
pub enum Held {
    /// The value, and the salt that opens its commitment.
    Present(Opening),
    /// Its subject was erased.
    Erased,
    /// It is not in this vault: the vault is older than the log.
    Missing,
}

/// What was found when everything in the vault was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Subjects with a key.
    pub subjects: usize,
    /// Subjects that were erased.
    pub erased: usize,
    /// Values, each of which opens its commitment.
    pub values: usize,
    /// Entries of the access log.
    pub readings: u32,
}

#[derive(Debug)]
struct Inner {
    keys: Keys,
    values: Values,
    access: AccessLog,
}

/// The vault of one log.
#[derive(Debug)]
pub struct Vault {
    inner: Mutex<Inner>,
    /// Held while the vault is open.
    _lock: File,
}

impl Vault {
    /// Makes a new vault in a folder, which is made too.
    ///
    /// # Errors
    /// [`VaultError::Exists`]; [`VaultError::Failed`].
    pub fn create(folder: &Path, operator: &OperatorKey) -> Result<(), VaultError> {
        let failed = |error| VaultError::io(folder, "make", &error);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let _lock = lock_folder(folder)?;
        if LineFile::exists(&folder.join("keys")) {
            return Err(VaultError::Exists(folder.to_owned()));
        }
        let vault = uuid::Builder::from_random_bytes(secret::random()?).into_uuid();
        Values::create(&folder.join("values"), vault)?;
        AccessLog::create(&folder.join("access"), vault)?;
        // The keys come last: with them the vault is there.
        Keys::create(&folder.join("keys"), vault, operator)
    }

    /// Opens a vault. Without the operator's key it is closed: it tells who was erased and refuses everything else.
    ///
    /// # Errors
    /// [`VaultError::NoVault`], [`VaultError::Locked`], [`VaultError::KeyWrong`], [`VaultError::Damaged`].
    pub fn open(folder: &Path, operator: Option<&OperatorKey>) -> Result<Self, VaultError> {
        if !LineFile::exists(&folder.join("keys")) {
            return Err(VaultError::NoVault(folder.to_owned()));
        }
        let lock = lock_folder(folder)?;
        let keys = Keys::open(&folder.join("keys"), operator)?;
        let values = Values::open(&folder.join("values"), keys.vault())?;
        let access = AccessLog::open(&folder.join("access"), |_, _| {})?;
        let mut inner = Inner { keys, values, access };
        inner.finish(folder)?;
        Ok(Self { inner: Mutex::new(inner), _lock: lock })
    }

    /// Whether the operator's key is there.
    pub fn is_open(&self) -> bool {
        self.inner().keys.is_open()
    }

    /// Whether a subject was erased.
    pub fn is_erased(&self, subject: Subject) -> bool {
        self.inner().keys.is_erased(subject)
    }

    /// Stores values under the subject's key, which is made if it has none; answers with what goes into the line, in
    /// the same order. Keys and values are on stable storage when this returns.
    ///
    /// # Errors
    /// [`VaultError::Closed`], [`VaultError::Erased`], [`VaultError::TooLong`], [`VaultError::Failed`].
    pub fn store(
        &self,
        subject: Subject,
        values: &[(Field, PersonalText)],
    ) -> Result<Vec<Commitment>, VaultError> {
        let long = values.iter().map(|(_, value)| value.reveal().len()).find(|len| *len > VALUE_BYTES_MOST);
        if let Some(len) = long {
            return Err(VaultError::TooLong(len));
        }
        let mut inner = self.inner();
        inner.keys.mint(&BTreeSet::from([subject]))?;
        let key = inner.keys.key(subject)?.expect("a key was made");
        let (mut stored, mut commitments) = (Vec::new(), Vec::new());
        for (field, value) in values {
            let opening = Opening::of(value.clone())?;
            commitments.push(opening.commitment());
            stored.push(Stored::seal(subject, *field, &opening, &key)?);
        }
        inner.values.append(stored)?;
        Ok(commitments)
    }

    /// Opens what a line commits to, without a note in the access log: only for what is not shown to anybody.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Undecryptable`].
    pub fn read(&self, subject: Subject, field: Field, commitment: &Commitment) -> Result<Held, VaultError> {
        self.inner().read(subject, field, commitment)
    }

    /// Opens what lines commit to for somebody: the entry in the access log is on stable storage before this returns.
    /// The reading names the fields; `wanted` are their commitments, in the same order.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Undecryptable`]; [`VaultError::Failed`] when it could not be noted.
    pub fn read_for(&self, reading: Reading, wanted: &[Commitment]) -> Result<Vec<Held>, VaultError> {
        let mut inner = self.inner();
        let fields = reading.fields.iter().zip(wanted);
        let held = fields
            .map(|(field, commitment)| inner.read(reading.subject, *field, commitment))
            .collect::<Result<Vec<_>, _>>()?;
        if held.iter().any(|held| matches!(held, Held::Present(_))) {
            inner.access.note(reading)?;
        }
        Ok(held)
    }

    /// The commitments to a subject's values of a field, the newest first.
    pub fn commitments(&self, subject: Subject, field: Field) -> Vec<Commitment> {
        let inner = self.inner();
        let of = inner.values.iter().filter(|(_, known)| (known.subject, known.field) == (subject, field));
        let mut of: Vec<_> = of.collect();
        of.sort_unstable_by_key(|(_, known)| std::cmp::Reverse(known.order()));
        of.into_iter().map(|(commitment, _)| *commitment).collect()
    }

    /// Whose value a commitment is to, and which; none for one that is not in the vault.
    pub fn known(&self, commitment: &Commitment) -> Option<(Subject, Field)> {
        self.inner().values.known(commitment).map(|known| (known.subject, known.field))
    }

    /// Everything that is stored: whose it is, and what its line says.
    pub fn stored(&self) -> Vec<(Subject, Commitment)> {
        self.inner().values.iter().map(|(commitment, known)| (known.subject, *commitment)).collect()
    }

    /// The fields of a subject with their commitments, the oldest first.
    pub fn fields(&self, subject: Subject) -> Vec<(Field, Commitment)> {
        let inner = self.inner();
        let mut of: Vec<_> = inner.values.iter().filter(|(_, known)| known.subject == subject).collect();
        of.sort_unstable_by_key(|(_, known)| known.order());
        of.into_iter().map(|(commitment, known)| (known.field, *commitment)).collect()
    }

    /// Every value of a field with its subject, without a note in the access log.
    fn openings(&self, field: Field) -> Result<Vec<(Subject, Opening)>, VaultError> {
        let inner = self.inner();
        let mut openings = Vec::new();
        for (commitment, known) in inner.values.iter().filter(|(_, known)| known.field == field) {
            if let Some(key) = inner.keys.key(known.subject)? {
                openings.push((known.subject, inner.values.read(commitment, known, &key)?));
            }
        }
        if !inner.keys.is_open() { Err(VaultError::Closed) } else { Ok(openings) }
    }

    /// Erases subjects: their keys, values and salts go, the master key is replaced and the old one overwritten, and a
    /// tombstone stays. Those that were erased already cost nothing.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Failed`], after which the erasure is repeated.
    pub fn erase(&self, subjects: impl IntoIterator<Item = Subject>) -> Result<(), VaultError> {
        let mut inner = self.inner();
        let subjects: BTreeSet<_> =
            subjects.into_iter().filter(|subject| !inner.keys.is_erased(*subject)).collect();
        if subjects.is_empty() {
            return Ok(());
        }
        inner.keys.erase(&subjects)?;
        inner.drop_values()
    }

    /// Forgets values that no line commits to, because the command was rejected; a subject that is left without a value
    /// loses its key, without a tombstone.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Failed`].
    pub fn forget(&self, commitments: &[Commitment]) -> Result<(), VaultError> {
        let mut inner = self.inner();
        let gone: BTreeSet<_> = commitments.iter().copied().collect();
        if !gone.iter().any(|commitment| inner.values.known(commitment).is_some()) {
            return Ok(());
        }
        inner.values.retain(|commitment, _| !gone.contains(commitment))?;
        let left: BTreeSet<_> = inner.values.iter().map(|(_, known)| known.subject).collect();
        let bare: BTreeSet<_> = inner.keys.subjects().filter(|subject| !left.contains(subject)).collect();
        if bare.is_empty() { Ok(()) } else { inner.keys.forget(&bare) }
    }

    /// Replaces the master key and wraps it under an operator's key, the same or a new one; the old one is overwritten.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Failed`].
    pub fn rotate(&self, operator: &OperatorKey) -> Result<(), VaultError> {
        self.inner().keys.rotate(operator)
    }

    /// Replaces the master key; the operator's key stays.
    ///
    /// # Errors
    /// [`VaultError::Closed`]; [`VaultError::Failed`].
    pub fn replace_master(&self) -> Result<(), VaultError> {
        self.inner().keys.erase(&BTreeSet::new())
    }

    /// Opens every key and every value.
    ///
    /// # Errors
    /// The first that does not open.
    pub fn verify(&self) -> Result<Verified, VaultError> {
        let inner = self.inner();
        let mut values = 0;
        for (commitment, known) in inner.values.iter() {
            let key = inner.keys.key(known.subject)?.ok_or(VaultError::Undecryptable(known.subject))?;
            inner.values.read(commitment, known, &key)?;
            values += 1;
        }
        let mut subjects = 0;
        for subject in inner.keys.subjects() {
            inner.keys.key(subject)?;
            subjects += 1;
        }
        let (erased, readings) = (inner.keys.tombstones(), inner.access.head().entries);
        Ok(Verified { subjects, erased, values, readings })
    }

    /// How far the access log goes.
    pub fn access_head(&self) -> AccessHead {
        self.inner().access.head()
    }

    /// Whether the access log still holds a head that was noted elsewhere. If not, readings were cut off or exchanged,
    /// or the vault is an older copy.
    ///
    /// # Errors
    /// [`VaultError::Damaged`].
    pub fn access_held(&self, noted: &AccessHead) -> Result<bool, VaultError> {
        self.inner().access.held(noted)
    }

    /// The readings of somebody's values, or of everybody's, the oldest first.
    ///
    /// # Errors
    /// [`VaultError::Damaged`].
    pub fn readings(&self, of: Option<Subject>) -> Result<Vec<Reading>, VaultError> {
        let mut readings = Vec::new();
        self.inner().access.each(|reading| {
            if of.is_none_or(|of| of == reading.subject) {
                readings.push(reading.clone());
            }
        })?;
        Ok(readings)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Every change is complete on disk before it is made here, so a panic leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Finishes an erasure that a crash interrupted between the two files.
    fn finish(&mut self, folder: &Path) -> Result<(), VaultError> {
        let keys = &self.keys;
        let lost = values::orphaned(&self.values, |subject| keys.has_key(subject) || keys.is_erased(subject));
        if let Some(subject) = lost.first() {
            return Err(VaultError::damaged(
                &folder.join("keys"),
                0,
                &format!("the key of {subject} is lost"),
            ));
        }
        self.drop_values()
    }

    /// Drops the values of the erased, where there are any.
    fn drop_values(&mut self) -> Result<(), VaultError> {
        let keys = &self.keys;
        if self.values.iter().any(|(_, known)| keys.is_erased(known.subject)) {
            self.values.retain(|_, subject| !keys.is_erased(subject))?;
        }
        Ok(())
    }

    fn read(&self, subject: Subject, field: Field, commitment: &Commitment) -> Result<Held, VaultError> {
        if self.keys.is_erased(subject) {
            return Ok(Held::Erased);
        }
        let key = self.keys.key(subject)?;
        match (self.values.known(commitment), key) {
            (Some(known), Some(key)) if (known.subject, known.field) == (subject, field) => {
                self.values.read(commitment, known, &key).map(Held::Present)
            }
            _ => Ok(Held::Missing),
        }
    }
}

/// One process at a time.
fn lock_folder(folder: &Path) -> Result<File, VaultError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(|error| VaultError::io(&path, "open", &error))?;
    match lock::take(&file) {
        Ok(true) => Ok(file),
        Ok(false) => Err(VaultError::Locked(folder.to_owned())),
        Err(error) => Err(VaultError::io(&path, "lock", &error)),
    }
}
