//! Persons as the log tells them: facts keep their positions, so that a past state can be read from the present one.

use serde::{Deserialize, Serialize};

use super::{Holder, PersonDetails, PersonEvent, Post};
use crate::envelope::{EntityId, Position};
use crate::value::{Date, Index, PersonId, Table};

/// What was recorded at a position, and at which it was voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    position: Position,
    voided: Option<Position>,
}

impl Mark {
    fn new(position: Position) -> Self {
        Self { position, voided: None }
    }

    /// Whether it stood after the event at that position.
    fn stood(self, known: Position) -> bool {
        self.position <= known && self.voided.is_none_or(|voided| voided > known)
    }
}

/// An appointment, voided ones among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Where.
    pub holder: Holder,
    /// To what.
    pub post: Post,
    /// The first day.
    pub from: Date,
    mark: Mark,
    ends: Vec<(Date, Mark)>,
}

impl Appointment {
    /// The position of the event that recorded it.
    pub fn position(&self) -> Position {
        self.mark.position
    }

    /// Whether it was recorded and not voided, as known at a position.
    pub fn stood(&self, known: Position) -> bool {
        self.mark.stood(known)
    }

    /// The first day without it, as known at a position; none while it has no end.
    pub fn until(&self, known: Position) -> Option<Date> {
        self.ends.iter().find(|(_, mark)| mark.stood(known)).map(|(on, _)| *on)
    }

    /// Whether it held on a day, as known at a position.
    pub fn held(&self, on: Date, known: Position) -> bool {
        self.stood(known) && self.from <= on && self.until(known).is_none_or(|until| on < until)
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The ID.
    pub id: PersonId,
    /// How many events it has.
    pub version: u32,
    appointments: Vec<Appointment>,
    #[serde(with = "crate::event::stored")]
    details: Vec<(Date, Position, PersonDetails)>,
    erased: Option<Position>,
}

impl Person {
    fn new(id: PersonId) -> Self {
        Self { id, version: 0, appointments: Vec::new(), details: Vec::new(), erased: None }
    }

    /// Whether what was known of the person is erased now.
    pub fn is_erased(&self) -> bool {
        self.erased.is_some()
    }

    /// Every appointment that stood at a position, in the order of recording.
    pub fn appointments(&self, known: Position) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |appointment| appointment.stood(known))
    }

    /// The commitments that hold on a day, or after everything, as known at a position.
    pub fn details(&self, on: Option<Date>, known: Position) -> PersonDetails {
        let counts = |(effective, position, _): &&(Date, Position, PersonDetails)| {
            *position <= known && on.is_none_or(|on| *effective <= on)
        };
        let mut details = PersonDetails::default();
        self.details.iter().filter(counts).for_each(|(_, _, corrected)| details.correct(*corrected));
        details
    }

    /// The appointment or the end of one that the event at a position recorded: whether it is voided.
    pub(super) fn fact(&self, position: Position) -> Option<bool> {
        let of = |appointment: &Appointment| {
            let ends = appointment.ends.iter().map(|(_, mark)| *mark);
            let mut marks = std::iter::once(appointment.mark).chain(ends);
            marks.find(|mark| mark.position == position).map(|mark| mark.voided.is_some())
        };
        self.appointments.iter().find_map(of)
    }

    fn learn(&mut self, on: Date, position: Position, details: PersonDetails) {
        let index = self.details.partition_point(|(effective, ..)| *effective <= on);
        self.details.insert(index, (on, position, details));
    }

    fn apply(&mut self, event: &PersonEvent, on: Date, position: Position) {
        self.version += 1;
        match event {
            PersonEvent::PersonAppointed(event) => {
                let (holder, post, mark) = (event.holder, event.post, Mark::new(position));
                self.appointments.push(Appointment { holder, post, from: on, mark, ends: Vec::new() });
                if let Some(details) = event.details {
                    self.learn(Date::MIN, position, details);
                }
            }
            PersonEvent::PersonCorrected(event) => self.learn(on, position, event.details),
            PersonEvent::AppointmentEnded(event) => {
                let of = |appointment: &&mut Appointment| appointment.position() == event.position.0;
                let ended = self.appointments.iter_mut().find(of);
                ended.expect("only a recorded appointment is ended").ends.push((on, Mark::new(position)));
            }
            PersonEvent::PersonFactVoided(event) => self.void(event.position.0, position),
            PersonEvent::PersonErased(_) => self.erased = Some(position),
        }
    }

    pub(super) fn void(&mut self, fact: Position, position: Position) {
        for appointment in &mut self.appointments {
            let ends = appointment.ends.iter_mut().map(|(_, mark)| mark);
            let mut marks = std::iter::once(&mut appointment.mark).chain(ends);
            if let Some(mark) = marks.find(|mark| mark.position == fact) {
                mark.voided = Some(position);
            }
        }
    }
}

/// All persons.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Persons {
    table: Table<Person>,
    by_id: Index<PersonId>,
    by_holder: Index<EntityId>,
    holders: Table<Vec<u32>>,
}

impl Persons {
    /// The person with an ID.
    pub fn get(&self, id: PersonId) -> Option<&Person> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a person has; 0 for one who is not recorded.
    pub fn version(&self, id: PersonId) -> u32 {
        self.get(id).map_or(0, |person| person.version)
    }

    /// Everybody, in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Person> {
        self.table.iter()
    }

    /// Whoever was ever appointed there, in the order of recording; voided appointments may be among the reasons.
    pub fn of_holder(&self, holder: EntityId) -> impl Iterator<Item = &Person> {
        let rows =
            self.by_holder.get(&holder).map(|row| self.holders.get(row).as_slice()).unwrap_or_default();
        rows.iter().map(|row| self.table.get(*row))
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: PersonId, event: &PersonEvent, on: Date, position: Position) {
        let row = self.by_id.get(&id).unwrap_or_else(|| {
            let row = self.table.push(Person::new(id));
            self.by_id.insert(id, row);
            row
        });
        if let PersonEvent::PersonAppointed(event) = event {
            self.note_holder(event.holder.into(), row);
        }
        self.table.get_mut(row).apply(event, on, position);
    }

    fn note_holder(&mut self, holder: EntityId, row: u32) {
        match self.by_holder.get(&holder) {
            Some(list) if self.holders.get(list).contains(&row) => {}
            Some(list) => self.holders.get_mut(list).push(row),
            None => {
                let list = self.holders.push(vec![row]);
                self.by_holder.insert(holder, list);
            }
        }
    }
}
