//! Opening the ledger: what is stored is checked and folded, or a new log is begun.
//!
//! Guarantees: nothing is recorded on a log that is shorter than its mark, was changed, cannot be read to its end, or
//! lies ahead of the clock. A log that a later release went on with is opened for reading, up to the commit before the
//! first event that this one does not know. The first commit of a new log is LogOpened and the shipped reference tables.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::chain::Chain;
use super::clock::Clock;
use super::committer::{Committer, Sealed};
use super::draft::{Draft, Origin, Refusal};
use super::known::{Known, Link, link_of};
use super::replay::{self, ReplayError};
use super::standing::Resumed;
use super::{LedgerSettings, Publish, Shared};
use crate::envelope::{EntityId, Event};
use crate::log::head::Head;
use crate::log::mark::{Mark, MarkKeeper};
use crate::log::proof::ProofError;
use crate::log::proof::prover::Prover;
use crate::log::{Log, LogError};
use crate::opening::{self, LogOpened};
use crate::policy::Warrant;
use crate::value::{Fingerprint, IdSource, Moment};
use crate::{State, evolve, reference};

/// Why the ledger cannot be opened: one clear sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The store failed, is damaged, or cannot be read on.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The store ends before the mark.
    #[error(
        "{store}: it ends at position {end}, before position {marked}, up to which it was recorded: it was cut short \
         or replaced by an older copy"
    )]
    Short {
        /// The store.
        store: String,
        /// Its last position.
        end: u64,
        /// The mark's position.
        marked: u64,
    },
    /// The system's clock is behind the log.
    #[error(
        "{store}: the clock says {now}, but the last event was recorded at {last}: set the clock, times never go back"
    )]
    Clock {
        /// The store.
        store: String,
        /// The clock's time.
        now: Moment,
        /// The last recorded time.
        last: Moment,
    },
    /// The first commit of a new log could not be made.
    #[error("{store}: the log cannot be begun: {why}")]
    Begin {
        /// The store.
        store: String,
        /// Why.
        why: String,
    },
    /// The writer's thread could not be started.
    #[error("the writer cannot be started: {0}")]
    Thread(String),
}

impl From<LogError> for OpenError {
    fn from(error: LogError) -> Self {
        Self::Replay(error.into())
    }
}

