//! How consortiums are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::ConsortiumCode;

use super::object::{Consortium, Phase};
use crate::connection::{Connection, CursorKey, PageArguments, RowList};
use crate::export::CommodityGroup;
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::order::Order;
use crate::view::select::Selection;

/// Which consortiums. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ConsortiumFilter {
    /// In one of these phases.
    phase: Option<Vec<Phase>>,
    /// That export one of these product groups.
    product_group: Option<Vec<CommodityGroup>>,
}

/// The order of a list of consortiums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ConsortiumOrder {
    /// By name, then code.
    Name,
    /// By code.
    Code,
    /// By when they were formed, the earliest first.
    FormedOn,
    /// By when they were formed, the latest first.
    FormedOnDesc,
}

fn consortiums(
    view: &Arc<View>,
    filter: &ConsortiumFilter,
    search: Option<&str>,
    order: Option<ConsortiumOrder>,
    arguments: &PageArguments,
) -> Answer<Connection<Consortium>> {
    let mut selection = Selection::default();
    if let Some(phases) = &filter.phase {
        let phases: Vec<_> = phases.iter().map(|phase| (*phase).into()).collect();
        selection.within(view.consortiums.lists().phases.any(&phases));
    }
    if let Some(groups) = &filter.product_group {
        let groups: Vec<_> = groups.iter().map(|group| (*group).into()).collect();
        selection.within(view.consortiums.lists().groups.any(&groups));
    }
    let texts = &view.consortiums.lists().search;
    let segments = texts.segments(selection, search, order.is_some(), Rows::default(), |view| {
        &view.consortiums.lists().search
    });
    Ok(match order.unwrap_or(ConsortiumOrder::Name) {
        ConsortiumOrder::Name => {
            list(view, (1, |view| &view.consortiums.lists().by_name), false, segments, arguments)
        }
        ConsortiumOrder::Code => {
            list(view, (2, |view| &view.consortiums.lists().in_code), false, segments, arguments)
        }
        ConsortiumOrder::FormedOn => {
            list(view, (3, |view| &view.consortiums.lists().by_date), false, segments, arguments)
        }
        ConsortiumOrder::FormedOnDesc => {
            list(view, (4, |view| &view.consortiums.lists().by_date), true, segments, arguments)
        }
    }?)
}

fn list<K: CursorKey>(
    view: &Arc<View>,
    order: (u8, fn(&View) -> &Order<K>),
    descending: bool,
    segments: Vec<Selection>,
    arguments: &PageArguments,
) -> Result<Connection<Consortium>, Refusal> {
    RowList { view: Arc::clone(view), order, descending, segments }.page(arguments, Consortium::new)
}

/// Look-ups of consortiums.
#[derive(Default)]
pub struct ConsortiumQuery(pub Reads);

#[Object]
impl ConsortiumQuery {
    /// A consortium, by its opaque ID or its code.
    fn consortium(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: Option<ID>,
        #[graphql(desc = "Its code.")] code: Option<String>,
    ) -> Option<Answer<Consortium>> {
        let view = self.0.view(context);
        match (id, code) {
            (Some(id), None) => match node::decode(&id)? {
                EntityId::Consortium(id) => Consortium::find(view, id).map(Ok),
                _ => None,
            },
            (None, Some(code)) => match ConsortiumCode::parse(&code) {
                Ok(code) => view.consortiums.by_code(&code).map(|row| Ok(Consortium::new(view, row))),
                Err(error) => Some(Err(Refusal::Value { argument: "code", error }.into())),
            },
            _ => Some(Err(Refusal::Arguments("give either `id` or `code`").into())),
        }
    }

    /// Export consortiums, filtered, searched and ordered. A search finds names in any spelling of Persian, with or
    /// without spaces, Latin names and codes.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn consortiums(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which consortiums.", default)] filter: ConsortiumFilter,
        #[graphql(desc = "A text that the name or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order; by name when left out.")] order_by: Option<ConsortiumOrder>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Consortium>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(consortiums(self.0.view(context), &filter, search.as_deref(), order_by, &arguments))
    }
}
