//! What is judged on the timeline of consortiums alone. Readiness (rule 16) asks for units and exports, so it is
//! judged where nouns meet, on what [`Consortium::after`] tells.

use super::membership::{Admission, Candidate};
use super::state::{Consortium, Consortiums, Reached};
use super::{
    ConsortiumConstituted, ConsortiumDetails, ConsortiumDissolved, ConsortiumEvent, ConsortiumFactVoided,
    ConsortiumFormed, ConsortiumRejection, ConsortiumRevised, ConsortiumStarted, ConsortiumSuspended,
    DissolveConsortium, FormConsortium, Phase, ReviseConsortium, TakeOverConsortium, VoidConsortiumFact,
};
use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::value::{CommodityGroup, ConsortiumKey, Date, SmeId};

/// The most units that join in one command.
const MOST_MEMBERS: usize = 500;

pub(super) type Decision = Result<Vec<Event>, ConsortiumRejection>;

impl Consortium {
    pub(super) fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        Event::new(EntityId::Consortium(self.id), on, data)
    }

    pub(super) fn judge_date(
        &self,
        on: Date,
        path: &str,
        context: &Context,
    ) -> Result<(), ConsortiumRejection> {
        if on > context.today {
            return Err(ConsortiumRejection::Future { path: path.to_owned(), date: on });
        }
        if on < self.formed {
            return Err(ConsortiumRejection::BeforeFormation { path: path.to_owned(), formed: self.formed });
        }
        Ok(())
    }

    /// The phases follow each other in order, and nobody joins after the end.
    fn judge_timeline(&self, path: &'static str) -> Result<(), ConsortiumRejection> {
        let phases: Vec<_> = self.phases.iter().collect();
        for pair in phases.windows(2) {
            let (before, next) = (pair[0].value.phase, pair[1].value);
            if !follows(before, next) {
                let (phase, on) = (next.phase, pair[1].effective);
                return Err(ConsortiumRejection::PhaseOrder { path, before, phase, on });
            }
        }
        match self.dissolved() {
            Some(dissolved) if self.members.iter().any(|member| member.joined >= dissolved) => {
                Err(ConsortiumRejection::Dissolved { path: path.to_owned(), dissolved })
            }
            _ => Ok(()),
        }
    }
}

/// Whether a phase may follow another. What is taken over may leave phases out, since nobody kept their dates.
fn follows(before: Phase, next: Reached) -> bool {
    match (before, next.phase) {
        (Phase::Dissolved, _) => false,
        (_, Phase::Dissolved) | (Phase::Suspended, Phase::Operating) => true,
        (before, phase) if next.basis == Basis::TakenOver => before < phase,
        (Phase::Preparing, Phase::Constituted) | (Phase::Constituted, Phase::Operating) => true,
        _ => false,
    }
}

impl Consortiums {
    pub(crate) fn known(&self, key: &ConsortiumKey) -> Result<&Consortium, ConsortiumRejection> {
        self.find(key).ok_or(ConsortiumRejection::Unknown)
    }

    /// Decides `FormConsortium`; the candidates are those of `command.members`, in that order.
    ///
    /// # Errors
    /// `DUPLICATE_CONSORTIUM`, `INVALID_DATE`, `UNIT_CLOSED`, `DUPLICATE_MEMBER`, `ALREADY_IN_CONSORTIUM`,
    /// `INVALID_VALUE` for more members than one command takes.
    pub fn form(&self, command: &FormConsortium, candidates: &[Candidate], context: &Context) -> Decision {
        let (count, most) = (command.members.len(), MOST_MEMBERS);
        if count > most {
            return Err(ConsortiumRejection::TooMany { count, most });
        }
        let mut events = self.found(&command.details, command.on, "on", Basis::Decided, context)?;
        let mut consortium = founded(&events[0], command.details.product_group);
        for (index, (member, candidate)) in command.members.iter().zip(candidates).enumerate() {
            let event = self.admission(
                &consortium,
                &Admission {
                    candidate: *candidate,
                    certificate: member.certificate.as_ref(),
                    joined: command.on,
                    sme_path: format!("members.{index}.sme"),
                    date_path: "on".to_owned(),
                },
                Basis::Decided,
                context,
            )?;
            consortium = consortium.after(std::slice::from_ref(&event));
            events.push(event);
        }
        Ok(events)
    }

    /// Decides `TakeOverConsortium`; the candidate is that of `command.member`.
    ///
    /// # Errors
    /// Those of [`Consortiums::form`].
    pub fn take_over(
        &self,
        command: &TakeOverConsortium,
        candidate: Option<Candidate>,
        context: &Context,
    ) -> Decision {
        let mut events = self.found(&command.details, command.formed, "formed", Basis::TakenOver, context)?;
        let consortium = founded(&events[0], command.details.product_group);
        if let (Some(member), Some(candidate)) = (&command.member, candidate) {
            events.extend(self.take_over_member(&consortium, member, candidate, context)?);
        }
        Ok(events)
    }

    fn found(
        &self,
        details: &ConsortiumDetails,
        on: Date,
        path: &str,
        basis: Basis,
        context: &Context,
    ) -> Decision {
        if self.has_code(&details.code) {
            return Err(ConsortiumRejection::Duplicate(details.code.clone()));
        }
        if on > context.today {
            return Err(ConsortiumRejection::Future { path: path.to_owned(), date: on });
        }
        let formed = ConsortiumFormed {
            code: details.code.clone(),
            name: details.name.clone(),
            name_latin: details.name_latin.clone(),
            kind: details.kind,
            product_group: details.product_group,
        };
        Ok(vec![Event::new(EntityId::Consortium(context.new_id()), on, formed).on_basis(basis)])
    }

