//! Export management companies in the view.

mod lists;

use std::sync::Arc;

use daftar_domain::emc::{EmcConsented, EmcEvaluated, EmcEvent, EmcRevised, EvaluationOutcome, Rank};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{Date, EmcCode, EmcId, Index, LegalId, Name, Score, TradeCardNumber};
use serde::{Deserialize, Serialize};

use crate::consortium::row::one_a_day;
use crate::view::View;
use crate::view::amended::{Amend, Amended};
use crate::view::counts::{Counts, Span};
use crate::view::dated::{Dated, Fact};
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::row::{NEWEST, Row, RowAt, Seen};

pub use lists::EmcLists;
use lists::Shown;

/// What is counted by day: companies whose consent is in force, those of each rank, mandates in force.
const COUNTED: usize = 5;
const RANKED: usize = 1;
const MANDATES: usize = 4;

/// How many there are on a day.
#[derive(Clone, Copy, Debug)]
pub struct EmcCounts([i64; COUNTED]);

impl EmcCounts {
    /// Companies whose consent is in force.
    pub fn consented(&self) -> i64 {
        self.0[0]
    }

    /// Companies of a rank.
    pub fn ranked(&self, rank: Rank) -> i64 {
        self.0[RANKED + rank as usize]
    }

    /// Mandates in force.
    pub fn mandates(&self) -> i64 {
        self.0[MANDATES]
    }
}

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

/// A review: the effective date of its fact is its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What it found.
    pub outcome: EvaluationOutcome,
    /// The points that it gave, of 100.
    pub score: Option<Score>,
}

impl From<&EmcEvaluated> for Evaluation {
    fn from(event: &EmcEvaluated) -> Self {
        Self { outcome: event.outcome, score: event.score }
    }
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
    evaluations: Dated<Evaluation>,
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
            evaluations: Dated::default(),
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
            EmcEvent::EmcEvaluated(event) => self.evaluations.record(on, position, event.into()),
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
                    || self.evaluations.void(fact, position)
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

    /// Its reviews that are not voided, in order.
    pub fn evaluations(self) -> impl Iterator<Item = &'a Fact<Evaluation>> {
        self.get().evaluations.standing(self.at)
    }

    /// The last review until a day, or of all.
    pub fn evaluation(self, on: Option<Date>) -> Option<&'a Fact<Evaluation>> {
        self.get().evaluations.on(on, self.at)
    }

    /// Whether the trade card that it shows on a day is valid then.
    pub fn card_valid(self, on: Date) -> bool {
        self.consented <= on && self.facts(Some(on)).trade_card_expires.is_none_or(|expires| on < expires)
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

    /// What of it is counted.
    fn spans(self) -> Vec<Span> {
        let withdrawn = self.withdrawn();
        let ranks = one_a_day(self.ranks().map(|fact| (fact.effective, RANKED + fact.value as usize)));
        let mandates = self.mandates().map(|fact| Span {
            class: MANDATES,
            from: fact.effective,
            until: self.end_of(&fact.value),
        });
        let mut spans = Span::of(&[(self.consented, 0)], withdrawn);
        spans.extend(Span::of(&ranks, withdrawn));
        spans.extend(mandates);
        spans
    }

    fn shown(self) -> Shown {
        (self.withdrawn().is_none(), self.rank_on(None))
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
    counts: Counts<COUNTED>,
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

    /// How many there are on a day.
    pub fn counts_on(&self, on: Date) -> EmcCounts {
        EmcCounts(match self.rows.at() {
            NEWEST => self.counts.on(on),
            _ => Counts::among(self.rows.iter().flat_map(RowAt::spans), on),
        })
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
        let spans = if before.is_some() { emcs.row(row).spans() } else { Vec::new() };
        emcs.rows.get_mut(row).apply(event, recorded, sme);
        let emc = emcs.rows.row(row);
        emcs.counts.replace(&spans, &emc.spans());
        emcs.lists.newest.refile(row, before.as_ref(), &emc.shown());
        if matches!(event, EmcEvent::EmcConsented(_) | EmcEvent::EmcRevised(_)) {
            emcs.lists.newest.index(row, emc);
        }
        if let (EmcEvent::MandateGranted(_), Some(sme)) = (event, sme) {
            self.smes.add_emc(sme, row);
        }
    }
}
