//! What is judged on the timeline of a project alone. Which unit or park carries it out, and whether it was there, arrives
//! from its own noun.

use super::state::{Phase, Research, Researches};
use super::{
    AbandonResearch, ApproveResearch, Executor, PayResearch, ReachResearchMilestone, RecordResearchResult,
    ResearchAbandoned, ResearchApproved, ResearchClosed, ResearchDetails, ResearchFactVoided,
    ResearchMilestoneReached, ResearchMilestoneSet, ResearchPaid, ResearchProposed, ResearchRejection,
    ResearchResultRecorded, ResearchRevised, ReviseResearch, SetResearchMilestone, TakeOverResearch,
    TakenOverResult, VoidResearchFact,
};
use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event};
use crate::value::{Date, Money, ResearchKey, SmeId};

type Decision = Result<Vec<Event>, ResearchRejection>;

/// The most units that a project concerns.
pub(crate) const SMES_MOST: usize = 100;

/// The most payments, results and settings of milestones of one project, each.
const FACTS_MOST: usize = 250;

/// The largest budget in the smallest unit of its currency: so many of them can be summed in 64 bits.
const BUDGET_MOST: i128 = 1_000_000_000_000_000;

impl Research {
    fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        let event = Event::new(EntityId::Research(self.id), on, data);
        match &self.executor {
            Executor::Sme(id) => event.concerning(EntityId::Sme(*id)),
            Executor::Park(id) => event.concerning(EntityId::Park(*id)),
            Executor::Office(_) => event,
        }
    }

    fn judge_date(&self, on: Date, context: &Context) -> Result<(), ResearchRejection> {
        if on > context.today {
            return Err(ResearchRejection::Future { path: "on", date: on });
        }
        if on < self.proposed {
            return Err(ResearchRejection::BeforeProposal(self.proposed));
        }
        Ok(())
    }

    /// Records an event of its own, where all facts then hold together.
    fn record(&self, path: &'static str, event: Event) -> Decision {
        let events = vec![event];
        match self.after(&events).check() {
            Ok(()) => Ok(events),
            Err(breach) => Err(ResearchRejection::Breach { path, breach }),
        }
    }
}

impl Researches {
    pub(crate) fn known(&self, key: &ResearchKey) -> Result<&Research, ResearchRejection> {
        self.find(key).ok_or(ResearchRejection::Unknown)
    }

    /// Decides `ProposeResearch`, for the executor and the units that it names.
    ///
    /// # Errors
    /// `DUPLICATE_RESEARCH`, `INVALID_DATE`, `INVALID_VALUE`.
    pub fn propose(
        &self,
        details: &ResearchDetails,
        executor: Executor,
        smes: Vec<SmeId>,
        on: Date,
        context: &Context,
    ) -> Decision {
        if self.has_code(&details.code) {
            return Err(ResearchRejection::Duplicate(details.code.clone()));
        }
        if on > context.today {
            return Err(ResearchRejection::Future { path: "on", date: on });
        }
        if smes.len() > SMES_MOST {
            return Err(ResearchRejection::TooMany { path: "details.smes", most: SMES_MOST });
        }
        if let Some(place) = (1..smes.len()).find(|place| smes[..*place].contains(&smes[*place])) {
            return Err(ResearchRejection::NamedTwice { path: format!("details.smes.{place}") });
        }
        let ResearchDetails { code, title, title_latin, topic, province, .. } = details.clone();
        let concerned: Vec<_> = smes.iter().map(|id| EntityId::Sme(*id)).collect();
        let proposed = ResearchProposed { code, title, title_latin, topic, executor, province, smes };
        let research = Research::new(context.new_id(), &proposed, on);
        Ok(vec![concerned.into_iter().fold(research.event(on, proposed), Event::concerning)])
    }

