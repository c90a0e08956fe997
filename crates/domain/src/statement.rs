//! Official statements: the figures that offices publish, each with its source, its date and how exactly it is meant.
//!
//! A statement says what an office said and never changes what is recorded of units, consortiums or exports. Statements
//! that contradict each other stand side by side; only the very same one is refused. Each can be set against the record:
//! claimed, recorded, difference, and whether the qualifier is honoured. The source is an office, not a person, and no
//! quoted text is kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;
use crate::value::{Date, Name, Period, ReasonCode, StatementId};

mod figure;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use figure::{APPROXIMATELY_PERCENT, Figure, FigureUnit, Measure, NEARLY_PERCENT, Qualifier};
pub use rejection::StatementRejection;
pub use state::{Statement, Statements};

/// What an office said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatementFacts {
    /// The office whose figure it is, by its Persian name.
    pub source: Name,
    /// Its Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_latin: Option<Name>,
    /// The day on which it was published.
    pub published_on: Date,
    /// What it is about.
    pub measure: Measure,
    /// The days that it sums over, for what happens in a period; left out for what stands on a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// How exactly the figure is meant.
    pub qualifier: Qualifier,
    /// The figure, in the unit of the measure.
    pub figure: Figure,
}

/// A statement with the day as of which it is said to hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatementDetails {
    /// What was said.
    pub facts: StatementFacts,
    /// The day as of which it is said to hold: for a period, its last day or a later one.
    pub on: Date,
}

/// Records a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordStatement {
    /// What was said, and as of when.
    pub details: StatementDetails,
}

/// Replaces what is recorded of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectStatement {
    /// The statement.
    pub statement: StatementId,
    /// What was said, and as of when.
    pub details: StatementDetails,
    /// Why.
    pub reason: ReasonCode,
}

/// Voids a statement that was never made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidStatement {
    /// The statement.
    pub statement: StatementId,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum StatementCommand {
    /// Records a statement.
    RecordStatement(RecordStatement),
    /// Replaces what is recorded of a statement.
    CorrectStatement(CorrectStatement),
    /// Voids a statement that was never made.
    VoidStatement(VoidStatement),
}

/// A statement was recorded. Its effective date is the day as of which it is said to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StatementRecorded(pub StatementFacts);

/// What is recorded of a statement was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StatementCorrected(pub StatementFacts);

/// A statement was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatementVoided {}

events! {
    /// What happens to statements.
    pub enum StatementEvent {
        /// A statement was recorded. Its effective date is the day as of which it is said to hold.
        StatementRecorded = 1,
        /// What is recorded of a statement was replaced.
        StatementCorrected = 1,
        /// A statement was voided.
        StatementVoided = 1,
    }
}
