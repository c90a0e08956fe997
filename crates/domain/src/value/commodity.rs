//! Commodity groups, in which exports are ranked and consortiums are formed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A commodity group. Which HS code belongs to which is a reference table; only the vocabulary is fixed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommodityGroup {
    /// Foodstuff: HS chapters 02 to 23.
    Food,
    /// Household appliances.
    HomeAppliance,
    /// Plastics and articles of them: HS chapter 39.
    PolymerPlastic,
    /// Chemicals: HS chapters 28 to 38.
    Chemical,
    /// Carpets and rugs: HS chapter 57.
    Rug,
    /// Hides, leather and articles of them, but not handbags.
    Leather,
    /// Handbags.
    Handbag,
    /// Everything else.
    Other,
}

impl CommodityGroup {
    /// All groups, in the order in which they are declared.
    pub const ALL: [Self; 8] = [
        Self::Food,
        Self::HomeAppliance,
        Self::PolymerPlastic,
        Self::Chemical,
        Self::Rug,
        Self::Leather,
        Self::Handbag,
        Self::Other,
    ];

    /// The group's index in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}
