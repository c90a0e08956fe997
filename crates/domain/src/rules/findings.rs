//! Facts that later back-dated events undercut. A rule is judged once, when a fact is recorded; when what it was
//! judged on changes afterwards, the fact stands and is listed here: rule, fact, cause. A finding goes when a later
//! event heals it, or corrects or voids the fact.
//!
//! Judging again costs what the party concerned has of facts, never the whole record, and nothing at all when its
//! facts all lie before the change: an event in its time, and its replay, look up two keys.

use std::ops::RangeInclusive;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::programmes::judged_enrolments;
use super::trade::{closed_on, may_export, ready};
use crate::State;
use crate::envelope::{EntityId, Position};
use crate::export::Party;
use crate::rejection::{Code, Coded};
use crate::sme::SmeEvent;
use crate::value::{ConsortiumId, Date, Organisation, SmeId};

/// A fact that a later event undercut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that it no longer keeps, by the code that breaking it is answered with.
    pub rule: Code,
    /// The position of the event that recorded the fact.
    pub fact: Position,
    /// The entity in whose history the fact stands.
    pub entity: EntityId,
    /// The position of the event that undercut it.
    pub cause: Position,
}

/// The findings, by the position of the fact; a fact has at most one, that of the first rule that it breaks. Cloning
/// costs the same at any size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    by_fact: OrdMap<Position, Finding>,
    /// Those that went, by fact and cause, each with the position at which it did.
    gone: OrdMap<(Position, Position), (Finding, Position)>,
}

impl Findings {
    /// The finding of the fact that an event recorded.
    pub fn get(&self, fact: Position) -> Option<&Finding> {
        self.by_fact.get(&fact)
    }

    /// All of them, in the order of their facts.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Finding> {
        self.by_fact.values()
    }

    /// Those that there were as of a position, of the facts at some positions, in order.
    pub fn as_of(&self, at: Position, facts: RangeInclusive<Position>) -> impl Iterator<Item = &Finding> {
        let (standing, gone) = self.known(at, facts);
        merge(standing, gone, |standing, gone| standing.fact < gone.fact)
    }

    /// The same from the last to the first.
    pub fn as_of_backward(
        &self,
        at: Position,
        facts: RangeInclusive<Position>,
    ) -> impl Iterator<Item = &Finding> {
        let (standing, gone) = self.known(at, facts);
        merge(standing.rev(), gone.rev(), |standing, gone| standing.fact > gone.fact)
    }

    /// Those that still stand and those that went since: of a fact, at most one was there at a time.
    fn known(
        &self,
        at: Position,
        facts: RangeInclusive<Position>,
    ) -> (impl DoubleEndedIterator<Item = &Finding>, impl DoubleEndedIterator<Item = &Finding>) {
        let gone = self.gone.range((*facts.start(), 0)..=(*facts.end(), Position::MAX));
        let gone = gone.filter(move |(_, (finding, went))| finding.cause <= at && at < *went);
        let standing = self.by_fact.range(facts).map(|(_, finding)| finding);
        (standing.filter(move |finding| finding.cause <= at), gone.map(|(_, (finding, _))| finding))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_fact.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_fact.is_empty()
    }

    /// A fact that was corrected or voided is no longer one.
    pub(super) fn forget(&mut self, fact: Position, at: Position) {
        if self.by_fact.is_empty() {
            return;
        }
        if let Some(finding) = self.by_fact.remove(&fact) {
            self.gone.insert((fact, finding.cause), (finding, at));
        }
    }

    /// What was judged of a fact after the event at `cause`. While the same rule stays broken, its first cause stays.
    fn settle(&mut self, fact: Position, entity: EntityId, broken: Option<Code>, cause: Position) {
        match (broken, self.by_fact.get(&fact)) {
            (Some(rule), Some(known)) if known.rule == rule => {}
            (Some(rule), _) => {
                self.forget(fact, cause);
                self.by_fact.insert(fact, Finding { rule, fact, entity, cause });
            }
            (None, Some(_)) => self.forget(fact, cause),
            (None, None) => {}
        }
    }
}

/// Both in one order, which each of them has.
fn merge<'a>(
    one: impl Iterator<Item = &'a Finding>,
    other: impl Iterator<Item = &'a Finding>,
    first: fn(&Finding, &Finding) -> bool,
) -> impl Iterator<Item = &'a Finding> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(next), Some(last)) if first(next, last) => one.next(),
        (Some(_), None) => one.next(),
        _ => other.next(),
    })
}

