//! What units are registered, taken over and amended with.

use async_graphql::{Enum, InputObject, OneofObject};
use daftar_domain::sme::{
    AmendSme, RegisterSme, SmeCommand, SmeDetails, TakeOverSme, TakenOverLicence, TakenOverStatus,
};
use daftar_domain::value::{
    BusinessId, Date, Headcount, IsicCode, LegalId, LicenceNumber, Name, Percent, PlotNumber, ProvinceCode,
    SquareMetres,
};

use crate::history::ReasonCode;
use crate::input::{CapacityInput, Count, Entered, Fields, Given, ParkRef, SmeRef, input};
use crate::sme::IdleReason;

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
