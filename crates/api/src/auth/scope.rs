//! What an actor may read of the record when it reads its own provinces only.

use async_graphql::Context;
use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::policy::{Actor, DataClass, Provinces, Reading, provinces_of};
use daftar_domain::value::{ParkKey, PersonId, ProvinceCode};

use crate::view::View;

/// The actor of a request.
pub fn actor<'a>(context: &Context<'a>) -> &'a Actor {
    context.data().expect("a request carries its actor")
}

/// Whether the actor of a request reads single exports, and who exported.
pub fn reads_trade(context: &Context<'_>) -> bool {
    actor(context).reading(DataClass::Trade) == Reading::Allowed
}

/// The province that an entity lies in now; none for what lies in no province.
fn province(view: &View, entity: EntityId) -> Option<ProvinceCode> {
    let of_sme = |id| view.state.smes.get(id).map(|sme| sme.province);
    match entity {
        EntityId::Park(id) => view.state.parks.find(&ParkKey::Id(id)).map(|park| park.province),
        EntityId::Sme(id) => of_sme(id),
        EntityId::Revival(id) => view.state.revivals.get(id).and_then(|revival| of_sme(revival.sme)),
        _ => None,
    }
}

/// The provinces of those at whom a person holds or held posts.
fn provinces_of_person(view: &View, person: PersonId) -> Provinces {
    let person = view.state.persons.get(person);
    let appointments = person.into_iter().flat_map(|person| person.appointments(view.position));
    appointments.filter_map(|appointment| province(view, appointment.holder.into())).collect()
}

/// Whether an actor reads the personal data of those at a holder.
pub fn reads_people(actor: &Actor, view: &View, holder: EntityId) -> bool {
    match actor.reading(DataClass::PersonalData) {
        Reading::Allowed => true,
        Reading::Denied => false,
        Reading::WithinProvinces => {
            province(view, holder).is_some_and(|province| actor.provinces.contains(province))
        }
    }
}

/// Whether an actor reads the personal data of somebody.
pub fn reads_person(actor: &Actor, view: &View, person: PersonId) -> bool {
    match actor.reading(DataClass::PersonalData) {
        Reading::Allowed => true,
        Reading::Denied => false,
        Reading::WithinProvinces => actor.provinces.meets(provinces_of_person(view, person)),
    }
}

/// Whether an actor reads what is recorded of an entity: its history, and proposals about it.
pub fn reads_entity(actor: &Actor, view: &View, entity: EntityId) -> bool {
    if matches!(entity, EntityId::Export(_)) && actor.reading(DataClass::Trade) != Reading::Allowed {
        return false;
    }
    match actor.reading(DataClass::Record) {
        Reading::Allowed => true,
        Reading::Denied => false,
        Reading::WithinProvinces => match entity {
            EntityId::Proposal(id) => {
                let proposal = view.state.proposals.get(id);
                proposal.is_some_and(|proposal| {
                    let open = proposal.command().ok();
                    let within = open
                        .is_some_and(|command| actor.provinces.covers(provinces_of(&view.state, command)));
                    proposal.proposer == actor.id || within
                })
            }
            EntityId::Person(id) => actor.provinces.meets(provinces_of_person(view, id)),
            _ => province(view, entity).is_some_and(|province| actor.provinces.contains(province)),
        },
    }
}

/// Whether an actor reads an event: when it reads the entity whose history it belongs to. What merely concerns an entity
/// is no part of it: a unit's operator doesn't read its exports there.
pub fn reads_event(actor: &Actor, view: &View, recorded: &Recorded) -> bool {
    reads_entity(actor, view, recorded.event.entity)
}

/// Whether an actor may be told that something happened to an entity: when it reads the event, or when the entity's open
/// fields would show it anyway.
pub fn tells_of(actor: &Actor, view: &View, recorded: &Recorded) -> bool {
    use EntityId::{
        Closing, Consortium, Emc, Park, Publication, Research, Revival, Sme, Statement, Training,
    };
    let programme = matches!(recorded.event.entity, Revival(_) | Training(_) | Research(_));
    let open = matches!(
        recorded.event.entity,
        Park(_) | Sme(_) | Consortium(_) | Emc(_) | Statement(_) | Publication(_) | Closing(_)
    );
    programme || open || reads_event(actor, view, recorded)
}

/// Whether an actor reads every event, whatever entity it belongs to.
pub fn reads_every_event(actor: &Actor) -> bool {
    [DataClass::Record, DataClass::Trade].into_iter().all(|class| actor.reading(class) == Reading::Allowed)
}
