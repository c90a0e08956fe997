//! What is recorded, as files would state it: folded from events, the reverse of taking over.
//!
//! It keeps what an import compares rows with and nothing else, and it never judges.

mod consortium;
mod emc;
mod research;
mod sme;
mod training;

use super::emc::Emc;
use super::entry::{Entry, Kind};
use super::export::Export;
use super::park::Park;
use super::registry::Known;
use super::sme::Status;
use consortium::ConsortiumFacts;
use daftar_domain::EventData;
use daftar_domain::consortium::ConsortiumEvent;
use daftar_domain::emc::EmcEvent;
use daftar_domain::envelope::{Basis, EntityId, Recorded};
use daftar_domain::export::{ExportEvent, ExportFacts};
use daftar_domain::park::ParkEvent;
use daftar_domain::research::{Executor, ExecutorKey, ResearchEvent};
use daftar_domain::revival::RevivalEvent;
use daftar_domain::sme::{OperatingStatus, SmeEvent};
use daftar_domain::training::TrainingEvent;
use daftar_domain::value::{
    BusinessId, ConsortiumCode, ConsortiumId, ConsortiumKey, Date, DeclarationKey, EmcCode, EmcId, EmcKey,
    ExportId, Organisation, OrganisationKey, ParkCode, ParkId, ParkKey, ResearchCode, ResearchId, RevivalId,
    SmeId, SmeKey, Timeline, TrainingCode, TrainingId,
};
use emc::EmcFacts;
use research::ResearchFacts;
use rustc_hash::FxHashMap;
use sme::SmeFacts;
use training::TrainingFacts;

/// The facts of the registry that files state.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    only: Option<Kind>,
    parks: FxHashMap<ParkId, (Park, u32)>,
    park_codes: FxHashMap<ParkCode, ParkId>,
    smes: FxHashMap<SmeId, SmeFacts>,
    business_ids: FxHashMap<BusinessId, SmeId>,
    revivals: FxHashMap<RevivalId, SmeId>,
    exports: FxHashMap<ExportId, (Export, u32)>,
    declarations: FxHashMap<DeclarationKey, ExportId>,
    consortiums: FxHashMap<ConsortiumId, ConsortiumFacts>,
    consortium_codes: FxHashMap<ConsortiumCode, ConsortiumId>,
    emcs: FxHashMap<EmcId, EmcFacts>,
    emc_codes: FxHashMap<EmcCode, EmcId>,
    trainings: FxHashMap<TrainingId, TrainingFacts>,
    training_codes: FxHashMap<TrainingCode, TrainingId>,
    researches: FxHashMap<ResearchId, ResearchFacts>,
    research_codes: FxHashMap<ResearchCode, ResearchId>,
}

impl Facts {
    /// Those that a file of one kind is compared with; a registry of all kinds keeps more.
    pub fn only(kind: Kind) -> Self {
        Facts { only: Some(kind), ..Facts::default() }
    }

    /// What is recorded of a row's subject.
    pub fn of(&self, entry: &Entry) -> Option<Known> {
        match entry {
            Entry::Park(row) => {
                let (park, version) = self.parks.get(self.park_codes.get(&row.code)?)?;
                Some(Known { entry: Entry::Park(park.clone()), version: *version, unfinished: false })
            }
            Entry::Sme(row) => {
                let facts = self.smes.get(self.business_ids.get(&row.business_id)?)?;
                Some(Known {
                    entry: Entry::Sme(facts.as_stated()),
                    version: facts.version,
                    unfinished: false,
                })
            }
            Entry::Export(row) => {
                let (export, version) = self.exports.get(self.declarations.get(&row.key())?)?;
                Some(Known { entry: Entry::Export(export.clone()), version: *version, unfinished: false })
            }
            Entry::Consortium(row) => {
                let facts = self.consortiums.get(self.consortium_codes.get(&row.code)?)?;
                let (entry, unfinished) = (Entry::Consortium(facts.as_stated()), facts.is_unfinished());
                Some(Known { entry, version: facts.version, unfinished })
            }
            Entry::Training(row) => {
                let facts = self.trainings.get(self.training_codes.get(&row.code)?)?;
                let entry = Entry::Training(facts.as_stated());
                Some(Known { entry, version: facts.version, unfinished: false })
            }
            Entry::Research(row) => {
                let facts = self.researches.get(self.research_codes.get(&row.code)?)?;
                let entry = Entry::Research(facts.as_stated());
                Some(Known { entry, version: facts.version, unfinished: false })
            }
            // A statement is known by all that it says: the domain tells.
            Entry::Statement(_) => None,
            Entry::Emc(row) => {
                let facts = self.emcs.get(self.emc_codes.get(&row.code)?)?;
                Some(Known {
                    entry: Entry::Emc(facts.as_stated()),
                    version: facts.version,
                    unfinished: false,
                })
            }
        }
    }

