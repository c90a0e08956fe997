//! The mutations of parks and zones: one for each command.

use async_graphql::{Context, Object, Result, SimpleObject};
use daftar_domain::park::{EstablishPark, ParkCommand, RevisePark, SpecialisePark, TakeOverPark};
use daftar_domain::value::{Date, Hectares, IsicCode, Name, ParkCode, ProvinceCode};

use super::{Park, ParkKind};
use crate::input::{Given, ParkRef, input};
use crate::submit::{self, CommandResult};

input! {
    /// What a park or zone is established with.
    value ParkDetailsInput => EstablishPark {
        /// The code that people know it by; unique.
        code: Given<ParkCode>,
        /// The Persian name.
        name: Given<Name>,
        /// The Latin name.
        name_latin: Option<Given<Name>>,
        /// Park or zone.
        kind: ParkKind,
        /// The province that it lies in.
        province: Given<ProvinceCode>,
        /// Its whole area, in hectares.
        area: Given<Hectares>,
        /// The part of the area that can be sold, in hectares; no limit when left out.
        saleable: Option<Given<Hectares>>,
        /// How many plots it has.
        plots: u32,
        /// The day of its establishment.
        on: Given<Date>,
    }
}

input! {
    /// Takes over a park or zone that existed before the registry.
    command TakeOverParkInput => Park(ParkCommand::TakeOverPark) {
        ..park: ParkDetailsInput,
        /// How many plots were allotted before.
        allotted: u32,
    }
}

input! {
    /// Changes what is recorded of a park; fields that are left out stay.
    command ReviseParkInput => Park(ParkCommand::RevisePark) {
        /// The park.
        park: ParkRef,
        /// A new Persian name.
        name: Option<Given<Name>>,
        /// A new Latin name.
        name_latin: Option<Given<Name>>,
        /// A zone that became a park, or the reverse.
        kind: Option<ParkKind>,
        /// A new area, in hectares.
        area: Option<Given<Hectares>>,
        /// A new saleable area, in hectares.
        saleable: Option<Given<Hectares>>,
        /// A new number of plots.
        plots: Option<u32>,
        /// A new count of plots allotted before the registry.
        allotted: Option<u32>,
        /// When the change took effect.
        on: Given<Date>,
    }
}

input! {
    /// Makes a park take listed industries only, or any again.
    command SpecialiseParkInput => Park(ParkCommand::SpecialisePark) {
        /// The park.
        park: ParkRef,
        /// The classes of ISIC Rev.4 that it takes; none lets it take any.
        industries: Vec<Given<IsicCode>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

/// Establishes a park or zone.
#[derive(Debug, async_graphql::InputObject)]
pub struct EstablishParkInput {
    #[graphql(flatten)]
    call: crate::input::Call,
    #[graphql(flatten)]
    park: ParkDetailsInput,
}

impl submit::CommandInput for EstablishParkInput {
    fn calling(&self) -> &dyn crate::input::Calling {
        &self.call
    }

    fn command(self, fields: &mut crate::input::Fields) -> Option<daftar_domain::Command> {
        let park = crate::input::Entered::read(self.park, fields)?;
        Some(daftar_domain::Command::Park(ParkCommand::EstablishPark(park)))
    }
}

/// The answer to a command about a park.
#[derive(SimpleObject)]
pub struct ParkPayload {
    /// The park as it is once the command is recorded; null when nothing was.
    park: Option<Park>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(ParkPayload { park: Park });

/// Commands about parks.
#[derive(Default)]
pub struct ParkMutation;

#[Object]
impl ParkMutation {
    /// Establishes a park or zone.
    async fn establish_park(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: EstablishParkInput,
    ) -> Result<ParkPayload> {
        submit::one(context, input).await
    }

    /// Takes over a park or zone that existed before the registry.
    async fn take_over_park(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverParkInput,
    ) -> Result<ParkPayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a park; fields that are left out stay.
    async fn revise_park(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviseParkInput,
    ) -> Result<ParkPayload> {
        submit::one(context, input).await
    }

    /// Makes a park take listed industries only, or any again.
    async fn specialise_park(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: SpecialiseParkInput,
    ) -> Result<ParkPayload> {
        submit::one(context, input).await
    }
}
