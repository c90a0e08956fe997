//! Specialised parks, which take listed industries only (rule 5).
//!
//! What a park takes is dated, and judged for a unit on the day on which it comes or changes its industry: a unit that
//! was there before stays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::value::{Date, IsicCode, ParkKey};

use super::{Park, ParkRejection};

/// The most classes that a park lists: ISIC Rev.4 has 137 of manufacturing.
const INDUSTRIES_MAX: usize = 200;

/// Makes a park take listed industries only, or any again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpecialisePark {
    /// The park.
    pub park: ParkKey,
    /// The classes of ISIC Rev.4 that it takes; none lets it take any.
    pub industries: Vec<IsicCode>,
    /// When it took effect.
    pub on: Date,
}

/// A park takes the listed industries only from the effective date on, or any again where none is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkSpecialised {
    /// The classes of ISIC Rev.4, in order.
    pub industries: Vec<IsicCode>,
}

impl Park {
    /// The industries that it takes on a day; none where it takes any.
    pub fn industries_on(&self, on: Date) -> &[IsicCode] {
        self.industries.at(on).map(|entry| &*entry.value).unwrap_or_default()
    }

    /// Judges rule 5 for a unit that comes on a day, or changes its industry.
    ///
    /// # Errors
    /// `INDUSTRY_NOT_PERMITTED`.
    pub fn permits(&self, isic: IsicCode, on: Date) -> Result<(), ParkRejection> {
        let listed = self.industries_on(on);
        if listed.is_empty() || listed.contains(&isic) { Ok(()) } else { Err(ParkRejection::Industry(isic)) }
    }

    /// Decides `SpecialisePark`. The same list again records nothing.
    ///
    /// # Errors
    /// `INVALID_VALUE` for a list that is too long, `INVALID_DATE`.
    pub fn specialise(&self, command: &SpecialisePark, context: &Context) -> Result<Vec<Event>, Rejection> {
        let mut industries = command.industries.clone();
        industries.sort_unstable();
        industries.dedup();
        if industries.len() > INDUSTRIES_MAX {
            return Err(ParkRejection::TooManyIndustries(INDUSTRIES_MAX).into());
        }
        if command.on > context.today {
            return Err(ParkRejection::Future(command.on).into());
        }
        if command.on < self.established {
            return Err(ParkRejection::BeforeEstablishment(self.established).into());
        }
        if self.industries_on(command.on) == industries {
            return Ok(Vec::new());
        }
        Ok(vec![Event::new(EntityId::Park(self.id), command.on, ParkSpecialised { industries })])
    }
}
