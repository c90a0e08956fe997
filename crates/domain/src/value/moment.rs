//! Moments in UTC, and the day in Tehran that each of them belongs to.
//!
//! The time zone is applied when something is decided or asked; an event carries the resulting date, so that a fold
//! never depends on a time-zone database.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::canonical::{Buffer, Canonical, canonical_value, stored_as};
use super::date::number;
use super::text::typed;
use super::{Date, InvalidValue};

const DAY: i64 = 86_400_000;

/// From the database that is built in, so that every machine answers alike.
static TEHRAN: LazyLock<TimeZone> = LazyLock::new(|| {
    jiff::tz::TimeZoneDatabase::bundled().get("Asia/Tehran").expect("the bundled database has Tehran")
});

/// A moment: milliseconds since 1970-01-01T00:00Z, in the years 1900 to 2199 of UTC. Spelled
/// `2019-03-21T08:30:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(i64);

canonical_value!(Moment, "A moment in UTC, to the millisecond.", {
    "format": "date-time",
    "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"
});

impl Moment {
    /// The first moment, 1900-01-01T00:00:00.000Z.
    pub const MIN: Moment = Moment(-2_208_988_800_000);
    /// The last moment, 2199-12-31T23:59:59.999Z.
    pub const MAX: Moment = Moment(7_258_118_399_999);

    /// The moment `millis` milliseconds after the epoch, or the nearest one in range.
    pub fn from_millis(millis: i64) -> Moment {
        Moment(millis.clamp(Moment::MIN.0, Moment::MAX.0))
    }

    /// Milliseconds since the epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The day that it is in Tehran at this moment (the nearest day in range, at the ends of the range).
    pub fn tehran_date(self) -> Date {
        let timestamp =
            Timestamp::from_millisecond(self.0).expect("the range of a moment is within a timestamp's");
        let local = self.0 + i64::from(TEHRAN.to_offset(timestamp).seconds()) * 1_000;
        Date::saturating(local.div_euclid(DAY))
    }

    /// The first moment of a day in Tehran. In the years of summer time the day on which it began has no midnight:
    /// there the clock went from 00:00 to 01:00, and this is that very moment.
    pub fn start_of_tehran_day(date: Date) -> Moment {
        let (year, month, day) = date.ymd();
        let midnight = DateTime::constant(year as i16, month as i8, day as i8, 0, 0, 0, 0);
        let timestamp = TEHRAN.to_timestamp(midnight).expect("the range of a date is within a timestamp's");
        Moment::from_millis(timestamp.as_millisecond())
    }

    /// Reads any RFC 3339 moment, with an offset or `Z`, in any digits; finer parts than milliseconds are refused.
    pub fn parse(text: &str) -> Result<Moment, InvalidValue> {
        let text = typed(Moment::WHAT, text)?;
        let timestamp: Timestamp = text.parse().map_err(|_| {
            InvalidValue::format(Moment::WHAT, "is not an RFC 3339 date and time with its offset")
        })?;
        if timestamp.subsec_nanosecond() % 1_000_000 != 0 {
            return Err(InvalidValue::format(Moment::WHAT, "is finer than milliseconds"));
        }
        in_range(timestamp.as_millisecond())
    }
}

fn in_range(millis: i64) -> Result<Moment, InvalidValue> {
    if Moment::from_millis(millis).0 == millis {
        Ok(Moment(millis))
    } else {
        Err(InvalidValue::range(Moment::WHAT, "is outside the years 1900 to 2199"))
    }
}

impl Canonical for Moment {
    const WHAT: &'static str = "moment";

    fn read(text: &str) -> Result<Moment, InvalidValue> {
        let shape = || InvalidValue::format(Moment::WHAT, "is not written YYYY-MM-DDTHH:MM:SS.sssZ");
        let (date, time) = text.split_at_checked(10).ok_or_else(shape)?;
        let bytes: &[u8; 14] = time.as_bytes().try_into().map_err(|_| shape())?;
        let [b'T', h1, h0, b':', m1, m0, b':', s1, s0, b'.', f2, f1, f0, b'Z'] = *bytes else {
            return Err(shape());
        };
        let parts = (number([h1, h0]), number([m1, m0]), number([s1, s0]), number([f2, f1, f0]));
        let (Some(hour), Some(minute), Some(second), Some(fraction)) = parts else { return Err(shape()) };
        if hour > 23 || minute > 59 || second > 59 {
            return Err(InvalidValue::range(Moment::WHAT, "there is no such time of day"));
        }
        let day = i64::from(Date::read(date)?.days());
        let seconds = i64::from(hour * 3_600 + minute * 60 + second);
        Ok(Moment(day * DAY + seconds * 1_000 + i64::from(fraction)))
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        Date::saturating(self.0.div_euclid(DAY)).push_to(buffer);
        let of_day = self.0.rem_euclid(DAY) as u64;
        for (mark, value, width) in [
            (b'T', of_day / 3_600_000, 2),
            (b':', of_day / 60_000 % 60, 2),
            (b':', of_day / 1_000 % 60, 2),
            (b'.', of_day % 1_000, 3),
        ] {
            buffer.push(mark);
            buffer.push_digits(value, width);
        }
        buffer.push(b'Z');
        buffer.as_str()
    }

    stored_as!(Moment(i64));
}
