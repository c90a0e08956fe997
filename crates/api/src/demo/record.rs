//! Records the set in a log, and completes one that was cut off.
//!
//! Guarantees: a log that something else began is never written to; a command that was recorded before is not recorded
//! again; the recorded times are those of the histories, whatever the machine's clock says; and after the last command
//! every total is counted from what was recorded and compared with the report.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use daftar_domain::envelope::{FORMAT, Recorded, Submission};
use daftar_domain::ledger::{
    Answer, Ledger, LedgerError, LedgerSettings, OpenError, Outcome, Publish, Published, SimulatedClock,
};
use daftar_domain::log::{Log, LogError, codec, record};
use daftar_domain::opening::{Clock, LogOpened, OpeningEvent};
use daftar_domain::rejection::Rejection;
use daftar_domain::value::{CommandId, Moment};
use daftar_domain::{EventData, State, evolve};

use super::{Mismatch, Stream, Tally};

/// The seed of the set.
pub const SEED: u64 = 1398;

/// The set and its seed, as the first event of its log names them.
pub const SET: &str = "national reference set, seed 1398";

/// Commands in one commit: a balance of fewer syncs and commits that are quickly read.
const COMMIT_COMMANDS: usize = 2_000;

/// Commands under way: the next commit is gathered while one is written.
const QUEUE_COMMANDS: usize = 3 * COMMIT_COMMANDS;

/// Commits that may wait to be counted.
const UNCOUNTED_COMMITS: usize = 16;

/// How far the recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Commands that are recorded.
    pub recorded: usize,
    /// Commands of the set.
    pub of: usize,
}

/// Hears how far the recording is, and says whether it goes on.
pub type Report<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// What was found, and what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The log held the whole set already.
    Whole,
    /// So many commands were recorded, after those that were recorded before.
    Recorded {
        /// Commands recorded now.
        now: usize,
        /// Commands recorded before.
        before: usize,
    },
}

/// Why the set is not in the log.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The log is another one.
    #[error("{store}: it holds another log ({origin}), the reference set needs an empty folder or its own")]
    Foreign {
        /// The store.
        store: String,
        /// What the log is called.
        origin: String,
    },
    /// The store failed or is damaged.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Nothing is recorded any more.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A command of the set was not accepted: a fault of the set, or a log that others wrote into.
    #[error("command {number} of the set, of {at}, is rejected: {why}")]
    Rejected {
        /// Its number in the stream.
        number: usize,
        /// When it was to be recorded.
        at: Moment,
        /// Why.
        why: String,
    },
    /// Whoever watched said so; what was recorded stands.
    #[error("stopped before the reference set was whole; the next start completes it")]
    Stopped,
    /// A total is not what the report says.
    #[error("the set does not add up: {0}")]
    Total(#[from] Mismatch),
    /// The threads that count or wait could not be started, or ended early.
    #[error("counting the set: {0}")]
    Counting(String),
}

/// Makes sure that a log holds the whole set: an empty one gets it, a half-made one is completed, a whole one is left
/// as it is. Blocks; must not be called on a thread that runs async tasks. The log is closed afterwards: whoever goes
/// on opens it anew, under the system's clock.
///
/// # Errors
/// See [`DemoError`].
pub fn ensure(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    progress: &mut Report<'_>,
) -> Result<Made, DemoError> {
    let stream = Stream::new(SEED);
    let last = stream.len() - 1;
    if is_own(&*log)? && holds(&*log, stream.at(last), stream.submission(last).command_id)? {
        log.close();
        return Ok(Made::Whole);
    }
    complete(log, mark, &stream, progress)
}

/// Like [`ensure`], and counts a whole set again.
///
/// # Errors
/// See [`DemoError`].
pub fn ensure_counted(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    progress: &mut Report<'_>,
) -> Result<Made, DemoError> {
    is_own(&*log)?;
    complete(log, mark, &Stream::new(SEED), progress)
}

