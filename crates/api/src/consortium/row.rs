//! Export consortiums in the view.

mod facts;
mod lists;

use std::sync::Arc;

use daftar_domain::consortium::{
    ConsortiumEvent, ConsortiumFormed, ObligationKind, ObligationRecorded, Phase,
};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{
    CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumId, Date, Index, Money, ObligationNumber,
};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::amended::Amended;
use crate::view::counts::{Counts, Span};
use crate::view::dated::{Dated, Fact};
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::row::{NEWEST, Row, RowAt, Seen};

pub use facts::ConsortiumFacts;
pub use lists::ConsortiumLists;

/// How many phases there are.
const PHASES: usize = 5;
/// What is counted by day: consortiums in each phase, memberships, obligations that are open.
const COUNTED: usize = PHASES + 2;

/// How many there are on a day.
#[derive(Clone, Copy, Debug)]
pub struct ConsortiumCounts([i64; COUNTED]);

impl ConsortiumCounts {
    /// Consortiums in a phase.
    pub fn in_phase(&self, phase: Phase) -> i64 {
        self.0[phase as usize]
    }

    /// Memberships.
    pub fn members(&self) -> i64 {
        self.0[PHASES]
    }

    /// Obligations of members that are not settled.
    pub fn obligations(&self) -> i64 {
        self.0[PHASES + 1]
    }
}

/// The time of a unit in a consortium: the effective date of its fact is the day on which it joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The row of the unit.
    pub sme: u32,
    /// Its export-readiness certificate.
    pub certificate: Option<CertificateNumber>,
    /// When it left: the first day on which it is no member.
    left: Dated<()>,
}

/// What a member owes: the effective date of its fact is the day since which it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// The row of the unit.
    pub sme: u32,
    /// Its number.
    pub number: ObligationNumber,
    /// What it is about.
    pub kind: ObligationKind,
    /// How much, where it is money.
    #[serde(with = "daftar_domain::event::stored")]
    pub amount: Option<Money>,
    /// The day by which it is to be settled.
    pub due: Option<Date>,
    /// When it was settled.
    settled: Dated<()>,
}

impl Obligation {
    fn new(sme: u32, event: &ObligationRecorded) -> Self {
        let ObligationRecorded { number, kind, amount, due, .. } = event.clone();
        Self { sme, number, kind, amount, due, settled: Dated::default() }
    }
}

/// A consortium.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsortiumRow {
    /// Its ID.
    pub id: ConsortiumId,
    /// The code that people know it by.
    pub code: ConsortiumCode,
    /// The product group that it exports.
    pub product_group: CommodityGroup,
    /// When it was formed.
    pub formed: Date,
    /// Whether it was taken over.
    pub basis: Basis,
    phases: Dated<Phase>,
    /// Past ones among them.
    members: Dated<Membership>,
    /// Settled ones among them.
    obligations: Dated<Obligation>,
    facts: Amended<ConsortiumFacts>,
    noted: Noted,
}

impl Row for ConsortiumRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl ConsortiumRow {
    fn new(id: ConsortiumId, event: &ConsortiumFormed, recorded: &Recorded) -> Self {
        let facts = Amended::new(ConsortiumFacts {
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            kind: event.kind,
            promoter: event.promoter.clone(),
        });
        Self {
            id,
            code: event.code.clone(),
            product_group: event.product_group,
            formed: recorded.event.effective,
            basis: recorded.event.basis,
            phases: Dated::default(),
            members: Dated::default(),
            obligations: Dated::default(),
            facts,
            noted: Noted::default(),
        }
    }

