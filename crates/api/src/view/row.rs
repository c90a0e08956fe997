//! A row as a view sees it.
//!
//! The rows of a view are those that its position has seen; what a row says is asked of it through this guard, never of
//! the table, so that a resolver reads a past view as it reads the newest.

use std::ops::Deref;

/// A row, as a view sees it.
#[derive(Debug)]
pub struct RowAt<'a, T> {
    row: &'a T,
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
        Self { row }
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
