//! What an auditor asks of a history: what it adds up to, who did what, a sample, and a record put back.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use tempfile::TempDir;

use crate::support::{Running, daftar, fails, folder, park};

/// A stopped record with signed checkpoints.
struct Office {
    keep: TempDir,
    data: PathBuf,
}

impl Office {
    fn with(parks: u32) -> Self {
        let (keep, data) = folder();
        let office = Self { keep, data };
        let made = daftar()
            .args(["keys", "new", "--name", "daftar.local", "--keys"])
            .arg(office.at("private"))
            .output();
        let made = made.expect("it runs");
        assert!(made.status.success());
        std::fs::write(office.at("public"), made.stdout).expect("a file");
        let settings = format!("[checkpoint]\nkeys = {:?}\n", office.at("private").display().to_string());
        std::fs::write(office.at("daftar.toml"), settings).expect("a file");
        office.record(1..=parks);
        office
    }

    fn at(&self, name: &str) -> PathBuf {
        self.keep.path().join(name)
    }

    /// Records parks and stops, which signs the end.
    fn record(&self, parks: std::ops::RangeInclusive<u32>) {
        let server = Running::with(&self.data, &["--config", self.at("daftar.toml").to_str().expect("text")]);
        for number in parks {
            server.command("establishPark", park(&format!("P-{number}")));
        }
        assert!(server.terminate().success());
    }

    fn audit(&self, what: &[&str]) -> Command {
        let mut command = daftar();
        command.arg("audit").arg(what[0]).arg("--key").arg(self.at("public")).args(&what[1..]);
        command
    }

    fn store(&self, what: &[&str]) -> Command {
        let mut command = self.audit(&what[..1]);
        command.arg("--data").arg(&self.data).arg("--checkpoint").arg(self.at("private.checkpoint"));
        command.args(&what[1..]);
        command
    }

    fn bundle(&self, name: &str) -> PathBuf {
        let out = self.at(name);
        says(self.store(&["export", "--out"]).arg(&out));
        out
    }
}

fn says(command: &mut Command) -> String {
    let done = command.output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

fn end(data: &Path) -> u64 {
    let server = Running::on(data);
    let position = server.position();
    assert!(server.terminate().success());
    position
}

#[test]
fn a_replay_adds_up_to_a_point_and_between_two() {
    let office = Office::with(3);
    let first = end(&office.data) - 3;
    let said = says(&mut office.store(&["replay"]));
    assert!(said.lines().any(|line| line.split_whitespace().eq(["parks", "3"])), "{said}");
    let to = (first + 1).to_string();
    let said = says(&mut office.store(&["replay", "--to", &to]));
    assert!(said.lines().any(|line| line.split_whitespace().eq(["parks", "1"])), "{said}");
    let span = format!("{}..{}", first + 1, first + 3);
    let (csv, book) = (office.at("csv"), office.at("book.xlsx"));
    let said = says(office.store(&["replay", "--diff", &span, "--csv"]).arg(&csv).arg("--xlsx").arg(&book));
    assert!(said.lines().any(|line| line.split_whitespace().eq(["parks", "1", "3", "2"])), "{said}");
    assert!(said.lines().any(|line| line.split_whitespace().eq(["park", "ParkEstablished", "2"])), "{said}");
    let parks = std::fs::read_to_string(csv.join("park.csv")).expect("it is there");
    assert!(parks.contains("P-2") && parks.contains("شهرک صنعتی") && parks.contains("1388/10/11"), "{parks}");
    let checked =
        Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&csv).status();
    assert!(checked.expect("coreutils").success());
    assert!(book.is_file() && office.at("book.xlsx.sha256").is_file());
    assert!(fails(&mut office.store(&["replay", "--to", "0"])).1.contains("USAGE"));
    assert!(
        fails(&mut office.store(&["replay", "--to", "yesterday"]))
            .1
            .contains("neither a position nor a time")
    );
}

