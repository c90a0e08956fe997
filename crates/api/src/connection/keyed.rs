//! Lists that are read in the order of one key, from either end.

use std::ops::Bound;
use std::sync::Arc;

use super::arguments::PageArguments;
use super::{Connection, CursorKey, Paged, cursor};
use crate::refusal::Refusal;

/// The keys between two.
pub type Between<'a, K> = (Bound<&'a K>, Bound<&'a K>);

/// A list that is read in the order of its keys. Reading costs what is read, not what the list has.
pub trait Keyed: Send + Sync + 'static {
    /// What it is ordered by; each item has its own.
    type Key: CursorKey;
    /// Its items.
    type Item: Clone + Send + Sync + 'static;

    /// The items between two keys, in order, or from the last to the first.
    fn read(
        &self,
        between: Between<'_, Self::Key>,
        backward: bool,
    ) -> Box<dyn Iterator<Item = (Self::Key, Self::Item)> + '_>;

    /// The page that is asked for.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`.
    fn page(self, arguments: &PageArguments) -> Result<Connection<Self::Item>, Refusal>
    where
        Self: Sized,
    {
        let (limit, backward) = arguments.limit()?;
        let after = cursor::read::<Self::Key>("after", arguments.after.as_ref())?;
        let before = cursor::read::<Self::Key>("before", arguments.before.as_ref())?;
        let from = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let to = before.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let mut items: Vec<_> = self.read((from, to), backward).take(limit).collect();
        if backward {
            items.reverse();
        }
        let (previous, next) = around(&self, &items, after.as_ref(), before.as_ref(), backward);
        Ok(Connection { page: Arc::new(KeyedPage { list: self, items, previous, next }) })
    }
}

/// Whether items come before a page, and after it. A page of nothing stands where it would have begun.
fn around<L: Keyed>(
    list: &L,
    items: &[(L::Key, L::Item)],
    after: Option<&L::Key>,
    before: Option<&L::Key>,
    backward: bool,
) -> (bool, bool) {
    use Bound::{Excluded, Included, Unbounded};
    let some = |between| list.read(between, false).next().is_some();
    match (items, after, before) {
        ([(first, _), ..], ..) => {
            let last = items.last().map_or(first, |(last, _)| last);
            (some((Unbounded, Excluded(first))), some((Excluded(last), Unbounded)))
        }
        (_, Some(after), _) if !backward => {
            (some((Unbounded, Included(after))), some((Excluded(after), Unbounded)))
        }
        (_, _, Some(before)) if backward => {
            (some((Unbounded, Excluded(before))), some((Included(before), Unbounded)))
        }
        _ => {
            let any = some((Unbounded, Unbounded));
            (any && backward, any && !backward)
        }
    }
}

struct KeyedPage<L: Keyed> {
    list: L,
    items: Vec<(L::Key, L::Item)>,
    previous: bool,
    next: bool,
}

impl<L: Keyed> Paged<L::Item> for KeyedPage<L> {
    fn size(&self) -> usize {
        self.items.len()
    }

    fn node(&self, index: usize) -> L::Item {
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
        self.list.read((Bound::Unbounded, Bound::Unbounded), false).count() as u64
    }
}
