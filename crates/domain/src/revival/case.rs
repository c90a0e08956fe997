//! One revival case: its steps, and what each may follow.
//!
//! Steps come in their order, each but the referral once, and none after the end. What an end does to the unit is
//! judged on the unit's timeline.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::EventData;
use crate::envelope::{Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::sme::{Fact, OperatingStatus, Sme};
use crate::value::{Date, RevivalId, SmeId};

use super::{
    AbandonRevival, ProductionRestarted, ReferRevival, RestartVerified, RevivalAbandoned, RevivalCommand,
    RevivalDiagnosed, RevivalEvent, RevivalPlanned, RevivalReferred, RevivalRejection, ReviveUnit,
    UnitRevived,
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
    pub ended: Option<Date>,
    steps: [Option<Date>; 4],
    last_step: Date,
}

impl Revival {
    /// When a step was taken.
    pub fn step(&self, step: Step) -> Option<Date> {
        self.steps[step as usize]
    }

    /// What every step and every end asks: a day that is not in the future, within the case.
    fn within(&self, on: Date, context: &Context) -> Result<(), RevivalRejection> {
        if on > context.today {
            return Err(RevivalRejection::Future(on));
        }
        if let Some(ended) = self.ended {
            return Err(RevivalRejection::Ended(ended));
        }
        if on < self.opened { Err(RevivalRejection::BeforeOpening(self.opened)) } else { Ok(()) }
    }

    fn needs(&self, step: Step, on: Date) -> Result<(), RevivalRejection> {
        match self.step(step) {
            Some(taken) if taken <= on => Ok(()),
            _ => Err(RevivalRejection::StepMissing(step)),
        }
    }

    fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        Event::new(EntityId::Revival(self.id), on, data).concerning(EntityId::Sme(self.sme))
    }

    /// Judges a step other than an end.
    fn step_on(&self, sme: &Sme, on: Date, context: &Context) -> Result<(), RevivalRejection> {
        self.within(on, context)?;
        match sme.status_on(on) {
            Some(OperatingStatus::Closed) => Err(RevivalRejection::UnitClosed),
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
        Ok(self.event(command.on, RevivalReferred { to: command.to, loan: command.loan }))
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
        if on < self.last_step {
            return Err(RevivalRejection::BeforeStep(self.last_step));
        }
        Ok(sme.history().bears(on, fact)?)
    }

    pub(super) fn opened(id: RevivalId, sme: SmeId, on: Date) -> Self {
        Self { id, version: 1, sme, opened: on, ended: None, steps: [None; 4], last_step: on }
    }

    /// Applies an event after the opening. An end tells what it means for the unit.
    pub(super) fn evolve(&mut self, event: &RevivalEvent, effective: Date) -> Option<Fact> {
        self.version += 1;
        let step = match event {
            RevivalEvent::RevivalOpened(_) => unreachable!("an opening makes the case"),
            RevivalEvent::UnitRevived(_) => {
                self.ended = Some(effective);
                return Some(Fact::Revived);
            }
            RevivalEvent::RevivalAbandoned(_) => {
                self.ended = Some(effective);
                return Some(Fact::RevivalAbandoned);
            }
            RevivalEvent::RevivalDiagnosed(_) => Some(Step::Diagnosis),
            RevivalEvent::RevivalPlanned(_) => Some(Step::Plan),
            RevivalEvent::RevivalReferred(_) => None,
            RevivalEvent::ProductionRestarted(_) => Some(Step::Restart),
            RevivalEvent::RestartVerified(_) => Some(Step::Verification),
        };
        self.last_step = self.last_step.max(effective);
        if let Some(step) = step {
            self.steps[step as usize] = Some(effective);
        }
        None
    }
}
