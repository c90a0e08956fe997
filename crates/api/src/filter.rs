//! What lists are narrowed and ordered by, in one way for every noun.
//!
//! A filter is an input with a field for each property of its noun, and `and`, `or` and `not` of its own kind. All that
//! is given must hold. Each property is defined once, for bitmaps and for rows alike (`property`).

mod input;
mod property;

use async_graphql::{Enum, InputObject, InputType};
use daftar_domain::value::Date;

use crate::refusal::Refusal;
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};
use crate::view::select::{SortKey, Sorting};

pub use input::{Choice, CodeChoice, DateRange, Limits, Range, TextMatch};
pub use property::{Narrowing, Ranked, Sorts, Text};

/// The most conditions of one filter, and the most values of one of its lists.
pub const CONDITIONS_MOST: usize = 100;

/// The deepest nesting of `and`, `or` and `not`.
pub const NESTING_MOST: usize = 8;

/// The most keys of an order.
pub const KEYS_MOST: usize = 4;

/// As of when rows must have what a filter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// After everything that is recorded: bitmaps tell.
    Now,
    /// On a day: bitmaps of what ever was narrow, rows tell.
    On(Date),
    /// What a record says that no bitmap has any more: rows tell.
    Record,
}

impl Scope {
    /// The day.
    pub fn on(self) -> Option<Date> {
        match self {
            Self::On(on) => Some(on),
            Self::Now | Self::Record => None,
        }
    }
}

/// A filter of a noun.
pub trait Filter: Sized {
    /// All of these, any of these, and not this.
    fn joined(&self) -> (&[Self], Option<&[Self]>, Option<&Self>);
    /// What its own fields say.
    ///
    /// # Errors
    /// What is wrong with a value.
    fn own(&self, narrowing: &mut Narrowing<'_>) -> Result<(), Refusal>;

    /// The condition that a row must meet.
    ///
    /// # Errors
    /// What is wrong with a value; `INVALID_ARGUMENT` for a filter that is too large.
    fn condition(&self, view: &View, scope: Scope) -> Result<Condition, Refusal> {
        let mut narrowing = Narrowing::new(view, scope);
        join(self, &mut narrowing, 0)?;
        Ok(narrowing.into_condition())
    }
}

fn join<F: Filter>(filter: &F, narrowing: &mut Narrowing<'_>, depth: usize) -> Result<(), Refusal> {
    if depth > NESTING_MOST {
        return Err(Refusal::Arguments("`filter` nests `and`, `or` and `not` more than 8 deep"));
    }
    filter.own(narrowing)?;
    let (and, or, not) = filter.joined();
    for one in and {
        join(one, narrowing, depth + 1)?;
    }
    if let Some(or) = or {
        let any = or.iter().map(|one| narrowing.apart(|apart| join(one, apart, depth + 1)));
        let any = Condition::Any(any.collect::<Result<_, _>>()?);
        narrowing.add(any)?;
    }
    if let Some(not) = not {
        let not = narrowing.apart(|apart| join(not, apart, depth + 1))?;
        narrowing.add(not.negated())?;
    }
    Ok(())
}

/// Implements [`Filter`] for an input with `and`, `or` and `not`.
macro_rules! joins {
    ($filter:ty) => {
        fn joined(&self) -> (&[Self], Option<&[Self]>, Option<&Self>) {
            (self.and.as_deref().unwrap_or_default(), self.or.as_deref(), self.not.as_deref())
        }
    };
}
pub(crate) use joins;

/// Which way a key of an order runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// From the least to the greatest; rows without a value come first.
    #[default]
    Asc,
    /// From the greatest to the least; rows without a value come last.
    Desc,
}

/// What a noun is ordered by.
pub trait OrderField: InputType + Copy + PartialEq {
    /// Its number in cursors, from 1, and the order by it.
    fn order(self) -> (i8, OrderOf);
}

/// A key of an order.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "SmeOrder", params(crate::sme::query::SmeOrderField)),
    concrete(name = "ParkOrder", params(crate::park::query::ParkOrderField)),
    concrete(name = "RevivalOrder", params(crate::revival::query::RevivalOrderField)),
    concrete(name = "ConsortiumOrder", params(crate::consortium::query::ConsortiumOrderField)),
    concrete(name = "EmcOrder", params(crate::emc::query::EmcOrderField)),
    concrete(name = "ExportOrder", params(crate::export::query::ExportOrderField)),
    concrete(name = "TrainingOrder", params(crate::training::query::TrainingOrderField)),
    concrete(name = "ResearchOrder", params(crate::research::query::ResearchOrderField)),
    concrete(name = "StatementOrder", params(crate::statement::query::StatementOrderField))
)]
pub struct OrderBy<F: OrderField> {
    /// What to order by.
    pub field: F,
    /// Which way.
    #[graphql(default)]
    pub direction: OrderDirection,
}

/// An order by the keys that are asked for, or by the usual one where none is.
///
/// # Errors
/// `INVALID_ARGUMENT` for too many keys, and for one that is named twice.
pub fn sorting<F: OrderField>(
    order_by: Option<&[OrderBy<F>]>,
    usual: (F, OrderDirection),
) -> Result<Sorting, Refusal> {
    let usual = [OrderBy { field: usual.0, direction: usual.1 }];
    let keys = order_by.filter(|keys| !keys.is_empty()).unwrap_or(&usual);
    if keys.len() > KEYS_MOST {
        return Err(Refusal::Arguments("`orderBy` has more than 4 keys"));
    }
    if keys.iter().enumerate().any(|(index, key)| keys[..index].iter().any(|other| other.field == key.field))
    {
        return Err(Refusal::Arguments("`orderBy` names a field twice"));
    }
    let key = |key: &OrderBy<F>| {
        let (number, order) = key.field.order();
        SortKey { number, order, descending: key.direction == OrderDirection::Desc }
    };
    Ok(Sorting::by(keys.iter().map(key).collect()))
}
