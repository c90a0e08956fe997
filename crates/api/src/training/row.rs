//! Courses and workshops in the view.

use std::sync::Arc;

use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::training::{
    Audience, Phase, TrainingEvent, TrainingKind, TrainingPlanned, TrainingRevised, TrainingSubject,
};
use daftar_domain::value::{
    CertificateNumber, Date, Hours, Name, Organisation, Percent, ProvinceCode, Seats, TrainingCode,
    TrainingId,
};
use serde::{Deserialize, Serialize};

use crate::view::amended::{Amend, Amended};
use crate::view::dated::{Dated, Fact};
use crate::view::figures::Added;
use crate::view::noted::Noted;
use crate::view::row::{NEWEST, Row, RowAt};

mod rows;

pub use rows::{TrainingLists, TrainingRows};

/// What may be revised of a course or workshop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingFacts {
    /// The Persian title.
    pub title: Name,
    /// The Latin title.
    pub title_latin: Option<Name>,
    /// The province.
    pub province: Option<ProvinceCode>,
    /// Hours of instruction.
    pub hours: Hours,
    /// Places.
    pub seats: Seats,
    /// The first day.
    pub starts: Date,
    /// The last day.
    pub ends: Date,
}

impl Amend for TrainingFacts {
    type By = TrainingRevised;

    fn amend(&mut self, revised: &TrainingRevised) {
        let TrainingRevised { title, title_latin, province, hours, seats, starts, ends } = revised;
        self.title = title.clone().unwrap_or_else(|| self.title.clone());
        self.title_latin = title_latin.clone().or_else(|| self.title_latin.take());
        self.province = province.or(self.province);
        self.hours = hours.unwrap_or(self.hours);
        self.seats = seats.unwrap_or(self.seats);
        self.starts = starts.unwrap_or(self.starts);
        self.ends = ends.unwrap_or(self.ends);
    }

    fn name(&self) -> &Name {
        &self.title
    }
}

/// An enrolment: the effective date of its fact is its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The organisation.
    pub participant: Organisation,
    /// When it withdrew.
    withdrawn: Dated<()>,
}

/// A course or workshop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrainingRow {
    /// Its ID.
    pub id: TrainingId,
    /// The code that people know it by.
    pub code: TrainingCode,
    /// Course or workshop.
    pub kind: TrainingKind,
    /// What is taught.
    pub subject: TrainingSubject,
    /// Whom it is for, in the order of the vocabulary.
    pub audiences: Vec<Audience>,
    /// The share of the hours that a certificate needs, where it has one of its own.
    pub attendance: Option<Percent>,
    /// When it was planned.
    pub planned: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    facts: Amended<TrainingFacts>,
    /// The opening, the holding and the cancelling, each by the phase that it led to.
    steps: Dated<Phase>,
    /// Withdrawn ones among them.
    enrolments: Dated<Enrolled>,
    /// The hours of those that each event names.
    attended: Dated<Vec<(Organisation, Hours)>>,
    certificates: Dated<Vec<(Organisation, Option<CertificateNumber>)>>,
    noted: Noted,
}

impl Row for TrainingRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl TrainingRow {
    fn new(id: TrainingId, event: &TrainingPlanned, recorded: &Recorded) -> Self {
        let facts = Amended::new(TrainingFacts {
            title: event.title.clone(),
            title_latin: event.title_latin.clone(),
            province: event.province,
            hours: event.hours,
            seats: event.seats,
            starts: event.starts,
            ends: event.ends,
        });
        let mut audiences = event.audiences.clone();
        audiences.sort_unstable();
        Self {
            id,
            code: event.code.clone(),
            kind: event.kind,
            subject: event.subject,
            audiences,
            attendance: event.attendance,
            planned: recorded.event.effective,
            basis: recorded.event.basis,
            facts,
            steps: Dated::default(),
            enrolments: Dated::default(),
            attended: Dated::default(),
            certificates: Dated::default(),
            noted: Noted::default(),
        }
    }

    fn apply(&mut self, event: &TrainingEvent, recorded: &Recorded) {
        let (on, position) = (recorded.event.effective, recorded.position);
        match event {
            TrainingEvent::TrainingPlanned(_) => {}
            TrainingEvent::TrainingOpened(_) => self.steps.record(on, position, Phase::Open),
            TrainingEvent::TrainingHeld(_) => self.steps.record(on, position, Phase::Held),
            TrainingEvent::TrainingCancelled(_) => self.steps.record(on, position, Phase::Cancelled),
            TrainingEvent::TrainingRevised(event) => self.facts.amend(event.clone(), on, position),
            TrainingEvent::ParticipantEnrolled(event) => {
                let participant = event.participant;
                self.enrolments.record(on, position, Enrolled { participant, withdrawn: Dated::default() });
            }
            TrainingEvent::ParticipantWithdrawn(event) => {
                let mut open = self.enrolments.standing_values_mut().map(|(_, enrolled)| enrolled);
                let open = open.find(|enrolled| {
                    enrolled.participant == event.participant && enrolled.withdrawn.latest(NEWEST).is_none()
                });
                if let Some(enrolled) = open {
                    enrolled.withdrawn.record(on, position, ());
                }
            }
            TrainingEvent::AttendanceRecorded(event) => {
                let said = event.attended.iter().map(|said| (said.participant, said.hours));
                self.attended.record(on, position, said.collect());
            }
            TrainingEvent::TrainingCertificatesIssued(event) => {
                let issued = event.certified.iter().map(|one| (one.participant, one.number.clone()));
                self.certificates.record(on, position, issued.collect());
            }
            TrainingEvent::TrainingFactVoided(event) => self.void(event.position.0, position),
        }
    }

