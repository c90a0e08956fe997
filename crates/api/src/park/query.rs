//! How parks are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::ParkCode;

use super::object::{Park, ParkKind};
use crate::connection::{Connection, CursorKey, PageArguments, RowList};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::scalar::ProvinceCode;
use crate::view::View;
use crate::view::facet::Rows;
use crate::view::order::Order;
use crate::view::select::Selection;

/// Which parks. What is left out doesn't narrow; values in a list are alternatives.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ParkFilter {
    /// In one of these provinces.
    province: Option<Vec<ProvinceCode>>,
    /// Parks or zones.
    kind: Option<ParkKind>,
}

/// The order of a list of parks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ParkOrder {
    /// By name, then code.
    Name,
    /// By code.
    Code,
    /// By when they were established, the earliest first.
    EstablishedOn,
    /// By when they were established, the latest first.
    EstablishedOnDesc,
}

fn parks(
    view: &Arc<View>,
    filter: &ParkFilter,
    search: Option<&str>,
    order: Option<ParkOrder>,
    arguments: &PageArguments,
) -> Answer<Connection<Park>> {
    let mut selection = Selection::default();
    if let Some(provinces) = &filter.province {
        let codes = provinces.iter().map(ProvinceCode::value).collect::<Result<Vec<_>, _>>();
        selection.within(view.parks.lists().provinces.any(&codes.map_err(Refusal::value("province"))?));
    }
    if let Some(kind) = filter.kind {
        selection.within(view.parks.lists().kinds.get(&kind.into()));
    }
    let segments =
        view.parks
            .lists()
            .search
            .segments(selection, search, order.is_some(), Rows::default(), |view| &view.parks.lists().search);
    Ok(match order.unwrap_or(ParkOrder::Name) {
        ParkOrder::Name => list(view, (1, |view| &view.parks.lists().by_name), false, segments, arguments),
        ParkOrder::Code => list(view, (2, |view| &view.parks.lists().in_code), false, segments, arguments),
        ParkOrder::EstablishedOn => {
            list(view, (3, |view| &view.parks.lists().by_date), false, segments, arguments)
        }
        ParkOrder::EstablishedOnDesc => {
            list(view, (4, |view| &view.parks.lists().by_date), true, segments, arguments)
        }
    }?)
}

fn list<K: CursorKey>(
    view: &Arc<View>,
    order: (u8, fn(&View) -> &Order<K>),
    descending: bool,
    segments: Vec<Selection>,
    arguments: &PageArguments,
) -> Result<Connection<Park>, Refusal> {
    RowList { view: Arc::clone(view), order, descending, segments }.page(arguments, Park::new)
}

/// Look-ups of parks.
#[derive(Default)]
pub struct ParkQuery(pub Reads);

#[Object]
impl ParkQuery {
    /// A park, by its opaque ID or its code.
    fn park(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: Option<ID>,
        #[graphql(desc = "Its code.")] code: Option<String>,
    ) -> Option<Answer<Park>> {
        let view = self.0.view(context);
        match (id, code) {
            (Some(id), None) => match node::decode(&id)? {
                EntityId::Park(id) => Park::find(view, id).map(Ok),
                _ => None,
            },
            (None, Some(code)) => match ParkCode::parse(&code) {
                Ok(code) => view.parks.by_code(&code).map(|row| Ok(Park::new(view, row))),
                Err(error) => Some(Err(Refusal::Value { argument: "code", error }.into())),
            },
            _ => Some(Err(Refusal::Arguments("give either `id` or `code`").into())),
        }
    }

    /// Parks and zones, filtered, searched and ordered. A search finds names in any spelling of Persian, with or
    /// without spaces, Latin names and codes.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn parks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which parks.", default)] filter: ParkFilter,
        #[graphql(desc = "A text that the name or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order; by name when left out.")] order_by: Option<ParkOrder>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Park>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(parks(self.0.view(context), &filter, search.as_deref(), order_by, &arguments))
    }
}
