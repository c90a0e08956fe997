//! The events of an entity's history, by their positions.

use daftar_domain::envelope::Position;
use serde::{Deserialize, Serialize};

/// Positions in order, each with whether the event is the entity's own or only concerns it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Twice the position, and one more for an event of its own.
    events: Vec<u64>,
}

impl Noted {
    /// Adds the next event.
    pub fn push(&mut self, position: Position, own: bool) {
        self.events.push(position << 1 | u64::from(own));
    }

    fn until(&self, at: Position) -> &[u64] {
        match self.events.last() {
            Some(last) if last >> 1 > at => {
                &self.events[..self.events.partition_point(|event| event >> 1 <= at)]
            }
            _ => &self.events,
        }
    }

    /// The positions up to one.
    pub fn positions(&self, at: Position) -> impl ExactSizeIterator<Item = Position> + DoubleEndedIterator {
        self.until(at).iter().map(|event| event >> 1)
    }

    /// How many events of its own the entity has up to a position.
    pub fn version(&self, at: Position) -> u32 {
        self.until(at).iter().map(|event| (event & 1) as u32).sum()
    }

    /// The position of the first event; past all before there is one.
    pub fn first(&self) -> Position {
        self.events.first().map_or(Position::MAX, |event| event >> 1)
    }

    /// The position of the last event.
    pub fn last(&self) -> Position {
        self.events.last().map_or(0, |event| event >> 1)
    }

    /// The positions after one up to another.
    pub fn between(&self, after: Position, at: Position) -> impl ExactSizeIterator<Item = Position> {
        let events = self.until(at);
        let from = events.partition_point(|event| event >> 1 <= after);
        events[from..].iter().map(|event| event >> 1)
    }
}
