//! The organisations that programmes and posts are for: units, consortiums and export management companies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConsortiumId, ConsortiumKey, EmcId, EmcKey, SmeId, SmeKey};

/// An organisation, as a command names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrganisationKey {
    /// A unit.
    Sme(SmeKey),
    /// A consortium.
    Consortium(ConsortiumKey),
    /// An export management company.
    Emc(EmcKey),
}

/// An organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Organisation {
    /// A unit.
    Sme(SmeId),
    /// A consortium.
    Consortium(ConsortiumId),
    /// An export management company.
    Emc(EmcId),
}
