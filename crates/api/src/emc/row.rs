//! Export management companies in the view.

use std::sync::Arc;

use daftar_domain::emc::{EmcConsented, EmcEvent, EmcRevised, Rank};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{Date, EmcCode, EmcId, Index, LegalId, Name, TradeCardNumber, search_key};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::amended::{Amend, Amended};
use crate::view::counts::Counts;
use crate::view::dated::{Dated, Fact};
use crate::view::facet::Facet;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{NEWEST, Row, RowAt, Seen};
use crate::view::search::Search;

/// What may be revised of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Amend for EmcFacts {
    type By = EmcRevised;

    fn amend(&mut self, revised: &EmcRevised) {
        let EmcRevised { name, name_latin, trade_card, trade_card_expires } = revised;
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.trade_card = trade_card.clone().unwrap_or_else(|| self.trade_card.clone());
        self.trade_card_expires = trade_card_expires.or(self.trade_card_expires);
    }

    fn name(&self) -> &Name {
        &self.name
    }
}

/// A mandate of a unit: the effective date of its fact is its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// The row of the unit.
    pub sme: u32,
    /// The first day without it, as agreed.
    pub until: Option<Date>,
    /// When it was ended before its time.
    ended: Dated<()>,
}

/// A company.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// When its consent was withdrawn.
    withdrawals: Dated<()>,
    ranks: Dated<Rank>,
    /// Past ones among them.
    mandates: Dated<Mandate>,
    facts: Amended<EmcFacts>,
    noted: Noted,
}

impl Row for EmcRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl EmcRow {
    fn new(id: EmcId, event: &EmcConsented, recorded: &Recorded) -> Self {
        let facts = Amended::new(EmcFacts {
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
            withdrawals: Dated::default(),
            ranks: Dated::default(),
            mandates: Dated::default(),
            facts,
            noted: Noted::default(),
        }
    }

    fn apply(&mut self, event: &EmcEvent, recorded: &Recorded, sme: Option<u32>) {
        let (on, position) = (recorded.event.effective, recorded.position);
        match event {
            EmcEvent::EmcConsented(_) => {}
            EmcEvent::EmcRevised(event) => self.facts.amend(event.clone(), on, position),
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
                    Some(mandate.sme) == sme && mandate.ended.latest(NEWEST).is_none() && runs
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

/// What lists show of a company: whether its consent is in force now, and its rank.
type Shown = (bool, Option<Rank>);

impl<'a> RowAt<'a, EmcRow> {
    /// What holds on a day, or after everything that is recorded.
    pub fn facts(self, on: Option<Date>) -> Arc<EmcFacts> {
        self.get().facts.facts(on, self.at)
    }

    /// The key of the name.
    pub fn name_key(self) -> Arc<str> {
        self.get().facts.key(&self.facts(None))
    }

    /// The position of the event that gave a field its value on a day; none for a field that never had one.
    pub fn set_by<V: PartialEq>(
        self,
        on: Option<Date>,
        field: impl Fn(&EmcFacts) -> Option<V>,
    ) -> Option<Position> {
        self.get().facts.set_by(on, self.at, self.recorded(), field)
    }

    /// The withdrawal of its consent: its day is the first without it.
    pub fn withdrawal(self) -> Option<&'a Fact<()>> {
        self.get().withdrawals.latest(self.at)
    }

    /// The first day without the consent.
    pub fn withdrawn(self) -> Option<Date> {
        self.withdrawal().map(|fact| fact.effective)
    }

    /// Whether the consent is in force on a day, or after everything that is recorded.
    pub fn consent_on(self, on: Option<Date>) -> bool {
        match on {
            Some(on) => self.consented <= on && self.withdrawn().is_none_or(|withdrawn| on < withdrawn),
            None => self.withdrawn().is_none(),
        }
    }

    /// Its ranks that are not voided, in order.
    pub fn ranks(self) -> impl Iterator<Item = &'a Fact<Rank>> {
        self.get().ranks.standing(self.at)
    }

    /// The rank on a day, or after everything that is recorded; it ends with the consent.
    pub fn rank(self, on: Option<Date>) -> Option<&'a Fact<Rank>> {
        self.get().ranks.on(on, self.at).filter(|_| self.consent_on(on))
    }

    /// The same without its dates.
    pub fn rank_on(self, on: Option<Date>) -> Option<Rank> {
        self.rank(on).map(|fact| fact.value)
    }

    /// Its mandates that are not voided, past ones among them, by their first day.
    pub fn mandates(self) -> impl Iterator<Item = &'a Fact<Mandate>> {
        self.get().mandates.standing(self.at)
    }

