//! Sums of exports, as they are asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::value::{Period, SolarMonth, share};

use super::disclosure::Disclosure;
use super::object::{Channel, CommodityGroup};
use super::query::ExportFilter;
use super::row::Said;
use super::row::months::Cell;
use super::sums::{Grouping, Key, Time, sums, sums_of};
use crate::connection::PAGE_MOST;
use crate::filter::{Filter, Scope};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{self, CountryCode, Decimal, ProvinceCode, SolarMonthText};
use crate::view::View;
use crate::view::condition::Condition;
use crate::view::order::Sorted;

/// What exports can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GroupBy {
    /// The Solar Hijri month.
    Month,
    /// The quarter of the Solar Hijri year.
    Quarter,
    /// The Solar Hijri year.
    Year,
    /// The commodity group.
    CommodityGroup,
    /// The country of destination.
    Destination,
    /// Whether the destination is a neighbouring country.
    Neighbours,
    /// The province of the unit on the date of the export; exports without a unit have none.
    Province,
    /// The way by which it reached its market.
    Channel,
}

/// What the exports of a group sum to.
#[derive(Clone, SimpleObject)]
pub struct ExportGroup {
    /// The Solar Hijri month, when grouped by it.
    month: Option<scalar::SolarMonth>,
    /// The quarter of the year, 1 to 4, when grouped by it.
    quarter: Option<i32>,
    /// The Solar Hijri year, when grouped by time.
    year: Option<i32>,
    /// The commodity group, when grouped by it.
    commodity_group: Option<CommodityGroup>,
    /// The country of destination, when grouped by it.
    country: Option<CountryCode>,
    /// Whether the destination is a neighbouring country, when grouped by it.
    neighbour: Option<bool>,
    /// The province of the unit, when grouped by it; null for exports without a unit.
    province: Option<ProvinceCode>,
    /// Whether these are the exports without a unit, when grouped by province.
    unattributed: Option<bool>,
    /// The channel, when grouped by it.
    channel: Option<Channel>,
    /// How many records.
    count: i64,
    /// Their value, in US dollars.
    value_usd: Decimal,
    /// Their net weight, in kg.
    net_weight: Decimal,
    /// Their share in the value of all groups; null when that is zero.
    share: Option<Decimal>,
}

fn grouping(by: &[GroupBy]) -> Result<Grouping, Refusal> {
    let mut grouping = Grouping::default();
    for (index, one) in by.iter().enumerate() {
        if by[..index].contains(one) {
            return Err(Refusal::Arguments("`groupBy` names something twice"));
        }
        match one {
            GroupBy::Month => grouping.time = grouping.time.max(Some(Time::Month)),
            GroupBy::Quarter => grouping.time = grouping.time.max(Some(Time::Quarter)),
            GroupBy::Year => grouping.time = grouping.time.max(Some(Time::Year)),
            GroupBy::CommodityGroup => grouping.group = true,
            GroupBy::Destination => grouping.destination = true,
            GroupBy::Neighbours => grouping.neighbours = true,
            GroupBy::Province => grouping.province = true,
            GroupBy::Channel => grouping.channel = true,
        }
    }
    if by.is_empty() { Err(Refusal::Arguments("`groupBy` is empty")) } else { Ok(grouping) }
}

/// What the exports of a period sum to.
///
/// # Errors
/// What is wrong with the period, the groups or the filter; `CONFIDENTIAL`.
pub fn summary(
    view: &View,
    disclosure: Disclosure,
    period: &PeriodInput,
    by: &[GroupBy],
    filter: &ExportFilter,
) -> Answer<Vec<ExportGroup>> {
    let (period, grouping) = (period.period()?, grouping(by)?);
    disclosure.question(filter, by.len())?;
    let condition = filter.condition(view, Scope::Now)?;
    let keeps = filter.keeps(view)?.filter(|_| !condition.is_everything());
    let cells = match &keeps {
        _ if condition.is_everything() => sums(view, period, grouping, None),
        Some(keep) => sums(view, period, grouping, Some(&**keep)),
        None => {
            let of_period = Condition::Within(view.exports.of_period(period));
            let condition = Condition::All(vec![of_period, condition]);
            let rows = condition.rows(view, view.exports.lists().by_date.rows()).unwrap_or_default();
            let held = rows.iter().filter(|row| condition.holds(view, *row)).collect();
            sums_of(view, period, grouping, &held)
        }
    };
    let total: i128 = cells.values().map(|cell| cell.cents).sum();
    let cells = disclosure.guard(view, period, grouping, keeps.as_deref(), cells)?;
    let mut groups: Vec<(&Key, &Cell)> = cells.iter().collect();
    groups.sort_by_key(|(key, cell)| (key.time, Reverse(cell.cents)));
    Ok(groups.into_iter().map(|(key, cell)| ExportGroup::new(grouping.time, key, cell, total)).collect())
}

