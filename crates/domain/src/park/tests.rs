use super::*;
use crate::Command;
use crate::rejection::Code;
use crate::sme::tests::{OTHER, UNIT, close, day, on_plot, park, park_key, register};
use crate::testing::Given;

fn establishing() -> EstablishPark {
    match park() {
        Command::Park(ParkCommand::EstablishPark(command)) => command,
        other => panic!("{other:?}"),
    }
}

fn establish(command: EstablishPark) -> Command {
    Command::Park(ParkCommand::EstablishPark(command))
}

fn take_over(allotted: u32) -> Command {
    Command::Park(ParkCommand::TakeOverPark(TakeOverPark { park: establishing(), allotted }))
}

fn revising(on: &str) -> RevisePark {
    RevisePark {
        park: park_key(),
        name: None,
        name_latin: None,
        kind: None,
        area: None,
        saleable: None,
        plots: None,
        allotted: None,
        on: day(on),
    }
}

fn revise(command: RevisePark) -> Command {
    Command::Park(ParkCommand::RevisePark(command))
}

fn no(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

fn of(given: &Given) -> &Park {
    given.state.parks.find(&park_key()).expect("the park is recorded")
}

#[test]
fn a_park_is_established_once_by_its_code() {
    let given = Given::nothing().given([park()]);
    assert_eq!(given.state.parks.len(), 1);
    assert_eq!(given.state.parks.version(of(&given).id), 1);
    assert_eq!(given.rejected(park()), no(Code::DuplicatePark, "code"));
    let other = EstablishPark { code: "IR-10-002".parse().expect("a code"), ..establishing() };
    assert_eq!(given.given([establish(other)]).state.parks.len(), 2);
}

#[test]
fn a_park_lies_in_a_province_and_in_the_past() {
    let province = EstablishPark { province: "IR-31".parse().expect("of its shape"), ..establishing() };
    assert_eq!(Given::nothing().rejected(establish(province)), no(Code::InvalidIdentifier, "province"));
    let future = EstablishPark { on: day("2019-12-23"), ..establishing() };
    assert_eq!(Given::nothing().rejected(establish(future.clone())), no(Code::InvalidDate, "on"));
    assert!(Given::nothing().on(day("2019-12-23")).decide(&establish(future)).is_ok());
}

#[test]
fn rule_7_a_park_is_taken_over_with_no_more_allotted_than_it_has() {
    assert_eq!(Given::nothing().rejected(take_over(3)), no(Code::ParkFull, "allotted"));
    let given = Given::nothing().given([take_over(2)]);
    assert_eq!(of(&given).allotted(), 2);
    let given = given.given([register(on_plot(UNIT, "1"), "2015-01-01")]);
    assert_eq!(of(&given).allotted(), 2, "a unit that is recorded holds one of the plots allotted before");
}

#[test]
fn rule_7_no_revision_leaves_less_than_is_held() {
    let given = Given::nothing().given([
        park(),
        register(on_plot(UNIT, "1"), "2015-01-01"),
        register(on_plot(OTHER, "2"), "2015-01-01"),
    ]);
    let plots = |plots| revise(RevisePark { plots: Some(plots), ..revising("2016-01-01") });
    let saleable = |area: &str| {
        revise(RevisePark { saleable: Some(area.parse().expect("an area")), ..revising("2016-01-01") })
    };
    assert_eq!(given.rejected(plots(1)), no(Code::ParkFull, "plots"));
    assert_eq!(given.rejected(saleable("0.1999")), no(Code::ParkFull, "saleable"));
    let allotted = revise(RevisePark { allotted: Some(3), ..revising("2016-01-01") });
    assert_eq!(given.rejected(allotted), no(Code::ParkFull, "allotted"));
    let given = given.given([plots(3), saleable("0.3")]);
    let given = given.given([register(on_plot("100000000003", "3"), "2016-01-01")]);
    assert_eq!(of(&given).allotted(), 3);
    assert_eq!(of(&given).version, 3);
    let given = given.given([close("2017-01-01"), plots(2)]);
    assert_eq!(
        given.rejected(register(on_plot("100000000004", "1"), "2017-01-01")),
        no(Code::ParkFull, "details.plot")
    );
}

#[test]
fn a_revision_lies_between_establishment_and_today() {
    let given = Given::nothing().given([park()]);
    let zone = |on| revise(RevisePark { kind: Some(ParkKind::Zone), ..revising(on) });
    assert_eq!(given.rejected(zone("2009-12-31")), no(Code::InvalidDate, "on"));
    assert_eq!(given.rejected(zone("2019-12-23")), no(Code::InvalidDate, "on"));
    assert!(given.decide(&zone("2010-01-01")).is_ok());
    assert_eq!(Given::nothing().rejected(zone("2010-01-01")), no(Code::UnknownReference, "park"));
}

#[test]
fn a_revision_that_changes_nothing_records_nothing() {
    let given = Given::nothing().given([park()]);
    assert_eq!(given.decide(&revise(revising("2016-01-01"))), Ok(Vec::new()));
}

#[test]
fn a_plot_stays_with_its_holder() {
    let mut given = Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01")]);
    let id = of(&given).id;
    let plot: PlotNumber = "1".parse().expect("a plot");
    let stranger: SmeId = uuid::Uuid::from_u128(9).into();
    given.state.parks.take_plot(id, &plot, stranger, SquareMetres::new(500));
    given.state.parks.release_plot(id, &plot, stranger);
    assert_eq!(of(&given).allotted(), 1);
    assert_eq!(of(&given).held, SquareMetres::new(1000));
}
