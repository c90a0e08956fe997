//! Courses, workshops and research projects: who may attend them and carry them out, and what follows for enrolments when
//! an organisation turns out to have been closed.

use super::people::known_organisation;
use super::trade::closed_on;
use super::{findings, known_province};
use crate::State;
use crate::consortium::Phase;
use crate::envelope::{Context, EntityId, Event, Position};
use crate::reference::LimitName;
use crate::rejection::{Code, Coded, Rejection};
use crate::research::{Executor, ExecutorKey, ResearchCommand, ResearchDetails, ResearchRejection};
use crate::training::{
    TakenOverEnrolment, TrainingCommand, TrainingDetails, TrainingEvent, TrainingRejection,
};
use crate::value::{
    Date, Organisation, OrganisationKey, ParkId, ParkKey, SmeId, SmeKey, TrainingId, TrainingKey,
};

/// Decides a command about a course or workshop.
pub(crate) fn decide_training(
    state: &State,
    command: &TrainingCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let trainings = &state.trainings;
    let known = |key: &TrainingKey| trainings.known(key);
    let events = match command {
        TrainingCommand::PlanTraining(command) => {
            judge_training_province(state, &command.details, command.on)?;
            trainings.plan(&command.details, command.on, context)?
        }
        TrainingCommand::TakeOverTraining(command) => {
            let details = &command.details;
            judge_training_province(state, details, details.starts)?;
            let enrolment = match &command.enrolment {
                Some(enrolment) => {
                    Some((enrolment, taken_over_participant(state, enrolment, details.starts)?))
                }
                None => None,
            };
            trainings.take_over(details, enrolment, attendance_limit(state, details.ends), context)?
        }
        TrainingCommand::TakeOverEnrolment(command) => {
            let training = known(&command.training)?;
            let participant = taken_over_participant(state, &command.enrolment, training.planned)?;
            let limit = training.held().and_then(|held| attendance_limit(state, held));
            trainings.take_over_enrolment(training, &command.enrolment, participant, limit)?
        }
        TrainingCommand::OpenTraining(command) => {
            trainings.open(known(&command.training)?, command.on, context)?
        }
        TrainingCommand::EnrolInTraining(command) => {
            let training = known(&command.training)?;
            let participant = known_organisation(state, &command.participant, "participant")?;
            in_business(state, participant, command.on, "participant")?;
            trainings.enrol(training, participant, command.on, context)?
        }
        TrainingCommand::WithdrawFromTraining(command) => {
            let participant = known_organisation(state, &command.participant, "participant")?;
            trainings.withdraw(known(&command.training)?, command, participant, context)?
        }
        TrainingCommand::HoldTraining(command) => {
            trainings.hold(known(&command.training)?, command.on, context)?
        }
        TrainingCommand::RecordAttendance(command) => {
            let named = command.attended.iter().map(|said| &said.participant);
            let participants = known_organisations(state, named, "attended")?;
            trainings.attend(known(&command.training)?, command, &participants, context)?
        }
        TrainingCommand::IssueTrainingCertificates(command) => {
            let named = command.certified.iter().map(|one| &one.participant);
            let participants = known_organisations(state, named, "certified")?;
            let limit = attendance_limit(state, command.on);
            trainings.certify(known(&command.training)?, command, &participants, limit, context)?
        }
        TrainingCommand::CancelTraining(command) => {
            trainings.cancel(known(&command.training)?, command, context)?
        }
        TrainingCommand::ReviseTraining(command) => {
            if let Some(province) = command.province {
                known_province(state, province, command.on, "province")?;
            }
            trainings.revise(known(&command.training)?, command, context)?
        }
        TrainingCommand::VoidTrainingFact(command) => trainings.void(known(&command.training)?, command)?,
    };
    Ok(events)
}

fn judge_training_province(state: &State, details: &TrainingDetails, on: Date) -> Result<(), Rejection> {
    match details.province {
        Some(province) => known_province(state, province, on, "details.province"),
        None => Ok(()),
    }
}

fn attendance_limit(state: &State, on: Date) -> Option<u32> {
    state.reference.limit(LimitName::CertificateAttendancePercent, on)
}

fn taken_over_participant(
    state: &State,
    enrolment: &TakenOverEnrolment,
    on: Date,
) -> Result<Organisation, Rejection> {
    let path = "enrolment.participant";
    let participant = known_organisation(state, &enrolment.participant, path)?;
    in_business(state, participant, on, path)?;
    Ok(participant)
}

fn known_organisations<'a>(
    state: &State,
    keys: impl Iterator<Item = &'a OrganisationKey>,
    list: &str,
) -> Result<Vec<Organisation>, Rejection> {
    let known = |(place, key)| known_organisation(state, key, &format!("{list}.{place}.participant"));
    keys.enumerate().map(known).collect()
}

