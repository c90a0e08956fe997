//! Checkpoints: signed statements of where the log stands (C2SP tlog-checkpoint), and the cosignatures of witnesses
//! (C2SP cosignature/v1).
//!
//! Guarantees: what [`Trust::open`] hands out was signed by a key of the log that the caller trusts, names the log
//! that the key is of, and carries the cosignatures that the caller asks for; a wrong signature of a trusted key
//! refuses the whole note; signatures of unknown keys are passed over and counted. Signing is in [`signer`], which
//! never signs what does not continue what it signed before. Must never hold a key that the note itself brought.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use signed_note::{Note, NoteError, VerifierList};
use thiserror::Error;

use super::merkle::TreeHash;
use key::{CosignatureVerifier, KeyError, LogKey, PublicKey, WitnessKey};

pub use key::write_synced;

pub mod key;
pub mod signer;
#[cfg(test)]
mod tests;

/// The most bytes of a signed checkpoint that is read: the same bound as in the head record.
pub const MAX_NOTE_BYTES: usize = super::head::MAX_CHECKPOINT_BYTES;

/// Why a checkpoint was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Not a checkpoint: the form of the note or of its text.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// A signature by a trusted key does not fit the text.
    #[error(
        "the signature of {name}+{id:08x} is wrong: the checkpoint was changed, or signed by another key"
    )]
    WrongSignature {
        /// The key's name.
        name: String,
        /// The key's ID.
        id: u32,
    },
    /// No trusted key of the log has signed it.
    #[error("it is not signed by a trusted key of the log")]
    Unsigned,
    /// The key is of another log.
    #[error("it is of the log {found}, the trusted key is of {expected}")]
    OtherLog {
        /// The origin in the checkpoint.
        found: String,
        /// The name of the key.
        expected: String,
    },
    /// Too few of the trusted witnesses have cosigned it.
    #[error("{found} of the trusted witnesses have cosigned it, {needed} are asked for")]
    TooFewWitnesses {
        /// How many have.
        found: usize,
        /// How many should have.
        needed: usize,
    },
}

impl CheckpointError {
    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "CHECKPOINT_MALFORMED",
            Self::WrongSignature { .. } => "CHECKPOINT_SIGNATURE",
            Self::Unsigned => "CHECKPOINT_UNSIGNED",
            Self::OtherLog { .. } => "CHECKPOINT_OTHER_LOG",
            Self::TooFewWitnesses { .. } => "CHECKPOINT_WITNESSES",
        }
    }
}

/// Where a log stands: its name, how many events it has, and the root over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, as in its first event.
    pub origin: String,
    /// The number of events, which is the position of the last one.
    pub size: u64,
    /// The Merkle root over them.
    pub root: TreeHash,
}

impl fmt::Display for Checkpoint {
    /// The text that is signed: origin, size, root in base64, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, BASE64_STANDARD.encode(self.root.0))
    }
}

impl Checkpoint {
    /// Reads the text that is signed: exactly three lines; this log writes no extension lines.
    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let (Some(origin), Some(size), Some(root)) = (next(), next(), next()) else {
            return Err(CheckpointError::Malformed("it has less than three lines"));
        };
        if lines.next().is_some() {
            return Err(CheckpointError::Malformed("it has more than three lines"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: parse_number(size).ok_or(CheckpointError::Malformed("its size is not a decimal number"))?,
            root: parse_hash(root).ok_or(CheckpointError::Malformed("its root is not a hash in base64"))?,
        })
    }

    /// Reads the statement of a note without asking who signed it: for finding out which proof is needed.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn read_unverified(note: &[u8]) -> Result<Self, CheckpointError> {
        let (_, checkpoint) = read_note(note)?;
        Ok(checkpoint)
    }
}

/// A decimal number without leading zeros, signs or spaces.
pub(super) fn parse_number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// A hash in base64, in its one canonical spelling.
pub(super) fn parse_hash(text: &str) -> Option<TreeHash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok().map(TreeHash)
}

