//! Where entities with a name, a code and a day stand in orders, and the texts by which they are found: the same for
//! parks, consortiums and companies.

use std::sync::Arc;

use daftar_domain::value::{Date, Name, search_key};
use serde::{Deserialize, Serialize};

use super::order::Order;
use super::search::Search;

/// The orders and texts of one kind of entity.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Places {
    /// By the key of the name, then in the order of recording.
    pub by_name: Order<(Arc<str>, u32)>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By the day on which it began.
    pub by_date: Order<(Date, u32)>,
    /// Text.
    pub search: Search,
}

/// What gives an entity its places.
pub struct Placed<'a> {
    /// The key of the Persian name.
    pub name: Arc<str>,
    /// The Latin name.
    pub latin: Option<&'a Name>,
    /// The code.
    pub code: &'a str,
    /// The day on which it began.
    pub began: Date,
    /// What else it is found by, as a search key.
    pub also: &'a str,
}

impl Places {
    /// Gives an entity its places, in place of those that it had.
    pub fn set(&mut self, row: u32, placed: Placed<'_>) {
        let Placed { name, latin, code, began, also } = placed;
        let latin = latin.map(|name| search_key(name.as_str()));
        self.search.set(row, &[&name, latin.as_deref().unwrap_or_default(), &search_key(code), also]);
        self.by_name.set(row, Some((name, row)));
        self.in_code.set(row, Some((code.into(), ())));
        self.by_date.set(row, Some((began, row)));
    }

    /// Forgets the rows from a length on; texts may keep them, since lists look at none that they have not seen.
    pub fn cut(&mut self, length: u32) {
        self.by_name.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
    }

    /// Makes orders and texts show what was set.
    pub fn settle(&mut self) {
        self.by_name.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}
