//! After an erasure nothing that is kept or answered has the value, in whatever spelling, and no backup brings it back.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{NAME, appointed, appointment, erase, person, serve, serving, vault, with_vault};
use crate::support::{Running, daftar};

const VALUES: [&str; 4] = [NAME, "0076229645", "02188776655", "z.m@example.ir"];

/// How a text may be written down: UTF-8, UTF-16 of either order, escaped JSON of either case, percent-encoded,
/// hexadecimal, and base64 at each of three offsets without the characters that its neighbours share.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let escaped = |unit: &u16| format!("\\u{unit:04x}");
    let lower: String = units.iter().map(escaped).collect();
    let base64 = (0..3).map(|offset| {
        let bytes = [&vec![0; offset], text.as_bytes()].concat();
        let whole = base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, &bytes);
        let shared = [0, 2, 3][offset];
        whole.as_bytes()[shared..whole.len() - 2].to_vec()
    });
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let texts = [lower.to_uppercase().replace("\\U", "\\u"), lower, hex.to_uppercase(), hex, percent];
    let mut all: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).chain(base64).collect();
    all.push(text.as_bytes().to_vec());
    all.push(units.iter().flat_map(|unit| unit.to_le_bytes()).collect());
    all.push(units.iter().flat_map(|unit| unit.to_be_bytes()).collect());
    all
}

/// Whether bytes hold a text in any spelling.
fn holds(bytes: &[u8], text: &str) -> bool {
    spellings(text).iter().any(|spelling| bytes.windows(spelling.len()).any(|part| part == spelling))
}

/// The files below a folder that hold a text, by content or by name.
pub(super) fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if holds(&fs::read(&path).expect("a file"), text) {
            found.push(name.clone());
        }
        if holds(name.as_bytes(), text) {
            found.push(name);
        }
    }
    found
}

#[test]
fn the_search_finds_each_spelling() {
    let folder = tempfile::TempDir::new().expect("a folder");
    for text in VALUES {
        for (number, spelling) in spellings(text).iter().enumerate() {
            let file = folder.path().join("file");
            fs::write(&file, [b"before", spelling.as_slice(), b"after"].concat()).expect("writes");
            assert_eq!(holding(folder.path(), text).len(), 1, "{text} {number}");
            fs::write(&file, "nothing").expect("writes");
        }
    }
}

/// Serves with keys that sign, so that there are bundles.
fn signed(path: &Path, key: &Path, keys: &Path) -> Running {
    let mut command = serving(path, key);
    command.env("DAFTAR_CHECKPOINT__KEYS", keys).env("DAFTAR_CHECKPOINT__EVERY_SECONDS", "1");
    Running::spawn(command).expect("it serves")
}

