//! How fast events are recorded, beside what the disk allows: the same lines appended to a plain file with one
//! fdatasync for all that wait, the embedded store alone, and the ledger over it.

use std::fs::File;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use daftar_domain::Command;
use daftar_domain::envelope::Submission;
use daftar_domain::ledger::{Ledger, LedgerSettings, SystemClock};
use daftar_domain::log::checkpoint::key::PrivateKey;
use daftar_domain::log::checkpoint::signer::Signer;
use daftar_domain::log::head::Head;
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::record::{self, CommitId, RecordEncoder, RecordHeader};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Appended, CommitWrite, Log};
use daftar_domain::opening::{Clock, LogOpened};
use daftar_domain::park::{EstablishPark, ParkCommand};
use daftar_domain::policy::Actor;
use daftar_domain::value::CommandId;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::table::{Table, beside, median, rate as figure};

/// Rounds of a case.
const ROUNDS: usize = 7;
/// How long one server is driven in a round.
const SLICE: Duration = Duration::from_millis(700);

type Pending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that records commands durably.
trait Target: Send + Sync {
    /// Records that many commands at once.
    fn record(&self, commands: u64) -> Pending;
}

struct OverLedger(Ledger, EstablishPark, AtomicU64);

impl Target for OverLedger {
    fn record(&self, commands: u64) -> Pending {
        let from = self.2.fetch_add(commands, Ordering::Relaxed);
        let submissions = (from..from + commands).map(|n| submission(&self.1, n)).collect();
        let answer = self.0.submit(submissions);
        Box::pin(async move { drop(answer.await.expect("recorded")) })
    }
}

/// One writer thread that gathers what waits and calls `append` with all lines.
struct Gathering(mpsc::Sender<(u64, oneshot::Sender<()>)>);

impl Gathering {
    fn start(mut append: impl FnMut(u64) + Send + 'static) -> Self {
        let (sender, queue) = mpsc::channel::<(u64, oneshot::Sender<()>)>();
        std::thread::spawn(move || {
            while let Ok(first) = queue.recv() {
                let mut waiting = vec![first];
                waiting.extend(queue.try_iter());
                append(waiting.iter().map(|(lines, _)| lines).sum());
                waiting.into_iter().for_each(|(_, reply)| reply.send(()).expect("a client waits"));
            }
        });
        Self(sender)
    }
}

impl Target for Gathering {
    fn record(&self, commands: u64) -> Pending {
        let (reply, answer) = oneshot::channel();
        self.0.send((commands, reply)).expect("the writer runs");
        Box::pin(async move { answer.await.expect("recorded") })
    }
}

/// The command that is sent again and again, each time with another code.
fn template() -> EstablishPark {
    let input = serde_json::json!({
        "code": "P-0", "name": "شهرک صنعتی", "nameLatin": "Industrial park", "kind": "PARK",
        "province": "IR-23", "area": "120.5", "plots": 40, "on": "2010-03-21",
    });
    serde_json::from_value(input).expect("a command")
}

fn submission(template: &EstablishPark, n: u64) -> Submission {
    let code = format!("P-{n}").parse().expect("a code");
    let command = Command::Park(ParkCommand::EstablishPark(EstablishPark { code, ..template.clone() }));
    let command_id = CommandId::new(Uuid::from_u128(u128::from(n)));
    Submission { command_id, actor: Actor::LOCAL, expected_version: None, reason_text: None, command }
}

fn ledger(path: &Path) -> OverLedger {
    let log = Arc::new(SledLog::open(&path.join("log"), SledSettings::default()).expect("opens"));
    let opened = LogOpened { origin: "bench".into(), format: 1, clock: Clock::System, demo: None };
    let settings = LedgerSettings {
        submission_commands: 10_000,
        queue_commands: 100_000,
        mark: Some(path.join("mark")),
        ..Default::default()
    };
    OverLedger(
        Ledger::open(log, opened, Box::new(SystemClock), Box::new(()), settings).expect("opens"),
        template(),
        AtomicU64::new(0),
    )
}

/// An event line of the kind that the ledger records here.
fn sample_line(ledger: &OverLedger) -> Vec<u8> {
    ledger.0.submit_blocking(vec![submission(&ledger.1, 0)]).expect("recorded");
    let bytes = ledger.0.log().get(2).expect("readable").expect("there");
    record::decode(&bytes).expect("whole").lines().next().expect("a line").to_vec()
}

fn raw(path: &Path, line: Vec<u8>) -> Gathering {
    let mut file = File::create(path.join("raw")).expect("a file");
    Gathering::start(move |lines| {
        let bytes = [line.as_slice(), b"\n"].concat().repeat(lines as usize);
        file.write_all(&bytes).expect("written");
        file.sync_data().expect("synced");
    })
}

