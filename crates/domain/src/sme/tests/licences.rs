use super::*;
use crate::rejection::Code;
use crate::value::Percent;

fn missing(path: &str) -> (Code, String) {
    (Code::LicencePrerequisiteMissing, path.to_owned())
}

#[test]
fn rule_3_an_operating_licence_rests_on_establishment_inspection_and_capacity() {
    let licence = operating("O1", "2015-06-01", "2025-06-01");
    let established = registered().given([establishment("E1", "2015-02-01", "2016-02-01")]);
    assert_eq!(registered().rejected(licence.clone()), missing("on"));
    assert_eq!(registered().given([inspect("2015-05-01")]).rejected(licence.clone()), missing("on"));
    assert_eq!(established.rejected(licence.clone()), missing("on"));
    let inspected = established.given([inspect("2015-05-01")]);
    let Command::Sme(SmeCommand::IssueOperatingLicence(mut bare)) = licence.clone() else {
        panic!("a licence")
    };
    bare.capacity = None;
    let bare = Command::Sme(SmeCommand::IssueOperatingLicence(bare));
    assert_eq!(inspected.rejected(bare), missing("capacity"));
    assert!(inspected.decide(&licence).is_ok());
}

#[test]
fn rule_3_the_establishment_licence_is_unexpired_and_the_inspection_made() {
    let given = registered().given([establishment("E1", "2015-02-01", "2016-02-01"), inspect("2015-05-01")]);
    assert_eq!(given.rejected(operating("O1", "2016-02-01", "2025-06-01")), missing("on"));
    assert!(given.decide(&operating("O1", "2016-01-31", "2025-06-01")).is_ok());
    assert_eq!(given.rejected(operating("O1", "2015-04-30", "2025-06-01")), missing("on"));
    assert!(given.decide(&operating("O1", "2015-05-01", "2025-06-01")).is_ok());
    let revoked = given.given([revoke(LicenceKind::Establishment, "E1", "2015-06-01")]);
    assert_eq!(revoked.rejected(operating("O1", "2015-06-01", "2025-06-01")), missing("on"));
}

#[test]
fn rule_6_licences_of_one_kind_do_not_overlap() {
    let given = licensed().given([establishment("E2", "2018-01-01", "2019-01-01")]);
    let overlap = (Code::LicenceOverlap, "on".to_owned());
    assert_eq!(given.rejected(operating("O2", "2019-01-01", "2029-01-01")), overlap);
    let before = operating("O0", "2015-05-01", "2015-06-02");
    assert_eq!(given.rejected(before), overlap, "it would reach into the next one");
    assert!(given.decide(&operating("O0", "2015-05-01", "2015-06-01")).is_ok(), "days are half-open");
    assert_eq!(given.rejected(establishment("E3", "2018-06-01", "2019-05-01")), overlap);
    assert!(given.decide(&establishment("E3", "2016-02-01", "2017-01-01")).is_ok());
    let revoked = given.given([revoke(LicenceKind::Operating, "O1", "2018-12-01")]);
    assert!(revoked.decide(&operating("O2", "2018-12-01", "2029-01-01")).is_ok());
}

#[test]
fn a_licence_holds_on_half_open_days_until_it_is_revoked() {
    let given = active();
    for (on, holds) in
        [("2015-05-31", false), ("2015-06-01", true), ("2025-05-31", true), ("2025-06-01", false)]
    {
        assert_eq!(unit(&given).licensed_on(day(on)), holds, "{on}");
    }
    let given = given.given([revoke(LicenceKind::Operating, "O1", "2018-03-01")]);
    assert!(unit(&given).can_export_on(day("2018-02-28")));
    assert!(!unit(&given).can_export_on(day("2018-03-01")));
    assert_eq!(status(&given, "2018-03-01"), Some(OperatingStatus::Active));
}

#[test]
fn only_an_active_or_semi_active_licensed_unit_can_export() {
    let given = active().given([reduce("2016-01-01"), idle("2018-01-01"), close("2019-01-01")]);
    for (on, can) in [
        ("2014-01-01", false),
        ("2015-06-15", false),
        ("2015-07-01", true),
        ("2016-01-01", true),
        ("2018-01-01", false),
        ("2019-01-01", false),
    ] {
        assert_eq!(unit(&given).can_export_on(day(on)), can, "{on}");
    }
}

#[test]
fn a_revocation_names_a_licence_in_force() {
    let given = active();
    let unknown = (Code::UnknownReference, "number".to_owned());
    assert_eq!(given.rejected(revoke(LicenceKind::Operating, "O2", "2018-01-01")), unknown);
    assert_eq!(given.rejected(revoke(LicenceKind::Establishment, "O1", "2018-01-01")), unknown);
    assert_eq!(given.rejected(revoke(LicenceKind::Establishment, "E1", "2016-02-01")), unknown);
    let given = given.given([revoke(LicenceKind::Operating, "O1", "2018-01-01")]);
    assert_eq!(given.rejected(revoke(LicenceKind::Operating, "O1", "2018-06-01")), unknown);
}

#[test]
fn a_revocation_leaves_no_later_fact_without_its_ground() {
    let given = licensed().given([activate("2015-08-01")]);
    assert_eq!(given.rejected(revoke(LicenceKind::Operating, "O1", "2015-07-31")), missing("on"));
    assert_eq!(given.rejected(revoke(LicenceKind::Establishment, "E1", "2015-05-31")), missing("on"));
    assert!(given.decide(&revoke(LicenceKind::Operating, "O1", "2015-08-02")).is_ok());
}

