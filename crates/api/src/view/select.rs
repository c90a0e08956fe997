//! A page of the rows that a filter leaves, in an order.
//!
//! Two ways lead to a page, and the cost decides: walking the order and testing each row (right for filters that
//! leave much), or intersecting the bitmaps, rarest first, and picking the page by label (right for those that leave
//! little). A walk that has passed as many rows as the rarest property has gives up and takes the other way, so no
//! filter costs more than about twice its better way.

use std::ops::Bound;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::View;
use super::facet::Rows;
use super::order::Order;

/// A property that only the row itself tells.
pub type Verify = Arc<dyn Fn(&View, u32) -> bool + Send + Sync>;

/// What rows must have: be in all of the bitmaps, and pass what has to be verified.
#[derive(Clone, Default)]
pub struct Selection {
    /// Bitmaps of properties.
    pub all: Vec<Rows>,
    /// What no bitmap tells.
    pub verify: Vec<Verify>,
}

impl Selection {
    /// With one more bitmap.
    pub fn within(&mut self, rows: Rows) {
        self.all.push(rows);
    }

    /// With one more thing to verify.
    pub fn only(&mut self, verify: impl Fn(&View, u32) -> bool + Send + Sync + 'static) {
        self.verify.push(Arc::new(verify));
    }

    /// The number of rows with the rarest property.
    fn rarest(&self) -> Option<u64> {
        self.all.iter().map(|rows| rows.len()).min()
    }

    fn holds(&self, view: &View, row: u32) -> bool {
        self.all.iter().all(|rows| rows.contains(row)) && self.verified(view, row)
    }

    fn verified(&self, view: &View, row: u32) -> bool {
        self.verify.iter().all(|verify| verify(view, row))
    }

    /// The intersection of the bitmaps; none where there is no bitmap.
    fn intersected(&self) -> Option<Rows> {
        let mut all = self.all.clone();
        all.sort_by_key(|rows| rows.len());
        all.into_iter().reduce(|mut narrowed, rows| {
            if Arc::get_mut(&mut narrowed).is_none() {
                narrowed = Arc::new(&*narrowed & &*rows);
            } else {
                *Arc::make_mut(&mut narrowed) &= &*rows;
            }
            narrowed
        })
    }

    /// How many rows of an order are selected.
    pub fn count<K: Ord + Clone>(&self, view: &View, order: &Order<K>) -> u64 {
        if !self.verify.is_empty() {
            return match self.intersected() {
                Some(rows) => rows.iter().filter(|row| self.verified(view, *row)).count() as u64,
                None => order
                    .range(Bound::Unbounded, Bound::Unbounded)
                    .filter(|(_, row)| self.verified(view, *row))
                    .count() as u64,
            };
        }
        match &*self.all {
            [] => order.len() as u64,
            [rows] => rows.len(),
            [one, other] => one.intersection_len(other),
            _ => self.intersected().map_or(0, |rows: Arc<RoaringBitmap>| rows.len()),
        }
    }

    /// Up to `want` selected rows between two keys, from the lower end or backward from the upper.
    pub fn take<K: Ord + Clone>(
        &self,
        view: &View,
        order: &Order<K>,
        lower: Bound<&K>,
        upper: Bound<&K>,
        backward: bool,
        want: usize,
    ) -> Vec<u32> {
        if want == 0 {
            return Vec::new();
        }
        match self.rarest() {
            None => {
                self.walk(view, order, lower, upper, backward, want, usize::MAX).expect("it never gives up")
            }
            Some(0) => Vec::new(),
            Some(rarest) => {
                let sparse =
                    rarest.saturating_mul(rarest) <= (want as u64).saturating_mul(order.len() as u64);
                let walked = if sparse {
                    None
                } else {
                    self.walk(view, order, lower, upper, backward, want, rarest as usize)
                };
                walked.unwrap_or_else(|| self.pick(view, order, lower, upper, backward, want))
            }
        }
    }

    /// Walks the order; none when it gives up after `budget` rows.
    #[expect(clippy::too_many_arguments, reason = "a range, a direction and two limits; used in one place")]
    fn walk<K: Ord + Clone>(
        &self,
        view: &View,
        order: &Order<K>,
        lower: Bound<&K>,
        upper: Bound<&K>,
        backward: bool,
        want: usize,
        budget: usize,
    ) -> Option<Vec<u32>> {
        let mut found = Vec::with_capacity(want.min(128));
        let mut rows = order.range(lower, upper);
        let mut passed = 0;
        while let Some((_, row)) = if backward { rows.next_back() } else { rows.next() } {
            if self.holds(view, row) {
                found.push(row);
                if found.len() == want {
                    break;
                }
            }
            passed += 1;
            if passed > budget {
                return None;
            }
        }
        Some(found)
    }

    /// Intersects the bitmaps and picks the page by label.
    fn pick<K: Ord + Clone>(
        &self,
        view: &View,
        order: &Order<K>,
        lower: Bound<&K>,
        upper: Bound<&K>,
        backward: bool,
        want: usize,
    ) -> Vec<u32> {
        let from = match lower {
            Bound::Unbounded => 1,
            bound => order.label_from(bound),
        };
        let until = match upper {
            Bound::Unbounded => u64::MAX,
            Bound::Excluded(key) => order.label_from(Bound::Included(key)),
            Bound::Included(key) => order.label_from(Bound::Excluded(key)),
        };
        let narrowed = self.intersected().unwrap_or_default();
        let mut labelled: Vec<(u64, u32)> = narrowed
            .iter()
            .map(|row| (order.label(row), row))
            .filter(|(label, _)| (from..until).contains(label))
            .collect();
        if self.verify.is_empty() && labelled.len() > want {
            if backward {
                let cut = labelled.len() - want;
                labelled.select_nth_unstable(cut);
                labelled.drain(..cut);
            } else {
                labelled.select_nth_unstable(want);
                labelled.truncate(want);
            }
        }
        labelled.sort_unstable();
        if backward {
            labelled.reverse();
        }
        labelled.into_iter().map(|(_, row)| row).filter(|row| self.verified(view, *row)).take(want).collect()
    }
}
