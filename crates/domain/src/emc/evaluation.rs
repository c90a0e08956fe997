//! The evaluation of a company over the years after its consent: results of dated reviews, the last of which decides
//! whether it may be ranked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Emc, EmcRejection, Emcs};
use crate::envelope::{Context, Event};
use crate::value::{Date, EmcKey, Score};

/// What a review found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvaluationOutcome {
    /// The company does what its consent was given for.
    Passed,
    /// It does not yet; it is not ranked on that.
    Failed,
}

/// Records the result of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluateEmc {
    /// The company.
    pub emc: EmcKey,
    /// What it found.
    pub outcome: EvaluationOutcome,
    /// The points that it gave, of 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// The day of the review.
    pub on: Date,
}

/// The company was reviewed on the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmcEvaluated {
    /// What the review found.
    pub outcome: EvaluationOutcome,
    /// The points that it gave, of 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

impl Emc {
    /// What the last review until a date found.
    pub fn outcome_on(&self, on: Date) -> Option<EvaluationOutcome> {
        self.evaluations.at(on).map(|entry| entry.value)
    }

    /// No rank that was decided rests on a review that the company failed.
    pub(super) fn judge_ranks(&self, path: &'static str) -> Result<(), EmcRejection> {
        for rank in self.ranks.iter().filter(|rank| !rank.value.taken_over) {
            match self.evaluations.at(rank.effective) {
                Some(entry) if entry.value == EvaluationOutcome::Failed => {
                    return Err(EmcRejection::NotPassed { path, evaluated: entry.effective });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Emcs {
    /// Decides `EvaluateEmc`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`; `RANK_TOO_EARLY` for a failed review that a rank would rest on.
    pub fn evaluate(
        &self,
        emc: &Emc,
        command: &EvaluateEmc,
        context: &Context,
    ) -> Result<Vec<Event>, EmcRejection> {
        let EvaluateEmc { outcome, score, on, .. } = *command;
        emc.judge_date(on, "on", context)?;
        emc.judge_consent(on, "on")?;
        let event = emc.event(on, EmcEvaluated { outcome, score });
        emc.after(&event).judge_ranks("on")?;
        Ok(vec![event])
    }
}
