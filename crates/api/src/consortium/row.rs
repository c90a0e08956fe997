//! Export consortiums in the view.

use std::sync::Arc;

use daftar_domain::consortium::{
    ConsortiumEvent, ConsortiumFormed, ConsortiumKind, ConsortiumRevised, Phase,
};
use daftar_domain::envelope::{Basis, Position, Recorded};
use daftar_domain::value::{
    CertificateNumber, CommodityGroup, ConsortiumCode, ConsortiumId, Date, Index, Name, Table, search_key,
};

use crate::view::View;
use crate::view::counts::Counts;
use crate::view::dated::Dated;
use crate::view::facet::Facet;
use crate::view::order::Order;
use crate::view::row::RowAt;
use crate::view::search::Search;

/// How many phases there are.
pub const PHASES: usize = 5;

/// What may be revised of a consortium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsortiumFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// What it is for.
    pub kind: ConsortiumKind,
}

/// The time of a unit in a consortium: the effective date of its fact is the day on which it joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The row of the unit.
    pub sme: u32,
    /// Its export-readiness certificate.
    pub certificate: Option<CertificateNumber>,
    /// When it left: the first day on which it is no member.
    pub left: Dated<()>,
}

/// A consortium.
#[derive(Clone, Debug)]
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
    /// How many events it has.
    pub version: u32,
    /// Its phases.
    pub phases: Dated<Phase>,
    /// Its members, past ones among them.
    pub members: Dated<Membership>,
    /// The events of its history.
    pub events: Vec<Position>,
    original: Arc<ConsortiumFacts>,
    revisions: Vec<(Date, Arc<ConsortiumRevised>)>,
    current: Arc<ConsortiumFacts>,
    key: Arc<str>,
}

