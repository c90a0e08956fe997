//! Lists of rows of the view.

use std::sync::Arc;

use super::arguments::PageArguments;
use super::{Connection, Paged, cursor};
use crate::refusal::Refusal;
use crate::view::View;
use crate::view::condition::Condition;
use crate::view::select::{Bound, Sorting, Spot, Window};

/// A part of a list: the rows that meet a condition, in an order.
pub struct Segment {
    /// The order.
    pub sorting: Arc<Sorting>,
    /// What its rows have.
    pub condition: Condition,
}

/// A list of rows of the view: segments, one behind the other.
pub struct RowList {
    /// The view that it is of.
    pub view: Arc<View>,
    /// The segments. A row is in one of them only.
    pub segments: Vec<Segment>,
}

/// What a cursor holds: the order of the segment, its number, and the spot in it.
type Place = (Vec<i8>, u8, Spot);

/// A place as the orders of the view see it.
struct Found {
    segment: usize,
    bound: Bound,
}

impl Found {
    /// The place within a segment, where it is in it.
    fn within(&self, segment: usize) -> Option<&Bound> {
        (self.segment == segment).then_some(&self.bound)
    }
}

struct RowPage<N> {
    list: RowList,
    rows: Vec<(usize, u32)>,
    next: bool,
    previous: bool,
    node: N,
}

impl RowList {
    /// A list of one segment for each condition, all in one order.
    pub fn new(view: &Arc<View>, sorting: Sorting, conditions: impl IntoIterator<Item = Condition>) -> Self {
        let sorting = Arc::new(sorting);
        let segment = |condition| Segment { sorting: Arc::clone(&sorting), condition };
        Self { view: Arc::clone(view), segments: conditions.into_iter().map(segment).collect() }
    }

    /// The page that is asked for; `node` makes an item of a row of a segment.
    ///
    /// # Errors
    /// `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`.
    pub fn page<T, N>(self, arguments: &PageArguments, node: N) -> Result<Connection<T>, Refusal>
    where
        T: 'static,
        N: Fn(&Arc<View>, usize, u32) -> T + Send + Sync + 'static,
    {
        let (limit, backward) = arguments.limit()?;
        let after = self.read("after", arguments.after.as_ref())?;
        let before = self.read("before", arguments.before.as_ref())?;
        let mut rows = self.take(after.as_ref(), before.as_ref(), false, backward, limit + 1);
        let beyond = rows.len() > limit;
        rows.truncate(limit);
        if backward {
            rows.reverse();
        }
        // Beyond the page: what the extra row told, or a look from the page's end across the cursor.
        let previous = match (rows.first(), &after) {
            _ if backward && beyond => true,
            (Some(start), Some(_)) => self.any(None, Some(&self.find(*start)), false),
            (None, Some(after)) => self.any(None, Some(after), true),
            _ => false,
        };
        let next = match (rows.last(), &before) {
            _ if !backward && beyond => true,
            (Some(end), Some(_)) => self.any(Some(&self.find(*end)), None, false),
            (None, Some(before)) => self.any(Some(before), None, true),
            _ => false,
        };
        Ok(Connection { page: Arc::new(RowPage { list: self, rows, next, previous, node }) })
    }

    fn read(&self, argument: &'static str, cursor: Option<&String>) -> Result<Option<Found>, Refusal> {
        let Some((signature, segment, spot)) = cursor::read::<Place>(argument, cursor)? else {
            return Ok(None);
        };
        let segment = usize::from(segment);
        let sorting = self.segments.get(segment).map(|segment| &segment.sorting);
        let sorting = sorting.filter(|sorting| sorting.signature() == signature);
        let bound = sorting.and_then(|sorting| sorting.bound(&self.view, &spot));
        Ok(Some(Found { segment, bound: bound.ok_or(Refusal::Cursor(argument))? }))
    }

    fn find(&self, (segment, row): (usize, u32)) -> Found {
        let sorting = &self.segments[segment].sorting;
        let spot = sorting.spot(&self.view, row);
        let bound = sorting.bound(&self.view, &spot).expect("a row's spot is of its own order");
        Found { segment, bound }
    }

    /// Whether the list has a row between two places, or at them where they are included.
    fn any(&self, after: Option<&Found>, before: Option<&Found>, including: bool) -> bool {
        !self.take(after, before, including, false, 1).is_empty()
    }

    fn total(&self) -> u64 {
        let count =
            |Segment { sorting, condition }: &Segment| condition.count(&self.view, sorting.rows(&self.view));
        self.segments.iter().map(count).sum()
    }

    fn take(
        &self,
        after: Option<&Found>,
        before: Option<&Found>,
        including: bool,
        backward: bool,
        want: usize,
    ) -> Vec<(usize, u32)> {
        let mut found: Vec<(usize, u32)> = Vec::new();
        let mut numbers: Vec<usize> = (0..self.segments.len()).collect();
        if backward {
            numbers.reverse();
        }
        for number in numbers {
            if after.is_some_and(|after| number < after.segment)
                || before.is_some_and(|before| number > before.segment)
            {
                continue;
            }
            let window = Window {
                after: after.and_then(|place| place.within(number)),
                before: before.and_then(|place| place.within(number)),
                including,
                backward,
                want: want - found.len(),
            };
            let Segment { sorting, condition } = &self.segments[number];
            let rows = sorting.take(&self.view, condition, &window);
            found.extend(rows.into_iter().map(|row| (number, row)));
            if found.len() == want {
                break;
            }
        }
        found
    }
}

impl<T, N: Fn(&Arc<View>, usize, u32) -> T + Send + Sync> Paged<T> for RowPage<N> {
    fn size(&self) -> usize {
        self.rows.len()
    }

    fn node(&self, index: usize) -> T {
        let (segment, row) = self.rows[index];
        (self.node)(&self.list.view, segment, row)
    }

    fn cursor(&self, index: usize) -> String {
        let (segment, row) = self.rows[index];
        let sorting = &self.list.segments[segment].sorting;
        cursor::write(&(sorting.signature(), segment, sorting.spot(&self.list.view, row)))
    }

    fn has_next(&self) -> bool {
        self.next
    }

    fn has_previous(&self) -> bool {
        self.previous
    }

    fn total(&self) -> u64 {
        self.list.total()
    }
}
