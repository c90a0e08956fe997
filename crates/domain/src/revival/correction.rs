//! Voiding what is recorded of a case, by position: a step, a referral, or its end.
//!
//! A step on which a later one rests stays, and so does an end when the unit has gone on from it. An opening is not
//! voided: the case is abandoned, which leaves the unit as it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Event, Position};
use crate::rejection::Rejection;
use crate::sme::Sme;
use crate::value::{PositionText, ReasonCode, RevivalId};

use super::case::{Ended, Revival, Step};
use super::{Consequence, RevivalRejection};

/// Voids a step, a referral or the end of a case; without its end, it is open again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidRevivalFact {
    /// The case.
    pub revival: RevivalId,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// A step, a referral or the end of a case was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevivalFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

impl Revival {
    /// Decides `VoidRevivalFact`. The event takes effect on the day of the fact.
    ///
    /// # Errors
    /// `ALREADY_VOIDED`, `UNKNOWN_REFERENCE`; `REVIVAL_STEP_MISSING` when a later step rests on it; what the unit's
    /// timeline does not bear without it.
    pub(super) fn void(&self, sme: &Sme, command: &VoidRevivalFact) -> Result<Event, Rejection> {
        let position = command.position.0;
        let step = self.step_at(position);
        let on = match (self.ended, step) {
            (Some(end), _) if end.position == position => {
                let without = sme.without(position);
                without.history().judge().map_err(|broken| RevivalRejection::Undercuts {
                    path: "position",
                    effective: broken.effective,
                    breach: broken.breach,
                })?;
                end.on
            }
            (_, Some(step)) => {
                self.dispensable(step)?;
                self.step(step).expect("it was taken")
            }
            _ => match self.referrals.iter().find(|(_, referral)| *referral == position) {
                Some((on, _)) => *on,
                None if self.voided.contains(&position) => {
                    return Err(RevivalRejection::AlreadyVoided(position).into());
                }
                None => return Err(RevivalRejection::NoFact(position).into()),
            },
        };
        let data = RevivalFactVoided { position: command.position };
        Ok(self.event(on, data).caused_by(position).because(command.reason))
    }

    /// Whether nothing that is recorded rests on a step.
    fn dispensable(&self, step: Step) -> Result<(), RevivalRejection> {
        let revived = self.ended.is_some_and(|end| end.revived);
        let needed = match step {
            Step::Diagnosis => self.step(Step::Plan).is_some() || !self.referrals.is_empty() || revived,
            Step::Plan => false,
            Step::Restart => self.step(Step::Verification).is_some(),
            Step::Verification => revived,
        };
        if needed { Err(RevivalRejection::Needed(step)) } else { Ok(()) }
    }

    fn step_at(&self, position: Position) -> Option<Step> {
        Step::ALL.into_iter().find(|step| self.taken(*step).is_some_and(|(_, taken)| taken == position))
    }

    /// Takes a fact out. An end is one of the unit's facts too.
    pub(super) fn forget(&mut self, position: Position) -> Option<Consequence> {
        self.voided.push(position);
        if self.ended.is_some_and(|Ended { position: end, .. }| end == position) {
            self.ended = None;
            return Some(Consequence::Void(position));
        }
        if let Some(step) = self.step_at(position) {
            self.steps[step as usize] = None;
        }
        self.referrals.retain(|(_, referral)| *referral != position);
        None
    }
}
