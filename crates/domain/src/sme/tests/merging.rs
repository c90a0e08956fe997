use super::*;
use crate::envelope::EntityId;
use crate::rejection::Code;

pub(super) fn merge(survivor: &str, merged: &str, on: &str) -> Command {
    Command::Sme(SmeCommand::MergeSmes(MergeSmes {
        survivor: key(survivor),
        merged: key(merged),
        reason: ReasonCode::DataEntryError,
        on: day(on),
    }))
}

fn both() -> Given {
    active().given([register(details(OTHER), "2016-01-01")])
}

fn no(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

#[test]
fn a_merged_unit_keeps_its_history_and_tells_its_survivor() {
    let mut given = both();
    let stays = given.state.smes.find(&key(OTHER)).expect("it is recorded").id;
    let events = given.when(merge(OTHER, UNIT, "2018-01-01")).expect("it is accepted");
    assert_eq!(events[0].refs, [EntityId::Sme(stays)], "the survivor's history shows it");
    assert_eq!(given.state.smes.merged_into(unit(&given).id), Some(stays));
    assert_eq!(status(&given, "2017-12-31"), Some(OperatingStatus::Active));
    assert_eq!(status(&given, "2018-01-01"), Some(OperatingStatus::Merged));
    assert!(unit(&given).can_export_on(day("2017-12-31")));
    assert!(!unit(&given).can_export_on(day("2018-01-01")));
}

#[test]
fn nothing_more_is_recorded_of_a_merged_unit() {
    let given = both().given([merge(OTHER, UNIT, "2018-01-01")]);
    for command in [idle("2018-02-01"), close("2018-02-01"), inspect("2018-02-01")] {
        assert_eq!(given.rejected(command), no(Code::UnitClosed, "sme"));
    }
    assert_eq!(given.rejected(merge(OTHER, UNIT, "2018-02-01")), no(Code::UnitClosed, "merged"));
    assert_eq!(given.rejected(merge(UNIT, OTHER, "2018-02-01")), no(Code::UnitClosed, "survivor"));
}

#[test]
fn a_unit_is_merged_into_another_one_that_stands() {
    let given = both();
    assert_eq!(given.rejected(merge(UNIT, UNIT, "2018-01-01")), no(Code::InvalidValue, "merged"));
    assert_eq!(
        given.rejected(merge(UNIT, "100000000009", "2018-01-01")),
        no(Code::UnknownReference, "merged")
    );
    let later = given.given([idle("2018-06-01")]);
    assert_eq!(later.rejected(merge(OTHER, UNIT, "2018-01-01")), no(Code::IllegalTransition, "on"));
}

#[test]
fn a_merge_frees_the_plot_and_voiding_it_takes_the_plot_back() {
    let given = Given::nothing().given([
        park(),
        register(on_plot(UNIT, "1"), "2015-01-01"),
        register(details(OTHER), "2015-01-01"),
        merge(OTHER, UNIT, "2018-01-01"),
    ]);
    let merged = given.state.position;
    assert!(unit(&given).holding().is_none());
    let undone = given.clone().given([void(merged)]);
    assert!(unit(&undone).holding().is_some());
    assert_eq!(undone.state.smes.merged_into(unit(&undone).id), None);
    assert_eq!(status(&undone, "2018-06-01"), Some(OperatingStatus::UnderConstruction));
    let taken = given.given([register(on_plot("100000000003", "1"), "2018-01-01")]);
    assert_eq!(taken.rejected(void(merged)), no(Code::PlotTaken, "position"));
}
