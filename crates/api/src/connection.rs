//! Lists in pages, after the Relay convention: edges, nodes, exact page info both ways, and a total that is computed
//! only when it is asked for. A cursor holds the sort key with its tiebreak, so it stays good while rows come and go.

use std::borrow::Cow;
use std::ops::Bound;
use std::sync::Arc;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;
use crate::view::View;
use crate::view::order::Order;
use crate::view::select::Selection;

/// The most items of a page.
pub const PAGE_MOST: usize = 100;

/// The items of a page when a question doesn't say.
pub const PAGE_DEFAULT: usize = 20;

/// Which page is asked for.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// The first items.
    pub first: Option<i32>,
    /// Those after this cursor.
    pub after: Option<String>,
    /// The last items.
    pub last: Option<i32>,
    /// Those before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// What a question says of its page.
    pub fn new(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> Self {
        Self { first, after, last, before }
    }

    /// How many items, and whether they are counted from the end.
    fn limit(&self) -> Result<(usize, bool), Refusal> {
        let (argument, asked, backward) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Refusal::Arguments("`first` and `last` exclude each other")),
            (None, None) => return Ok((PAGE_DEFAULT, false)),
            (Some(first), None) => ("first", first, false),
            (None, Some(last)) => ("last", last, true),
        };
        match usize::try_from(asked) {
            Ok(limit) if limit <= PAGE_MOST => Ok((limit, backward)),
            _ => Err(Refusal::PageSize { argument, asked: asked.into(), most: PAGE_MOST }),
        }
    }
}

/// A key that cursors can hold.
pub trait CursorKey: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<K: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static> CursorKey for K {}

/// A place in a list: its order, the segment of the list, and the sort key.
type Place<K> = (u8, K);

fn write_cursor<K: Serialize>(order: u8, place: &(u8, &K)) -> String {
    let json = serde_json::to_vec(&(order, place.0, place.1)).expect("a sort key has no map with other keys");
    URL_SAFE_NO_PAD.encode(json)
}

fn read_cursor<K: DeserializeOwned>(
    order: u8,
    argument: &'static str,
    cursor: Option<&String>,
) -> Result<Option<Place<K>>, Refusal> {
    let Some(cursor) = cursor else { return Ok(None) };
    let read = || {
        let json = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (of, segment, key) = serde_json::from_slice::<(u8, u8, K)>(&json).ok()?;
        (of == order).then_some((segment, key))
    };
    read().map(Some).ok_or(Refusal::Cursor(argument))
}

/// A page of a list.
pub trait Paged<T>: Send + Sync {
    /// How many items the page has.
    fn size(&self) -> usize;
    /// The item at an index of the page.
    fn node(&self, index: usize) -> T;
    /// Its cursor.
    fn cursor(&self, index: usize) -> String;
    /// Whether items follow the page.
    fn has_next(&self) -> bool;
    /// Whether items come before the page.
    fn has_previous(&self) -> bool;
    /// How many items the list has.
    fn total(&self) -> u64;
}

/// A list of rows of the view: one or more segments, each in the same order.
pub struct RowList<K: Ord> {
    /// The view that it is of.
    pub view: Arc<View>,
    /// The order, and the number by which its cursors know it.
    pub order: (u8, fn(&View) -> &Order<K>),
    /// Whether the order runs from its end.
    pub descending: bool,
    /// What its rows have. A row is in one segment only.
    pub segments: Vec<Selection>,
}

struct RowPage<K: Ord, N> {
    list: RowList<K>,
    rows: Vec<(u8, u32)>,
    next: bool,
    previous: bool,
    node: N,
}

