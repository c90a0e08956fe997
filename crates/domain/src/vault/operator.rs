//! The operator's key: it alone opens the master key, and it lies where the vault's backups do not.
//!
//! It is 32 bytes in base64, in a file that only its owner can read or in the environment. Must never be printed.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::VaultError;
use super::secret::Key;

/// The most bytes of a key file that are read: a key takes 44.
const FILE_BYTES_MOST: u64 = 256;

/// The operator's key.
#[derive(Clone, Debug)]
pub struct OperatorKey(pub(super) Key);

impl OperatorKey {
    /// The key in a text, such as an environment variable: 32 bytes in base64.
    ///
    /// # Errors
    /// [`VaultError::KeyInvalid`]; the text is not repeated.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        let wrong = || VaultError::KeyInvalid("it is not 32 bytes in base64".to_owned());
        let bytes = Zeroizing::new(STANDARD.decode(text.trim_ascii()).map_err(|_| wrong())?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| wrong())?;
        if bytes == [0; 32] {
            return Err(VaultError::KeyInvalid("it is all zeros".to_owned()));
        }
        Ok(Self(Key::new(bytes)))
    }

    /// The key in a file that nobody but its owner can read.
    ///
    /// # Errors
    /// [`VaultError::KeyInvalid`]: there is no such file, others can read it, or it holds no key.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        let invalid =
            |why: &dyn std::fmt::Display| VaultError::KeyInvalid(format!("{}: {why}", path.display()));
        let file = File::open(path).map_err(|error| invalid(&error))?;
        let mode = file.metadata().map_err(|error| invalid(&error))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(invalid(&format_args!("others can read it (mode {mode:o}); it must be 600")));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_BYTES_MOST).read_to_string(&mut text).map_err(|error| invalid(&error))?;
        Self::from_text(&text).map_err(|error| match error {
            VaultError::KeyInvalid(why) => invalid(&why),
            other => other,
        })
    }

    /// Makes a new key and writes it to a new file of mode 0600.
    ///
    /// # Errors
    /// [`VaultError::KeyInvalid`] when the file is there already; [`VaultError::Failed`].
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        let key = Key::random()?;
        let invalid = |error| VaultError::KeyInvalid(format!("{}: {error}", path.display()));
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(invalid)?;
        let mut text = Zeroizing::new(STANDARD.encode(key.bytes()));
        text.push('\n');
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(invalid)?;
        Ok(Self(key))
    }
}
