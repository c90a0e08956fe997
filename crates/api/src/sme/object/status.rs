//! What a unit does, and why it stands idle.

use async_graphql::{Enum, SimpleObject};

use crate::scalar::{Date, Position};

/// What a unit does. Active counts ACTIVE and SEMI_ACTIVE, idle counts IDLE and IN_REVIVAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::sme::OperatingStatus")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::sme::IdleReason")]
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

/// A time in which a unit did one thing.
#[derive(Clone, SimpleObject)]
pub struct StatusPeriod {
    /// What it did.
    pub(super) status: OperatingStatus,
    /// The first day.
    pub(super) since: Date,
    /// The first day after it; none while it lasts.
    pub(super) until: Option<Date>,
    /// Why it stood idle, where it did.
    pub(super) idle_reason: Option<IdleReason>,
    /// The share of the capacity that it used, in whole percent, where it is known.
    pub(super) utilisation: Option<i32>,
    /// The position of the event that led to it.
    pub(super) position: Position,
}
