//! Consortiums: who may join, when one is constituted, suspended and started again (rule 16), and what follows for facts
//! of other nouns that were recorded before.

use rustc_hash::FxHashSet;

use super::{closed_on, findings, known_sme, limit};
use crate::State;
use crate::consortium::{
    Candidate, Consortium, ConsortiumCommand, ConsortiumEvent, ConsortiumRejection, Membership, Phase,
    TakeOverPhase,
};
use crate::envelope::{Context, EntityId, Event, Position};
use crate::export::{Exports, Party};
use crate::reference::LimitName;
use crate::rejection::Rejection;
use crate::value::{CertificateNumber, ConsortiumId, Date, SmeId, SmeKey, Usd};

/// Decides a command about a consortium.
pub(crate) fn decide_consortium(
    state: &State,
    command: &ConsortiumCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let consortiums = &state.consortiums;
    let events = match command {
        ConsortiumCommand::FormConsortium(command) => {
            let candidates = command.members.iter().enumerate().map(|(index, member)| {
                let path = format!("members.{index}.sme");
                candidate(state, &member.sme, member.certificate.as_ref(), command.on, &path)
            });
            consortiums.form(command, &candidates.collect::<Result<Vec<_>, _>>()?, context)?
        }
        ConsortiumCommand::TakeOverConsortium(command) => {
            let member = command.member.as_ref();
            let candidate = member.map(|member| {
                candidate(state, &member.sme, member.certificate.as_ref(), member.joined, "member.sme")
            });
            consortiums.take_over(command, candidate.transpose()?, context)?
        }
        ConsortiumCommand::TakeOverMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let member = &command.member;
            let certificate = member.certificate.as_ref();
            let candidate = candidate(state, &member.sme, certificate, member.joined, "member.sme")?;
            consortiums.take_over_member(consortium, member, candidate, context)?
        }
        ConsortiumCommand::TakeOverPhase(command) => take_over_phase(state, command, context)?,
        ConsortiumCommand::AdmitMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let certificate = command.certificate.as_ref();
            let candidate = candidate(state, &command.sme, certificate, command.on, "sme")?;
            consortiums.admit(consortium, command, candidate, context)?
        }
        ConsortiumCommand::RecordObligation(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let sme = known_sme(state, &command.sme, "sme")?;
            consortiums.record_obligation(consortium, command, sme, context)?
        }
        ConsortiumCommand::SettleObligation(command) => {
            consortiums.settle_obligation(consortiums.known(&command.consortium)?, command, context)?
        }
        ConsortiumCommand::ReleaseMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events =
                consortiums.release(consortium, command, known_sme(state, &command.sme, "sme")?, context)?;
            still_ready(state, consortium, &events, "on")?;
            and_suspended(state, consortium, events)?
        }
        ConsortiumCommand::ConstituteConsortium(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events = consortiums.constitute(consortium, command.on, context)?;
            ready(state, consortium, command.on, "consortium")?;
            events
        }
        ConsortiumCommand::StartConsortium(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events = consortiums.start(consortium, command.on, context)?;
            if consortium.phase_on(command.on) == Some(Phase::Suspended) {
                ready(state, consortium, command.on, "consortium")?;
            }
            events
        }
        ConsortiumCommand::SuspendConsortium(command) => {
            consortiums.suspend(consortiums.known(&command.consortium)?, command, context)?
        }
        ConsortiumCommand::DissolveConsortium(command) => {
            consortiums.dissolve(consortiums.known(&command.consortium)?, command, context)?
        }
        ConsortiumCommand::ReviseConsortium(command) => {
            consortiums.revise(consortiums.known(&command.consortium)?, command, context)?
        }
        ConsortiumCommand::VoidConsortiumFact(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events = consortiums.void(consortium, command)?;
            still_ready(state, consortium, &events, "position")?;
            and_suspended(state, consortium, events)?
        }
    };
    Ok(events)
}

