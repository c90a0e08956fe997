//! The Solar Hijri calendar, by which the country plans and reports, and periods of days.
//!
//! The first days of its years come from `icu_calendar` (astronomical, agreed with two other libraries); months 1 to
//! 6 have 31 days, 7 to 11 have 30, and the last takes what is left. Every [`Date`] has a Solar Hijri name, from
//! 1278-10-11 to 1578-10-10.

use std::sync::LazyLock;

use icu_calendar::types::RataDie;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::canonical::{Buffer, Canonical, canonical_value};
use super::date::number;
use super::text::typed;
use super::{Date, InvalidValue};

/// The first year that has a day in range, and the last.
const FIRST_YEAR: i32 = 1278;
const LAST_YEAR: i32 = 1578;

/// The days of the first six months.
const HALF: i32 = 6 * 31;

/// Days since 1970-01-01 of the first day of each year from the first, and of the year after the last.
static YEAR_STARTS: LazyLock<Vec<i32>> = LazyLock::new(|| {
    let epoch = RataDie::new(719_163);
    (FIRST_YEAR..=LAST_YEAR + 1)
        .map(|year| {
            let first =
                icu_calendar::Date::try_new_persian(year, 1, 1).expect("the calendar knows these years");
            i32::try_from(first.to_rata_die() - epoch).expect("three centuries of days fit")
        })
        .collect()
});

/// A day by its Solar Hijri name. Spelled `1398-07-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SolarDate {
    year: i16,
    month: u8,
    day: u8,
}

canonical_value!(SolarDate, "A day of the Solar Hijri calendar.", {
    "pattern": "^1[2-5][0-9]{2}-[0-9]{2}-[0-9]{2}$"
});

impl SolarDate {
    /// The day with this year, month (1 to 12) and day of the month, if there is one that is a [`Date`].
    pub fn new(year: i16, month: u8, day: u8) -> Option<SolarDate> {
        let there = (FIRST_YEAR..=LAST_YEAR).contains(&i32::from(year))
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        let named = SolarDate { year, month, day };
        there.then(|| Date::from_days(named.days())).flatten().map(|_| named)
    }

    /// The year, such as 1398.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 (Farvardin) to 12 (Esfand).
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The same day of the Gregorian calendar.
    pub fn date(self) -> Date {
        Date::from_days(self.days()).expect("a Solar Hijri date is made for days in range only")
    }

    fn days(self) -> i32 {
        first_of_month(self.year, self.month) + i32::from(self.day) - 1
    }

    /// Reads what a person typed: `1398/7/1`, with `/`, `-` or `.` between the parts, in any digits.
    pub fn parse(text: &str) -> Result<SolarDate, InvalidValue> {
        let shape = || InvalidValue::format(SolarDate::WHAT, "is not written year/month/day");
        let text = typed(SolarDate::WHAT, text)?;
        let separator = text.chars().find(|letter| "/-.".contains(*letter)).ok_or_else(shape)?;
        let mut parts = text.split(separator);
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(shape());
        };
        let part = |text: &str, longest: usize| match text.as_bytes() {
            digits if digits.len() <= longest && digits.iter().all(u8::is_ascii_digit) => {
                text.parse::<i16>().ok()
            }
            _ => None,
        };
        let (Some(year), Some(month), Some(day)) = (part(year, 4), part(month, 2), part(day, 2)) else {
            return Err(shape());
        };
        SolarDate::new(year, month as u8, day as u8).ok_or_else(no_such_day)
    }
}

impl From<Date> for SolarDate {
    fn from(date: Date) -> SolarDate {
        let (year, of_year) = year_of(date);
        let (month, day) = if of_year < HALF {
            (of_year / 31, of_year % 31)
        } else {
            (6 + (of_year - HALF) / 30, (of_year - HALF) % 30)
        };
        SolarDate { year, month: month as u8 + 1, day: day as u8 + 1 }
    }
}

impl From<SolarDate> for Date {
    fn from(solar: SolarDate) -> Date {
        solar.date()
    }
}

