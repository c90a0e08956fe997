//! A project's facts.

use super::super::research::Research;
use super::keep;
use daftar_domain::research::{ExecutorKey, ResearchEvent, ResearchProposed, TakenOverResult};
use daftar_domain::value::{Date, Money, Timeline};

#[derive(Clone, Debug)]
pub(super) struct ResearchFacts {
    pub base: Research,
    pub version: u32,
    approved: Timeline<()>,
    budgets: Timeline<Money>,
    payments: Timeline<Money>,
    results: Timeline<TakenOverResult>,
    /// Whether it ended with a result.
    ended: Timeline<bool>,
}

impl ResearchFacts {
    pub fn proposed(event: &ResearchProposed, executor: ExecutorKey, version: u32) -> Self {
        let base = Research {
            code: event.code.clone(),
            title: event.title.clone(),
            title_latin: event.title_latin.clone(),
            topic: event.topic,
            executor,
            province: event.province,
            approved: None,
            budget: None,
            paid: None,
            result: None,
            closed: false,
            until: None,
        };
        Self {
            base,
            version,
            approved: Timeline::new(),
            budgets: Timeline::new(),
            payments: Timeline::new(),
            results: Timeline::new(),
            ended: Timeline::new(),
        }
    }

    pub fn as_stated(&self) -> Research {
        let budget = self.budgets.latest().map(|entry| entry.value);
        let paid: rust_decimal::Decimal = self.payments.iter().map(|entry| entry.value.amount()).sum();
        let currency = self.payments.latest().map(|entry| entry.value.currency());
        let paid = currency.and_then(|currency| Money::new(paid, currency).ok());
        Research {
            approved: self.approved.latest().map(|entry| entry.effective),
            budget,
            paid,
            result: self.results.iter().next().map(|entry| entry.value.clone()),
            closed: self.ended.latest().is_some_and(|entry| entry.value),
            until: self.ended.latest().map(|entry| entry.effective),
            ..self.base.clone()
        }
    }

    pub fn apply(&mut self, event: &ResearchEvent, on: Date, position: u64) {
        match event {
            ResearchEvent::ResearchApproved(event) => {
                self.approved.insert(on, position, ());
                self.budgets.insert(on, position, event.budget);
            }
            ResearchEvent::ResearchPaid(event) => self.payments.insert(on, position, event.amount),
            ResearchEvent::ResearchResultRecorded(event) => {
                let (kind, title, reference) = (event.kind, event.title.clone(), event.reference.clone());
                self.results.insert(on, position, TakenOverResult { kind, title, reference });
            }
            ResearchEvent::ResearchClosed(_) => self.ended.insert(on, position, true),
            ResearchEvent::ResearchAbandoned(_) => self.ended.insert(on, position, false),
            ResearchEvent::ResearchRevised(event) => {
                keep(&mut self.base.title, event.title.as_ref());
                self.base.title_latin = event.title_latin.clone().or(self.base.title_latin.take());
                self.base.province = event.province.or(self.base.province);
                event.budget.into_iter().for_each(|budget| self.budgets.insert(on, position, budget));
            }
            ResearchEvent::ResearchFactVoided(event) => {
                let fact = event.position.0;
                self.approved.remove(fact);
                self.budgets.remove(fact);
                self.payments.remove(fact);
                self.results.remove(fact);
                self.ended.remove(fact);
            }
            ResearchEvent::ResearchProposed(_)
            | ResearchEvent::ResearchMilestoneSet(_)
            | ResearchEvent::ResearchMilestoneReached(_) => {}
        }
    }
}
