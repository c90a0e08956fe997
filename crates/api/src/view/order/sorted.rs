//! An order as lists see it, whatever the type of its keys: rows, labels and places.
//!
//! A key is a value and a tie that tells rows of one value apart. A cursor names a key, which need not be there any
//! more: it leads to the place where the key would stand.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use roaring::RoaringBitmap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{GAP, Order};
use crate::view::facet::Rows;

/// A place in an order: before a row, or at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The label of the row; 0 at the start, past all labels at the end.
    pub label: u64,
    row: Option<u32>,
}

impl Place {
    /// Before all rows.
    pub const START: Self = Self { label: 0, row: None };
    /// Behind all rows.
    pub const END: Self = Self { label: u64::MAX, row: None };

    /// About how many rows lie between this place and another: labels are given in bulk at even distances.
    pub fn rows_until(self, until: Self) -> u64 {
        until.label.saturating_sub(self.label).div_ceil(GAP)
    }
}

/// A place relative to the rows of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before all of them.
    Before,
    /// Before the one with this tie.
    At(u64),
    /// Behind the one with this tie.
    Past(u64),
    /// Behind all of them.
    Behind,
}

/// What tells rows of one value apart.
pub trait Tie: Ord + Clone + Send + Sync + 'static {
    /// The least of all.
    const LEAST: Self;
    /// The greatest of all.
    const GREATEST: Self;
    /// The tie as a number, which compares as it does.
    fn number(&self) -> u64;
    /// The tie with a number; the greatest for a number that none has.
    fn of(number: u64) -> Self;
}

/// Where no two rows have one value.
impl Tie for () {
    const LEAST: Self = ();
    const GREATEST: Self = ();

    fn number(&self) -> u64 {
        0
    }

    fn of(_: u64) -> Self {}
}

impl Tie for u32 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn number(&self) -> u64 {
        (*self).into()
    }

    fn of(number: u64) -> Self {
        Self::try_from(number).unwrap_or(Self::MAX)
    }
}

impl Tie for u64 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn number(&self) -> u64 {
        *self
    }

    fn of(number: u64) -> Self {
        number
    }
}

/// An order of rows, whatever its keys are.
pub trait Sorted: Send + Sync {
    /// How many rows have a place.
    fn rows(&self) -> u64;
    /// The rows of a past view; none in the newest one, which has them all.
    fn seen(&self) -> Option<Rows>;
    /// The label of a row: compares as its key does; 0 for a row without a place.
    fn label(&self, row: u32) -> u64;
    /// Whether two rows have one value.
    fn tied(&self, one: u32, other: u32) -> bool;
    /// The value of a row that has a place, as a cursor holds it.
    fn value(&self, row: u32) -> Value;
    /// The tie of a row that has a place, as a number.
    fn tie(&self, row: u32) -> u64;
    /// A place relative to the rows of a value; none for a value that this order has no rows of.
    fn place(&self, value: &Value, side: Side) -> Option<Place>;
    /// Visits the rows between two places, from the lower end or backward from the upper, until told to stop.
    fn walk(&self, from: Place, until: Place, backward: bool, visit: &mut dyn FnMut(u32) -> ControlFlow<()>);
}

impl<V, T> Order<(V, T)>
where
    V: Ord + Clone,
    T: Tie,
{
    fn first(&self, lower: Bound<&(V, T)>) -> Place {
        let found = self.sorted.range::<_, (V, T)>((lower, Bound::Unbounded)).next();
        found.map_or(Place::END, |(_, row)| Place { label: self.labels[*row as usize], row: Some(*row) })
    }

    /// A place relative to the rows of a value.
    pub fn beside(&self, value: V, side: Side) -> Place {
        match side {
            Side::Before => self.first(Bound::Included(&(value, T::LEAST))),
            Side::At(tie) => self.first(Bound::Included(&(value, T::of(tie)))),
            Side::Past(tie) => self.first(Bound::Excluded(&(value, T::of(tie)))),
            Side::Behind => self.first(Bound::Excluded(&(value, T::GREATEST))),
        }
    }

    /// The key of the row that a place is before.
    fn key_at(&self, place: Place) -> Option<&(V, T)> {
        self.key(place.row?)
    }
}

impl<V, T> Sorted for Order<(V, T)>
where
    V: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Tie,
{
    fn rows(&self) -> u64 {
        self.len() as u64
    }

    fn seen(&self) -> Option<Rows> {
        self.cut.map(|cut| {
            let mut rows = RoaringBitmap::new();
            rows.insert_range(..cut);
            Arc::new(rows)
        })
    }

    fn label(&self, row: u32) -> u64 {
        self.labels.get(row as usize).copied().unwrap_or(0)
    }

    fn tied(&self, one: u32, other: u32) -> bool {
        self.key(one).map(|key| &key.0) == self.key(other).map(|key| &key.0)
    }

    fn value(&self, row: u32) -> Value {
        let (value, _) = self.key(row).expect("a listed row has its place");
        serde_json::to_value(value).expect("a sort key is a scalar")
    }

    fn tie(&self, row: u32) -> u64 {
        self.key(row).expect("a listed row has its place").1.number()
    }

    fn place(&self, value: &Value, side: Side) -> Option<Place> {
        Some(self.beside(V::deserialize(value).ok()?, side))
    }

    fn walk(&self, from: Place, until: Place, backward: bool, visit: &mut dyn FnMut(u32) -> ControlFlow<()>) {
        if from.label >= until.label {
            return;
        }
        let lower = self.key_at(from).map_or(Bound::Unbounded, Bound::Included);
        let upper = self.key_at(until).map_or(Bound::Unbounded, Bound::Excluded);
        let mut rows = self.range(lower, upper);
        while let Some((_, row)) = if backward { rows.next_back() } else { rows.next() } {
            if visit(row).is_break() {
                break;
            }
        }
    }
}
