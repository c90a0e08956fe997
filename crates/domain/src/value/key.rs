//! How a command names an entity: by its ID, or by the code that people know it by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    BusinessId, ConsortiumCode, ConsortiumId, CustomsOffice, DeclarationNumber, EmcCode, EmcId, ExportId,
    ItemNumber, ParkCode, ParkId, ResearchCode, ResearchId, SmeId, TrainingCode, TrainingId,
};

/// Names a park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ParkKey {
    /// By ID.
    Id(ParkId),
    /// By its code.
    Code(ParkCode),
}

/// Names a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SmeKey {
    /// By ID.
    Id(SmeId),
    /// By its 12-digit business ID.
    BusinessId(BusinessId),
}

/// Names a consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConsortiumKey {
    /// By ID.
    Id(ConsortiumId),
    /// By its code.
    Code(ConsortiumCode),
}

/// Names an export management company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EmcKey {
    /// By ID.
    Id(EmcId),
    /// By its code.
    Code(EmcCode),
}

/// Names an export record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExportKey {
    /// By ID.
    Id(ExportId),
    /// By the item of a customs declaration.
    Declaration(DeclarationKey),
}

/// Names a training course or workshop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TrainingKey {
    /// By ID.
    Id(TrainingId),
    /// By its code.
    Code(TrainingCode),
}

/// Names a research or study project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ResearchKey {
    /// By ID.
    Id(ResearchId),
    /// By its code.
    Code(ResearchCode),
}

/// What makes an item of a customs declaration unique, unless voided.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclarationKey {
    /// The customs office.
    pub office: CustomsOffice,
    /// The Solar Hijri year of the declaration.
    pub year: i16,
    /// The declaration number (kotaj).
    pub number: DeclarationNumber,
    /// The item of the declaration.
    pub item: ItemNumber,
}
