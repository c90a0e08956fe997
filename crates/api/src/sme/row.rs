//! Units in the view: their facts with dates, and every way in which they are looked up, filtered and counted.

mod fold;
mod status;

use std::ops::RangeInclusive;
use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::reference::{Reference, SizeClass};
use daftar_domain::sme::{Capacity, IdleReason, LicenceKind, OperatingStatus, SmeAmended, SmeRegistered};
use daftar_domain::value::{
    BusinessId, Date, Headcount, Index, IsicCode, LegalId, LicenceNumber, Name, ParkId, PlotNumber,
    ProvinceCode, SmeId, SquareMetres, Table, search_key,
};
use imbl::{OrdMap, OrdSet};

use crate::view::counts::Counts;
use crate::view::dated::Dated;
use crate::view::facet::{Facet, Rows};
use crate::view::order::Order;
use crate::view::row::RowAt;
use crate::view::search::Search;

pub use status::{Change, Status};

/// How many operating statuses there are.
pub const STATUSES: usize = 6;

/// What may be amended of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmeFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// The province.
    pub province: ProvinceCode,
    /// The park it lies in.
    pub park: Option<ParkId>,
    /// Its plot within the park.
    pub plot: Option<PlotNumber>,
    /// The area of the plot.
    pub plot_area: Option<SquareMetres>,
    /// Its class of ISIC Rev.4.
    pub isic: IsicCode,
    /// Persons employed.
    pub headcount: Option<Headcount>,
}

impl SmeFacts {
    fn amend(&mut self, amended: &SmeAmended) {
        let SmeAmended { name, name_latin, isic, headcount, province, park, plot, plot_area } = amended;
        // A plot belongs to its park, and an area to its plot.
        if park.is_some() && *park != self.park {
            self.plot = None;
            self.plot_area = None;
        }
        if plot.is_some() && *plot != self.plot {
            self.plot_area = None;
        }
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.province = province.unwrap_or(self.province);
        self.park = park.or(self.park);
        self.plot = plot.clone().or_else(|| self.plot.take());
        self.plot_area = plot_area.or(self.plot_area);
        self.isic = isic.unwrap_or(self.isic);
        self.headcount = headcount.or(self.headcount);
    }
}

/// An amendment with its date. Amendments of a day count in the order of recording.
#[derive(Clone, Debug)]
struct Amendment {
    effective: Date,
    amended: Arc<SmeAmended>,
}

/// A licence: its effective date is the day of issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Which kind.
    pub kind: LicenceKind,
    /// Its number.
    pub number: LicenceNumber,
    /// The first day on which it is no longer valid, as issued.
    pub expires: Date,
    /// The licensed capacity.
    pub capacity: Option<Capacity>,
    /// When it was revoked.
    pub revocations: Dated<()>,
}

impl Licence {
    /// The first day on which it is no longer valid.
    pub fn until(&self) -> Date {
        self.revocations.latest().map_or(self.expires, |revoked| revoked.effective.min(self.expires))
    }
}

/// A unit.
#[derive(Clone, Debug)]
pub struct SmeRow {
    /// Its ID.
    pub id: SmeId,
    /// The 12-digit business ID.
    pub business_id: BusinessId,
    /// The legal entity that holds it.
    pub legal_id: LegalId,
    /// The closed unit that it succeeds.
    pub predecessor: Option<SmeId>,
    /// When it was registered.
    pub registered: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    /// How many events it has.
    pub version: u32,
    /// Everything that its status rests on.
    pub changes: Dated<Change>,
    /// Inspections that found it fit to operate.
    pub inspections: Dated<()>,
    /// Its licences.
    pub licences: Dated<Licence>,
    /// Rows of its revival cases.
    pub revivals: Vec<u32>,
    /// Rows of the consortiums that it was ever in.
    pub consortiums: Vec<u32>,
    /// Rows of the companies that it ever gave a mandate.
    pub emcs: Vec<u32>,
    /// Its exports that are not voided, by date and row.
    pub exports: Vec<(Date, u32)>,
    /// The events of its history.
    pub events: Vec<Position>,
    original: Arc<SmeFacts>,
    amendments: Vec<Amendment>,
    current: Arc<SmeFacts>,
    key: Arc<str>,
}