/// Rule 16 for what is taken over: readiness and the number of members at the formation are not asked. A consortium
/// that is said to have been constituted shows, on whatever days they joined, members of enough distinct legal
/// entities.
fn take_over_phase(
    state: &State,
    command: &TakeOverPhase,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let consortium = state.consortiums.known(&command.consortium)?;
    let events = state.consortiums.take_over_phase(consortium, command.phase, command.on, context)?;
    if !events.is_empty() && matches!(command.phase, Phase::Constituted | Phase::Operating) {
        let ever = consortium.memberships().iter().map(|member| member.sme);
        enough_entities(state, ever, command.on, "phase")?;
    }
    Ok(events)
}

/// Rule 16: enough distinct legal entities, and each member with a certificate or enough exports of all in the 12
/// months before. A unit that is closed on the day does not count.
pub(in crate::rules) fn ready(
    state: &State,
    consortium: &Consortium,
    on: Date,
    path: &'static str,
) -> Result<(), ConsortiumRejection> {
    let members = || consortium.constituents_on(on).filter(|member| !closed_on(state, member.sme, on));
    enough_entities(state, members().map(|member| member.sme), on, path)?;
    if members().all(|member| is_export_ready(state, member, on)) {
        return Ok(());
    }
    let least = limit(state, LimitName::ConsortiumExportsUsd, on)
        .ok_or(ConsortiumRejection::NoLimit { path, on })
        .map(|dollars| Usd::from_cents(i64::from(dollars) * 100))?;
    let exported = members().map(|member| exported_in_year_before(&state.exports, member.sme, on)).sum();
    if exported < least { Err(ConsortiumRejection::NotExportReady { path, exported, least }) } else { Ok(()) }
}

/// A member is export-ready under a certificate that is in force on the day. A number that was noted when it joined counts
/// as long as no certificate of the unit was ever recorded: before certificates were kept, it was all that there was.
fn is_export_ready(state: &State, member: &Membership, on: Date) -> bool {
    let Some(sme) = state.smes.get(member.sme) else { return false };
    sme.is_export_ready_on(on) || (member.certified && !sme.was_certified())
}

/// Rule 16, its consequence: a consortium that falls below the number of members is suspended by the same command.
/// Voiding a suspension while it is below takes more members first.
fn and_suspended(
    state: &State,
    before: &Consortium,
    mut events: Vec<Event>,
) -> Result<Vec<Event>, ConsortiumRejection> {
    let after = before.after(&events);
    let Some(from) = events.first().map(|event| event.effective) else { return Ok(events) };
    let closed = |sme, on| closed_on(state, sme, on);
    if let Some(suspension) = falling_below(state, &after, from, closed) {
        let on = suspension.effective;
        if before.phase_on(on) == Some(Phase::Suspended) {
            enough_members(state, &after, on, closed, "position")?;
        }
        events.push(suspension);
    }
    Ok(events)
}

/// The suspensions that follow from the closing of a unit: one for each consortium that it leaves with too few members.
pub(in crate::rules) fn suspensions_by_closing(state: &State, sme: SmeId, closing: Date) -> Vec<Event> {
    let closed = |other, on| (other == sme && closing <= on) || closed_on(state, other, on);
    let of_member = state.consortiums.of_member(sme);
    let suspended = of_member.filter_map(|consortium| falling_below(state, consortium, closing, closed));
    suspended.map(|event| event.concerning(EntityId::Sme(sme))).collect()
}

fn falling_below(
    state: &State,
    consortium: &Consortium,
    from: Date,
    closed: impl Fn(SmeId, Date) -> bool,
) -> Option<Event> {
    let closings = consortium
        .memberships()
        .iter()
        .filter_map(|member| state.smes.get(member.sme).and_then(|sme| sme.closed_from()));
    let enough = |day| enough_members(state, consortium, day, &closed, "").is_ok();
    consortium.falling_below(from, closings, enough)
}

