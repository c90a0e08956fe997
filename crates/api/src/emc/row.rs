//! Export management companies in the view.

use std::sync::Arc;

use daftar_domain::emc::{EmcConsented, EmcEvent, EmcRevised, Rank};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{Date, EmcCode, EmcId, Index, LegalId, Name, Table, TradeCardNumber, search_key};

use crate::view::View;
use crate::view::counts::Counts;
use crate::view::dated::Dated;
use crate::view::facet::Facet;
use crate::view::order::Order;
use crate::view::row::RowAt;
use crate::view::search::Search;

/// What may be revised of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmcFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// The number of its trade card.
    pub trade_card: TradeCardNumber,
    /// The first day on which the card is no longer valid.
    pub trade_card_expires: Option<Date>,
}

/// A mandate of a unit: the effective date of its fact is its first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The row of the unit.
    pub sme: u32,
    /// The first day without it, as agreed.
    pub until: Option<Date>,
    /// When it was ended before its time.
    pub ended: Dated<()>,
}

impl Mandate {
    /// The first day without it; open-ended where there is none.
    pub fn end(&self) -> Option<Date> {
        let ended = self.ended.latest().map(|fact| fact.effective);
        [ended, self.until].into_iter().flatten().min()
    }
}

/// A company.
#[derive(Clone, Debug)]
pub struct EmcRow {
    /// Its ID.
    pub id: EmcId,
    /// The code that people know it by.
    pub code: EmcCode,
    /// The registered company.
    pub legal_id: LegalId,
    /// When it got the initial consent.
    pub consented: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    /// How many events it has.
    pub version: u32,
    /// When its consent was withdrawn.
    pub withdrawals: Dated<()>,
    /// Its ranks.
    pub ranks: Dated<Rank>,
    /// Its mandates, past ones among them.
    pub mandates: Dated<Mandate>,
    /// The events of its history.
    pub events: Vec<Position>,
    original: Arc<EmcFacts>,
    revisions: Vec<(Date, Arc<EmcRevised>)>,
    current: Arc<EmcFacts>,
    key: Arc<str>,
}

impl EmcRow {
    fn new(id: EmcId, event: &EmcConsented, recorded: &Recorded) -> Self {
        let facts = Arc::new(EmcFacts {
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            trade_card: event.trade_card.clone(),
            trade_card_expires: event.trade_card_expires,
        });
        Self {
            id,
            code: event.code.clone(),
            legal_id: event.legal_id,
            consented: recorded.event.effective,
            basis: recorded.event.basis,
            version: 0,
            withdrawals: Dated::default(),
            ranks: Dated::default(),
            mandates: Dated::default(),
            events: Vec::new(),
            key: search_key(facts.name.as_str()).into(),
            current: Arc::clone(&facts),
            original: facts,
            revisions: Vec::new(),
        }
    }

    fn revise(&mut self, event: &EmcRevised, effective: Date) {
        let index = self.revisions.partition_point(|(other, _)| *other <= effective);
        self.revisions.insert(index, (effective, Arc::new(event.clone())));
        self.current = self.revised(|_| true);
        self.key = search_key(self.current.name.as_str()).into();
    }

    fn revised(&self, counts: impl Fn(Date) -> bool) -> Arc<EmcFacts> {
        let mut facts = Arc::clone(&self.original);
        for (_, revised) in self.revisions.iter().filter(|(effective, _)| counts(*effective)) {
            let EmcRevised { name, name_latin, trade_card, trade_card_expires } = &**revised;
            let facts = Arc::make_mut(&mut facts);
            facts.name = name.clone().unwrap_or_else(|| facts.name.clone());
            facts.name_latin = name_latin.clone().or_else(|| facts.name_latin.take());
            facts.trade_card = trade_card.clone().unwrap_or_else(|| facts.trade_card.clone());
            facts.trade_card_expires = trade_card_expires.or(facts.trade_card_expires);
        }
        facts
    }

    /// The key of the name.
    pub fn name_key(&self) -> Arc<str> {
        Arc::clone(&self.key)
    }

    /// What holds on a day, or after everything that is recorded.
    pub fn facts(&self, on: Option<Date>) -> Arc<EmcFacts> {
        match on {
            Some(on) if !self.revisions.is_empty() => self.revised(|effective| effective <= on),
            _ => Arc::clone(&self.current),
        }
    }

    /// The first day without the consent.
    pub fn withdrawn(&self) -> Option<Date> {
        self.withdrawals.latest().map(|fact| fact.effective)
    }

    /// Whether the consent is in force on a day, or after everything that is recorded.
    pub fn consent_on(&self, on: Option<Date>) -> bool {
        match on {
            Some(on) => self.consented <= on && self.withdrawn().is_none_or(|withdrawn| on < withdrawn),
            None => self.withdrawn().is_none(),
        }
    }

    /// The rank on a day, or after everything that is recorded; it ends with the consent.
    pub fn rank_on(&self, on: Option<Date>) -> Option<Rank> {
        self.ranks.on(on).filter(|_| self.consent_on(on)).map(|fact| fact.value)
    }

    /// The first day without a mandate; the end of the consent ends it too.
    pub fn end_of(&self, mandate: &Mandate) -> Option<Date> {
        [mandate.end(), self.withdrawn()].into_iter().flatten().min()
    }