impl SmeRow {
    fn new(id: SmeId, event: &SmeRegistered, recorded: &Recorded) -> Self {
        let facts = Arc::new(SmeFacts {
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            province: event.province,
            park: event.park,
            plot: event.plot.clone(),
            plot_area: event.plot_area,
            isic: event.isic,
            headcount: event.headcount,
        });
        Self {
            id,
            business_id: event.business_id,
            legal_id: event.legal_id,
            predecessor: event.predecessor,
            registered: recorded.event.effective,
            basis: recorded.event.basis,
            version: recorded.entity_version,
            changes: Dated::default(),
            inspections: Dated::default(),
            licences: Dated::default(),
            revivals: Vec::new(),
            consortiums: Vec::new(),
            emcs: Vec::new(),
            exports: Vec::new(),
            events: Vec::new(),
            key: search_key(facts.name.as_str()).into(),
            current: Arc::clone(&facts),
            original: facts,
            amendments: Vec::new(),
        }
    }

    fn amend(&mut self, event: &SmeAmended, effective: Date) {
        let index = self.amendments.partition_point(|other| other.effective <= effective);
        self.amendments.insert(index, Amendment { effective, amended: Arc::new(event.clone()) });
        self.current = self.amended(|_| true);
        self.key = search_key(self.current.name.as_str()).into();
    }

    fn amended(&self, counts: impl Fn(&Amendment) -> bool) -> Arc<SmeFacts> {
        let mut facts = Arc::clone(&self.original);
        for amendment in self.amendments.iter().filter(|amendment| counts(amendment)) {
            Arc::make_mut(&mut facts).amend(&amendment.amended);
        }
        facts
    }

    /// What holds on a day, or after everything that is recorded.
    pub fn facts(&self, on: Option<Date>) -> Arc<SmeFacts> {
        match on {
            Some(on) if !self.amendments.is_empty() => self.amended(|amendment| amendment.effective <= on),
            _ => Arc::clone(&self.current),
        }
    }

    /// What holds after everything that is recorded.
    pub fn current(&self) -> &SmeFacts {
        &self.current
    }

    /// The key of the name on a day, or after everything that is recorded.
    pub fn name_key(&self, on: Option<Date>) -> Arc<str> {
        match on {
            Some(on) if !self.amendments.is_empty() => search_key(self.facts(Some(on)).name.as_str()).into(),
            _ => Arc::clone(&self.key),
        }
    }

    /// The province on a day.
    pub fn province_on(&self, on: Date) -> ProvinceCode {
        if self.amendments.is_empty() { self.current.province } else { self.facts(Some(on)).province }
    }

    /// The days on which the province may change.
    fn moves(&self) -> impl Iterator<Item = Date> + '_ {
        let moved = self.amendments.iter().filter(|amendment| amendment.amended.province.is_some());
        moved.map(|amendment| amendment.effective)
    }
}

/// The sort key of units: the key of the name, then the business ID.
pub type SmeKey = (Arc<str>, u64);

/// The properties that lists filter by, after everything that is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Properties {
    province: ProvinceCode,
    park: Option<ParkId>,
    isic: IsicCode,
    size: Option<SizeClass>,
    status: Option<OperatingStatus>,
    idle: Option<IdleReason>,
}

/// Units by every value that a property ever had: more than have it on a day, never fewer.
#[derive(Clone, Default)]
pub struct SmeEver {
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// By what they did.
    pub statuses: Facet<OperatingStatus>,
    /// By park.
    pub parks: Facet<ParkId>,
    /// By ISIC class.
    pub industries: Facet<IsicCode>,
    /// By size class, by any thresholds.
    pub sizes: Facet<SizeClass>,
    /// By why they stood idle.
    pub idle: Facet<IdleReason>,
}

