//! Export-readiness certificates: that an office found a unit ready to export, on the days [from, until).
//!
//! A unit may hold several at once (a new one is issued before the old one runs out), each number once. They say
//! nothing of the operating status and rest on nothing of it; rule 16 asks for them where a consortium is judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position};
use crate::rejection::Rejection;
use crate::value::{CertificateNumber, Date, Name, SmeKey};

use super::{NumberPrint, OperatingStatus, Sme, SmeFactVoided, SmeRejection, VoidSmeFact, past};

/// Records an export-readiness certificate of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertifyReadiness {
    /// The unit.
    pub sme: SmeKey,
    /// Its number; once per unit.
    pub number: CertificateNumber,
    /// The office that issued it.
    pub issuer: Name,
    /// The first day on which it is valid.
    pub from: Date,
    /// The first day on which it is no longer valid.
    pub until: Date,
}

/// A unit was certified as ready to export: the effective date is the first day on which the certificate is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadinessCertified {
    /// The number of the certificate.
    pub number: CertificateNumber,
    /// The office that issued it.
    pub issuer: Name,
    /// The first day on which it is no longer valid.
    pub until: Date,
}

/// A certificate, as far as rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Readiness {
    number: NumberPrint,
    from: Date,
    until: Date,
    position: Position,
    voided: bool,
}

impl From<&CertificateNumber> for NumberPrint {
    fn from(number: &CertificateNumber) -> Self {
        Self::of(number.as_str())
    }
}

impl Readiness {
    fn contains(&self, on: Date) -> bool {
        !self.voided && self.from <= on && on < self.until
    }
}

impl Sme {
    /// Whether an export-readiness certificate is in force on a day.
    pub fn is_export_ready_on(&self, on: Date) -> bool {
        self.readiness.iter().any(|certificate| certificate.contains(on))
    }

    /// Whether the certificate of that number is in force on a day.
    pub fn holds_certificate(&self, number: &CertificateNumber, on: Date) -> bool {
        let number = NumberPrint::from(number);
        self.readiness.iter().any(|certificate| certificate.number == number && certificate.contains(on))
    }

    /// Whether a certificate was ever recorded, be it voided since.
    pub fn was_certified(&self) -> bool {
        !self.readiness.is_empty()
    }

    /// Decides `CertifyReadiness`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNIT_CLOSED`, `DUPLICATE_CERTIFICATE`.
    pub fn certify(&self, command: &CertifyReadiness, context: &Context) -> Result<Vec<Event>, Rejection> {
        let CertifyReadiness { number, issuer, from, until, .. } = command.clone();
        past(from, "from", context)?;
        if until <= from {
            return Err(SmeRejection::Expired { path: "until", issued: from, expires: until }.into());
        }
        match self.status_on(from) {
            None => return Err(SmeRejection::BeforeRegistration { path: "from" }.into()),
            Some(OperatingStatus::Closed) => return Err(SmeRejection::Closed.into()),
            Some(_) => {}
        }
        let print = NumberPrint::from(&number);
        if self.readiness.iter().any(|certificate| certificate.number == print && !certificate.voided) {
            return Err(SmeRejection::DuplicateCertificate(number).into());
        }
        let data = ReadinessCertified { number, issuer, until };
        Ok(vec![Event::new(EntityId::Sme(self.id), from, data)])
    }

    /// Decides `VoidSmeFact` for a certificate; none where the position records none.
    pub(super) fn void_readiness(&self, command: &VoidSmeFact) -> Option<Result<Event, SmeRejection>> {
        let position = command.position.0;
        let certificate = self.readiness.iter().find(|certificate| certificate.position == position)?;
        if certificate.voided {
            return Some(Err(SmeRejection::AlreadyVoided(position)));
        }
        let voided = SmeFactVoided { position: command.position };
        let event = Event::new(EntityId::Sme(self.id), certificate.from, voided);
        Some(Ok(event.because(command.reason).caused_by(position)))
    }

    /// Takes a certificate in.
    pub(super) fn note_readiness(&mut self, event: &ReadinessCertified, from: Date, position: Position) {
        let number = NumberPrint::from(&event.number);
        let certificate = Readiness { number, from, until: event.until, position, voided: false };
        self.readiness = self.readiness.iter().copied().chain([certificate]).collect();
    }

    /// Marks the certificate that an event recorded as voided; whether there is one.
    pub(super) fn forget_readiness(&mut self, position: Position) -> bool {
        match self.readiness.iter_mut().find(|certificate| certificate.position == position) {
            Some(certificate) => {
                certificate.voided = true;
                true
            }
            None => false,
        }
    }
}
