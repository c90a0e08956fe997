//! What organisations attended, among the fields of each of them.

use std::sync::Arc;

use async_graphql::Object;
use daftar_domain::value::Organisation;

use super::object::{Enrolment, trainings_of};
use crate::connection::{Connection, PageArguments};
use crate::refusal::Answer;
use crate::view::View;

/// The courses and workshops of an organisation.
pub struct Attending {
    view: Arc<View>,
    organisation: Organisation,
}

impl Attending {
    /// Those of an organisation.
    pub fn of(view: &Arc<View>, organisation: Organisation) -> Self {
        Self { view: Arc::clone(view), organisation }
    }
}

/// The courses and workshops of an organisation.
#[Object]
impl Attending {
    /// Its enrolments in courses and workshops that are not voided, withdrawn ones among them, by their first day.
    fn trainings(
        &self,
        #[graphql(desc = "Only those with a certificate (true), or without one (false).")] certified: Option<
            bool,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Enrolment>>> {
        let page = PageArguments::new(first, after, last, before);
        Some(trainings_of(&self.view, self.organisation, certified, &page))
    }
}
