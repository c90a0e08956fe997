//! The writer's thread: gathers, decides, and hands on.
//!
//! Guarantees: commands are judged in the order in which they came, each on what all before it led to; a large draft
//! is made durable by a second thread while the next one is decided, at most one at a time, and that next one is
//! void if the first does not stand. Must never answer with anything that is not durable.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TryRecvError};
use std::thread::JoinHandle;
use std::time::Instant;

use rustc_hash::FxHashMap;

use super::clock::Clock;
use super::committer::{Committer, Finished, Judged, Sealed, answer, answer_all, outcome};
use super::draft::{Draft, Refusal};
use super::known::{Known, Link};
use super::standing::Standing;
use super::{LedgerError, LedgerSettings, Message, Outcome, Prepared, Receipt, Request, Shared, Told};
use crate::State;
use crate::envelope::Recorded;
use crate::log::mark::MarkKeeper;
use crate::log::{Log, LogError};
use crate::rejection::{Code, Rejection};
use crate::value::{ActorId, CommandId, Fingerprint, Moment};

/// Where the commands of a draft that is not yet known to stand are.
type Places = FxHashMap<(ActorId, CommandId), Range<usize>>;

/// Who holds the committer.
enum Seat {
    Here(Box<Committer>),
    /// The second thread, with the commands of the draft that it makes durable.
    Away(Places, Arc<Vec<Recorded>>),
    /// Only while it changes hands.
    Between,
}

pub(super) struct Writer {
    log: Arc<dyn Log>,
    clock: Box<dyn Clock>,
    settings: LedgerSettings,
    shared: Arc<Shared>,
    known: Known,
    /// What all drafts so far lead to, durable or not.
    tip: State,
    tip_at: Moment,
    seat: Seat,
    helper: Helper,
    /// Commands in the last batch: as many are likely to come again.
    last_batch: usize,
    /// Whoever asks where the ledger stands.
    asked: Vec<Told>,
}

