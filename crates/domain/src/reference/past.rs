//! Older shapes of the adoption of a table, as logs hold them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Country, HsPrefix, Industry, Limit, LimitName, Province, ReferenceTableAdopted, Rows, SizeThreshold,
};
use crate::value::CountryCode;

/// A number that a rule compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "LimitName")]
pub enum LimitNameV1 {
    /// Distinct legal entities that a consortium is constituted with.
    ConsortiumMembers,
    /// US dollars that members without certificates exported together in the 12 months before.
    ConsortiumExportsUsd,
    /// Years between an EMC's consent and its rank.
    EmcEvaluationYears,
}

/// One number of the table of limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Limit")]
pub struct LimitV1 {
    /// Which.
    pub name: LimitNameV1,
    /// Its value, in the unit that the name tells.
    pub value: u32,
}

/// The rows of a table, or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "table", content = "rows", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
#[schemars(rename = "Rows")]
pub enum RowsV1 {
    /// The provinces.
    Provinces(Vec<Province>),
    /// The countries.
    Countries(Vec<Country>),
    /// Iran's neighbouring countries, as trade counts them.
    Neighbours(Vec<CountryCode>),
    /// HS prefixes and their commodity groups.
    CommodityGroups(Vec<HsPrefix>),
    /// Industries.
    Industries(Vec<Industry>),
    /// Size classes.
    SizeClasses(Vec<SizeThreshold>),
    /// Numbers that rules compare with.
    Limits(Vec<LimitV1>),
}

/// A part of a reference table was adopted. Its effective date is the first day on which it is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ReferenceTableAdopted")]
pub struct ReferenceTableAdoptedV1 {
    /// The table's version, from 1.
    pub version: u32,
    /// This part, from 1.
    pub part: u16,
    /// How many parts the version has.
    pub of: u16,
    /// Where the facts come from.
    pub source: String,
    /// The rows.
    pub content: RowsV1,
}

impl From<LimitV1> for Limit {
    fn from(LimitV1 { name, value }: LimitV1) -> Self {
        let name = match name {
            LimitNameV1::ConsortiumMembers => LimitName::ConsortiumMembers,
            LimitNameV1::ConsortiumExportsUsd => LimitName::ConsortiumExportsUsd,
            LimitNameV1::EmcEvaluationYears => LimitName::EmcEvaluationYears,
        };
        Self { name, value }
    }
}

impl From<ReferenceTableAdoptedV1> for ReferenceTableAdopted {
    fn from(adopted: ReferenceTableAdoptedV1) -> Self {
        let ReferenceTableAdoptedV1 { version, part, of, source, content } = adopted;
        let content = match content {
            RowsV1::Provinces(rows) => Rows::Provinces(rows),
            RowsV1::Countries(rows) => Rows::Countries(rows),
            RowsV1::Neighbours(rows) => Rows::Neighbours(rows),
            RowsV1::CommodityGroups(rows) => Rows::CommodityGroups(rows),
            RowsV1::Industries(rows) => Rows::Industries(rows),
            RowsV1::SizeClasses(rows) => Rows::SizeClasses(rows),
            RowsV1::Limits(rows) => Rows::Limits(rows.into_iter().map(Into::into).collect()),
        };
        Self { version, part, of, source, content }
    }
}
