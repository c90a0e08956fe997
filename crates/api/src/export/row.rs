//! Exports in the view: the records, and what they sum to.

pub mod months;

use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::export::{Channel, ExportEvent, ExportFacts};
use daftar_domain::value::{
    CommodityGroup, CountryCode, CustomsOffice, Date, DeclarationNumber, ExportId, Index, Period,
    ProvinceCode, SolarMonth, Table,
};
use imbl::{OrdMap, OrdSet};
use roaring::RoaringBitmap;

use crate::view::View;
use crate::view::facet::{Facet, Rows};
use crate::view::order::Order;
use crate::view::row::RowAt;
use months::{Cell, Dimensions, MonthTotals};

/// What an export said before it was corrected.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The date of the declaration.
    pub on: Date,
    /// The facts.
    pub facts: Arc<ExportFacts>,
    /// The position from which the record said so.
    pub since: Position,
    /// The position at which it was corrected.
    pub ended: Position,
}

/// An export record.
#[derive(Clone, Debug)]
pub struct ExportRow {
    /// Its ID.
    pub id: ExportId,
    /// How many events it has.
    pub version: u32,
    /// Whether it was taken over.
    pub basis: Basis,
    /// The date of the declaration.
    pub on: Date,
    /// What is declared.
    pub facts: Arc<ExportFacts>,
    /// The position from which the record says so.
    pub since: Position,
    /// The row of the unit that exported, or that the company acted for.
    pub sme: Option<u32>,
    /// The row of the company that exported.
    pub emc: Option<u32>,
    /// The row of the consortium that it went through.
    pub consortium: Option<u32>,
    /// The province of the unit on the date.
    pub province: Option<ProvinceCode>,
    /// The position at which it was voided.
    pub voided: Option<Position>,
    /// What it said before.
    pub earlier: Vec<Earlier>,
    /// The events of its history.
    pub events: Vec<Position>,
}

impl ExportRow {
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

/// What lists of exports and their sums are answered from.
#[derive(Clone, Default)]
pub struct ExportLists {
    /// By date.
    pub by_date: Order<(Date, u32)>,
    /// By value, in cents.
    pub by_value: Order<(i64, u32)>,
    /// Those that are not voided.
    pub standing: Rows,
    /// Those that were voided.
    pub voided: Rows,
    /// By commodity group.
    pub groups: Facet<CommodityGroup>,
    /// By destination.
    pub destinations: Facet<CountryCode>,
    /// By province of the unit.
    pub provinces: Facet<Option<ProvinceCode>>,
    /// By channel.
    pub channels: Facet<Channel>,
    /// By the row of the consortium.
    pub consortiums: Facet<u32>,
    /// By the row of the company.
    pub emcs: Facet<u32>,
}

/// All exports.
#[derive(Clone, Default)]
pub struct ExportRows {
    table: Table<ExportRow>,
    by_id: Index<ExportId>,
    /// Exports by declaration number.
    by_declaration: OrdSet<(DeclarationNumber, u32)>,
    /// Exports that are not voided, by date.
    days: OrdSet<(Date, u32)>,
    lists: ExportLists,
    /// Sums by Solar Hijri month.
    months: OrdMap<i32, Arc<MonthTotals>>,
    offices: OrdSet<CustomsOffice>,
}

impl ExportRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ExportRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, ExportRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &ExportLists {
        &self.lists
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ExportId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// The rows of a declaration number, in any office and year.
    pub fn of_declaration(&self, number: DeclarationNumber) -> impl Iterator<Item = u32> + '_ {
        self.by_declaration.range((number, 0)..=(number, u32::MAX)).map(|(_, row)| *row)
    }

    /// Adds an event to an export's history.
    pub fn note(&mut self, id: ExportId, position: Position) {
        if let Some(row) = self.by_id.get(&id) {
            self.table.get_mut(row).events.push(position);
        }
    }

    /// Makes orders show what was folded.
    pub fn settle(&mut self) {
        self.lists.by_date.settle();
        self.lists.by_value.settle();
    }

