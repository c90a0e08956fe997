//! Parks in the view.

use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::park::{ParkEstablished, ParkEvent, ParkKind, ParkRevised};
use daftar_domain::value::{
    Date, Hectares, Index, IsicCode, Name, ParkCode, ParkId, ProvinceCode, search_key,
};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::amended::{Amend, Amended};
use crate::view::counts::Counts;
use crate::view::dated::Dated;
use crate::view::facet::Facet;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{NEWEST, Row, RowAt, Seen};
use crate::view::search::Search;

/// What may change of a park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// Park or zone.
    pub kind: ParkKind,
    /// The whole area.
    pub area: Hectares,
    /// The saleable area.
    pub saleable: Option<Hectares>,
    /// How many plots it has.
    pub plots: u32,
    /// How many of them were allotted before the registry.
    pub allotted: u32,
}

impl Amend for ParkFacts {
    type By = ParkRevised;

    fn amend(&mut self, revised: &ParkRevised) {
        let ParkRevised { name, name_latin, kind, area, saleable, plots, allotted } = revised;
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.kind = kind.unwrap_or(self.kind);
        self.area = area.unwrap_or(self.area);
        self.saleable = saleable.or(self.saleable);
        self.plots = plots.unwrap_or(self.plots);
        self.allotted = allotted.unwrap_or(self.allotted);
    }

    fn name(&self) -> &Name {
        &self.name
    }
}

/// A park.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ParkRow {
    /// Its ID.
    pub id: ParkId,
    /// The code that people know it by.
    pub code: ParkCode,
    /// The province.
    pub province: ProvinceCode,
    /// When it was established.
    pub established: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    facts: Amended<ParkFacts>,
    /// The industries that it takes; any where none is listed.
    specialisations: Dated<Arc<[IsicCode]>>,
    noted: Noted,
}

impl Row for ParkRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl ParkRow {
    fn new(id: ParkId, event: &ParkEstablished, recorded: &Recorded) -> Self {
        let facts = Amended::new(ParkFacts {
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            kind: event.kind,
            area: event.area,
            saleable: event.saleable,
            plots: event.plots,
            allotted: event.allotted,
        });
        Self {
            id,
            code: event.code.clone(),
            province: event.province,
            established: recorded.event.effective,
            basis: recorded.event.basis,
            facts,
            specialisations: Dated::default(),
            noted: Noted::default(),
        }
    }
}

/// What lists show of a park.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    province: ProvinceCode,
    kind: ParkKind,
    specialised: bool,
}

impl<'a> RowAt<'a, ParkRow> {
    /// What holds on a day, or after everything that is recorded.
    pub fn facts(self, on: Option<Date>) -> Arc<ParkFacts> {
        self.get().facts.facts(on, self.at)
    }

    /// The key of the name.
    pub fn name_key(self) -> Arc<str> {
        self.get().facts.key(&self.facts(None))
    }

    /// The position of the event that gave a field its value on a day; none for a field that never had one.
    pub fn set_by<V: PartialEq>(
        self,
        on: Option<Date>,
        field: impl Fn(&ParkFacts) -> Option<V>,
    ) -> Option<Position> {
        self.get().facts.set_by(on, self.at, self.recorded(), field)
    }

    /// The industries that it takes on a day, and the position of the event that says so; none where it takes any.
    pub fn industries(self, on: Option<Date>) -> Option<(&'a [IsicCode], Position)> {
        let fact = self.get().specialisations.on(on, self.at)?;
        Some((&*fact.value, fact.position)).filter(|(listed, _)| !listed.is_empty())
    }

    fn shown(self) -> Shown {
        Shown {
            province: self.province,
            kind: self.facts(None).kind,
            specialised: self.industries(None).is_some(),
        }
    }
}

/// The sort key of parks: the key of the name, then the order of recording.
pub type ParkKey = (Arc<str>, u32);

/// What lists of parks are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ParkLists {
    /// By name.
    pub by_name: Order<ParkKey>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By when they were established.
    pub by_date: Order<(Date, u32)>,
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// By kind.
    pub kinds: Facet<ParkKind>,
    /// By whether they take listed industries only.
    pub specialised: Facet<bool>,
    /// Text.
    pub search: Search,
}

impl ParkLists {
    fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        self.provinces.change(before.map(|before| &before.province), Some(&after.province), row);
        self.kinds.change(before.map(|before| &before.kind), Some(&after.kind), row);
        let specialised = before.map(|before| &before.specialised);
        self.specialised.change(specialised, Some(&after.specialised), row);
    }

    /// Gives a park its places in orders, and the texts by which it is found.
    fn index(&mut self, row: u32, park: RowAt<'_, ParkRow>) {
        let facts = park.facts(None);
        let latin = facts.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = park.code.as_str().into();
        let key = park.facts.key(&facts);
        self.search.set(row, &[&key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.by_name.set(row, Some((key, row)));
        self.in_code.set(row, Some((code, ())));
        self.by_date.set(row, Some((park.established, row)));
    }

    fn cut(&mut self, length: u32) {
        self.by_name.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
        self.provinces.cut(length);
        self.kinds.cut(length);
        self.specialised.cut(length);
    }

    fn settle(&mut self) {
        self.by_name.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}

/// All parks.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ParkRows {
    /// The rows.
    pub rows: Seen<ParkRow>,
    by_id: Index<ParkId>,
    by_code: Index<ParkCode>,
    lists: Lists<ParkLists>,
    counts: Counts<1>,
}

impl ParkRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ParkRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ParkId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a code.
    pub fn by_code(&self, code: &ParkCode) -> Option<u32> {
        self.by_code.get(code).filter(|row| self.rows.has(*row))
    }

    /// How many there were on a day.
    pub fn count_on(&self, on: Date) -> i64 {
        match self.rows.at() {
            NEWEST => self.counts.on(on)[0],
            _ => self.rows.iter().filter(|park| park.established <= on).count() as i64,
        }
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &ParkLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let park = self.rows.row(row);
                lists.refile(row, Some(&self.rows.newest(row).shown()), &park.shown());
                lists.index(row, park);
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a park's history.
    pub fn note(&mut self, id: ParkId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }
}

impl View {
    /// Folds an event of a park.
    pub(crate) fn fold_park(&mut self, id: ParkId, event: &ParkEvent, recorded: &Recorded) {
        let parks = &mut self.parks;
        let (row, before) = match event {
            ParkEvent::ParkEstablished(event) => {
                let row = parks.rows.push(ParkRow::new(id, event, recorded));
                parks.by_id.insert(id, row);
                parks.by_code.insert(event.code.clone(), row);
                parks.counts.add(recorded.event.effective, 0, 1);
                (row, None)
            }
            ParkEvent::ParkRevised(event) => {
                let row = parks.by_id.get(&id).expect("a revision follows the establishment");
                let before = parks.rows.row(row).shown();
                let facts = &mut parks.rows.get_mut(row).facts;
                facts.amend(event.clone(), recorded.event.effective, recorded.position);
                (row, Some(before))
            }
            ParkEvent::ParkSpecialised(event) => {
                let row = parks.by_id.get(&id).expect("a specialisation follows the establishment");
                let before = parks.rows.row(row).shown();
                let industries = event.industries.as_slice().into();
                let listed = &mut parks.rows.get_mut(row).specialisations;
                listed.record(recorded.event.effective, recorded.position, industries);
                (row, Some(before))
            }
        };
        let park = parks.rows.row(row);
        parks.lists.newest.refile(row, before.as_ref(), &park.shown());
        parks.lists.newest.index(row, park);
    }
}
