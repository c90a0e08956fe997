//! How exports are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{self, HsCode, latin_digits};

use super::disclosure::Disclosure;
use super::object::{Channel, CommodityGroup, Export};
use super::summary::{ExportGroup, GroupBy, summary};
use crate::connection::{Connection, PageArguments, RowList};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Range, Ranked,
    Scope, Sorts, joins, sorting,
};
use crate::input::{ExportRef, look_up};
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{BusinessId, CountryCode, Decimal, DeclarationNumber, ProvinceCode};
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};
use crate::view::facet::Rows;

/// Which exports. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ExportFilter {
    /// All of these hold.
    pub(super) and: Option<Vec<ExportFilter>>,
    /// At least one of these holds; none holds of no filters.
    pub(super) or: Option<Vec<ExportFilter>>,
    /// This does not hold.
    pub(super) not: Option<Box<ExportFilter>>,
    /// The date of the declaration.
    pub(super) on: Option<DateRange>,
    /// The opaque ID of the unit, as exporter or as the one that a company acted for.
    pub(super) sme: Option<Choice<ID>>,
    /// The business ID of that unit.
    pub(super) business_id: Option<Choice<BusinessId>>,
    /// The commodity group.
    pub(super) commodity_group: Option<Choice<CommodityGroup>>,
    /// The HS code; `startsWith` takes chapters and headings.
    pub(super) hs: Option<CodeChoice>,
    /// The country of destination.
    pub(super) destination: Option<Choice<CountryCode>>,
    /// Whether the destination is a neighbouring country, by the table in force now.
    pub(super) neighbours: Option<bool>,
    /// The province of the unit on the date; null for exports without a unit.
    pub(super) province: Option<Choice<ProvinceCode>>,
    /// The way by which it reached its market.
    pub(super) channel: Option<Choice<Channel>>,
    /// The opaque ID of the consortium that it went through.
    pub(super) consortium: Option<Choice<ID>>,
    /// The opaque ID of the export management company that exported.
    pub(super) emc: Option<Choice<ID>>,
    /// The declaration number, in any office and year.
    pub(super) declaration: Option<Choice<DeclarationNumber>>,
    /// The value, in US dollars.
    pub(super) value_usd: Option<Range<Decimal>>,
    /// The net weight, in kg.
    pub(super) net_weight: Option<Range<Decimal>>,
}

impl ExportFilter {
    /// Whether it is made of other filters.
    pub(super) fn is_joined(&self) -> bool {
        self.and.is_some() || self.or.is_some() || self.not.is_some()
    }
}

/// What exports are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ExportOrderField {
    /// The date of the declaration.
    On,
    /// The value, in US dollars.
    ValueUsd,
}

impl OrderField for ExportOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::On => (1, |view| &view.exports.lists().by_date),
            Self::ValueUsd => (2, |view| &view.exports.lists().by_value),
        }
    }
}

const ON: Ranked<value::Date> =
    Ranked { of: |view, row, _| Some(view.exports.row(row).said().on), order: None };

const VALUE_USD: Ranked<i64> = Ranked {
    of: |view, row, _| Some(view.exports.row(row).said().facts.value_usd.cents()),
    order: Some(|view| &view.exports.lists().by_value),
};

const NET_WEIGHT: Ranked<i64> =
    Ranked { of: |view, row, _| Some(view.exports.row(row).said().facts.net_weight.grams()), order: None };

const SME: Sorts<u32> = Sorts { of: |view, row, _| view.exports.row(row).said().sme, now: None, ever: None };

const GROUP: Sorts<value::CommodityGroup> = Sorts {
    of: |view, row, _| Some(view.exports.row(row).said().facts.commodity_group),
    now: Some(|view| &view.exports.lists().groups),
    ever: None,
};

const HS: Sorts<HsCode> =
    Sorts { of: |view, row, _| Some(view.exports.row(row).said().facts.hs), now: None, ever: None };

const DESTINATION: Sorts<value::CountryCode> = Sorts {
    of: |view, row, _| Some(view.exports.row(row).said().facts.destination),
    now: Some(|view| &view.exports.lists().destinations),
    ever: None,
};

const PROVINCE: Sorts<Option<value::ProvinceCode>> = Sorts {
    of: |view, row, _| Some(view.exports.row(row).said().province),
    now: Some(|view| &view.exports.lists().provinces),
    ever: None,
};