#[test]
fn a_licence_lies_within_the_life_of_the_unit_and_lasts() {
    let given = registered();
    let wrong = |path: &str| (Code::InvalidDate, path.to_owned());
    assert_eq!(given.rejected(establishment("E1", "2014-12-31", "2015-12-31")), wrong("on"));
    assert_eq!(given.rejected(establishment("E1", "2015-02-01", "2015-02-01")), wrong("expires"));
    assert_eq!(given.rejected(establishment("E1", "2019-12-23", "2020-12-23")), wrong("on"));
    assert_eq!(given.rejected(inspect("2014-12-31")), wrong("on"));
    let closed = given.given([close("2016-01-01")]);
    let gone = (Code::UnitClosed, "sme".to_owned());
    assert_eq!(closed.rejected(establishment("E1", "2016-01-01", "2017-01-01")), gone);
    assert_eq!(closed.rejected(inspect("2016-01-01")), gone);
    assert!(closed.decide(&establishment("E1", "2015-12-31", "2016-12-01")).is_ok());
}

#[test]
fn a_licence_can_be_revoked_after_the_unit_closed() {
    let given = active().given([close("2018-01-01"), revoke(LicenceKind::Operating, "O1", "2018-02-01")]);
    assert!(!unit(&given).licensed_on(day("2018-02-01")));
}

pub(super) fn progress(verified: bool, on: &str) -> Command {
    Command::Sme(SmeCommand::ReportProgress(ReportProgress {
        sme: key(UNIT),
        progress: Percent::new(40).expect("a percentage"),
        verified,
        on: day(on),
    }))
}

pub(super) fn extend(number: &str, on: &str, expires: &str) -> Command {
    Command::Sme(SmeCommand::ExtendEstablishmentLicence(ExtendEstablishmentLicence {
        sme: key(UNIT),
        number: number.parse().expect("a number"),
        on: day(on),
        expires: day(expires),
    }))
}

#[test]
fn an_establishment_licence_is_issued_for_a_year() {
    let wrong = (Code::InvalidDate, "expires".to_owned());
    assert_eq!(registered().rejected(establishment("E1", "2015-02-01", "2016-02-03")), wrong);
    assert!(registered().decide(&establishment("E1", "2015-02-01", "2016-02-02")).is_ok());
}

#[test]
fn rule_4_an_establishment_licence_is_extended_only_with_verified_progress() {
    let given = registered().given([establishment("E1", "2015-02-01", "2016-02-01")]);
    let extension = extend("E1", "2016-01-20", "2017-01-31");
    let unverified = (Code::ProgressNotVerified, "on".to_owned());
    assert_eq!(given.rejected(extension.clone()), unverified);
    let reported = given.clone().given([progress(false, "2015-12-01")]);
    assert_eq!(reported.rejected(extension.clone()), unverified, "a report that no inspection confirmed");
    let late = given.clone().given([progress(true, "2016-01-21")]);
    assert_eq!(late.rejected(extension.clone()), unverified, "it was confirmed after that day");
    let mut given = given.given([progress(true, "2015-12-01")]);
    given.when(extension).expect("the progress is confirmed");
    assert!(given.decide(&operating("O1", "2016-06-01", "2025-06-01")).is_err(), "no inspection");
    let inspected = given.clone().given([inspect("2016-05-01")]);
    assert!(inspected.decide(&operating("O1", "2016-06-01", "2025-06-01")).is_ok(), "it is in force again");
    assert_eq!(
        given.rejected(extend("E1", "2017-01-10", "2018-01-10")),
        unverified,
        "each extension takes progress of its own"
    );
}

#[test]
fn an_extension_is_of_the_licence_in_force_and_by_a_year() {
    let given =
        registered().given([establishment("E1", "2015-02-01", "2016-02-01"), progress(true, "2015-12-01")]);
    let unknown = (Code::UnknownReference, "number".to_owned());
    assert_eq!(given.rejected(extend("E2", "2016-01-20", "2017-01-31")), unknown);
    assert_eq!(given.rejected(extend("E1", "2016-02-01", "2017-01-31")), unknown, "it has run out");
    let wrong = (Code::InvalidDate, "expires".to_owned());
    assert_eq!(given.rejected(extend("E1", "2016-01-20", "2016-02-01")), wrong);
    assert_eq!(given.rejected(extend("E1", "2016-01-20", "2017-02-02")), wrong);
    let next = given.given([establishment("E2", "2016-06-01", "2017-06-01")]);
    assert_eq!(
        next.rejected(extend("E1", "2016-01-20", "2017-01-31")),
        (Code::LicenceOverlap, "on".to_owned()),
        "rule 6 holds for the later one"
    );
}

#[test]
fn progress_is_reported_of_an_establishment_licence() {
    let missing = (Code::LicencePrerequisiteMissing, "on".to_owned());
    assert_eq!(registered().rejected(progress(true, "2015-12-01")), missing);
}

#[test]
fn an_operating_licence_is_amended_while_it_is_in_force() {
    let amend = |number: &str, on: &str| {
        Command::Sme(SmeCommand::AmendOperatingLicence(AmendOperatingLicence {
            sme: key(UNIT),
            number: number.parse().expect("a number"),
            subject: LicenceSubject::Machinery,
            text: "ریسندگی".parse().expect("a text"),
            capacity: None,
            on: day(on),
        }))
    };
    assert!(active().decide(&amend("O1", "2018-01-01")).is_ok());
    let unknown = (Code::UnknownReference, "number".to_owned());
    assert_eq!(active().rejected(amend("O2", "2018-01-01")), unknown);
    assert_eq!(active().rejected(amend("O1", "2015-05-31")), unknown);
}
