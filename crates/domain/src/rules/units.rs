//! What units and their revival cases need of parks, of the reference tables and of each other.
//!
//! A unit holds its plot until it moves, closes, merges or loses it: whatever makes or ends that, the park follows. A case changes what its
//! unit does: the unit's timeline takes the case's events at their positions.

use crate::State;
use crate::envelope::{Context, Event, Position};
use crate::park::{Park, ParkRejection};
use crate::rejection::{Code, Rejection};
use crate::revival::{Consequence, RevivalCommand, RevivalEvent};
use crate::sme::{
    AllocatePlot, AmendSme, RegisterSme, Sme, SmeCommand, SmeDetails, SmeEvent, SmeRejection, TakeOverSme,
    TakenOverStatus,
};
use crate::value::{
    Date, IsicCode, ParkKey, PlotNumber, ProvinceCode, RevivalId, SmeId, SmeKey, SquareMetres,
};

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
        SmeCommand::ReportProgress(command) => {
            known_sme(state, &command.sme, "sme")?.report_progress(command, context)
        }
        SmeCommand::ExtendEstablishmentLicence(command) => {
            known_sme(state, &command.sme, "sme")?.extend(command, context)
        }
        SmeCommand::AmendOperatingLicence(command) => {
            known_sme(state, &command.sme, "sme")?.amend_licence(command, context)
        }
        SmeCommand::AllocatePlot(command) => allocate(state, command, context),
        SmeCommand::AdvancePlot(command) => known_sme(state, &command.sme, "sme")?.advance(command, context),
        SmeCommand::RepossessPlot(command) => {
            known_sme(state, &command.sme, "sme")?.repossess(command, context)
        }
        SmeCommand::GrantGrade(command) => {
            known_sme(state, &command.sme, "sme")?.grant_grade(command, context)
        }
        SmeCommand::WithdrawGrade(command) => {
            known_sme(state, &command.sme, "sme")?.withdraw_grade(command, context)
        }
        SmeCommand::MergeSmes(command) => {
            let survivor = known_sme(state, &command.survivor, "survivor")?;
            known_sme(state, &command.merged, "merged")?.merge(survivor, command, context)
        }
        SmeCommand::ActivateSme(command) => known_sme(state, &command.sme, "sme")?.activate(command, context),
        SmeCommand::ReduceSme(command) => known_sme(state, &command.sme, "sme")?.reduce(command, context),
        SmeCommand::IdleSme(command) => known_sme(state, &command.sme, "sme")?.idle(command, context),
        SmeCommand::CloseSme(command) => known_sme(state, &command.sme, "sme")?.close(command, context),
        SmeCommand::VoidSmeFact(command) => {
            let sme = known_sme(state, &command.sme, "sme")?;
            let events = sme.void(command)?;
            judge_tenures(state, sme, &sme.without(command.position.0), "position")?;
            Ok(events)
        }
        SmeCommand::RedateSmeFact(command) => {
            let sme = known_sme(state, &command.sme, "sme")?;
            let events = sme.redate(command, context)?;
            judge_tenures(state, sme, &sme.redated(command.position.0, command.on), "on")?;
            Ok(events)
        }
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
        RevivalCommand::VoidRevivalFact(command) => command.revival,
    };
    let revival =
        state.revivals.get(revival).ok_or_else(|| Rejection::unknown("revival", "the revival case"))?;
    let sme = state.smes.get(revival.sme).expect("a case is opened for a recorded unit");
    revival.decide(sme, command, context)
}

/// Applies an event of a unit, lets the park follow, and judges again what rests on the unit's status and licences.
pub(crate) fn evolve_sme(state: &mut State, id: SmeId, data: &SmeEvent, event: &Event, position: Position) {
    let changed_from = findings::changed_from(state, id, data, event.effective);
    let moves = !matches!(
        data,
        SmeEvent::EstablishmentLicenceIssued(_)
            | SmeEvent::SmeInspected(_)
            | SmeEvent::OperatingLicenceIssued(_)
            | SmeEvent::LicenceRevoked(_)
            | SmeEvent::ProgressReported(_)
            | SmeEvent::EstablishmentLicenceExtended(_)
            | SmeEvent::OperatingLicenceAmended(_)
            | SmeEvent::SmeActivated(_)
            | SmeEvent::SmeReduced(_)
            | SmeEvent::SmeIdled(_)
            | SmeEvent::GradeGranted(_)
            | SmeEvent::GradeWithdrawn(_)
    );
    let tenures = |state: &State| state.smes.get(id).map(Sme::tenures).unwrap_or_default();
    let before = if moves { tenures(state) } else { Vec::new() };
    state.smes.evolve(id, data, event.effective, event.basis, position);
    if moves {
        let after = tenures(state);
        state.parks.retake(id, &before, &after);
    }
    if let Some(from) = changed_from {
        findings::rejudge_sme(state, id, from, position);
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
    let from = match state.revivals.evolve(id, data, event.effective, position) {
        Some((sme, Consequence::Fact(fact))) => {
            state.smes.note_revival(sme, fact, event.effective, position);
            Some((sme, event.effective))
        }
        Some((sme, Consequence::Void(fact))) => {
            state.smes.void_revival(sme, fact);
            Some((sme, event.effective))
        }
        None => None,
    };
    if let Some((sme, from)) = from {
        findings::rejudge_sme(state, sme, from, position);
    }
}

fn register(state: &State, command: &RegisterSme, context: &Context) -> Result<Vec<Event>, Rejection> {
    let RegisterSme { details, predecessor, on } = command;
    let park = judge_details(state, details, *on)?;
    judge_plot(park, details.plot.as_ref(), details.plot_area, *on, None)
        .map_err(|error| error.under("details"))?;
    let predecessor = predecessor.as_ref().map(|key| known_sme(state, key, "predecessor")).transpose()?;
    state.smes.register(command, park.map(|park| park.id), predecessor, context)
}

/// A unit that is taken over as closed holds no plot, so another one may have it.
fn take_over(state: &State, command: &TakeOverSme, context: &Context) -> Result<Vec<Event>, Rejection> {
    let TakeOverSme { details, licence, status, .. } = command;
    let park = judge_details(state, details, licence.issued)?;
    if !matches!(status, TakenOverStatus::Closed { .. }) {
        judge_plot(park, details.plot.as_ref(), details.plot_area, licence.issued, None)
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
            judge_plot(park, site.plot.as_ref(), area, command.on, Some(sme))?;
        }
    }
    let park = named.or_else(|| state.parks.find(&ParkKey::Id(sme.site.park?)));
    if let Some(park) = park.filter(|_| command.isic.is_some() || command.park.is_some()) {
        let error = |error: ParkRejection| {
            Rejection::from(error).renamed("isic", if command.isic.is_some() { "isic" } else { "park" })
        };
        park.permits(command.isic.unwrap_or(sme.isic), command.on).map_err(error)?;
    }
    sme.amend(command, named.map(|park| park.id), context)
}

