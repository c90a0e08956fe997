use super::*;
use crate::Command;
use crate::rejection::Code;
use crate::sme::OperatingStatus;
use crate::sme::tests::{UNIT, active, close, day, idle, idled, key, licensed, reduce, status, unit, void};
use crate::testing::Given;
use crate::value::PositionText;

fn open(on: &str) -> Command {
    Command::Revival(RevivalCommand::OpenRevival(OpenRevival { sme: key(UNIT), on: day(on) }))
}

/// A command about the newest case of the unit.
struct Case(RevivalId);

impl Case {
    fn of(given: &Given) -> Self {
        Self(given.state.revivals.open_case(unit(given).id).expect("a case is open").id)
    }

    fn diagnose(&self, on: &str) -> Command {
        let command = DiagnoseRevival { revival: self.0, finding: IdleReason::Machinery, on: day(on) };
        Command::Revival(RevivalCommand::DiagnoseRevival(command))
    }

    fn plan(&self, on: &str) -> Command {
        Command::Revival(RevivalCommand::PlanRevival(PlanRevival { revival: self.0, on: day(on) }))
    }

    fn refer(&self, loan: Option<&str>, on: &str) -> Command {
        let loan = loan.map(|amount| {
            Money::new(amount.parse().expect("an amount"), "IRR".parse().expect("a currency")).expect("money")
        });
        let lender = loan.is_some().then_some(LenderKind::Bank);
        let command = ReferRevival { revival: self.0, to: ReferralKind::Loan, loan, lender, on: day(on) };
        Command::Revival(RevivalCommand::ReferRevival(command))
    }

    fn void(&self, position: Position) -> Command {
        Command::Revival(RevivalCommand::VoidRevivalFact(VoidRevivalFact {
            revival: self.0,
            position: PositionText(position),
            reason: ReasonCode::DataEntryError,
        }))
    }

    fn restart(&self, on: &str) -> Command {
        Command::Revival(RevivalCommand::RestartProduction(RestartProduction {
            revival: self.0,
            on: day(on),
        }))
    }

    fn verify(&self, on: &str) -> Command {
        Command::Revival(RevivalCommand::VerifyRestart(VerifyRestart { revival: self.0, on: day(on) }))
    }

    fn revive(&self, on: &str) -> Command {
        let jobs = Headcount::new(18).expect("a headcount");
        let command = ReviveUnit { revival: self.0, jobs, utilisation: None, on: day(on) };
        Command::Revival(RevivalCommand::ReviveUnit(command))
    }

    fn abandon(&self, on: &str) -> Command {
        let command = AbandonRevival { revival: self.0, reason: ReasonCode::ConditionNotMet, on: day(on) };
        Command::Revival(RevivalCommand::AbandonRevival(command))
    }
}

/// A case since 2018-03-01 for the unit that is idle since 2018-01-01.
fn opened() -> (Given, Case) {
    let given = idled().given([open("2018-03-01")]);
    let case = Case::of(&given);
    (given, case)
}

