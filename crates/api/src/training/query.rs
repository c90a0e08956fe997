//! How courses and workshops are looked up and listed.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object};
use daftar_domain::training as domain;
use daftar_domain::value::{self, TrainingCode, search_key};

use super::object::{Audience, Training, TrainingKind, TrainingPhase, TrainingSubject};
use super::summary::{TrainingGroup, TrainingGroupBy, summary};
use crate::connection::{Connection, PageArguments};
use crate::filter::{
    Choice, CodeChoice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Range, Ranked,
    Scope, Sorts, Text, TextMatch, joins,
};
use crate::input::{TrainingRef, look_up};
use crate::listing::{Listing, Searched};
use crate::node::Reads;
use crate::period::PeriodInput;
use crate::refusal::{Answer, Refusal};
use crate::scalar::ProvinceCode;
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};
use crate::view::facet::Rows;
use crate::view::search::Searchable;

/// Which courses and workshops. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TrainingFilter {
    /// All of these hold.
    and: Option<Vec<TrainingFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<TrainingFilter>>,
    /// This does not hold.
    not: Option<Box<TrainingFilter>>,
    /// The code.
    code: Option<CodeChoice>,
    /// The Persian title.
    title: Option<TextMatch>,
    /// The Latin title.
    title_latin: Option<TextMatch>,
    /// Course or workshop.
    kind: Option<Choice<TrainingKind>>,
    /// What is taught.
    subject: Option<Choice<TrainingSubject>>,
    /// An audience that it is for, among others.
    audience: Option<Audience>,
    /// How far it has come.
    phase: Option<Choice<TrainingPhase>>,
    /// The province.
    province: Option<Choice<ProvinceCode>>,
    /// Places for participants.
    seats: Option<Range<i32>>,
    /// The first day, as planned.
    starts_on: Option<DateRange>,
    /// The last day, as it was held.
    held_on: Option<DateRange>,
}

/// What courses and workshops are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TrainingOrderField {
    /// Their first day, as planned.
    StartsOn,
    /// The Persian title, as its search key.
    Title,
    /// The code.
    Code,
}

impl OrderField for TrainingOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::StartsOn => (1, |view| &view.trainings.lists().by_date),
            Self::Title => (2, |view| &view.trainings.lists().by_title),
            Self::Code => (3, |view| &view.trainings.lists().in_code),
        }
    }
}

/// The texts that are searched.
pub const TEXTS: Searchable = Searchable {
    texts: |view| &view.trainings.lists().search,
    order: |view| &view.trainings.lists().by_title,
};

const TITLE: Text = Text {
    of: |view, row, _| Some(view.trainings.row(row).title_key()),
    order: Some(|view| &view.trainings.lists().by_title),
    search: |view| &view.trainings.lists().search,
};

const TITLE_LATIN: Text = Text {
    of: |view, row, _| {
        Some(search_key(view.trainings.row(row).facts(None).title_latin.as_ref()?.as_str()).into())
    },
    order: None,
    search: |view| &view.trainings.lists().search,
};

const KIND: Sorts<domain::TrainingKind> = Sorts {
    of: |view, row, _| Some(view.trainings.row(row).kind),
    now: Some(|view| &view.trainings.lists().kinds),
    ever: None,
};

const SUBJECT: Sorts<domain::TrainingSubject> = Sorts {
    of: |view, row, _| Some(view.trainings.row(row).subject),
    now: Some(|view| &view.trainings.lists().subjects),
    ever: None,
};

const PHASE: Sorts<domain::Phase> = Sorts {
    of: |view, row, _| view.trainings.row(row).phase(None),
    now: Some(|view| &view.trainings.lists().phases),
    ever: None,
};

const PROVINCE: Sorts<value::ProvinceCode> = Sorts {
    of: |view, row, _| view.trainings.row(row).facts(None).province,
    now: Some(|view| &view.trainings.lists().provinces),
    ever: None,
};

