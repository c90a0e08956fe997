//! Consortiums, export management companies and exports: who may join, who may export, and what follows for facts of
//! other nouns that were recorded before.

use rustc_hash::FxHashSet;

use super::findings;
use crate::State;
use crate::consortium::{
    Candidate, Consortium, ConsortiumCommand, ConsortiumEvent, ConsortiumRejection, Phase, TakeOverPhase,
};
use crate::emc::{Client, Emc, EmcCommand, EmcEvent, Term};
use crate::envelope::{Basis, Context, Event, Position};
use crate::export::{
    ExportCommand, ExportDetails, ExportEvent, ExportRejection, Exporter, Exports, Party, Resolved,
};
use crate::reference::LimitName;
use crate::rejection::Rejection;
use crate::sme::OperatingStatus;
use crate::value::{ConsortiumId, Date, EmcId, EmcKey, ExportId, Organisation, SmeId, SmeKey, Usd};

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
                candidate(state, &member.sme, command.on, &format!("members.{index}.sme"))
            });
            consortiums.form(command, &candidates.collect::<Result<Vec<_>, _>>()?, context)?
        }
        ConsortiumCommand::TakeOverConsortium(command) => {
            let member = command.member.as_ref();
            let candidate = member.map(|member| candidate(state, &member.sme, member.joined, "member.sme"));
            consortiums.take_over(command, candidate.transpose()?, context)?
        }
        ConsortiumCommand::TakeOverMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let candidate = candidate(state, &command.member.sme, command.member.joined, "member.sme")?;
            consortiums.take_over_member(consortium, &command.member, candidate, context)?
        }
        ConsortiumCommand::TakeOverPhase(command) => take_over_phase(state, command, context)?,
        ConsortiumCommand::AdmitMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let candidate = candidate(state, &command.sme, command.on, "sme")?;
            consortiums.admit(consortium, command, candidate, context)?
        }
        ConsortiumCommand::ReleaseMember(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events =
                consortiums.release(consortium, command, known_sme(state, &command.sme, "sme")?, context)?;
            still_ready(state, consortium, &events, "on")?;
            events
        }
        ConsortiumCommand::ConstituteConsortium(command) => {
            let consortium = consortiums.known(&command.consortium)?;
            let events = consortiums.constitute(consortium, command.on, context)?;
            ready(state, consortium, command.on, "consortium")?;
            events
        }
        ConsortiumCommand::StartConsortium(command) => {
            consortiums.start(consortiums.known(&command.consortium)?, command.on, context)?
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
            events
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
pub(super) fn ready(
    state: &State,
    consortium: &Consortium,
    on: Date,
    path: &'static str,
) -> Result<(), ConsortiumRejection> {
    let members = || consortium.constituents_on(on).filter(|member| !closed_on(state, member.sme, on));
    enough_entities(state, members().map(|member| member.sme), on, path)?;
    if members().all(|member| member.certified) {
        return Ok(());
    }
    let least = limit(state, LimitName::ConsortiumExportsUsd, on)
        .ok_or(ConsortiumRejection::NoLimit { path, on })
        .map(|dollars| Usd::from_cents(i64::from(dollars) * 100))?;
    let exported = members().map(|member| exported_in_year_before(&state.exports, member.sme, on)).sum();
    if exported < least { Err(ConsortiumRejection::NotExportReady { path, exported, least }) } else { Ok(()) }
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

/// Decides a command about an export management company.
pub(crate) fn decide_emc(
    state: &State,
    command: &EmcCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let emcs = &state.emcs;
    let years = |on| limit(state, LimitName::EmcEvaluationYears, on);
    let events = match command {
        EmcCommand::ConsentEmc(command) => emcs.consent(command, context)?,
        EmcCommand::TakeOverEmc(command) => {
            let mandate = command.mandate.as_ref();
            let client = mandate.map(|mandate| client(state, &mandate.sme, mandate.from, "mandate.sme"));
            let years = command.rank.as_ref().and_then(|rank| years(rank.on));
            emcs.take_over(command, client.transpose()?, years, context)?
        }
        EmcCommand::TakeOverMandate(command) => {
            let emc = emcs.known(&command.emc)?;
            let mandate = &command.mandate;
            let client = client(state, &mandate.sme, mandate.from, "mandate.sme")?;
            emcs.grant(emc, client, &Term::within(mandate.from, mandate.until), Basis::TakenOver, context)?
        }
        EmcCommand::RankEmc(command) => {
            emcs.rank(emcs.known(&command.emc)?, command, years(command.on), context)?
        }
        EmcCommand::GrantMandate(command) => {
            let emc = emcs.known(&command.emc)?;
            let client = client(state, &command.sme, command.from, "sme")?;
            emcs.grant(emc, client, &Term::of_command(command.from, command.until), Basis::Decided, context)?
        }
        EmcCommand::EndMandate(command) => {
            let emc = emcs.known(&command.emc)?;
            emcs.end(emc, command, known_sme(state, &command.sme, "sme")?, context)?
        }
        EmcCommand::WithdrawConsent(command) => emcs.withdraw(emcs.known(&command.emc)?, command, context)?,
        EmcCommand::ReviseEmc(command) => emcs.revise(emcs.known(&command.emc)?, command, context)?,
        EmcCommand::VoidEmcFact(command) => emcs.void(emcs.known(&command.emc)?, command)?,
    };
    Ok(events)
}

/// Decides a command about an export.
pub(crate) fn decide_export(
    state: &State,
    command: &ExportCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let exports = &state.exports;
    let events = match command {
        ExportCommand::RecordExport(command) => {
            let resolved = resolve(state, &command.details, context)?;
            exports.record_one(&command.details, resolved, Basis::Decided, context)?
        }
        ExportCommand::TakeOverExport(command) => {
            let resolved = resolve(state, &command.details, context)?;
            exports.record_one(&command.details, resolved, Basis::TakenOver, context)?
        }
        ExportCommand::CorrectExport(command) => {
            let export = exports.known(&command.export)?;
            export.judge_standing()?;
            let resolved = resolve(state, &command.details, context)?;
            exports.correct_one(&export, command, resolved)?
        }
        ExportCommand::VoidExport(command) => exports.void_one(&exports.known(&command.export)?, command)?,
    };
    Ok(events)
}

/// Looks up what a declaration names, and judges rules 14, 1 (the country) and 12.
fn resolve(state: &State, details: &ExportDetails, context: &Context) -> Result<Resolved, Rejection> {
    details.judge(context.today)?;
    if state.reference.country(details.destination, details.on).is_none() {
        return Err(ExportRejection::NoCountry(details.destination).into());
    }
    let (sme, emc) = match &details.exporter {
        Exporter::Sme(sme) => (Some(known_sme(state, sme, "details.exporter.sme")?), None),
        Exporter::Emc { emc, sme } => {
            let emc = known_emc(state, emc, "details.exporter.emc.emc")?;
            let sme = sme.as_ref().map(|sme| known_sme(state, sme, "details.exporter.emc.sme"));
            (sme.transpose()?, Some(emc))
        }
    };
    let consortium = details.consortium.as_ref().map(|key| match state.consortiums.find(key) {
        Some(consortium) => Ok(consortium.id),
        None => Err(Rejection::unknown("details.consortium", "the consortium")),
    });
    let consortium = consortium.transpose()?;
    may_export(state, sme, emc, consortium, details.on)?;
    let group = state.reference.commodity_group(details.hs, details.on);
    Ok(Resolved { sme, emc, consortium, group })
}

/// Rule 12, and that the consortium was there: what an export asks of other nouns on its date.
pub(super) fn may_export(
    state: &State,
    sme: Option<SmeId>,
    emc: Option<EmcId>,
    consortium: Option<ConsortiumId>,
    on: Date,
) -> Result<(), ExportRejection> {
    let emc = emc.and_then(|emc| state.emcs.get(emc));
    let path = if emc.is_some() { "details.exporter.emc.sme" } else { "details.exporter.sme" };
    if let Some(emc) = emc {
        has_mandate(emc, sme, on)?;
    }
    if let Some(sme) = sme
        && !state.smes.get(sme).is_some_and(|sme| sme.can_export_on(on))
    {
        return Err(ExportRejection::UnitNotEligible { path, on });
    }
    match consortium.and_then(|id| state.consortiums.get(id)).map(|consortium| consortium.phase_on(on)) {
        Some(None | Some(Phase::Dissolved)) => Err(ExportRejection::NoConsortium { on }),
        _ => Ok(()),
    }
}

/// A company exports under its consent, and under a mandate: that of the unit that it names, or any.
fn has_mandate(emc: &Emc, sme: Option<SmeId>, on: Date) -> Result<(), ExportRejection> {
    if !emc.consent_on(on) {
        return Err(ExportRejection::NoConsent { on });
    }
    let path = if sme.is_some() { "details.exporter.emc.sme" } else { "details.exporter.emc.emc" };
    match emc.mandates_on(on).any(|mandate| sme.is_none_or(|sme| mandate.sme == sme)) {
        true => Ok(()),
        false => Err(ExportRejection::NoMandate { path, on }),
    }
}

fn known_sme(state: &State, key: &SmeKey, path: &str) -> Result<SmeId, Rejection> {
    state.smes.find(key).map(|sme| sme.id).ok_or_else(|| Rejection::unknown(path, "the unit"))
}

fn known_emc(state: &State, key: &EmcKey, path: &str) -> Result<EmcId, Rejection> {
    let emc = state.emcs.find(key).map(|emc| emc.id);
    emc.ok_or_else(|| Rejection::unknown(path, "the export management company"))
}

fn candidate(state: &State, key: &SmeKey, on: Date, path: &str) -> Result<Candidate, Rejection> {
    let sme = known_sme(state, key, path)?;
    Ok(Candidate { sme, closed: closed_on(state, sme, on) })
}

fn client(state: &State, key: &SmeKey, on: Date, path: &str) -> Result<Client, Rejection> {
    let sme = known_sme(state, key, path)?;
    Ok(Client { sme, closed: closed_on(state, sme, on) })
}

/// Whether a unit is closed, or merged into another one, on a date.
pub(super) fn closed_on(state: &State, sme: SmeId, on: Date) -> bool {
    state.smes.get(sme).and_then(|sme| sme.status_on(on)).is_some_and(OperatingStatus::is_final)
}

fn limit(state: &State, name: LimitName, on: Date) -> Option<u32> {
    state.reference.limit(name, on)
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
            findings::rejudge_enrolments(state, Organisation::Consortium(id), from, position);
        }
        ConsortiumEvent::ConsortiumDissolved(_) => {
            findings::rejudge_exports(state, Party::Consortium(id), from, position);
            findings::rejudge_enrolments(state, Organisation::Consortium(id), from, position);
        }
        ConsortiumEvent::MemberAdmitted(_) | ConsortiumEvent::MemberReleased(_) => {
            findings::rejudge_constitutions(state, id, from, Date::MAX, position);
        }
        ConsortiumEvent::ConsortiumFormed(_)
        | ConsortiumEvent::ConsortiumConstituted(_)
        | ConsortiumEvent::ConsortiumStarted(_)
        | ConsortiumEvent::ConsortiumSuspended(_)
        | ConsortiumEvent::ConsortiumRevised(_) => {}
    }
}

