//! Given / when / then.

use super::*;
use crate::export::ExportCommand;
use crate::policy::{Actor, Role, Roles};
use crate::rules::trade::samples::{by_unit, correct, day, declared, record, recorded, units, void_export};
use crate::testing::Given;
use crate::value::{ActorId, Usd};

fn close(period: CalendarPeriod) -> Command {
    Command::Period(PeriodCommand::ClosePeriod(ClosePeriod { period }))
}

fn month(text: &str) -> CalendarPeriod {
    CalendarPeriod::Month(text.parse().unwrap())
}

fn restate(command: Command) -> Command {
    let (command, reason) = (Box::new(command), ReasonCode::SourceCorrected);
    Command::Period(PeriodCommand::RestateFact(RestateFact { command, reason }))
}

/// 10 Mehr and 10 Aban 1398.
fn mehr() -> Date {
    day(2019, 10, 2)
}

fn aban() -> Date {
    day(2019, 11, 1)
}

/// One export in Mehr and one in Aban, and Mehr is closed.
fn closed() -> (Given, crate::value::ExportId, crate::value::ExportId) {
    let mut given = units();
    let (first, _) = recorded(&mut given, declared(by_unit(1), 1, mehr()));
    let (second, _) = recorded(&mut given, declared(by_unit(1), 2, aban()));
    given.when(close(month("1398-07"))).unwrap();
    (given, first, second)
}

#[test]
fn a_period_is_closed_once_and_after_its_end() {
    let (mut given, ..) = closed();
    let rejected = |given: &Given, period| given.rejected(close(period));
    let path = || "period".to_owned();
    assert_eq!(rejected(&given, month("1398-07")), (Code::PeriodClosed, path()));
    assert_eq!(rejected(&given, month("1398-10")), (Code::InvalidDate, path()));
    assert_eq!(rejected(&given, CalendarPeriod::Year(1398)), (Code::InvalidDate, path()));
    for quarter in [0, 5, u8::MAX] {
        let period = CalendarPeriod::Quarter { year: 1398, quarter };
        assert_eq!(rejected(&given, period), (Code::InvalidValue, path()));
    }
    let quarter = CalendarPeriod::Quarter { year: 1398, quarter: 3 };
    given.when(close(quarter)).unwrap();
    assert_eq!(rejected(&given, quarter), (Code::PeriodClosed, path()));
    assert_eq!(rejected(&given, month("1398-09")), (Code::PeriodClosed, path()));
    assert_eq!(given.state.periods.closings_of(mehr()).count(), 2);
    assert!(given.state.periods.is_closed(aban()) && !given.state.periods.is_closed(day(2019, 12, 22)));
}

#[test]
fn money_facts_of_a_closed_period_are_refused() {
    let (given, first, second) = closed();
    let refused = |command| given.rejected(command);
    let at = |path: &str| (Code::PeriodClosed, path.to_owned());
    assert_eq!(refused(record(declared(by_unit(1), 3, mehr()))), at("details.on"));
    assert_eq!(refused(correct(first, declared(by_unit(1), 1, aban()))), at("export"));
    assert_eq!(refused(correct(second, declared(by_unit(1), 2, mehr()))), at("details.on"));
    assert_eq!(refused(void_export(first)), at("export"));
    given.decide(&record(declared(by_unit(1), 3, aban()))).unwrap();
    given.decide(&void_export(second)).unwrap();
}

#[test]
fn a_restatement_records_the_facts_and_tells_the_period() {
    let (mut given, first, second) = closed();
    let mut details = declared(by_unit(1), 1, mehr());
    details.value_usd = Usd::from_cents(7);
    let closing = given.state.periods.iter().next().unwrap().id;
    let events = given.when(restate(correct(first, details))).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].entity, EntityId::Closing(closing));
    assert_eq!(events[0].refs, [EntityId::Export(first)]);
    assert!(events[1].refs.contains(&EntityId::Closing(closing)));
    assert!(events.iter().all(|event| event.reason.is_some()));
    assert_eq!(given.state.exports.get(first).unwrap().value_usd, Usd::from_cents(7));
    assert_eq!(given.state.periods.version(closing), 2);
    let events = given.when(restate(record(declared(by_unit(1), 3, mehr())))).unwrap();
    assert!(events[1].reason.is_some(), "a fact that is recorded late says why");
    assert_eq!(
        given.rejected(restate(void_export(second))),
        (Code::InvalidValue, "command".to_owned()),
        "it lies in an open period"
    );
    let code = given.rejected(restate(record(declared(by_unit(1), 3, mehr()))));
    assert_eq!(code.0, Code::DuplicateDeclaration, "every other rule is judged");
}

#[test]
fn restating_takes_two_persons_and_the_right_to_record() {
    let (given, first, _) = closed();
    let actor = |role| Actor {
        id: ActorId::new(uuid::Uuid::from_u128(role as u128)),
        roles: Roles::of(&[role]),
        provinces: crate::policy::Provinces::ALL,
    };
    let asked = |role, command: Command| given.clone().by(actor(role)).rejected(command).0;
    let command = || restate(void_export(first));
    assert_eq!(asked(Role::ExportOfficer, command()), Code::ApprovalRequired);
    assert_eq!(asked(Role::Operator, command()), Code::Forbidden);
    assert_eq!(asked(Role::Administrator, command()), Code::Forbidden);
    let year = CalendarPeriod::Year(1397);
    assert_eq!(asked(Role::Administrator, close(year)), Code::ApprovalRequired);
    assert_eq!(asked(Role::Operator, close(year)), Code::Forbidden);
    assert!(matches!(command(), Command::Period(PeriodCommand::RestateFact(restate))
        if matches!(*restate.command, Command::Export(ExportCommand::VoidExport(_)))));
}