fn read_note(bytes: &[u8]) -> Result<(Note, Checkpoint), CheckpointError> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(CheckpointError::Malformed("it is too long"));
    }
    let note = Note::from_bytes(bytes)
        .map_err(|_| CheckpointError::Malformed("it is not a signed note (text, empty line, signatures)"))?;
    let text = std::str::from_utf8(note.text()).expect("a note is UTF-8");
    let checkpoint = Checkpoint::parse(text)?;
    Ok((note, checkpoint))
}

/// A cosignature: the witness has seen that the log only grew, up to this checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness.
    pub witness: String,
    /// When it cosigned, in seconds since 1970-01-01T00:00Z, by its own clock.
    pub at: u64,
}

/// A checkpoint whose signatures were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The note: the exact bytes that were published.
    pub note: Vec<u8>,
    /// The IDs of the trusted keys of the log that have signed it, at least one.
    pub signed_by: Vec<u32>,
    /// The trusted witnesses that have cosigned it.
    pub cosigned: Vec<Cosigned>,
    /// How many signatures are by keys that the caller does not know.
    pub unknown: usize,
}

/// The public keys that somebody trusts: of one log, and of its witnesses.
#[derive(Clone)]
pub struct Trust {
    log: Vec<LogKey>,
    witnesses: Vec<WitnessKey>,
    cosignatures: usize,
}

impl Trust {
    /// Trusts these keys; every witness among them has to have cosigned, unless [`Trust::asking_for`] says less.
    ///
    /// # Errors
    /// [`KeyError::NoLogKey`], and [`KeyError::OtherLog`] for keys of two logs.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self, KeyError> {
        let (mut log, mut witnesses) = (Vec::<LogKey>::new(), Vec::<WitnessKey>::new());
        for key in keys {
            match key {
                PublicKey::Log(key) if !log.contains(&key) => log.push(key),
                PublicKey::Witness(key) if !witnesses.contains(&key) => witnesses.push(key),
                _ => {}
            }
        }
        let first = log.first().ok_or(KeyError::NoLogKey)?;
        if let Some(other) = log.iter().find(|key| key.name() != first.name()) {
            return Err(KeyError::OtherLog { one: first.name().to_owned(), other: other.name().to_owned() });
        }
        let cosignatures = witnesses.len();
        Ok(Self { log, witnesses, cosignatures })
    }

    /// Asks for that many cosignatures of the trusted witnesses.
    #[must_use]
    pub fn asking_for(mut self, cosignatures: usize) -> Self {
        self.cosignatures = cosignatures;
        self
    }

    /// The name of the log that the keys are of.
    pub fn origin(&self) -> &str {
        self.log[0].name()
    }

    /// Reads a signed checkpoint and checks its signatures.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn open(&self, bytes: &[u8]) -> Result<SignedCheckpoint, CheckpointError> {
        let (note, checkpoint) = read_note(bytes)?;
        let log = self.log.iter().map(LogKey::verifier);
        let witnesses = self.witnesses.iter().map(WitnessKey::verifier);
        let known = VerifierList::new(log.chain(witnesses).collect());
        let (verified, unknown) = note.verify(&known).map_err(|error| match error {
            NoteError::InvalidSignature { name, id } => CheckpointError::WrongSignature { name, id },
            NoteError::UnverifiedNote => CheckpointError::Unsigned,
            _ => CheckpointError::Malformed("its signatures cannot be read"),
        })?;
        let (mut signed_by, mut cosigned) = (Vec::new(), Vec::new());
        for signature in &verified {
            if self.log.iter().any(|key| key.id() == signature.id() && key.name() == signature.name()) {
                signed_by.push(signature.id());
            } else if let Some(at) = CosignatureVerifier::time_of(signature.signature()) {
                cosigned.push(Cosigned { witness: signature.name().to_owned(), at });
            }
        }
        if signed_by.is_empty() {
            return Err(CheckpointError::Unsigned);
        }
        if checkpoint.origin != self.origin() {
            let (found, expected) = (checkpoint.origin, self.origin().to_owned());
            return Err(CheckpointError::OtherLog { found, expected });
        }
        if cosigned.len() < self.cosignatures {
            return Err(CheckpointError::TooFewWitnesses {
                found: cosigned.len(),
                needed: self.cosignatures,
            });
        }
        Ok(SignedCheckpoint { checkpoint, note: bytes.to_vec(), signed_by, cosigned, unknown: unknown.len() })
    }
}
