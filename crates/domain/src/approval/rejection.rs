//! Why a command about a proposal is rejected.

use super::{DAYS_MOST, ProposalStatus};
use crate::policy::CommandKind;
use crate::rejection::{Code, Coded};
use crate::value::Moment;

/// Why a command about a proposal is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRejection {
    /// There is no such proposal.
    #[error("the proposal is not recorded")]
    Unknown,
    /// One person is enough for it.
    #[error("{} takes one person: ask for it directly", .0.as_str())]
    NeedsNone(CommandKind),
    /// It would stand for too long, or not at all.
    #[error("a proposal stands for 1 to {DAYS_MOST} days")]
    Days,
    /// Whoever proposed it can't decide it.
    #[error("whoever proposed it neither approves nor rejects it")]
    Own,
    /// It was decided before.
    #[error("the proposal was {}", word(*.0))]
    Decided(ProposalStatus),
    /// Its time has run out.
    #[error("the proposal stood until {0}")]
    Expired(Moment),
    /// It was proposed in a form that this release doesn't read.
    #[error("this release does not read the form in which it was proposed; propose it anew")]
    Unreadable,
}

fn word(status: ProposalStatus) -> &'static str {
    match status {
        ProposalStatus::Open => "not decided",
        ProposalStatus::Approved => "approved already",
        ProposalStatus::Rejected => "rejected already",
        ProposalStatus::Withdrawn => "withdrawn",
    }
}

impl Coded for ApprovalRejection {
    fn code(&self) -> Code {
        match self {
            Self::Unknown => Code::UnknownReference,
            Self::NeedsNone(_) | Self::Days | Self::Unreadable => Code::InvalidValue,
            Self::Own => Code::OwnProposal,
            Self::Decided(_) => Code::AlreadyDecided,
            Self::Expired(_) => Code::ProposalExpired,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::NeedsNone(_) => "command",
            Self::Days => "days",
            _ => "proposal",
        }
        .to_owned()
    }
}
