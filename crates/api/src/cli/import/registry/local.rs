//! The registry of a folder on this machine.
//!
//! It goes through the ledger; a folder that a server holds is refused by the store's own lock.

use super::{Known, Outcome, Registry, Rehearsal, Unavailable, now};
use crate::cli::import::entry::{Entry, Kind};
use crate::cli::import::facts::Facts;
use crate::config::Config;
use daftar_domain::envelope::{FORMAT, Recorded, Submission};
use daftar_domain::ledger::{self, Ledger, LedgerSettings, OpenError, Publish, Published, SystemClock};
use daftar_domain::log::Log;
use daftar_domain::log::memory::MemoryLog;
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::opening::{self, LogOpened};
use daftar_domain::policy::Actor;
use daftar_domain::value::{CommandId, Date};
use daftar_domain::{Command, State};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The facts of the log, and its state while nothing is recorded.
#[derive(Default)]
struct Followed {
    facts: Facts,
    state: State,
}

/// Hears what the ledger records.
struct Follower(Arc<Mutex<Followed>>);

impl Publish for Follower {
    fn replayed(&self, events: Vec<Recorded>) {
        let mut followed = lock(&self.0);
        events.iter().for_each(|event| followed.facts.fold(event));
    }

    fn publish(&self, batch: Published) {
        let mut followed = lock(&self.0);
        batch.events.iter().for_each(|event| followed.facts.fold(event));
        followed.state = batch.state;
    }
}

fn lock(followed: &Mutex<Followed>) -> MutexGuard<'_, Followed> {
    followed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder's registry.
pub struct Local {
    ledger: Ledger,
    followed: Arc<Mutex<Followed>>,
}

impl Local {
    /// Opens the registry of the settings' folder for an import of a kind; a new folder begins a new log.
    ///
    /// # Errors
    /// One sentence each: the folder (in use, missing right), the store (damaged, newer, cut short), the clock.
    pub fn open(config: &Config, kind: Kind) -> Result<Self, OpenError> {
        let log = SledLog::open(&config.data.join("log"), SledSettings::default())?;
        // As the server opens it: see `server::Server::open_as`.
        let settings = LedgerSettings {
            queue_commands: config.ledger.queue_max,
            clock_tolerance: Duration::from_secs(config.ledger.clock_behind_max_seconds),
            mark: Some(config.data.join("mark")),
            ..LedgerSettings::default()
        };
        Self::over(Arc::new(log), kind, settings)
    }

    /// What that folder's registry would answer, with nothing recorded; a folder that isn't there is an empty registry.
    ///
    /// # Errors
    /// As [`Local::open`].
    pub fn rehearse(config: &Config, kind: Kind) -> Result<Rehearsal, OpenError> {
        let local = match config.data.join("log").exists() {
            true => Self::open(config, kind)?,
            false => Self::over(Arc::new(MemoryLog::new()), kind, LedgerSettings::default())?,
        };
        let followed = std::mem::take(&mut *lock(&local.followed));
        Ok(Rehearsal::new(followed.state, followed.facts, now()))
    }

    fn over(log: Arc<dyn Log>, kind: Kind, settings: LedgerSettings) -> Result<Self, OpenError> {
        let followed = Arc::new(Mutex::new(Followed { facts: Facts::only(kind), state: State::default() }));
        let opened = LogOpened {
            origin: "daftar.local".to_owned(),
            format: FORMAT,
            clock: opening::Clock::System,
            demo: None,
        };
        let follower = Box::new(Follower(Arc::clone(&followed)));
        let ledger = Ledger::open(log, opened, Box::new(SystemClock), follower, settings)?;
        Ok(Local { ledger, followed })
    }

    /// Finishes what was accepted.
    ///
    /// # Errors
    /// When the last mark can't be written.
    pub fn close(self) -> Result<(), Unavailable> {
        self.ledger.close().map_err(|error| Unavailable(error.to_string()))
    }
}

impl Registry for Local {
    fn look_up(&mut self, entries: &[&Entry]) -> Result<Vec<Option<Known>>, Unavailable> {
        let followed = lock(&self.followed);
        Ok(entries.iter().map(|entry| followed.facts.of(entry)).collect())
    }

    fn submit(&mut self, commands: Vec<(CommandId, Command)>) -> Result<Vec<Outcome>, Unavailable> {
        let submission = |(command_id, command)| Submission {
            command_id,
            actor: Actor::LOCAL,
            expected_version: None,
            reason_text: None,
            command,
        };
        let answer = self
            .ledger
            .submit_blocking(commands.into_iter().map(submission).collect())
            .map_err(|error| Unavailable(error.to_string()))?;
        answer
            .outcomes
            .into_iter()
            .map(|outcome| match outcome {
                ledger::Outcome::Recorded(_) => Ok(Outcome::Recorded),
                ledger::Outcome::Repeated(_) => Ok(Outcome::Repeated),
                ledger::Outcome::Rejected(rejection) => Ok(Outcome::Rejected(rejection)),
                ledger::Outcome::Fault(why) => Err(Unavailable(why)),
            })
            .collect()
    }

    fn today(&self) -> Date {
        now().tehran_date()
    }
}
