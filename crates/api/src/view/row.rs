//! Rows as a view sees them.
//!
//! Rows are numbered in the order of recording, so those that a position has seen are the first so many. What may have
//! changed since is asked of a row through [`RowAt`], never of the row itself: a resolver reads a past view as it reads
//! the newest, and nothing is copied for it.

use std::ops::Deref;

use daftar_domain::envelope::Position;
use daftar_domain::value::Table;
use serde::{Deserialize, Serialize};

use super::noted::Noted;

/// The position that the newest view sees: everything.
pub const NEWEST: Position = Position::MAX;

/// A row, as of a position. Its fields are what never changes; the rest is asked of this guard.
#[derive(Debug)]
pub struct RowAt<'a, T> {
    row: &'a T,
    /// The position; [`NEWEST`] in the newest view.
    pub at: Position,
}

impl<T> Clone for RowAt<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RowAt<'_, T> {}

impl<'a, T> RowAt<'a, T> {
    /// A row as it stands after everything that is recorded.
    pub fn newest(row: &'a T) -> Self {
        Self { row, at: NEWEST }
    }

    /// The row, for as long as its view lives.
    pub fn get(self) -> &'a T {
        self.row
    }
}

impl<T> Deref for RowAt<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.row
    }
}

/// A row with the history of its entity.
pub trait Row: Clone {
    /// The events of the history.
    fn noted(&self) -> &Noted;
    /// The same, to add one.
    fn noted_mut(&mut self) -> &mut Noted;
}

impl<'a, T: Row> RowAt<'a, T> {
    /// How many events of its own the entity has.
    pub fn version(self) -> u32 {
        self.row.noted().version(self.at)
    }

    /// The positions of the events of its history, in order.
    pub fn events(self) -> impl ExactSizeIterator<Item = Position> + 'a {
        self.row.noted().positions(self.at)
    }

    /// The position of the event that recorded it.
    pub fn recorded(self) -> Position {
        self.row.noted().first()
    }
}

/// The rows of a kind that a view sees.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct Seen<T> {
    table: Table<T>,
    #[serde(skip, default = "newest")]
    at: Position,
    /// How many a past view sees.
    #[serde(skip, default = "all")]
    length: u32,
}

fn newest() -> Position {
    NEWEST
}

fn all() -> u32 {
    u32::MAX
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self { table: Table::default(), at: newest(), length: all() }
    }
}

impl<T> Seen<T> {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, T> {
        RowAt { row: self.table.get(row), at: self.at }
    }

    /// A row as the newest view saw it that this one was made from.
    pub fn newest(&self, row: u32) -> RowAt<'_, T> {
        RowAt::newest(self.table.get(row))
    }

    /// How many rows there are.
    pub fn len(&self) -> u32 {
        self.length.min(self.table.len() as u32)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row is one of them.
    pub fn has(&self, row: u32) -> bool {
        row < self.length
    }

    /// The rows in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowAt<'_, T>> + DoubleEndedIterator {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The position that they are seen at.
    pub fn at(&self) -> Position {
        self.at
    }

    /// Adds a row.
    pub fn push(&mut self, row: T) -> u32 {
        self.table.push(row)
    }
}

impl<T: Row> Seen<T> {
    /// A row, to be changed.
    pub fn get_mut(&mut self, row: u32) -> &mut T {
        self.table.get_mut(row)
    }

    /// Adds an event to the history of a row; `own` when it belongs to it, and does not only concern it.
    pub fn note(&mut self, row: u32, position: Position, own: bool) {
        self.table.get_mut(row).noted_mut().push(position, own);
    }

    /// The same rows as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.table.get(middle).noted().first() <= at {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Self { table: self.table.clone(), at, length: low }
    }

    /// The rows that have changed since: what the newest view says of the others holds here too.
    pub fn changed_since(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).filter(|row| self.table.get(*row).noted().last() > self.at)
    }
}
