//! How projects are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use daftar_domain::research as domain;
use daftar_domain::value::{self, ResearchCode, search_key};

use super::object::{Research, ResearchPhase, ResearchTopic};
use super::summary::{ResearchGroup, ResearchGroupBy, summary};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Ranked, Scope,
    Sorts, Text, TextMatch, joins,
};
use crate::input::{ResearchRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::ProvinceCode;
use crate::view::View;
use crate::view::condition::OrderOf;
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// Which projects. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ResearchFilter {
    /// All of these hold.
    and: Option<Vec<ResearchFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<ResearchFilter>>,
    /// This does not hold.
    not: Option<Box<ResearchFilter>>,
    /// The code.
    code: Option<CodeChoice>,
    /// The Persian title.
    title: Option<TextMatch>,
    /// The Latin title.
    title_latin: Option<TextMatch>,
    /// What it is about.
    topic: Option<Choice<ResearchTopic>>,
    /// How far it has come.
    phase: Option<Choice<ResearchPhase>>,
    /// The province.
    province: Option<Choice<ProvinceCode>>,
    /// When it was proposed.
    proposed_on: Option<DateRange>,
    /// When it was approved.
    approved_on: Option<DateRange>,
    /// When it was closed or abandoned.
    ended_on: Option<DateRange>,
}

/// What projects are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ResearchOrderField {
    /// When they were proposed.
    ProposedOn,
    /// The Persian title, as its search key.
    Title,
    /// The code.
    Code,
}

impl OrderField for ResearchOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::ProposedOn => (1, |view| &view.researches.lists().by_date),
            Self::Title => (2, |view| &view.researches.lists().by_title),
            Self::Code => (3, |view| &view.researches.lists().in_code),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable = Searchable {
    texts: |view| &view.researches.lists().search,
    order: |view| &view.researches.lists().by_title,
};

const TITLE: Text = Text {
    of: |view, row, _| Some(view.researches.row(row).title_key()),
    order: Some(|view| &view.researches.lists().by_title),
    search: |view| &view.researches.lists().search,
};

const TITLE_LATIN: Text = Text {
    of: |view, row, _| {
        Some(search_key(view.researches.row(row).facts().title_latin.as_ref()?.as_str()).into())
    },
    order: None,
    search: |view| &view.researches.lists().search,
};

const TOPIC: Sorts<domain::ResearchTopic> = Sorts {
    of: |view, row, _| Some(view.researches.row(row).topic),
    now: Some(|view| &view.researches.lists().topics),
    ever: None,
};

const PHASE: Sorts<domain::Phase> = Sorts {
    of: |view, row, _| view.researches.row(row).phase(None),
    now: Some(|view| &view.researches.lists().phases),
    ever: None,
};

const PROVINCE: Sorts<value::ProvinceCode> = Sorts {
    of: |view, row, _| view.researches.row(row).facts().province,
    now: Some(|view| &view.researches.lists().provinces),
    ever: None,
};

const PROPOSED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.researches.row(row).proposed),
    order: Some(|view| &view.researches.lists().by_date),
};

const APPROVED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| view.researches.row(row).step(domain::Phase::Approved).map(|step| step.effective),
    order: None,
};

const ENDED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| {
        let step = view.researches.row(row).last_step(None);
        step.filter(|step| step.value > domain::Phase::Approved).map(|step| step.effective)
    },
    order: None,
};

impl Filter for ResearchFilter {
    joins!(ResearchFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let by_code = |code: &str| {
            Ok(view.researches.by_code(&ResearchCode::parse(code).map_err(Refusal::value("code"))?))
        };
        narrowing.code(self.code.as_ref(), by_code, |view, row, prefix| {
            search_key(view.researches.row(row).code.as_str()).starts_with(prefix)
        })?;
        narrowing.text(self.title.as_ref(), &TITLE)?;
        narrowing.text(self.title_latin.as_ref(), &TITLE_LATIN)?;
        narrowing.choice(self.topic.as_ref(), &TOPIC, |topic| Ok((*topic).into()))?;
        narrowing.choice(self.phase.as_ref(), &PHASE, |phase| Ok((*phase).into()))?;
        narrowing.choice(self.province.as_ref(), &PROVINCE, |province| {
            province.value().map_err(Refusal::value("province"))
        })?;
        narrowing.dates("proposedOn", self.proposed_on.as_ref(), &PROPOSED_ON)?;
        narrowing.dates("approvedOn", self.approved_on.as_ref(), &APPROVED_ON)?;
        narrowing.dates("endedOn", self.ended_on.as_ref(), &ENDED_ON)
    }
}

fn researches(
    view: &Arc<View>,
    filter: &ResearchFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<ResearchOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Research>> {
    let listing = Listing {
        filter,
        scope: Scope::Now,
        search: Some(Searched { text: search, numbered: Rows::default(), texts: TEXTS }),
        order_by,
        usual: (ResearchOrderField::ProposedOn, OrderDirection::Desc),
        page,
    };
    Ok(listing.answer(view, Research::new)?)
}

/// Look-ups of research and study projects.
#[derive(Default)]
pub struct ResearchQuery(pub Reads);

#[Object]
impl ResearchQuery {
    /// A research or study project, by its opaque ID or its code.
    fn research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] by: ResearchRef,
    ) -> Option<Answer<Research>> {
        look_up(by, |key| Research::named(self.0.view(context), key))
    }

    /// Research and study projects, filtered, searched and ordered. A search finds titles in any spelling of Persian,
    /// with or without spaces, Latin titles and codes; unless an order is given, the best matches come first (see
    /// `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn research_projects(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.", default)] filter: ResearchFilter,
        #[graphql(desc = "A text that the title or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order, at most 4 keys; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<ResearchOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Research>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(researches(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), &arguments))
    }

    /// What happened to research and study projects in a period, by some of their properties; those of which most were
    /// approved come first.
    fn research_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period in which it happened.")] period: PeriodInput,
        #[graphql(desc = "What to tell apart; nothing when left out.", default)] group_by: Vec<
            ResearchGroupBy,
        >,
    ) -> Option<Answer<Vec<ResearchGroup>>> {
        Some(summary(self.0.view(context), &period, &group_by))
    }
}
