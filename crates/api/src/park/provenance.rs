//! Which events set the fields of a park.

use async_graphql::Enum;
use daftar_domain::envelope::Position;

use super::row::ParkRow;
use crate::view::row::RowAt;

/// The recorded fields of a park.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ParkField {
    /// `code`.
    Code,
    /// `province`.
    Province,
    /// `establishedOn`.
    EstablishedOn,
    /// `name`.
    Name,
    /// `nameLatin`.
    NameLatin,
    /// `kind`.
    Kind,
    /// `area`.
    Area,
    /// `saleable`.
    Saleable,
    /// `plots`.
    Plots,
    /// `allotted`.
    Allotted,
    /// `industries`.
    Industries,
}

impl RowAt<'_, ParkRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: ParkField) -> Option<Position> {
        match field {
            ParkField::Code | ParkField::Province | ParkField::EstablishedOn => Some(self.recorded()),
            ParkField::Name => self.set_by(None, |facts| Some(facts.name.clone())),
            ParkField::NameLatin => self.set_by(None, |facts| facts.name_latin.clone()),
            ParkField::Kind => self.set_by(None, |facts| Some(facts.kind)),
            ParkField::Area => self.set_by(None, |facts| Some(facts.area)),
            ParkField::Saleable => self.set_by(None, |facts| facts.saleable),
            ParkField::Plots => self.set_by(None, |facts| Some(facts.plots)),
            ParkField::Industries => self.industries(None).map(|(_, position)| position),
            ParkField::Allotted => self.set_by(None, |facts| Some(facts.allotted)),
        }
    }
}
