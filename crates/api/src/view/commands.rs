//! Where commands ended, and when they were recorded: what "as of" rounds to.

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::value::Moment;
use imbl::Vector;
use serde::{Deserialize, Serialize};

/// The end of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The position of its last event.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Moment,
}

/// The ends of all commands, in order. Recorded times never go back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Commands {
    ends: Vector<Command>,
}

impl Commands {
    /// Notes an event, which may be the last of its command.
    pub fn note(&mut self, event: &Recorded) {
        if event.index == event.of {
            self.ends.push_back(Command { position: event.position, recorded_at: event.recorded_at });
        }
    }

    /// The last command that ended at a position or before.
    pub fn ended(&self, position: Position) -> Option<Command> {
        self.last(|end| end.position <= position)
    }

    /// The last command that was recorded at a moment or before.
    pub fn recorded(&self, moment: Moment) -> Option<Command> {
        self.last(|end| end.recorded_at <= moment)
    }

    fn last(&self, holds: impl Fn(&Command) -> bool) -> Option<Command> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(&self.ends[middle]) { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1).and_then(|last| self.ends.get(last)).copied()
    }
}