    /// Folds an event.
    pub fn fold(&mut self, recorded: &Recorded) {
        let (position, on, version) = (recorded.position, recorded.event.effective, recorded.entity_version);
        match (&recorded.event.data, recorded.event.entity) {
            (EventData::Park(event), EntityId::Park(id)) => self.fold_park(id, event, on, version),
            (EventData::Sme(event), EntityId::Sme(id)) => self.fold_sme(id, event, on, position, version),
            (EventData::Revival(event), EntityId::Revival(id)) => self.fold_revival(id, event, on, position),
            (EventData::Export(event), EntityId::Export(id)) if self.keeps(Kind::Exports) => {
                self.fold_export(id, event, on, version);
            }
            (EventData::Consortium(event), EntityId::Consortium(id)) => {
                if let ConsortiumEvent::ConsortiumFormed(formed) = event {
                    let taken_over = recorded.event.basis == Basis::TakenOver;
                    self.consortium_codes.insert(formed.code.clone(), id);
                    self.consortiums.insert(id, ConsortiumFacts::formed(formed, on, position, taken_over));
                } else {
                    self.fold_consortium(id, event, on, position, version);
                }
            }
            (EventData::Emc(event), EntityId::Emc(id)) => self.fold_emc(id, event, on, position, version),
            (EventData::Training(event), EntityId::Training(id)) if self.keeps(Kind::Trainings) => {
                self.fold_training(id, event, on, position, version);
            }
            (EventData::Research(event), EntityId::Research(id)) if self.keeps(Kind::Research) => {
                self.fold_research(id, event, on, position, version);
            }
            _ => {}
        }
    }

    fn keeps(&self, kind: Kind) -> bool {
        self.only.is_none_or(|only| only == kind)
    }

    fn fold_park(&mut self, id: ParkId, event: &ParkEvent, on: Date, version: u32) {
        match event {
            ParkEvent::ParkEstablished(event) => {
                let park = Park {
                    code: event.code.clone(),
                    name: event.name.clone(),
                    name_latin: event.name_latin.clone(),
                    kind: event.kind,
                    province: event.province,
                    area: event.area,
                    plots: event.plots,
                    allotted: Some(event.allotted),
                    established: Some(on),
                };
                self.park_codes.insert(event.code.clone(), id);
                self.parks.insert(id, (park, version));
            }
            ParkEvent::ParkRevised(event) => {
                let Some((park, known)) = self.parks.get_mut(&id) else { return };
                *known = version;
                keep(&mut park.name, event.name.as_ref());
                keep(&mut park.kind, event.kind.as_ref());
                keep(&mut park.area, event.area.as_ref());
                keep(&mut park.plots, event.plots.as_ref());
                park.name_latin = event.name_latin.clone().or(park.name_latin.take());
                park.allotted = event.allotted.or(park.allotted);
            }
            ParkEvent::ParkSpecialised(_) => {
                if let Some((_, known)) = self.parks.get_mut(&id) {
                    *known = version;
                }
            }
        }
    }

    fn fold_sme(&mut self, id: SmeId, event: &SmeEvent, on: Date, position: u64, version: u32) {
        if let SmeEvent::SmeRegistered(event) = event {
            let park = event.park.and_then(|park| Some(self.parks.get(&park)?.0.code.clone()));
            self.business_ids.insert(event.business_id, id);
            self.smes.insert(id, SmeFacts::registered(event, park, version));
            return;
        }
        let moved_to = match event {
            SmeEvent::SmeAmended(event) => {
                event.park.and_then(|park| Some(self.parks.get(&park)?.0.code.clone()))
            }
            _ => None,
        };
        let Some(facts) = self.smes.get_mut(&id) else { return };
        facts.version = version;
        facts.apply(event, moved_to, on, position);
    }

    fn fold_revival(&mut self, id: RevivalId, event: &RevivalEvent, on: Date, position: u64) {
        match event {
            RevivalEvent::RevivalOpened(event) => {
                self.revivals.insert(id, event.sme);
            }
            RevivalEvent::UnitRevived(event) => {
                let sme = self.revivals.get(&id).and_then(|sme| self.smes.get_mut(sme));
                if let Some(facts) = sme {
                    let status = Status { is: OperatingStatus::Active, since: None, reason: None };
                    facts.statuses.insert(on, position, (status, event.utilisation));
                }
            }
            _ => {}
        }
    }

    fn fold_export(&mut self, id: ExportId, event: &ExportEvent, on: Date, version: u32) {
        let facts = match event {
            ExportEvent::ExportRecorded(event) => Some(&event.0),
            ExportEvent::ExportCorrected(event) => Some(&event.0),
            ExportEvent::ExportVoided(_) => None,
        };
        if let Some((before, _)) = self.exports.remove(&id) {
            self.declarations.remove(&before.key());
        }
        if let Some(facts) = facts {
            let export = self.export(facts, on);
            self.declarations.insert(export.key(), id);
            self.exports.insert(id, (export, version));
        }
    }

