//! What can be asked of a project.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use daftar_domain::envelope::EntityId;
use daftar_domain::research as domain;
use daftar_domain::value::{ResearchId, ResearchKey};

use super::provenance::ResearchField;
use super::row::{ResearchFacts, ResearchRow};
use crate::connection::{Connection, PageArguments, WholeList};
use crate::history::{Basis, Event, history};
use crate::node;
use crate::park::Park;
use crate::provenance::{Provenance, provenance};
use crate::reference::Province;
use crate::refusal::{Answer, Refusal};
use crate::revival::object::Money;
use crate::scalar::{Date, Decimal, Position};
use crate::sme::Sme;
use crate::view::View;
use crate::view::row::RowAt;

/// What a project is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ResearchTopic")]
pub enum ResearchTopic {
    /// Exports and target markets (صادرات و بازارهای هدف).
    Exports,
    /// Domestic markets and supply chains (بازار داخلی و زنجیره تأمین).
    Markets,
    /// Technology of production and products (فناوری تولید).
    Technology,
    /// Productivity and organisation (بهره‌وری).
    Productivity,
    /// Finance (تأمین مالی).
    Finance,
    /// Energy, water and environment (انرژی، آب و محیط زیست).
    Environment,
    /// Industrial parks and their siting (شهرک‌های صنعتی).
    Parks,
    /// Law and policy (قوانین و سیاست‌گذاری).
    Policy,
    /// Something else (سایر).
    Other,
}

/// How far a project has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Phase")]
pub enum ResearchPhase {
    /// Proposed.
    Proposed,
    /// Approved, and under way.
    Approved,
    /// Closed with a result.
    Closed,
    /// Abandoned, or turned down.
    Abandoned,
}

/// What came out of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ResultKind")]
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

/// Who carries a project out: one of these.
#[derive(Clone, SimpleObject)]
pub struct ResearchExecutor {
    /// A unit.
    sme: Option<Sme>,
    /// The company of a park.
    park: Option<Park>,
    /// The code of an office, university or institute.
    office: Option<String>,
}

/// A milestone of a project.
#[derive(Clone, SimpleObject)]
pub struct ResearchMilestone {
    /// Its number within the project.
    number: u32,
    /// What it is.
    title: Option<String>,
    /// When it is due, as was set last.
    due_on: Date,
    /// When it was reached.
    reached_on: Option<Date>,
    /// The position of the event that set it.
    position: Position,
}

/// A payment to a project.
#[derive(Clone, SimpleObject)]
pub struct ResearchPayment {
    /// When it was paid.
    on: Date,
    /// The amount.
    amount: Money,
    /// The number of the milestone that it was paid for.
    milestone: Option<u32>,
    /// The position of the event that recorded it.
    position: Position,
}

/// What came out of a project.
#[derive(Clone, SimpleObject)]
pub struct ResearchResult {
    /// What kind.
    kind: ResultKind,
    /// The title, as it was entered.
    title: String,
    /// Under which number, name or address it is found.
    reference: Option<String>,
    /// When it was delivered.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A project, after everything that is recorded.
#[derive(Clone)]
pub struct Research {
    view: Arc<View>,
    row: u32,
}

impl Research {
    /// The one of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The one with an ID.
    pub fn find(view: &Arc<View>, id: ResearchId) -> Option<Self> {
        view.researches.by_id(id).map(|row| Self::new(view, row))
    }

    /// The one that a caller names.
    pub fn named(view: &Arc<View>, key: &ResearchKey) -> Option<Self> {
        match key {
            ResearchKey::Id(id) => Self::find(view, *id),
            ResearchKey::Code(code) => view.researches.by_code(code).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, ResearchRow> {
        self.view.researches.row(self.row)
    }

    fn facts(&self) -> Arc<ResearchFacts> {
        self.row().facts()
    }
}

/// The projects that concern a unit, or that a unit or park carries out, in the order of recording.
pub fn research_of(view: &Arc<View>, entity: EntityId, page: &PageArguments) -> Answer<Connection<Research>> {
    let items = view.researches.of_entity(entity).map(|row| (row, Research::new(view, row))).collect();
    Ok(WholeList { items }.page(page)?)
}

/// A research or study project for small industries.
#[Object]
impl Research {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Research(self.row().id))
    }

