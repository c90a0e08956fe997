use super::*;
use crate::rejection::Code;
use crate::revival::{OpenRevival, RevivalCommand};

/// The position of the last event.
fn last(given: &Given) -> Position {
    given.state.position
}

#[test]
fn rule_15_a_fact_is_voided_once() {
    let given = active().given([idle("2018-01-01")]);
    let idling = last(&given);
    let mut given = given;
    let events = given.when(void(idling)).expect("it is accepted");
    assert_eq!(events[0].causation, Some(idling));
    assert_eq!(events[0].effective, day("2018-01-01"));
    assert_eq!(events[0].reason.as_ref().map(|reason| reason.code), Some(ReasonCode::DataEntryError));
    assert_eq!(status(&given, "2018-01-01"), Some(OperatingStatus::Active));
    assert_eq!(given.rejected(void(idling)), (Code::AlreadyVoided, "position".to_owned()));
    assert_eq!(given.rejected(redate(idling, "2018-02-01")), (Code::AlreadyVoided, "position".to_owned()));
}

#[test]
fn rule_15_only_a_fact_of_the_unit_is_corrected() {
    let given = active();
    let unknown = (Code::UnknownReference, "position".to_owned());
    let registration = last(&given) - 4;
    assert_eq!(given.rejected(void(1)), unknown);
    assert_eq!(given.rejected(void(Position::MAX)), unknown);
    assert_eq!(given.rejected(redate(last(&given) + 1, "2018-02-01")), unknown);
    assert_eq!(given.rejected(void(registration)), (Code::InvalidValue, "position".to_owned()));
    let opened =
        Command::Revival(RevivalCommand::OpenRevival(OpenRevival { sme: key(UNIT), on: day("2018-02-01") }));
    let given = idled().given([opened]);
    assert_eq!(given.rejected(void(last(&given))), unknown, "a case's step is no fact of the unit");
}

#[test]
fn law_6_voiding_leaves_the_later_facts_legal() {
    let given = active();
    let (activation, licence, inspection) = (last(&given), last(&given) - 1, last(&given) - 2);
    let missing = (Code::LicencePrerequisiteMissing, "position".to_owned());
    assert_eq!(given.rejected(void(licence)), missing);
    assert_eq!(given.rejected(void(inspection)), missing);
    let idled = given.clone().given([idle("2018-01-01")]);
    assert_eq!(idled.rejected(void(activation)), (Code::IllegalTransition, "position".to_owned()));
    let given = given.given([void(activation), void(licence), void(inspection)]);
    assert_eq!(status(&given, "2018-01-01"), Some(OperatingStatus::UnderConstruction));
    assert!(!unit(&given).licensed_on(day("2018-01-01")));
}

#[test]
fn a_voided_revocation_restores_the_licence() {
    let given = active().given([revoke(LicenceKind::Operating, "O1", "2018-01-01")]);
    let revocation = last(&given);
    assert!(!unit(&given).licensed_on(day("2018-01-01")));
    let given = given.given([void(revocation)]);
    assert!(unit(&given).licensed_on(day("2018-01-01")));
    let given = active().given([
        revoke(LicenceKind::Operating, "O1", "2018-01-01"),
        establishment("E2", "2018-01-01", "2019-01-01"),
        operating("O2", "2018-02-01", "2028-02-01"),
    ]);
    assert_eq!(given.rejected(void(last(&given) - 2)), (Code::LicenceOverlap, "position".to_owned()));
}

#[test]
fn a_fact_gets_another_date_where_the_timeline_bears_it() {
    let given = active().given([reduce("2016-01-01"), idle("2018-01-01")]);
    let reduction = last(&given) - 1;
    assert_eq!(given.rejected(redate(reduction, "2018-01-02")), (Code::IllegalTransition, "on".to_owned()));
    assert_eq!(given.rejected(redate(reduction, "2015-06-30")), (Code::IllegalTransition, "on".to_owned()));
    assert_eq!(given.rejected(redate(reduction, "2014-01-01")), (Code::InvalidDate, "on".to_owned()));
    assert_eq!(given.rejected(redate(reduction, "2019-12-23")), (Code::InvalidDate, "on".to_owned()));
    assert_eq!(given.decide(&redate(reduction, "2016-01-01")), Ok(Vec::new()));
    let given = given.given([redate(reduction, "2017-01-01")]);
    assert_eq!(status(&given, "2016-12-31"), Some(OperatingStatus::Active));
    assert_eq!(status(&given, "2017-01-01"), Some(OperatingStatus::SemiActive));
    let given = given.given([redate(reduction, "2018-01-01")]);
    assert_eq!(
        status(&given, "2018-01-01"),
        Some(OperatingStatus::Idle),
        "the day's order is that of the positions"
    );
}

#[test]
fn a_registration_gets_another_date_but_not_after_its_facts() {
    let given = active();
    let registration = last(&given) - 4;
    assert_eq!(
        given.rejected(redate(registration, "2015-02-02")),
        (Code::IllegalTransition, "on".to_owned())
    );
    let given = given.given([redate(registration, "2014-06-01")]);
    assert_eq!(status(&given, "2014-06-01"), Some(OperatingStatus::UnderConstruction));
}

#[test]
fn a_licence_gets_another_date_before_it_expires() {
    let given = licensed();
    let licence = last(&given);
    assert_eq!(
        given.rejected(redate(licence, "2015-04-30")),
        (Code::LicencePrerequisiteMissing, "on".to_owned())
    );
    let given = given.given([redate(licence, "2015-05-15")]);
    assert!(unit(&given).licensed_on(day("2015-05-15")));
    let short = registered().given([establishment("E1", "2015-02-01", "2016-02-01")]);
    assert_eq!(short.rejected(redate(last(&short), "2016-02-01")), (Code::InvalidDate, "on".to_owned()));
}

#[test]
fn a_unit_that_was_closed_by_mistake_takes_its_plot_again() {
    let given =
        Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01"), close("2016-01-01")]);
    let closing = last(&given);
    let taken = given.clone().given([register(on_plot(OTHER, "1"), "2016-06-01")]);
    assert_eq!(taken.rejected(void(closing)), (Code::PlotTaken, "position".to_owned()));
    let given = given.given([void(closing)]);
    assert!(!unit(&given).is_closed());
    assert_eq!(
        given.rejected(register(on_plot(OTHER, "1"), "2016-06-01")),
        (Code::PlotTaken, "details.plot".to_owned())
    );
}

#[test]
fn a_revocation_gets_another_date_within_its_licence() {
    let given = active().given([revoke(LicenceKind::Operating, "O1", "2018-01-01")]);
    let revocation = last(&given);
    assert_eq!(given.rejected(redate(revocation, "2015-05-31")), (Code::InvalidDate, "on".to_owned()));
    assert_eq!(
        given.rejected(redate(revocation, "2015-06-30")),
        (Code::LicencePrerequisiteMissing, "on".to_owned())
    );
    let given = given.given([redate(revocation, "2019-01-01")]);
    assert!(unit(&given).licensed_on(day("2018-12-31")));
    assert!(!unit(&given).licensed_on(day("2019-01-01")));
}
