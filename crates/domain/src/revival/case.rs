//! One revival case: its steps, and what each may follow.
//!
//! Steps come in their order, each but the referral once, and none after the end. What an end does to the unit is
//! judged on the unit's timeline.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::EventData;
use crate::envelope::{Context, EntityId, Event, Position};
use crate::rejection::Rejection;
use crate::sme::{Fact, Sme};
use crate::value::{Date, RevivalId, SmeId};

use super::{
    AbandonRevival, Consequence, ProductionRestarted, ReferRevival, RestartVerified, RevivalAbandoned,
    RevivalCommand, RevivalDiagnosed, RevivalEvent, RevivalPlanned, RevivalReferred, RevivalRejection,
    ReviveUnit, UnitRevived,
};

/// A step of a case that is recorded once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The diagnosis of an industrial clinic.
    Diagnosis,
    /// The plan.
    Plan,
    /// The restart of production.
    Restart,
    /// The verification of the restart.
    Verification,
}

impl Step {
    pub(super) const ALL: [Self; 4] = [Self::Diagnosis, Self::Plan, Self::Restart, Self::Verification];
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Diagnosis => "diagnosis",
            Self::Plan => "plan",
            Self::Restart => "restart",
            Self::Verification => "verification",
        })
    }
}

/// A revival case, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revival {
    /// Its ID.
    pub id: RevivalId,
    /// How many events it has.
    pub version: u32,
    /// The unit.
    pub sme: SmeId,
    /// When it was opened.
    pub opened: Date,
    /// When it ended, with or without success.
    pub ended: Option<Ended>,
    pub(super) steps: [Option<(Date, Position)>; 4],
    pub(super) referrals: Vec<(Date, Position)>,
    pub(super) voided: Vec<Position>,
}

/// The end of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The day.
    pub on: Date,
    /// The position of its event.
    pub position: Position,
    /// Whether the unit was revived.
    pub revived: bool,
}

impl Revival {
    /// When a step was taken.
    pub fn step(&self, step: Step) -> Option<Date> {
        self.taken(step).map(|(on, _)| on)
    }

    pub(super) fn taken(&self, step: Step) -> Option<(Date, Position)> {
        self.steps[step as usize]
    }

    /// The last day for which a step or a referral is recorded, or that of the opening.
    fn last_step(&self) -> Date {
        let steps = self.steps.iter().flatten().chain(&self.referrals);
        steps.map(|(on, _)| *on).max().unwrap_or(self.opened)
    }

    /// What every step and every end asks: a day that is not in the future, within the case.
    fn within(&self, on: Date, context: &Context) -> Result<(), RevivalRejection> {
        if on > context.today {
            return Err(RevivalRejection::Future(on));
        }
        if let Some(ended) = self.ended {
            return Err(RevivalRejection::Ended(ended.on));
        }
        if on < self.opened { Err(RevivalRejection::BeforeOpening(self.opened)) } else { Ok(()) }
    }

    fn needs(&self, step: Step, on: Date) -> Result<(), RevivalRejection> {
        match self.step(step) {
            Some(taken) if taken <= on => Ok(()),
            _ => Err(RevivalRejection::StepMissing(step)),
        }
    }

