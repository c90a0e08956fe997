//! How published figures are looked up and listed.

use async_graphql::{Context, ID, Object};
use daftar_domain::envelope::EntityId;

use super::object::PublishedFigure;
use crate::connection::{Connection, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::view::condition::Condition;
use crate::view::select::{SortKey, Sorting};

/// Look-ups of published figures.
#[derive(Default)]
pub struct PublicationQuery(pub Reads);

#[Object]
impl PublicationQuery {
    /// A published figure, by its opaque ID.
    fn published_figure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: ID,
    ) -> Option<Answer<PublishedFigure>> {
        match node::decode(&id)? {
            EntityId::Publication(id) => PublishedFigure::find(self.0.view(context), id).map(Ok),
            _ => Some(Err(Refusal::Arguments("`id` is not the ID of a published figure").into())),
        }
    }

    /// Published figures, the latest first; withdrawn ones among them.
    fn published_figures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<PublishedFigure>>> {
        let view = self.0.view(context);
        let key = SortKey { number: 1, order: |view| view.publications.by_date(), descending: true };
        let seen = Condition::All(Vec::new()).seen(view.publications.by_date());
        let list = RowList::new(view, Sorting::by(vec![key]), [seen]);
        let page = PageArguments::new(first, after, last, before);
        let page = list.page(&page, |view, _, row| PublishedFigure::new(view, row));
        Some(page.map_err(Into::into))
    }
}
