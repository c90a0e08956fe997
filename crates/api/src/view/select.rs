//! A page of the rows that a condition leaves, in an order of one or more keys.
//!
//! Two ways lead to a page, and the cost decides: walking the order and testing each row (right for conditions that
//! leave much), or narrowing bitmaps, rarest first, and picking the page from what is left (right for those that leave
//! little). A walk that has passed as many rows as the rarest property has gives up and takes the other way, so no
//! condition costs more than about twice its better way.
//!
//! An order of several keys is not kept anywhere: the order of the first key is walked, and the rows of each of its
//! values are sorted by the other keys. That costs the page, and the rows of the values that the page touches.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::View;
use super::condition::{Condition, OrderOf};
use super::order::{Place, Side};

/// One key of an order.
#[derive(Clone, Copy)]
pub struct SortKey {
    /// The number by which cursors know it; from 1.
    pub number: i8,
    /// The order by it.
    pub order: OrderOf,
    /// Whether it runs from its end.
    pub descending: bool,
}

/// An order of a list: by the first key, rows of one value by the next, and so on; what ties in all of them by the
/// noun's own tie, in the direction of the last key. Without a value comes before all values, behind them where the key
/// is descending.
#[derive(Clone)]
pub struct Sorting {
    keys: Vec<SortKey>,
}

/// What a cursor holds: the values of a row by which its list was sorted, and its tie. It is a place, whether or not
/// the row still has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spot {
    values: Vec<Value>,
    tie: u64,
}

/// A spot as the orders of a view see it.
pub struct Bound {
    /// Of each key, the labels of the rows that have its value: from, until.
    labels: Vec<(u64, u64)>,
    tie: u64,
    /// Where a walk by the first key meets it: before the spot, and behind it.
    before: Place,
    behind: Place,
}

/// Where a page is looked for.
pub struct Window<'a> {
    /// Behind this spot.
    pub after: Option<&'a Bound>,
    /// Before this spot.
    pub before: Option<&'a Bound>,
    /// With the spots themselves.
    pub including: bool,
    /// From the end of the list.
    pub backward: bool,
    /// How many rows.
    pub want: usize,
}

impl Sorting {
    /// An order by these keys, of which there is at least one.
    pub fn by(keys: Vec<SortKey>) -> Self {
        assert!(!keys.is_empty(), "a list has an order");
        Self { keys }
    }

    /// The keys with their directions, as cursors know them.
    pub fn signature(&self) -> Vec<i8> {
        self.keys.iter().map(|key| if key.descending { -key.number } else { key.number }).collect()
    }

    /// How many rows have a place.
    pub fn rows(&self, view: &View) -> u64 {
        (self.keys[0].order)(view).rows()
    }

    /// Where a row stands.
    pub fn spot(&self, view: &View, row: u32) -> Spot {
        let values = self.keys.iter().map(|key| (key.order)(view).value(row)).collect();
        Spot { values, tie: (self.last().order)(view).tie(row) }
    }

    fn last(&self) -> &SortKey {
        self.keys.last().expect("an order has a key")
    }

    /// A spot as the orders of a view see it; none for one that is not of this order.
    pub fn bound(&self, view: &View, spot: &Spot) -> Option<Bound> {
        if spot.values.len() != self.keys.len() {
            return None;
        }
        let places = |key: &SortKey, value, low, high| {
            let order = (key.order)(view);
            Some((order.place(value, low)?, order.place(value, high)?))
        };
        let mut labels = Vec::with_capacity(self.keys.len());
        for (key, value) in self.keys.iter().zip(&spot.values) {
            let (from, until) = places(key, value, Side::Before, Side::Behind)?;
            labels.push((from.label, until.label));
        }
        let exactly = self.keys.len() == 1;
        let (low, high) =
            if exactly { (Side::At(spot.tie), Side::Past(spot.tie)) } else { (Side::Before, Side::Behind) };
        let (before, behind) = places(&self.keys[0], &spot.values[0], low, high)?;
        Some(Bound { labels, tie: spot.tie, before, behind })
    }

    /// How a row compares with a spot.
    fn beside(&self, view: &View, row: u32, bound: &Bound) -> Ordering {
        for (key, (from, until)) in self.keys.iter().zip(&bound.labels) {
            let label = (key.order)(view).label(row);
            let ordering = if label < *from {
                Ordering::Less
            } else if label >= *until {
                Ordering::Greater
            } else {
                continue;
            };
            return directed(ordering, key.descending);
        }
        let last = self.last();
        directed((last.order)(view).tie(row).cmp(&bound.tie), last.descending)
    }

    /// How two rows compare.
    fn compare(&self, view: &View, one: u32, other: u32) -> Ordering {
        for key in &self.keys {
            let order = (key.order)(view);
            if self.keys.len() > 1 && order.tied(one, other) {
                continue;
            }
            return directed(order.label(one).cmp(&order.label(other)), key.descending);
        }
        let last = self.last();
        let order = (last.order)(view);
        directed(order.tie(one).cmp(&order.tie(other)), last.descending)
    }

