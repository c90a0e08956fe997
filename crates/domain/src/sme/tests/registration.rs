use super::*;
use crate::envelope::EntityId;
use crate::rejection::Code;

fn succeeding(details: SmeDetails, on: &str) -> Command {
    Command::Sme(SmeCommand::RegisterSme(RegisterSme { details, predecessor: Some(key(UNIT)), on: day(on) }))
}

fn amending(on: &str) -> AmendSme {
    AmendSme {
        sme: key(UNIT),
        name: None,
        name_latin: None,
        isic: None,
        headcount: None,
        province: None,
        park: None,
        plot: None,
        plot_area: None,
        on: day(on),
    }
}

fn amend(command: AmendSme) -> Command {
    Command::Sme(SmeCommand::AmendSme(command))
}

fn moved(plot: &str, on: &str) -> Command {
    amend(AmendSme {
        park: Some(park_key()),
        plot: Some(plot.parse().expect("a plot")),
        plot_area: Some("1000".parse().expect("an area")),
        ..amending(on)
    })
}

fn allotted(given: &Given) -> u32 {
    given.state.parks.find(&park_key()).expect("the park is recorded").allotted()
}

#[test]
fn a_registered_unit_is_under_construction_from_that_day() {
    let given = registered();
    assert_eq!(status(&given, "2014-12-31"), None);
    assert_eq!(status(&given, "2015-01-01"), Some(OperatingStatus::UnderConstruction));
    assert_eq!(given.state.smes.len(), 1);
    assert_eq!(given.state.smes.version(unit(&given).id), 1);
}

#[test]
fn rule_1_province_and_class_stand_in_the_tables() {
    let given = Given::nothing();
    let province = SmeDetails { province: "IR-31".parse().expect("of its shape"), ..details(UNIT) };
    let isic = SmeDetails { isic: "1000".parse().expect("of its shape"), ..details(UNIT) };
    assert_eq!(
        given.rejected(register(province, "2015-01-01")),
        (Code::InvalidIdentifier, "details.province".to_owned())
    );
    assert_eq!(
        given.rejected(register(isic.clone(), "2015-01-01")),
        (Code::InvalidIdentifier, "details.isic".to_owned())
    );
    let given = registered();
    let isic = AmendSme { isic: Some(isic.isic), ..amending("2016-01-01") };
    assert_eq!(given.rejected(amend(isic)), (Code::InvalidIdentifier, "isic".to_owned()));
    let province =
        AmendSme { province: Some("IR-31".parse().expect("of its shape")), ..amending("2016-01-01") };
    assert_eq!(given.rejected(amend(province)), (Code::InvalidIdentifier, "province".to_owned()));
}

#[test]
fn rule_2_a_business_id_is_unique_and_a_legal_entity_may_hold_several() {
    let given = registered();
    assert_eq!(
        given.rejected(register(details(UNIT), "2016-01-01")),
        (Code::DuplicateUnit, "details.businessId".to_owned())
    );
    let given = given.given([register(details(OTHER), "2016-01-01"), close("2017-01-01")]);
    assert_eq!(given.state.smes.len(), 2);
    assert_eq!(
        given.rejected(register(details(UNIT), "2018-01-01")),
        (Code::DuplicateUnit, "details.businessId".to_owned())
    );
}

#[test]
fn nothing_is_registered_in_the_future() {
    let given = Given::nothing().on(day("2015-01-01"));
    assert_eq!(given.rejected(register(details(UNIT), "2015-01-02")), (Code::InvalidDate, "on".to_owned()));
    assert!(given.decide(&register(details(UNIT), "2015-01-01")).is_ok());
}

#[test]
fn a_unit_lies_in_a_recorded_park_of_its_province() {
    let given = Given::nothing();
    assert_eq!(
        given.rejected(register(on_plot(UNIT, "1"), "2015-01-01")),
        (Code::UnknownReference, "details.park".to_owned())
    );
    let given = given.given([park()]);
    let elsewhere = SmeDetails { province: "IR-07".parse().expect("a province"), ..on_plot(UNIT, "1") };
    assert_eq!(
        given.rejected(register(elsewhere, "2015-01-01")),
        (Code::InvalidValue, "details.province".to_owned())
    );
    let nowhere = SmeDetails { park: None, ..on_plot(UNIT, "1") };
    assert_eq!(
        given.rejected(register(nowhere, "2015-01-01")),
        (Code::MissingField, "details.park".to_owned())
    );
    let no_plot = SmeDetails { plot: None, ..on_plot(UNIT, "1") };
    assert_eq!(
        given.rejected(register(no_plot, "2015-01-01")),
        (Code::MissingField, "details.plot".to_owned())
    );
    let events = given.decide(&register(on_plot(UNIT, "1"), "2015-01-01")).expect("it is accepted");
    let park = given.state.parks.find(&park_key()).expect("the park is recorded");
    assert_eq!(events[0].refs, [EntityId::Park(park.id)]);
}

#[test]
fn rule_7_a_plot_has_one_holder_and_a_park_its_plots() {
    let given = Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01")]);
    assert_eq!(
        given.rejected(register(on_plot(OTHER, "1"), "2015-01-01")),
        (Code::PlotTaken, "details.plot".to_owned())
    );
    let wide = SmeDetails { plot_area: Some("1001".parse().expect("an area")), ..on_plot(OTHER, "2") };
    assert_eq!(given.rejected(register(wide, "2015-01-01")), (Code::ParkFull, "details.plotArea".to_owned()));
    let given = given.given([register(on_plot(OTHER, "2"), "2015-01-01")]);
    assert_eq!(allotted(&given), 2);
    let third = SmeDetails { plot_area: None, ..on_plot("100000000003", "3") };
    assert_eq!(given.rejected(register(third, "2015-01-01")), (Code::ParkFull, "details.plot".to_owned()));
}

