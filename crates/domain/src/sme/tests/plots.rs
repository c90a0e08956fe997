use super::*;
use crate::rejection::Code;
use crate::value::{ParkKey, SmeId};

pub(super) fn allocate(sme: &str, plot: &str, on: &str, deadline: &str) -> Command {
    Command::Sme(SmeCommand::AllocatePlot(AllocatePlot {
        sme: key(sme),
        park: park_key(),
        plot: plot.parse().expect("a plot"),
        area: None,
        deadline: day(deadline),
        on: day(on),
    }))
}

pub(super) fn advance(stage: PlotStage, on: &str) -> Command {
    Command::Sme(SmeCommand::AdvancePlot(AdvancePlot { sme: key(UNIT), stage, on: day(on) }))
}

pub(super) fn repossess(on: &str) -> Command {
    let reason = ReasonCode::ConditionNotMet;
    Command::Sme(SmeCommand::RepossessPlot(RepossessPlot { sme: key(UNIT), reason, on: day(on) }))
}

fn holder(given: &Given, plot: &str, on: &str) -> Option<SmeId> {
    let park = given.state.parks.find(&park_key()).expect("the park is recorded");
    park.holder_on(&plot.parse().expect("a plot"), day(on))
}

fn other(given: &Given) -> SmeId {
    given.state.smes.find(&key(OTHER)).expect("the other unit is recorded").id
}

