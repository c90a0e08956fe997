//! With an identity provider: who reads personal values, and that an erasure takes two persons.

use serde_json::{Value, json};

use super::NAME;
use super::erasure::holding;
use crate::support::provider::{ask, code, rejected, serve, submit, token};
use crate::support::{Running, folder};

const TEXT: &str = "به درخواست وکیل";

fn read(server: &Running, token: &str, id: &Value) -> Value {
    let query = "query($id: ID!) { person(id: $id, purpose: INSPECTION) { name { value state } } }";
    ask(server, Some(token), query, json!({ "id": id }))
}

/// Has one person propose a command and another one approve it.
fn decided_by_two(server: &Running, proposer: &str, approver: &str, command: Value) -> Value {
    let propose = json!({ "proposeCommand": { "command": command, "reason": "HOLDER_REQUEST" } });
    let proposed = submit(server, Some(proposer), propose);
    let approve = json!({ "approveProposal": { "proposal": proposed["events"][0]["entityId"], "reason": "HOLDER_REQUEST" } });
    assert_eq!(rejected(server, Some(proposer), approve.clone()), "OWN_PROPOSAL");
    submit(server, Some(approver), approve)
}

#[test]
fn an_erasure_takes_two_persons_and_reaches_the_vault() {
    let (keep, data) = folder();
    let server = serve(&data);
    let person_of = |subject: &str, role: &str| token(subject, &[role], &[], 600);
    let officer = person_of("ali", "PROGRAMME_OFFICER");
    let (mina, sara) = (person_of("mina", "PRIVACY_OFFICER"), person_of("sara", "PRIVACY_OFFICER"));
    let consent = json!({ "consentEmc": { "code": "EMC-1", "name": "شرکت", "legalId": "10380284790",
        "tradeCard": "1", "on": "2019-01-01" } });
    assert_eq!(submit(&server, Some(&officer), consent)["errors"], json!([]));
    let appoint = json!({ "appointPerson": { "holder": { "emc": { "code": "EMC-1" } }, "post": "CONTACT",
        "on": "2019-02-01", "details": { "name": NAME } } });
    let appointed = submit(&server, Some(&officer), appoint);
    let id = appointed["events"][0]["entityId"].clone();
    let withdraw = json!({ "withdrawConsent": { "emc": { "code": "EMC-1" }, "reason": "OTHER", "on": "2019-05-01",
        "reasonText": TEXT } });
    let withdrawn = submit(&server, Some(&officer), withdraw)["events"][0]["position"].clone();

    assert_eq!(read(&server, &mina, &id)["data"]["person"]["name"]["value"], NAME);
    assert_eq!(code(&read(&server, &person_of("reza", "AUDITOR"), &id)), "FORBIDDEN");
    let erase = json!({ "erasePerson": { "person": id, "reason": "HOLDER_REQUEST" } });
    assert_eq!(rejected(&server, Some(&officer), erase.clone()), "FORBIDDEN");
    assert_eq!(rejected(&server, Some(&mina), erase.clone()), "APPROVAL_REQUIRED");
    assert_eq!(
        read(&server, &sara, &id)["data"]["person"]["name"]["state"],
        "PRESENT",
        "nothing is erased yet"
    );

    let text = json!({ "eraseText": { "position": withdrawn, "reason": "HOLDER_REQUEST" } });
    for (command, name) in [(erase, "PersonErased"), (text, "TextErased")] {
        let done = decided_by_two(&server, &mina, &sara, command);
        let events = done["events"].as_array().expect("a list");
        let told: Vec<_> = events.iter().map(|event| (&event["type"], &event["authority"])).collect();
        let four_eyes = &json!("FOUR_EYES");
        assert_eq!(told, [(&json!("ProposalApproved"), four_eyes), (&json!(name), four_eyes)], "{done}");
    }
    assert_eq!(read(&server, &mina, &id)["data"]["person"]["name"]["state"], "ERASED");
    let query = "query($at: Position!) { event(position: $at) { reasonText(purpose: AUDIT) { state } } }";
    let told = ask(&server, Some(&mina), query, json!({ "at": withdrawn }));
    assert_eq!(told["data"]["event"]["reasonText"]["state"], "ERASED", "{told}");
    assert!(server.terminate().success());
    for value in [NAME, TEXT] {
        assert_eq!(holding(keep.path(), value), Vec::<String>::new());
    }
}
