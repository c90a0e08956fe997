//! What can be asked of a course or workshop, and of an enrolment in one.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use daftar_domain::envelope::{EntityId, Position as At};
use daftar_domain::training as domain;
use daftar_domain::value::{self, Organisation, TrainingId, TrainingKey};

use super::provenance::TrainingField;
use super::row::{TrainingFacts, TrainingRow};
use crate::connection::{Connection, PageArguments, WholeList};
use crate::history::{Basis, Event, history};
use crate::node::{self, Node};
use crate::provenance::{Provenance, provenance};
use crate::reference::Province;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{Date, Decimal, Position};
use crate::view::View;
use crate::view::row::RowAt;

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TrainingKind")]
pub enum TrainingKind {
    /// A course of several sessions.
    Course,
    /// A workshop.
    Workshop,
}

/// What is taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TrainingSubject")]
pub enum TrainingSubject {
    /// The basics of exports (مبانی صادرات).
    ExportBasics,
    /// The principles of exports (اصول صادرات).
    ExportPrinciples,
    /// The legalities of exports: contracts, customs, standards of the target market (الزامات حقوقی صادرات).
    ExportLegalities,
    /// Marketing and sales (بازاریابی و فروش).
    Marketing,
    /// Finance and accounting (مالی و حسابداری).
    Finance,
    /// Management and entrepreneurship (مدیریت و کارآفرینی).
    Management,
    /// Quality and standards (کیفیت و استاندارد).
    Quality,
    /// Technology of production (فناوری تولید).
    Technology,
    /// Safety, energy and environment (ایمنی، انرژی و محیط زیست).
    Safety,
    /// Something else (سایر).
    Other,
}

/// Whom a course or workshop is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Audience")]
pub enum Audience {
    /// Units.
    Smes,
    /// Export consortiums.
    Consortiums,
    /// Export management companies.
    Emcs,
}

/// How far a course or workshop has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Phase")]
pub enum TrainingPhase {
    /// Planned, and not open to participants yet.
    Planned,
    /// Open to participants.
    Open,
    /// Held.
    Held,
    /// Held, and certificates were issued.
    Certified,
    /// Cancelled before it was held.
    Cancelled,
}

/// A certificate of a course or workshop.
#[derive(Clone, SimpleObject)]
pub struct TrainingCertificate {
    /// When it was issued.
    issued_on: Date,
    /// Its number, where it has one.
    number: Option<String>,
}

/// The enrolment of an organisation, as known at the position of a view.
#[derive(Clone)]
pub struct Enrolment {
    view: Arc<View>,
    training: u32,
    participant: Organisation,
    from: value::Date,
    until: Option<value::Date>,
    position: At,
}

impl Enrolment {
    /// The enrolments in a course that are not voided, by their first day.
    fn of(view: &Arc<View>, training: u32) -> impl Iterator<Item = Self> {
        let row = view.trainings.row(training);
        row.enrolments().map(move |fact| Self {
            view: Arc::clone(view),
            training,
            participant: fact.value.participant,
            from: fact.effective,
            until: row.withdrawn(&fact.value),
            position: fact.position,
        })
    }

    fn row(&self) -> RowAt<'_, TrainingRow> {
        self.view.trainings.row(self.training)
    }

    /// Whether it is the one that was in force when it was held, to which attendance and certificate belong.
    fn stood(&self) -> bool {
        let held = self.row().held();
        held.is_some_and(|held| self.from <= held && self.until.is_none_or(|until| held < until))
    }

    fn contains(&self, on: value::Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }

    fn is_certified(&self) -> bool {
        self.stood() && self.row().certificate(self.participant).is_some()
    }
}

/// The enrolment of an organisation in a course or workshop.
#[Object]
impl Enrolment {
    /// The course or workshop.
    fn training(&self) -> Option<Training> {
        Some(Training::new(&self.view, self.training))
    }

    /// The unit, consortium or company.
    fn participant(&self) -> Option<Node> {
        Node::find(&self.view, self.participant.into())
    }

    /// The first day.
    fn enrolled_on(&self) -> Date {
        self.from.into()
    }

    /// The first day on which it was enrolled no more, where it withdrew.
    fn withdrawn_on(&self) -> Option<Date> {
        self.until.map(Into::into)
    }

    /// The hours that it attended, as was recorded last.
    fn hours_attended(&self) -> Option<u32> {
        let hours = self.stood().then(|| self.row().attended(self.participant)).flatten();
        hours.map(|hours| hours.hours().into())
    }

    /// The share of the hours that it attended.
    fn attendance(&self) -> Option<Decimal> {
        let attended = self.stood().then(|| self.row().attended(self.participant)).flatten()?;
        let taught = self.row().facts(None).hours.hours();
        value::share(attended.hours().into(), taught.into()).map(Into::into)
    }

