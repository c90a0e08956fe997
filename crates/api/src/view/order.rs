//! The order of a list: rows by a sort key, in two forms.
//!
//! A persistent sorted map answers "what follows this key", which is what a cursor asks, at the cost of the step. Each
//! row also has a label, an integer that compares as its key does, so that a rare filter sorts its few rows without
//! reading their keys. Labels leave gaps; where one is exhausted, the labels around it are spread.

mod sorted;

use std::ops::Bound;

use imbl::{OrdMap, Vector};
use serde::{Deserialize, Serialize};

pub use sorted::{Place, Side, Sorted, Tie};

/// The distance of labels that are given in bulk: 2^32 rows fit into 64 bits, each with room for 31 halvings.
const GAP: u64 = 1 << 31;

/// Changes to an order are made one by one below this share (1 in so many rows), else it is sorted anew.
const BULK: usize = 8;

/// Rows in the order of their keys. Keys are unique: a tiebreak is part of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Clone + Serialize", deserialize = "K: Clone + Deserialize<'de>"))]
#[serde(into = "Placed<K>", from = "Placed<K>")]
pub struct Order<K: Ord> {
    keys: Vector<Option<K>>,
    labels: Vector<u64>,
    sorted: OrdMap<K, u32>,
    pending: Vec<(u32, Option<K>)>,
    /// Where a past view's rows end: others keep their places, and are passed over.
    cut: Option<u32>,
}

impl<K: Ord> Default for Order<K> {
    fn default() -> Self {
        Self {
            keys: Vector::new(),
            labels: Vector::new(),
            sorted: OrdMap::new(),
            pending: Vec::new(),
            cut: None,
        }
    }
}

/// What a snapshot holds of it: the rows with their keys, in order.
#[derive(Serialize, Deserialize)]
struct Placed<K>(Vec<(K, u32)>);

impl<K: Ord + Clone> From<Order<K>> for Placed<K> {
    fn from(order: Order<K>) -> Self {
        Self(order.sorted.into_iter().collect())
    }
}

impl<K: Ord + Clone> From<Placed<K>> for Order<K> {
    fn from(Placed(rows): Placed<K>) -> Self {
        let mut order = Self::default();
        let length = rows.iter().map(|(_, row)| *row as usize + 1).max().unwrap_or(0);
        let (mut keys, mut labels) = (vec![None; length], vec![0; length]);
        for (place, (key, row)) in (1..).zip(&rows) {
            keys[*row as usize] = Some(key.clone());
            labels[*row as usize] = place * GAP;
        }
        (order.keys, order.labels) = (keys.into(), labels.into());
        order.sorted = rows.into_iter().collect();
        order
    }
}

impl<K: Ord + Clone> Order<K> {
    /// Gives a row its key, or takes it out of the order. It shows after [`Order::settle`].
    pub fn set(&mut self, row: u32, key: Option<K>) {
        self.pending.push((row, key));
    }

    /// Makes all changes show.
    pub fn settle(&mut self) {
        let pending = self.take_changes();
        if pending.len() > 64 && pending.len() > self.sorted.len() / BULK {
            for (row, key) in pending {
                *self.slot(row) = key;
            }
            self.rebuild();
        } else {
            for (row, key) in pending {
                self.put(row, key);
            }
        }
    }

    /// What changes: the last key of each row, where it is not the one that it has.
    fn take_changes(&mut self) -> Vec<(u32, Option<K>)> {
        let mut pending = std::mem::take(&mut self.pending);
        // The last of each row comes first.
        pending.reverse();
        pending.sort_by_key(|(row, _)| *row);
        pending.dedup_by_key(|(row, _)| *row);
        pending.retain(|(row, key)| self.keys.get(*row as usize).unwrap_or(&None) != key);
        pending
    }

    fn slot(&mut self, row: u32) -> &mut Option<K> {
        while self.keys.len() <= row as usize {
            self.keys.push_back(None);
            self.labels.push_back(0);
        }
        &mut self.keys[row as usize]
    }

    fn rebuild(&mut self) {
        let mut rows: Vec<(&K, u32)> =
            (0..).zip(&self.keys).filter_map(|(row, key)| Some((key.as_ref()?, row))).collect();
        rows.sort_unstable();
        let mut labels = vec![0; self.keys.len()];
        for (label, (_, row)) in (1..).zip(&rows) {
            labels[*row as usize] = label * GAP;
        }
        self.sorted = rows.into_iter().map(|(key, row)| (key.clone(), row)).collect();
        self.labels = labels.into();
    }

