//! Units (the public word is SME): one licensed activity of a legal entity at one address, with its licences and
//! its operating status.
//!
//! The status follows UNDER_CONSTRUCTION → ACTIVE ⇄ SEMI_ACTIVE → IDLE → IN_REVIVAL → ACTIVE, CLOSED and MERGED are
//! final, and a change that breaks the dated timeline is rejected. Licences of one kind never overlap. The state holds no
//! names.

use serde::{Deserialize, Serialize};

use crate::EventData;
use crate::envelope::{Basis, Context, EntityId, Event, Position};
use crate::event::events;
use crate::rejection::Rejection;
use crate::value::{
    BusinessId, Date, IsicCode, LegalId, ParkId, PlotNumber, ProvinceCode, SmeId, SquareMetres,
};

mod correction;
mod history;
mod knowledge;
mod licence;
mod merging;
mod plot;
mod registration;
mod rejection;
mod standing;
mod status;
mod table;
mod taking_over;
#[cfg(test)]
pub(crate) mod tests;

pub use correction::{RedateSmeFact, SmeFactRedated, SmeFactVoided, VoidSmeFact};
pub use history::{Breach, Broken, Fact, History, NumberPrint};
pub use knowledge::{GradeGranted, GradeWithdrawn, GrantGrade, KnowledgeGrade, WithdrawGrade};
pub use licence::{
    AmendOperatingLicence, Capacity, EstablishmentLicenceExtended, EstablishmentLicenceIssued,
    ExtendEstablishmentLicence, InspectSme, IssueEstablishmentLicence, IssueOperatingLicence, LicenceKind,
    LicenceRevoked, LicenceSubject, OperatingLicenceAmended, OperatingLicenceIssued, ProgressReported,
    ReportProgress, RevokeLicence, SmeInspected,
};
pub use merging::{MergeSmes, SmeMerged};
pub use plot::{
    AdvancePlot, AllocatePlot, PlotAdvanced, PlotAllocated, PlotRepossessed, PlotStage, RepossessPlot, Tenure,
};
pub use registration::{AmendSme, RegisterSme, SmeAmended, SmeDetails, SmeRegistered};
pub use rejection::SmeRejection;
pub(crate) use rejection::{code_of, code_of_later};
pub use standing::Standing;
pub use status::{
    ActivateSme, CloseSme, IdleReason, IdleSme, OperatingStatus, ReduceSme, SmeActivated, SmeClosed,
    SmeIdled, SmeReduced,
};
pub use table::Smes;
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
    /// Reports how far the construction of a unit with an establishment licence has come.
    ReportProgress(ReportProgress),
    /// Extends the establishment licence in force, by a year at most.
    ExtendEstablishmentLicence(ExtendEstablishmentLicence),
    /// Amends the operating licence in force for products, machinery, land or address.
    AmendOperatingLicence(AmendOperatingLicence),
    /// Allots a plot to a unit, which moves there if it lies elsewhere.
    AllocatePlot(AllocatePlot),
    /// Records that a unit's plot came to its next stage.
    AdvancePlot(AdvancePlot),
    /// Terminates the contract of a plot whose deadline was missed, and takes the plot back.
    RepossessPlot(RepossessPlot),
    /// Grants a unit a knowledge-based grade.
    GrantGrade(GrantGrade),
    /// Withdraws the knowledge-based grade of a unit before its time.
    WithdrawGrade(WithdrawGrade),
    /// The unit produces; it needs an operating licence in force.
    ActivateSme(ActivateSme),
    /// The unit produces at a reduced rate (SEMI_ACTIVE).
    ReduceSme(ReduceSme),
    /// The unit stands idle.
    IdleSme(IdleSme),
    /// Closes the unit for good.
    CloseSme(CloseSme),
    /// Merges a unit that was recorded twice into the record that stays.
    MergeSmes(MergeSmes),
    /// Voids a dated fact of a unit.
    VoidSmeFact(VoidSmeFact),
    /// Corrects the date of a dated fact of a unit.
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
        /// The progress of a construction was reported.
        ProgressReported = 1,
        /// An establishment licence was extended.
        EstablishmentLicenceExtended = 1,
        /// An operating licence was amended.
        OperatingLicenceAmended = 1,
        /// The plot that the unit lies on was allotted to it.
        PlotAllocated = 1,
        /// The unit's plot came to its next stage.
        PlotAdvanced = 1,
        /// The unit's plot was taken back: the effective date is the first day on which it is free.
        PlotRepossessed = 1,
        /// The unit was granted a knowledge-based grade.
        GradeGranted = 1,
        /// The grade was withdrawn: the effective date is the first day without it.
        GradeWithdrawn = 1,
        /// The unit turned out to be another record of the survivor. It no longer counts from the effective date.
        SmeMerged = 1,
        /// The unit produces from the effective date.
        SmeActivated = 1,
        /// The unit produces at a reduced rate from the effective date.
        SmeReduced = 1,
        /// The unit stands idle from the effective date.
        SmeIdled = 1,
        /// The unit is closed for good from the effective date.
        SmeClosed = 1,
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
    /// Its class of ISIC Rev.4, as recorded last.
    pub isic: IsicCode,
    moved: Option<Date>,
    /// The first day on its plot; none since its registration.
    since: Option<Date>,
    /// Where it lay before, each with the first day.
    earlier: Box<[(Date, Site)]>,
    history: History,
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

    /// Whether it is closed for good, or merged into another one.
    pub fn is_closed(&self) -> bool {
        self.history.last().status().is_some_and(OperatingStatus::is_final)
    }

    /// The first day on which it is closed or merged.
    fn gone_since(&self) -> Option<Date> {
        self.history.statuses().find(|(.., status)| status.is_final()).map(|(since, ..)| since)
    }

    /// Its dated facts.
    pub fn history(&self) -> &History {
        &self.history
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
            SmeEvent::SmeFactVoided(voided) => return self.history.void(voided.position.0),
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
            SmeEvent::ProgressReported(report) => Fact::Progressed { verified: report.verified },
            SmeEvent::EstablishmentLicenceExtended(extended) => {
                Fact::Extended { number: NumberPrint::from(&extended.number), expires: extended.expires }
            }
            SmeEvent::OperatingLicenceAmended(amended) => {
                Fact::LicenceAmended { number: NumberPrint::from(&amended.number) }
            }
            SmeEvent::PlotAllocated(allocated) => Fact::Allocated { deadline: allocated.deadline },
            SmeEvent::PlotAdvanced(advanced) => Fact::Advanced(advanced.stage),
            SmeEvent::PlotRepossessed(_) => Fact::Repossessed,
            SmeEvent::GradeGranted(granted) => Fact::Graded { grade: granted.grade, until: granted.until },
            SmeEvent::GradeWithdrawn(_) => Fact::GradeWithdrawn,
            SmeEvent::SmeMerged(_) => Fact::Merged,
            SmeEvent::SmeInspected(_) => Fact::Inspected,
            SmeEvent::SmeActivated(_) => Fact::Activated,
            SmeEvent::SmeReduced(_) => Fact::Reduced,
            SmeEvent::SmeIdled(_) => Fact::Idled,
            SmeEvent::SmeClosed(_) if basis == Basis::TakenOver => Fact::ClosedBefore,
            SmeEvent::SmeClosed(_) => Fact::Closed,
        };
        self.history.record(effective, position, fact);
    }

    fn move_to(&mut self, amended: &SmeAmended, effective: Date) {
        let SmeAmended { province, park, plot, plot_area, isic, .. } = amended;
        self.isic = isic.unwrap_or(self.isic);
        if province.is_none() && park.is_none() && plot.is_none() && plot_area.is_none() {
            return;
        }
        let site = self.site_after(*park, plot.as_ref(), *plot_area);
        let before = std::mem::replace(&mut self.site, site);
        if (before.park, &before.plot) != (self.site.park, &self.site.plot) {
            let since = self.since.replace(effective).or(self.history.registered()).unwrap_or(effective);
            self.earlier = self.earlier.iter().cloned().chain([(since, before)]).collect();
        }
        self.province = province.unwrap_or(self.province);
        self.moved = Some(effective);
    }
}
