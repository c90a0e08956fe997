//! What is recorded of a natural person, read from what somebody typed. None of these stands in an event: they go to
//! the vault, and a commitment to them into the line.
//!
//! Each is one line without control characters, marks of direction or angle brackets, and does not begin as a
//! spreadsheet's formula does (a telephone number may begin with a plus sign), so that no page, table or log that
//! shows it is led astray. `Debug` tells nothing of the value.

use std::fmt;

use super::{InvalidValue, check_text, is_invisible, latin_digits, one_line, trimmed};
use crate::value::InvalidKind;

/// The most characters of a name.
const LONGEST_NAME: usize = 200;
/// The most characters of an e-mail address (RFC 5321: 254).
const LONGEST_EMAIL: usize = 254;
/// The most characters of a postal address, and of the text of a reason.
const LONGEST_LINE: usize = 500;
/// Digits of a telephone number: the longest as E.164 says, the shortest a local one.
const TELEPHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

macro_rules! personal {
    ($($(#[$doc:meta])* $type:ident, $what:literal, $read:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $type(String);

        impl $type {
            /// Reads what a person typed.
            ///
            /// # Errors
            /// What is wrong with it, without repeating it.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                $read($what, text).map(Self)
            }

            /// The value.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "(…)"))
            }
        }
    )+};
}

personal! {
    /// The name of a natural person, 1 to 200 characters as entered.
    PersonName, "name", read_name;
    /// A telephone number: 5 to 15 digits, with a leading plus sign where it is international. Spaces, hyphens, dots
    /// and brackets go.
    Telephone, "telephone number", read_telephone;
    /// An e-mail address, at most 254 characters: one `@` between two parts without spaces, the second with a dot.
    Email, "e-mail address", read_email;
    /// A postal address in one line, at most 500 characters.
    PostalAddress, "postal address", read_line;
    /// The text of a reason in one line, at most 500 characters.
    ReasonText, "text of the reason", read_line;
}

fn clean(what: &'static str, text: &str, longest: usize) -> Result<String, InvalidValue> {
    let line = one_line(trimmed(text));
    let text: String = line.chars().filter(|letter| !is_invisible(*letter)).collect();
    check_text(what, &text, longest)?;
    if text.contains(['<', '>']) {
        return Err(InvalidValue::new(what, InvalidKind::Character, "has an angle bracket in it"));
    }
    if text.starts_with(['=', '+', '-', '@']) {
        return Err(InvalidValue::format(what, "begins as a formula does"));
    }
    Ok(text)
}

fn read_name(what: &'static str, text: &str) -> Result<String, InvalidValue> {
    clean(what, text, LONGEST_NAME)
}

fn read_line(what: &'static str, text: &str) -> Result<String, InvalidValue> {
    clean(what, text, LONGEST_LINE)
}

fn read_email(what: &'static str, text: &str) -> Result<String, InvalidValue> {
    let text = clean(what, &latin_digits(text), LONGEST_EMAIL)?;
    let wrong = || InvalidValue::format(what, "is not of the form name@host.domain");
    let (name, host) = text.split_once('@').ok_or_else(wrong)?;
    let labels = host.split('.').all(|label| !label.is_empty());
    if name.is_empty() || !labels || !host.contains('.') || text.matches('@').count() != 1 {
        return Err(wrong());
    }
    if text.contains(|letter: char| {
        letter.is_whitespace() || matches!(letter, '"' | ',' | ';' | ':' | '(' | ')')
    }) {
        return Err(wrong());
    }
    Ok(text)
}

fn read_telephone(what: &'static str, text: &str) -> Result<String, InvalidValue> {
    let text = latin_digits(trimmed(text));
    if text.is_empty() {
        return Err(InvalidValue::missing(what));
    }
    let spaced = |letter: &char| matches!(letter, ' ' | '-' | '.' | '(' | ')') || is_invisible(*letter);
    let number: String =
        text.chars().filter(|letter| !spaced(letter)).take(2 * TELEPHONE_DIGITS.end()).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidValue::format(what, "has something other than digits in it"));
    }
    if !TELEPHONE_DIGITS.contains(&digits.len()) {
        return Err(InvalidValue::range(what, "does not have 5 to 15 digits"));
    }
    Ok(number)
}
