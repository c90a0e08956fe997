//! What can be asked of an export record.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::value::{ExportId, ExportKey, SolarMonth};

use super::provenance::ExportField;
use super::row::{ExportRow, Said};
use crate::connection::{Connection, PageArguments};
use crate::consortium::object::Consortium;
use crate::emc::object::Emc;
use crate::history::{Basis, Event, history};
use crate::node;
use crate::provenance::{Provenance, provenance};
use crate::reference::{Country, Province};
use crate::refusal::Answer;
use crate::revival::object::Money;
use crate::scalar::{self, Date, Decimal, DeclarationNumber, HsCode, Position};
use crate::sme::object::Sme;
use crate::view::View;
use crate::view::row::RowAt;

/// A group in which exports are ranked and consortiums are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::value::CommodityGroup")]
pub enum CommodityGroup {
    /// Foodstuff.
    Food,
    /// Household appliances.
    HomeAppliance,
    /// Plastics and articles of them.
    PolymerPlastic,
    /// Chemicals.
    Chemical,
    /// Carpets and rugs.
    Rug,
    /// Hides, leather and articles of them, but not handbags.
    Leather,
    /// Handbags.
    Handbag,
    /// Everything else.
    Other,
}

/// The way by which an export reached its market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::export::Channel")]
pub enum Channel {
    /// Exported by the unit itself.
    Direct,
    /// Through an export consortium, whoever exported.
    Consortium,
    /// Through an export management company, and no consortium.
    Emc,
}

/// The edition of the Harmonized System that a code is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::export::HsEdition")]
pub enum HsEdition {
    /// In force from 2017 to 2021.
    Hs2017,
    /// In force since 2022.
    Hs2022,
}

/// An export record, after everything that is recorded.
#[derive(Clone)]
pub struct Export {
    view: Arc<View>,
    row: u32,
}

impl Export {
    /// The export of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The export with an ID.
    pub fn find(view: &Arc<View>, id: ExportId) -> Option<Self> {
        view.exports.by_id(id).map(|row| Self::new(view, row))
    }

    /// The export that a caller names; by its declaration only while it is not voided.
    pub fn named(view: &Arc<View>, key: &ExportKey) -> Option<Self> {
        match key {
            ExportKey::Id(id) => Self::find(view, *id),
            ExportKey::Declaration(key) => view.exports.holder(key).map(|row| Self::new(view, row)),
        }
    }

    fn row(&self) -> RowAt<'_, ExportRow> {
        self.view.exports.row(self.row)
    }

    fn said(&self) -> &Said {
        self.row().said()
    }
}

/// An export record: an item of a customs declaration, with the unit or company that exported it.
#[Object]
impl Export {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Export(self.row().id))
    }

    /// The date of the declaration.
    fn on(&self) -> Date {
        self.said().on.into()
    }

    /// The Solar Hijri month of that date.
    fn month(&self) -> scalar::SolarMonth {
        scalar::SolarMonthText(SolarMonth::of(self.said().on)).into()
    }

    /// The unit that exported, or that the company acted for.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.said().sme?, None))
    }

    /// The export management company that exported.
    fn emc(&self) -> Option<Emc> {
        Some(Emc::new(&self.view, self.said().emc?))
    }

    /// The consortium that it went through.
    fn consortium(&self) -> Option<Consortium> {
        Some(Consortium::new(&self.view, self.said().consortium?))
    }

    /// The way by which it reached its market.
    fn channel(&self) -> Channel {
        self.said().channel().into()
    }

    /// The province of the unit on the date; null without a unit.
    fn province(&self) -> Option<Province> {
        Some(Province::new(&self.view, self.said().province?))
    }

    /// The customs office, as it was entered.
    fn office(&self) -> &str {
        self.said().facts.office.as_str()
    }

    /// The declaration number (kotaj).
    fn declaration(&self) -> DeclarationNumber {
        self.said().facts.declaration.into()
    }

    /// The item of the declaration, from 1.
    fn item(&self) -> i32 {
        self.said().facts.item.number().into()
    }

    /// The HS code, 8 digits.
    fn hs(&self) -> HsCode {
        self.said().facts.hs.into()
    }

    /// The edition that the code is read in.
    fn edition(&self) -> HsEdition {
        self.said().facts.edition.into()
    }

    /// The commodity group, by the table that was in force on the date.
    fn commodity_group(&self) -> CommodityGroup {
        self.said().facts.commodity_group.into()
    }

    /// The country of destination.
    fn destination(&self) -> Country {
        Country::new(&self.view, self.said().facts.destination)
    }

    /// The net weight, in kg.
    fn net_weight(&self) -> Decimal {
        self.said().facts.net_weight.into()
    }

    /// The value, in US dollars.
    fn value_usd(&self) -> Decimal {
        self.said().facts.value_usd.into()
    }

    /// The value in the currency that was declared, where it isn't the dollar.
    fn value(&self) -> Option<Money> {
        self.said().facts.value.map(Into::into)
    }

    /// Whether it was voided. What is voided counts nowhere.
    fn voided(&self) -> bool {
        self.row().voided().is_some()
    }

    /// The position of the event that voided it.
    fn voided_at(&self) -> Option<Position> {
        self.row().voided().map(Position)
    }

    /// Whether it was recorded here or taken over.
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
        #[graphql(desc = "Which fields; all of them when left out.")] fields: Option<Vec<ExportField>>,
    ) -> Vec<Provenance<ExportField>> {
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
            EntityId::Export(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
