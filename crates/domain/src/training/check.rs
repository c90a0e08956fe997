//! What holds of every course and workshop, on every day: whatever would break it is not recorded, and nothing that
//! holds it up is voided.

use super::state::{Fact, Training};
use crate::rejection::Code;
use crate::value::{Date, Organisation};

/// What of a course's own facts does not hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A step before the one that it follows, or after the cancelling.
    #[error("on {0} it is not in the phase that this needs")]
    OutOfOrder(Date),
    /// Somebody is enrolled or withdraws while nobody can.
    #[error("on {0} it is not open to participants")]
    NotOpen(Date),
    /// Twice enrolled.
    #[error("the participant is enrolled from {0} on already")]
    EnrolledTwice(Date),
    /// More participants than places.
    #[error("{enrolled} would be enrolled on {on} for {seats} seats")]
    Full {
        /// The day.
        on: Date,
        /// Those that would be enrolled.
        enrolled: usize,
        /// The places.
        seats: u16,
    },
    /// Somebody attended or was certified who was not enrolled on the last day.
    #[error("the participant is not enrolled on {0}, the day on which it was held")]
    NotEnrolled(Date),
    /// More hours attended than were taught.
    #[error("{attended} hours attended are more than the {taught} that were taught")]
    TooManyHours {
        /// Those attended.
        attended: u16,
        /// Those taught.
        taught: u16,
    },
    /// A certificate without enough attendance.
    #[error("{attended} of {taught} hours attended are less than the {needed} % that a certificate needs")]
    AttendanceLow {
        /// Hours attended, 0 where nothing is said.
        attended: u16,
        /// Those taught.
        taught: u16,
        /// The share that is needed.
        needed: u8,
    },
    /// A second certificate.
    #[error("the participant has a certificate since {0} already")]
    CertifiedTwice(Date),
}

impl Breach {
    /// The code that it is answered with.
    pub fn code(self) -> Code {
        match self {
            Self::OutOfOrder(_) | Self::NotOpen(_) => Code::WrongPhase,
            Self::EnrolledTwice(_) | Self::CertifiedTwice(_) => Code::DuplicateEnrolment,
            Self::Full { .. } => Code::CourseFull,
            Self::NotEnrolled(_) => Code::NotEnrolled,
            Self::TooManyHours { .. } => Code::InvalidNumber,
            Self::AttendanceLow { .. } => Code::AttendanceLow,
        }
    }
}

type Checked = Result<(), Breach>;

impl Training {
    /// Whether all of its facts hold together.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub(super) fn check(&self) -> Checked {
        self.check_phases()?;
        self.check_enrolments()?;
        self.check_places()?;
        match self.held() {
            Some(held) => self.check_attendance(held),
            None => match self.attendance.iter().map(|said| said.fact).chain(self.issued()).next() {
                Some((on, _)) => Err(Breach::OutOfOrder(on)),
                None => Ok(()),
            },
        }
    }

    fn issued(&self) -> impl Iterator<Item = Fact> {
        self.certificates.iter().map(|certificate| certificate.fact)
    }

    fn check_phases(&self) -> Checked {
        let day = |fact: Option<Fact>| fact.map(|(on, _)| on);
        let (opened, held, cancelled) = (day(self.opened), day(self.held), day(self.cancelled));
        let since = opened.unwrap_or(self.planned);
        let too_early = [opened, cancelled].into_iter().flatten().find(|on| *on < self.planned);
        let unopened = held.filter(|held| opened.is_none_or(|opened| *held < opened) || *held < self.starts);
        let twice = cancelled.filter(|on| held.is_some() || *on < since);
        match too_early.or(unopened).or(twice) {
            Some(on) => Err(Breach::OutOfOrder(on)),
            None => Ok(()),
        }
    }

    fn check_enrolments(&self) -> Checked {
        let opened = self.opened.map_or(Date::MAX, |(on, _)| on);
        let held = self.held().unwrap_or(Date::MAX);
        let cancelled = self.cancelled.map_or(Date::MAX, |(on, _)| on);
        let shut = |on: Date| on < opened || on > held || on >= cancelled;
        for (place, enrolment) in self.enrolments.iter().enumerate() {
            let withdrawn = enrolment.withdrawn.map(|(on, _)| on);
            let days = [Some(enrolment.on), withdrawn];
            if let Some(on) = days.into_iter().flatten().find(|on| shut(*on)) {
                return Err(Breach::NotOpen(on));
            }
            if let Some(on) = withdrawn.filter(|on| *on < enrolment.on) {
                return Err(Breach::OutOfOrder(on));
            }
            let twice = self.enrolments[..place].iter().find(|other| {
                other.participant == enrolment.participant
                    && other.on < enrolment.end()
                    && enrolment.on < other.end()
            });
            if let Some(other) = twice {
                return Err(Breach::EnrolledTwice(other.on.min(enrolment.on)));
            }
        }
        Ok(())
    }

    /// Rule 21 on every day on which somebody is enrolled or the places become others.
    fn check_places(&self) -> Checked {
        let mut changes: Vec<(Date, i32)> =
            self.enrolments.iter().flat_map(|one| [(one.on, 1), (one.end(), -1)]).collect();
        changes.extend(self.seats.iter().map(|entry| (entry.effective, 0)));
        changes.sort_unstable();
        let mut enrolled = 0_i32;
        for (place, (on, more)) in changes.iter().enumerate() {
            enrolled += more;
            let last_of_day = changes.get(place + 1).is_none_or(|(next, _)| next != on);
            let seats = self.seats_on(*on);
            if last_of_day && *on < Date::MAX && enrolled > i32::from(seats) {
                return Err(Breach::Full { on: *on, enrolled: enrolled as usize, seats });
            }
        }
        Ok(())
    }

    fn check_attendance(&self, held: Date) -> Checked {
        let enrolled = |participant: Organisation| {
            self.enrolled_on(held).any(|enrolment| enrolment.participant == participant)
        };
        for said in &self.attendance {
            let attended = said.hours.hours();
            if said.fact.0 < held {
                return Err(Breach::OutOfOrder(said.fact.0));
            }
            if !enrolled(said.participant) {
                return Err(Breach::NotEnrolled(held));
            }
            if attended > self.hours.hours() {
                return Err(Breach::TooManyHours { attended, taught: self.hours.hours() });
            }
        }
        for (place, certificate) in self.certificates.iter().enumerate() {
            let (participant, (on, _)) = (certificate.participant, certificate.fact);
            if on < held {
                return Err(Breach::OutOfOrder(on));
            }
            if !enrolled(participant) {
                return Err(Breach::NotEnrolled(held));
            }
            let other = self.certificates[..place].iter().find(|other| other.participant == participant);
            if let Some(other) = other {
                return Err(Breach::CertifiedTwice(other.fact.0));
            }
            self.check_certificate(participant, on, certificate.needed.percent())?;
        }
        Ok(())
    }

    /// Rule 21: a certificate needs attendance, on its day and after every later correction.
    fn check_certificate(&self, participant: Organisation, on: Date, needed: u8) -> Checked {
        let taught = self.hours.hours();
        let days = self.attendance.iter().filter(|said| said.participant == participant);
        let days = days.map(|said| said.fact.0).filter(|day| *day > on).chain([on]);
        for day in days {
            let attended = self.attended(participant, day).map_or(0, |hours| hours.hours());
            if u32::from(attended) * 100 < u32::from(taught) * u32::from(needed) || attended == 0 {
                return Err(Breach::AttendanceLow { attended, taught, needed });
            }
        }
        Ok(())
    }
}
