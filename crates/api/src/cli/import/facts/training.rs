//! A course's facts.

use super::super::training::{Enrolment, Training};
use super::keep;
use daftar_domain::training::{TrainingEvent, TrainingPlanned};
use daftar_domain::value::{CertificateNumber, Date, Hours, Organisation, OrganisationKey};

#[derive(Clone, Debug)]
pub(super) struct TrainingFacts {
    pub base: Training,
    pub version: u32,
    /// By the position of the event, with the name that files give the participant.
    enrolments: Vec<(u64, Organisation, OrganisationKey)>,
    attended: Vec<((Date, u64), Organisation, Hours)>,
    certificates: Vec<(u64, Organisation, Option<CertificateNumber>)>,
    withdrawn: Vec<(u64, u64)>,
}

impl TrainingFacts {
    pub fn planned(event: &TrainingPlanned, version: u32) -> Self {
        let mut audiences = event.audiences.clone();
        audiences.sort_unstable();
        let base = Training {
            code: event.code.clone(),
            title: event.title.clone(),
            title_latin: event.title_latin.clone(),
            kind: event.kind,
            subject: event.subject,
            audiences,
            province: event.province,
            hours: event.hours,
            seats: event.seats,
            starts: event.starts,
            ends: event.ends,
            enrolments: Vec::new(),
        };
        let (enrolments, attended, certificates) = (Vec::new(), Vec::new(), Vec::new());
        Self { base, version, enrolments, attended, certificates, withdrawn: Vec::new() }
    }

    pub fn as_stated(&self) -> Training {
        let gone = |position: &u64| self.withdrawn.iter().any(|(enrolment, _)| enrolment == position);
        let enrolment = |(_, organisation, participant): &(u64, Organisation, OrganisationKey)| {
            let hours = self.attended.iter().filter(|(_, who, _)| who == organisation);
            let certificate = self.certificates.iter().find(|(_, who, _)| who == organisation);
            Enrolment {
                participant: participant.clone(),
                hours: hours.max_by_key(|(fact, ..)| *fact).map(|(.., hours)| *hours),
                certificate: certificate.and_then(|(.., number)| number.clone()),
            }
        };
        let standing = self.enrolments.iter().filter(|(position, ..)| !gone(position));
        Training { enrolments: standing.map(enrolment).collect(), ..self.base.clone() }
    }

    /// Applies an event; `participant` is the name that files give whom it enrols.
    pub fn apply(
        &mut self,
        event: &TrainingEvent,
        participant: Option<OrganisationKey>,
        on: Date,
        position: u64,
    ) {
        match event {
            TrainingEvent::TrainingRevised(event) => {
                let base = &mut self.base;
                keep(&mut base.title, event.title.as_ref());
                keep(&mut base.hours, event.hours.as_ref());
                keep(&mut base.seats, event.seats.as_ref());
                keep(&mut base.starts, event.starts.as_ref());
                keep(&mut base.ends, event.ends.as_ref());
                base.title_latin = event.title_latin.clone().or(base.title_latin.take());
                base.province = event.province.or(base.province);
            }
            TrainingEvent::ParticipantEnrolled(event) => {
                self.enrolments.extend(participant.map(|name| (position, event.participant, name)));
            }
            TrainingEvent::ParticipantWithdrawn(event) => {
                let own = self.enrolments.iter().rfind(|(_, who, _)| *who == event.participant);
                self.withdrawn.extend(own.map(|(enrolment, ..)| (*enrolment, position)));
            }
            TrainingEvent::AttendanceRecorded(event) => {
                let said = event.attended.iter().map(|said| ((on, position), said.participant, said.hours));
                self.attended.extend(said);
            }
            TrainingEvent::TrainingCertificatesIssued(event) => {
                let issued =
                    event.certified.iter().map(|one| (position, one.participant, one.number.clone()));
                self.certificates.extend(issued);
            }
            TrainingEvent::TrainingFactVoided(event) => {
                let fact = event.position.0;
                self.enrolments.retain(|(position, ..)| *position != fact);
                self.attended.retain(|((_, position), ..)| *position != fact);
                self.certificates.retain(|(position, ..)| *position != fact);
                self.withdrawn.retain(|(_, position)| *position != fact);
            }
            TrainingEvent::TrainingPlanned(_)
            | TrainingEvent::TrainingOpened(_)
            | TrainingEvent::TrainingHeld(_)
            | TrainingEvent::TrainingCancelled(_) => {}
        }
    }
}
