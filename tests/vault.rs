//! Personal data: sealed, read with a note, and gone for good after an erasure, in the real binary.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Running, daftar, fails, folder};

mod approval;
mod erasure;
mod openings;
mod readings;
mod texts;

const NAME: &str = "زهرا محمدی نمونه";
const APPOINT: &str = "01890000-0000-7000-8000-0000000000a1";

/// A folder with a vault, and the file of the operator's key beside it.
fn with_vault() -> (TempDir, PathBuf, PathBuf) {
    let (keep, path) = folder();
    let key = keep.path().join("operator.key");
    let made = daftar().args(["vault", "--data"]).arg(&path).args(["init", "--key"]).arg(&key).output();
    let made = made.expect("runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (keep, path, key)
}

fn serving(path: &Path, key: &Path) -> Command {
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(path);
    command.env("DAFTAR_VAULT__KEY_FILE", key);
    command
}

fn serve(path: &Path, key: &Path) -> Running {
    Running::spawn(serving(path, key)).expect("it serves")
}

fn vault(path: &Path, key: &Path, arguments: &[&str]) -> String {
    let mut command = daftar();
    command.args(["vault", "--data"]).arg(path).args(arguments).env("DAFTAR_VAULT__KEY_FILE", key);
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn consent(server: &Running) {
    let input = json!({ "code": "EMC-1", "name": "شرکت صادرات نمونه", "legalId": "10380284790",
        "tradeCard": "1", "on": "2019-01-01" });
    assert_eq!(server.command("consentEmc", input)["errors"], json!([]));
}

fn appointment() -> Value {
    json!({ "commandId": APPOINT, "holder": { "emc": { "code": "EMC-1" } }, "post": "MANAGING_DIRECTOR",
        "on": "2019-02-01", "details": { "name": NAME, "nationalCode": "۰۰۷۶۲۲۹۶۴۵",
        "telephone": "۰۲۱-۸۸۷۷۶۶۵۵", "email": "z.m@example.ir" } })
}

fn appointed(server: &Running) {
    consent(server);
    let payload = server.command("appointPerson", appointment());
    assert_eq!(payload["errors"], json!([]), "{payload}");
}

const PEOPLE: &str = "query($purpose: ReadingPurpose) { emc(by: { code: \"EMC-1\" }) { people(purpose: $purpose) { nodes { \
    post from until position person { id erased name { value state } nationalCode { value state } \
    telephone { value state } email { value state } address { value state } } } } } }";

fn person(server: &Running, purpose: Option<&str>) -> Value {
    let answer = server.ask_with(PEOPLE, json!({ "purpose": purpose }));
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["emc"]["people"]["nodes"][0]["person"].clone()
}

fn erase(server: &Running) -> Value {
    let id = person(server, None)["id"].clone();
    server.command("erasePerson", json!({ "person": id, "reason": "HOLDER_REQUEST" }))
}

#[test]
fn a_person_is_read_for_a_purpose_and_each_reading_is_noted() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let withheld = person(&server, None);
    assert_eq!(withheld["name"], json!({ "value": null, "state": "WITHHELD" }));
    assert_eq!(withheld["address"], Value::Null, "nothing is recorded of it");
    for _ in 0..2 {
        let told = person(&server, Some("REGISTRY"));
        assert_eq!(told["name"], json!({ "value": NAME, "state": "PRESENT" }));
        assert_eq!(told["nationalCode"]["value"], "0076229645");
        assert_eq!(told["telephone"]["value"], "02188776655");
    }
    let again = server.command("appointPerson", appointment());
    assert_eq!(again["repeated"], true, "salts differ, the command does not");
    server.terminate();
    let verified = vault(&path, &key, &["verify"]);
    assert!(verified.starts_with("1 subjects with 4 values, 0 erased, 8 readings"), "{verified}");
    assert_eq!(erasure::holding(&path, NAME), Vec::<String>::new());
}

#[test]
fn what_is_not_recorded_is_not_kept() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    let rejected = server.command("appointPerson", appointment());
    assert_eq!(rejected["errors"][0]["code"], "UNKNOWN_REFERENCE");
    consent(&server);
    let mut tried = appointment();
    tried["dryRun"] = true.into();
    assert_eq!(server.command("appointPerson", tried)["events"][0]["type"], "PersonAppointed");
    let mut hostile = appointment();
    hostile["details"] = json!({ "name": "=HYPERLINK(1)", "nationalCode": "0076229644", "telephone": "1<b>",
        "email": "a@b.ir\r\nBcc: c@d.ir", "address": "a\u{0}" });
    let paths: Vec<_> = server.command("appointPerson", hostile)["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| (error["code"].as_str().unwrap().to_owned(), error["path"][2].clone()))
        .collect();
    let expected = [
        ("INVALID_VALUE", "name"),
        ("INVALID_IDENTIFIER", "nationalCode"),
        ("INVALID_VALUE", "telephone"),
        ("INVALID_VALUE", "email"),
        ("INVALID_CHARACTER", "address"),
    ];
    assert_eq!(paths, expected.map(|(code, field)| (code.to_owned(), json!(field))));
    server.terminate();
    assert!(vault(&path, &key, &["verify"]).starts_with("0 subjects with 0 values"));
}

#[test]
fn without_a_vault_or_its_key_everything_else_works() {
    let (_keep, path) = folder();
    let server = Running::on(&path);
    consent(&server);
    assert_eq!(server.command("appointPerson", appointment())["errors"][0]["code"], "VAULT_CLOSED");
    let (keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    server.terminate();
    let server = Running::on(&path);
    assert_eq!(person(&server, Some("REGISTRY"))["name"]["state"], "UNAVAILABLE");
    assert_eq!(erase(&server)["errors"][0]["code"], "VAULT_CLOSED", "it would not be erased");
    server.terminate();
    let other = keep.path().join("other.key");
    let mut init = daftar();
    init.args(["vault", "--data"]).arg(keep.path().join("x")).args(["init", "--key"]).arg(&other);
    assert!(init.status().expect("runs").success());
    let (_, told) = fails(&mut serving(&path, &other));
    assert!(told.contains("VAULT_KEY_WRONG"), "{told}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("sets");
    let (_, told) = fails(&mut serving(&path, &key));
    assert!(told.contains("VAULT_KEY_INVALID") && told.contains("644"), "{told}");
}

#[test]
fn a_person_is_told_everything_that_is_kept_and_who_has_read_it() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let id = person(&server, Some("REGISTRY"))["id"].clone();
    let corrected = json!({ "person": id, "details": { "name": "زهرا نمونه" }, "reason": "SOURCE_CORRECTED", "on": "2019-03-01" });
    assert_eq!(server.command("correctPerson", corrected)["errors"], json!([]));
    let export = |purpose: Option<&str>| {
        let query = "query($id: ID!, $purpose: ReadingPurpose) { person(id: $id, purpose: $purpose) { export { values { \
                     field text { value state } } appointments { post from holder { __typename } } readings { purpose \
                     fields role } } } }";
        let answer = server.ask_with(query, json!({ "id": id, "purpose": purpose }));
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["person"]["export"].clone()
    };
    let fields = |export: &Value, of: &str| -> Vec<Value> {
        export["values"].as_array().expect("a list").iter().map(|value| value["text"][of].clone()).collect()
    };
    assert_eq!(fields(&export(None), "state"), vec![json!("WITHHELD"); 5]);
    let told = export(Some("PERSON_REQUEST"));
    let values = [NAME, "0076229645", "02188776655", "z.m@example.ir", "زهرا نمونه"];
    assert_eq!(fields(&told, "value"), values.map(|value| json!(value)), "the former name among them");
    assert_eq!(told["appointments"][0]["post"], "MANAGING_DIRECTOR");
    assert_eq!(told["appointments"][0]["holder"]["__typename"], "Emc");
    let four =
        told["readings"].as_array().expect("a list").iter().filter(|read| read["purpose"] == "REGISTRY");
    assert_eq!(four.count(), 4, "{told}");
    let again = export(Some("PERSON_REQUEST"));
    let own =
        again["readings"].as_array().expect("a list").iter().find(|read| read["purpose"] == "PERSON_REQUEST");
    assert_eq!(own.expect("it was noted")["fields"].as_array().map(Vec::len), Some(5), "one reading of all");
    assert_eq!(erase(&server)["errors"], json!([]));
    let erased = export(Some("PERSON_REQUEST"));
    assert_eq!((&erased["values"], erased["appointments"].as_array().map(Vec::len)), (&json!([]), Some(1)));
}

#[test]
fn nobody_keeps_an_answer_with_personal_data() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let kept = |purpose: &str| {
        let query = format!(
            "%7Bemc(by:%7Bcode:%22EMC-1%22%7D)%7Bpeople{purpose}%7Bnodes%7Bperson%7Bname%7Bvalue%7D%7D%7D%7D%7D%7D"
        );
        let answer =
            ureq::get(format!("http://{}/graphql?query={query}", server.address)).call().expect("it answers");
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        (header("etag").is_some(), header("cache-control").expect("a word on caches"))
    };
    assert_eq!(kept(""), (true, "private, no-cache".to_owned()), "withheld");
    assert_eq!(kept("(purpose:REGISTRY)"), (false, "no-store".to_owned()));
}

#[test]
fn an_export_tells_what_there_is_and_a_rotation_changes_nothing() {
    let (keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let answer = server.ask("{ emc(by: { code: \"EMC-1\" }) { people { nodes { person { id } } } } }");
    let id = answer["data"]["emc"]["people"]["nodes"][0]["person"]["id"].as_str().expect("an ID").to_owned();
    server.terminate();
    let next = keep.path().join("next.key");
    vault(&path, &key, &["rotate"]);
    vault(&path, &key, &["rotate", "--new-key", next.to_str().expect("text")]);
    let entity = String::from_utf8(
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, id).expect("base64"),
    );
    let entity = entity.expect("text");
    let uuid = entity.strip_prefix("person:").expect("a person");
    let told: Value =
        serde_json::from_str(&vault(&path, &next, &["export", "--person", uuid])).expect("JSON");
    assert_eq!(told["erased"], false);
    assert_eq!(told["values"][0]["field"], "name");
    assert_eq!(told["values"][0]["value"], NAME);
    assert!(vault(&path, &next, &["verify"]).contains("4 values, 0 erased, 1 readings"));
}

/// Puts the log and its mark into a folder, or back from there.
fn copy_log(from: &Path, to: &Path) {
    for name in ["log", "mark"] {
        let _ = fs::remove_dir_all(to.join(name));
    }
    fs::create_dir_all(to).expect("a folder");
    let copied = Command::new("cp").arg("-a").args([from.join("log"), from.join("mark")]).arg(to).status();
    assert!(copied.expect("cp is there").success());
}

#[test]
fn an_older_log_makes_the_vault_forget_nothing() {
    let (keep, path, key) = with_vault();
    let (older, newer) = (keep.path().join("older"), keep.path().join("newer"));
    let server = serve(&path, &key);
    consent(&server);
    server.terminate();
    copy_log(&path, &older);
    let server = serve(&path, &key);
    assert_eq!(server.command("appointPerson", appointment())["errors"], json!([]));
    server.terminate();
    copy_log(&path, &newer);
    assert!(vault(&path, &key, &["gc", "--forget"]).starts_with("forgot 0 values"));
    copy_log(&older, &path);
    let server = serve(&path, &key);
    assert_eq!(server.ask(PEOPLE)["data"]["emc"]["people"]["nodes"], json!([]), "the log knows nobody");
    server.terminate();
    assert!(vault(&path, &key, &["gc"]).starts_with("4 values that no line"));
    copy_log(&newer, &path);
    let server = serve(&path, &key);
    assert_eq!(person(&server, Some("REGISTRY"))["name"]["value"], NAME, "the newer log came back");
    server.terminate();
    copy_log(&older, &path);
    assert!(vault(&path, &key, &["gc", "--forget"]).starts_with("forgot 4 values"));
    assert!(vault(&path, &key, &["verify"]).starts_with("0 subjects with 0 values"));
}
