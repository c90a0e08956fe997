//! Tables and indexes as a snapshot holds them: rows in the order of their numbers, keys with their numbers.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Index, Table};

/// The most entries that room is made for before they are read.
const RESERVED_MAX: usize = 1 << 24;

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Rows<T> {
            type Value = Table<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rows")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Table<T>, A::Error> {
                let mut table = Table::new();
                while let Some(row) = rows.next_element()? {
                    table.push(row);
                }
                Ok(table)
            }
        }
        deserializer.deserialize_seq(Rows(PhantomData))
    }
}

impl<K: Hash + Eq + Clone> Index<K> {
    /// Every key with its row number, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, u32)> {
        let base =
            self.base.iter().filter(|(key, _)| self.layers.iter().all(|layer| !layer.contains_key(*key)));
        let above = self.layers.iter().enumerate().flat_map(|(place, layer)| {
            let later = &self.layers[place + 1..];
            layer.iter().filter(|(key, _)| later.iter().all(|layer| !layer.contains_key(*key)))
        });
        base.map(|(key, number)| (key, *number))
            .chain(above.filter_map(|(key, change)| change.map(|number| (key, number))))
    }
}

impl<K: Hash + Eq + Clone + Serialize> Serialize for Index<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(Some(self.len()))?;
        for entry in self.iter() {
            entries.serialize_element(&entry)?;
        }
        entries.end()
    }
}

impl<'de, K: Hash + Eq + Clone + Deserialize<'de>> Deserialize<'de> for Index<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K>(PhantomData<K>);
        impl<'de, K: Hash + Eq + Clone + Deserialize<'de>> Visitor<'de> for Entries<K> {
            type Value = Index<K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys with row numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Index<K>, A::Error> {
                let room = entries.size_hint().unwrap_or(0).min(RESERVED_MAX);
                let mut base = FxHashMap::with_capacity_and_hasher(room, FxBuildHasher);
                while let Some((key, number)) = entries.next_element::<(K, u32)>()? {
                    if base.insert(key, number).is_some() {
                        return Err(A::Error::custom("a key twice"));
                    }
                }
                let length = base.len();
                Ok(Index { base: Arc::new(base), layers: Vec::new(), length })
            }
        }
        deserializer.deserialize_seq(Entries(PhantomData))
    }
}
