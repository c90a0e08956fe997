//! Why a command about a project is rejected.

use crate::rejection::{Code, Coded};
use crate::value::{Date, ResearchCode};

use super::Breach;

/// Why a command about a project is rejected. `path` is the input field at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResearchRejection {
    /// The code is taken.
    #[error("a research project with the code {0} is recorded already")]
    Duplicate(ResearchCode),
    /// It is not recorded.
    #[error("the research project is not recorded")]
    Unknown,
    /// The date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The field at fault.
        path: &'static str,
        /// The date that was given.
        date: Date,
    },
    /// A fact before the proposal.
    #[error("it was proposed on {0}, after that date")]
    BeforeProposal(Date),
    /// A project is taken over until a day before its approval.
    #[error("it was approved on {approved}, after that date")]
    EndsBeforeApproval {
        /// When it was approved.
        approved: Date,
    },
    /// A milestone that is due before it is set.
    #[error("a milestone is due on the day on which it is set, or later")]
    DueBeforeItIsSet,
    /// The unit that carries it out was closed.
    #[error("the unit was closed on {on}")]
    UnitClosed {
        /// The day of the proposal.
        on: Date,
    },
    /// The step was taken, or can't be taken any more.
    #[error("it was approved, closed or abandoned on {on} already")]
    Past {
        /// When.
        on: Date,
    },
    /// A budget without an approval.
    #[error("it is not approved on {on}")]
    NoApproval {
        /// The day.
        on: Date,
    },
    /// An amount of nothing.
    #[error("an amount is more than nothing")]
    Nothing {
        /// The field at fault.
        path: &'static str,
    },
    /// An amount beyond what a budget can be.
    #[error("a budget is at most 10^15 of the smallest unit of its currency")]
    TooMuch {
        /// The field at fault.
        path: &'static str,
    },
    /// Too many of something.
    #[error("a project has at most {most} of them")]
    TooMany {
        /// The field at fault.
        path: &'static str,
        /// The most.
        most: usize,
    },
    /// A unit is named twice.
    #[error("the unit is named twice")]
    NamedTwice {
        /// The field at fault.
        path: String,
    },
    /// The facts of the project would not hold together.
    #[error("{breach}")]
    Breach {
        /// The field at fault.
        path: &'static str,
        /// What would not hold.
        breach: Breach,
    },
    /// The position names no fact that can be voided.
    #[error("nothing of the project that can be voided was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

impl Coded for ResearchRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateResearch,
            Self::Unknown | Self::UnknownFact => Code::UnknownReference,
            Self::Future { .. }
            | Self::BeforeProposal(_)
            | Self::EndsBeforeApproval { .. }
            | Self::DueBeforeItIsSet => Code::InvalidDate,
            Self::UnitClosed { .. } => Code::UnitClosed,
            Self::Past { .. } | Self::NoApproval { .. } => Code::WrongPhase,
            Self::Nothing { .. } | Self::TooMuch { .. } | Self::TooMany { .. } | Self::NamedTwice { .. } => {
                Code::InvalidValue
            }
            Self::Breach { breach, .. } => breach.code(),
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::NamedTwice { path } => path.as_str(),
            Self::Future { path, .. }
            | Self::Nothing { path }
            | Self::TooMuch { path }
            | Self::TooMany { path, .. }
            | Self::Breach { path, .. } => path,
            Self::Duplicate(_) => "details.code",
            Self::Unknown | Self::Past { .. } => "research",
            Self::EndsBeforeApproval { .. } => "until",
            Self::DueBeforeItIsSet => "due",
            Self::UnitClosed { .. } => "details.executor.sme",
            Self::BeforeProposal(_) | Self::NoApproval { .. } => "on",
            Self::UnknownFact | Self::AlreadyVoided => "position",
        }
        .to_owned()
    }
}
