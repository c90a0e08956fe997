//! Hostile texts through every text field: into answers, the server's own messages, tables and pages.
//!
//! The fields are read off the schema, so that a new one is tried without being named here. A text is refused or kept;
//! what is kept is never run, never breaks a line, and never drives a terminal.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Running, daftar, folder};

const MARK: &str = "INJECTED";
const TEXTS: [&str; 8] = [
    "=HYPERLINK(\"http://a.example\")INJECTED",
    "@SUM(1)INJECTED",
    "INJECTED\u{1b}[31m\u{1b}]0;x\u{7}",
    "INJECTED\r\n2026-01-01T00:00:00Z ERROR INJECTED",
    "INJECTED\u{202e}cod.exe",
    "</script><script>INJECTED</script>",
    "INJECTED\u{9b}31m",
    "INJECTED\",\"role\":\"ADMINISTRATOR\"}\\",
];

/// The input types of the schema by name: kind, fields or values.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    fn of(server: &Running) -> Self {
        let of_type = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let query = format!(
            "{{ __schema {{ types {{ kind name isOneOf inputFields {{ name defaultValue type {{ {of_type} }} }} \
             enumValues {{ name }} }} }} }}"
        );
        let answer = server.ask(&query);
        let types = answer["data"]["__schema"]["types"].as_array().expect("types").clone();
        Self(
            types
                .into_iter()
                .map(|found| (found["name"].as_str().expect("a name").to_owned(), found))
                .collect(),
        )
    }

    /// The harmless value of a type.
    fn sample(&self, of: &Value) -> Value {
        match of["kind"].as_str().expect("a kind") {
            "NON_NULL" => self.sample(&of["ofType"]),
            "LIST" => json!([self.sample(&of["ofType"])]),
            "ENUM" => self.named(of)["enumValues"][0]["name"].clone(),
            "INPUT_OBJECT" => self.object(self.named(of), None),
            _ => match of["name"].as_str().expect("a name") {
                "Int" => json!(1),
                "Boolean" => json!(false),
                "Date" => json!("2019-01-01"),
                "Position" => json!("1"),
                "Decimal" => json!("1"),
                _ => json!("x"),
            },
        }
    }

    fn named(&self, of: &Value) -> &Value {
        &self.0[of["name"].as_str().expect("a name")]
    }

    /// An object with its required fields, and one of its fields set; of a choice the first.
    fn object(&self, of: &Value, set: Option<(&str, Value)>) -> Value {
        let fields = of["inputFields"].as_array().expect("fields");
        let one = of["isOneOf"] == true;
        let mut object = serde_json::Map::new();
        for field in fields {
            let name = field["name"].as_str().expect("a name");
            let needed = field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null();
            match &set {
                Some((set, value)) if *set == name => object.insert(name.to_owned(), value.clone()),
                None if one && object.is_empty() => {
                    object.insert(name.to_owned(), self.sample(&field["type"]))
                }
                _ if needed => object.insert(name.to_owned(), self.sample(&field["type"])),
                _ => None,
            };
        }
        object.into()
    }

    /// The type with the text in each of its text fields in turn.
    fn hostile(&self, of: &Value, text: &str, depth: usize) -> Vec<Value> {
        match of["kind"].as_str().expect("a kind") {
            "NON_NULL" => self.hostile(&of["ofType"], text, depth),
            "LIST" => {
                self.hostile(&of["ofType"], text, depth).into_iter().map(|item| json!([item])).collect()
            }
            "INPUT_OBJECT" if depth > 0 => {
                let of = self.named(of);
                let fields = of["inputFields"].as_array().expect("fields").iter();
                let each = fields.flat_map(|field| {
                    let name = field["name"].as_str().expect("a name");
                    let values = self.hostile(&field["type"], text, depth - 1).into_iter();
                    values.map(move |value| self.object(of, Some((name, value)))).collect::<Vec<_>>()
                });
                each.collect()
            }
            "SCALAR" if !matches!(of["name"].as_str(), Some("Int" | "Boolean")) => vec![json!(text)],
            _ => Vec::new(),
        }
    }
}