    fn export(&self, facts: &ExportFacts, date: Date) -> Export {
        Export {
            sme: facts.sme.and_then(|id| Some(self.smes.get(&id)?.base.business_id)),
            emc: facts.emc.and_then(|id| Some(self.emcs.get(&id)?.base.code.clone())),
            declaration: facts.declaration,
            item: facts.item,
            office: facts.office.clone(),
            date,
            hs: facts.hs,
            country: facts.destination,
            net_weight: facts.net_weight,
            value: facts.value_usd,
            consortium: facts.consortium.and_then(|id| Some(self.consortiums.get(&id)?.base.code.clone())),
        }
    }

    fn fold_consortium(
        &mut self,
        id: ConsortiumId,
        event: &ConsortiumEvent,
        on: Date,
        position: u64,
        version: u32,
    ) {
        let business_id = match event {
            ConsortiumEvent::MemberAdmitted(event) => self.smes.get(&event.sme),
            ConsortiumEvent::MemberReleased(event) => self.smes.get(&event.sme),
            _ => None,
        }
        .map(|facts| facts.base.business_id);
        let Some(facts) = self.consortiums.get_mut(&id) else { return };
        facts.version = version;
        facts.apply(event, business_id, on, position);
    }

    fn fold_emc(&mut self, id: EmcId, event: &EmcEvent, on: Date, position: u64, version: u32) {
        if let EmcEvent::EmcConsented(event) = event {
            let base = Emc {
                code: event.code.clone(),
                name: event.name.clone(),
                name_latin: event.name_latin.clone(),
                legal_id: event.legal_id,
                trade_card: event.trade_card.clone(),
                card_expires: event.trade_card_expires,
                consented: on,
                rank: None,
                mandates: Vec::new(),
            };
            self.emc_codes.insert(event.code.clone(), id);
            self.emcs.insert(id, EmcFacts { base, ranks: Timeline::new(), mandates: Vec::new(), version });
            return;
        }
        let business_id = match event {
            EmcEvent::MandateGranted(event) => self.smes.get(&event.sme),
            EmcEvent::MandateEnded(event) => self.smes.get(&event.sme),
            _ => None,
        }
        .map(|facts| facts.base.business_id);
        let Some(facts) = self.emcs.get_mut(&id) else { return };
        facts.version = version;
        facts.apply(event, business_id, on, position);
    }
}

impl Facts {
    fn fold_training(
        &mut self,
        id: TrainingId,
        event: &TrainingEvent,
        on: Date,
        position: u64,
        version: u32,
    ) {
        if let TrainingEvent::TrainingPlanned(event) = event {
            self.training_codes.insert(event.code.clone(), id);
            self.trainings.insert(id, TrainingFacts::planned(event, version));
            return;
        }
        let participant = match event {
            TrainingEvent::ParticipantEnrolled(event) => self.name_of(event.participant),
            _ => None,
        };
        let Some(facts) = self.trainings.get_mut(&id) else { return };
        facts.version = version;
        facts.apply(event, participant, on, position);
    }

    /// How files name an organisation.
    fn name_of(&self, organisation: Organisation) -> Option<OrganisationKey> {
        Some(match organisation {
            Organisation::Sme(id) => {
                OrganisationKey::Sme(SmeKey::BusinessId(self.smes.get(&id)?.base.business_id))
            }
            Organisation::Consortium(id) => {
                let code = self.consortiums.get(&id)?.base.code.clone();
                OrganisationKey::Consortium(ConsortiumKey::Code(code))
            }
            Organisation::Emc(id) => {
                OrganisationKey::Emc(EmcKey::Code(self.emcs.get(&id)?.base.code.clone()))
            }
        })
    }

    fn fold_research(
        &mut self,
        id: ResearchId,
        event: &ResearchEvent,
        on: Date,
        position: u64,
        version: u32,
    ) {
        if let ResearchEvent::ResearchProposed(event) = event {
            let executor = match &event.executor {
                Executor::Sme(id) => match self.smes.get(id) {
                    Some(facts) => ExecutorKey::Sme(SmeKey::BusinessId(facts.base.business_id)),
                    None => ExecutorKey::Sme(SmeKey::Id(*id)),
                },
                Executor::Park(id) => match self.parks.get(id) {
                    Some((park, _)) => ExecutorKey::Park(ParkKey::Code(park.code.clone())),
                    None => ExecutorKey::Park(ParkKey::Id(*id)),
                },
                Executor::Office(code) => ExecutorKey::Office(code.clone()),
            };
            self.research_codes.insert(event.code.clone(), id);
            self.researches.insert(id, ResearchFacts::proposed(event, executor, version));
            return;
        }
        let Some(facts) = self.researches.get_mut(&id) else { return };
        facts.version = version;
        facts.apply(event, on, position);
    }
}

/// Takes over a new value, if there is one.
fn keep<T: Clone>(value: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        value.clone_from(new);
    }
}
