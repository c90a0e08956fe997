//! Which rows have a property: one bitmap of row numbers per value.

use std::sync::Arc;

use imbl::OrdMap;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// A set of row numbers that is shared until it changes.
pub type Rows = Arc<RoaringBitmap>;

/// Row numbers by the value of one property.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize + Ord", deserialize = "K: Deserialize<'de> + Ord + Clone"))]
pub struct Facet<K> {
    rows: OrdMap<K, Rows>,
}

impl<K> Default for Facet<K> {
    fn default() -> Self {
        Self { rows: OrdMap::new() }
    }
}

impl<K: Ord + Clone> Facet<K> {
    /// Adds a row to a value.
    pub fn add(&mut self, value: &K, row: u32) {
        match self.rows.get_mut(value) {
            Some(rows) => {
                Arc::make_mut(rows).insert(row);
            }
            None => {
                self.rows.insert(value.clone(), Arc::new(RoaringBitmap::from_iter([row])));
            }
        }
    }

    /// Takes a row away from a value.
    pub fn remove(&mut self, value: &K, row: u32) {
        if let Some(rows) = self.rows.get_mut(value) {
            Arc::make_mut(rows).remove(row);
        }
    }

    /// Moves a row from one value to another; none stands for no value.
    pub fn change(&mut self, before: Option<&K>, after: Option<&K>, row: u32) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.remove(before, row);
        }
        if let Some(after) = after {
            self.add(after, row);
        }
    }

    /// Leaves only rows below a number.
    pub fn cut(&mut self, length: u32) {
        let longer = |rows: &Rows| rows.max().is_some_and(|last| last >= length);
        let values: Vec<K> =
            self.rows.iter().filter(|(_, rows)| longer(rows)).map(|(value, _)| value.clone()).collect();
        for value in values {
            let rows = self.rows.get_mut(&value).expect("it was there");
            Arc::make_mut(rows).remove_range(length..);
        }
    }

    /// The rows of a value.
    pub fn get(&self, value: &K) -> Rows {
        self.rows.get(value).cloned().unwrap_or_default()
    }

    /// How many rows a value has.
    pub fn count(&self, value: &K) -> u64 {
        self.rows.get(value).map_or(0, |rows| rows.len())
    }

    /// The rows of any of the values.
    pub fn any<'a>(&self, values: impl IntoIterator<Item = &'a K>) -> Rows
    where
        K: 'a,
    {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return Rows::default() };
        let mut rows = self.get(first);
        for value in values {
            if let Some(more) = self.rows.get(value) {
                *Arc::make_mut(&mut rows) |= &**more;
            }
        }
        rows
    }

    /// The rows of the values in a range.
    pub fn range(&self, range: impl std::ops::RangeBounds<K>) -> Rows {
        let mut all = RoaringBitmap::new();
        for (_, rows) in self.rows.range(range) {
            all |= &**rows;
        }
        Arc::new(all)
    }

    /// The values and their rows.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Rows)> {
        self.rows.iter()
    }
}
