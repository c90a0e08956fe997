//! Who may do and read what, told over the wire: public, operators of two provinces, an auditor.

use serde_json::{Value, json};

use crate::support::provider::{ISSUER, ask, code, rejected, serve, submit, token};
use crate::support::{agent, daftar, fails, folder, park};

#[test]
fn roles_and_provinces_hold_by_every_path() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let here = token("ali", &["OPERATOR"], &["IR-10"], 600);
    let there = token("mina", &["OPERATOR"], &["IR-23"], 600);
    let auditor = token("sara", &["AUDITOR"], &[], 600);
    let (here, there, auditor) = (Some(&*here), Some(&*there), Some(&*auditor));

    let establish = json!({ "establishPark": park("P-1") });
    assert_eq!(rejected(&running, None, establish.clone()), "FORBIDDEN");
    assert_eq!(rejected(&running, auditor, establish.clone()), "FORBIDDEN");
    assert_eq!(rejected(&running, there, establish.clone()), "OUT_OF_PROVINCE");
    let mut dry = establish.clone();
    dry["establishPark"]["dryRun"] = json!(true);
    assert_eq!(rejected(&running, there, dry), "OUT_OF_PROVINCE");
    let recorded = submit(&running, here, establish);
    let event = &recorded["events"][0];
    assert_eq!((&event["role"], &event["authority"]), (&json!("OPERATOR"), &json!("ROLE")), "{recorded}");
    let (id, position) = (event["entityId"].clone(), event["position"].clone());

    let node = "query ($id: ID!) { node(id: $id) { ... on Park { code history { nodes { type } } } } }";
    for (who, code) in [(None, "FORBIDDEN"), (there, "FORBIDDEN")] {
        let answer = ask(&running, who, node, json!({ "id": id }));
        assert_eq!(
            answer["data"]["node"],
            json!({ "code": "P-1", "history": null }),
            "an open field: {answer}"
        );
        assert_eq!(self::code(&answer), code);
    }
    for who in [here, auditor] {
        let answer = ask(&running, who, node, json!({ "id": id }));
        assert_eq!(answer["data"]["node"]["history"]["nodes"][0]["type"], "ParkEstablished", "{answer}");
    }
    let event = "query ($position: Position!) { event(position: $position) { data } }";
    let variables = json!({ "position": position });
    assert_eq!(code(&ask(&running, None, event, variables.clone())), "FORBIDDEN");
    assert_eq!(ask(&running, there, event, variables.clone())["data"], json!({ "event": null }));
    assert!(ask(&running, here, event, variables)["data"]["event"]["data"].is_string());
    for query in
        ["{ events { nodes { type } } }", "{ findings { totalCount } }", "{ exports { totalCount } }"]
    {
        for who in [None, here] {
            assert_eq!(code(&ask(&running, who, query, json!({}))), "FORBIDDEN", "{query}");
        }
        assert_eq!(ask(&running, auditor, query, json!({}))["errors"], Value::Null, "{query}");
    }
    let parks = "{ parks { totalCount nodes { code } } }";
    for who in [None, here, there, auditor] {
        assert_eq!(ask(&running, who, parks, json!({}))["data"]["parks"]["totalCount"], 1);
    }
}

#[test]
fn answers_that_are_kept_are_told_to_nobody_else() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let viewer = "{ viewer { actorId roles provinces authority } }";
    let ali = token("ali", &["OPERATOR"], &["IR-23"], 600);
    let mina = token("mina", &["OPERATOR"], &["IR-23"], 600);
    let of = |token: Option<&str>| ask(&running, token, viewer, json!({}))["data"]["viewer"].clone();
    let (first, second) = (of(Some(&ali)), of(Some(&mina)));
    assert_eq!(first["roles"], json!(["PUBLIC", "OPERATOR"]));
    assert_ne!(first["actorId"], second["actorId"]);
    assert_eq!(of(Some(&ali)), first, "the same actor as before");
    assert_eq!(of(None)["roles"], json!(["PUBLIC"]));
    let events = "{ events { nodes { type } } }";
    let auditor = token("sara", &["AUDITOR"], &[], 600);
    assert_eq!(ask(&running, Some(&auditor), events, json!({}))["errors"], Value::Null);
    assert_eq!(code(&ask(&running, None, events, json!({}))), "FORBIDDEN");
    assert_eq!(running.terminate().code(), Some(0));
    let again = serve(&data);
    assert_eq!(
        ask(&again, Some(&ali), viewer, json!({}))["data"]["viewer"],
        first,
        "after a restart as well"
    );
}

