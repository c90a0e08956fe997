//! Parks as far as rules ask: their plots with whoever holds them when, and what they take.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::rejection::Rejection;
use crate::sme::Tenure;
use crate::value::{
    Date, Hectares, Index, IsicCode, ParkCode, ParkId, ParkKey, PlotNumber, ProvinceCode, SmeId,
    SquareMetres, Table, Timeline,
};

use super::{EstablishPark, ParkEstablished, ParkEvent, ParkRejection, ParkRevised, RevisePark};

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
    /// Who holds each plot when, in the order of recording.
    holders: OrdMap<PlotNumber, Vec<Held>>,
    /// How many plots have a holder after everything that is recorded.
    taken: u32,
    held: SquareMetres,
    pub(super) industries: Timeline<Arc<[IsicCode]>>,
}

/// A plot in the hands of a unit, on the days [from, until).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    sme: SmeId,
    area: SquareMetres,
    from: Date,
    until: Option<Date>,
}

impl Held {
    fn meets(&self, from: Date, until: Option<Date>) -> bool {
        self.until.is_none_or(|end| from < end) && until.is_none_or(|until| self.from < until)
    }
}

impl Park {
    /// How many plots it has.
    pub fn plots(&self) -> u32 {
        self.plots
    }

    /// Plots allotted: those that units hold are among those that were allotted before the registry.
    pub fn allotted(&self) -> u32 {
        self.allotted_before.max(self.taken)
    }

    /// The unit that holds a plot on a day.
    pub fn holder_on(&self, plot: &PlotNumber, on: Date) -> Option<SmeId> {
        let held = self.holders.get(plot)?.iter().find(|held| held.meets(on, Some(on.plus_days(1))))?;
        Some(held.sme)
    }

    /// Judges rule 7 for a unit that takes a plot on the days [from, until), in place of what it holds here.
    ///
    /// # Errors
    /// `PLOT_TAKEN` or `PARK_FULL`.
    pub fn offers(
        &self,
        plot: &PlotNumber,
        area: SquareMetres,
        days: (Date, Option<Date>),
        own: Option<&Tenure>,
        sme: Option<SmeId>,
    ) -> Result<(), ParkRejection> {
        let (from, until) = days;
        let of_others = |held: &&Held| Some(held.sme) != sme && held.meets(from, until);
        if self.holders.get(plot).is_some_and(|holders| holders.iter().any(|held| of_others(&held))) {
            return Err(ParkRejection::PlotTaken(plot.clone()));
        }
        if until.is_some() {
            return Ok(());
        }
        let own = own.filter(|own| own.park == self.id);
        let taken = self.taken + u32::from(own.is_none());
        if taken > self.plots {
            return Err(ParkRejection::Full { path: "plot", allotted: taken, plots: self.plots });
        }
        let held = self.held + area - own.map(|own| own.area).unwrap_or_default();
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
        let allotted = command.allotted.unwrap_or(park.allotted_before).max(park.taken);
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
    pub fn evolve(&mut self, id: ParkId, event: &ParkEvent, effective: Date, position: Position) {
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
                    taken: 0,
                    held: SquareMetres::default(),
                    industries: Timeline::new(),
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
            ParkEvent::ParkSpecialised(event) => {
                let park = self.get_mut(id);
                park.version += 1;
                park.industries.insert(effective, position, event.industries.as_slice().into());
            }
        }
    }

    /// What a unit holds became other than it was: a consequence of its registration, move, allotment, closing or merge,
    /// or of a correction of one of them.
    pub fn retake(&mut self, sme: SmeId, before: &[Tenure], after: &[Tenure]) {
        for tenure in before.iter().filter(|tenure| !after.contains(tenure)) {
            let park = self.get_mut(tenure.park);
            let gone =
                |held: &Held| held.sme == sme && held.from == tenure.from && held.until == tenure.until;
            if let Some(holders) = park.holders.get_mut(&tenure.plot)
                && let Some(index) = holders.iter().position(gone)
            {
                holders.remove(index);
                if tenure.until.is_none() {
                    park.taken -= 1;
                    park.held -= tenure.area;
                }
            }
        }
        for tenure in after.iter().filter(|tenure| !before.contains(tenure)) {
            let park = self.get_mut(tenure.park);
            let Tenure { area, from, until, .. } = *tenure;
            park.holders.entry(tenure.plot.clone()).or_default().push(Held { sme, area, from, until });
            if until.is_none() {
                park.taken += 1;
                park.held += area;
            }
        }
    }
}
