//! Which events set the fields of a statement.

use async_graphql::Enum;
use daftar_domain::envelope::Position;

use super::row::StatementRow;
use crate::view::row::RowAt;

/// The recorded fields of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatementField {
    /// `source`.
    Source,
    /// `sourceLatin`.
    SourceLatin,
    /// `publishedOn`.
    PublishedOn,
    /// `measure`.
    Measure,
    /// `period`.
    Period,
    /// `on`.
    On,
    /// `qualifier`.
    Qualifier,
    /// `value`.
    Value,
    /// `voided`.
    Voided,
}

impl RowAt<'_, StatementRow> {
    /// The position of the event that set the value of a field; none for one that never had a value.
    pub fn provenance(self, field: StatementField) -> Option<Position> {
        match field {
            StatementField::Source => self.set_by(|said| Some(said.facts.source.clone())),
            StatementField::SourceLatin => self.set_by(|said| said.facts.source_latin.clone()),
            StatementField::PublishedOn => self.set_by(|said| Some(said.facts.published_on)),
            StatementField::Measure => self.set_by(|said| Some(said.facts.measure)),
            StatementField::Period => self.set_by(|said| said.facts.period),
            StatementField::On => self.set_by(|said| Some(said.on)),
            StatementField::Qualifier => self.set_by(|said| Some(said.facts.qualifier)),
            StatementField::Value => self.set_by(|said| Some(said.facts.figure)),
            StatementField::Voided => Some(self.voided().unwrap_or_else(|| self.recorded())),
        }
    }
}
