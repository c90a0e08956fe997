//! Export-readiness certificates of a unit.

use async_graphql::SimpleObject;

use crate::scalar::{Date, Position};
use crate::sme::row;
use crate::view::dated::Fact;

/// A certificate that a unit is ready to export.
#[derive(Clone, SimpleObject)]
pub struct ReadinessCertificate {
    /// Its number.
    number: String,
    /// The office that issued it.
    issuer: String,
    /// The first day on which it is valid.
    from: Date,
    /// The first day on which it is no longer valid.
    until: Date,
    /// The position of the event that recorded it.
    position: Position,
}

impl From<&Fact<row::Readiness>> for ReadinessCertificate {
    fn from(fact: &Fact<row::Readiness>) -> Self {
        Self {
            number: fact.value.number.as_str().to_owned(),
            issuer: fact.value.issuer.as_str().to_owned(),
            from: fact.effective.into(),
            until: fact.value.until.into(),
            position: Position(fact.position),
        }
    }
}