impl TryFrom<(i16, u8, u8)> for SolarDate {
    type Error = InvalidValue;

    fn try_from((year, month, day): (i16, u8, u8)) -> Result<SolarDate, InvalidValue> {
        SolarDate::new(year, month, day).ok_or_else(no_such_day)
    }
}

impl Canonical for SolarDate {
    const WHAT: &'static str = "Solar Hijri date";

    fn read(text: &str) -> Result<SolarDate, InvalidValue> {
        let shape = || InvalidValue::format(SolarDate::WHAT, "is not written YYYY-MM-DD");
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| shape())?;
        let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = *bytes else { return Err(shape()) };
        let (year, month, day) = (number([y3, y2, y1, y0]), number([m1, m0]), number([d1, d0]));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(shape()) };
        SolarDate::new(year as i16, month as u8, day as u8).ok_or_else(no_such_day)
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        SolarMonth { year: self.year, month: self.month }.push_to(buffer);
        buffer.push(b'-');
        buffer.push_digits(u64::from(self.day), 2);
        buffer.as_str()
    }
}

/// A month of the Solar Hijri calendar. Spelled `1398-07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SolarMonth {
    year: i16,
    month: u8,
}

canonical_value!(SolarMonth, "A month of the Solar Hijri calendar.", { "pattern": "^1[2-5][0-9]{2}-[0-9]{2}$" });

impl SolarMonth {
    /// The month of this year (1 to 12), if it has a day that is a [`Date`].
    pub fn new(year: i16, month: u8) -> Option<SolarMonth> {
        let named = SolarMonth { year, month };
        let there = (1..=12).contains(&month)
            && (SolarMonth::of(Date::MIN)..=SolarMonth::of(Date::MAX)).contains(&named);
        there.then_some(named)
    }

    /// The month that a day lies in.
    pub fn of(date: Date) -> SolarMonth {
        let SolarDate { year, month, .. } = date.into();
        SolarMonth { year, month }
    }

    /// The year, such as 1398.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 (Farvardin) to 12 (Esfand).
    pub fn month(self) -> u8 {
        self.month
    }

    /// The quarter, 1 to 4.
    pub fn quarter(self) -> u8 {
        (self.month - 1) / 3 + 1
    }

    /// Its first day (the first in range, for the month that begins before [`Date::MIN`]).
    pub fn start(self) -> Date {
        Date::saturating(i64::from(first_of_month(self.year, self.month)))
    }

    /// The month after it; the last month in range is followed by itself.
    pub fn next(self) -> SolarMonth {
        SolarMonth::from_ordinal(self.ordinal() + 1).unwrap_or(self)
    }

    /// Months since the beginning of the year 0: year × 12 + month − 1.
    pub fn ordinal(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }

    /// The month with this ordinal, if it is in range.
    pub fn from_ordinal(ordinal: i32) -> Option<SolarMonth> {
        SolarMonth::new(i16::try_from(ordinal.div_euclid(12)).ok()?, ordinal.rem_euclid(12) as u8 + 1)
    }

    fn push_to(self, buffer: &mut Buffer) {
        buffer.push_digits(self.year as u64, 4);
        buffer.push(b'-');
        buffer.push_digits(u64::from(self.month), 2);
    }
}

impl Canonical for SolarMonth {
    const WHAT: &'static str = "Solar Hijri month";

    fn read(text: &str) -> Result<SolarMonth, InvalidValue> {
        let shape = || InvalidValue::format(SolarMonth::WHAT, "is not written YYYY-MM");
        let bytes: &[u8; 7] = text.as_bytes().try_into().map_err(|_| shape())?;
        let [y3, y2, y1, y0, b'-', m1, m0] = *bytes else { return Err(shape()) };
        let (Some(year), Some(month)) = (number([y3, y2, y1, y0]), number([m1, m0])) else {
            return Err(shape());
        };
        SolarMonth::new(year as i16, month as u8)
            .ok_or_else(|| InvalidValue::range(SolarMonth::WHAT, "there is no such month in range"))
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        self.push_to(buffer);
        buffer.as_str()
    }
}

