//! What is judged on the timeline of a course or workshop alone. Who a participant is, and whether it was there on the
//! day, arrives from its own noun; how much attendance a certificate needs, from the table of limits.

use super::state::{Training, Trainings};
use super::{
    AttendanceRecorded, Attended, Audience, CancelTraining, Certified, IssueTrainingCertificates,
    ParticipantEnrolled, ParticipantWithdrawn, RecordAttendance, ReviseTraining, TakenOverEnrolment,
    TrainingCancelled, TrainingCertificatesIssued, TrainingDetails, TrainingFactVoided, TrainingHeld,
    TrainingOpened, TrainingPlanned, TrainingRejection, TrainingRevised, VoidTrainingFact,
    WithdrawFromTraining,
};
use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::value::{Date, Organisation, Percent, TrainingKey};

type Decision = Result<Vec<Event>, TrainingRejection>;

/// The most participants of one attendance, or of one issue of certificates: a line of the log holds them.
const PARTICIPANTS_MOST: usize = 250;

impl Training {
    fn event(&self, on: Date, data: impl Into<EventData>) -> Event {
        Event::new(EntityId::Training(self.id), on, data)
    }

    fn judge_date(&self, on: Date, context: &Context) -> Result<(), TrainingRejection> {
        if on > context.today {
            return Err(TrainingRejection::Future { path: "on", date: on });
        }
        if on < self.planned {
            return Err(TrainingRejection::BeforePlanning(self.planned));
        }
        Ok(())
    }

    /// Records events of its own, where all facts then hold together.
    fn record(&self, path: &'static str, events: Vec<Event>) -> Decision {
        match self.after(&events).check() {
            Ok(()) => Ok(events),
            Err(breach) => Err(TrainingRejection::Breach { path, breach }),
        }
    }

    fn enrolled(&self, participant: Organisation, on: Date) -> Event {
        self.event(on, ParticipantEnrolled { participant }).concerning(participant.into())
    }

    fn judge_audience(&self, path: &str, participant: Organisation) -> Result<(), TrainingRejection> {
        let audience = Audience::of(participant);
        match self.audiences.contains(&audience) {
            true => Ok(()),
            false => Err(TrainingRejection::OtherAudience { path: path.to_owned(), audience }),
        }
    }

    /// The share of the hours that a certificate needs, by its own plan or by the table of limits.
    fn needed(&self, limit: Option<u32>, on: Date) -> Result<Percent, TrainingRejection> {
        let limit = || limit.and_then(|limit| Percent::new(limit).ok());
        self.needed.or_else(limit).ok_or(TrainingRejection::NoLimit { on })
    }
}

impl Trainings {
    pub(crate) fn known(&self, key: &TrainingKey) -> Result<&Training, TrainingRejection> {
        self.find(key).ok_or(TrainingRejection::Unknown)
    }

    fn planned(
        &self,
        details: &TrainingDetails,
        on: Date,
        context: &Context,
    ) -> Result<TrainingPlanned, TrainingRejection> {
        if self.has_code(&details.code) {
            return Err(TrainingRejection::Duplicate(details.code.clone()));
        }
        if on > context.today {
            return Err(TrainingRejection::Future { path: "on", date: on });
        }
        if details.ends < details.starts {
            return Err(TrainingRejection::EndsBeforeItStarts {
                path: "details.ends",
                starts: details.starts,
            });
        }
        if details.audiences.is_empty() {
            return Err(TrainingRejection::NoAudience);
        }
        if (1..details.audiences.len())
            .any(|place| details.audiences[..place].contains(&details.audiences[place]))
        {
            return Err(TrainingRejection::AudienceTwice);
        }
        for (path, none) in
            [("details.hours", details.hours.hours() == 0), ("details.seats", details.seats.seats() == 0)]
        {
            if none {
                return Err(TrainingRejection::Nothing { path });
            }
        }
        match details.attendance {
            Some(share) if !(1..=100).contains(&share.percent()) => Err(TrainingRejection::NoShare),
            _ => {
                let TrainingDetails { code, kind, subject, title, title_latin, audiences, .. } =
                    details.clone();
                let TrainingDetails { province, hours, seats, attendance, starts, ends, .. } = *details;
                Ok(TrainingPlanned {
                    code,
                    kind,
                    subject,
                    title,
                    title_latin,
                    audiences,
                    province,
                    hours,
                    seats,
                    attendance,
                    starts,
                    ends,
                })
            }
        }
    }

