//! Units (the public word is SME): one licensed activity of a legal entity at one address, with its licences and
//! its operating status.
//!
//! The status follows UNDER_CONSTRUCTION → ACTIVE ⇄ SEMI_ACTIVE → IDLE → IN_REVIVAL → ACTIVE, CLOSED is final, and a
//! change that breaks the dated timeline is rejected. Licences of one kind never overlap. The state holds no names.

use serde::{Deserialize, Serialize};

use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::event::events;
use crate::rejection::Rejection;
use crate::value::{
    BusinessId, Date, Index, LegalId, ParkId, PlotNumber, ProvinceCode, SmeId, SmeKey, SquareMetres, Table,
};

mod correction;
mod history;
mod licence;
mod readiness;
mod registration;
mod rejection;
mod status;
mod taking_over;
#[cfg(test)]
pub(crate) mod tests;

pub use correction::{RedateSmeFact, SmeFactRedated, SmeFactVoided, VoidSmeFact};
pub use history::{Breach, Broken, Fact, History, NumberPrint, Standing};
pub use licence::{
    Capacity, EstablishmentLicenceIssued, InspectSme, IssueEstablishmentLicence, IssueOperatingLicence,
    LicenceKind, LicenceRevoked, OperatingLicenceIssued, RevokeLicence, SmeInspected,
};
pub use readiness::{CertifyReadiness, ReadinessCertified};
pub use registration::{AmendSme, RegisterSme, SmeAmended, SmeDetails, SmeRegistered};
pub use rejection::SmeRejection;
pub(crate) use rejection::{code_of, code_of_later};
pub use status::{
    ActivateSme, CloseSme, IdleReason, IdleSme, OperatingStatus, ReduceSme, SmeActivated, SmeClosed,
    SmeIdled, SmeReduced,
};
pub use taking_over::{TakeOverSme, TakenOverLicence, TakenOverStatus};

/// What can be asked of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum SmeCommand {
    /// Registers a unit, which is under construction from that day.
    RegisterSme(RegisterSme),
    /// Takes over a unit that existed before the registry: active from the issue date of its licence.
    TakeOverSme(TakeOverSme),
    /// Changes what is recorded of a unit; fields that are left out stay.
    AmendSme(AmendSme),
    /// Issues an establishment licence.
    IssueEstablishmentLicence(IssueEstablishmentLicence),
    /// Records an inspection that found the unit fit to operate.
    InspectSme(InspectSme),
    /// Issues an operating licence.
    IssueOperatingLicence(IssueOperatingLicence),
    /// Ends a licence before its time.
    RevokeLicence(RevokeLicence),
    /// The unit produces; it needs an operating licence in force.
    ActivateSme(ActivateSme),
    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    ReduceSme(ReduceSme),
    /// The unit stands idle.
    IdleSme(IdleSme),
    /// Closes the unit for good.
    CloseSme(CloseSme),
    /// Records an export-readiness certificate of a unit.
    CertifyReadiness(CertifyReadiness),
    /// Voids a status, an inspection, a licence or a certificate of a unit.
    VoidSmeFact(VoidSmeFact),
    /// Corrects the date of a status, an inspection or a licence of a unit.
    RedateSmeFact(RedateSmeFact),
}

events! {
    /// What happens to units.
    pub enum SmeEvent {
        /// A unit was registered. It is under construction from the effective date.
        SmeRegistered = 1,
        /// What is recorded of a unit was changed. Fields that are left out stayed.
        SmeAmended = 1,
        /// An establishment licence was issued.
        EstablishmentLicenceIssued = 1,
        /// An inspection found the unit fit to operate.
        SmeInspected = 1,
        /// An operating licence was issued.
        OperatingLicenceIssued = 1,
        /// A licence ended before its time: the effective date is the first day without it.
        LicenceRevoked = 1,
        /// The unit produces from the effective date.
        SmeActivated = 1,
        /// The unit produces at a reduced rate from the effective date.
        SmeReduced = 1,
        /// The unit stands idle from the effective date.
        SmeIdled = 1,
        /// The unit is closed for good from the effective date.
        SmeClosed = 1,
        /// A unit was certified as ready to export.
        ReadinessCertified = 1,
        /// A fact of the unit was voided.
        SmeFactVoided = 1,
        /// The date of a fact of the unit was corrected to the effective date.
        SmeFactRedated = 1,
    }
}

/// Where a unit lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The park.
    pub park: Option<ParkId>,
    /// The plot within the park.
    pub plot: Option<PlotNumber>,
    /// The area of the plot, in m²; 0 when it is not told.
    pub area: SquareMetres,
}

/// A unit, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sme {
    /// Its ID.
    pub id: SmeId,
    /// How many events it has.
    pub version: u32,
    /// The 12-digit business ID.
    pub business_id: BusinessId,
    /// The legal entity that holds it.
    pub legal_id: LegalId,
    /// The province that it lies in.
    pub province: ProvinceCode,
    /// Where it lies, or lay when it was closed.
    pub site: Site,
    moved: Option<Date>,
    history: History,
    /// Every export-readiness certificate, voided ones among them.
    readiness: Box<[readiness::Readiness]>,
}

impl Sme {
    /// What it does on a day; none before it was registered.
    pub fn status_on(&self, day: Date) -> Option<OperatingStatus> {
        self.history.on(day).status()
    }

