//! Given / when / then.

use super::*;
use crate::Command;
use crate::envelope::{Basis, EntityId, Event};
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::{Date, TrainingKey};

pub(crate) fn training(number: u32) -> TrainingKey {
    TrainingKey::Code(TrainingCode::parse(&format!("TR-{number}")).unwrap())
}

fn of_unit(number: usize) -> OrganisationKey {
    OrganisationKey::Sme(unit(number))
}

fn of_consortium(number: usize) -> OrganisationKey {
    OrganisationKey::Consortium(consortium(number))
}

fn details(number: u32, audiences: &[Audience], seats: u32) -> TrainingDetails {
    TrainingDetails {
        code: TrainingCode::parse(&format!("TR-{number}")).unwrap(),
        kind: TrainingKind::Workshop,
        subject: TrainingSubject::ExportLegalities,
        title: name("الزامات حقوقی صادرات"),
        title_latin: Some(name("Legalities of exports")),
        audiences: audiences.to_vec(),
        province: None,
        hours: Hours::new(20).unwrap(),
        seats: Seats::new(seats).unwrap(),
        attendance: None,
        starts: day(2019, 6, 1),
        ends: day(2019, 6, 10),
    }
}

fn asked(command: TrainingCommand) -> Command {
    Command::Training(command)
}

fn plan(details: TrainingDetails) -> Command {
    asked(TrainingCommand::PlanTraining(PlanTraining { details, on: day(2019, 5, 1) }))
}

fn open(number: u32, on: Date) -> Command {
    asked(TrainingCommand::OpenTraining(OpenTraining { training: training(number), on }))
}

fn enrol(number: u32, participant: OrganisationKey, on: Date) -> Command {
    asked(TrainingCommand::EnrolInTraining(EnrolInTraining { training: training(number), participant, on }))
}

fn withdraw(number: u32, participant: OrganisationKey, on: Date) -> Command {
    let (training, reason) = (training(number), ReasonCode::HolderRequest);
    asked(TrainingCommand::WithdrawFromTraining(WithdrawFromTraining { training, participant, reason, on }))
}

fn hold(number: u32, on: Date) -> Command {
    asked(TrainingCommand::HoldTraining(HoldTraining { training: training(number), on }))
}

fn attend(number: u32, hours: &[(usize, u32)], on: Date) -> Command {
    let attended = hours.iter().map(|(unit, hours)| AttendedHours {
        participant: of_unit(*unit),
        hours: Hours::new(*hours).unwrap(),
    });
    let (training, attended) = (training(number), attended.collect());
    asked(TrainingCommand::RecordAttendance(RecordAttendance { training, attended, on }))
}

fn certify(number: u32, units: &[usize], on: Date) -> Command {
    let certified =
        units.iter().map(|unit| CertifiedParticipant { participant: of_unit(*unit), number: None });
    let (training, certified) = (training(number), certified.collect());
    asked(TrainingCommand::IssueTrainingCertificates(IssueTrainingCertificates { training, certified, on }))
}

fn cancel(number: u32, on: Date) -> Command {
    let (training, reason) = (training(number), ReasonCode::Other);
    asked(TrainingCommand::CancelTraining(CancelTraining { training, reason, on }))
}

fn seats(number: u32, seats: u32, on: Date) -> Command {
    asked(TrainingCommand::ReviseTraining(ReviseTraining {
        training: training(number),
        title: None,
        title_latin: None,
        province: None,
        hours: None,
        seats: Some(Seats::new(seats).unwrap()),
        starts: None,
        ends: None,
        on,
    }))
}

fn void(number: u32, position: u64) -> Command {
    let (training, reason) = (training(number), ReasonCode::DataEntryError);
    let position = PositionText(position);
    asked(TrainingCommand::VoidTrainingFact(VoidTrainingFact { training, position, reason }))
}

/// The position of the one event of a command.
fn recorded(given: &mut Given, command: Command) -> u64 {
    given.when(command).unwrap();
    given.state.position
}

/// Five units, and an open workshop of two seats for units.
fn opened() -> Given {
    units().given([plan(details(1, &[Audience::Smes], 2)), open(1, day(2019, 5, 10))])
}

/// Units 1 and 2 have attended all and half of it.
fn attended() -> Given {
    opened().given([
        enrol(1, of_unit(1), day(2019, 5, 11)),
        enrol(1, of_unit(2), day(2019, 5, 12)),
        hold(1, day(2019, 6, 10)),
        attend(1, &[(1, 20), (2, 10)], day(2019, 6, 11)),
    ])
}

