//! What sums of exports tell whoever may not read single ones.
//!
//! Guarantees: no sum is told that rests on fewer than [`EXPORTERS_LEAST`] exporters, nor one that leads to such a sum
//! when it is taken from the others of its answer; periods are whole Solar Hijri months, and the past can't be set
//! against the present, which differ by single records. Does not stop somebody who adds up many answers, or who asks
//! again after each event: see the pages of the schema. Must never change a sum: it is told exactly, or not at all.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Context;
use daftar_domain::policy::{DataClass, Reading};
use daftar_domain::value::{Period, SolarMonth};

use super::query::ExportFilter;
use super::row::Said;
use super::row::months::Cell;
use super::sums::{Grouping, Keeps, Key, each_key};
use crate::auth::scope::actor;
use crate::node::Reads;
use crate::refusal::Refusal;
use crate::view::View;

/// The fewest exporters that a sum is told of: the usual threshold of official statistics.
pub const EXPORTERS_LEAST: usize = 3;
/// By how many properties at once the sums may be told apart.
const GROUPS_MOST: usize = 2;

/// How closely somebody may look at sums of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// Whoever reads single exports reads every sum of them.
    Full,
    /// Only what tells of no single exporter.
    Guarded,
}

/// Exporters, as long as they are too few.
#[derive(Clone, Debug, Default)]
struct Few(BTreeSet<u64>);

impl Few {
    fn add(&mut self, exporter: u64) -> bool {
        self.0.len() < EXPORTERS_LEAST && self.0.insert(exporter) && self.0.len() == EXPORTERS_LEAST
    }

    fn are_enough(&self) -> bool {
        self.0.len() >= EXPORTERS_LEAST
    }
}

/// Who exported: the unit, or the company where none is named.
fn exporter(said: &Said) -> u64 {
    match (said.sme, said.emc) {
        (Some(sme), _) => sme.into(),
        (None, Some(emc)) => u64::from(emc) | 1 << 32,
        (None, None) => u64::MAX,
    }
}

impl Disclosure {
    /// How closely the caller may look.
    pub fn to(context: &Context<'_>) -> Self {
        match actor(context).reading(DataClass::Trade) {
            Reading::Allowed => Self::Full,
            Reading::WithinProvinces | Reading::Denied => Self::Guarded,
        }
    }

    /// Whether sums of a period may be asked for, in the newest view or another one.
    ///
    /// # Errors
    /// `CONFIDENTIAL`.
    pub fn period(self, reads: &Reads, period: Period) -> Result<(), Refusal> {
        let whole = [period.from(), period.until()].into_iter().all(|day| SolarMonth::of(day).start() == day);
        match self {
            Self::Full => Ok(()),
            Self::Guarded if reads.is_past() => {
                Err(Refusal::Confidential("sums of exports as of another moment differ by single exports"))
            }
            Self::Guarded if !whole => {
                Err(Refusal::Confidential("sums of exports are of whole Solar Hijri months"))
            }
            Self::Guarded => Ok(()),
        }
    }

    /// Whether sums may be narrowed and told apart like this.
    ///
    /// # Errors
    /// `CONFIDENTIAL`.
    pub fn question(self, filter: &ExportFilter, groups: usize) -> Result<(), Refusal> {
        match self {
            Self::Full => Ok(()),
            Self::Guarded if filter.asks_records() || filter.is_joined() => {
                Err(Refusal::Confidential("so narrow a filter leads to single exports"))
            }
            Self::Guarded if groups > GROUPS_MOST => {
                Err(Refusal::Confidential("sums that are told apart by so much lead to single exports"))
            }
            Self::Guarded => Ok(()),
        }
    }

    /// Leaves out the sums that would tell of single exporters.
    ///
    /// # Errors
    /// `CONFIDENTIAL` when all of them together do, or what the filter has left out.
    pub fn guard(
        self,
        view: &View,
        period: Period,
        grouping: Grouping,
        keeps: Keeps<'_>,
        mut cells: BTreeMap<Key, Cell>,
    ) -> Result<BTreeMap<Key, Cell>, Refusal> {
        if self == Self::Full || cells.is_empty() {
            return Ok(cells);
        }
        let Behind { by_key, all, rest } = behind(view, period, grouping, keeps, cells.len());
        if !all.are_enough() || !(rest.0.is_empty() || rest.are_enough()) {
            return Err(Refusal::Confidential("too few exporters stand behind the sum"));
        }
        let mut hidden: BTreeSet<Key> =
            cells.keys().filter(|key| by_key.get(key).is_none_or(|few| !few.are_enough())).copied().collect();
        while let Some(more) = betrayed(&cells, &by_key, &hidden) {
            hidden.insert(more);
        }
        cells.retain(|key, _| !hidden.contains(key));
        Ok(cells)
    }
}

/// Who stands behind sums.
#[derive(Default)]
struct Behind {
    by_key: BTreeMap<Key, Few>,
    all: Few,
    /// Behind what the filter has left out.
    rest: Few,
}

/// Reads the records of a period until enough is known of every sum.
fn behind(view: &View, period: Period, grouping: Grouping, keeps: Keeps<'_>, keys: usize) -> Behind {
    let mut behind = Behind::default();
    let mut enough = 0;
    each_key(view, period, grouping, |said, key| {
        if !keeps.is_none_or(|keeps| keeps(&said.dimensions())) {
            behind.rest.add(exporter(said));
            return true;
        }
        behind.all.add(exporter(said));
        enough += usize::from(behind.by_key.entry(key).or_default().add(exporter(said)));
        enough < keys || keeps.is_some() && !behind.rest.are_enough()
    });
    behind
}

/// What takes one property off a key: along it, sums add up to one that can be asked for.
const LINES: [fn(Key) -> Key; 6] = [
    |key| Key { time: None, ..key },
    |key| Key { group: None, ..key },
    |key| Key { destination: None, ..key },
    |key| Key { neighbours: None, ..key },
    |key| Key { province: None, ..key },
    |key| Key { channel: None, ..key },
];

/// The smallest sum of a line whose hidden ones are of too few exporters together: subtracting the others from the
/// line's own sum would tell them.
fn betrayed(cells: &BTreeMap<Key, Cell>, by_key: &BTreeMap<Key, Few>, hidden: &BTreeSet<Key>) -> Option<Key> {
    for line in LINES {
        let mut behind: BTreeMap<Key, Few> = BTreeMap::new();
        for key in hidden.iter().filter(|key| line(**key) != **key) {
            let few = behind.entry(line(*key)).or_default();
            by_key.get(key).into_iter().flat_map(|few| &few.0).for_each(|exporter| {
                few.add(*exporter);
            });
        }
        behind.retain(|_, few| !few.are_enough());
        let shown =
            cells.iter().filter(|(key, _)| !hidden.contains(key) && behind.contains_key(&line(**key)));
        if let Some((smallest, _)) = shown.min_by_key(|(_, cell)| cell.cents) {
            return Some(*smallest);
        }
    }
    None
}
