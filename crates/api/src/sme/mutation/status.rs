//! What a change of a unit's status is recorded with, and the correction of a fact.

use daftar_domain::sme::{ActivateSme, CloseSme, IdleSme, RedateSmeFact, ReduceSme, SmeCommand, VoidSmeFact};
use daftar_domain::value::{Date, Percent, PositionText};

use crate::history::ReasonCode;
use crate::input::{Count, Given, SmeRef, input};
use crate::sme::IdleReason;

input! {
    /// The unit produces; it needs an operating licence in force.
    command ActivateSmeInput => Sme(SmeCommand::ActivateSme) {
        /// The unit.
        sme: SmeRef,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    command ReduceSmeInput => Sme(SmeCommand::ReduceSme) {
        /// The unit.
        sme: SmeRef,
        /// The share of the capacity that it uses, in whole percent.
        utilisation: Option<Count<Percent>>,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// The unit stands idle.
    command IdleSmeInput => Sme(SmeCommand::IdleSme) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: IdleReason,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Closes the unit for good.
    reasoned CloseSmeInput => Sme(SmeCommand::CloseSme) {
        /// The unit.
        sme: SmeRef,
        /// Why.
        reason: ReasonCode,
        /// When it took effect.
        on: Given<Date>,
    }
}

input! {
    /// Voids a dated fact of a unit: a status, a merge, or what is recorded of its licences, plot and grades.
    reasoned VoidSmeFactInput => Sme(SmeCommand::VoidSmeFact) {
        /// The unit.
        sme: SmeRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Corrects the date of such a fact of a unit.
    reasoned RedateSmeFactInput => Sme(SmeCommand::RedateSmeFact) {
        /// The unit.
        sme: SmeRef,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// The right date.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}
