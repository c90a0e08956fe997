//! How the exports of the nine months are divided, to the cent: by group, channel, month and destination at once, and
//! among the exporters.
//!
//! Guarantees that each of the four divisions has exactly the sums of the tables, and that exporters follow Zipf's law
//! exactly (exponent 0.8). Pure numbers: nothing here knows a unit.

use daftar_domain::export::Channel;
use daftar_domain::value::{CommodityGroup, CountryCode};

use super::apportion::{largest_remainder, zipf};
use super::random::Random;
use super::totals::{
    CENTS, CONSORTIUM_CENTS, DESTINATIONS, EMC_CENTS, EXPORTERS, GROUPS, MONTHS, OTHER_DESTINATIONS,
};

/// The channels of a group, in the order of its pools.
const CHANNELS: [Channel; 3] = [Channel::Direct, Channel::Consortium, Channel::Emc];

/// The exports of one group through one channel.
pub(super) struct Pool {
    pub(super) group: CommodityGroup,
    pub(super) channel: Channel,
    /// By month and destination.
    pub(super) cells: Vec<Cell>,
}

/// The exports of one pool in one month to one destination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Farvardin is 1.
    pub(super) month: u8,
    /// Its place among the [`destinations`].
    pub(super) destination: u8,
    pub(super) cents: u64,
}

/// What one exporter exports through one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The pool's place among the pools.
    pub(super) pool: usize,
    pub(super) cents: u64,
}

/// The destinations: those with a share of their own, then those that share one.
pub(super) fn destinations() -> Vec<CountryCode> {
    let codes = DESTINATIONS.iter().map(|(code, _)| code).chain(OTHER_DESTINATIONS.0);
    codes.map(|code| code.parse().expect("two capital letters")).collect()
}

/// The cents of each destination, in the order of [`destinations`].
pub(super) fn destination_cents() -> Vec<u64> {
    let (others, percent) = OTHER_DESTINATIONS;
    let percents: Vec<u64> = DESTINATIONS.iter().map(|(_, percent)| *percent).chain([percent]).collect();
    let mut cents = largest_remainder(CENTS, &percents);
    let shared = cents.pop().expect("the last part is that of the others");
    cents.extend(largest_remainder(shared, &vec![1; others.len()]));
    cents
}

/// The cents of each month, from Farvardin.
pub(super) fn month_cents() -> Vec<u64> {
    largest_remainder(CENTS, &MONTHS)
}

/// The cents of each channel.
pub(super) fn channel_cents(channel: Channel) -> u64 {
    match channel {
        Channel::Direct => CENTS - CONSORTIUM_CENTS - EMC_CENTS,
        Channel::Consortium => CONSORTIUM_CENTS,
        Channel::Emc => EMC_CENTS,
    }
}

/// Divides the exports in all four ways at once, as if the ways were independent. Every cell gets its product rounded
/// down, which passes no sum; the cents that are left in each way are then laid side by side.
pub(super) fn pools(random: &mut Random) -> Vec<Pool> {
    let groups = GROUPS.map(|(_, cents)| cents).to_vec();
    let channels = CHANNELS.map(channel_cents).to_vec();
    let (months, destinations) = (month_cents(), destination_cents());
    let part = |whole: u64, of: u64| (u128::from(whole) * u128::from(of) / u128::from(CENTS)) as u64;
    let mut left = [groups.clone(), channels.clone(), months.clone(), destinations.clone()];
    let mut pools = Vec::new();
    for (group, group_cents) in groups.iter().enumerate() {
        for (channel, channel_cents) in channels.iter().enumerate() {
            let mut cells = Vec::with_capacity(months.len() * destinations.len());
            for (month, month_cents) in months.iter().enumerate() {
                for (destination, destination_cents) in destinations.iter().enumerate() {
                    let cents =
                        part(part(part(*group_cents, *channel_cents), *month_cents), *destination_cents);
                    for (way, place) in left.iter_mut().zip([group, channel, month, destination]) {
                        way[place] -= cents;
                    }
                    cells.push(Cell { month: month as u8 + 1, destination: destination as u8, cents });
                }
            }
            pools.push(Pool { group: GROUPS[group].0, channel: CHANNELS[channel], cells });
        }
    }
    let [groups, channels, months, destinations] = left.map(|way| single_cents(random, &way));
    for (((group, channel), month), destination) in
        groups.into_iter().zip(channels).zip(months).zip(destinations)
    {
        let cell = month * destination_count() + destination;
        pools[group * CHANNELS.len() + channel].cells[cell].cents += 1;
    }
    pools
}

