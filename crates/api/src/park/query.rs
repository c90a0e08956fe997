//! How parks are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use daftar_domain::value::{self, ParkCode, search_key};

use super::object::{Park, ParkKind};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Range, Ranked,
    Scope, Sorts, Text, TextMatch, joins,
};
use crate::input::{ParkRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{Decimal, ProvinceCode};
use crate::view::View;
use crate::view::condition::OrderOf;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// Which parks. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ParkFilter {
    /// All of these hold.
    and: Option<Vec<ParkFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<ParkFilter>>,
    /// This does not hold.
    not: Option<Box<ParkFilter>>,
    /// The code.
    code: Option<CodeChoice>,
    /// The Persian name.
    name: Option<TextMatch>,
    /// The Latin name.
    name_latin: Option<TextMatch>,
    /// The province.
    province: Option<Choice<ProvinceCode>>,
    /// Park or zone.
    kind: Option<Choice<ParkKind>>,
    /// Whether it takes listed industries only.
    specialised: Option<bool>,
    /// The whole area, in hectares.
    area: Option<Range<Decimal>>,
    /// How many plots it has.
    plots: Option<Range<i32>>,
    /// When it was established.
    established_on: Option<DateRange>,
}

/// What parks are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ParkOrderField {
    /// The Persian name, as its search key.
    Name,
    /// The code.
    Code,
    /// When they were established.
    EstablishedOn,
}

impl OrderField for ParkOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::Name => (1, |view| &view.parks.lists().by_name),
            Self::Code => (2, |view| &view.parks.lists().in_code),
            Self::EstablishedOn => (3, |view| &view.parks.lists().by_date),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable =
    Searchable { texts: |view| &view.parks.lists().search, order: |view| &view.parks.lists().by_name };

const NAME: Text = Text {
    of: |view, row, _| Some(view.parks.row(row).name_key()),
    order: Some(|view| &view.parks.lists().by_name),
    search: |view| &view.parks.lists().search,
};

const NAME_LATIN: Text = Text {
    of: |view, row, _| Some(search_key(view.parks.row(row).facts(None).name_latin.as_ref()?.as_str()).into()),
    order: None,
    search: |view| &view.parks.lists().search,
};

const PROVINCE: Sorts<value::ProvinceCode> = Sorts {
    of: |view, row, _| Some(view.parks.row(row).province),
    now: Some(|view| &view.parks.lists().provinces),
    ever: None,
};

const KIND: Sorts<daftar_domain::park::ParkKind> = Sorts {
    of: |view, row, _| Some(view.parks.row(row).facts(None).kind),
    now: Some(|view| &view.parks.lists().kinds),
    ever: None,
};

const SPECIALISED: Sorts<bool> = Sorts {
    of: |view, row, _| Some(view.parks.row(row).industries(None).is_some()),
    now: Some(|view| &view.parks.lists().specialised),
    ever: None,
};

const AREA: Ranked<value::Hectares> =
    Ranked { of: |view, row, _| Some(view.parks.row(row).facts(None).area), order: None };

const PLOTS: Ranked<i64> =
    Ranked { of: |view, row, _| Some(view.parks.row(row).facts(None).plots.into()), order: None };

const ESTABLISHED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.parks.row(row).established),
    order: Some(|view| &view.parks.lists().by_date),
};

impl Filter for ParkFilter {
    joins!(ParkFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let by_code =
            |code: &str| Ok(view.parks.by_code(&ParkCode::parse(code).map_err(Refusal::value("code"))?));
        narrowing.code(self.code.as_ref(), by_code, |view, row, prefix| {
            search_key(view.parks.row(row).code.as_str()).starts_with(prefix)
        })?;
        narrowing.text(self.name.as_ref(), &NAME)?;
        narrowing.text(self.name_latin.as_ref(), &NAME_LATIN)?;
        narrowing.choice(self.province.as_ref(), &PROVINCE, |code| {
            code.value().map_err(Refusal::value("province"))
        })?;
        narrowing.choice(self.kind.as_ref(), &KIND, |kind| Ok((*kind).into()))?;
        if let Some(specialised) = self.specialised {
            narrowing.among(vec![specialised], &SPECIALISED)?;
        }
        narrowing.range(self.area.as_ref(), &AREA, |area| {
            value::Hectares::parse(&area.to_string()).map_err(Refusal::value("area"))
        })?;
        narrowing.range(self.plots.as_ref(), &PLOTS, |plots| Ok(i64::from(*plots)))?;
        narrowing.dates("establishedOn", self.established_on.as_ref(), &ESTABLISHED_ON)
    }
}

fn parks(
    view: &Arc<View>,
    filter: &ParkFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<ParkOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Park>> {
    let listing = Listing {
        filter,
        scope: Scope::Now,
        search: Some(Searched { text: search, numbered: Rows::default(), texts: TEXTS }),
        order_by,
        usual: (ParkOrderField::Name, OrderDirection::Asc),
        page,
    };
    Ok(listing.answer(view, Park::new)?)
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
        #[graphql(desc = "Which park.")] by: ParkRef,
    ) -> Option<Answer<Park>> {
        look_up(by, |key| Park::named(self.0.view(context), key))
    }

    /// Parks and zones, filtered, searched and ordered. A search finds names in any spelling of Persian, with or
    /// without spaces, Latin names and codes; unless an order is given, the best matches come first (see `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn parks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which parks.", default)] filter: ParkFilter,
        #[graphql(desc = "A text that the name or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<ParkOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Park>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(parks(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), &arguments))
    }
}
