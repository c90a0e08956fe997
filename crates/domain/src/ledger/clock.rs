//! Where recorded times come from. The ledger never lets them go back, whatever the clock does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::opening;
use crate::value::Moment;

/// A source of moments.
pub trait Clock: Send {
    /// The present moment.
    fn now(&self) -> Moment;
    /// What the first event of a log says of it.
    fn kind(&self) -> opening::Clock;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Moment::from_millis(millis)
    }

    fn kind(&self) -> opening::Clock {
        opening::Clock::System
    }
}

/// A clock that shows what it was set to; clones show the same.
#[derive(Debug, Clone)]
pub struct SimulatedClock(Arc<AtomicI64>);

impl SimulatedClock {
    /// A clock that shows `at`.
    pub fn new(at: Moment) -> Self {
        Self(Arc::new(AtomicI64::new(at.millis())))
    }

    /// Sets the clock. Commands that were submitted before may be recorded at the new moment: submit with a moment
    /// of their own ([`super::Ledger::submit_at`]) where that matters.
    pub fn set(&self, at: Moment) {
        self.0.store(at.millis(), Ordering::Release);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Moment {
        Moment::from_millis(self.0.load(Ordering::Acquire))
    }

    fn kind(&self) -> opening::Clock {
        opening::Clock::Simulated
    }
}