    /// Decides `PlanTraining`.
    ///
    /// # Errors
    /// `DUPLICATE_TRAINING`, `INVALID_DATE`, `INVALID_VALUE`, `MISSING_FIELD`.
    pub fn plan(&self, details: &TrainingDetails, on: Date, context: &Context) -> Decision {
        let planned = self.planned(details, on, context)?;
        Ok(vec![Event::new(EntityId::Training(context.new_id()), on, planned)])
    }

    /// Decides `TakeOverTraining`: it counts as planned and opened on its first day and held on its last, and the
    /// participant as enrolled on the first. `limit` is the attendance that a certificate needs on the last day.
    ///
    /// # Errors
    /// Those of [`Trainings::plan`]; `WRONG_AUDIENCE`, `COURSE_FULL`, `ATTENDANCE_LOW`.
    pub fn take_over(
        &self,
        details: &TrainingDetails,
        enrolment: Option<(&TakenOverEnrolment, Organisation)>,
        limit: Option<u32>,
        context: &Context,
    ) -> Decision {
        if details.ends > context.today {
            return Err(TrainingRejection::Future { path: "details.ends", date: details.ends });
        }
        let planned = self.planned(details, details.starts, context)?;
        let id = context.new_id();
        let training = Training::new(id, &planned, details.starts, Basis::TakenOver, Position::MAX);
        let held = vec![
            training.event(details.starts, TrainingOpened {}).on_basis(Basis::TakenOver),
            training.event(details.ends, TrainingHeld {}).on_basis(Basis::TakenOver),
        ];
        let training = training.after(&held);
        let mut events = vec![training.event(details.starts, planned).on_basis(Basis::TakenOver)];
        events.extend(held);
        if let Some((enrolment, participant)) = enrolment {
            events.extend(self.take_over_enrolment(&training, enrolment, participant, limit)?);
        }
        Ok(events)
    }

    /// Decides `TakeOverEnrolment`; `limit` as in [`Trainings::take_over`].
    ///
    /// # Errors
    /// `WRONG_PHASE` for one that was not taken over; `WRONG_AUDIENCE`, `DUPLICATE_ENROLMENT`, `COURSE_FULL`,
    /// `ATTENDANCE_LOW`.
    pub fn take_over_enrolment(
        &self,
        training: &Training,
        enrolment: &TakenOverEnrolment,
        participant: Organisation,
        limit: Option<u32>,
    ) -> Decision {
        let held = match training.held() {
            Some(held) if training.basis == Basis::TakenOver => held,
            _ => return Err(TrainingRejection::NotTakenOver),
        };
        training.judge_audience("enrolment.participant", participant)?;
        let mut events = vec![training.enrolled(participant, training.planned)];
        if let Some(hours) = enrolment.hours {
            let attended = vec![Attended { participant, hours }];
            events.push(training.event(held, AttendanceRecorded { attended }));
        }
        if let Some(number) = &enrolment.certificate {
            let certified = vec![Certified { participant, number: Some(number.clone()) }];
            let attendance = training.needed(limit, held)?;
            events.push(training.event(held, TrainingCertificatesIssued { certified, attendance }));
        }
        let taken =
            events.into_iter().map(|event| event.concerning(participant.into()).on_basis(Basis::TakenOver));
        training.record("enrolment.participant", taken.collect())
    }