/// A participant is in business on the day on which it is enrolled: a unit that is not closed, a consortium that is
/// formed and not dissolved, a company with its consent.
fn in_business(
    state: &State,
    participant: Organisation,
    on: Date,
    path: &str,
) -> Result<(), TrainingRejection> {
    let out = match participant {
        Organisation::Sme(id) => closed_on(state, id, on).then_some(Code::UnitClosed),
        Organisation::Consortium(id) => {
            let phase = state.consortiums.get(id).and_then(|consortium| consortium.phase_on(on));
            matches!(phase, None | Some(Phase::Dissolved)).then_some(Code::WrongPhase)
        }
        Organisation::Emc(id) => {
            let consented = state.emcs.get(id).is_some_and(|emc| emc.consent_on(on));
            (!consented).then_some(Code::WrongPhase)
        }
    };
    match out {
        Some(code) => Err(TrainingRejection::NotInBusiness { path: path.to_owned(), on, code }),
        None => Ok(()),
    }
}

/// Applies an event of a course or workshop; what was found of a fact that it voids is found no more.
pub(crate) fn evolve_training(
    state: &mut State,
    id: TrainingId,
    data: &TrainingEvent,
    event: &Event,
    position: Position,
) {
    state.trainings.evolve(id, data, event.effective, event.basis, position);
    if let TrainingEvent::TrainingFactVoided(voided) = data {
        state.findings.forget(voided.position.0, position);
    }
}

/// What is judged again of the enrolments of an organisation that begin from a date on: the position of each, its
/// training, and the code of what it breaks.
pub(super) fn judged_enrolments(
    state: &State,
    organisation: Organisation,
    from: Date,
) -> Vec<findings::Judged> {
    let of = state.trainings.of_participant(organisation);
    let enrolments = of.flat_map(|training| training.enrolments().iter().map(|one| (training.id, one)));
    let later = enrolments.filter(|(_, one)| one.participant == organisation && one.on >= from);
    later
        .map(|(id, one)| {
            let broken = in_business(state, organisation, one.on, "").err();
            (one.position, EntityId::Training(id), broken.map(|rejection| rejection.code()))
        })
        .collect()
}

/// Decides a command about a research or study project.
pub(crate) fn decide_research(
    state: &State,
    command: &ResearchCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let researches = &state.researches;
    let events = match command {
        ResearchCommand::ProposeResearch(command) => {
            let (executor, smes) = judge_research(state, &command.details, command.on)?;
            researches.propose(&command.details, executor, smes, command.on, context)?
        }
        ResearchCommand::TakeOverResearch(command) => {
            let (executor, smes) = judge_research(state, &command.details, command.approved)?;
            researches.take_over(command, executor, smes, context)?
        }
        ResearchCommand::ApproveResearch(command) => {
            researches.approve(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::SetResearchMilestone(command) => {
            researches.set_milestone(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::ReachResearchMilestone(command) => {
            researches.reach_milestone(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::PayResearch(command) => {
            researches.pay(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::RecordResearchResult(command) => {
            researches.record_result(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::CloseResearch(command) => {
            researches.close(researches.known(&command.research)?, command.on, context)?
        }
        ResearchCommand::AbandonResearch(command) => {
            researches.abandon(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::ReviseResearch(command) => {
            if let Some(province) = command.province {
                known_province(state, province, command.on, "province")?;
            }
            researches.revise(researches.known(&command.research)?, command, context)?
        }
        ResearchCommand::VoidResearchFact(command) => {
            researches.void(researches.known(&command.research)?, command)?
        }
    };
    Ok(events)
}

/// Who carries a project out and which units it concerns; a unit that is closed carries nothing out.
fn judge_research(
    state: &State,
    details: &ResearchDetails,
    on: Date,
) -> Result<(Executor, Vec<SmeId>), Rejection> {
    if let Some(province) = details.province {
        known_province(state, province, on, "details.province")?;
    }
    let sme = |key: &SmeKey, path: &str| {
        let found = state.smes.find(key).map(|sme| sme.id);
        found.ok_or_else(|| Rejection::unknown(path, "the unit"))
    };
    let executor = match &details.executor {
        ExecutorKey::Sme(key) => {
            let id = sme(key, "details.executor.sme")?;
            if closed_on(state, id, on) {
                return Err(ResearchRejection::UnitClosed { on }.into());
            }
            Executor::Sme(id)
        }
        ExecutorKey::Park(key) => Executor::Park(known_park(state, key)?),
        ExecutorKey::Office(code) => Executor::Office(code.clone()),
    };
    let smes = details.smes.iter().enumerate();
    let smes = smes.map(|(place, key)| sme(key, &format!("details.smes.{place}")));
    Ok((executor, smes.collect::<Result<_, _>>()?))
}

fn known_park(state: &State, key: &ParkKey) -> Result<ParkId, Rejection> {
    let park = state.parks.find(key).map(|park| park.id);
    park.ok_or_else(|| Rejection::unknown("details.executor.park", "the park"))
}
