//! Companies as far as rules ask: consent, ranks and mandates with their dates, and whose mandates a unit gave.

use serde::{Deserialize, Serialize};

use super::{EmcEvent, Rank};
use crate::envelope::{Event, Position};
use crate::value::{Date, EmcCode, EmcId, EmcKey, Index, SmeId, Table, Timeline};

/// A mandate of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// The unit.
    pub sme: SmeId,
    /// The first day.
    pub from: Date,
    /// The first day after it, as agreed; [`Date::MAX`] when it is open-ended.
    pub until: Date,
    /// The first day after it, when it was ended before its time, and the event that said so.
    pub ended: Option<(Date, Position)>,
    /// The event that recorded it.
    pub position: Position,
}

impl Mandate {
    /// The first day after it; [`Date::MAX`] when it is open-ended.
    pub fn end(&self) -> Date {
        self.ended.map_or(self.until, |(on, _)| on.min(self.until))
    }

    /// Whether it is in force on a date.
    pub fn contains(&self, on: Date) -> bool {
        self.from <= on && on < self.end()
    }
}

/// A company, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Emc {
    /// Its ID.
    pub id: EmcId,
    /// How many events it has.
    pub version: u32,
    /// The day of its consent.
    pub consented: Date,
    pub(super) withdrawn: Option<(Date, Position)>,
    pub(super) ranks: Timeline<Rank>,
    pub(super) mandates: Vec<Mandate>,
    pub(super) voided: Vec<Position>,
}

impl Emc {
    pub(super) fn new(id: EmcId, consented: Date) -> Self {
        let (ranks, mandates, voided) = (Timeline::new(), Vec::new(), Vec::new());
        Self { id, version: 1, consented, withdrawn: None, ranks, mandates, voided }
    }

    /// The first day without the consent.
    pub fn withdrawn(&self) -> Option<Date> {
        self.withdrawn.map(|(on, _)| on)
    }

    /// Whether the consent is in force on a date.
    pub fn consent_on(&self, on: Date) -> bool {
        self.consented <= on && self.withdrawn().is_none_or(|withdrawn| on < withdrawn)
    }

    /// The rank on a date.
    pub fn rank_on(&self, on: Date) -> Option<Rank> {
        self.ranks.at(on).filter(|_| self.consent_on(on)).map(|entry| entry.value)
    }

    /// Every mandate that is not voided.
    pub fn mandates(&self) -> &[Mandate] {
        &self.mandates
    }

    /// The mandates in force on a date; without the consent there is none.
    pub fn mandates_on(&self, on: Date) -> impl Iterator<Item = &Mandate> {
        let consent = self.consent_on(on);
        self.mandates.iter().filter(move |mandate| consent && mandate.contains(on))
    }

    /// What it would be if this event of its own were recorded next.
    pub(super) fn after(&self, event: &Event) -> Self {
        let mut after = self.clone();
        if let crate::EventData::Emc(data) = &event.data {
            after.apply(data, event.effective, Position::MAX);
        }
        after
    }

    pub(super) fn apply(&mut self, event: &EmcEvent, on: Date, position: Position) {
        self.version += 1;
        match event {
            EmcEvent::EmcConsented(_) | EmcEvent::EmcRevised(_) => {}
            EmcEvent::EmcRanked(event) => self.ranks.insert(on, position, event.rank),
            EmcEvent::MandateGranted(event) => {
                let until = event.until.unwrap_or(Date::MAX);
                self.mandates.push(Mandate { sme: event.sme, from: on, until, ended: None, position });
            }
            EmcEvent::MandateEnded(event) => {
                let mandate = self.mandates.iter_mut().find(|mandate| mandate.can_end(event.sme, on));
                mandate.expect("only a mandate in force is ended").ended = Some((on, position));
            }
            EmcEvent::ConsentWithdrawn(_) => self.withdrawn = Some((on, position)),
            EmcEvent::EmcFactVoided(event) => self.void(event.position.0),
        }
    }

    /// Voiding a mandate voids its end too.
    fn void(&mut self, position: Position) {
        self.voided.push(position);
        self.withdrawn = self.withdrawn.filter(|(_, withdrawal)| *withdrawal != position);
        if self.ranks.remove(position).is_some() {
            return;
        }
        if let Some(index) = self.mandates.iter().position(|mandate| mandate.position == position) {
            let mandate = self.mandates.remove(index);
            self.voided.extend(mandate.ended.map(|(_, end)| end));
        }
        for mandate in &mut self.mandates {
            mandate.ended = mandate.ended.filter(|(_, end)| *end != position);
        }
    }
}

impl Mandate {
    /// Whether a unit may end it on a date: it began before, runs until later, and was not ended yet.
    pub(super) fn can_end(&self, sme: SmeId, on: Date) -> bool {
        self.sme == sme && self.ended.is_none() && self.from < on && on < self.until
    }
}

/// All companies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Emcs {
    table: Table<Emc>,
    by_id: Index<EmcId>,
    by_code: Index<EmcCode>,
    by_client: Index<SmeId>,
    clients: Table<Vec<u32>>,
}

impl Emcs {
    /// The company that a key names.
    pub fn find(&self, key: &EmcKey) -> Option<&Emc> {
        match key {
            EmcKey::Id(id) => self.by_id.get(id),
            EmcKey::Code(code) => self.by_code.get(code),
        }
        .map(|row| self.table.get(row))
    }

    /// The company with an ID.
    pub fn get(&self, id: EmcId) -> Option<&Emc> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a company has; 0 for one that is not recorded.
    pub fn version(&self, id: EmcId) -> u32 {
        self.get(id).map_or(0, |emc| emc.version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Every company in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Emc> {
        self.table.iter()
    }

    /// The companies that a unit ever gave a mandate; a voided mandate may be among the reasons.
    pub fn of_client(&self, sme: SmeId) -> impl Iterator<Item = &Emc> {
        let rows = self.by_client.get(&sme).map(|row| self.clients.get(row).as_slice()).unwrap_or_default();
        rows.iter().map(|row| self.table.get(*row))
    }

    pub(super) fn has_code(&self, code: &EmcCode) -> bool {
        self.by_code.contains(code)
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: EmcId, event: &EmcEvent, on: Date, position: Position) {
        if let EmcEvent::EmcConsented(consented) = event {
            let row = self.table.push(Emc::new(id, on));
            self.by_id.insert(id, row);
            self.by_code.insert(consented.code.clone(), row);
            return;
        }
        let row = self.by_id.get(&id).expect("an event follows its company's consent");
        if let EmcEvent::MandateGranted(granted) = event {
            self.note_client(granted.sme, row);
        }
        self.table.get_mut(row).apply(event, on, position);
    }

    fn note_client(&mut self, sme: SmeId, row: u32) {
        match self.by_client.get(&sme) {
            Some(list) if self.clients.get(list).contains(&row) => {}
            Some(list) => self.clients.get_mut(list).push(row),
            None => {
                let list = self.clients.push(vec![row]);
                self.by_client.insert(sme, list);
            }
        }
    }
}