    /// The first day without a mandate; the end of the consent ends it too.
    pub fn end_of(self, mandate: &Mandate) -> Option<Date> {
        let ended = mandate.ended.latest(self.at).map(|fact| fact.effective);
        [ended, mandate.until, self.withdrawn()].into_iter().flatten().min()
    }

    fn shown(self) -> Shown {
        (self.withdrawn().is_none(), self.rank_on(None))
    }
}

/// The sort key of companies: the key of the name, then the order of recording.
pub type EmcKey = (Arc<str>, u32);

/// What lists of companies are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
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

impl EmcLists {
    fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        self.consented.change(before.map(|before| &before.0), Some(&after.0), row);
        self.ranks.change(before.and_then(|before| before.1.as_ref()), after.1.as_ref(), row);
    }

    /// Gives a company its places in orders, and the texts by which it is found.
    fn index(&mut self, row: u32, emc: RowAt<'_, EmcRow>) {
        let facts = emc.facts(None);
        let latin = facts.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = emc.code.as_str().into();
        let key = emc.facts.key(&facts);
        let texts =
            [&*key, latin.as_deref().unwrap_or_default(), &search_key(&code), &emc.legal_id.to_string()];
        self.search.set(row, &texts);
        self.by_name.set(row, Some((key, row)));
        self.in_code.set(row, Some((code, ())));
        self.by_date.set(row, Some((emc.consented, row)));
    }

    fn cut(&mut self, length: u32) {
        self.by_name.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
        self.consented.cut(length);
        self.ranks.cut(length);
    }

    fn settle(&mut self) {
        self.by_name.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}

/// All companies.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct EmcRows {
    /// The rows.
    pub rows: Seen<EmcRow>,
    by_id: Index<EmcId>,
    by_code: Index<EmcCode>,
    lists: Lists<EmcLists>,
    counts: Counts<1>,
}

impl EmcRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, EmcRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: EmcId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a code.
    pub fn by_code(&self, code: &EmcCode) -> Option<u32> {
        self.by_code.get(code).filter(|row| self.rows.has(*row))
    }

    /// How many had a consent in force on a day.
    pub fn count_on(&self, on: Date) -> i64 {
        match self.rows.at() {
            NEWEST => self.counts.on(on)[0],
            _ => self.rows.iter().filter(|emc| emc.consent_on(Some(on))).count() as i64,
        }
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &EmcLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let emc = self.rows.row(row);
                lists.refile(row, Some(&self.rows.newest(row).shown()), &emc.shown());
                lists.index(row, emc);
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a company's history.
    pub fn note(&mut self, id: EmcId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }
}

impl View {
    /// Folds an event of a company.
    pub(crate) fn fold_emc(&mut self, id: EmcId, event: &EmcEvent, recorded: &Recorded) {
        let emcs = &mut self.emcs;
        let (row, before) = match event {
            EmcEvent::EmcConsented(consented) => {
                let row = emcs.rows.push(EmcRow::new(id, consented, recorded));
                emcs.by_id.insert(id, row);
                emcs.by_code.insert(consented.code.clone(), row);
                emcs.counts.add(recorded.event.effective, 0, 1);
                (row, None)
            }
            _ => {
                let row = emcs.by_id.get(&id).expect("an event follows its company's consent");
                (row, Some(emcs.rows.row(row).shown()))
            }
        };
        let sme = match event {
            EmcEvent::MandateGranted(event) => self.smes.by_id(event.sme),
            EmcEvent::MandateEnded(event) => self.smes.by_id(event.sme),
            _ => None,
        };
        let withdrawn = emcs.rows.row(row).withdrawn();
        emcs.rows.get_mut(row).apply(event, recorded, sme);
        let emc = emcs.rows.row(row);
        if withdrawn != emc.withdrawn() {
            withdrawn.into_iter().for_each(|day| emcs.counts.add(day, 0, 1));
            emc.withdrawn().into_iter().for_each(|day| emcs.counts.add(day, 0, -1));
        }
        emcs.lists.newest.refile(row, before.as_ref(), &emc.shown());
        if matches!(event, EmcEvent::EmcConsented(_) | EmcEvent::EmcRevised(_)) {
            emcs.lists.newest.index(row, emc);
        }
        if let (EmcEvent::MandateGranted(_), Some(sme)) = (event, sme) {
            self.smes.add_emc(sme, row);
        }
    }
}