    /// Decides `OpenTraining`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_PHASE`.
    pub fn open(&self, training: &Training, on: Date, context: &Context) -> Decision {
        training.judge_date(on, context)?;
        match training.opened.or(training.cancelled) {
            Some((on, _)) => Err(TrainingRejection::Past { on }),
            None => training.record("on", vec![training.event(on, TrainingOpened {})]),
        }
    }

    /// Decides `EnrolInTraining`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `WRONG_AUDIENCE`, `WRONG_PHASE` while it is not open, `DUPLICATE_ENROLMENT`, `COURSE_FULL`.
    pub fn enrol(
        &self,
        training: &Training,
        participant: Organisation,
        on: Date,
        context: &Context,
    ) -> Decision {
        training.judge_date(on, context)?;
        training.judge_audience("participant", participant)?;
        training.record("participant", vec![training.enrolled(participant, on)])
    }

    /// Decides `WithdrawFromTraining`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `NOT_ENROLLED`; `WRONG_PHASE` once it is held.
    pub fn withdraw(
        &self,
        training: &Training,
        command: &WithdrawFromTraining,
        participant: Organisation,
        context: &Context,
    ) -> Decision {
        let on = command.on;
        training.judge_date(on, context)?;
        let open = |enrolment: &&super::Enrolment| {
            enrolment.participant == participant && enrolment.withdrawn.is_none() && enrolment.on <= on
        };
        let enrolment = training.enrolments().iter().find(open).ok_or(TrainingRejection::NotEnrolled)?;
        let event = training.event(on, ParticipantWithdrawn { participant }).concerning(participant.into());
        let event = event.because(command.reason).caused_by(enrolment.position);
        training.record("participant", vec![event])
    }

    /// Decides `HoldTraining`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` before it is open, before its first day, and twice.
    pub fn hold(&self, training: &Training, on: Date, context: &Context) -> Decision {
        training.judge_date(on, context)?;
        match training.held.or(training.cancelled) {
            Some((on, _)) => Err(TrainingRejection::Past { on }),
            None => {
                let enrolled = training.enrolled_on(on).map(|enrolment| enrolment.participant.into());
                let event = training.event(on, TrainingHeld {});
                let event = enrolled.take(PARTICIPANTS_MOST).fold(event, Event::concerning);
                training.record("on", vec![event])
            }
        }
    }

    /// Decides `RecordAttendance`; `participants` are those of the command, in its order.
    ///
    /// # Errors
    /// `INVALID_DATE`, `MISSING_FIELD` and `INVALID_VALUE` for none and too many, `WRONG_PHASE` before it is held,
    /// `NOT_ENROLLED`, `INVALID_NUMBER`; `ATTENDANCE_LOW` when a certificate would stand on too few hours.
    pub fn attend(
        &self,
        training: &Training,
        command: &RecordAttendance,
        participants: &[Organisation],
        context: &Context,
    ) -> Decision {
        training.judge_date(command.on, context)?;
        judge_list("attended", participants)?;
        let attended = participants.iter().zip(&command.attended);
        let attended: Vec<_> = attended
            .map(|(participant, said)| Attended { participant: *participant, hours: said.hours })
            .collect();
        let event = training.event(command.on, AttendanceRecorded { attended });
        training.record("attended", vec![concerning(event, participants)])
    }

    /// Decides `IssueTrainingCertificates` (rule 21); `participants` are those of the command, in its order, and `limit`
    /// is the attendance that a certificate needs on that day.
    ///
    /// # Errors
    /// `ATTENDANCE_LOW`, `DUPLICATE_ENROLMENT` for a second certificate; else those of [`Trainings::attend`].
    pub fn certify(
        &self,
        training: &Training,
        command: &IssueTrainingCertificates,
        participants: &[Organisation],
        limit: Option<u32>,
        context: &Context,
    ) -> Decision {
        training.judge_date(command.on, context)?;
        judge_list("certified", participants)?;
        let certified = participants.iter().zip(&command.certified);
        let certified: Vec<_> = certified
            .map(|(participant, one)| Certified { participant: *participant, number: one.number.clone() })
            .collect();
        let attendance = training.needed(limit, command.on)?;
        let event = training.event(command.on, TrainingCertificatesIssued { certified, attendance });
        training.record("certified", vec![concerning(event, participants)])
    }

