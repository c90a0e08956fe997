//! What holds of every project, on every day: whatever would break it is not recorded, and nothing that holds it up is
//! voided.

use rust_decimal::Decimal;

use super::state::{Phase, Research};
use crate::rejection::Code;
use crate::value::{Currency, Date, MilestoneNumber};

/// What of a project's own facts does not hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A fact while the project is not approved, or after its end.
    #[error("on {0} the project is not under way")]
    NotUnderWay(Date),
    /// Payments beyond the budget.
    #[error("{paid} {currency} would be paid until {on}, more than the budget of {budget} {currency}")]
    BudgetExceeded {
        /// The day.
        on: Date,
        /// What would be paid until then.
        paid: Decimal,
        /// The budget of that day.
        budget: Decimal,
        /// The currency of both.
        currency: Currency,
    },
    /// Money in another currency than that of the budget.
    #[error("the budget is in {budget}, not in {other}")]
    OtherCurrency {
        /// The currency of the budget.
        budget: Currency,
        /// The other one.
        other: Currency,
    },
    /// A milestone is reached, or paid for, that is not set by then.
    #[error("milestone {number} is not set on {on}")]
    NoMilestone {
        /// Its number.
        number: MilestoneNumber,
        /// The day.
        on: Date,
    },
    /// A milestone is set or reached after it was reached.
    #[error("milestone {number} was reached on {on}")]
    Reached {
        /// Its number.
        number: MilestoneNumber,
        /// When.
        on: Date,
    },
    /// A project is closed with a milestone that is not reached.
    #[error("milestone {0} is not reached")]
    MilestoneOpen(MilestoneNumber),
    /// A project is closed without a result.
    #[error("no result is recorded by then")]
    NoResult,
}

impl Breach {
    /// The code that it is answered with.
    pub fn code(self) -> Code {
        match self {
            Self::NotUnderWay(_) | Self::Reached { .. } | Self::MilestoneOpen(_) => Code::WrongPhase,
            Self::BudgetExceeded { .. } => Code::BudgetExceeded,
            Self::OtherCurrency { .. } => Code::InvalidValue,
            Self::NoMilestone { .. } => Code::UnknownReference,
            Self::NoResult => Code::ResultMissing,
        }
    }
}

type Checked = Result<(), Breach>;

impl Research {
    /// Whether all of its facts hold together.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub(super) fn check(&self) -> Checked {
        self.check_days()?;
        self.check_money()?;
        self.check_milestones()?;
        match self.ended {
            Some((Phase::Closed, (on, _))) => self.check_closing(on),
            _ => Ok(()),
        }
    }

    fn check_days(&self) -> Checked {
        let approved = self.approved.map_or(Date::MAX, |(on, _)| on);
        let ended = self.ended.map_or(Date::MAX, |(_, (on, _))| on);
        let budgets = self.budgets.iter().map(|entry| entry.effective);
        let milestones = self.milestones.iter().chain(&self.reached).map(|milestone| milestone.fact.0);
        let payments = self.payments.iter().map(|payment| payment.fact.0);
        let results = self.results.iter().map(|(on, _)| *on);
        let closed = self.ended.filter(|(end, _)| *end == Phase::Closed).map(|(_, (on, _))| on);
        let under_way = budgets.chain(milestones).chain(payments).chain(results);
        let outside = under_way.chain(closed).find(|on| *on < approved || *on > ended);
        match outside.or(Some(ended).filter(|on| *on < self.proposed)) {
            Some(on) => Err(Breach::NotUnderWay(on)),
            None => Ok(()),
        }
    }

    /// On every day on which something is paid or the budget becomes another one.
    fn check_money(&self) -> Checked {
        let Some(currency) = self.currency() else { return Ok(()) };
        let budgets = self.budgets.iter().map(|entry| entry.value);
        let all = budgets.chain(self.payments.iter().map(|payment| payment.amount));
        let mut others = all.map(|money| money.currency()).filter(|other| *other != currency);
        if let Some(other) = others.next() {
            return Err(Breach::OtherCurrency { budget: currency, other });
        }
        let paid = self.payments.iter().map(|payment| payment.fact.0);
        for on in paid.chain(self.budgets.iter().map(|entry| entry.effective)) {
            let budget = self.budget_on(on).map(|budget| budget.amount()).unwrap_or_default();
            let paid = self.paid_until(on);
            if paid > budget {
                return Err(Breach::BudgetExceeded { on, paid, budget, currency });
            }
        }
        Ok(())
    }

    fn check_milestones(&self) -> Checked {
        let is_set = |number: MilestoneNumber, on: Date| {
            self.milestones.iter().any(|milestone| milestone.number == number && milestone.fact.0 <= on)
        };
        for (place, reached) in self.reached.iter().enumerate() {
            let (number, (on, _)) = (reached.number, reached.fact);
            if !is_set(number, on) {
                return Err(Breach::NoMilestone { number, on });
            }
            let twice = self.reached[..place].iter().any(|other| other.number == number);
            let moved = self.milestones.iter().any(|set| set.number == number && set.fact.0 > on);
            if twice || moved {
                return Err(Breach::Reached { number, on });
            }
        }
        let paid = self.payments.iter().filter_map(|payment| Some((payment.milestone?, payment.fact.0)));
        for (number, on) in paid {
            if !is_set(number, on) {
                return Err(Breach::NoMilestone { number, on });
            }
        }
        Ok(())
    }

    fn check_closing(&self, on: Date) -> Checked {
        if !self.results.iter().any(|(delivered, _)| *delivered <= on) {
            return Err(Breach::NoResult);
        }
        let reached = |number| self.reached.iter().any(|milestone| milestone.number == number);
        let open = self.milestones.iter().find(|milestone| !reached(milestone.number));
        match open {
            Some(milestone) => Err(Breach::MilestoneOpen(milestone.number)),
            None => Ok(()),
        }
    }
}