#[test]
fn a_history_tells_who_did_what_and_what_stood_before() {
    let office = Office::with(1);
    let server = Running::on(&office.data);
    let revised = server.command(
        "revisePark",
        serde_json::json!({ "park": { "code": "P-1" }, "name": "=نام نو", "on": "2011-01-01" }),
    );
    assert_eq!(revised["errors"], serde_json::json!([]), "{revised}");
    assert!(server.terminate().success());
    let csv = office.at("csv");
    let said = says(office.store(&["history", "P-1", "--unsigned-tail", "--csv"]).arg(&csv));
    assert!(said.contains("ParkEstablished") && said.contains("ParkRevised"), "{said}");
    assert!(said.contains("name: شهرک صنعتی → =نام نو"), "{said}");
    assert!(said.contains("as LOCAL, authority SINGLE_PERSON"), "{said}");
    let table = std::fs::read_to_string(csv.join("history.csv")).expect("it is there");
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(
        fails(&mut office.store(&["history", "P-9", "--unsigned-tail"]))
            .1
            .contains("no entity has that name")
    );
}

#[test]
fn a_sample_is_the_same_whoever_draws_it_and_each_event_is_proved() {
    let office = Office::with(9);
    let bundle = office.bundle("bundle");
    let (one, other) = (office.at("one"), office.at("other"));
    let draw = ["sample", "--seed", "1399-01-15", "--size", "4", "--where", "kind=park", "--out"];
    let said = says(office.store(&draw).arg(&one));
    assert!(said.starts_with("sampled: 4 of 9 events"), "{said}");
    says(office.audit(&draw).arg(&other).arg("--bundle").arg(&bundle));
    let files = |folder: &Path| -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry"));
        let mut files: Vec<_> = entries
            .map(|entry| {
                (entry.file_name().into_string().expect("text"), std::fs::read(entry.path()).expect("a file"))
            })
            .collect();
        files.sort();
        files
    };
    assert_eq!(files(&one), files(&other));
    assert_eq!(files(&one).len(), 9);
    for (name, _) in files(&one).iter().filter(|(name, _)| name.ends_with(".line")) {
        let (line, proof) = (one.join(name), one.join(name.replace(".line", ".tlog-proof")));
        says(office.audit(&["check-proof", "--line"]).arg(line).arg("--proof").arg(proof));
    }
    let wrong = ["sample", "--seed", "x", "--size", "0", "--out"];
    assert!(fails(office.store(&wrong).arg(office.at("none"))).1.contains("1 to"));
}

#[test]
fn a_record_is_put_back_only_by_what_continues_it() {
    let office = Office::with(3);
    let early = office.bundle("early");
    office.record(4..=5);
    let late = office.bundle("late");
    let whole = end(&office.data);
    // What was acknowledged after the early bundle would be lost.
    let restore = |bundle: &Path| {
        let mut command = office.audit(&["restore"]);
        command.arg(bundle).arg("--data").arg(&office.data);
        command
    };
    let (_, told) = fails(&mut restore(&early));
    assert!(told.contains("OLDER_THAN_SEEN"), "{told}");
    assert_eq!(end(&office.data), whole);
    // A store that was cut short is put back by the late one.
    let db = office.data.join("log/db");
    let bytes = std::fs::read(&db).expect("the store");
    std::fs::write(&db, &bytes[..bytes.len() / 2]).expect("the store");
    let said = says(&mut restore(&late));
    assert!(said.contains("the store that was there is in"), "{said}");
    assert_eq!(end(&office.data), whole);
    // The operator may say that the record ends earlier.
    let accepted = (whole - 2).to_string();
    says(restore(&early).args(["--may-end-at", &accepted]));
    assert_eq!(end(&office.data), whole - 2);
    // Another office's bundle is none of this record.
    let other = Office::with(5);
    let (_, told) = fails(&mut restore(&other.bundle("bundle")));
    assert!(told.contains("UNSIGNED") || told.contains("FORKED"), "{told}");
}