/// Applies an event of a company, and judges its exports again where its consent or a mandate changed.
pub(crate) fn evolve_emc(state: &mut State, id: EmcId, data: &EmcEvent, event: &Event, position: Position) {
    state.emcs.evolve(id, data, event.effective, position);
    match data {
        EmcEvent::EmcFactVoided(voided) => state.findings.forget(voided.position.0, position),
        EmcEvent::MandateEnded(_) | EmcEvent::ConsentWithdrawn(_) => {}
        // One more mandate undercuts nothing; it can only heal.
        EmcEvent::MandateGranted(_) if !state.findings.is_empty() => {}
        EmcEvent::MandateGranted(_)
        | EmcEvent::EmcConsented(_)
        | EmcEvent::EmcRanked(_)
        | EmcEvent::EmcRevised(_) => return,
    }
    findings::rejudge_exports(state, Party::Emc(id), event.effective, position);
    findings::rejudge_enrolments(state, Organisation::Emc(id), event.effective, position);
}

/// Applies an event of an export. What was found of the facts that it replaces is found no more, and constitutions
/// that stand on the exports of its units are judged again.
pub(crate) fn evolve_export(
    state: &mut State,
    id: ExportId,
    data: &ExportEvent,
    event: &Event,
    position: Position,
) {
    let before = match data {
        ExportEvent::ExportRecorded(_) => None,
        ExportEvent::ExportCorrected(_) | ExportEvent::ExportVoided(_) => state.exports.get(id),
    };
    state.exports.evolve(id, data, event.effective, position);
    let after = state.exports.get(id).filter(|export| !export.voided);
    if let Some(before) = before {
        state.findings.forget(before.position, position);
    }
    for export in before.into_iter().chain(after) {
        if let Some(sme) = export.sme {
            findings::rejudge_exported(state, sme, export.on, position);
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod samples;
