//! Merging: two records of one unit become one.
//!
//! The merged record keeps its history and tells its survivor; from the day of the merge it counts nowhere, its plot is
//! free, and nothing more is recorded of it. Voiding the merge undoes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::value::{Date, ReasonCode, SmeId, SmeKey};

use super::{Fact, Sme, SmeRejection, Smes};

/// Merges a unit that was recorded twice into the record that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeSmes {
    /// The unit that stays.
    pub survivor: SmeKey,
    /// The other record of it, which ends.
    pub merged: SmeKey,
    /// Why.
    pub reason: ReasonCode,
    /// The first day on which the merged one no longer counts.
    pub on: Date,
}

/// The unit turned out to be another record of the survivor. It no longer counts from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeMerged {
    /// The unit that stays.
    pub survivor: SmeId,
}

impl Sme {
    /// Decides `MergeSmes` for the unit that ends.
    ///
    /// # Errors
    /// `INVALID_VALUE` for a merge into itself, `UNIT_CLOSED` when either is closed or merged, `REVIVAL_ALREADY_OPEN`
    /// while the merged one has an open case, `ILLEGAL_TRANSITION` when something is recorded for a later day,
    /// `INVALID_DATE`.
    pub fn merge(
        &self,
        survivor: &Sme,
        command: &MergeSmes,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        if survivor.id == self.id {
            return Err(SmeRejection::MergedIntoItself.into());
        }
        if survivor.is_closed() {
            return Err(SmeRejection::SurvivorGone.into());
        }
        let data = SmeMerged { survivor: survivor.id };
        let event = self
            .fact(command.on, Fact::Merged, data.into(), context)
            .map_err(|error| error.renamed("sme", "merged"))?;
        let event = self.at_park(event.concerning(EntityId::Sme(survivor.id)));
        Ok(vec![event.because(command.reason)])
    }
}

impl Smes {
    /// The unit that a merged one was merged into.
    pub fn merged_into(&self, id: SmeId) -> Option<SmeId> {
        self.merges.get(&id).map(|(_, survivor)| *survivor)
    }
}
