//! Where a ledger stands, so that it can be opened again without reading all that led there.
//!
//! Guarantees: what is resumed stands on the very lines that the log holds: the root over them is made anew from the
//! log's tiles and compared, and so is where the last commit ends. It is disposable: a replay makes the same.

use serde::{Deserialize, Serialize};

use super::chain::Chain;
use super::known::KnownCommands;
use crate::State;
use crate::envelope::Position;
use crate::log::merkle::{Tree, TreeHash};
use crate::log::proof::prover::Prover;
use crate::log::{Log, record};
use crate::value::Moment;

/// Where a ledger stands after a commit, besides its state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Standing {
    pub(super) commits: u64,
    pub(super) last_at: Moment,
    pub(super) tree: Tree,
    pub(super) commands: KnownCommands,
}

/// What a ledger is opened with in place of the events up to there.
#[derive(Debug, Clone)]
pub struct Resumed {
    /// The state.
    pub state: State,
    /// Everything else.
    pub standing: Standing,
}

/// Why a standing is not that of a log, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotOfLog(String);

/// Where the ledger of an empty log stands.
impl Default for Standing {
    fn default() -> Self {
        Self::new(&Chain::new(None), KnownCommands::default())
    }
}

impl NotOfLog {
    /// Refuses what goes on past the end of a log.
    ///
    /// # Errors
    /// That it does.
    pub fn if_beyond(commits: u64, log: &dyn Log) -> Result<(), Self> {
        match log.tail() {
            tail if commits > tail => {
                Err(Self(format!("it goes on to commit {commits}, the log ends with commit {tail}")))
            }
            _ => Ok(()),
        }
    }
}

impl Standing {
    pub(super) fn new(chain: &Chain, commands: KnownCommands) -> Self {
        let (commits, last_at, tree) = (chain.commits, chain.last_at, chain.tree.clone());
        Self { commits, last_at, tree, commands }
    }

    /// How many commits there are.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// The position of the last event.
    pub fn position(&self) -> Position {
        self.tree.size()
    }

    /// The Merkle root over all events.
    pub fn root(&self) -> TreeHash {
        self.tree.root()
    }

    /// Checks that a log begins with what led here; reads a few tiles and lines of it, whatever its size.
    ///
    /// # Errors
    /// That the log ends before, is another one, or can't be read.
    pub fn check(&self, log: &dyn Log, prover: &Prover) -> Result<(), NotOfLog> {
        NotOfLog::if_beyond(self.commits, log)?;
        let read = log.get(self.commits).map_err(|error| NotOfLog(error.to_string()))?;
        let last = read.and_then(|bytes| record::peek(&bytes).ok());
        let (position, root) = (self.position(), self.root());
        if last.is_none_or(|header| header.last_position() != position) {
            return Err(NotOfLog(format!("commit {} does not end at position {position}", self.commits)));
        }
        match prover.root_at(position) {
            Ok(found) if found == root => Ok(()),
            Ok(found) => {
                Err(NotOfLog(format!("the log has the root {found} at position {position}, not {root}")))
            }
            Err(error) => Err(NotOfLog(error.to_string())),
        }
    }
}
