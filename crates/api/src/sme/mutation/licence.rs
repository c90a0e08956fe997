//! What licences are issued and revoked with, and inspections recorded.

use daftar_domain::sme::{
    AmendOperatingLicence, ExtendEstablishmentLicence, InspectSme, IssueEstablishmentLicence,
    IssueOperatingLicence, ReportProgress, RevokeLicence, SmeCommand,
};
use daftar_domain::value::{Date, LicenceNumber, Name, Percent};

use crate::history::ReasonCode;
use crate::input::{CapacityInput, Count, Given, SmeRef, input};
use crate::sme::{LicenceKind, LicenceSubject};

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

input! {
    /// Reports how far the construction of a unit with an establishment licence has come.
    command ReportProgressInput => Sme(SmeCommand::ReportProgress) {
        /// The unit.
        sme: SmeRef,
        /// How much of it stands, in whole percent.
        progress: Count<Percent>,
        /// Whether an inspection confirmed it.
        verified: bool,
        /// When it was found so.
        on: Given<Date>,
    }
}

input! {
    /// Extends the establishment licence in force, by a year at most.
    command ExtendEstablishmentLicenceInput => Sme(SmeCommand::ExtendEstablishmentLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// The day of the extension, while the licence is in force.
        on: Given<Date>,
        /// The first day on which it is no longer valid.
        expires: Given<Date>,
    }
}

input! {
    /// Amends the operating licence in force for products, machinery, land or address.
    command AmendOperatingLicenceInput => Sme(SmeCommand::AmendOperatingLicence) {
        /// The unit.
        sme: SmeRef,
        /// The number of the licence.
        number: Given<LicenceNumber>,
        /// What changes.
        subject: LicenceSubject,
        /// What it says from then on.
        text: Given<Name>,
        /// The capacity as it was assessed anew.
        capacity: Option<CapacityInput>,
        /// When it took effect.
        on: Given<Date>,
    }
}
