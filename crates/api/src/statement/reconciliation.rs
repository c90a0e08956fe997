//! Statements beside the record: what was claimed, what the record has, and whether the qualifier is honoured.
//!
//! The record is read as of the day or period that the statement names, from the view that the question is asked of: now,
//! or as it was known at another point. Must never change either side, and must tell no sum that the caller could not
//! ask for.

use std::sync::Arc;

use async_graphql::{Context, Object};
use daftar_domain::consortium::Phase;
use daftar_domain::statement::{Measure, StatementDetails};
use daftar_domain::value::{Period, share};

use super::object::{Statement, decimal};
use crate::export::Disclosure;
use crate::export::summary::PeriodExports;
use crate::node::Reads;
use crate::overview::SmeCounts;
use crate::refusal::{Answer, Refusal};
use crate::scalar::Decimal;
use crate::view::View;

/// A statement beside the record.
pub struct Reconciliation {
    view: Arc<View>,
    reads: Reads,
    statement: Statement,
}

/// What the record has of a measure, in the smallest amount of its unit: one, a ten-thousandth, or a cent. None for a
/// share of nothing.
///
/// # Errors
/// `CONFIDENTIAL` for a sum of exports that may not be told.
pub fn recorded(
    view: &Arc<View>,
    reads: &Reads,
    disclosure: Disclosure,
    details: &StatementDetails,
) -> Result<Option<i128>, Refusal> {
    let StatementDetails { facts, on } = details;
    let smes = || SmeCounts::new(view.smes.counts(Some(*on)));
    let count = match facts.measure {
        Measure::Units => smes().total_count(),
        Measure::ActiveUnits => smes().active_count(),
        Measure::IdleUnits => smes().idle_count(),
        Measure::ActiveShare => {
            let share = share(smes().active_count().into(), smes().total_count().into());
            return Ok(share.map(|share| share.ten_thousandths().into()));
        }
        Measure::IndustrialParks => view.parks.count_on(*on),
        Measure::ExportConsortiums => view.consortiums.counts_on(*on)[Phase::Operating as usize],
        Measure::ExportManagementCompanies => view.emcs.count_on(*on),
        Measure::ExportingUnits | Measure::Exports | Measure::RevivedUnits => {
            let period = facts.period.expect("what happens in a period is stated of one");
            return in_period(view, reads, disclosure, facts.measure, period).map(Some);
        }
    };
    Ok(Some(count.into()))
}

fn in_period(
    view: &Arc<View>,
    reads: &Reads,
    disclosure: Disclosure,
    measure: Measure,
    period: Period,
) -> Result<i128, Refusal> {
    match measure {
        Measure::Exports => {
            disclosure.period(reads, period)?;
            PeriodExports::new(view, period, disclosure).map(|exports| exports.cents())
        }
        Measure::ExportingUnits => Ok(view.exports.exporting(period).len().into()),
        _ => Ok(view.revivals.revived_in(period) as i128),
    }
}

impl Reconciliation {
    /// A statement beside a view.
    pub fn new(view: &Arc<View>, reads: &Reads, row: u32) -> Self {
        Self { view: Arc::clone(view), reads: reads.clone(), statement: Statement::new(view, row) }
    }

    fn recorded_in(&self, context: &Context<'_>) -> Result<Option<i128>, Refusal> {
        recorded(&self.view, &self.reads, Disclosure::to(context), self.statement.said())
    }

    fn shown(&self, smallest: i128) -> Decimal {
        decimal(self.statement.said().facts.figure.unit(), smallest)
    }

    fn claimed_amount(&self) -> i128 {
        self.statement.said().facts.figure.smallest()
    }
}

/// An official statement beside the record: what was claimed, what the record has as of the statement's day or period,
/// and whether the qualifier is honoured.
#[Object]
impl Reconciliation {
    /// The statement.
    fn statement(&self) -> Statement {
        self.statement.clone()
    }

    /// What was claimed, in the unit of the statement.
    fn claimed(&self) -> Decimal {
        self.shown(self.claimed_amount())
    }

    /// What the record has, in the same unit; null for a share of nothing. For whoever may not read single exports,
    /// exports are told as in `overview`.
    fn recorded(&self, context: &Context<'_>) -> Option<Answer<Decimal>> {
        let recorded = self.recorded_in(context).transpose()?;
        Some(recorded.map(|recorded| self.shown(recorded)).map_err(Into::into))
    }

    /// How much more the record has than was claimed; below zero where it has less.
    fn difference(&self, context: &Context<'_>) -> Option<Answer<Decimal>> {
        let recorded = self.recorded_in(context).transpose()?;
        let more = |recorded: i128| self.shown(recorded - self.claimed_amount());
        Some(recorded.map(more).map_err(Into::into))
    }

    /// Whether the record honours the qualifier: OVER when it has more; NEARLY when it has the figure, or up to 1 percent
    /// less; APPROXIMATELY when it is within 5 percent on either side; EXACTLY when it has the figure. Null where the
    /// record has nothing to compare.
    fn honoured(&self, context: &Context<'_>) -> Option<Answer<bool>> {
        let recorded = self.recorded_in(context).transpose()?;
        let qualifier = self.statement.said().facts.qualifier;
        let honoured = |recorded: i128| qualifier.is_honoured(self.claimed_amount(), recorded);
        Some(recorded.map(honoured).map_err(Into::into))
    }
}
