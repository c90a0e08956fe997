//! What happens to courses and workshops, as it stands in the log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Audience, TrainingKind, TrainingSubject};
use crate::event::events;
use crate::value::{
    CertificateNumber, Date, Hours, Name, Organisation, Percent, PositionText, ProvinceCode, Seats,
    TrainingCode,
};

/// A course or workshop was planned. Its effective date is the day of the planning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingPlanned {
    /// The code that people know it by.
    pub code: TrainingCode,
    /// Course or workshop.
    pub kind: TrainingKind,
    /// What is taught.
    pub subject: TrainingSubject,
    /// The Persian title.
    pub title: Name,
    /// The Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// Whom it is for.
    pub audiences: Vec<Audience>,
    /// The province, ISO 3166-2:IR as of 2020.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Hours of instruction.
    pub hours: Hours,
    /// Places for participants.
    pub seats: Seats,
    /// The share of the hours that a certificate needs, where it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Percent>,
    /// The first day.
    pub starts: Date,
    /// The last day.
    pub ends: Date,
}

/// It was opened to participants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingOpened {}

/// A participant was enrolled, from the effective date on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParticipantEnrolled {
    /// The organisation.
    pub participant: Organisation,
}

/// A participant withdrew: the effective date is the first day on which it was no longer enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParticipantWithdrawn {
    /// The organisation.
    pub participant: Organisation,
}

/// It was held: the effective date is its last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingHeld {}

/// The hours that a participant attended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attended {
    /// The organisation.
    pub participant: Organisation,
    /// The hours.
    pub hours: Hours,
}

/// The attendance of participants was recorded; for those that are named it replaces what was recorded before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttendanceRecorded {
    /// The participants with their hours.
    pub attended: Vec<Attended>,
}

/// A participant that got a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certified {
    /// The organisation.
    pub participant: Organisation,
    /// The number of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CertificateNumber>,
}

/// Certificates were issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingCertificatesIssued {
    /// Who got one.
    pub certified: Vec<Certified>,
    /// The share of the hours that was needed on the effective date.
    pub attendance: Percent,
}

/// It was cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingCancelled {}

/// What is recorded of it was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingRevised {
    /// The new Persian title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// The new Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// The new province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The new hours of instruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The new number of places, from the effective date on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// The new first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Date>,
    /// The new last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
}

/// A fact of it was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

events! {
    /// What happens to courses and workshops.
    pub enum TrainingEvent {
        /// One was planned.
        TrainingPlanned = 1,
        /// It was opened to participants.
        TrainingOpened = 1,
        /// A participant was enrolled.
        ParticipantEnrolled = 1,
        /// A participant withdrew.
        ParticipantWithdrawn = 1,
        /// It was held.
        TrainingHeld = 1,
        /// The attendance of participants was recorded.
        AttendanceRecorded = 1,
        /// Certificates were issued.
        TrainingCertificatesIssued = 1,
        /// It was cancelled.
        TrainingCancelled = 1,
        /// What is recorded of it was changed.
        TrainingRevised = 1,
        /// A fact of it was voided.
        TrainingFactVoided = 1,
    }
}