/// Opens the log; what is known of its commands comes with the committer.
pub(super) fn open(
    log: Arc<dyn Log>,
    from: Option<Resumed>,
    opened: LogOpened,
    clock: &dyn Clock,
    publish: Box<dyn Publish>,
    settings: &LedgerSettings,
) -> Result<(Committer, Known), OpenError> {
    let mark = settings.mark.as_deref().map(Mark::read).transpose()?.flatten();
    let (mut chain, mut known, mut state) = match from {
        None => (Chain::new(mark), Known::default(), State::default()),
        Some(Resumed { state, standing }) => {
            let (chain, commands) = Chain::of(standing, mark);
            check_passed_mark(&log, &chain, mark)?;
            (chain, Known::of(commands), state)
        }
    };
    let replayed = replay::replay(&*log, &mut chain, &mut known, &mut |events| {
        events.iter().for_each(|event| evolve(&mut state, event));
        publish.replayed(events);
    });
    let shared = Arc::new(Shared::default());
    let end = match replayed {
        Ok(()) => chain.position(),
        Err(ReplayError::Unreadable { store, fault }) if fault.newer && chain.commits > 0 => {
            let why = format!("{store}: {fault}; nothing is recorded until a release that knows it serves");
            tracing::error!("{why}");
            shared.unreadable.get_or_init(|| why);
            end_of(&*log)?
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(mark) = mark.filter(|mark| mark.position > end) {
        return Err(OpenError::Short { store: log.name(), end, marked: mark.position });
    }
    let now = clock.now();
    check_clock(&*log, clock.kind(), now, chain.last_at, settings)?;
    let mut committer = Committer::new(log, publish, shared, state, chain, now);
    if committer.chain.commits == 0 {
        begin(&mut committer, &mut known, opened, now)?;
    }
    // A log that is only read is not marked: the mark may stand further on.
    if let Some(path) = settings.mark.as_ref().filter(|_| committer.shared.unreadable.get().is_none()) {
        let mark = Mark { position: committer.chain.position(), root: committer.chain.tree.root() };
        committer.keeper = Some(MarkKeeper::start(path, mark)?);
    }
    committer.announce(Arc::default(), None);
    Ok((committer, known))
}

/// A mark that a replay would have passed before it resumes is compared as it would have been.
fn check_passed_mark(log: &Arc<dyn Log>, chain: &Chain, mark: Option<Mark>) -> Result<(), OpenError> {
    let Some(mark) = mark.filter(|mark| mark.position <= chain.position()) else { return Ok(()) };
    let root = match mark.position == chain.position() {
        true => chain.tree.root(),
        false => {
            Prover::new(Arc::clone(log)).root_at(mark.position).map_err(|error| unproved(&**log, &error))?
        }
    };
    match root == mark.root {
        true => Ok(()),
        false => {
            Err(ReplayError::Unreadable { store: log.name(), fault: chain.marked_otherwise(mark.position) }
                .into())
        }
    }
}

fn unproved(log: &dyn Log, error: &ProofError) -> LogError {
    match error {
        ProofError::Log(error) => error.clone(),
        other => LogError::Corrupt { store: log.name(), what: other.to_string() },
    }
}

/// The last position of a log, as its head says.
fn end_of(log: &dyn Log) -> Result<u64, LogError> {
    let head = log.head()?.map_or(Ok(None), |bytes| Head::decode(&bytes).map(Some));
    let head = head.map_err(|error| LogError::of_record(&log.name(), "the head", error))?;
    Ok(head.map_or(0, |head| head.position()))
}

fn check_clock(
    log: &dyn Log,
    kind: opening::Clock,
    now: Moment,
    last: Moment,
    settings: &LedgerSettings,
) -> Result<(), OpenError> {
    let tolerance = i64::try_from(settings.clock_tolerance.as_millis()).unwrap_or(i64::MAX);
    if kind == opening::Clock::System && last.millis().saturating_sub(now.millis()) > tolerance {
        return Err(OpenError::Clock { store: log.name(), now, last });
    }
    Ok(())
}

/// Makes the first commit. Another process that was faster is followed.
fn begin(
    committer: &mut Committer,
    known: &mut Known,
    opened: LogOpened,
    now: Moment,
) -> Result<(), OpenError> {
    let store = committer.log.name();
    let draft = first_draft(opened, now)
        .map_err(|refusal| OpenError::Begin { store: store.clone(), why: format!("{refusal:?}") })?;
    let link = link_of(&draft.events);
    let mut links: Vec<Link> = Vec::new();
    committer
        .commit(Sealed::new(draft, link, Vec::new(), Vec::new()), &mut links)
        .map_err(|why| OpenError::Begin { store, why })?;
    links.iter().for_each(|link| known.add(link));
    Ok(())
}

fn first_draft(opened: LogOpened, now: Moment) -> Result<Draft, Refusal> {
    let mut ids = IdSource::new(now, Sha256::digest(opened.origin.as_bytes()).into());
    let mut draft = Draft::new(State::default(), now);
    let opening = Event::new(EntityId::Log, now.tehran_date(), opened);
    for events in [vec![opening], reference::shipped()] {
        let command_hash = input_hash(&events);
        let origin = Origin { command_id: ids.next().into(), command_hash, warrant: Warrant::SYSTEM };
        draft.record(events, &origin, now)?;
    }
    Ok(draft)
}

/// The software's own commands have no other input than what they record.
fn input_hash(events: &[Event]) -> Fingerprint {
    let data: Vec<_> = events.iter().map(|event| &event.data).collect();
    let input = serde_json::to_vec(&data).expect("an event has only string keys");
    Fingerprint(Sha256::digest(input).into())
}
