//! Codes of decimal digits.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::canonical::{Buffer, Canonical, canonical_value, stored_as};
use crate::value::text::typed;
use crate::value::{InvalidKind, InvalidValue};

/// A code of a fixed count of digits, with a check of its own.
macro_rules! digit_code {
    ($(#[$doc:meta])* $type:ident($inner:ty), $digits:literal, $what:literal, $pattern:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type($inner);

        canonical_value!($type, $what, { "pattern": $pattern });

        impl $type {
            /// Reads what a person typed: in any digits, with white space and invisible marks around it.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                Self::read(&typed(Self::WHAT, text)?)
            }

            /// The code as a number, without its leading zeros.
            pub fn number(self) -> $inner {
                self.0
            }
        }

        impl Canonical for $type {
            const WHAT: &'static str = $what;

            fn read(text: &str) -> Result<Self, InvalidValue> {
                let number = read_digits($what, text, $digits)?;
                let check: fn(u64) -> Result<(), InvalidValue> = $check;
                check(number)?;
                Ok($type(<$inner>::try_from(number).expect("the inner type holds as many digits")))
            }

            fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
                buffer.push_digits(u64::from(self.0), $digits);
                buffer.as_str()
            }

            stored_as!($type($inner));
        }
    };
}

digit_code!(
    /// The 11-digit ID of a legal entity, whose last digit checks the others. One entity may hold several units.
    LegalId(u64), 11, "legal-entity ID", "^[0-9]{11}$", check_legal_id
);
digit_code!(
    /// The 10-digit national code of a natural person, whose last digit checks the others. Personal: it goes to the
    /// vault, never into an event.
    NationalCode(u64), 10, "national code", "^[0-9]{10}$", check_national_code
);
digit_code!(
    /// The 12-digit business ID of a unit, unique in the registry. It has no check digit.
    BusinessId(u64), 12, "business ID", "^[0-9]{12}$", |_| Ok(())
);
digit_code!(
    /// A class of ISIC Rev. 4, four digits; by its shape only.
    IsicCode(u16), 4, "ISIC class", "^[0-9]{4}$", |_| Ok(())
);
digit_code!(
    /// An 8-digit code of the national customs tariff: chapter, heading, subheading (two digits each, international)
    /// and a national pair. Valid when the chapter is 01 to 97 other than 77; tables give labels, never validity.
    HsCode(u32), 8, "HS code", "^[0-9]{8}$", check_hs_code
);
digit_code!(
    /// The 8-digit number of a customs declaration (kotaj), unique within customs office and Solar Hijri year.
    DeclarationNumber(u32), 8, "declaration number", "^[0-9]{8}$", |_| Ok(())
);

fn read_digits(what: &'static str, text: &str, count: usize) -> Result<u64, InvalidValue> {
    if text.is_empty() {
        return Err(InvalidValue::missing(what));
    }
    let mut number = 0;
    for byte in text.bytes().take(count) {
        if !byte.is_ascii_digit() {
            return Err(InvalidValue::format(what, "has something other than digits in it"));
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    if text.len() != count {
        let reason: Cow<'static, str> = match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => format!("has {} digits in place of {count}", text.len()).into(),
            false => "has something other than digits in it".into(),
        };
        return Err(InvalidValue::format(what, reason));
    }
    Ok(number)
}

/// The rule of the company registry: with d the tenth digit and 2, the first ten digits, each with d added, are
/// weighted 29, 27, 23, 19, 17 twice over; their sum modulo 11 (10 counting as 0) is the eleventh.
fn check_legal_id(number: u64) -> Result<(), InvalidValue> {
    const WEIGHTS: [u64; 10] = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17];
    let digit = |place: u32| number / 10_u64.pow(11 - place) % 10;
    if (number / 100).is_multiple_of(1_000_000) {
        return Err(InvalidValue::range(LegalId::WHAT, "has only zeros in its digits 4 to 9"));
    }
    let shift = digit(10) + 2;
    let sum: u64 = (1..=10).zip(WEIGHTS).map(|(place, weight)| (digit(place) + shift) * weight).sum();
    if sum % 11 % 10 == digit(11) {
        Ok(())
    } else {
        Err(InvalidValue::new(LegalId::WHAT, InvalidKind::CheckDigit, "its check digit is wrong"))
    }
}

/// The rule of the civil registry: the first nine digits, each with its place counted from 10 down, add up to r modulo
/// 11; the tenth is r when r is below 2, else 11 − r. A digit repeated ten times is nobody's.
fn check_national_code(number: u64) -> Result<(), InvalidValue> {
    let digit = |place: u32| number / 10_u64.pow(10 - place) % 10;
    if number.is_multiple_of(1_111_111_111) {
        return Err(InvalidValue::range(NationalCode::WHAT, "is one digit repeated"));
    }
    let sum: u64 = (1..=9).map(|place| digit(place) * u64::from(11 - place)).sum();
    let check = match sum % 11 {
        rest @ 0..=1 => rest,
        rest => 11 - rest,
    };
    if check == digit(10) {
        Ok(())
    } else {
        Err(InvalidValue::new(NationalCode::WHAT, InvalidKind::CheckDigit, "its check digit is wrong"))
    }
}

fn check_hs_code(number: u64) -> Result<(), InvalidValue> {
    match number / 1_000_000 {
        77 => Err(InvalidValue::range(HsCode::WHAT, "chapter 77 is reserved")),
        1..=97 => Ok(()),
        _ => Err(InvalidValue::range(HsCode::WHAT, "its chapter is not between 01 and 97")),
    }
}

impl HsCode {
    /// The chapter, 1 to 97.
    pub fn chapter(self) -> u8 {
        (self.0 / 1_000_000) as u8
    }

    /// Whether the code's digits begin with these; an empty prefix begins every code.
    pub fn starts_with(self, prefix: &str) -> bool {
        self.text(&mut Buffer::new()).starts_with(prefix)
    }
}

impl IsicCode {
    /// The division, its first two digits.
    pub fn division(self) -> u8 {
        (self.0 / 100) as u8
    }
}

/// The number of an item within a customs declaration, 1 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(extend("minimum" = 1, "maximum" = 999))]
pub struct ItemNumber(u16);

impl ItemNumber {
    const WHAT: &str = "item number";

    /// The first item, which a declaration without numbered items has.
    pub const FIRST: ItemNumber = ItemNumber(1);

    /// The number of an item, 1 to 999.
    pub fn new(number: u16) -> Result<ItemNumber, InvalidValue> {
        if (1..=999).contains(&number) {
            Ok(ItemNumber(number))
        } else {
            Err(InvalidValue::range(ItemNumber::WHAT, "is not between 1 and 999"))
        }
    }

    /// Reads what a person typed: in any digits, with white space and invisible marks around it.
    pub fn parse(text: &str) -> Result<ItemNumber, InvalidValue> {
        let text = typed(ItemNumber::WHAT, text)?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidValue::format(ItemNumber::WHAT, "has something other than digits in it"));
        }
        ItemNumber::new(text.parse().unwrap_or(u16::MAX))
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for ItemNumber {
    type Error = InvalidValue;

    fn try_from(number: u16) -> Result<ItemNumber, InvalidValue> {
        ItemNumber::new(number)
    }
}

impl From<ItemNumber> for u16 {
    fn from(item: ItemNumber) -> u16 {
        item.0
    }
}

impl fmt::Display for ItemNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
