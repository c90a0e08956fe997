//! Consortiums as far as rules ask: dated phases and memberships, and which consortiums a unit was ever in.

use serde::{Deserialize, Serialize};

use super::{ConsortiumEvent, Phase};
use crate::envelope::{Basis, Event, Position};
use crate::value::{
    CommodityGroup, ConsortiumCode, ConsortiumId, ConsortiumKey, Date, Index, SmeId, Table, Timeline,
};

/// The time of a unit in a consortium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The unit.
    pub sme: SmeId,
    /// The first day.
    pub joined: Date,
    /// The first day after it, and the event that said so; open when there is none.
    pub left: Option<(Date, Position)>,
    /// Whether the unit had an export-readiness certificate.
    pub certified: bool,
    /// The event that recorded it.
    pub position: Position,
}

/// A phase that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reached {
    pub(super) phase: Phase,
    pub(super) basis: Basis,
}

/// A consortium, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consortium {
    /// Its ID.
    pub id: ConsortiumId,
    /// How many events it has.
    pub version: u32,
    /// What it exports.
    pub product_group: CommodityGroup,
    /// The day of its formation.
    pub formed: Date,
    pub(super) phases: Timeline<Reached>,
    pub(super) members: Vec<Membership>,
    pub(super) voided: Vec<Position>,
}

impl Consortium {
    pub(super) fn new(
        id: ConsortiumId,
        group: CommodityGroup,
        formed: Date,
        basis: Basis,
        position: Position,
    ) -> Self {
        let mut phases = Timeline::new();
        phases.insert(formed, position, Reached { phase: Phase::Preparing, basis });
        Self { id, version: 1, product_group: group, formed, phases, members: Vec::new(), voided: Vec::new() }
    }

    /// The phase on a date; none before the formation.
    pub fn phase_on(&self, on: Date) -> Option<Phase> {
        self.phases.at(on).map(|entry| entry.value.phase)
    }

    /// The day on which it ended.
    pub fn dissolved(&self) -> Option<Date> {
        self.phases
            .latest()
            .filter(|entry| entry.value.phase == Phase::Dissolved)
            .map(|entry| entry.effective)
    }

    /// Every membership that is not voided.
    pub fn memberships(&self) -> &[Membership] {
        &self.members
    }

    /// The first day after a membership; the end of the consortium ends it too. [`Date::MAX`] while it is open.
    pub fn end_of(&self, membership: &Membership) -> Date {
        let left = membership.left.map_or(Date::MAX, |(left, _)| left);
        left.min(self.dissolved().unwrap_or(Date::MAX))
    }

    /// The memberships in force on a date.
    pub fn members_on(&self, on: Date) -> impl Iterator<Item = &Membership> {
        self.members.iter().filter(move |member| member.joined <= on && on < self.end_of(member))
    }

    /// The memberships that count for a constitution on a date: an end of the consortium on the same day comes after
    /// it, and takes nothing away from what it stood on.
    pub fn constituents_on(&self, on: Date) -> impl Iterator<Item = &Membership> {
        let stays = move |member: &Membership| member.left.is_none_or(|(left, _)| on < left);
        self.members.iter().filter(move |member| member.joined <= on && stays(member))
    }

    /// When it was constituted by a decision that asked for its members' readiness, and the event that said so. What
    /// was taken over was not asked.
    pub fn constitutions(&self) -> impl Iterator<Item = (Date, Position)> {
        self.phases
            .iter()
            .filter(|entry| entry.value == Reached { phase: Phase::Constituted, basis: Basis::Decided })
            .map(|entry| (entry.effective, entry.position))
    }

    /// What it would be if these events of its own were recorded next.
    pub fn after(&self, events: &[Event]) -> Self {
        let mut after = self.clone();
        for event in events {
            if let crate::EventData::Consortium(data) = &event.data {
                after.apply(data, event.effective, event.basis, Position::MAX);
            }
        }
        after
    }

