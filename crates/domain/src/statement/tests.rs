//! Given / when / then.

use super::*;
use crate::envelope::EntityId;
use crate::rejection::Code;
use crate::testing::Given;
use crate::value::{Share, Usd};
use crate::{Command, EventData};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn nine_months() -> Option<Period> {
    Some(Period::solar_months(1398, 1, 9).unwrap())
}

fn said(measure: Measure, period: Option<Period>, qualifier: Qualifier, figure: Figure) -> StatementDetails {
    let facts = StatementFacts {
        source: Name::parse("سازمان صنایع کوچک و شهرک‌های صنعتی ایران").unwrap(),
        source_latin: Some(Name::parse("ISIPO").unwrap()),
        published_on: date("2019-12-22"),
        measure,
        period,
        qualifier,
        figure,
    };
    StatementDetails { facts, on: date("2019-12-21") }
}

fn exports(dollars: i64) -> StatementDetails {
    said(Measure::Exports, nine_months(), Qualifier::Over, Figure::Usd(Usd::from_cents(dollars * 100)))
}

fn record(details: StatementDetails) -> Command {
    Command::Statement(StatementCommand::RecordStatement(RecordStatement { details }))
}

fn correct(statement: StatementId, details: StatementDetails) -> Command {
    let reason = ReasonCode::SourceCorrected;
    Command::Statement(StatementCommand::CorrectStatement(CorrectStatement { statement, details, reason }))
}

fn void(statement: StatementId) -> Command {
    let reason = ReasonCode::DataEntryError;
    Command::Statement(StatementCommand::VoidStatement(VoidStatement { statement, reason }))
}

fn recorded(given: &mut Given, details: StatementDetails) -> StatementId {
    let events = given.when(record(details)).unwrap();
    let EntityId::Statement(id) = events[0].entity else { panic!("{events:?}") };
    id
}

fn rejected(given: &Given, details: StatementDetails) -> (Code, String) {
    given.rejected(record(details))
}

#[test]
fn contradicting_statements_stand_side_by_side_and_the_same_one_once() {
    let mut given = Given::nothing();
    let first = recorded(&mut given, exports(1_600_000_000));
    let other = recorded(&mut given, exports(1_030_000_000));
    assert_ne!(first, other);
    assert_eq!(rejected(&given, exports(1_600_000_000)), (Code::DuplicateStatement, "details".to_owned()));
    given.when(void(first)).unwrap();
    recorded(&mut given, exports(1_600_000_000));
    assert_eq!((given.state.statements.len(), given.state.statements.version(first)), (3, 2));
}

#[test]
fn a_figure_fits_its_measure_and_its_days() {
    let given = Given::nothing();
    let path = |path: &str| format!("details.{path}");
    let count = Figure::Count(1_100);
    let details = said(Measure::ExportingUnits, None, Qualifier::Exactly, count);
    assert_eq!(rejected(&given, details), (Code::MissingField, path("period")));
    let details = said(Measure::Units, nine_months(), Qualifier::Exactly, count);
    assert_eq!(rejected(&given, details), (Code::InvalidValue, path("period")));
    for (measure, figure) in [
        (Measure::Units, Figure::Usd(Usd::from_cents(1))),
        (Measure::ActiveShare, count),
        (Measure::ActiveShare, Figure::Share(Share::of_ten_thousandths(10_001))),
        (Measure::ActiveShare, Figure::Share(Share::of_ten_thousandths(-1))),
    ] {
        let details = said(measure, None, Qualifier::Nearly, figure);
        assert_eq!(rejected(&given, details), (Code::InvalidValue, path("value")), "{measure:?} {figure:?}");
    }
    let early = StatementDetails { on: date("2019-12-20"), ..exports(1) };
    assert_eq!(rejected(&given, early), (Code::InvalidDate, path("period")));
    let foretold = StatementDetails { on: date("2019-12-23"), ..exports(1) };
    assert_eq!(rejected(&given, foretold), (Code::InvalidDate, path("on")));
    let mut future = exports(1);
    future.facts.published_on = date("2019-12-23");
    assert_eq!(rejected(&given, future), (Code::InvalidDate, path("publishedOn")));
}

#[test]
fn a_correction_replaces_what_was_said_and_nothing_is_voided_twice() {
    let mut given = Given::nothing();
    let id = recorded(&mut given, exports(1_600_000_000));
    let position = given.state.position;
    let other = recorded(&mut given, exports(900));
    assert_eq!(given.when(correct(id, exports(1_600_000_000))), Ok(Vec::new()));
    assert_eq!(given.rejected(correct(id, exports(900))).0, Code::DuplicateStatement);
    let events = given.when(correct(id, exports(1_700_000_000))).unwrap();
    assert_eq!(events[0].causation, Some(position));
    assert!(matches!(events[0].data, EventData::Statement(StatementEvent::StatementCorrected(_))));
    assert!(given.state.statements.saying(&exports(1_600_000_000)).is_none());
    assert_eq!(given.state.statements.saying(&exports(1_700_000_000)).unwrap().id, id);
    given.when(void(other)).unwrap();
    let voided = (Code::AlreadyVoided, "statement".to_owned());
    assert_eq!(given.rejected(void(other)), voided);
    assert_eq!(given.rejected(correct(other, exports(1))), voided);
    let unknown = StatementId::from(uuid::Uuid::nil());
    assert_eq!(given.rejected(void(unknown)).0, Code::UnknownReference);
}

#[test]
fn a_qualifier_is_honoured_within_its_bounds() {
    for (qualifier, claimed, honoured, broken) in [
        (Qualifier::Over, 800, &[801, 805, 100_000][..], &[800, 799][..]),
        (Qualifier::Nearly, 7_800, &[7_722, 7_743, 7_800], &[7_721, 7_801]),
        (Qualifier::Approximately, 1_000, &[950, 1_000, 1_050], &[949, 1_051]),
        (Qualifier::Exactly, 65, &[65], &[64, 66]),
        (Qualifier::Nearly, 0, &[0], &[1]),
    ] {
        for recorded in honoured {
            assert!(qualifier.is_honoured(claimed, *recorded), "{qualifier:?} {claimed}: {recorded}");
        }
        for recorded in broken {
            assert!(!qualifier.is_honoured(claimed, *recorded), "{qualifier:?} {claimed}: {recorded}");
        }
    }
    let most = i128::from(i64::MAX);
    assert!(!Qualifier::Approximately.is_honoured(most, -most), "the largest amounts don't overflow");
}
