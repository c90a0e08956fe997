//! Given / when / then.

use super::*;
use crate::Command;
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::{Currency, Date};

fn project(number: u32) -> ResearchKey {
    ResearchKey::Code(ResearchCode::parse(&format!("RS-{number}")).unwrap())
}

fn rials(amount: &str) -> Money {
    Money::parse(amount, Currency::IRR).unwrap()
}

fn milestone(number: u32) -> MilestoneNumber {
    MilestoneNumber::new(number).unwrap()
}

fn details(number: u32, executor: ExecutorKey) -> ResearchDetails {
    ResearchDetails {
        code: ResearchCode::parse(&format!("RS-{number}")).unwrap(),
        title: name("بازار عراق برای صنایع غذایی"),
        title_latin: None,
        topic: ResearchTopic::Exports,
        executor,
        province: None,
        smes: vec![unit(1), unit(2)],
    }
}

fn office() -> ExecutorKey {
    ExecutorKey::Office(OfficeCode::parse("UT-ENG").unwrap())
}

fn asked(command: ResearchCommand) -> Command {
    Command::Research(command)
}

fn propose(details: ResearchDetails) -> Command {
    asked(ResearchCommand::ProposeResearch(ProposeResearch { details, on: day(2019, 4, 1) }))
}

fn approve(budget: Money, on: Date) -> Command {
    asked(ResearchCommand::ApproveResearch(ApproveResearch { research: project(1), budget, on }))
}

fn set(number: u32, due: Date, on: Date) -> Command {
    let (research, number, title) = (project(1), milestone(number), None);
    asked(ResearchCommand::SetResearchMilestone(SetResearchMilestone { research, number, title, due, on }))
}

fn reach(number: u32, on: Date) -> Command {
    let (research, number) = (project(1), milestone(number));
    asked(ResearchCommand::ReachResearchMilestone(ReachResearchMilestone { research, number, on }))
}

fn pay(amount: Money, for_milestone: Option<u32>, on: Date) -> Command {
    let milestone = for_milestone.map(milestone);
    asked(ResearchCommand::PayResearch(PayResearch { research: project(1), amount, milestone, on }))
}

fn deliver(on: Date) -> Command {
    asked(ResearchCommand::RecordResearchResult(RecordResearchResult {
        research: project(1),
        kind: ResultKind::Report,
        title: name("گزارش نهایی"),
        reference: None,
        on,
    }))
}

fn close_project(on: Date) -> Command {
    asked(ResearchCommand::CloseResearch(CloseResearch { research: project(1), on }))
}

fn abandon(on: Date) -> Command {
    let (research, reason) = (project(1), ReasonCode::ConditionNotMet);
    asked(ResearchCommand::AbandonResearch(AbandonResearch { research, reason, on }))
}

fn budget(budget: Money, on: Date) -> Command {
    asked(ResearchCommand::ReviseResearch(ReviseResearch {
        research: project(1),
        title: None,
        title_latin: None,
        province: None,
        budget: Some(budget),
        on,
    }))
}

fn void(position: u64) -> Command {
    let (research, reason) = (project(1), ReasonCode::DataEntryError);
    let position = PositionText(position);
    asked(ResearchCommand::VoidResearchFact(VoidResearchFact { research, position, reason }))
}

fn recorded(given: &mut Given, command: Command) -> u64 {
    given.when(command).unwrap();
    given.state.position
}

fn approved() -> Given {
    units().given([propose(details(1, office())), approve(rials("1000"), day(2019, 5, 1))])
}

