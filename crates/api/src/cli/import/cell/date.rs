//! Dates as people and spreadsheets write them, Solar Hijri and Gregorian.
//!
//! A year of four digits tells the calendar: 1200 to 1500 is Solar Hijri, 1900 to 2199 Gregorian. Without such a year, or
//! when day and month could change places, the date is refused.

use super::{Trouble, shown};
use crate::cli::import::code;
use crate::cli::import::source::Cell;
use daftar_domain::value::{Date, SolarDate, search_key};

/// A date, `None` for a blank cell.
///
/// # Errors
/// `INVALID_DATE`, `AMBIGUOUS_DATE`, and those of [`super::text`].
pub fn date(cell: &Cell) -> Result<Option<Date>, Trouble> {
    if let Cell::Number(number) = cell
        && !(12_000_101.0..=21_991_231.0).contains(number)
    {
        let serial = super::number::written(*number);
        let message =
            format!("{serial} is a plain number: give the cell a date format or write the date as text.");
        return Err(Trouble::new(code::INVALID_DATE, message));
    }
    let Some(text) = super::text(cell)? else { return Ok(None) };
    // The search key has Latin digits, one spelling of each letter, and single spaces.
    read(&search_key(&text)).map(Some).map_err(|wrong| wrong.trouble(&shown(&text)))
}

#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    NoDate,
    NoSuchDay,
    SeveralReadings,
    NoCentury,
}

impl Wrong {
    fn trouble(self, text: &str) -> Trouble {
        match self {
            Wrong::NoDate => Trouble::new(code::INVALID_DATE, format!("{text} is not a date.")),
            Wrong::NoSuchDay => Trouble::new(code::INVALID_DATE, format!("There is no day {text}.")),
            Wrong::SeveralReadings => {
                Trouble::new(code::AMBIGUOUS_DATE, format!("In {text} day and month can't be told apart."))
            }
            Wrong::NoCentury => {
                Trouble::new(code::AMBIGUOUS_DATE, format!("The year of {text} has two digits."))
            }
        }
    }
}

const SOLAR_MONTHS: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "ابان", "اذر", "دی", "بهمن", "اسفند"];
const GREGORIAN_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 9] =
    ["شنبه", "یکشنبه", "دوشنبه", "سهشنبه", "چهارشنبه", "پنجشنبه", "جمعه", "پنجشنبه", "ادینه"];

fn read(key: &str) -> Result<Date, Wrong> {
    let key = without_time(key);
    if let Some(compact) = compact(key) {
        return compact;
    }
    let parts = parts(key).ok_or(Wrong::NoDate)?;
    match parts.as_slice() {
        [Part::Number(a), Part::Number(b), Part::Number(c)] => numeric(*a, *b, *c),
        [Part::Number(day), Part::Month(month), Part::Number(year)] if year.digits == 4 => {
            named(*month, year.value, day.value)
        }
        [Part::Number(year), Part::Month(month), Part::Number(day)] if year.digits == 4 => {
            named(*month, year.value, day.value)
        }
        [Part::Month(month), Part::Number(day), Part::Number(year)] if year.digits == 4 => {
            named(*month, year.value, day.value)
        }
        [.., Part::Month(_), Part::Number(_)] | [Part::Number(_), Part::Month(_), ..] => {
            Err(Wrong::NoCentury)
        }
        _ => Err(Wrong::NoDate),
    }
}