    /// The code that people know it by; unique.
    fn code(&self) -> &str {
        self.row().get().code.as_str()
    }

    /// The Persian title, as it was entered.
    fn title(&self) -> String {
        self.facts().title.as_str().to_owned()
    }

    /// The Latin title, as it was entered.
    fn title_latin(&self) -> Option<String> {
        self.facts().title_latin.as_ref().map(|title| title.as_str().to_owned())
    }

    /// What it is about.
    fn topic(&self) -> ResearchTopic {
        self.row().topic.into()
    }

    /// Who carries it out.
    fn executor(&self) -> ResearchExecutor {
        let (mut sme, mut park, mut office) = (None, None, None);
        match &self.row().get().executor {
            domain::Executor::Sme(id) => sme = Sme::find(&self.view, *id),
            domain::Executor::Park(id) => park = Park::find(&self.view, *id),
            domain::Executor::Office(code) => office = Some(code.as_str().to_owned()),
        }
        ResearchExecutor { sme, park, office }
    }

    /// The province that it concerns; null for one that concerns all the country.
    fn province(&self) -> Option<Province> {
        self.facts().province.map(|code| Province::new(&self.view, code))
    }

    /// The units that it concerns.
    fn smes(&self) -> Vec<Sme> {
        self.row().smes.iter().filter_map(|id| Sme::find(&self.view, *id)).collect()
    }

    /// When it was proposed.
    fn proposed_on(&self) -> Date {
        self.row().proposed.into()
    }

    /// When it was approved.
    fn approved_on(&self) -> Option<Date> {
        self.row().step(domain::Phase::Approved).map(|step| step.effective.into())
    }

    /// When it was closed or abandoned.
    fn ended_on(&self) -> Option<Date> {
        let step = self.row().last_step(None).filter(|step| step.value > domain::Phase::Approved);
        step.map(|step| step.effective.into())
    }

    /// How far it has come; null before it was proposed.
    fn phase(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<ResearchPhase>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => self.row().phase(on).map(|phase| Ok(phase.into())),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// The budget that is approved; null without an approval.
    fn budget(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<Money>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => self.row().budget(on).map(|budget| Ok(budget.value.into())),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// What was paid of it, in the currency of the budget.
    fn paid(&self) -> Decimal {
        let paid: rust_decimal::Decimal =
            self.row().payments().map(|payment| payment.value.amount.amount()).sum();
        paid.into()
    }

    /// Its milestones, by number.
    fn milestones(&self) -> Vec<ResearchMilestone> {
        let row = self.row();
        let milestone = |fact: &crate::view::dated::Fact<super::row::Milestone>| ResearchMilestone {
            number: fact.value.number.number().into(),
            title: fact.value.title.as_ref().map(|title| title.as_str().to_owned()),
            due_on: fact.value.due.into(),
            reached_on: row.reached(fact.value.number).map(Into::into),
            position: Position(fact.position),
        };
        row.milestones().into_iter().map(milestone).collect()
    }

    /// Its payments that are not voided, by their day.
    fn payments(&self) -> Vec<ResearchPayment> {
        let payments = self.row().payments().map(|fact| ResearchPayment {
            on: fact.effective.into(),
            amount: fact.value.amount.into(),
            milestone: fact.value.milestone.map(|number| number.number().into()),
            position: Position(fact.position),
        });
        payments.collect()
    }

    /// What came out of it, by the day of delivery.
    fn results(&self) -> Vec<ResearchResult> {
        let results = self.row().outcomes().map(|fact| ResearchResult {
            kind: fact.value.kind.into(),
            title: fact.value.title.as_str().to_owned(),
            reference: fact.value.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            on: fact.effective.into(),
            position: Position(fact.position),
        });
        results.collect()
    }

    /// Whether it was proposed here or taken over.
    fn basis(&self) -> Basis {
        self.row().basis.into()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// Which events set the values of its fields.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<ResearchField>>,
    ) -> Vec<Provenance<ResearchField>> {
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
            EntityId::Research(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
