//! Sums of records that are picked by more than they are counted under.

use std::collections::BTreeMap;

use daftar_domain::value::{Period, SolarMonth};
use roaring::RoaringBitmap;

use super::{Cell, Grouping, Key, Sums};
use crate::export::row::Said;
use crate::view::View;

/// The sums of these exports, by what they are told apart by. Neighbouring countries are those of the table in force on
/// the period's last day. Costs the records.
pub fn sums_of(view: &View, period: Period, grouping: Grouping, rows: &RoaringBitmap) -> BTreeMap<Key, Cell> {
    let last_day = period.last_day();
    let neighbours = |country| view.reference.is_neighbour(country, last_day);
    let mut sums = Sums { grouping, neighbours: &neighbours, cells: BTreeMap::new() };
    for row in rows {
        let export = view.exports.row(row).said();
        let time = sums.time(SolarMonth::of(export.on).ordinal());
        sums.add_joint(time, &export.dimensions(), &export.cell());
    }
    sums.cells
}

/// Hands out the records of a period, each with the key of the sum that it is told in, until `go_on` says no.
pub fn each_key(view: &View, period: Period, grouping: Grouping, mut go_on: impl FnMut(&Said, Key) -> bool) {
    let last_day = period.last_day();
    let neighbours = |country| view.reference.is_neighbour(country, last_day);
    let sums = Sums { grouping, neighbours: &neighbours, cells: BTreeMap::new() };
    for row in &*view.exports.of_period(period) {
        let said = view.exports.row(row).said();
        let time = sums.time(SolarMonth::of(said.on).ordinal());
        if !go_on(said, sums.key(time, &said.dimensions())) {
            return;
        }
    }
}
