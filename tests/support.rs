//! A running `daftar`, and how tests ask it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

pub mod provider;
pub mod socket;

/// The longest that a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The binary with no settings from the environment.
pub fn daftar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daftar"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DAFTAR_")) {
        command.env_remove(name);
    }
    command
}

/// A server on a folder; killed when it is dropped.
pub struct Running {
    child: Child,
    /// `127.0.0.1:…`.
    pub address: String,
    /// What it printed when it was ready.
    pub greeting: String,
}

impl Running {
    /// Serves a folder on a free port and waits until it is ready.
    pub fn on(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// The same with more arguments.
    pub fn with(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = daftar();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder).args(arguments);
        Self::spawn(command).unwrap_or_else(|status| panic!("it ended: {status}"))
    }

    /// Starts a command that serves and waits until it is ready.
    ///
    /// # Errors
    /// How it ended, if it did.
    pub fn spawn(mut command: Command) -> Result<Self, ExitStatus> {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary is built with the tests");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let mut greeting = String::new();
        while !greeting.contains("Stop it with") {
            match lines.next() {
                Some(line) => greeting += &(line.expect("text") + "\n"),
                None => return Err(ended(&mut child)),
            }
        }
        let address =
            greeting.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
        Ok(Self { address: address.to_owned(), child, greeting })
    }

    /// The answer to a document without variables.
    pub fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({}))
    }

    /// The answer to a document.
    pub fn ask_with(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (status, answer) = self.post(&body, &[("content-type", "application/json")]);
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str(&answer).expect("an answer is JSON")
    }

    /// Runs a mutation of one input and answers with its payload.
    pub fn command(&self, mutation: &str, input: Value) -> Value {
        let of = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {of}!) {{ payload: {mutation}(input: $input) {{ commandId position repeated errors {{ \
             __typename code message path }} events {{ position type }} }} }}"
        );
        let answer = self.ask_with(&query, json!({ "input": input }));
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["payload"].clone()
    }

    /// Status and body of a POST.
    pub fn post(&self, body: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = agent().post(format!("http://{}/graphql", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body))
    }

    /// Status and body of a GET.
    pub fn get(&self, path: &str) -> (u16, String) {
        get(&self.address, path)
    }

    /// The position that the server has reached.
    pub fn position(&self) -> u64 {
        let answer = self.ask("{ __typename }");
        answer["extensions"]["position"].as_str().and_then(|text| text.parse().ok()).expect("a position")
    }

    /// Its resident memory.
    pub fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }

    /// Asks it to stop, and waits until it has.
    pub fn terminate(mut self) -> ExitStatus {
        self.signal("TERM");
        ended(&mut self.child)
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Ends it without warning.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it was ours");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended(child: &mut Child) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status;
        }
        assert!(began.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A client that keeps its connection.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into()
}

/// Status and body of a GET at an address.
pub fn get(address: &str, path: &str) -> (u16, String) {
    get_with(address, path, &[])
}

/// The same with headers.
pub fn get_with(address: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = agent().get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.call())
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, String) {
    let mut answer = answer.expect("it answers");
    (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
}

/// A command that has to fail: its exit code and its one line.
pub fn fails(command: &mut Command) -> (i32, String) {
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary is built");
    let status = ended(&mut child);
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("text");
    assert!(!status.success(), "it did not fail: {told}");
    (status.code().expect("it was not killed"), told)
}

/// An empty folder for a record.
pub fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("record");
    (folder, path)
}

/// The input of a park.
pub fn park(code: &str) -> Value {
    json!({
        "code": code, "name": "شهرک صنعتی", "kind": "PARK", "province": "IR-10", "area": "12.5", "plots": 10,
        "on": "2010-01-01"
    })
}

/// A server on an empty record with these settings.
pub fn configured(settings: &str) -> (TempDir, Running) {
    let (keep, path) = folder();
    let file = keep.path().join("daftar.toml");
    std::fs::write(&file, settings).expect("a file");
    let server = Running::with(&path, &["--config", file.to_str().expect("a path")]);
    (keep, server)
}
