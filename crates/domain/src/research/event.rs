//! What happens to projects, as it stands in the log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Executor, ResearchTopic, ResultKind};
use crate::event::events;
use crate::value::{Date, MilestoneNumber, Money, Name, PositionText, ProvinceCode, ResearchCode, SmeId};

/// A project was proposed. Its effective date is the day of the proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchProposed {
    /// The code that people know it by.
    pub code: ResearchCode,
    /// The Persian title.
    pub title: Name,
    /// The Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// What it is about.
    pub topic: ResearchTopic,
    /// Who carries it out.
    pub executor: Executor,
    /// The province, ISO 3166-2:IR as of 2020.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The units that it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub smes: Vec<SmeId>,
}

/// It was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchApproved {
    /// The budget.
    pub budget: Money,
}

/// A milestone was set, or moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchMilestoneSet {
    /// Its number within the project.
    pub number: MilestoneNumber,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// When it is due.
    pub due: Date,
}

/// A milestone was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchMilestoneReached {
    /// Which.
    pub number: MilestoneNumber,
}

/// A part of the budget was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchPaid {
    /// The amount, in the currency of the budget.
    pub amount: Money,
    /// The milestone that it was paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<MilestoneNumber>,
}

/// Something came out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchResultRecorded {
    /// What kind.
    pub kind: ResultKind,
    /// The title.
    pub title: Name,
    /// Under which number, name or address it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
}

/// It was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchClosed {}

/// It was abandoned, or the proposal turned down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchAbandoned {}

/// What is recorded of it was changed. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchRevised {
    /// The new Persian title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// The new Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// The new province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The new budget, from the effective date on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
}

/// A fact of it was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

events! {
    /// What happens to projects.
    pub enum ResearchEvent {
        /// One was proposed.
        ResearchProposed = 1,
        /// It was approved.
        ResearchApproved = 1,
        /// A milestone was set, or moved.
        ResearchMilestoneSet = 1,
        /// A milestone was reached.
        ResearchMilestoneReached = 1,
        /// A part of the budget was paid.
        ResearchPaid = 1,
        /// Something came out of it.
        ResearchResultRecorded = 1,
        /// It was closed.
        ResearchClosed = 1,
        /// It was abandoned.
        ResearchAbandoned = 1,
        /// What is recorded of it was changed.
        ResearchRevised = 1,
        /// A fact of it was voided.
        ResearchFactVoided = 1,
    }
}
