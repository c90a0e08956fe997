//! How companies are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use daftar_domain::value::{self, EmcCode, search_key};

use super::object::{Emc, Rank};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Ranked, Scope,
    Sorts, Text, TextMatch, joins,
};
use crate::input::{EmcRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::LegalId;
use crate::view::View;
use crate::view::condition::Condition;
use crate::view::condition::OrderOf;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// Which companies. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EmcFilter {
    /// All of these hold.
    and: Option<Vec<EmcFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<EmcFilter>>,
    /// This does not hold.
    not: Option<Box<EmcFilter>>,
    /// The code.
    code: Option<CodeChoice>,
    /// The Persian name.
    name: Option<TextMatch>,
    /// The Latin name.
    name_latin: Option<TextMatch>,
    /// The registered company.
    legal_id: Option<Choice<LegalId>>,
    /// Whether the consent is in force.
    consented: Option<bool>,
    /// The rank.
    rank: Option<Choice<Rank>>,
    /// When it got the initial consent.
    consented_on: Option<DateRange>,
}

/// What companies are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EmcOrderField {
    /// The Persian name, as its search key.
    Name,
    /// The code.
    Code,
    /// When they got the initial consent.
    ConsentedOn,
}

impl OrderField for EmcOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::Name => (1, |view| &view.emcs.lists().by_name),
            Self::Code => (2, |view| &view.emcs.lists().in_code),
            Self::ConsentedOn => (3, |view| &view.emcs.lists().by_date),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable =
    Searchable { texts: |view| &view.emcs.lists().search, order: |view| &view.emcs.lists().by_name };

const NAME: Text = Text {
    of: |view, row, _| Some(view.emcs.row(row).name_key()),
    order: Some(|view| &view.emcs.lists().by_name),
    search: |view| &view.emcs.lists().search,
};

const NAME_LATIN: Text = Text {
    of: |view, row, _| Some(search_key(view.emcs.row(row).facts(None).name_latin.as_ref()?.as_str()).into()),
    order: None,
    search: |view| &view.emcs.lists().search,
};

const LEGAL_ID: Sorts<value::LegalId> =
    Sorts { of: |view, row, _| Some(view.emcs.row(row).legal_id), now: None, ever: None };

const RANK: Sorts<daftar_domain::emc::Rank> = Sorts {
    of: |view, row, _| view.emcs.row(row).rank_on(None),
    now: Some(|view| &view.emcs.lists().ranks),
    ever: None,
};

const CONSENTED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.emcs.row(row).consented),
    order: Some(|view| &view.emcs.lists().by_date),
};

impl Filter for EmcFilter {
    joins!(EmcFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let by_code =
            |code: &str| Ok(view.emcs.by_code(&EmcCode::parse(code).map_err(Refusal::value("code"))?));
        narrowing.code(self.code.as_ref(), by_code, |view, row, prefix| {
            search_key(view.emcs.row(row).code.as_str()).starts_with(prefix)
        })?;
        narrowing.text(self.name.as_ref(), &NAME)?;
        narrowing.text(self.name_latin.as_ref(), &NAME_LATIN)?;
        narrowing
            .choice(self.legal_id.as_ref(), &LEGAL_ID, |id| id.value().map_err(Refusal::value("legalId")))?;
        if let Some(consented) = self.consented {
            narrowing.add(Condition::Within(view.emcs.lists().consented.get(&consented)))?;
        }
        narrowing.choice(self.rank.as_ref(), &RANK, |rank| Ok((*rank).into()))?;
        narrowing.dates("consentedOn", self.consented_on.as_ref(), &CONSENTED_ON)
    }
}

fn emcs(
    view: &Arc<View>,
    filter: &EmcFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<EmcOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Emc>> {
    let listing = Listing {
        filter,
        scope: Scope::Now,
        search: Some(Searched { text: search, numbered: Rows::default(), texts: TEXTS }),
        order_by,
        usual: (EmcOrderField::Name, OrderDirection::Asc),
        page,
    };
    Ok(listing.answer(view, Emc::new)?)
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
        #[graphql(desc = "Which company.")] by: EmcRef,
    ) -> Option<Answer<Emc>> {
        look_up(by, |key| Emc::named(self.0.view(context), key))
    }

    /// Export management companies, filtered, searched and ordered. A search finds names in any spelling of Persian,
    /// with or without spaces, Latin names, codes and legal IDs; unless an order is given, the best matches come first (see
    /// `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn emcs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which companies.", default)] filter: EmcFilter,
        #[graphql(desc = "A text that the name, the code or the legal ID contains.")] search: Option<String>,
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<EmcOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Emc>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(emcs(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), &arguments))
    }
}
