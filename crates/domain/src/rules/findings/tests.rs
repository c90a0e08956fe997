//! Given / when / then.

use super::*;
use crate::consortium::Phase;
use crate::export::ExportDetails;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::Usd;

fn found(given: &Given) -> Vec<(Code, Position, Position)> {
    given.state.findings.iter().map(|finding| (finding.rule, finding.fact, finding.cause)).collect()
}

#[test]
fn back_dated_idling_undercuts_exports_from_its_day_on() {
    let mut given = units();
    recorded(&mut given, declared(by_unit(1), 1, day(2019, 5, 31)));
    recorded(&mut given, declared(by_unit(2), 2, day(2019, 6, 5)));
    let (export, fact) = recorded(&mut given, declared(by_unit(1), 3, day(2019, 6, 1)));
    let cause = happened(&mut given, idle(1, day(2019, 6, 1)));
    assert_eq!(found(&given), [(Code::ExporterNotEligible, fact, cause)]);
    assert_eq!(given.state.findings.get(fact).unwrap().entity, EntityId::Export(export));
}

#[test]
fn an_event_in_its_time_undercuts_nothing() {
    let mut given = units();
    recorded(&mut given, declared(by_unit(1), 1, day(2019, 5, 31)));
    given.when(idle(1, day(2019, 6, 1))).unwrap();
    revive(&mut given, 1, day(2019, 7, 1));
    recorded(&mut given, declared(by_unit(1), 2, day(2019, 7, 1)));
    given.when(close(1, day(2019, 8, 1))).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn a_finding_goes_when_its_cause_is_voided_or_redated() {
    let mut given = units();
    let (_, fact) = recorded(&mut given, declared(by_unit(1), 1, day(2019, 6, 10)));
    let idled = happened(&mut given, idle(1, day(2019, 6, 1)));
    given.when(redate_unit_fact(1, idled, day(2019, 6, 11))).unwrap();
    assert_eq!(found(&given), []);
    let redated = happened(&mut given, redate_unit_fact(1, idled, day(2019, 6, 10)));
    assert_eq!(found(&given), [(Code::ExporterNotEligible, fact, redated)]);
    given.when(void_unit_fact(1, idled)).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn a_finding_goes_when_the_unit_was_revived_by_then() {
    let mut given = units();
    let (_, early) = recorded(&mut given, declared(by_unit(1), 1, day(2019, 6, 8)));
    recorded(&mut given, declared(by_unit(1), 2, day(2019, 6, 9)));
    let cause = happened(&mut given, idle(1, day(2019, 6, 1)));
    assert_eq!(found(&given).len(), 2);
    revive(&mut given, 1, day(2019, 6, 9));
    assert_eq!(found(&given), [(Code::ExporterNotEligible, early, cause)]);
}

#[test]
fn a_finding_goes_when_the_fact_is_corrected_or_voided() {
    let mut given = units();
    let (first, _) = recorded(&mut given, declared(by_unit(1), 1, day(2019, 6, 10)));
    let (second, fact) = recorded(&mut given, declared(by_unit(1), 2, day(2019, 6, 11)));
    let cause = happened(&mut given, revoke_licence(1, day(2019, 6, 1)));
    assert_eq!(found(&given).len(), 2);
    given.when(correct(first, declared(by_unit(2), 1, day(2019, 6, 10)))).unwrap();
    assert_eq!(found(&given), [(Code::ExporterNotEligible, fact, cause)]);
    given.when(void_export(second)).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn the_first_cause_stays() {
    let mut given = units();
    let (_, fact) = recorded(&mut given, declared(by_unit(1), 1, day(2019, 6, 10)));
    let cause = happened(&mut given, idle(1, day(2019, 6, 1)));
    given.when(close(1, day(2019, 6, 5))).unwrap();
    assert_eq!(found(&given), [(Code::ExporterNotEligible, fact, cause)]);
}

#[test]
fn a_closure_undercuts_memberships_and_mandates_that_began_later() {
    let mut given = units().given([
        form(1, &[1], day(2019, 4, 1)),
        consent(1, day(2017, 1, 1)),
        grant(1, 1, day(2019, 4, 1), Some(day(2019, 5, 1))),
        admit(1, 2, true, day(2019, 6, 1)),
    ]);
    given.when(release(1, 1, day(2019, 5, 1))).unwrap();
    let joined = happened(&mut given, admit(1, 1, true, day(2019, 6, 1)));
    let granted = happened(&mut given, grant(1, 1, day(2019, 7, 1), None));
    let closed = happened(&mut given, close(1, day(2019, 6, 1)));
    assert_eq!(found(&given), [(Code::UnitClosed, joined, closed), (Code::UnitClosed, granted, closed)]);
    given.when(void_consortium_fact(1, joined)).unwrap();
    given.when(void_emc_fact(1, granted)).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn an_ended_or_voided_mandate_undercuts_exports_under_it() {
    let mut given = units().given([consent(1, day(2017, 1, 1))]);
    let granted = happened(&mut given, grant(1, 1, day(2019, 1, 1), None));
    given.when(grant(1, 2, day(2019, 1, 1), Some(day(2019, 9, 1)))).unwrap();
    let (_, named) = recorded(&mut given, declared(by_emc(1, Some(1)), 1, day(2019, 6, 1)));
    let (_, unnamed) = recorded(&mut given, declared(by_emc(1, None), 2, day(2019, 9, 1)));
    recorded(&mut given, declared(by_unit(1), 3, day(2019, 9, 1)));
    let ended = happened(&mut given, end_mandate(1, 1, day(2019, 6, 1)));
    assert_eq!(found(&given), [(Code::NoMandate, named, ended), (Code::NoMandate, unnamed, ended)]);
    // A later mandate heals what it covers.
    given.when(grant(1, 3, day(2019, 8, 1), None)).unwrap();
    assert_eq!(found(&given), [(Code::NoMandate, named, ended)]);
    given.when(void_emc_fact(1, ended)).unwrap();
    assert_eq!(found(&given), []);
    let voided = happened(&mut given, void_emc_fact(1, granted));
    assert_eq!(found(&given), [(Code::NoMandate, named, voided)]);
}

#[test]
fn a_withdrawn_consent_undercuts_later_exports() {
    let mut given = units().given([consent(1, day(2017, 1, 1)), grant(1, 1, day(2019, 1, 1), None)]);
    recorded(&mut given, declared(by_emc(1, Some(1)), 1, day(2019, 5, 31)));
    let (_, fact) = recorded(&mut given, declared(by_emc(1, None), 2, day(2019, 6, 1)));
    let cause = happened(&mut given, withdraw(1, day(2019, 6, 1)));
    assert_eq!(found(&given), [(Code::ExporterNotEligible, fact, cause)]);
    given.when(void_emc_fact(1, cause)).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn a_dissolution_undercuts_later_exports_through_the_consortium() {
    let mut given = units().given([form(1, &[1, 2, 3], day(2019, 4, 1))]);
    let through = |declaration, on| ExportDetails {
        consortium: Some(consortium(1)),
        ..declared(by_unit(1), declaration, on)
    };
    recorded(&mut given, through(1, day(2019, 5, 31)));
    let (_, fact) = recorded(&mut given, through(2, day(2019, 6, 1)));
    let cause = happened(&mut given, take_over_phase(1, Phase::Dissolved, day(2019, 6, 1)));
    assert_eq!(found(&given), [(Code::InvalidExport, fact, cause)]);
    given.when(void_consortium_fact(1, cause)).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn an_export_that_goes_undercuts_the_constitution_that_stood_on_it() {
    let mut given = units().given([form(1, &[1, 2], day(2019, 4, 1)), admit(1, 3, false, day(2019, 4, 1))]);
    let large = |declaration| ExportDetails {
        value_usd: Usd::from_cents(50_000_000),
        ..declared(by_unit(1), declaration, day(2019, 5, 1))
    };
    let (export, _) = recorded(&mut given, large(1));
    let constituted = happened(&mut given, constitute(1, day(2019, 6, 1)));
    let voided = happened(&mut given, void_export(export));
    assert_eq!(found(&given), [(Code::NotExportReady, constituted, voided)]);
    // One that was declared on the day of the constitution doesn't heal it; one before does.
    given.when(record(ExportDetails { on: day(2019, 6, 1), ..large(2) })).unwrap();
    assert_eq!(found(&given).len(), 1);
    given.when(record(large(3))).unwrap();
    assert_eq!(found(&given), []);
    let closed = happened(&mut given, close(2, day(2019, 5, 15)));
    assert_eq!(found(&given), [(Code::TooFewMembers, constituted, closed)]);
    given.when(admit(1, 4, false, day(2019, 6, 1))).unwrap();
    assert_eq!(found(&given), []);
}

#[test]
fn findings_come_in_the_order_of_their_facts() {
    let mut given = units();
    let facts: Vec<_> = (1..=3)
        .map(|number| recorded(&mut given, declared(by_unit(number), 1 + number as u32, day(2019, 6, 1))).1)
        .collect();
    for number in [3, 1, 2] {
        given.when(idle(number, day(2019, 5, 1))).unwrap();
    }
    let found = |from: Position| {
        given
            .state
            .findings
            .as_of(Position::MAX, from + 1..=Position::MAX)
            .map(|finding| finding.fact)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(0), facts);
    assert_eq!(found(facts[0]), facts[1..]);
    assert_eq!(given.state.findings.len(), 3);
}
