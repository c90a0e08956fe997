//! How official statements are looked up, listed and set against the record.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, OutputType};
use daftar_domain::envelope::EntityId;
use daftar_domain::statement;
use daftar_domain::value::{self, search_key};

use super::object::{Measure, Qualifier, Statement};
use super::reconciliation::Reconciliation;
use crate::connection::{Connection, PageArguments, RowList};
use crate::filter::{
    Choice, DateRange, Filter, Narrowing, OrderBy, OrderDirection, OrderField, Ranked, Scope, Sorts, Text,
    TextMatch, joins, sorting,
};
use crate::node::{self, Reads};
use crate::refusal::{Answer, Refusal};
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};

/// Which statements. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct StatementFilter {
    /// All of these hold.
    and: Option<Vec<StatementFilter>>,
    /// At least one of these holds; none holds of no filters.
    or: Option<Vec<StatementFilter>>,
    /// This does not hold.
    not: Option<Box<StatementFilter>>,
    /// What they are about.
    measure: Option<Choice<Measure>>,
    /// How exactly the figure is meant.
    qualifier: Option<Choice<Qualifier>>,
    /// The Persian name of the office whose figure it is.
    source: Option<TextMatch>,
    /// Its Latin name.
    source_latin: Option<TextMatch>,
    /// When they were published.
    published_on: Option<DateRange>,
    /// The day as of which they are said to hold.
    on: Option<DateRange>,
}

/// What statements are ordered by; what ties in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatementOrderField {
    /// When they were published.
    PublishedOn,
    /// What they are about, in the order of the vocabulary.
    Measure,
}

impl OrderField for StatementOrderField {
    fn order(self) -> (i8, OrderOf) {
        match self {
            Self::PublishedOn => (1, |view| &view.statements.lists().by_date),
            Self::Measure => (2, |view| &view.statements.lists().by_measure),
        }
    }
}

const MEASURE: Sorts<statement::Measure> =
    Sorts { of: |view, row, _| Some(view.statements.row(row).said().facts.measure), now: None, ever: None };

const QUALIFIER: Sorts<statement::Qualifier> =
    Sorts { of: |view, row, _| Some(view.statements.row(row).said().facts.qualifier), now: None, ever: None };

const PUBLISHED_ON: Ranked<value::Date> = Ranked {
    of: |view, row, _| Some(view.statements.row(row).said().facts.published_on),
    order: Some(|view| &view.statements.lists().by_date),
};

const ON: Ranked<value::Date> =
    Ranked { of: |view, row, _| Some(view.statements.row(row).said().on), order: None };

const SOURCE: Text = Text {
    of: |view, row, _| Some(search_key(view.statements.row(row).said().facts.source.as_str()).into()),
    order: None,
    search: |view| &view.statements.lists().search,
};

const SOURCE_LATIN: Text = Text {
    of: |view, row, _| {
        let facts = &view.statements.row(row).said().facts;
        Some(search_key(facts.source_latin.as_ref()?.as_str()).into())
    },
    order: None,
    search: |view| &view.statements.lists().search,
};

impl Filter for StatementFilter {
    joins!(StatementFilter);

    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal> {
        narrowing.choice(self.measure.as_ref(), &MEASURE, |measure| Ok((*measure).into()))?;
        narrowing.choice(self.qualifier.as_ref(), &QUALIFIER, |qualifier| Ok((*qualifier).into()))?;
        narrowing.text(self.source.as_ref(), &SOURCE)?;
        narrowing.text(self.source_latin.as_ref(), &SOURCE_LATIN)?;
        narrowing.dates("publishedOn", self.published_on.as_ref(), &PUBLISHED_ON)?;
        narrowing.dates("on", self.on.as_ref(), &ON)
    }
}

/// What is asked of a list of statements.
struct Asked {
    filter: StatementFilter,
    voided: bool,
    order_by: Option<Vec<OrderBy<StatementOrderField>>>,
    page: PageArguments,
}

impl Asked {
    fn answer<T: OutputType + 'static>(
        self,
        view: &Arc<View>,
        usual: (StatementOrderField, OrderDirection),
        node: impl Fn(&Arc<View>, u32) -> T + Send + Sync + 'static,
    ) -> Answer<Connection<T>> {
        let lists = view.statements.lists();
        let (of, scope) =
            if self.voided { (&lists.voided, Scope::Record) } else { (&lists.standing, Scope::Now) };
        let all = vec![Condition::Within(Arc::clone(of)), self.filter.condition(view, scope)?];
        let list = RowList::new(view, sorting(self.order_by.as_deref(), usual)?, [Condition::All(all)]);
        Ok(list.page(&self.page, move |view, _, row| node(view, row))?)
    }
}

/// Look-ups of statements.
#[derive(Default)]
pub struct StatementQuery(pub Reads);

#[Object]
impl StatementQuery {
    /// An official statement, by its opaque ID.
    fn statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its opaque ID.")] id: ID,
    ) -> Option<Answer<Statement>> {
        match node::decode(&id)? {
            EntityId::Statement(id) => Statement::find(self.0.view(context), id).map(Ok),
            _ => Some(Err(Refusal::Arguments("`id` is not the ID of a statement").into())),
        }
    }

    /// Official statements, filtered and ordered; those that stand, unless voided ones are asked for.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn statements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which statements.", default)] filter: StatementFilter,
        #[graphql(desc = "Those that were voided, instead of those that stand.", default)] voided: bool,
        #[graphql(desc = "The order; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<StatementOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Statement>>> {
        let asked = Asked { filter, voided, order_by, page: PageArguments::new(first, after, last, before) };
        let usual = (StatementOrderField::PublishedOn, OrderDirection::Desc);
        Some(asked.answer(self.0.view(context), usual, Statement::new))
    }

    /// Official statements beside the record: what each claims, what the record has as of its day or period, the
    /// difference, and whether its qualifier is honoured.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn reconciliation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which statements.", default)] filter: StatementFilter,
        #[graphql(desc = "The order; by what they are about when left out.")] order_by: Option<
            Vec<OrderBy<StatementOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Reconciliation>>> {
        let page = PageArguments::new(first, after, last, before);
        let asked = Asked { filter, voided: false, order_by, page };
        let usual = (StatementOrderField::Measure, OrderDirection::Asc);
        let reads = self.0.clone();
        let beside = move |view: &Arc<View>, row| Reconciliation::new(view, &reads, row);
        Some(asked.answer(self.0.view(context), usual, beside))
    }
}