    /// Decides `ConstituteConsortium`, but for the readiness of its members.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn constitute(&self, consortium: &Consortium, on: Date, context: &Context) -> Decision {
        self.change_phase(consortium, consortium.event(on, ConsortiumConstituted {}), "on", context)
    }

    /// Decides `StartConsortium`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn start(&self, consortium: &Consortium, on: Date, context: &Context) -> Decision {
        self.change_phase(consortium, consortium.event(on, ConsortiumStarted {}), "on", context)
    }

    /// Decides `DissolveConsortium`. Its members are among the entities that the event concerns.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn dissolve(
        &self,
        consortium: &Consortium,
        command: &DissolveConsortium,
        context: &Context,
    ) -> Decision {
        let event = consortium.event(command.on, ConsortiumDissolved {}).because(command.reason);
        self.change_phase(consortium, concerning_members(consortium, event), "on", context)
    }

    /// Decides `TakeOverPhase`, but for the number of members. A phase that is recorded for that day already records
    /// nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn take_over_phase(
        &self,
        consortium: &Consortium,
        phase: Phase,
        on: Date,
        context: &Context,
    ) -> Decision {
        consortium.judge_date(on, "on", context)?;
        if consortium.phase_on(on) == Some(phase) {
            return Ok(Vec::new());
        }
        let event = match phase {
            Phase::Preparing => {
                let before = consortium.phase_on(on).unwrap_or(phase);
                return Err(ConsortiumRejection::PhaseOrder { path: "phase", before, phase, on });
            }
            Phase::Constituted => consortium.event(on, ConsortiumConstituted {}),
            Phase::Operating => consortium.event(on, ConsortiumStarted {}),
            Phase::Suspended => consortium.event(on, ConsortiumSuspended {}),
            Phase::Dissolved => concerning_members(consortium, consortium.event(on, ConsortiumDissolved {})),
        };
        self.change_phase(consortium, event.on_basis(Basis::TakenOver), "phase", context)
    }

    fn change_phase(
        &self,
        consortium: &Consortium,
        event: Event,
        path: &'static str,
        context: &Context,
    ) -> Decision {
        consortium.judge_date(event.effective, "on", context)?;
        let events = vec![event];
        consortium.after(&events).judge_timeline(path)?;
        Ok(events)
    }

    /// Decides `ReviseConsortium`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn revise(&self, consortium: &Consortium, command: &ReviseConsortium, context: &Context) -> Decision {
        consortium.judge_date(command.on, "on", context)?;
        match consortium.dissolved() {
            Some(dissolved) if dissolved <= command.on => {
                return Err(ConsortiumRejection::Dissolved { path: "on".to_owned(), dissolved });
            }
            _ => {}
        }
        let ReviseConsortium { name, name_latin, kind, .. } = command.clone();
        if name.is_none() && name_latin.is_none() && kind.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![consortium.event(command.on, ConsortiumRevised { name, name_latin, kind })])
    }

    /// Decides `VoidConsortiumFact`: a membership (and its end), the end of one, or a phase.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`; `WRONG_PHASE`, `DUPLICATE_MEMBER` or `ALREADY_IN_CONSORTIUM` when what is
    /// left would break a rule.
    pub fn void(&self, consortium: &Consortium, command: &VoidConsortiumFact) -> Decision {
        let position = command.position.0;
        if consortium.voided.contains(&position) {
            return Err(ConsortiumRejection::AlreadyVoided);
        }
        let (effective, sme) = consortium.fact(position).ok_or(ConsortiumRejection::UnknownFact)?;
        let event = consortium
            .event(effective, ConsortiumFactVoided { position: command.position })
            .because(command.reason)
            .caused_by(position);
        let event = match sme {
            Some(sme) => event.concerning(EntityId::Sme(sme)),
            None => event,
        };
        let events = vec![event];
        let after = consortium.after(&events);
        after.judge_timeline("position")?;
        self.judge_longer(consortium, &after)?;
        Ok(events)
    }
}

impl Consortium {
    /// The date of a fact that can be voided, and the unit that it is about.
    fn fact(&self, position: Position) -> Option<(Date, Option<SmeId>)> {
        if let Some(phase) = self.phases.by_position(position) {
            return (phase.value.phase != Phase::Preparing).then_some((phase.effective, None));
        }
        self.members.iter().find_map(|member| match member.left {
            _ if member.position == position => Some((member.joined, Some(member.sme))),
            Some((left, end)) if end == position => Some((left, Some(member.sme))),
            _ => None,
        })
    }
}

fn concerning_members(consortium: &Consortium, event: Event) -> Event {
    let on = event.effective;
    consortium.members_on(on).fold(event, |event, member| event.concerning(EntityId::Sme(member.sme)))
}

/// The consortium that a formation would found.
fn founded(formation: &Event, group: CommodityGroup) -> Consortium {
    let EntityId::Consortium(id) = formation.entity else { unreachable!("a formation founds a consortium") };
    debug_assert!(matches!(formation.data, EventData::Consortium(ConsortiumEvent::ConsortiumFormed(_))));
    Consortium::new(id, group, formation.effective, formation.basis, Position::MIN)
}
