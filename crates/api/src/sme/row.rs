//! Units in the view: their facts with dates, and every way in which they are looked up, filtered and counted.

mod facts;
mod fold;
mod licence;
mod lists;
mod more;
mod status;

use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::reference::Reference;
use daftar_domain::sme::{KnowledgeGrade, PlotStage, SmeAmended, SmeRegistered};
use daftar_domain::value::{BusinessId, Date, Index, LegalId, ProvinceCode, SmeId};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};

use crate::view::amended::Amended;
use crate::view::counts::Counts;
use crate::view::dated::{Dated, Fact};
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::row::{Row, RowAt, Seen};

pub use facts::SmeFacts;
pub use licence::{Licence, LicenceAmendment};
pub use lists::{SmeEver, SmeKey, SmeLists};
pub use more::{GradeStep, PlotStanding, PlotStep, Progress, SmeMore};
pub use status::{Change, Status};

/// How many operating statuses there are.
pub const STATUSES: usize = 7;

/// How many knowledge-based grades there are.
pub const GRADES: usize = KnowledgeGrade::ALL.len();

/// How many stages of plots there are.
pub const STAGES: usize = PlotStage::ALL.len();

/// A unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// Everything that its status rests on.
    changes: Dated<Change>,
    /// Inspections that found it fit to operate.
    inspections: Dated<()>,
    licences: Dated<Licence>,
    more: Option<Box<SmeMore>>,
    /// Rows of its revival cases.
    pub(crate) revivals: Vec<u32>,
    /// Rows of the consortiums that it was ever in.
    consortiums: Vec<u32>,
    /// Rows of the companies that it ever gave a mandate.
    emcs: Vec<u32>,
    /// Its exports that are not voided, by date and row.
    pub(crate) exports: Vec<(Date, u32)>,
    /// Rows of exports that were once not as they are, or not its own: corrected or voided ones.
    pub(crate) exports_undone: Vec<u32>,
    facts: Amended<SmeFacts>,
    noted: Noted,
}

impl Row for SmeRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl SmeRow {
    fn new(id: SmeId, event: &SmeRegistered, recorded: &Recorded) -> Self {
        let facts = Amended::new(SmeFacts {
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
            changes: Dated::default(),
            inspections: Dated::default(),
            licences: Dated::default(),
            more: None,
            revivals: Vec::new(),
            consortiums: Vec::new(),
            emcs: Vec::new(),
            exports: Vec::new(),
            exports_undone: Vec::new(),
            facts,
            noted: Noted::default(),
        }
    }
}

impl<'a> RowAt<'a, SmeRow> {
    /// What holds on a day, or after everything that is recorded.
    pub fn facts(self, on: Option<Date>) -> Arc<SmeFacts> {
        self.get().facts.facts(on, self.at)
    }

    /// The position of the event that gave a field its value on a day; none for a field that never had one.
    pub fn set_by<V: PartialEq>(
        self,
        on: Option<Date>,
        field: impl Fn(&SmeFacts) -> Option<V>,
    ) -> Option<Position> {
        self.get().facts.set_by(on, self.at, self.recorded(), field)
    }

    /// The key of the name on a day, or after everything that is recorded.
    pub fn name_key(self, on: Option<Date>) -> Arc<str> {
        self.get().facts.key(&self.facts(on))
    }

    /// The days on which an amendment of some kind takes effect.
    fn moved_on(self, which: impl Fn(&SmeAmended) -> bool) -> impl Iterator<Item = Date> {
        self.get().facts.days(which)
    }

    /// The province on a day.
    pub fn province_on(self, on: Date) -> ProvinceCode {
        self.get().facts.last_said(Some(on), self.at, |amended| amended.province, |facts| facts.province)
    }

    /// Inspections that found it fit to operate and are not voided.
    pub fn inspections(self) -> impl Iterator<Item = &'a Fact<()>> {
        self.get().inspections.standing(self.at)
    }

    /// Rows of its revival cases, in the order of recording; a past view has not seen them all.
    pub fn revivals(self) -> &'a [u32] {
        &self.get().revivals
    }

    /// Rows of the consortiums that it was ever in; a past view has not seen them all.
    pub fn consortiums(self) -> &'a [u32] {
        &self.get().consortiums
    }

    /// Rows of the companies that it ever gave a mandate; a past view has not seen them all.
    pub fn emcs(self) -> &'a [u32] {
        &self.get().emcs
    }
}

/// All units.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SmeRows {
    /// The rows.
    pub rows: Seen<SmeRow>,
    by_id: Index<SmeId>,
    by_business_id: Index<BusinessId>,
    /// By legal entity, as a number.
    legal_ids: OrdSet<(u64, u32)>,
    lists: Lists<SmeLists>,
    counts: Counts<STATUSES>,
    province_counts: OrdMap<ProvinceCode, Counts<STATUSES>>,
    grade_counts: Counts<GRADES>,
    plot_counts: Counts<STAGES>,
    #[serde(skip)]
    changed: fold::Changed,
    #[serde(skip)]
    past: Option<Past>,
}

/// What a past view needs besides.
#[derive(Clone)]
struct Past {
    /// The reference tables of the newest view that it is made of, and its own.
    references: [Arc<Reference>; 2],
    counted: Arc<Mutex<CountedDays>>,
}

/// How many had each status, by province, and each grade.
#[derive(Default)]
struct Counted {
    provinces: BTreeMap<ProvinceCode, [i64; STATUSES]>,
    grades: [i64; GRADES],
    plots: [i64; STAGES],
}

