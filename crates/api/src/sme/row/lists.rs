//! What lists of units are answered from.

use std::sync::Arc;

use daftar_domain::reference::{Reference, SizeClass};
use daftar_domain::sme::{IdleReason, KnowledgeGrade, OperatingStatus, PlotStage};
use daftar_domain::value::{Date, IsicCode, ParkId, ProvinceCode, search_key};
use serde::{Deserialize, Serialize};

use super::{SmeFacts, SmeRow};
use crate::view::facet::Facet;
use crate::view::order::Order;
use crate::view::row::RowAt;
use crate::view::search::Search;

/// The sort key of units: the key of the name, then the business ID.
pub type SmeKey = (Arc<str>, u64);

/// What lists filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    province: ProvinceCode,
    park: Option<ParkId>,
    isic: IsicCode,
    size: Option<SizeClass>,
    status: Option<OperatingStatus>,
    idle: Option<IdleReason>,
    plot: Option<PlotStage>,
}

/// Units by every value that a property ever had, be it voided since: more than have it on a day, never fewer.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SmeEver {
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// By what they did.
    pub statuses: Facet<OperatingStatus>,
    /// By park.
    pub parks: Facet<ParkId>,
    /// By ISIC class.
    pub industries: Facet<IsicCode>,
    /// By size class, by any thresholds.
    pub sizes: Facet<SizeClass>,
    /// By why they stood idle.
    pub idle: Facet<IdleReason>,
    /// By how far their plots had come.
    pub plots: Facet<PlotStage>,
    /// By knowledge-based grade.
    pub grades: Facet<KnowledgeGrade>,
}

/// What lists of units are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SmeLists {
    /// By name, then business ID.
    pub by_name: Order<SmeKey>,
    /// By business ID.
    pub in_business_id: Order<(u64, ())>,
    /// By the date of registration.
    pub by_date: Order<(Date, u64)>,
    /// By headcount; those without one come first.
    pub by_headcount: Order<(Option<u32>, u64)>,
    /// By province.
    pub by_province: Order<(ProvinceCode, u64)>,
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// By what they do now.
    pub statuses: Facet<OperatingStatus>,
    /// By park.
    pub parks: Facet<ParkId>,
    /// By ISIC class.
    pub industries: Facet<IsicCode>,
    /// By ISIC division.
    pub divisions: Facet<u8>,
    /// By size class.
    pub sizes: Facet<SizeClass>,
    /// By why they stand idle now.
    pub idle: Facet<IdleReason>,
    /// By how far their plots have come.
    pub plots: Facet<PlotStage>,
    /// By what they ever were.
    pub ever: SmeEver,
    /// Text.
    pub search: Search,
}

impl SmeLists {
    pub(super) fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        if before == Some(after) {
            return;
        }
        self.provinces.change(before.map(|before| &before.province), Some(&after.province), row);
        self.parks.change(before.and_then(|before| before.park.as_ref()), after.park.as_ref(), row);
        self.industries.change(before.map(|before| &before.isic), Some(&after.isic), row);
        let division = before.map(|before| before.isic.division());
        self.divisions.change(division.as_ref(), Some(&after.isic.division()), row);
        self.sizes.change(before.and_then(|before| before.size.as_ref()), after.size.as_ref(), row);
        self.statuses.change(before.and_then(|before| before.status.as_ref()), after.status.as_ref(), row);
        self.idle.change(before.and_then(|before| before.idle.as_ref()), after.idle.as_ref(), row);
        self.plots.change(before.and_then(|before| before.plot.as_ref()), after.plot.as_ref(), row);
    }

    /// Gives a unit its places in orders, and the texts by which it is found.
    pub(super) fn index(&mut self, row: u32, sme: RowAt<'_, SmeRow>, facts: &SmeFacts) {
        self.name(row, sme, facts);
        self.place(row, sme, facts);
    }

    /// Gives a unit its place by name, and the texts by which it is found.
    pub(super) fn name(&mut self, row: u32, sme: RowAt<'_, SmeRow>, facts: &SmeFacts) {
        let key = sme.facts.key(facts);
        match &facts.name_latin {
            Some(latin) => self.search.set(row, &[&key, &search_key(latin.as_str())]),
            None => self.search.set(row, &[&key]),
        }
        self.by_name.set(row, Some((key, sme.business_id.number())));
    }

    /// Gives a unit its places in the orders that its name says nothing about.
    pub(super) fn place(&mut self, row: u32, sme: RowAt<'_, SmeRow>, facts: &SmeFacts) {
        let business_id = sme.business_id.number();
        self.in_business_id.set(row, Some((business_id, ())));
        self.by_province.set(row, Some((facts.province, business_id)));
        self.by_date.set(row, Some((sme.registered, business_id)));
        self.by_headcount.set(row, Some((facts.headcount.map(|count| count.people()), business_id)));
    }

    pub(super) fn cut(&mut self, length: u32) {
        self.by_name.cut(length);
        self.in_business_id.cut(length);
        self.by_date.cut(length);
        self.by_headcount.cut(length);
        self.by_province.cut(length);
        self.provinces.cut(length);
        self.statuses.cut(length);
        self.parks.cut(length);
        self.industries.cut(length);
        self.divisions.cut(length);
        self.sizes.cut(length);
        self.idle.cut(length);
        self.plots.cut(length);
    }

    pub(super) fn settle(&mut self) {
        self.by_name.settle();
        self.in_business_id.settle();
        self.by_date.settle();
        self.by_headcount.settle();
        self.by_province.settle();
        self.search.settle();
    }
}

impl RowAt<'_, SmeRow> {
    /// What lists show of it.
    pub(super) fn shown(self, reference: &Reference) -> Shown {
        let (status, facts) = (self.status(None), &self.get().facts);
        let headcount = facts.last_said(None, self.at, |by| by.headcount.map(Some), |facts| facts.headcount);
        Shown {
            province: facts.last_said(None, self.at, |by| by.province, |facts| facts.province),
            park: facts.last_said(None, self.at, |by| by.park.map(Some), |facts| facts.park),
            isic: facts.last_said(None, self.at, |by| by.isic, |facts| facts.isic),
            size: headcount.and_then(|count| reference.size_class(count.people(), Date::MAX)),
            status: status.map(|status| status.status),
            idle: status.and_then(|status| status.reason),
            plot: self.plot_standing(None).map(|standing| standing.stage),
        }
    }
}
