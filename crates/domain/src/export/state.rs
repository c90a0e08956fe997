//! Exports as far as rules ask: who, when, how much, and by which item of which declaration. Rows are small, since
//! there are millions; what a party exported is a chain through them, from its last row backwards.

use serde::{Deserialize, Serialize};

use super::{ExportEvent, ExportFacts};
use crate::envelope::{EntityId, Position};
use crate::value::{
    ConsortiumId, CustomsOffice, Date, DeclarationKey, DeclarationNumber, EmcId, ExportId, ExportKey, Index,
    ItemNumber, SmeId, SolarDate, Table, Usd,
};

/// Whom an export concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Party {
    /// The unit that exported, or that a company acted for.
    Sme(SmeId),
    /// The company that exported.
    Emc(EmcId),
    /// The consortium that it went through.
    Consortium(ConsortiumId),
}

impl From<Party> for EntityId {
    fn from(party: Party) -> Self {
        match party {
            Party::Sme(id) => Self::Sme(id),
            Party::Emc(id) => Self::Emc(id),
            Party::Consortium(id) => Self::Consortium(id),
        }
    }
}

/// An export, as far as rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its ID.
    pub id: ExportId,
    /// How many events it has.
    pub version: u32,
    /// The unit that exported, or that the company acted for.
    pub sme: Option<SmeId>,
    /// The company that exported.
    pub emc: Option<EmcId>,
    /// The consortium that it went through.
    pub consortium: Option<ConsortiumId>,
    /// The date of the declaration.
    pub on: Date,
    /// The value.
    pub value_usd: Usd,
    /// Whether it is voided.
    pub voided: bool,
    /// The event that recorded these facts: the last correction, else the recording.
    pub position: Position,
}

/// The kinds of party, in the order of [`Row::parties`].
const KINDS: usize = 3;

/// The end of a chain, and the number of a party that is not there.
const NONE: u32 = u32::MAX;

/// What makes an item of a declaration unique, with the office by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Item {
    office: u32,
    number: DeclarationNumber,
    item: ItemNumber,
    year: i16,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    id: ExportId,
    position: Position,
    value_usd: Usd,
    item: Item,
    on: Date,
    version: u32,
    voided: bool,
    parties: [u32; KINDS],
    /// The row before this one in the chain of each party.
    before: [u32; KINDS],
    /// No row of each chain up to this one is later; corrections may leave it too late.
    latest: [Date; KINDS],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Trade {
    party: Party,
    /// The last row of its chain.
    last: u32,
}

/// All exports.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Exports {
    rows: Table<Row>,
    by_id: Index<ExportId>,
    by_item: Index<Item>,
    offices: Index<CustomsOffice>,
    trades: Table<Trade>,
    by_party: Index<Party>,
}

impl Exports {
    /// The export that a key names. An item of a declaration names the export that holds it, else one that was voided.
    pub fn find(&self, key: &ExportKey) -> Option<Export> {
        match key {
            ExportKey::Id(id) => self.by_id.get(id),
            ExportKey::Declaration(key) => self.item(key).and_then(|item| self.by_item.get(&item)),
        }
        .map(|row| self.read(row))
    }

    /// The export with an ID.
    pub fn get(&self, id: ExportId) -> Option<Export> {
        self.by_id.get(&id).map(|row| self.read(row))
    }

    /// How many events an export has; 0 for one that is not recorded.
    pub fn version(&self, id: ExportId) -> u32 {
        self.by_id.get(&id).map_or(0, |row| self.rows.get(row).version)
    }

