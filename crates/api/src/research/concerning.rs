//! The projects of units and parks, among the fields of each of them.

use std::sync::Arc;

use async_graphql::Object;
use daftar_domain::envelope::EntityId;

use super::object::{Research, research_of};
use crate::connection::{Connection, PageArguments};
use crate::refusal::Answer;
use crate::view::View;

/// The research and study projects of a unit or park.
pub struct Concerning {
    view: Arc<View>,
    entity: EntityId,
}

impl Concerning {
    /// Those of a unit or park.
    pub fn of(view: &Arc<View>, entity: EntityId) -> Self {
        Self { view: Arc::clone(view), entity }
    }
}

/// The research and study projects of a unit or park.
#[Object]
impl Concerning {
    /// The research and study projects that concern it or that it carries out, in the order of recording.
    fn research_projects(
        &self,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Research>>> {
        let page = PageArguments::new(first, after, last, before);
        Some(research_of(&self.view, self.entity, &page))
    }
}
