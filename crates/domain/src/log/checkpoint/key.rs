//! Keys that sign checkpoints: of the log (Ed25519 over the note's text) and of witnesses (cosignature/v1), in the
//! spelling of C2SP signed notes, and the files that keep the private ones.
//!
//! Guarantees: a private key is read only from a file that nobody else may read, and written only into such a one;
//! its name is that of the log or witness that it speaks for. Must never print a private key.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature as Ed25519Signature, Signer as _, SigningKey, VerifyingKey};
use signed_note::{Signature, StandardSigner, StandardVerifier, Verifier, is_key_name_valid, key_id};
use thiserror::Error;

use super::super::files::parent_of;
use super::Checkpoint;

/// The signature type of Ed25519 over the text, in a key's first byte.
const ED25519: u8 = 1;
/// The signature type of a witness's timestamped cosignature.
const COSIGNATURE: u8 = 4;
/// The longest key file that is read.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Why a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not a key in the spelling of signed notes.
    #[error("not a key: {0}")]
    Malformed(&'static str),
    /// The name can't stand in a signature line.
    #[error("`{0}` cannot name a key: it is empty, or has a space or a plus")]
    Name(String),
    /// No key of a log among the trusted ones.
    #[error("no key of a log was given")]
    NoLogKey,
    /// Keys of two logs.
    #[error("keys of two logs: {one} and {other}")]
    OtherLog {
        /// One of them.
        one: String,
        /// Another one.
        other: String,
    },
    /// The file with private keys can't be used.
    #[error("{path}: {what}")]
    File {
        /// The file.
        path: String,
        /// What was found.
        what: String,
    },
}

/// A public key, of a log or of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// It signs checkpoints.
    Log(LogKey),
    /// It cosigns them.
    Witness(WitnessKey),
}

impl PublicKey {
    /// Reads `name+id+key`, the spelling of a C2SP verifier key; the key's first byte says of what it is.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], [`KeyError::Name`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = split_key(text)?;
        let (kind, bytes) = key.split_first().ok_or(KeyError::Malformed("it is empty"))?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Malformed("it has not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(&bytes)
            .map_err(|_| KeyError::Malformed("it is not a point of the curve"))?;
        if id != key_id_of(name, *kind, &key) {
            return Err(KeyError::Malformed("its ID does not fit its name and bytes"));
        }
        let named = NamedKey { name: name.to_owned(), key };
        match *kind {
            ED25519 => Ok(Self::Log(LogKey(named))),
            COSIGNATURE => Ok(Self::Witness(WitnessKey(named))),
            _ => Err(KeyError::Malformed("its type is neither of a log (1) nor of a witness (4)")),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(key) => f.write_str(&key.0.spell(ED25519)),
            Self::Witness(key) => f.write_str(&key.0.spell(COSIGNATURE)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedKey {
    name: String,
    key: VerifyingKey,
}

impl NamedKey {
    fn spell(&self, kind: u8) -> String {
        let id = key_id_of(&self.name, kind, &self.key);
        let key = BASE64_STANDARD.encode([&[kind][..], self.key.as_bytes()].concat());
        format!("{}+{id:08x}+{key}", self.name)
    }
}

/// A public key of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey(NamedKey);

impl LogKey {
    /// The name of the log.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key's ID, as it stands in a signature.
    pub fn id(&self) -> u32 {
        key_id_of(&self.0.name, ED25519, &self.0.key)
    }

    pub(super) fn verifier(&self) -> Box<dyn Verifier> {
        Box::new(StandardVerifier::new(&self.0.spell(ED25519)).expect("the spelling of a sound key"))
    }
}

/// A public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey(NamedKey);

impl WitnessKey {
    /// The name of the witness.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key's ID, as it stands in a cosignature.
    pub fn id(&self) -> u32 {
        key_id_of(&self.0.name, COSIGNATURE, &self.0.key)
    }

    pub(super) fn verifier(&self) -> Box<dyn Verifier> {
        Box::new(CosignatureVerifier { key: self.clone() })
    }
}

/// Checks cosignatures.
pub(super) struct CosignatureVerifier {
    key: WitnessKey,
}

impl CosignatureVerifier {
    /// When a cosignature was made, in seconds; `None` when it is none.
    pub(super) fn time_of(signature: &[u8]) -> Option<u64> {
        let (time, rest) = signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        (rest.len() == 64 && i64::try_from(time).is_ok()).then_some(time)
    }
}

impl Verifier for CosignatureVerifier {
    fn name(&self) -> &str {
        self.key.name()
    }

    fn key_id(&self) -> u32 {
        self.key.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some(time) = Self::time_of(signature) else { return false };
        let Ok(bytes) = signature[8..].try_into() else { return false };
        let message = cosigned_message(text, time);
        self.key.0.key.verify_strict(&message, &Ed25519Signature::from_bytes(bytes)).is_ok()
    }
}

/// What a witness signs: two lines before the text.
fn cosigned_message(text: &[u8], time: u64) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), text].concat()
}

fn key_id_of(name: &str, kind: u8, key: &VerifyingKey) -> u32 {
    key_id(name, &[&[kind][..], key.as_bytes()].concat())
}

fn split_key(text: &str) -> Result<(&str, u32, Vec<u8>), KeyError> {
    // Base64 itself may hold a plus: the key is everything after the second one.
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Malformed("it is not name+id+key"));
    };
    if !is_key_name_valid(name) {
        return Err(KeyError::Name(name.to_owned()));
    }
    let hex = id.len() == 8 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16)
        .ok()
        .filter(|_| hex)
        .ok_or(KeyError::Malformed("its ID is not eight hexadecimal digits"))?;
    let key = BASE64_STANDARD.decode(key).map_err(|_| KeyError::Malformed("its bytes are not base64"))?;
    Ok((name, id, key))
}

