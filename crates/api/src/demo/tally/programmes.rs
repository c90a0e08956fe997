//! The totals of courses, workshops and research projects.

use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::research::Phase;
use daftar_domain::training::{Audience, TrainingEvent, TrainingKind};
use daftar_domain::value::{Date, TrainingId};
use daftar_domain::{EventData, State};
use rustc_hash::FxHashMap;

use super::List;
use crate::demo::totals;

/// What events say of trainings, as far as totals ask.
#[derive(Debug, Default)]
pub(super) struct Programmes {
    kinds: FxHashMap<TrainingId, TrainingKind>,
}

impl Programmes {
    pub(super) fn note(&mut self, recorded: &Recorded) {
        if let (EventData::Training(TrainingEvent::TrainingPlanned(planned)), EntityId::Training(id)) =
            (&recorded.event.data, recorded.event.entity)
        {
            self.kinds.insert(id, planned.kind);
        }
    }

    pub(super) fn count(&self, state: &State, list: &mut List) {
        self.count_trainings(state, list);
        count_research(state, list);
    }

    fn count_trainings(&self, state: &State, list: &mut List) {
        let (mut kinds, mut seats, mut participants, mut of_groups, mut certificates) = ([0; 2], 0, 0, 0, 0);
        for training in state.trainings.iter() {
            let Some(held) = training.held().filter(|held| totals::period().contains(*held)) else {
                continue;
            };
            if let Some(kind) = self.kinds.get(&training.id) {
                kinds[*kind as usize] += 1;
            }
            seats += usize::from(training.seats_on(held));
            for enrolment in training.enrolled_on(held) {
                participants += 1;
                of_groups += usize::from(Audience::of(enrolment.participant) != Audience::Smes);
            }
            certificates += training.certified_on(Date::MAX).count();
        }
        list.add("courses held", totals::COURSES, kinds[TrainingKind::Course as usize]);
        list.add("workshops held", totals::WORKSHOPS, kinds[TrainingKind::Workshop as usize]);
        list.add("seats", totals::TRAINING_SEATS, seats);
        list.add("participants", totals::TRAINING_PARTICIPANTS, participants);
        list.add("consortiums and companies among the participants", totals::GROUP_PARTICIPANTS, of_groups);
        list.add("certificates", totals::TRAINING_CERTIFICATES, certificates);
    }
}

fn count_research(state: &State, list: &mut List) {
    let last = totals::period().last_day();
    let projects = || state.researches.iter().filter(|project| totals::period().contains(project.proposed));
    let reached = |phases: &[Phase]| {
        let phases_reached = projects().filter_map(|project| project.phase_on(last));
        phases_reached.filter(|phase| phases.contains(phase)).count()
    };
    list.add("projects proposed", totals::RESEARCH_PROPOSED, projects().count());
    list.add("projects approved", totals::RESEARCH_APPROVED, reached(&[Phase::Approved, Phase::Closed]));
    list.add("projects turned down", totals::RESEARCH_TURNED_DOWN, reached(&[Phase::Abandoned]));
    list.add("projects closed", totals::RESEARCH_CLOSED, reached(&[Phase::Closed]));
    for (currency, budget, paid) in totals::RESEARCH_BUDGETS {
        let of_currency = || {
            let budgets = projects().filter_map(|project| Some((project, project.budget_on(last)?)));
            budgets.filter(|(_, budget)| budget.currency().to_string() == currency)
        };
        let units = |amount: rust_decimal::Decimal| amount.mantissa().unsigned_abs() as u64;
        let budgets: u64 = of_currency().map(|(_, budget)| units(budget.amount())).sum();
        let payments: u64 = of_currency().map(|(project, _)| units(project.paid_until(last))).sum();
        list.add(format!("budgets of projects in {currency}"), budget, budgets);
        list.add(format!("payments to projects in {currency}"), paid, payments);
    }
}
