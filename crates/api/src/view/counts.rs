//! How many there were on a day: changes by day, summed by Solar Hijri month.
//!
//! A count on any past date adds at most the months before or after it, whichever are fewer, and the days of one
//! month. Changes may come in any order, back-dated ones among them, and take back exactly what they once added.

use std::collections::BTreeMap;
use std::sync::Arc;

use daftar_domain::value::{Date, Period, SolarMonth};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug)]
struct Month<const N: usize> {
    sum: [i64; N],
    days: BTreeMap<Date, [i64; N]>,
}

/// Counts of `N` classes on every day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Changes", from = "Changes")]
pub struct Counts<const N: usize> {
    months: OrdMap<i32, Arc<Month<N>>>,
    total: [i64; N],
}

impl<const N: usize> Default for Counts<N> {
    fn default() -> Self {
        Self { months: OrdMap::new(), total: [0; N] }
    }
}

/// What a snapshot holds of them: by day and class, how many more there are from then on.
#[derive(Serialize, Deserialize)]
struct Changes(Vec<(Date, usize, i64)>);

impl<const N: usize> From<Counts<N>> for Changes {
    fn from(counts: Counts<N>) -> Self {
        let days = counts.months.values().flat_map(|month| &month.days);
        let changes = days.flat_map(|(day, more)| (0..).zip(more).map(|(class, more)| (*day, class, *more)));
        Self(changes.filter(|(.., more)| *more != 0).collect())
    }
}

impl<const N: usize> From<Changes> for Counts<N> {
    fn from(Changes(changes): Changes) -> Self {
        let mut counts = Self::default();
        for (from, class, more) in changes {
            counts.add(from, class, more);
        }
        counts
    }
}

impl<const N: usize> Counts<N> {
    /// From a day on there are so many more of a class.
    pub fn add(&mut self, from: Date, class: usize, more: i64) {
        let ordinal = SolarMonth::of(from).ordinal();
        let month = self
            .months
            .entry(ordinal)
            .or_insert_with(|| Arc::new(Month { sum: [0; N], days: BTreeMap::new() }));
        let month = Arc::make_mut(month);
        month.sum[class] += more;
        month.days.entry(from).or_insert([0; N])[class] += more;
        self.total[class] += more;
    }

    /// How many there are of each class on a day.
    pub fn on(&self, on: Date) -> [i64; N] {
        let ordinal = SolarMonth::of(on).ordinal();
        let mut counts = [0; N];
        let mut sum = |month: &[i64; N], sign: i64| {
            counts.iter_mut().zip(month).for_each(|(count, more)| *count += sign * more);
        };
        let last = self.months.get_max().map_or(i32::MIN, |(last, _)| *last);
        let first = self.months.get_min().map_or(i32::MAX, |(first, _)| *first);
        if last.saturating_sub(ordinal) < ordinal.saturating_sub(first) {
            sum(&self.total, 1);
            for (_, month) in self.months.range(ordinal..) {
                sum(&month.sum, -1);
            }
        } else {
            for (_, month) in self.months.range(..ordinal) {
                sum(&month.sum, 1);
            }
        }
        if let Some(month) = self.months.get(&ordinal) {
            month.days.range(..=on).for_each(|(_, day)| sum(day, 1));
        }
        counts
    }

    /// The first and the last Solar Hijri year in which something changed.
    pub fn span(&self) -> Option<(i16, i16)> {
        let year = |ordinal: i32| SolarMonth::from_ordinal(ordinal).map(SolarMonth::year);
        let (first, last) = (self.months.get_min()?.0, self.months.get_max()?.0);
        Some((year(first)?, year(last)?))
    }

    /// What the days of a period add to each class, by the ordinal of the Solar Hijri month.
    pub fn within(&self, period: Period) -> impl Iterator<Item = (i32, [i64; N])> + '_ {
        let ordinals = [period.from(), period.last_day()].map(|day| SolarMonth::of(day).ordinal());
        self.months.range(ordinals[0]..=ordinals[1]).map(move |(ordinal, month)| {
            if ordinals[0] < *ordinal && *ordinal < ordinals[1] {
                return (*ordinal, month.sum);
            }
            let mut sum = [0; N];
            for (_, day) in month.days.range(period.from()..period.until()) {
                sum.iter_mut().zip(day).for_each(|(sum, more)| *sum += more);
            }
            (*ordinal, sum)
        })
    }

    /// How many there are of each class after the last change.
    pub fn latest(&self) -> [i64; N] {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_the_sum_of_changes(
            changes in prop::collection::vec((0_i32..2_000, 0_usize..3, -2_i64..3), 0..200),
            asked in prop::collection::vec(-100_i32..2_200, 1..20),
        ) {
            let day = |days: i32| Date::from_days(17_000 + days).unwrap();
            let mut counts = Counts::<3>::default();
            for (from, class, more) in &changes {
                counts.add(day(*from), *class, *more);
            }
            for pair in asked.windows(2).filter(|pair| pair[0] < pair[1]) {
                let period = Period::new(day(pair[0]), day(pair[1])).unwrap();
                let mut within = [0; 3];
                for (_, more) in counts.within(period) {
                    within.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
                }
                let mut expected = [0; 3];
                changes.iter().filter(|(from, ..)| (pair[0]..pair[1]).contains(from)).for_each(|(_, class, more)| expected[*class] += more);
                prop_assert_eq!(within, expected);
            }
            for on in asked {
                let mut expected = [0; 3];
                changes.iter().filter(|(from, ..)| *from <= on).for_each(|(_, class, more)| expected[*class] += more);
                prop_assert_eq!(counts.on(day(on)), expected);
            }
        }
    }
}
