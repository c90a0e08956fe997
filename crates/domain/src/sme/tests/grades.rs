use super::*;
use crate::rejection::Code;

pub(super) fn grant(grade: KnowledgeGrade, on: &str, until: &str) -> Command {
    let (on, until) = (day(on), day(until));
    Command::Sme(SmeCommand::GrantGrade(GrantGrade { sme: key(UNIT), grade, on, until }))
}

pub(super) fn withdraw(on: &str) -> Command {
    let reason = ReasonCode::ConditionNotMet;
    Command::Sme(SmeCommand::WithdrawGrade(WithdrawGrade { sme: key(UNIT), reason, on: day(on) }))
}

fn grade(given: &Given, on: &str) -> Option<KnowledgeGrade> {
    unit(given).grade_on(day(on))
}

#[test]
fn rule_22_a_grade_is_valid_on_its_grant_date() {
    let given = active();
    let expired = (Code::GradeExpired, "until".to_owned());
    assert_eq!(given.rejected(grant(KnowledgeGrade::Producer1, "2018-01-01", "2018-01-01")), expired);
    let given = given.given([grant(KnowledgeGrade::Producer1, "2018-01-01", "2020-01-01")]);
    assert_eq!(grade(&given, "2017-12-31"), None);
    assert_eq!(grade(&given, "2018-01-01"), Some(KnowledgeGrade::Producer1));
    assert_eq!(grade(&given, "2020-01-01"), None, "days are half-open");
}

#[test]
fn rule_22_a_grade_is_of_the_scheme_in_force() {
    let given = active().on(day("2024-01-01"));
    let other = (Code::GradeExpired, "grade".to_owned());
    assert_eq!(given.rejected(grant(KnowledgeGrade::Nopa, "2023-07-22", "2025-01-01")), other);
    assert_eq!(given.rejected(grant(KnowledgeGrade::StartUp, "2023-07-23", "2025-01-01")), other);
    let given = given.given([
        grant(KnowledgeGrade::StartUp, "2023-07-22", "2025-01-01"),
        grant(KnowledgeGrade::Nopa, "2023-10-01", "2026-01-01"),
    ]);
    assert_eq!(grade(&given, "2023-09-30"), Some(KnowledgeGrade::StartUp), "the old one stays valid");
    assert_eq!(grade(&given, "2023-10-01"), Some(KnowledgeGrade::Nopa));
    let granted = given.state.position;
    assert_eq!(given.rejected(redate(granted, "2023-07-22")), (Code::GradeExpired, "grade".to_owned()));
}

#[test]
fn a_grade_is_withdrawn_while_it_is_in_force_and_voided_like_any_fact() {
    let given = active().given([grant(KnowledgeGrade::Industrial, "2018-01-01", "2020-01-01")]);
    let none = (Code::UnknownReference, "on".to_owned());
    assert_eq!(given.rejected(withdraw("2017-12-31")), none);
    let withdrawn = given.clone().given([withdraw("2019-01-01")]);
    assert_eq!(grade(&withdrawn, "2018-12-31"), Some(KnowledgeGrade::Industrial));
    assert_eq!(grade(&withdrawn, "2019-01-01"), None);
    assert_eq!(withdrawn.rejected(withdraw("2019-06-01")), none);
    let granted = given.state.position;
    assert_eq!(grade(&given.given([void(granted)]), "2018-06-01"), None);
}

#[test]
fn a_closed_unit_has_no_grade() {
    let given =
        active().given([grant(KnowledgeGrade::Industrial, "2018-01-01", "2020-01-01"), close("2019-01-01")]);
    assert_eq!(grade(&given, "2018-12-31"), Some(KnowledgeGrade::Industrial));
    assert_eq!(grade(&given, "2019-01-01"), None);
    let late = grant(KnowledgeGrade::Industrial, "2019-02-01", "2020-01-01");
    assert_eq!(given.rejected(late), (Code::UnitClosed, "sme".to_owned()));
}
