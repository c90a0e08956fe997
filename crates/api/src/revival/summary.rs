//! The outcome of the revival of idle units, as it is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::sme::IdleReason as Reason;
use daftar_domain::value::{self, Period, SolarMonth, Usd};

use super::outcome::{BANDS, Class, Kind, Tally};
use crate::refusal::{Answer, Refusal};
use crate::scalar::{self, Decimal, ProvinceCode, SolarMonthText};
use crate::sme::IdleReason;
use crate::view::View;

/// What the outcome of revival cases can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RevivalGroupBy {
    /// The Solar Hijri month.
    Month,
    /// The quarter of the Solar Hijri year.
    Quarter,
    /// The Solar Hijri year.
    Year,
    /// The province of the unit.
    Province,
    /// What the industrial clinic found, or why the unit stood idle where there is no diagnosis.
    Reason,
}

/// The outcome of the revival cases of a group.
#[derive(Clone, SimpleObject)]
pub struct RevivalGroup {
    /// The Solar Hijri month, when grouped by it.
    month: Option<scalar::SolarMonth>,
    /// The quarter of the year, 1 to 4, when grouped by it.
    quarter: Option<i32>,
    /// The Solar Hijri year, when grouped by time.
    year: Option<i32>,
    /// The province of the unit, when grouped by it.
    province: Option<ProvinceCode>,
    /// What the clinic found, or why the unit stood idle, when grouped by it.
    reason: Option<IdleReason>,
    /// Cases that were opened.
    opened: i64,
    /// Units that were revived.
    revived: i64,
    /// Cases that were abandoned.
    abandoned: i64,
    /// Jobs brought back.
    jobs: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The first month of the time, as an ordinal.
    time: Option<i32>,
    province: Option<value::ProvinceCode>,
    reason: Option<Reason>,
}

/// Which groups there are, in the order of time, province and reason.
fn grouped(
    tallies: &BTreeMap<(i32, Kind), Tally>,
    by: &[RevivalGroupBy],
) -> Result<Vec<RevivalGroup>, Refusal> {
    if by.iter().enumerate().any(|(index, one)| by[..index].contains(one)) {
        return Err(Refusal::Arguments("`groupBy` names something twice"));
    }
    let has = |one: RevivalGroupBy| by.contains(&one);
    let mut groups: BTreeMap<Key, Tally> = BTreeMap::new();
    for ((month, kind), tally) in tallies {
        let time = match () {
            () if has(RevivalGroupBy::Month) => Some(*month),
            () if has(RevivalGroupBy::Quarter) => Some(month - month.rem_euclid(3)),
            () if has(RevivalGroupBy::Year) => Some(month - month.rem_euclid(12)),
            () => None,
        };
        let key = Key {
            time,
            province: has(RevivalGroupBy::Province).then_some(kind.province),
            reason: kind.reason.filter(|_| has(RevivalGroupBy::Reason)),
        };
        add(groups.entry(key).or_default(), tally);
    }
    if by.is_empty() && groups.is_empty() {
        groups.insert(Key::default(), Tally::default());
    }
    let group = |(key, tally): (Key, Tally)| {
        let month = key.time.and_then(SolarMonth::from_ordinal);
        RevivalGroup {
            month: month.filter(|_| has(RevivalGroupBy::Month)).map(|month| SolarMonthText(month).into()),
            quarter: month.filter(|_| has(RevivalGroupBy::Quarter)).map(|month| month.quarter().into()),
            year: month.map(|month| month.year().into()),
            province: key.province.map(Into::into),
            reason: key.reason.map(Into::into),
            opened: tally[Class::Opened as usize],
            revived: tally[Class::Revived as usize],
            abandoned: tally[Class::Abandoned as usize],
            jobs: tally[Class::Jobs as usize],
        }
    };
    Ok(groups.into_iter().map(group).collect())
}

fn add(sum: &mut Tally, more: &Tally) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// The outcome of the revival cases of a period.
///
/// # Errors
/// `INVALID_ARGUMENT` for a group that is named twice.
pub fn summary(view: &View, period: Period, by: &[RevivalGroupBy]) -> Answer<Vec<RevivalGroup>> {
    Ok(grouped(&view.revival_outcomes().within(period), by)?)
}

