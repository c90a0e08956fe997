//! Counts of units, as they are asked for: of any filter, by several properties at once.

use std::collections::BTreeMap;

use async_graphql::{Enum, SimpleObject};
use daftar_domain::reference::SizeClass as Size;
use daftar_domain::sme::{IdleReason as Reason, OperatingStatus as Doing};
use daftar_domain::value::{self, IsicCode};
use roaring::RoaringBitmap;

use super::filter::{IDLE_REASON, ISIC, PROVINCE, SIZE_CLASS, STATUS, SmeFilter};
use super::object::{IdleReason, OperatingStatus, SizeClass};
use crate::filter::{Filter, Scope, Sorts};
use crate::refusal::{Answer, Refusal};
use crate::scalar::ProvinceCode;
use crate::view::View;
use crate::view::facet::Facet;

/// What units can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SmeGroupBy {
    /// The province.
    Province,
    /// What it does.
    Status,
    /// Why it stands idle.
    IdleReason,
    /// The size by headcount.
    SizeClass,
    /// The division of ISIC Rev.4.
    IsicDivision,
}

/// What one count is of; what units are not told apart by is left out, as is what a unit has no value of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    province: Option<value::ProvinceCode>,
    status: Option<Doing>,
    reason: Option<Reason>,
    size: Option<Size>,
    division: Option<u8>,
}

/// How many units a group has.
#[derive(Clone, SimpleObject)]
pub struct SmeGroup {
    /// The province, when grouped by it.
    province: Option<ProvinceCode>,
    /// What they do, when grouped by it.
    status: Option<OperatingStatus>,
    /// Why they stand idle, when grouped by it; null for those that don't.
    idle_reason: Option<IdleReason>,
    /// The size, when grouped by it; null for those without a headcount.
    size_class: Option<SizeClass>,
    /// The division of ISIC Rev.4, two digits, when grouped by it.
    isic_division: Option<String>,
    /// How many units.
    count: u64,
}

/// Counts that are being made.
struct Counting<'a> {
    view: &'a View,
    by: &'a [SmeGroupBy],
    counts: BTreeMap<Key, u64>,
}

impl Counting<'_> {
    /// Parts the rows by the properties from number `next` on, by their bitmaps.
    fn part(&mut self, rows: &RoaringBitmap, next: usize, key: Key) {
        let lists = self.view.smes.lists();
        match self.by.get(next) {
            _ if rows.is_empty() => {}
            None => *self.counts.entry(key).or_default() += rows.len(),
            Some(SmeGroupBy::Province) => {
                self.by_facet(rows, next, &lists.provinces, |value| Key { province: value, ..key });
            }
            Some(SmeGroupBy::Status) => {
                self.by_facet(rows, next, &lists.statuses, |value| Key { status: value, ..key });
            }
            Some(SmeGroupBy::IdleReason) => {
                self.by_facet(rows, next, &lists.idle, |value| Key { reason: value, ..key });
            }
            Some(SmeGroupBy::SizeClass) => {
                self.by_facet(rows, next, &lists.sizes, |value| Key { size: value, ..key });
            }
            Some(SmeGroupBy::IsicDivision) => {
                self.by_facet(rows, next, &lists.divisions, |value| Key { division: value, ..key });
            }
        }
    }

    fn by_facet<V: Ord + Copy>(
        &mut self,
        rows: &RoaringBitmap,
        next: usize,
        facet: &Facet<V>,
        key: impl Fn(Option<V>) -> Key,
    ) {
        let mut left = rows.clone();
        for (value, of) in facet.iter() {
            let both = rows & &**of;
            left -= &both;
            self.part(&both, next + 1, key(Some(*value)));
        }
        self.part(&left, next + 1, key(None));
    }

    /// Counts a row by what it says of itself.
    fn add(&mut self, row: u32, on: Option<value::Date>) {
        fn of<V>(sorts: &Sorts<V>, view: &View, row: u32, on: Option<value::Date>) -> Option<V> {
            (sorts.of)(view, row, on)
        }
        let mut key = Key::default();
        for by in self.by {
            match by {
                SmeGroupBy::Province => key.province = of(&PROVINCE, self.view, row, on),
                SmeGroupBy::Status => key.status = of(&STATUS, self.view, row, on),
                SmeGroupBy::IdleReason => key.reason = of(&IDLE_REASON, self.view, row, on),
                SmeGroupBy::SizeClass => key.size = of(&SIZE_CLASS, self.view, row, on),
                SmeGroupBy::IsicDivision => {
                    key.division = of(&ISIC, self.view, row, on).map(IsicCode::division);
                }
            }
        }
        *self.counts.entry(key).or_default() += 1;
    }
}

/// How many units meet a filter, by some properties.
///
/// # Errors
/// What is wrong with the filter or the groups.
pub fn summary(
    view: &View,
    by: &[SmeGroupBy],
    filter: &SmeFilter,
    on: Option<value::Date>,
) -> Answer<Vec<SmeGroup>> {
    if by.iter().enumerate().any(|(index, one)| by[..index].contains(one)) {
        return Err(Refusal::Arguments("`groupBy` names something twice").into());
    }
    let condition = filter.condition(view, on.map_or(Scope::Now, Scope::On))?;
    let condition = condition.seen(&view.smes.lists().by_name);
    let all = u64::from(view.smes.rows.len());
    let may = condition.rows(view, all);
    let mut rows = RoaringBitmap::new();
    match may {
        Some(may) if condition.exact() => rows = (*may).clone(),
        Some(may) => rows.extend(may.iter().filter(|row| condition.holds(view, *row))),
        None => rows.extend((0..all as u32).filter(|row| condition.holds(view, *row))),
    }
    let mut counting = Counting { view, by, counts: BTreeMap::new() };
    match on {
        None => counting.part(&rows, 0, Key::default()),
        Some(_) => rows.iter().for_each(|row| counting.add(row, on)),
    }
    let mut groups: Vec<(Key, u64)> = counting.counts.into_iter().collect();
    groups.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(groups.into_iter().map(SmeGroup::from).collect())
}

impl From<(Key, u64)> for SmeGroup {
    fn from((key, count): (Key, u64)) -> Self {
        Self {
            province: key.province.map(Into::into),
            status: key.status.map(Into::into),
            idle_reason: key.reason.map(Into::into),
            size_class: key.size.map(Into::into),
            isic_division: key.division.map(|division| format!("{division:02}")),
            count,
        }
    }
}
