//! Corrections: a fact of a unit is voided or gets another date, addressed by its position (rule 15).
//!
//! The original stays in the history, nothing is voided twice, and the timeline has to hold without the fact or with it
//! on its new day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position};
use crate::rejection::Rejection;
use crate::value::{Date, PositionText, ReasonCode, SmeKey};

use super::{Breach, Fact, Sme, SmeRejection, past};

/// Voids a dated fact of a unit: a status, a merge, or what is recorded of its licences, plot and grades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidSmeFact {
    /// The unit.
    pub sme: SmeKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// Corrects the date of such a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RedateSmeFact {
    /// The unit.
    pub sme: SmeKey,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// The right date.
    pub on: Date,
    /// Why.
    pub reason: ReasonCode,
}

/// A fact of the unit was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

/// The date of a fact of the unit was corrected to the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeFactRedated {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

impl Sme {
    /// The unit without the fact at a position.
    #[must_use]
    pub fn without(&self, position: Position) -> Self {
        let mut without = self.clone();
        without.history.void(position);
        without
    }

    /// The unit with the fact at a position on another day.
    #[must_use]
    pub fn redated(&self, position: Position, on: Date) -> Self {
        let mut redated = self.clone();
        redated.history.redate(position, on);
        redated
    }

    fn correctable(&self, position: Position) -> Result<(Date, Fact), SmeRejection> {
        match self.history.fact(position) {
            Some((_, Fact::RevivalOpened | Fact::Revived | Fact::RevivalAbandoned)) => {
                Err(SmeRejection::NoFact(position))
            }
            Some(found) => Ok(found),
            None if self.history.is_voided(position) => Err(SmeRejection::AlreadyVoided(position)),
            None => Err(SmeRejection::NoFact(position)),
        }
    }
}

impl Sme {
    /// Decides `VoidSmeFact`. The event takes effect on the day of the fact.
    ///
    /// # Errors
    /// `ALREADY_VOIDED`, `UNKNOWN_REFERENCE`; `ILLEGAL_TRANSITION` or `LICENCE_PREREQUISITE_MISSING` when a later fact
    /// rests on it; `INVALID_VALUE` for a registration.
    pub fn void(&self, command: &VoidSmeFact) -> Result<Vec<Event>, Rejection> {
        let position = command.position.0;
        let (effective, fact) = self.correctable(position)?;
        if fact == Fact::Registered {
            return Err(SmeRejection::Registration.into());
        }
        self.without(position)
            .history
            .judge()
            .map_err(|broken| SmeRejection::broken(broken, None, "position"))?;
        let voided = SmeFactVoided { position: command.position };
        let event = Event::new(EntityId::Sme(self.id), effective, voided).caused_by(position);
        let of_plot = matches!(
            fact,
            Fact::Closed
                | Fact::ClosedBefore
                | Fact::Merged
                | Fact::Allocated { .. }
                | Fact::Advanced(_)
                | Fact::Repossessed
        );
        let event = if of_plot { self.at_park(event) } else { event };
        Ok(vec![event.because(command.reason)])
    }

    /// Decides `RedateSmeFact`. The same date again records nothing.
    ///
    /// # Errors
    /// `ALREADY_VOIDED`, `UNKNOWN_REFERENCE`, `INVALID_DATE`, and what the fact or a later one breaks on the new day.
    pub fn redate(&self, command: &RedateSmeFact, context: &Context) -> Result<Vec<Event>, Rejection> {
        let position = command.position.0;
        let (effective, fact) = self.correctable(position)?;
        if effective == command.on {
            return Ok(Vec::new());
        }
        past(command.on, "on", context)?;
        let of_plot = matches!(fact, Fact::Allocated { .. } | Fact::Advanced(_) | Fact::Repossessed);
        if of_plot && self.sites_until(effective) != self.sites_until(command.on) {
            return Err(SmeRejection::OtherPlot.into());
        }
        self.redated(position, command.on).history.judge().map_err(|broken| {
            match SmeRejection::broken(broken, Some(position), "on") {
                SmeRejection::Breach(Breach::NotInForce) => SmeRejection::Misdated,
                other => other,
            }
        })?;
        let data = SmeFactRedated { position: command.position };
        let event = Event::new(EntityId::Sme(self.id), command.on, data).caused_by(position);
        Ok(vec![event.because(command.reason)])
    }
}
