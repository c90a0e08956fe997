//! What exports sum to in a Solar Hijri month: along each dimension, and jointly along all of them.
//!
//! Sums are exact. What was voided or corrected is subtracted as it was added, so a sum always equals that of the
//! records that stand.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use daftar_domain::export::Channel;
use daftar_domain::value::{CommodityGroup, CountryCode, Date, ProvinceCode, SolarMonth};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Said;
use crate::view::facet::Rows;

/// What exports sum to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// How many records.
    pub count: i64,
    /// Their value, in US cents.
    pub cents: i128,
    /// Their net weight, in grams.
    pub grams: i128,
}

impl AddAssign<&Cell> for Cell {
    fn add_assign(&mut self, other: &Cell) {
        self.count += other.count;
        self.cents += other.cents;
        self.grams += other.grams;
    }
}

impl Cell {
    fn negated(&self) -> Self {
        Self { count: -self.count, cents: -self.cents, grams: -self.grams }
    }
}

/// What an export is counted under, besides its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dimensions {
    /// The commodity group.
    pub group: CommodityGroup,
    /// The destination.
    pub destination: CountryCode,
    /// The province of the unit; none without a unit.
    pub province: Option<ProvinceCode>,
    /// The channel.
    pub channel: Channel,
}

/// What the exports of a month sum to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MonthTotals {
    /// The first day of the month.
    pub start: Date,
    /// All of them.
    pub total: Cell,
    /// By commodity group.
    pub groups: BTreeMap<CommodityGroup, Cell>,
    /// By destination.
    pub destinations: BTreeMap<CountryCode, Cell>,
    /// By province of the unit.
    pub provinces: BTreeMap<Option<ProvinceCode>, Cell>,
    /// By channel.
    pub channels: BTreeMap<Channel, Cell>,
    /// By everything at once.
    pub cube: OrdMap<Dimensions, Cell>,
    /// The records.
    pub rows: Rows,
    /// The units that are named in them.
    pub exporters: Rows,
}

impl MonthTotals {
    /// A month without exports.
    pub fn new(month: SolarMonth) -> Self {
        Self {
            start: month.start(),
            total: Cell::default(),
            groups: BTreeMap::new(),
            destinations: BTreeMap::new(),
            provinces: BTreeMap::new(),
            channels: BTreeMap::new(),
            cube: OrdMap::new(),
            rows: Rows::default(),
            exporters: Rows::default(),
        }
    }

    /// The first day after the month that has this ordinal.
    pub fn end(&self, ordinal: i32) -> Date {
        SolarMonth::from_ordinal(ordinal + 1).map_or(Date::MAX, SolarMonth::start)
    }

    /// Adds a record, and its unit.
    pub(super) fn take(&mut self, row: u32, said: &Said) {
        self.add(row, &said.dimensions(), &said.cell(), true);
        if let Some(sme) = said.sme {
            Arc::make_mut(&mut self.exporters).insert(sme);
        }
    }

    /// Adds a record, or takes it out again.
    pub(super) fn add(&mut self, row: u32, dimensions: &Dimensions, cell: &Cell, present: bool) {
        let rows = Arc::make_mut(&mut self.rows);
        if present {
            rows.insert(row);
        } else {
            rows.remove(row);
        }
        let cell = if present { *cell } else { cell.negated() };
        self.total += &cell;
        add(&mut self.groups, dimensions.group, &cell);
        add(&mut self.destinations, dimensions.destination, &cell);
        add(&mut self.provinces, dimensions.province, &cell);
        add(&mut self.channels, dimensions.channel, &cell);
        let joint = self.cube.entry(*dimensions).or_default();
        *joint += &cell;
        if joint.count == 0 {
            self.cube.remove(dimensions);
        }
    }
}

fn add<K: Ord>(cells: &mut BTreeMap<K, Cell>, key: K, cell: &Cell) {
    use std::collections::btree_map::Entry;
    match cells.entry(key) {
        Entry::Vacant(entry) => {
            entry.insert(*cell);
        }
        Entry::Occupied(mut entry) => {
            *entry.get_mut() += cell;
            if entry.get().count == 0 {
                entry.remove();
            }
        }
    }
}
