//! Given / when / then.

use super::*;
use crate::Command;
use crate::envelope::{EntityId, Position};
use crate::rejection::Code;
use crate::rules::trade::samples::{day, unit, units};
use crate::testing::Given;

fn id(number: u128) -> PersonId {
    PersonId::new(uuid::Uuid::from_u128(number))
}

fn name(byte: u8) -> PersonDetails {
    PersonDetails { name: Some(Commitment([byte; 32])), ..PersonDetails::default() }
}

fn command(command: PersonCommand) -> Command {
    Command::Person(command)
}

fn appoint(person: Appointee, sme: usize, on: Date) -> Command {
    let (holder, post) = (HolderKey::Sme(unit(sme)), Post::ManagingDirector);
    command(PersonCommand::AppointPerson(AppointPerson { person, holder, post, on }))
}

fn new(number: u128) -> Appointee {
    Appointee::New(NewPerson { id: id(number), details: name(1) })
}

fn end(number: u128, position: Position, on: Date) -> Command {
    let (person, position, reason) = (id(number), PositionText(position), ReasonCode::TermExpired);
    command(PersonCommand::EndAppointment(EndAppointment { person, position, on, reason }))
}

fn void(number: u128, position: Position) -> Command {
    let (person, position, reason) = (id(number), PositionText(position), ReasonCode::DataEntryError);
    command(PersonCommand::VoidPersonFact(VoidPersonFact { person, position, reason }))
}

fn correct(number: u128, details: PersonDetails, on: Date) -> Command {
    let reason = ReasonCode::SourceCorrected;
    command(PersonCommand::CorrectPerson(CorrectPerson { person: id(number), details, reason, on }))
}

fn erase(number: u128) -> Command {
    let reason = ReasonCode::HolderRequest;
    command(PersonCommand::ErasePerson(ErasePerson { person: id(number), reason }))
}

/// Person 1, director of unit 1 since 2018-05-01; and the position of that event.
fn appointed() -> (Given, Position) {
    let given = units().given([appoint(new(1), 1, day(2018, 5, 1))]);
    let position = given.state.position;
    (given, position)
}

fn person(given: &Given) -> &Person {
    given.state.persons.get(id(1)).expect("the person")
}

fn directs(given: &Given, on: Date) -> bool {
    person(given).appointments(Position::MAX).any(|appointment| appointment.held(on, Position::MAX))
}