/// Drops a time of day that follows the date.
fn without_time(key: &str) -> &str {
    let is_time = |text: &str| {
        let text = text.trim_end_matches('z');
        let mut fields = text.split(':');
        fields.clone().count() >= 2
            && fields.all(|field| {
                let field = field.split('.').next().unwrap_or("");
                (1..=2).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    match key.split_once(['t', ' ']) {
        Some((date, time)) if is_time(time) => date,
        _ => match key.rsplit_once(' ') {
            Some((date, time)) if is_time(time) => date,
            _ => key,
        },
    }
}

/// Eight digits in a row: year, month, day.
fn compact(key: &str) -> Option<Result<Date, Wrong>> {
    if key.len() != 8 || !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = key.parse().ok()?;
    Some(day(number / 10_000, number / 100 % 100, number % 100))
}

#[derive(Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

#[derive(Clone, Copy)]
enum Month {
    Solar(u32),
    Gregorian(u32),
}

enum Part {
    Number(Number),
    Month(Month),
}

/// Numbers and month names between separators; `None` when anything else stands there.
fn parts(key: &str) -> Option<Vec<Part>> {
    let separators: Vec<char> = key.chars().filter(|c| matches!(c, '/' | '-' | '.' | '٫')).collect();
    // 12..5 and 1398/01-02 are slips of the pen, not dates.
    if separators.windows(2).any(|pair| pair[0] != pair[1]) || separators.len() > 2 {
        return None;
    }
    let pieces = if separators.is_empty() {
        key.split([' ', ',', '،']).filter(|piece| !piece.is_empty()).collect()
    } else {
        key.split(['/', '-', '.', '٫']).map(str::trim).collect::<Vec<_>>()
    };
    let mut parts = Vec::new();
    let mut weekday = String::new();
    for piece in pieces {
        if piece.bytes().all(|byte| byte.is_ascii_digit()) && (1..=4).contains(&piece.len()) {
            parts.push(Part::Number(Number { value: piece.parse().ok()?, digits: piece.len() }));
        } else if let Some(month) = month(piece) {
            parts.push(Part::Month(month));
        } else {
            weekday.push_str(piece);
        }
    }
    (weekday.is_empty() || WEEKDAYS.contains(&weekday.as_str())).then_some(parts)
}

fn month(name: &str) -> Option<Month> {
    if let Some(at) = SOLAR_MONTHS.iter().position(|month| *month == name) {
        return Some(Month::Solar(at as u32 + 1));
    }
    let long = |month: &&str| **month == *name || (name.len() == 3 && month.starts_with(name));
    GREGORIAN_MONTHS.iter().position(long).map(|at| Month::Gregorian(at as u32 + 1))
}

fn numeric(a: Number, b: Number, c: Number) -> Result<Date, Wrong> {
    if a.digits == 4 && b.digits <= 2 && c.digits <= 2 {
        return day(a.value, b.value, c.value);
    }
    if c.digits != 4 || a.digits > 2 || b.digits > 2 {
        return Err(if [a, b, c].iter().all(|part| part.digits <= 2) {
            Wrong::NoCentury
        } else {
            Wrong::NoDate
        });
    }
    // The year stands last: day and month must tell themselves apart.
    match (a.value > 12, b.value > 12) {
        (true, false) => day(c.value, b.value, a.value),
        (false, true) => day(c.value, a.value, b.value),
        (false, false) if a.value == b.value => day(c.value, a.value, b.value),
        (false, false) => Err(Wrong::SeveralReadings),
        (true, true) => Err(Wrong::NoSuchDay),
    }
}

fn named(month: Month, year: u32, of_month: u32) -> Result<Date, Wrong> {
    match (month, year) {
        (Month::Solar(month), 1200..=1500) => day(year, month, of_month),
        (Month::Gregorian(month), 1900..=2199) => day(year, month, of_month),
        _ => Err(Wrong::NoDate),
    }
}

fn day(year: u32, month: u32, of_month: u32) -> Result<Date, Wrong> {
    let (Ok(year), Ok(month), Ok(of_month)) =
        (i16::try_from(year), u8::try_from(month), u8::try_from(of_month))
    else {
        return Err(Wrong::NoDate);
    };
    let date = match year {
        1200..=1500 => SolarDate::new(year, month, of_month).map(|solar| solar.date()),
        1900..=2199 => Date::new(year.into(), month.into(), of_month.into()),
        _ => return Err(Wrong::NoDate),
    };
    date.ok_or(Wrong::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, &'static str> {
        match date(&Cell::Text(text.into())) {
            Ok(Some(date)) => Ok(date.to_string()),
            Ok(None) => Ok(String::new()),
            Err(trouble) => Err(trouble.code),
        }
    }

    #[test]
    fn both_calendars_in_many_spellings() {
        for text in [
            "1398/09/30",
            "1398-09-30",
            "۱۳۹۸/۰۹/۳۰",
            "١٣٩٨/٩/٣٠",
            " 1398/9/30 ",
            "2019-12-21",
            "30 آذر 1398",
            "۳۰ آذر ۱۳۹۸",
            "شنبه ۳۰ آذر ۱۳۹۸",
            "30/09/1398",
            "12/21/2019",
            "21-Dec-2019",
            "13980930",
            "1398.09.30",
            "2019-12-21T00:00:00",
            "2019-12-21 08:30",
            "21 December 2019",
            "December 21, 2019",
            "1398/09/30 23:59:59",
        ] {
            assert_eq!(of(text).as_deref(), Ok("2019-12-21"), "{text}");
        }
        assert_eq!(of("سه‌شنبه ۱۰ دی ۱۳۹۸").as_deref(), Ok("2019-12-31"));
        assert_eq!(of("05/05/2019").as_deref(), Ok("2019-05-05"));
        assert_eq!(of("").as_deref(), Ok(""));
    }

    #[test]
    fn days_that_do_not_exist() {
        for text in [
            "1398/12/30",
            "1396/13/01",
            "1397/07/31",
            "۱۳۹۷/۰۰/۱۲",
            "1404/12/30",
            "2017-02-29",
            "1398/09/31",
            "31/13/2019",
        ] {
            assert_eq!(of(text), Err(code::INVALID_DATE), "{text}");
        }
    }

    #[test]
    fn several_readings() {
        for text in
            ["03/04/2017", "04/05/2019", "12/09/1385", "85/9/20", "98/9/30", "21-Dec-19", "17 اسفند 92"]
        {
            assert_eq!(of(text), Err(code::AMBIGUOUS_DATE), "{text}");
        }
    }

    #[test]
    fn no_dates() {
        for text in [
            "نامشخص",
            "43820",
            "0000-00-00",
            "1398/09",
            "1398//09/30",
            "99999999",
            "1398/01-02",
            "آذر",
            "1",
            "2500-01-01",
            "30 آذر 2019",
        ] {
            assert_eq!(of(text), Err(code::INVALID_DATE), "{text}");
        }
        assert_eq!(date(&Cell::Number(39534.0)).unwrap_err().code, code::INVALID_DATE);
        assert_eq!(date(&Cell::Date(2008, 3, 27)).unwrap().unwrap().to_string(), "2008-03-27");
        assert_eq!(date(&Cell::Number(13_980_930.0)).unwrap().unwrap().to_string(), "2019-12-21");
    }
}