fn destination_count() -> usize {
    DESTINATIONS.len() + OTHER_DESTINATIONS.0.len()
}

/// The place of each single cent, in any order.
fn single_cents(random: &mut Random, cents: &[u64]) -> Vec<usize> {
    let mut places: Vec<usize> = cents
        .iter()
        .enumerate()
        .flat_map(|(place, cents)| std::iter::repeat_n(place, *cents as usize))
        .collect();
    random.shuffle(&mut places);
    places
}

/// What each exporter exports through which pools, by rank. The first part is its main one.
///
/// Each rank goes to the pool that lacks most. What then lacks or exceeds is settled by exporters of two channels, and
/// between groups by exporters of two groups: a handful of the larger ones.
pub(super) fn exporters(pools: &[Pool]) -> Vec<Vec<Part>> {
    let mut lacks: Vec<i64> =
        pools.iter().map(|pool| pool.cells.iter().map(|cell| cell.cents as i64).sum()).collect();
    let shares = largest_remainder(CENTS, &zipf(EXPORTERS));
    let mut exporters: Vec<Vec<Part>> = shares
        .into_iter()
        .map(|cents| {
            let pool = (0..lacks.len()).max_by_key(|pool| (lacks[*pool], *pool)).expect("there are pools");
            lacks[pool] -= cents as i64;
            vec![Part { pool, cents }]
        })
        .collect();
    for direct in (0..pools.len()).step_by(CHANNELS.len()) {
        for other in [direct + 1, direct + 2] {
            settle(&mut exporters, &mut lacks, direct, other);
        }
    }
    for direct in (CHANNELS.len()..pools.len()).step_by(CHANNELS.len()) {
        settle(&mut exporters, &mut lacks, 0, direct);
    }
    assert!(lacks.iter().all(|lack| *lack == 0), "what the pools hold is what the exporters export");
    exporters
}

/// Lets the largest exporter of one of two pools export so much through the other that the second has its sum.
fn settle(exporters: &mut [Vec<Part>], lacks: &mut [i64], first: usize, second: usize) {
    let (from, to) = if lacks[second] > 0 { (first, second) } else { (second, first) };
    let cents = lacks[second].unsigned_abs();
    if cents == 0 {
        return;
    }
    let giver = exporters
        .iter_mut()
        .find(|parts| parts[0].pool == from && parts[0].cents > 2 * cents)
        .expect("the largest exporter of a pool exports more than what is left over");
    giver[0].cents -= cents;
    giver.push(Part { pool: to, cents });
    lacks[to] -= cents as i64;
    lacks[from] += cents as i64;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(cells: impl Iterator<Item = u64>) -> u64 {
        cells.sum()
    }

    #[test]
    fn every_way_of_dividing_has_its_sums() {
        let pools = pools(&mut Random::new(1, "trade"));
        let cells = || pools.iter().flat_map(|pool| pool.cells.iter().map(move |cell| (pool, cell)));
        for (group, cents) in GROUPS {
            let of = cells().filter(|(pool, _)| pool.group == group);
            assert_eq!(sum(of.map(|(_, cell)| cell.cents)), cents);
        }
        for channel in CHANNELS {
            let of = cells().filter(|(pool, _)| pool.channel == channel);
            assert_eq!(sum(of.map(|(_, cell)| cell.cents)), channel_cents(channel));
        }
        for (month, cents) in (1..).zip(month_cents()) {
            let of = cells().filter(|(_, cell)| cell.month == month);
            assert_eq!(sum(of.map(|(_, cell)| cell.cents)), cents);
        }
        for (destination, cents) in (0..).zip(destination_cents()) {
            let of = cells().filter(|(_, cell)| cell.destination == destination);
            assert_eq!(sum(of.map(|(_, cell)| cell.cents)), cents);
        }
    }

    #[test]
    fn exporters_follow_their_law_and_fill_the_pools() {
        let pools = pools(&mut Random::new(1, "trade"));
        let exporters = exporters(&pools);
        let shares = largest_remainder(CENTS, &zipf(EXPORTERS));
        let exported: Vec<u64> =
            exporters.iter().map(|parts| parts.iter().map(|part| part.cents).sum()).collect();
        assert_eq!(exported, shares);
        for (place, pool) in pools.iter().enumerate() {
            let parts = exporters.iter().flatten().filter(|part| part.pool == place);
            assert_eq!(sum(parts.map(|part| part.cents)), sum(pool.cells.iter().map(|cell| cell.cents)));
        }
        assert!(exporters.iter().filter(|parts| parts.len() > 1).count() <= 20);
    }
}