impl ExportGroup {
    fn new(time: Option<Time>, key: &Key, cell: &Cell, total: i128) -> Self {
        let month = key.time.and_then(SolarMonth::from_ordinal);
        Self {
            month: month.filter(|_| time == Some(Time::Month)).map(|month| SolarMonthText(month).into()),
            quarter: month.filter(|_| time >= Some(Time::Quarter)).map(|month| month.quarter().into()),
            year: month.map(|month| month.year().into()),
            commodity_group: key.group.map(Into::into),
            country: key.destination.map(Into::into),
            neighbour: key.neighbours,
            province: key.province.flatten().map(Into::into),
            unattributed: key.province.map(|province| province.is_none()),
            channel: key.channel.map(Into::into),
            count: cell.count,
            value_usd: Decimal::cents(cell.cents),
            net_weight: Decimal::grams(cell.grams),
            share: share(cell.cents, total).map(Into::into),
        }
    }
}

/// What exports sum to.
#[derive(Clone, SimpleObject)]
pub struct ExportTotals {
    /// How many records.
    count: i64,
    /// Their value, in US dollars.
    value_usd: Decimal,
    /// Their net weight, in kg.
    net_weight: Decimal,
}

impl ExportTotals {
    /// The sum of records.
    pub fn sum<'a>(exports: impl Iterator<Item = &'a Said>) -> Self {
        let mut total = Cell::default();
        exports.for_each(|export| total += &export.cell());
        Self {
            count: total.count,
            value_usd: Decimal::cents(total.cents),
            net_weight: Decimal::grams(total.grams),
        }
    }
}

macro_rules! shares {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty })+) => {$(
        $(#[$doc])*
        #[derive(Clone, SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: $type,
            /// How many records.
            count: i64,
            /// Their value, in US dollars.
            value_usd: Decimal,
            /// Their net weight, in kg.
            net_weight: Decimal,
            /// Their share in the value of the period's exports; null when that is zero.
            share: Option<Decimal>,
        }

        impl $name {
            fn new($field: $type, cell: &Cell, total: i128) -> Self {
                Self {
                    $field,
                    count: cell.count,
                    value_usd: Decimal::cents(cell.cents),
                    net_weight: Decimal::grams(cell.grams),
                    share: share(cell.cents, total).map(Into::into),
                }
            }
        }
    )+};
}

shares! {
    /// What the exports of a commodity group sum to.
    CommodityGroupShare {
        /// The group.
        commodity_group: CommodityGroup
    }
    /// What the exports to a country sum to.
    DestinationShare {
        /// The country.
        country: CountryCode
    }
    /// What the exports of the units of a province sum to.
    ProvinceShare {
        /// The province of the unit on the date of the export; null for exports without a unit.
        province: Option<ProvinceCode>
    }
    /// What the exports by one way sum to.
    ChannelShare {
        /// The way.
        channel: Channel
    }
    /// What the exports of a month sum to.
    MonthShare {
        /// The Solar Hijri month.
        month: scalar::SolarMonth
    }
}

/// The exports of a period.
#[derive(Clone)]
pub struct PeriodExports {
    view: Arc<View>,
    period: Period,
    disclosure: Disclosure,
    total: Cell,
}

impl PeriodExports {
    /// The exports of a period, which `disclosure` has allowed.
    ///
    /// # Errors
    /// `CONFIDENTIAL` when too few exporters stand behind them.
    pub fn new(view: &Arc<View>, period: Period, disclosure: Disclosure) -> Result<Self, Refusal> {
        let all = Grouping::default();
        let total = disclosure.guard(view, period, all, None, sums(view, period, all, None))?;
        let total = total.into_values().next().unwrap_or_default();
        Ok(Self { view: Arc::clone(view), period, disclosure, total })
    }

