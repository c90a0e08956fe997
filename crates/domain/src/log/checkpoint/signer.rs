//! Signing and cosigning, each bound to a memory of what was signed last.
//!
//! Guarantees: a checkpoint is signed only if a consistency proof leads to it from the last one that was signed, and
//! its memory is on stable storage before the signature is handed out; so one key never stands under two histories.
//! A witness keeps the same promise for the logs of others. Must never sign without the memory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use signed_note::{Note, Signer as NoteSigner, StandardSigner};
use thiserror::Error;

use super::key::{KeyError, PrivateKey, PublicKey, write_synced};
use super::{Checkpoint, CheckpointError, MAX_NOTE_BYTES, SignedCheckpoint, Trust};
use crate::lock;
use crate::log::proof::prover::Prover;
use crate::log::proof::{ConsistencyProof, ProofError};

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The log is shorter than what was signed before.
    #[error(
        "the log ends at position {size}, but a checkpoint of {signed} events was signed before: it was cut short or \
         replaced by an older copy"
    )]
    Shorter {
        /// The number of events now.
        size: u64,
        /// The number of events then.
        signed: u64,
    },
    /// The log is not the one that was signed before.
    #[error("the log is not a continuation of what was signed at position {signed}: {why}")]
    Forked {
        /// The number of events then.
        signed: u64,
        /// What the proof came to.
        why: String,
    },
    /// There is nothing to sign.
    #[error("the log is empty")]
    Empty,
    /// The checkpoint is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The key is of the other kind, or cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The log cannot be read.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// What was signed last cannot be read or kept.
    #[error("{path}: {what}")]
    Memory {
        /// The file.
        path: String,
        /// What was found.
        what: String,
    },
}

/// Where the last checkpoint is remembered that the keys in a file have signed: beside them, so that whoever moves the
/// keys moves it too, and whoever restores a store from a backup does not.
pub fn memory_of(keys: &Path) -> PathBuf {
    let mut memory = keys.as_os_str().to_owned();
    memory.push(".checkpoint");
    memory.into()
}

/// The file that remembers the last checkpoint; one process at a time.
#[derive(Debug)]
struct Memory {
    path: PathBuf,
    /// The system drops the lock with the process.
    _lock: File,
}

