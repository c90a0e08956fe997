//! All units, looked up by ID and by business ID.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::{Fact, History, Site, Sme, SmeEvent};
use crate::envelope::{Basis, Position};
use crate::value::{BusinessId, Date, Index, SmeId, SmeKey, Table};

/// All units.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Smes {
    table: Table<Sme>,
    by_id: Index<SmeId>,
    by_business_id: Index<BusinessId>,
    /// Merged units, each with the position of the merge and its survivor.
    pub(super) merges: OrdMap<SmeId, (Position, SmeId)>,
}

impl Smes {
    /// The unit that a key names.
    pub fn find(&self, key: &SmeKey) -> Option<&Sme> {
        match key {
            SmeKey::Id(id) => self.by_id.get(id),
            SmeKey::BusinessId(business_id) => self.by_business_id.get(business_id),
        }
        .map(|row| self.table.get(row))
    }

    /// The unit with an ID.
    pub fn get(&self, id: SmeId) -> Option<&Sme> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a unit has; 0 for one that is not recorded.
    pub fn version(&self, id: SmeId) -> u32 {
        self.get(id).map_or(0, |sme| sme.version)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// All of them, in the order of their registration events.
    pub fn iter(&self) -> impl Iterator<Item = &Sme> {
        self.table.iter()
    }

    fn get_mut(&mut self, id: SmeId) -> &mut Sme {
        let row = self.by_id.get(&id).expect("an event follows its unit's registration");
        self.table.get_mut(row)
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: SmeId, event: &SmeEvent, effective: Date, basis: Basis, position: Position) {
        let SmeEvent::SmeRegistered(registered) = event else {
            let sme = self.get_mut(id);
            sme.version += 1;
            sme.evolve(event, effective, basis, position);
            match event {
                SmeEvent::SmeMerged(merged) => {
                    self.merges.insert(id, (position, merged.survivor));
                }
                SmeEvent::SmeFactVoided(voided)
                    if self.merges.get(&id).is_some_and(|(merge, _)| *merge == voided.position.0) =>
                {
                    self.merges.remove(&id);
                }
                _ => {}
            }
            return;
        };
        let mut history = History::default();
        history.record(effective, position, Fact::Registered);
        let row = self.table.push(Sme {
            id,
            version: 1,
            business_id: registered.business_id,
            legal_id: registered.legal_id,
            province: registered.province,
            site: Site {
                park: registered.park,
                plot: registered.plot.clone(),
                area: registered.plot_area.unwrap_or_default(),
            },
            isic: registered.isic,
            moved: None,
            since: None,
            earlier: Box::default(),
            history,
        });
        self.by_id.insert(id, row);
        self.by_business_id.insert(registered.business_id, row);
    }

    /// A revival case changed what a unit does: a consequence of the case's event.
    pub fn note_revival(&mut self, id: SmeId, fact: Fact, effective: Date, position: Position) {
        self.get_mut(id).history.record(effective, position, fact);
    }

    /// A fact of a revival case that a unit's status rests on was voided.
    pub fn void_revival(&mut self, id: SmeId, fact: Position) {
        self.get_mut(id).history.void(fact);
    }
}
