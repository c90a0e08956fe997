//! The mutations of official statements: one for each command.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use daftar_domain::rejection::Code;
use daftar_domain::statement::{
    CorrectStatement, Figure, FigureUnit, RecordStatement, StatementCommand, StatementDetails,
    StatementFacts, VoidStatement,
};
use daftar_domain::value::{Date, InvalidValue, Name, Share, StatementId, Usd};

use super::Statement;
use super::object::{Measure, Qualifier};
use crate::history::ReasonCode;
use crate::input::{Entered, Fields, Given, NodeRef, Spelled, input};
use crate::period::PeriodInput;
use crate::submit::{self, CommandResult};

/// A figure whose measure decides how it is read.
#[derive(Debug)]
struct Claim(String);

impl Spelled for Claim {
    type Scalar = crate::scalar::Decimal;
    const CODE: Code = Code::InvalidNumber;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        Ok(Self(text.to_owned()))
    }
}

/// Reads a figure in a unit, as a person types it.
///
/// # Errors
/// What is wrong with it.
pub fn figure(unit: FigureUnit, text: &str) -> Result<Figure, InvalidValue> {
    Ok(match unit {
        FigureUnit::Count => {
            let digits = daftar_domain::value::latin_digits(text.trim());
            let count =
                digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
            Figure::Count(count.ok_or_else(|| {
                InvalidValue::new(
                    "figure",
                    daftar_domain::value::InvalidKind::Format,
                    "is not a whole number",
                )
            })?)
        }
        FigureUnit::Share => Figure::Share(Share::parse(text)?),
        FigureUnit::Usd => Figure::Usd(Usd::parse(text)?),
    })
}

/// What an office said, and as of when.
#[derive(Debug, InputObject)]
pub struct StatementDetailsInput {
    /// The office whose figure it is, by its Persian name.
    source: Given<Name>,
    /// Its Latin name.
    source_latin: Option<Given<Name>>,
    /// The day on which it was published.
    published_on: Given<Date>,
    /// What it is about.
    measure: Measure,
    /// The days that it sums over: for exports, exporting units and revived units, and for nothing else.
    period: Option<PeriodInput>,
    /// How exactly the figure is meant.
    qualifier: Qualifier,
    /// The figure: a whole number, a ratio such as 0.78, or US dollars, as the measure asks.
    value: Given<Claim>,
    /// The day as of which it is said to hold: for a period, its last day or a later one.
    on: Given<Date>,
}

impl Entered for StatementDetailsInput {
    type Value = StatementDetails;

    fn read(self, fields: &mut Fields) -> Option<StatementDetails> {
        let measure: daftar_domain::statement::Measure = self.measure.into();
        let source = fields.at("source", |fields| self.source.read(fields));
        let source_latin = fields.at("sourceLatin", |fields| self.source_latin.read(fields));
        let published_on = fields.at("publishedOn", |fields| self.published_on.read(fields));
        let period = fields.at("period", |fields| match self.period.map(|period| period.period()) {
            None => Some(None),
            Some(Ok(period)) => Some(Some(period)),
            Some(Err(error)) => {
                fields.refuse(Code::InvalidDate, error.to_string());
                None
            }
        });
        let figure = fields.at("value", |fields| {
            let Claim(text) = self.value.read(fields)?;
            figure(measure.unit(), &text).map_err(|error| fields.invalid(&error, Code::InvalidNumber)).ok()
        });
        let on = fields.at("on", |fields| self.on.read(fields));
        let facts = StatementFacts {
            source: source?,
            source_latin: source_latin?,
            published_on: published_on?,
            measure,
            period: period?,
            qualifier: self.qualifier.into(),
            figure: figure?,
        };
        Some(StatementDetails { facts, on: on? })
    }
}

input! {
    /// Records an official statement.
    command RecordStatementInput => Statement(StatementCommand::RecordStatement) {
        ..details: StatementDetailsInput,
    }
}

input! {
    /// Replaces what is recorded of a statement.
    reasoned CorrectStatementInput => Statement(StatementCommand::CorrectStatement) {
        ..details: StatementDetailsInput,
        /// The statement.
        statement: NodeRef<StatementId>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Voids a statement that was never made.
    reasoned VoidStatementInput => Statement(StatementCommand::VoidStatement) {
        /// The statement.
        statement: NodeRef<StatementId>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a statement.
#[derive(SimpleObject)]
pub struct StatementPayload {
    /// The statement as it is once the command is recorded; null when nothing was.
    statement: Option<Statement>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(StatementPayload { statement: Statement });

/// Commands about statements.
#[derive(Default)]
pub struct StatementMutation;

#[Object]
impl StatementMutation {
    /// Records an official statement: a figure that an office has published.
    async fn record_statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RecordStatementInput,
    ) -> Result<StatementPayload> {
        submit::one(context, input).await
    }

    /// Replaces what is recorded of a statement.
    async fn correct_statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CorrectStatementInput,
    ) -> Result<StatementPayload> {
        submit::one(context, input).await
    }

    /// Voids a statement that was never made.
    async fn void_statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidStatementInput,
    ) -> Result<StatementPayload> {
        submit::one(context, input).await
    }
}
