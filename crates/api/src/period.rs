//! Periods as they are asked with: Solar Hijri months, or days; and those that are closed.

pub mod mutation;
pub mod object;
pub mod query;
pub mod row;

pub use object::ClosedPeriod;
pub use query::PeriodQuery;

use async_graphql::{InputObject, OneofObject, SimpleObject};
use daftar_domain::value;

use crate::refusal::Refusal;
use crate::scalar::Date;

/// A period of days.
#[derive(Clone, Debug, OneofObject)]
pub enum PeriodInput {
    /// Months of a Solar Hijri year.
    SolarHijri(SolarHijriInput),
    /// Days of the Gregorian calendar.
    Dates(DatesInput),
}

/// Months of a Solar Hijri year.
#[derive(Clone, Debug, InputObject)]
pub struct SolarHijriInput {
    /// The year, such as 1398.
    year: i32,
    /// The first month, 1 (Farvardin) to 12 (Esfand).
    #[graphql(default = 1)]
    from_month: i32,
    /// The last month, which belongs to the period.
    #[graphql(default = 12)]
    to_month: i32,
}

/// The days from one up to, not including, another.
#[derive(Clone, Debug, InputObject)]
pub struct DatesInput {
    /// The first day.
    from: Date,
    /// The day after the last.
    until: Date,
}

impl PeriodInput {
    /// The period.
    ///
    /// # Errors
    /// `INVALID_VALUE` for one that has no day or lies out of range.
    pub fn period(&self) -> Result<value::Period, Refusal> {
        let wrong = Refusal::value("period");
        match self {
            Self::SolarHijri(SolarHijriInput { year, from_month, to_month }) => {
                // What doesn't fit is out of range there too.
                let year = i16::try_from(*year).unwrap_or(i16::MAX);
                let month = |month: i32| u8::try_from(month).unwrap_or(u8::MAX);
                value::Period::solar_months(year, month(*from_month), month(*to_month)).map_err(wrong)
            }
            Self::Dates(DatesInput { from, until }) => {
                let (from, until) = (from.value().map_err(&wrong)?, until.value().map_err(&wrong)?);
                value::Period::new(from, until).map_err(wrong)
            }
        }
    }
}

/// A period of days, half-open.
#[derive(Clone, SimpleObject)]
pub struct Period {
    /// The first day.
    from: Date,
    /// The day after the last.
    until: Date,
    /// The last day, on which statuses are taken.
    last_day: Date,
}

impl From<value::Period> for Period {
    fn from(period: value::Period) -> Self {
        Self { from: period.from().into(), until: period.until().into(), last_day: period.last_day().into() }
    }
}
