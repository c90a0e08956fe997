//! What export-readiness certificates are recorded with.

use daftar_domain::sme::{CertifyReadiness, SmeCommand};
use daftar_domain::value::{CertificateNumber, Date, Name};

use crate::input::{Given, SmeRef, input};

input! {
    /// Records an export-readiness certificate of a unit.
    command CertifyReadinessInput => Sme(SmeCommand::CertifyReadiness) {
        /// The unit.
        sme: SmeRef,
        /// The number of the certificate; once per unit.
        number: Given<CertificateNumber>,
        /// The office that issued it.
        issuer: Given<Name>,
        /// The first day on which it is valid.
        from: Given<Date>,
        /// The first day on which it is no longer valid.
        until: Given<Date>,
    }
}