#[test]
fn a_tag_of_one_tells_another_nothing() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let url = format!("http://{}/graphql?query=%7Bviewer%7BactorId%7D%7D", running.address);
    let get = |token: Option<&str>, tag: Option<&str>| {
        let mut request = agent().get(&url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        let answer = request.call().expect("it answers");
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        (answer.status().as_u16(), header("etag"), header("vary"))
    };
    let (ali, mina) = (token("ali", &["AUDITOR"], &[], 600), token("mina", &["AUDITOR"], &[], 600));
    let more = token("ali", &["AUDITOR", "ADMINISTRATOR"], &[], 600);
    let (_, tag, vary) = get(Some(&ali), None);
    assert!(!tag.is_empty() && vary.contains("authorization"), "{tag} {vary}");
    assert_eq!(get(Some(&ali), Some(&tag)).0, 304);
    for other in [None, Some(&*mina), Some(&*more)] {
        assert_eq!(get(other, Some(&tag)).0, 200, "another caller, or the same in other roles");
    }
}

#[test]
fn a_voiding_takes_two_persons() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let officer = |subject: &str| token(subject, &["PROGRAMME_OFFICER"], &[], 600);
    let (ali, mina) = (officer("ali"), officer("mina"));
    let form = json!({ "formConsortium": { "code": "C-1", "name": "کنسرسیوم", "kind": "SALES", "productGroup": "FOOD", "on": "2019-03-21" } });
    assert_eq!(submit(&running, Some(&ali), form)["errors"], json!([]));
    let reason = "DATA_ENTRY_ERROR";
    let dissolve = json!({ "dissolveConsortium": { "consortium": { "code": "C-1" }, "reason": reason, "on": "2019-06-01" } });
    assert_eq!(rejected(&running, Some(&ali), dissolve.clone()), "APPROVAL_REQUIRED");
    let propose = json!({ "proposeCommand": { "command": dissolve, "reason": reason } });
    let proposal = submit(&running, Some(&ali), propose)["events"][0]["entityId"].clone();
    let approve = json!({ "approveProposal": { "proposal": proposal, "reason": reason } });
    assert_eq!(rejected(&running, Some(&ali), approve.clone()), "OWN_PROPOSAL");
    let operator = token("reza", &["OPERATOR"], &["IR-23"], 600);
    assert_eq!(rejected(&running, Some(&operator), approve.clone()), "FORBIDDEN");
    let done = submit(&running, Some(&mina), approve.clone());
    let told: Vec<_> = done["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (&event["type"], &event["authority"]))
        .collect();
    let four_eyes = &json!("FOUR_EYES");
    assert_eq!(
        told,
        [(&json!("ProposalApproved"), four_eyes), (&json!("ConsortiumDissolved"), four_eyes)],
        "{done}"
    );
    assert_eq!(rejected(&running, Some(&mina), approve), "ALREADY_DECIDED");
    let proposals = "{ proposals { nodes { status command proposerRole } } }";
    let seen = ask(&running, Some(&mina), proposals, json!({}));
    assert_eq!(seen["data"]["proposals"]["nodes"][0]["status"], "APPROVED", "{seen}");
    assert_eq!(code(&ask(&running, None, proposals, json!({}))), "FORBIDDEN");
}

#[test]
fn an_approval_is_given_once_by_another_person_with_the_rights_of_now() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let person = |subject: &str, role: &str| token(subject, &[role], &[], 600);
    let (ali, mina) = (person("ali", "PROGRAMME_OFFICER"), person("mina", "PROGRAMME_OFFICER"));
    let reason = "DATA_ENTRY_ERROR";
    let proposed = |code: &str, id: &str| {
        let form = json!({ "formConsortium": { "code": code, "name": "کنسرسیوم", "kind": "SALES", "productGroup": "FOOD", "on": "2019-03-21" } });
        assert_eq!(submit(&running, Some(&ali), form)["errors"], json!([]));
        let dissolve = json!({ "dissolveConsortium": { "consortium": { "code": code }, "reason": reason, "on": "2019-06-01" } });
        let propose = json!({ "proposeCommand": { "commandId": id, "command": dissolve, "reason": reason } });
        submit(&running, Some(&ali), propose)["events"][0]["entityId"].clone()
    };
    let id = |last: char| format!("0198c0de-7f00-7000-8000-00000000000{last}");
    let first = proposed("C-1", &id('1'));
    // Another command under the ID of the proposal, by the same person.
    let other = json!({ "dissolveConsortium": { "consortium": { "code": "C-1" }, "reason": reason, "on": "2019-07-01" } });
    let again = json!({ "proposeCommand": { "commandId": id('1'), "command": other, "reason": reason } });
    assert_eq!(rejected(&running, Some(&ali), again), "IDEMPOTENCY_CONFLICT");

    let approve = |proposal: &Value, id: &str| json!({ "approveProposal": { "commandId": id, "proposal": proposal, "reason": reason } });
    // The proposer in another role, and the approver after the role was taken away.
    let risen = person("ali", "ADMINISTRATOR");
    assert_eq!(rejected(&running, Some(&risen), approve(&first, &id('2'))), "OWN_PROPOSAL");
    let fallen = person("mina", "AUDITOR");
    assert_eq!(rejected(&running, Some(&fallen), approve(&first, &id('2'))), "FORBIDDEN");
    let late = token("mina", &["PROGRAMME_OFFICER"], &[], -600);
    let answer = ask(&running, Some(&late), "{ position }", json!({}));
    assert_eq!(code(&answer), "UNAUTHENTICATED");

    let done = submit(&running, Some(&mina), approve(&first, &id('2')));
    assert_eq!(done["events"][1]["type"], "ConsortiumDissolved", "{done}");
    let position = running.position();
    // Sent again it is the same approval; by another ID, or by another person, it is one too many.
    assert_eq!(submit(&running, Some(&mina), approve(&first, &id('2'))), done);
    assert_eq!(rejected(&running, Some(&mina), approve(&first, &id('3'))), "ALREADY_DECIDED");
    let third = person("sara", "PROGRAMME_OFFICER");
    assert_eq!(rejected(&running, Some(&third), approve(&first, &id('2'))), "ALREADY_DECIDED");
    // The ID of an approval approves nothing else.
    let second = proposed("C-2", &id('4'));
    assert_eq!(rejected(&running, Some(&mina), approve(&second, &id('2'))), "IDEMPOTENCY_CONFLICT");
    assert_eq!(running.position(), position + 2, "only the second consortium and its proposal came after");
}

