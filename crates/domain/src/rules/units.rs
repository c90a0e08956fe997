//! What units and their revival cases need of parks, of the reference tables and of each other.
//!
//! A unit holds its plot unless it is closed: whatever makes or ends that, the park follows. A case changes what its
//! unit does: the unit's timeline takes the case's events at their positions.

use crate::State;
use crate::envelope::{Context, Event, Position};
use crate::park::{Park, ParkRejection};
use crate::rejection::{Code, Rejection};
use crate::revival::{RevivalCommand, RevivalEvent};
use crate::sme::{
    AmendSme, RegisterSme, Site, Sme, SmeCommand, SmeDetails, SmeEvent, SmeRejection, TakeOverSme,
    TakenOverStatus, VoidSmeFact,
};
use crate::value::{
    Date, IsicCode, ParkId, ParkKey, PlotNumber, ProvinceCode, RevivalId, SmeId, SmeKey, SquareMetres,
};

use super::trade::suspensions_by_closing;
use super::{findings, known_province};

/// Decides a command about a unit.
pub(crate) fn decide_sme(
    state: &State,
    command: &SmeCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        SmeCommand::RegisterSme(command) => register(state, command, context),
        SmeCommand::TakeOverSme(command) => take_over(state, command, context),
        SmeCommand::AmendSme(command) => amend(state, command, context),
        SmeCommand::IssueEstablishmentLicence(command) => {
            known_sme(state, &command.sme, "sme")?.establish(command, context)
        }
        SmeCommand::InspectSme(command) => known_sme(state, &command.sme, "sme")?.inspect(command, context),
        SmeCommand::IssueOperatingLicence(command) => {
            known_sme(state, &command.sme, "sme")?.license(command, context)
        }
        SmeCommand::RevokeLicence(command) => known_sme(state, &command.sme, "sme")?.revoke(command, context),
        SmeCommand::ActivateSme(command) => known_sme(state, &command.sme, "sme")?.activate(command, context),
        SmeCommand::ReduceSme(command) => known_sme(state, &command.sme, "sme")?.reduce(command, context),
        SmeCommand::IdleSme(command) => known_sme(state, &command.sme, "sme")?.idle(command, context),
        SmeCommand::CloseSme(command) => {
            let sme = known_sme(state, &command.sme, "sme")?;
            let closed = sme.close(command, context)?;
            Ok([closed, suspensions_by_closing(state, sme.id, command.on)].concat())
        }
        SmeCommand::CertifyReadiness(command) => {
            known_sme(state, &command.sme, "sme")?.certify(command, context)
        }
        SmeCommand::VoidSmeFact(command) => void(state, command),
        SmeCommand::RedateSmeFact(command) => known_sme(state, &command.sme, "sme")?.redate(command, context),
    }
}

/// Decides a command about a revival case.
pub(crate) fn decide_revival(
    state: &State,
    command: &RevivalCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let revival = match command {
        RevivalCommand::OpenRevival(command) => {
            return state.revivals.open(known_sme(state, &command.sme, "sme")?, command, context);
        }
        RevivalCommand::DiagnoseRevival(command) => command.revival,
        RevivalCommand::PlanRevival(command) => command.revival,
        RevivalCommand::ReferRevival(command) => command.revival,
        RevivalCommand::RestartProduction(command) => command.revival,
        RevivalCommand::VerifyRestart(command) => command.revival,
        RevivalCommand::ReviveUnit(command) => command.revival,
        RevivalCommand::AbandonRevival(command) => command.revival,
    };
    let revival =
        state.revivals.get(revival).ok_or_else(|| Rejection::unknown("revival", "the revival case"))?;
    let sme = state.smes.get(revival.sme).expect("a case is opened for a recorded unit");
    revival.decide(sme, command, context)
}

/// Applies an event of a unit, lets the park follow, and judges again what rests on the unit's status and licences.
pub(crate) fn evolve_sme(state: &mut State, id: SmeId, data: &SmeEvent, event: &Event, position: Position) {
    let changed_from = findings::changed_from(state, id, data, event.effective);
    let moves = matches!(
        data,
        SmeEvent::SmeRegistered(_)
            | SmeEvent::SmeAmended(_)
            | SmeEvent::SmeClosed(_)
            | SmeEvent::SmeFactVoided(_)
    );
    let before = if moves { holding(state, id) } else { None };
    state.smes.evolve(id, data, event.effective, event.basis, position);
    if moves {
        move_plot(state, id, before);
    }
    if let Some(from) = changed_from {
        findings::rejudge_sme(state, id, from, position);
    }
}

fn move_plot(state: &mut State, id: SmeId, before: Option<(ParkId, PlotNumber, SquareMetres)>) {
    let after = holding(state, id);
    if before == after {
        return;
    }
    if let Some((park, plot, _)) = before {
        state.parks.release_plot(park, &plot, id);
    }
    if let Some((park, plot, area)) = after {
        state.parks.take_plot(park, &plot, id, area);
    }
}

/// Applies an event of a revival case, and lets the unit's timeline follow.
pub(crate) fn evolve_revival(
    state: &mut State,
    id: RevivalId,
    data: &RevivalEvent,
    event: &Event,
    position: Position,
) {
    if let Some((sme, fact)) = state.revivals.evolve(id, data, event.effective) {
        state.smes.note_revival(sme, fact, event.effective, position);
        findings::rejudge_sme(state, sme, event.effective, position);
    }
}

