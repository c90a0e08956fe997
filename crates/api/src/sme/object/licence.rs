//! Licences of a unit, and inspections that found it fit to operate.

use async_graphql::{Enum, SimpleObject};

use crate::scalar::{Date, Decimal, Position};
use crate::sme::row::{self, SmeRow};
use crate::view::dated::Fact;
use crate::view::row::RowAt;

/// The kinds of licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::sme::LicenceKind")]
pub enum LicenceKind {
    /// Establishment licence (javaz-e ta'sis), valid for a year.
    Establishment,
    /// Operating licence (parvane-ye bahrebardari).
    Operating,
}

/// What a unit may produce in a year.
#[derive(Clone, SimpleObject)]
pub struct Capacity {
    /// The amount, in the unit beside it.
    amount: Decimal,
    /// The unit of the amount, as entered.
    unit: String,
}

/// A licence of a unit.
#[derive(Clone, SimpleObject)]
pub struct Licence {
    /// Which kind.
    kind: LicenceKind,
    /// Its number.
    number: String,
    /// The day of issue.
    issued_on: Date,
    /// The first day on which it is no longer valid, as issued.
    expires_on: Date,
    /// The first day without it, when it was revoked.
    revoked_on: Option<Date>,
    /// The licensed capacity.
    capacity: Option<Capacity>,
    /// The position of the event that recorded it.
    position: Position,
}

impl Licence {
    /// A licence of a unit.
    pub(super) fn new(sme: RowAt<'_, SmeRow>, fact: &Fact<row::Licence>) -> Self {
        let licence = &fact.value;
        let capacity = licence.capacity.as_ref().map(|capacity| Capacity {
            amount: capacity.amount.amount().into(),
            unit: capacity.unit.as_str().to_owned(),
        });
        Self {
            kind: licence.kind.into(),
            number: licence.number.as_str().to_owned(),
            issued_on: fact.effective.into(),
            expires_on: licence.expires.into(),
            revoked_on: sme.revoked(licence).map(Into::into),
            capacity,
            position: Position(fact.position),
        }
    }
}

/// An inspection that found a unit fit to operate.
#[derive(Clone, SimpleObject)]
pub struct Inspection {
    /// The day of the inspection.
    pub(super) on: Date,
    /// The position of the event that recorded it.
    pub(super) position: Position,
}
