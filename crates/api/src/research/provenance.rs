//! Which events set the fields of a project.

use async_graphql::Enum;
use daftar_domain::envelope::Position;
use daftar_domain::research::Phase;

use super::row::ResearchRow;
use crate::view::row::RowAt;

/// The recorded fields of a project. Its milestones, payments and results tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ResearchField {
    /// `code`.
    Code,
    /// `topic`.
    Topic,
    /// `executor`.
    Executor,
    /// `smes`.
    Smes,
    /// `proposedOn`.
    ProposedOn,
    /// `title`.
    Title,
    /// `titleLatin`.
    TitleLatin,
    /// `province`.
    Province,
    /// `approvedOn`.
    ApprovedOn,
    /// `budget`: the approval, or the revision that changed it.
    Budget,
    /// `endedOn`.
    EndedOn,
    /// `phase`: what led to the one that it has.
    Phase,
}

impl RowAt<'_, ResearchRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: ResearchField) -> Option<Position> {
        let step = self.last_step(None);
        match field {
            ResearchField::Code
            | ResearchField::Topic
            | ResearchField::Executor
            | ResearchField::ProposedOn => Some(self.recorded()),
            ResearchField::Smes => (!self.smes.is_empty()).then(|| self.recorded()),
            ResearchField::Title => self.set_by(|facts| Some(facts.title.clone())),
            ResearchField::TitleLatin => self.set_by(|facts| facts.title_latin.clone()),
            ResearchField::Province => self.set_by(|facts| facts.province),
            ResearchField::ApprovedOn => self.step(Phase::Approved).map(|step| step.position),
            ResearchField::Budget => self.budget(None).map(|budget| budget.position),
            ResearchField::EndedOn => {
                step.filter(|step| step.value > Phase::Approved).map(|step| step.position)
            }
            ResearchField::Phase => Some(step.map_or_else(|| self.recorded(), |step| step.position)),
        }
    }
}
