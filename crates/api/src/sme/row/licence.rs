//! Licences of units, with what happened to them.

use daftar_domain::sme::{Capacity, LicenceKind, LicenceSubject};
use daftar_domain::value::{Date, LicenceNumber, Name};
use serde::{Deserialize, Serialize};

use super::SmeRow;
use crate::view::dated::{Dated, Fact};
use crate::view::row::RowAt;

/// A licence: its effective date is the day of issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// Which kind.
    pub kind: LicenceKind,
    /// Its number.
    pub number: LicenceNumber,
    /// The first day on which it is no longer valid, as issued.
    pub expires: Date,
    /// The licensed capacity.
    pub capacity: Option<Capacity>,
    /// When it was revoked.
    pub(super) revocations: Dated<()>,
    /// When it was extended, and until when.
    pub(super) extensions: Dated<Date>,
    /// What it was amended for.
    pub(super) amendments: Dated<LicenceAmendment>,
}

/// An amendment of an operating licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceAmendment {
    /// What changed.
    pub subject: LicenceSubject,
    /// What it says from then on.
    pub text: Name,
    /// The capacity as it was assessed anew.
    pub capacity: Option<Capacity>,
}

impl<'a> RowAt<'a, SmeRow> {
    /// Its licences that are not voided, by the day of issue.
    pub fn licences(self) -> impl Iterator<Item = &'a Fact<Licence>> {
        self.get().licences.standing(self.at)
    }

    /// The first day without a licence, when it was revoked.
    pub fn revoked(self, licence: &Licence) -> Option<Date> {
        licence.revocations.latest(self.at).map(|revoked| revoked.effective)
    }

    /// The extensions of a licence: each with the new first day on which it is no longer valid.
    pub fn extensions(self, licence: &'a Licence) -> impl Iterator<Item = &'a Fact<Date>> {
        licence.extensions.standing(self.at)
    }

    /// The amendments of a licence.
    pub fn licence_amendments(
        self,
        licence: &'a Licence,
    ) -> impl Iterator<Item = &'a Fact<LicenceAmendment>> {
        licence.amendments.standing(self.at)
    }
}
