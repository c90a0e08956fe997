//! What lists are answered from: kept up by the fold in the newest view, and in a past one made of that when somebody
//! first asks.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The lists of a noun.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(serialize = "L: Serialize", deserialize = "L: Deserialize<'de>"))]
pub struct Lists<L> {
    /// As the newest view has them.
    pub newest: L,
    #[serde(skip)]
    past: Option<OnceLock<L>>,
}

impl<L: Clone> Lists<L> {
    /// The lists of a past view that is made of this one, to be made when they are asked.
    pub fn past(&self) -> Self {
        Self { newest: self.newest.clone(), past: Some(OnceLock::new()) }
    }

    /// The lists; `make` makes those of a past view.
    pub fn get(&self, make: impl FnOnce(&L) -> L) -> &L {
        match &self.past {
            None => &self.newest,
            Some(past) => past.get_or_init(|| make(&self.newest)),
        }
    }
}
