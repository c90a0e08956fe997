//! Export records: an item of a customs declaration, with the unit or company that exported it.
//!
//! An item of a declaration (office, Solar Hijri year, number, item) is recorded once unless voided; correcting and
//! voiding are new events with a reason.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::events;
use crate::value::{
    CommodityGroup, ConsortiumId, ConsortiumKey, CountryCode, CustomsOffice, Date, DeclarationNumber, EmcId,
    EmcKey, ExportKey, HsCode, ItemNumber, Kilograms, Money, ReasonCode, SmeId, SmeKey, Usd,
};

mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use decide::Resolved;
pub use rejection::ExportRejection;
pub use state::{Export, Exports, Party};

/// The way by which an export reached its market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    /// Exported by the unit itself.
    Direct,
    /// Through an export consortium.
    Consortium,
    /// Through an export management company.
    Emc,
}

/// The edition of the Harmonized System that a code is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HsEdition {
    /// In force from 2017 to 2021.
    Hs2017,
    /// In force since 2022.
    Hs2022,
}

/// Who exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Exporter {
    /// A unit in its own name.
    Sme(SmeKey),
    /// An export management company.
    Emc {
        /// The company.
        emc: EmcKey,
        /// The unit that it acted for, under a mandate in force on the date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sme: Option<SmeKey>,
    },
}

/// What is declared of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportDetails {
    /// Who exported.
    pub exporter: Exporter,
    /// The consortium that it went through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consortium: Option<ConsortiumKey>,
    /// The customs office.
    pub office: CustomsOffice,
    /// The declaration number (kotaj).
    pub declaration: DeclarationNumber,
    /// The item of the declaration.
    pub item: ItemNumber,
    /// The HS code, 8 digits.
    pub hs: HsCode,
    /// The country of destination, ISO 3166 alpha-2.
    pub destination: CountryCode,
    /// The net weight, in kg.
    pub net_weight: Kilograms,
    /// The value, in US dollars.
    pub value_usd: Usd,
    /// The value in the currency that was declared, where it isn't the dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// The date of the declaration.
    pub on: Date,
}

/// Records an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordExport {
    /// What is declared.
    pub details: ExportDetails,
}

/// Takes over an export that was declared before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverExport {
    /// What is declared.
    pub details: ExportDetails,
}

/// Replaces what is recorded of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectExport {
    /// The export.
    pub export: ExportKey,
    /// What is right.
    pub details: ExportDetails,
    /// Why.
    pub reason: ReasonCode,
}

/// Voids an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidExport {
    /// The export.
    pub export: ExportKey,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum ExportCommand {
    /// Records an export.
    RecordExport(RecordExport),
    /// Takes over an export that was declared before the registry.
    TakeOverExport(TakeOverExport),
    /// Replaces what is recorded of an export.
    CorrectExport(CorrectExport),
    /// Voids an export.
    VoidExport(VoidExport),
}

/// What is recorded of an export. The effective date of its event is the date of the declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportFacts {
    /// The unit that exported, or that the company acted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sme: Option<SmeId>,
    /// The company that exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emc: Option<EmcId>,
    /// The consortium that it went through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consortium: Option<ConsortiumId>,
    /// The customs office.
    pub office: CustomsOffice,
    /// The declaration number (kotaj).
    pub declaration: DeclarationNumber,
    /// The item of the declaration.
    pub item: ItemNumber,
    /// The HS code, 8 digits.
    pub hs: HsCode,
    /// The edition of the HS code.
    pub edition: HsEdition,
    /// The group by the table in force on the date.
    pub commodity_group: CommodityGroup,
    /// The country of destination, ISO 3166 alpha-2.
    pub destination: CountryCode,
    /// The net weight, in kg.
    pub net_weight: Kilograms,
    /// The value, in US dollars.
    pub value_usd: Usd,
    /// The value in the currency that was declared, where it isn't the dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
}

/// An export was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ExportRecorded(pub ExportFacts);

/// What is recorded of an export was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ExportCorrected(pub ExportFacts);

/// An export was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportVoided {}

events! {
    /// What happens to exports.
    pub enum ExportEvent {
        /// An export was recorded. Its effective date is the date of the declaration.
        ExportRecorded = 1,
        /// What is recorded of an export was replaced.
        ExportCorrected = 1,
        /// An export was voided.
        ExportVoided = 1,
    }
}