impl Writer {
    pub(super) fn new(
        committer: Committer,
        known: Known,
        clock: Box<dyn Clock>,
        settings: LedgerSettings,
        messages: Sender<Message>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            log: Arc::clone(&committer.log),
            clock,
            settings,
            shared: Arc::clone(&committer.shared),
            known,
            tip: committer.state.clone(),
            tip_at: committer.chain.last_at,
            seat: Seat::Here(Box::new(committer)),
            helper: Helper::start(messages)?,
            last_batch: 0,
            asked: Vec::new(),
        })
    }

    /// Works until it is told to close; what was accepted before is finished.
    pub(super) fn run(mut self, queue: &Receiver<Message>) -> Result<(), LogError> {
        let mut closing = false;
        while !closing {
            match queue.recv() {
                Ok(Message::Request(first)) => {
                    let batch;
                    (batch, closing) = self.gather(first, queue);
                    self.work(batch);
                }
                Ok(Message::Settle) => self.work(Vec::new()),
                Ok(Message::Stand(told)) => self.asked.push(told),
                Ok(Message::Close) | Err(_) => closing = true,
            }
            self.tell();
        }
        self.work(Vec::new());
        while let Ok(message) = queue.try_recv() {
            if let Message::Request(request) = message {
                answer(&self.shared, request, Err(LedgerError::Closed));
            }
        }
        self.log.close();
        match self.seat {
            Seat::Here(mut committer) => committer.keeper.take().map_or(Ok(()), MarkKeeper::close),
            Seat::Away(..) | Seat::Between => Ok(()),
        }
    }

    /// Tells where the ledger stands, once all that was decided is durable.
    fn tell(&mut self) {
        if self.asked.is_empty() {
            return;
        }
        self.work(Vec::new());
        for told in std::mem::take(&mut self.asked) {
            if let (Seat::Here(committer), None) = (&self.seat, self.shared.failure.get()) {
                told(Standing::new(&committer.chain, self.known.commands.clone()));
            }
        }
    }

    /// Takes what waits, and waits a little for those that are known to be on their way.
    fn gather(&mut self, first: Request, queue: &Receiver<Message>) -> (Vec<Request>, bool) {
        let mut commands = first.commands.len();
        let mut batch = vec![first];
        let mut waiting_since = None;
        while commands < self.settings.commit_commands {
            match queue.try_recv() {
                Ok(Message::Request(request)) => {
                    commands += request.commands.len();
                    batch.push(request);
                }
                // Working on the batch settles as well.
                Ok(Message::Settle) => {}
                Ok(Message::Stand(told)) => self.asked.push(told),
                Ok(Message::Close) | Err(TryRecvError::Disconnected) => return (batch, true),
                Err(TryRecvError::Empty) => {
                    let expected = self.last_batch.max(self.shared.in_flight.load(Ordering::Acquire));
                    let since: Instant = *waiting_since.get_or_insert_with(Instant::now);
                    if commands >= expected || since.elapsed() >= self.settings.gather {
                        break;
                    }
                    std::thread::yield_now();
                }
            }
        }
        (batch, false)
    }

    /// Decides a batch and makes it durable, or hands it on; before that, what was handed on earlier is settled.
    fn work(&mut self, mut batch: Vec<Request>) {
        self.last_batch = batch.iter().map(|request| request.commands.len()).sum();
        loop {
            let (draft, places, link, judged) = self.decide(&batch);
            let (mut committer, mut again) = self.settle();
            if !again.is_empty() {
                self.restart(committer);
                again.append(&mut batch);
                batch = again;
                continue;
            }
            if let Some(why) = self.shared.failure.get() {
                answer_all(&self.shared, batch, &LedgerError::Unavailable { why: why.clone() });
                self.seat = Seat::Here(committer);
                return;
            }
            (self.tip, self.tip_at) = (draft.state.clone(), draft.last_at);
            let sealed = Sealed::new(draft, link, batch, judged);
            if sealed.lines.len() >= self.settings.overlap_events {
                let events = Arc::clone(&sealed.events);
                self.seat = Seat::Away(places, events);
                self.helper.take(committer, sealed);
                return;
            }
            let Finished { links, again } = committer.finish(sealed);
            links.iter().for_each(|link| self.known.add(link));
            if again.is_empty() {
                self.seat = Seat::Here(committer);
                return;
            }
            self.restart(committer);
            batch = again;
        }
    }

    /// Gets the committer back; waits for the second thread where it has it. What is to be decided anew comes with it.
    fn settle(&mut self) -> (Box<Committer>, Vec<Request>) {
        match std::mem::replace(&mut self.seat, Seat::Between) {
            Seat::Here(committer) => (committer, Vec::new()),
            Seat::Away(..) | Seat::Between => {
                let (committer, finished) = self.helper.give_back();
                finished.links.iter().for_each(|link| self.known.add(link));
                (committer, finished.again)
            }
        }
    }

    /// Begins again from what is durable.
    fn restart(&mut self, committer: Box<Committer>) {
        (self.tip, self.tip_at) = (committer.state.clone(), committer.chain.last_at);
        self.seat = Seat::Here(committer);
    }

    /// Judges a batch on a draft, in the order in which it came.
    fn decide(&mut self, batch: &[Request]) -> (Draft, Places, Link, Vec<Vec<Judged>>) {
        let now = self.clock.now();
        let mut draft = Draft::new(self.tip.clone(), self.tip_at);
        let mut places = Places::default();
        let mut link = Link::new();
        let mut judged = Vec::with_capacity(batch.len());
        for request in batch {
            let at = request.at.unwrap_or(now);
            if request.dry_run {
                judged.push(self.rehearse(request, at, &draft, &places));
                continue;
            }
            judged.push(self.decide_each(request, at, &mut draft, &mut places, &mut link));
        }
        (draft, places, link, judged)
    }

    /// Judges a request on a clone that is then dropped.
    fn rehearse(&mut self, request: &Request, at: Moment, draft: &Draft, places: &Places) -> Vec<Judged> {
        let mut thrown_away = draft.clone();
        let mut link = Link::new();
        let judged = self.decide_each(request, at, &mut thrown_away, &mut places.clone(), &mut link);
        let events = Arc::new(thrown_away.events);
        judged.into_iter().map(|judged| Judged::Done(outcome(judged, &events))).collect()
    }

    fn decide_each(
        &mut self,
        request: &Request,
        at: Moment,
        draft: &mut Draft,
        places: &mut Places,
        link: &mut Link,
    ) -> Vec<Judged> {
        let judge = |prepared: &Prepared| {
            let Prepared { submission, hash, print, .. } = prepared;
            let key = (submission.actor.id, submission.command_id);
            if let Some(range) = places.get(&key) {
                return match draft.events[range.start].command_hash == *hash {
                    true => Judged::AgainInDraft(range.clone()),
                    false => other_body(),
                };
            }
            if let Seat::Away(places, events) = &self.seat
                && let Some(range) = places.get(&key)
            {
                return again(Arc::clone(events), range.clone(), hash);
            }
            match self.known.recorded(&*self.log, *print, key.0, key.1) {
                Ok(None) => {}
                Ok(Some(events)) => {
                    let range = 0..events.len();
                    return again(Arc::new(events), range, hash);
                }
                Err(error) => return Judged::Done(Outcome::Fault(error.to_string())),
            }
            match draft.decide(prepared, at) {
                Ok(range) => {
                    if !range.is_empty() {
                        link.push(*print);
                        places.insert(key, range.clone());
                    }
                    Judged::InDraft(range)
                }
                Err(Refusal::Rejected(rejection)) => Judged::Done(Outcome::Rejected(rejection)),
                Err(Refusal::Fault(why)) => Judged::Done(Outcome::Fault(why)),
            }
        };
        request.commands.iter().map(judge).collect()
    }
}

