//! What can be asked of closed periods.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::period::CalendarPeriod;
use daftar_domain::value::ClosingId;

use super::row::ClosingRow;
use crate::at;
use crate::connection::{Connection, PageArguments};
use crate::history::{Event, history};
use crate::node::{self, Reads};
use crate::overview::Overview;
use crate::period::Period;
use crate::refusal::Answer;
use crate::scalar::{self, Date, Position, SolarMonthText};
use crate::view::View;
use crate::view::row::RowAt;

/// A closed period.
#[derive(Clone)]
pub struct ClosedPeriod {
    view: Arc<View>,
    row: u32,
}

impl ClosedPeriod {
    /// The closed period of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The closed period of a closing.
    pub fn find(view: &Arc<View>, id: ClosingId) -> Option<Self> {
        view.periods.by_id(id).map(|row| Self::new(view, row))
    }

    fn row(&self) -> RowAt<'_, ClosingRow> {
        self.view.periods.row(self.row)
    }
}

/// A closed period: a month, quarter or year of the Solar Hijri calendar whose money facts are restated only, by two
/// persons and with a reason.
#[Object]
impl ClosedPeriod {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Closing(self.row().id))
    }

    /// Its days.
    fn period(&self) -> Period {
        self.row().days.into()
    }

    /// The Solar Hijri year that it is, or lies in.
    fn year(&self) -> i32 {
        match self.row().period {
            CalendarPeriod::Month(month) => month.year().into(),
            CalendarPeriod::Quarter { year, .. } | CalendarPeriod::Year(year) => year.into(),
        }
    }

    /// The quarter, 1 to 4, where it is one.
    fn quarter(&self) -> Option<i32> {
        match self.row().period {
            CalendarPeriod::Quarter { quarter, .. } => Some(quarter.into()),
            CalendarPeriod::Month(_) | CalendarPeriod::Year(_) => None,
        }
    }

    /// The month, where it is one.
    fn month(&self) -> Option<scalar::SolarMonth> {
        match self.row().period {
            CalendarPeriod::Month(month) => Some(SolarMonthText(month).into()),
            CalendarPeriod::Quarter { .. } | CalendarPeriod::Year(_) => None,
        }
    }

    /// The day on which it was closed.
    fn closed_on(&self) -> Date {
        self.row().closed.into()
    }

    /// The position of the closing, as of which the record answers for ever as it did then.
    fn closed_at(&self) -> Position {
        Position(self.row().recorded())
    }

    /// How many facts of it were restated since.
    fn restatements(&self) -> u32 {
        self.row().version() - 1
    }

    /// Its figures as they were known when it was closed: what was published.
    fn published(&self, context: &Context<'_>) -> Option<Answer<Overview>> {
        let then = at::known_at(context, node::view(context), self.row().recorded());
        let overview =
            then.map(|then| Overview::new(&Reads::past(Arc::clone(&then)), &then, self.row().days));
        Some(overview.map_err(Into::into))
    }

    /// Its figures as they are known now, restatements among them.
    fn restated(&self) -> Overview {
        Overview::new(&Reads::of(Arc::clone(&self.view)), &self.view, self.row().days)
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// The events that it is in, in the order of the log: the closing, and what was restated.
    fn history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Event>>> {
        Some(history(
            context,
            &self.view,
            EntityId::Closing(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
