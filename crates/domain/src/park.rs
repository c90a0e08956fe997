//! Industrial parks and zones: bounded, approved areas in a province, divided into plots.
//!
//! Allotted plots never exceed the plots, held area never exceeds the saleable area, and a plot has one holder.

use imbl::OrdMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Basis, Context, EntityId, Event};
use crate::event::events;
use crate::rejection::Rejection;
use crate::value::{
    Date, Hectares, Index, Name, ParkCode, ParkId, ParkKey, PlotNumber, ProvinceCode, SmeId, SquareMetres,
    Table,
};

mod rejection;
#[cfg(test)]
mod tests;

pub use rejection::ParkRejection;

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
    }
}

/// A park, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Park {
    /// Its ID.
    pub id: ParkId,
    /// How many events it has.
    pub version: u32,
    /// The province that it lies in.
    pub province: ProvinceCode,
    /// When it was established.
    pub established: Date,
    plots: u32,
    allotted_before: u32,
    area: Hectares,
    saleable: Option<Hectares>,
    holders: OrdMap<PlotNumber, (SmeId, SquareMetres)>,
    held: SquareMetres,
}

impl Park {
    /// How many plots it has.
    pub fn plots(&self) -> u32 {
        self.plots
    }

    /// Plots allotted: those that units hold are among those that were allotted before the registry.
    pub fn allotted(&self) -> u32 {
        self.allotted_before.max(self.holders.len() as u32)
    }

    /// Judges rule 7 for a unit that takes a plot; `leaving` is the plot of this park that it gives back for it.
    ///
    /// # Errors
    /// `PLOT_TAKEN` or `PARK_FULL`.
    pub fn offers(
        &self,
        plot: &PlotNumber,
        area: SquareMetres,
        leaving: Option<&PlotNumber>,
    ) -> Result<(), ParkRejection> {
        if leaving != Some(plot) && self.holders.contains_key(plot) {
            return Err(ParkRejection::PlotTaken(plot.clone()));
        }
        let left = leaving.and_then(|plot| self.holders.get(plot)).map(|(_, area)| *area);
        let taken = self.holders.len() as u32 + u32::from(left.is_none());
        if taken > self.plots {
            return Err(ParkRejection::Full { path: "plot", allotted: taken, plots: self.plots });
        }
        let held = self.held + area - left.unwrap_or_default();
        match self.saleable {
            Some(saleable) if held > saleable.into() => {
                Err(ParkRejection::AreaFull { path: "plotArea", held, saleable })
            }
            _ => Ok(()),
        }
    }
}

/// All parks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Parks {
    table: Table<Park>,
    by_id: Index<ParkId>,
    by_code: Index<ParkCode>,
}

impl Parks {
    /// The park that a key names.
    pub fn find(&self, key: &ParkKey) -> Option<&Park> {
        match key {
            ParkKey::Id(id) => self.by_id.get(id),
            ParkKey::Code(code) => self.by_code.get(code),
        }
        .map(|row| self.table.get(row))
    }

    /// How many events a park has; 0 for one that is not recorded.
    pub fn version(&self, id: ParkId) -> u32 {
        self.by_id.get(&id).map_or(0, |row| self.table.get(row).version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// Every park in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Park> {
        self.table.iter()
    }

    fn get_mut(&mut self, id: ParkId) -> &mut Park {
        let row = self.by_id.get(&id).expect("an event follows its park's establishment");
        self.table.get_mut(row)
    }

    /// Decides `EstablishPark`; `basis` and `allotted` tell whether it is taken over.
    ///
    /// # Errors
    /// `DUPLICATE_PARK`, `PARK_FULL`, `INVALID_DATE`.
    pub fn establish(
        &self,
        command: &EstablishPark,
        allotted: u32,
        basis: Basis,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        if command.on > context.today {
            return Err(ParkRejection::Future(command.on).into());
        }
        if self.by_code.contains(&command.code) {
            return Err(ParkRejection::Duplicate(command.code.clone()).into());
        }
        if allotted > command.plots {
            return Err(ParkRejection::Full { path: "allotted", allotted, plots: command.plots }.into());
        }
        let established = ParkEstablished {
            code: command.code.clone(),
            name: command.name.clone(),
            name_latin: command.name_latin.clone(),
            kind: command.kind,
            province: command.province,
            area: command.area,
            saleable: command.saleable,
            plots: command.plots,
            allotted,
        };
        Ok(vec![Event::new(EntityId::Park(context.new_id()), command.on, established).on_basis(basis)])
    }

    /// Decides `RevisePark`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `PARK_FULL`, `INVALID_DATE`.
    pub fn revise(&self, command: &RevisePark, context: &Context) -> Result<Vec<Event>, Rejection> {
        let park = self.find(&command.park).ok_or_else(|| Rejection::unknown("park", "the park"))?;
        if !command.changes() {
            return Ok(Vec::new());
        }
        if command.on > context.today {
            return Err(ParkRejection::Future(command.on).into());
        }
        if command.on < park.established {
            return Err(ParkRejection::BeforeEstablishment(park.established).into());
        }
        let plots = command.plots.unwrap_or(park.plots);
        let allotted = command.allotted.unwrap_or(park.allotted_before).max(park.holders.len() as u32);
        if allotted > plots {
            let path = if command.plots.is_some() { "plots" } else { "allotted" };
            return Err(ParkRejection::Full { path, allotted, plots }.into());
        }
        match command.saleable {
            Some(saleable) if park.held > saleable.into() => {
                return Err(ParkRejection::AreaFull { path: "saleable", held: park.held, saleable }.into());
            }
            _ => {}
        }
        let revised = ParkRevised {
            name: command.name.clone(),
            name_latin: command.name_latin.clone(),
            kind: command.kind,
            area: command.area,
            saleable: command.saleable,
            plots: command.plots,
            allotted: command.allotted,
        };
        Ok(vec![Event::new(EntityId::Park(park.id), command.on, revised)])
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: ParkId, event: &ParkEvent, effective: Date) {
        match event {
            ParkEvent::ParkEstablished(event) => {
                let row = self.table.push(Park {
                    id,
                    version: 1,
                    province: event.province,
                    established: effective,
                    plots: event.plots,
                    allotted_before: event.allotted,
                    area: event.area,
                    saleable: event.saleable,
                    holders: OrdMap::new(),
                    held: SquareMetres::default(),
                });
                self.by_id.insert(id, row);
                self.by_code.insert(event.code.clone(), row);
            }
            ParkEvent::ParkRevised(event) => {
                let park = self.get_mut(id);
                park.version += 1;
                park.plots = event.plots.unwrap_or(park.plots);
                park.allotted_before = event.allotted.unwrap_or(park.allotted_before);
                park.area = event.area.unwrap_or(park.area);
                park.saleable = event.saleable.or(park.saleable);
            }
        }
    }

    /// A unit took a plot: a consequence of its registration or move. A plot that another unit holds stays with it.
    pub fn take_plot(&mut self, id: ParkId, plot: &PlotNumber, holder: SmeId, area: SquareMetres) {
        let park = self.get_mut(id);
        if !park.holders.contains_key(plot) {
            park.holders.insert(plot.clone(), (holder, area));
            park.held += area;
        }
    }

    /// A unit gave its plot back: a consequence of its closing or of its move.
    pub fn release_plot(&mut self, id: ParkId, plot: &PlotNumber, holder: SmeId) {
        let park = self.get_mut(id);
        if let Some((current, area)) = park.holders.get(plot)
            && *current == holder
        {
            park.held -= *area;
            park.holders.remove(plot);
        }
    }
}
