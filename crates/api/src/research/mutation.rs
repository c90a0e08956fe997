//! The mutations of research and study projects: one for each command.

use async_graphql::{Context, Object, OneofObject, Result, SimpleObject};
use daftar_domain::research::{
    AbandonResearch, ApproveResearch, CloseResearch, ExecutorKey, PayResearch, ProposeResearch,
    ReachResearchMilestone, RecordResearchResult, ResearchCommand, ResearchDetails, ReviseResearch,
    SetResearchMilestone, TakeOverResearch, TakenOverResult, VoidResearchFact,
};
use daftar_domain::value::{
    Date, MilestoneNumber, Name, OfficeCode, PositionText, ProvinceCode, ResearchCode,
};

use super::Research;
use super::object::{ResearchTopic, ResultKind};
use crate::history::ReasonCode;
use crate::input::{Count, Entered, Fields, Given, MoneyInput, ParkRef, ResearchRef, SmeRef, input};
use crate::submit::{self, CommandResult};

/// Names who carries a project out: an organisation, never a person.
#[derive(Debug, OneofObject)]
pub enum ExecutorRef {
    /// A unit.
    Sme(SmeRef),
    /// The company of a park.
    Park(ParkRef),
    /// The code of an office, university or institute.
    Office(Given<OfficeCode>),
}

impl Entered for ExecutorRef {
    type Value = ExecutorKey;

    fn read(self, fields: &mut Fields) -> Option<ExecutorKey> {
        match self {
            Self::Sme(key) => fields.at("sme", |fields| key.read(fields)).map(ExecutorKey::Sme),
            Self::Park(key) => fields.at("park", |fields| key.read(fields)).map(ExecutorKey::Park),
            Self::Office(code) => fields.at("office", |fields| code.read(fields)).map(ExecutorKey::Office),
        }
    }
}

/// What a project is proposed with.
#[derive(Debug, async_graphql::InputObject)]
pub struct ResearchDetailsInput {
    /// The code that people know it by; unique.
    code: Given<ResearchCode>,
    /// The Persian title.
    title: Given<Name>,
    /// The Latin title.
    title_latin: Option<Given<Name>>,
    /// What it is about.
    topic: ResearchTopic,
    /// Who carries it out.
    executor: ExecutorRef,
    /// The province that it concerns; left out for one that concerns all the country.
    province: Option<Given<ProvinceCode>>,
    /// The units that it concerns, at most 100.
    smes: Option<Vec<SmeRef>>,
}

impl Entered for ResearchDetailsInput {
    type Value = ResearchDetails;

    fn read(self, fields: &mut Fields) -> Option<ResearchDetails> {
        let code = fields.at("code", |fields| self.code.read(fields));
        let title = fields.at("title", |fields| self.title.read(fields));
        let title_latin = fields.at("titleLatin", |fields| self.title_latin.read(fields));
        let executor = fields.at("executor", |fields| self.executor.read(fields));
        let province = fields.at("province", |fields| self.province.read(fields));
        let smes = fields.at("smes", |fields| self.smes.unwrap_or_default().read(fields));
        Some(ResearchDetails {
            code: code?,
            title: title?,
            title_latin: title_latin?,
            topic: self.topic.into(),
            executor: executor?,
            province: province?,
            smes: smes?,
        })
    }
}

input! {
    /// A result from before the registry.
    value TakenOverResultInput => TakenOverResult {
        /// What kind.
        kind: ResultKind,
        /// The title.
        title: Given<Name>,
        /// Under which number, name or address it is found.
        reference: Option<Given<Name>>,
    }
}

input! {
    /// Proposes a project.
    command ProposeResearchInput => Research(ResearchCommand::ProposeResearch) {
        ..details: ResearchDetailsInput,
        /// When it was proposed.
        on: Given<Date>,
    }
}

input! {
    /// Takes over a project that was approved before the registry.
    command TakeOverResearchInput => Research(ResearchCommand::TakeOverResearch) {
        ..details: ResearchDetailsInput,
        /// When it was approved; it counts as proposed on that day.
        approved: Given<Date>,
        /// The budget.
        budget: MoneyInput,
        /// What was paid of it, as of `until`.
        paid: Option<MoneyInput>,
        /// What came out of it.
        result: Option<TakenOverResultInput>,
        /// The day of what was paid, of the result and of the closing; today when left out.
        until: Option<Given<Date>>,
        /// Whether it was closed on that day, which needs a result.
        closed: bool,
    }
}

