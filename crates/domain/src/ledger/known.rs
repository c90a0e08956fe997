//! The commands that were recorded, for good: where to find each, and what it led to.
//!
//! Guarantees: a command is found by actor and ID, and confirmed against its line; the eight bytes that stand for it
//! only say where to look. Holds 16 bytes a command; a clone costs the same however many there are.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::envelope::Recorded;
use crate::log::codec;
use crate::log::record;
use crate::log::{Log, LogError};
use crate::value::{ActorId, CommandId, Index};

/// What a commit adds to what is known: its commands.
pub(super) type Link = Vec<CommandPrint>;

/// Eight bytes that stand for an actor and a command ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct CommandPrint(u64);

impl CommandPrint {
    pub(super) fn of(actor: ActorId, command: CommandId) -> Self {
        let hash: [u8; 32] = Sha256::new()
            .chain_update(actor.uuid().as_bytes())
            .chain_update(command.uuid().as_bytes())
            .finalize()
            .into();
        Self(u64::from_le_bytes(hash[..8].try_into().expect("eight of 32 bytes")))
    }
}

/// The commands of a commit.
pub(super) fn link_of(events: &[Recorded]) -> Link {
    let first = events.iter().filter(|event| event.index == 1);
    first.map(|event| CommandPrint::of(event.actor, event.command_id)).collect()
}

/// Every command that was recorded, by its print, with the number of its commit. Two commands with one print are rare
/// and both kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct KnownCommands {
    commits: u32,
    first: Index<CommandPrint>,
    more: Vec<(CommandPrint, u32)>,
}

impl KnownCommands {
    /// Takes up the commands of the next commit.
    fn add(&mut self, link: &Link) {
        self.commits = self.commits.checked_add(1).expect("a log stays below 2^32 commits");
        for print in link {
            if let Some(earlier) = self.first.insert(*print, self.commits) {
                self.more.push((*print, earlier));
            }
        }
    }

    fn candidates(&self, print: CommandPrint) -> FxHashSet<u32> {
        let more = self.more.iter().filter(|(other, _)| *other == print).map(|(_, commit)| *commit);
        self.first.get(&print).into_iter().chain(more).collect()
    }
}

/// What is known of the commits so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) commands: KnownCommands,
    /// The commit that was looked into last: repeats come in runs.
    looked_into: Option<(u32, Vec<Recorded>)>,
}

impl Known {
    /// What is known after some commits.
    pub(super) fn of(commands: KnownCommands) -> Self {
        Self { commands, looked_into: None }
    }

    pub(super) fn add(&mut self, link: &Link) {
        self.commands.add(link);
    }

    /// The events of a recorded command, read from its lines; `None` when it was not recorded.
    pub(super) fn recorded(
        &mut self,
        log: &dyn Log,
        print: CommandPrint,
        actor: ActorId,
        command: CommandId,
    ) -> Result<Option<Vec<Recorded>>, LogError> {
        for commit in self.commands.candidates(print) {
            let events = self.look_into(log, commit)?;
            let own = events.iter().filter(|event| event.actor == actor && event.command_id == command);
            let own: Vec<Recorded> = own.cloned().collect();
            if !own.is_empty() {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    fn look_into(&mut self, log: &dyn Log, commit: u32) -> Result<&[Recorded], LogError> {
        let corrupt = |why: String| LogError::Corrupt {
            store: log.name(),
            what: format!("commit {commit}, read again: {why}"),
        };
        if self.looked_into.as_ref().is_none_or(|(last, _)| *last != commit) {
            let bytes = log.get(commit.into())?.ok_or_else(|| corrupt("missing".to_owned()))?;
            let record = record::decode(&bytes).map_err(|error| corrupt(error.to_string()))?;
            let events: Result<Vec<_>, _> = record.lines().map(codec::decode).collect();
            self.looked_into = Some((commit, events.map_err(|error| corrupt(error.to_string()))?));
        }
        Ok(self.looked_into.as_ref().map_or(&[], |(_, events)| events))
    }
}
