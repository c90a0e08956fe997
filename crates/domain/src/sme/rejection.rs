//! Why a command about a unit is rejected.

use crate::envelope::Position;
use crate::rejection::{Code, Coded};
use crate::value::{BusinessId, CertificateNumber, Date, ProvinceCode};

use super::OperatingStatus;
use super::history::{Breach, Broken};

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
    #[error("what is issued on {issued} does not expire on {expires}")]
    Expired {
        /// The field.
        path: &'static str,
        /// The day of issue.
        issued: Date,
        /// The first day without it.
        expires: Date,
    },
    /// A fact before the unit was there.
    #[error("the unit is not registered yet on that day")]
    BeforeRegistration {
        /// The field.
        path: &'static str,
    },
    /// The unit holds a certificate of that number.
    #[error("an export-readiness certificate {0} of the unit is recorded already")]
    DuplicateCertificate(CertificateNumber),
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
        Breach::NotRegistered | Breach::Expired(_) => Code::InvalidDate,
        Breach::Closed => Code::UnitClosed,
        Breach::Transition { .. } | Breach::NoCase => Code::IllegalTransition,
        Breach::Unlicensed | Breach::NotEstablished | Breach::NotInspected => {
            Code::LicencePrerequisiteMissing
        }
        Breach::Overlap => Code::LicenceOverlap,
        Breach::NotInForce => Code::UnknownReference,
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
        | Breach::Overlap
        | Breach::CaseOpen => code_of(breach),
        Breach::NotRegistered
        | Breach::Expired(_)
        | Breach::Closed
        | Breach::Transition { .. }
        | Breach::NoCase
        | Breach::NotInForce
        | Breach::NotIdle(_) => Code::IllegalTransition,
    }
}

impl Coded for SmeRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateUnit,
            Self::OtherProvince { .. } | Self::PredecessorOpen | Self::Registration => Code::InvalidValue,
            Self::AreaWithoutPlot => Code::MissingField,
            Self::Future { .. }
            | Self::Expired { .. }
            | Self::BeforeRegistration { .. }
            | Self::SinceBeforeIssue { .. }
            | Self::MovedSince(_)
            | Self::Misdated => Code::InvalidDate,
            Self::DuplicateCertificate(_) => Code::DuplicateCertificate,
            Self::NoCapacity => Code::LicencePrerequisiteMissing,
            Self::Unchanged(_) => Code::IllegalTransition,
            Self::Closed => Code::UnitClosed,
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
            Self::Future { path, .. }
            | Self::Expired { path, .. }
            | Self::BeforeRegistration { path }
            | Self::Undercuts { path, .. } => path,
            Self::SinceBeforeIssue { .. } => "status.since",
            Self::MovedSince(_) | Self::Unchanged(_) | Self::Misdated => "on",
            Self::PredecessorOpen => "predecessor",
            Self::NoCapacity => "capacity",
            Self::DuplicateCertificate(_) => "number",
            Self::Closed | Self::Breach(Breach::Closed) => "sme",
            Self::AlreadyVoided(_) | Self::NoFact(_) | Self::Registration => "position",
            Self::Breach(Breach::NotInForce) => "number",
            Self::Breach(_) => "on",
        }
        .to_owned()
    }
}