    fn apply(&mut self, event: &EmcEvent, recorded: &Recorded, sme: Option<u32>) {
        let (on, position) = (recorded.event.effective, recorded.position);
        self.version = recorded.entity_version;
        match event {
            EmcEvent::EmcConsented(_) => {}
            EmcEvent::EmcRevised(event) => self.revise(event, on),
            EmcEvent::EmcRanked(event) => self.ranks.record(on, position, event.rank),
            EmcEvent::ConsentWithdrawn(_) => self.withdrawals.record(on, position, ()),
            EmcEvent::MandateGranted(event) => {
                let sme = sme.expect("a mandate is given by a recorded unit");
                let mandate = Mandate { sme, until: event.until, ended: Dated::default() };
                self.mandates.record(on, position, mandate);
            }
            EmcEvent::MandateEnded(_) => {
                let open = self.mandates.standing_values_mut().find(|(from, mandate)| {
                    let runs = *from < on && mandate.until.is_none_or(|until| on < until);
                    Some(mandate.sme) == sme && mandate.ended.latest().is_none() && runs
                });
                if let Some((_, mandate)) = open {
                    mandate.ended.record(on, position, ());
                }
            }
            EmcEvent::EmcFactVoided(event) => {
                let fact = event.position.0;
                let _voided = self.withdrawals.void(fact, position)
                    || self.ranks.void(fact, position)
                    || self.mandates.void(fact, position)
                    || self
                        .mandates
                        .standing_values_mut()
                        .any(|(_, mandate)| mandate.ended.void(fact, position));
            }
        }
    }
}

/// The sort key of companies: the key of the name, then the order of recording.
pub type EmcKey = (Arc<str>, u32);

/// What lists of companies are answered from.
#[derive(Clone, Default)]
pub struct EmcLists {
    /// By name.
    pub by_name: Order<EmcKey>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By the date of their consent.
    pub by_date: Order<(Date, u32)>,
    /// Whether the consent is in force now.
    pub consented: Facet<bool>,
    /// By rank now.
    pub ranks: Facet<Rank>,
    /// Text.
    pub search: Search,
}

/// All companies.
#[derive(Clone, Default)]
pub struct EmcRows {
    table: Table<EmcRow>,
    by_id: Index<EmcId>,
    by_code: Index<EmcCode>,
    lists: EmcLists,
    counts: Counts<1>,
}

impl EmcRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, EmcRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, EmcRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &EmcLists {
        &self.lists
    }

    /// How many had a consent in force on a day.
    pub fn count_on(&self, on: Date) -> i64 {
        self.counts.on(on)[0]
    }

    /// The row of an ID.
    pub fn by_id(&self, id: EmcId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// The row of a code.
    pub fn by_code(&self, code: &EmcCode) -> Option<u32> {
        self.by_code.get(code)
    }

    /// Adds an event to a company's history.
    pub fn note(&mut self, id: EmcId, position: Position) {
        if let Some(row) = self.by_id.get(&id) {
            self.table.get_mut(row).events.push(position);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.by_name.settle();
        self.lists.in_code.settle();
        self.lists.by_date.settle();
        self.lists.search.settle();
    }

    fn index(&mut self, row: u32) {
        let emc = self.table.get(row);
        let latin = emc.current.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = emc.code.as_str().into();
        let key = Arc::clone(&emc.key);
        let texts =
            [&*key, latin.as_deref().unwrap_or_default(), &search_key(&code), &emc.legal_id.to_string()];
        self.lists.search.set(row, &texts);
        self.lists.by_name.set(row, Some((key, row)));
        self.lists.in_code.set(row, Some((code, ())));
        self.lists.by_date.set(row, Some((emc.consented, row)));
    }
}

impl View {
    /// Folds an event of a company.
    pub(crate) fn fold_emc(&mut self, id: EmcId, event: &EmcEvent, recorded: &Recorded) {
        let rows = &mut self.emcs;
        if let EmcEvent::EmcConsented(consented) = event {
            let row = rows.table.push(EmcRow::new(id, consented, recorded));
            rows.by_id.insert(id, row);
            rows.by_code.insert(consented.code.clone(), row);
            rows.counts.add(recorded.event.effective, 0, 1);
            rows.lists.consented.add(&true, row);
        }
        let row = rows.by_id.get(&id).expect("an event follows its company's consent");
        let sme = match event {
            EmcEvent::MandateGranted(event) => self.smes.by_id(event.sme),
            EmcEvent::MandateEnded(event) => self.smes.by_id(event.sme),
            _ => None,
        };
        let emc = rows.table.get_mut(row);
        let before = (emc.withdrawn(), emc.rank_on(None));
        emc.apply(event, recorded, sme);
        let after = (emc.withdrawn(), emc.rank_on(None));
        if before.0 != after.0 {
            before.0.into_iter().for_each(|day| rows.counts.add(day, 0, 1));
            after.0.into_iter().for_each(|day| rows.counts.add(day, 0, -1));
            rows.lists.consented.change(Some(&before.0.is_none()), Some(&after.0.is_none()), row);
        }
        rows.lists.ranks.change(before.1.as_ref(), after.1.as_ref(), row);
        if matches!(event, EmcEvent::EmcConsented(_) | EmcEvent::EmcRevised(_)) {
            rows.index(row);
        }
        if let (EmcEvent::MandateGranted(_), Some(sme)) = (event, sme) {
            let emcs = &mut self.smes.row_mut(sme).emcs;
            if !emcs.contains(&row) {
                emcs.push(row);
            }
        }
    }
}