fn state(given: &Given) -> &Training {
    given.state.trainings.find(&training(1)).unwrap()
}

fn broken(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

#[test]
fn a_workshop_is_planned_opened_held_and_certified() {
    let mut given = attended();
    let events = given.when(certify(1, &[1], day(2019, 6, 20))).unwrap();
    let [Event { refs, .. }] = events.as_slice() else { panic!("{events:?}") };
    assert!(matches!(refs.as_slice(), [EntityId::Sme(_)]));
    for (on, phase) in [
        (day(2019, 4, 30), None),
        (day(2019, 5, 1), Some(Phase::Planned)),
        (day(2019, 5, 10), Some(Phase::Open)),
        (day(2019, 6, 10), Some(Phase::Held)),
        (day(2019, 6, 20), Some(Phase::Certified)),
    ] {
        assert_eq!(state(&given).phase_on(on), phase, "{on}");
    }
    assert_eq!(state(&given).certified_on(day(2019, 6, 19)).count(), 0);
    assert_eq!(state(&given).certified_on(day(2019, 6, 20)).count(), 1);
}

#[test]
fn seats_are_never_overbooked_on_any_day() {
    let mut given = opened();
    given.when(enrol(1, of_unit(1), day(2019, 5, 11))).unwrap();
    given.when(enrol(1, of_unit(2), day(2019, 5, 20))).unwrap();
    assert_eq!(
        given.rejected(enrol(1, of_unit(3), day(2019, 5, 20))),
        broken(Code::CourseFull, "participant")
    );
    // Before the second was enrolled there was a place, but there is none on the days after.
    assert_eq!(
        given.rejected(enrol(1, of_unit(3), day(2019, 5, 12))),
        broken(Code::CourseFull, "participant")
    );
    given.when(withdraw(1, of_unit(1), day(2019, 5, 25))).unwrap();
    assert_eq!(
        given.rejected(enrol(1, of_unit(3), day(2019, 5, 24))),
        broken(Code::CourseFull, "participant")
    );
    given.when(enrol(1, of_unit(3), day(2019, 5, 25))).unwrap();
    // More seats are there from their day on; fewer would not hold those enrolled.
    given.when(seats(1, 3, day(2019, 5, 26))).unwrap();
    given.when(enrol(1, of_unit(4), day(2019, 5, 26))).unwrap();
    assert_eq!(given.rejected(seats(1, 2, day(2019, 5, 27))), broken(Code::CourseFull, "seats"));
    assert_eq!(
        given.rejected(enrol(1, of_unit(5), day(2019, 5, 27))),
        broken(Code::CourseFull, "participant")
    );
    assert_eq!(state(&given).enrolled_on(day(2019, 5, 30)).count(), 3);
}

#[test]
fn a_withdrawal_is_not_voided_when_its_place_is_taken() {
    let mut given = opened();
    given.when(enrol(1, of_unit(1), day(2019, 5, 11))).unwrap();
    let withdrawn = recorded(&mut given, withdraw(1, of_unit(1), day(2019, 5, 20)));
    given.when(enrol(1, of_unit(2), day(2019, 5, 20))).unwrap();
    let third = recorded(&mut given, enrol(1, of_unit(3), day(2019, 5, 21)));
    assert_eq!(given.rejected(void(1, withdrawn)), broken(Code::CourseFull, "position"));
    given.when(void(1, third)).unwrap();
    given.when(void(1, withdrawn)).unwrap();
    assert_eq!(given.rejected(void(1, withdrawn)), broken(Code::AlreadyVoided, "position"));
    assert_eq!(given.rejected(void(1, 1)), broken(Code::UnknownReference, "position"));
}

#[test]
fn a_certificate_needs_attendance() {
    let mut given = attended();
    assert_eq!(
        given.rejected(certify(1, &[1, 2], day(2019, 6, 20))),
        broken(Code::AttendanceLow, "certified")
    );
    assert_eq!(given.rejected(certify(1, &[3], day(2019, 6, 20))), broken(Code::NotEnrolled, "certified"));
    assert_eq!(given.rejected(certify(1, &[], day(2019, 6, 20))), broken(Code::MissingField, "certified"));
    // Three quarters of 20 hours are 15.
    assert_eq!(given.rejected(certify(1, &[1], day(2019, 6, 10))), broken(Code::AttendanceLow, "certified"));
    given.when(attend(1, &[(2, 15)], day(2019, 6, 12))).unwrap();
    given.when(certify(1, &[1, 2], day(2019, 6, 20))).unwrap();
    assert_eq!(
        given.rejected(certify(1, &[1], day(2019, 6, 21))),
        broken(Code::DuplicateEnrolment, "certified")
    );
    // What a certificate stands on is neither corrected below it nor voided.
    assert_eq!(
        given.rejected(attend(1, &[(2, 14)], day(2019, 6, 25))),
        broken(Code::AttendanceLow, "attended")
    );
    let last = given.state.position;
    assert_eq!(given.rejected(void(1, last - 1)), broken(Code::AttendanceLow, "position"));
    given.when(void(1, last)).unwrap();
    given.when(void(1, last - 1)).unwrap();
    assert_eq!(
        state(&given).attended(state(&given).enrolments()[1].participant, Date::MAX).unwrap().hours(),
        10
    );
}

#[test]
fn a_course_of_its_own_share_needs_that() {
    let own = |percent| TrainingDetails {
        attendance: Some(Percent::new(percent).unwrap()),
        ..details(1, &[Audience::Smes], 5)
    };
    let given = units();
    assert_eq!(given.rejected(plan(own(101))), broken(Code::InvalidValue, "details.attendance"));
    let mut given = given.given([
        plan(own(50)),
        open(1, day(2019, 5, 10)),
        enrol(1, of_unit(2), day(2019, 5, 12)),
        hold(1, day(2019, 6, 10)),
        attend(1, &[(2, 10)], day(2019, 6, 11)),
    ]);
    given.when(certify(1, &[2], day(2019, 6, 11))).unwrap();
}

#[test]
fn participants_fit_its_audiences_and_are_enrolled_once() {
    let mut given = units().given([
        form(1, &[1, 2, 3], day(2019, 4, 1)),
        plan(details(1, &[Audience::Consortiums, Audience::Emcs], 5)),
        open(1, day(2019, 5, 10)),
    ]);
    let on = day(2019, 5, 11);
    assert_eq!(given.rejected(enrol(1, of_unit(1), on)), broken(Code::WrongAudience, "participant"));
    given.when(enrol(1, of_consortium(1), on)).unwrap();
    assert_eq!(
        given.rejected(enrol(1, of_consortium(1), day(2019, 5, 12))),
        broken(Code::DuplicateEnrolment, "participant")
    );
    assert_eq!(given.rejected(enrol(1, of_consortium(2), on)), broken(Code::UnknownReference, "participant"));
    // Who withdrew may come back.
    given.when(withdraw(1, of_consortium(1), day(2019, 5, 20))).unwrap();
    assert_eq!(
        given.rejected(withdraw(1, of_consortium(1), day(2019, 5, 21))),
        broken(Code::NotEnrolled, "participant")
    );
    given.when(enrol(1, of_consortium(1), day(2019, 5, 20))).unwrap();
}

#[test]
fn steps_come_in_their_order() {
    let mut given = units().given([plan(details(1, &[Audience::Smes], 2))]);
    assert_eq!(
        given.rejected(plan(details(1, &[Audience::Smes], 2))),
        broken(Code::DuplicateTraining, "details.code")
    );
    assert_eq!(given.rejected(plan(details(2, &[], 2))), broken(Code::MissingField, "details.audiences"));
    assert_eq!(
        given.rejected(plan(details(2, &[Audience::Smes], 0))),
        broken(Code::InvalidValue, "details.seats")
    );
    assert_eq!(given.rejected(open(1, day(2019, 4, 30))), broken(Code::InvalidDate, "on"));
    assert_eq!(given.rejected(open(1, day(2030, 4, 30))), broken(Code::InvalidDate, "on"));
    assert_eq!(
        given.rejected(enrol(1, of_unit(1), day(2019, 5, 2))),
        broken(Code::WrongPhase, "participant")
    );
    assert_eq!(given.rejected(hold(1, day(2019, 6, 10))), broken(Code::WrongPhase, "on"));
    given.when(open(1, day(2019, 5, 10))).unwrap();
    assert_eq!(given.rejected(open(1, day(2019, 5, 11))), broken(Code::WrongPhase, "training"));
    assert_eq!(given.rejected(hold(1, day(2019, 5, 31))), broken(Code::WrongPhase, "on"));
    assert_eq!(given.rejected(attend(1, &[(1, 1)], day(2019, 6, 10))), broken(Code::WrongPhase, "attended"));
    let mut other = given.clone();
    given.when(hold(1, day(2019, 6, 10))).unwrap();
    assert_eq!(
        given.rejected(enrol(1, of_unit(1), day(2019, 6, 11))),
        broken(Code::WrongPhase, "participant")
    );
    assert_eq!(given.rejected(cancel(1, day(2019, 6, 11))), broken(Code::WrongPhase, "training"));
    other.when(cancel(1, day(2019, 5, 20))).unwrap();
    assert_eq!(state(&other).phase_on(day(2019, 5, 20)), Some(Phase::Cancelled));
    assert_eq!(
        other.rejected(enrol(1, of_unit(1), day(2019, 5, 20))),
        broken(Code::WrongPhase, "participant")
    );
    assert_eq!(other.rejected(hold(1, day(2019, 6, 10))), broken(Code::WrongPhase, "training"));
}

#[test]
fn what_others_stand_on_is_not_voided() {
    let mut given = opened();
    let opening = given.state.position;
    given.when(enrol(1, of_unit(1), day(2019, 5, 11))).unwrap();
    assert_eq!(given.rejected(void(1, opening)), broken(Code::WrongPhase, "position"));
    let held = recorded(&mut given, hold(1, day(2019, 6, 10)));
    given.when(attend(1, &[(1, 20)], day(2019, 6, 11))).unwrap();
    assert_eq!(
        given.rejected(attend(1, &[(1, 21)], day(2019, 6, 12))),
        broken(Code::InvalidNumber, "attended")
    );
    assert_eq!(given.rejected(void(1, held)), broken(Code::WrongPhase, "position"));
    assert_eq!(given.rejected(void(1, held - 1)), broken(Code::NotEnrolled, "position"));
}

#[test]
fn a_course_of_before_the_registry_is_taken_over_with_its_participants() {
    let taken = |unit, hours, certificate: Option<&str>| TakenOverEnrolment {
        participant: of_unit(unit),
        hours: Some(Hours::new(hours).unwrap()),
        certificate: certificate.map(|number| CertificateNumber::parse(number).unwrap()),
    };
    let take_over = |enrolment| {
        let details = details(1, &[Audience::Smes], 2);
        asked(TrainingCommand::TakeOverTraining(TakeOverTraining { details, enrolment: Some(enrolment) }))
    };
    let more = |enrolment| {
        asked(TrainingCommand::TakeOverEnrolment(TakeOverEnrolment { training: training(1), enrolment }))
    };
    let mut given = units();
    assert_eq!(
        given.rejected(take_over(taken(1, 14, Some("C-1")))),
        broken(Code::AttendanceLow, "enrolment.participant")
    );
    let events = given.when(take_over(taken(1, 15, Some("C-1")))).unwrap();
    assert!(events.iter().all(|event| event.basis == Basis::TakenOver));
    given.when(more(taken(2, 3, None))).unwrap();
    assert_eq!(given.rejected(more(taken(3, 3, None))), broken(Code::CourseFull, "enrolment.participant"));
    assert_eq!(state(&given).phase_on(day(2019, 6, 10)), Some(Phase::Certified));
    assert_eq!(state(&given).enrolled_on(day(2019, 6, 1)).count(), 2);
    let planned = opened();
    assert_eq!(planned.rejected(more(taken(1, 3, None))), broken(Code::WrongPhase, "training"));
}

#[test]
fn a_closure_before_the_enrolment_is_found() {
    let mut given = opened();
    assert_eq!(
        given.clone().given([close(1, day(2019, 5, 1))]).rejected(enrol(1, of_unit(1), day(2019, 5, 11))),
        broken(Code::UnitClosed, "participant")
    );
    let fact = recorded(&mut given, enrol(1, of_unit(1), day(2019, 5, 11)));
    let cause = recorded(&mut given, close(1, day(2019, 5, 11)));
    let found: Vec<_> = given.state.findings.iter().map(|one| (one.rule, one.fact, one.cause)).collect();
    assert_eq!(found, [(Code::UnitClosed, fact, cause)]);
    given.when(void_unit_fact(1, cause)).unwrap();
    assert!(given.state.findings.is_empty());
    given.when(close(1, day(2019, 5, 12))).unwrap();
    assert!(given.state.findings.is_empty());
}
