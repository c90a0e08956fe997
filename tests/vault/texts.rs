//! Texts of reasons: committed to in the line, read through the vault, erased alone.

use serde_json::{Value, json};

use super::{consent, serve, vault, with_vault};
use crate::support::{Running, folder};

const TEXT: &str = "به درخواست وکیل شرکت، آقای نمونه";

fn withdrawal() -> Value {
    json!({ "emc": { "code": "EMC-1" }, "reason": "HOLDER_REQUEST", "on": "2019-05-01", "reasonText": TEXT })
}

/// The text of the reason of the event at a position.
fn text(server: &Running, position: &Value, purpose: Option<&str>) -> Value {
    let query = "query($position: Position!, $purpose: ReadingPurpose) { event(position: $position) { reason line data \
                 reasonText(purpose: $purpose) { value state commitment } } }";
    let answer = server.ask_with(query, json!({ "position": position, "purpose": purpose }));
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["event"].clone()
}

#[test]
fn a_text_is_committed_to_read_for_a_purpose_and_erased_alone() {
    let (keep, path, key) = with_vault();
    let server = serve(&path, &key);
    consent(&server);
    let withdrawn = server.command("withdrawConsent", withdrawal());
    assert_eq!(withdrawn["errors"], json!([]));
    let position = &withdrawn["position"];
    let event = text(&server, position, None);
    assert_eq!(
        (&event["reason"], &event["reasonText"]["state"]),
        (&json!("HOLDER_REQUEST"), &json!("WITHHELD"))
    );
    let commitment = event["reasonText"]["commitment"].as_str().expect("a commitment");
    let line = event["line"].as_str().expect("a line");
    assert!(line.contains(commitment) && !line.contains("وکیل"), "{line}");
    assert_eq!(text(&server, position, Some("AUDIT"))["reasonText"]["value"], TEXT);

    let erased = json!({ "position": position, "reason": "AUTHORITY_DECISION" });
    assert_eq!(server.command("eraseText", erased.clone())["errors"], json!([]));
    let event = text(&server, position, Some("AUDIT"));
    assert_eq!(
        (&event["reasonText"]["value"], &event["reasonText"]["state"]),
        (&Value::Null, &json!("ERASED"))
    );
    assert_eq!(
        (&event["reason"], &event["line"]),
        (&json!("HOLDER_REQUEST"), &json!(line)),
        "the line stays"
    );
    assert_eq!(server.command("eraseText", erased)["errors"][0]["code"], "ERASED");
    let nowhere = json!({ "position": "1", "reason": "OTHER" });
    assert_eq!(server.command("eraseText", nowhere)["errors"][0]["code"], "UNKNOWN_REFERENCE");
    server.terminate();
    assert!(vault(&path, &key, &["verify"]).starts_with("0 subjects with 0 values, 1 erased, 1 readings"));
    assert_eq!(super::erasure::holding(keep.path(), TEXT), Vec::<String>::new());
}

#[test]
fn what_is_refused_or_repeated_leaves_no_text() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    let refused = server.command("withdrawConsent", withdrawal());
    assert_eq!(refused["errors"][0]["code"], "UNKNOWN_REFERENCE");
    consent(&server);
    let mut tried = withdrawal();
    tried["dryRun"] = true.into();
    assert_eq!(server.command("withdrawConsent", tried)["errors"], json!([]));
    let mut hostile = withdrawal();
    hostile["reasonText"] = "=1\u{1b}[31m".into();
    let error = &server.command("withdrawConsent", hostile)["errors"][0];
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("INVALID_CHARACTER"), &json!(["input", "reasonText"]))
    );
    let mut named = withdrawal();
    named["commandId"] = "01890000-0000-7000-8000-0000000000b1".into();
    assert_eq!(server.command("withdrawConsent", named.clone())["errors"], json!([]));
    let again = server.command("withdrawConsent", named);
    assert_eq!((&again["repeated"], &again["errors"]), (&json!(true), &json!([])));
    server.terminate();
    assert!(vault(&path, &key, &["verify"]).starts_with("1 subjects with 1 values"));
    assert!(vault(&path, &key, &["gc"]).starts_with("0 values"));
}

#[test]
fn without_a_vault_a_reason_is_a_code_alone() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    consent(&server);
    let error = &server.command("withdrawConsent", withdrawal())["errors"][0];
    assert_eq!((&error["code"], &error["path"]), (&json!("VAULT_CLOSED"), &json!(["input", "reasonText"])));
    let mut plain = withdrawal();
    plain.as_object_mut().expect("an object").remove("reasonText");
    let withdrawn = server.command("withdrawConsent", plain);
    assert_eq!(withdrawn["errors"], json!([]));
    assert_eq!(text(&server, &withdrawn["position"], Some("AUDIT"))["reasonText"], Value::Null);
}
