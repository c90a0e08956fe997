//! Why a command about a unit is rejected.

use crate::envelope::Position;
use crate::rejection::{Code, Coded};
use crate::value::{BusinessId, Date, ProvinceCode};

use super::history::{Breach, Broken};
use super::{OperatingStatus, PlotStage};

/// Why a command about a unit is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmeRejection {
    /// The business ID is taken.
    #[error("a unit with the business ID {0} is recorded already")]
    Duplicate(BusinessId),
    /// The park lies in another province than the unit.
    #[error("the park lies in {park}, the unit in {unit}")]
    OtherProvince {
        /// Where the park lies.
        park: ProvinceCode,
        /// Where the unit would lie.
        unit: ProvinceCode,
    },
    /// An area is told without its plot.
    #[error("the area of a plot is told without the plot")]
    AreaWithoutPlot,
    /// A date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The field.
        path: &'static str,
        /// Its date.
        date: Date,
    },
    /// A licence that is over before it begins.
    #[error("a licence that is issued on {issued} does not expire on {expires}")]
    Expired {
        /// The field.
        path: &'static str,
        /// The day of issue.
        issued: Date,
        /// The first day without it.
        expires: Date,
    },
    /// An establishment licence for more than a year.
    #[error("an establishment licence is issued for a year, not until {0}")]
    LongerThanAYear(Date),
    /// The plot is allotted to the unit already.
    #[error("the plot is allotted to the unit already")]
    PlotAllocated,
    /// Nothing is recorded of the plot that the unit lies on.
    #[error("the plot that the unit lies on is not allotted to it by contract")]
    NoContract,
    /// A fact of a plot on a day on which the unit lay on another one.
    #[error("the unit lay on another plot on that day")]
    OtherPlot,
    /// A unit is merged into itself.
    #[error("a unit is not merged into itself")]
    MergedIntoItself,
    /// The unit that would stay is closed or merged.
    #[error("the unit that would stay is closed or merged itself")]
    SurvivorGone,
    /// A status that is taken over begins before the licence.
    #[error("{since} lies before the issue of the licence on {issued}")]
    SinceBeforeIssue {
        /// When the status began.
        since: Date,
        /// The day of issue.
        issued: Date,
    },
    /// The unit moved again after that day.
    #[error("the unit moved on {0}, after that day")]
    MovedSince(Date),
    /// The unit that is succeeded is not closed.
    #[error("the predecessor is not closed on that day")]
    PredecessorOpen,
    /// An operating licence without a capacity.
    #[error("an operating licence tells the assessed capacity")]
    NoCapacity,
    /// The unit has that status already, and the command tells nothing else.
    #[error("the unit is {0} already")]
    Unchanged(OperatingStatus),
    /// The unit is closed.
    #[error("the unit is closed")]
    Closed,
    /// The fact was voided before.
    #[error("the fact at position {0} is voided already")]
    AlreadyVoided(Position),
    /// No fact of this unit that can be corrected.
    #[error("position {0} records no status, inspection or licence of this unit")]
    NoFact(Position),
    /// A registration is corrected, never voided.
    #[error("a registration can't be voided; close the unit instead")]
    Registration,
    /// The fact may not stand where it would stand.
    #[error("{0}")]
    Breach(Breach),
    /// A revocation would no longer lie within the time of its licence.
    #[error("the licence that was revoked is not in force on that day")]
    Misdated,
    /// A fact that is recorded for a later day would lose its ground.
    #[error("what is recorded for {effective} would not hold: {breach}")]
    Undercuts {
        /// The field.
        path: &'static str,
        /// The day of the later fact.
        effective: Date,
        /// What it would break.
        breach: Breach,
    },
}

impl SmeRejection {
    /// A broken timeline, seen from the command that would break it. `own` is the position of the fact that the command
    /// changes, none for a new one; `path` is the field to name when it is another fact that breaks.
    pub(super) fn broken(broken: Broken, own: Option<Position>, path: &'static str) -> Self {
        let Broken { position, effective, breach } = broken;
        if position == own { Self::Breach(breach) } else { Self::Undercuts { path, effective, breach } }
    }
}