impl<K: CursorKey> RowList<K> {
    /// The page that is asked for; `node` makes an item of a row.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`.
    pub fn page<T, N>(self, arguments: &PageArguments, node: N) -> Result<Connection<T>, Refusal>
    where
        T: 'static,
        N: Fn(&Arc<View>, u32) -> T + Send + Sync + 'static,
    {
        let (limit, backward) = arguments.limit()?;
        let after = read_cursor::<K>(self.order.0, "after", arguments.after.as_ref())?;
        let before = read_cursor::<K>(self.order.0, "before", arguments.before.as_ref())?;
        let mut rows = self.take(after.as_ref(), before.as_ref(), backward, limit + 1);
        let beyond = rows.len() > limit;
        rows.truncate(limit);
        if backward {
            rows.reverse();
        }
        let place = |(segment, row): &(u8, u32)| {
            let key = (self.order.1)(&self.view).key(*row).expect("a listed row has its place");
            (*segment, key.clone())
        };
        // Beyond the page: what the extra row told, or a look from the page's end across the cursor.
        let start = rows.first().map(place);
        let end = rows.last().map(place);
        let previous = match (&start, &after) {
            _ if backward && beyond => true,
            (Some(start), Some(_)) => self.any(None, Some(start)),
            (None, Some(after)) => self.reaches(after, true),
            _ => false,
        };
        let next = match (&end, &before) {
            _ if !backward && beyond => true,
            (Some(end), Some(_)) => self.any(Some(end), None),
            (None, Some(before)) => self.reaches(before, false),
            _ => false,
        };
        Ok(Connection { page: Arc::new(RowPage { list: self, rows, next, previous, node }) })
    }

    /// Whether the list has a row between two places, without them.
    fn any(&self, after: Option<&Place<K>>, before: Option<&Place<K>>) -> bool {
        !self.take(after, before, false, 1).is_empty()
    }

    /// Whether the list has a row at a place or on the given side of it.
    fn reaches(&self, place: &Place<K>, backward: bool) -> bool {
        let order = (self.order.1)(&self.view);
        let at = self.segments.get(place.0 as usize).is_some_and(|segment| {
            let key = Bound::Included(&place.1);
            !segment.take(&self.view, order, key, key, false, 1).is_empty()
        });
        at || if backward { self.any(None, Some(place)) } else { self.any(Some(place), None) }
    }

    fn take(
        &self,
        after: Option<&Place<K>>,
        before: Option<&Place<K>>,
        backward: bool,
        want: usize,
    ) -> Vec<(u8, u32)> {
        let order = (self.order.1)(&self.view);
        let mut found: Vec<(u8, u32)> = Vec::new();
        let mut numbers: Vec<u8> = (0..self.segments.len() as u8).collect();
        if backward {
            numbers.reverse();
        }
        for number in numbers {
            let bound = |place: Option<&Place<K>>, outside: fn(u8, u8) -> bool| match place {
                Some((segment, _)) if outside(number, *segment) => None,
                Some((segment, key)) if *segment == number => Some(Some(key.clone())),
                _ => Some(None),
            };
            let Some(after) = bound(after, |number, segment| number < segment) else { continue };
            let Some(before) = bound(before, |number, segment| number > segment) else { continue };
            let side = |key: &Option<K>| key.clone().map_or(Bound::Unbounded, Bound::Excluded);
            let (mut lower, mut upper) = (side(&after), side(&before));
            if self.descending {
                std::mem::swap(&mut lower, &mut upper);
            }
            if !in_order(&lower, &upper) {
                continue;
            }
            let rows = self.segments[number as usize].take(
                &self.view,
                order,
                lower.as_ref(),
                upper.as_ref(),
                backward != self.descending,
                want - found.len(),
            );
            found.extend(rows.into_iter().map(|row| (number, row)));
            if found.len() == want {
                break;
            }
        }
        found
    }
}

/// Whether a range may hold something: a sorted map refuses one whose ends are the wrong way round.
fn in_order<K: Ord>(lower: &Bound<K>, upper: &Bound<K>) -> bool {
    match (lower, upper) {
        (Bound::Excluded(lower), Bound::Excluded(upper)) => lower < upper,
        _ => true,
    }
}