    pub(super) fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        Event::new(EntityId::Revival(self.id), on, data).concerning(EntityId::Sme(self.sme))
    }

    /// Judges a step other than an end.
    fn step_on(&self, sme: &Sme, on: Date, context: &Context) -> Result<(), RevivalRejection> {
        self.within(on, context)?;
        match sme.status_on(on) {
            Some(status) if status.is_final() => Err(RevivalRejection::UnitClosed),
            _ => Ok(()),
        }
    }

    /// Judges a step that is recorded once.
    fn take(&self, step: Step, sme: &Sme, on: Date, context: &Context) -> Result<(), RevivalRejection> {
        self.step_on(sme, on, context)?;
        match self.step(step) {
            Some(on) => Err(RevivalRejection::Repeated { step, on }),
            None => Ok(()),
        }
    }

    /// Decides every command but `OpenRevival`, for the case and the unit that it names.
    ///
    /// # Errors
    /// `WRONG_PHASE`, `REVIVAL_STEP_MISSING`, `UNIT_CLOSED`, `ILLEGAL_TRANSITION`, `INVALID_DATE`.
    pub fn decide(
        &self,
        sme: &Sme,
        command: &RevivalCommand,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let event = match command {
            RevivalCommand::OpenRevival(_) => unreachable!("an opening names no case"),
            RevivalCommand::DiagnoseRevival(command) => {
                self.take(Step::Diagnosis, sme, command.on, context)?;
                self.event(command.on, RevivalDiagnosed { finding: command.finding })
            }
            RevivalCommand::PlanRevival(command) => {
                self.take(Step::Plan, sme, command.on, context)?;
                self.needs(Step::Diagnosis, command.on)?;
                self.event(command.on, RevivalPlanned {})
            }
            RevivalCommand::ReferRevival(command) => self.refer(sme, command, context)?,
            RevivalCommand::RestartProduction(command) => {
                self.take(Step::Restart, sme, command.on, context)?;
                self.event(command.on, ProductionRestarted {})
            }
            RevivalCommand::VerifyRestart(command) => {
                self.take(Step::Verification, sme, command.on, context)?;
                self.needs(Step::Restart, command.on)?;
                self.event(command.on, RestartVerified {})
            }
            RevivalCommand::ReviveUnit(command) => self.revive(sme, command, context)?,
            RevivalCommand::AbandonRevival(command) => self.abandon(sme, command, context)?,
            RevivalCommand::VoidRevivalFact(command) => self.void(sme, command)?,
        };
        Ok(vec![event])
    }

    fn refer(&self, sme: &Sme, command: &ReferRevival, context: &Context) -> Result<Event, RevivalRejection> {
        self.step_on(sme, command.on, context)?;
        self.needs(Step::Diagnosis, command.on)?;
        if command
            .loan
            .as_ref()
            .is_some_and(|loan| !loan.amount().is_sign_positive() || loan.amount().is_zero())
        {
            return Err(RevivalRejection::EmptyLoan);
        }
        if command.loan.is_none() && command.lender.is_some() {
            return Err(RevivalRejection::LenderOfNothing);
        }
        let ReferRevival { to, loan, lender, on, .. } = *command;
        Ok(self.event(on, RevivalReferred { to, loan, lender }))
    }

    /// Rule 10.
    fn revive(&self, sme: &Sme, command: &ReviveUnit, context: &Context) -> Result<Event, RevivalRejection> {
        self.step_on(sme, command.on, context)?;
        self.needs(Step::Diagnosis, command.on)?;
        self.needs(Step::Verification, command.on)?;
        self.ends(sme, command.on, Fact::Revived)?;
        Ok(self.event(command.on, UnitRevived { jobs: command.jobs, utilisation: command.utilisation }))
    }

    /// The case of a closed unit can only be abandoned, which leaves it closed.
    fn abandon(
        &self,
        sme: &Sme,
        command: &AbandonRevival,
        context: &Context,
    ) -> Result<Event, RevivalRejection> {
        self.within(command.on, context)?;
        self.ends(sme, command.on, Fact::RevivalAbandoned)?;
        Ok(self.event(command.on, RevivalAbandoned {}).because(command.reason))
    }

    fn ends(&self, sme: &Sme, on: Date, fact: Fact) -> Result<(), RevivalRejection> {
        let last_step = self.last_step();
        if on < last_step {
            return Err(RevivalRejection::BeforeStep(last_step));
        }
        Ok(sme.history().bears(on, fact)?)
    }

    pub(super) fn opened(id: RevivalId, sme: SmeId, on: Date) -> Self {
        let (steps, referrals, voided) = ([None; 4], Vec::new(), Vec::new());
        Self { id, version: 1, sme, opened: on, ended: None, steps, referrals, voided }
    }

    /// Applies an event after the opening, and tells what it means for the unit, if anything.
    pub(super) fn evolve(
        &mut self,
        event: &RevivalEvent,
        on: Date,
        position: Position,
    ) -> Option<Consequence> {
        self.version += 1;
        let step = match event {
            RevivalEvent::RevivalOpened(_) => unreachable!("an opening makes the case"),
            RevivalEvent::UnitRevived(_) => {
                self.ended = Some(Ended { on, position, revived: true });
                return Some(Consequence::Fact(Fact::Revived));
            }
            RevivalEvent::RevivalAbandoned(_) => {
                self.ended = Some(Ended { on, position, revived: false });
                return Some(Consequence::Fact(Fact::RevivalAbandoned));
            }
            RevivalEvent::RevivalFactVoided(voided) => return self.forget(voided.position.0),
            RevivalEvent::RevivalReferred(_) => {
                self.referrals.push((on, position));
                return None;
            }
            RevivalEvent::RevivalDiagnosed(_) => Step::Diagnosis,
            RevivalEvent::RevivalPlanned(_) => Step::Plan,
            RevivalEvent::ProductionRestarted(_) => Step::Restart,
            RevivalEvent::RestartVerified(_) => Step::Verification,
        };
        self.steps[step as usize] = Some((on, position));
        None
    }
}
