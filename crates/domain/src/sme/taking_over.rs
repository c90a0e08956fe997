//! Taking over a unit as it stood before the registry.
//!
//! What is taken over is dated history: the unit was registered, licensed and active on the issue date of its licence,
//! and the prerequisites of that licence are not asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Basis, Context, EntityId, Event};
use crate::rejection::Rejection;
use crate::value::{Date, LicenceNumber, ParkId, Percent, ReasonCode, SmeId};

use super::registration::registration;
use super::{
    Capacity, IdleReason, OperatingLicenceIssued, SmeActivated, SmeClosed, SmeDetails, SmeIdled, SmeReduced,
    SmeRejection, Smes, past,
};

/// An operating licence that was issued before the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakenOverLicence {
    /// Its number.
    pub number: LicenceNumber,
    /// The day of issue.
    pub issued: Date,
    /// The first day on which it is no longer valid.
    pub expires: Date,
    /// The licensed capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// What a unit that is taken over does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum TakenOverStatus {
    /// Active since the issue of its licence.
    Active,
    /// Produces at a reduced rate since the issue of its licence.
    SemiActive,
    /// Active from the issue of its licence, idle later.
    Idle {
        /// The first idle day.
        since: Date,
        /// Why.
        reason: IdleReason,
    },
    /// Active from the issue of its licence, closed later.
    Closed {
        /// The first day on which it was closed.
        since: Date,
        /// Why.
        reason: ReasonCode,
    },
}

/// Takes over a unit that existed before the registry: active from the issue date of its licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeOverSme {
    /// What it is registered with.
    pub details: SmeDetails,
    /// Its operating licence.
    pub licence: TakenOverLicence,
    /// What it does.
    pub status: TakenOverStatus,
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
}

impl TakenOverStatus {
    /// The first day of a status that began after the licence.
    pub fn since(&self) -> Option<Date> {
        match self {
            Self::Active | Self::SemiActive => None,
            Self::Idle { since, .. } | Self::Closed { since, .. } => Some(*since),
        }
    }
}

impl Smes {
    /// Decides `TakeOverSme`: registered, licensed and active on the issue date of its licence, then what it does now.
    ///
    /// # Errors
    /// `DUPLICATE_UNIT`, `INVALID_DATE`.
    pub fn take_over(
        &self,
        command: &TakeOverSme,
        park: Option<ParkId>,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let TakeOverSme { details, licence, status, utilisation } = command;
        let issued = licence.issued;
        past(issued, "licence.issued", context)?;
        if licence.expires <= issued {
            return Err(
                SmeRejection::Expired { path: "licence.expires", issued, expires: licence.expires }.into()
            );
        }
        if let Some(since) = status.since() {
            past(since, "status.since", context)?;
            if since < issued {
                return Err(SmeRejection::SinceBeforeIssue { since, issued }.into());
            }
        }
        self.unused(details.business_id)?;
        let id: SmeId = context.new_id();
        let taken_over = |on: Date, data: crate::EventData| {
            Event::new(EntityId::Sme(id), on, data).on_basis(Basis::TakenOver)
        };
        let reduced = matches!(status, TakenOverStatus::SemiActive);
        let mut events = vec![
            registration(id, issued, details.registered(park, None), Basis::TakenOver),
            taken_over(
                issued,
                OperatingLicenceIssued {
                    number: licence.number.clone(),
                    expires: licence.expires,
                    capacity: licence.capacity.clone(),
                }
                .into(),
            ),
            taken_over(issued, SmeActivated { utilisation: utilisation.filter(|_| !reduced) }.into()),
        ];
        match status {
            TakenOverStatus::Active => {}
            TakenOverStatus::SemiActive => {
                events.push(taken_over(issued, SmeReduced { utilisation: *utilisation }.into()));
            }
            TakenOverStatus::Idle { since, reason } => {
                events.push(taken_over(*since, SmeIdled { reason: *reason }.into()));
            }
            TakenOverStatus::Closed { since, reason } => {
                let closed = taken_over(*since, SmeClosed {}.into()).because(*reason);
                events.push(match park {
                    Some(park) => closed.concerning(EntityId::Park(park)),
                    None => closed,
                });
            }
        }
        Ok(events)
    }
}