/// Makes sure that copies of the set, `times` less one of them, lie beside it: a registry of so many times the size, in
/// the log of a whole set. Goes on where it was cut off. Blocks, as [`ensure`]; the log is closed afterwards.
///
/// # Errors
/// See [`DemoError`].
pub fn multiply(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    times: u32,
    progress: &mut Report<'_>,
) -> Result<(), DemoError> {
    is_own(&*log)?;
    let set = Stream::new(SEED);
    // After the set, whose last command is looked for by its moment.
    let from = Moment::from_millis(set.at(set.len() - 1).millis() + 3_600_000);
    drop(set);
    let ledger = open(log, mark, from, Box::new(()))?;
    for copy in 1..times {
        let stream = Stream::copy(SEED, copy, from);
        let mut recorder = Recorder::new(&ledger, &stream)?;
        let before = recorder.first_missing(stream.len())?;
        recorder.record(before, stream.len(), progress)?;
    }
    Ok(ledger.close()?)
}

/// What the log of the set begins with.
fn opened() -> LogOpened {
    LogOpened {
        origin: "demo.daftar.local".to_owned(),
        format: FORMAT,
        clock: Clock::Simulated,
        demo: Some(SET.to_owned()),
    }
}

/// Whether the log was begun by the set; no for an empty one.
fn is_own(log: &dyn Log) -> Result<bool, DemoError> {
    let Some(first) = events_of(log, 1)?.into_iter().next() else { return Ok(false) };
    match first.event.data {
        EventData::Opening(OpeningEvent::LogOpened(found)) if found == opened() => Ok(true),
        EventData::Opening(OpeningEvent::LogOpened(found)) => {
            Err(DemoError::Foreign { store: log.name(), origin: found.demo.unwrap_or(found.origin) })
        }
        _ => Err(DemoError::Foreign { store: log.name(), origin: "without a first event".to_owned() }),
    }
}

/// Whether a command that was recorded at that moment is in the log. Looks into a few commits only.
fn holds(log: &dyn Log, at: Moment, command: CommandId) -> Result<bool, DemoError> {
    // The first commit that begins after the moment.
    let (mut low, mut high) = (1, log.tail() + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match events_of(log, middle)?.first().is_some_and(|event| event.recorded_at <= at) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    Ok(low > 1 && events_of(log, low - 1)?.iter().any(|event| event.command_id == command))
}

/// The events of a commit; none past the end.
fn events_of(log: &dyn Log, commit: u64) -> Result<Vec<Recorded>, LogError> {
    let Some(bytes) = log.get(commit)? else { return Ok(Vec::new()) };
    let (store, place) = (log.name(), format!("commit {commit}"));
    let record = record::decode(&bytes).map_err(|error| LogError::of_record(&store, &place, error))?;
    let events = record.lines().map(codec::decode).collect::<Result<Vec<_>, _>>();
    events.map_err(|error| LogError::Corrupt { store, what: format!("{place}: {error}") })
}

/// Records what is missing, and counts the set.
fn complete(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    stream: &Stream,
    progress: &mut Report<'_>,
) -> Result<Made, DemoError> {
    let last = stream.submission(stream.len() - 1).command_id;
    let (events, waiting) = sync_channel(UNCOUNTED_COMMITS);
    let counter = std::thread::Builder::new()
        .name("counting the set".to_owned())
        .spawn(move || count(&waiting, last))
        .map_err(|error| DemoError::Counting(error.to_string()))?;
    let made = record_until(log, mark, stream, stream.len(), Box::new(Counting(events)), progress);
    let counted = counter.join().map_err(|_| DemoError::Counting("it stopped".to_owned()))?;
    let made = made?;
    counted?;
    Ok(match made {
        Made::Recorded { now: 0, .. } => Made::Whole,
        made => made,
    })
}

/// Hands on what is replayed and recorded, to be counted on another core.
struct Counting(SyncSender<Arc<Vec<Recorded>>>);

impl Publish for Counting {
    fn replayed(&self, events: Vec<Recorded>) {
        // Whoever counts ends only after the last command of the set.
        let _ = self.0.send(Arc::new(events));
    }

    fn publish(&self, batch: Published) {
        let _ = self.0.send(batch.events);
    }
}

/// Counts what is recorded up to the last command of the set; what others recorded after it is theirs.
fn count(commits: &Receiver<Arc<Vec<Recorded>>>, last: CommandId) -> Result<(), Mismatch> {
    let mut state = State::default();
    let mut tally = Tally::default();
    for events in commits {
        for recorded in events.iter() {
            evolve(&mut state, recorded);
            tally.note(recorded);
            if recorded.command_id == last && recorded.index == recorded.of {
                return tally.check(&state);
            }
        }
    }
    // Cut off: whoever records has the reason.
    Ok(())
}

/// Records the commands before `end` that are not recorded yet.
pub(super) fn record_until(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    stream: &Stream,
    end: usize,
    publish: Box<dyn Publish>,
    progress: &mut Report<'_>,
) -> Result<Made, DemoError> {
    let before_all = Moment::from_millis(stream.at(0).millis() - 3_600_000);
    let ledger = open(log, mark, before_all, publish)?;
    let mut recorder = Recorder::new(&ledger, stream)?;
    let before = recorder.first_missing(end)?;
    recorder.record(before, end, progress)?;
    ledger.close()?;
    Ok(Made::Recorded { now: end - before, before })
}

fn open(
    log: Arc<dyn Log>,
    mark: Option<PathBuf>,
    at: Moment,
    publish: Box<dyn Publish>,
) -> Result<Ledger, OpenError> {
    let settings = LedgerSettings {
        queue_commands: QUEUE_COMMANDS,
        commit_commands: COMMIT_COMMANDS,
        mark,
        ..LedgerSettings::default()
    };
    Ledger::open(log, opened(), Box::new(SimulatedClock::new(at)), publish, settings)
}

/// Sends commands to the ledger and hears what became of them.
struct Recorder<'a> {
    ledger: &'a Ledger,
    stream: &'a Stream,
    runtime: tokio::runtime::Runtime,
}