fn broken(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

#[test]
fn a_project_is_approved_carried_out_and_closed() {
    let mut given = approved();
    for command in [
        set(1, day(2019, 7, 1), day(2019, 5, 2)),
        reach(1, day(2019, 6, 30)),
        pay(rials("600"), Some(1), day(2019, 7, 5)),
        deliver(day(2019, 8, 1)),
        pay(rials("400"), None, day(2019, 8, 5)),
        close_project(day(2019, 8, 10)),
    ] {
        given.when(command).unwrap();
    }
    let research = given.state.researches.find(&project(1)).unwrap();
    for (on, phase) in [
        (day(2019, 3, 31), None),
        (day(2019, 4, 1), Some(Phase::Proposed)),
        (day(2019, 5, 1), Some(Phase::Approved)),
        (day(2019, 8, 10), Some(Phase::Closed)),
    ] {
        assert_eq!(research.phase_on(on), phase, "{on}");
    }
    assert_eq!(research.paid_until(day(2019, 8, 4)), rials("600").amount());
    assert_eq!(given.rejected(deliver(day(2019, 8, 11))), broken(Code::WrongPhase, "on"));
    assert_eq!(given.rejected(abandon(day(2019, 8, 11))), broken(Code::WrongPhase, "research"));
    assert_eq!(given.rejected(budget(rials("9"), day(2019, 8, 11))), broken(Code::WrongPhase, "research"));
}

#[test]
fn payments_never_exceed_the_budget_of_their_day() {
    let mut given = approved();
    given.when(pay(rials("700"), None, day(2019, 7, 1))).unwrap();
    assert_eq!(
        given.rejected(pay(rials("301"), None, day(2019, 7, 2))),
        broken(Code::BudgetExceeded, "amount")
    );
    // An earlier payment would leave the later one without a budget.
    assert_eq!(
        given.rejected(pay(rials("301"), None, day(2019, 6, 1))),
        broken(Code::BudgetExceeded, "amount")
    );
    let euros = Money::parse("1", Currency::parse("EUR").unwrap()).unwrap();
    assert_eq!(given.rejected(pay(euros, None, day(2019, 7, 2))), broken(Code::InvalidValue, "amount"));
    assert_eq!(given.rejected(pay(rials("0"), None, day(2019, 7, 2))), broken(Code::InvalidValue, "amount"));
    assert_eq!(given.rejected(budget(rials("699"), day(2019, 7, 2))), broken(Code::BudgetExceeded, "budget"));
    let more = recorded(&mut given, budget(rials("1100"), day(2019, 8, 1)));
    assert_eq!(
        given.rejected(pay(rials("301"), None, day(2019, 7, 31))),
        broken(Code::BudgetExceeded, "amount")
    );
    let paid = recorded(&mut given, pay(rials("400"), None, day(2019, 8, 1)));
    assert_eq!(given.rejected(void(more)), broken(Code::BudgetExceeded, "position"));
    given.when(void(paid)).unwrap();
    given.when(void(more)).unwrap();
    assert_eq!(given.rejected(void(more)), broken(Code::AlreadyVoided, "position"));
    let beyond = rials("10000000000000.01");
    assert_eq!(given.rejected(budget(beyond, day(2019, 8, 1))), broken(Code::InvalidValue, "budget"));
}

#[test]
fn a_milestone_is_set_then_reached_once() {
    let mut given = approved();
    let on = day(2019, 6, 1);
    assert_eq!(given.rejected(set(1, day(2019, 5, 31), on)), broken(Code::InvalidDate, "due"));
    assert_eq!(given.rejected(reach(1, on)), broken(Code::UnknownReference, "number"));
    assert_eq!(given.rejected(pay(rials("1"), Some(1), on)), broken(Code::UnknownReference, "amount"));
    given.when(set(1, day(2019, 7, 1), on)).unwrap();
    assert_eq!(given.rejected(reach(1, day(2019, 5, 31))), broken(Code::UnknownReference, "number"));
    given.when(set(1, day(2019, 8, 1), day(2019, 6, 20))).unwrap();
    let reached = recorded(&mut given, reach(1, day(2019, 7, 1)));
    assert_eq!(given.rejected(reach(1, day(2019, 7, 2))), broken(Code::WrongPhase, "number"));
    assert_eq!(given.rejected(set(1, day(2019, 9, 1), day(2019, 7, 2))), broken(Code::WrongPhase, "number"));
    given.when(void(reached)).unwrap();
    given.when(deliver(day(2019, 7, 3))).unwrap();
    assert_eq!(given.rejected(close_project(day(2019, 7, 4))), broken(Code::WrongPhase, "research"));
    given.when(reach(1, day(2019, 7, 4))).unwrap();
    given.when(close_project(day(2019, 7, 4))).unwrap();
}

#[test]
fn a_project_is_closed_with_a_result_that_then_stands() {
    let mut given = approved();
    assert_eq!(given.rejected(close_project(day(2019, 7, 4))), broken(Code::ResultMissing, "research"));
    let result = recorded(&mut given, deliver(day(2019, 7, 4)));
    let closed = recorded(&mut given, close_project(day(2019, 7, 4)));
    assert_eq!(given.rejected(void(result)), broken(Code::ResultMissing, "position"));
    given.when(void(closed)).unwrap();
    given.when(void(result)).unwrap();
    given.when(abandon(day(2019, 7, 5))).unwrap();
    assert_eq!(
        given.state.researches.find(&project(1)).unwrap().phase_on(day(2019, 7, 5)),
        Some(Phase::Abandoned)
    );
}

#[test]
fn nothing_is_done_before_the_approval_and_a_proposal_can_be_turned_down() {
    let mut given = units().given([propose(details(1, office()))]);
    let on = day(2019, 5, 1);
    assert_eq!(given.rejected(pay(rials("1"), None, on)), broken(Code::WrongPhase, "amount"));
    assert_eq!(given.rejected(set(1, on, on)), broken(Code::WrongPhase, "on"));
    assert_eq!(given.rejected(deliver(on)), broken(Code::WrongPhase, "on"));
    assert_eq!(given.rejected(budget(rials("1"), on)), broken(Code::WrongPhase, "on"));
    assert_eq!(given.rejected(approve(rials("1"), day(2019, 3, 31))), broken(Code::InvalidDate, "on"));
    assert_eq!(given.rejected(approve(rials("1"), day(2030, 3, 31))), broken(Code::InvalidDate, "on"));
    given.when(abandon(on)).unwrap();
    assert_eq!(given.rejected(approve(rials("1"), on)), broken(Code::WrongPhase, "research"));
    let mut given = approved();
    let approval = given.state.position;
    assert_eq!(given.rejected(approve(rials("1"), on)), broken(Code::WrongPhase, "research"));
    given.when(pay(rials("1"), None, on)).unwrap();
    assert_eq!(given.rejected(void(approval)), broken(Code::WrongPhase, "position"));
}

#[test]
fn who_carries_it_out_and_whom_it_concerns_is_recorded() {
    let mut given = units();
    let of = |executor| propose(details(1, executor));
    assert_eq!(
        given.rejected(of(ExecutorKey::Park(ParkKey::Code(crate::value::ParkCode::parse("P-1").unwrap())))),
        broken(Code::UnknownReference, "details.executor.park")
    );
    let twice = ResearchDetails { smes: vec![unit(1), unit(1)], ..details(1, office()) };
    assert_eq!(given.rejected(propose(twice)), broken(Code::InvalidValue, "details.smes.1"));
    given.when(close(3, day(2019, 3, 1))).unwrap();
    assert_eq!(
        given.rejected(of(ExecutorKey::Sme(unit(3)))),
        broken(Code::UnitClosed, "details.executor.sme")
    );
    let events = given.when(of(ExecutorKey::Sme(unit(4)))).unwrap();
    assert_eq!(events[0].refs.len(), 3);
    assert_eq!(given.rejected(of(office())), broken(Code::DuplicateResearch, "details.code"));
}

#[test]
fn a_project_of_before_the_registry_is_taken_over() {
    let take_over = |paid: &str, result, closed| {
        asked(ResearchCommand::TakeOverResearch(TakeOverResearch {
            details: details(1, office()),
            approved: day(2018, 5, 1),
            budget: rials("1000"),
            paid: Some(rials(paid)),
            result,
            until: Some(day(2019, 2, 1)),
            closed,
        }))
    };
    let result = || {
        Some(TakenOverResult {
            kind: ResultKind::Article,
            title: name("مقاله"),
            reference: Some(name("10.1000/1")),
        })
    };
    let mut given = units();
    assert_eq!(given.rejected(take_over("1001", result(), true)), broken(Code::BudgetExceeded, "paid"));
    assert_eq!(given.rejected(take_over("1000", None, true)), broken(Code::ResultMissing, "result"));
    given.when(take_over("1000", result(), true)).unwrap();
    let research = given.state.researches.find(&project(1)).unwrap();
    assert_eq!(research.phase_on(day(2019, 1, 31)), Some(Phase::Approved));
    assert_eq!(research.phase_on(day(2019, 2, 1)), Some(Phase::Closed));
}

#[test]
fn money_of_a_closed_period_is_restated_only() {
    use crate::period::{CalendarPeriod, ClosePeriod, PeriodCommand};
    let mut given = approved();
    let paid = recorded(&mut given, pay(rials("1"), None, day(2019, 5, 2)));
    let period = CalendarPeriod::Quarter { year: 1398, quarter: 1 };
    given.when(Command::Period(PeriodCommand::ClosePeriod(ClosePeriod { period }))).unwrap();
    assert_eq!(given.rejected(pay(rials("1"), None, day(2019, 6, 21))), broken(Code::PeriodClosed, "on"));
    assert_eq!(given.rejected(budget(rials("9"), day(2019, 6, 21))), broken(Code::PeriodClosed, "on"));
    assert_eq!(given.rejected(void(paid)), broken(Code::PeriodClosed, "position"));
    given.when(deliver(day(2019, 6, 21))).unwrap();
    given.when(pay(rials("1"), None, day(2019, 6, 22))).unwrap();
}