/// The earliest day on which an event of a unit may change its status or licences. Asked before the event is applied,
/// since a date that is corrected was an earlier or a later one.
pub(super) fn changed_from(state: &State, id: SmeId, data: &SmeEvent, effective: Date) -> Option<Date> {
    match data {
        SmeEvent::SmeRegistered(_)
        | SmeEvent::SmeAmended(_)
        | SmeEvent::EstablishmentLicenceIssued(_)
        | SmeEvent::SmeInspected(_)
        | SmeEvent::ProgressReported(_)
        | SmeEvent::EstablishmentLicenceExtended(_)
        | SmeEvent::OperatingLicenceAmended(_)
        | SmeEvent::PlotAllocated(_)
        | SmeEvent::PlotAdvanced(_)
        | SmeEvent::PlotRepossessed(_)
        | SmeEvent::GradeGranted(_)
        | SmeEvent::GradeWithdrawn(_) => None,
        SmeEvent::OperatingLicenceIssued(_)
        | SmeEvent::LicenceRevoked(_)
        | SmeEvent::SmeActivated(_)
        | SmeEvent::SmeReduced(_)
        | SmeEvent::SmeIdled(_)
        | SmeEvent::SmeClosed(_)
        | SmeEvent::SmeMerged(_)
        | SmeEvent::SmeFactVoided(_) => Some(effective),
        SmeEvent::SmeFactRedated(redated) => {
            let was = state.smes.get(id).and_then(|sme| sme.history().fact(redated.position.0));
            Some(was.map_or(effective, |(was, _)| was.min(effective)))
        }
    }
}

/// Judges again what rests on a unit's status and licences from a date on: its exports, the memberships, mandates and
/// enrolments that begin then, and the constitutions of the consortiums that it was in.
///
/// `from` is the earliest day on which its status or licence is another one than before the event at `cause`.
pub(super) fn rejudge_sme(state: &mut State, sme: SmeId, from: Date, cause: Position) {
    rejudge_exports(state, Party::Sme(sme), from, cause);
    rejudge_enrolments(state, Organisation::Sme(sme), from, cause);
    for id in consortiums_of(state, sme) {
        let consortium = state.consortiums.get(id).expect("a unit's consortiums are recorded");
        let members =
            consortium.memberships().iter().filter(|member| member.sme == sme && member.joined >= from);
        let judged: Vec<_> =
            members.map(|member| (member.position, closed_on(state, sme, member.joined))).collect();
        settle_closed(state, EntityId::Consortium(id), judged, cause);
        rejudge_constitutions(state, id, from, Date::MAX, cause);
    }
    let emcs: Vec<_> = state.emcs.of_client(sme).map(|emc| emc.id).collect();
    for id in emcs {
        let emc = state.emcs.get(id).expect("a client's companies are recorded");
        let mandates = emc.mandates().iter().filter(|mandate| mandate.sme == sme && mandate.from >= from);
        let judged: Vec<_> =
            mandates.map(|mandate| (mandate.position, closed_on(state, sme, mandate.from))).collect();
        settle_closed(state, EntityId::Emc(id), judged, cause);
    }
}

/// What was judged of a fact: its position, the entity in whose history it stands, and the rule that it breaks.
pub(super) type Judged = (Position, EntityId, Option<Code>);

/// Judges the enrolments of an organisation again that begin from a date on.
pub(super) fn rejudge_enrolments(state: &mut State, organisation: Organisation, from: Date, cause: Position) {
    for (fact, entity, broken) in judged_enrolments(state, organisation, from) {
        state.findings.settle(fact, entity, broken, cause);
    }
}

fn settle_closed(state: &mut State, entity: EntityId, judged: Vec<(Position, bool)>, cause: Position) {
    for (fact, closed) in judged {
        state.findings.settle(fact, entity, closed.then_some(Code::UnitClosed), cause);
    }
}

/// Judges the exports of a party again that are dated `from` or later.
pub(super) fn rejudge_exports(state: &mut State, party: Party, from: Date, cause: Position) {
    let judged = state.exports.of(party, from).map(|export| {
        let judged = may_export(state, export.sme, export.emc, export.consortium, export.on);
        (export.position, export.id, judged.err().map(|rejection| rejection.code()))
    });
    for (fact, export, broken) in judged.collect::<Vec<_>>() {
        state.findings.settle(fact, EntityId::Export(export), broken, cause);
    }
}

/// Judges the constitutions again that stand on what a unit exported on a date.
pub(super) fn rejudge_exported(state: &mut State, sme: SmeId, on: Date, cause: Position) {
    for id in consortiums_of(state, sme) {
        rejudge_constitutions(state, id, on.plus_days(1), on.plus_months(12).plus_days(1), cause);
    }
}

/// Judges the decided constitutions of a consortium again that are dated from `from` until before `until`.
pub(super) fn rejudge_constitutions(
    state: &mut State,
    id: ConsortiumId,
    from: Date,
    until: Date,
    cause: Position,
) {
    let consortium = state.consortiums.get(id).expect("the consortium is recorded");
    let dated = consortium.constitutions().filter(|(on, _)| from <= *on && *on < until);
    let judged: Vec<_> = dated
        .map(|(on, fact)| (fact, ready(state, consortium, on, "").err().map(|rejection| rejection.code())))
        .collect();
    for (fact, broken) in judged {
        state.findings.settle(fact, EntityId::Consortium(id), broken, cause);
    }
}

fn consortiums_of(state: &State, sme: SmeId) -> Vec<ConsortiumId> {
    state.consortiums.of_member(sme).map(|consortium| consortium.id).collect()
}

#[cfg(test)]
mod tests;
