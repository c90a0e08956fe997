//! Which events set the fields of a course or workshop.

use async_graphql::Enum;
use daftar_domain::envelope::Position;
use daftar_domain::training::Phase;

use super::row::TrainingRow;
use crate::view::row::RowAt;

/// The recorded fields of a course or workshop. Its enrolments tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TrainingField {
    /// `code`.
    Code,
    /// `kind`.
    Kind,
    /// `subject`.
    Subject,
    /// `audiences`.
    Audiences,
    /// `attendanceNeeded`.
    AttendanceNeeded,
    /// `plannedOn`.
    PlannedOn,
    /// `title`.
    Title,
    /// `titleLatin`.
    TitleLatin,
    /// `province`.
    Province,
    /// `hours`.
    Hours,
    /// `seats`.
    Seats,
    /// `startsOn`.
    StartsOn,
    /// `endsOn`.
    EndsOn,
    /// `heldOn`.
    HeldOn,
    /// `phase`: what led to the one that it has.
    Phase,
}

impl RowAt<'_, TrainingRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: TrainingField) -> Option<Position> {
        let step = |phase| self.step(phase).map(|step| step.position);
        match field {
            TrainingField::Code
            | TrainingField::Kind
            | TrainingField::Subject
            | TrainingField::Audiences
            | TrainingField::PlannedOn => Some(self.recorded()),
            TrainingField::AttendanceNeeded => self.attendance.map(|_| self.recorded()),
            TrainingField::Title => self.set_by(|facts| Some(facts.title.clone())),
            TrainingField::TitleLatin => self.set_by(|facts| facts.title_latin.clone()),
            TrainingField::Province => self.set_by(|facts| facts.province),
            TrainingField::Hours => self.set_by(|facts| Some(facts.hours)),
            TrainingField::Seats => self.set_by(|facts| Some(facts.seats)),
            TrainingField::StartsOn => self.set_by(|facts| Some(facts.starts)),
            TrainingField::EndsOn => self.set_by(|facts| Some(facts.ends)),
            TrainingField::HeldOn => step(Phase::Held),
            TrainingField::Phase => match self.phase(None)? {
                Phase::Planned => Some(self.recorded()),
                Phase::Certified => self.first_certificates(),
                phase => step(phase),
            },
        }
    }
}
