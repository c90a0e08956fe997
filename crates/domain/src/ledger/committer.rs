//! Making a draft durable: encoded, hashed, appended, published, answered.
//!
//! Guarantees: what is published is durable, and published before anyone is answered; a commit of another writer is
//! checked and folded like one that was read back; after a failed append nothing is written again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::chain::{Chain, Decoded};
use super::draft::Draft;
use super::known::Link;
use super::replay::check_tiles;
use super::{Answer, LedgerError, Outcome, Publish, Published, Receipt, Request, Shared};
use crate::envelope::Recorded;
use crate::log::head::Head;
use crate::log::mark::{Mark, MarkKeeper};
use crate::log::merkle::{Tree, TreeHash};
use crate::log::record::{CommitId, Lines, RecordEncoder, RecordHeader};
use crate::log::{Appended, CommitWrite, Log};
use crate::value::{IdSource, Moment};
use crate::{State, evolve};

/// A command as it stands in a draft.
pub(super) enum Judged {
    /// Decided in it.
    InDraft(Range<usize>),
    /// The same command, earlier in it or in the draft before.
    Again(Receipt),
    /// The same command, earlier in it.
    AgainInDraft(Range<usize>),
    /// Not in it.
    Done(Outcome),
}

/// A draft that is complete, and whoever waits for it.
pub(super) struct Sealed {
    pub(super) state: State,
    pub(super) events: Arc<Vec<Recorded>>,
    pub(super) lines: Lines,
    pub(super) last_at: Moment,
    pub(super) batch: Vec<Request>,
    pub(super) judged: Vec<Vec<Judged>>,
    pub(super) link: Link,
}

impl Sealed {
    pub(super) fn new(draft: Draft, link: Link, batch: Vec<Request>, judged: Vec<Vec<Judged>>) -> Self {
        let Draft { state, events, lines, last_at, .. } = draft;
        Self { state, events: Arc::new(events), lines, last_at, batch, judged, link }
    }
}

/// What became of a sealed draft.
pub(super) struct Finished {
    /// What the log gained: our commit, or those of others.
    pub(super) links: Vec<Link>,
    /// To be decided anew, since another writer came first.
    pub(super) again: Vec<Request>,
}

/// The part of the ledger that writes: the state here is durable.
pub(super) struct Committer {
    pub(super) log: Arc<dyn Log>,
    pub(super) publish: Box<dyn Publish>,
    pub(super) shared: Arc<Shared>,
    pub(super) state: State,
    pub(super) chain: Chain,
    pub(super) keeper: Option<MarkKeeper>,
    encoder: RecordEncoder,
    commit_ids: IdSource,
}

impl Committer {
    pub(super) fn new(
        log: Arc<dyn Log>,
        publish: Box<dyn Publish>,
        shared: Arc<Shared>,
        state: State,
        chain: Chain,
        now: Moment,
    ) -> Self {
        let commit_ids = IdSource::new(now, random_seed());
        Self { log, publish, shared, state, chain, keeper: None, encoder: RecordEncoder::new(), commit_ids }
    }

    /// Commits a draft and answers those who wait for it.
    pub(super) fn finish(&mut self, mut sealed: Sealed) -> Finished {
        let (batch, judged) = (std::mem::take(&mut sealed.batch), std::mem::take(&mut sealed.judged));
        let events = Arc::clone(&sealed.events);
        let mut links = Vec::new();
        let mut again = Vec::new();
        match self.commit(sealed, &mut links) {
            Ok(true) => self.acknowledge(batch, judged, &events),
            Ok(false) => again = batch,
            Err(why) => {
                tracing::error!(%why, "the store failed; nothing is recorded until the ledger is reopened");
                answer_all(&self.shared, batch, &LedgerError::Unavailable { why: why.clone() });
                // Set once: after that, no draft is committed.
                let _ = self.shared.failure.set(why);
            }
        }
        Finished { links, again }
    }

    /// Appends a draft and publishes it; false when another writer came first, whose commits are then folded. An
    /// error means that the outcome is not known.
    pub(super) fn commit(&mut self, sealed: Sealed, links: &mut Vec<Link>) -> Result<bool, String> {
        if sealed.lines.is_empty() {
            return Ok(true);
        }
        let id = CommitId(self.commit_ids.next());
        let (write, tree) = self.encode(&sealed, id)?;
        let began = Instant::now();
        match self.log.append(self.chain.commits, &write).map_err(|error| error.to_string())? {
            Appended::At(_) => {
                let appended_in = began.elapsed();
                self.chain.extend(tree, sealed.last_at);
                self.state = sealed.state;
                links.push(sealed.link);
                self.announce(sealed.events, Some(appended_in));
                Ok(true)
            }
            // The commit may be our own, written before a connection broke.
            Appended::Conflict { last } => self.catch_up(last, id, links),
        }
    }