/// The counts of the days that were asked last.
type CountedDays = VecDeque<(Option<Date>, Arc<Counted>)>;

/// Days whose counts a past view keeps.
const COUNTED_MAX: usize = 16;

impl SmeRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, SmeRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: SmeId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a business ID.
    pub fn by_business_id(&self, id: BusinessId) -> Option<u32> {
        self.by_business_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The rows of the legal entities with these IDs, as numbers.
    pub fn of_legal_ids(&self, ids: RangeInclusive<u64>) -> impl Iterator<Item = u32> + '_ {
        let rows = self.legal_ids.range((*ids.start(), 0)..=(*ids.end(), u32::MAX));
        rows.map(|(_, row)| *row).filter(|row| self.rows.has(*row))
    }

    /// How many had each status on a day, or after everything that is recorded.
    pub fn counts(&self, on: Option<Date>) -> [i64; STATUSES] {
        let Some(past) = &self.past else { return count(&self.counts, on) };
        let mut all = [0; STATUSES];
        for counts in self.counted(past, on).provinces.values() {
            all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        }
        all
    }

    /// The same of a province.
    pub fn province_counts(&self, province: ProvinceCode, on: Option<Date>) -> [i64; STATUSES] {
        match &self.past {
            None => self.province_counts.get(&province).map_or([0; STATUSES], |counts| count(counts, on)),
            Some(past) => self.counted(past, on).provinces.get(&province).copied().unwrap_or_default(),
        }
    }

    /// How many had each knowledge-based grade on a day, in the order of the grades.
    pub fn grade_counts(&self, on: Date) -> [i64; GRADES] {
        match &self.past {
            None => self.grade_counts.on(on),
            Some(past) => self.counted(past, Some(on)).grades,
        }
    }

    /// How many plots by contract had come how far on a day, in the order of the stages.
    pub fn plot_counts(&self, on: Date) -> [i64; STAGES] {
        match &self.past {
            None => self.plot_counts.on(on),
            Some(past) => self.counted(past, Some(on)).plots,
        }
    }

    /// The counts of a past view: one pass over the units for each day that is asked.
    fn counted(&self, past: &Past, on: Option<Date>) -> Arc<Counted> {
        let mut known = past.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counted)) = known.iter().find(|(day, _)| *day == on) {
            return Arc::clone(counted);
        }
        let mut counted = Counted::default();
        for sme in self.rows.iter() {
            if let Some(status) = sme.status(on) {
                let said = &sme.get().facts;
                let province = said.last_said(on, sme.at, |amended| amended.province, |facts| facts.province);
                counted.provinces.entry(province).or_insert([0; STATUSES])[status.status as usize] += 1;
                if let Some((grade, _)) = on.and_then(|on| sme.grade(on)) {
                    counted.grades[grade as usize] += 1;
                }
                let times = sme.plot_times();
                let held =
                    times.iter().find(|(from, until, _)| on.is_some_and(|on| (*from..*until).contains(&on)));
                if let Some((.., stage)) = held {
                    counted.plots[*stage as usize] += 1;
                }
            }
        }
        let counted = Arc::new(counted);
        if known.len() == COUNTED_MAX {
            known.pop_front();
        }
        known.push_back((on, Arc::clone(&counted)));
        counted
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &SmeLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            let Some(Past { references: [now, then], .. }) = &self.past else { return lists };
            lists.cut(self.rows.len());
            let mut show = |row: u32| {
                let (was, sme) = (self.rows.newest(row), self.rows.row(row));
                lists.refile(row, Some(&was.shown(now)), &sme.shown(then));
                let (before, facts) = (was.facts(None), sme.facts(None));
                if Arc::ptr_eq(&facts, &before) {
                    return;
                }
                lists.place(row, sme, &facts);
                if facts.name != before.name || facts.name_latin != before.name_latin {
                    lists.name(row, sme, &facts);
                }
            };
            match Arc::ptr_eq(now, then) {
                true => self.rows.changed_since().for_each(&mut show),
                // Other size classes may show other units.
                false => (0..self.rows.len()).for_each(&mut show),
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position, with the reference tables of this view and of that position.
    pub fn as_of(&self, at: Position, references: [Arc<Reference>; 2]) -> Self {
        let past = Some(Past { references, counted: Arc::default() });
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), past, ..self.clone() }
    }

    /// Adds an event to a unit's history.
    pub fn note(&mut self, id: SmeId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Adds a revival case.
    pub(crate) fn add_revival(&mut self, row: u32, revival: u32) {
        self.rows.get_mut(row).revivals.push(revival);
    }

    /// Adds a consortium that a unit was in.
    pub(crate) fn add_consortium(&mut self, row: u32, consortium: u32) {
        add(&mut self.rows.get_mut(row).consortiums, consortium);
    }

    /// Adds a company that a unit gave a mandate.
    pub(crate) fn add_emc(&mut self, row: u32, emc: u32) {
        add(&mut self.rows.get_mut(row).emcs, emc);
    }

    /// Makes orders, searches, lists and counts show what was folded.
    pub fn settle(&mut self, reference: &Reference) {
        self.show(reference);
        self.lists.newest.settle();
    }
}

fn add(rows: &mut Vec<u32>, row: u32) {
    if !rows.contains(&row) {
        rows.push(row);
    }
}

fn count(counts: &Counts<STATUSES>, on: Option<Date>) -> [i64; STATUSES] {
    on.map_or_else(|| counts.latest(), |on| counts.on(on))
}
