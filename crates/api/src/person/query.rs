//! Persons of a holder, and one by ID.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use daftar_domain::envelope::EntityId;

use super::{Appointment, Person, Purpose};
use crate::auth::scope::{actor, reads_people, reads_person};
use crate::connection::{Connection, PageArguments, WholeList};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::scalar::Date;
use crate::view::View;

/// A page of the appointments at a holder by their first day: all, or those that hold on a day.
pub fn people_of(
    context: &Context<'_>,
    view: &Arc<View>,
    holder: EntityId,
    on: Option<Date>,
    purpose: Option<Purpose>,
    page: &PageArguments,
) -> Answer<Connection<Appointment>> {
    if !reads_people(actor(context), view, holder) {
        return Err(Refusal::Forbidden("personal data of others").into());
    }
    let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"))?;
    let known = view.position;
    let persons = view.state.persons.of_holder(holder);
    let of = |person: &daftar_domain::person::Person| {
        let found: Vec<_> = person
            .appointments(known)
            .filter(|appointment| EntityId::from(appointment.holder) == holder)
            .filter(|appointment| on.is_none_or(|on| appointment.held(on, known)))
            .map(|found| Appointment::new(Person::new(view, person.id, purpose), found, known))
            .collect();
        found
    };
    let items = persons.flat_map(of).map(|appointment| (appointment.key(), appointment)).collect();
    Ok(WholeList { items }.page(page)?)
}

/// Look-ups of persons.
#[derive(Default)]
pub struct PersonQuery(pub Reads);

#[Object]
impl PersonQuery {
    /// The person with an opaque ID.
    fn person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The opaque ID.")] id: ID,
        #[graphql(desc = "What names and numbers are read for; without it they are withheld.")]
        purpose: Option<Purpose>,
    ) -> Option<Person> {
        let view = self.0.view(context);
        match node::decode(&id) {
            Some(EntityId::Person(id)) if !reads_person(actor(context), view, id) => None,
            Some(EntityId::Person(id)) => Person::find(view, id).map(|person| person.for_purpose(purpose)),
            _ => None,
        }
    }
}
