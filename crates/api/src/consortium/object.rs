//! What can be asked of a consortium.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use daftar_domain::envelope::{EntityId, Position as At};
use daftar_domain::value::{self, ConsortiumId, ConsortiumKey, Organisation};

use super::provenance::ConsortiumField;
use super::row::ConsortiumRow;
use crate::connection::{Connection, PageArguments, WholeList};
use crate::export::CommodityGroup;
use crate::export::object::Export;
use crate::export::query::{ExportOrderField, exports_of};
use crate::filter::OrderBy;
use crate::history::{Basis, Event, history};
use crate::node;
use crate::period::PeriodInput;
use crate::person::{Appointment, Purpose, people_of};
use crate::provenance::{Provenance, provenance};
use crate::refusal::{Answer, Refusal};
use crate::scalar::{Date, Position};
use crate::sme::Sme;
use crate::training::Attending;
use crate::view::View;
use crate::view::row::RowAt;

/// What a consortium is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::consortium::ConsortiumKind")]
pub enum ConsortiumKind {
    /// Promotes the members' exports.
    Promotion,
    /// Sells for the members.
    Sales,
}

/// The phase of a consortium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::consortium::Phase")]
pub enum Phase {
    /// Gathers candidates.
    Preparing,
    /// Has its members and statutes.
    Constituted,
    /// Exports.
    Operating,
    /// Does not meet its conditions for a time.
    Suspended,
    /// Ended for good.
    Dissolved,
}

/// The time of a unit in a consortium.
#[derive(Clone)]
pub struct Membership {
    view: Arc<View>,
    consortium: u32,
    /// The row of the unit.
    pub sme: u32,
    certificate: Option<String>,
    joined: value::Date,
    left: Option<value::Date>,
    position: At,
}

impl Membership {
    /// The memberships of a consortium that are not voided, in the order in which they began.
    pub fn of(view: &Arc<View>, consortium: u32) -> impl Iterator<Item = Self> {
        let row = view.consortiums.row(consortium);
        row.members().map(move |fact| Self {
            view: Arc::clone(view),
            consortium,
            sme: fact.value.sme,
            certificate: fact.value.certificate.as_ref().map(|number| number.as_str().to_owned()),
            joined: fact.effective,
            left: row.left(&fact.value),
            position: fact.position,
        })
    }

    /// The sort key: the first day, then the position.
    pub fn key(&self) -> (value::Date, At) {
        (self.joined, self.position)
    }

    fn contains(&self, on: value::Date) -> bool {
        self.joined <= on && self.left.is_none_or(|left| on < left)
    }
}

/// The time of a unit in a consortium.
#[Object]
impl Membership {
    /// The consortium.
    fn consortium(&self) -> Option<Consortium> {
        Some(Consortium::new(&self.view, self.consortium))
    }

    /// The unit.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.sme, None))
    }

    /// The unit's export-readiness certificate.
    fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The first day.
    fn joined_on(&self) -> Date {
        self.joined.into()
    }

    /// The first day on which it is no member; the end of the consortium ends it too.
    fn left_on(&self) -> Option<Date> {
        self.left.map(Into::into)
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}

/// A phase that a consortium reached.
#[derive(Clone, SimpleObject)]
pub struct PhaseReached {
    /// The phase.
    phase: Phase,
    /// The first day.
    since: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// A consortium, after everything that is recorded.
#[derive(Clone)]
pub struct Consortium {
    view: Arc<View>,
    row: u32,
}

impl Consortium {
    /// The consortium of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The consortium with an ID.
    pub fn find(view: &Arc<View>, id: ConsortiumId) -> Option<Self> {
        view.consortiums.by_id(id).map(|row| Self::new(view, row))
    }

    /// The consortium that a caller names.
    pub fn named(view: &Arc<View>, key: &ConsortiumKey) -> Option<Self> {
        match key {
            ConsortiumKey::Id(id) => Self::find(view, *id),
            ConsortiumKey::Code(code) => view.consortiums.by_code(code).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, ConsortiumRow> {
        self.view.consortiums.row(self.row)
    }
}

/// An export consortium: units that export one product group together and keep their autonomy.
#[Object]
impl Consortium {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Consortium(self.row().id))
    }

    /// The code that people know it by; unique.
    fn code(&self) -> &str {
        self.row().get().code.as_str()
    }

    /// The Persian name, as it was entered.
    fn name(&self) -> String {
        self.row().facts(None).name.as_str().to_owned()
    }

    /// The Latin name, as it was entered.
    fn name_latin(&self) -> Option<String> {
        self.row().facts(None).name_latin.as_ref().map(|name| name.as_str().to_owned())
    }

    /// What it is for.
    fn kind(&self) -> ConsortiumKind {
        self.row().facts(None).kind.into()
    }

    /// The product group that it exports.
    fn product_group(&self) -> CommodityGroup {
        self.row().product_group.into()
    }

    /// When it was formed.
    fn formed_on(&self) -> Date {
        self.row().formed.into()
    }

    /// Its phase; null on a day before its formation.
    fn phase(
        &self,
        #[graphql(desc = "The day; after everything that is recorded when left out.")] on: Option<Date>,
    ) -> Option<Answer<Phase>> {
        match on.map(|on| on.value()).transpose() {
            Ok(on) => self.row().phase(on).map(|fact| Ok(fact.value.into())),
            Err(error) => Some(Err(Refusal::Value { argument: "on", error }.into())),
        }
    }

    /// Every phase that it reached, in order.
    fn phase_history(&self) -> Vec<PhaseReached> {
        let phases = self.row().phases().map(|fact| PhaseReached {
            phase: fact.value.into(),
            since: fact.effective.into(),
            position: Position(fact.position),
        });
        phases.collect()
    }

    /// Its members in the order in which they joined: all that it ever had, or those of a day.
    fn members(
        &self,
        #[graphql(desc = "The day; every membership when left out.")] on: Option<Date>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Membership>>> {
        let members = || {
            let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"))?;
            let members = Membership::of(&self.view, self.row);
            let items = members
                .filter(|member| on.is_none_or(|on| member.contains(on)))
                .map(|member| (member.key(), member))
                .collect();
            WholeList { items }.page(&PageArguments::new(first, after, last, before))
        };
        Some(members().map_err(Into::into))
    }

    /// The exports that went through it and are not voided; the latest come first.
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
        let rows = self.view.exports.lists().consortiums.get(&self.row);
        let arguments = PageArguments::new(first, after, last, before);
        Some(exports_of(&self.view, rows, period.as_ref(), order_by.as_deref(), &arguments))
    }

    /// The courses and workshops that it attended.
    #[graphql(flatten)]
    fn attending(&self) -> Attending {
        Attending::of(&self.view, Organisation::Consortium(self.row().id))
    }

    /// Whether it was formed here or taken over.
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
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<ConsortiumField>>,
        #[graphql(desc = "The day.")] on: Option<Date>,
    ) -> Option<Answer<Vec<Provenance<ConsortiumField>>>> {
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
        Some(people_of(context, &self.view, EntityId::Consortium(self.row().id), on, purpose, &page))
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
            EntityId::Consortium(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
