//! What can be asked of an export management company.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use daftar_domain::envelope::{EntityId, Position as At};
use daftar_domain::value::{self, EmcId, EmcKey, Organisation};

use super::provenance::EmcField;
use super::row::EmcRow;
use crate::connection::{Connection, PageArguments, WholeList};
use crate::export::object::Export;
use crate::export::query::{ExportOrderField, exports_of};
use crate::filter::OrderBy;
use crate::history::{Basis, Event, history};
use crate::node;
use crate::period::PeriodInput;
use crate::person::{Appointment, Purpose, people_of};
use crate::provenance::{Provenance, provenance};
use crate::refusal::{Answer, Refusal};
use crate::scalar::{Date, LegalId, Position};
use crate::sme::Sme;
use crate::training::Attending;
use crate::view::View;
use crate::view::row::RowAt;

/// The rank of a company. 3 is the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::emc::Rank")]
pub enum Rank {
    /// Rank 1.
    First,
    /// Rank 2.
    Second,
    /// Rank 3.
    Third,
}

/// A mandate that a unit gave a company.
#[derive(Clone)]
pub struct Mandate {
    view: Arc<View>,
    emc: u32,
    /// The row of the unit.
    pub sme: u32,
    from: value::Date,
    until: Option<value::Date>,
    position: At,
}

impl Mandate {
    /// The mandates of a company that are not voided, by their first day.
    pub fn of(view: &Arc<View>, emc: u32) -> impl Iterator<Item = Self> {
        let row = view.emcs.row(emc);
        row.mandates().map(move |fact| Self {
            view: Arc::clone(view),
            emc,
            sme: fact.value.sme,
            from: fact.effective,
            until: row.end_of(&fact.value),
            position: fact.position,
        })
    }

    /// The sort key: the first day, then the position.
    pub fn key(&self) -> (value::Date, At) {
        (self.from, self.position)
    }

    fn contains(&self, on: value::Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// A mandate that a unit gave a company: to export for it.
#[Object]
impl Mandate {
    /// The company.
    fn emc(&self) -> Option<Emc> {
        Some(Emc::new(&self.view, self.emc))
    }

    /// The unit.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.sme, None))
    }

    /// The first day.
    fn from(&self) -> Date {
        self.from.into()
    }

    /// The first day on which it is no longer in force; the end of the consent ends it too. Open-ended where there is
    /// none.
    fn until(&self) -> Option<Date> {
        self.until.map(Into::into)
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}

/// A rank that a company was given.
#[derive(Clone, SimpleObject)]
pub struct RankGiven {
    /// The rank.
    rank: Rank,
    /// The first day.
    since: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A company, after everything that is recorded.
#[derive(Clone)]
pub struct Emc {
    view: Arc<View>,
    row: u32,
}

impl Emc {
    /// The company of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The company with an ID.
    pub fn find(view: &Arc<View>, id: EmcId) -> Option<Self> {
        view.emcs.by_id(id).map(|row| Self::new(view, row))
    }

    /// The company that a caller names.
    pub fn named(view: &Arc<View>, key: &EmcKey) -> Option<Self> {
        match key {
            EmcKey::Id(id) => Self::find(view, *id),
            EmcKey::Code(code) => view.emcs.by_code(code).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, EmcRow> {
        self.view.emcs.row(self.row)
    }
}

/// An export management company: a registered company with a trade card that exports for client units under mandates.
#[Object]
impl Emc {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Emc(self.row().id))
    }

    /// The code that people know it by; unique.
    fn code(&self) -> &str {
        self.row().get().code.as_str()
    }

    /// The registered company.
    fn legal_id(&self) -> LegalId {
        self.row().legal_id.into()
    }

    /// The Persian name, as it was entered.
    fn name(&self) -> String {
        self.row().facts(None).name.as_str().to_owned()
    }

    /// The Latin name, as it was entered.
    fn name_latin(&self) -> Option<String> {
        self.row().facts(None).name_latin.as_ref().map(|name| name.as_str().to_owned())
    }

    /// The number of its trade card.
    fn trade_card(&self) -> String {
        self.row().facts(None).trade_card.as_str().to_owned()
    }

    /// The first day on which the card is no longer valid.
    fn trade_card_expires_on(&self) -> Option<Date> {
        self.row().facts(None).trade_card_expires.map(Into::into)
    }

    /// When it got the initial consent.
    fn consented_on(&self) -> Date {
        self.row().consented.into()
    }

    /// The first day without the consent, when it was withdrawn.
    fn withdrawn_on(&self) -> Option<Date> {
        self.row().withdrawn().map(Into::into)
    }

    /// Whether its consent is in force.
    fn consented(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<bool>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => Some(Ok(self.row().consent_on(on))),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// Its rank; null before it has one, and without the consent.
    fn rank(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<Rank>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => self.row().rank_on(on).map(|rank| Ok(rank.into())),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// Every rank that it was given, in order.
    fn rank_history(&self) -> Vec<RankGiven> {
        let ranks = self.row().ranks().map(|fact| RankGiven {
            rank: fact.value.into(),
            since: fact.effective.into(),
            position: Position(fact.position),
        });
        ranks.collect()
    }

    /// The mandates of its clients by their first day: all that it ever had, or those in force on a day.
    fn clients(
        &self,
        #[graphql(desc = "The day; every mandate when left out.")] on: Option<Date>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Mandate>>> {
        let clients = || {
            let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"))?;
            let items = Mandate::of(&self.view, self.row)
                .filter(|mandate| on.is_none_or(|on| mandate.contains(on)))
                .map(|mandate| (mandate.key(), mandate))
                .collect();
            WholeList { items }.page(&PageArguments::new(first, after, last, before))
        };
        Some(clients().map_err(Into::into))
    }

    /// Its exports that are not voided; the latest come first.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn exports(
        &self,
        #[graphql(desc = "Only those of this period.")] period: Option<PeriodInput>,
        #[graphql(desc = "The order, at most 4 keys; the latest first when left out.")] order_by: Option<
            Vec<OrderBy<ExportOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Export>>> {
        let rows = self.view.exports.lists().emcs.get(&self.row);
        let arguments = PageArguments::new(first, after, last, before);
        Some(exports_of(&self.view, rows, period.as_ref(), order_by.as_deref(), &arguments))
    }

    /// The courses and workshops that it attended.
    #[graphql(flatten)]
    fn attending(&self) -> Attending {
        Attending::of(&self.view, Organisation::Emc(self.row().id))
    }

    /// Whether it was given its consent here or taken over.
    fn basis(&self) -> Basis {
        self.row().basis.into()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// Which events set the values of its fields, each on the day where one is given.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<EmcField>>,
        #[graphql(desc = "The day.")] on: Option<Date>,
    ) -> Option<Answer<Vec<Provenance<EmcField>>>> {
        let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"));
        let set_by = |on: Option<value::Date>| {
            provenance(&self.view, fields, |field| self.row().provenance(field, on))
        };
        Some(on.map(set_by).map_err(Into::into))
    }

    /// Its contact persons and managing directors by their first day: whoever ever was, or on a day.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn people(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The day; every appointment when left out.")] on: Option<Date>,
        #[graphql(desc = "What names and numbers are read for; without it they are withheld.")]
        purpose: Option<Purpose>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Appointment>>> {
        let page = PageArguments::new(first, after, last, before);
        Some(people_of(context, &self.view, EntityId::Emc(self.row().id), on, purpose, &page))
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
            EntityId::Emc(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
