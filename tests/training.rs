//! Courses, workshops and research projects from their plan to their certificates and results, over HTTP.

use serde_json::{Value, json};

use crate::support::{Running, folder, park};

/// Runs a command that has to be recorded.
fn done(server: &Running, mutation: &str, input: Value) -> Value {
    let payload = server.command(mutation, input);
    assert_eq!(payload["errors"], json!([]), "{mutation}: {payload}");
    payload
}

/// Runs a command that has to be refused with a code at a field.
fn refused(server: &Running, mutation: &str, input: Value, code: &str, path: &[&str]) {
    let payload = server.command(mutation, input);
    let error = &payload["errors"][0];
    assert_eq!(error["code"], code, "{mutation}: {payload}");
    let path: Vec<_> = ["input"].iter().chain(path).collect();
    assert_eq!(error["path"], json!(path), "{mutation}: {payload}");
}

fn unit(server: &Running, business_id: &str) {
    done(
        server,
        "takeOverSme",
        json!({ "businessId": business_id, "legalId": "10380284790", "name": "صنایع نمونه", "province": "IR-10",
            "isic": "1079", "status": { "producing": "ACTIVE" },
            "licence": { "number": format!("L-{business_id}"), "issued": "2010-03-21", "expires": "2030-03-21" } }),
    );
}

const FIRST: &str = "100000000001";
const SECOND: &str = "100000000002";

/// A park, two units, a consortium and a company.
fn server() -> (tempfile::TempDir, Running) {
    let (keep, path) = folder();
    let server = Running::on(&path);
    done(&server, "establishPark", park("P-1"));
    unit(&server, FIRST);
    unit(&server, SECOND);
    done(
        &server,
        "formConsortium",
        json!({ "code": "C-1", "name": "کنسرسیوم", "kind": "SALES", "productGroup": "FOOD", "on": "2019-03-21" }),
    );
    done(
        &server,
        "consentEmc",
        json!({ "code": "M-1", "name": "شرکت", "legalId": "10380284790", "tradeCard": "1", "on": "2019-01-01" }),
    );
    (keep, server)
}

fn workshop() -> Value {
    json!({ "code": "TR-1", "kind": "WORKSHOP", "subject": "EXPORT_LEGALITIES", "title": "الزامات حقوقي صادرات",
        "titleLatin": "Legalities of exports", "audiences": ["CONSORTIUMS", "EMCS", "SMES"], "province": "IR-10",
        "hours": 16, "seats": 2, "starts": "2019-06-01", "ends": "2019-06-02", "on": "2019-05-01" })
}

