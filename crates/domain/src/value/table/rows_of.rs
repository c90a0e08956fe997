//! Which rows belong to a key, in the order in which they were noted.

use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::{Index, Table};

/// The numbers of rows by a key that has several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Hash + Eq + Clone + Serialize",
    deserialize = "K: Hash + Eq + Clone + Deserialize<'de>"
))]
pub struct RowsOf<K> {
    lists: Index<K>,
    rows: Table<Vec<u32>>,
}

impl<K> Default for RowsOf<K> {
    fn default() -> Self {
        RowsOf { lists: Index::default(), rows: Table::default() }
    }
}

impl<K: Hash + Eq + Clone> RowsOf<K> {
    /// The rows of a key.
    pub fn get(&self, key: &K) -> &[u32] {
        self.lists.get(key).map_or(&[], |list| self.rows.get(list))
    }

    /// Notes that a row belongs to a key, once.
    pub fn note(&mut self, key: K, row: u32) {
        match self.lists.get(&key) {
            Some(list) if self.rows.get(list).contains(&row) => {}
            Some(list) => self.rows.get_mut(list).push(row),
            None => {
                let list = self.rows.push(vec![row]);
                self.lists.insert(key, list);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_noted_once_and_a_clone_keeps_what_it_knew() {
        let mut rows = RowsOf::default();
        for (key, row) in [('a', 3), ('b', 1), ('a', 2), ('a', 3)] {
            rows.note(key, row);
        }
        let before = rows.clone();
        rows.note('b', 7);
        assert_eq!((rows.get(&'a'), rows.get(&'b')), ([3, 2].as_slice(), [1, 7].as_slice()));
        assert_eq!((before.get(&'b'), before.get(&'c')), ([1].as_slice(), [].as_slice()));
    }
}
