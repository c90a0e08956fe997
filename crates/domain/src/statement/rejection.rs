//! Why a command about a statement is rejected.

use super::{Figure, Measure};
use crate::rejection::{Code, Coded};
use crate::value::Date;

/// Why a command about a statement is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementRejection {
    /// There is no such statement.
    #[error("the statement is not recorded")]
    Unknown,
    /// The very same statement stands already.
    #[error("the same statement of that source is recorded already")]
    Duplicate,
    /// It was published in the future.
    #[error("{0} lies in the future")]
    Future(Date),
    /// It holds as of a day after its publication.
    #[error("it was published on {0}, before the day as of which it is said to hold")]
    Foretold(Date),
    /// What happens in a period is stated without one.
    #[error("{0:?} are stated of a period")]
    NoPeriod(Measure),
    /// What stands on a day is stated of a period.
    #[error("{0:?} are stated as of a day, not of a period")]
    NeedlessPeriod(Measure),
    /// The period goes on after the day as of which the statement holds.
    #[error("the period ends on {0}, after the day as of which the statement is said to hold")]
    PeriodNotOver(Date),
    /// The figure is in another unit than the measure's, or impossible in it.
    #[error("{figure:?} is no figure of {measure:?}")]
    Impossible {
        /// The measure.
        measure: Measure,
        /// The figure.
        figure: Figure,
    },
    /// It is voided.
    #[error("the statement is voided already")]
    AlreadyVoided,
}

impl Coded for StatementRejection {
    fn code(&self) -> Code {
        match self {
            Self::Unknown => Code::UnknownReference,
            Self::Duplicate => Code::DuplicateStatement,
            Self::Future(_) | Self::Foretold(_) | Self::PeriodNotOver(_) => Code::InvalidDate,
            Self::NoPeriod(_) => Code::MissingField,
            Self::NeedlessPeriod(_) | Self::Impossible { .. } => Code::InvalidValue,
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Unknown | Self::AlreadyVoided => "statement",
            Self::Duplicate => "details",
            Self::Future(_) => "details.publishedOn",
            Self::Foretold(_) => "details.on",
            Self::NoPeriod(_) | Self::NeedlessPeriod(_) | Self::PeriodNotOver(_) => "details.period",
            Self::Impossible { .. } => "details.value",
        }
        .to_owned()
    }
}
