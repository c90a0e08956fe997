//! Properties of rows, and how a filter turns into a condition on them.
//!
//! A property says how a row has its value (on a day, or after everything that is recorded) and which bitmaps or order
//! know it. The condition that is made of it says the same of a row whichever of them answers.

use std::sync::Arc;

use daftar_domain::value::{Date, search_key};
use serde::Serialize;

use super::input::{Choice, CodeChoice, DateRange, Limits, Range, TextMatch};
use super::{CONDITIONS_MOST, Scope};
use crate::refusal::Refusal;
use crate::view::View;
use crate::view::condition::{Condition, OrderOf};
use crate::view::facet::{Facet, Rows};
use crate::view::order::{Place, Side};
use crate::view::search::Search;
use async_graphql::InputType;

/// How a row has a value, as of a day where one is given.
pub type ValueOf<V> = fn(&View, u32, Option<Date>) -> Option<V>;

/// A property whose values part the rows into sorts.
pub struct Sorts<V: 'static> {
    /// The value of a row.
    pub of: ValueOf<V>,
    /// The rows by their value after everything that is recorded.
    pub now: Option<fn(&View) -> &Facet<V>>,
    /// The rows by every value that they ever had.
    pub ever: Option<fn(&View) -> &Facet<V>>,
}

/// A property whose values have an order.
pub struct Ranked<V: 'static> {
    /// The value of a row.
    pub of: ValueOf<V>,
    /// The order by it after everything that is recorded.
    pub order: Option<OrderOf>,
}

/// A property that is a text, as a search key.
pub struct Text {
    /// The text of a row.
    pub of: ValueOf<Arc<str>>,
    /// The order by it after everything that is recorded.
    pub order: Option<OrderOf>,
    /// The search that knows it, among other texts.
    pub search: fn(&View) -> &Search,
}

/// A condition that is being made of a filter.
pub struct Narrowing<'a> {
    /// The view that is asked.
    pub view: &'a View,
    /// As of when.
    pub scope: Scope,
    all: Vec<Condition>,
    left: usize,
}

impl<'a> Narrowing<'a> {
    /// Nothing asked so far.
    pub fn new(view: &'a View, scope: Scope) -> Self {
        Self { view, scope, all: Vec::new(), left: CONDITIONS_MOST }
    }

    /// What was asked.
    pub fn into_condition(self) -> Condition {
        Condition::All(self.all)
    }

    /// Asks one thing more.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` beyond the most conditions.
    pub fn add(&mut self, condition: Condition) -> Result<(), Refusal> {
        self.left =
            self.left.checked_sub(1).ok_or(Refusal::Arguments("`filter` has more than 100 conditions"))?;
        self.all.push(condition);
        Ok(())
    }

    /// The condition that a part makes for itself.
    ///
    /// # Errors
    /// Those of the part.
    pub fn apart(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<Condition, Refusal> {
        let outer = std::mem::take(&mut self.all);
        let made = part(self);
        let inner = std::mem::replace(&mut self.all, outer);
        made.map(|()| Condition::All(inner))
    }

    /// Asks that it has a value, or that it has none.
    fn null<V: 'static>(&mut self, null: Option<bool>, of: ValueOf<V>) -> Result<(), Refusal> {
        let (Some(null), on) = (null, self.scope.on()) else { return Ok(()) };
        self.add(Condition::check(None, move |view, row| of(view, row, on).is_none() == null))
    }

