//! Which events set the fields of an export record.

use async_graphql::Enum;
use daftar_domain::envelope::Position;

use super::row::ExportRow;
use crate::view::row::RowAt;

/// The recorded fields of an export record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ExportField {
    /// `on`.
    On,
    /// `sme`.
    Sme,
    /// `emc`.
    Emc,
    /// `consortium`.
    Consortium,
    /// `province`: a unit that moved takes its exports along.
    Province,
    /// `office`.
    Office,
    /// `declaration`.
    Declaration,
    /// `item`.
    Item,
    /// `hs`.
    Hs,
    /// `commodityGroup`.
    CommodityGroup,
    /// `destination`.
    Destination,
    /// `netWeight`.
    NetWeight,
    /// `valueUsd`.
    ValueUsd,
    /// `value`.
    Value,
    /// `voided`.
    Voided,
}

impl RowAt<'_, ExportRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: ExportField) -> Option<Position> {
        match field {
            ExportField::On => self.set_by(|said| Some(said.on)),
            ExportField::Sme => self.set_by(|said| said.sme),
            ExportField::Emc => self.set_by(|said| said.emc),
            ExportField::Consortium => self.set_by(|said| said.consortium),
            ExportField::Province => self.set_by(|said| said.province),
            ExportField::Office => self.set_by(|said| Some(said.facts.office.clone())),
            ExportField::Declaration => self.set_by(|said| Some(said.facts.declaration)),
            ExportField::Item => self.set_by(|said| Some(said.facts.item)),
            ExportField::Hs => self.set_by(|said| Some((said.facts.hs, said.facts.edition))),
            ExportField::CommodityGroup => self.set_by(|said| Some(said.facts.commodity_group)),
            ExportField::Destination => self.set_by(|said| Some(said.facts.destination)),
            ExportField::NetWeight => self.set_by(|said| Some(said.facts.net_weight)),
            ExportField::ValueUsd => self.set_by(|said| Some(said.facts.value_usd)),
            ExportField::Value => self.set_by(|said| said.facts.value),
            ExportField::Voided => Some(self.voided().unwrap_or_else(|| self.recorded())),
        }
    }
}
