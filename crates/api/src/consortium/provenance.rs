//! Which events set the fields of a consortium.

use async_graphql::Enum;
use daftar_domain::envelope::Position;
use daftar_domain::value::Date;

use super::row::ConsortiumRow;
use crate::view::row::RowAt;

/// The recorded fields of a consortium. Its memberships tell their events themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ConsortiumField {
    /// `code`.
    Code,
    /// `productGroup`.
    ProductGroup,
    /// `formedOn`.
    FormedOn,
    /// `name`.
    Name,
    /// `nameLatin`.
    NameLatin,
    /// `kind`.
    Kind,
    /// `phase`.
    Phase,
}

impl RowAt<'_, ConsortiumRow> {
    /// The position of the event that set the value of a field, its phase that of a day; none for one that never had a
    /// value.
    pub fn provenance(self, field: ConsortiumField, on: Option<Date>) -> Option<Position> {
        match field {
            ConsortiumField::Code | ConsortiumField::ProductGroup | ConsortiumField::FormedOn => {
                Some(self.recorded())
            }
            ConsortiumField::Name => self.set_by(None, |facts| Some(facts.name.clone())),
            ConsortiumField::NameLatin => self.set_by(None, |facts| facts.name_latin.clone()),
            ConsortiumField::Kind => self.set_by(None, |facts| Some(facts.kind)),
            ConsortiumField::Phase => self.phase(on).map(|fact| fact.position),
        }
    }
}