/// The unit moves to the plot, if it lies elsewhere, and then has it by contract.
fn allocate(state: &State, command: &AllocatePlot, context: &Context) -> Result<Vec<Event>, Rejection> {
    let AllocatePlot { sme, park, plot, area, on, .. } = command;
    let sme = known_sme(state, sme, "sme")?;
    let park = known_park(state, park)?;
    let site = sme.site_after(Some(park.id), Some(plot), *area);
    let (moves, amends) = ((site.park, &site.plot) != (sme.site.park, &sme.site.plot), site != sme.site);
    let allocated = sme.allocate(command, park.id, moves, context)?;
    if moves || sme.holding().is_none() {
        judge_plot(Some(park), Some(plot), Some(site.area), *on, Some(sme))
            .map_err(|error| error.renamed("plotArea", "area"))?;
    }
    let mut events = Vec::new();
    if amends {
        let amended = AmendSme {
            park: Some(ParkKey::Id(park.id)).filter(|_| moves),
            plot: Some(plot.clone()).filter(|_| moves),
            plot_area: *area,
            ..AmendSme::nothing(SmeKey::Id(sme.id), *on)
        };
        events = amend(state, &amended, context).map_err(|error| error.renamed("plotArea", "area"))?;
    }
    events.push(allocated);
    Ok(events)
}

/// Rule 7 for a unit whose times on plots a correction would change.
fn judge_tenures(state: &State, before: &Sme, after: &Sme, path: &str) -> Result<(), Rejection> {
    let (own, held) = (before.holding(), before.tenures());
    for tenure in after.tenures().iter().filter(|tenure| !held.contains(tenure)) {
        let park = state.parks.find(&ParkKey::Id(tenure.park)).expect("a unit lies in a recorded park");
        let days = (tenure.from, tenure.until);
        park.offers(&tenure.plot, tenure.area, days, own.as_ref(), Some(after.id))
            .map_err(|error| Rejection { path: path.to_owned(), ..error.into() })?;
    }
    Ok(())
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
    if let Some(park) = park {
        park.permits(details.isic, on).map_err(|error| Rejection::from(error).under("details"))?;
    }
    Ok(park)
}

/// Rule 7 for a unit that takes a plot, or leaves its own for it.
fn judge_plot(
    park: Option<&Park>,
    plot: Option<&PlotNumber>,
    area: Option<SquareMetres>,
    from: Date,
    mover: Option<&Sme>,
) -> Result<(), Rejection> {
    match (park, plot) {
        (_, None) if area.is_some() => Err(SmeRejection::AreaWithoutPlot.into()),
        (_, None) => Ok(()),
        (None, Some(_)) => Err(ParkRejection::PlotWithoutPark.into()),
        (Some(park), Some(plot)) => {
            let own = mover.and_then(Sme::holding);
            let area = area.unwrap_or_default();
            Ok(park.offers(plot, area, (from, None), own.as_ref(), mover.map(|sme| sme.id))?)
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

pub(super) fn known_park<'a>(state: &'a State, key: &ParkKey) -> Result<&'a Park, Rejection> {
    state.parks.find(key).ok_or_else(|| Rejection::unknown("park", "the park"))
}

fn known_sme<'a>(state: &'a State, key: &SmeKey, path: &str) -> Result<&'a Sme, Rejection> {
    state.smes.find(key).ok_or_else(|| Rejection::unknown(path, "the unit"))
}

/// Rule 1 for industries: the class stands in the table in force on the date.
pub(super) fn known_industry(state: &State, code: IsicCode, on: Date, path: &str) -> Result<(), Rejection> {
    match state.reference.industry(code, on) {
        Some(_) => Ok(()),
        None => Err(Rejection::new(
            Code::InvalidIdentifier,
            path,
            format!("there is no class {code} in ISIC Rev.4"),
        )),
    }
}
