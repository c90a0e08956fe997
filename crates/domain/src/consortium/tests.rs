//! Given / when / then.

use super::*;
use crate::Command;
use crate::envelope::{Basis, EntityId};
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::PositionText;

/// Units 1, 2 and 3 in consortium 1 since the day.
fn formed() -> Given {
    units().given([form(1, &[1, 2, 3], day(2019, 4, 1))])
}

fn standing(given: &Given, number: usize) -> &Consortium {
    given.state.consortiums.find(&consortium(number)).expect("the consortium")
}

fn take_over(number: usize, member: Option<(usize, Date, bool)>, formed: Date) -> Command {
    let member = member.map(|(sme, joined, certified)| TakenOverMember {
        sme: unit(sme),
        joined,
        certificate: certificate(certified),
    });
    let details = consortium_details(number, CommodityGroup::PolymerPlastic);
    let take_over = TakeOverConsortium { details, formed, member };
    Command::Consortium(ConsortiumCommand::TakeOverConsortium(take_over))
}

fn take_over_member(number: usize, sme: usize, joined: Date) -> Command {
    let member = TakenOverMember { sme: unit(sme), joined, certificate: None };
    let consortium = consortium(number);
    Command::Consortium(ConsortiumCommand::TakeOverMember(TakeOverMember { consortium, member }))
}

fn revise(number: usize, name_latin: Option<&str>, on: Date) -> Command {
    Command::Consortium(ConsortiumCommand::ReviseConsortium(ReviseConsortium {
        consortium: consortium(number),
        name: None,
        name_latin: name_latin.map(name),
        kind: None,
        on,
    }))
}

#[test]
fn a_consortium_is_formed_with_members() {
    let mut given = units();
    let events = given.when(form(1, &[1, 2], day(2019, 4, 1))).unwrap();
    assert_eq!(types(&events), ["ConsortiumFormed", "MemberAdmitted", "MemberAdmitted"]);
    assert!(matches!(events[1].refs[..], [EntityId::Sme(_)]));
    let consortium = standing(&given, 1);
    assert_eq!(consortium.version, 3);
    assert_eq!(consortium.phase_on(day(2019, 4, 1)), Some(Phase::Preparing));
    assert_eq!(consortium.phase_on(day(2019, 3, 31)), None);
    assert_eq!(consortium.members_on(day(2019, 4, 1)).count(), 2);
    assert_eq!(given.state.version(EntityId::Consortium(consortium.id)), 3);
}

#[test]
fn a_code_is_given_once() {
    assert_eq!(
        formed().rejected(form(1, &[], day(2019, 5, 1))),
        (Code::DuplicateConsortium, "details.code".into())
    );
}

#[test]
fn nothing_lies_in_the_future_or_before_the_formation() {
    let given = formed();
    let future = day(2019, 12, 23);
    assert_eq!(given.rejected(form(2, &[], future)), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(constitute(1, future)), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(admit(1, 4, true, future)), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(admit(1, 4, true, day(2019, 3, 31))), (Code::InvalidDate, "on".into()));
    assert_eq!(given.rejected(take_over(2, None, future)), (Code::InvalidDate, "formed".into()));
    let early = take_over(2, Some((4, day(2019, 3, 31), true)), day(2019, 4, 1));
    assert_eq!(given.rejected(early), (Code::InvalidDate, "member.joined".into()));
}

#[test]
fn members_are_recorded_units_that_are_not_closed() {
    let given = units().given([close(2, day(2019, 6, 1)), form(1, &[], day(2019, 4, 1))]);
    assert_eq!(
        given.rejected(form(2, &[1, 9], day(2019, 4, 1))),
        (Code::UnknownReference, "members.1.sme".into())
    );
    assert_eq!(given.rejected(form(2, &[1, 2], day(2019, 6, 1))), (Code::UnitClosed, "members.1.sme".into()));
    assert_eq!(given.rejected(admit(1, 9, true, day(2019, 4, 1))), (Code::UnknownReference, "sme".into()));
    assert_eq!(given.rejected(admit(1, 2, true, day(2019, 6, 1))), (Code::UnitClosed, "sme".into()));
    given.decide(&admit(1, 2, true, day(2019, 5, 31))).unwrap();
    assert_eq!(
        given.rejected(admit(9, 1, true, day(2019, 4, 1))),
        (Code::UnknownReference, "consortium".into())
    );
}

