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

/// What an operating licence is amended for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::sme::LicenceSubject")]
pub enum LicenceSubject {
    /// The products.
    Products,
    /// The machinery.
    Machinery,
    /// The land.
    Land,
    /// The address.
    Address,
}

/// An extension of an establishment licence.
#[derive(Clone, SimpleObject)]
pub struct LicenceExtension {
    /// The day of the extension.
    on: Date,
    /// The first day on which it is no longer valid.
    expires_on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// An amendment of an operating licence.
#[derive(Clone, SimpleObject)]
pub struct LicenceAmendment {
    /// What changed.
    subject: LicenceSubject,
    /// What it says from then on.
    text: String,
    /// The capacity as it was assessed anew.
    capacity: Option<Capacity>,
    /// When it took effect.
    on: Date,
    /// The position of the event that recorded it.
    position: Position,
}

/// What a unit may produce in a year.
#[derive(Clone, SimpleObject)]
pub struct Capacity {
    /// The amount, in the unit beside it.
    amount: Decimal,
    /// The unit of the amount, as entered.
    unit: String,
}

impl From<&daftar_domain::sme::Capacity> for Capacity {
    fn from(capacity: &daftar_domain::sme::Capacity) -> Self {
        Self { amount: capacity.amount.amount().into(), unit: capacity.unit.as_str().to_owned() }
    }
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
    /// Its extensions, in order.
    extensions: Vec<LicenceExtension>,
    /// Its amendments, in order.
    amendments: Vec<LicenceAmendment>,
    /// The position of the event that recorded it.
    position: Position,
}

impl Licence {
    /// A licence of a unit.
    pub(super) fn new<'a>(sme: RowAt<'a, SmeRow>, fact: &'a Fact<row::Licence>) -> Self {
        let licence = &fact.value;
        let extensions = sme.extensions(licence).map(|extended| LicenceExtension {
            on: extended.effective.into(),
            expires_on: extended.value.into(),
            position: Position(extended.position),
        });
        let amendments = sme.licence_amendments(licence).map(|amended| LicenceAmendment {
            subject: amended.value.subject.into(),
            text: amended.value.text.as_str().to_owned(),
            capacity: amended.value.capacity.as_ref().map(Into::into),
            on: amended.effective.into(),
            position: Position(amended.position),
        });
        Self {
            kind: licence.kind.into(),
            number: licence.number.as_str().to_owned(),
            issued_on: fact.effective.into(),
            expires_on: licence.expires.into(),
            revoked_on: sme.revoked(licence).map(Into::into),
            capacity: licence.capacity.as_ref().map(Into::into),
            extensions: extensions.collect(),
            amendments: amendments.collect(),
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
