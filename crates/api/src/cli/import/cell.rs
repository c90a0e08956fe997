//! What a cell says: numbers, dates, codes.
//!
//! Whatever has one reading is read, in any digits and any common spelling; whatever has two is refused with a code that
//! says so. Nothing is rounded, and no digit is invented.

mod date;
mod number;

pub use date::date;
pub use number::{Units, decimal, whole};

use super::code;
use super::source::{Cell, is_invisible};
use daftar_domain::value::latin_digits;
use std::borrow::Cow;

/// What is wrong with one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

impl Trouble {
    /// With one of the codes of [`code`] or of the domain.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Trouble { code, message: message.into() }
    }
}

/// What a cell shows, for messages: at most 40 characters.
pub fn shown(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}

/// Without the white space and invisible marks around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// The troubles that a cell of any column may have; else its text, `None` when it is blank.
///
/// Number cells are written out in full, date cells as `2019-03-21`.
///
/// # Errors
/// `FIELD_TOO_LONG`, `ERROR_CELL`, `FORMULA`, `INVALID_CHARACTER`.
pub fn text(cell: &Cell) -> Result<Option<Cow<'_, str>>, Trouble> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) if text.contains('\u{FFFD}') => {
            Err(Trouble::new(code::INVALID_CHARACTER, "A character of the cell is broken."))
        }
        Cell::Text(text) => Ok(Some(trimmed(text)).filter(|text| !text.is_empty()).map(Cow::Borrowed)),
        Cell::TooLong => Err(Trouble::new(code::FIELD_TOO_LONG, "The cell is longer than any field.")),
        Cell::Number(number) => Ok(Some(Cow::Owned(number::written(*number)))),
        Cell::Date(year, month, day) => Ok(Some(Cow::Owned(format!("{year:04}-{month:02}-{day:02}")))),
        Cell::Bool(yes) => Ok(Some(Cow::Borrowed(if *yes { "TRUE" } else { "FALSE" }))),
        Cell::Error(error) => {
            Err(Trouble::new(code::ERROR_CELL, format!("The cell holds the error {error}.")))
        }
        Cell::Formula => {
            Err(Trouble::new(code::FORMULA, "The cell holds a formula without a stored result."))
        }
    }
}

/// The digits of an identifier as a spreadsheet may have spelt them: an apostrophe before, `.0` after, or scientific
/// notation that kept every digit.
///
/// # Errors
/// `PRECISION_LOST` when digits are gone, `INVALID_IDENTIFIER` for a date cell, and those of [`text`].
pub fn identifier(cell: &Cell) -> Result<Option<String>, Trouble> {
    if let Cell::Date(..) | Cell::Bool(_) = cell {
        return Err(Trouble::new(
            code::INVALID_IDENTIFIER,
            "The cell holds a date or a yes-or-no, not an identifier.",
        ));
    }
    let Some(text) = text(cell)? else { return Ok(None) };
    let text = latin_digits(text.strip_prefix('\'').unwrap_or(&text)).into_owned();
    if let Some(whole) = text.strip_suffix(".0").filter(|whole| all_digits(whole)) {
        return Ok(Some(whole.to_owned()));
    }
    match scientific(&text) {
        None => Ok(Some(text)),
        Some(Some(digits)) => Ok(Some(digits)),
        Some(None) => {
            let message = format!("A spreadsheet has rounded the identifier to {}.", shown(&text));
            Err(Trouble::new(code::PRECISION_LOST, message))
        }
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `9.84297826751E+11`: its digits when all are there; `None` when the text isn't in that notation.
fn scientific(text: &str) -> Option<Option<String>> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (lead, rest) = mantissa.split_once(['.', ',', '٫']).unwrap_or((mantissa, ""));
    if lead.len() != 1 || !all_digits(lead) || !(rest.is_empty() || all_digits(rest)) {
        return None;
    }
    Some((rest.len() == exponent).then(|| format!("{lead}{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Result<Option<String>, &'static str> {
        identifier(&Cell::Text(text.into())).map_err(|trouble| trouble.code)
    }

    #[test]
    fn identifiers_that_a_spreadsheet_spelt() {
        assert_eq!(id("739478669449.0"), Ok(Some("739478669449".into())));
        assert_eq!(id("'10692349868"), Ok(Some("10692349868".into())));
        assert_eq!(id("9.84297826751E+11"), Ok(Some("984297826751".into())));
        assert_eq!(id("1.40012E+11"), Err(code::PRECISION_LOST));
        assert_eq!(id("1,40012E+11"), Err(code::PRECISION_LOST));
        assert_eq!(id(" \u{200F}۴۷۴۴\u{00A0}"), Ok(Some("4744".into())));
        assert_eq!(id("EMC-012"), Ok(Some("EMC-012".into())));
        assert_eq!(identifier(&Cell::Number(843_330_276_006.0)), Ok(Some("843330276006".into())));
        assert_eq!(identifier(&Cell::Date(2019, 3, 5)).unwrap_err().code, code::INVALID_IDENTIFIER);
    }

    #[test]
    fn cells_without_a_value() {
        assert_eq!(text(&Cell::Text(" \u{FEFF} ".into())), Ok(None));
        assert_eq!(text(&Cell::Error("#N/A".into())).unwrap_err().code, code::ERROR_CELL);
        assert_eq!(text(&Cell::Formula).unwrap_err().code, code::FORMULA);
        assert_eq!(text(&Cell::TooLong).unwrap_err().code, code::FIELD_TOO_LONG);
    }
}