    /// Decides `TakeOverResearch`. It counts as proposed on the day of its approval.
    ///
    /// # Errors
    /// Those of [`Researches::propose`]; `BUDGET_EXCEEDED`, `RESULT_MISSING`.
    pub fn take_over(
        &self,
        command: &TakeOverResearch,
        executor: Executor,
        smes: Vec<SmeId>,
        context: &Context,
    ) -> Decision {
        let (from, until) = (command.approved, command.until.unwrap_or(context.today));
        if until > context.today {
            return Err(ResearchRejection::Future { path: "until", date: until });
        }
        if until < from {
            return Err(ResearchRejection::EndsBeforeApproval { approved: from });
        }
        judge_amount("budget", &command.budget)?;
        let mut events = self.propose(&command.details, executor, smes, from, context)?;
        let EventData::Research(super::ResearchEvent::ResearchProposed(proposed)) = &events[0].data else {
            unreachable!("a proposal is one event");
        };
        let research = Research::new(context.new_id(), proposed, from);
        events.push(research.event(from, ResearchApproved { budget: command.budget }));
        if let Some(amount) = command.paid {
            judge_amount("paid", &amount)?;
            events.push(research.event(until, ResearchPaid { amount, milestone: None }));
        }
        if let Some(TakenOverResult { kind, title, reference }) = command.result.clone() {
            events.push(research.event(until, ResearchResultRecorded { kind, title, reference }));
        }
        if command.closed {
            events.push(research.event(until, ResearchClosed {}));
        }
        match research.after(&events[1..]).check() {
            Ok(()) => Ok(events.into_iter().map(|event| event.on_basis(Basis::TakenOver)).collect()),
            Err(breach) => {
                let path = if breach == super::Breach::NoResult { "result" } else { "paid" };
                Err(ResearchRejection::Breach { path, breach })
            }
        }
    }

    /// Decides `ApproveResearch`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `INVALID_VALUE`; `WRONG_PHASE` once it is approved or has ended.
    pub fn approve(&self, research: &Research, command: &ApproveResearch, context: &Context) -> Decision {
        research.judge_date(command.on, context)?;
        judge_amount("budget", &command.budget)?;
        match research.approved.or(research.ended.map(|(_, fact)| fact)) {
            Some((on, _)) => Err(ResearchRejection::Past { on }),
            None => {
                let approved = ResearchApproved { budget: command.budget };
                research.record("on", research.event(command.on, approved))
            }
        }
    }

    /// Decides `SetResearchMilestone`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` while it is not under way, and for a milestone that is reached.
    pub fn set_milestone(
        &self,
        research: &Research,
        command: &SetResearchMilestone,
        context: &Context,
    ) -> Decision {
        research.judge_date(command.on, context)?;
        judge_room("number", research.milestones.len())?;
        if command.due < command.on {
            return Err(ResearchRejection::DueBeforeItIsSet);
        }
        let SetResearchMilestone { number, title, due, on, .. } = command.clone();
        if let Some(reached) = research.reached.iter().find(|reached| reached.number == number) {
            let breach = super::Breach::Reached { number, on: reached.fact.0 };
            return Err(ResearchRejection::Breach { path: "number", breach });
        }
        research.record("on", research.event(on, ResearchMilestoneSet { number, title, due }))
    }

    /// Decides `ReachResearchMilestone`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNKNOWN_REFERENCE`; `WRONG_PHASE` while it is not under way, and twice.
    pub fn reach_milestone(
        &self,
        research: &Research,
        command: &ReachResearchMilestone,
        context: &Context,
    ) -> Decision {
        research.judge_date(command.on, context)?;
        let reached = ResearchMilestoneReached { number: command.number };
        research.record("number", research.event(command.on, reached))
    }

    /// Decides `PayResearch`.
    ///
    /// # Errors
    /// `BUDGET_EXCEEDED`, `INVALID_DATE`, `INVALID_VALUE` for nothing and another currency, `UNKNOWN_REFERENCE`;
    /// `WRONG_PHASE` while it is not under way.
    pub fn pay(&self, research: &Research, command: &PayResearch, context: &Context) -> Decision {
        research.judge_date(command.on, context)?;
        judge_amount("amount", &command.amount)?;
        judge_room("amount", research.payments.len())?;
        let paid = ResearchPaid { amount: command.amount, milestone: command.milestone };
        research.record("amount", research.event(command.on, paid))
    }

