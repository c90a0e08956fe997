//! Lists that are at hand as a whole.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::arguments::PageArguments;
use super::{Connection, Paged, cursor};
use crate::refusal::Refusal;

/// A key that cursors can hold.
pub trait CursorKey: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<K: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static> CursorKey for K {}

/// A short list that is at hand as a whole, in the order of its keys.
pub struct WholeList<T, K> {
    /// The items with their keys, in order.
    pub items: Vec<(K, T)>,
}

struct WholePage<T, K> {
    items: Vec<(K, T)>,
    previous: bool,
    next: bool,
    total: u64,
}

impl<T: Clone + Send + Sync + 'static, K: CursorKey> WholeList<T, K> {
    /// The page that is asked for.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`.
    pub fn page(self, arguments: &PageArguments) -> Result<Connection<T>, Refusal> {
        self.page_with(arguments, |item| Ok(item.clone()))
    }
}

impl<T, K: CursorKey> WholeList<T, K> {
    /// The page that is asked for, each of its items made of one of the list.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`, and what `make` refuses.
    pub fn page_with<U: Clone + Send + Sync + 'static>(
        self,
        arguments: &PageArguments,
        make: impl Fn(&T) -> Result<U, Refusal>,
    ) -> Result<Connection<U>, Refusal> {
        let (limit, backward) = arguments.limit()?;
        let after = cursor::read::<K>("after", arguments.after.as_ref())?;
        let before = cursor::read::<K>("before", arguments.before.as_ref())?;
        let total = self.items.len();
        let mut from = after.map_or(0, |after| self.items.partition_point(|(key, _)| *key <= after));
        let end = before.map_or(total, |before| self.items.partition_point(|(key, _)| *key < before));
        let mut until = end.max(from);
        if backward {
            from = from.max(until.saturating_sub(limit));
        } else {
            until = until.min(from.saturating_add(limit));
        }
        let made = self.items[from..until].iter().map(|(key, item)| Ok((key.clone(), make(item)?)));
        let items = made.collect::<Result<_, Refusal>>()?;
        let page = WholePage { items, previous: from > 0, next: until < total, total: total as u64 };
        Ok(Connection { page: Arc::new(page) })
    }
}

impl<T: Clone + Send + Sync, K: CursorKey> Paged<T> for WholePage<T, K> {
    fn size(&self) -> usize {
        self.items.len()
    }

    fn node(&self, index: usize) -> T {
        self.items[index].1.clone()
    }

    fn cursor(&self, index: usize) -> String {
        cursor::write(&self.items[index].0)
    }

    fn has_next(&self) -> bool {
        self.next
    }

    fn has_previous(&self) -> bool {
        self.previous
    }

    fn total(&self) -> u64 {
        self.total
    }
}
