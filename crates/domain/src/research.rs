//! Research and study projects: what is found out for small industries, by whom, for how much.
//!
//! proposed → approved → milestones, payments and results → closed, or abandoned. Payments of any day never exceed the
//! budget that was approved by then, in its currency; a project is closed with a result and without open milestones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{
    Date, MilestoneNumber, Money, Name, OfficeCode, ParkId, ParkKey, PositionText, ProvinceCode, ReasonCode,
    ResearchCode, ResearchKey, SmeId, SmeKey,
};

mod check;
mod decide;
mod event;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use check::Breach;
pub use event::{
    ResearchAbandoned, ResearchApproved, ResearchClosed, ResearchEvent, ResearchFactVoided,
    ResearchMilestoneReached, ResearchMilestoneSet, ResearchPaid, ResearchProposed, ResearchResultRecorded,
    ResearchRevised,
};
pub use rejection::ResearchRejection;
pub use state::{Phase, Research, Researches};

/// What a project is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResearchTopic {
    /// Exports and target markets.
    Exports,
    /// Domestic markets and supply chains.
    Markets,
    /// Technology of production and products.
    Technology,
    /// Productivity and organisation.
    Productivity,
    /// Finance.
    Finance,
    /// Energy, water and environment.
    Environment,
    /// Industrial parks and their siting.
    Parks,
    /// Law and policy.
    Policy,
    /// Something else.
    Other,
}

/// What came out of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResultKind {
    /// A report.
    Report,
    /// An article.
    Article,
    /// A patent.
    Patent,
    /// A prototype or pilot.
    Prototype,
    /// Software or data.
    Software,
    /// A standard or guideline.
    Guideline,
    /// Something else.
    Other,
}

/// Who carries a project out, as a command names it: an organisation, never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExecutorKey {
    /// A unit.
    Sme(SmeKey),
    /// The company of a park.
    Park(ParkKey),
    /// An office, university or institute.
    Office(OfficeCode),
}

/// Who carries a project out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Executor {
    /// A unit.
    Sme(SmeId),
    /// The company of a park.
    Park(ParkId),
    /// An office, university or institute.
    Office(OfficeCode),
}

/// What a project is proposed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResearchDetails {
    /// The code that people know it by; unique.
    pub code: ResearchCode,
    /// The Persian title.
    pub title: Name,
    /// The Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// What it is about.
    pub topic: ResearchTopic,
    /// Who carries it out.
    pub executor: ExecutorKey,
    /// The province that it concerns; none for one that concerns all the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The units that it concerns, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub smes: Vec<SmeKey>,
}

/// Proposes a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeResearch {
    /// What it is proposed with.
    pub details: ResearchDetails,
    /// When it was proposed.
    pub on: Date,
}

/// Takes over a project that was approved before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverResearch {
    /// What it was proposed with.
    pub details: ResearchDetails,
    /// When it was approved; it counts as proposed on that day.
    pub approved: Date,
    /// The budget.
    pub budget: Money,
    /// What was paid of it, as of `until`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    /// What came out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<TakenOverResult>,
    /// The day of what was paid, of the result and of the closing; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether it was closed on that day, which needs a result.
    pub closed: bool,
}

/// A result from before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverResult {
    /// What kind.
    pub kind: ResultKind,
    /// The title.
    pub title: Name,
    /// Under which number, name or address it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
}

/// Approves a project with a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproveResearch {
    /// The project.
    pub research: ResearchKey,
    /// The budget.
    pub budget: Money,
    /// When it was approved.
    pub on: Date,
}

/// Sets a milestone, or moves one that is not reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetResearchMilestone {
    /// The project.
    pub research: ResearchKey,
    /// Its number within the project.
    pub number: MilestoneNumber,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// When it is due.
    pub due: Date,
    /// When it was set.
    pub on: Date,
}

/// Records that a milestone was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReachResearchMilestone {
    /// The project.
    pub research: ResearchKey,
    /// The milestone.
    pub number: MilestoneNumber,
    /// When it was reached.
    pub on: Date,
}

/// Pays a part of the budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayResearch {
    /// The project.
    pub research: ResearchKey,
    /// The amount, in the currency of the budget.
    pub amount: Money,
    /// The milestone that it is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<MilestoneNumber>,
    /// When it was paid.
    pub on: Date,
}

/// Records what came out of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordResearchResult {
    /// The project.
    pub research: ResearchKey,
    /// What kind.
    pub kind: ResultKind,
    /// The title.
    pub title: Name,
    /// Under which number, name or address it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
    /// When it was delivered.
    pub on: Date,
}

/// Closes a project: it has a result, and no milestone is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseResearch {
    /// The project.
    pub research: ResearchKey,
    /// When it was closed.
    pub on: Date,
}

/// Abandons a project, or turns a proposal down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AbandonResearch {
    /// The project.
    pub research: ResearchKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it ended.
    pub on: Date,
}

/// Changes what is recorded of a project; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviseResearch {
    /// The project.
    pub research: ResearchKey,
    /// A new Persian title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Name>,
    /// A new Latin title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_latin: Option<Name>,
    /// Another province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Another budget, from that day on; in the currency of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
    /// When the change took effect.
    pub on: Date,
}

/// Voids an approval, another budget, a milestone, its reaching, a payment, a result or the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidResearchFact {
    /// The project.
    pub research: ResearchKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of research and study projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum ResearchCommand {
    /// Proposes one.
    ProposeResearch(ProposeResearch),
    /// Takes over one that was approved before the registry.
    TakeOverResearch(TakeOverResearch),
    /// Approves it with a budget.
    ApproveResearch(ApproveResearch),
    /// Sets or moves a milestone.
    SetResearchMilestone(SetResearchMilestone),
    /// Records that a milestone was reached.
    ReachResearchMilestone(ReachResearchMilestone),
    /// Pays a part of the budget.
    PayResearch(PayResearch),
    /// Records what came out of it.
    RecordResearchResult(RecordResearchResult),
    /// Closes it.
    CloseResearch(CloseResearch),
    /// Abandons it.
    AbandonResearch(AbandonResearch),
    /// Changes what is recorded of it.
    ReviseResearch(ReviseResearch),
    /// Voids a fact of it.
    VoidResearchFact(VoidResearchFact),
}
