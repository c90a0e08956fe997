//! Research and study projects in the view.

use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::research::{
    Executor, Phase, ResearchEvent, ResearchProposed, ResearchRevised, ResearchTopic, ResultKind,
};
use daftar_domain::value::{
    Currency, Date, MilestoneNumber, Money, Name, ProvinceCode, ResearchCode, ResearchId, SmeId,
};
use serde::{Deserialize, Serialize};

use crate::view::amended::{Amend, Amended};
use crate::view::dated::{Dated, Fact};
use crate::view::figures::Added;
use crate::view::noted::Noted;
use crate::view::row::{Row, RowAt};

mod rows;

pub use rows::{ResearchLists, ResearchRows};

/// What may be revised of a project, but for its budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResearchFacts {
    /// The Persian title.
    pub title: Name,
    /// The Latin title.
    pub title_latin: Option<Name>,
    /// The province.
    pub province: Option<ProvinceCode>,
}

impl Amend for ResearchFacts {
    type By = ResearchRevised;

    fn amend(&mut self, revised: &ResearchRevised) {
        let ResearchRevised { title, title_latin, province, budget: _ } = revised;
        self.title = title.clone().unwrap_or_else(|| self.title.clone());
        self.title_latin = title_latin.clone().or_else(|| self.title_latin.take());
        self.province = province.or(self.province);
    }

    fn name(&self) -> &Name {
        &self.title
    }
}

/// A milestone, as one event set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Its number.
    pub number: MilestoneNumber,
    /// What it is.
    pub title: Option<Name>,
    /// When it is due.
    pub due: Date,
}

/// A payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The amount.
    pub amount: Money,
    /// The milestone that it was paid for.
    pub milestone: Option<MilestoneNumber>,
}

/// What came out of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What kind.
    pub kind: ResultKind,
    /// The title.
    pub title: Name,
    /// Where it is found.
    pub reference: Option<Name>,
}

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResearchRow {
    /// Its ID.
    pub id: ResearchId,
    /// The code that people know it by.
    pub code: ResearchCode,
    /// What it is about.
    pub topic: ResearchTopic,
    /// Who carries it out.
    pub executor: Executor,
    /// The units that it concerns.
    pub smes: Vec<SmeId>,
    /// When it was proposed.
    pub proposed: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    facts: Amended<ResearchFacts>,
    /// The approval and the end, each by the phase that it led to.
    steps: Dated<Phase>,
    /// That of the approval first.
    budgets: Dated<Money>,
    milestones: Dated<Milestone>,
    reached: Dated<MilestoneNumber>,
    payments: Dated<Payment>,
    outcomes: Dated<Outcome>,
    noted: Noted,
}

impl Row for ResearchRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl ResearchRow {
    fn new(id: ResearchId, event: &ResearchProposed, recorded: &Recorded) -> Self {
        let facts = Amended::new(ResearchFacts {
            title: event.title.clone(),
            title_latin: event.title_latin.clone(),
            province: event.province,
        });
        Self {
            id,
            code: event.code.clone(),
            topic: event.topic,
            executor: event.executor.clone(),
            smes: event.smes.clone(),
            proposed: recorded.event.effective,
            basis: recorded.event.basis,
            facts,
            steps: Dated::default(),
            budgets: Dated::default(),
            milestones: Dated::default(),
            reached: Dated::default(),
            payments: Dated::default(),
            outcomes: Dated::default(),
            noted: Noted::default(),
        }
    }

    fn apply(&mut self, event: &ResearchEvent, recorded: &Recorded) {
        let (on, position) = (recorded.event.effective, recorded.position);
        match event {
            ResearchEvent::ResearchProposed(_) => {}
            ResearchEvent::ResearchApproved(event) => {
                self.steps.record(on, position, Phase::Approved);
                self.budgets.record(on, position, event.budget);
            }
            ResearchEvent::ResearchMilestoneSet(event) => {
                let (number, title, due) = (event.number, event.title.clone(), event.due);
                self.milestones.record(on, position, Milestone { number, title, due });
            }
            ResearchEvent::ResearchMilestoneReached(event) => {
                self.reached.record(on, position, event.number);
            }
            ResearchEvent::ResearchPaid(event) => {
                let (amount, milestone) = (event.amount, event.milestone);
                self.payments.record(on, position, Payment { amount, milestone });
            }
            ResearchEvent::ResearchResultRecorded(event) => {
                let (kind, title, reference) = (event.kind, event.title.clone(), event.reference.clone());
                self.outcomes.record(on, position, Outcome { kind, title, reference });
            }
            ResearchEvent::ResearchClosed(_) => self.steps.record(on, position, Phase::Closed),
            ResearchEvent::ResearchAbandoned(_) => self.steps.record(on, position, Phase::Abandoned),
            ResearchEvent::ResearchRevised(event) => {
                self.facts.amend(event.clone(), on, position);
                event.budget.into_iter().for_each(|budget| self.budgets.record(on, position, budget));
            }
            ResearchEvent::ResearchFactVoided(event) => self.void(event.position.0, position),
        }
    }

