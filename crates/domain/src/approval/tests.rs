//! Given / when / then: two persons, and everybody who would be one.

use uuid::Uuid;

use super::*;
use crate::policy::{Actor, Authority, Roles};
use crate::rejection::Code;
use crate::rules::trade::samples::*;
use crate::testing::Given;
use crate::value::Date;

fn person(id: u128, roles: &[Role], provinces: &[&str]) -> Actor {
    let provinces = provinces.iter().map(|code| ProvinceCode::parse(code).unwrap()).collect();
    Actor { id: ActorId::new(Uuid::from_u128(id)), roles: Roles::of(roles), provinces }
}

fn ali() -> Actor {
    person(1, &[Role::Operator], &["IR-10"])
}

fn mina() -> Actor {
    person(2, &[Role::Operator], &["IR-10", "IR-07"])
}

/// Five units of IR-10, the first of which stands idle; and the voiding of that.
fn idle_unit() -> (Given, Command) {
    let given = units().given([idle(1, day(2019, 5, 1))]);
    let position = given.state.position;
    (given, void_unit_fact(1, position))
}

fn propose(command: Command) -> Command {
    let reason = ReasonCode::DataEntryError;
    Command::Approval(ApprovalCommand::ProposeCommand(ProposeCommand {
        command: Box::new(command),
        reason,
        days: None,
    }))
}

fn approve(proposal: ProposalId) -> Command {
    let reason = ReasonCode::SourceCorrected;
    Command::Approval(ApprovalCommand::ApproveProposal(ApproveProposal { proposal, reason }))
}

fn reject(proposal: ProposalId) -> Command {
    let reason = ReasonCode::Other;
    Command::Approval(ApprovalCommand::RejectProposal(RejectProposal { proposal, reason }))
}

fn withdraw(proposal: ProposalId) -> Command {
    Command::Approval(ApprovalCommand::WithdrawProposal(WithdrawProposal { proposal }))
}

/// The same, proposed by Ali.
fn proposed() -> (Given, ProposalId) {
    let (given, void) = idle_unit();
    let mut given = given.by(ali());
    let events = given.when(propose(void)).unwrap();
    let EntityId::Proposal(id) = events[0].entity else { panic!("{events:?}") };
    (given, id)
}

#[test]
fn what_takes_two_is_not_done_by_one() {
    let (given, void) = idle_unit();
    assert_eq!(given.clone().by(ali()).rejected(void.clone()).0, Code::ApprovalRequired);
    assert!(given.by(Actor::LOCAL).when(void).is_ok(), "without an identity provider one is all there are");
}

#[test]
fn one_proposes_and_another_approves() {
    let (given, id) = proposed();
    let proposal = given.state.proposals.get(id).unwrap();
    assert_eq!(
        (proposal.proposer, proposal.role, proposal.status),
        (ali().id, Role::Operator, ProposalStatus::Open)
    );
    assert_eq!(proposal.command().unwrap().hash(), proposal.input_hash);
    let (made, mut given) = (proposal.position, given.by(mina()));
    let events = given.when(approve(id)).unwrap();
    let types: Vec<_> = events.iter().map(|event| event.data.type_name()).collect();
    assert_eq!(types, ["ProposalApproved", "SmeFactVoided"]);
    assert_eq!(events[0].causation, Some(made));
    assert_eq!(events[0].reason.as_ref().map(|reason| reason.code), Some(ReasonCode::SourceCorrected));
    assert_eq!(events[1].reason.as_ref().map(|reason| reason.code), Some(ReasonCode::DataEntryError));
    assert_eq!(given.state.proposals.get(id).unwrap().status, ProposalStatus::Approved);
}

#[test]
fn the_warrant_of_an_approval_names_both() {
    let (given, id) = proposed();
    let warrant = crate::policy::judge(&given.state, &mina(), &approve(id)).unwrap();
    assert_eq!((warrant.actor, warrant.proposer), (mina().id, Some(ali().id)));
    assert_eq!((warrant.role, warrant.authority), (Role::Operator, Authority::FourEyes));
    assert_eq!(warrant.approver(), Some(mina().id));
}

#[test]
fn nobody_decides_their_own_in_whatever_role() {
    let (given, id) = proposed();
    let everything = Actor { roles: Roles::of(&[Role::Operator, Role::Administrator]), ..ali() };
    for own in [ali(), everything] {
        let given = given.clone().by(own);
        assert_eq!(given.rejected(approve(id)), (Code::OwnProposal, "proposal".to_owned()));
        assert_eq!(given.rejected(reject(id)).0, Code::OwnProposal);
    }
}

