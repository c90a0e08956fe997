//! Industrial parks and zones: bounded, approved areas in a province, divided into plots.
//!
//! Allotted plots never exceed the plots, held area never exceeds the saleable area, and a plot has one holder on every
//! day. A specialised park takes listed industries only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;
use crate::value::{Date, Hectares, Name, ParkCode, ParkKey, ProvinceCode};

mod rejection;
mod specialisation;
mod state;
#[cfg(test)]
mod tests;

pub use rejection::ParkRejection;
pub use specialisation::{ParkSpecialised, SpecialisePark};
pub use state::{Park, Parks};

/// What kind of area it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParkKind {
    /// An industrial park (shahrak).
    Park,
    /// An industrial zone (nahiye), usually smaller.
    Zone,
}

/// Establishes a park or zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EstablishPark {
    /// The code that people know it by; unique.
    pub code: ParkCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// Park or zone.
    pub kind: ParkKind,
    /// The province that it lies in.
    pub province: ProvinceCode,
    /// Its whole area.
    pub area: Hectares,
    /// The part of the area that can be sold, in hectares; no limit when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saleable: Option<Hectares>,
    /// How many plots it has.
    pub plots: u32,
    /// When it was established.
    pub on: Date,
}

/// Takes over a park that existed before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverPark {
    /// The park.
    pub park: EstablishPark,
    /// How many plots were allotted before.
    pub allotted: u32,
}

/// Changes what is recorded of a park; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevisePark {
    /// The park.
    pub park: ParkKey,
    /// A new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// A zone that became a park, or the reverse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ParkKind>,
    /// A new area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Hectares>,
    /// A new saleable area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saleable: Option<Hectares>,
    /// A new number of plots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plots: Option<u32>,
    /// A new count of plots allotted before the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allotted: Option<u32>,
    /// When the change took effect.
    pub on: Date,
}

impl RevisePark {
    fn changes(&self) -> bool {
        self.name.is_some()
            || self.name_latin.is_some()
            || self.kind.is_some()
            || self.area.is_some()
            || self.saleable.is_some()
            || self.plots.is_some()
            || self.allotted.is_some()
    }
}

/// What can be asked of parks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum ParkCommand {
    /// Establishes a park.
    EstablishPark(EstablishPark),
    /// Takes over a park.
    TakeOverPark(TakeOverPark),
    /// Changes what is recorded of a park.
    RevisePark(RevisePark),
    /// Makes a park take listed industries only, or any again.
    SpecialisePark(SpecialisePark),
}

/// A park was established. Its effective date is the day of the establishment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkEstablished {
    /// The code that people know it by.
    pub code: ParkCode,
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// Park or zone.
    pub kind: ParkKind,
    /// The province, ISO 3166-2:IR as of 2020.
    pub province: ProvinceCode,
    /// The whole area, in hectares.
    pub area: Hectares,
    /// The saleable area, in hectares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saleable: Option<Hectares>,
    /// How many plots it has.
    pub plots: u32,
    /// How many of them were allotted before the registry.
    pub allotted: u32,
}

/// What is recorded of a park was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkRevised {
    /// The new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The new kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ParkKind>,
    /// The new area, in hectares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Hectares>,
    /// The new saleable area, in hectares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saleable: Option<Hectares>,
    /// The new number of plots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plots: Option<u32>,
    /// The new count of plots allotted before the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allotted: Option<u32>,
}

events! {
    /// What happens to parks.
    pub enum ParkEvent {
        /// A park was established.
        ParkEstablished = 1,
        /// What is recorded of a park was changed.
        ParkRevised = 1,
        /// A park takes the listed industries only from the effective date on, or any again where none is listed.
        ParkSpecialised = 1,
    }
}