#[test]
fn rule_7_a_closed_unit_gives_its_plot_back() {
    let given = Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01")]);
    let given = given.given([close("2016-01-01")]);
    assert_eq!(allotted(&given), 0);
    assert!(given.decide(&register(on_plot(OTHER, "1"), "2016-01-01")).is_ok());
}

#[test]
fn rule_7_a_move_takes_the_new_plot_and_frees_the_old_one() {
    let given = Given::nothing().given([
        park(),
        register(on_plot(UNIT, "1"), "2015-01-01"),
        register(on_plot(OTHER, "2"), "2015-01-01"),
    ]);
    assert_eq!(given.rejected(moved("2", "2016-01-01")), (Code::PlotTaken, "plot".to_owned()));
    let given = given.given([moved("3", "2016-01-01")]);
    assert_eq!(allotted(&given), 2);
    let site = &unit(&given).site;
    assert_eq!(site.plot.as_ref().map(|plot| plot.as_str()), Some("3"));
    assert!(given.decide(&moved("1", "2016-01-01")).is_ok());
    let wider = AmendSme { plot_area: Some("1001".parse().expect("an area")), ..amending("2016-01-01") };
    assert_eq!(given.rejected(amend(wider)), (Code::ParkFull, "plotArea".to_owned()));
    let smaller = AmendSme { plot_area: Some("10".parse().expect("an area")), ..amending("2016-01-01") };
    let given = given.given([amend(smaller)]);
    assert_eq!(unit(&given).site.plot.as_ref().map(|plot| plot.as_str()), Some("3"));
    assert_eq!(unit(&given).site.area.square_metres(), 10);
}

#[test]
fn a_move_is_judged_by_province_park_and_order() {
    let given = Given::nothing().given([park(), register(details(UNIT), "2015-01-01")]);
    let plot = AmendSme { plot: Some("1".parse().expect("a plot")), ..amending("2016-01-01") };
    assert_eq!(given.rejected(amend(plot)), (Code::MissingField, "park".to_owned()));
    let area = AmendSme { plot_area: Some("5".parse().expect("an area")), ..amending("2016-01-01") };
    assert_eq!(given.rejected(amend(area)), (Code::MissingField, "plot".to_owned()));
    let unknown = AmendSme {
        park: Some(ParkKey::Code("IR-10-009".parse().expect("a code"))),
        ..amending("2016-01-01")
    };
    assert_eq!(given.rejected(amend(unknown)), (Code::UnknownReference, "park".to_owned()));
    let given = given.given([moved("1", "2016-01-01")]);
    assert_eq!(given.rejected(moved("2", "2015-12-31")), (Code::InvalidDate, "on".to_owned()));
    let away = AmendSme { province: Some("IR-07".parse().expect("a province")), ..amending("2017-01-01") };
    assert_eq!(given.rejected(amend(away)), (Code::InvalidValue, "province".to_owned()));
}

#[test]
fn an_amendment_lies_within_the_life_of_the_unit() {
    let renamed = |on| amend(AmendSme { name: Some("نو".parse().expect("a name")), ..amending(on) });
    let given =
        Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01"), close("2016-01-01")]);
    assert_eq!(given.rejected(renamed("2014-12-31")), (Code::InvalidDate, "on".to_owned()));
    assert_eq!(given.rejected(renamed("2016-01-01")), (Code::UnitClosed, "sme".to_owned()));
    assert_eq!(given.rejected(moved("2", "2015-06-01")), (Code::UnitClosed, "sme".to_owned()));
    assert!(given.decide(&renamed("2015-12-31")).is_ok());
    assert_eq!(given.rejected(renamed("2019-12-23")), (Code::InvalidDate, "on".to_owned()));
}

#[test]
fn an_amendment_that_changes_nothing_records_nothing() {
    assert_eq!(registered().decide(&amend(amending("2016-01-01"))), Ok(Vec::new()));
}

#[test]
fn an_amendment_names_a_recorded_unit() {
    let given = Given::nothing();
    assert_eq!(given.rejected(amend(amending("2016-01-01"))), (Code::UnknownReference, "sme".to_owned()));
}

#[test]
fn rule_11_a_closed_unit_is_succeeded_and_an_open_one_is_not() {
    let given = registered();
    assert_eq!(
        given.rejected(succeeding(details(OTHER), "2016-01-01")),
        (Code::InvalidValue, "predecessor".to_owned())
    );
    let given = given.given([close("2016-01-01")]);
    assert_eq!(
        given.rejected(succeeding(details(OTHER), "2015-12-31")),
        (Code::InvalidValue, "predecessor".to_owned())
    );
    let events = given.decide(&succeeding(details(OTHER), "2016-01-01")).expect("it is accepted");
    assert_eq!(events[0].refs, [EntityId::Sme(unit(&given).id)]);
    assert_eq!(
        Given::nothing().rejected(succeeding(details(OTHER), "2016-01-01")),
        (Code::UnknownReference, "predecessor".to_owned())
    );
}