    /// Decides `RecordResearchResult`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` while it is not under way.
    pub fn record_result(
        &self,
        research: &Research,
        command: &RecordResearchResult,
        context: &Context,
    ) -> Decision {
        research.judge_date(command.on, context)?;
        judge_room("title", research.results.len())?;
        let RecordResearchResult { kind, title, reference, on, .. } = command.clone();
        research.record("on", research.event(on, ResearchResultRecorded { kind, title, reference }))
    }

    /// Decides `CloseResearch`.
    ///
    /// # Errors
    /// `RESULT_MISSING`, `INVALID_DATE`; `WRONG_PHASE` with an open milestone, before the approval, and after the end.
    pub fn close(&self, research: &Research, on: Date, context: &Context) -> Decision {
        research.judge_date(on, context)?;
        match research.ended {
            Some((_, (on, _))) => Err(ResearchRejection::Past { on }),
            None => research.record("research", research.event(on, ResearchClosed {})),
        }
    }

    /// Decides `AbandonResearch`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` after the end, and before facts that are recorded.
    pub fn abandon(&self, research: &Research, command: &AbandonResearch, context: &Context) -> Decision {
        research.judge_date(command.on, context)?;
        match research.ended {
            Some((_, (on, _))) => Err(ResearchRejection::Past { on }),
            None => {
                let event = research.event(command.on, ResearchAbandoned {}).because(command.reason);
                research.record("on", event)
            }
        }
    }

    /// Decides `ReviseResearch`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`, `INVALID_VALUE`; `BUDGET_EXCEEDED` for less than was paid; `WRONG_PHASE` after the end, and for
    /// a budget before the approval.
    pub fn revise(&self, research: &Research, command: &ReviseResearch, context: &Context) -> Decision {
        let ReviseResearch { title, title_latin, province, budget, on, .. } = command.clone();
        research.judge_date(on, context)?;
        if title.is_none() && title_latin.is_none() && province.is_none() && budget.is_none() {
            return Ok(Vec::new());
        }
        if let Some((_, (on, _))) = research.ended {
            return Err(ResearchRejection::Past { on });
        }
        if let Some(budget) = &budget {
            judge_amount("budget", budget)?;
            judge_room("budget", research.budgets.len())?;
            if research.phase_on(on) != Some(Phase::Approved) {
                return Err(ResearchRejection::NoApproval { on });
            }
        }
        research
            .record("budget", research.event(on, ResearchRevised { title, title_latin, province, budget }))
    }

    /// Decides `VoidResearchFact`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`; the code of what would not hold without the fact.
    pub fn void(&self, research: &Research, command: &VoidResearchFact) -> Decision {
        let position = command.position.0;
        if research.voided.contains(&position) {
            return Err(ResearchRejection::AlreadyVoided);
        }
        let effective = research.fact(position).ok_or(ResearchRejection::UnknownFact)?;
        let voided = ResearchFactVoided { position: command.position };
        let event = research.event(effective, voided).because(command.reason).caused_by(position);
        research.record("position", event)
    }
}

fn judge_amount(path: &'static str, money: &Money) -> Result<(), ResearchRejection> {
    if money.amount().is_zero() {
        return Err(ResearchRejection::Nothing { path });
    }
    // Money has all the decimals of its currency: its mantissa counts the smallest unit.
    match money.amount().mantissa() <= BUDGET_MOST {
        true => Ok(()),
        false => Err(ResearchRejection::TooMuch { path }),
    }
}

fn judge_room(path: &'static str, recorded: usize) -> Result<(), ResearchRejection> {
    match recorded < FACTS_MOST {
        true => Ok(()),
        false => Err(ResearchRejection::TooMany { path, most: FACTS_MOST }),
    }
}
