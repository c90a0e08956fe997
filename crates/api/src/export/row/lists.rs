//! What lists of exports are answered from.

use std::sync::Arc;

use daftar_domain::export::Channel;
use daftar_domain::value::{CommodityGroup, CountryCode, Date, DeclarationNumber, ProvinceCode};
use imbl::OrdSet;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::months::Dimensions;
use super::{ExportRow, ExportRows, Said};
use crate::view::facet::{Facet, Rows};
use crate::view::order::Order;
use crate::view::row::RowAt;

/// What lists of exports are answered from. Those of a past view may hold rows that it has not seen in their orders, by
/// declaration and by day.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ExportLists {
    /// By date.
    pub by_date: Order<(Date, u32)>,
    /// By value, in cents.
    pub by_value: Order<(i64, u32)>,
    /// Those that are not voided.
    pub standing: Rows,
    /// Those that were voided.
    pub voided: Rows,
    /// By commodity group.
    pub groups: Facet<CommodityGroup>,
    /// By destination.
    pub destinations: Facet<CountryCode>,
    /// By province of the unit.
    pub provinces: Facet<Option<ProvinceCode>>,
    /// By channel.
    pub channels: Facet<Channel>,
    /// By the row of the consortium.
    pub consortiums: Facet<u32>,
    /// By the row of the company.
    pub emcs: Facet<u32>,
    /// Those that are not voided, by declaration number.
    pub(super) by_declaration: OrdSet<(DeclarationNumber, u32)>,
    /// Those that are not voided, by date.
    pub(super) days: OrdSet<(Date, u32)>,
}

impl ExportLists {
    /// Files a row under what it says, or takes it out again.
    pub(super) fn file(&mut self, row: u32, said: &Said, present: bool) {
        let at = (said.on, row);
        let Dimensions { group, destination, province, channel } = said.dimensions();
        let declaration = (said.facts.declaration, row);
        put(&mut self.standing, row, present);
        if present {
            self.days.insert(at);
            self.by_declaration.insert(declaration);
        } else {
            self.days.remove(&at);
            self.by_declaration.remove(&declaration);
        }
        file(&mut self.groups, &group, row, present);
        file(&mut self.destinations, &destination, row, present);
        file(&mut self.provinces, &province, row, present);
        file(&mut self.channels, &channel, row, present);
        if let Some(consortium) = said.consortium {
            file(&mut self.consortiums, &consortium, row, present);
        }
        if let Some(emc) = said.emc {
            file(&mut self.emcs, &emc, row, present);
        }
    }

    /// Gives a row its places in orders.
    pub(super) fn index(&mut self, row: u32, said: &Said) {
        self.by_date.set(row, Some((said.on, row)));
        self.by_value.set(row, Some((said.facts.value_usd.cents(), row)));
    }

    /// Notes that a row was voided, or that it was not.
    pub(super) fn void(&mut self, row: u32, voided: bool) {
        put(&mut self.voided, row, voided);
    }

    pub(super) fn settle(&mut self) {
        self.by_date.settle();
        self.by_value.settle();
    }

    /// Those of a past view, made of these, which are those of the newest.
    pub(super) fn as_of(&self, exports: &ExportRows) -> Self {
        let mut lists = self.clone();
        lists.cut(exports.rows.len());
        for row in exports.undone_since() {
            lists.show(row, exports.rows.newest(row), false);
            lists.show(row, exports.row(row), true);
            lists.index(row, exports.row(row).said());
        }
        lists.settle();
        lists
    }

    fn show(&mut self, row: u32, export: RowAt<'_, ExportRow>, present: bool) {
        match export.voided() {
            Some(_) => self.void(row, present),
            None => self.file(row, export.said(), present),
        }
    }

    fn cut(&mut self, length: u32) {
        Arc::make_mut(&mut self.standing).remove_range(length..);
        Arc::make_mut(&mut self.voided).remove_range(length..);
        self.by_date.cut(length);
        self.by_value.cut(length);
        self.groups.cut(length);
        self.destinations.cut(length);
        self.provinces.cut(length);
        self.channels.cut(length);
        self.consortiums.cut(length);
        self.emcs.cut(length);
    }
}

fn file<K: Ord + Clone>(facet: &mut Facet<K>, value: &K, row: u32, present: bool) {
    if present { facet.add(value, row) } else { facet.remove(value, row) }
}

fn put(rows: &mut Rows, row: u32, present: bool) {
    let rows: &mut RoaringBitmap = Arc::make_mut(rows);
    if present {
        rows.insert(row);
    } else {
        rows.remove(row);
    }
}
