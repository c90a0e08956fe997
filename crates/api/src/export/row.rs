//! Exports in the view: the records, and what they sum to.

mod fold;
mod lists;
pub mod months;
mod stored;

use std::borrow::Cow;
use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position};
use daftar_domain::export::{Channel, ExportFacts};
use daftar_domain::value::{
    CustomsOffice, Date, DeclarationKey, DeclarationNumber, ExportId, Index, Period, ProvinceCode, SolarDate,
    SolarMonth,
};
use imbl::{OrdMap, OrdSet, Vector};
use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

pub use lists::ExportLists;
use months::{Cell, Dimensions, MonthTotals};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::facet::Rows;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::row::{NEWEST, Row, RowAt, Seen};

/// What an export says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    /// The date of the declaration.
    pub on: Date,
    /// The facts.
    #[serde(with = "stored")]
    pub facts: Arc<ExportFacts>,
    /// The row of the unit that exported, or that the company acted for.
    pub sme: Option<u32>,
    /// The row of the company that exported.
    pub emc: Option<u32>,
    /// The row of the consortium that it went through.
    pub consortium: Option<u32>,
    /// The province of the unit on the date.
    pub province: Option<ProvinceCode>,
    /// The position from which the record says so.
    pub since: Position,
}

impl Said {
    /// The way by which it reached its market: a consortium's where it went through one, else a company's where one
    /// exported.
    pub fn channel(&self) -> Channel {
        match (self.consortium, self.emc) {
            (Some(_), _) => Channel::Consortium,
            (None, Some(_)) => Channel::Emc,
            (None, None) => Channel::Direct,
        }
    }

    /// What it is counted under.
    pub fn dimensions(&self) -> Dimensions {
        Dimensions {
            group: self.facts.commodity_group,
            destination: self.facts.destination,
            province: self.province,
            channel: self.channel(),
        }
    }

    /// What it adds to sums.
    pub fn cell(&self) -> Cell {
        Cell {
            count: 1,
            cents: self.facts.value_usd.cents().into(),
            grams: self.facts.net_weight.grams().into(),
        }
    }
}

/// An export record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportRow {
    /// Its ID.
    pub id: ExportId,
    /// Whether it was taken over.
    pub basis: Basis,
    said: Said,
    /// What it said before, in the order of recording.
    earlier: Vec<Said>,
    /// The position at which it was voided.
    voided: Option<Position>,
    noted: Noted,
}

impl Row for ExportRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl<'a> RowAt<'a, ExportRow> {
    /// What it says.
    pub fn said(self) -> &'a Said {
        let row = self.get();
        if row.said.since <= self.at {
            return &row.said;
        }
        row.earlier.iter().rfind(|said| said.since <= self.at).unwrap_or(&row.said)
    }

    /// The position of the event that gave a field its value; none for a field that never had one.
    pub fn set_by<V: PartialEq>(self, field: impl Fn(&Said) -> Option<V>) -> Option<Position> {
        let row = self.get();
        let said = row.earlier.iter().chain([&row.said]).filter(|said| said.since <= self.at);
        let mut last: (Option<V>, Option<Position>) = (None, None);
        for said in said {
            let value = field(said);
            if value != last.0 {
                last = (value, Some(said.since));
            }
        }
        last.1
    }

    /// The position at which it was voided.
    pub fn voided(self) -> Option<Position> {
        self.get().voided.filter(|voided| *voided <= self.at)
    }
}

/// All exports.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ExportRows {
    /// The rows.
    pub rows: Seen<ExportRow>,
    by_id: Index<ExportId>,
    lists: Lists<ExportLists>,
    /// Sums by Solar Hijri month.
    months: Lists<OrdMap<i32, Arc<MonthTotals>>>,
    /// The units with an export that is not voided.
    exporting: Lists<Rows>,
    /// Exports that were corrected, voided or moved to another province, with the positions, in order.
    undone: Vector<(Position, u32)>,
    offices: OrdSet<CustomsOffice>,
}

