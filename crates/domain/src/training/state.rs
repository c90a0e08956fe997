//! Courses and workshops as far as rules ask: their days, places, participants, attendance and certificates.

use serde::{Deserialize, Serialize};

use super::{Audience, TrainingEvent, TrainingPlanned};
use crate::envelope::{Basis, Event, Position};
use crate::value::{
    Date, Hours, Index, Organisation, Percent, RowsOf, Seats, Table, Timeline, TrainingCode, TrainingId,
    TrainingKey,
};

/// How far a course or workshop has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Planned, and not open to participants yet.
    Planned,
    /// Open to participants.
    Open,
    /// Held.
    Held,
    /// Held, and certificates were issued.
    Certified,
    /// Cancelled before it was held.
    Cancelled,
}

/// A day with the event that recorded it.
pub(super) type Fact = (Date, Position);

/// The enrolment of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The organisation.
    pub participant: Organisation,
    /// The first day.
    pub on: Date,
    /// The event that recorded it.
    pub position: Position,
    pub(super) withdrawn: Option<Fact>,
}

impl Enrolment {
    /// The first day on which it is enrolled no more; [`Date::MAX`] while it is.
    pub fn end(&self) -> Date {
        self.withdrawn.map_or(Date::MAX, |(on, _)| on)
    }

    /// Whether it is enrolled on a day.
    pub fn contains(&self, on: Date) -> bool {
        self.on <= on && on < self.end()
    }
}

/// The hours that a participant attended, as one event says.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Attendance {
    pub participant: Organisation,
    pub hours: Hours,
    pub fact: Fact,
}

/// A certificate, and the share of the hours that it needed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Certificate {
    pub participant: Organisation,
    pub needed: Percent,
    pub fact: Fact,
}

/// A course or workshop, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Training {
    /// Its ID.
    pub id: TrainingId,
    /// How many events it has.
    pub version: u32,
    /// Whether it was taken over.
    pub basis: Basis,
    /// When it was planned.
    pub planned: Date,
    pub(super) audiences: Vec<Audience>,
    pub(super) needed: Option<Percent>,
    pub(super) hours: Hours,
    pub(super) starts: Date,
    pub(super) ends: Date,
    pub(super) seats: Timeline<Seats>,
    pub(super) opened: Option<Fact>,
    pub(super) held: Option<Fact>,
    pub(super) cancelled: Option<Fact>,
    pub(super) enrolments: Vec<Enrolment>,
    pub(super) attendance: Vec<Attendance>,
    pub(super) certificates: Vec<Certificate>,
    pub(super) voided: Vec<Position>,
}

impl Training {
    pub(super) fn new(
        id: TrainingId,
        event: &TrainingPlanned,
        on: Date,
        basis: Basis,
        position: Position,
    ) -> Self {
        let mut seats = Timeline::new();
        seats.insert(on, position, event.seats);
        Self {
            id,
            version: 1,
            basis,
            planned: on,
            audiences: event.audiences.clone(),
            needed: event.attendance,
            hours: event.hours,
            starts: event.starts,
            ends: event.ends,
            seats,
            opened: None,
            held: None,
            cancelled: None,
            enrolments: Vec::new(),
            attendance: Vec::new(),
            certificates: Vec::new(),
            voided: Vec::new(),
        }
    }

    /// How far it had come on a day; none before it was planned.
    pub fn phase_on(&self, on: Date) -> Option<Phase> {
        let began = |fact: Option<Fact>| fact.is_some_and(|(since, _)| since <= on);
        Some(match () {
            () if on < self.planned => return None,
            () if began(self.cancelled) => Phase::Cancelled,
            () if self.certificates.iter().any(|certificate| certificate.fact.0 <= on) => Phase::Certified,
            () if began(self.held) => Phase::Held,
            () if began(self.opened) => Phase::Open,
            () => Phase::Planned,
        })
    }

    /// The last day, once it was held.
    pub fn held(&self) -> Option<Date> {
        self.held.map(|(on, _)| on)
    }

    /// How many places there are on a day.
    pub fn seats_on(&self, on: Date) -> u16 {
        self.seats.at(on).map_or(0, |entry| entry.value.seats())
    }

    /// Every enrolment that is not voided, withdrawn ones among them.
    pub fn enrolments(&self) -> &[Enrolment] {
        &self.enrolments
    }

    /// Those that are enrolled on a day.
    pub fn enrolled_on(&self, on: Date) -> impl Iterator<Item = &Enrolment> {
        self.enrolments.iter().filter(move |enrolment| enrolment.contains(on))
    }

    /// The hours that a participant attended, as said until a day last.
    pub fn attended(&self, participant: Organisation, on: Date) -> Option<Hours> {
        let said = self.attendance.iter().filter(|said| said.participant == participant && said.fact.0 <= on);
        said.max_by_key(|said| said.fact).map(|said| said.hours)
    }

    /// Who has a certificate on a day.
    pub fn certified_on(&self, on: Date) -> impl Iterator<Item = Organisation> {
        let issued = self.certificates.iter().filter(move |certificate| certificate.fact.0 <= on);
        issued.map(|certificate| certificate.participant)
    }

    /// What it would be if these events of its own were recorded next.
    pub(super) fn after(&self, events: &[Event]) -> Self {
        let mut after = self.clone();
        for event in events {
            if let crate::EventData::Training(data) = &event.data {
                after.apply(data, event.effective, Position::MAX);
            }
        }
        after
    }

