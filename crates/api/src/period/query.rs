//! How closed periods are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use daftar_domain::envelope::EntityId;

use super::object::ClosedPeriod;
use crate::connection::{Connection, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::view::condition::Condition;
use crate::view::select::{SortKey, Sorting};

/// Look-ups of closed periods.
#[derive(Default)]
pub struct PeriodQuery(pub Reads);

#[Object]
impl PeriodQuery {
    /// A closed period, by its opaque ID.
    fn closed_period(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: ID,
    ) -> Option<Answer<ClosedPeriod>> {
        match node::decode(&id)? {
            EntityId::Closing(id) => ClosedPeriod::find(self.0.view(context), id).map(Ok),
            _ => Some(Err(Refusal::Arguments("`id` is not the ID of a closed period").into())),
        }
    }

    /// Closed periods, by their first day.
    fn closed_periods(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<ClosedPeriod>>> {
        let view = self.0.view(context);
        let key = SortKey { number: 1, order: |view| view.periods.by_day(), descending: false };
        let seen = Condition::All(Vec::new()).seen(view.periods.by_day());
        let list = RowList::new(view, Sorting::by(vec![key]), [seen]);
        let page = PageArguments::new(first, after, last, before);
        let page = list.page(&page, |view, _, row| ClosedPeriod::new(&Arc::clone(view), row));
        Some(page.map_err(Into::into))
    }
}
