//! What the next commit will hold: commands decided on a clone of the state that is not current yet.
//!
//! Guarantees: a command's events enter together or not at all; positions, entity versions and recorded times follow
//! on from what is there; recorded times never go back. A draft is dropped without a trace. Must never write.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};

use super::Prepared;
use crate::envelope::{Context, Event, Recorded, Submission};
use crate::log::codec;
use crate::log::record::{Lines, RecordError};
use crate::policy::{self, Warrant};
use crate::rejection::{Code, Rejection};
use crate::value::{ActorId, CommandId, Commitment, Fingerprint, Moment};
use crate::{State, decide, evolve};

/// Why a command is not in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A rule.
    Rejected(Rejection),
    /// A bound of the format, or a fault of the program.
    Fault(String),
}

/// Who and what stands behind the events of one command.
pub(super) struct Origin {
    pub(super) command_id: CommandId,
    pub(super) command_hash: Fingerprint,
    pub(super) warrant: Warrant,
}

/// Commands decided and not yet recorded.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) state: State,
    pub(super) events: Vec<Recorded>,
    pub(super) lines: Lines,
    /// The newest recorded time.
    pub(super) last_at: Moment,
}

impl Draft {
    pub(super) fn new(state: State, last_at: Moment) -> Self {
        Self { state, events: Vec::new(), lines: Lines::default(), last_at }
    }

    /// Asks the policy and decides a command at `now`, or at the newest recorded time if that is later.
    pub(super) fn decide(&mut self, prepared: &Prepared, now: Moment) -> Result<Range<usize>, Refusal> {
        let Prepared { submission, hash, seed, .. } = prepared;
        let at = now.max(self.last_at);
        // A panic in a rule must not take the ledger down: deciding is pure, so nothing is left half done.
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let warrant = policy::judge(&self.state, &submission.actor, &submission.command)?;
            let context = Context::new(at, *seed).under(warrant);
            decide(&self.state, &submission.command, &context).map(|events| (warrant, events))
        }));
        let (warrant, events) = match decided {
            Ok(decided) => decided.map_err(Refusal::Rejected)?,
            Err(_) => return Err(Refusal::Fault("deciding the command failed".to_owned())),
        };
        self.check_version(submission, &events).map_err(Refusal::Rejected)?;
        let events = with_text(events, submission.reason_text).map_err(Refusal::Rejected)?;
        let command_id = submission.command_id;
        self.record(events, &Origin { command_id, command_hash: *hash, warrant }, at)
    }

    /// The version that the caller expects is that of the entity whose history the command's first event enters.
    fn check_version(&self, submission: &Submission, events: &[Event]) -> Result<(), Rejection> {
        let (Some(expected), Some(first)) = (submission.expected_version, events.first()) else {
            return Ok(());
        };
        let found = self.state.version(first.entity);
        if expected == found {
            return Ok(());
        }
        let message = format!("the entity is at version {found}, not {expected}");
        Err(Rejection::new(Code::StaleVersion, "expectedVersion", message))
    }

    /// Takes up the events of one command: all of them, or none.
    pub(super) fn record(
        &mut self,
        events: Vec<Event>,
        origin: &Origin,
        at: Moment,
    ) -> Result<Range<usize>, Refusal> {
        let from = self.events.len();
        if let Err(refusal) = self.write_down(events, origin, at) {
            self.events.truncate(from);
            self.lines.truncate(from);
            return Err(refusal);
        }
        for recorded in &self.events[from..] {
            evolve(&mut self.state, recorded);
            self.last_at = at;
        }
        Ok(from..self.events.len())
    }

    fn write_down(&mut self, events: Vec<Event>, origin: &Origin, at: Moment) -> Result<(), Refusal> {
        let from = self.events.len();
        let of = u16::try_from(events.len()).map_err(|_| Refusal::Fault(TOO_LARGE.to_owned()))?;
        for (index, event) in (1u16..).zip(events) {
            let earlier =
                self.events[from..].iter().filter(|other| other.event.entity == event.entity).count();
            let next = Recorded {
                position: self.state.position + u64::from(index),
                entity_version: self.state.version(event.entity) + earlier as u32 + 1,
                recorded_at: at,
                command_id: origin.command_id,
                command_hash: origin.command_hash,
                index,
                of,
                actor: origin.warrant.actor,
                role: origin.warrant.role,
                authority: origin.warrant.authority,
                proposer: origin.warrant.proposer,
                approver: origin.warrant.approver(),
                event,
            };
            self.lines.push(|bytes| {
                codec::encode_into(&next, bytes).map_err(|error| Refusal::Fault(error.to_string()))
            })?;
            self.events.push(next);
        }
        Ok(())
    }
}

/// The events with the commitment to a text of the reason in the first that has one.
fn with_text(mut events: Vec<Event>, text: Option<Commitment>) -> Result<Vec<Event>, Rejection> {
    let Some(text) = text.filter(|_| !events.is_empty()) else { return Ok(events) };
    let Some(reason) = events.iter_mut().find_map(|event| event.reason.as_mut()) else {
        return Err(Rejection::new(Code::InvalidValue, "reasonText", "the command has no reason"));
    };
    reason.text = Some(text);
    Ok(events)
}

const TOO_LARGE: &str = "the events do not fit one commit; send fewer commands at a time";

impl From<RecordError> for Refusal {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::TooLarge(_) => Self::Fault(TOO_LARGE.to_owned()),
            other => Self::Fault(other.to_string()),
        }
    }
}

/// Fixes the new IDs of a command, together with its moment: the same for the same actor and command ID. Whoever knows
/// both can name what the command founds before it is recorded.
pub fn id_seed(actor: ActorId, command: CommandId) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"daftar ids")
        .chain_update(actor.uuid().as_bytes())
        .chain_update(command.uuid().as_bytes())
        .finalize()
        .into()
}
