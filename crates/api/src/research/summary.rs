//! What happened to projects sums to, as it is asked for. Amounts of two currencies are never added.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_graphql::{Enum, Object, SimpleObject};
use daftar_domain::research as domain;
use daftar_domain::value::{self, Currency};

use super::object::ResearchTopic;
use super::row::{BUDGET, FIGURES, PAID, Properties, RESULTS};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{CurrencyCode, Decimal, ProvinceCode};
use crate::view::View;
use crate::view::figures::add;

/// What projects can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ResearchGroupBy {
    /// What they are about.
    Topic,
    /// The province that they concern.
    Province,
    /// The Solar Hijri year of what happened.
    Year,
}

/// Budgets and payments in one currency.
#[derive(Clone, SimpleObject)]
pub struct ResearchAmounts {
    /// The currency.
    currency: CurrencyCode,
    /// The budgets that were approved, and by how much they were revised.
    approved: Decimal,
    /// What was paid.
    paid: Decimal,
}

/// What happened to projects sums to, by the currency of their budgets.
#[derive(Clone, Default)]
pub struct ResearchFigures(pub BTreeMap<Option<Currency>, [i64; FIGURES]>);

impl ResearchFigures {
    fn sum(&self, place: usize) -> i64 {
        self.0.values().map(|figures| figures[place]).sum()
    }
}

/// What happened to projects in a period.
#[Object]
impl ResearchFigures {
    /// How many were proposed.
    fn proposed(&self) -> i64 {
        self.sum(domain::Phase::Proposed as usize)
    }

    /// How many were approved.
    fn approved(&self) -> i64 {
        self.sum(domain::Phase::Approved as usize)
    }

    /// How many were closed with a result.
    fn closed(&self) -> i64 {
        self.sum(domain::Phase::Closed as usize)
    }

    /// How many were abandoned or turned down.
    fn abandoned(&self) -> i64 {
        self.sum(domain::Phase::Abandoned as usize)
    }

    /// How many results were delivered.
    fn results(&self) -> i64 {
        self.sum(RESULTS)
    }

    /// Budgets and payments, each currency for itself.
    fn amounts(&self) -> Vec<ResearchAmounts> {
        let currencies = self.0.iter().filter_map(|(currency, figures)| Some(((*currency)?, figures)));
        let some = currencies.filter(|(_, figures)| figures[BUDGET] != 0 || figures[PAID] != 0);
        some.map(|(currency, figures)| ResearchAmounts {
            currency: currency.into(),
            approved: amount(currency, figures[BUDGET]),
            paid: amount(currency, figures[PAID]),
        })
        .collect()
    }
}

fn amount(currency: Currency, units: i64) -> Decimal {
    Decimal::Fixed { units: units.into(), decimals: currency.exponent().into(), all: true }
}

/// What one sum is of; what is not told apart is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    year: Option<i16>,
    topic: Option<domain::ResearchTopic>,
    province: Option<Option<value::ProvinceCode>>,
}

/// What happened to the projects of a group.
#[derive(Clone, SimpleObject)]
pub struct ResearchGroup {
    /// The Solar Hijri year, when grouped by it.
    year: Option<i32>,
    /// What they are about, when grouped by it.
    topic: Option<ResearchTopic>,
    /// The province, when grouped by it; null for those that concern all the country.
    province: Option<ProvinceCode>,
    /// The sums.
    #[graphql(flatten)]
    figures: ResearchFigures,
}

/// What happened to projects in a period, by some properties.
///
/// # Errors
/// What is wrong with the period or the groups.
pub fn summary(view: &View, period: &PeriodInput, by: &[ResearchGroupBy]) -> Answer<Vec<ResearchGroup>> {
    let period = period.period()?;
    if by.iter().enumerate().any(|(index, one)| by[..index].contains(one)) {
        return Err(Refusal::Arguments("`groupBy` names something twice").into());
    }
    let has = |one| by.contains(&one);
    let mut groups: BTreeMap<Key, ResearchFigures> = BTreeMap::new();
    for ((year, properties), figures) in view.researches.sums(period, has(ResearchGroupBy::Year)) {
        let Properties { topic, province, currency } = properties;
        let key = Key {
            year,
            topic: has(ResearchGroupBy::Topic).then_some(topic),
            province: has(ResearchGroupBy::Province).then_some(province),
        };
        add(groups.entry(key).or_default().0.entry(currency).or_insert([0; FIGURES]), &figures);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, figures)| Reverse(figures.sum(domain::Phase::Approved as usize)));
    let group = |(key, figures): (Key, ResearchFigures)| ResearchGroup {
        year: key.year.map(i32::from),
        topic: key.topic.map(Into::into),
        province: key.province.flatten().map(Into::into),
        figures,
    };
    Ok(groups.into_iter().map(group).collect())
}
