//! The one writer: gathers the commands that wait, decides them on a draft, appends once, publishes, acknowledges.
//!
//! Guarantees: a caller hears "recorded" only after the bytes are durable and the view is published; a rejection
//! waits for the append that it depends on; a command ID is recorded once, and a repeat hears the first result; when
//! the store fails, every waiting caller hears that the outcome is unknown, and nothing is written until the ledger
//! is reopened. Must never judge a rule itself, and never let a recorded time go back.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::State;
use crate::envelope::{Position, Recorded, Submission};
use crate::log::merkle::TreeHash;
use crate::log::{Log, LogError};
use crate::opening::{self, LogOpened};
use crate::value::{Fingerprint, Moment};

mod answer;
mod chain;
mod clock;
mod committer;
mod draft;
mod known;
mod open;
mod replay;
mod standing;
#[cfg(test)]
mod tests;
mod writer;

pub use answer::{Answer, LedgerError, Outcome, Receipt};
pub use chain::Unreadable;
pub use clock::{Clock, SimulatedClock, SystemClock};
pub use draft::id_seed;
pub use open::OpenError;
pub use replay::{ReplayError, verify};
pub use standing::{NotOfLog, Resumed, Standing};

/// The bounds of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSettings {
    /// Commands that may wait or be under way; one more is answered OVERLOADED. 4,096 by default.
    pub queue_commands: usize,
    /// Commands in one submission. 500 by default.
    pub submission_commands: usize,
    /// Commands at which gathering stops; the submission that passes it still enters whole. 1,000 by default.
    pub commit_commands: usize,
    /// The longest that a command waits for others to share its commit. 50 µs by default.
    pub gather: Duration,
    /// Events from which a commit is made durable by a second thread while the next one is decided. 256 by default:
    /// below, handing over costs more than it saves.
    pub overlap_events: usize,
    /// How far the system's clock may be behind the last recorded time on opening. 5 s by default.
    pub clock_tolerance: Duration,
    /// Where the mark is kept, outside the store and its backups; none by default, which suits tests only.
    pub mark: Option<PathBuf>,
}

impl Default for LedgerSettings {
    fn default() -> Self {
        Self {
            queue_commands: 4_096,
            submission_commands: 500,
            commit_commands: 1_000,
            gather: Duration::from_micros(50),
            overlap_events: 256,
            clock_tolerance: Duration::from_secs(5),
            mark: None,
        }
    }
}

/// The state after a commit, with the events that led there.
#[derive(Debug, Clone)]
pub struct Published {
    /// The number of the commit.
    pub commit: u64,
    /// The position of the last event.
    pub position: Position,
    /// The Merkle root over the events up to it.
    pub root: TreeHash,
    /// The state after it; cheap to keep.
    pub state: State,
    /// The events of the commit in order; empty in the publication that ends the opening.
    pub events: Arc<Vec<Recorded>>,
    /// How long the durable append took; none for what was read back.
    pub appended_in: Option<Duration>,
}

/// Receives what the ledger records. Called on one thread at a time, in the order of the log, each commit once.
pub trait Publish: Send {
    /// The stored events, a commit at a time, while the ledger is being opened. By default they are passed over.
    fn replayed(&self, events: Vec<Recorded>) {
        drop(events);
    }

    /// A commit, before its callers are answered (the first of a new log while it is being opened); and at the end
    /// of the opening, without events, where the log stands.
    fn publish(&self, batch: Published);
}

/// Publishes nothing.
impl Publish for () {
    fn publish(&self, _: Published) {}
}

/// A command with what is worked out on its sender's thread.
struct Prepared {
    submission: Submission,
    hash: Fingerprint,
    print: known::CommandPrint,
    /// Fixes its new IDs.
    seed: [u8; 32],
}

impl Prepared {
    fn new(submission: Submission) -> Self {
        let hash = submission.command.hash();
        let print = known::CommandPrint::of(submission.actor.id, submission.command_id);
        let seed = id_seed(submission.actor.id, submission.command_id);
        Self { hash, print, seed, submission }
    }
}

