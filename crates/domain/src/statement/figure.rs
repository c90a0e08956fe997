//! What statements are about, in which unit, and when the record honours what one says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::{Share, Usd};

/// How far below the claimed figure the record may lie that honours NEARLY, in percent of the claimed one. An
/// assumption: no source of the field says.
pub const NEARLY_PERCENT: i128 = 1;
/// How far from the claimed figure the record may lie that honours APPROXIMATELY, in percent of the claimed one. An
/// assumption, too.
pub const APPROXIMATELY_PERCENT: i128 = 5;

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// Units on a day, active and idle.
    Units,
    /// Units that produce on a day, be it at a reduced rate.
    ActiveUnits,
    /// The share of active units in all, on a day.
    ActiveShare,
    /// Units that stand idle on a day, be it with an open revival case.
    IdleUnits,
    /// Units that exported in a period, themselves or through a company that acted for them.
    ExportingUnits,
    /// Industrial parks and zones on a day.
    IndustrialParks,
    /// Export consortiums that operate on a day.
    ExportConsortiums,
    /// Export management companies whose consent is in force on a day.
    ExportManagementCompanies,
    /// The value of exports in a period, in US dollars.
    Exports,
    /// Units that were revived in a period.
    RevivedUnits,
}

impl Measure {
    /// Every measure, in the order of the vocabulary.
    pub const ALL: [Self; 10] = [
        Self::Units,
        Self::ActiveUnits,
        Self::ActiveShare,
        Self::IdleUnits,
        Self::ExportingUnits,
        Self::IndustrialParks,
        Self::ExportConsortiums,
        Self::ExportManagementCompanies,
        Self::Exports,
        Self::RevivedUnits,
    ];

    /// The unit that its figures have.
    pub fn unit(self) -> FigureUnit {
        match self {
            Self::ActiveShare => FigureUnit::Share,
            Self::Exports => FigureUnit::Usd,
            _ => FigureUnit::Count,
        }
    }

    /// Whether it sums what happens in a period; else it counts what stands on a day.
    pub fn is_of_period(self) -> bool {
        matches!(self, Self::ExportingUnits | Self::Exports | Self::RevivedUnits)
    }

    /// Its Persian name.
    pub fn persian(self) -> &'static str {
        match self {
            Self::Units => "واحدها",
            Self::ActiveUnits => "واحدهای فعال",
            Self::ActiveShare => "سهم واحدهای فعال",
            Self::IdleUnits => "واحدهای راکد",
            Self::ExportingUnits => "واحدهای صادراتی",
            Self::IndustrialParks => "شهرک‌ها و نواحی صنعتی",
            Self::ExportConsortiums => "کنسرسیوم‌های صادراتی",
            Self::ExportManagementCompanies => "شرکت‌های مدیریت صادرات",
            Self::Exports => "ارزش صادرات",
            Self::RevivedUnits => "واحدهای احیاشده",
        }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FigureUnit {
    /// A whole number.
    Count,
    /// A ratio, four decimals.
    Share,
    /// US dollars.
    Usd,
}

/// A figure in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Figure {
    /// A whole number.
    Count(u32),
    /// A ratio, four decimals.
    Share(Share),
    /// US dollars.
    Usd(Usd),
}

impl Figure {
    /// Its unit.
    pub fn unit(self) -> FigureUnit {
        match self {
            Self::Count(_) => FigureUnit::Count,
            Self::Share(_) => FigureUnit::Share,
            Self::Usd(_) => FigureUnit::Usd,
        }
    }

    /// How many of the smallest amount of its unit: one, a ten-thousandth, or a cent.
    pub fn smallest(self) -> i128 {
        match self {
            Self::Count(count) => count.into(),
            Self::Share(share) => share.ten_thousandths().into(),
            Self::Usd(usd) => usd.cents().into(),
        }
    }

    /// Whether an office could say it: nothing below zero, no share above one.
    pub(super) fn is_possible(self) -> bool {
        match self {
            Self::Share(_) => (0..=10_000).contains(&self.smallest()),
            _ => self.smallest() >= 0,
        }
    }
}

/// How exactly a figure is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Qualifier {
    /// The record is more than the figure, by however much.
    Over,
    /// The record is the figure, or below it by at most [`NEARLY_PERCENT`] percent.
    Nearly,
    /// The record is within [`APPROXIMATELY_PERCENT`] percent of the figure, on either side.
    Approximately,
    /// The record is the figure.
    Exactly,
}

impl Qualifier {
    /// Whether what is recorded honours what was claimed, both in the smallest amount of the same unit.
    pub fn is_honoured(self, claimed: i128, recorded: i128) -> bool {
        let short = (claimed - recorded) * 100;
        match self {
            Self::Over => recorded > claimed,
            Self::Nearly => (0..=claimed * NEARLY_PERCENT).contains(&short),
            Self::Approximately => short.abs() <= claimed * APPROXIMATELY_PERCENT,
            Self::Exactly => recorded == claimed,
        }
    }
}