    pub(super) fn apply(&mut self, event: &ConsortiumEvent, on: Date, basis: Basis, position: Position) {
        self.version += 1;
        let phase = match event {
            ConsortiumEvent::ConsortiumFormed(_) | ConsortiumEvent::ConsortiumRevised(_) => return,
            ConsortiumEvent::MemberAdmitted(event) => {
                let certified = event.certificate.is_some();
                let member = Membership { sme: event.sme, joined: on, left: None, certified, position };
                return self.members.push(member);
            }
            ConsortiumEvent::MemberReleased(event) => {
                let open =
                    self.members.iter_mut().find(|member| member.sme == event.sme && member.left.is_none());
                open.expect("only an open membership is ended").left = Some((on, position));
                return;
            }
            ConsortiumEvent::ConsortiumFactVoided(event) => return self.void(event.position.0),
            ConsortiumEvent::ConsortiumConstituted(_) => Phase::Constituted,
            ConsortiumEvent::ConsortiumStarted(_) => Phase::Operating,
            ConsortiumEvent::ConsortiumSuspended(_) => Phase::Suspended,
            ConsortiumEvent::ConsortiumDissolved(_) => Phase::Dissolved,
        };
        self.phases.insert(on, position, Reached { phase, basis });
    }

    /// Voiding a membership voids its end too.
    fn void(&mut self, position: Position) {
        self.voided.push(position);
        if self.phases.remove(position).is_some() {
            return;
        }
        if let Some(index) = self.members.iter().position(|member| member.position == position) {
            let member = self.members.remove(index);
            self.voided.extend(member.left.map(|(_, end)| end));
        }
        for member in &mut self.members {
            member.left = member.left.filter(|(_, end)| *end != position);
        }
    }
}

/// All consortiums.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Consortiums {
    table: Table<Consortium>,
    by_id: Index<ConsortiumId>,
    by_code: Index<ConsortiumCode>,
    by_member: Index<SmeId>,
    memberships: Table<Vec<u32>>,
}

impl Consortiums {
    /// The consortium that a key names.
    pub fn find(&self, key: &ConsortiumKey) -> Option<&Consortium> {
        match key {
            ConsortiumKey::Id(id) => self.by_id.get(id),
            ConsortiumKey::Code(code) => self.by_code.get(code),
        }
        .map(|row| self.table.get(row))
    }

    /// The consortium with an ID.
    pub fn get(&self, id: ConsortiumId) -> Option<&Consortium> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a consortium has; 0 for one that is not recorded.
    pub fn version(&self, id: ConsortiumId) -> u32 {
        self.get(id).map_or(0, |consortium| consortium.version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Every consortium in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Consortium> {
        self.table.iter()
    }

    /// The consortiums that a unit was ever admitted to; a voided membership may be among the reasons.
    pub fn of_member(&self, sme: SmeId) -> impl Iterator<Item = &Consortium> {
        let rows =
            self.by_member.get(&sme).map(|row| self.memberships.get(row).as_slice()).unwrap_or_default();
        rows.iter().map(|row| self.table.get(*row))
    }

    pub(super) fn has_code(&self, code: &ConsortiumCode) -> bool {
        self.by_code.contains(code)
    }

    /// Applies an event.
    pub fn evolve(
        &mut self,
        id: ConsortiumId,
        event: &ConsortiumEvent,
        on: Date,
        basis: Basis,
        position: Position,
    ) {
        if let ConsortiumEvent::ConsortiumFormed(formed) = event {
            let row = self.table.push(Consortium::new(id, formed.product_group, on, basis, position));
            self.by_id.insert(id, row);
            self.by_code.insert(formed.code.clone(), row);
            return;
        }
        let row = self.by_id.get(&id).expect("an event follows its consortium's formation");
        if let ConsortiumEvent::MemberAdmitted(admitted) = event {
            self.note_member(admitted.sme, row);
        }
        self.table.get_mut(row).apply(event, on, basis, position);
    }

    fn note_member(&mut self, sme: SmeId, row: u32) {
        match self.by_member.get(&sme) {
            Some(list) if self.memberships.get(list).contains(&row) => {}
            Some(list) => self.memberships.get_mut(list).push(row),
            None => {
                let list = self.memberships.push(vec![row]);
                self.by_member.insert(sme, list);
            }
        }
    }
}