#[test]
fn a_figure_is_certified_and_checked_by_url_while_the_server_goes_on() {
    let office = Office::with(3);
    let settings = office.at("daftar.toml");
    let server = Running::with(&office.data, &["--config", settings.to_str().expect("text")]);
    let (query, figure) = (office.at("parks.graphql"), office.at("figure.json"));
    std::fs::write(&query, "{ position parks(first: 3) { totalCount nodes { code } } }").expect("a file");
    let url = format!("http://{}", server.address);
    let mut certify = office.audit(&["certify", "--url", &url, "--query"]);
    says(certify.arg(&query).arg("--out").arg(&figure));
    server.command("establishPark", park("P-4"));
    let check = || {
        let mut command = office.audit(&["check"]);
        command.arg(&figure);
        command
    };
    assert!(says(check().args(["--url", &url])).starts_with("the same: "));
    assert!(server.terminate().success());
    let text = std::fs::read_to_string(&figure).expect("written");
    assert!(text.contains(r#""totalCount":3"#), "{text}");
    // The same from what the server left behind.
    let said = says(check().arg("--bundle").arg(office.bundle("bundle")));
    assert!(said.starts_with("the same: "), "{said}");
}

/// A server on the office's record, which signs.
fn served(office: &Office) -> Running {
    Running::with(&office.data, &["--config", office.at("daftar.toml").to_str().expect("text")])
}

#[test]
fn a_figure_is_published_with_the_certificate_that_binds_it() {
    let office = Office::with(2);
    let (query, figure) = (office.at("query.graphql"), office.at("figure.json"));
    std::fs::write(&query, "{ parks { totalCount } }").expect("a file");
    says(office.store(&["certify", "--query"]).arg(&query).arg("--out").arg(&figure));
    let text = std::fs::read_to_string(&figure).expect("it was written");
    let server = served(&office);
    let publish = |certificate: Option<&str>| {
        let input =
            json!({ "name": "شهرک‌ها", "nameLatin": "Parks", "on": "2020-01-01", "certificate": certificate });
        server.command("publishFigure", input)
    };
    let changed = text.replace(r#"{"parks":{"totalCount":2}}"#, r#"{"parks":{"totalCount":3}}"#);
    assert_ne!(changed, text);
    for wrong in [None, Some(""), Some(&*changed)] {
        let refused = publish(wrong);
        assert_eq!(refused["errors"][0]["code"], "UNSOURCED_STATISTIC", "{refused}");
        assert_eq!(refused["errors"][0]["path"], json!(["input", "certificate"]), "{refused}");
    }
    let published = publish(Some(&text));
    assert_eq!(published["errors"], json!([]), "{published}");
    let figures =
        "{ publishedFigures { nodes { id name position root isSourced withdrawn certificateHash } } }";
    let told = server.ask(figures)["data"]["publishedFigures"]["nodes"][0].clone();
    assert_eq!((&told["isSourced"], &told["withdrawn"]), (&json!(true), &json!(false)), "{told}");
    assert!(text.contains(told["root"].as_str().expect("a root")), "{told}");
    let withdraw = json!({ "figure": told["id"], "reason": "SOURCE_CORRECTED" });
    assert_eq!(server.command("withdrawFigure", withdraw)["errors"], json!([]));
    assert_eq!(server.ask(figures)["data"]["publishedFigures"]["nodes"][0]["withdrawn"], true);
    assert!(server.terminate().success());
    // Whoever has the file and the record computes the figure anew.
    says(office.store(&["check"]).arg(&figure));
}

#[test]
fn a_key_is_rotated_once_the_record_has_the_decision() {
    let office = Office::with(1);
    let rotate = |more: &[&Path]| {
        let mut command = daftar();
        command.args(["keys", "rotate", "--keys"]).arg(office.at("private"));
        if let [data] = more {
            command.arg("--data").arg(data);
        }
        command
    };
    let said = says(&mut rotate(&[]));
    let key = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name)).expect("both keys are told");
        line.trim_start_matches(':').trim().to_owned()
    };
    let (adopted, retired) = (key("adopted"), key("retired"));
    assert_eq!(says(&mut rotate(&[])), said, "the next key is made once");
    assert!(fails(&mut rotate(&[&office.data])).1.contains("no decision"));
    let server = served(&office);
    let other = json!({ "adopted": adopted.replace("daftar.local", "other.local"), "retired": retired });
    assert_eq!(server.command("rotateKey", other)["errors"][0]["code"], "INVALID_VALUE");
    let decided = server.command("rotateKey", json!({ "adopted": adopted, "retired": retired }));
    assert_eq!(decided["errors"], json!([]), "{decided}");
    let told = server.ask("{ keyRotations { adopted retired } }");
    assert_eq!(told["data"]["keyRotations"], json!([{ "adopted": adopted, "retired": retired }]));
    assert!(server.terminate().success());
    assert_eq!(says(&mut rotate(&[&office.data])).lines().collect::<Vec<_>>(), [&retired, &adopted]);
}
