//! What persons need of units, consortiums and companies: that the holder of a post is recorded.

use crate::State;
use crate::envelope::{Context, Event};
use crate::person::PersonCommand;
use crate::rejection::Rejection;
use crate::value::{Organisation, OrganisationKey};

/// Decides a command about a person.
pub(crate) fn decide_person(
    state: &State,
    command: &PersonCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let persons = &state.persons;
    let events = match command {
        PersonCommand::AppointPerson(command) => {
            persons.appoint(command, known_organisation(state, &command.holder, "holder")?.into(), context)?
        }
        PersonCommand::CorrectPerson(command) => persons.correct(command, context)?,
        PersonCommand::EndAppointment(command) => persons.end(command, context)?,
        PersonCommand::VoidPersonFact(command) => persons.void(command, context)?,
        PersonCommand::ErasePerson(command) => persons.erase(command, context)?,
    };
    Ok(events)
}

/// The unit, consortium or company that a command names.
pub(super) fn known_organisation(
    state: &State,
    key: &OrganisationKey,
    path: &str,
) -> Result<Organisation, Rejection> {
    let (found, what) = match key {
        OrganisationKey::Sme(key) => (state.smes.find(key).map(|sme| Organisation::Sme(sme.id)), "the unit"),
        OrganisationKey::Consortium(key) => {
            let found = state.consortiums.find(key);
            (found.map(|consortium| Organisation::Consortium(consortium.id)), "the consortium")
        }
        OrganisationKey::Emc(key) => {
            (state.emcs.find(key).map(|emc| Organisation::Emc(emc.id)), "the export management company")
        }
    };
    found.ok_or_else(|| Rejection::unknown(path, what))
}
