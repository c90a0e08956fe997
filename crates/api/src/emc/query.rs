//! How export management companies are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::EmcCode;

use super::object::{Emc, Rank};
use crate::connection::{Connection, CursorKey, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::order::Order;
use crate::view::select::Selection;

/// Which companies. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EmcFilter {
    /// Whether the consent is in force.
    consented: Option<bool>,
    /// Of one of these ranks.
    rank: Option<Vec<Rank>>,
}

/// The order of a list of companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EmcOrder {
    /// By name, then code.
    Name,
    /// By code.
    Code,
    /// By the date of the consent, the earliest first.
    ConsentedOn,
    /// By the date of the consent, the latest first.
    ConsentedOnDesc,
}

fn emcs(
    view: &Arc<View>,
    filter: &EmcFilter,
    search: Option<&str>,
    order: Option<EmcOrder>,
    arguments: &PageArguments,
) -> Answer<Connection<Emc>> {
    let mut selection = Selection::default();
    if let Some(consented) = filter.consented {
        selection.within(view.emcs.lists().consented.get(&consented));
    }
    if let Some(ranks) = &filter.rank {
        let ranks: Vec<_> = ranks.iter().map(|rank| (*rank).into()).collect();
        selection.within(view.emcs.lists().ranks.any(&ranks));
    }
    let texts = &view.emcs.lists().search;
    let segments =
        texts.segments(selection, search, order.is_some(), Rows::default(), |view| &view.emcs.lists().search);
    Ok(match order.unwrap_or(EmcOrder::Name) {
        EmcOrder::Name => list(view, (1, |view| &view.emcs.lists().by_name), false, segments, arguments),
        EmcOrder::Code => list(view, (2, |view| &view.emcs.lists().in_code), false, segments, arguments),
        EmcOrder::ConsentedOn => {
            list(view, (3, |view| &view.emcs.lists().by_date), false, segments, arguments)
        }
        EmcOrder::ConsentedOnDesc => {
            list(view, (4, |view| &view.emcs.lists().by_date), true, segments, arguments)
        }
    }?)
}

fn list<K: CursorKey>(
    view: &Arc<View>,
    order: (u8, fn(&View) -> &Order<K>),
    descending: bool,
    segments: Vec<Selection>,
    arguments: &PageArguments,
) -> Result<Connection<Emc>, Refusal> {
    RowList { view: Arc::clone(view), order, descending, segments }.page(arguments, Emc::new)
}

/// Look-ups of export management companies.
#[derive(Default)]
pub struct EmcQuery(pub Reads);

#[Object]
impl EmcQuery {
    /// An export management company, by its opaque ID or its code.
    fn emc(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: Option<ID>,
        #[graphql(desc = "Its code.")] code: Option<String>,
    ) -> Option<Answer<Emc>> {
        let view = self.0.view(context);
        match (id, code) {
            (Some(id), None) => match node::decode(&id)? {
                EntityId::Emc(id) => Emc::find(view, id).map(Ok),
                _ => None,
            },
            (None, Some(code)) => match EmcCode::parse(&code) {
                Ok(code) => view.emcs.by_code(&code).map(|row| Ok(Emc::new(view, row))),
                Err(error) => Some(Err(Refusal::Value { argument: "code", error }.into())),
            },
            _ => Some(Err(Refusal::Arguments("give either `id` or `code`").into())),
        }
    }

    /// Export management companies, filtered, searched and ordered. A search finds names in any spelling of Persian,
    /// with or without spaces, Latin names, codes and legal IDs.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn emcs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which companies.", default)] filter: EmcFilter,
        #[graphql(desc = "A text that the name, the code or the legal ID contains.")] search: Option<String>,
        #[graphql(desc = "The order; by name when left out.")] order_by: Option<EmcOrder>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Emc>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(emcs(self.0.view(context), &filter, search.as_deref(), order_by, &arguments))
    }
}
