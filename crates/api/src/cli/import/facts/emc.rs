//! A company's facts.

use super::super::emc::{Emc, Mandate};
use super::keep;
use daftar_domain::emc::{EmcEvent, Rank};
use daftar_domain::value::{BusinessId, Date, Timeline};

#[derive(Clone, Debug)]
pub(super) struct EmcFacts {
    pub base: Emc,
    pub ranks: Timeline<Rank>,
    pub mandates: Vec<(u64, Mandate)>,
    pub version: u32,
}

impl EmcFacts {
    pub fn as_stated(&self) -> Emc {
        let mandates = self.mandates.iter().map(|(_, mandate)| mandate.clone()).collect();
        let rank = self.ranks.latest().map(|entry| (entry.value, entry.effective));
        Emc { rank, mandates, ..self.base.clone() }
    }

    pub fn apply(&mut self, event: &EmcEvent, unit: Option<BusinessId>, on: Date, position: u64) {
        match (event, unit) {
            (EmcEvent::EmcRanked(event), _) => self.ranks.insert(on, position, event.rank),
            (EmcEvent::MandateGranted(event), Some(sme)) => {
                self.mandates.push((position, Mandate { sme, from: on, until: event.until }));
            }
            (EmcEvent::MandateEnded(_), Some(sme)) => {
                let in_force = |mandate: &Mandate| {
                    mandate.sme == sme && mandate.from <= on && mandate.until.is_none_or(|until| until > on)
                };
                for (_, mandate) in self.mandates.iter_mut().filter(|(_, mandate)| in_force(mandate)) {
                    mandate.until = Some(on);
                }
            }
            (EmcEvent::EmcRevised(event), _) => {
                keep(&mut self.base.name, event.name.as_ref());
                keep(&mut self.base.trade_card, event.trade_card.as_ref());
                self.base.name_latin = event.name_latin.clone().or(self.base.name_latin.take());
                self.base.card_expires = event.trade_card_expires.or(self.base.card_expires);
            }
            (EmcEvent::EmcFactVoided(event), _) => {
                self.mandates.retain(|(granted, _)| *granted != event.position.0);
                self.ranks.remove(event.position.0);
            }
            _ => {}
        }
    }
}