/// Commands that wait, and whoever waits for them.
struct Request {
    commands: Vec<Prepared>,
    at: Option<Moment>,
    dry_run: bool,
    reply: oneshot::Sender<Result<Answer, LedgerError>>,
}

/// Surveys a ledger from beside; may outlive it.
#[derive(Clone)]
pub struct Surveyor {
    messages: Sender<Message>,
    shared: Arc<Shared>,
}

impl Surveyor {
    /// Has it told where the ledger stands after a commit, when nothing that was decided is still to be written. `told`
    /// is called on the writer's thread, between two commits: what was published last is what the ledger stands on.
    /// It is dropped uncalled when the ledger is closed or its store has failed.
    pub fn ask(&self, told: impl FnOnce(Standing) + Send + 'static) {
        // A writer that has ended drops what it is asked.
        let _ = self.messages.send(Message::Stand(Box::new(told)));
    }

    /// Has nothing recorded any more, since the store was found damaged. The first reason stays.
    pub fn stop(&self, why: String) {
        self.shared.failure.get_or_init(|| why);
    }
}

/// Hears where the ledger stands, on the writer's thread.
type Told = Box<dyn FnOnce(Standing) + Send>;

enum Message {
    Request(Request),
    /// The second thread has something that must be decided anew.
    Settle,
    /// Somebody asks where the ledger stands.
    Stand(Told),
    Close,
}

/// What the handle and the writer share.
#[derive(Debug, Default)]
struct Shared {
    /// Commands that were taken and not answered yet.
    in_flight: AtomicUsize,
    /// Why nothing is written any more.
    failure: OnceLock<String>,
    /// Why the log is only read, and from where on: a later release went on with it.
    unreadable: OnceLock<String>,
}

/// The handle of the one writer. Dropping it closes the ledger and finishes what was accepted.
pub struct Ledger {
    messages: Sender<Message>,
    shared: Arc<Shared>,
    settings: LedgerSettings,
    clock: opening::Clock,
    log: Arc<dyn Log>,
    thread: Mutex<Option<JoinHandle<Result<(), LogError>>>>,
}

impl Ledger {
    /// Opens the ledger over a log: checks and folds what is stored, or begins a new log with `opened` and the
    /// shipped reference tables. A log that a later release went on with is opened up to the commit before the first
    /// event that is unknown here; [`Ledger::failure`] then says which, and nothing is recorded.
    ///
    /// # Errors
    /// See [`OpenError`]; each says from which position.
    pub fn open(
        log: Arc<dyn Log>,
        opened: LogOpened,
        clock: Box<dyn Clock>,
        publish: Box<dyn Publish>,
        settings: LedgerSettings,
    ) -> Result<Self, OpenError> {
        Self::resume(log, None, opened, clock, publish, settings)
    }

