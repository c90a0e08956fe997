//! Training courses and workshops: what is taught to units, consortiums and export management companies.
//!
//! planned → open → held → certified, with a cancelling beside it. Participants are organisations, never persons. Places
//! are never overbooked on any day, and a certificate stands on the hours that its participant attended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{
    CertificateNumber, Date, Hours, Name, Organisation, OrganisationKey, Percent, PositionText, ProvinceCode,
    ReasonCode, Seats, TrainingCode, TrainingKey,
};

mod check;
mod decide;
mod event;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use check::Breach;
pub use event::{
    AttendanceRecorded, Attended, Certified, ParticipantEnrolled, ParticipantWithdrawn, TrainingCancelled,
    TrainingCertificatesIssued, TrainingEvent, TrainingFactVoided, TrainingHeld, TrainingOpened,
    TrainingPlanned, TrainingRevised,
};
pub use rejection::TrainingRejection;
pub use state::{Enrolment, Phase, Training, Trainings};

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TrainingKind {
    /// A course of several sessions.
    Course,
    /// A workshop.
    Workshop,
}

/// What is taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TrainingSubject {
    /// The basics of exports.
    ExportBasics,
    /// The principles of exports.
    ExportPrinciples,
    /// The legalities of exports: contracts, customs, standards of the target market.
    ExportLegalities,
    /// Marketing and sales.
    Marketing,
    /// Finance and accounting.
    Finance,
    /// Management and entrepreneurship.
    Management,
    /// Quality and standards.
    Quality,
    /// Technology of production.
    Technology,
    /// Safety, energy and environment.
    Safety,
    /// Something else.
    Other,
}

/// Whom a course or workshop is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Audience {
    /// Units.
    Smes,
    /// Export consortiums.
    Consortiums,
    /// Export management companies.
    Emcs,
}

impl Audience {
    /// The audience that an organisation belongs to.
    pub fn of(organisation: Organisation) -> Self {
        match organisation {
            Organisation::Sme(_) => Self::Smes,
            Organisation::Consortium(_) => Self::Consortiums,
            Organisation::Emc(_) => Self::Emcs,
        }
    }
}

/// What a course or workshop is planned with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingDetails {
    /// The code that people know it by; unique.
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
    /// Whom it is for, each at most once.
    pub audiences: Vec<Audience>,
    /// The province in which it is held; none for one of all the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Hours of instruction.
    pub hours: Hours,
    /// Places for participants.
    pub seats: Seats,
    /// The share of the hours that a certificate needs; that of the table of limits when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Percent>,
    /// The first day.
    pub starts: Date,
    /// The last day.
    pub ends: Date,
}

/// A participant of a course that was held before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverEnrolment {
    /// The organisation.
    pub participant: OrganisationKey,
    /// The hours that it attended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The number of its certificate, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateNumber>,
}

/// The hours that a participant attended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttendedHours {
    /// The organisation.
    pub participant: OrganisationKey,
    /// The hours.
    pub hours: Hours,
}

/// A participant that gets a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertifiedParticipant {
    /// The organisation.
    pub participant: OrganisationKey,
    /// The number of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CertificateNumber>,
}

/// Plans a course or workshop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanTraining {
    /// What it is planned with.
    pub details: TrainingDetails,
    /// When it was planned.
    pub on: Date,
}

/// Takes over a course or workshop that was held before the registry, with a first participant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverTraining {
    /// What it was planned with.
    pub details: TrainingDetails,
    /// A participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<TakenOverEnrolment>,
}

/// Takes over one more participant of a course that was taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverEnrolment {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The participant.
    pub enrolment: TakenOverEnrolment,
}

/// Opens a course or workshop to participants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// When it was opened.
    pub on: Date,
}

/// Enrols a participant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolInTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The organisation.
    pub participant: OrganisationKey,
    /// When it was enrolled.
    pub on: Date,
}

/// A participant withdraws; its place is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawFromTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The organisation.
    pub participant: OrganisationKey,
    /// Why.
    pub reason: ReasonCode,
    /// The first day on which it is no longer enrolled.
    pub on: Date,
}

/// Records that a course or workshop was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// Its last day, as it was held.
    pub on: Date,
}

/// Records the attendance of participants; what was recorded before for those that it names is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordAttendance {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The participants with their hours, at most 250.
    pub attended: Vec<AttendedHours>,
    /// When it was recorded, the last day or later.
    pub on: Date,
}

/// Issues certificates to participants that attended enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueTrainingCertificates {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The participants, at most 250.
    pub certified: Vec<CertifiedParticipant>,
    /// When they were issued.
    pub on: Date,
}

/// Cancels a course or workshop before it is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it was cancelled.
    pub on: Date,
}

/// Changes what is recorded of a course or workshop; fields that are left out stay. Hours and days stay as they are once
/// it is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviseTraining {
    /// The course or workshop.
    pub training: TrainingKey,
    /// A new Persian title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// A new Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// Another province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Other hours of instruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Another number of places, from that day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Another first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Date>,
    /// Another last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
    /// When the change took effect.
    pub on: Date,
}

/// Voids an enrolment, a withdrawal, an attendance, certificates, the opening, the holding or the cancelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidTrainingFact {
    /// The course or workshop.
    pub training: TrainingKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of courses and workshops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum TrainingCommand {
    /// Plans one.
    PlanTraining(PlanTraining),
    /// Takes over one that was held before the registry.
    TakeOverTraining(TakeOverTraining),
    /// Takes over one more participant.
    TakeOverEnrolment(TakeOverEnrolment),
    /// Opens it to participants.
    OpenTraining(OpenTraining),
    /// Enrols a participant.
    EnrolInTraining(EnrolInTraining),
    /// A participant withdraws.
    WithdrawFromTraining(WithdrawFromTraining),
    /// Records that it was held.
    HoldTraining(HoldTraining),
    /// Records the attendance of participants.
    RecordAttendance(RecordAttendance),
    /// Issues certificates.
    IssueTrainingCertificates(IssueTrainingCertificates),
    /// Cancels it.
    CancelTraining(CancelTraining),
    /// Changes what is recorded of it.
    ReviseTraining(ReviseTraining),
    /// Voids a fact of it.
    VoidTrainingFact(VoidTrainingFact),
}