    /// Asks for one of some values.
    ///
    /// # Errors
    /// What is wrong with a value; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn choice<T: InputType, V: Ord + Clone + Send + Sync>(
        &mut self,
        choice: Option<&Choice<T>>,
        sorts: &Sorts<V>,
        read: impl Fn(&T) -> Result<V, Refusal>,
    ) -> Result<(), Refusal> {
        let Some(choice) = choice else { return Ok(()) };
        self.null(choice.null(), sorts.of)?;
        match choice.values(read)? {
            Some(values) => self.among(values, sorts),
            None => Ok(()),
        }
    }

    /// Asks for one of these values.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` beyond the most conditions.
    pub fn among<V: Ord + Clone + Send + Sync>(
        &mut self,
        values: Vec<V>,
        sorts: &Sorts<V>,
    ) -> Result<(), Refusal> {
        let known = match self.scope {
            Scope::Now => sorts.now,
            Scope::On(_) => sorts.ever,
            Scope::Record => None,
        };
        let rows = known.map(|known| known(self.view));
        if let (Scope::Now, Some(facet)) = (self.scope, rows) {
            let mut any: Vec<Condition> =
                values.iter().map(|value| Condition::Within(facet.get(value))).collect();
            return self.add(if any.len() == 1 { any.remove(0) } else { Condition::Any(any) });
        }
        let (of, on) = (sorts.of, self.scope.on());
        let may = rows.map(|facet| facet.any(&values));
        self.add(Condition::check(may, move |view, row| {
            of(view, row, on).is_some_and(|value| values.contains(&value))
        }))
    }

    /// Asks for one of some values, the rows of each of which are looked up. No row is without a value.
    ///
    /// # Errors
    /// What is wrong with a value; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn numbers<T: InputType>(
        &mut self,
        choice: Option<&Choice<T>>,
        rows: impl Fn(&T) -> Result<Vec<u32>, Refusal>,
    ) -> Result<(), Refusal> {
        let Some(choice) = choice else { return Ok(()) };
        if choice.null() == Some(true) {
            self.add(Condition::Any(Vec::new()))?;
        }
        match choice.values(rows)? {
            Some(rows) => self.add(Condition::Within(Arc::new(rows.into_iter().flatten().collect()))),
            None => Ok(()),
        }
    }

    /// Asks for one of some values, whose rows an index knows of what holds after everything that is recorded.
    ///
    /// # Errors
    /// What is wrong with a value; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn indexed<T: InputType, V: Ord + Clone + Send + Sync>(
        &mut self,
        choice: Option<&Choice<T>>,
        sorts: &Sorts<V>,
        read: impl Fn(&T) -> Result<V, Refusal>,
        rows: impl Fn(&V) -> Vec<u32>,
    ) -> Result<(), Refusal> {
        let Some(choice) = choice else { return Ok(()) };
        self.null(choice.null(), sorts.of)?;
        match (choice.values(read)?, self.scope) {
            (Some(values), Scope::Now) => {
                self.add(Condition::Within(Arc::new(values.iter().flat_map(rows).collect())))
            }
            (Some(values), _) => self.among(values, sorts),
            (None, _) => Ok(()),
        }
    }

    /// Asks for one of some codes, each of which leads to a row, or for a beginning of the code of a row.
    ///
    /// # Errors
    /// What is wrong with a code; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn code(
        &mut self,
        choice: Option<&CodeChoice>,
        row: impl Fn(&str) -> Result<Option<u32>, Refusal>,
        begins: fn(&View, u32, &str) -> bool,
    ) -> Result<(), Refusal> {
        let Some(choice) = choice else { return Ok(()) };
        if let Some(rows) = choice.values(row)? {
            self.add(Condition::Within(Arc::new(rows.into_iter().flatten().collect())))?;
        }
        if let Some(prefix) = choice.prefix().map(search_key) {
            self.add(Condition::check(None, move |view, row| begins(view, row, &prefix)))?;
        }
        Ok(())
    }

    /// Asks for a value from one to another, both included, of those that bitmaps know.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` beyond the most conditions.
    pub fn span<V: Ord + Clone + Send + Sync>(
        &mut self,
        (from, to): (V, V),
        sorts: &Sorts<V>,
    ) -> Result<(), Refusal> {
        let known = if self.scope == Scope::Now { sorts.now } else { sorts.ever };
        let may = known.map(|known| known(self.view).range(from.clone()..=to.clone()));
        match (self.scope, may) {
            (Scope::Now, Some(rows)) => self.add(Condition::Within(rows)),
            (_, may) => {
                let (of, on) = (sorts.of, self.scope.on());
                self.add(Condition::check(may, move |view, row| {
                    of(view, row, on).is_some_and(|value| (&from..=&to).contains(&&value))
                }))
            }
        }
    }

    /// Asks for a number between limits.
    ///
    /// # Errors
    /// What is wrong with a value; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn range<T: InputType, V: Ord + Copy + Serialize + Send + Sync>(
        &mut self,
        range: Option<&Range<T>>,
        ranked: &Ranked<V>,
        read: impl Fn(&T) -> Result<V, Refusal>,
    ) -> Result<(), Refusal> {
        let Some(range) = range else { return Ok(()) };
        self.unranked(range.null(), ranked)?;
        self.limits(range.limits(read)?, ranked)
    }

    /// Asks for a day between limits.
    ///
    /// # Errors
    /// What is wrong with a day; `INVALID_ARGUMENT` beyond the most conditions.
    pub fn dates(
        &mut self,
        argument: &'static str,
        dates: Option<&DateRange>,
        ranked: &Ranked<Date>,
    ) -> Result<(), Refusal> {
        let Some(dates) = dates else { return Ok(()) };
        self.unranked(dates.null(), ranked)?;
        self.limits(dates.limits(argument)?, ranked)
    }

    /// Asks that it has a value of an order, or that it has none.
    fn unranked<V: Send + Sync>(&mut self, null: Option<bool>, ranked: &Ranked<V>) -> Result<(), Refusal> {
        match (null, self.now(ranked.order)) {
            (Some(null), Some(order)) => {
                let place = |side| self.place(order, &(), side);
                let without = Condition::Between(order, place(Side::Before), place(Side::Behind));
                self.add(if null { without } else { without.negated() })
            }
            _ => self.null(null, ranked.of),
        }
    }

    fn limits<V: Ord + Copy + Serialize + Send + Sync>(
        &mut self,
        limits: Option<Limits<V>>,
        ranked: &Ranked<V>,
    ) -> Result<(), Refusal> {
        let Some((from, to)) = limits else { return Ok(()) };
        if let (Some(order), Scope::Now) = (ranked.order, self.scope) {
            // An open lower end leaves out those without a value, which come before all others.
            let lower = self.place(order, &from, if from.is_some() { Side::Before } else { Side::Behind });
            let upper = to.map_or(Place::END, |to| self.place(order, &to, Side::Behind));
            return self.add(Condition::Between(order, lower, upper));
        }
        let (of, on) = (ranked.of, self.scope.on());
        self.add(Condition::check(None, move |view, row| {
            of(view, row, on)
                .is_some_and(|value| from.is_none_or(|from| from <= value) && to.is_none_or(|to| value <= to))
        }))
    }

    /// A place beside a value in an order of its kind. Where no row can be without a value, that is at the start.
    fn place(&self, order: OrderOf, value: &impl Serialize, side: Side) -> Place {
        let value = serde_json::to_value(value).expect("a sort key is a scalar");
        order(self.view).place(&value, side).unwrap_or(Place::START)
    }

    /// Asks for a text.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` beyond the most conditions.
    pub fn text(&mut self, asked: Option<&TextMatch>, text: &Text) -> Result<(), Refusal> {
        let Some(TextMatch { eq, starts_with, contains, is_null }) = asked else { return Ok(()) };
        self.null(*is_null, text.of)?;
        if let Some(eq) = eq {
            let key = search_key(eq);
            let until = self.now(text.order).map(|order| self.place(order, &key, Side::Behind));
            self.spelled(key, until, text, |text, key| text == key)?;
        }
        if let Some(prefix) = starts_with {
            let key = search_key(prefix);
            let beyond = format!("{key}{}", char::MAX);
            let until = self.now(text.order).map(|order| self.place(order, &beyond, Side::Before));
            self.spelled(key, until, text, |text, key| text.starts_with(key))?;
        }
        if let Some(part) = contains {
            self.contained(part, text)?;
        }
        Ok(())
    }

    fn now(&self, order: Option<OrderOf>) -> Option<OrderOf> {
        order.filter(|_| self.scope == Scope::Now)
    }

    /// Asks for a text from a key up to a place of its order, which are those that a test passes.
    fn spelled(
        &mut self,
        key: String,
        until: Option<Place>,
        text: &Text,
        test: fn(&str, &str) -> bool,
    ) -> Result<(), Refusal> {
        if let (Some(order), Some(until)) = (text.order, until) {
            let from = self.place(order, &key, Side::Before);
            return self.add(Condition::Between(order, from, until));
        }
        let (of, on) = (text.of, self.scope.on());
        self.add(Condition::check(None, move |view, row| {
            of(view, row, on).is_some_and(|text| test(&text, &key))
        }))
    }

    fn contained(&mut self, part: &str, text: &Text) -> Result<(), Refusal> {
        let Some(asked) = (text.search)(self.view).ask(part) else { return Ok(()) };
        let (of, on) = (text.of, self.scope.on());
        let may: Option<Rows> = asked.narrowed.clone().filter(|_| self.scope == Scope::Now);
        self.add(Condition::check(may, move |view, row| {
            of(view, row, on).is_some_and(|text| {
                text.contains(&*asked.spaced) || text.replace(' ', "").contains(&*asked.unspaced)
            })
        }))
    }
}