/// What lists of units and their counts are answered from.
#[derive(Clone, Default)]
pub struct SmeLists {
    /// By name, then business ID.
    pub by_name: Order<SmeKey>,
    /// By business ID.
    pub in_business_id: Order<(u64, ())>,
    /// By the date of registration.
    pub by_date: Order<(Date, u64)>,
    /// By headcount; those without one come first.
    pub by_headcount: Order<(Option<u32>, u64)>,
    /// By province.
    pub by_province: Order<(ProvinceCode, u64)>,
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// By what they do now.
    pub statuses: Facet<OperatingStatus>,
    /// By park.
    pub parks: Facet<ParkId>,
    /// By ISIC class.
    pub industries: Facet<IsicCode>,
    /// By ISIC division.
    pub divisions: Facet<u8>,
    /// By size class.
    pub sizes: Facet<SizeClass>,
    /// By why they stand idle now.
    pub idle: Facet<IdleReason>,
    /// By what they ever were.
    pub ever: SmeEver,
    /// Those with an export that is not voided.
    pub exporting: Rows,
    /// Text.
    pub search: Search,
}

/// All units.
#[derive(Clone, Default)]
pub struct SmeRows {
    table: Table<SmeRow>,
    by_id: Index<SmeId>,
    by_business_id: Index<BusinessId>,
    /// By legal entity, as a number.
    legal_ids: OrdSet<(u64, u32)>,
    lists: SmeLists,
    counts: Counts<STATUSES>,
    province_counts: OrdMap<ProvinceCode, Counts<STATUSES>>,
    changed: fold::Changed,
}

impl SmeRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, SmeRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, SmeRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// A row, to be changed by an event of another noun.
    pub(crate) fn row_mut(&mut self, row: u32) -> &mut SmeRow {
        self.table.get_mut(row)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &SmeLists {
        &self.lists
    }

    /// The row of an ID.
    pub fn by_id(&self, id: SmeId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// The row of a business ID.
    pub fn by_business_id(&self, id: BusinessId) -> Option<u32> {
        self.by_business_id.get(&id)
    }

    /// The rows of the legal entities with these IDs, as numbers.
    pub fn of_legal_ids(&self, ids: RangeInclusive<u64>) -> impl Iterator<Item = u32> + '_ {
        self.legal_ids.range((*ids.start(), 0)..=(*ids.end(), u32::MAX)).map(|(_, row)| *row)
    }

    /// How many had each status on a day, or after everything that is recorded.
    pub fn counts(&self, on: Option<Date>) -> [i64; STATUSES] {
        count(&self.counts, on)
    }

    /// The same of a province.
    pub fn province_counts(&self, province: ProvinceCode, on: Option<Date>) -> [i64; STATUSES] {
        self.province_counts.get(&province).map_or([0; STATUSES], |counts| count(counts, on))
    }

    /// Notes whether a unit has an export that is not voided.
    pub(crate) fn set_exporting(&mut self, row: u32, exporting: bool) {
        let rows = Arc::make_mut(&mut self.lists.exporting);
        if exporting {
            rows.insert(row);
        } else {
            rows.remove(row);
        }
    }

    /// Adds an event to a unit's history.
    pub fn note(&mut self, id: SmeId, position: Position) {
        if let Some(row) = self.by_id.get(&id) {
            self.table.get_mut(row).events.push(position);
        }
    }

    /// Makes orders, searches, lists and counts show what was folded.
    pub fn settle(&mut self, reference: &Reference) {
        self.show(reference);
        self.lists.by_name.settle();
        self.lists.in_business_id.settle();
        self.lists.by_date.settle();
        self.lists.by_headcount.settle();
        self.lists.by_province.settle();
        self.lists.search.settle();
    }
}

fn count(counts: &Counts<STATUSES>, on: Option<Date>) -> [i64; STATUSES] {
    on.map_or_else(|| counts.latest(), |on| counts.on(on))
}