/// The days from one up to, not including, another; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Bounds", into = "Bounds")]
#[schemars(with = "Bounds")]
pub struct Period {
    from: Date,
    until: Date,
}

/// A period as it is written, before it is known to be one.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Period", description = "The days from one up to, not including, another.")]
struct Bounds {
    from: Date,
    until: Date,
}

impl Period {
    /// The days from `from` up to, not including, `until`, unless there are none.
    pub fn new(from: Date, until: Date) -> Result<Period, InvalidValue> {
        if from < until {
            Ok(Period { from, until })
        } else {
            Err(InvalidValue::range("period", "does not end after it begins"))
        }
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The day after the last.
    pub fn until(self) -> Date {
        self.until
    }

    /// The last day, on which the statuses of a report are taken.
    pub fn last_day(self) -> Date {
        self.until.plus_days(-1)
    }

    /// Whether the day lies in it.
    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date < self.until
    }

    /// A whole Solar Hijri year.
    pub fn solar_year(year: i16) -> Result<Period, InvalidValue> {
        Period::solar_months(year, 1, 12)
    }

    /// The months `from_month` to `to_month` (1 to 12, both included) of a Solar Hijri year.
    pub fn solar_months(year: i16, from_month: u8, to_month: u8) -> Result<Period, InvalidValue> {
        if !(1..=12).contains(&from_month) || !(1..=12).contains(&to_month) {
            return Err(InvalidValue::range("period", "a month is not between 1 and 12"));
        }
        if to_month < from_month {
            return Err(InvalidValue::range("period", "does not end after it begins"));
        }
        let first = SolarDate::new(year, from_month, 1);
        let after = if to_month == 12 {
            year.checked_add(1).and_then(|year| SolarDate::new(year, 1, 1))
        } else {
            SolarDate::new(year, to_month + 1, 1)
        };
        match (first, after) {
            (Some(first), Some(after)) => Period::new(first.date(), after.date()),
            _ => Err(InvalidValue::range("period", "the year is not between 1279 and 1577")),
        }
    }

    /// The Solar Hijri months that have a day in it, in order.
    pub fn months(self) -> impl DoubleEndedIterator<Item = SolarMonth> {
        let (first, last) = (SolarMonth::of(self.from), SolarMonth::of(self.last_day()));
        (first.ordinal()..=last.ordinal())
            .map(|ordinal| SolarMonth::from_ordinal(ordinal).expect("both ends are in range"))
    }
}

impl TryFrom<Bounds> for Period {
    type Error = InvalidValue;

    fn try_from(bounds: Bounds) -> Result<Period, InvalidValue> {
        Period::new(bounds.from, bounds.until)
    }
}

impl From<Period> for Bounds {
    fn from(period: Period) -> Bounds {
        Bounds { from: period.from, until: period.until }
    }
}

fn no_such_day() -> InvalidValue {
    InvalidValue::range(SolarDate::WHAT, "there is no such day in range")
}

/// The year of a day, and the days since its first.
fn year_of(date: Date) -> (i16, i32) {
    let starts = &*YEAR_STARTS;
    // Over three centuries the days that years lack to 366 stay below one year: the guess is at most one too low.
    let guess = ((date.days() - starts[0]) / 366) as usize;
    let index = if starts[guess + 1] <= date.days() { guess + 1 } else { guess };
    (FIRST_YEAR as i16 + index as i16, date.days() - starts[index])
}

/// Days since 1970-01-01 of the first day of a month of a year that the table has.
fn first_of_month(year: i16, month: u8) -> i32 {
    let before = i32::from(month) - 1;
    YEAR_STARTS[(i32::from(year) - FIRST_YEAR) as usize] + before * 31 - (before - 6).max(0)
}

fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        1..=6 => 31,
        7..=11 => 30,
        _ => {
            let index = (i32::from(year) - FIRST_YEAR) as usize;
            (YEAR_STARTS[index + 1] - YEAR_STARTS[index] - HALF - 5 * 30) as u8
        }
    }
}
