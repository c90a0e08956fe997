//! What persons need of units, consortiums and companies: that the holder of a post is recorded.

use crate::State;
use crate::envelope::{Context, Event};
use crate::person::{Holder, HolderKey, PersonCommand};
use crate::rejection::Rejection;

/// Decides a command about a person.
pub(crate) fn decide_person(
    state: &State,
    command: &PersonCommand,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let persons = &state.persons;
    let events = match command {
        PersonCommand::AppointPerson(command) => {
            persons.appoint(command, known_holder(state, &command.holder)?, context)?
        }
        PersonCommand::CorrectPerson(command) => persons.correct(command, context)?,
        PersonCommand::EndAppointment(command) => persons.end(command, context)?,
        PersonCommand::VoidPersonFact(command) => persons.void(command, context)?,
        PersonCommand::ErasePerson(command) => persons.erase(command, context)?,
    };
    Ok(events)
}

fn known_holder(state: &State, key: &HolderKey) -> Result<Holder, Rejection> {
    let (holder, what) = match key {
        HolderKey::Sme(key) => (state.smes.find(key).map(|sme| Holder::Sme(sme.id)), "the unit"),
        HolderKey::Consortium(key) => {
            let consortium = state.consortiums.find(key);
            (consortium.map(|consortium| Holder::Consortium(consortium.id)), "the consortium")
        }
        HolderKey::Emc(key) => {
            (state.emcs.find(key).map(|emc| Holder::Emc(emc.id)), "the export management company")
        }
    };
    holder.ok_or_else(|| Rejection::unknown("holder", what))
}