#[test]
fn a_unit_is_a_member_once() {
    let mut given = formed();
    assert_eq!(
        given.rejected(form(2, &[4, 4], day(2019, 4, 1))),
        (Code::DuplicateMember, "members.1.sme".into())
    );
    assert_eq!(given.rejected(admit(1, 1, true, day(2019, 6, 1))), (Code::DuplicateMember, "sme".into()));
    assert_eq!(
        given.rejected(take_over_member(1, 1, day(2019, 5, 5))),
        (Code::DuplicateMember, "member.sme".into())
    );
    given.when(release(1, 1, day(2019, 6, 1))).unwrap();
    assert_eq!(given.rejected(admit(1, 1, true, day(2019, 5, 31))), (Code::DuplicateMember, "sme".into()));
    given.when(admit(1, 1, true, day(2019, 6, 1))).unwrap();
    assert_eq!(standing(&given, 1).members_on(day(2019, 6, 1)).count(), 3);
}

#[test]
fn a_unit_is_in_one_active_consortium_of_a_product_group() {
    let mut given = formed();
    assert_eq!(
        given.rejected(form(2, &[4, 1], day(2019, 6, 1))),
        (Code::AlreadyInConsortium, "members.1.sme".into())
    );
    // Before it joined the other one, too: a membership is open at its end.
    assert_eq!(
        given.rejected(form(2, &[1], day(2019, 3, 1))),
        (Code::AlreadyInConsortium, "members.0.sme".into())
    );
    let mut rugs = match form(2, &[1], day(2019, 6, 1)) {
        Command::Consortium(ConsortiumCommand::FormConsortium(command)) => command,
        other => panic!("{other:?}"),
    };
    rugs.details.product_group = CommodityGroup::Rug;
    given.decide(&Command::Consortium(ConsortiumCommand::FormConsortium(rugs))).unwrap();

    given.when(form(2, &[], day(2019, 3, 1))).unwrap();
    given.when(release(1, 1, day(2019, 6, 1))).unwrap();
    assert_eq!(
        given.rejected(admit(2, 1, true, day(2019, 5, 31))),
        (Code::AlreadyInConsortium, "sme".into())
    );
    given.when(admit(2, 1, true, day(2019, 6, 1))).unwrap();
    // What is dissolved is active no more.
    given.when(dissolve(1, day(2019, 8, 1))).unwrap();
    assert_eq!(
        given.rejected(admit(2, 2, true, day(2019, 7, 31))),
        (Code::AlreadyInConsortium, "sme".into())
    );
    given.when(admit(2, 2, true, day(2019, 8, 1))).unwrap();
}

#[test]
fn three_distinct_legal_entities_constitute_a_consortium() {
    let mut given = units().given([form(1, &[1, 4, 5], day(2019, 4, 1))]);
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.when(admit(1, 2, true, day(2019, 5, 2))).unwrap();
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.when(constitute(1, day(2019, 5, 2))).unwrap();
    assert_eq!(standing(&given, 1).phase_on(day(2019, 5, 2)), Some(Phase::Constituted));
}

#[test]
fn a_closed_member_does_not_count() {
    let given = formed().given([close(3, day(2019, 5, 1))]);
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.decide(&constitute(1, day(2019, 4, 30))).unwrap();
}

#[test]
fn members_are_export_ready_or_exported_enough_in_the_twelve_months_before() {
    let on = day(2019, 9, 1);
    let mut given = units().given([form(1, &[1, 2], day(2019, 4, 1)), admit(1, 3, false, day(2019, 4, 1))]);
    assert_eq!(given.rejected(constitute(1, on)), (Code::NotExportReady, "consortium".into()));
    let export = |unit, declaration, usd: &str, on| {
        record(crate::export::ExportDetails {
            value_usd: usd.parse().unwrap(),
            ..declared(by_unit(unit), declaration, on)
        })
    };
    // Too early, too late, and of a unit that is no member.
    given.when(export(1, 1, "500000.00", day(2018, 8, 31))).unwrap();
    given.when(export(1, 2, "500000.00", on)).unwrap();
    given.when(export(4, 3, "500000.00", day(2019, 5, 1))).unwrap();
    given.when(export(1, 4, "499999.99", day(2018, 9, 1))).unwrap();
    assert_eq!(given.rejected(constitute(1, on)), (Code::NotExportReady, "consortium".into()));
    given.when(export(3, 5, "0.01", day(2019, 8, 31))).unwrap();
    given.when(constitute(1, on)).unwrap();
}

