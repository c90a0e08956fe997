//! The mutations of units: one for each command.

use async_graphql::{Context, Enum, InputObject, Object, OneofObject, Result, SimpleObject};
use daftar_domain::sme::{
    ActivateSme, AmendSme, CloseSme, IdleSme, InspectSme, IssueEstablishmentLicence, IssueOperatingLicence,
    RedateSmeFact, ReduceSme, RegisterSme, RevokeLicence, SmeCommand, SmeDetails, TakeOverSme,
    TakenOverLicence, TakenOverStatus, VoidSmeFact,
};
use daftar_domain::value::{
    BusinessId, Date, Headcount, IsicCode, LegalId, LicenceNumber, Name, Percent, PlotNumber, PositionText,
    ProvinceCode, SquareMetres,
};

use super::{IdleReason, LicenceKind, Sme};
use crate::history::ReasonCode;
use crate::input::{CapacityInput, Count, Entered, Fields, Given, ParkRef, SmeRef, input};
use crate::submit::{self, CommandResult};

input! {
    /// What a unit is registered with.
    value SmeDetailsInput => SmeDetails {
        /// The 12-digit business ID; unique.
        business_id: Given<BusinessId>,
        /// The legal entity that holds the unit, 11 digits; it may hold several.
        legal_id: Given<LegalId>,
        /// The Persian name.
        name: Given<Name>,
        /// The Latin name.
        name_latin: Option<Given<Name>>,
        /// The province.
        province: Given<ProvinceCode>,
        /// The park it lies in.
        park: Option<ParkRef>,
        /// Its plot within the park.
        plot: Option<Given<PlotNumber>>,
        /// The area of the plot, in m².
        plot_area: Option<Given<SquareMetres>>,
        /// Its class of ISIC Rev.4, four digits.
        isic: Given<IsicCode>,
        /// Persons employed.
        headcount: Option<Count<Headcount>>,
    }
}

input! {
    /// Registers a unit, which is under construction from that day.
    command RegisterSmeInput => Sme(SmeCommand::RegisterSme) {
        ..details: SmeDetailsInput,
        /// The closed unit that it succeeds.
        predecessor: Option<SmeRef>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// An operating licence that was issued before the registry.
    value TakenOverLicenceInput => TakenOverLicence {
        /// Its number.
        number: Given<LicenceNumber>,
        /// The day of issue.
        issued: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
        /// The licensed capacity in a year.
        capacity: Option<CapacityInput>,
    }
}

/// How a unit that produces does so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Production {
    /// Since the issue of its licence.
    Active,
    /// At a reduced rate since the issue of its licence.
    SemiActive,
}

/// Since when and why a unit stands idle.
#[derive(Debug, InputObject)]
pub struct IdleSinceInput {
    /// The first idle day.
    since: Given<Date>,
    /// Why.
    reason: IdleReason,
}

/// Since when and why a unit is closed.
#[derive(Debug, InputObject)]
pub struct ClosedSinceInput {
    /// The first day on which it was closed.
    since: Given<Date>,
    /// Why.
    reason: ReasonCode,
}

/// What a unit that is taken over does now.
#[derive(Debug, OneofObject)]
pub enum TakenOverStatusInput {
    /// It produces.
    Producing(Production),
    /// It was active from the issue of its licence, and is idle.
    Idle(IdleSinceInput),
    /// It was active from the issue of its licence, and is closed.
    Closed(ClosedSinceInput),
}

impl Entered for TakenOverStatusInput {
    type Value = TakenOverStatus;

    fn read(self, fields: &mut Fields) -> Option<TakenOverStatus> {
        match self {
            Self::Producing(Production::Active) => Some(TakenOverStatus::Active),
            Self::Producing(Production::SemiActive) => Some(TakenOverStatus::SemiActive),
            Self::Idle(idle) => fields.at("idle", |fields| {
                let since = fields.at("since", |fields| idle.since.read(fields))?;
                Some(TakenOverStatus::Idle { since, reason: idle.reason.into() })
            }),
            Self::Closed(closed) => fields.at("closed", |fields| {
                let since = fields.at("since", |fields| closed.since.read(fields))?;
                Some(TakenOverStatus::Closed { since, reason: closed.reason.into() })
            }),
        }
    }
}