const CHANNEL: Sorts<daftar_domain::export::Channel> = Sorts {
    of: |view, row, _| Some(view.exports.row(row).said().channel()),
    now: Some(|view| &view.exports.lists().channels),
    ever: None,
};

const CONSORTIUM: Sorts<u32> = Sorts {
    of: |view, row, _| view.exports.row(row).said().consortium,
    now: Some(|view| &view.exports.lists().consortiums),
    ever: None,
};

const EMC: Sorts<u32> = Sorts {
    of: |view, row, _| view.exports.row(row).said().emc,
    now: Some(|view| &view.exports.lists().emcs),
    ever: None,
};

const DECLARATION: Sorts<value::DeclarationNumber> =
    Sorts { of: |view, row, _| Some(view.exports.row(row).said().facts.declaration), now: None, ever: None };

/// The number of no row: what an ID that is not recorded leads to.
const NO_ROW: u32 = u32::MAX;

impl Filter for ExportFilter {
    joins!(ExportFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        self.when_and_what(narrowing)?;
        self.by_whom(narrowing)
    }
}

impl ExportFilter {
    fn when_and_what(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        match (narrowing.scope, self.on.as_ref().map(|on| on.limits("on")).transpose()?.flatten()) {
            (_, None) => {}
            (Scope::Now, Some((from, last))) => {
                let from = from.unwrap_or(value::Date::MIN);
                let until = last.map_or(value::Date::MAX, |last| last.plus_days(1));
                let rows = value::Period::new(from, until).map(|period| view.exports.of_period(period));
                narrowing.add(Condition::Within(rows.unwrap_or_default()))?;
            }
            (_, Some(_)) => narrowing.dates("on", self.on.as_ref(), &ON)?,
        }
        narrowing.choice(self.commodity_group.as_ref(), &GROUP, |group| Ok((*group).into()))?;
        if let Some(hs) = &self.hs {
            if let Some(codes) = hs.values(|code| HsCode::parse(code).map_err(Refusal::value("hs")))? {
                narrowing.among(codes, &HS)?;
            }
            if let Some(prefix) = hs.prefix().map(|prefix| latin_digits(prefix.trim()).into_owned()) {
                narrowing.add(Condition::check(None, move |view, row| {
                    view.exports.row(row).said().facts.hs.starts_with(&prefix)
                }))?;
            }
        }
        narrowing.choice(self.destination.as_ref(), &DESTINATION, |code| {
            code.value().map_err(Refusal::value("destination"))
        })?;
        if let Some(neighbours) = self.neighbours {
            let countries = view.reference.neighbours(value::Date::MAX).collect();
            let among = narrowing.apart(|apart| apart.among(countries, &DESTINATION))?;
            narrowing.add(if neighbours { among } else { among.negated() })?;
        }
        narrowing.indexed(
            self.declaration.as_ref(),
            &DECLARATION,
            |number| number.value().map_err(Refusal::value("declaration")),
            |number| view.exports.of_declaration(*number).collect(),
        )?;
        narrowing.range(self.value_usd.as_ref(), &VALUE_USD, |amount| {
            let amount = value::Usd::parse(&amount.to_string()).map_err(Refusal::value("valueUsd"))?;
            Ok(amount.cents())
        })?;
        narrowing.range(self.net_weight.as_ref(), &NET_WEIGHT, |weight| {
            let weight = value::Kilograms::parse(&weight.to_string()).map_err(Refusal::value("netWeight"))?;
            Ok(weight.grams())
        })
    }

