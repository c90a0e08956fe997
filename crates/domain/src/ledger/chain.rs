//! The end of the log, and what continues it.
//!
//! Guarantees: a commit is taken up only if it continues the chain (number, position, Merkle root before it, whole
//! commands, recorded times that do not go back), and if it agrees with the mark.

use super::known::{KnownCommands, Link, link_of};
use super::standing::Standing;
use crate::EventData;
use crate::envelope::{Position, Recorded};
use crate::log::codec;
use crate::log::mark::Mark;
use crate::log::merkle::{Tree, TreeHash};
use crate::log::record::{self, RecordError, RecordHeader};
use crate::value::Moment;

/// Why the fold stopped: from where on, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read on from position {position} (commit {commit}): {why}")]
pub struct Unreadable {
    /// The commit at fault.
    pub commit: u64,
    /// The first position that was not folded.
    pub position: Position,
    /// What was found.
    pub why: String,
    /// Whether it is whole and a later release reads it: what stands before it holds.
    pub newer: bool,
}

/// A commit, decoded and hashed: what can be done on any core, in any order.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) header: RecordHeader,
    pub(super) leaves: Vec<TreeHash>,
    pub(super) events: Vec<Recorded>,
    pub(super) link: Link,
}

/// Why a commit could not be decoded: the number of the line within it, if it was a line, and the reason.
#[derive(Debug)]
pub(super) struct Undecodable {
    pub(super) line: Option<u64>,
    pub(super) why: String,
    pub(super) newer: bool,
}

impl Decoded {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Undecodable> {
        let record = record::decode(bytes).map_err(|error| Undecodable {
            line: None,
            why: error.to_string(),
            newer: matches!(error, RecordError::NewerFormat { .. }),
        })?;
        let mut events = Vec::with_capacity(record.lines().len());
        for (number, line) in (0..).zip(record.lines()) {
            match codec::decode(line) {
                Ok(recorded) => events.push(recorded),
                Err(error) => {
                    let (why, newer) = (error.to_string(), error.is_newer());
                    return Err(Undecodable { line: Some(number), why, newer });
                }
            }
        }
        let leaves = record.lines().map(TreeHash::leaf).collect();
        let link = link_of(&events);
        Ok(Self { header: record.header, leaves, events, link })
    }
}

/// The end of the log, and what is needed to continue it.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) tree: Tree,
    pub(super) commits: u64,
    pub(super) last_at: Moment,
    pub(super) checkpoint: Option<Vec<u8>>,
    mark: Option<Mark>,
}

impl Chain {
    /// The chain of an empty log; `mark` is compared when its position is passed.
    pub(super) fn new(mark: Option<Mark>) -> Self {
        Self { tree: Tree::new(), commits: 0, last_at: Moment::MIN, checkpoint: None, mark }
    }

    /// The chain that goes on from a standing.
    pub(super) fn of(standing: Standing, mark: Option<Mark>) -> (Self, KnownCommands) {
        let Standing { commits, last_at, tree, commands } = standing;
        (Self { tree, commits, last_at, checkpoint: None, mark }, commands)
    }

    /// The position of the last event.
    pub(super) fn position(&self) -> Position {
        self.tree.size()
    }

    /// The next commit could not be decoded.
    pub(super) fn undecodable(&self, fault: Undecodable) -> Unreadable {
        let position = self.position() + 1 + fault.line.unwrap_or(0);
        Unreadable { commit: self.commits + 1, position, why: fault.why, newer: fault.newer }
    }

    /// The mark has another root at a position of the next commit, or of one before.
    pub(super) fn marked_otherwise(&self, position: Position) -> Unreadable {
        let why = format!(
            "the mark at position {position} has another Merkle root: this is not the log that was marked"
        );
        Unreadable { commit: self.commits + 1, position, why, newer: false }
    }

    /// Checks that a commit continues the chain, and takes it up.
    pub(super) fn follow(&mut self, decoded: &Decoded) -> Result<(), Unreadable> {
        let header = &decoded.header;
        let stop =
            |position: u64, why: String| Unreadable { commit: self.commits + 1, position, why, newer: false };
        let next = self.position() + 1;
        if header.commit != self.commits + 1 || header.first_position != next {
            let why = format!("commit {} from position {} stands here", header.commit, header.first_position);
            return Err(stop(next, why));
        }
        if header.root_before != self.tree.root() {
            return Err(stop(
                next,
                "the Merkle root before the commit is another: an earlier line was changed".into(),
            ));
        }
        let last_at = check_events(&decoded.events, next, self.last_at)
            .map_err(|(position, why)| stop(position, why))?;
        for (position, leaf) in (next..).zip(&decoded.leaves) {
            self.tree.append(*leaf);
            if let Some(mark) = self.mark.filter(|mark| mark.position == position)
                && mark.root != self.tree.root()
            {
                return Err(self.marked_otherwise(position));
            }
        }
        self.commits += 1;
        self.last_at = last_at;
        Ok(())
    }

    /// Takes up the writer's own commit, whose leaves are in `tree`.
    pub(super) fn extend(&mut self, tree: Tree, last_at: Moment) {
        self.tree = tree;
        self.commits += 1;
        self.last_at = last_at;
    }
}

/// Positions follow on, commands are whole, recorded times do not go back, and only the first event opens the log.
fn check_events(events: &[Recorded], first: Position, last_at: Moment) -> Result<Moment, (Position, String)> {
    let mut before: Option<&Recorded> = None;
    let mut last_at = last_at;
    for (position, event) in (first..).zip(events) {
        let stop = |why: &str| Err((position, why.to_owned()));
        if event.position != position {
            return stop(&format!("the line says position {}", event.position));
        }
        let open = before.filter(|before| before.index < before.of);
        let follows = match open {
            Some(open) => {
                event.index == open.index + 1
                    && (event.of, event.command_id, event.actor) == (open.of, open.command_id, open.actor)
            }
            None => event.index == 1 && event.of >= 1,
        };
        if !follows {
            return stop("a command is not whole");
        }
        if event.recorded_at < last_at {
            return stop("its recorded time is before that of the event before it");
        }
        if (position == 1) != matches!(event.event.data, EventData::Opening(_)) {
            return stop("LogOpened is the first event, and only the first");
        }
        last_at = event.recorded_at;
        before = Some(event);
    }
    match before {
        Some(last) if last.index != last.of => {
            Err((last.position, "the commit ends within a command".to_owned()))
        }
        _ => Ok(last_at),
    }
}