fn no(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

#[test]
fn rule_9_a_case_opens_for_an_idle_or_semi_active_unit() {
    assert_eq!(licensed().rejected(open("2018-01-01")), no(Code::NotIdle, "sme"));
    assert_eq!(active().rejected(open("2018-01-01")), no(Code::NotIdle, "sme"));
    assert_eq!(idled().rejected(open("2017-12-31")), no(Code::NotIdle, "sme"));
    assert_eq!(
        idled().given([close("2018-02-01")]).rejected(open("2018-03-01")),
        no(Code::UnitClosed, "sme")
    );
    assert_eq!(Given::nothing().rejected(open("2018-03-01")), no(Code::UnknownReference, "sme"));
    assert_eq!(idled().rejected(open("2019-12-23")), no(Code::InvalidDate, "on"));
    let (given, case) = opened();
    assert_eq!(status(&given, "2018-02-28"), Some(OperatingStatus::Idle));
    assert_eq!(status(&given, "2018-03-01"), Some(OperatingStatus::InRevival));
    assert_eq!(given.state.revivals.version(case.0), 1);
    let semi = active().given([reduce("2017-01-01"), open("2017-02-01")]);
    assert_eq!(status(&semi, "2017-02-01"), Some(OperatingStatus::SemiActive));
}

#[test]
fn rule_9_one_case_is_open_at_a_time() {
    let (given, case) = opened();
    assert_eq!(given.rejected(open("2018-04-01")), no(Code::RevivalAlreadyOpen, "sme"));
    let given = given.given([case.abandon("2018-06-01")]);
    assert_eq!(given.rejected(open("2018-05-31")), no(Code::RevivalAlreadyOpen, "sme"), "it was open then");
    assert_eq!(
        given.rejected(open("2018-02-01")),
        no(Code::RevivalAlreadyOpen, "on"),
        "it would still be open"
    );
    let given = given.given([open("2018-06-01")]);
    assert_eq!(given.state.revivals.len(), 2);
    assert_eq!(status(&given, "2018-06-01"), Some(OperatingStatus::InRevival));
}

#[test]
fn rule_10_revived_needs_a_diagnosis_and_a_verified_restart() {
    let (given, case) = opened();
    let missing = no(Code::RevivalStepMissing, "revival");
    assert_eq!(given.rejected(case.revive("2018-09-01")), missing);
    let diagnosed = given.clone().given([case.diagnose("2018-04-01")]);
    assert_eq!(diagnosed.rejected(case.revive("2018-09-01")), missing);
    let restarted = diagnosed.given([case.restart("2018-07-01")]);
    assert_eq!(restarted.rejected(case.revive("2018-09-01")), missing);
    let undiagnosed = given.given([case.restart("2018-07-01"), case.verify("2018-08-01")]);
    assert_eq!(undiagnosed.rejected(case.revive("2018-09-01")), missing);
    let verified = restarted.given([case.verify("2018-08-01")]);
    assert_eq!(verified.rejected(case.revive("2018-07-31")), missing, "it was verified later");
    let revived = verified.given([case.revive("2018-09-01")]);
    assert_eq!(status(&revived, "2018-08-31"), Some(OperatingStatus::InRevival));
    assert_eq!(status(&revived, "2018-09-01"), Some(OperatingStatus::Active));
    assert!(revived.state.revivals.open_case(unit(&revived).id).is_none());
    let again = revived.given([idle("2019-01-01"), open("2019-02-01")]);
    assert_eq!(status(&again, "2019-02-01"), Some(OperatingStatus::InRevival));
}

#[test]
fn an_abandoned_case_leaves_the_unit_idle() {
    let (given, case) = opened();
    let given = given.given([case.abandon("2018-06-01")]);
    assert_eq!(status(&given, "2018-06-01"), Some(OperatingStatus::Idle));
    let semi = active().given([reduce("2017-01-01"), open("2017-02-01")]);
    let case = Case::of(&semi);
    let semi = semi.given([case.abandon("2017-06-01")]);
    assert_eq!(status(&semi, "2017-06-01"), Some(OperatingStatus::SemiActive));
}

#[test]
fn a_semi_active_unit_that_is_idled_during_its_case_is_in_revival() {
    let given = active().given([reduce("2017-01-01"), open("2017-02-01"), idle("2017-03-01")]);
    assert_eq!(status(&given, "2017-03-01"), Some(OperatingStatus::InRevival));
}

#[test]
fn the_steps_come_in_their_order_and_once() {
    let (given, case) = opened();
    assert_eq!(given.rejected(case.plan("2018-05-01")), no(Code::RevivalStepMissing, "revival"));
    assert_eq!(given.rejected(case.refer(None, "2018-05-01")), no(Code::RevivalStepMissing, "revival"));
    assert_eq!(given.rejected(case.verify("2018-05-01")), no(Code::RevivalStepMissing, "revival"));
    let given = given.given([
        case.diagnose("2018-04-01"),
        case.plan("2018-05-01"),
        case.refer(Some("5000000000"), "2018-05-02"),
        case.refer(None, "2018-05-03"),
    ]);
    assert_eq!(given.rejected(case.diagnose("2018-06-01")), no(Code::WrongPhase, "revival"));
    assert_eq!(given.rejected(case.abandon("2018-05-02")), no(Code::InvalidDate, "on"));
    let given = given.given([case.abandon("2018-05-03")]);
    for command in [case.plan("2018-06-01"), case.refer(None, "2018-06-01"), case.abandon("2018-06-01")] {
        assert_eq!(given.rejected(command), no(Code::WrongPhase, "revival"));
    }
}

#[test]
fn a_step_lies_between_the_opening_and_today() {
    let (given, case) = opened();
    assert_eq!(given.rejected(case.diagnose("2018-02-28")), no(Code::InvalidDate, "on"));
    assert_eq!(given.rejected(case.diagnose("2019-12-23")), no(Code::InvalidDate, "on"));
    assert!(given.decide(&case.diagnose("2018-03-01")).is_ok());
}

#[test]
fn a_loan_is_more_than_nothing() {
    let (given, case) = opened();
    let given = given.given([case.diagnose("2018-04-01")]);
    assert_eq!(given.rejected(case.refer(Some("0"), "2018-05-01")), no(Code::InvalidValue, "loan"));
}

#[test]
fn the_case_of_a_closed_unit_can_only_be_abandoned() {
    let (given, case) = opened();
    let given = given.given([case.diagnose("2018-04-01"), close("2018-05-01")]);
    assert_eq!(given.rejected(case.restart("2018-06-01")), no(Code::UnitClosed, "revival"));
    let given = given.given([case.abandon("2018-06-01")]);
    assert_eq!(status(&given, "2018-06-01"), Some(OperatingStatus::Closed));
}

#[test]
fn law_6_a_unit_keeps_the_ground_of_its_case() {
    let (given, _) = opened();
    let idling = given.state.position - 1;
    assert_eq!(given.rejected(void(idling)), no(Code::IllegalTransition, "position"));
}

#[test]
fn every_step_is_in_the_history_of_the_unit() {
    let (mut given, case) = opened();
    let sme = EntityId::Sme(unit(&given).id);
    let version = given.state.smes.version(unit(&given).id);
    for command in [case.diagnose("2018-04-01"), case.restart("2018-05-01"), case.abandon("2018-06-01")] {
        let events = given.when(command).expect("it is accepted");
        assert_eq!(events[0].refs, [sme]);
    }
    assert_eq!(given.state.revivals.version(case.0), 4);
    assert_eq!(
        given.state.smes.version(unit(&given).id),
        version,
        "they are the case's events, not the unit's"
    );
}

#[test]
fn a_step_names_a_recorded_case() {
    let case = Case(uuid::Uuid::from_u128(7).into());
    assert_eq!(Given::nothing().rejected(case.diagnose("2018-04-01")), no(Code::UnknownReference, "revival"));
}

#[test]
fn a_lender_is_told_of_a_loan() {
    let (given, case) = opened();
    let given = given.given([case.diagnose("2018-04-01")]);
    let command = ReferRevival {
        revival: case.0,
        to: ReferralKind::Bank,
        loan: None,
        lender: Some(LenderKind::Bank),
        on: day("2018-05-01"),
    };
    let command = Command::Revival(RevivalCommand::ReferRevival(command));
    assert_eq!(given.rejected(command), no(Code::MissingField, "loan"));
}

#[test]
fn rule_15_a_step_is_voided_once_and_only_while_nothing_rests_on_it() {
    let (given, case) = opened();
    let opening = given.state.position;
    let given =
        given.given([case.diagnose("2018-04-01"), case.restart("2018-05-01"), case.verify("2018-06-01")]);
    let [diagnosis, restart, verification] = [opening + 1, opening + 2, opening + 3];
    assert_eq!(given.rejected(case.void(restart)), no(Code::RevivalStepMissing, "position"));
    assert_eq!(given.rejected(case.void(opening)), no(Code::UnknownReference, "position"));
    assert!(given.decide(&case.void(diagnosis)).is_ok());
    let given = given.given([case.void(verification)]);
    assert_eq!(given.rejected(case.void(verification)), no(Code::AlreadyVoided, "position"));
    assert_eq!(given.rejected(case.revive("2018-07-01")), no(Code::RevivalStepMissing, "revival"));
    let given = given.given([case.verify("2018-06-15"), case.revive("2018-07-01")]);
    assert_eq!(given.rejected(case.void(diagnosis)), no(Code::RevivalStepMissing, "position"));
}

#[test]
fn without_its_end_a_case_is_open_again_unless_the_unit_has_gone_on() {
    let (given, case) = opened();
    let given = given.given([
        case.diagnose("2018-04-01"),
        case.restart("2018-05-01"),
        case.verify("2018-06-01"),
        case.revive("2018-07-01"),
    ]);
    let end = given.state.position;
    let undone = given.clone().given([case.void(end)]);
    assert_eq!(status(&undone, "2018-07-01"), Some(OperatingStatus::InRevival));
    assert!(undone.state.revivals.open_case(unit(&undone).id).is_some());
    assert!(undone.decide(&case.revive("2018-08-01")).is_ok());
    let on = given.given([idle("2019-01-01")]);
    assert_eq!(on.rejected(case.void(end)), no(Code::IllegalTransition, "position"));
}
