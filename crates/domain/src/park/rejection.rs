//! Why a command about a park is rejected.

use crate::rejection::{Code, Coded};
use crate::value::{Date, Hectares, IsicCode, ParkCode, PlotNumber, SquareMetres};

/// Why a command about a park is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParkRejection {
    /// The code is taken.
    #[error("a park with the code {0} is recorded already")]
    Duplicate(ParkCode),
    /// More plots are allotted than there are.
    #[error("{allotted} plots would be allotted of {plots}")]
    Full {
        /// The field at fault.
        path: &'static str,
        /// Plots allotted with this one.
        allotted: u32,
        /// Plots there are.
        plots: u32,
    },
    /// More area is held than can be sold.
    #[error("{held} m² would be held of {saleable} hectares that can be sold")]
    AreaFull {
        /// The field at fault.
        path: &'static str,
        /// Area held with this plot.
        held: SquareMetres,
        /// Area there is.
        saleable: Hectares,
    },
    /// The plot has a holder.
    #[error("plot {0} is held by another unit in those days")]
    PlotTaken(PlotNumber),
    /// The park is specialised in other industries.
    #[error("the park is specialised, and takes no units of class {0}")]
    Industry(IsicCode),
    /// More industries than a park lists.
    #[error("a park lists at most {0} industries")]
    TooManyIndustries(usize),
    /// A plot needs a park, since plots are numbered within one.
    #[error("a plot is named without its park")]
    PlotWithoutPark,
    /// The date lies in the future.
    #[error("{0} lies in the future")]
    Future(Date),
    /// A change before the park was there.
    #[error("the park was established on {0}, after that date")]
    BeforeEstablishment(Date),
}

impl Coded for ParkRejection {
    fn code(&self) -> Code {
        match self {
            Self::Duplicate(_) => Code::DuplicatePark,
            Self::Full { .. } | Self::AreaFull { .. } => Code::ParkFull,
            Self::PlotTaken(_) => Code::PlotTaken,
            Self::Industry(_) => Code::IndustryNotPermitted,
            Self::TooManyIndustries(_) => Code::InvalidValue,
            Self::PlotWithoutPark => Code::MissingField,
            Self::Future(_) | Self::BeforeEstablishment(_) => Code::InvalidDate,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Duplicate(_) => "code",
            Self::Full { path, .. } | Self::AreaFull { path, .. } => path,
            Self::PlotTaken(_) => "plot",
            Self::PlotWithoutPark => "park",
            Self::Industry(_) => "isic",
            Self::TooManyIndustries(_) => "industries",
            Self::Future(_) | Self::BeforeEstablishment(_) => "on",
        }
        .to_owned()
    }
}
