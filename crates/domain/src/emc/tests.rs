//! Given / when / then.

use super::*;
use crate::Command;
use crate::envelope::{Basis, EntityId};
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;

/// Company 1 with its consent of 2016-05-18 and the mandate of unit 1 for 2018 and 2019.
fn consented() -> Given {
    units().given([consent(1, day(2016, 5, 18)), grant(1, 1, day(2018, 1, 1), Some(day(2020, 1, 1)))])
}

fn standing(given: &Given) -> &Emc {
    given.state.emcs.find(&emc(1)).expect("the company")
}

fn take_over(rank: Option<Date>, mandate: Option<(usize, Date, Option<Date>)>) -> Command {
    Command::Emc(EmcCommand::TakeOverEmc(TakeOverEmc {
        details: EmcDetails { trade_card_expires: Some(day(2014, 1, 1)), ..emc_details(1) },
        consented: day(2016, 12, 4),
        rank: rank.map(|on| TakenOverRank { rank: Rank::Third, on }),
        mandate: mandate.map(|(sme, from, until)| TakenOverMandate { sme: unit(sme), from, until }),
    }))
}

fn take_over_mandate(sme: usize, from: Date, until: Option<Date>) -> Command {
    let mandate = TakenOverMandate { sme: unit(sme), from, until };
    Command::Emc(EmcCommand::TakeOverMandate(TakeOverMandate { emc: emc(1), mandate }))
}

fn revise(name_latin: Option<&str>, on: Date) -> Command {
    Command::Emc(EmcCommand::ReviseEmc(ReviseEmc {
        emc: emc(1),
        name: None,
        name_latin: name_latin.map(name),
        trade_card: None,
        trade_card_expires: None,
        on,
    }))
}