/// The bands in which the share of a capacity lies that a unit uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CapacityBand {
    /// Over 70 percent.
    #[graphql(name = "OVER_70")]
    Over70,
    /// From 50 to 70 percent.
    #[graphql(name = "FROM_50_TO_70")]
    From50To70,
    /// Under 50 percent.
    #[graphql(name = "UNDER_50")]
    Under50,
}

/// How many revived units use so much of their capacity.
#[derive(Clone, SimpleObject)]
pub struct CapacityBandShift {
    /// The share of the capacity.
    band: CapacityBand,
    /// Units that used so much last before they stood idle.
    before: i64,
    /// Units that use so much since their revival.
    after: i64,
}

/// What units exported on and after the day of their first revival.
#[derive(Clone, SimpleObject)]
pub struct RevivedExports {
    /// How many records.
    count: i64,
    /// Their value, in US dollars.
    value_usd: Decimal,
    /// The value of those that went to neighbouring countries, in US dollars.
    neighbours_usd: Decimal,
}

/// The revival of idle units in a period.
pub struct PeriodRevivals {
    view: Arc<View>,
    period: Period,
    tallies: BTreeMap<(i32, Kind), Tally>,
    sum: Tally,
}

impl PeriodRevivals {
    /// The revival of idle units in a period.
    pub fn new(view: &Arc<View>, period: Period) -> Self {
        let tallies = view.revival_outcomes().within(period);
        let mut sum = Tally::default();
        tallies.values().for_each(|tally| add(&mut sum, tally));
        Self { view: Arc::clone(view), period, tallies, sum }
    }

    fn by(&self, by: RevivalGroupBy) -> Vec<RevivalGroup> {
        grouped(&self.tallies, &[by]).expect("one group is not named twice")
    }
}

/// The revival of idle units in a period: what happened in it, and what stands on its last day.
#[Object]
impl PeriodRevivals {
    /// Cases that were opened.
    fn opened(&self) -> i64 {
        self.sum[Class::Opened as usize]
    }

    /// Units that were revived.
    fn revived(&self) -> i64 {
        self.sum[Class::Revived as usize]
    }

    /// Cases that were abandoned.
    fn abandoned(&self) -> i64 {
        self.sum[Class::Abandoned as usize]
    }

    /// Cases that are open at the end of the last day.
    fn open(&self) -> i64 {
        self.view.revival_outcomes().open_on(self.period.last_day())
    }

    /// Jobs brought back.
    fn jobs(&self) -> i64 {
        self.sum[Class::Jobs as usize]
    }

    /// The same by reason: what the clinic found, or why the unit stood idle where there is no diagnosis.
    fn by_reason(&self) -> Vec<RevivalGroup> {
        self.by(RevivalGroupBy::Reason)
    }

    /// The same by province.
    fn by_province(&self) -> Vec<RevivalGroup> {
        self.by(RevivalGroupBy::Province)
    }

    /// The same by Solar Hijri year.
    fn by_year(&self) -> Vec<RevivalGroup> {
        self.by(RevivalGroupBy::Year)
    }

    /// The same by quarter of the Solar Hijri year.
    fn by_quarter(&self) -> Vec<RevivalGroup> {
        self.by(RevivalGroupBy::Quarter)
    }

    /// The effect on production: units that were revived in the period, by the share of their capacity that they used
    /// before and use since. Those of which it is not known are left out.
    fn production(&self) -> Vec<CapacityBandShift> {
        let bands = [CapacityBand::Over70, CapacityBand::From50To70, CapacityBand::Under50];
        let (before, after) = (Class::Before as usize, Class::After as usize);
        let shift = |(index, band)| CapacityBandShift {
            band,
            before: self.sum[before + index],
            after: self.sum[after + index],
        };
        (0..BANDS).zip(bands).map(shift).collect()
    }

    /// What units exported in the period on and after the day of their first revival, be it before the period.
    fn exports(&self) -> Option<RevivedExports> {
        let [count, cents, neighbours] = self.view.revival_outcomes().exported(self.period);
        Some(RevivedExports {
            count,
            value_usd: Usd::from_cents(cents).into(),
            neighbours_usd: Usd::from_cents(neighbours).into(),
        })
    }
}