    /// Its certificate.
    fn certificate(&self) -> Option<TrainingCertificate> {
        let (on, number) = self.stood().then(|| self.row().certificate(self.participant)).flatten()?;
        let number = number.map(|number| number.as_str().to_owned());
        Some(TrainingCertificate { issued_on: on.into(), number })
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}

/// The enrolments of an organisation that are not voided, by their first day.
pub fn trainings_of(
    view: &Arc<View>,
    organisation: Organisation,
    certified: Option<bool>,
    page: &PageArguments,
) -> Answer<Connection<Enrolment>> {
    let own = |enrolment: &Enrolment| {
        let asked = certified.is_none_or(|certified| enrolment.is_certified() == certified);
        enrolment.participant == organisation && asked
    };
    let rows = view.trainings.of_participant(organisation);
    let enrolments = rows.flat_map(|row| Enrolment::of(view, row)).filter(own);
    let mut items: Vec<_> =
        enrolments.map(|enrolment| ((enrolment.from, enrolment.position), enrolment)).collect();
    items.sort_unstable_by_key(|(key, _)| *key);
    Ok(WholeList { items }.page(page)?)
}

/// A course or workshop, after everything that is recorded.
#[derive(Clone)]
pub struct Training {
    view: Arc<View>,
    row: u32,
}

impl Training {
    /// The one of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The one with an ID.
    pub fn find(view: &Arc<View>, id: TrainingId) -> Option<Self> {
        view.trainings.by_id(id).map(|row| Self::new(view, row))
    }

    /// The one that a caller names.
    pub fn named(view: &Arc<View>, key: &TrainingKey) -> Option<Self> {
        match key {
            TrainingKey::Id(id) => Self::find(view, *id),
            TrainingKey::Code(code) => view.trainings.by_code(code).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, TrainingRow> {
        self.view.trainings.row(self.row)
    }

    fn facts(&self) -> Arc<TrainingFacts> {
        self.row().facts(None)
    }
}

/// A training course or workshop for units, consortiums or export management companies.
#[Object]
impl Training {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Training(self.row().id))
    }

    /// The code that people know it by; unique.
    fn code(&self) -> &str {
        self.row().get().code.as_str()
    }

    /// Course or workshop.
    fn kind(&self) -> TrainingKind {
        self.row().kind.into()
    }

    /// What is taught.
    fn subject(&self) -> TrainingSubject {
        self.row().subject.into()
    }

    /// The Persian title, as it was entered.
    fn title(&self) -> String {
        self.facts().title.as_str().to_owned()
    }

    /// The Latin title, as it was entered.
    fn title_latin(&self) -> Option<String> {
        self.facts().title_latin.as_ref().map(|title| title.as_str().to_owned())
    }

    /// Whom it is for.
    fn audiences(&self) -> Vec<Audience> {
        self.row().audiences.iter().map(|audience| (*audience).into()).collect()
    }

    /// The province in which it is held; null for one of all the country.
    fn province(&self) -> Option<Province> {
        self.facts().province.map(|code| Province::new(&self.view, code))
    }

    /// Hours of instruction.
    fn hours(&self) -> u32 {
        self.facts().hours.hours().into()
    }

    /// Places for participants.
    fn seats(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<u32>> {
        let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"));
        Some(on.map(|on| self.row().facts(on).seats.seats().into()).map_err(Into::into))
    }

    /// The share of the hours, in percent, that a certificate needs where the table of limits is not asked.
    fn attendance_needed(&self) -> Option<u32> {
        self.row().attendance.map(|share| share.percent().into())
    }

    /// When it was planned.
    fn planned_on(&self) -> Date {
        self.row().planned.into()
    }

    /// The first day, as planned.
    fn starts_on(&self) -> Date {
        self.facts().starts.into()
    }

    /// The last day, as planned.
    fn ends_on(&self) -> Date {
        self.facts().ends.into()
    }

    /// The last day, as it was held.
    fn held_on(&self) -> Option<Date> {
        self.row().held().map(Into::into)
    }

    /// How far it has come; null before it was planned.
    fn phase(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<TrainingPhase>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => self.row().phase(on).map(|phase| Ok(phase.into())),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// Its enrolments by their first day: all that there ever were, or those in force on a day.
    fn enrolments(
        &self,
        #[graphql(desc = "The day; every enrolment when left out.")] on: Option<Date>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Enrolment>>> {
        let enrolments = || {
            let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"))?;
            let items = Enrolment::of(&self.view, self.row)
                .filter(|enrolment| on.is_none_or(|on| enrolment.contains(on)))
                .map(|enrolment| ((enrolment.from, enrolment.position), enrolment))
                .collect();
            WholeList { items }.page(&PageArguments::new(first, after, last, before))
        };
        Some(enrolments().map_err(Into::into))
    }

    /// How many are enrolled: on the day on which it was held, or now.
    fn participant_count(&self) -> u64 {
        self.row().enrolled(self.row().held()).count() as u64
    }

    /// How many certificates were issued.
    fn certificate_count(&self) -> u64 {
        self.row().certificates() as u64
    }

    /// Whether it was planned here or taken over.
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
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<TrainingField>>,
    ) -> Vec<Provenance<TrainingField>> {
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
            EntityId::Training(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
