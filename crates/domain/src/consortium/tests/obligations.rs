//! Rule 18: what members owe, and when they leave.

use super::*;
use crate::value::{Currency, Money};

fn owing(sme: usize, amount: Option<&str>, due: Option<Date>, on: Date) -> Command {
    let Command::Consortium(ConsortiumCommand::RecordObligation(owed)) = owe(1, sme, on) else {
        panic!("an obligation")
    };
    let rials = |amount| Money::parse(amount, Currency::parse("IRR").unwrap()).unwrap();
    let owed = RecordObligation { amount: amount.map(rials), due, ..owed };
    Command::Consortium(ConsortiumCommand::RecordObligation(owed))
}

#[test]
fn obligations_are_those_of_members_and_settled_once() {
    let mut given = formed();
    let on = day(2019, 5, 1);
    assert_eq!(given.rejected(owe(1, 4, on)), (Code::UnknownReference, "sme".into()));
    assert_eq!(given.rejected(owing(1, Some("0"), None, on)), (Code::InvalidValue, "amount".into()));
    assert_eq!(given.rejected(owing(1, None, Some(day(2019, 4, 30)), on)), (Code::InvalidDate, "due".into()));
    assert_eq!(given.rejected(owe(1, 1, day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(owe(1, 1, day(2019, 3, 31))), (Code::InvalidDate, "on".into()));
    let recorded = happened(&mut given, owing(1, Some("250000000"), Some(day(2019, 9, 1)), on));
    let owed = || obligation(1, on);
    assert_eq!(given.rejected(owe(1, 1, on)), (Code::DuplicateObligation, "number".into()));
    let unknown = settle(1, obligation(2, on), on);
    assert_eq!(given.rejected(unknown), (Code::UnknownReference, "number".into()));
    assert_eq!(given.rejected(settle(1, owed(), day(2019, 4, 30))), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(settle(1, owed(), day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    let events = given.when(settle(1, owed(), day(2019, 6, 1))).unwrap();
    assert_eq!((types(&events), events[0].causation), (vec!["ObligationSettled"], Some(recorded)));
    assert_eq!(given.rejected(settle(1, owed(), day(2019, 7, 1))), (Code::AlreadySettled, "number".into()));
    let [known] = standing(&given, 1).obligations() else { panic!("one") };
    assert!(known.open_on(day(2019, 5, 31)) && !known.open_on(day(2019, 6, 1)));
    // What is owed when it ends is settled in its winding up.
    given.when(owe(1, 2, on)).unwrap();
    assert_eq!(given.rejected(dissolve(1, day(2019, 4, 30))), (Code::OpenObligations, "on".into()));
    given.when(dissolve(1, day(2019, 8, 1))).unwrap();
    given.when(settle(1, obligation(2, on), day(2019, 9, 1))).unwrap();
}

#[test]
fn rule_18_members_leave_when_their_obligations_are_settled() {
    let mut given = formed();
    let on = day(2019, 5, 1);
    let owed = happened(&mut given, owe(1, 1, on));
    given.when(owe(1, 2, day(2019, 5, 1))).unwrap();
    let leave = || release(1, 1, day(2019, 7, 1));
    let refused = |path: &str| (Code::OpenObligations, path.to_owned());
    assert_eq!(given.rejected(leave()), refused("on"));
    // Settled too late it is open on that day.
    let settled = happened(&mut given, settle(1, obligation(1, on), day(2019, 7, 2)));
    assert_eq!(given.rejected(leave()), refused("on"));
    given.when(void_consortium_fact(1, settled)).unwrap();
    let settled = happened(&mut given, settle(1, obligation(1, on), day(2019, 7, 1)));
    let left = happened(&mut given, leave());
    // Whoever has left owes nothing that was open then, whatever is recorded afterwards.
    assert_eq!(given.rejected(owe(1, 1, day(2019, 6, 1))), refused("on"));
    assert_eq!(given.rejected(void_consortium_fact(1, settled)), refused("position"));
    given.when(void_consortium_fact(1, left)).unwrap();
    given.when(void_consortium_fact(1, settled)).unwrap();
    assert_eq!(given.rejected(leave()), refused("on"));
    // An obligation that is voided is none, and its end neither.
    let settled = happened(&mut given, settle(1, obligation(1, on), day(2019, 7, 1)));
    given.when(void_consortium_fact(1, owed)).unwrap();
    assert_eq!(given.rejected(void_consortium_fact(1, settled)), (Code::AlreadyVoided, "position".into()));
    given.when(leave()).unwrap();
}

#[test]
fn rule_18_a_membership_with_obligations_is_not_voided() {
    let mut given = units().given([form(1, &[1, 2], day(2019, 4, 1))]);
    let joined = given.state.position;
    let owed = happened(&mut given, owe(1, 2, day(2019, 5, 1)));
    assert_eq!(given.rejected(void_consortium_fact(1, joined)), (Code::OpenObligations, "position".into()));
    given.when(void_consortium_fact(1, owed)).unwrap();
    given.when(void_consortium_fact(1, joined)).unwrap();
}