    fn encode(&mut self, sealed: &Sealed, id: CommitId) -> Result<(CommitWrite, Tree), String> {
        let mut tree = self.chain.tree.clone();
        sealed.lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
        let header = RecordHeader {
            commit: self.chain.commits + 1,
            id,
            first_position: self.chain.position() + 1,
            count: sealed.lines.len() as u32,
            root_before: self.chain.tree.root(),
        };
        let record = self.encoder.encode_lines(&header, &sealed.lines).map_err(|error| error.to_string())?;
        let (frontier, checkpoint) = (tree.frontier().clone(), self.chain.checkpoint.clone());
        let head = Head { commit: header.commit, id, frontier, checkpoint };
        let head = head.encode().map_err(|error| error.to_string())?;
        let tiles = tree.take_finished();
        Ok((CommitWrite { record, head, tiles }, tree))
    }

    /// Folds and publishes what others wrote; says whether a commit of that name is among it.
    fn catch_up(&mut self, last: u64, own: CommitId, links: &mut Vec<Link>) -> Result<bool, String> {
        let store = self.log.name();
        if last <= self.chain.commits {
            return Err(format!("{store}: it ends at commit {last}, before commit {}", self.chain.commits));
        }
        let mut found = false;
        while self.chain.commits < last {
            let commit = self.chain.commits + 1;
            let bytes = self.log.get(commit).map_err(|error| error.to_string())?;
            let bytes = bytes.ok_or_else(|| format!("{store}: commit {commit} is missing"))?;
            let decoded = Decoded::read(&bytes).map_err(|fault| self.chain.undecodable(fault).to_string())?;
            self.chain.follow(&decoded).map_err(|fault| fault.to_string())?;
            check_tiles(&*self.log, &mut self.chain).map_err(|error| error.to_string())?;
            found |= decoded.header.id == own;
            decoded.events.iter().for_each(|event| evolve(&mut self.state, event));
            links.push(decoded.link);
            self.announce(Arc::new(decoded.events), None);
        }
        Ok(found)
    }

    /// Publishes where the log stands.
    pub(super) fn announce(&self, events: Arc<Vec<Recorded>>, appended_in: Option<Duration>) {
        let (position, root) = (self.chain.position(), self.chain.tree.root());
        let (commit, state) = (self.chain.commits, self.state.clone());
        self.publish.publish(Published { commit, position, root, state, events, appended_in });
        if let Some(keeper) = &self.keeper {
            keeper.advance(Mark { position, root });
        }
    }

    fn acknowledge(&self, batch: Vec<Request>, judged: Vec<Vec<Judged>>, events: &Arc<Vec<Recorded>>) {
        let position = self.chain.position();
        for (request, judged) in batch.into_iter().zip(judged) {
            let outcomes = judged.into_iter().map(|judged| outcome(judged, events)).collect();
            answer(&self.shared, request, Ok(Answer { outcomes, position }));
        }
    }
}

/// What a judged command is answered with, once the events of its draft stand.
pub(super) fn outcome(judged: Judged, events: &Arc<Vec<Recorded>>) -> Outcome {
    let receipt = |range| Receipt { events: Arc::clone(events), range };
    match judged {
        Judged::InDraft(range) => Outcome::Recorded(receipt(range)),
        Judged::AgainInDraft(range) => Outcome::Repeated(receipt(range)),
        Judged::Again(receipt) => Outcome::Repeated(receipt),
        Judged::Done(outcome) => outcome,
    }
}

/// Answers one request; whoever no longer waits has dropped the receiver, and the commands stand all the same.
pub(super) fn answer(shared: &Shared, request: Request, answer: Result<Answer, LedgerError>) {
    shared.in_flight.fetch_sub(request.commands.len(), Ordering::AcqRel);
    let _ = request.reply.send(answer);
}

/// Answers every request of a batch alike.
pub(super) fn answer_all(shared: &Shared, batch: Vec<Request>, error: &LedgerError) {
    batch.into_iter().for_each(|request| answer(shared, request, Err(error.clone())));
}

/// Differs between processes, so that no two writers name a commit alike.
fn random_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    for word in seed.chunks_mut(8) {
        word.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    seed
}