impl Memory {
    fn open(path: &Path) -> Result<(Self, Option<Vec<u8>>), SignError> {
        let fail = |what: String| SignError::Memory { path: path.display().to_string(), what };
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        let file = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let file = file.map_err(|error| fail(format!("it cannot be locked: {error}")))?;
        match lock::take(&file) {
            Ok(true) => {}
            Ok(false) => return Err(fail("another process signs with it".to_owned())),
            Err(error) => return Err(fail(format!("it cannot be locked: {error}"))),
        }
        let note = match fs::read(path) {
            Ok(note) if note.len() <= MAX_NOTE_BYTES => Some(note),
            Ok(_) => return Err(fail("it is too long for a checkpoint".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(fail(format!("it cannot be read: {error}"))),
        };
        Ok((Self { path: path.to_owned(), _lock: file }, note))
    }

    fn keep(&self, note: &[u8]) -> Result<(), SignError> {
        write_synced(&self.path, note, 0o644).map_err(|error| SignError::Memory {
            path: self.path.display().to_string(),
            what: format!("what was signed cannot be kept, so nothing is signed: {error}"),
        })
    }
}

/// Checks that a checkpoint continues the last one.
fn check_continues(
    last: &Checkpoint,
    next: &Checkpoint,
    prove: impl FnOnce() -> Result<ConsistencyProof, ProofError>,
) -> Result<(), SignError> {
    if next.size < last.size {
        return Err(SignError::Shorter { size: next.size, signed: last.size });
    }
    let forked = |why: String| SignError::Forked { signed: last.size, why };
    let proof = prove()?;
    if (proof.from, proof.to) != (last.size, next.size) {
        return Err(forked(format!("a proof from {} to {} was given", proof.from, proof.to)));
    }
    proof.verify(last.root, next.root).map_err(|error| forked(error.to_string()))
}

/// Signs the checkpoints of one log, with one key or, while keys are rotated, with several.
pub struct Signer {
    origin: String,
    keys: Vec<StandardSigner>,
    trust: Trust,
    memory: Memory,
    last: Option<SignedCheckpoint>,
}

impl Signer {
    /// Takes up signing where the memory says that it was left.
    ///
    /// # Errors
    /// [`SignError::Key`] for keys that are not of one log, [`SignError::Memory`], and [`SignError::Checkpoint`] when
    /// the memory was not signed by one of the keys.
    pub fn open(keys: &[PrivateKey], memory: &Path) -> Result<Self, SignError> {
        let trust = Trust::new(keys.iter().map(PrivateKey::public))?.asking_for(0);
        let keys = keys.iter().filter_map(PrivateKey::signer).collect();
        let (memory, note) = Memory::open(memory)?;
        let last = note.map(|note| trust.open(&note)).transpose()?;
        Ok(Self { origin: trust.origin().to_owned(), keys, trust, memory, last })
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The last checkpoint that was signed.
    pub fn last(&self) -> Option<&SignedCheckpoint> {
        self.last.as_ref()
    }

    /// Signs where the log stands.
    ///
    /// # Errors
    /// [`SignError::Shorter`] and [`SignError::Forked`] when it does not continue what was signed before.
    pub fn sign(&mut self, prover: &Prover) -> Result<SignedCheckpoint, SignError> {
        let (size, root) = prover.end()?;
        let next = Checkpoint { origin: self.origin.clone(), size, root };
        self.sign_checkpoint(next, |from| prover.consistency(from, size))
    }

    /// Signs the last checkpoint again with the keys that the signer has now: what a rotation begins and ends with.
    ///
    /// # Errors
    /// [`SignError::Memory`].
    pub fn sign_again(&mut self) -> Result<Option<SignedCheckpoint>, SignError> {
        let Some(last) = &self.last else { return Ok(None) };
        let next = last.checkpoint.clone();
        self.write(&next).map(Some)
    }

    fn sign_checkpoint(
        &mut self,
        next: Checkpoint,
        prove: impl FnOnce(u64) -> Result<ConsistencyProof, ProofError>,
    ) -> Result<SignedCheckpoint, SignError> {
        if next.size == 0 {
            return Err(SignError::Empty);
        }
        if let Some(SignedCheckpoint { checkpoint: last, .. }) = &self.last {
            check_continues(last, &next, || prove(last.size))?;
        }
        match &self.last {
            Some(last) if last.checkpoint == next && last.signed_by.len() == self.keys.len() => {
                Ok(last.clone())
            }
            _ => self.write(&next),
        }
    }

    fn write(&mut self, next: &Checkpoint) -> Result<SignedCheckpoint, SignError> {
        let mut note = Note::new(next.to_string().as_bytes(), &[])
            .map_err(|_| CheckpointError::Malformed("its origin cannot stand in a note"))?;
        let signers: Vec<&dyn NoteSigner> = self.keys.iter().map(|key| key as &dyn NoteSigner).collect();
        note.add_sigs(&signers).map_err(|_| CheckpointError::Malformed("it cannot be signed"))?;
        let signed = self.trust.open(&note.to_bytes())?;
        self.memory.keep(&signed.note)?;
        self.last = Some(signed.clone());
        Ok(signed)
    }
}

/// Cosigns the checkpoints of one log for a witness.
pub struct Witness {
    key: PrivateKey,
    trust: Trust,
    memory: Memory,
    last: Option<SignedCheckpoint>,
}

impl Witness {
    /// Takes up witnessing where the memory says that it was left. `trust` holds the keys of the log.
    ///
    /// # Errors
    /// [`SignError::Key`] when the key is not a witness's, [`SignError::Memory`], [`SignError::Checkpoint`].
    pub fn open(key: PrivateKey, trust: Trust, memory: &Path) -> Result<Self, SignError> {
        if !matches!(key.public(), PublicKey::Witness(_)) {
            return Err(KeyError::Malformed("it is a key of a log, not of a witness").into());
        }
        let trust = trust.asking_for(0);
        let (memory, note) = Memory::open(memory)?;
        let last = note.map(|note| trust.open(&note)).transpose()?;
        Ok(Self { key, trust, memory, last })
    }

    /// The number of events that the witness has cosigned; 0 before the first time.
    pub fn seen(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.checkpoint.size)
    }

    /// Cosigns a checkpoint that continues the last one that was cosigned, at a time in seconds since 1970. The
    /// answer is the note with the cosignature added.
    ///
    /// # Errors
    /// [`SignError::Shorter`], [`SignError::Forked`], [`SignError::Checkpoint`], [`SignError::Memory`].
    pub fn cosign(&mut self, note: &[u8], proof: &ConsistencyProof, time: u64) -> Result<Vec<u8>, SignError> {
        let signed = self.trust.open(note)?;
        let next = &signed.checkpoint;
        if next.size == 0 {
            return Err(SignError::Empty);
        }
        match &self.last {
            Some(last) => check_continues(&last.checkpoint, next, || Ok(proof.clone()))?,
            // Before the first time any tree is a continuation of nothing.
            None if proof.from == 0 && proof.hashes.is_empty() => {}
            None => return Err(SignError::Forked { signed: 0, why: "the proof must begin at 0".to_owned() }),
        }
        let line = self.key.cosign(next, time).ok_or(KeyError::Malformed("the time is out of range"))?;
        let cosigned = with_signature(note, &line);
        if cosigned.len() > MAX_NOTE_BYTES {
            return Err(CheckpointError::Malformed("it has too many signatures").into());
        }
        self.memory.keep(&cosigned)?;
        self.last = Some(self.trust.open(&cosigned)?);
        Ok(cosigned)
    }
}

/// The note with a signature added, in the place of an earlier one by the same key.
fn with_signature(note: &[u8], signature: &signed_note::Signature) -> Vec<u8> {
    let text = std::str::from_utf8(note).expect("a note is UTF-8");
    let (body, signatures) = text.rsplit_once("\n\n").expect("a note has its signatures after an empty line");
    let others = signatures.lines().filter(|line| {
        signed_note::Signature::from_bytes(line.as_bytes())
            .is_ok_and(|other| (other.name(), other.id()) != (signature.name(), signature.id()))
    });
    let mut out = format!("{body}\n\n");
    others.for_each(|line| {
        out.push_str(line);
        out.push('\n');
    });
    out.push_str(&String::from_utf8(signature.to_bytes()).expect("a signature line is UTF-8"));
    out.into_bytes()
}
