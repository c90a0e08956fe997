//! Where an import is recorded.

pub mod local;
pub mod remote;

use super::entry::Entry;
use super::facts::Facts;
use daftar_domain::envelope::{Context, Recorded};
use daftar_domain::policy::Warrant;
use daftar_domain::rejection::Rejection;
use daftar_domain::value::{CommandId, Date, Fingerprint, Moment};
use daftar_domain::{Command, State, decide, evolve};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was recorded.
    Recorded,
    /// It had been recorded before.
    Repeated,
    /// It was rejected.
    Rejected(Rejection),
}

/// What is recorded of a row's subject.
#[derive(Clone, Debug)]
pub struct Known {
    /// As a file would state it.
    pub entry: Entry,
    /// How many events the entity has.
    pub version: u32,
    /// It was taken over and its phase is still to be set: an import that was interrupted, or too few members.
    pub unfinished: bool,
}

/// The registry can't answer: nothing that was asked last is known to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unavailable(pub String);

/// A registry that takes an import.
pub trait Registry {
    /// What is recorded of each row's subject, in their order.
    ///
    /// # Errors
    /// When it can't answer.
    fn look_up(&mut self, entries: &[&Entry]) -> Result<Vec<Option<Known>>, Unavailable>;

    /// Decides commands one by one, in their order, each for itself.
    ///
    /// # Errors
    /// When it can't answer; the same commands may then be sent again.
    fn submit(&mut self, commands: Vec<(CommandId, Command)>) -> Result<Vec<Outcome>, Unavailable>;

    /// The day on which changes take effect that a file doesn't date.
    fn today(&self) -> Date;
}

/// A registry in memory that forgets: it judges as a real run would and records nothing.
#[derive(Clone)]
pub struct Rehearsal {
    state: State,
    facts: Facts,
    now: Moment,
    commands: u64,
}

impl Rehearsal {
    /// Begins from a state and what a file would state of it, at a moment.
    pub fn new(state: State, facts: Facts, now: Moment) -> Self {
        Rehearsal { state, facts, now, commands: 0 }
    }

    /// The state as it would be.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn record(&mut self, command: &Command) -> Result<(), Rejection> {
        let seed = Sha256::digest(self.commands.to_le_bytes()).into();
        self.commands += 1;
        let events = decide(&self.state, command, &Context::new(self.now, seed))?;
        let of = events.len() as u16;
        for (index, event) in (1..).zip(events) {
            let recorded = Recorded {
                position: self.state.position + 1,
                entity_version: self.state.version(event.entity) + 1,
                recorded_at: self.now,
                command_id: CommandId::new(uuid::Uuid::from_u128(u128::from(self.commands))),
                command_hash: Fingerprint([0; 32]),
                index,
                of,
                actor: Warrant::LOCAL.actor,
                role: Warrant::LOCAL.role,
                authority: Warrant::LOCAL.authority,
                proposer: None,
                approver: None,
                event,
            };
            evolve(&mut self.state, &recorded);
            self.facts.fold(&recorded);
        }
        Ok(())
    }
}

impl Registry for Rehearsal {
    fn look_up(&mut self, entries: &[&Entry]) -> Result<Vec<Option<Known>>, Unavailable> {
        Ok(entries.iter().map(|entry| self.facts.of(entry)).collect())
    }

    fn submit(&mut self, commands: Vec<(CommandId, Command)>) -> Result<Vec<Outcome>, Unavailable> {
        let outcome = |(_, command)| match self.record(&command) {
            Ok(()) => Outcome::Recorded,
            Err(rejection) => Outcome::Rejected(rejection),
        };
        Ok(commands.into_iter().map(outcome).collect())
    }

    fn today(&self) -> Date {
        self.now.tehran_date()
    }
}

/// The machine's clock.
fn now() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
