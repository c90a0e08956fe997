//! Which events set the fields of a unit.

use async_graphql::Enum;
use daftar_domain::envelope::Position;
use daftar_domain::value::Date;

use super::row::SmeRow;
use crate::view::row::RowAt;

/// The recorded fields of a unit. Its licences and inspections tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SmeField {
    /// `businessId`.
    BusinessId,
    /// `legalId`.
    LegalId,
    /// `predecessor`.
    Predecessor,
    /// `registeredOn`.
    RegisteredOn,
    /// `name`.
    Name,
    /// `nameLatin`.
    NameLatin,
    /// `province`.
    Province,
    /// `park`.
    Park,
    /// `plot`.
    Plot,
    /// `plotArea`.
    PlotArea,
    /// `isic`.
    Isic,
    /// `headcount`.
    Headcount,
    /// `status`.
    Status,
    /// `statusSince`: the event that gave the status its date.
    StatusSince,
    /// `idleReason`.
    IdleReason,
    /// `utilisation`.
    Utilisation,
    /// `plotStage`.
    PlotStage,
    /// `knowledgeGrade`, where a day is given.
    KnowledgeGrade,
    /// `mergedInto`.
    MergedInto,
}

impl RowAt<'_, SmeRow> {
    /// The position of the event that set the value of a field on a day; none for one that never had a value.
    pub fn provenance(self, field: SmeField, on: Option<Date>) -> Option<Position> {
        let status = || self.status(on);
        match field {
            SmeField::BusinessId | SmeField::LegalId | SmeField::RegisteredOn => Some(self.recorded()),
            SmeField::Predecessor => self.predecessor.map(|_| self.recorded()),
            SmeField::Name => self.set_by(on, |facts| Some(facts.name.clone())),
            SmeField::NameLatin => self.set_by(on, |facts| facts.name_latin.clone()),
            SmeField::Province => self.set_by(on, |facts| Some(facts.province)),
            SmeField::Park => self.set_by(on, |facts| facts.park),
            SmeField::Plot if self.lost_plot(on) => self.plot_standing(on).map(|plot| plot.position),
            SmeField::Plot => self.set_by(on, |facts| facts.plot.clone()),
            SmeField::PlotStage => self.plot_standing(on).map(|plot| plot.position),
            SmeField::KnowledgeGrade => self.grade(on?).map(|(_, position)| position),
            SmeField::MergedInto => self.survivor(on).map(|(_, position)| position),
            SmeField::PlotArea => self.set_by(on, |facts| facts.plot_area),
            SmeField::Isic => self.set_by(on, |facts| Some(facts.isic)),
            SmeField::Headcount => self.set_by(on, |facts| facts.headcount),
            SmeField::Status => status().map(|status| status.position),
            SmeField::StatusSince => status().map(|status| status.dated),
            SmeField::IdleReason => status().and_then(|status| status.reasoned),
            SmeField::Utilisation => {
                status().filter(|status| status.utilisation.is_some()).map(|status| status.position)
            }
        }
    }
}
