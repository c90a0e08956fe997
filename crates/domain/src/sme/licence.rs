//! Licences and the inspection that they rest on. A licence holds on the days [issued, expires), or until it is revoked.
//!
//! Licences of one kind never overlap for a unit (rule 6), and an operating licence rests on an establishment licence
//! in force, an inspection and a capacity (rule 3). An establishment licence is valid for a year, and extended for
//! another one after progress that an inspection confirmed (rule 4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, Event};
use crate::rejection::Rejection;
use crate::value::{Date, LicenceNumber, Name, Percent, Quantity, ReasonCode, SmeKey};

use super::standing::YEAR_DAYS_MAX;
use super::{Fact, NumberPrint, Sme, SmeRejection};

/// The kinds of licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LicenceKind {
    /// Establishment licence (javaz-e ta'sis), valid for a year.
    Establishment,
    /// Operating licence (parvane-ye bahrebardari).
    Operating,
}

/// What a unit may produce in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    /// The amount.
    pub amount: Quantity,
    /// Its unit, as entered: tonne, piece, square metre.
    pub unit: Name,
}

/// Issues an establishment licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueEstablishmentLicence {
    /// The unit.
    pub sme: SmeKey,
    /// Its number.
    pub number: LicenceNumber,
    /// The day of issue.
    pub on: Date,
    /// The first day on which it is no longer valid.
    pub expires: Date,
}

/// Records an inspection that found the unit fit to operate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InspectSme {
    /// The unit.
    pub sme: SmeKey,
    /// When it took effect.
    pub on: Date,
}

/// Issues an operating licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueOperatingLicence {
    /// The unit.
    pub sme: SmeKey,
    /// Its number.
    pub number: LicenceNumber,
    /// The day of issue.
    pub on: Date,
    /// The first day on which it is no longer valid.
    pub expires: Date,
    /// The assessed capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// Ends a licence before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokeLicence {
    /// The unit.
    pub sme: SmeKey,
    /// Which kind.
    pub kind: LicenceKind,
    /// Its number.
    pub number: LicenceNumber,
    /// The first day without it.
    pub on: Date,
    /// Why.
    pub reason: ReasonCode,
}

/// Reports how far the construction of a unit with an establishment licence has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportProgress {
    /// The unit.
    pub sme: SmeKey,
    /// How much of it stands.
    pub progress: Percent,
    /// Whether an inspection confirmed it.
    pub verified: bool,
    /// When it was found so.
    pub on: Date,
}

/// Extends the establishment licence in force, by a year at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendEstablishmentLicence {
    /// The unit.
    pub sme: SmeKey,
    /// Its number.
    pub number: LicenceNumber,
    /// The day of the extension, while the licence is in force.
    pub on: Date,
    /// The first day on which it is no longer valid.
    pub expires: Date,
}

/// What an operating licence is amended for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
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

/// Amends the operating licence in force for products, machinery, land or address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendOperatingLicence {
    /// The unit.
    pub sme: SmeKey,
    /// Its number.
    pub number: LicenceNumber,
    /// What changes.
    pub subject: LicenceSubject,
    /// What it says from then on.
    pub text: Name,
    /// The capacity as it was assessed anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// When it took effect.
    pub on: Date,
}

/// The progress of a construction was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProgressReported {
    /// How much of it stands.
    pub progress: Percent,
    /// Whether an inspection confirmed it.
    pub verified: bool,
}

/// An establishment licence was extended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EstablishmentLicenceExtended {
    /// Its number.
    pub number: LicenceNumber,
    /// The first day on which it is no longer valid.
    pub expires: Date,
}

/// An operating licence was amended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperatingLicenceAmended {
    /// Its number.
    pub number: LicenceNumber,
    /// What changed.
    pub subject: LicenceSubject,
    /// What it says from then on.
    pub text: Name,
    /// The capacity as it was assessed anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// An establishment licence was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EstablishmentLicenceIssued {
    /// Its number.
    pub number: LicenceNumber,
    /// The first day on which it is no longer valid.
    pub expires: Date,
}

/// An inspection found the unit fit to operate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmeInspected {}

/// An operating licence was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OperatingLicenceIssued {
    /// Its number.
    pub number: LicenceNumber,
    /// The first day on which it is no longer valid.
    pub expires: Date,
    /// The licensed capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// A licence ended before its time: the effective date is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LicenceRevoked {
    /// Which kind.
    pub kind: LicenceKind,
    /// Its number.
    pub number: LicenceNumber,
}

