//! Export consortiums in the view.

use std::sync::Arc;

use daftar_domain::consortium::{
    ConsortiumEvent, ConsortiumFormed, ConsortiumKind, ConsortiumRevised, Phase,
};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{
    CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumId, Date, Index, Name, search_key,
};
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

/// How many phases there are.
pub const PHASES: usize = 5;

/// What may be revised of a consortium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsortiumFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// What it is for.
    pub kind: ConsortiumKind,
}

impl Amend for ConsortiumFacts {
    type By = ConsortiumRevised;

    fn amend(&mut self, revised: &ConsortiumRevised) {
        let ConsortiumRevised { name, name_latin, kind } = revised;
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.kind = kind.unwrap_or(self.kind);
    }

    fn name(&self) -> &Name {
        &self.name
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
        });
        Self {
            id,
            code: event.code.clone(),
            product_group: event.product_group,
            formed: recorded.event.effective,
            basis: recorded.event.basis,
            phases: Dated::default(),
            members: Dated::default(),
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
            ConsortiumEvent::ConsortiumFactVoided(event) => {
                let fact = event.position.0;
                let _voided = self.phases.void(fact, position)
                    || self.members.void(fact, position)
                    || self.members.standing_values_mut().any(|(_, member)| member.left.void(fact, position));
                return;
            }
        };
        self.phases.record(on, position, phase);
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

    /// When it was dissolved.
    pub fn dissolved(self) -> Option<Date> {
        self.phase(None).filter(|fact| fact.value == Phase::Dissolved).map(|fact| fact.effective)
    }

    /// The first day on which a member is none any more; the end of the consortium ends it too.
    pub fn left(self, member: &Membership) -> Option<Date> {
        let left = member.left.latest(self.at).map(|fact| fact.effective);
        [left, self.dissolved()].into_iter().flatten().min()
    }

    /// The phases from which day on: one entry a day, in order.
    fn timeline(self) -> Vec<(Date, Phase)> {
        one_a_day(self.phases().map(|fact| (fact.effective, fact.value)))
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

/// The sort key of consortiums: the key of the name, then the order of recording.
pub type ConsortiumKey = (Arc<str>, u32);

/// What lists of consortiums are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ConsortiumLists {
    /// By name.
    pub by_name: Order<ConsortiumKey>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By when they were formed.
    pub by_date: Order<(Date, u32)>,
    /// By product group.
    pub groups: Facet<CommodityGroup>,
    /// By phase now.
    pub phases: Facet<Phase>,
    /// Text.
    pub search: Search,
}

impl ConsortiumLists {
    /// Gives a consortium its places in orders, and the texts by which it is found.
    fn index(&mut self, row: u32, consortium: RowAt<'_, ConsortiumRow>) {
        let facts = consortium.facts(None);
        let latin = facts.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = consortium.code.as_str().into();
        let key = consortium.facts.key(&facts);
        self.search.set(row, &[&key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.by_name.set(row, Some((key, row)));
        self.in_code.set(row, Some((code, ())));
        self.by_date.set(row, Some((consortium.formed, row)));
    }

    fn cut(&mut self, length: u32) {
        self.by_name.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
        self.groups.cut(length);
        self.phases.cut(length);
    }

    fn settle(&mut self) {
        self.by_name.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}

/// All consortiums.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ConsortiumRows {
    /// The rows.
    pub rows: Seen<ConsortiumRow>,
    by_id: Index<ConsortiumId>,
    by_code: Index<ConsortiumCode>,
    lists: Lists<ConsortiumLists>,
    counts: Counts<PHASES>,
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

    /// How many were in each phase on a day.
    pub fn counts_on(&self, on: Date) -> [i64; PHASES] {
        if self.rows.at() == NEWEST {
            return self.counts.on(on);
        }
        let mut counts = [0; PHASES];
        let phases = self.rows.iter().filter_map(|consortium| consortium.phase(Some(on)));
        phases.for_each(|phase| counts[phase.value as usize] += 1);
        counts
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

    fn recount(&mut self, timeline: &[(Date, Phase)], sign: i64) {
        let mut last: Option<Phase> = None;
        for (day, phase) in timeline {
            if let Some(last) = last {
                self.counts.add(*day, last as usize, -sign);
            }
            self.counts.add(*day, *phase as usize, sign);
            last = Some(*phase);
        }
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
            _ => None,
        };
        let before = rows.rows.row(row).timeline();
        rows.rows.get_mut(row).apply(event, recorded, sme);
        let after = rows.rows.row(row).timeline();
        if before != after {
            rows.recount(&before, -1);
            rows.recount(&after, 1);
            let phase = |timeline: &[(Date, Phase)]| timeline.last().map(|(_, phase)| *phase);
            rows.lists.newest.phases.change(phase(&before).as_ref(), phase(&after).as_ref(), row);
        }
        if matches!(event, ConsortiumEvent::ConsortiumFormed(_) | ConsortiumEvent::ConsortiumRevised(_)) {
            rows.lists.newest.index(row, rows.rows.row(row));
        }
        if let (ConsortiumEvent::MemberAdmitted(_), Some(sme)) = (event, sme) {
            self.smes.add_consortium(sme, row);
        }
    }
}
