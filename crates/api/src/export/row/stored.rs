//! The facts of an export as a snapshot holds them: every field in its place. (The event's own form leaves fields out.)

use std::sync::Arc;

use daftar_domain::export::{ExportFacts, HsEdition};
use daftar_domain::value::{
    CommodityGroup, ConsortiumId, CountryCode, CustomsOffice, DeclarationNumber, EmcId, HsCode, ItemNumber,
    Kilograms, Money, SmeId, Usd,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(remote = "ExportFacts")]
struct Stored {
    sme: Option<SmeId>,
    emc: Option<EmcId>,
    consortium: Option<ConsortiumId>,
    office: CustomsOffice,
    declaration: DeclarationNumber,
    item: ItemNumber,
    hs: HsCode,
    edition: HsEdition,
    commodity_group: CommodityGroup,
    destination: CountryCode,
    net_weight: Kilograms,
    value_usd: Usd,
    value: Option<Money>,
}

pub(super) fn serialize<S: Serializer>(facts: &Arc<ExportFacts>, serializer: S) -> Result<S::Ok, S::Error> {
    Stored::serialize(facts, serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<ExportFacts>, D::Error> {
    Stored::deserialize(deserializer).map(Arc::new)
}