fn enough_members(
    state: &State,
    consortium: &Consortium,
    on: Date,
    closed: impl Fn(SmeId, Date) -> bool,
    path: &'static str,
) -> Result<(), ConsortiumRejection> {
    let members = consortium.members_on(on).map(|member| member.sme).filter(|sme| !closed(*sme, on));
    enough_entities(state, members, on, path)
}

fn enough_entities(
    state: &State,
    smes: impl Iterator<Item = SmeId>,
    on: Date,
    path: &'static str,
) -> Result<(), ConsortiumRejection> {
    let least =
        limit(state, LimitName::ConsortiumMembers, on).ok_or(ConsortiumRejection::NoLimit { path, on })?;
    let entities: FxHashSet<_> = smes.filter_map(|sme| state.smes.get(sme)).map(|sme| sme.legal_id).collect();
    let entities = entities.len() as u32;
    if entities < least { Err(ConsortiumRejection::TooFewMembers { path, entities, least }) } else { Ok(()) }
}

fn exported_in_year_before(exports: &Exports, sme: SmeId, on: Date) -> Usd {
    let since = exports.of(Party::Sme(sme), on.plus_months(-12));
    since.filter(|export| export.on < on).map(|export| export.value_usd).sum()
}

/// A constitution that was decided stands on the members of its day: a change of those is judged again.
fn still_ready(
    state: &State,
    before: &Consortium,
    events: &[Event],
    path: &'static str,
) -> Result<(), ConsortiumRejection> {
    let after = before.after(events);
    for (on, _) in after.constitutions() {
        let members =
            |consortium: &Consortium| consortium.constituents_on(on).map(|m| m.sme).collect::<Vec<_>>();
        if members(before) != members(&after) {
            ready(state, &after, on, path)?;
        }
    }
    Ok(())
}

fn candidate(
    state: &State,
    key: &SmeKey,
    certificate: Option<&CertificateNumber>,
    on: Date,
    path: &str,
) -> Result<Candidate, Rejection> {
    let sme = known_sme(state, key, path)?;
    let certified = match (certificate, state.smes.get(sme)) {
        (Some(number), Some(sme)) => sme.holds_certificate(number, on),
        _ => false,
    };
    Ok(Candidate { sme, closed: closed_on(state, sme, on), certified })
}

/// Applies an event of a consortium, and judges again what it may undercut or heal: exports through it, and its own
/// constitution.
pub(crate) fn evolve_consortium(
    state: &mut State,
    id: ConsortiumId,
    data: &ConsortiumEvent,
    event: &Event,
    position: Position,
) {
    state.consortiums.evolve(id, data, event.effective, event.basis, position);
    let from = event.effective;
    match data {
        ConsortiumEvent::ConsortiumFactVoided(voided) => {
            state.findings.forget(voided.position.0, position);
            findings::rejudge_exports(state, Party::Consortium(id), from, position);
            findings::rejudge_constitutions(state, id, from, Date::MAX, position);
        }
        ConsortiumEvent::ConsortiumDissolved(_) => {
            findings::rejudge_exports(state, Party::Consortium(id), from, position);
        }
        ConsortiumEvent::MemberReleased(released) => {
            findings::rejudge_exports(state, Party::Sme(released.sme), from, position);
            findings::rejudge_constitutions(state, id, from, Date::MAX, position);
        }
        ConsortiumEvent::MemberAdmitted(admitted) => {
            // One more member undercuts no export; it can only heal.
            if !state.findings.is_empty() {
                findings::rejudge_exports(state, Party::Sme(admitted.sme), from, position);
            }
            findings::rejudge_constitutions(state, id, from, Date::MAX, position);
        }
        ConsortiumEvent::ConsortiumFormed(_)
        | ConsortiumEvent::ConsortiumConstituted(_)
        | ConsortiumEvent::ConsortiumStarted(_)
        | ConsortiumEvent::ConsortiumSuspended(_)
        | ConsortiumEvent::ObligationRecorded(_)
        | ConsortiumEvent::ObligationSettled(_)
        | ConsortiumEvent::ConsortiumRevised(_) => {}
    }
}
