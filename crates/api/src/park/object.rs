//! What can be asked of a park.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{ParkId, ParkKey, PlotNumber};

use super::provenance::ParkField;
use super::row::{ParkFacts, ParkRow};
use crate::auth::scope::reads_trade;
use crate::connection::{Connection, PageArguments};
use crate::filter::OrderBy;
use crate::history::{Basis, Event, history};
use crate::node;
use crate::provenance::{Provenance, provenance};
use crate::reference::{Industry, Province};
use crate::refusal::{Answer, Refusal};
use crate::research::Concerning;
use crate::scalar::{Date, Decimal};
use crate::sme::Sme;
use crate::sme::filter::SmeFilter;
use crate::sme::query::{SmeOrderField, smes_of_park};
use crate::view::View;
use crate::view::row::RowAt;

/// What kind of area it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::park::ParkKind")]
pub enum ParkKind {
    /// An industrial park (shahrak).
    Park,
    /// An industrial zone (nahiye), usually smaller.
    Zone,
}

/// A park or zone, after everything that is recorded.
#[derive(Clone)]
pub struct Park {
    view: Arc<View>,
    row: u32,
}

impl Park {
    /// The park of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The park with an ID.
    pub fn find(view: &Arc<View>, id: ParkId) -> Option<Self> {
        view.parks.by_id(id).map(|row| Self::new(view, row))
    }

    /// The park that a caller names.
    pub fn named(view: &Arc<View>, key: &ParkKey) -> Option<Self> {
        match key {
            ParkKey::Id(id) => Self::find(view, *id),
            ParkKey::Code(code) => view.parks.by_code(code).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, ParkRow> {
        self.view.parks.row(self.row)
    }

    fn facts(&self) -> Arc<ParkFacts> {
        self.row().facts(None)
    }
}

/// An industrial park or zone: a bounded, approved area in a province, divided into plots.
#[Object]
impl Park {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Park(self.row().id))
    }

    /// The code that people know it by; unique.
    fn code(&self) -> &str {
        self.row().get().code.as_str()
    }

    /// The Persian name, as it was entered.
    fn name(&self) -> String {
        self.facts().name.as_str().to_owned()
    }

    /// The Latin name, as it was entered.
    fn name_latin(&self) -> Option<String> {
        self.facts().name_latin.as_ref().map(|name| name.as_str().to_owned())
    }

    /// Park or zone.
    fn kind(&self) -> ParkKind {
        self.facts().kind.into()
    }

    /// The province that it lies in.
    fn province(&self) -> Province {
        Province::new(&self.view, self.row().province)
    }

    /// The whole area, in hectares.
    fn area(&self) -> Decimal {
        self.facts().area.into()
    }

    /// The part of the area that can be sold, in hectares; no limit where it is not known.
    fn saleable(&self) -> Option<Decimal> {
        self.facts().saleable.map(Into::into)
    }

    /// How many plots it has.
    fn plots(&self) -> u32 {
        self.facts().plots
    }

    /// How many plots were allotted before the registry.
    fn allotted(&self) -> u32 {
        self.facts().allotted
    }

    /// The industries that it takes, where it is specialised; null where it takes any.
    fn industries(
        &self,
        #[graphql(desc = "The day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Vec<Industry>>> {
        let on = match on.map(|on| on.value()).transpose() {
            Ok(on) => on,
            Err(error) => return Some(Err(Refusal::Value { argument: "on", error }.into())),
        };
        let (listed, _) = self.row().industries(on)?;
        Some(Ok(listed.iter().filter_map(|isic| Industry::find(&self.view, *isic)).collect()))
    }

    /// The unit that holds a plot on a day.
    fn plot_holder(
        &self,
        #[graphql(desc = "The number of the plot.")] plot: String,
        #[graphql(desc = "The day; what holds now when left out.")] on: Option<Date>,
    ) -> Option<Answer<Sme>> {
        let read = PlotNumber::parse(&plot)
            .map_err(Refusal::value("plot"))
            .and_then(|plot| Ok((plot, on.map(|on| on.value()).transpose().map_err(Refusal::value("on"))?)));
        let (plot, on) = match read {
            Ok(read) => read,
            Err(refusal) => return Some(Err(refusal.into())),
        };
        let (smes, park) = (&self.view.smes, self.row().id);
        let ever = smes.lists().ever.parks.get(&park);
        let mut rows = ever.iter().filter(|row| smes.rows.has(*row));
        let holder = rows.find(|row| smes.row(*row).holds_plot(park, &plot, on))?;
        Some(Ok(Sme::new(&self.view, holder, on)))
    }

    /// When it was established.
    fn established_on(&self) -> Date {
        self.row().established.into()
    }

    /// The projects that concern it.
    #[graphql(flatten)]
    fn concerning(&self) -> Concerning {
        Concerning::of(&self.view, EntityId::Park(self.row().id))
    }

    /// Whether it was established here or taken over.
    fn basis(&self) -> Basis {
        self.row().basis.into()
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// How many units lie in it, closed ones among them.
    fn sme_count(&self) -> u64 {
        self.view.smes.lists().parks.count(&self.row().id)
    }

    /// The units that lie in it.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the field")]
    fn smes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which of them.", default)] filter: SmeFilter,
        #[graphql(desc = "The order, at most 4 keys; by name when left out.")] order_by: Option<
            Vec<OrderBy<SmeOrderField>>,
        >,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Sme>>> {
        if filter.asks_exporters() && !reads_trade(context) {
            return Some(Err(Refusal::Forbidden("who exported").into()));
        }
        let arguments = PageArguments::new(first, after, last, before);
        Some(smes_of_park(&self.view, self.row().id, filter, order_by.as_deref(), &arguments))
    }

    /// Which events set the values of its fields.
    fn provenance(
        &self,
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<ParkField>>,
    ) -> Vec<Provenance<ParkField>> {
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
            EntityId::Park(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
