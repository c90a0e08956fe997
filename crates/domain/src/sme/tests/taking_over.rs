use super::*;
use crate::EventData;
use crate::envelope::Basis;
use crate::rejection::Code;

fn existing(status: TakenOverStatus) -> TakeOverSme {
    TakeOverSme {
        details: on_plot(UNIT, "1"),
        licence: TakenOverLicence {
            number: "110/1".parse().expect("a number"),
            issued: day("2010-05-01"),
            expires: day("2018-05-01"),
            capacity: None,
        },
        status,
        utilisation: Some(60u32.try_into().expect("a share")),
    }
}

fn take_over(command: TakeOverSme) -> Command {
    Command::Sme(SmeCommand::TakeOverSme(command))
}

fn idle_since(since: &str) -> TakenOverStatus {
    TakenOverStatus::Idle { since: day(since), reason: IdleReason::Market }
}

fn closed_since(since: &str) -> TakenOverStatus {
    TakenOverStatus::Closed { since: day(since), reason: ReasonCode::Insolvency }
}

#[test]
fn a_unit_is_taken_over_as_active_from_the_issue_of_its_licence() {
    let mut given = Given::nothing().given([park()]);
    let events = given.when(take_over(existing(TakenOverStatus::Active))).expect("it is accepted");
    let types: Vec<_> = events.iter().map(|event| event.data.type_name()).collect();
    assert_eq!(types, ["SmeRegistered", "OperatingLicenceIssued", "SmeActivated"]);
    assert!(
        events.iter().all(|event| event.basis == Basis::TakenOver && event.effective == day("2010-05-01"))
    );
    assert_eq!(status(&given, "2010-05-01"), Some(OperatingStatus::Active));
    assert!(unit(&given).can_export_on(day("2018-04-30")));
    assert!(!unit(&given).can_export_on(day("2018-05-01")), "the licence is over, though the unit is active");
    assert_eq!(status(&given, "2019-01-01"), Some(OperatingStatus::Active));
}

#[test]
fn a_unit_is_taken_over_with_what_it_does_now() {
    let given = Given::nothing().given([park()]);
    for (now, before, after) in [
        (TakenOverStatus::SemiActive, None, OperatingStatus::SemiActive),
        (idle_since("2017-01-01"), Some(OperatingStatus::Active), OperatingStatus::Idle),
        (closed_since("2017-01-01"), Some(OperatingStatus::Active), OperatingStatus::Closed),
        (idle_since("2010-05-01"), None, OperatingStatus::Idle),
    ] {
        let mut given = given.clone();
        let events = given.when(take_over(existing(now))).expect("it is accepted");
        assert!(events.iter().all(|event| event.basis == Basis::TakenOver));
        assert_eq!(status(&given, "2017-01-01"), Some(after));
        if before.is_some() {
            assert_eq!(status(&given, "2016-12-31"), before);
        }
    }
}

#[test]
fn the_utilisation_stands_with_the_status_that_it_is_of() {
    let given = Given::nothing().given([park()]);
    let told = |events: &[Event]| -> Vec<Option<u8>> {
        events
            .iter()
            .filter_map(|event| match &event.data {
                EventData::Sme(SmeEvent::SmeActivated(event)) => Some(event.utilisation),
                EventData::Sme(SmeEvent::SmeReduced(event)) => Some(event.utilisation),
                _ => None,
            })
            .map(|utilisation| utilisation.map(|share| share.percent()))
            .collect()
    };
    let active = given.decide(&take_over(existing(TakenOverStatus::Active))).expect("it is accepted");
    assert_eq!(told(&active), [Some(60)]);
    let reduced = given.decide(&take_over(existing(TakenOverStatus::SemiActive))).expect("it is accepted");
    assert_eq!(told(&reduced), [None, Some(60)]);
}

#[test]
fn the_dates_of_what_is_taken_over_follow_each_other() {
    let given = Given::nothing().given([park()]);
    let with = |issued: &str, expires: &str, status| {
        let mut command = existing(status);
        command.licence.issued = day(issued);
        command.licence.expires = day(expires);
        take_over(command)
    };
    let wrong = |path: &str| (Code::InvalidDate, path.to_owned());
    let active = TakenOverStatus::Active;
    assert_eq!(given.rejected(with("2019-12-23", "2025-01-01", active.clone())), wrong("licence.issued"));
    assert_eq!(given.rejected(with("2010-05-01", "2010-05-01", active.clone())), wrong("licence.expires"));
    assert_eq!(
        given.rejected(with("2010-05-01", "2018-05-01", idle_since("2010-04-30"))),
        wrong("status.since")
    );
    assert_eq!(
        given.rejected(with("2010-05-01", "2018-05-01", closed_since("2010-04-30"))),
        wrong("status.since")
    );
    assert_eq!(
        given.rejected(with("2010-05-01", "2018-05-01", idle_since("2019-12-23"))),
        wrong("status.since")
    );
    assert!(given.decide(&with("2019-12-22", "2019-12-23", active)).is_ok());
}

#[test]
fn a_unit_is_taken_over_once_into_a_free_plot() {
    let given = Given::nothing().given([park(), take_over(existing(TakenOverStatus::Active))]);
    let again = TakeOverSme { details: on_plot(UNIT, "2"), ..existing(TakenOverStatus::Active) };
    assert_eq!(given.rejected(take_over(again)), (Code::DuplicateUnit, "details.businessId".to_owned()));
    let other = TakeOverSme { details: on_plot(OTHER, "1"), ..existing(TakenOverStatus::Active) };
    assert_eq!(given.rejected(take_over(other)), (Code::PlotTaken, "details.plot".to_owned()));
}

#[test]
fn a_unit_that_closed_before_leaves_its_plot_to_the_holder() {
    let mut given = Given::nothing().given([park(), take_over(existing(TakenOverStatus::Active))]);
    let closed = TakeOverSme { details: on_plot(OTHER, "1"), ..existing(closed_since("2012-01-01")) };
    given.when(take_over(closed)).expect("it is accepted");
    let third = TakeOverSme { details: on_plot("100000000003", "1"), ..existing(TakenOverStatus::Active) };
    assert_eq!(given.rejected(take_over(third)), (Code::PlotTaken, "details.plot".to_owned()));
    let given = given.given([close("2019-01-01")]);
    assert_eq!(given.state.parks.find(&park_key()).map(|park| park.allotted()), Some(0));
}
