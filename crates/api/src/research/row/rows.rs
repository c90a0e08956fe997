//! All projects, what lists of them are answered from, and what they sum to.

use std::collections::BTreeMap;
use std::sync::Arc;

use daftar_domain::envelope::{EntityId, Position, Recorded};
use daftar_domain::research::{Executor, Phase, ResearchEvent, ResearchTopic};
use daftar_domain::value::{
    Currency, Date, Index, Period, ProvinceCode, ResearchCode, ResearchId, RowsOf, search_key,
};
use serde::{Deserialize, Serialize};

use super::{FIGURES, Properties, ResearchRow};
use crate::view::View;
use crate::view::facet::Facet;
use crate::view::figures::{Added, Figures, Sums, add, summed};
use crate::view::lists::Lists;
use crate::view::order::Order;
use crate::view::row::{NEWEST, RowAt, Seen};
use crate::view::search::Search;

/// What lists show of a project that may become another.
type Shown = (Option<Phase>, Option<ProvinceCode>);

/// What lists of projects are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ResearchLists {
    /// By title.
    pub by_title: Order<(Arc<str>, u32)>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By the day of the proposal.
    pub by_date: Order<(Date, u32)>,
    /// By what they are about.
    pub topics: Facet<ResearchTopic>,
    /// By how far they have come.
    pub phases: Facet<Phase>,
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// Text.
    pub search: Search,
}

impl ResearchLists {
    fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        self.phases.change(before.and_then(|before| before.0.as_ref()), after.0.as_ref(), row);
        self.provinces.change(before.and_then(|before| before.1.as_ref()), after.1.as_ref(), row);
    }

    /// Gives a project its places in orders, and the texts by which it is found.
    fn index(&mut self, row: u32, research: RowAt<'_, ResearchRow>) {
        let facts = research.facts();
        let latin = facts.title_latin.as_ref().map(|title| search_key(title.as_str()));
        let code: Arc<str> = research.code.as_str().into();
        let key = research.title_key();
        self.search.set(row, &[&*key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.by_title.set(row, Some((key, row)));
        self.in_code.set(row, Some((code, ())));
        self.by_date.set(row, Some((research.proposed, row)));
    }

    fn cut(&mut self, length: u32) {
        self.by_title.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
        self.topics.cut(length);
        self.phases.cut(length);
        self.provinces.cut(length);
    }

    fn settle(&mut self) {
        self.by_title.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}

fn shown(research: RowAt<'_, ResearchRow>) -> Shown {
    (research.phase(None), research.facts().province)
}

/// All projects.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ResearchRows {
    /// The rows.
    pub rows: Seen<ResearchRow>,
    by_id: Index<ResearchId>,
    by_code: Index<ResearchCode>,
    /// By the units that they concern, and by the unit or park that carries them out.
    of_entities: RowsOf<EntityId>,
    lists: Lists<ResearchLists>,
    figures: Figures<Properties, FIGURES>,
    by_currency: Figures<Option<Currency>, FIGURES>,
}

impl ResearchRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ResearchRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ResearchId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a code.
    pub fn by_code(&self, code: &ResearchCode) -> Option<u32> {
        self.by_code.get(code).filter(|row| self.rows.has(*row))
    }

    /// The rows that concern a unit, or that a unit or park carries out.
    pub fn of_entity(&self, entity: EntityId) -> impl Iterator<Item = u32> {
        self.of_entities.get(&entity).iter().copied().filter(|row| self.rows.has(*row))
    }

    /// What happened to projects in a period sums to, by the currency of their budgets.
    pub fn totals(&self, period: Period) -> BTreeMap<Option<Currency>, [i64; FIGURES]> {
        let mut totals = BTreeMap::new();
        if self.rows.at() == NEWEST {
            let sums = self.by_currency.sums(period, false);
            totals.extend(sums.into_iter().map(|((_, currency), figures)| (currency, figures)));
        } else {
            for ((_, properties), figures) in self.sums(period, false) {
                add(totals.entry(properties.currency).or_insert([0; FIGURES]), &figures);
            }
        }
        totals
    }

    /// The same by their properties, and by year where years are told apart.
    pub fn sums(&self, period: Period, yearly: bool) -> Sums<Properties, FIGURES> {
        match self.rows.at() {
            NEWEST => self.figures.sums(period, yearly),
            _ => summed(self.rows.iter().flat_map(|research| research.figures()), period, yearly),
        }
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &ResearchLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let research = self.rows.row(row);
                lists.refile(row, Some(&shown(self.rows.newest(row))), &shown(research));
                lists.index(row, research);
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a project's history.
    pub fn note(&mut self, id: ResearchId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }

    fn sum_anew(&mut self, before: Vec<Added<Properties, FIGURES>>, after: Vec<Added<Properties, FIGURES>>) {
        let of_currency = |all: &[Added<Properties, FIGURES>]| {
            let added = |one: &Added<Properties, FIGURES>| Added {
                on: one.on,
                key: one.key.currency,
                figures: one.figures,
            };
            all.iter().map(added).collect()
        };
        self.by_currency.change(of_currency(&before), of_currency(&after));
        self.figures.change(before, after);
    }
}

impl View {
    /// Folds an event of a project.
    pub(crate) fn fold_research(&mut self, id: ResearchId, event: &ResearchEvent, recorded: &Recorded) {
        let researches = &mut self.researches;
        if let ResearchEvent::ResearchProposed(proposed) = event {
            let row = researches.rows.push(ResearchRow::new(id, proposed, recorded));
            researches.by_id.insert(id, row);
            researches.by_code.insert(proposed.code.clone(), row);
            let smes = proposed.smes.iter().map(|sme| EntityId::Sme(*sme));
            let executor = match &proposed.executor {
                Executor::Sme(id) => Some(EntityId::Sme(*id)),
                Executor::Park(id) => Some(EntityId::Park(*id)),
                Executor::Office(_) => None,
            };
            smes.chain(executor).for_each(|entity| researches.of_entities.note(entity, row));
            let research = researches.rows.row(row);
            let lists = &mut researches.lists.newest;
            lists.topics.add(&proposed.topic, row);
            lists.refile(row, None, &shown(research));
            lists.index(row, research);
            let figures = research.figures();
            researches.sum_anew(Vec::new(), figures);
            return;
        }
        let row = researches.by_id.get(&id).expect("an event follows its project's proposal");
        let research = researches.rows.row(row);
        let (before, figures) = (shown(research), research.figures());
        researches.rows.get_mut(row).apply(event, recorded);
        let research = researches.rows.row(row);
        researches.lists.newest.refile(row, Some(&before), &shown(research));
        if let ResearchEvent::ResearchRevised(_) = event {
            researches.lists.newest.index(row, research);
        }
        let after = research.figures();
        researches.sum_anew(figures, after);
    }
}