/// Whether a text would drive a terminal, or change the order in which it is read.
fn drives(text: &str) -> bool {
    text.chars().any(|letter| {
        (letter.is_control() && letter != '\n' && letter != '\r' && letter != '\t')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// Whether an answer holds a character that breaks its line, or that drives the terminal of whoever shows it.
fn breaks(answer: &str) -> bool {
    answer.chars().any(char::is_control)
}

/// Records what may be recorded with each text as a name, and asks for it where text is asked.
fn recorded(server: &Running) {
    for (number, text) in TEXTS.iter().enumerate() {
        let park = json!({ "code": format!("P-{number}"), "name": text, "kind": "PARK", "province": "IR-10",
            "area": "12.5", "plots": 10, "on": "2010-01-01" });
        server.command("establishPark", park);
        let emc = json!({ "code": format!("EMC-{number}"), "name": text, "nameLatin": text, "legalId": "10380284790",
            "tradeCard": "1", "on": "2019-01-01" });
        server.command("consentEmc", emc);
        let found = server.ask_with(
            "query($text: String!) { search(text: $text, first: 5) { nodes { __typename } } parks(first: 20, filter: { \
             name: { contains: $text } }) { nodes { name } } }",
            json!({ "text": text }),
        );
        assert!(!breaks(&found.to_string()), "{found}");
    }
}

/// A GET with a hostile path, a hostile operation and hostile headers.
fn knocked(server: &Running) {
    let percent: String = TEXTS[3].bytes().map(|byte| format!("%{byte:02X}")).collect();
    for path in [format!("/{percent}"), format!("/graphql?query={percent}&operationName={percent}")] {
        let (_, body) = server.get(&path);
        assert!(!drives(&body) && !body.contains("\nINJECTED") && !body.contains("\n2026-01-01"), "{body}");
    }
    for text in TEXTS {
        let body = json!({ "query": format!("query {{ {text} }}"), "operationName": text }).to_string();
        let (_, answer) =
            server.post(&body, &[("content-type", "application/json"), ("user-agent", "=INJECTED")]);
        assert!(!breaks(&answer), "{answer}");
    }
}

#[test]
fn no_text_of_a_caller_is_run_or_breaks_a_line() {
    let (keep, path) = folder();
    let messages = keep.path().join("messages");
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&path).env("DAFTAR_LOG", "debug");
    command.stderr(Stdio::from(File::create(&messages).expect("a file")));
    let server = Running::spawn(command).expect("it serves");
    recorded(&server);
    knocked(&server);
    let schema = Schema::of(&server);
    let command = json!({ "kind": "INPUT_OBJECT", "name": "CommandInput" });
    let mut tried = 0;
    for text in TEXTS {
        let commands = schema.hostile(&command, text, 5);
        tried += commands.len();
        for commands in commands.chunks(100) {
            let query = "mutation($commands: [CommandInput!]!) { submit(commands: $commands) { errors { code message path } } }";
            let body = json!({ "query": query, "variables": { "commands": commands } }).to_string();
            let (status, answer) = server.post(&body, &[("content-type", "application/json")]);
            assert!(status == 200 && !breaks(&answer), "{status}: {answer}");
        }
    }
    assert!(tried > 1_000, "{tried}: the fields of all commands");
    for page in ["/", "/metrics", "/schema.graphql", "/readyz"] {
        assert!(!server.get(page).1.contains(MARK), "{page}");
    }
    let lines = server.ask("{ events(first: 100) { nodes { line } } }");
    for node in lines["data"]["events"]["nodes"].as_array().expect("a list") {
        let line: Value = serde_json::from_str(node["line"].as_str().expect("text")).expect("one JSON");
        assert_eq!(line["role"].as_str().map(|role| role == "ADMINISTRATOR"), Some(false), "{line}");
    }
    server.terminate();
    let told = std::fs::read_to_string(&messages).expect("text");
    // The colours of the messages are our own; whatever follows the mark is not.
    assert!(!drives(&told.replace('\u{1b}', "")) && !told.contains("INJECTED\u{1b}"), "{told}");
    assert!(
        told.lines().all(|line| !line.starts_with(MARK) && !line.starts_with("2026-01-01T00:00:00Z")),
        "{told}"
    );
}

/// The cells of every CSV file in a folder.
fn cells(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let tables = files.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
    let rows = tables.flat_map(|path| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a table");
        reader.records().map(|row| row.expect("a row")).collect::<Vec<_>>()
    });
    rows.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn no_cell_is_a_formula_and_no_table_drives_a_terminal() {
    let (keep, path) = folder();
    let keys = keep.path().join("private");
    let public = daftar().args(["keys", "new", "--name", "daftar.local", "--keys"]).arg(&keys).output();
    std::fs::write(keep.path().join("public"), public.expect("it runs").stdout).expect("writes");
    let mut command = daftar();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&path)
        .env("DAFTAR_CHECKPOINT__KEYS", &keys);
    let server = Running::spawn(command).expect("it serves");
    recorded(&server);
    server.terminate();
    let audit = |what: &[&str]| {
        let mut command = daftar();
        command
            .arg("audit")
            .arg(what[0])
            .arg("--key")
            .arg(keep.path().join("public"))
            .arg("--data")
            .arg(&path);
        command.arg("--checkpoint").arg(keep.path().join("private.checkpoint")).args(&what[1..]);
        let done = command.output().expect("it runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    };
    let tables = keep.path().join("tables");
    let mut told = audit(&["replay", "--csv", tables.to_str().expect("text")]);
    let sample = keep.path().join("sample");
    let drawn = ["sample", "--seed", "x", "--size", "20", "--out", sample.to_str().expect("text")];
    told += &audit(&drawn);
    told += &audit(&["history", "P-0"]);
    assert!(!drives(&told), "{told}");
    let cells = [cells(&tables), cells(&sample)].concat();
    assert!(cells.iter().any(|cell| cell.contains(MARK)), "names are in the tables");
    for cell in cells {
        let number = cell.parse::<f64>().is_ok();
        assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
}