impl Sme {
    /// Decides `IssueEstablishmentLicence`.
    ///
    /// # Errors
    /// `LICENCE_OVERLAP`, `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn establish(
        &self,
        command: &IssueEstablishmentLicence,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let IssueEstablishmentLicence { number, on, expires, .. } = command;
        if *expires > on.plus_days(YEAR_DAYS_MAX) {
            return Err(SmeRejection::LongerThanAYear(*expires).into());
        }
        let data = EstablishmentLicenceIssued { number: number.clone(), expires: *expires };
        self.issue(*on, issued(LicenceKind::Establishment, number, *expires), data.into(), context)
    }

    /// Decides `ReportProgress`.
    ///
    /// # Errors
    /// `LICENCE_PREREQUISITE_MISSING` without an establishment licence in force, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn report_progress(
        &self,
        command: &ReportProgress,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let ReportProgress { progress, verified, on, .. } = *command;
        let data = ProgressReported { progress, verified };
        Ok(vec![self.fact(on, Fact::Progressed { verified }, data.into(), context)?])
    }

    /// Decides `ExtendEstablishmentLicence` (rule 4).
    ///
    /// # Errors
    /// `PROGRESS_NOT_VERIFIED`; `UNKNOWN_REFERENCE` when no licence of that number is in force on the day;
    /// `LICENCE_OVERLAP` when a later one begins before the new end; `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn extend(
        &self,
        command: &ExtendEstablishmentLicence,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let ExtendEstablishmentLicence { number, on, expires, .. } = command;
        let fact = Fact::Extended { number: number.into(), expires: *expires };
        let data = EstablishmentLicenceExtended { number: number.clone(), expires: *expires };
        Ok(vec![self.fact(*on, fact, data.into(), context)?])
    }

    /// Decides `AmendOperatingLicence`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` when no licence of that number is in force on the day, `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn amend_licence(
        &self,
        command: &AmendOperatingLicence,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let AmendOperatingLicence { number, subject, text, capacity, on, .. } = command;
        let data = OperatingLicenceAmended {
            number: number.clone(),
            subject: *subject,
            text: text.clone(),
            capacity: capacity.clone(),
        };
        Ok(vec![self.fact(*on, Fact::LicenceAmended { number: number.into() }, data.into(), context)?])
    }

    /// Decides `InspectSme`.
    ///
    /// # Errors
    /// `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn inspect(&self, command: &InspectSme, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.fact(command.on, Fact::Inspected, SmeInspected {}.into(), context).map(|event| vec![event])
    }

    /// Decides `IssueOperatingLicence`.
    ///
    /// # Errors
    /// `LICENCE_PREREQUISITE_MISSING`, `LICENCE_OVERLAP`, `INVALID_DATE`, `UNIT_CLOSED`.
    pub fn license(
        &self,
        command: &IssueOperatingLicence,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let IssueOperatingLicence { number, on, expires, capacity, .. } = command;
        if capacity.is_none() {
            return Err(SmeRejection::NoCapacity.into());
        }
        let data =
            OperatingLicenceIssued { number: number.clone(), expires: *expires, capacity: capacity.clone() };
        self.issue(*on, issued(LicenceKind::Operating, number, *expires), data.into(), context)
    }

    /// Decides `RevokeLicence`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` when no licence of that kind and number is in force on the day; `ILLEGAL_TRANSITION` or
    /// `LICENCE_PREREQUISITE_MISSING` when a later fact rests on it; `INVALID_DATE`.
    pub fn revoke(&self, command: &RevokeLicence, context: &Context) -> Result<Vec<Event>, Rejection> {
        let RevokeLicence { kind, number, on, reason, .. } = command;
        let fact = Fact::Revoked { kind: *kind, number: number.into() };
        let data = LicenceRevoked { kind: *kind, number: number.clone() };
        let event = self.fact(*on, fact, data.into(), context)?;
        Ok(vec![event.because(*reason)])
    }

    fn issue(
        &self,
        on: Date,
        fact: Fact,
        data: crate::EventData,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match fact {
            Fact::Issued { expires, .. } if expires <= on => {
                Err(SmeRejection::Expired { path: "expires", issued: on, expires }.into())
            }
            fact => Ok(vec![self.fact(on, fact, data, context)?]),
        }
    }
}

fn issued(kind: LicenceKind, number: &LicenceNumber, expires: Date) -> Fact {
    Fact::Issued { kind, number: NumberPrint::from(number), expires, waived: false }
}