    /// Their value, in US cents.
    pub fn cents(&self) -> i128 {
        self.total.cents
    }

    /// The sums that may be told.
    fn sums(&self, grouping: Grouping) -> Result<BTreeMap<Key, Cell>, Refusal> {
        let cells = sums(&self.view, self.period, grouping, None);
        self.disclosure.guard(&self.view, self.period, grouping, None, cells)
    }

    /// The greatest groups first.
    fn ranked<T>(
        &self,
        grouping: Grouping,
        first: Option<i32>,
        make: impl Fn(&Key, &Cell, i128) -> T,
    ) -> Answer<Vec<T>> {
        let asked = first.unwrap_or(PAGE_MOST as i32);
        let first = match usize::try_from(asked) {
            Ok(first) if first <= PAGE_MOST => first,
            _ => {
                return Err(
                    Refusal::PageSize { argument: "first", asked: asked.into(), most: PAGE_MOST }.into()
                );
            }
        };
        let (cells, total) = (self.sums(grouping)?, self.total.cents);
        let mut groups: Vec<(&Key, &Cell)> = cells.iter().collect();
        groups.sort_by_key(|(_, cell)| Reverse(cell.cents));
        Ok(groups.into_iter().take(first).map(|(key, cell)| make(key, cell, total)).collect())
    }
}

/// The exports of a period that stand, and what they sum to. Groups come with the greatest value first; one that has
/// no export is left out, and for whoever may not read single exports one that would tell of fewer than 3 exporters.
#[Object]
impl PeriodExports {
    /// How many records.
    fn count(&self) -> i64 {
        self.total.count
    }

    /// Their value, in US dollars.
    fn value_usd(&self) -> Decimal {
        Decimal::cents(self.cents())
    }

    /// Their net weight, in kg.
    fn net_weight(&self) -> Decimal {
        Decimal::grams(self.total.grams)
    }

    /// By commodity group.
    fn by_commodity_group(
        &self,
        #[graphql(desc = "Only the first so many, at most 100.")] first: Option<i32>,
    ) -> Option<Answer<Vec<CommodityGroupShare>>> {
        Some(self.ranked(Grouping { group: true, ..Grouping::default() }, first, |key, cell, total| {
            let group = key.group.expect("sums are by group");
            CommodityGroupShare::new(group.into(), cell, total)
        }))
    }

    /// By country of destination.
    fn by_destination(
        &self,
        #[graphql(desc = "Only the first so many, at most 100.")] first: Option<i32>,
    ) -> Option<Answer<Vec<DestinationShare>>> {
        Some(self.ranked(Grouping { destination: true, ..Grouping::default() }, first, |key, cell, total| {
            let country = key.destination.expect("sums are by destination");
            DestinationShare::new(country.into(), cell, total)
        }))
    }

    /// By province of the unit.
    fn by_province(
        &self,
        #[graphql(desc = "Only the first so many, at most 100.")] first: Option<i32>,
    ) -> Option<Answer<Vec<ProvinceShare>>> {
        Some(self.ranked(Grouping { province: true, ..Grouping::default() }, first, |key, cell, total| {
            ProvinceShare::new(key.province.flatten().map(Into::into), cell, total)
        }))
    }

    /// By the way by which they reached their market.
    fn by_channel(&self) -> Option<Answer<Vec<ChannelShare>>> {
        Some(self.ranked(Grouping { channel: true, ..Grouping::default() }, None, |key, cell, total| {
            let channel = key.channel.expect("sums are by channel");
            ChannelShare::new(channel.into(), cell, total)
        }))
    }

    /// By Solar Hijri month, in order.
    fn by_month(&self) -> Answer<Vec<MonthShare>> {
        let cells = self.sums(Grouping { time: Some(Time::Month), ..Grouping::default() })?;
        let total = self.total.cents;
        let months = cells.iter().filter_map(|(key, cell)| {
            let month = SolarMonth::from_ordinal(key.time?)?;
            Some(MonthShare::new(SolarMonthText(month).into(), cell, total))
        });
        Ok(months.collect())
    }
}
