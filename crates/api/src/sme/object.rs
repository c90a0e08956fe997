//! What can be asked of a unit.

mod licence;
mod more;
mod status;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::sme::LicenceKind as Kind;
use daftar_domain::value::{self, Organisation, SmeId, SmeKey};

use super::provenance::SmeField;
use super::row::{self, SmeFacts, SmeRow, Status};
use crate::connection::{Connection, PageArguments, WholeList};
use crate::consortium::object::Membership;
use crate::emc::object::Mandate;
use crate::export::object::Export;
use crate::export::query::{ExportOrderField, exports_of};
use crate::export::summary::ExportTotals;
use crate::filter::OrderBy;
use crate::history::{Basis, Event, history};
use crate::node;
use crate::park::object::Park;
use crate::period::PeriodInput;
use crate::person::{Appointment, Purpose, people_of};
use crate::provenance::{Provenance, provenance};
use crate::reference::{Industry, Province};
use crate::refusal::{Answer, Refusal};
use crate::research::Concerning;
use crate::revival::object::Revival;
use crate::scalar::{BusinessId, Date, Decimal, IsicCode, LegalId, Position};
use crate::training::Attending;
use crate::view::View;
use crate::view::row::RowAt;

pub use licence::{Capacity, Inspection, Licence, LicenceKind, LicenceSubject};
pub use more::{KnowledgeGrade, PlotStage};
pub use status::{IdleReason, OperatingStatus, StatusPeriod};

/// The size of a unit by headcount, by the thresholds in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::reference::SizeClass")]
pub enum SizeClass {
    /// The fewest persons.
    Micro,
    /// More than micro.
    Small,
    /// More than small.
    Medium,
    /// Above medium.
    Large,
}

/// A unit, as it stands after everything that is recorded or on a day.
#[derive(Clone)]
pub struct Sme {
    view: Arc<View>,
    row: u32,
    on: Option<value::Date>,
}

impl Sme {
    /// The unit of a row, as it stands on a day where one is given.
    pub fn new(view: &Arc<View>, row: u32, on: Option<value::Date>) -> Self {
        Self { view: Arc::clone(view), row, on }
    }

    /// The unit with an ID.
    pub fn find(view: &Arc<View>, id: SmeId) -> Option<Self> {
        view.smes.by_id(id).map(|row| Self::new(view, row, None))
    }

    /// The unit that a caller names.
    pub fn named(view: &Arc<View>, key: &SmeKey) -> Option<Self> {
        match key {
            SmeKey::Id(id) => Self::find(view, *id),
            SmeKey::BusinessId(id) => view.smes.by_business_id(*id).map(|row| Self::new(view, row, None)),
        }
    }

    fn row(&self) -> RowAt<'_, SmeRow> {
        self.view.smes.row(self.row)
    }

    fn facts(&self) -> Arc<SmeFacts> {
        self.row().facts(self.on)
    }

    fn status_on(&self, on: Option<value::Date>) -> Option<Status> {
        self.row().status(on.or(self.on))
    }
}