    fn by_whom(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let of_sme = |sme: &u32| match *sme {
            NO_ROW => Vec::new(),
            sme => view.exports_of_sme(sme).iter().map(|(_, row)| *row).collect(),
        };
        let sme = |id: &ID| match node::decode(id) {
            Some(EntityId::Sme(id)) => Ok(view.smes.by_id(id).unwrap_or(NO_ROW)),
            _ => Err(Refusal::Arguments("`sme` is not the ID of a unit")),
        };
        narrowing.indexed(self.sme.as_ref(), &SME, sme, of_sme)?;
        let business_id = |id: &BusinessId| {
            let id = id.value().map_err(Refusal::value("businessId"))?;
            Ok(view.smes.by_business_id(id).unwrap_or(NO_ROW))
        };
        narrowing.indexed(self.business_id.as_ref(), &SME, business_id, of_sme)?;
        if let Some(province) = &self.province {
            let codes = province.values(|code| code.value().map_err(Refusal::value("province")))?;
            if let Some(codes) = codes {
                narrowing.among(codes.into_iter().map(Some).collect(), &PROVINCE)?;
            }
            if let Some(null) = province.null() {
                let without = narrowing.apart(|apart| apart.among(vec![None], &PROVINCE))?;
                narrowing.add(if null { without } else { without.negated() })?;
            }
        }
        narrowing.choice(self.channel.as_ref(), &CHANNEL, |channel| Ok((*channel).into()))?;
        narrowing.choice(self.consortium.as_ref(), &CONSORTIUM, |id| match node::decode(id) {
            Some(EntityId::Consortium(id)) => Ok(view.consortiums.by_id(id).unwrap_or(NO_ROW)),
            _ => Err(Refusal::Arguments("`consortium` is not the ID of a consortium")),
        })?;
        narrowing.choice(self.emc.as_ref(), &EMC, |id| match node::decode(id) {
            Some(EntityId::Emc(id)) => Ok(view.emcs.by_id(id).unwrap_or(NO_ROW)),
            _ => Err(Refusal::Arguments("`emc` is not the ID of a company")),
        })
    }
}

fn exports(
    view: &Arc<View>,
    filter: &ExportFilter,
    scope: Scope,
    order_by: Option<&[OrderBy<ExportOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Export>> {
    let lists = view.exports.lists();
    let of = if scope == Scope::Record { &lists.voided } else { &lists.standing };
    let condition = filter.condition(view, scope)?;
    Ok(list(view, vec![Condition::Within(Arc::clone(of)), condition], order_by, page)?)
}

/// A page of some exports that stand, in a period where one is given.
///
/// # Errors
/// What is wrong with the period, the order or the page.
pub fn exports_of(
    view: &Arc<View>,
    rows: Rows,
    period: Option<&PeriodInput>,
    order_by: Option<&[OrderBy<ExportOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Export>> {
    let mut all = vec![Condition::Within(rows)];
    if let Some(period) = period {
        let period = period.period()?;
        all.push(Condition::check(None, move |view, row| period.contains(view.exports.row(row).said().on)));
    }
    Ok(list(view, all, order_by, page)?)
}

fn list(
    view: &Arc<View>,
    all: Vec<Condition>,
    order_by: Option<&[OrderBy<ExportOrderField>]>,
    page: &PageArguments,
) -> Result<Connection<Export>, Refusal> {
    let sorting = sorting(order_by, (ExportOrderField::On, OrderDirection::Desc))?;
    RowList::new(view, sorting, [Condition::All(all)]).page(page, |view, _, row| Export::new(view, row))
}

/// Look-ups of exports.
#[derive(Default)]
pub struct ExportQuery(pub Reads);

#[Object]
impl ExportQuery {
    /// An export record, by its opaque ID or, unless it is voided, by the item of its declaration.
    fn export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which export.")] by: ExportRef,
    ) -> Option<Answer<Export>> {
        look_up(by, |key| Export::named(self.0.view(context), key))
    }

    /// Export records, filtered and ordered; those that stand, unless voided ones are asked for.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn exports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which exports.", default)] filter: ExportFilter,
        #[graphql(desc = "Those that were voided, instead of those that stand.", default)] voided: bool,
        #[graphql(desc = "The order, at most 4 keys; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<ExportOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Export>>> {
        let arguments = PageArguments::new(first, after, last, before);
        let scope = if voided { Scope::Record } else { Scope::Now };
        Some(exports(self.0.view(context), &filter, scope, order_by.as_deref(), &arguments))
    }

    /// What the exports of a period sum to, grouped. Groups come by time, then the greatest value first; a group that
    /// has no export is left out. So is, for whoever may not read single exports, a group of fewer than 3 exporters, and
    /// one that would tell of them; what can't be answered so is answered CONFIDENTIAL.
    fn export_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "What to group by: at least one, each once.")] group_by: Vec<GroupBy>,
        #[graphql(desc = "Which exports.", default)] filter: ExportFilter,
    ) -> Option<Answer<Vec<ExportGroup>>> {
        let disclosure = Disclosure::to(context);
        let allowed = period.period().and_then(|period| disclosure.period(&self.0, period));
        Some(match allowed {
            Ok(()) => summary(self.0.view(context), disclosure, &period, &group_by, &filter),
            Err(refusal) => Err(refusal.into()),
        })
    }
}
