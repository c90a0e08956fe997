//! What rows must have, as an expression: bitmaps and what only a row tells, joined by and, or and not.
//!
//! Each condition answers in two ways that agree: whether a row has it, and (where bitmaps can tell) which rows may.
//! What a list costs follows from choosing between them; see [`super::select`]. Nothing here reads a row that the
//! bitmaps of its siblings leave out.

use std::ops::ControlFlow;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::View;
use super::facet::Rows;
use super::order::{Place, Sorted};

/// A property that only the row itself tells.
pub type Verify = Arc<dyn Fn(&View, u32) -> bool + Send + Sync>;

/// Finds an order in a view.
pub type OrderOf = fn(&View) -> &dyn Sorted;

/// A set smaller than another by this factor is narrowed row by row, not by bitmaps.
const SMALL: u64 = 16;

/// What rows must have.
#[derive(Clone)]
pub enum Condition {
    /// To be one of these rows.
    Within(Rows),
    /// To lie between two places of an order.
    Between(OrderOf, Place, Place),
    /// To pass a test, which only these rows can pass where they are known.
    Check(Option<Rows>, Verify),
    /// To have all of these.
    All(Vec<Condition>),
    /// To have any of these.
    Any(Vec<Condition>),
    /// Not to have this.
    Not(Box<Condition>),
}

impl Condition {
    /// To pass a test.
    pub fn check(within: Option<Rows>, test: impl Fn(&View, u32) -> bool + Send + Sync + 'static) -> Self {
        Self::Check(within, Arc::new(test))
    }

    /// Not to have this.
    pub fn negated(self) -> Self {
        match self {
            Self::Not(condition) => *condition,
            condition => Self::Not(Box::new(condition)),
        }
    }

    /// To have this, among the rows that a view has seen.
    pub fn seen(self, order: &dyn Sorted) -> Self {
        match order.seen() {
            Some(seen) => Self::All(vec![Self::Within(seen), self]),
            None => self,
        }
    }

    /// Whether nothing is asked.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// Whether a row has it.
    pub fn holds(&self, view: &View, row: u32) -> bool {
        match self {
            Self::Within(rows) => rows.contains(row),
            Self::Between(order, from, until) => {
                let label = order(view).label(row);
                from.label <= label && label < until.label
            }
            Self::Check(within, test) => {
                within.as_ref().is_none_or(|rows| rows.contains(row)) && test(view, row)
            }
            Self::All(all) => all.iter().all(|one| one.holds(view, row)),
            Self::Any(any) => any.iter().any(|one| one.holds(view, row)),
            Self::Not(condition) => !condition.holds(view, row),
        }
    }

    /// Whether bitmaps tell exactly which rows have it.
    pub fn exact(&self) -> bool {
        match self {
            Self::Within(_) | Self::Between(..) => true,
            Self::Check(..) => false,
            Self::All(all) | Self::Any(all) => all.iter().all(Self::exact),
            Self::Not(condition) => condition.exact(),
        }
    }

    /// Whether bitmaps tell which rows may have it.
    pub fn bounded(&self) -> bool {
        match self {
            Self::Within(_) | Self::Between(..) => true,
            Self::Check(within, _) => within.is_some(),
            Self::All(all) => all.iter().any(Self::bounded),
            Self::Any(any) => any.iter().all(Self::bounded),
            Self::Not(condition) => condition.exact(),
        }
    }

    /// About how many of a view's `rows` rows may have it, told without looking at them.
    pub fn most(&self, rows: u64) -> u64 {
        let estimate = match self {
            Self::Within(within) | Self::Check(Some(within), _) => within.len(),
            Self::Check(None, _) => rows,
            Self::Between(_, from, until) => from.rows_until(*until),
            Self::All(all) => all.iter().map(|one| one.most(rows)).min().unwrap_or(rows),
            Self::Any(any) => any.iter().map(|one| one.most(rows)).fold(0, u64::saturating_add),
            // What is negated may be fewer than estimated, and only what is empty for certain may be called so.
            Self::Not(condition) if condition.exact() => rows.saturating_sub(condition.most(rows)).max(1),
            Self::Not(_) => rows,
        };
        estimate.min(rows)
    }

    /// The rows that may have it, of a view with `rows` rows: no others do, and all of them where the condition is
    /// exact. None where every row may.
    pub fn rows(&self, view: &View, rows: u64) -> Option<Rows> {
        match self {
            Self::Within(within) => Some(Arc::clone(within)),
            Self::Between(order, from, until) => {
                let mut between = RoaringBitmap::new();
                order(view).walk(*from, *until, false, &mut |row| {
                    between.insert(row);
                    ControlFlow::Continue(())
                });
                Some(Arc::new(between))
            }
            Self::Check(within, _) => within.clone(),
            Self::All(all) => intersection(all, view, rows),
            Self::Any(any) => {
                let mut union = RoaringBitmap::new();
                for one in any {
                    union |= &*one.rows(view, rows)?;
                }
                Some(Arc::new(union))
            }
            Self::Not(condition) if condition.exact() => {
                let mut others = RoaringBitmap::new();
                others.insert_range(0..rows as u32);
                others -= &*condition.rows(view, rows)?;
                Some(Arc::new(others))
            }
            Self::Not(_) => None,
        }
    }

    /// How many of a view's `rows` rows have it.
    pub fn count(&self, view: &View, rows: u64) -> u64 {
        if let Self::All(all) = self {
            match &**all {
                [] => return rows,
                [one] => return one.count(view, rows),
                [Self::Within(one), Self::Within(other)] => return one.intersection_len(other),
                _ => {}
            }
        }
        let exact = self.exact();
        if let (Self::Not(condition), true) = (self, exact) {
            return rows - condition.count(view, rows);
        }
        match self.rows(view, rows) {
            Some(all) if exact => all.len(),
            Some(may) => may.iter().filter(|row| self.holds(view, *row)).count() as u64,
            None => (0..rows as u32).filter(|row| self.holds(view, *row)).count() as u64,
        }
    }
}

/// The rows that may have all of the conditions: from the rarest, narrowed by the others.
fn intersection(all: &[Condition], view: &View, rows: u64) -> Option<Rows> {
    let mut by_rarity: Vec<(u64, &Condition)> = all.iter().map(|one| (one.most(rows), one)).collect();
    by_rarity.sort_by_key(|(most, _)| *most);
    let rarest = by_rarity.iter().position(|(_, one)| one.bounded())?;
    let (_, rarest) = by_rarity.remove(rarest);
    let mut narrowed = rarest.rows(view, rows)?;
    for (most, one) in by_rarity {
        if narrowed.is_empty() {
            break;
        }
        if one.exact() && narrowed.len().saturating_mul(SMALL) < most {
            narrowed = Arc::new(narrowed.iter().filter(|row| one.holds(view, *row)).collect());
        } else if let (Condition::Not(excluded), true) = (one, one.exact()) {
            if let Some(excluded) = excluded.rows(view, rows) {
                narrowed = Arc::new(&*narrowed - &*excluded);
            }
        } else if let Some(others) = one.rows(view, rows) {
            narrowed = Arc::new(&*narrowed & &*others);
        }
    }
    Some(narrowed)
}