    /// Opens the ledger as [`Ledger::open`] does, but reads only what follows on from where an earlier one stood, which
    /// [`Standing::check`] has compared with this log. What was published before is not published again.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn resume(
        log: Arc<dyn Log>,
        from: Option<Resumed>,
        opened: LogOpened,
        clock: Box<dyn Clock>,
        publish: Box<dyn Publish>,
        settings: LedgerSettings,
    ) -> Result<Self, OpenError> {
        let kind = clock.kind();
        let (committer, known) = open::open(Arc::clone(&log), from, opened, &*clock, publish, &settings)?;
        let shared = Arc::clone(&committer.shared);
        let (messages, queue) = mpsc::channel();
        let started = writer::Writer::new(committer, known, clock, settings.clone(), messages.clone())
            .and_then(|writer| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new().name("ledger".to_owned()).spawn(move || {
                    catch_unwind(AssertUnwindSafe(|| writer.run(&queue))).unwrap_or_else(|_| {
                        shared.failure.get_or_init(|| "the writer ended on a fault of ours".to_owned());
                        Ok(())
                    })
                })
            });
        let thread = started.map_err(|error| OpenError::Thread(error.to_string()))?;
        Ok(Self { messages, shared, settings, clock: kind, log, thread: Mutex::new(Some(thread)) })
    }

    /// The log underneath, to follow it.
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// Why nothing is recorded any more, if the store has failed or holds what this release does not know.
    pub fn failure(&self) -> Option<&str> {
        self.shared.failure.get().or(self.shared.unreadable.get()).map(String::as_str)
    }

    /// Commands that wait or are under way.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::Relaxed)
    }

    /// Submits commands: each is judged on its own, in order, and all share one durable write. They are in the queue
    /// when this returns, whether or not the future is awaited.
    pub fn submit(
        &self,
        submissions: Vec<Submission>,
    ) -> impl Future<Output = Result<Answer, LedgerError>> + Send + 'static {
        heard(self.enqueue(submissions, None, false))
    }

    /// Like [`Ledger::submit`], recorded at a moment of the caller's choice, or at the newest recorded time if that is
    /// later. Only under a simulated clock.
    pub fn submit_at(
        &self,
        submissions: Vec<Submission>,
        at: Moment,
    ) -> impl Future<Output = Result<Answer, LedgerError>> + Send + 'static {
        heard(match self.clock {
            opening::Clock::Simulated => self.enqueue(submissions, Some(at), false),
            opening::Clock::System => Err(LedgerError::NotSimulated),
        })
    }

    /// Judges commands one after another on a clone that is then dropped: answers with the events that would be
    /// recorded, at the positions that they would have now. Nothing is written or remembered.
    pub fn dry_run(
        &self,
        submissions: Vec<Submission>,
    ) -> impl Future<Output = Result<Answer, LedgerError>> + Send + 'static {
        heard(self.enqueue(submissions, None, true))
    }

    /// [`Ledger::submit`] for a thread that may block.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub fn submit_blocking(&self, submissions: Vec<Submission>) -> Result<Answer, LedgerError> {
        let answer = self.enqueue(submissions, None, false)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(lost()))
    }

    /// Finishes what was accepted, writes the mark, and ends the writer. Later submissions hear CLOSED.
    ///
    /// # Errors
    /// When the last mark could not be written.
    pub fn close(&self) -> Result<(), LogError> {
        // A writer that has ended already no longer listens.
        let _ = self.messages.send(Message::Close);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.map_or(Ok(()), |thread| thread.join().unwrap_or(Ok(())))
    }

    /// For whoever surveys the ledger from beside.
    pub fn surveyor(&self) -> Surveyor {
        Surveyor { messages: self.messages.clone(), shared: Arc::clone(&self.shared) }
    }

    fn enqueue(
        &self,
        submissions: Vec<Submission>,
        at: Option<Moment>,
        dry_run: bool,
    ) -> Result<oneshot::Receiver<Result<Answer, LedgerError>>, LedgerError> {
        let (found, limit) = (submissions.len(), self.settings.submission_commands);
        if found > limit {
            return Err(LedgerError::TooMany { found, limit });
        }
        if let Some(why) = self.shared.unreadable.get() {
            return Err(LedgerError::Unreadable { why: why.clone() });
        }
        let waiting = self.shared.in_flight.fetch_add(found, Ordering::AcqRel);
        let limit = self.settings.queue_commands;
        if waiting + found > limit {
            self.shared.in_flight.fetch_sub(found, Ordering::AcqRel);
            return Err(LedgerError::Overloaded { limit });
        }
        let commands = submissions.into_iter().map(Prepared::new).collect();
        let (reply, answer) = oneshot::channel();
        let request = Request { commands, at, dry_run, reply };
        match self.messages.send(Message::Request(request)) {
            Ok(()) => Ok(answer),
            Err(_) => {
                self.shared.in_flight.fetch_sub(found, Ordering::AcqRel);
                Err(LedgerError::Closed)
            }
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "closing the ledger");
        }
    }
}

async fn heard(
    answer: Result<oneshot::Receiver<Result<Answer, LedgerError>>, LedgerError>,
) -> Result<Answer, LedgerError> {
    answer?.await.unwrap_or_else(|_| Err(lost()))
}

/// The writer went away without an answer.
fn lost() -> LedgerError {
    LedgerError::Unavailable { why: "the writer ended".to_owned() }
}
