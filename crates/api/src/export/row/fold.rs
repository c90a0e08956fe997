//! How events change the exports of the view.

use std::sync::Arc;

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::export::{ExportEvent, ExportFacts};
use daftar_domain::value::{Date, ExportId, ProvinceCode, SolarMonth};

use super::months::MonthTotals;
use super::{ExportRow, ExportRows, Said};
use crate::view::View;
use crate::view::noted::Noted;

impl ExportRows {
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

    fn sum(&mut self, row: u32, present: bool) {
        let said = self.rows.newest(row).said();
        let month = SolarMonth::of(said.on);
        let months = &mut self.months.newest;
        let totals = months.entry(month.ordinal()).or_insert_with(|| Arc::new(MonthTotals::new(month)));
        Arc::make_mut(totals).add(row, &said.dimensions(), &said.cell(), present);
    }

    fn file(&mut self, row: u32, present: bool) {
        self.lists.newest.file(row, self.rows.newest(row).said(), present);
    }

    fn set_exporting(&mut self, sme: u32, exporting: bool) {
        let units = Arc::make_mut(&mut self.exporting.newest);
        if exporting {
            units.insert(sme);
        } else {
            units.remove(sme);
        }
    }
}

impl View {
    /// Folds an event of an export.
    pub(crate) fn fold_export(&mut self, id: ExportId, event: &ExportEvent, recorded: &Recorded) {
        let (on, position) = (recorded.event.effective, recorded.position);
        match event {
            ExportEvent::ExportRecorded(facts) => {
                let said = self.said(&facts.0, on, position);
                let row = self.exports.rows.push(ExportRow {
                    id,
                    basis: recorded.event.basis,
                    said,
                    earlier: Vec::new(),
                    voided: None,
                    noted: Noted::default(),
                });
                self.exports.by_id.insert(id, row);
                self.count_export(row);
            }
            ExportEvent::ExportCorrected(facts) => {
                let row = self.exports.by_id.get(&id).expect("a correction follows the record");
                self.uncount_export(row, position);
                let said = self.said(&facts.0, on, position);
                let export = self.exports.rows.get_mut(row);
                let before = std::mem::replace(&mut export.said, said);
                export.earlier.push(before);
                self.count_export(row);
            }
            ExportEvent::ExportVoided(_) => {
                let row = self.exports.by_id.get(&id).expect("a voiding follows the record");
                self.uncount_export(row, position);
                self.exports.rows.get_mut(row).voided = Some(position);
                self.exports.lists.newest.void(row, true);
            }
        }
    }

    fn said(&mut self, facts: &ExportFacts, on: Date, since: Position) -> Said {
        let sme = facts.sme.and_then(|id| self.smes.by_id(id));
        Said {
            on,
            facts: self.exports.shared(facts),
            sme,
            emc: facts.emc.and_then(|id| self.emcs.by_id(id)),
            consortium: facts.consortium.and_then(|id| self.consortiums.by_id(id)),
            province: sme.map(|sme| self.smes.row(sme).province_on(on)),
            since,
        }
    }

    /// Counts an export in for what it says.
    fn count_export(&mut self, row: u32) {
        self.exports.file(row, true);
        self.exports.sum(row, true);
        let said = self.exports.rows.newest(row).said();
        let (on, sme) = (said.on, said.sme);
        self.exports.lists.newest.index(row, said);
        if let Some(sme) = sme {
            let exports = &mut self.smes.rows.get_mut(sme).exports;
            let index = exports.partition_point(|other| *other < (on, row));
            exports.insert(index, (on, row));
            self.revivals.sme_changed(sme, &self.smes.row(sme).revivals);
            self.exports.set_exporting(sme, true);
            let month = self.exports.months.newest.get_mut(&SolarMonth::of(on).ordinal());
            let month = month.expect("the month has just been added to");
            if !month.exporters.contains(sme) {
                Arc::make_mut(&mut Arc::make_mut(month).exporters).insert(sme);
            }
        }
    }

    /// Takes an export out of everything that counts it.
    fn uncount_export(&mut self, row: u32, position: Position) {
        self.exports.undone.push_back((position, row));
        self.exports.sum(row, false);
        self.exports.file(row, false);
        let said = self.exports.rows.newest(row).said();
        let (Some(sme), at) = (said.sme, (said.on, row)) else { return };
        let unit = self.smes.rows.get_mut(sme);
        self.revivals.sme_changed(sme, &unit.revivals);
        if !unit.exports_undone.contains(&row) {
            unit.exports_undone.push(row);
        }
        let exports = &mut unit.exports;
        if let Ok(index) = exports.binary_search(&at) {
            exports.remove(index);
        }
        if exports.is_empty() {
            self.exports.set_exporting(sme, false);
        }
        let month = SolarMonth::of(at.0);
        let first = exports.partition_point(|(on, _)| *on < month.start());
        let still = exports.get(first).is_some_and(|(on, _)| SolarMonth::of(*on) == month);
        if let (false, Some(totals)) = (still, self.exports.months.newest.get_mut(&month.ordinal())) {
            Arc::make_mut(&mut Arc::make_mut(totals).exporters).remove(sme);
        }
    }

    /// The exports of a unit follow it when its province on their dates changed.
    pub(crate) fn reattribute_exports(&mut self, sme: u32, position: Position) {
        let unit = self.smes.row(sme);
        let moved: Vec<(u32, ProvinceCode)> = unit
            .exports
            .iter()
            .map(|(on, row)| (*row, unit.province_on(*on)))
            .filter(|(row, province)| self.exports.row(*row).said().province != Some(*province))
            .collect();
        for (row, province) in moved {
            self.exports.sum(row, false);
            self.exports.undone.push_back((position, row));
            let export = self.exports.rows.get_mut(row);
            let before = export.said.clone();
            (export.said.province, export.said.since) = (Some(province), position);
            let facet = &mut self.exports.lists.newest.provinces;
            facet.change(Some(&before.province), Some(&Some(province)), row);
            self.exports.rows.get_mut(row).earlier.push(before);
            self.exports.sum(row, true);
        }
    }
}