    /// How many there are, voided ones included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every export in the order of recording, voided ones included.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Export> {
        (0..self.rows.len() as u32).map(|row| self.read(row))
    }

    /// The exports of a party that are not voided, dated `from` or later, the last recorded first. Costs what was
    /// recorded since the first of them, not what the party ever exported.
    pub fn of(&self, party: Party, from: Date) -> impl Iterator<Item = Export> {
        let trade = self.by_party.get(&party);
        let kind = kind_of(party);
        let mut next = trade.map_or(NONE, |trade| self.trades.get(trade).last);
        std::iter::from_fn(move || {
            let number = (next != NONE).then_some(next)?;
            let row = self.rows.get(number);
            next = row.before[kind];
            (row.latest[kind] >= from).then_some((number, row))
        })
        .filter(move |(_, row)| !row.voided && row.on >= from)
        .map(|(number, _)| self.read(number))
    }

    /// The export that holds an item of a declaration and is not voided.
    pub(super) fn holder(&self, key: &DeclarationKey) -> Option<ExportId> {
        let row = self.rows.get(self.by_item.get(&self.item(key)?)?);
        (!row.voided).then_some(row.id)
    }

    fn item(&self, key: &DeclarationKey) -> Option<Item> {
        let office = self.offices.get(&key.office)?;
        Some(Item { office, number: key.number, item: key.item, year: key.year })
    }

    fn read(&self, row: u32) -> Export {
        let row = self.rows.get(row);
        let [sme, emc, consortium] =
            row.parties.map(|trade| (trade != NONE).then(|| self.trades.get(trade).party));
        Export {
            id: row.id,
            version: row.version,
            sme: sme.map(|party| if let Party::Sme(id) = party { id } else { unreachable!("a unit") }),
            emc: emc.map(|party| if let Party::Emc(id) = party { id } else { unreachable!("a company") }),
            consortium: consortium.map(|party| {
                if let Party::Consortium(id) = party { id } else { unreachable!("a consortium") }
            }),
            on: row.on,
            value_usd: row.value_usd,
            voided: row.voided,
            position: row.position,
        }
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: ExportId, event: &ExportEvent, on: Date, position: Position) {
        match event {
            ExportEvent::ExportRecorded(recorded) => self.record(id, &recorded.0, on, position),
            ExportEvent::ExportCorrected(corrected) => self.correct(id, &corrected.0, on, position),
            ExportEvent::ExportVoided(_) => {
                let row = self.row(id);
                let row = self.rows.get_mut(row);
                row.version += 1;
                row.voided = true;
            }
        }
    }

    fn row(&self, id: ExportId) -> u32 {
        self.by_id.get(&id).expect("an event follows its export's recording")
    }

    fn record(&mut self, id: ExportId, facts: &ExportFacts, on: Date, position: Position) {
        let item = self.intern_item(facts, on);
        let parties = self.intern_parties(facts);
        let row = self.rows.push(Row {
            id,
            position,
            value_usd: facts.value_usd,
            item,
            on,
            version: 1,
            voided: false,
            parties: [NONE; KINDS],
            before: [NONE; KINDS],
            latest: [on; KINDS],
        });
        self.by_id.insert(id, row);
        self.by_item.insert(item, row);
        self.link(row, parties, on);
    }

    fn correct(&mut self, id: ExportId, facts: &ExportFacts, on: Date, position: Position) {
        let number = self.row(id);
        let item = self.intern_item(facts, on);
        let parties = self.intern_parties(facts);
        let row = self.rows.get_mut(number);
        let was = std::mem::replace(&mut row.item, item);
        row.version += 1;
        row.position = position;
        row.value_usd = facts.value_usd;
        row.on = on;
        if was != item && self.by_item.get(&was) == Some(number) {
            self.by_item.remove(&was);
        }
        self.by_item.insert(item, number);
        self.unlink(number, parties);
        self.link(number, parties, on);
    }

    /// Puts a row at the end of the chains of its parties; where it stands in one already, its date becomes known there.
    fn link(&mut self, number: u32, parties: [u32; KINDS], on: Date) {
        for (kind, party) in parties.into_iter().enumerate().filter(|(_, party)| *party != NONE) {
            if self.rows.get(number).parties[kind] == party {
                self.date(number, kind, on);
                continue;
            }
            let before = std::mem::replace(&mut self.trades.get_mut(party).last, number);
            let latest = if before == NONE { on } else { self.rows.get(before).latest[kind].max(on) };
            let row = self.rows.get_mut(number);
            (row.parties[kind], row.before[kind], row.latest[kind]) = (party, before, latest);
        }
    }

    /// Makes a later date of a row known in the rest of its chain.
    fn date(&mut self, number: u32, kind: usize, on: Date) {
        let row = self.rows.get(number);
        if row.latest[kind] >= on {
            return;
        }
        let mut next = self.trades.get(row.parties[kind]).last;
        loop {
            let row = self.rows.get_mut(next);
            row.latest[kind] = row.latest[kind].max(on);
            if next == number {
                return;
            }
            next = row.before[kind];
        }
    }

    /// Takes a row out of the chains of parties that it no longer has.
    fn unlink(&mut self, number: u32, parties: [u32; KINDS]) {
        for (kind, party) in parties.into_iter().enumerate() {
            let row = self.rows.get_mut(number);
            if row.parties[kind] == party || row.parties[kind] == NONE {
                continue;
            }
            let was = std::mem::replace(&mut row.parties[kind], NONE);
            let before = std::mem::replace(&mut row.before[kind], NONE);
            let trade = self.trades.get_mut(was);
            if trade.last == number {
                trade.last = before;
                continue;
            }
            let mut after = trade.last;
            while self.rows.get(after).before[kind] != number {
                after = self.rows.get(after).before[kind];
            }
            self.rows.get_mut(after).before[kind] = before;
        }
    }

    fn intern_item(&mut self, facts: &ExportFacts, on: Date) -> Item {
        let office = self.offices.get(&facts.office).unwrap_or_else(|| {
            let number = self.offices.len() as u32;
            self.offices.insert(facts.office.clone(), number);
            number
        });
        Item { office, number: facts.declaration, item: facts.item, year: SolarDate::from(on).year() }
    }

    fn intern_parties(&mut self, facts: &ExportFacts) -> [u32; KINDS] {
        let parties =
            [facts.sme.map(Party::Sme), facts.emc.map(Party::Emc), facts.consortium.map(Party::Consortium)];
        parties.map(|party| {
            let Some(party) = party else { return NONE };
            self.by_party.get(&party).unwrap_or_else(|| {
                let number = self.trades.push(Trade { party, last: NONE });
                self.by_party.insert(party, number);
                number
            })
        })
    }
}

/// The place of a party's kind in [`Row::parties`].
fn kind_of(party: Party) -> usize {
    match party {
        Party::Sme(_) => 0,
        Party::Emc(_) => 1,
        Party::Consortium(_) => 2,
    }
}