    pub(super) fn apply(&mut self, event: &TrainingEvent, on: Date, position: Position) {
        self.version += 1;
        let fact = (on, position);
        match event {
            TrainingEvent::TrainingPlanned(_) => unreachable!("a planning makes it"),
            TrainingEvent::TrainingOpened(_) => self.opened = Some(fact),
            TrainingEvent::TrainingHeld(_) => self.held = Some(fact),
            TrainingEvent::TrainingCancelled(_) => self.cancelled = Some(fact),
            TrainingEvent::ParticipantEnrolled(event) => {
                let participant = event.participant;
                self.enrolments.push(Enrolment { participant, on, position, withdrawn: None });
            }
            TrainingEvent::ParticipantWithdrawn(event) => {
                let mut open = self.enrolments.iter_mut().filter(|enrolment| enrolment.withdrawn.is_none());
                let open = open.find(|enrolment| enrolment.participant == event.participant);
                open.expect("only somebody enrolled withdraws").withdrawn = Some(fact);
            }
            TrainingEvent::AttendanceRecorded(event) => {
                self.attendance.extend(event.attended.iter().map(|said| Attendance {
                    participant: said.participant,
                    hours: said.hours,
                    fact,
                }));
            }
            TrainingEvent::TrainingCertificatesIssued(event) => {
                self.certificates.extend(event.certified.iter().map(|certified| Certificate {
                    participant: certified.participant,
                    needed: event.attendance,
                    fact,
                }));
            }
            TrainingEvent::TrainingRevised(event) => {
                self.hours = event.hours.unwrap_or(self.hours);
                self.starts = event.starts.unwrap_or(self.starts);
                self.ends = event.ends.unwrap_or(self.ends);
                event.seats.into_iter().for_each(|seats| self.seats.insert(on, position, seats));
            }
            TrainingEvent::TrainingFactVoided(event) => self.void(event.position.0),
        }
    }

    fn void(&mut self, position: Position) {
        self.voided.push(position);
        for fact in [&mut self.opened, &mut self.held, &mut self.cancelled] {
            *fact = fact.filter(|(_, recorded)| *recorded != position);
        }
        self.enrolments.retain(|enrolment| enrolment.position != position);
        for enrolment in &mut self.enrolments {
            enrolment.withdrawn = enrolment.withdrawn.filter(|(_, recorded)| *recorded != position);
        }
        self.attendance.retain(|said| said.fact.1 != position);
        self.certificates.retain(|certificate| certificate.fact.1 != position);
    }

    /// The date of a fact that can be voided, and the organisations that it is about.
    pub(super) fn fact(&self, position: Position) -> Option<(Date, Vec<Organisation>)> {
        let own = [self.opened, self.held, self.cancelled].into_iter().flatten();
        let own = own.map(|fact| (fact, None));
        let enrolments = self.enrolments.iter().flat_map(|enrolment| {
            let facts = [Some((enrolment.on, enrolment.position)), enrolment.withdrawn];
            facts.into_iter().flatten().map(|fact| (fact, Some(enrolment.participant)))
        });
        let attendance = self.attendance.iter().map(|said| (said.fact, Some(said.participant)));
        let certificates = self.certificates.iter().map(|one| (one.fact, Some(one.participant)));
        let all = own.chain(enrolments).chain(attendance).chain(certificates);
        let of: Vec<_> = all.filter(|((_, recorded), _)| *recorded == position).collect();
        let ((on, _), _) = *of.first()?;
        Some((on, of.into_iter().filter_map(|(_, organisation)| organisation).collect()))
    }
}

/// All courses and workshops.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Trainings {
    table: Table<Training>,
    by_id: Index<TrainingId>,
    by_code: Index<TrainingCode>,
    of_participants: RowsOf<Organisation>,
}

impl Trainings {
    /// The one that a key names.
    pub fn find(&self, key: &TrainingKey) -> Option<&Training> {
        match key {
            TrainingKey::Id(id) => self.get(*id),
            TrainingKey::Code(code) => self.by_code.get(code).map(|row| self.table.get(row)),
        }
    }

    /// The one with an ID.
    pub fn get(&self, id: TrainingId) -> Option<&Training> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events one has; 0 for one that is not recorded.
    pub fn version(&self, id: TrainingId) -> u32 {
        self.get(id).map_or(0, |training| training.version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Every one in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Training> {
        self.table.iter()
    }

    /// Those in which an organisation was ever enrolled; a voided enrolment may be among the reasons.
    pub fn of_participant(&self, organisation: Organisation) -> impl Iterator<Item = &Training> {
        let rows = self.of_participants.get(&organisation);
        rows.iter().map(|row| self.table.get(*row))
    }

    pub(super) fn has_code(&self, code: &TrainingCode) -> bool {
        self.by_code.contains(code)
    }

    /// Applies an event.
    pub fn evolve(
        &mut self,
        id: TrainingId,
        event: &TrainingEvent,
        on: Date,
        basis: Basis,
        position: Position,
    ) {
        if let TrainingEvent::TrainingPlanned(planned) = event {
            let row = self.table.push(Training::new(id, planned, on, basis, position));
            self.by_id.insert(id, row);
            self.by_code.insert(planned.code.clone(), row);
            return;
        }
        let row = self.by_id.get(&id).expect("an event follows its training's planning");
        if let TrainingEvent::ParticipantEnrolled(enrolled) = event {
            self.of_participants.note(enrolled.participant, row);
        }
        self.table.get_mut(row).apply(event, on, position);
    }
}