#[test]
fn a_company_gets_its_consent_once() {
    let given = consented();
    assert_eq!(given.rejected(consent(1, day(2019, 1, 1))), (Code::DuplicateEmc, "details.code".into()));
    assert_eq!(given.rejected(consent(2, day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    assert_eq!(standing(&given).version, 2);
    assert!(standing(&given).consent_on(day(2016, 5, 18)));
    assert!(!standing(&given).consent_on(day(2016, 5, 17)));
}

#[test]
fn the_trade_card_is_valid_at_the_consent() {
    let with_card = |expires| {
        let details = EmcDetails { trade_card_expires: Some(expires), ..emc_details(1) };
        Command::Emc(EmcCommand::ConsentEmc(ConsentEmc { details, on: day(2018, 5, 1) }))
    };
    let given = units();
    let path = "details.tradeCardExpires".to_owned();
    assert_eq!(given.rejected(with_card(day(2018, 5, 1))), (Code::InvalidDate, path));
    given.decide(&with_card(day(2018, 5, 2))).unwrap();
}

#[test]
fn a_rank_comes_two_years_after_the_consent() {
    let mut given = consented();
    assert_eq!(given.rejected(rank(1, Rank::Third, day(2018, 5, 17))), (Code::RankTooEarly, "on".into()));
    given.when(rank(1, Rank::Third, day(2018, 5, 18))).unwrap();
    assert_eq!(given.when(rank(1, Rank::Third, day(2018, 6, 1))).unwrap(), [], "it has that rank");
    given.when(rank(1, Rank::Second, day(2019, 5, 18))).unwrap();
    assert_eq!(standing(&given).rank_on(day(2018, 5, 17)), None);
    assert_eq!(standing(&given).rank_on(day(2019, 5, 17)), Some(Rank::Third));
    assert_eq!(standing(&given).rank_on(day(2019, 5, 18)), Some(Rank::Second));
    assert_eq!(given.rejected(rank(1, Rank::First, day(2019, 12, 23))), (Code::InvalidDate, "on".into()));
    assert_eq!(
        given.rejected(rank(2, Rank::First, day(2019, 12, 1))),
        (Code::UnknownReference, "emc".into())
    );
}

#[test]
fn a_company_is_taken_over_with_rank_and_mandate() {
    let mut given = units();
    assert_eq!(
        given.rejected(take_over(Some(day(2018, 12, 3)), None)),
        (Code::RankTooEarly, "rank.on".into())
    );
    assert_eq!(
        given.rejected(take_over(Some(day(2019, 12, 23)), None)),
        (Code::InvalidDate, "rank.on".into())
    );
    assert_eq!(
        given.rejected(take_over(None, Some((9, day(2018, 1, 1), None)))),
        (Code::UnknownReference, "mandate.sme".into())
    );
    assert_eq!(
        given.rejected(take_over(None, Some((1, day(2016, 12, 3), None)))),
        (Code::InvalidDate, "mandate.from".into())
    );
    let events =
        given.when(take_over(Some(day(2018, 12, 4)), Some((1, day(2018, 8, 2), Some(day(2021, 10, 29))))));
    let events = events.unwrap();
    assert_eq!(types(&events), ["EmcConsented", "EmcRanked", "MandateGranted"]);
    assert!(events.iter().all(|event| event.basis == Basis::TakenOver));
    given.when(take_over_mandate(2, day(2018, 8, 2), None)).unwrap();
    assert_eq!(standing(&given).mandates_on(day(2019, 1, 1)).count(), 2);
    assert_eq!(
        given.rejected(take_over_mandate(2, day(2019, 8, 2), None)),
        (Code::DuplicateMandate, "mandate.sme".into())
    );
}

#[test]
fn a_mandate_ends_after_it_begins() {
    let given = consented();
    let from = day(2019, 5, 1);
    assert_eq!(given.rejected(grant(1, 2, from, Some(from))), (Code::InvalidDate, "until".into()));
    given.decide(&grant(1, 2, from, Some(day(2019, 5, 2)))).unwrap();
    assert_eq!(given.rejected(grant(1, 2, day(2016, 5, 17), None)), (Code::InvalidDate, "from".into()));
    assert_eq!(given.rejected(grant(1, 2, day(2019, 12, 23), None)), (Code::InvalidDate, "from".into()));
    assert_eq!(given.rejected(grant(1, 9, from, None)), (Code::UnknownReference, "sme".into()));
}

#[test]
fn mandates_of_a_unit_do_not_overlap() {
    let mut given = consented();
    for (from, until) in [
        (day(2019, 12, 1), None),
        (day(2017, 1, 1), None),
        (day(2017, 1, 1), Some(day(2018, 1, 2))),
        (day(2018, 5, 1), Some(day(2018, 6, 1))),
    ] {
        assert_eq!(given.rejected(grant(1, 1, from, until)), (Code::DuplicateMandate, "sme".into()));
    }
    given.decide(&grant(1, 1, day(2017, 1, 1), Some(day(2018, 1, 1)))).unwrap();
    given.when(end_mandate(1, 1, day(2019, 6, 1))).unwrap();
    given.when(grant(1, 1, day(2019, 6, 1), None)).unwrap();
    assert_eq!(standing(&given).mandates_on(day(2019, 6, 1)).count(), 1);
}

#[test]
fn a_closed_unit_gives_no_mandate() {
    let given = consented().given([close(2, day(2019, 6, 1))]);
    assert_eq!(given.rejected(grant(1, 2, day(2019, 6, 1), None)), (Code::UnitClosed, "sme".into()));
    given.decide(&grant(1, 2, day(2019, 5, 31), None)).unwrap();
}

#[test]
fn only_a_mandate_in_force_is_ended() {
    let mut given = consented();
    for (client, on) in [(2, day(2019, 6, 1)), (1, day(2018, 1, 1)), (1, day(2017, 12, 1))] {
        assert_eq!(given.rejected(end_mandate(1, client, on)), (Code::NoMandate, "sme".into()));
    }
    let events = given.when(end_mandate(1, 1, day(2019, 6, 1))).unwrap();
    assert!(matches!(events[0].refs[..], [EntityId::Sme(_)]));
    assert_eq!(given.rejected(end_mandate(1, 1, day(2019, 7, 1))), (Code::NoMandate, "sme".into()));
    assert_eq!(standing(&given).mandates_on(day(2019, 5, 31)).count(), 1);
    assert_eq!(standing(&given).mandates_on(day(2019, 6, 1)).count(), 0);
}

#[test]
fn a_withdrawn_consent_ends_what_follows() {
    let mut given = consented().given([rank(1, Rank::Third, day(2018, 5, 18))]);
    assert_eq!(given.rejected(withdraw(1, day(2018, 5, 18))), (Code::WrongPhase, "on".into()));
    assert_eq!(given.rejected(withdraw(1, day(2016, 5, 17))), (Code::InvalidDate, "on".into()));
    let events = given.when(withdraw(1, day(2019, 6, 1))).unwrap();
    assert_eq!(events[0].refs.len(), 1, "the client is concerned");
    assert_eq!(standing(&given).mandates_on(day(2019, 6, 1)).count(), 0);
    assert_eq!(standing(&given).rank_on(day(2019, 6, 1)), None);
    assert_eq!(standing(&given).mandates_on(day(2019, 5, 31)).count(), 1);
    for (command, path) in [
        (withdraw(1, day(2019, 7, 1)), "on"),
        (rank(1, Rank::First, day(2019, 6, 1)), "on"),
        (grant(1, 2, day(2019, 6, 1), None), "from"),
        (revise(Some("Alborz"), day(2019, 6, 1)), "on"),
    ] {
        assert_eq!(given.rejected(command), (Code::WrongPhase, path.into()));
    }
    given.decide(&grant(1, 2, day(2019, 5, 31), None)).unwrap();
}

#[test]
fn facts_are_voided_once() {
    let mut given = consented();
    let mandate = given.state.position;
    let path = || "position".to_owned();
    assert_eq!(given.rejected(void_emc_fact(1, mandate - 1)), (Code::UnknownReference, path()));
    let end = happened(&mut given, end_mandate(1, 1, day(2019, 6, 1)));
    let next = happened(&mut given, grant(1, 1, day(2019, 7, 1), None));
    assert_eq!(given.rejected(void_emc_fact(1, end)), (Code::DuplicateMandate, path()));
    given.when(void_emc_fact(1, next)).unwrap();
    given.when(void_emc_fact(1, end)).unwrap();
    assert_eq!(given.rejected(void_emc_fact(1, end)), (Code::AlreadyVoided, path()));
    assert_eq!(standing(&given).mandates_on(day(2019, 12, 31)).count(), 1);
    let ranked = happened(&mut given, rank(1, Rank::Third, day(2018, 5, 18)));
    given.when(void_emc_fact(1, ranked)).unwrap();
    assert_eq!(standing(&given).rank_on(day(2019, 1, 1)), None);
    let withdrawal = happened(&mut given, withdraw(1, day(2019, 6, 1)));
    given.when(void_emc_fact(1, withdrawal)).unwrap();
    assert!(standing(&given).consent_on(day(2019, 6, 1)));
    let ended = happened(&mut given, end_mandate(1, 1, day(2019, 6, 1)));
    given.when(void_emc_fact(1, mandate)).unwrap();
    assert_eq!(given.rejected(void_emc_fact(1, ended)), (Code::AlreadyVoided, path()));
    assert_eq!(standing(&given).mandates().len(), 0);
}

#[test]
fn a_revision_that_changes_nothing_records_nothing() {
    let mut given = consented();
    assert_eq!(given.when(revise(None, day(2019, 5, 1))).unwrap(), []);
    assert_eq!(types(&given.when(revise(Some("Alborz"), day(2019, 5, 1))).unwrap()), ["EmcRevised"]);
    assert_eq!(given.rejected(revise(Some("Alborz"), day(2016, 5, 17))), (Code::InvalidDate, "on".into()));
}