#[test]
fn an_erasure_takes_two_persons_and_erases() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let officer = token("reza", &["PROGRAMME_OFFICER"], &[], 600);
    let privacy = |subject: &str| token(subject, &["PRIVACY_OFFICER"], &[], 600);
    let (leila, nima) = (privacy("leila"), privacy("nima"));
    let consent = json!({ "consentEmc": { "code": "M-1", "name": "شرکت", "legalId": "10380284790",
        "tradeCard": "1", "on": "2019-01-01" } });
    assert_eq!(submit(&running, Some(&officer), consent)["errors"], json!([]));
    let appoint = json!({ "appointPerson": { "details": { "name": "زهرا محمدی نمونه" },
        "holder": { "emc": { "code": "M-1" } }, "post": "CONTACT", "on": "2019-06-05" } });
    assert_eq!(rejected(&running, None, appoint.clone()), "FORBIDDEN");
    let person = submit(&running, Some(&officer), appoint)["events"][0]["entityId"].clone();
    let erase = json!({ "erasePerson": { "person": person, "reason": "HOLDER_REQUEST" } });
    assert_eq!(rejected(&running, Some(&officer), erase.clone()), "FORBIDDEN");
    assert_eq!(rejected(&running, Some(&leila), erase.clone()), "APPROVAL_REQUIRED");
    let propose = json!({ "proposeCommand": { "command": erase, "reason": "HOLDER_REQUEST" } });
    let proposal = submit(&running, Some(&leila), propose)["events"][0]["entityId"].clone();
    let state = || {
        let query = format!("{{ person(id: {person}, purpose: REGISTRY) {{ name {{ state }} }} }}");
        ask(&running, Some(&officer), &query, json!({}))["data"]["person"]["name"]["state"].clone()
    };
    assert_eq!(state(), "PRESENT", "a proposal erases nothing");
    let approve = json!({ "approveProposal": { "proposal": proposal, "reason": "HOLDER_REQUEST" } });
    assert_eq!(rejected(&running, Some(&leila), approve.clone()), "OWN_PROPOSAL");
    let done = submit(&running, Some(&nima), approve.clone());
    assert_eq!((&done["errors"], &done["events"][1]["type"]), (&json!([]), &json!("PersonErased")), "{done}");
    assert_eq!(state(), "ERASED");
    assert_eq!(rejected(&running, Some(&nima), approve), "ALREADY_DECIDED");
}

#[test]
fn what_is_no_token_is_answered_401_with_a_code() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let body = json!({ "query": "{ position }" }).to_string();
    let expired = format!("Bearer {}", token("ali", &[], &[], -1));
    for bearer in ["Basic YTpi", "Bearer x.y.z", &expired] {
        let headers = [
            ("authorization", bearer),
            ("accept", "application/graphql-response+json"),
            ("content-type", "application/json"),
        ];
        let (status, answer) = running.post(&body, &headers);
        assert_eq!(status, 401, "{answer}");
        assert_eq!(code(&serde_json::from_str(&answer).unwrap()), "UNAUTHENTICATED");
        assert!(!answer.contains("x.y.z"), "the token is not told again");
    }
}

#[test]
fn a_stream_ends_with_its_token() {
    let (_kept, data) = folder();
    let running = serve(&data);
    let auditor = format!("Bearer {}", token("sara", &["AUDITOR"], &[], 3));
    let body = json!({ "query": "subscription { events { position } }" }).to_string();
    let headers =
        [("authorization", &*auditor), ("accept", "text/event-stream"), ("content-type", "application/json")];
    let (_, stream) = running.post(&body, &headers);
    assert!(stream.contains("TOKEN_EXPIRED") && stream.trim_end().ends_with("data:"), "{stream}");
}

#[test]
fn without_the_operators_key_nobody_is_let_in() {
    let (_kept, data) = folder();
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    command.env("DAFTAR_IDENTITY__ISSUER", ISSUER).env("DAFTAR_IDENTITY__JWKS", "/nowhere");
    let (status, told) = fails(&mut command);
    assert!(status != 0 && !told.is_empty(), "{told}");
}
