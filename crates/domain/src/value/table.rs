//! The containers of state and views. A clone costs the same however much they hold, and shares everything with its
//! original until one of them changes; while nothing is shared, changes are made in place.
//!
//! They know nothing of events. A row's number is its place in the table, for ever.

mod rows_of;
mod stored;

pub use rows_of::RowsOf;

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// Rows by dense number, from 0. A row is never removed.
///
/// A tree of three levels with short branches: reading takes three steps without a decision (`imbl::Vector` was 3 to 10
/// times slower here), and a change in a clone copies one path of pointers, to 16 rows, to 64 of those, and to every
/// 1,024 rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Table<T> {
    branches: Arc<Vec<Arc<Branch<T>>>>,
    length: usize,
}

/// Rows of a leaf; the places behind a table's last row are empty.
type Leaf<T> = [Option<Arc<T>>; LEAF];
type Branch<T> = [Option<Arc<Leaf<T>>>; BRANCH];

const LEAF: usize = 16;
const BRANCH: usize = 64;

/// Where a row stands: branch, leaf in the branch, place in the leaf.
fn path(number: usize) -> (usize, usize, usize) {
    (number / (LEAF * BRANCH), number / LEAF % BRANCH, number % LEAF)
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Table { branches: Arc::clone(&self.branches), length: self.length }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { branches: Arc::default(), length: 0 }
    }
}

impl<T> Table<T> {
    /// A table without rows.
    pub fn new() -> Self {
        Table::default()
    }

    /// Adds a row and tells its number.
    pub fn push(&mut self, row: T) -> u32 {
        let number = u32::try_from(self.length).expect("a table stays below 2^32 rows");
        let (branch, _, _) = path(self.length);
        if branch == self.branches.len() {
            Arc::make_mut(&mut self.branches).push(Arc::new([const { None }; BRANCH]));
        }
        *self.place(self.length) = Some(Arc::new(row));
        self.length += 1;
        number
    }

    /// The row with this number, which must be one that [`Table::push`] told.
    pub fn get(&self, number: u32) -> &T {
        self.row(number as usize).expect("row numbers come from this table")
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The rows in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + DoubleEndedIterator {
        (0..self.length).map(|number| self.row(number).expect("every number below the length has a row"))
    }

    fn row(&self, number: usize) -> Option<&T> {
        let (branch, leaf, place) = path(number);
        self.branches.get(branch)?[leaf].as_ref()?[place].as_deref()
    }

    /// The place of a row within an existing branch, with the path to it not shared with a clone.
    fn place(&mut self, number: usize) -> &mut Option<Arc<T>> {
        let (branch, leaf, place) = path(number);
        let branch = Arc::make_mut(&mut Arc::make_mut(&mut self.branches)[branch]);
        &mut Arc::make_mut(branch[leaf].get_or_insert_with(|| Arc::new([const { None }; LEAF])))[place]
    }
}

impl<T: Clone> Table<T> {
    /// The row with this number, to be changed; a clone of the table keeps the row as it was.
    pub fn get_mut(&mut self, number: u32) -> &mut T {
        assert!((number as usize) < self.length, "row numbers come from this table");
        Arc::make_mut(self.place(number as usize).as_mut().expect("every number below the length has a row"))
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut table = Table::new();
        for row in rows {
            table.push(row);
        }
        table
    }
}

/// The least size of the changes that are merged into a new base.
const LEAST_MERGE: usize = 4096;

/// Changes to what lies below; none stands for a key that was removed.
type Layer<K> = FxHashMap<K, Option<u32>>;

/// Row numbers by key. While it is not shared it is a plain hash map; what is changed in a clone goes into a layer of
/// its own above a shared base.
///
/// A layer is changed in place until it is shared in its turn. Layers are at most half as large as the one below, so
/// there are few of them, and each change is copied a logarithmic number of times (`imbl::HashMap` copied a kilobyte of
/// a node or two for each change); together they become a new base when they outgrow a quarter of it.
#[derive(Debug)]
pub struct Index<K> {
    base: Arc<FxHashMap<K, u32>>,
    /// The oldest first.
    layers: Vec<Arc<Layer<K>>>,
    length: usize,
}

impl<K> Clone for Index<K> {
    fn clone(&self) -> Self {
        Index { base: Arc::clone(&self.base), layers: self.layers.clone(), length: self.length }
    }
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Index { base: Arc::default(), layers: Vec::new(), length: 0 }
    }
}

impl<K: Hash + Eq + Clone> Index<K> {
    /// An index without keys.
    pub fn new() -> Self {
        Index::default()
    }

    /// The row number of a key.
    pub fn get<Q>(&self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        match self.layers.iter().rev().find_map(|layer| layer.get(key)) {
            Some(change) => *change,
            None => self.base.get(key).copied(),
        }
    }

    /// Whether the key has a row number.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.get(key).is_some()
    }

    /// Gives a key a row number, and tells the one that it had.
    pub fn insert(&mut self, key: K, number: u32) -> Option<u32> {
        let old = match self.unshared() {
            Some(base) => base.insert(key, number),
            None => {
                let old = self.get(&key);
                self.change(key, Some(number));
                old
            }
        };
        self.length += usize::from(old.is_none());
        old
    }

    /// Takes a key's row number away, and tells it.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let old = match self.unshared() {
            Some(base) => base.remove(key),
            None => {
                let old = self.get(key)?;
                self.change(key.to_owned(), None);
                Some(old)
            }
        };
        self.length -= usize::from(old.is_some());
        old
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The base with all layers merged into it, when nobody else holds it.
    fn unshared(&mut self) -> Option<&mut FxHashMap<K, u32>> {
        let base = Arc::get_mut(&mut self.base)?;
        self.layers.drain(..).for_each(|layer| settle(base, layer));
        Some(base)
    }

    /// Puts a change into the top layer: a new one, where that is shared.
    fn change(&mut self, key: K, change: Option<u32>) {
        if let Some(top) = self.layers.last_mut().and_then(Arc::get_mut) {
            top.insert(key, change);
            return;
        }
        self.merge_if_due();
        self.layers.push(Arc::new(FxHashMap::from_iter([(key, change)])));
    }

    /// Merges layers that are too large for what lies below them.
    fn merge_if_due(&mut self) {
        while let [.., below, top] = self.layers.as_slice()
            && below.len() < 2 * top.len()
        {
            let top = self.layers.pop().expect("there are two");
            let below = Arc::make_mut(self.layers.last_mut().expect("there was another"));
            below.extend(top.iter().map(|(key, change)| (key.clone(), *change)));
        }
        if let [only] = self.layers.as_slice()
            && only.len() > LEAST_MERGE.max(self.base.len() / 4)
        {
            let layer = self.layers.pop().expect("there is one");
            settle(Arc::make_mut(&mut self.base), layer);
        }
    }
}

/// Merges a layer into a base.
fn settle<K: Hash + Eq + Clone>(base: &mut FxHashMap<K, u32>, layer: Arc<Layer<K>>) {
    for (key, change) in Arc::unwrap_or_clone(layer) {
        match change {
            Some(number) => base.insert(key, number),
            None => base.remove(&key),
        };
    }
}