input! {
    /// Takes over a unit that existed before the registry: active from the issue date of its licence.
    command TakeOverSmeInput => Sme(SmeCommand::TakeOverSme) {
        ..details: SmeDetailsInput,
        /// Its operating licence.
        licence: TakenOverLicenceInput,
        /// What it does.
        status: TakenOverStatusInput,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
    }
}

input! {
    /// Changes what is recorded of a unit; fields that are left out stay.
    command AmendSmeInput => Sme(SmeCommand::AmendSme) {
        /// The unit.
        sme: SmeRef,
        /// A new Persian name.
        name: Option<Given<Name>>,
        /// A new Latin name.
        name_latin: Option<Given<Name>>,
        /// A new class of ISIC Rev.4.
        isic: Option<Given<IsicCode>>,
        /// A new headcount.
        headcount: Option<Count<Headcount>>,
        /// A new province.
        province: Option<Given<ProvinceCode>>,
        /// A new park.
        park: Option<ParkRef>,
        /// A new plot.
        plot: Option<Given<PlotNumber>>,
        /// The area of the new plot, in m².
        plot_area: Option<Given<SquareMetres>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Issues an establishment licence.
    command IssueEstablishmentLicenceInput => Sme(SmeCommand::IssueEstablishmentLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The day of issue.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
    }
}

input! {
    /// Records an inspection that found the unit fit to operate.
    command InspectSmeInput => Sme(SmeCommand::InspectSme) {
        /// The unit.
        sme: SmeRef,
        /// The day of the inspection.
        on: Given<Date>,
    }
}

input! {
    /// Issues an operating licence.
    command IssueOperatingLicenceInput => Sme(SmeCommand::IssueOperatingLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The day of issue.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
        /// The assessed capacity in a year.
        capacity: Option<CapacityInput>,
    }
}

input! {
    /// Ends a licence before its time.
    command RevokeLicenceInput => Sme(SmeCommand::RevokeLicence) {
        /// The unit.
        sme: SmeRef,
        /// The kind of licence.
        kind: LicenceKind,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The first day without it.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// The unit produces; it needs an operating licence in force.
    command ActivateSmeInput => Sme(SmeCommand::ActivateSme) {
        /// The unit.
        sme: SmeRef,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    command ReduceSmeInput => Sme(SmeCommand::ReduceSme) {
        /// The unit.
        sme: SmeRef,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// The unit stands idle.
    command IdleSmeInput => Sme(SmeCommand::IdleSme) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: IdleReason,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Closes the unit for good.
    command CloseSmeInput => Sme(SmeCommand::CloseSme) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids a status, an inspection or a licence of a unit.
    command VoidSmeFactInput => Sme(SmeCommand::VoidSmeFact) {
        /// The unit.
        sme: SmeRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Corrects the date of a status, an inspection or a licence of a unit.
    command RedateSmeFactInput => Sme(SmeCommand::RedateSmeFact) {
        /// The unit.
        sme: SmeRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// The right date.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a unit.
#[derive(SimpleObject)]
pub struct SmePayload {
    /// The unit as it is once the command is recorded; null when nothing was.
    sme: Option<Sme>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(SmePayload { sme: Sme });

/// Commands about units.
#[derive(Default)]
pub struct SmeMutation;

#[Object]
impl SmeMutation {
    /// Registers a unit, which is under construction from that day.
    async fn register_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RegisterSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Takes over a unit that existed before the registry: active from the issue date of its licence.
    async fn take_over_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a unit; fields that are left out stay.
    async fn amend_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AmendSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Issues an establishment licence.
    async fn issue_establishment_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IssueEstablishmentLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Records an inspection that found the unit fit to operate.
    async fn inspect_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: InspectSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Issues an operating licence.
    async fn issue_operating_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IssueOperatingLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Ends a licence before its time.
    async fn revoke_licence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RevokeLicenceInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit produces; it needs an operating licence in force.
    async fn activate_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ActivateSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    async fn reduce_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReduceSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// The unit stands idle.
    async fn idle_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: IdleSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Closes the unit for good.
    async fn close_sme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CloseSmeInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Voids a status, an inspection or a licence of a unit.
    async fn void_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }

    /// Corrects the date of a status, an inspection or a licence of a unit.
    async fn redate_sme_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RedateSmeFactInput,
    ) -> Result<SmePayload> {
        submit::one(context, input).await
    }
}