fn made(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What a server answers to all that may show a person, for every purpose.
fn answers(server: &Running, id: &Value, position: u64) -> String {
    let value = "{ value state commitment salt }";
    let fields = format!(
        "id erased name {value} nationalCode {value} telephone {value} email {value} address {value}"
    );
    let query = format!(
        "query($id: ID!, $before: Position!) {{ person(id: $id, purpose: AUDIT) {{ {fields} }} node(id: $id) {{ \
         ... on Person {{ {fields} }} }} emc(by: {{ code: \"EMC-1\" }}) {{ people(purpose: REGISTRY) {{ nodes {{ person {{ \
         {fields} }} }} }} history(first: 100) {{ nodes {{ line data }} }} }} at(asOf: {{ position: $before }}) {{ \
         emc(by: {{ code: \"EMC-1\" }}) {{ people(purpose: INSPECTION) {{ nodes {{ person {{ {fields} }} }} }} }} }} \
         events(first: 100) {{ nodes {{ line data }} }} search(text: \"{NAME}\", first: 5) {{ nodes {{ __typename }} }} }}"
    );
    let answer = server.ask_with(&query, json!({ "id": id, "before": (position - 1).to_string() }));
    assert!(answer["errors"].is_null(), "{answer}");
    answer.to_string() + &server.get("/metrics").1
}

#[test]
fn after_an_erasure_nothing_holds_the_value() {
    let (keep, path, key) = with_vault();
    let (keys, public) = (keep.path().join("private"), keep.path().join("public"));
    fs::write(&public, made(daftar().args(["keys", "new", "--name", "daftar.local", "--keys"]).arg(&keys)))
        .expect("writes");
    let backup = |name: &str| {
        let out = keep.path().join(name);
        made(
            daftar()
                .args(["audit", "backup", "--key"])
                .arg(&public)
                .arg("--data")
                .arg(&path)
                .arg("--checkpoint")
                .arg(keep.path().join("private.checkpoint"))
                .arg("--out")
                .arg(&out),
        );
        out
    };
    let server = signed(&path, &key, &keys);
    appointed(&server);
    let told = person(&server, Some("REGISTRY"));
    assert_eq!(told["name"]["value"], NAME);
    server.terminate();
    backup("before");
    let server = signed(&path, &key, &keys);
    assert_eq!(erase(&server)["errors"], json!([]));
    let answered = answers(&server, &told["id"], server.position());
    assert!(answered.contains("ERASED"));
    let corrected = server.command(
        "correctPerson",
        json!({ "person": told["id"], "details": { "name": NAME }, "reason": "OTHER", "on": "2019-03-01" }),
    );
    assert_eq!(corrected["errors"][0]["code"], "ERASED");
    assert_eq!(erase(&server)["errors"][0]["code"], "ERASED");
    server.terminate();
    backup("after");
    let verified = vault(&path, &key, &["verify"]);
    assert!(verified.starts_with("0 subjects with 0 values, 1 erased"), "{verified}");
    for value in VALUES {
        // The data folder, bundles of before and after, keys, checkpoints: everything below.
        assert_eq!(holding(keep.path(), value), Vec::<String>::new(), "{value}");
        // The search text itself is not echoed either.
        assert!(!holds(answered.as_bytes(), value), "{value}");
    }
    let server = serve(&path, &key);
    for field in ["name", "nationalCode", "telephone", "email"] {
        let told = &person(&server, Some("REGISTRY"))[field];
        assert_eq!((&told["value"], &told["state"]), (&Value::Null, &json!("ERASED")), "{field}");
    }
}

#[test]
fn a_restore_repeats_erasures_before_it_serves() {
    let (_keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    server.terminate();
    let vault_files = ["keys", "values", "access"].map(|file| path.join("vault").join(file));
    let backup = vault_files.map(|path| (fs::read(&path).expect("a file"), path));
    let server = serve(&path, &key);
    assert_eq!(erase(&server)["errors"], json!([]));
    server.terminate();
    // The log of now beside the vault of before: the keys of before still open the value.
    backup.iter().for_each(|(bytes, path)| fs::write(path, bytes).expect("writes"));
    let server = serve(&path, &key);
    assert_eq!(person(&server, Some("REGISTRY"))["name"]["state"], "ERASED");
    server.terminate();
    assert!(vault(&path, &key, &["verify"]).contains("0 values, 1 erased"));
}

#[test]
fn an_older_log_does_not_bring_back_who_was_erased() {
    let (keep, path, key) = with_vault();
    let server = serve(&path, &key);
    appointed(&server);
    let id = person(&server, None)["id"].clone();
    server.terminate();
    super::copy_log(&path, &keep.path().join("older"));
    let server = serve(&path, &key);
    assert_eq!(erase(&server)["errors"], json!([]));
    server.terminate();
    super::copy_log(&keep.path().join("older"), &path);
    let server = serve(&path, &key);
    assert_eq!(person(&server, Some("REGISTRY"))["name"]["state"], "ERASED", "the vault has its tombstone");
    let mut again = appointment();
    again["commandId"] = "01890000-0000-7000-8000-0000000000a9".into();
    again["details"] = Value::Null;
    again["person"] = id.clone();
    again["post"] = "CONTACT".into();
    assert_eq!(server.command("appointPerson", again)["errors"], json!([]), "the post names nobody");
    let corrected =
        json!({ "person": id, "details": { "name": NAME }, "reason": "OTHER", "on": "2019-03-01" });
    assert_eq!(server.command("correctPerson", corrected)["errors"][0]["code"], "ERASED");
}
