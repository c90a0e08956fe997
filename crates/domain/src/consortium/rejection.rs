//! Why a command about a consortium is rejected.

use crate::consortium::Phase;
use crate::rejection::{Code, Coded};
use crate::value::{CommodityGroup, ConsortiumCode, Date, Usd};

/// Why a command about a consortium is rejected. `path` is the input field at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsortiumRejection {
    /// The code is taken.
    #[error("a consortium with the code {0} is recorded already")]
    Duplicate(ConsortiumCode),
    /// The consortium is not recorded.
    #[error("the consortium is not recorded")]
    Unknown,
    /// The date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The field at fault.
        path: String,
        /// The date that was given.
        date: Date,
    },
    /// A fact before the consortium was there.
    #[error("the consortium was formed on {formed}, after that date")]
    BeforeFormation {
        /// The field at fault.
        path: String,
        /// The day of its formation.
        formed: Date,
    },
    /// The phases would not follow each other in order.
    #[error("a consortium that is {before:?} on {on} can't become {phase:?}")]
    PhaseOrder {
        /// The field at fault.
        path: &'static str,
        /// The phase before.
        before: Phase,
        /// The phase that would follow.
        phase: Phase,
        /// The day on which it would follow.
        on: Date,
    },
    /// Nothing happens to a consortium after its end.
    #[error("the consortium was dissolved on {dissolved}")]
    Dissolved {
        /// The field at fault.
        path: String,
        /// The day on which it ended.
        dissolved: Date,
    },
    /// The unit was closed on the day on which it joins.
    #[error("the unit was closed on {on}")]
    UnitClosed {
        /// The field at fault.
        path: String,
        /// The day on which it joins.
        on: Date,
    },
    /// The unit is a member on those days already.
    #[error("the unit is a member of the consortium already")]
    AlreadyMember {
        /// The field at fault.
        path: String,
    },
    /// The unit is in another consortium of the product group on those days.
    #[error("the unit is in another active consortium of the product group {group:?}")]
    AlreadyInConsortium {
        /// The field at fault.
        path: String,
        /// The product group.
        group: CommodityGroup,
    },
    /// The unit has no open membership.
    #[error("the unit is no member of the consortium")]
    NotMember,
    /// A membership ends after it began.
    #[error("the unit joined on {joined}, not before that date")]
    LeftBeforeJoining {
        /// The day on which it joined.
        joined: Date,
    },
    /// More units than one command takes.
    #[error("{count} units join at once, and one command takes at most {most}")]
    TooMany {
        /// How many were given.
        count: usize,
        /// The bound.
        most: usize,
    },
    /// Too few distinct legal entities among the members.
    #[error("the members are of {entities} distinct legal entities, and {least} are needed")]
    TooFewMembers {
        /// The field at fault.
        path: &'static str,
        /// Distinct legal entities.
        entities: u32,
        /// The limit on that date.
        least: u32,
    },
    /// Members without a certificate, and too few exports.
    #[error(
        "not every member has a certificate, and together they exported {exported} of the {least} US dollars asked"
    )]
    NotExportReady {
        /// The field at fault.
        path: &'static str,
        /// What the members exported in the 12 months before.
        exported: Usd,
        /// The limit on that date.
        least: Usd,
    },
    /// The table of limits is not in force.
    #[error("no table of limits is in force on {on}")]
    NoLimit {
        /// The field at fault.
        path: &'static str,
        /// The day on which it is asked.
        on: Date,
    },
    /// The position names no membership and no phase of the consortium.
    #[error("no membership, leaving or phase of the consortium was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

impl Coded for ConsortiumRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateConsortium,
            Self::Unknown | Self::NotMember | Self::UnknownFact => Code::UnknownReference,
            Self::Future { .. }
            | Self::BeforeFormation { .. }
            | Self::LeftBeforeJoining { .. }
            | Self::NoLimit { .. } => Code::InvalidDate,
            Self::PhaseOrder { .. } | Self::Dissolved { .. } => Code::WrongPhase,
            Self::UnitClosed { .. } => Code::UnitClosed,
            Self::AlreadyMember { .. } => Code::DuplicateMember,
            Self::AlreadyInConsortium { .. } => Code::AlreadyInConsortium,
            Self::TooMany { .. } => Code::InvalidValue,
            Self::TooFewMembers { .. } => Code::TooFewMembers,
            Self::NotExportReady { .. } => Code::NotExportReady,
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Future { path, .. }
            | Self::BeforeFormation { path, .. }
            | Self::Dissolved { path, .. }
            | Self::UnitClosed { path, .. }
            | Self::AlreadyMember { path }
            | Self::AlreadyInConsortium { path, .. } => return path.clone(),
            Self::PhaseOrder { path, .. }
            | Self::TooFewMembers { path, .. }
            | Self::NotExportReady { path, .. }
            | Self::NoLimit { path, .. } => path,
            Self::Duplicate(_) => "details.code",
            Self::Unknown => "consortium",
            Self::NotMember => "sme",
            Self::LeftBeforeJoining { .. } => "on",
            Self::TooMany { .. } => "members",
            Self::UnknownFact | Self::AlreadyVoided => "position",
        }
        .to_owned()
    }
}
