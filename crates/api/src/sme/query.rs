//! How units are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object};
use daftar_domain::value::{self, search_key};
use roaring::RoaringBitmap;

use super::filter::SmeFilter;
use super::object::Sme;
use super::summary::{SmeGroup, SmeGroupBy, summary};
use crate::auth::scope::reads_trade;
use crate::connection::{Connection, PageArguments};
use crate::filter::{OrderBy, OrderDirection, OrderField, Scope};
use crate::input::{SmeRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::Date;
use crate::view::View;
use crate::view::condition::OrderOf;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// The fewest digits by which a business ID or legal ID is found.
const ID_DIGITS: usize = 4;

/// What units are ordered by; what ties by business ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SmeOrderField {
    /// The Persian name, as its search key.
    Name,
    /// The business ID.
    BusinessId,
    /// The date of registration.
    RegisteredOn,
    /// Persons employed.
    Headcount,
    /// The code of the province.
    Province,
}

impl OrderField for SmeOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::Name => (1, |view| &view.smes.lists().by_name),
            Self::BusinessId => (2, |view| &view.smes.lists().in_business_id),
            Self::RegisteredOn => (3, |view| &view.smes.lists().by_date),
            Self::Headcount => (4, |view| &view.smes.lists().by_headcount),
            Self::Province => (5, |view| &view.smes.lists().by_province),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable =
    Searchable { texts: |view| &view.smes.lists().search, order: |view| &view.smes.lists().by_name };

/// The units whose business ID or legal ID begins with these digits.
fn by_digits(view: &View, digits: &str) -> Rows {
    let range = |length: usize| {
        let scale = 10_u64.pow((length - digits.len()) as u32);
        digits.parse::<u64>().ok().map(|first| (first * scale, first * scale + (scale - 1)))
    };
    let mut rows = RoaringBitmap::new();
    if digits.len() <= 12
        && let Some((from, until)) = range(12)
    {
        use std::ops::Bound::Included;
        let (from, until) = ((from, ()), (until, ()));
        let found = view.smes.lists().in_business_id.range(Included(&from), Included(&until));
        rows.extend(found.map(|(_, row)| row));
    }
    if digits.len() <= 11
        && let Some((from, until)) = range(11)
    {
        rows.extend(view.smes.of_legal_ids(from..=until));
    }
    Arc::new(rows)
}

/// The rows that a search finds by number: those whose business ID or legal ID begins with its digits.
pub fn numbered(view: &View, search: &str) -> Rows {
    let key = search_key(search);
    let is_number = key.len() >= ID_DIGITS && key.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { by_digits(view, &key) } else { Rows::default() }
}

/// A page of units.
///
/// # Errors
/// What is wrong with the filter, the order or the page.
fn smes(
    view: &Arc<View>,
    filter: &SmeFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<SmeOrderField>]>,
    on: Option<value::Date>,
    page: &PageArguments,
) -> Answer<Connection<Sme>> {
    let listing = Listing {
        filter,
        scope: on.map_or(Scope::Now, Scope::On),
        search: Some(Searched {
            text: search,
            numbered: search.map(|search| numbered(view, search)).unwrap_or_default(),
            texts: TEXTS,
        }),
        order_by,
        usual: (SmeOrderField::Name, OrderDirection::Asc),
        page,
    };
    Ok(listing.answer(view, move |view, row| Sme::new(view, row, on))?)
}

/// The units of a park after everything that is recorded, by name.
///
/// # Errors
/// What is wrong with the filter, the order or the page.
pub fn smes_of_park(
    view: &Arc<View>,
    park: value::ParkId,
    filter: SmeFilter,
    order_by: Option<&[OrderBy<SmeOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Sme>> {
    smes(view, &filter.within(park), None, order_by, None, page)
}

/// Look-ups of units.
#[derive(Default)]
pub struct SmeQuery(pub Reads);

#[Object]
impl SmeQuery {
    /// A unit, by its opaque ID or its business ID.
    fn sme(&self, context: &Context<'_>, #[graphql(desc = "Which unit.")] by: SmeRef) -> Option<Answer<Sme>> {
        look_up(by, |key| Sme::named(self.0.view(context), key))
    }

    /// Units, filtered, searched and ordered. A search finds names in any spelling of Persian, with or without spaces,
    /// Latin names, and the first 4 or more digits of a business ID or legal ID; unless an order is given, what matches
    /// by number comes first, then the best matches (see `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn smes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which units.", default)] filter: SmeFilter,
        #[graphql(desc = "A text that the name contains, or the first digits of an ID.")] search: Option<
            String,
        >,
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<SmeOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Filter and answer as of this day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Connection<Sme>>> {
        let page = PageArguments::new(first, after, last, before);
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on,
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        if filter.asks_exporters() && !reads_trade(context) {
            return Some(Err(Refusal::Forbidden("who exported").into()));
        }
        Some(smes(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), on, &page))
    }

    /// How many units meet a filter, grouped; the largest groups first. Those that have no value of what they are grouped
    /// by form a group of their own. Without groups, all of them as one.
    fn sme_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to group by, each once.", default)] group_by: Vec<SmeGroupBy>,
        #[graphql(desc = "Which units.", default)] filter: SmeFilter,
        #[graphql(desc = "Filter and count as of this day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Vec<SmeGroup>>> {
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on,
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        if filter.asks_exporters() && !reads_trade(context) {
            return Some(Err(Refusal::Forbidden("who exported").into()));
        }
        Some(summary(self.0.view(context), &group_by, &filter, on))
    }
}
