//! The lists of companies, and the orders and texts in which they are found.

use daftar_domain::emc::Rank;
use serde::{Deserialize, Serialize};

use super::EmcRow;
use crate::view::facet::Facet;
use crate::view::places::{Placed, Places};
use crate::view::row::RowAt;

/// What lists show of a company: whether its consent is in force now, and its rank.
pub(super) type Shown = (bool, Option<Rank>);

/// What lists of companies are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct EmcLists {
    /// Orders and texts.
    pub places: Places,
    /// Whether the consent is in force now.
    pub consented: Facet<bool>,
    /// By rank now.
    pub ranks: Facet<Rank>,
}

impl EmcLists {
    pub(super) fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        self.consented.change(before.map(|before| &before.0), Some(&after.0), row);
        self.ranks.change(before.and_then(|before| before.1.as_ref()), after.1.as_ref(), row);
    }

    /// Gives a company its places in orders, and the texts by which it is found.
    pub(super) fn index(&mut self, row: u32, emc: RowAt<'_, EmcRow>) {
        let facts = emc.facts(None);
        let placed = Placed {
            name: emc.facts.key(&facts),
            latin: facts.name_latin.as_ref(),
            code: emc.code.as_str(),
            began: emc.consented,
            also: &emc.legal_id.to_string(),
        };
        self.places.set(row, placed);
    }

    pub(super) fn cut(&mut self, length: u32) {
        self.places.cut(length);
        self.consented.cut(length);
        self.ranks.cut(length);
    }

    pub(super) fn settle(&mut self) {
        self.places.settle();
    }
}
