//! What may be amended of an entity: as it was recorded first, and the amendments with both their dates.
//!
//! Amendments take effect in the order of their effective dates, those of a day in the order of recording. None is ever
//! taken out.

use std::sync::Arc;

use daftar_domain::envelope::Position;
use daftar_domain::value::{Date, Name, search_key};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::row::NEWEST;

/// Facts that amendments change.
pub trait Amend: Clone {
    /// An amendment.
    type By: Clone;
    /// Changes what the amendment names.
    fn amend(&mut self, by: &Self::By);
    /// The Persian name.
    fn name(&self) -> &Name;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "B: Serialize", deserialize = "B: DeserializeOwned"))]
struct Amendment<B> {
    effective: Date,
    position: Position,
    #[serde(with = "daftar_domain::event::stored")]
    by: Arc<B>,
}

/// The facts with their amendments.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "F: Serialize, F::By: Serialize",
    deserialize = "F: DeserializeOwned, F::By: DeserializeOwned"
))]
#[serde(from = "Recorded<F>")]
pub struct Amended<F: Amend> {
    original: Arc<F>,
    amendments: Vec<Amendment<F::By>>,
    /// After all amendments.
    #[serde(skip)]
    current: Arc<F>,
    /// The search key of the name after all amendments.
    #[serde(skip)]
    key: Arc<str>,
    /// The position of the amendment that was recorded last.
    #[serde(skip)]
    last: Position,
}

/// What a snapshot holds of them: the rest follows.
#[derive(Deserialize)]
#[serde(bound = "F: DeserializeOwned, F::By: DeserializeOwned")]
struct Recorded<F: Amend> {
    original: Arc<F>,
    amendments: Vec<Amendment<F::By>>,
}

impl<F: Amend> From<Recorded<F>> for Amended<F> {
    fn from(Recorded { original, amendments }: Recorded<F>) -> Self {
        let last = amendments.iter().map(|one| one.position).max().unwrap_or(0);
        let (current, key) = (Arc::clone(&original), Arc::default());
        let mut facts = Self { original, amendments, current, key, last };
        facts.current = facts.fold(None, NEWEST);
        facts.key = key_of(&*facts.current);
        facts
    }
}

impl<F: Amend> Amended<F> {
    /// The facts of an entity that was recorded just now.
    pub fn new(facts: F) -> Self {
        let (key, facts) = (key_of(&facts), Arc::new(facts));
        Self { current: Arc::clone(&facts), original: facts, amendments: Vec::new(), key, last: 0 }
    }

    /// Records an amendment.
    pub fn amend(&mut self, by: F::By, effective: Date, position: Position) {
        let index = self.amendments.partition_point(|other| other.effective <= effective);
        let (name, by) = (self.current.name().clone(), Arc::new(by));
        self.amendments.insert(index, Amendment { effective, position, by: Arc::clone(&by) });
        self.last = position;
        if index + 1 == self.amendments.len() {
            Arc::make_mut(&mut self.current).amend(&by);
        } else {
            self.current = self.fold(None, NEWEST);
        }
        if *self.current.name() != name {
            self.key = key_of(&*self.current);
        }
    }

    fn standing(&self, on: Option<Date>, at: Position) -> impl Iterator<Item = &Amendment<F::By>> {
        let holds =
            move |one: &&Amendment<F::By>| on.is_none_or(|on| one.effective <= on) && one.position <= at;
        self.amendments.iter().filter(holds)
    }

    fn fold(&self, on: Option<Date>, at: Position) -> Arc<F> {
        let mut facts = Arc::clone(&self.original);
        for amendment in self.standing(on, at) {
            Arc::make_mut(&mut facts).amend(&amendment.by);
        }
        facts
    }

    /// What holds on a day, or after everything, as of a position.
    pub fn facts(&self, on: Option<Date>, at: Position) -> Arc<F> {
        let all = self.amendments.is_empty() || (on.is_none() && self.last <= at);
        if all { Arc::clone(&self.current) } else { self.fold(on, at) }
    }

    /// What holds of one property on a day, or after everything, as of a position: what the last amendment says that
    /// names it, or what was recorded first. For a property that only its own amendments change.
    pub fn last_said<V>(
        &self,
        on: Option<Date>,
        at: Position,
        amended: impl Fn(&F::By) -> Option<V>,
        first: impl FnOnce(&F) -> V,
    ) -> V {
        let end =
            on.map_or(self.amendments.len(), |on| self.amendments.partition_point(|one| one.effective <= on));
        let standing = self.amendments[..end].iter().rev().filter(|one| one.position <= at);
        let mut said = standing.filter_map(|one| amended(&one.by));
        said.next().unwrap_or_else(|| first(&self.original))
    }

    /// What holds after everything that is recorded.
    pub fn current(&self) -> &Arc<F> {
        &self.current
    }

    /// What was recorded first.
    pub fn original(&self) -> &F {
        &self.original
    }

    /// Every amendment, in the order in which they take effect.
    pub fn amendments(&self) -> impl Iterator<Item = &F::By> {
        self.amendments.iter().map(|one| &*one.by)
    }

    /// The search key of the name of facts that hold as of a position.
    pub fn key(&self, facts: &F) -> Arc<str> {
        if facts.name() == self.current.name() { Arc::clone(&self.key) } else { key_of(facts) }
    }

    /// The days on which an amendment of some kind takes effect.
    pub fn days(&self, which: impl Fn(&F::By) -> bool) -> impl Iterator<Item = Date> {
        self.amendments.iter().filter(move |one| which(&one.by)).map(|one| one.effective)
    }

    /// The position of the event that gave a field the value that it has on a day as of a position, where `recorded` is
    /// that of the first; none for a field that never had a value.
    pub fn set_by<V: PartialEq>(
        &self,
        on: Option<Date>,
        at: Position,
        recorded: Position,
        field: impl Fn(&F) -> Option<V>,
    ) -> Option<Position> {
        let mut facts = F::clone(&self.original);
        let mut value = field(&facts);
        let mut by = value.as_ref().map(|_| recorded);
        for amendment in self.standing(on, at) {
            facts.amend(&amendment.by);
            let after = field(&facts);
            if after != value {
                (value, by) = (after, Some(amendment.position));
            }
        }
        by
    }
}

fn key_of<F: Amend>(facts: &F) -> Arc<str> {
    search_key(facts.name().as_str()).into()
}
