//! Sums of exports over a period, grouped in any way.
//!
//! Whole months are added from what is kept of them, the days of other months from their records: the sum equals that
//! of the records that stand, to the cent.

mod records;

use std::collections::BTreeMap;

use daftar_domain::export::Channel;
use daftar_domain::value::{CommodityGroup, CountryCode, Period, ProvinceCode, SolarMonth};

use super::row::Said;
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
    /// The consortium.
    pub consortium: bool,
    /// The company.
    pub emc: bool,
}

impl Grouping {
    /// Along how many of the kept dimensions exports are told apart.
    fn dimensions(&self) -> usize {
        let Self { group, destination, neighbours, province, channel, consortium, emc, .. } = *self;
        [group, destination || neighbours, province, channel, consortium, emc]
            .into_iter()
            .filter(|one| *one)
            .count()
    }

    /// Whether what is kept of whole months doesn't tell exports apart like this, beside others or narrowed.
    fn asks_records(&self, narrowed: bool) -> bool {
        (self.consortium || self.emc) && (narrowed || self.dimensions() > 1)
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
    /// The row of the consortium; the inner none for exports through none.
    pub consortium: Option<Option<u32>>,
    /// The row of the company; the inner none for exports through none.
    pub emc: Option<Option<u32>>,
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
            ..Key::default()
        }
    }

    fn key_of(&self, time: Option<i32>, said: &Said) -> Key {
        Key {
            consortium: self.grouping.consortium.then_some(said.consortium),
            emc: self.grouping.emc.then_some(said.emc),
            ..self.key(time, &said.dimensions())
        }
    }

    fn add_record(&mut self, time: Option<i32>, said: &Said) {
        self.add(self.key_of(time, said), &said.cell());
    }

    fn add_joint(&mut self, time: Option<i32>, dimensions: &Dimensions, cell: &Cell) {
        self.add(self.key(time, dimensions), cell);
    }

    /// Adds a whole month along at most one dimension.
    fn add_margin(&mut self, time: Option<i32>, month: &MonthTotals) {
        let key = Key { time, ..Key::default() };
        let Grouping { group, destination, neighbours, province, channel, consortium, emc, .. } =
            self.grouping;
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
        } else if consortium {
            self.add_partners(&month.consortiums, &month.total, |row| Key { consortium: Some(row), ..key });
        } else if emc {
            self.add_partners(&month.emcs, &month.total, |row| Key { emc: Some(row), ..key });
        } else if month.total.count != 0 {
            self.add(key, &month.total);
        }
    }
}

impl Sums<'_> {
    /// Adds what went through each, and what went through none.
    fn add_partners(&mut self, cells: &BTreeMap<u32, Cell>, total: &Cell, key: impl Fn(Option<u32>) -> Key) {
        let mut direct = *total;
        for (row, cell) in cells {
            self.add(key(Some(*row)), cell);
            direct += &cell.negated();
        }
        if direct.count != 0 {
            self.add(key(None), &direct);
        }
    }
}

/// What went through a consortium or a company.
#[derive(Clone, Copy, Debug)]
pub enum Partner {
    /// The row of a consortium.
    Consortium(u32),
    /// The row of a company.
    Emc(u32),
}

/// The sum of a period's exports that went through a consortium or a company; of all of them without a period.
pub fn through(view: &View, partner: Partner, period: Option<Period>) -> Cell {
    let of_month = |month: &MonthTotals| match partner {
        Partner::Consortium(row) => month.consortiums.get(&row).copied(),
        Partner::Emc(row) => month.emcs.get(&row).copied(),
    };
    let mut sum = Cell::default();
    let Some(period) = period else {
        view.exports.months().values().filter_map(|month| of_month(month)).for_each(|cell| sum += &cell);
        return sum;
    };
    let (months, days) = view.exports.parts(period);
    months.into_iter().filter_map(|month| of_month(month)).for_each(|cell| sum += &cell);
    for row in days.into_iter().flat_map(|part| view.exports.within(part)) {
        let said = view.exports.row(row).said();
        let is_of = match partner {
            Partner::Consortium(row) => said.consortium == Some(row),
            Partner::Emc(row) => said.emc == Some(row),
        };
        if is_of {
            sum += &said.cell();
        }
    }
    sum
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
        if grouping.asks_records(keeps.is_some()) {
            let records = month.rows.iter().map(|row| view.exports.row(row).said());
            let kept = records.filter(|said| keeps.is_none_or(|keeps| keeps(&said.dimensions())));
            kept.for_each(|said| sums.add_record(time, said));
            continue;
        }
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
                sums.add_record(time, export);
            }
        }
    }
    sums.cells
}
