//! Facts with both their dates: when they were true, and between which positions they stood in the record.
//!
//! A fact is never taken out: one that was voided or redated is ended, so that an answer as of an earlier position can
//! still see it.

use daftar_domain::envelope::Position;
use daftar_domain::value::Date;
use serde::{Deserialize, Serialize};

/// A fact: its value, from which day it holds, and where it stands in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact<T> {
    /// The first day on which it holds.
    pub effective: Date,
    /// The position of the event that recorded it, by which it is voided and redated.
    pub position: Position,
    /// The position from which the record says it with this date.
    pub since: Position,
    /// The position at which it was voided or redated.
    pub ended: Option<Position>,
    /// The value.
    pub value: T,
}

impl<T> Fact<T> {
    /// Whether the record says it as of a position.
    pub fn stands(&self, at: Position) -> bool {
        self.since <= at && self.ended.is_none_or(|ended| at < ended)
    }
}

/// The facts of one kind of one entity, ordered by (effective date, position).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    facts: Vec<Fact<T>>,
}

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self { facts: Vec::new() }
    }
}

impl<T> Dated<T> {
    /// Records a fact.
    pub fn record(&mut self, effective: Date, position: Position, value: T) {
        self.insert(Fact { effective, position, since: position, ended: None, value });
    }

    fn insert(&mut self, fact: Fact<T>) {
        let order = (fact.effective, fact.position);
        let index = self.facts.partition_point(|other| (other.effective, other.position) <= order);
        self.facts.insert(index, fact);
    }

    /// Ends the fact that was recorded at `position`; whether there was one.
    pub fn void(&mut self, position: Position, at: Position) -> bool {
        match self.standing_mut(position) {
            Some(fact) => {
                fact.ended = Some(at);
                true
            }
            None => false,
        }
    }

    fn standing_mut(&mut self, position: Position) -> Option<&mut Fact<T>> {
        self.facts.iter_mut().find(|fact| fact.position == position && fact.ended.is_none())
    }

    /// The facts that stand as of a position, in the order in which they took effect.
    pub fn standing(&self, at: Position) -> impl DoubleEndedIterator<Item = &Fact<T>> {
        self.facts.iter().filter(move |fact| fact.stands(at))
    }

    /// Those of them that took effect until a day, where one is given.
    pub fn until(&self, on: Option<Date>, at: Position) -> impl DoubleEndedIterator<Item = &Fact<T>> + Clone {
        let end = match (on, self.facts.last()) {
            (Some(on), Some(last)) if last.effective > on => {
                self.facts.partition_point(|fact| fact.effective <= on)
            }
            _ => self.facts.len(),
        };
        self.facts[..end].iter().filter(move |fact| fact.stands(at))
    }

    /// The values that stand, each with its date, to be changed in place.
    pub fn standing_values_mut(&mut self) -> impl Iterator<Item = (Date, &mut T)> {
        self.facts
            .iter_mut()
            .filter(|fact| fact.ended.is_none())
            .map(|fact| (fact.effective, &mut fact.value))
    }

    /// Every fact that ever stood.
    pub fn all(&self) -> &[Fact<T>] {
        &self.facts
    }

    /// What took effect last as of a position.
    pub fn latest(&self, at: Position) -> Option<&Fact<T>> {
        self.on(None, at)
    }

    /// What holds on a day, or took effect last where no day is given, as of a position.
    pub fn on(&self, on: Option<Date>, at: Position) -> Option<&Fact<T>> {
        self.until(on, at).next_back()
    }
}

impl<T: Clone> Dated<T> {
    /// Moves the fact that was recorded at `position` to another day; whether there was one.
    pub fn redate(&mut self, position: Position, effective: Date, at: Position) -> bool {
        let Some(fact) = self.standing_mut(position) else { return false };
        fact.ended = Some(at);
        let value = fact.value.clone();
        self.insert(Fact { effective, position, since: at, ended: None, value });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::row::NEWEST;

    fn day(day: u32) -> Date {
        Date::new(2019, 3, day).unwrap()
    }

    #[test]
    fn ties_on_a_day_follow_position_and_ended_facts_do_not_hold() {
        let mut facts = Dated::default();
        facts.record(day(2), 10, 'a');
        facts.record(day(4), 12, 'c');
        facts.record(day(4), 11, 'b');
        let seen = |facts: &Dated<char>, on, at| facts.on(Some(day(on)), at).map(|fact| fact.value);
        let held = |facts: &Dated<char>, on| seen(facts, on, NEWEST);
        assert_eq!(held(&facts, 1), None);
        assert_eq!(held(&facts, 3), Some('a'));
        assert_eq!(held(&facts, 4), Some('c'));
        assert!(facts.void(12, 20));
        assert!(!facts.void(12, 21));
        assert_eq!(held(&facts, 4), Some('b'));
        assert!(facts.redate(10, day(6), 22));
        assert_eq!(held(&facts, 3), None);
        assert_eq!(held(&facts, 9), Some('a'));
        assert_eq!(facts.all().len(), 4);
        // As of earlier positions the record says what it said then.
        assert_eq!(
            (seen(&facts, 4, 21), seen(&facts, 4, 19), seen(&facts, 4, 11)),
            (Some('b'), Some('c'), Some('b'))
        );
        assert_eq!(
            (seen(&facts, 3, 21), seen(&facts, 9, 21), seen(&facts, 9, 9)),
            (Some('a'), Some('b'), None)
        );
    }
}
