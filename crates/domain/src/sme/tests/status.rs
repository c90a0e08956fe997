use super::*;
use crate::rejection::Code;
use crate::value::Percent;

fn illegal() -> (Code, String) {
    (Code::IllegalTransition, "on".to_owned())
}

#[test]
fn the_status_follows_its_course() {
    let given = active().given([
        reduce("2016-01-01"),
        activate("2017-01-01"),
        reduce("2018-01-01"),
        idle("2018-06-01"),
        close("2019-01-01"),
    ]);
    let changes: Vec<_> =
        unit(&given).history().statuses().map(|(on, _, status)| (on.to_string(), status)).collect();
    let expected = [
        ("2015-01-01", OperatingStatus::UnderConstruction),
        ("2015-07-01", OperatingStatus::Active),
        ("2016-01-01", OperatingStatus::SemiActive),
        ("2017-01-01", OperatingStatus::Active),
        ("2018-01-01", OperatingStatus::SemiActive),
        ("2018-06-01", OperatingStatus::Idle),
        ("2019-01-01", OperatingStatus::Closed),
    ];
    assert_eq!(changes, expected.map(|(on, status)| (on.to_owned(), status)));
    assert!(unit(&given).is_closed());
}

#[test]
fn rule_8_a_unit_is_idled_from_active_or_semi_active_only() {
    assert_eq!(licensed().rejected(idle("2018-01-01")), illegal());
    assert_eq!(idled().rejected(idle("2018-02-01")), illegal());
    assert!(active().decide(&idle("2018-01-01")).is_ok());
    assert!(active().given([reduce("2016-01-01")]).decide(&idle("2018-01-01")).is_ok());
}

#[test]
fn rule_8_an_idle_unit_comes_back_by_a_revival_case() {
    assert_eq!(idled().rejected(activate("2018-02-01")), illegal());
    assert_eq!(idled().rejected(reduce("2018-02-01")), illegal());
    assert_eq!(licensed().rejected(reduce("2016-01-01")), illegal());
}

#[test]
fn a_unit_produces_with_an_operating_licence_in_force() {
    assert_eq!(
        registered().rejected(activate("2015-07-01")),
        (Code::LicencePrerequisiteMissing, "on".to_owned())
    );
    assert_eq!(
        licensed().rejected(activate("2015-05-31")),
        (Code::LicencePrerequisiteMissing, "on".to_owned())
    );
    assert!(licensed().decide(&activate("2015-06-01")).is_ok());
}

#[test]
fn rule_11_closed_is_final() {
    let given = active().given([close("2018-01-01")]);
    let closed = (Code::UnitClosed, "sme".to_owned());
    for command in [activate("2018-01-01"), reduce("2018-02-01"), idle("2018-02-01"), close("2018-02-01")] {
        assert_eq!(given.rejected(command), closed);
    }
    assert!(given.decide(&idle("2017-12-31")).is_ok(), "what came before can still be recorded");
}

#[test]
fn law_6_a_back_dated_fact_leaves_the_later_ones_legal() {
    let given = active().given([reduce("2016-01-01"), idle("2018-01-01")]);
    assert_eq!(given.rejected(idle("2017-01-01")), illegal());
    assert_eq!(given.rejected(idle("2015-12-31")), illegal());
    assert_eq!(given.rejected(close("2017-01-01")), illegal());
    let given = given.given([activate("2017-01-01")]);
    assert_eq!(status(&given, "2017-06-01"), Some(OperatingStatus::Active));
    assert_eq!(status(&given, "2018-06-01"), Some(OperatingStatus::Idle));
}

#[test]
fn ties_on_a_day_follow_the_position() {
    let given = active().given([reduce("2016-01-01"), idle("2016-01-01")]);
    assert_eq!(status(&given, "2016-01-01"), Some(OperatingStatus::Idle));
    assert_eq!(active().given([idle("2016-01-01")]).rejected(reduce("2016-01-01")), illegal());
}

#[test]
fn the_same_status_again_is_news_only_with_a_utilisation() {
    assert_eq!(active().rejected(activate("2016-01-01")), illegal());
    let measured = Command::Sme(SmeCommand::ActivateSme(ActivateSme {
        sme: key(UNIT),
        utilisation: Some(Percent::new(55).expect("a share")),
        on: day("2016-01-01"),
    }));
    let given = active().given([measured]);
    assert_eq!(unit(&given).history().statuses().count(), 2);
    assert_eq!(active().given([reduce("2016-01-01")]).rejected(reduce("2017-01-01")), illegal());
}

#[test]
fn a_status_lies_between_registration_and_today() {
    let wrong = (Code::InvalidDate, "on".to_owned());
    assert_eq!(active().rejected(idle("2019-12-23")), wrong);
    assert_eq!(active().rejected(close("2014-12-31")), wrong);
    assert!(active().decide(&idle("2019-12-22")).is_ok());
}

#[test]
fn a_command_names_a_recorded_unit() {
    let unknown = (Code::UnknownReference, "sme".to_owned());
    for command in
        [activate("2016-01-01"), idle("2016-01-01"), close("2016-01-01"), inspect("2016-01-01"), void(3)]
    {
        assert_eq!(Given::nothing().rejected(command), unknown);
    }
}
