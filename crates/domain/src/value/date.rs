//! Civil dates of the Gregorian calendar, which is how a day is stored everywhere; the Solar Hijri calendar is a way
//! of naming days (see [`super::SolarDate`]).
//!
//! A date lies in the years 1900 to 2199, so that arithmetic can't overflow and a spreadsheet's stray serial number
//! or a Solar Hijri year in a Gregorian column doesn't pass for a date.

use super::InvalidValue;
use super::canonical::{Buffer, Canonical, canonical_value, stored_as};
use super::text::typed;

/// A day: days since 1970-01-01, in the years 1900 to 2199. Spelled `2019-03-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i32);

canonical_value!(Date, "A day of the Gregorian calendar, 1900 to 2199.", {
    "format": "date", "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
});

impl Date {
    /// The first day, 1900-01-01.
    pub const MIN: Date = Date(days_of(1900, 1, 1));
    /// The last day, 2199-12-31.
    pub const MAX: Date = Date(days_of(2199, 12, 31));

    /// The day with this year, month (1 to 12) and day of the month, if there is one in range.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let there = (1900..=2199).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        there.then(|| Date(days_of(year, month, day)))
    }

    /// The day that is `days` after 1970-01-01, if it is in range.
    pub fn from_days(days: i32) -> Option<Date> {
        (Date::MIN.0..=Date::MAX.0).contains(&days).then_some(Date(days))
    }

    /// The nearest day in range to `days` after 1970-01-01.
    pub(super) fn saturating(days: i64) -> Date {
        Date(days.clamp(i64::from(Date::MIN.0), i64::from(Date::MAX.0)) as i32)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        // Years are counted from March, so that the leap day is a year's last. 719468 days lie between 0000-03-01 and
        // 1970-01-01, 146097 in 400 years.
        let shifted = self.0 + 719_468;
        let era = shifted / 146_097;
        let of_era = shifted % 146_097;
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        (era * 400 + year + i32::from(month <= 2), month as u32, day as u32)
    }

    /// The day `days` later, or the nearest day in range.
    pub fn plus_days(self, days: i32) -> Date {
        Date::saturating(i64::from(self.0) + i64::from(days))
    }

    /// The same day `years` later (28 February for a 29th that isn't there), or the nearest day in range.
    pub fn plus_years(self, years: i32) -> Date {
        self.plus_months(years.saturating_mul(12))
    }

    /// The same day `months` later (the month's last day for one that isn't there), or the nearest day in range.
    pub fn plus_months(self, months: i32) -> Date {
        let (year, month, day) = self.ymd();
        let ordinal = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let (year, month) = (ordinal.div_euclid(12), ordinal.rem_euclid(12) as u32 + 1);
        match i32::try_from(year) {
            Ok(year) if year < 1900 => Date::MIN,
            Ok(year) if year <= 2199 => Date(days_of(year, month, day.min(days_in_month(year, month)))),
            _ if year < 0 => Date::MIN,
            _ => Date::MAX,
        }
    }

    /// Reads what a person typed: the canonical form in any digits, with white space and invisible marks around it.
    pub fn parse(text: &str) -> Result<Date, InvalidValue> {
        Date::read(&typed(Date::WHAT, text)?)
    }
}

impl Canonical for Date {
    const WHAT: &'static str = "date";

    fn read(text: &str) -> Result<Date, InvalidValue> {
        let shape = || InvalidValue::format(Date::WHAT, "is not written YYYY-MM-DD");
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| shape())?;
        let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = *bytes else { return Err(shape()) };
        let (year, month, day) = (number([y3, y2, y1, y0]), number([m1, m0]), number([d1, d0]));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(shape()) };
        Date::new(year as i32, month, day)
            .ok_or_else(|| InvalidValue::range(Date::WHAT, "there is no such day in the years 1900 to 2199"))
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        self.push_to(buffer);
        buffer.as_str()
    }

    stored_as!(Date(i32));
}

impl Date {
    pub(super) fn push_to(self, buffer: &mut Buffer) {
        let (year, month, day) = self.ymd();
        buffer.push_digits(year as u64, 4);
        buffer.push(b'-');
        buffer.push_digits(u64::from(month), 2);
        buffer.push(b'-');
        buffer.push_digits(u64::from(day), 2);
    }
}

/// The number that ASCII digits spell, if they are nothing else.
pub(super) fn number<const N: usize>(digits: [u8; N]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day after the year 0; the inverse of [`Date::ymd`].
const fn days_of(year: i32, month: u32, day: u32) -> i32 {
    let (year, from_march) = if month > 2 { (year, month as i32 - 3) } else { (year - 1, month as i32 + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * from_march + 2) / 5 + day as i32 - 1 - 719_468
}