/// A unit: one licensed activity of a legal entity at one address. Where a list was asked for as of a day (`on`), its
/// fields answer as of that day.
#[Object]
impl Sme {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Sme(self.row().id))
    }

    /// The 12-digit business ID; unique.
    fn business_id(&self) -> BusinessId {
        self.row().business_id.into()
    }

    /// The legal entity that holds the unit; it may hold several.
    fn legal_id(&self) -> LegalId {
        self.row().legal_id.into()
    }

    /// The Persian name, as it was entered.
    fn name(&self) -> String {
        self.facts().name.as_str().to_owned()
    }

    /// The Latin name, as it was entered.
    fn name_latin(&self) -> Option<String> {
        self.facts().name_latin.as_ref().map(|name| name.as_str().to_owned())
    }

    /// The province.
    fn province(&self) -> Province {
        Province::new(&self.view, self.facts().province)
    }

    /// The park that it lies in.
    fn park(&self) -> Option<Park> {
        Park::find(&self.view, self.facts().park?)
    }

    /// Its plot within the park; null once it was taken back.
    fn plot(&self) -> Option<String> {
        if self.row().lost_plot(self.on) {
            return None;
        }
        self.facts().plot.as_ref().map(|plot| plot.as_str().to_owned())
    }

    /// The area of the plot, in m².
    fn plot_area(&self) -> Option<Decimal> {
        self.facts().plot_area.map(Into::into)
    }

    /// Its class of ISIC Rev.4.
    fn isic(&self) -> IsicCode {
        self.facts().isic.into()
    }

    /// Its class of ISIC Rev.4, with its name.
    fn industry(&self) -> Option<Industry> {
        Industry::find(&self.view, self.facts().isic)
    }

    /// Persons employed.
    fn headcount(&self) -> Option<u32> {
        self.facts().headcount.map(|headcount| headcount.people())
    }

    /// The size by headcount, by the thresholds in force.
    fn size_class(&self) -> Option<SizeClass> {
        let people = self.facts().headcount?.people();
        self.view.reference.size_class(people, self.on.unwrap_or(value::Date::MAX)).map(Into::into)
    }

    /// What it does; null on a day before it was registered.
    fn status(&self, #[graphql(desc = "The day.")] on: Option<Date>) -> Option<Answer<OperatingStatus>> {
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on,
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        self.status_on(on).map(|status| Ok(status.status.into()))
    }

    /// The first day of that status.
    fn status_since(&self) -> Option<Date> {
        self.status_on(None).map(|status| status.since.into())
    }

    /// Why it stands idle, where it does.
    fn idle_reason(&self) -> Option<IdleReason> {
        self.status_on(None)?.reason.map(Into::into)
    }

    /// The share of the capacity that it uses, in whole percent, where it is known.
    fn utilisation(&self) -> Option<i32> {
        self.status_on(None)?.utilisation.map(|percent| percent.percent().into())
    }

    /// Every status that it had, in order.
    fn status_history(&self) -> Vec<StatusPeriod> {
        let statuses: Vec<Status> = self.row().statuses().collect();
        let untils = statuses.iter().skip(1).map(|next| Some(next.since.into())).chain([None]);
        let periods = statuses.iter().zip(untils).map(|(status, until)| StatusPeriod {
            status: status.status.into(),
            since: status.since.into(),
            until,
            idle_reason: status.reason.map(Into::into),
            utilisation: status.utilisation.map(|percent| percent.percent().into()),
            position: Position(status.position),
        });
        periods.collect()
    }

    /// Its licences that are not voided, by the day of issue.
    fn licences(
        &self,
        #[graphql(desc = "Only those of this kind.")] kind: Option<LicenceKind>,
    ) -> Vec<Licence> {
        let licences = self.row().licences();
        let of_kind = |licence: &row::Licence| kind.is_none_or(|kind| licence.kind == Kind::from(kind));
        licences.filter(|fact| of_kind(&fact.value)).map(|fact| Licence::new(self.row(), fact)).collect()
    }

    /// Inspections that found it fit to operate and are not voided.
    fn inspections(&self) -> Vec<Inspection> {
        let inspections = self.row().inspections();
        inspections
            .map(|fact| Inspection { on: fact.effective.into(), position: Position(fact.position) })
            .collect()
    }

    /// When it was registered.
    fn registered_on(&self) -> Date {
        self.row().registered.into()
    }

    /// Whether it was registered here or taken over.
    fn basis(&self) -> Basis {
        self.row().basis.into()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// The closed unit that it succeeds.
    fn predecessor(&self) -> Option<Sme> {
        Sme::find(&self.view, self.row().predecessor?)
    }

    /// What only some units have.
    #[graphql(flatten)]
    fn more(&self) -> more::SmeMore {
        more::SmeMore::new(&self.view, self.row, self.on)
    }

    /// Its revival cases, in the order of recording.
    fn revivals(&self) -> Vec<Revival> {
        let rows = self.row().revivals().iter().filter(|row| self.view.revivals.rows.has(**row));
        rows.map(|row| Revival::new(&self.view, *row)).collect()
    }

    /// Its time in consortiums, in the order in which it joined.
    fn consortiums(
        &self,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Membership>>> {
        let rows = self.row().consortiums().iter().filter(|row| self.view.consortiums.rows.has(**row));
        let memberships = rows.flat_map(|row| Membership::of(&self.view, *row));
        let mut items: Vec<_> = memberships
            .filter(|member| member.sme == self.row)
            .map(|member| (member.key(), member))
            .collect();
        items.sort_unstable_by_key(|(key, _)| *key);
        let page = WholeList { items }.page(&PageArguments::new(first, after, last, before));
        Some(page.map_err(Into::into))
    }

    /// The mandates that it gave, by their first day.
    fn mandates(
        &self,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Mandate>>> {
        let rows = self.row().emcs().iter().filter(|row| self.view.emcs.rows.has(**row));
        let mandates = rows.flat_map(|row| Mandate::of(&self.view, *row));
        let mut items: Vec<_> = mandates
            .filter(|mandate| mandate.sme == self.row)
            .map(|mandate| (mandate.key(), mandate))
            .collect();
        items.sort_unstable_by_key(|(key, _)| *key);
        let page = WholeList { items }.page(&PageArguments::new(first, after, last, before));
        Some(page.map_err(Into::into))
    }

    /// Its exports that are not voided, and those that a company made for it; the latest come first.
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
        let rows = self.view.exports_of_sme(self.row).iter().map(|(_, row)| *row).collect();
        let arguments = PageArguments::new(first, after, last, before);
        Some(exports_of(&self.view, Arc::new(rows), period.as_ref(), order_by.as_deref(), &arguments))
    }

    /// The courses and workshops that it attended.
    #[graphql(flatten)]
    fn attending(&self) -> Attending {
        Attending::of(&self.view, Organisation::Sme(self.row().id))
    }

    /// The projects that concern it.
    #[graphql(flatten)]
    fn concerning(&self) -> Concerning {
        Concerning::of(&self.view, EntityId::Sme(self.row().id))
    }

    /// What its exports of a period sum to; all of them when no period is given.
    fn export_totals(
        &self,
        #[graphql(desc = "The period.")] period: Option<PeriodInput>,
    ) -> Option<Answer<ExportTotals>> {
        let period = match period.map(|period| period.period()).transpose() {
            Ok(period) => period,
            Err(refusal) => return Some(Err(refusal.into())),
        };
        let within = |on| period.is_none_or(|period: value::Period| period.contains(on));
        let exports = self.view.exports_of_sme(self.row);
        let exports = exports.iter().filter(|(on, _)| within(*on));
        Some(Ok(ExportTotals::sum(exports.map(|(_, row)| self.view.exports.row(*row).said()))))
    }

    /// Whether it is named in an export of the period, as exporter or as the unit that a company acted for.
    fn exporting(&self, #[graphql(desc = "The period.")] period: PeriodInput) -> Option<Answer<bool>> {
        let period = match period.period() {
            Ok(period) => period,
            Err(refusal) => return Some(Err(refusal.into())),
        };
        let exports = self.view.exports_of_sme(self.row);
        let first = exports.partition_point(|(on, _)| *on < period.from());
        Some(Ok(exports.get(first).is_some_and(|(on, _)| period.contains(*on))))
    }

    /// Which events set the values of its fields, each on the day where one is given.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<SmeField>>,
        #[graphql(desc = "The day.")] on: Option<Date>,
    ) -> Option<Answer<Vec<Provenance<SmeField>>>> {
        let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"));
        let set_by = |on: Option<value::Date>| {
            provenance(&self.view, fields, |field| self.row().provenance(field, on.or(self.on)))
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
        Some(people_of(context, &self.view, EntityId::Sme(self.row().id), on, purpose, &page))
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
            EntityId::Sme(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
