//! Numbers as people and spreadsheets write them.

use super::{Trouble, shown, trimmed};
use crate::cli::import::code;
use crate::cli::import::source::Cell;
use daftar_domain::value::{latin_digits, search_key};
use rust_decimal::Decimal;
use std::str::FromStr;

/// The unit of a column: words and signs that may stand beside its numbers, as search keys.
pub type Units = &'static [&'static str];

/// A decimal in plain notation (`1234.5`), `None` for a blank cell.
///
/// Reads any digits, spaces, commas, `٬` or dots between full groups of three, one decimal mark (`.` or `٫`, or `,`
/// after dots), and the column's own unit.
///
/// # Errors
/// `INVALID_NUMBER`, and those of [`super::text`].
pub fn decimal(cell: &Cell, units: Units) -> Result<Option<Decimal>, Trouble> {
    if let Cell::Date(..) | Cell::Bool(_) = cell {
        return Err(Trouble::new(
            code::INVALID_NUMBER,
            "The cell holds a date or a yes-or-no, not a number.",
        ));
    }
    let Some(text) = super::text(cell)? else { return Ok(None) };
    let digits = latin_digits(&text);
    let plain = plain_notation(without_unit(&digits, units));
    let number = plain.and_then(|plain| Decimal::from_str(&plain).ok());
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(Trouble::new(code::INVALID_NUMBER, format!("{} is not a number.", shown(&text)))),
    }
}

/// A count, `None` for a blank cell.
///
/// # Errors
/// `INVALID_NUMBER` for anything that isn't a whole number of 0 or more, and those of [`decimal`].
pub fn whole(cell: &Cell, units: Units) -> Result<Option<u32>, Trouble> {
    let Some(number) = decimal(cell, units)? else { return Ok(None) };
    match u32::try_from(number) {
        Ok(count) if number.is_integer() => Ok(Some(count)),
        _ => Err(Trouble::new(code::INVALID_NUMBER, format!("{number} is not a count."))),
    }
}

/// A number cell written out, to the 15 digits that a spreadsheet keeps.
pub fn written(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().expect("its own notation");
    format!("{rounded}")
}

/// Takes the column's unit from before or behind the number.
fn without_unit(text: &str, units: Units) -> &str {
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '٬' | '٫' | '+' | '-' | '(' | ')');
    let start = text.find(is_mark).unwrap_or(text.len());
    let end =
        text.rfind(is_mark).map_or(text.len(), |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    if start >= end {
        return text;
    }
    let (before, behind) = (search_key(&text[..start]), search_key(&text[end..]));
    let known = |word: &str| word.is_empty() || units.contains(&word);
    let one = before.is_empty() || behind.is_empty();
    if one && known(&before) && known(&behind) { trimmed(&text[start..end]) } else { text }
}

/// The one reading of a number without its separators, or `None`.
fn plain_notation(text: &str) -> Option<String> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (sign, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = split_decimals(text)?;
    let whole = ungrouped(whole)?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match fraction {
        None => Some(format!("{sign}{whole}")),
        Some(fraction) if digits(fraction) => Some(format!("{sign}{whole}.{fraction}")),
        Some(_) => None,
    }
}

/// Before and behind the decimal mark, if there is one.
fn split_decimals(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some((whole, fraction)) = text.split_once('٫') {
        return Some((whole, Some(fraction)));
    }
    let (dots, commas) = (text.matches('.').count(), text.matches(',').count());
    match (dots, commas) {
        (0, _) => Some((text, None)),
        // 1.234,50: the comma after the last dot is the decimal mark.
        (_, 1) if text.rfind(',') > text.rfind('.') => {
            text.split_once(',').map(|(whole, rest)| (whole, Some(rest)))
        }
        (1, _) => text.split_once('.').map(|(whole, rest)| (whole, Some(rest))),
        // 1.234.567: dots between groups.
        (_, 0) => Some((text, None)),
        _ => None,
    }
}

/// Digits without the separators between full groups of three; one kind of separator only.
fn ungrouped(whole: &str) -> Option<String> {
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else { return (!whole.is_empty()).then(|| whole.to_owned()) };
    if !matches!(separator, ',' | '٬' | '.' | ' ' | '\u{00A0}' | '\u{202F}' | '\u{2009}' | '\'' | '’' | '،')
    {
        return None;
    }
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&first.len()) || !digits(first) {
        return None;
    }
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || !digits(group) {
            return None;
        }
        joined.push_str(group);
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HECTARES: Units = &["هکتار", "ha"];

    fn read(text: &str) -> Option<String> {
        decimal(&Cell::Text(text.into()), HECTARES).ok().flatten().map(|number| number.to_string())
    }

    #[test]
    fn one_reading() {
        for (text, number) in [
            ("1,234.50", "1234.50"),
            ("1٬234٫50", "1234.50"),
            ("۱٬۲۳۴٫۵۰", "1234.50"),
            ("١٬٢٣٤٫٥٠", "1234.50"),
            ("۱۲۳.۷۵", "123.75"),
            (" 98.4 ", "98.4"),
            ("1 234.5", "1234.5"),
            ("1\u{A0}234.5", "1234.5"),
            ("1.234.567", "1234567"),
            ("1.234,50", "1234.50"),
            ("125 هکتار", "125"),
            ("+75.2", "75.2"),
            ("075.20", "75.20"),
            ("۱,۲۳۴.۵۰", "1234.50"),
            ("-45.2", "-45.2"),
            ("999,999,999.99", "999999999.99"),
        ] {
            assert_eq!(read(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn no_reading_or_two() {
        for text in [
            "1,23,4.5",
            "12..5",
            "صد و بیست",
            "85%",
            "۸۵٪",
            "NaN",
            "Infinity",
            "12O",
            "۱۲٬۳۴",
            "250,5",
            "1.2E2",
            "(100.00)",
            "12.34.56",
            "1e999",
            "123/75",
            "125 متر",
            "1,234.567,89",
            "1,234 567",
            "",
            "-",
            ".",
            "5-3",
            "هکتار 12 هکتار",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn counts() {
        let count = |text: &str| whole(&Cell::Text(text.into()), &[]).ok().flatten();
        assert_eq!(count("1٬250"), Some(1250));
        assert_eq!(count("980.0"), Some(980));
        assert_eq!(count("120.5"), None);
        assert_eq!(count("-4"), None);
        assert_eq!(count("99999999999"), None);
        assert_eq!(whole(&Cell::Number(12.5), &[]).unwrap_err().code, code::INVALID_NUMBER);
    }

    #[test]
    fn number_cells_keep_what_the_spreadsheet_shows() {
        assert_eq!(written(0.1 + 0.2), "0.3");
        assert_eq!(written(13496.44), "13496.44");
        assert_eq!(written(843_330_276_006.0), "843330276006");
        assert_eq!(decimal(&Cell::Number(f64::NAN), &[]).unwrap_err().code, code::INVALID_NUMBER);
    }
}