/// The code of a breach by the fact that is being recorded.
pub(crate) fn code_of(breach: Breach) -> Code {
    match breach {
        Breach::NotRegistered | Breach::Expired(_) | Breach::NoExtension(_) | Breach::Deadline(_) => {
            Code::InvalidDate
        }
        Breach::Closed | Breach::Merged => Code::UnitClosed,
        Breach::Unverified => Code::ProgressNotVerified,
        Breach::Stage { .. } | Breach::DeadlineAhead(_) => Code::WrongPhase,
        Breach::GradeExpired(_) | Breach::Scheme(_) => Code::GradeExpired,
        Breach::Transition { .. } | Breach::NoCase => Code::IllegalTransition,
        Breach::Unlicensed | Breach::NotEstablished | Breach::NotInspected => {
            Code::LicencePrerequisiteMissing
        }
        Breach::Overlap => Code::LicenceOverlap,
        Breach::NotInForce | Breach::NoGrade => Code::UnknownReference,
        Breach::NotIdle(_) => Code::NotIdle,
        Breach::CaseOpen => Code::RevivalAlreadyOpen,
    }
}

/// The code of a breach by a fact that stood before: rules about licences and open cases keep theirs, any other change
/// is illegal since the later status would not follow.
pub(crate) fn code_of_later(breach: Breach) -> Code {
    match breach {
        Breach::Unlicensed
        | Breach::NotEstablished
        | Breach::NotInspected
        | Breach::Unverified
        | Breach::Stage { .. }
        | Breach::DeadlineAhead(_)
        | Breach::GradeExpired(_)
        | Breach::Scheme(_)
        | Breach::Overlap
        | Breach::CaseOpen => code_of(breach),
        Breach::NotRegistered
        | Breach::Expired(_)
        | Breach::Closed
        | Breach::Transition { .. }
        | Breach::NoCase
        | Breach::NoExtension(_)
        | Breach::Deadline(_)
        | Breach::Merged
        | Breach::NoGrade
        | Breach::NotInForce
        | Breach::NotIdle(_) => Code::IllegalTransition,
    }
}

impl Coded for SmeRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateUnit,
            Self::OtherProvince { .. }
            | Self::PredecessorOpen
            | Self::Registration
            | Self::MergedIntoItself => Code::InvalidValue,
            Self::PlotAllocated | Self::NoContract => Code::WrongPhase,
            Self::AreaWithoutPlot => Code::MissingField,
            Self::Future { .. }
            | Self::Expired { .. }
            | Self::SinceBeforeIssue { .. }
            | Self::MovedSince(_)
            | Self::LongerThanAYear(_)
            | Self::OtherPlot
            | Self::Misdated => Code::InvalidDate,
            Self::NoCapacity => Code::LicencePrerequisiteMissing,
            Self::Unchanged(_) => Code::IllegalTransition,
            Self::Closed | Self::SurvivorGone => Code::UnitClosed,
            Self::AlreadyVoided(_) => Code::AlreadyVoided,
            Self::NoFact(_) => Code::UnknownReference,
            Self::Breach(breach) => code_of(*breach),
            Self::Undercuts { breach, .. } => code_of_later(*breach),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Duplicate(_) => "businessId",
            Self::OtherProvince { .. } => "province",
            Self::AreaWithoutPlot => "plot",
            Self::Future { path, .. } | Self::Expired { path, .. } | Self::Undercuts { path, .. } => path,
            Self::SinceBeforeIssue { .. } => "status.since",
            Self::MovedSince(_) | Self::Unchanged(_) | Self::OtherPlot | Self::Misdated => "on",
            Self::PredecessorOpen => "predecessor",
            Self::NoCapacity => "capacity",
            Self::Closed | Self::Breach(Breach::Closed | Breach::Merged) => "sme",
            Self::PlotAllocated => "plot",
            Self::NoContract => "sme",
            Self::MergedIntoItself => "merged",
            Self::SurvivorGone => "survivor",
            Self::LongerThanAYear(_) | Self::Breach(Breach::NoExtension(_)) => "expires",
            Self::Breach(Breach::Deadline(_)) => "deadline",
            Self::Breach(Breach::GradeExpired(_)) => "until",
            Self::Breach(Breach::Scheme(_)) => "grade",
            Self::Breach(Breach::Stage { to, .. }) if *to != PlotStage::Repossessed => "stage",
            Self::AlreadyVoided(_) | Self::NoFact(_) | Self::Registration => "position",
            Self::Breach(Breach::NotInForce) => "number",
            Self::Breach(_) => "on",
        }
        .to_owned()
    }
}
