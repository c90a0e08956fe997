//! What licences are issued and revoked with, and inspections recorded.

use daftar_domain::sme::{
    InspectSme, IssueEstablishmentLicence, IssueOperatingLicence, RevokeLicence, SmeCommand,
};
use daftar_domain::value::{Date, LicenceNumber};

use crate::history::ReasonCode;
use crate::input::{CapacityInput, Given, SmeRef, input};
use crate::sme::LicenceKind;

input! {
    /// Issues an establishment licence.
    command IssueEstablishmentLicenceInput => Sme(SmeCommand::IssueEstablishmentLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The day of issue.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
    }
}

input! {
    /// Records an inspection that found the unit fit to operate.
    command InspectSmeInput => Sme(SmeCommand::InspectSme) {
        /// The unit.
        sme: SmeRef,
        /// The day of the inspection.
        on: Given<Date>,
    }
}

input! {
    /// Issues an operating licence.
    command IssueOperatingLicenceInput => Sme(SmeCommand::IssueOperatingLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The day of issue.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
        /// The assessed capacity in a year.
        capacity: Option<CapacityInput>,
    }
}

input! {
    /// Ends a licence before its time.
    reasoned RevokeLicenceInput => Sme(SmeCommand::RevokeLicence) {
        /// The unit.
        sme: SmeRef,
        /// The kind of licence.
        kind: LicenceKind,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The first day without it.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}
