//! Every command kind by every role, and the ways around a province.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::rules::trade::samples::*;
use crate::testing::Given;

fn operator(provinces: &[&str]) -> Actor {
    let provinces = provinces.iter().map(|code| ProvinceCode::parse(code).unwrap()).collect();
    Actor { id: ActorId::new(Uuid::from_u128(5)), roles: Roles::of(&[Role::Operator]), provinces }
}

fn command(kind: &str, input: serde_json::Value) -> Command {
    serde_json::from_value(json!({ "type": kind, "input": input })).unwrap()
}

#[test]
fn the_table_says_what_was_agreed() {
    for kind in CommandKind::ALL {
        for role in [Role::Public, Role::Auditor] {
            assert_eq!(kind.verdict(role), Verdict::Denied, "{role} only reads: {kind:?}");
        }
        // Proposals take persons who are told apart; the head of the access log is the software's own to note.
        let not_local = kind.as_str().ends_with("Proposal")
            || [CommandKind::ProposeCommand, CommandKind::NoteReadings].contains(kind);
        let local = if not_local { Verdict::Denied } else { Verdict::Allowed };
        assert_eq!(kind.verdict(Role::Local), local, "{kind:?}");
        let takes_two = kind.as_str().starts_with("Void")
            || [
                CommandKind::MergeSmes,
                CommandKind::DissolveConsortium,
                CommandKind::ErasePerson,
                CommandKind::EraseText,
                CommandKind::ClosePeriod,
                CommandKind::RestateFact,
                CommandKind::PublishFigure,
                CommandKind::WithdrawFigure,
                CommandKind::RotateKey,
                CommandKind::ClosePeriod,
                CommandKind::RestateFact,
            ]
            .contains(kind);
        assert_eq!(kind.is_sensitive(), takes_two, "{kind:?}");
        if kind.is_sensitive() {
            let approvers = kind.row().approves.iter().count();
            assert!(approvers > 0 && !kind.row().approves.contains(Role::Local), "{kind:?}");
        }
    }
    for kind in [CommandKind::RecordExport, CommandKind::CorrectExport, CommandKind::VoidExport] {
        assert_eq!(kind.verdict(Role::Administrator), Verdict::Denied, "segregation of duties");
    }
    assert_eq!(CommandKind::IdleSme.verdict(Role::Operator), Verdict::WithinProvinces);
}

#[test]
fn the_public_reads_what_is_open_and_nothing_else() {
    for class in DataClass::ALL {
        let open = matches!(class, DataClass::OpenRegistry | DataClass::Aggregate);
        assert_eq!(Actor::PUBLIC.reading(class) == Reading::Allowed, open, "{class:?}");
        assert_eq!(Actor::LOCAL.reading(class), Reading::Allowed, "{class:?}");
    }
    assert_eq!(DataClass::PersonalData.reading(Role::Auditor), Reading::Denied);
    assert_eq!(DataClass::Record.reading(Role::Operator), Reading::WithinProvinces);
    assert_eq!(operator(&[]).reading(DataClass::OpenRegistry), Reading::Allowed);
}

#[test]
fn an_operator_reaches_its_own_provinces_only() {
    let given = units();
    let idle = idle(1, day(2019, 5, 1));
    assert_eq!(given.clone().by(operator(&["IR-07"])).rejected(idle.clone()).0, Code::OutOfProvince);
    assert_eq!(given.clone().by(operator(&[])).rejected(idle.clone()).0, Code::OutOfProvince);
    assert!(given.clone().by(operator(&["IR-10"])).when(idle.clone()).is_ok());
    assert!(given.by(Actor { provinces: Provinces::ALL, ..operator(&[]) }).when(idle).is_ok());
}

#[test]
fn moving_a_unit_takes_both_provinces() {
    let amend = command("AmendSme", json!({ "sme": unit(1), "province": "IR-07", "on": "2019-12-01" }));
    for one in ["IR-10", "IR-07"] {
        assert_eq!(units().by(operator(&[one])).rejected(amend.clone()).0, Code::OutOfProvince, "{one}");
    }
    let mut given = units().by(operator(&["IR-10", "IR-07"]));
    given.when(amend).unwrap();
    let idle = idle(1, day(2019, 12, 2));
    assert_eq!(given.clone().by(operator(&["IR-10"])).rejected(idle.clone()).0, Code::OutOfProvince);
    assert!(given.by(operator(&["IR-07"])).when(idle).is_ok(), "the newest province counts");
}

#[test]
fn a_park_of_others_is_no_way_in() {
    let park = |code: &str, province: &str| {
        let input = json!({ "code": code, "name": "شهرک", "kind": "PARK", "province": province,
            "area": "10", "plots": 9, "on": "2010-03-21" });
        command("EstablishPark", input)
    };
    let mut given = Given::nothing().by(operator(&["IR-07"]));
    assert_eq!(given.rejected(park("P-10", "IR-10")).0, Code::OutOfProvince);
    given.when(park("P-07", "IR-07")).unwrap();
    let given = given.by(operator(&["IR-10"]));
    let revise = command("RevisePark", json!({ "park": {"code": "P-07"}, "plots": 10, "on": "2015-03-21" }));
    assert_eq!(given.rejected(revise).0, Code::OutOfProvince);
    let register = command(
        "RegisterSme",
        json!({ "details": { "businessId": "100000000001",
        "legalId": "10380284790", "name": "فرش", "province": "IR-10", "park": {"code": "P-07"}, "isic": "1393" },
        "on": "2019-03-21" }),
    );
    assert_eq!(given.rejected(register).0, Code::OutOfProvince);
}

#[test]
fn a_revival_case_lies_where_its_unit_lies() {
    let mut given = units().given([idle(1, day(2019, 5, 1))]).by(operator(&["IR-10"]));
    let open = command("OpenRevival", json!({ "sme": unit(1), "on": "2019-06-01" }));
    let events = given.when(open).unwrap();
    let plan = command("PlanRevival", json!({ "revival": events[0].entity.uuid(), "on": "2019-07-01" }));
    assert_eq!(given.by(operator(&["IR-07"])).rejected(plan).0, Code::OutOfProvince);
}

#[test]
fn whoever_has_several_roles_acts_in_the_one_that_allows() {
    let both = Actor { roles: Roles::of(&[Role::Auditor, Role::ProgrammeOfficer]), ..operator(&[]) };
    let warrant = judge(&units().state, &both, &form(1, &[1], day(2019, 4, 1))).unwrap();
    assert_eq!((warrant.role, warrant.authority), (Role::ProgrammeOfficer, Authority::Role));
    let open = command("OpenRevival", json!({ "sme": unit(1), "on": "2019-06-01" }));
    let both = Actor { roles: Roles::of(&[Role::Operator, Role::ProgrammeOfficer]), ..operator(&["IR-07"]) };
    assert_eq!(judge(&units().state, &both, &open).unwrap().role, Role::ProgrammeOfficer);
}

#[test]
fn nobody_is_granted_what_belongs_to_the_machine() {
    assert_eq!(
        (Role::granted("SYSTEM"), Role::granted("LOCAL"), Role::granted("operator")),
        (None, None, None)
    );
    assert_eq!(Role::granted("EXPORT_OFFICER"), Some(Role::ExportOfficer));
    let provinces = Provinces::from_iter([ProvinceCode::new(0).unwrap(), ProvinceCode::new(99).unwrap()]);
    assert_eq!(provinces.iter().map(ProvinceCode::number).collect::<Vec<_>>(), [0, 99]);
}