#[test]
fn only_whom_the_row_names_decides_and_within_their_provinces() {
    let (given, id) = proposed();
    for (other, code) in [
        (person(3, &[Role::Operator], &["IR-07"]), Code::OutOfProvince),
        (person(3, &[Role::Operator], &[]), Code::OutOfProvince),
        (person(3, &[Role::ExportOfficer], &[]), Code::Forbidden),
        (person(3, &[Role::Auditor, Role::Public], &[]), Code::Forbidden),
        (person(3, &[], &["IR-10"]), Code::Forbidden),
        (Actor::LOCAL, Code::Forbidden),
    ] {
        assert_eq!(given.clone().by(other).rejected(approve(id)).0, code, "{other:?}");
        assert_eq!(given.clone().by(other).rejected(reject(id)).0, code, "{other:?}");
    }
    assert!(given.by(person(3, &[Role::Administrator], &[])).when(approve(id)).is_ok());
}

#[test]
fn what_was_decided_stays_decided() {
    let (given, id) = proposed();
    for (last, by) in [(approve(id), mina()), (reject(id), mina()), (withdraw(id), ali())] {
        let mut given = given.clone().by(by);
        given.when(last).unwrap();
        assert_eq!(
            given.rejected(approve(id)).0,
            if by == ali() { Code::OwnProposal } else { Code::AlreadyDecided }
        );
        let third = given.clone().by(person(4, &[Role::Administrator], &[]));
        assert_eq!(third.rejected(approve(id)).0, Code::AlreadyDecided);
        assert_eq!(third.rejected(reject(id)).0, Code::AlreadyDecided);
        assert_eq!(given.by(ali()).rejected(withdraw(id)).0, Code::AlreadyDecided);
    }
}

#[test]
fn a_proposal_expires_at_its_moment() {
    let (given, id) = proposed();
    let expires = given.state.proposals.get(id).unwrap().expires.tehran_date();
    let on = |date: Date| given.clone().by(mina()).on(date);
    assert_eq!(on(expires).rejected(approve(id)).0, Code::ProposalExpired);
    assert!(on(day(2019, 12, 28)).when(approve(id)).is_ok(), "the day before");
}

#[test]
fn only_the_proposer_withdraws() {
    let (given, id) = proposed();
    assert_eq!(given.by(mina()).rejected(withdraw(id)).0, Code::Forbidden);
}

#[test]
fn the_rights_of_the_proposer_are_judged_again() {
    let (given, id) = proposed();
    let mut given = given.by(person(9, &[Role::Operator], &["IR-10", "IR-07"]));
    let amend: Command = serde_json::from_value(serde_json::json!({"type": "AmendSme", "input": {
        "sme": unit(1), "province": "IR-07", "on": "2019-12-01",
    }}))
    .unwrap();
    given.when(amend).unwrap();
    let (code, path) = given.clone().by(mina()).rejected(approve(id));
    assert_eq!(
        (code, path.as_str()),
        (Code::OutOfProvince, "proposal"),
        "the unit left the proposer's province"
    );
}

#[test]
fn what_can_no_longer_be_decided_stays_open() {
    let (given, id) = proposed();
    let void = given.state.proposals.get(id).unwrap().command().unwrap().clone();
    let mut given = given.by(Actor::LOCAL);
    given.when(void).unwrap();
    assert_eq!(given.clone().by(mina()).rejected(approve(id)).0, Code::AlreadyVoided);
    assert_eq!(given.state.proposals.get(id).unwrap().status, ProposalStatus::Open);
    assert!(given.by(mina()).when(reject(id)).is_ok());
}

#[test]
fn only_what_takes_two_is_proposed_and_only_while_it_is_valid() {
    let (given, void) = idle_unit();
    let given = given.by(ali());
    let path = |path: &str| path.to_owned();
    assert_eq!(given.rejected(propose(idle(2, day(2019, 5, 1)))), (Code::InvalidValue, path("command")));
    assert_eq!(given.rejected(propose(propose(void.clone()))).0, Code::InvalidValue);
    assert_eq!(
        given.rejected(propose(void_unit_fact(1, 1))),
        (Code::UnknownReference, path("command.position"))
    );
    let outside = given.clone().by(person(1, &[Role::Operator], &["IR-07"]));
    assert_eq!(outside.rejected(propose(void.clone())), (Code::OutOfProvince, path("command")));
    assert_eq!(given.clone().by(Actor::LOCAL).rejected(propose(void.clone())).0, Code::Forbidden);
    for days in [0, DAYS_MOST + 1] {
        let reason = ReasonCode::Other;
        let long = ProposeCommand { command: Box::new(void.clone()), reason, days: Some(days) };
        let long = Command::Approval(ApprovalCommand::ProposeCommand(long));
        assert_eq!(given.rejected(long), (Code::InvalidValue, path("days")));
    }
}