    /// An approval is a step and a budget.
    fn void(&mut self, fact: Position, at: Position) {
        self.steps.void(fact, at);
        let _voided = self.budgets.void(fact, at)
            || self.milestones.void(fact, at)
            || self.reached.void(fact, at)
            || self.payments.void(fact, at)
            || self.outcomes.void(fact, at);
    }
}

impl<'a> RowAt<'a, ResearchRow> {
    /// What holds after everything that is recorded.
    pub fn facts(self) -> Arc<ResearchFacts> {
        self.get().facts.facts(None, self.at)
    }

    /// The key of the title.
    pub fn title_key(self) -> Arc<str> {
        self.get().facts.key(&self.facts())
    }

    /// The position of the event that gave a field its value; none for a field that never had one.
    pub fn set_by<V: PartialEq>(self, field: impl Fn(&ResearchFacts) -> Option<V>) -> Option<Position> {
        self.get().facts.set_by(None, self.at, self.recorded(), field)
    }

    /// The approval or the end, by the phase that it led to.
    pub fn step(self, phase: Phase) -> Option<&'a Fact<Phase>> {
        self.get().steps.standing(self.at).rfind(|step| step.value == phase)
    }

    /// The step that led to where it is on a day, or after everything that is recorded.
    pub fn last_step(self, on: Option<Date>) -> Option<&'a Fact<Phase>> {
        let by = |step: &&Fact<Phase>| on.is_none_or(|on| step.effective <= on);
        let step = |phase| self.step(phase).filter(by);
        step(Phase::Abandoned).or_else(|| step(Phase::Closed)).or_else(|| step(Phase::Approved))
    }

    /// How far it had come on a day, or after everything that is recorded; none before it was proposed.
    pub fn phase(self, on: Option<Date>) -> Option<Phase> {
        match on {
            Some(on) if on < self.proposed => None,
            _ => Some(self.last_step(on).map_or(Phase::Proposed, |step| step.value)),
        }
    }

    /// The budget on a day, or after everything that is recorded.
    pub fn budget(self, on: Option<Date>) -> Option<&'a Fact<Money>> {
        self.get().budgets.on(on, self.at)
    }

    /// The budget's currency.
    pub fn currency(self) -> Option<Currency> {
        self.get().budgets.standing(self.at).next().map(|budget| budget.value.currency())
    }

    /// Its milestones by their numbers, each as it was set last.
    pub fn milestones(self) -> Vec<&'a Fact<Milestone>> {
        let mut milestones: Vec<_> = self.get().milestones.standing(self.at).collect();
        milestones
            .sort_by_key(|fact| (fact.value.number, std::cmp::Reverse((fact.effective, fact.position))));
        milestones.dedup_by_key(|fact| fact.value.number);
        milestones
    }

    /// When a milestone was reached.
    pub fn reached(self, number: MilestoneNumber) -> Option<Date> {
        self.get().reached.standing(self.at).find(|fact| fact.value == number).map(|fact| fact.effective)
    }

    /// Its payments that are not voided, by their day.
    pub fn payments(self) -> impl Iterator<Item = &'a Fact<Payment>> {
        self.get().payments.standing(self.at)
    }

    /// What came out of it, by the day of delivery.
    pub fn outcomes(self) -> impl Iterator<Item = &'a Fact<Outcome>> {
        self.get().outcomes.standing(self.at)
    }

    /// What it adds to the days of its steps, results, budgets and payments.
    pub fn figures(self) -> Vec<Added<Properties, FIGURES>> {
        let key =
            Properties { topic: self.topic, province: self.facts().province, currency: self.currency() };
        let added = |on: Date, place: usize, more: i64| {
            let mut figures = [0; FIGURES];
            figures[place] = more;
            Added { on, key: key.clone(), figures }
        };
        let mut all = vec![added(self.proposed, Phase::Proposed as usize, 1)];
        let steps = self.get().steps.standing(self.at);
        all.extend(steps.map(|step| added(step.effective, step.value as usize, 1)));
        all.extend(self.outcomes().map(|outcome| added(outcome.effective, RESULTS, 1)));
        let mut before = 0;
        for budget in self.get().budgets.standing(self.at) {
            let units = units(budget.value);
            all.push(added(budget.effective, BUDGET, units - before));
            before = units;
        }
        all.extend(self.payments().map(|paid| added(paid.effective, PAID, units(paid.value.amount))));
        all
    }
}

/// An amount in the smallest unit of its currency. No budget has more than 10^15 of them.
fn units(money: Money) -> i64 {
    i64::try_from(money.amount().mantissa()).unwrap_or(i64::MAX)
}

/// What projects are told apart by in sums.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Properties {
    /// What they are about.
    pub topic: ResearchTopic,
    /// The province; none for those that concern all the country.
    pub province: Option<ProvinceCode>,
    /// The currency of the budget; none before one is approved.
    pub currency: Option<Currency>,
}

/// How many figures a sum has: projects by the phase that they reached, then these.
pub const FIGURES: usize = 7;
/// The place of results.
pub const RESULTS: usize = 4;
/// The place of budgets, in the smallest unit of the currency.
pub const BUDGET: usize = 5;
/// The place of payments, likewise.
pub const PAID: usize = 6;