impl<'a> Recorder<'a> {
    fn new(ledger: &'a Ledger, stream: &'a Stream) -> Result<Self, DemoError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| DemoError::Counting(error.to_string()))?;
        Ok(Self { ledger, stream, runtime })
    }

    /// The first command before `end` that is not recorded: commands are recorded in order, so halving finds it.
    fn first_missing(&self, end: usize) -> Result<usize, DemoError> {
        let (mut low, mut high) = (0, end);
        // Most often nothing is there, or everything.
        let mut probe = end.saturating_sub(1);
        while low < high {
            match self.is_recorded(self.stream.submission(probe))? {
                true => low = probe + 1,
                false => high = probe,
            }
            probe = low + (high - low) / 2;
        }
        Ok(low)
    }

    fn is_recorded(&self, submission: Submission) -> Result<bool, DemoError> {
        let answer = self.runtime.block_on(self.ledger.dry_run(vec![submission]))?;
        Ok(matches!(answer.outcomes.first(), Some(Outcome::Repeated(_))))
    }

    /// Keeps the queue of the ledger full, and hears the answers in order.
    fn record(&mut self, from: usize, end: usize, progress: &mut Report<'_>) -> Result<(), DemoError> {
        let mut answers = VecDeque::with_capacity(QUEUE_COMMANDS);
        go_on(progress(Progress { recorded: from, of: end }))?;
        for number in from..end {
            if answers.len() == QUEUE_COMMANDS {
                // A whole commit is answered at once: making room for many at a time wakes this thread once.
                let recorded = number - QUEUE_COMMANDS + COMMIT_COMMANDS;
                for number in recorded - COMMIT_COMMANDS..recorded {
                    let answer = answers.pop_front().expect("the queue is full");
                    self.hear(number, self.runtime.block_on(answer)?)?;
                }
                go_on(progress(Progress { recorded, of: end }))?;
            }
            let submissions = vec![self.stream.submission(number)];
            answers.push_back(self.ledger.submit_at(submissions, self.stream.at(number)));
        }
        for (number, answer) in (end - answers.len()..).zip(answers) {
            self.hear(number, self.runtime.block_on(answer)?)?;
        }
        go_on(progress(Progress { recorded: end, of: end }))
    }

    fn hear(&self, number: usize, answer: Answer) -> Result<(), DemoError> {
        let why = match answer.outcomes.into_iter().next() {
            Some(Outcome::Recorded(_) | Outcome::Repeated(_)) => return Ok(()),
            Some(Outcome::Rejected(Rejection { code, path, message })) => {
                format!("{code:?} {path}: {message}")
            }
            Some(Outcome::Fault(why)) => why,
            None => "no answer".to_owned(),
        };
        Err(DemoError::Rejected { number, at: self.stream.at(number), why })
    }
}

fn go_on(said: ControlFlow<()>) -> Result<(), DemoError> {
    match said {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DemoError::Stopped),
    }
}
