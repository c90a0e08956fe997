//! What was true when: the values of one fact in the order in which they took effect.
//!
//! Ties on a day follow the position of the event: what was recorded later holds. A timeline is short (one fact of one
//! entity), so a sorted vector is all it needs.

use serde::{Deserialize, Serialize};

use super::Date;

/// The dated values of one fact, ordered by (effective date, position).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timeline<T> {
    entries: Vec<Entry<T>>,
}

/// A value, the day from which it holds, and the position of the event that said so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry<T> {
    /// The first day on which the value holds.
    pub effective: Date,
    /// The position of the event that recorded it.
    pub position: u64,
    /// The value.
    pub value: T,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Timeline { entries: Vec::new() }
    }
}

impl<T> Timeline<T> {
    /// A timeline without entries.
    pub fn new() -> Self {
        Timeline::default()
    }

    /// Puts a value at its place, after those of the same day and position.
    pub fn insert(&mut self, effective: Date, position: u64, value: T) {
        let index = self.entries.partition_point(|entry| entry.order() <= (effective, position));
        self.entries.insert(index, Entry { effective, position, value });
    }

    /// What holds on a day: the last entry that took effect on it or before.
    pub fn at(&self, on: Date) -> Option<&Entry<T>> {
        self.last_of(self.entries.partition_point(|entry| entry.effective <= on))
    }

    /// The entry that takes effect last, be it in the future.
    pub fn latest(&self) -> Option<&Entry<T>> {
        self.entries.last()
    }

    /// The last entry that lies before (effective, position).
    pub fn before(&self, effective: Date, position: u64) -> Option<&Entry<T>> {
        self.last_of(self.entries.partition_point(|entry| entry.order() < (effective, position)))
    }

    /// The first entry that lies after (effective, position).
    pub fn after(&self, effective: Date, position: u64) -> Option<&Entry<T>> {
        self.entries.get(self.entries.partition_point(|entry| entry.order() <= (effective, position)))
    }

    /// The entry that the event at a position recorded.
    pub fn by_position(&self, position: u64) -> Option<&Entry<T>> {
        self.entries.iter().find(|entry| entry.position == position)
    }

    /// Takes out the entry that the event at a position recorded (which was voided).
    pub fn remove(&mut self, position: u64) -> Option<Entry<T>> {
        let index = self.entries.iter().position(|entry| entry.position == position)?;
        Some(self.entries.remove(index))
    }

    /// Moves the entry that the event at a position recorded to another day; false when there is none.
    pub fn redate(&mut self, position: u64, effective: Date) -> bool {
        match self.remove(position) {
            Some(entry) => {
                self.insert(effective, position, entry.value);
                true
            }
            None => false,
        }
    }

    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry<T>> {
        self.entries.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn last_of(&self, count: usize) -> Option<&Entry<T>> {
        self.entries[..count].last()
    }
}

impl<T> Entry<T> {
    fn order(&self) -> (Date, u64) {
        (self.effective, self.position)
    }
}

impl<'a, T> IntoIterator for &'a Timeline<T> {
    type Item = &'a Entry<T>;
    type IntoIter = std::slice::Iter<'a, Entry<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
