//! The commands that were recorded, for good: where to find each, and what it led to.
//!
//! Guarantees: a command is found by actor and ID, and confirmed against its line; the eight bytes that stand for it
//! only say where to look. Holds 16 bytes a command and eight a commit.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::envelope::{Position, Recorded};
use crate::log::codec;
use crate::log::record::{self, CommitRecord};
use crate::log::{Log, LogError};
use crate::value::{ActorId, CommandId};

/// What a commit adds to what is known.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// The position of its first event.
    pub(super) begin: Position,
    /// Where each of its commands begins.
    pub(super) commands: Vec<(CommandPrint, Position)>,
}

/// Eight bytes that stand for an actor and a command ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Every command that was recorded, by its print. Two commands with one print are rare and both kept.
#[derive(Debug, Default)]
struct KnownCommands {
    first: FxHashMap<CommandPrint, Position>,
    more: Vec<(CommandPrint, Position)>,
}

impl KnownCommands {
    fn insert(&mut self, print: CommandPrint, position: Position) {
        if *self.first.entry(print).or_insert(position) != position {
            self.more.push((print, position));
        }
    }

    fn candidates(&self, print: CommandPrint) -> impl Iterator<Item = Position> + '_ {
        let more = self.more.iter().filter(move |(other, _)| *other == print).map(|(_, position)| *position);
        self.first.get(&print).copied().into_iter().chain(more)
    }
}

/// Where each command of a commit begins.
pub(super) fn link_of(begin: Position, events: &[Recorded]) -> Link {
    let first = events.iter().filter(|event| event.index == 1);
    let commands =
        first.map(|event| (CommandPrint::of(event.actor, event.command_id), event.position)).collect();
    Link { begin, commands }
}

/// What is known of the commits so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    commands: KnownCommands,
    /// The first position of each commit.
    begins: Vec<Position>,
    /// The record that was looked into last: repeats come in runs.
    looked_into: Option<CommitRecord>,
}

impl Known {
    pub(super) fn add(&mut self, link: &Link) {
        self.begins.push(link.begin);
        link.commands.iter().for_each(|(print, position)| self.commands.insert(*print, *position));
    }

    /// The events of a recorded command, read from its lines; `None` when it was not recorded.
    pub(super) fn recorded(
        &mut self,
        log: &dyn Log,
        print: CommandPrint,
        actor: ActorId,
        command: CommandId,
    ) -> Result<Option<Vec<Recorded>>, LogError> {
        let positions: Vec<Position> = self.commands.candidates(print).collect();
        for position in positions {
            let events = self.command_at(log, position)?;
            if events.first().is_some_and(|event| event.actor == actor && event.command_id == command) {
                return Ok(Some(events));
            }
        }
        Ok(None)
    }

    fn command_at(&mut self, log: &dyn Log, position: Position) -> Result<Vec<Recorded>, LogError> {
        let commit = self.begins.partition_point(|begin| *begin <= position) as u64;
        let corrupt = |why: String| LogError::Corrupt {
            store: log.name(),
            what: format!("commit {commit}, read again at position {position}: {why}"),
        };
        let record = match self.looked_into.take().filter(|record| record.header.commit == commit) {
            Some(record) => record,
            None => {
                let bytes = log.get(commit)?.ok_or_else(|| corrupt("missing".to_owned()))?;
                record::decode(&bytes).map_err(|error| corrupt(error.to_string()))?
            }
        };
        let mut events = Vec::new();
        for (_, line) in record.positioned_lines().skip_while(|(at, _)| *at < position) {
            let event = codec::decode(line).map_err(|error| corrupt(error.to_string()))?;
            let last = event.index == event.of;
            events.push(event);
            if last {
                break;
            }
        }
        self.looked_into = Some(record);
        Ok(events)
    }
}