    fn put(&mut self, row: u32, key: Option<K>) {
        let old = std::mem::replace(self.slot(row), key.clone());
        if old == key {
            return;
        }
        if let Some(old) = old {
            self.sorted.remove(&old);
            self.labels[row as usize] = 0;
        }
        let Some(key) = key else { return };
        let below = self.sorted.range::<_, K>((Bound::Unbounded, Bound::Excluded(&key))).next_back();
        let (below, before) = match below {
            Some((before, row)) => (self.labels[*row as usize], Bound::Excluded(before.clone())),
            None => (0, Bound::Unbounded),
        };
        let above = self.sorted.range::<_, K>((Bound::Excluded(&key), Bound::Unbounded)).next();
        let above = above.map(|(_, row)| self.labels[*row as usize]);
        let middle = match above {
            Some(above) => below + (above - below) / 2,
            None => below.saturating_add(GAP),
        };
        self.sorted.insert(key, row);
        if middle == below || Some(middle) == above {
            self.spread(before, below);
        } else {
            self.labels[row as usize] = middle;
        }
    }

    /// Gives the rows behind a label new ones, as many of them as it takes to have room: where so many labels are free
    /// that each of `count` rows gets more than `count` of them, which keeps the cost of an insertion logarithmic over
    /// time.
    fn spread(&mut self, before: Bound<K>, below: u64) {
        let mut rows: Vec<u32> = Vec::new();
        let mut step = None;
        for (_, row) in self.sorted.range::<_, K>((before, Bound::Unbounded)) {
            let (label, count) = (self.labels[*row as usize], rows.len() as u64 + 1);
            let room = label.saturating_sub(below);
            if room / count > count.max(2) {
                step = Some(room / count);
                break;
            }
            rows.push(*row);
        }
        let step = step.unwrap_or_else(|| GAP.min((u64::MAX - below) / (rows.len() as u64 + 1)));
        if step < 2 {
            return self.rebuild();
        }
        for (place, row) in (1..).zip(rows) {
            self.labels[row as usize] = below + place * step;
        }
    }

    /// Leaves only rows below a number, all of which have a place.
    pub fn cut(&mut self, length: u32) {
        self.cut = Some(length);
    }

    /// How many rows have a place.
    pub fn len(&self) -> usize {
        self.cut.map_or(self.sorted.len(), |cut| cut as usize)
    }

    /// Whether no row has a place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of a row that has a place.
    pub fn key(&self, row: u32) -> Option<&K> {
        self.keys.get(row as usize)?.as_ref()
    }

    /// The rows between two keys, in order.
    pub fn range(&self, lower: Bound<&K>, upper: Bound<&K>) -> impl DoubleEndedIterator<Item = (&K, u32)> {
        let rows = self.sorted.range::<_, K>((lower, upper)).map(|(key, row)| (key, *row));
        rows.filter(|(_, row)| self.cut.is_none_or(|cut| *row < cut))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_compare_as_keys_do(batches in prop::collection::vec(
            prop::collection::vec((0_u32..300, prop::option::weighted(0.8, 0_u16..500)), 1..120), 1..8,
        )) {
            let mut order = Order::default();
            let mut expected = std::collections::BTreeMap::new();
            for batch in batches {
                for (row, key) in batch {
                    let key = key.map(|key| (key, row));
                    order.set(row, key);
                    expected.insert(row, key);
                }
                order.settle();
                let mut sorted: Vec<_> = expected.values().flatten().copied().collect();
                sorted.sort_unstable();
                let walked: Vec<_> = order.range(Bound::Unbounded, Bound::Unbounded).map(|(key, _)| *key).collect();
                prop_assert_eq!(&walked, &sorted);
                let labels: Vec<_> = walked.iter().map(|(_, row)| order.label(*row)).collect();
                prop_assert!(labels.is_sorted_by(|a, b| a < b));
            }
        }
    }

    #[test]
    fn an_exhausted_gap_is_widened() {
        let walk = |order: &Order<(u32, u32)>| -> Vec<u64> {
            order.range(Bound::Unbounded, Bound::Unbounded).map(|(_, row)| order.label(row)).collect()
        };
        // Between two keys, each new row before, and then each behind, the one before it; and at the very front.
        for place in [|row: u32| (1, 3_000 - row), |row: u32| (1, row), |row: u32| (0, 3_000 - row)] {
            let mut order = Order::default();
            order.set(0, Some((0, 9_999)));
            order.set(1, Some((2, 0)));
            for row in 2..2_000_u32 {
                order.set(row, Some(place(row)));
                order.settle();
            }
            let labels = walk(&order);
            assert_eq!(labels.len(), 2_000);
            assert!(labels.is_sorted_by(|a, b| a < b));
            assert!(labels[0] > 0);
        }
    }
}
