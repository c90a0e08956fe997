//! Why a command about a consortium is rejected.

use crate::consortium::Phase;
use crate::rejection::{Code, Coded};
use crate::value::{CommodityGroup, ConsortiumCode, Date, ObligationNumber, Usd};

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
    /// The certificate that a member joins with is not recorded, or not in force.
    #[error("no export-readiness certificate of that number is in force for the unit on {on}")]
    NoCertificate {
        /// The field at fault.
        path: String,
        /// The day on which it joins.
        on: Date,
    },
    /// A member that leaves owes the consortium.
    #[error("{count} obligations of the unit, the first since {since}, are open on {left}, when it leaves")]
    OpenObligations {
        /// The field at fault.
        path: &'static str,
        /// How many are open.
        count: usize,
        /// Since when the first is.
        since: Date,
        /// The day on which it leaves.
        left: Date,
    },
    /// An obligation outside the memberships of its unit.
    #[error("an obligation of {on} rests on the membership")]
    ObligationWithoutMember {
        /// The field at fault.
        path: &'static str,
        /// Since when it is owed.
        on: Date,
    },
    /// An obligation that is due before it is owed.
    #[error("the obligation is due before {on}, since when it is owed")]
    DueBefore {
        /// Since when it is owed.
        on: Date,
    },
    /// An obligation of nothing.
    #[error("the amount is not above zero")]
    Worthless,
    /// The number is taken.
    #[error("an obligation {0} is recorded for the consortium already")]
    DuplicateObligation(ObligationNumber),
    /// The number names no obligation.
    #[error("no obligation to the consortium has that number")]
    NoObligation,
    /// The obligation is settled.
    #[error("the obligation was settled on {on}")]
    AlreadySettled {
        /// When.
        on: Date,
    },
    /// Settled before it is owed.
    #[error("the obligation is owed since {on}, not before that date")]
    SettledBefore {
        /// Since when it is owed.
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
    #[error("no membership, obligation, end of one or phase of the consortium was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

impl Coded for ConsortiumRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateConsortium,
            Self::Unknown | Self::NotMember | Self::NoObligation | Self::UnknownFact => {
                Code::UnknownReference
            }
            Self::Future { .. }
            | Self::BeforeFormation { .. }
            | Self::LeftBeforeJoining { .. }
            | Self::DueBefore { .. }
            | Self::SettledBefore { .. }
            | Self::NoLimit { .. } => Code::InvalidDate,
            Self::PhaseOrder { .. } | Self::Dissolved { .. } => Code::WrongPhase,
            Self::UnitClosed { .. } => Code::UnitClosed,
            Self::AlreadyMember { .. } => Code::DuplicateMember,
            Self::AlreadyInConsortium { .. } => Code::AlreadyInConsortium,
            Self::TooMany { .. } | Self::Worthless => Code::InvalidValue,
            Self::TooFewMembers { .. } => Code::TooFewMembers,
            Self::OpenObligations { .. } | Self::ObligationWithoutMember { .. } => Code::OpenObligations,
            Self::DuplicateObligation(_) => Code::DuplicateObligation,
            Self::AlreadySettled { .. } => Code::AlreadySettled,
            Self::NotExportReady { .. } | Self::NoCertificate { .. } => Code::NotExportReady,
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
            | Self::NoCertificate { path, .. }
            | Self::AlreadyInConsortium { path, .. } => return path.clone(),
            Self::PhaseOrder { path, .. }
            | Self::TooFewMembers { path, .. }
            | Self::NotExportReady { path, .. }
            | Self::OpenObligations { path, .. }
            | Self::ObligationWithoutMember { path, .. }
            | Self::NoLimit { path, .. } => path,
            Self::Duplicate(_) => "details.code",
            Self::Unknown => "consortium",
            Self::NotMember => "sme",
            Self::LeftBeforeJoining { .. } | Self::SettledBefore { .. } => "on",
            Self::DueBefore { .. } => "due",
            Self::Worthless => "amount",
            Self::TooMany { .. } => "members",
            Self::UnknownFact | Self::AlreadyVoided => "position",
            Self::NoObligation | Self::AlreadySettled { .. } | Self::DuplicateObligation(_) => "number",
        }
        .to_owned()
    }
}