fn store(path: &Path, line: Vec<u8>) -> Gathering {
    let log = SledLog::open(&path.join("log"), SledSettings::default()).expect("opens");
    let (mut tree, mut encoder, mut commit) = (Tree::new(), RecordEncoder::new(), 0);
    let mut serial = 0u64;
    Gathering::start(move |count| {
        // Lines differ as real ones do, so that they do not compress to nothing.
        let lines: Vec<Vec<u8>> = (0..count)
            .map(|_| {
                serial += 1;
                let differing = TreeHash::leaf(&serial.to_le_bytes()).to_string();
                let mut line = line.clone();
                line[200..200 + 64].copy_from_slice(differing.as_bytes());
                line
            })
            .collect();
        let id = CommitId(Uuid::from_u128(u128::from(commit) + 1));
        let (first_position, root_before) = (tree.size() + 1, tree.root());
        let header =
            RecordHeader { commit: commit + 1, id, first_position, count: count as u32, root_before };
        let record = encoder.encode(&header, &lines).expect("fits");
        lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
        let head = Head { commit: commit + 1, id, frontier: tree.frontier().clone(), checkpoint: None };
        let write = CommitWrite { record, head: head.encode().expect("fits"), tiles: tree.take_finished() };
        assert_eq!(log.append(commit, &write), Ok(Appended::At(commit + 1)));
        commit += 1;
    })
}

/// Commands per second that so many clients get, each waiting for its own answer.
fn rate(
    runtime: &tokio::runtime::Runtime,
    target: &Arc<dyn Target>,
    clients: usize,
    each: u64,
    time: Duration,
) -> f64 {
    let done = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    runtime.block_on(async {
        let clients: Vec<_> = (0..clients)
            .map(|_| {
                let (target, done) = (Arc::clone(target), Arc::clone(&done));
                tokio::spawn(async move {
                    while started.elapsed() < time {
                        target.record(each).await;
                        done.fetch_add(each, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.expect("a client ends well");
        }
    });
    done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}

/// What an event costs the tree and the signer, in seconds: its leaf, its nodes, and its part of a checkpoint that is
/// signed and kept once for 10,000 of them.
fn tree_seconds(path: &Path) -> f64 {
    const EVENTS: usize = 10_000;
    let ledger = ledger(path);
    let line = sample_line(&ledger);
    let prover = Prover::new(Arc::clone(ledger.0.log()));
    let key = PrivateKey::of_log("bench.daftar.local", &[7; 32]).expect("a key");
    let mut signer = Signer::open(&[key], &path.join("signed")).expect("a signer");
    let times = (0..ROUNDS).map(|_| {
        let (mut tree, began) = (Tree::new(), Instant::now());
        (0..EVENTS).for_each(|_| tree.append(TreeHash::leaf(std::hint::black_box(&line))));
        std::hint::black_box((tree.root(), signer.sign(&prover).expect("signs")));
        began.elapsed().as_secs_f64() / EVENTS as f64
    });
    median(times.collect())
}

/// Runs the section.
pub fn run() {
    let folder = tempfile::tempdir_in(".").expect("a folder on the disk under test");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        path
    };
    let line = sample_line(&ledger(&place("sample")));
    let columns =
        ["clients", "events each", "raw/s", "store/s", "ledger/s", "of raw", "of store", "spread", "tree"];
    let title = format!("Append: events of {} bytes, durable before they are acknowledged", line.len());
    let mut table = Table::new(&title, &columns);
    let tree = tree_seconds(&place("tree"));
    for (clients, each, aim) in [(1, 1, 0.6), (16, 1, 0.6), (64, 1, 0.6), (1, 100, 0.6), (1, 1_000, 0.3)] {
        let name = format!("{clients}x{each}");
        let targets: [Arc<dyn Target>; 3] = [
            Arc::new(raw(&place(&format!("{name}-raw")), line.clone())),
            Arc::new(store(&place(&format!("{name}-store")), line.clone())),
            Arc::new(ledger(&place(&format!("{name}-ledger")))),
        ];
        // Each round drives the three in turn, so that drift of the disk cancels in its ratio.
        let rounds: Vec<[f64; 3]> = (0..ROUNDS)
            .map(|_| [0, 1, 2].map(|index| rate(&runtime, &targets[index], clients, each, SLICE)))
            .collect();
        let middle = |of: &dyn Fn(&[f64; 3]) -> f64| median(rounds.iter().map(of).collect());
        let ratios: Vec<f64> = rounds.iter().map(|[raw, _, ledger]| ledger / raw).collect();
        let (low, high) =
            ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), &ratio| (low.min(ratio), high.max(ratio)));
        table.row(&[
            clients.to_string(),
            each.to_string(),
            figure(middle(&|[raw, ..]| *raw)),
            figure(middle(&|[_, store, _]| *store)),
            figure(middle(&|[.., ledger]| *ledger)),
            beside(middle(&|[raw, _, ledger]| ledger / raw), aim),
            beside(middle(&|[_, store, ledger]| ledger / store), 0.8),
            format!("{low:.2} to {high:.2}"),
            // The share of an event's time in the ledger that its leaf, its nodes and its part of a signature take.
            beside(middle(&|[.., ledger]| ledger * tree), 0.1),
        ]);
    }
    table.print();
}
