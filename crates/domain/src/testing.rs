//! Given / when / then: what happened before, what is asked, what follows.
//!
//! For tests of this crate and of others; nothing here is used in serving.

use crate::envelope::{Context, Event, Recorded};
use crate::policy::{self, Actor, Warrant};
use crate::rejection::{Code, Rejection};
use crate::value::{CommandId, Date, Fingerprint, Moment};
use crate::{Command, State, decide, evolve, reference};

/// A history under test: the shipped reference tables, and what the test gives.
#[derive(Clone, Debug)]
pub struct Given {
    /// The state so far.
    pub state: State,
    today: Date,
    commands: u64,
    actor: Actor,
}

impl Default for Given {
    fn default() -> Self {
        Self::nothing()
    }
}

impl Given {
    /// Nothing but the shipped reference tables, on 1 Dey 1398 (2019-12-22).
    pub fn nothing() -> Self {
        let mut given = Self {
            state: State::default(),
            today: Date::new(2019, 12, 22).expect("a date"),
            commands: 0,
            actor: Actor::LOCAL,
        };
        given.record(reference::shipped());
        given
    }

    /// The same history, asked by another one.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// The same history, seen on another day.
    #[must_use]
    pub fn on(mut self, today: Date) -> Self {
        self.today = today;
        self
    }

    /// Commands that were recorded before.
    ///
    /// # Panics
    /// When one is rejected.
    #[must_use]
    pub fn given(mut self, commands: impl IntoIterator<Item = Command>) -> Self {
        for command in commands {
            let (warrant, events) =
                self.judge(&command).unwrap_or_else(|error| panic!("{command:?}: {error:?}"));
            self.record_under(events, &warrant);
        }
        self
    }

    /// Decides a command and records what follows.
    ///
    /// # Errors
    /// The rejection.
    pub fn when(&mut self, command: impl Into<Command>) -> Result<Vec<Event>, Rejection> {
        let (warrant, events) = self.judge(&command.into())?;
        self.record_under(events.clone(), &warrant);
        Ok(events)
    }

    /// The code and the field that a command is rejected with.
    ///
    /// # Panics
    /// When it is accepted.
    pub fn rejected(&self, command: impl Into<Command>) -> (Code, String) {
        let command = command.into();
        match self.decide(&command) {
            Err(rejection) => (rejection.code, rejection.path),
            Ok(events) => panic!("{command:?} gave {events:?}"),
        }
    }

    /// Decides a command and records nothing.
    ///
    /// # Errors
    /// The rejection.
    pub fn decide(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.judge(command).map(|(_, events)| events)
    }

    fn judge(&self, command: &Command) -> Result<(Warrant, Vec<Event>), Rejection> {
        let mut seed = [0; 32];
        // Both halves of an ID come from the seed, each from words of its own.
        seed[..8].copy_from_slice(&self.commands.to_le_bytes());
        seed[16..24].copy_from_slice(&self.commands.to_le_bytes());
        let warrant = policy::judge(&self.state, &self.actor, command)?;
        let context = Context::new(Moment::start_of_tehran_day(self.today), seed);
        decide(&self.state, command, &context.under(warrant)).map(|events| (warrant, events))
    }

    /// Records events as those of one command of whoever sits at the machine.
    pub fn record(&mut self, events: Vec<Event>) {
        self.record_under(events, &Warrant::LOCAL);
    }

    fn record_under(&mut self, events: Vec<Event>, warrant: &Warrant) {
        self.commands += 1;
        let of = events.len() as u16;
        for (index, event) in (1..).zip(events) {
            let recorded = Recorded {
                position: self.state.position + 1,
                entity_version: self.state.version(event.entity) + 1,
                recorded_at: Moment::start_of_tehran_day(self.today),
                command_id: CommandId::new(uuid::Uuid::from_u128(u128::from(self.commands))),
                command_hash: Fingerprint([0; 32]),
                index,
                of,
                actor: warrant.actor,
                role: warrant.role,
                authority: warrant.authority,
                proposer: warrant.proposer,
                approver: warrant.approver(),
                event,
            };
            evolve(&mut self.state, &recorded);
        }
    }
}