    fn apply(&mut self, event: &ConsortiumEvent, recorded: &Recorded, sme: Option<u32>) {
        let (on, position) = (recorded.event.effective, recorded.position);
        let phase = match event {
            ConsortiumEvent::ConsortiumFormed(_) => Phase::Preparing,
            ConsortiumEvent::ConsortiumConstituted(_) => Phase::Constituted,
            ConsortiumEvent::ConsortiumStarted(_) => Phase::Operating,
            ConsortiumEvent::ConsortiumSuspended(_) => Phase::Suspended,
            ConsortiumEvent::ConsortiumDissolved(_) => Phase::Dissolved,
            ConsortiumEvent::ConsortiumRevised(event) => {
                return self.facts.amend(event.clone(), on, position);
            }
            ConsortiumEvent::MemberAdmitted(event) => {
                let sme = sme.expect("a member is a recorded unit");
                let left = Dated::default();
                let member = Membership { sme, certificate: event.certificate.clone(), left };
                return self.members.record(on, position, member);
            }
            ConsortiumEvent::MemberReleased(_) => {
                let open = self
                    .members
                    .standing_values_mut()
                    .find(|(_, member)| Some(member.sme) == sme && member.left.latest(NEWEST).is_none());
                if let Some((_, member)) = open {
                    member.left.record(on, position, ());
                }
                return;
            }
            ConsortiumEvent::ObligationRecorded(event) => {
                let obligation = Obligation::new(sme.expect("who owes is a recorded unit"), event);
                return self.obligations.record(on, position, obligation);
            }
            ConsortiumEvent::ObligationSettled(event) => {
                let mut owed = self.obligations.standing_values_mut();
                if let Some((_, owed)) = owed.find(|(_, owed)| owed.number == event.number) {
                    owed.settled.record(on, position, ());
                }
                return;
            }
            ConsortiumEvent::ConsortiumFactVoided(event) => return self.void(event.position.0, position),
        };
        self.phases.record(on, position, phase);
    }

    /// A position is that of a fact of one kind only.
    fn void(&mut self, fact: Position, at: Position) {
        let _voided = self.phases.void(fact, at)
            || self.members.void(fact, at)
            || self.obligations.void(fact, at)
            || self.members.standing_values_mut().any(|(_, member)| member.left.void(fact, at))
            || self.obligations.standing_values_mut().any(|(_, owed)| owed.settled.void(fact, at));
    }
}

impl<'a> RowAt<'a, ConsortiumRow> {
    /// What holds on a day, or after everything that is recorded.
    pub fn facts(self, on: Option<Date>) -> Arc<ConsortiumFacts> {
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
        field: impl Fn(&ConsortiumFacts) -> Option<V>,
    ) -> Option<Position> {
        self.get().facts.set_by(on, self.at, self.recorded(), field)
    }

    /// Its phases that are not voided, in order.
    pub fn phases(self) -> impl Iterator<Item = &'a Fact<Phase>> {
        self.get().phases.standing(self.at)
    }

    /// Its phase on a day, or after everything that is recorded.
    pub fn phase(self, on: Option<Date>) -> Option<&'a Fact<Phase>> {
        self.get().phases.on(on, self.at)
    }

    /// Its memberships that are not voided, past ones among them, in the order in which they began.
    pub fn members(self) -> impl Iterator<Item = &'a Fact<Membership>> {
        self.get().members.standing(self.at)
    }

    /// What members owe it and is not voided, settled or not, in the order in which it is owed.
    pub fn obligations(self) -> impl Iterator<Item = &'a Fact<Obligation>> {
        self.get().obligations.standing(self.at)
    }

    /// When an obligation was settled.
    pub fn settled(self, obligation: &Obligation) -> Option<&Fact<()>> {
        obligation.settled.latest(self.at)
    }

    /// When it was dissolved.
    pub fn dissolved(self) -> Option<Date> {
        self.phase(None).filter(|fact| fact.value == Phase::Dissolved).map(|fact| fact.effective)
    }

    /// The first day on which a member is none any more; the end of the consortium ends it too.
    pub fn left(self, member: &Membership) -> Option<Date> {
        let left = member.left.latest(self.at).map(|fact| fact.effective);
        [left, self.dissolved()].into_iter().flatten().min()
    }

    /// What of it is counted.
    fn spans(self) -> Vec<Span> {
        let phases = one_a_day(self.phases().map(|fact| (fact.effective, fact.value as usize)));
        let time = |class, from, until| Span { class, from, until };
        let members = self.members();
        let members = members.map(|fact| time(PHASES, fact.effective, self.left(&fact.value)));
        let owed = self.obligations().map(|fact| {
            let settled = self.settled(&fact.value).map(|fact| fact.effective);
            time(PHASES + 1, fact.effective, settled)
        });
        Span::of(&phases, None).into_iter().chain(members).chain(owed).collect()
    }
}

