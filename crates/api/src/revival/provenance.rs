//! Which events set the fields of a revival case.

use async_graphql::Enum;
use daftar_domain::envelope::Position;

use super::row::RevivalRow;
use crate::view::row::RowAt;

/// The recorded fields of a revival case. Its steps and referrals tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RevivalField {
    /// `sme`.
    Sme,
    /// `openedOn`.
    OpenedOn,
    /// `stage`.
    Stage,
    /// `finding`.
    Finding,
    /// `jobs`.
    Jobs,
    /// `closedOn`.
    ClosedOn,
}

impl RowAt<'_, RevivalRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: RevivalField) -> Option<Position> {
        match field {
            RevivalField::Sme | RevivalField::OpenedOn => Some(self.recorded()),
            RevivalField::Stage => self.step().map(|step| step.position),
            RevivalField::Finding => self.finding().map(|(position, _)| position),
            RevivalField::Jobs => self.jobs().map(|(position, _)| position),
            RevivalField::ClosedOn => self.closing().map(|step| step.position),
        }
    }
}
