//! Rule 16: how a consortium is constituted, suspended and started again.

use super::*;

/// Units 1, 2 and 3 in a consortium that operates since May.
fn operating() -> Given {
    formed().given([constitute(1, day(2019, 5, 1)), start(1, day(2019, 5, 1))])
}

#[test]
fn rule_16_three_distinct_legal_entities_constitute_a_consortium() {
    let mut given = units().given([form(1, &[1, 4, 5], day(2019, 4, 1))]);
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.when(admit(1, 2, true, day(2019, 5, 2))).unwrap();
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.when(constitute(1, day(2019, 5, 2))).unwrap();
    assert_eq!(standing(&given, 1).phase_on(day(2019, 5, 2)), Some(Phase::Constituted));
}

#[test]
fn rule_16_a_closed_member_does_not_count() {
    let given = formed().given([close(3, day(2019, 5, 1))]);
    assert_eq!(given.rejected(constitute(1, day(2019, 5, 1))), (Code::TooFewMembers, "consortium".into()));
    given.decide(&constitute(1, day(2019, 4, 30))).unwrap();
}

#[test]
fn rule_16_members_are_export_ready_or_exported_enough_in_the_twelve_months_before() {
    let on = day(2019, 9, 1);
    let members = [form(1, &[1, 2], day(2019, 4, 1)), admit(1, 3, false, day(2019, 4, 1))];
    let mut given = units_certified(&[1, 2]).given(members);
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
fn rule_16_a_certificate_that_is_named_is_recorded_and_in_force() {
    let mut given = units_certified(&[1]).given([form(1, &[1], day(2019, 4, 1))]);
    let refused = |path: &str| (Code::NotExportReady, path.to_owned());
    assert_eq!(given.rejected(admit(1, 2, true, day(2019, 5, 1))), refused("certificate"));
    assert_eq!(given.rejected(form(2, &[2], day(2019, 5, 1))), refused("members.0.certificate"));
    given.when(certify(2, day(2019, 5, 1), day(2019, 6, 1))).unwrap();
    assert_eq!(given.rejected(admit(1, 2, true, day(2019, 4, 30))), refused("certificate"));
    assert_eq!(given.rejected(admit(1, 2, true, day(2019, 6, 1))), refused("certificate"));
    given.decide(&admit(1, 2, true, day(2019, 5, 31))).unwrap();
    // One without a number joins whatever it holds; what it holds is asked when the consortium is constituted.
    given.when(admit(1, 2, false, day(2019, 6, 1))).unwrap();
    // Of what is taken over the number is noted.
    given.decide(&take_over(2, Some((3, day(2019, 2, 1), true)), day(2019, 2, 1))).unwrap();
}

#[test]
fn rule_16_certificates_are_in_force_on_the_day_of_the_constitution() {
    let members = [form(1, &[1, 2], day(2019, 4, 1)), admit(1, 3, false, day(2019, 4, 1))];
    let mut given = units_certified(&[1, 2]).given(members);
    given.when(certify(3, day(2019, 5, 1), day(2019, 8, 1))).unwrap();
    let refused = (Code::NotExportReady, "consortium".to_owned());
    assert_eq!(given.rejected(constitute(1, day(2019, 4, 30))), refused);
    assert_eq!(given.rejected(constitute(1, day(2019, 8, 1))), refused);
    let certified = given.state.position;
    given.when(constitute(1, day(2019, 7, 31))).unwrap();
    assert!(given.state.findings.is_empty());
    // A certificate that is voided later undercuts what stood on it.
    given.when(void_unit_fact(3, certified)).unwrap();
    let found: Vec<_> = given.state.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(found, [Code::NotExportReady]);
    given.when(certify(3, day(2019, 5, 1), day(2019, 8, 1))).unwrap();
    assert!(given.state.findings.is_empty());
}

#[test]
fn rule_16_a_number_that_was_taken_over_counts_until_certificates_are_recorded() {
    let mut given = units_certified(&[1, 2]);
    given.when(take_over(1, Some((3, day(2019, 2, 1), true)), day(2019, 2, 1))).unwrap();
    given.when(take_over_member(1, 1, day(2019, 2, 1))).unwrap();
    given.when(take_over_member(1, 2, day(2019, 2, 1))).unwrap();
    given.decide(&constitute(1, day(2019, 3, 1))).unwrap();
    given.when(certify(3, day(2019, 4, 1), day(2019, 5, 1))).unwrap();
    assert_eq!(given.rejected(constitute(1, day(2019, 3, 1))), (Code::NotExportReady, "consortium".into()));
    given.decide(&constitute(1, day(2019, 4, 1))).unwrap();
}

#[test]
fn rule_16_falling_below_suspends_in_the_same_command_and_more_members_let_it_start_again() {
    let mut given = operating();
    let events = given.when(release(1, 1, day(2019, 6, 1))).unwrap();
    assert_eq!(types(&events), ["MemberReleased", "ConsortiumSuspended"]);
    assert_eq!(standing(&given, 1).phase_on(day(2019, 5, 31)), Some(Phase::Operating));
    assert_eq!(standing(&given, 1).phase_on(day(2019, 6, 1)), Some(Phase::Suspended));
    assert_eq!(given.rejected(start(1, day(2019, 7, 1))), (Code::TooFewMembers, "consortium".into()));
    let suspension = given.state.position;
    assert_eq!(given.rejected(void_consortium_fact(1, suspension)), (Code::TooFewMembers, "position".into()));
    // A second unit of a legal entity that is in it already is no more of them; one of another entity is.
    given.when(admit(1, 4, true, day(2019, 6, 15))).unwrap();
    assert_eq!(given.rejected(start(1, day(2019, 6, 14))), (Code::TooFewMembers, "consortium".into()));
    assert_eq!(types(&given.when(start(1, day(2019, 7, 1))).unwrap()), ["ConsortiumStarted"]);
    assert_eq!(standing(&given, 1).phase_on(day(2019, 7, 1)), Some(Phase::Operating));
    // More leaving than needed suspends nothing.
    given.when(admit(1, 1, true, day(2019, 8, 1))).unwrap();
    assert_eq!(types(&given.when(release(1, 4, day(2019, 9, 1))).unwrap()), ["MemberReleased"]);
}

#[test]
fn rule_16_starting_again_asks_for_readiness_anew() {
    let mut given = units_certified(&[1, 2, 3]).given([
        form(1, &[1, 2, 3], day(2019, 4, 1)),
        constitute(1, day(2019, 5, 1)),
        start(1, day(2019, 5, 1)),
    ]);
    given.when(release(1, 1, day(2019, 6, 1))).unwrap();
    given.when(admit(1, 4, false, day(2019, 6, 15))).unwrap();
    assert_eq!(given.rejected(start(1, day(2019, 7, 1))), (Code::NotExportReady, "consortium".into()));
    given.when(certify(4, day(2019, 6, 1), day(2020, 6, 1))).unwrap();
    let certified = given.state.position;
    let started = happened(&mut given, start(1, day(2019, 7, 1)));
    given.when(void_unit_fact(4, certified)).unwrap();
    let found: Vec<_> = given.state.findings.iter().map(|finding| (finding.rule, finding.fact)).collect();
    assert_eq!(found, [(Code::NotExportReady, started)]);
}

#[test]
fn rule_16_a_closing_that_leaves_too_few_suspends_in_the_same_command() {
    let mut given = operating();
    let events = given.when(close(2, day(2019, 6, 1))).unwrap();
    assert_eq!(types(&events), ["SmeClosed", "ConsortiumSuspended"]);
    assert!(matches!(events[1].refs[..], [EntityId::Sme(_)]));
    assert_eq!(standing(&given, 1).phase_on(day(2019, 6, 1)), Some(Phase::Suspended));
    // A consortium that is preparing has no minimum yet, and one that is suspended falls no further.
    let mut preparing = formed();
    assert_eq!(types(&preparing.when(close(2, day(2019, 6, 1))).unwrap()), ["SmeClosed"]);
    assert_eq!(types(&given.when(close(3, day(2019, 7, 1))).unwrap()), ["SmeClosed"]);
}

#[test]
fn rule_16_the_suspension_begins_on_the_first_day_with_too_few() {
    let mut given = operating();
    given.when(admit(1, 4, true, day(2019, 5, 2))).unwrap();
    assert_eq!(types(&given.when(release(1, 1, day(2019, 8, 1))).unwrap()), ["MemberReleased"]);
    // Back-dated: with unit 2 gone since June it is the leaving in August that left too few.
    let events = given.when(release(1, 2, day(2019, 6, 1))).unwrap();
    assert_eq!(types(&events), ["MemberReleased", "ConsortiumSuspended"]);
    assert_eq!(events[1].effective, day(2019, 8, 1));
    // Where a later suspension stands already, another one does not follow.
    let events = given.when(release(1, 3, day(2019, 7, 1))).unwrap();
    assert_eq!(types(&events), ["MemberReleased"]);
}

#[test]
fn rule_16_a_voided_membership_that_leaves_too_few_suspends() {
    let mut given = units().given([
        form(1, &[1, 2, 3], day(2019, 4, 1)),
        constitute(1, day(2019, 5, 1)),
        start(1, day(2019, 5, 1)),
    ]);
    let fourth = happened(&mut given, admit(1, 4, true, day(2019, 5, 2)));
    given.when(release(1, 1, day(2019, 6, 1))).unwrap();
    let events = given.when(void_consortium_fact(1, fourth)).unwrap();
    assert_eq!(types(&events), ["ConsortiumFactVoided", "ConsortiumSuspended"]);
    assert_eq!(events[1].effective, day(2019, 6, 1));
}

#[test]
fn an_officer_suspends_what_operates() {
    assert_eq!(formed().rejected(suspend(1, day(2019, 6, 1))), (Code::WrongPhase, "on".into()));
    let mut given = operating();
    assert_eq!(given.rejected(suspend(1, day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    let suspension = happened(&mut given, suspend(1, day(2019, 6, 1)));
    assert_eq!(given.rejected(suspend(1, day(2019, 7, 1))), (Code::WrongPhase, "on".into()));
    given.when(start(1, day(2019, 7, 1))).unwrap();
    // The start rests on the suspension that it ended.
    assert_eq!(given.rejected(void_consortium_fact(1, suspension)), (Code::WrongPhase, "position".into()));
}