fn no(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

/// The unit without a plot, and the park.
fn begun() -> Given {
    Given::nothing().given([park(), register(details(UNIT), "2015-01-01")])
}

/// The unit has plot 1 by contract since 2015-02-01, to be completed by 2017-02-01.
fn allotted() -> Given {
    begun().given([allocate(UNIT, "1", "2015-02-01", "2017-02-01")])
}

#[test]
fn a_plot_is_allotted_built_completed_and_titled_in_this_order() {
    let given = allotted();
    assert_eq!(holder(&given, "1", "2015-01-31"), None);
    assert_eq!(holder(&given, "1", "2015-02-01"), Some(unit(&given).id));
    assert_eq!(given.rejected(advance(PlotStage::Completed, "2015-06-01")), no(Code::WrongPhase, "stage"));
    let given = given.given([
        advance(PlotStage::Built, "2015-06-01"),
        advance(PlotStage::Completed, "2016-06-01"),
        advance(PlotStage::Titled, "2016-09-01"),
    ]);
    assert_eq!(given.rejected(advance(PlotStage::Titled, "2016-10-01")), no(Code::WrongPhase, "stage"));
    assert_eq!(given.rejected(repossess("2018-01-01")), no(Code::WrongPhase, "on"), "it is titled");
    assert_eq!(begun().rejected(advance(PlotStage::Built, "2015-06-01")), no(Code::WrongPhase, "stage"));
}

#[test]
fn a_missed_deadline_ends_in_repossession_and_frees_the_plot() {
    let given = allotted().given([advance(PlotStage::Built, "2015-06-01")]);
    assert_eq!(given.rejected(repossess("2017-01-31")), no(Code::WrongPhase, "on"), "not missed yet");
    let given = given.given([repossess("2017-02-01")]);
    assert_eq!(holder(&given, "1", "2017-01-31"), Some(unit(&given).id));
    assert_eq!(holder(&given, "1", "2017-02-01"), None);
    assert!(unit(&given).holding().is_none());
    let given = given
        .given([register(details(OTHER), "2016-01-01"), allocate(OTHER, "1", "2018-01-01", "2020-01-01")]);
    assert_eq!(holder(&given, "1", "2017-12-31"), None);
    assert_eq!(holder(&given, "1", "2018-01-01"), Some(other(&given)));
    assert_eq!(holder(&given, "1", "2016-01-01"), Some(unit(&given).id), "as of a date");
}

#[test]
fn rule_7_a_plot_has_one_holder_on_every_day() {
    let given = allotted().given([repossess("2017-02-01"), register(details(OTHER), "2016-01-01")]);
    let early = allocate(OTHER, "1", "2017-01-31", "2020-01-01");
    assert_eq!(given.rejected(early), no(Code::PlotTaken, "plot"), "the unit held it until the day after");
    let given = given.given([allocate(OTHER, "1", "2018-01-01", "2020-01-01")]);
    let taken_back = given.state.position - 3;
    assert_eq!(given.rejected(void(taken_back)), no(Code::PlotTaken, "position"));
    assert_eq!(given.rejected(redate(taken_back, "2018-01-02")), no(Code::PlotTaken, "on"));
    assert!(given.decide(&redate(taken_back, "2018-01-01")).is_ok());
    assert_eq!(given.rejected(allocate(UNIT, "1", "2019-01-01", "2020-01-01")), no(Code::PlotTaken, "plot"));
}

#[test]
fn rule_7_a_contract_counts_the_plots_and_the_area_of_its_park() {
    let given = begun().given([
        register(on_plot(OTHER, "2"), "2015-01-01"),
        register(on_plot("100000000003", "3"), "2015-01-01"),
    ]);
    let full = no(Code::ParkFull, "plot");
    assert_eq!(given.rejected(allocate(UNIT, "1", "2015-02-01", "2017-02-01")), full);
    let Command::Sme(SmeCommand::AllocatePlot(command)) = allocate(UNIT, "1", "2015-02-01", "2017-02-01")
    else {
        panic!("an allotment")
    };
    let wide = AllocatePlot { area: Some("2001".parse().expect("an area")), ..command };
    let wide = Command::Sme(SmeCommand::AllocatePlot(wide));
    assert_eq!(begun().rejected(wide), no(Code::ParkFull, "area"));
}

#[test]
fn a_unit_gets_a_contract_of_the_plot_that_it_lies_on_once() {
    let mut given = Given::nothing().given([park(), register(on_plot(UNIT, "1"), "2015-01-01")]);
    let contract = allocate(UNIT, "1", "2015-02-01", "2017-02-01");
    let events = given.when(contract.clone()).expect("it is accepted");
    assert_eq!(events.len(), 1, "it does not move");
    assert_eq!(given.rejected(contract), no(Code::WrongPhase, "plot"));
    let moved = given.when(allocate(UNIT, "2", "2016-02-01", "2018-02-01")).expect("it is accepted");
    assert_eq!(moved.len(), 2, "it moves");
    assert_eq!(holder(&given, "1", "2016-01-31"), Some(unit(&given).id));
    assert_eq!(holder(&given, "1", "2016-02-01"), None);
    assert_eq!(holder(&given, "2", "2016-02-01"), Some(unit(&given).id));
}

#[test]
fn what_is_recorded_of_a_plot_says_nothing_of_the_next_one() {
    let given = allotted().given([Command::Sme(SmeCommand::AmendSme(AmendSme {
        plot: Some("2".parse().expect("a plot")),
        ..AmendSme::nothing(key(UNIT), day("2016-01-01"))
    }))]);
    assert_eq!(given.rejected(advance(PlotStage::Built, "2016-06-01")), no(Code::WrongPhase, "sme"));
    assert_eq!(given.rejected(repossess("2018-06-01")), no(Code::WrongPhase, "sme"));
}

#[test]
fn a_deadline_lies_after_the_allotment_and_the_park_is_known() {
    assert_eq!(
        begun().rejected(allocate(UNIT, "1", "2015-02-01", "2015-02-01")),
        no(Code::InvalidDate, "deadline")
    );
    let Command::Sme(SmeCommand::AllocatePlot(command)) = allocate(UNIT, "1", "2015-02-01", "2017-02-01")
    else {
        panic!("an allotment")
    };
    let park = ParkKey::Code("IR-10-002".parse().expect("a code"));
    let elsewhere = Command::Sme(SmeCommand::AllocatePlot(AllocatePlot { park, ..command }));
    assert_eq!(begun().rejected(elsewhere), no(Code::UnknownReference, "park"));
}

#[test]
fn a_move_does_not_reach_behind_what_is_recorded_of_a_plot() {
    let moved = |on: &str| {
        Command::Sme(SmeCommand::AmendSme(AmendSme {
            plot: Some("2".parse().expect("a plot")),
            ..AmendSme::nothing(key(UNIT), day(on))
        }))
    };
    let given = allotted();
    assert_eq!(given.rejected(moved("2015-01-31")), no(Code::InvalidDate, "on"));
    let allotment = given.state.position;
    let given = given.given([moved("2016-01-01")]);
    assert_eq!(given.rejected(redate(allotment, "2016-06-01")), no(Code::InvalidDate, "on"));
    assert!(given.decide(&redate(allotment, "2015-06-01")).is_ok());
}
