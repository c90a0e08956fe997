//! What closed periods ask of other nouns: the days of the money facts that a command would record, correct or void.

use crate::envelope::{Context, Event};
use crate::export::ExportCommand;
use crate::period::{PeriodCommand, PeriodRejection};
use crate::rejection::Rejection;
use crate::research::ResearchCommand;
use crate::revival::RevivalCommand;
use crate::value::{Date, ExportKey};
use crate::{Command, State, decide_in_any_period};

/// The days of the money facts that a command concerns, each with the field of the input that leads to it.
fn money_days(state: &State, command: &Command) -> Vec<(&'static str, Date)> {
    let recorded = |key: &ExportKey| state.exports.find(key).map(|export| ("export", export.on));
    match command {
        Command::Export(ExportCommand::RecordExport(command)) => vec![("details.on", command.details.on)],
        Command::Export(ExportCommand::TakeOverExport(command)) => vec![("details.on", command.details.on)],
        Command::Export(ExportCommand::CorrectExport(command)) => {
            recorded(&command.export).into_iter().chain([("details.on", command.details.on)]).collect()
        }
        Command::Export(ExportCommand::VoidExport(command)) => {
            recorded(&command.export).into_iter().collect()
        }
        Command::Revival(RevivalCommand::ReferRevival(command)) if command.loan.is_some() => {
            vec![("on", command.on)]
        }
        Command::Research(command) => research_days(state, command),
        _ => Vec::new(),
    }
}

/// Those of budgets and payments of research projects.
fn research_days(state: &State, command: &ResearchCommand) -> Vec<(&'static str, Date)> {
    match command {
        ResearchCommand::TakeOverResearch(command) => {
            let paid = command.paid.and(command.until).map(|until| ("until", until));
            [Some(("approved", command.approved)), paid].into_iter().flatten().collect()
        }
        ResearchCommand::ApproveResearch(command) => vec![("on", command.on)],
        ResearchCommand::PayResearch(command) => vec![("on", command.on)],
        ResearchCommand::ReviseResearch(command) if command.budget.is_some() => vec![("on", command.on)],
        ResearchCommand::VoidResearchFact(command) => {
            let research = state.researches.find(&command.research);
            let money = research.and_then(|research| research.money_fact(command.position.0));
            money.map(|on| ("position", on)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Rule 15 for closed periods: their money facts are restated, and not recorded, corrected or voided directly.
pub(crate) fn judge_open(state: &State, command: &Command) -> Result<(), PeriodRejection> {
    let mut days = money_days(state, command).into_iter();
    match days.find(|(_, on)| state.periods.is_closed(*on)) {
        Some((path, on)) => Err(PeriodRejection::Closed { path, on }),
        None => Ok(()),
    }
}

/// Decides a command about a period.
pub(crate) fn decide_period(
    state: &State,
    command: &PeriodCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        PeriodCommand::ClosePeriod(command) => Ok(state.periods.close(command, context)?),
        PeriodCommand::RestateFact(restate) => {
            let decided = decide_in_any_period(state, &restate.command, context);
            let decided = decided.map_err(|error| error.under("command"))?;
            let days = money_days(state, &restate.command).into_iter().map(|(_, on)| on);
            Ok(state.periods.restate(restate, days, decided, context)?)
        }
    }
}