/// A private key.
#[derive(Clone)]
pub struct PrivateKey {
    kind: u8,
    name: String,
    key: SigningKey,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public())
    }
}

impl PrivateKey {
    /// A key that signs the checkpoints of the log `origin`, from 32 secret random bytes.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn of_log(origin: &str, secret: &[u8; 32]) -> Result<Self, KeyError> {
        Self::new(ED25519, origin, secret)
    }

    /// A key that cosigns for the witness `name`, from 32 secret random bytes.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn of_witness(name: &str, secret: &[u8; 32]) -> Result<Self, KeyError> {
        Self::new(COSIGNATURE, name, secret)
    }

    fn new(kind: u8, name: &str, secret: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(KeyError::Name(name.to_owned()));
        }
        Ok(Self { kind, name: name.to_owned(), key: SigningKey::from_bytes(secret) })
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        let named = NamedKey { name: self.name.clone(), key: self.key.verifying_key() };
        if self.kind == ED25519 {
            PublicKey::Log(LogKey(named))
        } else {
            PublicKey::Witness(WitnessKey(named))
        }
    }

    /// The key's ID, as it stands in a signature.
    pub fn id(&self) -> u32 {
        key_id_of(&self.name, self.kind, &self.key.verifying_key())
    }

    /// Reads `PRIVATE+KEY+name+id+key`.
    fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Malformed("it is not a private key"))?;
        let (name, id, bytes) = split_key(text)?;
        let (kind, secret) = bytes.split_first().ok_or(KeyError::Malformed("it is empty"))?;
        let secret = secret.try_into().map_err(|_| KeyError::Malformed("it has not 32 bytes"))?;
        if ![ED25519, COSIGNATURE].contains(kind) {
            return Err(KeyError::Malformed("its type is neither of a log (1) nor of a witness (4)"));
        }
        let key = Self::new(*kind, name, secret)?;
        if key.id() == id {
            Ok(key)
        } else {
            Err(KeyError::Malformed("its ID does not fit its name and bytes"))
        }
    }

    fn spell(&self) -> String {
        let key = BASE64_STANDARD.encode([&[self.kind][..], self.key.as_bytes()].concat());
        format!("PRIVATE+KEY+{}+{:08x}+{key}", self.name, self.id())
    }

    /// The signer of notes; `None` for a witness's key.
    pub(super) fn signer(&self) -> Option<StandardSigner> {
        let signs = self.kind == ED25519;
        signs.then(|| StandardSigner::new(&self.spell()).expect("the spelling of a sound key"))
    }

    /// The cosignature line of a checkpoint at a time, in seconds; `None` for a log's key.
    pub(super) fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Option<Signature> {
        if self.kind != COSIGNATURE || i64::try_from(time).is_err() {
            return None;
        }
        let signature = self.key.sign(&cosigned_message(checkpoint.to_string().as_bytes(), time));
        let bytes = [&time.to_be_bytes()[..], &signature.to_bytes()].concat();
        Some(Signature::new(self.name.clone(), self.id(), bytes).expect("the name was checked"))
    }
}

/// Reads the private keys in a file, one a line.
///
/// # Errors
/// [`KeyError::File`] when it is missing, may be read by others, or holds anything else.
pub fn read_private(path: &Path) -> Result<Vec<PrivateKey>, KeyError> {
    let fail = |what: String| KeyError::File { path: path.display().to_string(), what };
    let meta = fs::metadata(path).map_err(|error| fail(format!("it cannot be read: {error}")))?;
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(fail("others may read it; a file of private keys has mode 0600".to_owned()));
    }
    if meta.len() > MAX_FILE_BYTES {
        return Err(fail("it is too long for a file of keys".to_owned()));
    }
    let text = fs::read_to_string(path).map_err(|error| fail(format!("it cannot be read: {error}")))?;
    let keys = text.lines().map(PrivateKey::parse).collect::<Result<Vec<_>, _>>();
    match keys {
        Ok(keys) if keys.is_empty() => Err(fail("it holds no key".to_owned())),
        Ok(keys) => Ok(keys),
        Err(error) => Err(fail(error.to_string())),
    }
}

/// Writes private keys into a file of mode 0600, as a whole and synced; `replace` says whether one may be there.
///
/// # Errors
/// [`KeyError::File`].
pub fn write_private(path: &Path, keys: &[PrivateKey], replace: bool) -> Result<(), KeyError> {
    let fail = |what: String| KeyError::File { path: path.display().to_string(), what };
    if !replace && path.exists() {
        return Err(fail("it is there already; keys are never overwritten".to_owned()));
    }
    let text: String = keys.iter().map(|key| key.spell() + "\n").collect();
    write_synced(path, text.as_bytes(), 0o600).map_err(|error| fail(format!("it cannot be written: {error}")))
}

/// Replaces a file as a whole: a new one beside it, synced, renamed, and the folder synced. `mode` holds the rights.
///
/// # Errors
/// What the file system says; the file of before then still stands.
pub fn write_synced(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)?;
    File::open(parent_of(path))?.sync_all()
}
