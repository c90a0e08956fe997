//! The mutations of courses and workshops: one for each command.

use async_graphql::{Context, Object, OneofObject, Result, SimpleObject};
use daftar_domain::training::{
    AttendedHours, CancelTraining, CertifiedParticipant, EnrolInTraining, HoldTraining,
    IssueTrainingCertificates, OpenTraining, PlanTraining, RecordAttendance, ReviseTraining,
    TakeOverEnrolment, TakeOverTraining, TakenOverEnrolment, TrainingCommand, TrainingDetails,
    VoidTrainingFact, WithdrawFromTraining,
};
use daftar_domain::value::{
    CertificateNumber, Date, Hours, Name, OrganisationKey, Percent, PositionText, ProvinceCode, Seats,
    TrainingCode,
};

use super::Training;
use super::object::{Audience, TrainingKind, TrainingSubject};
use crate::history::ReasonCode;
use crate::input::{ConsortiumRef, Count, EmcRef, Entered, Fields, Given, SmeRef, TrainingRef, input};
use crate::submit::{self, CommandResult};

/// Names a participant: a unit, a consortium or an export management company.
#[derive(Debug, OneofObject)]
pub enum ParticipantRef {
    /// A unit.
    Sme(SmeRef),
    /// A consortium.
    Consortium(ConsortiumRef),
    /// An export management company.
    Emc(EmcRef),
}

impl Entered for ParticipantRef {
    type Value = OrganisationKey;

    fn read(self, fields: &mut Fields) -> Option<OrganisationKey> {
        match self {
            Self::Sme(key) => fields.at("sme", |fields| key.read(fields)).map(OrganisationKey::Sme),
            Self::Consortium(key) => {
                fields.at("consortium", |fields| key.read(fields)).map(OrganisationKey::Consortium)
            }
            Self::Emc(key) => fields.at("emc", |fields| key.read(fields)).map(OrganisationKey::Emc),
        }
    }
}

input! {
    /// What a course or workshop is planned with.
    value TrainingDetailsInput => TrainingDetails {
        /// The code that people know it by; unique.
        code: Given<TrainingCode>,
        /// Course or workshop.
        kind: TrainingKind,
        /// What is taught.
        subject: TrainingSubject,
        /// The Persian title.
        title: Given<Name>,
        /// The Latin title.
        title_latin: Option<Given<Name>>,
        /// Whom it is for, each at most once.
        audiences: Vec<Audience>,
        /// The province in which it is held; left out for one of all the country.
        province: Option<Given<ProvinceCode>>,
        /// Hours of instruction, from 1.
        hours: Count<Hours>,
        /// Places for participants, from 1.
        seats: Count<Seats>,
        /// The share of the hours, in percent, that a certificate needs; that of the table of limits when left out.
        attendance: Option<Count<Percent>>,
        /// The first day.
        starts: Given<Date>,
        /// The last day.
        ends: Given<Date>,
    }
}

input! {
    /// A participant of a course that was held before the registry.
    value TakenOverEnrolmentInput => TakenOverEnrolment {
        /// The organisation.
        participant: ParticipantRef,
        /// The hours that it attended.
        hours: Option<Count<Hours>>,
        /// The number of its certificate, where it has one.
        certificate: Option<Given<CertificateNumber>>,
    }
}

input! {
    /// The hours that a participant attended.
    value AttendedHoursInput => AttendedHours {
        /// The organisation.
        participant: ParticipantRef,
        /// The hours.
        hours: Count<Hours>,
    }
}

input! {
    /// A participant that gets a certificate.
    value CertifiedParticipantInput => CertifiedParticipant {
        /// The organisation.
        participant: ParticipantRef,
        /// The number of the certificate.
        number: Option<Given<CertificateNumber>>,
    }
}

input! {
    /// Plans a course or workshop.
    command PlanTrainingInput => Training(TrainingCommand::PlanTraining) {
        ..details: TrainingDetailsInput,
        /// When it was planned.
        on: Given<Date>,
    }
}

input! {
    /// Takes over a course or workshop that was held before the registry, with a first participant.
    command TakeOverTrainingInput => Training(TrainingCommand::TakeOverTraining) {
        ..details: TrainingDetailsInput,
        /// A participant.
        enrolment: Option<TakenOverEnrolmentInput>,
    }
}

input! {
    /// Takes over one more participant of a course that was taken over.
    command TakeOverEnrolmentInput => Training(TrainingCommand::TakeOverEnrolment) {
        /// The course or workshop.
        training: TrainingRef,
        /// The participant.
        enrolment: TakenOverEnrolmentInput,
    }
}

