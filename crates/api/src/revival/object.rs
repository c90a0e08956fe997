//! What can be asked of revival cases.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{self, RevivalId};

use super::provenance::RevivalField;
use super::row::{self, RevivalRow};
use crate::connection::{Connection, PageArguments};
use crate::history::{Event, history};
use crate::node;
use crate::provenance::{Provenance, provenance};
use crate::refusal::Answer;
use crate::scalar::{CurrencyCode, Date, Decimal, Position};
use crate::sme::{IdleReason, Sme};
use crate::view::View;
use crate::view::row::RowAt;

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

/// Who lends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::revival::LenderKind")]
pub enum LenderKind {
    /// A bank, from its own means.
    Bank,
    /// A bank, from means that the state administers.
    AdministeredFund,
    /// A development or guarantee fund.
    DevelopmentFund,
    /// Another lender.
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
    /// Who grants the loan.
    lender: Option<LenderKind>,
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
        self.row().finding().map(|(_, finding)| finding.into())
    }

    /// Jobs brought back.
    fn jobs(&self) -> Option<u32> {
        self.row().jobs().map(|(_, jobs)| jobs.people())
    }

    /// The share of the capacity that the unit used last before it was idle, in whole percent, where it is known.
    fn utilisation_before(&self) -> Option<i32> {
        self.row().utilisation_before(&self.view).map(|percent| percent.percent().into())
    }

    /// The share of the capacity that the unit uses since its revival, in whole percent, where it is known.
    fn utilisation_after(&self) -> Option<i32> {
        self.row().outcome()?.1.utilisation.map(|percent| percent.percent().into())
    }

    /// The case of the same unit that ended before this one was opened: an ended case is not continued, a new one is.
    fn previous(&self) -> Option<Self> {
        let cases = self.view.smes.row(self.row().sme).revivals().iter();
        let earlier = cases.copied().take_while(|case| *case < self.row);
        earlier.last().map(|case| Self::new(&self.view, case))
    }

    /// Its referrals and loans, in the order of recording.
    fn referrals(&self) -> Vec<Referral> {
        let referrals = self.row().referrals().map(|referral| Referral {
            to: referral.to.into(),
            loan: referral.loan.map(Into::into),
            lender: referral.lender.map(Into::into),
            on: referral.on.into(),
            position: Position(referral.position),
        });
        referrals.collect()
    }

    /// Its steps, in the order of recording.
    fn steps(&self) -> Vec<RevivalStep> {
        let steps = self.row().steps().map(|step| RevivalStep {
            stage: step.stage.into(),
            on: step.on.into(),
            position: Position(step.position),
        });
        steps.collect()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// Which events set the values of its fields.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<RevivalField>>,
    ) -> Vec<Provenance<RevivalField>> {
        provenance(&self.view, fields, |field| self.row().provenance(field))
    }

    /// The events that it is in, in the order of the log.
    fn history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Event>>> {
        Some(history(
            context,
            &self.view,
            EntityId::Revival(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
