//! Why a command about an export management company is rejected.

use crate::rejection::{Code, Coded};
use crate::value::{Date, EmcCode};

/// Why a command about a company is rejected. `path` is the input field at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmcRejection {
    /// The code is taken.
    #[error("an export management company with the code {0} is recorded already")]
    Duplicate(EmcCode),
    /// The company is not recorded.
    #[error("the export management company is not recorded")]
    Unknown,
    /// The date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The field at fault.
        path: &'static str,
        /// The date that was given.
        date: Date,
    },
    /// A fact before the consent.
    #[error("the company got its consent on {consented}, after that date")]
    BeforeConsent {
        /// The field at fault.
        path: &'static str,
        /// The day of the consent.
        consented: Date,
    },
    /// A rank before the end of the evaluation.
    #[error("the company can be ranked from {earliest} on, {years} years after its consent")]
    RankTooEarly {
        /// The field at fault.
        path: &'static str,
        /// The first day on which it can be ranked.
        earliest: Date,
        /// The limit on that date, in years.
        years: u32,
    },
    /// The trade card is not valid on the day of the consent.
    #[error("the trade card was no longer valid from {expires} on")]
    CardExpired {
        /// The first day on which it is not valid.
        expires: Date,
    },
    /// The consent is withdrawn.
    #[error("the consent was withdrawn on {withdrawn}")]
    Withdrawn {
        /// The field at fault.
        path: &'static str,
        /// The first day without it.
        withdrawn: Date,
    },
    /// A withdrawal before facts that need the consent.
    #[error("a rank or mandate that needs the consent was recorded for {on}")]
    FactAfterWithdrawal {
        /// The day of that fact.
        on: Date,
    },
    /// The mandate would end before it begins.
    #[error("the mandate ends on {until}, not after it begins on {from}")]
    EndsBeforeItBegins {
        /// The field at fault.
        path: &'static str,
        /// Its first day.
        from: Date,
        /// The first day without it.
        until: Date,
    },
    /// The company holds a mandate of the unit on those days.
    #[error("the company holds a mandate of that unit from {from} on already")]
    DuplicateMandate {
        /// The field at fault.
        path: &'static str,
        /// The first day of that mandate.
        from: Date,
    },
    /// The unit was closed on the first day of the mandate.
    #[error("the unit was closed on {on}")]
    UnitClosed {
        /// The field at fault.
        path: &'static str,
        /// The first day of the mandate.
        on: Date,
    },
    /// No mandate of the unit is in force.
    #[error("the company has no mandate of that unit in force before {on}")]
    NoMandate {
        /// The day on which it would end.
        on: Date,
    },
    /// The table of limits is not in force.
    #[error("no table of limits is in force on {on}")]
    NoLimit {
        /// The field at fault.
        path: &'static str,
        /// The day on which it is asked.
        on: Date,
    },
    /// The position names no fact that can be voided.
    #[error("no rank, mandate, end of one or withdrawal of the company was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

impl Coded for EmcRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateEmc,
            Self::Unknown | Self::UnknownFact => Code::UnknownReference,
            Self::Future { .. }
            | Self::BeforeConsent { .. }
            | Self::CardExpired { .. }
            | Self::EndsBeforeItBegins { .. }
            | Self::NoLimit { .. } => Code::InvalidDate,
            Self::RankTooEarly { .. } => Code::RankTooEarly,
            Self::Withdrawn { .. } | Self::FactAfterWithdrawal { .. } => Code::WrongPhase,
            Self::DuplicateMandate { .. } => Code::DuplicateMandate,
            Self::UnitClosed { .. } => Code::UnitClosed,
            Self::NoMandate { .. } => Code::NoMandate,
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Future { path, .. }
            | Self::BeforeConsent { path, .. }
            | Self::RankTooEarly { path, .. }
            | Self::Withdrawn { path, .. }
            | Self::EndsBeforeItBegins { path, .. }
            | Self::DuplicateMandate { path, .. }
            | Self::UnitClosed { path, .. }
            | Self::NoLimit { path, .. } => path,
            Self::Duplicate(_) => "details.code",
            Self::Unknown => "emc",
            Self::CardExpired { .. } => "details.tradeCardExpires",
            Self::FactAfterWithdrawal { .. } => "on",
            Self::NoMandate { .. } => "sme",
            Self::UnknownFact | Self::AlreadyVoided => "position",
        }
        .to_owned()
    }
}
