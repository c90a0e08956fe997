//! How consortiums are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use daftar_domain::value::{self, ConsortiumCode, search_key};

use super::object::{Consortium, ConsortiumKind, Phase};
use crate::connection::{Connection, PageArguments};
use crate::export::CommodityGroup;
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Ranked, Scope,
    Sorts, Text, TextMatch, joins,
};
use crate::input::{ConsortiumRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::view::View;
use crate::view::condition::OrderOf;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// Which consortiums. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ConsortiumFilter {
    /// All of these hold.
    and: Option<Vec<ConsortiumFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<ConsortiumFilter>>,
    /// This does not hold.
    not: Option<Box<ConsortiumFilter>>,
    /// The code.
    code: Option<CodeChoice>,
    /// The Persian name.
    name: Option<TextMatch>,
    /// The Latin name.
    name_latin: Option<TextMatch>,
    /// The phase.
    phase: Option<Choice<Phase>>,
    /// The product group that it exports.
    product_group: Option<Choice<CommodityGroup>>,
    /// What it is for.
    kind: Option<Choice<ConsortiumKind>>,
    /// When it was formed.
    formed_on: Option<DateRange>,
}

/// What consortiums are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ConsortiumOrderField {
    /// The Persian name, as its search key.
    Name,
    /// The code.
    Code,
    /// When they were formed.
    FormedOn,
}

impl OrderField for ConsortiumOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::Name => (1, |view| &view.consortiums.lists().by_name),
            Self::Code => (2, |view| &view.consortiums.lists().in_code),
            Self::FormedOn => (3, |view| &view.consortiums.lists().by_date),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable = Searchable {
    texts: |view| &view.consortiums.lists().search,
    order: |view| &view.consortiums.lists().by_name,
};

const NAME: Text = Text {
    of: |view, row, _| Some(view.consortiums.row(row).name_key()),
    order: Some(|view| &view.consortiums.lists().by_name),
    search: |view| &view.consortiums.lists().search,
};

const NAME_LATIN: Text = Text {
    of: |view, row, _| {
        Some(search_key(view.consortiums.row(row).facts(None).name_latin.as_ref()?.as_str()).into())
    },
    order: None,
    search: |view| &view.consortiums.lists().search,
};

const PHASE: Sorts<daftar_domain::consortium::Phase> = Sorts {
    of: |view, row, _| Some(view.consortiums.row(row).phase(None)?.value),
    now: Some(|view| &view.consortiums.lists().phases),
    ever: None,
};

const PRODUCT_GROUP: Sorts<value::CommodityGroup> = Sorts {
    of: |view, row, _| Some(view.consortiums.row(row).product_group),
    now: Some(|view| &view.consortiums.lists().groups),
    ever: None,
};

const KIND: Sorts<daftar_domain::consortium::ConsortiumKind> =
    Sorts { of: |view, row, _| Some(view.consortiums.row(row).facts(None).kind), now: None, ever: None };

const FORMED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.consortiums.row(row).formed),
    order: Some(|view| &view.consortiums.lists().by_date),
};

impl Filter for ConsortiumFilter {
    joins!(ConsortiumFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let by_code = |code: &str| {
            Ok(view.consortiums.by_code(&ConsortiumCode::parse(code).map_err(Refusal::value("code"))?))
        };
        narrowing.code(self.code.as_ref(), by_code, |view, row, prefix| {
            search_key(view.consortiums.row(row).code.as_str()).starts_with(prefix)
        })?;
        narrowing.text(self.name.as_ref(), &NAME)?;
        narrowing.text(self.name_latin.as_ref(), &NAME_LATIN)?;
        narrowing.choice(self.phase.as_ref(), &PHASE, |phase| Ok((*phase).into()))?;
        narrowing.choice(self.product_group.as_ref(), &PRODUCT_GROUP, |group| Ok((*group).into()))?;
        narrowing.choice(self.kind.as_ref(), &KIND, |kind| Ok((*kind).into()))?;
        narrowing.dates("formedOn", self.formed_on.as_ref(), &FORMED_ON)
    }
}

fn consortiums(
    view: &Arc<View>,
    filter: &ConsortiumFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<ConsortiumOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Consortium>> {
    let listing = Listing {
        filter,
        scope: Scope::Now,
        search: Some(Searched { text: search, numbered: Rows::default(), texts: TEXTS }),
        order_by,
        usual: (ConsortiumOrderField::Name, OrderDirection::Asc),
        page,
    };
    Ok(listing.answer(view, Consortium::new)?)
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
        #[graphql(desc = "Which consortium.")] by: ConsortiumRef,
    ) -> Option<Answer<Consortium>> {
        look_up(by, |key| Consortium::named(self.0.view(context), key))
    }

    /// Export consortiums, filtered, searched and ordered. A search finds names in any spelling of Persian, with or
    /// without spaces, Latin names and codes; unless an order is given, the best matches come first (see `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn consortiums(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which consortiums.", default)] filter: ConsortiumFilter,
        #[graphql(desc = "A text that the name or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<ConsortiumOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Consortium>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(consortiums(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), &arguments))
    }
}
