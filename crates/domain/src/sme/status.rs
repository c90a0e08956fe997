//! Operating status: what a unit does from a day on.
//!
//! UNDER_CONSTRUCTION → ACTIVE ⇄ SEMI_ACTIVE → IDLE; the way back from IDLE is a revival case, and CLOSED is final.
//! Activating an active unit again, or reducing a semi-active one, only tells how much of its capacity it uses.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, Event};
use crate::rejection::Rejection;
use crate::value::{Date, Percent, ReasonCode, SmeKey};

use super::{Fact, Sme, SmeRejection};

/// What a unit does on a date. Active counts ACTIVE and SEMI_ACTIVE, idle counts IDLE and IN_REVIVAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OperatingStatus {
    /// Not yet producing.
    UnderConstruction,
    /// Producing.
    Active,
    /// Producing at a reduced rate.
    SemiActive,
    /// Stands idle (raked).
    Idle,
    /// Idle, with an open revival case.
    InRevival,
    /// Closed for good.
    Closed,
    /// Another record of a unit, merged into the one that stays.
    Merged,
}

/// Why a unit stands idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdleReason {
    /// No working capital.
    Liquidity,
    /// No raw material.
    RawMaterial,
    /// No market.
    Market,
    /// Worn or missing machinery.
    Machinery,
    /// A dispute between owners or with others.
    Dispute,
    /// Debt to banks.
    BankDebt,
    /// Another reason.
    Other,
}

/// The unit produces; it needs an operating licence in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivateSme {
    /// The unit.
    pub sme: SmeKey,
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
    /// When it took effect.
    pub on: Date,
}

/// The unit produces at a reduced rate (SEMI_ACTIVE).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReduceSme {
    /// The unit.
    pub sme: SmeKey,
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
    /// When it took effect.
    pub on: Date,
}

/// The unit stands idle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdleSme {
    /// The unit.
    pub sme: SmeKey,
    /// Why.
    pub reason: IdleReason,
    /// When it took effect.
    pub on: Date,
}

/// Closes the unit for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseSme {
    /// The unit.
    pub sme: SmeKey,
    /// Why.
    pub reason: ReasonCode,
    /// When it took effect.
    pub on: Date,
}

/// The unit produces from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeActivated {
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
}

/// The unit produces at a reduced rate from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeReduced {
    /// The share of the capacity that it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Percent>,
}

/// The unit stands idle from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeIdled {
    /// Why.
    pub reason: IdleReason,
}

/// The unit is closed for good from the effective date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeClosed {}

impl OperatingStatus {
    /// Whether it counts as active: ACTIVE or SEMI_ACTIVE.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Active | Self::SemiActive)
    }

    /// Whether nothing follows it: CLOSED or MERGED.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Merged)
    }

    /// Whether it counts as idle: IDLE or IN_REVIVAL.
    pub fn is_idle(self) -> bool {
        matches!(self, Self::Idle | Self::InRevival)
    }
}

impl fmt::Display for OperatingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnderConstruction => "UNDER_CONSTRUCTION",
            Self::Active => "ACTIVE",
            Self::SemiActive => "SEMI_ACTIVE",
            Self::Idle => "IDLE",
            Self::InRevival => "IN_REVIVAL",
            Self::Closed => "CLOSED",
            Self::Merged => "MERGED",
        })
    }
}

impl Sme {
    /// Decides `ActivateSme`.
    ///
    /// # Errors
    /// `ILLEGAL_TRANSITION`, `LICENCE_PREREQUISITE_MISSING`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn activate(&self, command: &ActivateSme, context: &Context) -> Result<Vec<Event>, Rejection> {
        let ActivateSme { utilisation, on, .. } = command;
        changes(self, *on, OperatingStatus::Active, *utilisation)?;
        let data = SmeActivated { utilisation: *utilisation };
        Ok(vec![self.fact(*on, Fact::Activated, data.into(), context)?])
    }

    /// Decides `ReduceSme`.
    ///
    /// # Errors
    /// `ILLEGAL_TRANSITION`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn reduce(&self, command: &ReduceSme, context: &Context) -> Result<Vec<Event>, Rejection> {
        let ReduceSme { utilisation, on, .. } = command;
        changes(self, *on, OperatingStatus::SemiActive, *utilisation)?;
        let data = SmeReduced { utilisation: *utilisation };
        Ok(vec![self.fact(*on, Fact::Reduced, data.into(), context)?])
    }

    /// Decides `IdleSme` (rule 8).
    ///
    /// # Errors
    /// `ILLEGAL_TRANSITION`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn idle(&self, command: &IdleSme, context: &Context) -> Result<Vec<Event>, Rejection> {
        let data = SmeIdled { reason: command.reason };
        Ok(vec![self.fact(command.on, Fact::Idled, data.into(), context)?])
    }

    /// Decides `CloseSme`. The plot is free from then on; an open revival case stays until it is abandoned.
    ///
    /// # Errors
    /// `UNIT_CLOSED`; `ILLEGAL_TRANSITION` when something is recorded for a later day; `INVALID_DATE`.
    pub fn close(&self, command: &CloseSme, context: &Context) -> Result<Vec<Event>, Rejection> {
        let event = self.fact(command.on, Fact::Closed, SmeClosed {}.into(), context)?;
        Ok(vec![self.at_park(event).because(command.reason)])
    }
}

/// A status that the unit has already is news only with a utilisation.
fn changes(sme: &Sme, on: Date, to: OperatingStatus, utilisation: Option<Percent>) -> Result<(), Rejection> {
    if utilisation.is_none() && sme.status_on(on) == Some(to) {
        return Err(SmeRejection::Unchanged(to).into());
    }
    Ok(())
}