    /// The rows of a window that a condition leaves, in order, or from the end where the window is backward.
    pub fn take(&self, view: &View, condition: &Condition, window: &Window<'_>) -> Vec<u32> {
        if window.want == 0 {
            return Vec::new();
        }
        let rows = self.rows(view);
        let most = condition.most(rows);
        if most == 0 {
            return Vec::new();
        }
        let budget = if condition.bounded() { most } else { u64::MAX };
        let sparse = budget.saturating_mul(budget) <= (window.want as u64).saturating_mul(rows);
        let walked = if sparse { None } else { self.walk(view, condition, window, budget) };
        walked.unwrap_or_else(|| self.pick(view, condition, window))
    }

    fn inside(&self, view: &View, window: &Window<'_>, row: u32) -> bool {
        let beyond = |bound: Option<&Bound>, side: Ordering| {
            bound.is_none_or(|bound| match self.beside(view, row, bound) {
                Ordering::Equal => window.including,
                other => other == side,
            })
        };
        beyond(window.after, Ordering::Greater) && beyond(window.before, Ordering::Less)
    }

    /// Walks the order of the first key; none when it gives up after `budget` rows.
    fn walk(&self, view: &View, condition: &Condition, window: &Window<'_>, budget: u64) -> Option<Vec<u32>> {
        let first = &self.keys[0];
        let single = self.keys.len() == 1;
        // A single key meets the spot exactly; of several, the walk takes in all rows of the spot's first value.
        let whole = !single || window.including;
        let side = |bound: &Bound, upper: bool| if upper == whole { bound.behind } else { bound.before };
        let (lower, upper) =
            if first.descending { (window.before, window.after) } else { (window.after, window.before) };
        let from = lower.map_or(Place::START, |bound| side(bound, false));
        let until = upper.map_or(Place::END, |bound| side(bound, true));
        let order = (first.order)(view);
        let (mut found, mut tied, mut passed) = (Vec::new(), Vec::new(), 0);
        let mut flow = ControlFlow::Continue(());
        order.walk(from, until, window.backward != first.descending, &mut |row| {
            if passed > budget {
                flow = ControlFlow::Break(());
                return flow;
            }
            passed += 1;
            if !condition.holds(view, row) {
                return flow;
            }
            if single {
                found.push(row);
            } else {
                if tied.last().is_some_and(|last| !order.tied(*last, row)) {
                    self.append(view, window, &mut tied, &mut found);
                }
                tied.push(row);
            }
            if found.len() < window.want { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if flow.is_break() {
            return None;
        }
        self.append(view, window, &mut tied, &mut found);
        found.truncate(window.want);
        Some(found)
    }

    /// Appends rows that tie in the first key, in the order of the others.
    fn append(&self, view: &View, window: &Window<'_>, tied: &mut Vec<u32>, found: &mut Vec<u32>) {
        tied.retain(|row| self.inside(view, window, *row));
        tied.sort_unstable_by(|one, other| directed(self.compare(view, *one, *other), window.backward));
        found.append(tied);
    }

    /// Narrows the bitmaps and picks the window from what is left.
    fn pick(&self, view: &View, condition: &Condition, window: &Window<'_>) -> Vec<u32> {
        let Some(narrowed) = condition.rows(view, self.rows(view)) else { return Vec::new() };
        let rows = narrowed.iter().filter(|row| self.inside(view, window, *row));
        let cut = condition.exact().then_some(window.want);
        let sorted = if let [key] = &*self.keys {
            let (order, reversed) = ((key.order)(view), window.backward != key.descending);
            let label = |row| if reversed { u64::MAX - order.label(row) } else { order.label(row) };
            let labelled: Vec<(u64, u32)> = rows.map(|row| (label(row), row)).collect();
            least(labelled, cut, Ord::cmp).into_iter().map(|(_, row)| row).collect()
        } else {
            least(rows.collect(), cut, |one: &u32, other: &u32| {
                directed(self.compare(view, *one, *other), window.backward)
            })
        };
        let holds = |row: &u32| cut.is_some() || condition.holds(view, *row);
        sorted.into_iter().filter(holds).take(window.want).collect()
    }
}

/// The items in order; only the first so many where they are cut.
fn least<T>(mut items: Vec<T>, cut: Option<usize>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if let Some(cut) = cut.filter(|cut| *cut < items.len()) {
        items.select_nth_unstable_by(cut, &compare);
        items.truncate(cut);
    }
    items.sort_unstable_by(&compare);
    items
}

fn directed(ordering: Ordering, backward: bool) -> Ordering {
    if backward { ordering.reverse() } else { ordering }
}