    fn void(&mut self, fact: Position, at: Position) {
        let _voided = self.steps.void(fact, at)
            || self.enrolments.void(fact, at)
            || self.attended.void(fact, at)
            || self.certificates.void(fact, at)
            || self.enrolments.standing_values_mut().any(|(_, enrolled)| enrolled.withdrawn.void(fact, at));
    }
}

/// A certificate: when it was issued, and its number.
pub type Certificate<'a> = (Date, Option<&'a CertificateNumber>);

impl<'a> RowAt<'a, TrainingRow> {
    /// What holds on a day, or after everything that is recorded.
    pub fn facts(self, on: Option<Date>) -> Arc<TrainingFacts> {
        self.get().facts.facts(on, self.at)
    }

    /// The key of the title.
    pub fn title_key(self) -> Arc<str> {
        self.get().facts.key(&self.facts(None))
    }

    /// The position of the event that gave a field its value; none for a field that never had one.
    pub fn set_by<V: PartialEq>(self, field: impl Fn(&TrainingFacts) -> Option<V>) -> Option<Position> {
        self.get().facts.set_by(None, self.at, self.recorded(), field)
    }

    /// The opening, the holding or the cancelling, by the phase that it led to.
    pub fn step(self, phase: Phase) -> Option<&'a Fact<Phase>> {
        self.get().steps.standing(self.at).rfind(|step| step.value == phase)
    }

    /// When it was held: its last day.
    pub fn held(self) -> Option<Date> {
        self.step(Phase::Held).map(|step| step.effective)
    }

    /// The issue of certificates that was the first.
    pub fn first_certificates(self) -> Option<Position> {
        self.get().certificates.standing(self.at).next().map(|issue| issue.position)
    }

    /// How far it had come on a day, or after everything that is recorded; none before it was planned.
    pub fn phase(self, on: Option<Date>) -> Option<Phase> {
        let by = |date: Date| on.is_none_or(|on| date <= on);
        let step = |phase| self.step(phase).is_some_and(|step| by(step.effective));
        let certified =
            || self.get().certificates.standing(self.at).next().is_some_and(|one| by(one.effective));
        Some(match () {
            () if !by(self.planned) => return None,
            () if step(Phase::Cancelled) => Phase::Cancelled,
            () if certified() => Phase::Certified,
            () if step(Phase::Held) => Phase::Held,
            () if step(Phase::Open) => Phase::Open,
            () => Phase::Planned,
        })
    }

    /// Its enrolments that are not voided, withdrawn ones among them, by their first day.
    pub fn enrolments(self) -> impl Iterator<Item = &'a Fact<Enrolled>> {
        self.get().enrolments.standing(self.at)
    }

    /// When a participant withdrew: the first day on which it was enrolled no more.
    pub fn withdrawn(self, enrolled: &Enrolled) -> Option<Date> {
        enrolled.withdrawn.latest(self.at).map(|fact| fact.effective)
    }

    /// Who is enrolled on a day, or after everything that is recorded.
    pub fn enrolled(self, on: Option<Date>) -> impl Iterator<Item = Organisation> + use<'a> {
        let there = move |fact: &&Fact<Enrolled>| {
            let withdrawn = self.withdrawn(&fact.value);
            match on {
                Some(on) => fact.effective <= on && withdrawn.is_none_or(|withdrawn| on < withdrawn),
                None => withdrawn.is_none(),
            }
        };
        self.enrolments().filter(there).map(|fact| fact.value.participant)
    }

    /// The hours that a participant attended, as was said last.
    pub fn attended(self, participant: Organisation) -> Option<Hours> {
        let mut said = self.get().attended.standing(self.at).rev();
        said.find_map(|said| said.value.iter().find(|(who, _)| *who == participant)).map(|(_, hours)| *hours)
    }

    /// The certificate of a participant.
    pub fn certificate(self, participant: Organisation) -> Option<Certificate<'a>> {
        let mut issues = self.get().certificates.standing(self.at);
        issues.find_map(|issue| {
            let one = issue.value.iter().find(|(who, _)| *who == participant)?;
            Some((issue.effective, one.1.as_ref()))
        })
    }

    /// How many certificates were issued.
    pub fn certificates(self) -> usize {
        self.get().certificates.standing(self.at).map(|issue| issue.value.len()).sum()
    }

    /// What it adds to its last day, once it is held.
    pub fn figures(self) -> Option<Added<Properties, FIGURES>> {
        let on = self.held()?;
        let facts = self.facts(None);
        let mut figures = [0; FIGURES];
        figures[self.kind as usize] = 1;
        figures[HOURS] = facts.hours.hours().into();
        figures[SEATS] = facts.seats.seats().into();
        for participant in self.enrolled(Some(on)) {
            figures[PARTICIPANTS + Audience::of(participant) as usize] += 1;
        }
        figures[CERTIFICATES] = self.certificates() as i64;
        let key = Properties {
            kind: self.kind,
            subject: self.subject,
            audiences: self.audiences.clone(),
            province: facts.province,
        };
        Some(Added { on, key, figures })
    }
}

/// What courses and workshops are told apart by in sums.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Properties {
    /// Course or workshop.
    pub kind: TrainingKind,
    /// What is taught.
    pub subject: TrainingSubject,
    /// Whom it is for, in the order of the vocabulary.
    pub audiences: Vec<Audience>,
    /// The province; none for one of all the country.
    pub province: Option<ProvinceCode>,
}

/// How many figures a sum has: courses and workshops by their kind, then these.
pub const FIGURES: usize = 8;
/// The place of hours taught.
pub const HOURS: usize = 2;
/// The place of seats.
pub const SEATS: usize = 3;
/// The place of participants of the first audience; those of the others follow.
pub const PARTICIPANTS: usize = 4;
/// The place of certificates.
pub const CERTIFICATES: usize = 7;
