//! Parks in the view.

use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::park::{ParkEstablished, ParkEvent, ParkKind, ParkRevised};
use daftar_domain::value::{Date, Hectares, Index, Name, ParkCode, ParkId, ProvinceCode, Table, search_key};

use crate::view::View;
use crate::view::counts::Counts;
use crate::view::facet::Facet;
use crate::view::order::Order;
use crate::view::row::RowAt;
use crate::view::search::Search;

/// What may change of a park.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl ParkFacts {
    fn revise(&mut self, revised: &ParkRevised) {
        let ParkRevised { name, name_latin, kind, area, saleable, plots, allotted } = revised;
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.kind = kind.unwrap_or(self.kind);
        self.area = area.unwrap_or(self.area);
        self.saleable = saleable.or(self.saleable);
        self.plots = plots.unwrap_or(self.plots);
        self.allotted = allotted.unwrap_or(self.allotted);
    }
}

/// A revision with its dates.
#[derive(Clone, Debug)]
struct Revision {
    effective: Date,
    revised: Arc<ParkRevised>,
}

/// A park.
#[derive(Clone, Debug)]
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
    /// How many events it has.
    pub version: u32,
    /// The events of its history.
    pub events: Vec<Position>,
    original: Arc<ParkFacts>,
    revisions: Vec<Revision>,
    current: Arc<ParkFacts>,
    key: Arc<str>,
}

impl ParkRow {
    fn new(id: ParkId, event: &ParkEstablished, recorded: &Recorded) -> Self {
        let facts = Arc::new(ParkFacts {
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
            version: recorded.entity_version,
            events: Vec::new(),
            key: search_key(facts.name.as_str()).into(),
            current: Arc::clone(&facts),
            original: facts,
            revisions: Vec::new(),
        }
    }

    fn revise(&mut self, event: &ParkRevised, recorded: &Recorded) {
        self.version = recorded.entity_version;
        let effective = recorded.event.effective;
        let index = self.revisions.partition_point(|other| other.effective <= effective);
        self.revisions.insert(index, Revision { effective, revised: Arc::new(event.clone()) });
        self.current = self.revised(|_| true);
        self.key = search_key(self.current.name.as_str()).into();
    }

    fn revised(&self, counts: impl Fn(&Revision) -> bool) -> Arc<ParkFacts> {
        let mut facts = Arc::clone(&self.original);
        for revision in self.revisions.iter().filter(|revision| counts(revision)) {
            Arc::make_mut(&mut facts).revise(&revision.revised);
        }
        facts
    }

    /// The key of the name.
    pub fn name_key(&self) -> Arc<str> {
        Arc::clone(&self.key)
    }

    /// What holds on a day, or after everything that is recorded.
    pub fn facts(&self, on: Option<Date>) -> Arc<ParkFacts> {
        match on {
            Some(on) if !self.revisions.is_empty() => self.revised(|revision| revision.effective <= on),
            _ => Arc::clone(&self.current),
        }
    }

    /// What holds after everything that is recorded.
    pub fn current(&self) -> &ParkFacts {
        &self.current
    }
}

/// The sort key of parks: the key of the name, then the order of recording.
pub type ParkKey = (Arc<str>, u32);

/// What lists of parks are answered from.
#[derive(Clone, Default)]
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
    /// Text.
    pub search: Search,
}

/// All parks.
#[derive(Clone, Default)]
pub struct ParkRows {
    table: Table<ParkRow>,
    by_id: Index<ParkId>,
    by_code: Index<ParkCode>,
    lists: ParkLists,
    counts: Counts<1>,
}

impl ParkRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ParkRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, ParkRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &ParkLists {
        &self.lists
    }

    /// How many there were on a day.
    pub fn count_on(&self, on: Date) -> i64 {
        self.counts.on(on)[0]
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ParkId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// The row of a code.
    pub fn by_code(&self, code: &ParkCode) -> Option<u32> {
        self.by_code.get(code)
    }

    /// Adds an event to a park's history.
    pub fn note(&mut self, id: ParkId, position: Position) {
        if let Some(row) = self.by_id.get(&id) {
            self.table.get_mut(row).events.push(position);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.by_name.settle();
        self.lists.in_code.settle();
        self.lists.by_date.settle();
        self.lists.search.settle();
    }

    fn index(&mut self, row: u32) {
        let park = self.table.get(row);
        let latin = park.current.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = park.code.as_str().into();
        self.lists.search.set(row, &[&park.key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.lists.by_name.set(row, Some((Arc::clone(&park.key), row)));
        self.lists.in_code.set(row, Some((code, ())));
        self.lists.by_date.set(row, Some((park.established, row)));
    }
}

impl View {
    /// Folds an event of a park.
    pub(crate) fn fold_park(&mut self, id: ParkId, event: &ParkEvent, recorded: &Recorded) {
        let parks = &mut self.parks;
        let row = match event {
            ParkEvent::ParkEstablished(event) => {
                let row = parks.table.push(ParkRow::new(id, event, recorded));
                parks.by_id.insert(id, row);
                parks.by_code.insert(event.code.clone(), row);
                parks.lists.provinces.add(&event.province, row);
                parks.lists.kinds.add(&event.kind, row);
                parks.counts.add(recorded.event.effective, 0, 1);
                row
            }
            ParkEvent::ParkRevised(event) => {
                let row = parks.by_id.get(&id).expect("a revision follows the establishment");
                let park = parks.table.get_mut(row);
                let before = park.current.kind;
                park.revise(event, recorded);
                parks.lists.kinds.change(Some(&before), Some(&park.current.kind), row);
                row
            }
        };
        parks.index(row);
    }
}