    /// Whether an operating licence is in force on a day.
    pub fn licensed_on(&self, day: Date) -> bool {
        self.history.on(day).licensed(day)
    }

    /// Whether it may be named by an export of that day: active or semi-active, and licensed (rule 12).
    pub fn can_export_on(&self, day: Date) -> bool {
        let standing = self.history.on(day);
        standing.status().is_some_and(OperatingStatus::is_active) && standing.licensed(day)
    }

    /// The first day on which it is closed.
    pub fn closed_from(&self) -> Option<Date> {
        let mut statuses = self.history.statuses();
        statuses.find(|(.., status)| *status == OperatingStatus::Closed).map(|(on, ..)| on)
    }

    /// Whether it is closed for good.
    pub fn is_closed(&self) -> bool {
        self.history.last().status() == Some(OperatingStatus::Closed)
    }

    /// Its dated facts.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The plot that it holds: none once it is closed.
    pub fn holding(&self) -> Option<(ParkId, &PlotNumber, SquareMetres)> {
        match &self.site {
            Site { park: Some(park), plot: Some(plot), area } if !self.is_closed() => {
                Some((*park, plot, *area))
            }
            _ => None,
        }
    }

    /// Where it would lie after an amendment that names the park (if it names one). A plot belongs to its park: it goes
    /// when the park does.
    pub fn site_after(
        &self,
        park: Option<ParkId>,
        plot: Option<&PlotNumber>,
        area: Option<SquareMetres>,
    ) -> Site {
        let stays = park.is_none() || park == self.site.park;
        let same_plot = stays && (plot.is_none() || plot == self.site.plot.as_ref());
        Site {
            park: park.or(self.site.park),
            plot: plot.or(self.site.plot.as_ref().filter(|_| stays)).cloned(),
            area: area.unwrap_or(if same_plot { self.site.area } else { SquareMetres::default() }),
        }
    }
}

/// All units.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Smes {
    table: Table<Sme>,
    by_id: Index<SmeId>,
    by_business_id: Index<BusinessId>,
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
            moved: None,
            history,
            readiness: Box::default(),
        });
        self.by_id.insert(id, row);
        self.by_business_id.insert(registered.business_id, row);
    }

    /// A revival case changed what a unit does: a consequence of the case's event.
    pub fn note_revival(&mut self, id: SmeId, fact: Fact, effective: Date, position: Position) {
        self.get_mut(id).history.record(effective, position, fact);
    }
}

/// Nothing takes effect in the future.
fn past(date: Date, path: &'static str, context: &Context) -> Result<(), SmeRejection> {
    if date > context.today { Err(SmeRejection::Future { path, date }) } else { Ok(()) }
}

impl Sme {
    /// Judges a new fact on the timeline, and makes its event.
    fn fact(&self, on: Date, fact: Fact, data: EventData, context: &Context) -> Result<Event, Rejection> {
        past(on, "on", context)?;
        self.history.bears(on, fact).map_err(|broken| SmeRejection::broken(broken, None, "on"))?;
        Ok(Event::new(EntityId::Sme(self.id), on, data))
    }

    fn evolve(&mut self, event: &SmeEvent, effective: Date, basis: Basis, position: Position) {
        let issued = |kind, number, expires| {
            let waived = basis == Basis::TakenOver;
            Fact::Issued { kind, number: NumberPrint::from(number), expires, waived }
        };
        let fact = match event {
            SmeEvent::SmeRegistered(_) => unreachable!("a registration makes the unit"),
            SmeEvent::SmeAmended(amended) => return self.move_to(amended, effective),
            SmeEvent::SmeFactVoided(voided) if self.forget_readiness(voided.position.0) => return,
            SmeEvent::SmeFactVoided(voided) => return self.history.void(voided.position.0),
            SmeEvent::ReadinessCertified(certified) => {
                return self.note_readiness(certified, effective, position);
            }
            SmeEvent::SmeFactRedated(redated) => return self.history.redate(redated.position.0, effective),
            SmeEvent::EstablishmentLicenceIssued(licence) => {
                issued(LicenceKind::Establishment, &licence.number, licence.expires)
            }
            SmeEvent::OperatingLicenceIssued(licence) => {
                issued(LicenceKind::Operating, &licence.number, licence.expires)
            }
            SmeEvent::LicenceRevoked(revoked) => {
                Fact::Revoked { kind: revoked.kind, number: NumberPrint::from(&revoked.number) }
            }
            SmeEvent::SmeInspected(_) => Fact::Inspected,
            SmeEvent::SmeActivated(_) => Fact::Activated,
            SmeEvent::SmeReduced(_) => Fact::Reduced,
            SmeEvent::SmeIdled(_) => Fact::Idled,
            SmeEvent::SmeClosed(_) => Fact::Closed,
        };
        self.history.record(effective, position, fact);
    }

    fn move_to(&mut self, amended: &SmeAmended, effective: Date) {
        let SmeAmended { province, park, plot, plot_area, .. } = amended;
        if province.is_none() && park.is_none() && plot.is_none() && plot_area.is_none() {
            return;
        }
        self.site = self.site_after(*park, plot.as_ref(), *plot_area);
        self.province = province.unwrap_or(self.province);
        self.moved = Some(effective);
    }
}