input! {
    /// Opens a course or workshop to participants.
    command OpenTrainingInput => Training(TrainingCommand::OpenTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// When it was opened.
        on: Given<Date>,
    }
}

input! {
    /// Enrols a participant.
    command EnrolInTrainingInput => Training(TrainingCommand::EnrolInTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// The organisation.
        participant: ParticipantRef,
        /// When it was enrolled.
        on: Given<Date>,
    }
}

input! {
    /// A participant withdraws; its place is free again.
    reasoned WithdrawFromTrainingInput => Training(TrainingCommand::WithdrawFromTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// The organisation.
        participant: ParticipantRef,
        /// Why.
        reason: ReasonCode,
        /// The first day on which it is no longer enrolled.
        on: Given<Date>,
    }
}

input! {
    /// Records that a course or workshop was held.
    command HoldTrainingInput => Training(TrainingCommand::HoldTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// Its last day, as it was held.
        on: Given<Date>,
    }
}

input! {
    /// Records the attendance of participants; what was recorded before for those that it names is replaced.
    command RecordAttendanceInput => Training(TrainingCommand::RecordAttendance) {
        /// The course or workshop.
        training: TrainingRef,
        /// The participants with their hours, at most 250.
        attended: Vec<AttendedHoursInput>,
        /// When it was recorded, the last day or later.
        on: Given<Date>,
    }
}

input! {
    /// Issues certificates to participants that attended enough.
    command IssueTrainingCertificatesInput => Training(TrainingCommand::IssueTrainingCertificates) {
        /// The course or workshop.
        training: TrainingRef,
        /// The participants, at most 250.
        certified: Vec<CertifiedParticipantInput>,
        /// When they were issued.
        on: Given<Date>,
    }
}

input! {
    /// Cancels a course or workshop before it is held.
    reasoned CancelTrainingInput => Training(TrainingCommand::CancelTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// Why.
        reason: ReasonCode,
        /// When it was cancelled.
        on: Given<Date>,
    }
}

input! {
    /// Changes what is recorded of a course or workshop; fields that are left out stay. Hours and days stay as they are
    /// once it is held.
    command ReviseTrainingInput => Training(TrainingCommand::ReviseTraining) {
        /// The course or workshop.
        training: TrainingRef,
        /// A new Persian title.
        title: Option<Given<Name>>,
        /// A new Latin title.
        title_latin: Option<Given<Name>>,
        /// Another province.
        province: Option<Given<ProvinceCode>>,
        /// Other hours of instruction.
        hours: Option<Count<Hours>>,
        /// Another number of places, from that day on.
        seats: Option<Count<Seats>>,
        /// Another first day.
        starts: Option<Given<Date>>,
        /// Another last day.
        ends: Option<Given<Date>>,
        /// When the change took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids an enrolment, a withdrawal, an attendance, certificates, the opening, the holding or the cancelling.
    reasoned VoidTrainingFactInput => Training(TrainingCommand::VoidTrainingFact) {
        /// The course or workshop.
        training: TrainingRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a course or workshop.
#[derive(SimpleObject)]
pub struct TrainingPayload {
    /// The course or workshop as it is once the command is recorded; null when nothing was.
    training: Option<Training>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(TrainingPayload { training: Training });

/// Commands about courses and workshops.
#[derive(Default)]
pub struct TrainingMutation;

#[Object]
impl TrainingMutation {
    /// Plans a course or workshop.
    async fn plan_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: PlanTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Takes over a course or workshop that was held before the registry, with a first participant.
    async fn take_over_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Takes over one more participant of a course that was taken over.
    async fn take_over_enrolment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverEnrolmentInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Opens a course or workshop to participants.
    async fn open_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: OpenTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Enrols a participant.
    async fn enrol_in_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: EnrolInTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// A participant withdraws; its place is free again.
    async fn withdraw_from_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: WithdrawFromTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Records that a course or workshop was held.
    async fn hold_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: HoldTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Records the attendance of participants.
    async fn record_attendance(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RecordAttendanceInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Issues certificates to participants that attended enough.
    async fn issue_training_certificates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IssueTrainingCertificatesInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Cancels a course or workshop before it is held.
    async fn cancel_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CancelTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a course or workshop; fields that are left out stay.
    async fn revise_training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviseTrainingInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }

    /// Voids a fact of a course or workshop.
    async fn void_training_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidTrainingFactInput,
    ) -> Result<TrainingPayload> {
        submit::one(context, input).await
    }
}