    /// Decides `CancelTraining`.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` once it is held or cancelled.
    pub fn cancel(&self, training: &Training, command: &CancelTraining, context: &Context) -> Decision {
        let on = command.on;
        training.judge_date(on, context)?;
        if let Some((on, _)) = training.held.or(training.cancelled) {
            return Err(TrainingRejection::Past { on });
        }
        let event = training.event(on, TrainingCancelled {}).because(command.reason);
        let enrolled = training.enrolled_on(on).map(|enrolment| enrolment.participant.into());
        training.record("on", vec![enrolled.take(PARTICIPANTS_MOST).fold(event, Event::concerning)])
    }

    /// Decides `ReviseTraining`. What changes nothing records nothing.
    ///
    /// # Errors
    /// `INVALID_DATE`; `WRONG_PHASE` for hours and days once it is held, and after a cancelling; `COURSE_FULL`.
    pub fn revise(&self, training: &Training, command: &ReviseTraining, context: &Context) -> Decision {
        let ReviseTraining { title, title_latin, province, hours, seats, starts, ends, on, .. } =
            command.clone();
        training.judge_date(on, context)?;
        let plan = hours.is_some() || starts.is_some() || ends.is_some();
        let names = title.is_some() || title_latin.is_some() || province.is_some();
        if !plan && !names && seats.is_none() {
            return Ok(Vec::new());
        }
        let settled = if plan { training.held.or(training.cancelled) } else { training.cancelled };
        if let Some((on, _)) = settled {
            return Err(TrainingRejection::Past { on });
        }
        let first = starts.unwrap_or(training.starts);
        if ends.unwrap_or(training.ends) < first {
            let path = if ends.is_some() { "ends" } else { "starts" };
            return Err(TrainingRejection::EndsBeforeItStarts { path, starts: first });
        }
        for (path, none) in [
            ("hours", hours.is_some_and(|hours| hours.hours() == 0)),
            ("seats", seats.is_some_and(|seats| seats.seats() == 0)),
        ] {
            if none {
                return Err(TrainingRejection::Nothing { path });
            }
        }
        let revised = TrainingRevised { title, title_latin, province, hours, seats, starts, ends };
        training.record("seats", vec![training.event(on, revised)])
    }

    /// Decides `VoidTrainingFact`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`; the code of what would not hold without the fact.
    pub fn void(&self, training: &Training, command: &VoidTrainingFact) -> Decision {
        let position = command.position.0;
        if training.voided.contains(&position) {
            return Err(TrainingRejection::AlreadyVoided);
        }
        let (effective, organisations) = training.fact(position).ok_or(TrainingRejection::UnknownFact)?;
        let voided = TrainingFactVoided { position: command.position };
        let event = training.event(effective, voided).because(command.reason).caused_by(position);
        training.record("position", vec![concerning(event, &organisations)])
    }
}

fn judge_list(path: &'static str, participants: &[Organisation]) -> Result<(), TrainingRejection> {
    if participants.is_empty() {
        return Err(TrainingRejection::Nobody { path });
    }
    if participants.len() > PARTICIPANTS_MOST {
        return Err(TrainingRejection::TooMany { path, most: PARTICIPANTS_MOST });
    }
    let twice = (1..participants.len()).find(|place| participants[..*place].contains(&participants[*place]));
    match twice {
        Some(place) => Err(TrainingRejection::NamedTwice { path: format!("{path}.{place}.participant") }),
        None => Ok(()),
    }
}

fn concerning(event: Event, organisations: &[Organisation]) -> Event {
    organisations.iter().fold(event, |event, organisation| event.concerning((*organisation).into()))
}
