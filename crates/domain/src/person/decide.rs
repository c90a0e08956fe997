//! What is judged on a person's own appointments; that a holder is recorded is told from outside.

use super::{
    AppointPerson, Appointee, AppointmentEnded, CorrectPerson, EndAppointment, ErasePerson, Holder, Person,
    PersonAppointed, PersonCorrected, PersonErased, PersonFactVoided, PersonRejection, Persons,
    VoidPersonFact,
};
use crate::EventData;
use crate::envelope::{Context, EntityId, Event, Position};
use crate::value::{Date, PersonId};

type Decision = Result<Vec<Event>, PersonRejection>;

fn event(id: PersonId, on: Date, data: impl Into<EventData>) -> Event {
    Event::new(EntityId::Person(id), on, data)
}

fn judge_date(on: Date, context: &Context) -> Result<(), PersonRejection> {
    if on > context.today { Err(PersonRejection::Future { date: on }) } else { Ok(()) }
}

impl Persons {
    fn known(&self, id: PersonId) -> Result<&Person, PersonRejection> {
        self.get(id).ok_or(PersonRejection::Unknown)
    }

    /// Somebody of whom something is still known.
    fn present(&self, id: PersonId) -> Result<&Person, PersonRejection> {
        let person = self.known(id)?;
        if person.is_erased() { Err(PersonRejection::Erased) } else { Ok(person) }
    }

    /// Decides `AppointPerson`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNKNOWN_REFERENCE`, `ERASED`, `MISSING_FIELD` for somebody new without a name,
    /// `DUPLICATE_APPOINTMENT`.
    pub fn appoint(&self, command: &AppointPerson, holder: Holder, context: &Context) -> Decision {
        let AppointPerson { on, post, .. } = *command;
        judge_date(on, context)?;
        let (id, details) = match &command.person {
            Appointee::Known(id) => {
                let person = self.present(*id)?;
                let mut same = person
                    .appointments(Position::MAX)
                    .filter(|appointment| (appointment.holder, appointment.post) == (holder, post));
                // An appointment has no end of its own, so it meets every one that ends after its first day.
                if let Some(other) =
                    same.find(|other| other.until(Position::MAX).is_none_or(|until| on < until))
                {
                    return Err(PersonRejection::Duplicate { from: other.from });
                }
                (*id, None)
            }
            Appointee::New(new) if self.get(new.id).is_some() => return Err(PersonRejection::Recorded),
            Appointee::New(new) if new.details.name.is_none() => return Err(PersonRejection::Nameless),
            Appointee::New(new) => (new.id, Some(new.details)),
        };
        let appointed = PersonAppointed { holder, post, details };
        Ok(vec![event(id, on, appointed).concerning(holder.into())])
    }

    /// Decides `CorrectPerson`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNKNOWN_REFERENCE`, `ERASED`, `MISSING_FIELD` when nothing is corrected.
    pub fn correct(&self, command: &CorrectPerson, context: &Context) -> Decision {
        judge_date(command.on, context)?;
        let person = self.present(command.person)?;
        if command.details.is_empty() {
            return Err(PersonRejection::NothingCorrected);
        }
        let corrected = PersonCorrected { details: command.details };
        Ok(vec![event(person.id, command.on, corrected).because(command.reason)])
    }

    /// Decides `EndAppointment`. The appointment of somebody who was erased ends like any other.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNKNOWN_REFERENCE`, `WRONG_PHASE` when it has an end.
    pub fn end(&self, command: &EndAppointment, context: &Context) -> Decision {
        judge_date(command.on, context)?;
        let (person, position) = (self.known(command.person)?, command.position.0);
        let mut standing = person.appointments(Position::MAX);
        let appointment = standing.find(|appointment| appointment.position() == position);
        let appointment = appointment.ok_or(PersonRejection::UnknownFact)?;
        if let Some(until) = appointment.until(Position::MAX) {
            return Err(PersonRejection::Ended { until });
        }
        if command.on <= appointment.from {
            return Err(PersonRejection::EndsBeforeItBegins { from: appointment.from });
        }
        let ended = event(person.id, command.on, AppointmentEnded { position: command.position });
        let ended = ended.concerning(appointment.holder.into()).caused_by(position);
        Ok(vec![ended.because(command.reason)])
    }

    /// Decides `VoidPersonFact`. Voiding the end of an appointment opens it again.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`, `DUPLICATE_APPOINTMENT` when it would meet a later one again.
    pub fn void(&self, command: &VoidPersonFact, context: &Context) -> Decision {
        let (person, position) = (self.known(command.person)?, command.position.0);
        match person.fact(position) {
            None => return Err(PersonRejection::UnknownFact),
            Some(true) => return Err(PersonRejection::AlreadyVoided),
            Some(false) => {}
        }
        let mut after = person.clone();
        after.void(position, Position::MAX);
        if let Some(from) = after.overlap() {
            return Err(PersonRejection::Reopened { from });
        }
        let voided = event(person.id, context.today, PersonFactVoided { position: command.position });
        Ok(vec![voided.caused_by(position).because(command.reason)])
    }

    /// Decides `ErasePerson`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ERASED`.
    pub fn erase(&self, command: &ErasePerson, context: &Context) -> Decision {
        let person = self.present(command.person)?;
        Ok(vec![event(person.id, context.today, PersonErased {}).because(command.reason)])
    }
}

impl Person {
    /// The first day of an appointment that meets an earlier one to the same post.
    fn overlap(&self) -> Option<Date> {
        // What is voided last stands no longer at the last position.
        let standing: Vec<_> = self.appointments(Position::MAX).collect();
        let meets = |later: &&super::Appointment| {
            standing.iter().any(|other| {
                let same = (other.holder, other.post) == (later.holder, later.post);
                let open = other.until(Position::MAX).is_none_or(|until| later.from < until);
                same && other.position() != later.position() && other.from <= later.from && open
            })
        };
        standing.iter().copied().find(|later| meets(later)).map(|later| later.from)
    }
}