    /// The months that lie in a period as a whole, and the days of it that are parts of others.
    pub fn parts(&self, period: Period) -> (Vec<&Arc<MonthTotals>>, Vec<(Date, Date)>) {
        let (from, until) = (period.from(), period.until());
        let whole = |ordinal: i32, month: &MonthTotals| from <= month.start && month.end(ordinal) <= until;
        let first = SolarMonth::of(from).ordinal();
        let last = SolarMonth::of(period.last_day()).ordinal();
        let mut months = Vec::new();
        let mut days = Vec::new();
        for (ordinal, month) in self.months.range(first..=last) {
            if whole(*ordinal, month) {
                months.push(month);
            } else {
                days.push((from.max(month.start), until.min(month.end(*ordinal))));
            }
        }
        (months, days)
    }

    /// The rows of the exports that lie in some days and are not voided.
    pub fn within(&self, (from, until): (Date, Date)) -> impl Iterator<Item = u32> + '_ {
        self.days.range((from, 0)..(until, 0)).map(|(_, row)| *row)
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
            units.extend(self.within(days).filter_map(|row| self.table.get(row).sme));
        }
        Arc::new(units)
    }

    /// Offices are few and their names long: each stands in memory once.
    fn shared(&mut self, facts: &ExportFacts) -> Arc<ExportFacts> {
        let mut facts = facts.clone();
        match self.offices.get(&facts.office) {
            Some(office) if office.as_str() == facts.office.as_str() => facts.office = office.clone(),
            Some(_) => {}
            None => {
                self.offices.insert(facts.office.clone());
            }
        }
        Arc::new(facts)
    }

    /// Files a row under what it is, or takes it out again.
    fn file(&mut self, row: u32, present: bool) {
        let export = self.table.get(row);
        let at = (export.on, row);
        let Dimensions { group, destination, province, channel } = export.dimensions();
        let declaration = (export.facts.declaration, row);
        let put = |present: bool| -> fn(&mut RoaringBitmap, u32) -> bool {
            if present { RoaringBitmap::insert } else { RoaringBitmap::remove }
        };
        put(present)(Arc::make_mut(&mut self.lists.standing), row);
        if present {
            self.days.insert(at);
            self.by_declaration.insert(declaration);
        } else {
            self.days.remove(&at);
            self.by_declaration.remove(&declaration);
        }
        file(&mut self.lists.groups, &group, row, present);
        file(&mut self.lists.destinations, &destination, row, present);
        file(&mut self.lists.provinces, &province, row, present);
        file(&mut self.lists.channels, &channel, row, present);
        if let Some(consortium) = export.consortium {
            file(&mut self.lists.consortiums, &consortium, row, present);
        }
        if let Some(emc) = export.emc {
            file(&mut self.lists.emcs, &emc, row, present);
        }
    }

    fn sum(&mut self, row: u32, present: bool) {
        let export = self.table.get(row);
        let month = SolarMonth::of(export.on);
        let totals = self.months.entry(month.ordinal()).or_insert_with(|| Arc::new(MonthTotals::new(month)));
        Arc::make_mut(totals).add(row, &export.dimensions(), &export.cell(), present);
    }
}

fn file<K: Ord + Clone>(facet: &mut Facet<K>, value: &K, row: u32, present: bool) {
    if present { facet.add(value, row) } else { facet.remove(value, row) }
}

