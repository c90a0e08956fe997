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
    let holder = crate::sme::tests::unit(&given).id;
    let plot: crate::value::PlotNumber = "1".parse().expect("a plot");
    let stranger: crate::value::SmeId = uuid::Uuid::from_u128(9).into();
    let (area, from) = (crate::value::SquareMetres::new(500), day("2016-01-01"));
    let tenure = crate::sme::Tenure { park: id, plot: plot.clone(), area, from, until: None };
    given.state.parks.retake(stranger, &[], std::slice::from_ref(&tenure));
    assert_eq!(of(&given).holder_on(&plot, from), Some(holder));
    given.state.parks.retake(stranger, &[tenure], &[]);
    assert_eq!(of(&given).holder_on(&plot, from), Some(holder));
    assert_eq!(of(&given).allotted(), 1);
}

fn specialise(industries: &[&str], on: &str) -> Command {
    let industries = industries.iter().map(|isic| isic.parse().expect("a class")).collect();
    Command::Park(ParkCommand::SpecialisePark(SpecialisePark { park: park_key(), industries, on: day(on) }))
}

#[test]
fn rule_5_a_specialised_park_takes_only_its_industries() {
    let given = Given::nothing().given([park(), specialise(&["1512", "1511"], "2014-01-01")]);
    let refused = no(Code::IndustryNotPermitted, "details.isic");
    assert_eq!(given.rejected(register(on_plot(UNIT, "1"), "2015-01-01")), refused);
    assert!(given.decide(&register(on_plot(UNIT, "1"), "2013-12-31")).is_ok(), "it came before");
    let widened = given.given([specialise(&["1393", "1511"], "2016-01-01")]);
    assert_eq!(widened.rejected(register(on_plot(UNIT, "1"), "2015-12-31")), refused);
    assert!(widened.decide(&register(on_plot(UNIT, "1"), "2016-01-01")).is_ok());
    let open = widened.given([specialise(&[], "2017-01-01"), register(on_plot(UNIT, "1"), "2017-01-01")]);
    assert_eq!(open.state.smes.len(), 1);
}

#[test]
fn rule_5_holds_for_a_unit_that_comes_later_or_changes_its_industry() {
    let given = Given::nothing().given([
        park(),
        register(on_plot(UNIT, "1"), "2013-01-01"),
        register(crate::sme::tests::details(OTHER), "2013-01-01"),
        specialise(&["1511"], "2014-01-01"),
    ]);
    let amend = |sme: &str, isic: Option<&str>, comes: bool| {
        let command = crate::sme::AmendSme {
            isic: isic.map(|isic| isic.parse().expect("a class")),
            park: comes.then(park_key),
            ..crate::sme::AmendSme::nothing(crate::sme::tests::key(sme), day("2015-01-01"))
        };
        Command::Sme(crate::sme::SmeCommand::AmendSme(command))
    };
    assert_eq!(given.rejected(amend(OTHER, None, true)), no(Code::IndustryNotPermitted, "park"));
    assert_eq!(given.rejected(amend(UNIT, Some("1512"), false)), no(Code::IndustryNotPermitted, "isic"));
    assert!(given.decide(&amend(OTHER, Some("1511"), true)).is_ok());
    assert!(given.decide(&amend(UNIT, Some("1511"), false)).is_ok());
}

#[test]
fn a_park_lists_known_industries_since_its_establishment() {
    let given = Given::nothing().given([park()]);
    let unknown = no(Code::InvalidIdentifier, "industries.1");
    assert_eq!(given.rejected(specialise(&["1511", "9999"], "2014-01-01")), unknown);
    assert_eq!(given.rejected(specialise(&["1511"], "2009-12-31")), no(Code::InvalidDate, "on"));
    let mut given = given.given([specialise(&["1511"], "2014-01-01")]);
    assert_eq!(given.when(specialise(&["1511", "1511"], "2015-01-01")).expect("accepted"), []);
}

#[test]
fn a_zone_is_upgraded_to_a_park() {
    let zone = EstablishPark { kind: ParkKind::Zone, ..establishing() };
    let mut given = Given::nothing().given([establish(zone)]);
    let upgrade = RevisePark { kind: Some(ParkKind::Park), plots: Some(40), ..revising("2016-01-01") };
    let events = given.when(revise(upgrade)).expect("it is accepted");
    assert_eq!(events.len(), 1);
}