/// The last value of each day, in order.
pub(crate) fn one_a_day<T>(dated: impl Iterator<Item = (Date, T)>) -> Vec<(Date, T)> {
    let mut days: Vec<(Date, T)> = Vec::new();
    for (day, value) in dated {
        match days.last_mut() {
            Some(last) if last.0 == day => last.1 = value,
            _ => days.push((day, value)),
        }
    }
    days
}

/// All consortiums.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ConsortiumRows {
    /// The rows.
    pub rows: Seen<ConsortiumRow>,
    by_id: Index<ConsortiumId>,
    by_code: Index<ConsortiumCode>,
    lists: Lists<ConsortiumLists>,
    counts: Counts<COUNTED>,
}

impl ConsortiumRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ConsortiumRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ConsortiumId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a code.
    pub fn by_code(&self, code: &ConsortiumCode) -> Option<u32> {
        self.by_code.get(code).filter(|row| self.rows.has(*row))
    }

    /// How many there are on a day.
    pub fn counts_on(&self, on: Date) -> ConsortiumCounts {
        ConsortiumCounts(match self.rows.at() {
            NEWEST => self.counts.on(on),
            _ => Counts::among(self.rows.iter().flat_map(RowAt::spans), on),
        })
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &ConsortiumLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let consortium = self.rows.row(row);
                let phase = |row: RowAt<'_, ConsortiumRow>| row.phase(None).map(|fact| fact.value);
                let (now, then) = (phase(self.rows.newest(row)), phase(consortium));
                lists.phases.change(now.as_ref(), then.as_ref(), row);
                lists.index(row, consortium);
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a consortium's history.
    pub fn note(&mut self, id: ConsortiumId, position: Position, own: bool) {
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
    /// Folds an event of a consortium.
    pub(crate) fn fold_consortium(&mut self, id: ConsortiumId, event: &ConsortiumEvent, recorded: &Recorded) {
        let rows = &mut self.consortiums;
        if let ConsortiumEvent::ConsortiumFormed(formed) = event {
            let row = rows.rows.push(ConsortiumRow::new(id, formed, recorded));
            rows.by_id.insert(id, row);
            rows.by_code.insert(formed.code.clone(), row);
            rows.lists.newest.groups.add(&formed.product_group, row);
        }
        let row = rows.by_id.get(&id).expect("an event follows its consortium's formation");
        let sme = match event {
            ConsortiumEvent::MemberAdmitted(event) => self.smes.by_id(event.sme),
            ConsortiumEvent::MemberReleased(event) => self.smes.by_id(event.sme),
            ConsortiumEvent::ObligationRecorded(event) => self.smes.by_id(event.sme),
            _ => None,
        };
        let phase = |rows: &ConsortiumRows| rows.row(row).phase(None).map(|fact| fact.value);
        let first = matches!(event, ConsortiumEvent::ConsortiumFormed(_));
        let before = if first { Vec::new() } else { rows.row(row).spans() };
        let was = phase(rows);
        rows.rows.get_mut(row).apply(event, recorded, sme);
        rows.counts.replace(&before, &rows.rows.row(row).spans());
        let is = phase(rows);
        if was != is {
            rows.lists.newest.phases.change(was.as_ref(), is.as_ref(), row);
        }
        if matches!(event, ConsortiumEvent::ConsortiumFormed(_) | ConsortiumEvent::ConsortiumRevised(_)) {
            rows.lists.newest.index(row, rows.rows.row(row));
        }
        if let (ConsortiumEvent::MemberAdmitted(_), Some(sme)) = (event, sme) {
            self.smes.add_consortium(sme, row);
        }
    }
}