#[test]
fn phases_follow_each_other() {
    let mut given = formed();
    assert_eq!(given.rejected(start(1, day(2019, 6, 1))), (Code::WrongPhase, "on".into()));
    given.when(constitute(1, day(2019, 5, 1))).unwrap();
    assert_eq!(given.rejected(constitute(1, day(2019, 6, 1))), (Code::WrongPhase, "on".into()));
    assert_eq!(given.rejected(start(1, day(2019, 4, 30))), (Code::WrongPhase, "on".into()));
    given.when(start(1, day(2019, 5, 1))).unwrap();
    assert_eq!(standing(&given, 1).phase_on(day(2019, 5, 1)), Some(Phase::Operating));
    // A dissolution that lies before the start would undo it.
    assert_eq!(given.rejected(dissolve(1, day(2019, 4, 15))), (Code::WrongPhase, "on".into()));
    let events = given.when(dissolve(1, day(2019, 11, 1))).unwrap();
    assert_eq!(events[0].refs.len(), 3, "it concerns its members");
    assert_eq!(standing(&given, 1).members_on(day(2019, 10, 31)).count(), 3);
    assert_eq!(standing(&given, 1).members_on(day(2019, 11, 1)).count(), 0);
}

#[test]
fn an_end_on_the_day_of_the_constitution_takes_nothing_from_it() {
    let on = day(2019, 5, 1);
    let given = formed().given([constitute(1, on), dissolve(1, on)]);
    assert_eq!(standing(&given, 1).members_on(on).count(), 0);
    assert!(given.state.findings.is_empty());
}

#[test]
fn dissolved_is_final() {
    let given = formed().given([dissolve(1, day(2019, 6, 1))]);
    for command in [
        admit(1, 4, true, day(2019, 6, 1)),
        release(1, 1, day(2019, 6, 1)),
        constitute(1, day(2019, 7, 1)),
        dissolve(1, day(2019, 7, 1)),
        revise(1, Some("Sales"), day(2019, 7, 1)),
    ] {
        assert_eq!(given.rejected(command), (Code::WrongPhase, "on".into()));
    }
    let phase = take_over_phase(1, Phase::Operating, day(2019, 7, 1));
    assert_eq!(given.rejected(phase), (Code::WrongPhase, "phase".into()));
    given.decide(&admit(1, 4, true, day(2019, 5, 31))).unwrap();
}

#[test]
fn members_leave_after_they_joined() {
    let mut given = formed();
    assert_eq!(given.rejected(release(1, 4, day(2019, 6, 1))), (Code::UnknownReference, "sme".into()));
    assert_eq!(given.rejected(release(1, 1, day(2019, 4, 1))), (Code::InvalidDate, "on".into()));
    given.when(constitute(1, day(2019, 5, 1))).unwrap();
    // Leaving before the constitution would take away what it stands on; leaving later is allowed.
    assert_eq!(given.rejected(release(1, 1, day(2019, 5, 1))), (Code::TooFewMembers, "on".into()));
    given.when(release(1, 1, day(2019, 5, 2))).unwrap();
    assert_eq!(given.rejected(release(1, 1, day(2019, 6, 1))), (Code::UnknownReference, "sme".into()));
}

#[test]
fn facts_are_voided_once() {
    let mut given = formed();
    let formation = given.state.position - 3;
    let first = given.state.position - 2;
    let constitution = happened(&mut given, constitute(1, day(2019, 5, 1)));
    let path = || "position".to_owned();
    assert_eq!(given.rejected(void_consortium_fact(1, formation)), (Code::UnknownReference, path()));
    assert_eq!(given.rejected(void_consortium_fact(1, 1)), (Code::UnknownReference, path()));
    assert_eq!(given.rejected(void_consortium_fact(1, first)), (Code::TooFewMembers, path()));
    let leaving = happened(&mut given, release(1, 1, day(2019, 6, 1)));
    given.when(void_consortium_fact(1, leaving)).unwrap();
    assert_eq!(given.rejected(void_consortium_fact(1, leaving)), (Code::AlreadyVoided, path()));
    assert_eq!(standing(&given, 1).members_on(day(2019, 6, 1)).count(), 3);
    let events = given.when(void_consortium_fact(1, constitution)).unwrap();
    assert_eq!((events[0].effective, events[0].causation), (day(2019, 5, 1), Some(constitution)));
    assert_eq!(standing(&given, 1).phase_on(day(2019, 12, 1)), Some(Phase::Preparing));
    given.when(void_consortium_fact(1, first)).unwrap();
    assert_eq!(standing(&given, 1).members_on(day(2019, 6, 1)).count(), 2);
    assert_eq!(given.rejected(void_consortium_fact(1, first)), (Code::AlreadyVoided, path()));
}

