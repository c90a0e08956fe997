//! Keys, salts and personal values: what must not be printed, and is wiped from memory once it is dropped.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::VaultError;
use crate::value::Commitment;

/// Bytes of a nonce: long enough to be drawn at random for ever.
const NONCE_BYTES: usize = 24;

/// 32 random bytes that seal other things.
#[derive(Clone)]
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new key from the system's randomness.
    pub(super) fn random() -> Result<Self, VaultError> {
        random().map(Self::new)
    }

    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts under a random nonce; `bound` is authenticated with it and must be the same on opening.
    pub(super) fn seal(&self, secret: &[u8], bound: &[u8]) -> Result<Sealed, VaultError> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let cipher = XChaCha20Poly1305::new(self.bytes().into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: bound })
            .expect("what is sealed is far shorter than the cipher's bound of 256 GiB");
        Ok(Sealed([&nonce[..], &sealed].concat()))
    }

    /// Decrypts; none when the key, the binding or the bytes are not those of the sealing.
    pub(super) fn open(&self, sealed: &Sealed, bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.0.split_first_chunk::<NONCE_BYTES>()?;
        let cipher = XChaCha20Poly1305::new(self.bytes().into());
        let payload = Payload { msg: sealed, aad: bound };
        cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    /// A key that was sealed under this one.
    pub(super) fn open_key(&self, sealed: &Sealed, bound: &[u8]) -> Option<Self> {
        self.open(sealed, bound)?.as_slice().try_into().ok().map(Self::new)
    }
}

/// Bytes from the system's source of randomness.
pub(super) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Failed(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// A nonce and what was encrypted under it, with its tag. Base64 in the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Sealed(Vec<u8>);

impl TryFrom<String> for Sealed {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

impl From<Sealed> for String {
    fn from(sealed: Sealed) -> Self {
        STANDARD.encode(sealed.0)
    }
}

/// A personal value in clear. Its `Debug` tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalText(Zeroizing<String>);

impl PersonalText {
    /// The value.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The value, to be given to whoever may read it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalText(…)")
    }
}

/// What opens a commitment in an event line: a salt of 32 random bytes, and the value.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: [u8; 32],
    /// The value.
    pub value: PersonalText,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(…)")
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.salt.zeroize();
    }
}

impl Opening {
    /// A value with a new salt.
    pub(super) fn of(value: PersonalText) -> Result<Self, VaultError> {
        Ok(Self { salt: random()?, value })
    }

    /// SHA-256(salt ‖ value): what stands in the line.
    pub fn commitment(&self) -> Commitment {
        let hash = Sha256::new().chain_update(self.salt).chain_update(self.value.reveal());
        Commitment(hash.finalize().into())
    }

    /// Salt and value in one, to be sealed.
    pub(super) fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&self.salt[..], self.value.reveal().as_bytes()].concat())
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (salt, value) = bytes.split_first_chunk::<32>()?;
        Some(Self { salt: *salt, value: PersonalText::new(std::str::from_utf8(value).ok()?) })
    }
}
