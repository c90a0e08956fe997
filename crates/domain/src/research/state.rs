//! Projects as far as rules ask: approval, budget, milestones, payments, results and end, with their dates.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Executor, ResearchEvent, ResearchProposed};
use crate::envelope::{Event, Position};
use crate::value::{
    Currency, Date, Index, MilestoneNumber, Money, ResearchCode, ResearchId, ResearchKey, Table, Timeline,
};

/// How far a project has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Proposed.
    Proposed,
    /// Approved, and under way.
    Approved,
    /// Closed with a result.
    Closed,
    /// Abandoned, or turned down.
    Abandoned,
}

/// A day with the event that recorded it.
pub(super) type Fact = (Date, Position);

/// A milestone, as one event set it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Milestone {
    pub number: MilestoneNumber,
    pub fact: Fact,
}

/// A payment.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Payment {
    pub amount: Money,
    pub milestone: Option<MilestoneNumber>,
    pub fact: Fact,
}

/// A project, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Research {
    /// Its ID.
    pub id: ResearchId,
    /// How many events it has.
    pub version: u32,
    /// When it was proposed.
    pub proposed: Date,
    /// Who carries it out.
    pub executor: Executor,
    pub(super) approved: Option<Fact>,
    /// The approval's first, those of revisions after it.
    pub(super) budgets: Timeline<Money>,
    pub(super) milestones: Vec<Milestone>,
    pub(super) reached: Vec<Milestone>,
    pub(super) payments: Vec<Payment>,
    pub(super) results: Vec<Fact>,
    pub(super) ended: Option<(Phase, Fact)>,
    pub(super) voided: Vec<Position>,
}

impl Research {
    pub(super) fn new(id: ResearchId, event: &ResearchProposed, on: Date) -> Self {
        Self {
            id,
            version: 1,
            proposed: on,
            executor: event.executor.clone(),
            approved: None,
            budgets: Timeline::new(),
            milestones: Vec::new(),
            reached: Vec::new(),
            payments: Vec::new(),
            results: Vec::new(),
            ended: None,
            voided: Vec::new(),
        }
    }

    /// How far it had come on a day; none before it was proposed.
    pub fn phase_on(&self, on: Date) -> Option<Phase> {
        if on < self.proposed {
            return None;
        }
        Some(match (self.ended, self.approved) {
            (Some((end, (since, _))), _) if since <= on => end,
            (_, Some((since, _))) if since <= on => Phase::Approved,
            _ => Phase::Proposed,
        })
    }

    /// The budget on a day.
    pub fn budget_on(&self, on: Date) -> Option<Money> {
        self.budgets.at(on).map(|entry| entry.value)
    }

    /// What was paid until a day, in the currency of the budget.
    pub fn paid_until(&self, on: Date) -> Decimal {
        let paid = self.payments.iter().filter(|payment| payment.fact.0 <= on);
        paid.map(|payment| payment.amount.amount()).sum()
    }

    /// The currency of the budget.
    pub fn currency(&self) -> Option<Currency> {
        self.budgets.iter().next().map(|entry| entry.value.currency())
    }

    /// The day of the budget or payment that the event at a position recorded.
    pub fn money_fact(&self, position: Position) -> Option<Date> {
        let budget = self.budgets.by_position(position).map(|entry| entry.effective);
        let mut payments = self.payments.iter().map(|payment| payment.fact);
        budget.or_else(|| payments.find(|(_, recorded)| *recorded == position).map(|(on, _)| on))
    }

    /// What it would be if these events of its own were recorded next.
    pub(super) fn after(&self, events: &[Event]) -> Self {
        let mut after = self.clone();
        for event in events {
            if let crate::EventData::Research(data) = &event.data {
                after.apply(data, event.effective, Position::MAX);
            }
        }
        after
    }

    pub(super) fn apply(&mut self, event: &ResearchEvent, on: Date, position: Position) {
        self.version += 1;
        let fact = (on, position);
        match event {
            ResearchEvent::ResearchProposed(_) => unreachable!("a proposal makes it"),
            ResearchEvent::ResearchApproved(event) => {
                self.approved = Some(fact);
                self.budgets.insert(on, position, event.budget);
            }
            ResearchEvent::ResearchMilestoneSet(event) => {
                self.milestones.push(Milestone { number: event.number, fact });
            }
            ResearchEvent::ResearchMilestoneReached(event) => {
                self.reached.push(Milestone { number: event.number, fact });
            }
            ResearchEvent::ResearchPaid(event) => {
                self.payments.push(Payment { amount: event.amount, milestone: event.milestone, fact });
            }
            ResearchEvent::ResearchResultRecorded(_) => self.results.push(fact),
            ResearchEvent::ResearchClosed(_) => self.ended = Some((Phase::Closed, fact)),
            ResearchEvent::ResearchAbandoned(_) => self.ended = Some((Phase::Abandoned, fact)),
            ResearchEvent::ResearchRevised(event) => {
                event.budget.into_iter().for_each(|budget| self.budgets.insert(on, position, budget));
            }
            ResearchEvent::ResearchFactVoided(event) => self.void(event.position.0),
        }
    }

    fn void(&mut self, position: Position) {
        self.voided.push(position);
        self.approved = self.approved.filter(|(_, recorded)| *recorded != position);
        self.budgets.remove(position);
        self.milestones.retain(|milestone| milestone.fact.1 != position);
        self.reached.retain(|milestone| milestone.fact.1 != position);
        self.payments.retain(|payment| payment.fact.1 != position);
        self.results.retain(|(_, recorded)| *recorded != position);
        self.ended = self.ended.filter(|(_, (_, recorded))| *recorded != position);
    }

    /// The date of a fact that can be voided.
    pub(super) fn fact(&self, position: Position) -> Option<Date> {
        let budgets = self.budgets.iter().map(|entry| (entry.effective, entry.position));
        let milestones = self.milestones.iter().chain(&self.reached).map(|milestone| milestone.fact);
        let payments = self.payments.iter().map(|payment| payment.fact);
        let ended = self.ended.into_iter().map(|(_, fact)| fact);
        let all = budgets.chain(milestones).chain(payments).chain(self.results.iter().copied()).chain(ended);
        let mut of = all.filter(|(_, recorded)| *recorded == position);
        of.next().map(|(on, _)| on)
    }
}

/// All projects.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Researches {
    table: Table<Research>,
    by_id: Index<ResearchId>,
    by_code: Index<ResearchCode>,
}

impl Researches {
    /// The one that a key names.
    pub fn find(&self, key: &ResearchKey) -> Option<&Research> {
        match key {
            ResearchKey::Id(id) => self.get(*id),
            ResearchKey::Code(code) => self.by_code.get(code).map(|row| self.table.get(row)),
        }
    }

    /// The one with an ID.
    pub fn get(&self, id: ResearchId) -> Option<&Research> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events one has; 0 for one that is not recorded.
    pub fn version(&self, id: ResearchId) -> u32 {
        self.get(id).map_or(0, |research| research.version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Every one in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Research> {
        self.table.iter()
    }

    pub(super) fn has_code(&self, code: &ResearchCode) -> bool {
        self.by_code.contains(code)
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: ResearchId, event: &ResearchEvent, on: Date, position: Position) {
        if let ResearchEvent::ResearchProposed(proposed) = event {
            let row = self.table.push(Research::new(id, proposed, on));
            self.by_id.insert(id, row);
            self.by_code.insert(proposed.code.clone(), row);
            return;
        }
        let row = self.by_id.get(&id).expect("an event follows its project's proposal");
        self.table.get_mut(row).apply(event, on, position);
    }
}
