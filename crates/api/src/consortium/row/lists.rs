//! The lists of consortiums, and the orders and texts in which they are found.

use daftar_domain::consortium::Phase;
use daftar_domain::value::CommodityGroup;
use serde::{Deserialize, Serialize};

use super::ConsortiumRow;
use crate::view::facet::Facet;
use crate::view::places::{Placed, Places};
use crate::view::row::RowAt;

/// What lists of consortiums are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ConsortiumLists {
    /// Orders and texts.
    pub places: Places,
    /// By product group.
    pub groups: Facet<CommodityGroup>,
    /// By phase now.
    pub phases: Facet<Phase>,
}

impl ConsortiumLists {
    /// Gives a consortium its places in orders, and the texts by which it is found.
    pub(super) fn index(&mut self, row: u32, consortium: RowAt<'_, ConsortiumRow>) {
        let facts = consortium.facts(None);
        let placed = Placed {
            name: consortium.facts.key(&facts),
            latin: facts.name_latin.as_ref(),
            code: consortium.code.as_str(),
            began: consortium.formed,
            also: "",
        };
        self.places.set(row, placed);
    }

    pub(super) fn cut(&mut self, length: u32) {
        self.places.cut(length);
        self.groups.cut(length);
        self.phases.cut(length);
    }

    pub(super) fn settle(&mut self) {
        self.places.settle();
    }
}
