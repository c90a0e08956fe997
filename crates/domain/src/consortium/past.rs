//! The shapes of events that were released before, and how each is read as the newest. Must never change: lines of them
//! stand in logs.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConsortiumFormed, ConsortiumKind, ConsortiumRevised};
use crate::value::{CommodityGroup, ConsortiumCode, Name};

/// A consortium was formed, before its promoter was recorded.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConsortiumFormed")]
pub(super) struct ConsortiumFormedV1 {
    /// The code that people know it by; unique.
    code: ConsortiumCode,
    /// The Persian name.
    name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_latin: Option<Name>,
    /// What it is for.
    kind: ConsortiumKind,
    /// The product group that it exports.
    product_group: CommodityGroup,
}

impl From<ConsortiumFormedV1> for ConsortiumFormed {
    fn from(old: ConsortiumFormedV1) -> Self {
        let ConsortiumFormedV1 { code, name, name_latin, kind, product_group } = old;
        Self { code, name, name_latin, kind, product_group, promoter: None }
    }
}

/// What is recorded of the consortium was changed, before its promoter was recorded.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConsortiumRevised")]
pub(super) struct ConsortiumRevisedV1 {
    /// The new Persian name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// The new Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_latin: Option<Name>,
    /// The new kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<ConsortiumKind>,
}

impl From<ConsortiumRevisedV1> for ConsortiumRevised {
    fn from(old: ConsortiumRevisedV1) -> Self {
        let ConsortiumRevisedV1 { name, name_latin, kind } = old;
        Self { name, name_latin, kind, promoter: None }
    }
}
