//! What can be asked of revival cases.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{self, RevivalId};

use super::row::{self, RevivalRow};
use crate::connection::{Connection, PageArguments, RowList};
use crate::history::{Event, history};
use crate::node::{self, Reads};
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{CurrencyCode, Date, Decimal, Position};
use crate::sme::{IdleReason, Sme};
use crate::view::View;
use crate::view::row::RowAt;
use crate::view::select::Selection;

/// Where the facilitation committee sends a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::revival::ReferralKind")]
pub enum ReferralKind {
    /// A loan for working capital or machinery.
    Loan,
    /// The bank that the unit owes.
    Bank,
    /// Tax or social-insurance offices.
    TaxOrInsurance,
    /// Water, power or gas supplier.
    Utility,
    /// A court.
    Court,
    /// Another body.
    Other,
}

/// How far a revival case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "row::Stage")]
pub enum RevivalStage {
    /// Opened.
    Identified,
    /// An industrial clinic made its diagnosis.
    Diagnosed,
    /// A plan was agreed.
    Planned,
    /// Referred, or a loan granted.
    Referred,
    /// Production was restarted.
    Restarted,
    /// The restart was verified on site.
    Verified,
    /// Closed with success: the unit is active again.
    Revived,
    /// Closed without success.
    Abandoned,
}

/// A sum of money in its currency.
#[derive(Clone, SimpleObject)]
pub struct Money {
    /// The amount.
    amount: Decimal,
    /// The currency.
    currency: CurrencyCode,
}

impl From<value::Money> for Money {
    fn from(money: value::Money) -> Self {
        Self { amount: money.amount().into(), currency: money.currency().into() }
    }
}

/// A step of a revival case.
#[derive(Clone, SimpleObject)]
pub struct RevivalStep {
    /// The stage that it led to.
    stage: RevivalStage,
    /// When it took effect.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A referral of a revival case.
#[derive(Clone, SimpleObject)]
pub struct Referral {
    /// Where to.
    to: ReferralKind,
    /// The loan, in its own currency.
    loan: Option<Money>,
    /// When.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A revival case.
#[derive(Clone)]
pub struct Revival {
    view: Arc<View>,
    row: u32,
}

impl Revival {
    /// The case of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The case with an ID.
    pub fn find(view: &Arc<View>, id: RevivalId) -> Option<Self> {
        view.revivals.by_id(id).map(|row| Self::new(view, row))
    }

    fn row(&self) -> RowAt<'_, RevivalRow> {
        self.view.revivals.row(self.row)
    }
}

/// A revival case: the way of an idle unit back to production.
#[Object]
impl Revival {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Revival(self.row().id))
    }

    /// The unit.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.row().sme, None))
    }

    /// How far it has come.
    fn stage(&self) -> RevivalStage {
        self.row().stage().into()
    }

    /// When it was opened.
    fn opened_on(&self) -> Date {
        self.row().opened.into()
    }

    /// When it was closed, with or without success.
    fn closed_on(&self) -> Option<Date> {
        self.row().closed().map(Into::into)
    }

    /// What the industrial clinic found.
    fn finding(&self) -> Option<IdleReason> {
        self.row().finding.map(Into::into)
    }

    /// Jobs brought back.
    fn jobs(&self) -> Option<u32> {
        self.row().jobs.map(|jobs| jobs.people())
    }

    /// Its referrals and loans, in the order of recording.
    fn referrals(&self) -> Vec<Referral> {
        let referrals = self.row().get().referrals.iter().map(|referral| Referral {
            to: referral.to.into(),
            loan: referral.loan.map(Into::into),
            on: referral.on.into(),
            position: Position(referral.position),
        });
        referrals.collect()
    }

    /// Its steps, in the order of recording.
    fn steps(&self) -> Vec<RevivalStep> {
        let steps = self.row().get().steps.iter().map(|step| RevivalStep {
            stage: step.stage.into(),
            on: step.on.into(),
            position: Position(step.position),
        });
        steps.collect()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version
    }

    /// The events that it is in, in the order of the log.
    fn history(
        &self,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Event>>> {
        Some(history(&self.view, &self.row().events, &PageArguments::new(first, after, last, before)))
    }
}

/// Which revival cases. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct RevivalFilter {
    /// That have come as far as one of these stages.
    stage: Option<Vec<RevivalStage>>,
    /// Opened in this period.
    opened: Option<PeriodInput>,
    /// Closed in this period, with or without success.
    closed: Option<PeriodInput>,
}

/// The order of a list of revival cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum RevivalOrder {
    /// By when they were opened, the earliest first.
    OpenedOn,
    /// By when they were opened, the latest first.
    #[default]
    OpenedOnDesc,
}

fn revivals(
    view: &Arc<View>,
    filter: &RevivalFilter,
    order: RevivalOrder,
    arguments: &PageArguments,
) -> Answer<Connection<Revival>> {
    let mut selection = Selection::default();
    if let Some(stages) = &filter.stage {
        let stages: Vec<row::Stage> = stages.iter().map(|stage| (*stage).into()).collect();
        selection.within(view.revivals.lists().stages.any(&stages));
    }
    if let Some(opened) = &filter.opened {
        let opened = opened.period()?;
        selection.only(move |view, row| opened.contains(view.revivals.row(row).opened));
    }
    if let Some(closed) = &filter.closed {
        let closed = closed.period()?;
        selection
            .only(move |view, row| view.revivals.row(row).closed().is_some_and(|on| closed.contains(on)));
    }
    let (number, descending) = match order {
        RevivalOrder::OpenedOn => (1, false),
        RevivalOrder::OpenedOnDesc => (2, true),
    };
    let list = RowList {
        view: Arc::clone(view),
        order: (number, |view| &view.revivals.lists().by_date),
        descending,
        segments: vec![selection],
    };
    Ok(list.page(arguments, Revival::new)?)
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

    /// Revival cases, filtered and ordered.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn revivals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which cases.", default)] filter: RevivalFilter,
        #[graphql(desc = "The order.", default)] order_by: RevivalOrder,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Revival>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(revivals(self.0.view(context), &filter, order_by, &arguments))
    }
}