#[test]
fn a_person_is_appointed_with_a_name_to_a_recorded_holder() {
    let (given, _) = appointed();
    assert!(!directs(&given, day(2018, 4, 30)) && directs(&given, day(2018, 5, 1)));
    let holder = EntityId::Sme(given.state.smes.find(&unit(1)).unwrap().id);
    assert_eq!(given.state.persons.of_holder(holder).count(), 1);
    assert_eq!(person(&given).details(None, Position::MAX), name(1));
    assert_eq!(
        given.rejected(appoint(new(2), 9, day(2018, 5, 1))),
        (Code::UnknownReference, "holder".into())
    );
    assert_eq!(given.rejected(appoint(new(2), 1, day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    assert_eq!(
        given.rejected(appoint(new(1), 2, day(2018, 5, 1))),
        (Code::DuplicateAppointment, "person".into())
    );
    let nameless = Appointee::New(NewPerson { id: id(2), details: PersonDetails::default() });
    assert_eq!(
        given.rejected(appoint(nameless, 1, day(2018, 5, 1))),
        (Code::MissingField, "details.name".into())
    );
    let nobody = Appointee::Known(id(2));
    assert_eq!(
        given.rejected(appoint(nobody, 1, day(2018, 5, 1))),
        (Code::UnknownReference, "person".into())
    );
}

#[test]
fn a_person_holds_a_post_once_at_a_time_and_again_after_its_end() {
    let (mut given, position) = appointed();
    let again = |on| appoint(Appointee::Known(id(1)), 1, on);
    let taken = (Code::DuplicateAppointment, "post".into());
    assert_eq!(given.rejected(again(day(2019, 1, 1))), taken);
    assert_eq!(given.rejected(again(day(2017, 1, 1))), taken, "an earlier one has no end");
    given.decide(&appoint(Appointee::Known(id(1)), 2, day(2019, 1, 1))).unwrap();
    assert_eq!(given.rejected(end(1, position, day(2018, 5, 1))), (Code::InvalidDate, "on".into()));
    given.when(end(1, position, day(2019, 3, 1))).unwrap();
    let ended = given.state.position;
    assert!(directs(&given, day(2019, 2, 28)) && !directs(&given, day(2019, 3, 1)));
    assert_eq!(given.rejected(end(1, position, day(2019, 4, 1))), (Code::WrongPhase, "position".into()));
    given.when(again(day(2019, 3, 1))).unwrap();
    assert_eq!(given.rejected(void(1, ended)), (Code::DuplicateAppointment, "position".into()));
    let second = given.state.position;
    given.when(void(1, second)).unwrap();
    given.when(void(1, ended)).unwrap();
    assert!(directs(&given, day(2019, 4, 1)), "it is open again");
    assert_eq!(given.rejected(void(1, ended)), (Code::AlreadyVoided, "position".into()));
    assert_eq!(given.rejected(void(1, 1)), (Code::UnknownReference, "position".into()));
    assert_eq!(given.rejected(end(1, second, day(2019, 4, 1))), (Code::UnknownReference, "position".into()));
    given.when(void(1, position)).unwrap();
    assert!(!directs(&given, day(2019, 1, 1)));
    let held = |known| person(&given).appointments(known).any(|found| found.held(day(2019, 4, 1), known));
    assert!(held(position) && !held(ended), "what was known then can still be told");
}

#[test]
fn a_correction_holds_from_its_day_on() {
    let (mut given, position) = appointed();
    let phone = PersonDetails { telephone: Some(Commitment([3; 32])), ..PersonDetails::default() };
    given.when(correct(1, name(2), day(2019, 6, 1))).unwrap();
    given.when(correct(1, phone, day(2019, 1, 1))).unwrap();
    let on = |on| person(&given).details(Some(on), Position::MAX);
    assert_eq!(on(day(2018, 5, 1)), name(1));
    assert_eq!(on(day(2019, 6, 1)), PersonDetails { telephone: phone.telephone, ..name(2) });
    assert_eq!(person(&given).details(None, position), name(1));
    let nothing = correct(1, PersonDetails::default(), day(2019, 6, 1));
    assert_eq!(given.rejected(nothing), (Code::MissingField, "details".into()));
}

#[test]
fn of_the_erased_nothing_is_recorded_again_and_posts_still_end() {
    let (mut given, position) = appointed();
    given.when(erase(1)).unwrap();
    assert!(person(&given).is_erased());
    let erased = (Code::Erased, "person".to_owned());
    assert_eq!(given.rejected(erase(1)), erased);
    assert_eq!(given.rejected(correct(1, name(2), day(2019, 1, 1))), erased);
    assert_eq!(given.rejected(appoint(Appointee::Known(id(1)), 2, day(2019, 1, 1))), erased);
    assert_eq!(given.rejected(appoint(new(1), 2, day(2019, 1, 1))).0, Code::DuplicateAppointment);
    given.when(end(1, position, day(2019, 3, 1))).unwrap();
    assert_eq!(given.rejected(erase(9)), (Code::UnknownReference, "person".into()));
}

#[test]
fn two_tries_of_one_command_are_alike_without_their_personal_values() {
    let outline = |details, number| {
        let person = Appointee::New(NewPerson { id: id(number), details });
        let Command::Person(command) = appoint(person, 1, day(2018, 5, 1)) else { unreachable!() };
        command.without_personal()
    };
    assert_eq!(outline(name(1), 1), outline(name(2), 2));
    let more = PersonDetails { email: Some(Commitment([1; 32])), ..name(1) };
    assert_ne!(outline(name(1), 1), outline(more, 1), "which fields there are is told");
}
