//! Why a command about a course or workshop is rejected.

use crate::rejection::{Code, Coded};
use crate::value::{Date, TrainingCode};

use super::{Audience, Breach};

/// Why a command about a course or workshop is rejected. `path` is the input field at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainingRejection {
    /// The code is taken.
    #[error("a training with the code {0} is recorded already")]
    Duplicate(TrainingCode),
    /// It is not recorded.
    #[error("the training is not recorded")]
    Unknown,
    /// The date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The field at fault.
        path: &'static str,
        /// The date that was given.
        date: Date,
    },
    /// A fact before the planning.
    #[error("it was planned on {0}, after that date")]
    BeforePlanning(Date),
    /// The last day before the first.
    #[error("its last day would be before {starts}, its first")]
    EndsBeforeItStarts {
        /// The field at fault.
        path: &'static str,
        /// The first day.
        starts: Date,
    },
    /// It is for nobody.
    #[error("no audience is named")]
    NoAudience,
    /// An audience is named twice.
    #[error("an audience is named twice")]
    AudienceTwice,
    /// No hours, or no seats.
    #[error("it has at least one")]
    Nothing {
        /// The field at fault.
        path: &'static str,
    },
    /// A share that is none.
    #[error("a certificate needs from 1 to 100 % of the hours")]
    NoShare,
    /// The participant does not belong to its audiences.
    #[error("it is not for {}", name_of(*.audience))]
    OtherAudience {
        /// The field at fault.
        path: String,
        /// The audience that the participant belongs to.
        audience: Audience,
    },
    /// The organisation was closed, or not there, on the day.
    #[error("the organisation was not in business on {on}")]
    NotInBusiness {
        /// The field at fault.
        path: String,
        /// The day.
        on: Date,
        /// What is said of its kind.
        code: Code,
    },
    /// The step was taken, or can't be taken any more.
    #[error("it was opened, held or cancelled on {on} already")]
    Past {
        /// When.
        on: Date,
    },
    /// The participant is not enrolled.
    #[error("the organisation is not enrolled on that day")]
    NotEnrolled,
    /// Participants are taken over only where the training was.
    #[error("the training was not taken over")]
    NotTakenOver,
    /// Nobody is named.
    #[error("no participant is named")]
    Nobody {
        /// The field at fault.
        path: &'static str,
    },
    /// Too many are named at once.
    #[error("more than {most} participants are named")]
    TooMany {
        /// The field at fault.
        path: &'static str,
        /// The most.
        most: usize,
    },
    /// A participant is named twice.
    #[error("the participant is named twice")]
    NamedTwice {
        /// The field at fault.
        path: String,
    },
    /// The table of limits says nothing of the attendance that is needed.
    #[error("no limit of attendance is in force on {on}, and the training has none of its own")]
    NoLimit {
        /// The day on which it is asked.
        on: Date,
    },
    /// The facts of the training would not hold together.
    #[error("{breach}")]
    Breach {
        /// The field at fault.
        path: &'static str,
        /// What would not hold.
        breach: Breach,
    },
    /// The position names no fact that can be voided.
    #[error("nothing of the training that can be voided was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

fn name_of(audience: Audience) -> &'static str {
    match audience {
        Audience::Smes => "units",
        Audience::Consortiums => "consortiums",
        Audience::Emcs => "export management companies",
    }
}

impl Coded for TrainingRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicateTraining,
            Self::Unknown | Self::UnknownFact => Code::UnknownReference,
            Self::Future { .. }
            | Self::BeforePlanning(_)
            | Self::EndsBeforeItStarts { .. }
            | Self::NoLimit { .. } => Code::InvalidDate,
            Self::NoAudience | Self::Nobody { .. } => Code::MissingField,
            Self::AudienceTwice | Self::Nothing { .. } | Self::NoShare | Self::TooMany { .. } => {
                Code::InvalidValue
            }
            Self::OtherAudience { .. } => Code::WrongAudience,
            Self::NotInBusiness { code, .. } => *code,
            Self::Past { .. } | Self::NotTakenOver => Code::WrongPhase,
            Self::NotEnrolled => Code::NotEnrolled,
            Self::NamedTwice { .. } => Code::DuplicateEnrolment,
            Self::Breach { breach, .. } => breach.code(),
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::OtherAudience { path, .. }
            | Self::NotInBusiness { path, .. }
            | Self::NamedTwice { path } => path.as_str(),
            Self::Future { path, .. }
            | Self::EndsBeforeItStarts { path, .. }
            | Self::Nothing { path }
            | Self::Nobody { path }
            | Self::TooMany { path, .. }
            | Self::Breach { path, .. } => path,
            Self::Duplicate(_) => "details.code",
            Self::Unknown | Self::NotTakenOver | Self::Past { .. } => "training",
            Self::NoAudience | Self::AudienceTwice => "details.audiences",
            Self::NoShare => "details.attendance",
            Self::BeforePlanning(_) | Self::NoLimit { .. } => "on",
            Self::NotEnrolled => "participant",
            Self::UnknownFact | Self::AlreadyVoided => "position",
        }
        .to_owned()
    }
}