impl ConsortiumRow {
    fn new(id: ConsortiumId, event: &ConsortiumFormed, recorded: &Recorded) -> Self {
        let facts = Arc::new(ConsortiumFacts {
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
            version: 0,
            phases: Dated::default(),
            members: Dated::default(),
            events: Vec::new(),
            key: search_key(facts.name.as_str()).into(),
            current: Arc::clone(&facts),
            original: facts,
            revisions: Vec::new(),
        }
    }

    fn revise(&mut self, event: &ConsortiumRevised, effective: Date) {
        let index = self.revisions.partition_point(|(other, _)| *other <= effective);
        self.revisions.insert(index, (effective, Arc::new(event.clone())));
        self.current = self.revised(|_| true);
        self.key = search_key(self.current.name.as_str()).into();
    }

    fn revised(&self, counts: impl Fn(Date) -> bool) -> Arc<ConsortiumFacts> {
        let mut facts = Arc::clone(&self.original);
        for (_, revised) in self.revisions.iter().filter(|(effective, _)| counts(*effective)) {
            let ConsortiumRevised { name, name_latin, kind } = &**revised;
            let facts = Arc::make_mut(&mut facts);
            facts.name = name.clone().unwrap_or_else(|| facts.name.clone());
            facts.name_latin = name_latin.clone().or_else(|| facts.name_latin.take());
            facts.kind = kind.unwrap_or(facts.kind);
        }
        facts
    }

    /// The key of the name.
    pub fn name_key(&self) -> Arc<str> {
        Arc::clone(&self.key)
    }

    /// What holds on a day, or after everything that is recorded.
    pub fn facts(&self, on: Option<Date>) -> Arc<ConsortiumFacts> {
        match on {
            Some(on) if !self.revisions.is_empty() => self.revised(|effective| effective <= on),
            _ => Arc::clone(&self.current),
        }
    }

    /// When it was dissolved.
    pub fn dissolved(&self) -> Option<Date> {
        self.phases.latest().filter(|fact| fact.value == Phase::Dissolved).map(|fact| fact.effective)
    }

    /// The first day on which a member is none any more; the end of the consortium ends it too.
    pub fn left(&self, member: &Membership) -> Option<Date> {
        let left = member.left.latest().map(|fact| fact.effective);
        [left, self.dissolved()].into_iter().flatten().min()
    }

    fn apply(&mut self, event: &ConsortiumEvent, recorded: &Recorded, sme: Option<u32>) {
        let (on, position) = (recorded.event.effective, recorded.position);
        self.version = recorded.entity_version;
        let phase = match event {
            ConsortiumEvent::ConsortiumFormed(_) => Phase::Preparing,
            ConsortiumEvent::ConsortiumConstituted(_) => Phase::Constituted,
            ConsortiumEvent::ConsortiumStarted(_) => Phase::Operating,
            ConsortiumEvent::ConsortiumSuspended(_) => Phase::Suspended,
            ConsortiumEvent::ConsortiumDissolved(_) => Phase::Dissolved,
            ConsortiumEvent::ConsortiumRevised(event) => return self.revise(event, on),
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
                    .find(|(_, member)| Some(member.sme) == sme && member.left.latest().is_none());
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

    /// The phases from which day on: one entry a day, in order.
    fn timeline(&self) -> Vec<(Date, Phase)> {
        one_a_day(self.phases.standing().map(|fact| (fact.effective, fact.value)))
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
#[derive(Clone, Default)]
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

/// All consortiums.
#[derive(Clone, Default)]
pub struct ConsortiumRows {
    table: Table<ConsortiumRow>,
    by_id: Index<ConsortiumId>,
    by_code: Index<ConsortiumCode>,
    lists: ConsortiumLists,
    counts: Counts<PHASES>,
}

impl ConsortiumRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ConsortiumRow> {
        RowAt::newest(self.table.get(row))
    }

    /// The rows, in the order of recording.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowAt<'_, ConsortiumRow>> {
        self.table.iter().map(RowAt::newest)
    }

    /// What lists and counts are answered from.
    pub fn lists(&self) -> &ConsortiumLists {
        &self.lists
    }

    /// How many were in each phase on a day.
    pub fn counts_on(&self, on: Date) -> [i64; PHASES] {
        self.counts.on(on)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ConsortiumId) -> Option<u32> {
        self.by_id.get(&id)
    }

    /// The row of a code.
    pub fn by_code(&self, code: &ConsortiumCode) -> Option<u32> {
        self.by_code.get(code)
    }

    /// Adds an event to a consortium's history.
    pub fn note(&mut self, id: ConsortiumId, position: Position) {
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
        let consortium = self.table.get(row);
        let latin = consortium.current.name_latin.as_ref().map(|name| search_key(name.as_str()));
        let code: Arc<str> = consortium.code.as_str().into();
        let key = Arc::clone(&consortium.key);
        self.lists.search.set(row, &[&key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.lists.by_name.set(row, Some((key, row)));
        self.lists.in_code.set(row, Some((code, ())));
        self.lists.by_date.set(row, Some((consortium.formed, row)));
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
            let row = rows.table.push(ConsortiumRow::new(id, formed, recorded));
            rows.by_id.insert(id, row);
            rows.by_code.insert(formed.code.clone(), row);
            rows.lists.groups.add(&formed.product_group, row);
        }
        let row = rows.by_id.get(&id).expect("an event follows its consortium's formation");
        let sme = match event {
            ConsortiumEvent::MemberAdmitted(event) => self.smes.by_id(event.sme),
            ConsortiumEvent::MemberReleased(event) => self.smes.by_id(event.sme),
            _ => None,
        };
        let consortium = rows.table.get_mut(row);
        let before = consortium.timeline();
        consortium.apply(event, recorded, sme);
        let after = consortium.timeline();
        if before != after {
            rows.recount(&before, -1);
            rows.recount(&after, 1);
            let phase = |timeline: &[(Date, Phase)]| timeline.last().map(|(_, phase)| *phase);
            rows.lists.phases.change(phase(&before).as_ref(), phase(&after).as_ref(), row);
        }
        if matches!(event, ConsortiumEvent::ConsortiumFormed(_) | ConsortiumEvent::ConsortiumRevised(_)) {
            rows.index(row);
        }
        if let (ConsortiumEvent::MemberAdmitted(_), Some(sme)) = (event, sme) {
            let consortiums = &mut self.smes.row_mut(sme).consortiums;
            if !consortiums.contains(&row) {
                consortiums.push(row);
            }
        }
    }
}
