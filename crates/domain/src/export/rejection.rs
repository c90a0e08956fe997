//! Why a command about an export is rejected.

use crate::rejection::{Code, Coded};
use crate::value::{CountryCode, Date, DeclarationNumber, ItemNumber};

/// Why a command about an export is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportRejection {
    /// The export is not recorded.
    #[error("the export is not recorded")]
    Unknown,
    /// A value of nothing or less.
    #[error("the value is not above zero")]
    Worthless {
        /// The field at fault.
        path: &'static str,
    },
    /// A weight of nothing or less.
    #[error("the net weight is not above zero")]
    Weightless,
    /// The declared value contradicts the one in dollars.
    #[error("the declared value is in dollars too, and another one")]
    Contradiction,
    /// The date lies in the future.
    #[error("{0} lies in the future")]
    Future(Date),
    /// The destination is Iran.
    #[error("Iran is no destination of an export")]
    ToIran,
    /// The destination is no country.
    #[error("there is no country {0}")]
    NoCountry(CountryCode),
    /// The item of the declaration is recorded.
    #[error("item {item} of declaration {number} is recorded for that office and year already")]
    Duplicate {
        /// The number of the declaration.
        number: DeclarationNumber,
        /// The item.
        item: ItemNumber,
    },
    /// The unit was not active, or not licensed, on the date.
    #[error("the unit was not active with an operating licence on {on}")]
    UnitNotEligible {
        /// The field at fault.
        path: &'static str,
        /// The date of the export.
        on: Date,
    },
    /// The consent of the company was not in force on the date.
    #[error("the consent of the company was not in force on {on}")]
    NoConsent {
        /// The date of the export.
        on: Date,
    },
    /// The company had no mandate in force on the date.
    #[error("the company had no mandate in force on {on}")]
    NoMandate {
        /// The field at fault.
        path: &'static str,
        /// The date of the export.
        on: Date,
    },
    /// The consortium was not there on the date.
    #[error("the consortium was not yet formed, or no longer there, on {on}")]
    NoConsortium {
        /// The date of the export.
        on: Date,
    },
    /// The export is voided.
    #[error("the export is voided already")]
    AlreadyVoided,
}

impl Coded for ExportRejection {
    fn code(&self) -> Code {
        match self {
            Self::Unknown => Code::UnknownReference,
            Self::Worthless { .. }
            | Self::Weightless
            | Self::Contradiction
            | Self::Future(_)
            | Self::ToIran
            | Self::NoConsortium { .. } => Code::InvalidExport,
            Self::NoCountry(_) => Code::InvalidIdentifier,
            Self::Duplicate { .. } => Code::DuplicateDeclaration,
            Self::UnitNotEligible { .. } | Self::NoConsent { .. } => Code::ExporterNotEligible,
            Self::NoMandate { .. } => Code::NoMandate,
            Self::AlreadyVoided => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Worthless { path } | Self::UnitNotEligible { path, .. } | Self::NoMandate { path, .. } => {
                path
            }
            Self::Unknown | Self::AlreadyVoided => "export",
            Self::Weightless => "details.netWeight",
            Self::Contradiction => "details.value",
            Self::Future(_) => "details.on",
            Self::ToIran | Self::NoCountry(_) => "details.destination",
            Self::Duplicate { .. } => "details.declaration",
            Self::NoConsent { .. } => "details.exporter.emc.emc",
            Self::NoConsortium { .. } => "details.consortium",
        }
        .to_owned()
    }
}
