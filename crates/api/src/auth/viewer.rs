//! What somebody may ask about themselves.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::scope::actor;
use crate::history::{Authority, Role};
use crate::scalar::ProvinceCode;

/// Whoever asks.
#[derive(SimpleObject)]
pub struct Viewer {
    /// The random ID that the record knows them by.
    actor_id: ID,
    /// The roles that were granted.
    roles: Vec<Role>,
    /// The provinces that an operator's role reaches.
    provinces: Vec<ProvinceCode>,
    /// On whose authority a command of theirs would be recorded.
    authority: Authority,
}

/// Look-ups of whoever asks.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Whoever asks, as the record knows them.
    async fn viewer(&self, context: &Context<'_>) -> Viewer {
        let actor = actor(context);
        let alone = actor.roles.iter().any(|role| role.is_alone());
        Viewer {
            actor_id: ID(actor.id.to_string()),
            roles: actor.roles.iter().map(Role::from).collect(),
            provinces: actor.provinces.iter().map(ProvinceCode::from).collect(),
            authority: if alone { Authority::SinglePerson } else { Authority::Role },
        }
    }
}
