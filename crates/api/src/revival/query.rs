//! How revival cases are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value;

use super::object::{Revival, RevivalStage};
use super::row::Stage;
use super::summary::{RevivalGroup, RevivalGroupBy, summary};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Range, Ranked, Scope, Sorts,
    joins,
};
use crate::listing::Listing;
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::sme::IdleReason;
use crate::view::View;
use crate::view::condition::OrderOf;

/// Which revival cases. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct RevivalFilter {
    /// All of these hold.
    and: Option<Vec<RevivalFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<RevivalFilter>>,
    /// This does not hold.
    not: Option<Box<RevivalFilter>>,
    /// The opaque ID of the unit.
    sme: Option<Choice<ID>>,
    /// How far it has come.
    stage: Option<Choice<RevivalStage>>,
    /// What the industrial clinic found.
    finding: Option<Choice<IdleReason>>,
    /// Jobs brought back.
    jobs: Option<Range<i32>>,
    /// When it was opened.
    opened_on: Option<DateRange>,
    /// When it was closed, with or without success.
    closed_on: Option<DateRange>,
}

/// What revival cases are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RevivalOrderField {
    /// When they were opened.
    OpenedOn,
}

impl OrderField for RevivalOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::OpenedOn => (1, |view| &view.revivals.lists().by_date),
        }
    }
}

const SME: Sorts<u32> = Sorts { of: |view, row, _| Some(view.revivals.row(row).sme), now: None, ever: None };

const STAGE: Sorts<Stage> = Sorts {
    of: |view, row, _| Some(view.revivals.row(row).stage()),
    now: Some(|view| &view.revivals.lists().stages),
    ever: None,
};

const FINDING: Sorts<daftar_domain::sme::IdleReason> = Sorts {
    of: |view, row, _| view.revivals.row(row).finding().map(|(_, finding)| finding),
    now: None,
    ever: None,
};

const JOBS: Ranked<i64> =
    Ranked { of: |view, row, _| Some(view.revivals.row(row).jobs()?.1.people().into()), order: None };

const OPENED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.revivals.row(row).opened),
    order: Some(|view| &view.revivals.lists().by_date),
};

const CLOSED_ON: Ranked<value::Date> =
    Ranked { of: |view, row, _| view.revivals.row(row).closed(), order: None };

impl Filter for RevivalFilter {
    joins!(RevivalFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        narrowing.choice(self.sme.as_ref(), &SME, |id| match node::decode(id) {
            // The number of no row stands for a unit that is not recorded.
            Some(EntityId::Sme(id)) => Ok(view.smes.by_id(id).unwrap_or(u32::MAX)),
            _ => Err(Refusal::Arguments("`sme` is not the ID of a unit")),
        })?;
        narrowing.choice(self.stage.as_ref(), &STAGE, |stage| Ok((*stage).into()))?;
        narrowing.choice(self.finding.as_ref(), &FINDING, |reason| Ok((*reason).into()))?;
        narrowing.range(self.jobs.as_ref(), &JOBS, |jobs| Ok(i64::from(*jobs)))?;
        narrowing.dates("openedOn", self.opened_on.as_ref(), &OPENED_ON)?;
        narrowing.dates("closedOn", self.closed_on.as_ref(), &CLOSED_ON)
    }
}

fn revivals(
    view: &Arc<View>,
    filter: &RevivalFilter,
    order_by: Option<&[OrderBy<RevivalOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Revival>> {
    let usual = (RevivalOrderField::OpenedOn, OrderDirection::Desc);
    let listing = Listing { filter, scope: Scope::Now, search: None, order_by, usual, page };
    Ok(listing.answer(view, Revival::new)?)
}

/// Look-ups of revival cases.
#[derive(Default)]
pub struct RevivalQuery(pub Reads);

#[Object]
impl RevivalQuery {
    /// A revival case, by its opaque ID.
    fn revival(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: ID,
    ) -> Option<Answer<Revival>> {
        match node::decode(&id)? {
            EntityId::Revival(id) => Revival::find(self.0.view(context), id).map(Ok),
            _ => Some(Err(Refusal::Arguments("`id` is not the ID of a revival case").into())),
        }
    }

    /// What the revival of idle units came to in a period, grouped; in the order of time, province and reason. Without
    /// groups, all of it as one.
    fn revival_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodInput,
        #[graphql(desc = "What to group by, each once.", default)] group_by: Vec<RevivalGroupBy>,
    ) -> Option<Answer<Vec<RevivalGroup>>> {
        let period = match period.period() {
            Ok(period) => period,
            Err(refusal) => return Some(Err(refusal.into())),
        };
        Some(summary(self.0.view(context), period, &group_by))
    }

    /// Revival cases, filtered and ordered.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn revivals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which cases.", default)] filter: RevivalFilter,
        #[graphql(desc = "The order; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<RevivalOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Revival>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(revivals(self.0.view(context), &filter, order_by.as_deref(), &arguments))
    }
}