impl ExportRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ExportRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ExportId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The rows of a declaration number that stand, in any office and year.
    pub fn of_declaration(&self, number: DeclarationNumber) -> impl Iterator<Item = u32> + '_ {
        let rows = self.lists().by_declaration.range((number, 0)..=(number, u32::MAX));
        rows.map(|(_, row)| *row).filter(|row| self.rows.has(*row))
    }

    /// The row that holds an item of a declaration and is not voided.
    pub fn holder(&self, key: &DeclarationKey) -> Option<u32> {
        self.of_declaration(key.number).find(|row| {
            let said = self.row(*row).said();
            said.facts.item == key.item
                && said.facts.office == key.office
                && SolarDate::from(said.on).year() == key.year
        })
    }

    /// Adds an event to an export's history.
    pub fn note(&mut self, id: ExportId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self {
            rows: self.rows.as_of(at),
            lists: self.lists.past(),
            months: self.months.past(),
            exporting: self.exporting.past(),
            ..self.clone()
        }
    }

    /// The rows that say another thing in the newest view than in this one, which has them.
    fn undone_since(&self) -> FxHashSet<u32> {
        let (at, length) = (self.rows.at(), self.undone.len());
        // `undone` is in the order of positions.
        let mut first = 0;
        let mut end = length;
        while first < end {
            let middle = first + (end - first) / 2;
            if self.undone[middle].0 <= at { first = middle + 1 } else { end = middle }
        }
        let later = self.undone.focus().narrow(first..length).into_iter();
        later.map(|(_, row)| *row).filter(|row| self.rows.has(*row)).collect()
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &ExportLists {
        self.lists.get(|newest| newest.as_of(self))
    }

    /// Sums by Solar Hijri month. A past view has the months of the newest one where nothing was recorded since, and
    /// sums the others anew.
    pub fn months(&self) -> &OrdMap<i32, Arc<MonthTotals>> {
        self.months.get(|newest| {
            let (undone, length) = (self.undone_since(), self.rows.len());
            let mut moved: Vec<(i32, u32)> = Vec::new();
            let mut changed: FxHashSet<i32> = FxHashSet::default();
            for row in &undone {
                changed.insert(SolarMonth::of(self.rows.newest(*row).said().on).ordinal());
                let export = self.row(*row);
                if export.voided().is_none() {
                    moved.push((SolarMonth::of(export.said().on).ordinal(), *row));
                }
            }
            changed.extend(moved.iter().map(|(month, _)| month));
            let later = |month: &MonthTotals| month.rows.max().is_some_and(|last| last >= length);
            changed.extend(newest.iter().filter(|(_, month)| later(month)).map(|(ordinal, _)| *ordinal));
            let mut months = newest.clone();
            for ordinal in changed {
                let month = SolarMonth::from_ordinal(ordinal).expect("an export has its month");
                let rows = newest.get(&ordinal).map(|month| Arc::clone(&month.rows)).unwrap_or_default();
                let kept = rows.range(..length).filter(|row| !undone.contains(row));
                let moved = moved.iter().filter(|(to, _)| *to == ordinal).map(|(_, row)| *row);
                let mut totals = MonthTotals::new(month);
                kept.chain(moved).for_each(|row| totals.take(row, self.row(row).said()));
                months.insert(ordinal, Arc::new(totals));
            }
            months
        })
    }

    /// The months that lie in a period as a whole, and the days of it that are parts of others.
    pub fn parts(&self, period: Period) -> (Vec<&Arc<MonthTotals>>, Vec<(Date, Date)>) {
        let (from, until) = (period.from(), period.until());
        let whole = |ordinal: i32, month: &MonthTotals| from <= month.start && month.end(ordinal) <= until;
        let first = SolarMonth::of(from).ordinal();
        let last = SolarMonth::of(period.last_day()).ordinal();
        let mut months = Vec::new();
        let mut days = Vec::new();
        for (ordinal, month) in self.months().range(first..=last) {
            if whole(*ordinal, month) {
                months.push(month);
            } else {
                days.push((from.max(month.start), until.min(month.end(*ordinal))));
            }
        }
        (months, days)
    }

    /// The rows of the exports that lie in some days of a month and are not voided.
    pub fn within(&self, (from, until): (Date, Date)) -> Box<dyn Iterator<Item = u32> + '_> {
        if self.rows.at() == NEWEST {
            return Box::new(self.lists.newest.days.range((from, 0)..(until, 0)).map(|(_, row)| *row));
        }
        let month = self.months().get(&SolarMonth::of(from).ordinal());
        let rows = month.into_iter().flat_map(|month| month.rows.iter());
        Box::new(rows.filter(move |row| (from..until).contains(&self.row(*row).said().on)))
    }

    /// The exports of a period that are not voided.
    pub fn of_period(&self, period: Period) -> Rows {
        let (months, days) = self.parts(period);
        let mut rows = RoaringBitmap::new();
        months.iter().for_each(|month| rows |= &*month.rows);
        days.into_iter().for_each(|days| rows.extend(self.within(days)));
        Arc::new(rows)
    }

    /// The units that are named in an export of the period, as exporter or as the one acted for.
    pub fn exporting(&self, period: Period) -> Rows {
        let (months, days) = self.parts(period);
        let mut units = RoaringBitmap::new();
        months.iter().for_each(|month| units |= &*month.exporters);
        for days in days {
            units.extend(self.within(days).filter_map(|row| self.row(row).said().sme));
        }
        Arc::new(units)
    }

    /// The units with an export that is not voided.
    pub fn exporting_ever(&self) -> &Rows {
        self.exporting.get(|_| {
            let mut units = RoaringBitmap::new();
            self.months().values().for_each(|month| units |= &*month.exporters);
            Arc::new(units)
        })
    }
}

impl View {
    /// The exports of a unit that are not voided, by date and row.
    pub fn exports_of_sme(&self, sme: u32) -> Cow<'_, [(Date, u32)]> {
        let row = self.smes.row(sme);
        if row.at == NEWEST {
            return Cow::Borrowed(&row.get().exports);
        }
        // One that a later correction moved here was another unit's then.
        let kept = row.exports.iter().filter(|(_, export)| {
            self.exports.rows.has(*export)
                && !row.exports_undone.contains(export)
                && self.exports.row(*export).said().sme == Some(sme)
        });
        let undone = row.exports_undone.iter().filter(|export| self.exports.rows.has(**export));
        let undone = undone.filter_map(|export| {
            let (at, said) = (self.exports.row(*export), self.exports.row(*export).said());
            (at.voided().is_none() && said.sme == Some(sme)).then_some((said.on, *export))
        });
        let mut exports: Vec<(Date, u32)> = kept.copied().chain(undone).collect();
        exports.sort_unstable();
        exports.into()
    }
}
