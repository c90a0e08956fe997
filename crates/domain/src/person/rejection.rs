//! Why a command about a person is rejected.

use crate::rejection::{Code, Coded};
use crate::value::Date;

/// Why a command about a person is rejected. No message repeats a personal value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRejection {
    /// The person is not recorded.
    #[error("the person is not recorded")]
    Unknown,
    /// The ID of somebody new is taken.
    #[error("a person with that ID is recorded already")]
    Recorded,
    /// What was known of the person is erased.
    #[error("what was known of the person is erased, and nothing is recorded of the person again")]
    Erased,
    /// Somebody new without a name.
    #[error("a person who is not recorded yet needs a name")]
    Nameless,
    /// A correction of nothing.
    #[error("nothing is corrected")]
    NothingCorrected,
    /// The date lies in the future.
    #[error("{date} lies in the future")]
    Future {
        /// The date that was given.
        date: Date,
    },
    /// The person holds that post there.
    #[error("the person holds that post there from {from} on already")]
    Duplicate {
        /// The first day of that appointment.
        from: Date,
    },
    /// Without the end there would be two appointments to one post.
    #[error("the person was appointed to that post again on {from}")]
    Reopened {
        /// The first day of the other appointment.
        from: Date,
    },
    /// The appointment has an end.
    #[error("the appointment ended on {until}")]
    Ended {
        /// The first day without it.
        until: Date,
    },
    /// The appointment would end before it begins.
    #[error("the appointment began on {from}, not before that date")]
    EndsBeforeItBegins {
        /// Its first day.
        from: Date,
    },
    /// The position names no fact of the person.
    #[error("no appointment or end of one of the person was recorded at that position")]
    UnknownFact,
    /// The fact is voided.
    #[error("the fact is voided already")]
    AlreadyVoided,
}

impl Coded for PersonRejection {
    fn code(&self) -> Code {
        match self {
            Self::Unknown | Self::UnknownFact => Code::UnknownReference,
            Self::Erased => Code::Erased,
            Self::Nameless | Self::NothingCorrected => Code::MissingField,
            Self::Future { .. } | Self::EndsBeforeItBegins { .. } => Code::InvalidDate,
            Self::Recorded | Self::Duplicate { .. } | Self::Reopened { .. } => Code::DuplicateAppointment,
            Self::Ended { .. } => Code::WrongPhase,
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Unknown | Self::Recorded | Self::Erased => "person",
            Self::Nameless => "details.name",
            Self::NothingCorrected => "details",
            Self::Future { .. } | Self::EndsBeforeItBegins { .. } => "on",
            Self::Duplicate { .. } => "post",
            Self::Reopened { .. } | Self::Ended { .. } | Self::UnknownFact | Self::AlreadyVoided => {
                "position"
            }
        }
        .to_owned()
    }
}
