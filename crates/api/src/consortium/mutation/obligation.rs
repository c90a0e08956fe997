//! What obligations of members are recorded and settled with.

use daftar_domain::consortium::{ConsortiumCommand, RecordObligation, SettleObligation};
use daftar_domain::value::{Date, ObligationNumber};

use crate::consortium::ObligationKind;
use crate::input::{ConsortiumRef, Given, MoneyInput, SmeRef, input};

input! {
    /// Records what a member owes the consortium.
    command RecordObligationInput => Consortium(ConsortiumCommand::RecordObligation) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The member.
        sme: SmeRef,
        /// The number under which the consortium keeps it; once per consortium.
        number: Given<ObligationNumber>,
        /// What it is about.
        kind: ObligationKind,
        /// How much, where it is money.
        amount: Option<MoneyInput>,
        /// The day by which it is to be settled.
        due: Option<Given<Date>>,
        /// Since when it is owed.
        on: Given<Date>,
    }
}

input! {
    /// Records that an obligation was settled.
    command SettleObligationInput => Consortium(ConsortiumCommand::SettleObligation) {
        /// The consortium.
        consortium: ConsortiumRef,
        /// The number of the obligation.
        number: Given<ObligationNumber>,
        /// When it was settled.
        on: Given<Date>,
    }
}
