//! What can be asked of official statements.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::statement::{self, Figure, StatementDetails, StatementFacts};
use daftar_domain::value::StatementId;

use super::provenance::StatementField;
use super::row::StatementRow;
use crate::connection::{Connection, PageArguments};
use crate::history::{Event, history};
use crate::node;
use crate::period::Period;
use crate::provenance::{Provenance, provenance};
use crate::refusal::Answer;
use crate::scalar::{Date, Decimal, Position};
use crate::view::View;
use crate::view::row::RowAt;

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::statement::Measure")]
pub enum Measure {
    /// Units on a day, active and idle.
    Units,
    /// Units that produce on a day, be it at a reduced rate.
    ActiveUnits,
    /// The share of active units in all, on a day.
    ActiveShare,
    /// Units that stand idle on a day, be it with an open revival case.
    IdleUnits,
    /// Units that exported in a period, themselves or through a company that acted for them.
    ExportingUnits,
    /// Industrial parks and zones on a day.
    IndustrialParks,
    /// Export consortiums that operate on a day.
    ExportConsortiums,
    /// Export management companies whose consent is in force on a day.
    ExportManagementCompanies,
    /// The value of exports in a period, in US dollars.
    Exports,
    /// Units that were revived in a period.
    RevivedUnits,
}

/// How exactly a figure is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::statement::Qualifier")]
pub enum Qualifier {
    /// The record is more than the figure, by however much.
    Over,
    /// The record is the figure, or below it by at most 1 percent of it.
    Nearly,
    /// The record is within 5 percent of the figure, on either side.
    Approximately,
    /// The record is the figure.
    Exactly,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::statement::FigureUnit")]
pub enum FigureUnit {
    /// A whole number.
    Count,
    /// A ratio, four decimals.
    Share,
    /// US dollars.
    Usd,
}

/// A figure as a decimal in its unit.
pub fn decimal(unit: statement::FigureUnit, smallest: i128) -> Decimal {
    let (decimals, all) = match unit {
        statement::FigureUnit::Count => (0, false),
        statement::FigureUnit::Share => (4, true),
        statement::FigureUnit::Usd => (2, true),
    };
    Decimal::Fixed { units: smallest, decimals, all }
}

/// An official statement, after everything that is recorded.
#[derive(Clone)]
pub struct Statement {
    view: Arc<View>,
    row: u32,
}

impl Statement {
    /// The statement of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The statement with an ID.
    pub fn find(view: &Arc<View>, id: StatementId) -> Option<Self> {
        view.statements.by_id(id).map(|row| Self::new(view, row))
    }

    fn row(&self) -> RowAt<'_, StatementRow> {
        self.view.statements.row(self.row)
    }

    /// What it says, and as of when.
    pub fn said(&self) -> &StatementDetails {
        self.row().said()
    }

    fn facts(&self) -> &StatementFacts {
        &self.said().facts
    }

    fn figure(&self) -> Figure {
        self.facts().figure
    }
}

/// An official statement: a figure that an office has published. It never changes what is recorded.
#[Object]
impl Statement {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Statement(self.row().id))
    }

    /// The office whose figure it is, by its Persian name.
    fn source(&self) -> &str {
        self.facts().source.as_str()
    }

    /// The Latin name of the office.
    fn source_latin(&self) -> Option<&str> {
        self.facts().source_latin.as_ref().map(|name| name.as_str())
    }

    /// The day on which it was published.
    fn published_on(&self) -> Date {
        self.facts().published_on.into()
    }

    /// What it is about.
    fn measure(&self) -> Measure {
        self.facts().measure.into()
    }

    /// The Persian name of what it is about.
    fn measure_persian(&self) -> &str {
        self.facts().measure.persian()
    }

    /// The days that it sums over, for what happens in a period; null for what stands on a day.
    fn period(&self) -> Option<Period> {
        self.facts().period.map(Into::into)
    }

    /// The day as of which it is said to hold.
    fn on(&self) -> Date {
        self.said().on.into()
    }

    /// How exactly the figure is meant.
    fn qualifier(&self) -> Qualifier {
        self.facts().qualifier.into()
    }

    /// The figure, in its unit.
    fn value(&self) -> Decimal {
        decimal(self.figure().unit(), self.figure().smallest())
    }

    /// The unit of the figure.
    fn unit(&self) -> FigureUnit {
        self.figure().unit().into()
    }

    /// Whether it was voided.
    fn voided(&self) -> bool {
        self.row().voided().is_some()
    }

    /// The position of the event that voided it.
    fn voided_at(&self) -> Option<Position> {
        self.row().voided().map(Position)
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// Which events set the values of its fields.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<StatementField>>,
    ) -> Vec<Provenance<StatementField>> {
        provenance(&self.view, fields, |field| self.row().provenance(field))
    }

    /// The events that it is in, in the order of the log.
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
            EntityId::Statement(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