#[test]
fn a_voided_leaving_or_end_must_not_bring_a_unit_into_two_consortiums() {
    let mut given = formed();
    let leaving = happened(&mut given, release(1, 1, day(2019, 6, 1)));
    given.when(admit(1, 1, true, day(2019, 7, 1))).unwrap();
    assert_eq!(given.rejected(void_consortium_fact(1, leaving)), (Code::DuplicateMember, "position".into()));
    let end = happened(&mut given, dissolve(1, day(2019, 8, 1)));
    given.when(form(2, &[2], day(2019, 8, 1))).unwrap();
    assert_eq!(given.rejected(void_consortium_fact(1, end)), (Code::AlreadyInConsortium, "position".into()));
    let joining = given.state.position;
    given.when(void_consortium_fact(2, joining)).unwrap();
    given.when(void_consortium_fact(1, end)).unwrap();
    assert_eq!(standing(&given, 1).dissolved(), None);
}

#[test]
fn what_existed_before_is_taken_over_without_the_readiness_of_its_formation() {
    let mut given = units();
    let events = given.when(take_over(1, Some((1, day(2018, 12, 9), false)), day(2018, 12, 9))).unwrap();
    assert!(events.iter().all(|event| event.basis == Basis::TakenOver));
    given.when(take_over_member(1, 2, day(2019, 1, 15))).unwrap();
    let operating = || take_over_phase(1, Phase::Operating, day(2018, 12, 9));
    // Two members ever are no consortium that was constituted; three on the day of its formation are not asked.
    assert_eq!(given.rejected(operating()), (Code::TooFewMembers, "phase".into()));
    given.when(take_over_member(1, 3, day(2019, 4, 4))).unwrap();
    assert_eq!(types(&given.when(operating()).unwrap()), ["ConsortiumStarted"]);
    assert_eq!(standing(&given, 1).phase_on(day(2018, 12, 9)), Some(Phase::Operating));
    assert_eq!(given.when(operating()).unwrap(), [], "again it changes nothing");
    let preparing = take_over_phase(1, Phase::Preparing, day(2019, 5, 1));
    assert_eq!(given.rejected(preparing), (Code::WrongPhase, "phase".into()));
    given.when(take_over_phase(1, Phase::Suspended, day(2019, 6, 1))).unwrap();
    given.when(start(1, day(2019, 7, 1))).unwrap();
    given.when(take_over_phase(1, Phase::Dissolved, day(2019, 8, 1))).unwrap();
    assert_eq!(standing(&given, 1).dissolved(), Some(day(2019, 8, 1)));
}

#[test]
fn units_of_one_legal_entity_join_and_count_once() {
    let given = units().given([
        take_over(1, Some((3, day(2019, 2, 1), true)), day(2019, 2, 1)),
        take_over_member(1, 4, day(2019, 2, 1)),
        take_over_member(1, 5, day(2019, 2, 1)),
    ]);
    assert_eq!(
        given.rejected(take_over_phase(1, Phase::Operating, day(2019, 2, 1))),
        (Code::TooFewMembers, "phase".into())
    );
}

#[test]
fn a_revision_that_changes_nothing_records_nothing() {
    let mut given = formed();
    assert_eq!(given.when(revise(1, None, day(2019, 5, 1))).unwrap(), []);
    assert_eq!(types(&given.when(revise(1, Some("Sales"), day(2019, 5, 1))).unwrap()), ["ConsortiumRevised"]);
    assert_eq!(standing(&given, 1).version, 5);
}

#[test]
fn a_command_takes_so_many_members() {
    let members = vec![1; 501];
    assert_eq!(units().rejected(form(1, &members, day(2019, 4, 1))), (Code::InvalidValue, "members".into()));
}

#[test]
fn a_position_is_read_as_text() {
    let void = VoidConsortiumFact {
        consortium: consortium(1),
        position: PositionText(9_007_199_254_740_993),
        reason: ReasonCode::Other,
    };
    let json = serde_json::to_value(&void).unwrap();
    assert_eq!(json["position"], "9007199254740993");
    assert_eq!(serde_json::from_value::<VoidConsortiumFact>(json).unwrap(), void);
}
