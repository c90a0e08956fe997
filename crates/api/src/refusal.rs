//! Why a question is refused: a stable code and a sentence. Refusals stand in the catalogue of top-level errors.

use async_graphql::{Error, ErrorExtensions};
use daftar_domain::value::InvalidValue;

/// A question that can't be answered as it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More was asked for than a page holds.
    #[error("`{argument}` is {asked}; a page holds 0 to {most}")]
    PageSize {
        /// The argument at fault.
        argument: &'static str,
        /// What was asked for.
        asked: i64,
        /// The most that is allowed.
        most: usize,
    },
    /// Arguments that exclude each other.
    #[error("{0}")]
    Arguments(&'static str),
    /// A cursor that this list did not hand out.
    #[error("`{0}` is not a cursor of this list in this order")]
    Cursor(&'static str),
    /// A value in an argument is not valid.
    #[error("`{argument}`: {error}")]
    Value {
        /// The argument at fault.
        argument: &'static str,
        /// What is wrong with it.
        error: InvalidValue,
    },
    /// A field of the argument that names an entity can't be read.
    #[error("`{path}`: {message}")]
    Named {
        /// The field at fault, with its argument.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A position or size outside the log, or outside the part that the question is about.
    #[error("`{argument}`: {wanted} is not within {end} events")]
    Beyond {
        /// The argument at fault.
        argument: &'static str,
        /// What was asked for.
        wanted: u64,
        /// The number of events there are.
        end: u64,
    },
    /// A point of the record that can't be asked.
    #[error("`{argument}` {why}")]
    AsOf {
        /// The argument at fault.
        argument: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No role of the caller reads this.
    #[error("no role of yours reads {0}")]
    Forbidden(&'static str),
    /// It would tell of single exporters.
    #[error("{0}")]
    Confidential(&'static str),
    /// Something in the server is not as it should be.
    #[error("{0}")]
    Fault(&'static str),
}

impl Refusal {
    /// The codes of all refusals, each with its meaning.
    pub const CODES: &'static [(&'static str, &'static str)] = &[
        ("PAGE_SIZE", "A page is asked for with fewer than 0 or more than the most items."),
        ("INVALID_ARGUMENT", "Arguments are missing or exclude each other."),
        ("INVALID_CURSOR", "A cursor is not one of this list in this order."),
        ("INVALID_VALUE", "A value in an argument is not valid."),
        ("OUT_OF_RANGE", "A position or size is not within the log."),
        (
            "INVALID_AS_OF",
            "A position or moment is not one of the record: before its first event, or not reached yet.",
        ),
        ("FORBIDDEN", "No role of the caller reads what was asked."),
        (
            "CONFIDENTIAL",
            "A sum would tell of fewer than 3 exporters to somebody who may not read single exports.",
        ),
        ("INTERNAL", "The server has a fault; the request ID leads to its log."),
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PageSize { .. } => "PAGE_SIZE",
            Self::Arguments(_) => "INVALID_ARGUMENT",
            Self::Cursor(_) => "INVALID_CURSOR",
            Self::Value { .. } | Self::Named { .. } => "INVALID_VALUE",
            Self::Beyond { .. } => "OUT_OF_RANGE",
            Self::AsOf { .. } => "INVALID_AS_OF",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::Confidential(_) => "CONFIDENTIAL",
            Self::Fault(_) => "INTERNAL",
        }
    }

    /// The refusal of a value in an argument.
    pub fn value(argument: &'static str) -> impl Fn(InvalidValue) -> Self {
        move |error| Self::Value { argument, error }
    }
}

/// A refusal on its way into an answer, where it carries its code. (Whatever can be displayed turns into an error by
/// itself, without one; this can't.)
#[derive(Clone, Debug)]
pub struct Refused(Refusal);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Refused> for Error {
    fn from(Refused(refusal): Refused) -> Self {
        Error::new(refusal.to_string()).extend_with(|_, extensions| extensions.set("code", refusal.code()))
    }
}

/// What a field answers that may be refused.
pub type Answer<T> = Result<T, Refused>;
