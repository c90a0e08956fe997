//! Durability, shown by force: whatever happens to the process, the disk or the files, every acknowledged event is
//! there afterwards, byte for byte and in order, and nothing is half there; or the start is refused in one line that
//! names what is damaged.
//!
//! The long suites are run by `tests/run`; each prints what it did and the seed that repeats it (`FAULT_SEED`).

use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, codec, record};
use serde_json::{Value, json};

use crate::support::{Running, agent, daftar, park};

mod damage;
mod disk;
mod kill;
mod power;
mod trace;

/// SplitMix64: enough to choose where to strike, and the same everywhere.
pub struct Random(u64);

impl Random {
    /// From `FAULT_SEED`, or from the time; the seed is printed.
    pub fn new(suite: &str) -> Self {
        let given = std::env::var("FAULT_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| uuid::Uuid::now_v7().as_u128() as u64 >> 8);
        println!("{suite}: seed {seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

/// The event lines of a stopped server's log, in order.
fn lines(data: &Path) -> Vec<Vec<u8>> {
    let log = SledLog::open(&data.join("log"), SledSettings::default()).expect("the server opened it before");
    (1..=log.tail())
        .flat_map(|commit| {
            let bytes = log.get(commit).expect("readable").expect("there");
            let record = record::decode(&bytes).expect("whole");
            record.lines().map(<[u8]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}

/// What a caller heard: the command and the positions of its events.
struct Acknowledged {
    command: String,
    positions: Vec<u64>,
}

/// Every acknowledged command stands where the caller heard, and every command of the log is whole.
fn check(lines: &[Vec<u8>], acknowledged: &[Acknowledged]) {
    for Acknowledged { command, positions } in acknowledged {
        for &position in positions {
            let line = lines.get(position as usize - 1);
            let line = line.unwrap_or_else(|| panic!("position {position} of command {command} is lost"));
            let event = codec::decode(line).expect("a line");
            let found = (event.position, event.command_id.to_string(), usize::from(event.of));
            assert_eq!(found, (position, command.clone(), positions.len()), "what was acknowledged is there");
        }
    }
    if let Some(last) = lines.last() {
        let event = codec::decode(last).expect("a line");
        assert_eq!(
            (event.position, event.index),
            (lines.len() as u64, event.of),
            "the last command is whole"
        );
    }
}

/// Clients that record parks, one or several at a time, until the server is gone.
struct Load {
    clients: Vec<JoinHandle<Vec<Acknowledged>>>,
    stop: Arc<AtomicBool>,
}

impl Load {
    /// Starts the clients; `name` keeps their codes apart from those of other loads.
    fn start(address: &str, name: &str, clients: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = (0..clients)
            .map(|client| {
                let (address, name) = (address.to_owned(), format!("{name}-{client}"));
                let stop = Arc::clone(&stop);
                std::thread::spawn(move || record(&address, &name, 1 + 7 * (client % 3), &stop))
            })
            .collect();
        Self { clients, stop }
    }

    /// Stops them, and answers with all that they heard.
    fn end(self) -> Vec<Acknowledged> {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.into_iter().flat_map(|client| client.join().expect("a client ends well")).collect()
    }
}

/// Records `each` parks at a time until the server no longer answers, or is told to stop.
fn record(address: &str, name: &str, each: usize, stop: &AtomicBool) -> Vec<Acknowledged> {
    let (agent, mut heard) = (agent(), Vec::new());
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let commands: Vec<Value> =
            (0..each).map(|n| json!({ "establishPark": park(&format!("{name}-{number}-{n}")) })).collect();
        let query = "mutation($input: SubmitInput!) { submit(input: $input) { commandId errors { code } events { position } } }";
        let body = json!({ "query": query, "variables": { "input": { "commands": commands } } }).to_string();
        let answer =
            agent.post(format!("http://{address}/graphql")).header("content-type", "application/json");
        let text = answer.send(body).ok().and_then(|mut answer| answer.body_mut().read_to_string().ok());
        let answer = text.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default();
        let Some(payloads) = answer["data"]["submit"].as_array() else {
            break;
        };
        heard.extend(payloads.iter().filter_map(acknowledged));
    }
    heard
}

fn acknowledged(payload: &Value) -> Option<Acknowledged> {
    let positions: Vec<u64> = payload["events"]
        .as_array()?
        .iter()
        .filter_map(|event| event["position"].as_str()?.parse().ok())
        .collect();
    let command = payload["commandId"].as_str()?.to_owned();
    (!positions.is_empty()).then_some(Acknowledged { command, positions })
}

/// Starts the program on a folder: it serves, or it ends with its one line.
fn start(data: &Path) -> Result<Running, String> {
    let mut told = tempfile::tempfile().expect("a file");
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.stderr(Stdio::from(told.try_clone().expect("a file")));
    let started = Running::spawn(command);
    let mut text = String::new();
    told.rewind().and_then(|()| told.read_to_string(&mut text)).expect("text");
    assert!(!text.contains("panicked"), "a panic was printed: {text}");
    started.map_err(|status| {
        assert_eq!((status.code(), text.lines().count()), (Some(1), 1), "one line: {text}");
        text
    })
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for (path, bytes) in files(from) {
        let path = to.join(path.strip_prefix(from).expect("below"));
        fs::create_dir_all(path.parent().expect("below")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
    // sled wants it, and it is always empty.
    fs::create_dir_all(to.join("log").join("blobs")).expect("a folder");
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), fs::read(&path).expect("readable")));
        }
    }
    found.sort();
    found
}