input! {
    /// Approves a project with a budget.
    command ApproveResearchInput => Research(ResearchCommand::ApproveResearch) {
        /// The project.
        research: ResearchRef,
        /// The budget.
        budget: MoneyInput,
        /// When it was approved.
        on: Given<Date>,
    }
}

input! {
    /// Sets a milestone, or moves one that is not reached.
    command SetResearchMilestoneInput => Research(ResearchCommand::SetResearchMilestone) {
        /// The project.
        research: ResearchRef,
        /// Its number within the project.
        number: Count<MilestoneNumber>,
        /// What it is.
        title: Option<Given<Name>>,
        /// When it is due.
        due: Given<Date>,
        /// When it was set.
        on: Given<Date>,
    }
}

input! {
    /// Records that a milestone was reached.
    command ReachResearchMilestoneInput => Research(ResearchCommand::ReachResearchMilestone) {
        /// The project.
        research: ResearchRef,
        /// The milestone.
        number: Count<MilestoneNumber>,
        /// When it was reached.
        on: Given<Date>,
    }
}

input! {
    /// Pays a part of the budget.
    command PayResearchInput => Research(ResearchCommand::PayResearch) {
        /// The project.
        research: ResearchRef,
        /// The amount, in the currency of the budget.
        amount: MoneyInput,
        /// The milestone that it is paid for.
        milestone: Option<Count<MilestoneNumber>>,
        /// When it was paid.
        on: Given<Date>,
    }
}

input! {
    /// Records what came out of a project.
    command RecordResearchResultInput => Research(ResearchCommand::RecordResearchResult) {
        /// The project.
        research: ResearchRef,
        /// What kind.
        kind: ResultKind,
        /// The title.
        title: Given<Name>,
        /// Under which number, name or address it is found.
        reference: Option<Given<Name>>,
        /// When it was delivered.
        on: Given<Date>,
    }
}

input! {
    /// Closes a project: it has a result, and no milestone is open.
    command CloseResearchInput => Research(ResearchCommand::CloseResearch) {
        /// The project.
        research: ResearchRef,
        /// When it was closed.
        on: Given<Date>,
    }
}

input! {
    /// Abandons a project, or turns a proposal down.
    reasoned AbandonResearchInput => Research(ResearchCommand::AbandonResearch) {
        /// The project.
        research: ResearchRef,
        /// Why.
        reason: ReasonCode,
        /// When it ended.
        on: Given<Date>,
    }
}

input! {
    /// Changes what is recorded of a project; fields that are left out stay.
    command ReviseResearchInput => Research(ResearchCommand::ReviseResearch) {
        /// The project.
        research: ResearchRef,
        /// A new Persian title.
        title: Option<Given<Name>>,
        /// A new Latin title.
        title_latin: Option<Given<Name>>,
        /// Another province.
        province: Option<Given<ProvinceCode>>,
        /// Another budget, from that day on; in the currency of the first.
        budget: Option<MoneyInput>,
        /// When the change took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids an approval, another budget, a milestone, its reaching, a payment, a result or the end.
    reasoned VoidResearchFactInput => Research(ResearchCommand::VoidResearchFact) {
        /// The project.
        research: ResearchRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a research or study project.
#[derive(SimpleObject)]
pub struct ResearchPayload {
    /// The project as it is once the command is recorded; null when nothing was.
    research: Option<Research>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(ResearchPayload { research: Research });

/// Commands about research and study projects.
#[derive(Default)]
pub struct ResearchMutation;

#[Object]
impl ResearchMutation {
    /// Proposes a project.
    async fn propose_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ProposeResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Takes over a project that was approved before the registry.
    async fn take_over_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: TakeOverResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Approves a project with a budget.
    async fn approve_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ApproveResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Sets a milestone, or moves one that is not reached.
    async fn set_research_milestone(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: SetResearchMilestoneInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Records that a milestone was reached.
    async fn reach_research_milestone(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReachResearchMilestoneInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Pays a part of the budget.
    async fn pay_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: PayResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Records what came out of a project.
    async fn record_research_result(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RecordResearchResultInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Closes a project: it has a result, and no milestone is open.
    async fn close_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CloseResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Abandons a project, or turns a proposal down.
    async fn abandon_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AbandonResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Changes what is recorded of a project; fields that are left out stay.
    async fn revise_research(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ReviseResearchInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }

    /// Voids a fact of a project.
    async fn void_research_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidResearchFactInput,
    ) -> Result<ResearchPayload> {
        submit::one(context, input).await
    }
}
