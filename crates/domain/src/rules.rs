//! The rules and consequences that span nouns: one function each, named for the decision.
//!
//! A noun judges what its own timeline tells; what it needs of another noun is looked up here and handed to it. Rules
//! never name a log, a store, a clock or the file system.

use crate::approval::ApprovalCommand;
use crate::envelope::{Basis, Context, Event};
use crate::park::ParkCommand;
use crate::publication::{Log, PublicationCommand};
use crate::rejection::{Code, Rejection};
use crate::value::{Date, ProvinceCode};
use crate::{State, decide};

mod findings;
mod people;
mod periods;
mod programmes;
#[cfg(test)]
mod sequences;
pub mod table;
pub(crate) mod trade;
mod units;

pub use findings::{Finding, Findings};
pub(crate) use people::decide_person;
pub(crate) use periods::{decide_period, judge_open};
pub(crate) use programmes::{decide_research, decide_training, evolve_training};
pub(crate) use trade::{
    decide_consortium, decide_emc, decide_export, evolve_consortium, evolve_emc, evolve_export,
};
pub(crate) use units::{decide_revival, decide_sme, evolve_revival, evolve_sme};

/// Decides a command about a park.
pub(crate) fn decide_park(
    state: &State,
    command: &ParkCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        ParkCommand::EstablishPark(command) => {
            known_province(state, command.province, command.on, "province")?;
            state.parks.establish(command, 0, Basis::Decided, context)
        }
        ParkCommand::TakeOverPark(command) => {
            known_province(state, command.park.province, command.park.on, "province")?;
            state.parks.establish(&command.park, command.allotted, Basis::TakenOver, context)
        }
        ParkCommand::RevisePark(command) => state.parks.revise(command, context),
        ParkCommand::SpecialisePark(command) => {
            for (index, isic) in command.industries.iter().enumerate() {
                units::known_industry(state, *isic, command.on, &format!("industries.{index}"))?;
            }
            units::known_park(state, &command.park)?.specialise(command, context)
        }
    }
}

/// Decides a command about a published figure, whose certificate is of this log.
pub(crate) fn decide_publication(
    state: &State,
    command: &PublicationCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let origin = state.opening.opened().map(|opened| opened.origin.as_str());
    Ok(state.publications.decide(command, Log { origin, position: state.position }, context)?)
}

/// Decides a command about a proposal. What is proposed is decided when it is proposed, so that nobody is asked to
/// approve what could not be, and anew when it is approved.
pub(crate) fn decide_approval(
    state: &State,
    command: &ApprovalCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let proposals = &state.proposals;
    match command {
        ApprovalCommand::ProposeCommand(command) => {
            command.check()?;
            let decided = decide(state, &command.command, context).map_err(|error| error.under("command"))?;
            Ok(proposals.propose(command, &decided, context))
        }
        ApprovalCommand::ApproveProposal(command) => {
            let proposal = proposals.open(command.proposal, context.at)?;
            let decided = decide(state, proposal.command()?, context)?;
            Ok(proposal.approve(command.reason, decided, context))
        }
        ApprovalCommand::RejectProposal(command) => {
            Ok(proposals.open(command.proposal, context.at)?.reject(command.reason, context))
        }
        ApprovalCommand::WithdrawProposal(command) => {
            Ok(proposals.open(command.proposal, context.at)?.withdraw(context))
        }
    }
}

/// Rule 1 for provinces: the code stands in the table in force on the date.
fn known_province(state: &State, code: ProvinceCode, on: Date, path: &str) -> Result<(), Rejection> {
    match state.reference.province(code, on) {
        Some(_) => Ok(()),
        None => Err(Rejection::new(Code::InvalidIdentifier, path, format!("there is no province {code}"))),
    }
}