const SEATS: Ranked<i64> =
    Ranked { of: |view, row, _| Some(view.trainings.row(row).facts(None).seats.seats().into()), order: None };

const STARTS_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.trainings.row(row).facts(None).starts),
    order: Some(|view| &view.trainings.lists().by_date),
};

const HELD_ON: Ranked<value::Date> =
    Ranked { of: |view, row, _| view.trainings.row(row).held(), order: None };

impl Filter for TrainingFilter {
    joins!(TrainingFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        let view = narrowing.view;
        let by_code = |code: &str| {
            Ok(view.trainings.by_code(&TrainingCode::parse(code).map_err(Refusal::value("code"))?))
        };
        narrowing.code(self.code.as_ref(), by_code, |view, row, prefix| {
            search_key(view.trainings.row(row).code.as_str()).starts_with(prefix)
        })?;
        narrowing.text(self.title.as_ref(), &TITLE)?;
        narrowing.text(self.title_latin.as_ref(), &TITLE_LATIN)?;
        narrowing.choice(self.kind.as_ref(), &KIND, |kind| Ok((*kind).into()))?;
        narrowing.choice(self.subject.as_ref(), &SUBJECT, |subject| Ok((*subject).into()))?;
        if let Some(audience) = self.audience {
            narrowing.add(Condition::Within(view.trainings.lists().audiences.get(&audience.into())))?;
        }
        narrowing.choice(self.phase.as_ref(), &PHASE, |phase| Ok((*phase).into()))?;
        narrowing.choice(self.province.as_ref(), &PROVINCE, |province| {
            province.value().map_err(Refusal::value("province"))
        })?;
        narrowing.range(self.seats.as_ref(), &SEATS, |seats| Ok(i64::from(*seats)))?;
        narrowing.dates("startsOn", self.starts_on.as_ref(), &STARTS_ON)?;
        narrowing.dates("heldOn", self.held_on.as_ref(), &HELD_ON)
    }
}

fn trainings(
    view: &Arc<View>,
    filter: &TrainingFilter,
    search: Option<&str>,
    order_by: Option<&[OrderBy<TrainingOrderField>]>,
    page: &PageArguments,
) -> Answer<Connection<Training>> {
    let listing = Listing {
        filter,
        scope: Scope::Now,
        search: Some(Searched { text: search, numbered: Rows::default(), texts: TEXTS }),
        order_by,
        usual: (TrainingOrderField::StartsOn, OrderDirection::Desc),
        page,
    };
    Ok(listing.answer(view, Training::new)?)
}

/// Look-ups of courses and workshops.
#[derive(Default)]
pub struct TrainingQuery(pub Reads);

#[Object]
impl TrainingQuery {
    /// A course or workshop, by its opaque ID or its code.
    fn training(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] by: TrainingRef,
    ) -> Option<Answer<Training>> {
        look_up(by, |key| Training::named(self.0.view(context), key))
    }

    /// Courses and workshops, filtered, searched and ordered. A search finds titles in any spelling of Persian, with or
    /// without spaces, Latin titles and codes; unless an order is given, the best matches come first (see `search`).
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn trainings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.", default)] filter: TrainingFilter,
        #[graphql(desc = "A text that the title or the code contains.")] search: Option<String>,
        #[graphql(desc = "The order, at most 4 keys; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<TrainingOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Training>>> {
        let arguments = PageArguments::new(first, after, last, before);
        Some(trainings(self.0.view(context), &filter, search.as_deref(), order_by.as_deref(), &arguments))
    }

    /// What the courses and workshops that were held in a period sum to, by some of their properties; those with the
    /// most participants come first.
    fn training_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The period in which they were held.")] period: PeriodInput,
        #[graphql(desc = "What to tell apart; nothing when left out.", default)] group_by: Vec<
            TrainingGroupBy,
        >,
    ) -> Option<Answer<Vec<TrainingGroup>>> {
        Some(summary(self.0.view(context), &period, &group_by))
    }
}