fn holding(state: &State, id: SmeId) -> Option<(ParkId, PlotNumber, SquareMetres)> {
    let (park, plot, area) = state.smes.get(id)?.holding()?;
    Some((park, plot.clone(), area))
}

fn register(state: &State, command: &RegisterSme, context: &Context) -> Result<Vec<Event>, Rejection> {
    let RegisterSme { details, predecessor, on } = command;
    let park = judge_details(state, details, *on)?;
    judge_plot(park, details.plot.as_ref(), details.plot_area, None)
        .map_err(|error| error.under("details"))?;
    let predecessor = predecessor.as_ref().map(|key| known_sme(state, key, "predecessor")).transpose()?;
    state.smes.register(command, park.map(|park| park.id), predecessor, context)
}

/// A unit that is taken over as closed holds no plot, so another one may have it.
fn take_over(state: &State, command: &TakeOverSme, context: &Context) -> Result<Vec<Event>, Rejection> {
    let TakeOverSme { details, licence, status, .. } = command;
    let park = judge_details(state, details, licence.issued)?;
    if !matches!(status, TakenOverStatus::Closed { .. }) {
        judge_plot(park, details.plot.as_ref(), details.plot_area, None)
            .map_err(|error| error.under("details"))?;
    }
    state.smes.take_over(command, park.map(|park| park.id), context)
}

fn amend(state: &State, command: &AmendSme, context: &Context) -> Result<Vec<Event>, Rejection> {
    let sme = known_sme(state, &command.sme, "sme")?;
    let named = command.park.as_ref().map(|key| known_park(state, key)).transpose()?;
    if let Some(province) = command.province {
        known_province(state, province, command.on, "province")?;
    }
    if let Some(isic) = command.isic {
        known_industry(state, isic, command.on, "isic")?;
    }
    if command.moves() && !sme.is_closed() {
        let site = sme.site_after(named.map(|park| park.id), command.plot.as_ref(), command.plot_area);
        let park = named.or_else(|| state.parks.find(&ParkKey::Id(site.park?)));
        same_province(park, command.province.unwrap_or(sme.province))?;
        let area = command.plot_area.or((site.area.is_positive()).then_some(site.area));
        if site != sme.site {
            judge_plot(park, site.plot.as_ref(), area, Some(sme))?;
        }
    }
    sme.amend(command, named.map(|park| park.id), context)
}

/// Voiding a closing opens the unit again: its plot has to be free.
fn void(state: &State, command: &VoidSmeFact) -> Result<Vec<Event>, Rejection> {
    let sme = known_sme(state, &command.sme, "sme")?;
    let events = sme.void(command)?;
    if let (true, Site { park: Some(park), plot: Some(plot), area }) =
        (sme.reopens_without(command.position.0), &sme.site)
    {
        let park = state.parks.find(&ParkKey::Id(*park)).expect("a unit lies in a recorded park");
        park.offers(plot, *area, None)
            .map_err(|error| Rejection { path: "position".to_owned(), ..error.into() })?;
    }
    Ok(events)
}

/// Rule 1 for what a unit is registered with; tells the park that it names.
fn judge_details<'a>(
    state: &'a State,
    details: &SmeDetails,
    on: Date,
) -> Result<Option<&'a Park>, Rejection> {
    known_province(state, details.province, on, "details.province")?;
    known_industry(state, details.isic, on, "details.isic")?;
    let park = details.park.as_ref().map(|key| known_park(state, key)).transpose();
    let park = park.map_err(|error| error.under("details"))?;
    same_province(park, details.province).map_err(|error| error.under("details"))?;
    Ok(park)
}

/// Rule 7 for a unit that takes a plot, or leaves its own for it.
fn judge_plot(
    park: Option<&Park>,
    plot: Option<&PlotNumber>,
    area: Option<SquareMetres>,
    leaving: Option<&Sme>,
) -> Result<(), Rejection> {
    match (park, plot) {
        (_, None) if area.is_some() => Err(SmeRejection::AreaWithoutPlot.into()),
        (_, None) => Ok(()),
        (None, Some(_)) => Err(ParkRejection::PlotWithoutPark.into()),
        (Some(park), Some(plot)) => {
            let own =
                leaving.and_then(Sme::holding).filter(|(held, ..)| *held == park.id).map(|(_, plot, _)| plot);
            Ok(park.offers(plot, area.unwrap_or_default(), own)?)
        }
    }
}

/// A unit lies in the province of its park.
fn same_province(park: Option<&Park>, unit: ProvinceCode) -> Result<(), Rejection> {
    match park {
        Some(park) if park.province != unit => {
            Err(SmeRejection::OtherProvince { park: park.province, unit }.into())
        }
        _ => Ok(()),
    }
}

fn known_park<'a>(state: &'a State, key: &ParkKey) -> Result<&'a Park, Rejection> {
    state.parks.find(key).ok_or_else(|| Rejection::unknown("park", "the park"))
}

fn known_sme<'a>(state: &'a State, key: &SmeKey, path: &str) -> Result<&'a Sme, Rejection> {
    state.smes.find(key).ok_or_else(|| Rejection::unknown(path, "the unit"))
}

/// Rule 1 for industries: the class stands in the table in force on the date.
fn known_industry(state: &State, code: IsicCode, on: Date, path: &str) -> Result<(), Rejection> {
    match state.reference.industry(code, on) {
        Some(_) => Ok(()),
        None => Err(Rejection::new(
            Code::InvalidIdentifier,
            path,
            format!("there is no class {code} in ISIC Rev.4"),
        )),
    }
}
