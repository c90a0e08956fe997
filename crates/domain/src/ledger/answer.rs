//! What whoever submits commands hears: an outcome for each, or why none is known.

use std::ops::Range;
use std::sync::Arc;

use crate::envelope::{Position, Recorded};
use crate::rejection::{Code, Rejection};

/// Why a submission was not judged, or its outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Too many commands wait.
    #[error("{limit} commands are waiting already; try again later")]
    Overloaded {
        /// The bound that was reached.
        limit: usize,
    },
    /// More commands in one submission than are taken.
    #[error("{found} commands in one submission, more than {limit}")]
    TooMany {
        /// How many were sent.
        found: usize,
        /// The bound.
        limit: usize,
    },
    /// The store failed: the commands may or may not have been recorded.
    #[error("outcome unknown, repeat the command id: {why}")]
    Unavailable {
        /// What the store said.
        why: String,
    },
    /// A later release went on with the log: nothing is recorded, and what stands before is read.
    #[error("nothing is recorded: {why}")]
    Unreadable {
        /// From where on, and what was found.
        why: String,
    },
    /// The ledger is being closed; the commands were not recorded.
    #[error("the ledger is closed")]
    Closed,
    /// A moment of one's own is only for a simulated clock.
    #[error("commands are recorded at the system's time")]
    NotSimulated,
}

impl LedgerError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overloaded { .. } => "OVERLOADED",
            Self::TooMany { .. } => "TOO_MANY_COMMANDS",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Unreadable { .. } => "LOG_UNREADABLE",
            Self::Closed => "CLOSED",
            Self::NotSimulated => "NOT_SIMULATED",
        }
    }
}

/// The events of one command.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub(super) events: Arc<Vec<Recorded>>,
    pub(super) range: Range<usize>,
}

impl Receipt {
    /// The events in order; none for a command that changed nothing.
    pub fn events(&self) -> &[Recorded] {
        &self.events[self.range.clone()]
    }
}

/// What became of one command.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Recorded, and durable. In a dry run: would be recorded.
    Recorded(Receipt),
    /// Was recorded before under this ID with this input: the first result.
    Repeated(Receipt),
    /// Not recorded, because of a rule.
    Rejected(Rejection),
    /// Not recorded, because of a fault of ours or a bound of the format.
    Fault(String),
}

impl Outcome {
    /// What became of it, in a word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Recorded(_) => "recorded",
            Self::Repeated(_) => "repeated",
            Self::Rejected(_) => "rejected",
            Self::Fault(_) => "fault",
        }
    }

    /// The code of the rule that it broke.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Rejected(rejection) => Some(rejection.code),
            _ => None,
        }
    }

    /// The position of its last event.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Recorded(receipt) | Self::Repeated(receipt) => {
                receipt.events().last().map(|event| event.position)
            }
            _ => None,
        }
    }
}

/// What became of a submission.
#[derive(Debug, Clone)]
pub struct Answer {
    /// One outcome for each command, in order.
    pub outcomes: Vec<Outcome>,
    /// The position that the published view has reached: everything in the outcomes is in it.
    pub position: Position,
}