#[test]
fn a_workshop_from_its_plan_to_its_certificates() {
    let (_keep, server) = server();
    let key = json!({ "code": "TR-1" });
    let of = |participant: Value, on: &str| json!({ "training": key, "participant": participant, "on": on });
    let consortium = json!({ "consortium": { "code": "C-1" } });
    let company = json!({ "emc": { "code": "M-1" } });
    done(&server, "planTraining", workshop());
    refused(&server, "planTraining", workshop(), "DUPLICATE_TRAINING", &["code"]);
    refused(
        &server,
        "enrolInTraining",
        of(consortium.clone(), "2019-05-02"),
        "WRONG_PHASE",
        &["participant"],
    );
    done(&server, "openTraining", json!({ "training": key, "on": "2019-05-05" }));
    done(&server, "enrolInTraining", of(consortium.clone(), "2019-05-06"));
    let last = done(&server, "enrolInTraining", of(company.clone(), "2019-05-07"));
    let third = of(json!({ "sme": { "businessId": FIRST } }), "2019-05-08");
    refused(&server, "enrolInTraining", third, "COURSE_FULL", &["participant"]);
    done(&server, "holdTraining", json!({ "training": key, "on": "2019-06-02" }));
    done(
        &server,
        "recordAttendance",
        json!({ "training": key, "on": "2019-06-03", "attended": [
            { "participant": consortium, "hours": 16 }, { "participant": company, "hours": 8 }] }),
    );
    let certificates = |participant: &Value| json!({ "training": key, "on": "2019-06-10", "certified": [{ "participant": participant, "number": "G-1" }] });
    refused(&server, "issueTrainingCertificates", certificates(&company), "ATTENDANCE_LOW", &["certified"]);
    done(&server, "issueTrainingCertificates", certificates(&consortium));
    let answer = server.ask_with(
        "query($then: Position!) {
           training(by: { code: \"TR-1\" }) { phase early: phase(on: \"2019-05-20\") participantCount certificateCount
             enrolments { nodes { participant { ... on Consortium { code } ... on Emc { code } } hoursAttended attendance
               certificate { number issuedOn } } } history { totalCount } }
           consortium(by: { code: \"C-1\" }) { trainings(certified: true) { nodes { training { title } } } }
           emc(by: { code: \"M-1\" }) { trainings { totalCount } certified: trainings(certified: true) { totalCount } }
           found: trainings(search: \"حقوقی\", filter: { phase: { eq: CERTIFIED }, audience: EMCS }) { totalCount }
           trainingSummary(period: { solarHijri: { year: 1398 } }, groupBy: [SUBJECT, PROVINCE]) { subject province
             workshops hours seats participants consortiumParticipants emcParticipants certificates }
           overview(period: { solarHijri: { year: 1398, toMonth: 3 } }) { trainings { courses workshops participants } }
           at(asOf: { position: $then }) { training(by: { code: \"TR-1\" }) { phase participantCount } } }",
        json!({ "then": last["position"] }),
    );
    assert_eq!(
        answer["data"],
        json!({
            "training": { "phase": "CERTIFIED", "early": "OPEN", "participantCount": 2, "certificateCount": 1,
                "enrolments": { "nodes": [
                    { "participant": { "code": "C-1" }, "hoursAttended": 16, "attendance": "1.0000",
                      "certificate": { "number": "G-1", "issuedOn": "2019-06-10" } },
                    { "participant": { "code": "M-1" }, "hoursAttended": 8, "attendance": "0.5000", "certificate": null }] },
                "history": { "totalCount": 7 } },
            "consortium": { "trainings": { "nodes": [{ "training": { "title": "الزامات حقوقي صادرات" } }] } },
            "emc": { "trainings": { "totalCount": 1 }, "certified": { "totalCount": 0 } },
            "found": { "totalCount": 1 },
            "trainingSummary": [{ "subject": "EXPORT_LEGALITIES", "province": "IR-10", "workshops": 1, "hours": 16,
                "seats": 2, "participants": 2, "consortiumParticipants": 1, "emcParticipants": 1, "certificates": 1 }],
            "overview": { "trainings": { "courses": 0, "workshops": 1, "participants": 2 } },
            "at": { "training": { "phase": "OPEN", "participantCount": 2 } },
        }),
        "{answer}"
    );
    // What a certificate stands on stays; once it is voided, the attendance can be.
    let attendance = last["position"].as_str().expect("a position").parse::<u64>().expect("a number") + 2;
    let void = |position: u64| json!({ "training": key, "position": position.to_string(), "reason": "DATA_ENTRY_ERROR" });
    refused(&server, "voidTrainingFact", void(attendance), "ATTENDANCE_LOW", &["position"]);
    done(&server, "voidTrainingFact", void(attendance + 1));
    done(&server, "voidTrainingFact", void(attendance));
    refused(&server, "voidTrainingFact", void(attendance), "ALREADY_VOIDED", &["position"]);
    let sums = "{ trainingSummary(period: { solarHijri: { year: 1398 } }) { participants certificates } }";
    assert_eq!(
        server.ask(sums)["data"]["trainingSummary"],
        json!([{ "participants": 2, "certificates": 0 }])
    );
}

#[test]
fn a_project_from_its_proposal_to_its_result() {
    let (_keep, server) = server();
    let key = json!({ "code": "RS-1" });
    let rials = |amount: &str| json!({ "amount": amount, "currency": "IRR" });
    done(
        &server,
        "proposeResearch",
        json!({ "code": "RS-1", "title": "بازار عراق", "topic": "EXPORTS", "executor": { "park": { "code": "P-1" } },
            "smes": [{ "businessId": FIRST }], "on": "2019-04-01" }),
    );
    let pay = |amount: &str, on: &str| json!({ "research": key, "amount": rials(amount), "on": on });
    refused(&server, "payResearch", pay("1", "2019-04-02"), "WRONG_PHASE", &["amount"]);
    let approved = done(
        &server,
        "approveResearch",
        json!({ "research": key, "budget": rials("9000"), "on": "2019-05-01" }),
    );
    let milestone = json!({ "research": key, "number": 1, "due": "2019-07-01", "on": "2019-05-02" });
    done(&server, "setResearchMilestone", milestone);
    done(&server, "payResearch", pay("6000.5", "2019-07-05"));
    refused(&server, "payResearch", pay("3000", "2019-07-06"), "BUDGET_EXCEEDED", &["amount"]);
    let close = json!({ "research": key, "on": "2019-08-10" });
    refused(&server, "closeResearch", close.clone(), "RESULT_MISSING", &["research"]);
    let result = json!({ "research": key, "kind": "REPORT", "title": "گزارش", "reference": "R-12", "on": "2019-08-01" });
    done(&server, "recordResearchResult", result);
    refused(&server, "closeResearch", close.clone(), "WRONG_PHASE", &["research"]);
    done(&server, "reachResearchMilestone", json!({ "research": key, "number": 1, "on": "2019-07-02" }));
    done(&server, "closeResearch", close);
    let answer = server.ask_with(
        "query($then: Position!) {
           research(by: { code: \"RS-1\" }) { phase budget { amount currency } paid
             milestones { number dueOn reachedOn } results { kind title reference }
             provenance(fields: [BUDGET]) { event { type } } }
           sme(by: { businessId: \"100000000001\" }) { researchProjects { nodes { code } } }
           park(by: { code: \"P-1\" }) { researchProjects { totalCount } }
           other: sme(by: { businessId: \"100000000002\" }) { researchProjects { totalCount } }
           researchProjects(filter: { phase: { eq: CLOSED }, topic: { eq: EXPORTS } }) { totalCount }
           overview(period: { solarHijri: { year: 1398, toMonth: 3 } }) { research { proposed approved closed
             amounts { currency approved paid } } }
           researchSummary(period: { solarHijri: { year: 1398 } }, groupBy: [TOPIC]) { topic approved closed results
             amounts { currency approved paid } }
           at(asOf: { position: $then }) { research(by: { code: \"RS-1\" }) { phase paid } } }",
        json!({ "then": approved["position"] }),
    );
    assert_eq!(
        answer["data"],
        json!({
            "research": { "phase": "CLOSED", "budget": { "amount": "9000.00", "currency": "IRR" }, "paid": "6000.50",
                "milestones": [{ "number": 1, "dueOn": "2019-07-01", "reachedOn": "2019-07-02" }],
                "results": [{ "kind": "REPORT", "title": "گزارش", "reference": "R-12" }],
                "provenance": [{ "event": { "type": "ResearchApproved" } }] },
            "sme": { "researchProjects": { "nodes": [{ "code": "RS-1" }] } },
            "park": { "researchProjects": { "totalCount": 1 } },
            "other": { "researchProjects": { "totalCount": 0 } },
            "researchProjects": { "totalCount": 1 },
            "overview": { "research": { "proposed": 1, "approved": 1, "closed": 0,
                "amounts": [{ "currency": "IRR", "approved": "9000.00", "paid": "0.00" }] } },
            "researchSummary": [{ "topic": "EXPORTS", "approved": 1, "closed": 1, "results": 1,
                "amounts": [{ "currency": "IRR", "approved": "9000.00", "paid": "6000.50" }] }],
            "at": { "research": { "phase": "APPROVED", "paid": "0" } },
        }),
        "{answer}"
    );
}
