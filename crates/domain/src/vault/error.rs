//! Why the vault refuses.

use std::path::{Path, PathBuf};

use super::subject::Subject;

/// The longest value in bytes: a postal address takes a few hundred.
pub const VALUE_BYTES_MOST: usize = 4_096;

/// Why the vault could not do what was asked. No message repeats a value or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The vault was opened without the operator's key.
    #[error("the vault is closed: there is no operator's key")]
    Closed,
    /// There is no vault in the folder.
    #[error("{}: there is no vault", .0.display())]
    NoVault(PathBuf),
    /// There is a vault in the folder.
    #[error("{}: there is a vault already", .0.display())]
    Exists(PathBuf),
    /// Another process has the vault open.
    #[error("{}: the vault is open in another process", .0.display())]
    Locked(PathBuf),
    /// The operator's key can't be used.
    #[error("the operator's key: {0}")]
    KeyInvalid(String),
    /// The operator's key is not the one that the vault was made with or last rotated to.
    #[error("the operator's key does not open this vault")]
    KeyWrong,
    /// A file is damaged beyond a half-written end.
    #[error("{}: line {line}: {why}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line, from 1; 0 when it is none in particular.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A key or a value does not open although it is there.
    #[error("a sealed key or value of {0} does not open: it was changed, or belongs elsewhere")]
    Undecryptable(Subject),
    /// The subject was erased; nothing of it is stored again.
    #[error("{0} was erased")]
    Erased(Subject),
    /// A value is longer than [`VALUE_BYTES_MOST`].
    #[error("a value of {0} bytes, more than {VALUE_BYTES_MOST}")]
    TooLong(usize),
    /// The file system refused.
    #[error("{0}")]
    Failed(String),
}

impl VaultError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "VAULT_CLOSED",
            Self::NoVault(_) => "VAULT_MISSING",
            Self::Exists(_) => "VAULT_EXISTS",
            Self::Locked(_) => "VAULT_LOCKED",
            Self::KeyInvalid(_) => "VAULT_KEY_INVALID",
            Self::KeyWrong => "VAULT_KEY_WRONG",
            Self::Damaged { .. } | Self::Undecryptable(_) => "VAULT_DAMAGED",
            Self::Erased(_) => "ERASED",
            Self::TooLong(_) => "FIELD_TOO_LONG",
            Self::Failed(_) => "VAULT_FAILED",
        }
    }

    pub(super) fn io(path: &Path, what: &str, error: &std::io::Error) -> Self {
        Self::Failed(format!("{}: {what}: {error}", path.display()))
    }

    pub(super) fn damaged(file: &Path, line: u64, why: &str) -> Self {
        Self::Damaged { file: file.to_owned(), line, why: why.to_owned() }
    }
}