/// A command that was recorded before: the first result, if the input is the same.
fn again(events: Arc<Vec<Recorded>>, range: Range<usize>, hash: &Fingerprint) -> Judged {
    match events[range.clone()].first().is_some_and(|event| event.command_hash == *hash) {
        true => Judged::Again(Receipt { events, range }),
        false => other_body(),
    }
}

fn other_body() -> Judged {
    let message = "the command ID was recorded with another input";
    Judged::Done(Outcome::Rejected(Rejection::new(Code::IdempotencyConflict, "commandId", message)))
}

/// The second thread: it gets the committer with a draft, and gives it back with what became of it.
struct Helper {
    work: Option<SyncSender<(Box<Committer>, Sealed)>>,
    done: Receiver<(Box<Committer>, Finished)>,
    thread: Option<JoinHandle<()>>,
}

impl Helper {
    /// `messages` wakes the writer when something is to be decided anew.
    fn start(messages: Sender<Message>) -> std::io::Result<Self> {
        let (work, taken) = mpsc::sync_channel::<(Box<Committer>, Sealed)>(1);
        let (give, done) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("ledger-commit".to_owned()).spawn(move || {
            while let Ok((mut committer, sealed)) = taken.recv() {
                let finished = committer.finish(sealed);
                let wake = !finished.again.is_empty();
                // The writer waits for what it handed on before it ends, and takes no message after that.
                if give.send((committer, finished)).is_err()
                    || (wake && messages.send(Message::Settle).is_err())
                {
                    return;
                }
            }
        })?;
        Ok(Self { work: Some(work), done, thread: Some(thread) })
    }

    fn take(&self, committer: Box<Committer>, sealed: Sealed) {
        let work = self.work.as_ref().expect("the second thread is asked until it is dropped");
        work.send((committer, sealed)).expect("the second thread ends after the writer");
    }

    fn give_back(&self) -> (Box<Committer>, Finished) {
        self.done.recv().expect("the second thread ends after the writer")
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            // If it panicked, so did the writer, who waits for it.
            let _ = thread.join();
        }
    }
}