impl View {
    /// Folds an event of an export.
    pub(crate) fn fold_export(&mut self, id: ExportId, event: &ExportEvent, recorded: &Recorded) {
        let on = recorded.event.effective;
        match event {
            ExportEvent::ExportRecorded(recorded_facts) => {
                let facts = self.exports.shared(&recorded_facts.0);
                let row = self.exports.table.push(ExportRow {
                    id,
                    version: recorded.entity_version,
                    basis: recorded.event.basis,
                    on,
                    facts,
                    since: recorded.position,
                    sme: None,
                    emc: None,
                    consortium: None,
                    province: None,
                    voided: None,
                    earlier: Vec::new(),
                    events: Vec::new(),
                });
                self.exports.by_id.insert(id, row);
                self.count_export(row);
            }
            ExportEvent::ExportCorrected(corrected) => {
                let row = self.exports.by_id.get(&id).expect("a correction follows the record");
                self.uncount_export(row);
                let facts = self.exports.shared(&corrected.0);
                let export = self.exports.table.get_mut(row);
                let before = std::mem::replace(&mut export.facts, facts);
                let (since, ended) = (export.since, recorded.position);
                export.earlier.push(Earlier { on: export.on, facts: before, since, ended });
                (export.on, export.since, export.version) = (on, recorded.position, recorded.entity_version);
                self.count_export(row);
            }
            ExportEvent::ExportVoided(_) => {
                let row = self.exports.by_id.get(&id).expect("a voiding follows the record");
                self.uncount_export(row);
                let export = self.exports.table.get_mut(row);
                (export.voided, export.version) = (Some(recorded.position), recorded.entity_version);
                Arc::make_mut(&mut self.exports.lists.voided).insert(row);
            }
        }
    }

    /// Counts an export in for what it says.
    fn count_export(&mut self, row: u32) {
        let export = self.exports.table.get_mut(row);
        let (on, facts) = (export.on, &export.facts);
        export.sme = facts.sme.and_then(|id| self.smes.by_id(id));
        export.emc = facts.emc.and_then(|id| self.emcs.by_id(id));
        export.consortium = facts.consortium.and_then(|id| self.consortiums.by_id(id));
        export.province = export.sme.map(|sme| self.smes.row(sme).province_on(on));
        let (value, sme) = (facts.value_usd.cents(), export.sme);
        self.exports.file(row, true);
        self.exports.sum(row, true);
        self.exports.lists.by_date.set(row, Some((on, row)));
        self.exports.lists.by_value.set(row, Some((value, row)));
        if let Some(sme) = sme {
            let exports = &mut self.smes.row_mut(sme).exports;
            let index = exports.partition_point(|other| *other < (on, row));
            exports.insert(index, (on, row));
            self.smes.set_exporting(sme, true);
            let month = self.exports.months.get_mut(&SolarMonth::of(on).ordinal());
            let month = month.expect("the month has just been added to");
            if !month.exporters.contains(sme) {
                Arc::make_mut(&mut Arc::make_mut(month).exporters).insert(sme);
            }
        }
    }

    /// Takes an export out of everything that counts it.
    fn uncount_export(&mut self, row: u32) {
        self.exports.sum(row, false);
        self.exports.file(row, false);
        let export = self.exports.table.get(row);
        let Some(sme) = export.sme else { return };
        let at = (export.on, row);
        let exports = &mut self.smes.row_mut(sme).exports;
        if let Ok(index) = exports.binary_search(&at) {
            exports.remove(index);
        }
        let month = SolarMonth::of(at.0);
        let first = exports.partition_point(|(on, _)| *on < month.start());
        let still = exports.get(first).is_some_and(|(on, _)| SolarMonth::of(*on) == month);
        if exports.is_empty() {
            self.smes.set_exporting(sme, false);
        }
        if let (false, Some(totals)) = (still, self.exports.months.get_mut(&month.ordinal())) {
            Arc::make_mut(&mut Arc::make_mut(totals).exporters).remove(sme);
        }
    }

    /// The exports of a unit follow it when its province on their dates changed.
    pub(crate) fn reattribute_exports(&mut self, sme: u32) {
        let unit = self.smes.row(sme);
        let moved: Vec<(u32, ProvinceCode)> = unit
            .exports
            .iter()
            .map(|(on, row)| (*row, unit.province_on(*on)))
            .filter(|(row, province)| self.exports.table.get(*row).province != Some(*province))
            .collect();
        for (row, province) in moved {
            self.exports.sum(row, false);
            let before = self.exports.table.get(row).province;
            self.exports.lists.provinces.change(Some(&before), Some(&Some(province)), row);
            self.exports.table.get_mut(row).province = Some(province);
            self.exports.sum(row, true);
        }
    }
}
