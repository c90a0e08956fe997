//! What an audit found wrong, and where.

use std::fmt;

use daftar_domain::log::LogError;
use daftar_domain::log::checkpoint::CheckpointError;
use daftar_domain::log::checkpoint::key::KeyError;
use daftar_domain::log::checkpoint::signer::SignError;
use daftar_domain::log::proof::ProofError;

/// Why the input is not green. The first one ends the audit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {what}")]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// The first position at fault, where one can be named.
    pub position: Option<u64>,
    /// Where and what, in one line.
    pub what: String,
}

/// Kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Nothing there to be verified.
    Empty,
    /// It ends before what was signed, marked or seen.
    Truncated,
    /// No checkpoint, or none that a trusted key has signed, or events after it.
    Unsigned,
    /// It ends before a checkpoint that the auditor has seen.
    OlderThanSeen,
    /// Its history is not the one of a checkpoint that the auditor has seen.
    Forked,
    /// Bytes were changed: a checksum, a hash or a root does not fit.
    Changed,
    /// A line that is no event line, or that is out of its order.
    Malformed,
    /// Written by a later release.
    Newer,
    /// The events contradict each other when they are folded.
    Fold,
    /// The record answers otherwise than a certificate says.
    Differs,
    /// The input cannot be read or is in use.
    Unreadable,
    /// An argument that does not fit.
    Usage,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "EMPTY",
            Self::Truncated => "TRUNCATED",
            Self::Unsigned => "UNSIGNED",
            Self::OlderThanSeen => "OLDER_THAN_SEEN",
            Self::Forked => "FORKED",
            Self::Changed => "CHANGED",
            Self::Malformed => "MALFORMED",
            Self::Newer => "NEWER",
            Self::Fold => "FOLD",
            Self::Differs => "DIFFERS",
            Self::Unreadable => "UNREADABLE",
            Self::Usage => "USAGE",
        })
    }
}

impl Finding {
    /// A finding without a position.
    pub fn new(code: Code, what: impl fmt::Display) -> Self {
        Self { code, position: None, what: what.to_string() }
    }

    /// A finding at a position; `place` says where that is, such as a line of a file.
    pub fn at(code: Code, position: u64, place: &str, what: impl fmt::Display) -> Self {
        Self { code, position: Some(position), what: format!("position {position} ({place}): {what}") }
    }

    /// An input/output error on a file.
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(Code::Unreadable, format_args!("{}: {error}", path.display()))
    }
}

impl From<LogError> for Finding {
    fn from(error: LogError) -> Self {
        let code = if matches!(error, LogError::Corrupt { .. }) { Code::Changed } else { Code::Unreadable };
        Self::new(code, error)
    }
}

impl From<ProofError> for Finding {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Log(error) => error.into(),
            outside @ ProofError::Outside { .. } => Self::new(Code::Usage, outside),
            refused @ ProofError::Refused(_) => Self::new(Code::Changed, refused),
        }
    }
}

impl From<CheckpointError> for Finding {
    fn from(error: CheckpointError) -> Self {
        Self::new(Code::Unsigned, error)
    }
}

impl From<KeyError> for Finding {
    fn from(error: KeyError) -> Self {
        Self::new(Code::Usage, error)
    }
}

impl From<SignError> for Finding {
    fn from(error: SignError) -> Self {
        let code = match &error {
            SignError::Shorter { .. } => Code::Truncated,
            SignError::Forked { .. } => Code::Forked,
            SignError::Empty => Code::Empty,
            SignError::Checkpoint(_) => Code::Unsigned,
            SignError::Key(_) | SignError::Memory { .. } => Code::Unreadable,
            SignError::Proof(_) => Code::Changed,
        };
        Self::new(code, error)
    }
}