impl<K: CursorKey, T, N: Fn(&Arc<View>, u32) -> T + Send + Sync> Paged<T> for RowPage<K, N> {
    fn size(&self) -> usize {
        self.rows.len()
    }

    fn node(&self, index: usize) -> T {
        (self.node)(&self.list.view, self.rows[index].1)
    }

    fn cursor(&self, index: usize) -> String {
        let (segment, row) = self.rows[index];
        let (number, order) = self.list.order;
        let key = order(&self.list.view).key(row).expect("a listed row has its place");
        write_cursor(number, &(segment, key))
    }

    fn has_next(&self) -> bool {
        self.next
    }

    fn has_previous(&self) -> bool {
        self.previous
    }

    fn total(&self) -> u64 {
        let order = (self.list.order.1)(&self.list.view);
        self.list.segments.iter().map(|segment| segment.count(&self.list.view, order)).sum()
    }
}

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
        let after = read_cursor::<K>(0, "after", arguments.after.as_ref())?.map(|(_, key)| key);
        let before = read_cursor::<K>(0, "before", arguments.before.as_ref())?.map(|(_, key)| key);
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
        write_cursor(0, &(0, &self.items[index].0))
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

/// A page of a list.
pub struct Connection<T> {
    page: Arc<dyn Paged<T>>,
}

impl<T: Clone + Send + Sync + 'static> Connection<T> {
    /// The first items after a key, of a list that is read in the order of its keys only.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_CURSOR`.
    pub fn forward<K: CursorKey, I: Iterator<Item = (K, T)>>(
        first: Option<i32>,
        after: Option<String>,
        total: usize,
        items: impl FnOnce(Option<K>) -> I,
    ) -> Result<Self, Refusal> {
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        let (limit, _) = arguments.limit()?;
        let after = read_cursor::<K>(0, "after", arguments.after.as_ref())?.map(|(_, key)| key);
        let previous = after.is_some();
        let mut items: Vec<(K, T)> = items(after).take(limit + 1).collect();
        let next = items.len() > limit;
        items.truncate(limit);
        Ok(Self { page: Arc::new(WholePage { items, previous, next, total: total as u64 }) })
    }
}

/// An item of a page, with its cursor.
pub struct Edge<T> {
    page: Arc<dyn Paged<T>>,
    index: usize,
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether items come before this page.
    has_previous_page: bool,
    /// Whether items follow this page.
    has_next_page: bool,
    /// The cursor of the first item; none for an empty page.
    start_cursor: Option<String>,
    /// The cursor of the last item; none for an empty page.
    end_cursor: Option<String>,
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType + 'static> Connection<T> {
    /// The items with their cursors.
    fn edges(&self) -> Vec<Edge<T>> {
        (0..self.page.size()).map(|index| Edge { page: Arc::clone(&self.page), index }).collect()
    }

    /// The items.
    fn nodes(&self) -> Vec<T> {
        (0..self.page.size()).map(|index| self.page.node(index)).collect()
    }

    /// Where the page lies in the list.
    fn page_info(&self) -> PageInfo {
        let last = self.page.size().checked_sub(1);
        PageInfo {
            has_previous_page: self.page.has_previous(),
            has_next_page: self.page.has_next(),
            start_cursor: last.map(|_| self.page.cursor(0)),
            end_cursor: last.map(|last| self.page.cursor(last)),
        }
    }

    /// How many items the list has. Computed only when it is asked for.
    fn total_count(&self) -> u64 {
        self.page.total()
    }
}

impl<T: OutputType + 'static> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// An item of a page, with its cursor.
#[Object(name_type)]
impl<T: OutputType + 'static> Edge<T> {
    /// The cursor, to go on from.
    fn cursor(&self) -> String {
        self.page.cursor(self.index)
    }

    /// The item.
    fn node(&self) -> T {
        self.page.node(self.index)
    }
}

impl<T: OutputType + 'static> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}
