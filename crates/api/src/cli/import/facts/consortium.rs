//! A consortium's facts.

use super::super::consortium::{Consortium, Member};
use super::keep;
use daftar_domain::consortium::{ConsortiumEvent, ConsortiumFormed, Phase};
use daftar_domain::value::{BusinessId, Date, Timeline};

#[derive(Clone, Debug)]
pub(super) struct ConsortiumFacts {
    pub base: Consortium,
    phases: Timeline<Phase>,
    /// By the position of the event that admitted them.
    members: Vec<(u64, Member)>,
    pub version: u32,
    taken_over: bool,
}

impl ConsortiumFacts {
    pub fn formed(event: &ConsortiumFormed, on: Date, position: u64, taken_over: bool) -> Self {
        let base = Consortium {
            code: event.code.clone(),
            name: event.name.clone(),
            name_latin: event.name_latin.clone(),
            kind: event.kind,
            phase: Phase::Preparing,
            group: event.product_group,
            formed: on,
            members: Vec::new(),
        };
        let mut phases = Timeline::new();
        phases.insert(on, position, Phase::Preparing);
        ConsortiumFacts { base, phases, members: Vec::new(), version: 1, taken_over }
    }

    pub fn as_stated(&self) -> Consortium {
        let members = self.members.iter().map(|(_, member)| member.clone()).collect();
        let phase = self.phases.latest().map_or(Phase::Preparing, |entry| entry.value);
        Consortium { phase, members, ..self.base.clone() }
    }

    pub fn is_unfinished(&self) -> bool {
        self.taken_over && self.phases.len() == 1
    }

    pub fn apply(&mut self, event: &ConsortiumEvent, unit: Option<BusinessId>, on: Date, position: u64) {
        let phase = match event {
            ConsortiumEvent::ConsortiumConstituted(_) => Some(Phase::Constituted),
            ConsortiumEvent::ConsortiumStarted(_) => Some(Phase::Operating),
            ConsortiumEvent::ConsortiumSuspended(_) => Some(Phase::Suspended),
            ConsortiumEvent::ConsortiumDissolved(_) => Some(Phase::Dissolved),
            _ => None,
        };
        if let Some(phase) = phase {
            self.phases.insert(on, position, phase);
        }
        match (event, unit) {
            (ConsortiumEvent::MemberAdmitted(event), Some(sme)) => {
                let certificate = event.certificate.clone();
                self.members.push((position, Member { sme, joined: on, certificate }));
            }
            (ConsortiumEvent::MemberReleased(_), Some(sme)) => {
                self.members.retain(|(_, member)| member.sme != sme)
            }
            (ConsortiumEvent::ConsortiumRevised(event), _) => {
                keep(&mut self.base.name, event.name.as_ref());
                keep(&mut self.base.kind, event.kind.as_ref());
                self.base.name_latin = event.name_latin.clone().or(self.base.name_latin.take());
            }
            (ConsortiumEvent::ConsortiumFactVoided(event), _) => {
                self.members.retain(|(admitted, _)| *admitted != event.position.0);
                self.phases.remove(event.position.0);
            }
            _ => {}
        }
    }
}
