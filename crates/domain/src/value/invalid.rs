//! Why a value was refused: one error for all value types, so that importers and the API map it in one place.

use std::borrow::Cow;

/// A text or number that is not a valid value of its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {reason}")]
pub struct InvalidValue {
    /// The kind of value in words, such as "legal-entity ID".
    pub what: &'static str,
    /// The class of the fault, for a stable code.
    pub kind: InvalidKind,
    /// The fault in one English clause, without the offending text (which may be huge or hostile).
    pub reason: Cow<'static, str>,
}

impl InvalidValue {
    /// An error about a value of the kind `what`.
    pub fn new(what: &'static str, kind: InvalidKind, reason: impl Into<Cow<'static, str>>) -> Self {
        InvalidValue { what, kind, reason: reason.into() }
    }

    pub(super) fn missing(what: &'static str) -> Self {
        InvalidValue::new(what, InvalidKind::Missing, "is empty")
    }

    pub(super) fn format(what: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        InvalidValue::new(what, InvalidKind::Format, reason)
    }

    pub(super) fn range(what: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        InvalidValue::new(what, InvalidKind::Range, reason)
    }
}

/// The class of a fault in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvalidKind {
    /// Nothing is left once white space and invisible marks are taken away.
    Missing,
    /// More characters than the type allows.
    TooLong,
    /// A control character, or combining marks piled up beyond any writing system.
    Character,
    /// Not of the shape of its type.
    Format,
    /// Of the right shape, but the check digit contradicts the others.
    CheckDigit,
    /// Of the right shape, but outside what the type allows.
    Range,
}
