//! Sums of exports over a period, grouped in any way.
//!
//! Whole months are added from what is kept of them, the days of other months from their records: the sum equals that
//! of the records that stand, to the cent.

mod records;

use std::collections::BTreeMap;

use daftar_domain::export::Channel;
use daftar_domain::value::{CommodityGroup, CountryCode, Period, ProvinceCode, SolarMonth};

use super::row::months::{Cell, Dimensions, MonthTotals};
use crate::view::View;

pub use records::{each_key, sums_of};

/// How far time is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// Solar Hijri years.
    Year,
    /// Their quarters.
    Quarter,
    /// Their months.
    Month,
}

/// What sums are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// Time.
    pub time: Option<Time>,
    /// The commodity group.
    pub group: bool,
    /// The destination.
    pub destination: bool,
    /// Whether the destination is a neighbouring country.
    pub neighbours: bool,
    /// The province of the unit.
    pub province: bool,
    /// The channel.
    pub channel: bool,
}

impl Grouping {
    /// Along how many of the kept dimensions exports are told apart.
    fn dimensions(&self) -> usize {
        [self.group, self.destination || self.neighbours, self.province, self.channel]
            .into_iter()
            .filter(|one| *one)
            .count()
    }
}

/// What one sum is of; what exports are not told apart by is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The first month of the time, as an ordinal.
    pub time: Option<i32>,
    /// The commodity group.
    pub group: Option<CommodityGroup>,
    /// The destination.
    pub destination: Option<CountryCode>,
    /// Whether the destination is a neighbouring country.
    pub neighbours: Option<bool>,
    /// The province of the unit; the inner none for exports without a unit.
    pub province: Option<Option<ProvinceCode>>,
    /// The channel.
    pub channel: Option<Channel>,
}

/// Which exports are summed.
pub type Keeps<'a> = Option<&'a dyn Fn(&Dimensions) -> bool>;

struct Sums<'a> {
    grouping: Grouping,
    neighbours: &'a dyn Fn(CountryCode) -> bool,
    cells: BTreeMap<Key, Cell>,
}

impl Sums<'_> {
    fn time(&self, month: i32) -> Option<i32> {
        self.grouping.time.map(|time| match time {
            Time::Month => month,
            Time::Quarter => month - month.rem_euclid(3),
            Time::Year => month - month.rem_euclid(12),
        })
    }

    fn add(&mut self, key: Key, cell: &Cell) {
        *self.cells.entry(key).or_default() += cell;
    }

    fn key(&self, time: Option<i32>, dimensions: &Dimensions) -> Key {
        let Grouping { group, destination, neighbours, province, channel, .. } = self.grouping;
        Key {
            time,
            group: group.then_some(dimensions.group),
            destination: destination.then_some(dimensions.destination),
            neighbours: neighbours.then(|| (self.neighbours)(dimensions.destination)),
            province: province.then_some(dimensions.province),
            channel: channel.then_some(dimensions.channel),
        }
    }

    fn add_joint(&mut self, time: Option<i32>, dimensions: &Dimensions, cell: &Cell) {
        self.add(self.key(time, dimensions), cell);
    }

    /// Adds a whole month along at most one dimension.
    fn add_margin(&mut self, time: Option<i32>, month: &MonthTotals) {
        let key = Key { time, ..Key::default() };
        let Grouping { group, destination, neighbours, province, channel, .. } = self.grouping;
        if group {
            month.groups.iter().for_each(|(group, cell)| self.add(Key { group: Some(*group), ..key }, cell));
        } else if destination || neighbours {
            for (country, cell) in &month.destinations {
                let neighbours = neighbours.then(|| (self.neighbours)(*country));
                self.add(Key { destination: destination.then_some(*country), neighbours, ..key }, cell);
            }
        } else if province {
            month.provinces.iter().for_each(|(province, cell)| {
                self.add(Key { province: Some(*province), ..key }, cell);
            });
        } else if channel {
            month.channels.iter().for_each(|(channel, cell)| {
                self.add(Key { channel: Some(*channel), ..key }, cell);
            });
        } else if month.total.count != 0 {
            self.add(key, &month.total);
        }
    }
}

/// The sums of a period's exports that are kept, by what they are told apart by. Neighbouring countries are those of
/// the table in force on the period's last day.
pub fn sums(view: &View, period: Period, grouping: Grouping, keeps: Keeps<'_>) -> BTreeMap<Key, Cell> {
    let last_day = period.last_day();
    let neighbours = |country| view.reference.is_neighbour(country, last_day);
    let mut sums = Sums { grouping, neighbours: &neighbours, cells: BTreeMap::new() };
    let (months, days) = view.exports.parts(period);
    for month in months {
        let time = sums.time(SolarMonth::of(month.start).ordinal());
        if grouping.dimensions() <= 1 && keeps.is_none() {
            sums.add_margin(time, month);
            continue;
        }
        for (dimensions, cell) in &month.cube {
            if keeps.is_none_or(|keeps| keeps(dimensions)) {
                sums.add_joint(time, dimensions, cell);
            }
        }
    }
    for part in days {
        let time = sums.time(SolarMonth::of(part.0).ordinal());
        for row in view.exports.within(part) {
            let export = view.exports.row(row).said();
            let dimensions = export.dimensions();
            if keeps.is_none_or(|keeps| keeps(&dimensions)) {
                sums.add_joint(time, &dimensions, &export.cell());
            }
        }
    }
    sums.cells
}
