//! What dated things sum to over a period, along their properties.
//!
//! A thing adds its figures to a day and takes back exactly what it added. A sum over any period costs the months since
//! the first day or to the last, and for sums along properties as much for each combination of properties that there is;
//! never the things themselves.

use std::collections::BTreeMap;

use daftar_domain::value::{Date, Period, SolarDate};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::counts::Counts;

/// `N` figures by day, in all and by properties `K`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Ord + Clone + Serialize", deserialize = "K: Ord + Clone + Deserialize<'de>"))]
pub struct Figures<K, const N: usize> {
    total: Counts<N>,
    by: OrdMap<K, Counts<N>>,
}

impl<K, const N: usize> Default for Figures<K, N> {
    fn default() -> Self {
        Self { total: Counts::default(), by: OrdMap::new() }
    }
}

/// What one thing adds to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added<K, const N: usize> {
    /// The day.
    pub on: Date,
    /// The properties.
    pub key: K,
    /// The figures.
    pub figures: [i64; N],
}

/// Sums by Solar Hijri year, where years are told apart, and by properties.
pub type Sums<K, const N: usize> = BTreeMap<(Option<i16>, K), [i64; N]>;

/// Adds figures to others.
pub fn add<const N: usize>(sum: &mut [i64; N], figures: &[i64; N]) {
    sum.iter_mut().zip(figures).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
}

/// What things of a period sum to, each of which is looked at: for a view of the past.
pub fn summed<K: Ord, const N: usize>(
    things: impl Iterator<Item = Added<K, N>>,
    period: Period,
    yearly: bool,
) -> Sums<K, N> {
    let mut sums = Sums::new();
    for Added { on, key, figures } in things.filter(|thing| period.contains(thing.on)) {
        let year = yearly.then(|| SolarDate::from(on).year());
        add(sums.entry((year, key)).or_insert([0; N]), &figures);
    }
    sums
}

impl<K: Ord + Clone, const N: usize> Figures<K, N> {
    /// What things added before, they add now.
    pub fn change(&mut self, before: Vec<Added<K, N>>, after: Vec<Added<K, N>>) {
        if before == after {
            return;
        }
        before.iter().for_each(|thing| self.put(thing, -1));
        after.iter().for_each(|thing| self.put(thing, 1));
    }

    fn put(&mut self, Added { on, key, figures }: &Added<K, N>, sign: i64) {
        let by = self.by.entry(key.clone()).or_default();
        for (class, more) in figures.iter().enumerate().filter(|(_, more)| **more != 0) {
            by.add(*on, class, sign * more);
            self.total.add(*on, class, sign * more);
        }
    }

    /// All of a period.
    pub fn total(&self, period: Period) -> [i64; N] {
        within(&self.total, period)
    }

    /// Those of a period along the properties, and by year where years are told apart.
    pub fn sums(&self, period: Period, yearly: bool) -> Sums<K, N> {
        let mut sums = Sums::new();
        for (year, part) in self.parts(period, yearly) {
            let figures = self.by.iter().map(|(key, counts)| (key, within(counts, part)));
            let some = figures.filter(|(_, figures)| *figures != [0; N]);
            sums.extend(some.map(|(key, figures)| ((year, key.clone()), figures)));
        }
        sums
    }

    /// A period, or the years of it in which anything is.
    fn parts(&self, period: Period, yearly: bool) -> Vec<(Option<i16>, Period)> {
        if !yearly {
            return vec![(None, period)];
        }
        let Some((first, last)) = self.total.span() else { return Vec::new() };
        let years = first.max(SolarDate::from(period.from()).year())
            ..=last.min(SolarDate::from(period.last_day()).year());
        let part = |year| {
            let whole = Period::solar_year(year).ok()?;
            let (from, until) = (whole.from().max(period.from()), whole.until().min(period.until()));
            Some((Some(year), Period::new(from, until).ok()?))
        };
        years.filter_map(part).collect()
    }
}

fn within<const N: usize>(counts: &Counts<N>, period: Period) -> [i64; N] {
    let (mut more, before) = (counts.on(period.last_day()), counts.on(period.from().plus_days(-1)));
    more.iter_mut().zip(before).for_each(|(more, before)| *more -= before);
    more
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_the_things(
            things in prop::collection::vec((0_i32..1_500, 0_u8..3, 0_i64..9), 0..60),
            gone in prop::collection::vec(0_usize..60, 0..20),
            (from, days) in (-100_i32..1_600, 1_i32..900),
            yearly: bool,
        ) {
            let day = |days: i32| Date::from_days(17_000 + days).unwrap();
            let thing = |(on, key, more): &(i32, u8, i64)| {
                Added { on: day(*on), key: *key, figures: [1, *more] }
            };
            let mut figures = Figures::default();
            for one in &things {
                figures.change(Vec::new(), vec![thing(one)]);
            }
            let mut left: Vec<Option<_>> = things.iter().map(thing).map(Some).collect();
            for place in gone {
                if let Some(taken) = left.get_mut(place).and_then(Option::take) {
                    figures.change(vec![taken], Vec::new());
                }
            }
            let period = Period::new(day(from), day(from + days)).unwrap();
            let expected = summed(left.into_iter().flatten(), period, yearly);
            prop_assert_eq!(figures.sums(period, yearly), expected.clone());
            let mut total = [0; 2];
            expected.values().for_each(|more| add(&mut total, more));
            prop_assert_eq!(figures.total(period), total);
        }
    }
}
