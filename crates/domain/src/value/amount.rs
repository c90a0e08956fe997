//! Amounts with their unit in the type, exact and never floating.
//!
//! Sums stop at the ends of 64 bits and don't wrap: an entered amount is bounded so far below that ten thousand of the
//! largest fit, and a fold must neither panic nor show a total with the wrong sign.

use std::fmt::{self, Write};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InvalidValue;
use super::canonical::{Buffer, Canonical, canonical_value, stored_as};
use super::decimal::{Fixed, parse_fixed, push_fixed, read_fixed};
use super::text::typed;

/// An amount that counts its smallest unit.
macro_rules! amount {
    (
        $(#[$doc:meta])* $type:ident, $what:literal, $schema:literal, $fixed:expr, $range:expr,
        $from:ident, $(#[$unit:meta])* $units:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(i64);

        canonical_value!($type, $what, { "pattern": $schema });

        impl $type {
            /// Nothing.
            pub const ZERO: $type = $type(0);

            const FIXED: Fixed = $fixed;

            /// The amount of so many of the smallest unit; sums may lie outside the range of what can be entered.
            pub const fn $from($units: i64) -> $type {
                $type($units)
            }

            $(#[$unit])*
            pub const fn $units(self) -> i64 {
                self.0
            }

            /// Reads what a person typed: in any digits, with a Latin or Persian decimal point, without separators
            /// between the thousands.
            pub fn parse(text: &str) -> Result<$type, InvalidValue> {
                let units = parse_fixed($what, &typed($what, text)?, Self::FIXED.decimals)?;
                if $range.contains(&units) {
                    Ok($type(units))
                } else {
                    Err(InvalidValue::range($what, if units < 0 { "is too small" } else { "is too large" }))
                }
            }

            /// The sum, if 64 bits hold it.
            pub fn checked_add(self, other: $type) -> Option<$type> {
                self.0.checked_add(other.0).map($type)
            }

            /// The difference, if 64 bits hold it.
            pub fn checked_sub(self, other: $type) -> Option<$type> {
                self.0.checked_sub(other.0).map($type)
            }

            /// Whether there is more than nothing.
            pub fn is_positive(self) -> bool {
                self.0 > 0
            }
        }

        impl Canonical for $type {
            const WHAT: &'static str = $what;

            fn read(text: &str) -> Result<$type, InvalidValue> {
                read_fixed($what, text, Self::FIXED).map($type)
            }

            fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
                push_fixed(buffer, self.0, Self::FIXED);
                buffer.as_str()
            }

            stored_as!($type(i64));
        }

        impl Add for $type {
            type Output = $type;

            fn add(self, other: $type) -> $type {
                $type(self.0.saturating_add(other.0))
            }
        }

        impl Sub for $type {
            type Output = $type;

            fn sub(self, other: $type) -> $type {
                $type(self.0.saturating_sub(other.0))
            }
        }

        impl Neg for $type {
            type Output = $type;

            fn neg(self) -> $type {
                $type(self.0.saturating_neg())
            }
        }

        impl AddAssign for $type {
            fn add_assign(&mut self, other: $type) {
                *self = *self + other;
            }
        }

        impl SubAssign for $type {
            fn sub_assign(&mut self, other: $type) {
                *self = *self - other;
            }
        }

        impl Sum for $type {
            fn sum<I: Iterator<Item = $type>>(amounts: I) -> $type {
                amounts.fold($type::ZERO, Add::add)
            }
        }

        impl<'a> Sum<&'a $type> for $type {
            fn sum<I: Iterator<Item = &'a $type>>(amounts: I) -> $type {
                amounts.copied().sum()
            }
        }
    };
}

amount!(
    /// United States dollars, in whole cents; entered up to ±9,999,999,999,999.99. Always spelled with two decimals,
    /// `1234.50`.
    Usd, "amount in US dollars", "^-?[0-9]+\\.[0-9]{2}$",
    Fixed { decimals: 2, always: true }, (-999_999_999_999_999..=999_999_999_999_999),
    from_cents,
    /// The amount in cents.
    cents
);
amount!(
    /// A weight in kilograms, in whole grams; entered up to ±9,999,999,999,999.999. Spelled `1234.5`.
    Kilograms, "weight in kilograms", "^-?[0-9]+(\\.[0-9]{1,3})?$",
    Fixed { decimals: 3, always: false }, (-9_999_999_999_999_999..=9_999_999_999_999_999),
    from_grams,
    /// The weight in grams.
    grams
);
amount!(
    /// An area in hectares, in whole square metres; entered from 0 to 99,999,999.9999. Spelled `211.8`.
    Hectares, "area in hectares", "^-?[0-9]+(\\.[0-9]{1,4})?$",
    Fixed { decimals: 4, always: false }, (0..=999_999_999_999),
    from_square_metres,
    /// The area in square metres.
    square_metres
);
amount!(
    /// An area in whole square metres; entered from 0 to 999,999,999,999. Spelled `1200`.
    SquareMetres, "area in square metres", "^-?[0-9]+$",
    Fixed { decimals: 0, always: false }, (0..=999_999_999_999),
    new,
    /// The area in square metres.
    square_metres
);

impl From<Hectares> for SquareMetres {
    fn from(area: Hectares) -> SquareMetres {
        SquareMetres(area.0)
    }
}

/// A quantity in a unit that stands beside it, such as a capacity: not negative, at most 18 digits, at most 6 of them
/// after the point. Spelled without zeros at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quantity(Decimal);

canonical_value!(Quantity, "A quantity in a unit that stands beside it.", { "pattern": "^[0-9]+(\\.[0-9]{1,6})?$" });

impl Quantity {
    /// The quantity, if it has at most 18 digits and 6 decimals and isn't negative.
    pub fn new(amount: Decimal) -> Result<Quantity, InvalidValue> {
        let amount = amount.normalize();
        if amount.is_sign_negative() {
            Err(InvalidValue::range(Quantity::WHAT, "is negative"))
        } else if amount.scale() > 6 {
            Err(InvalidValue::format(Quantity::WHAT, "has more than 6 decimals"))
        } else if amount.mantissa() >= 10_i128.pow(18) {
            Err(InvalidValue::range(Quantity::WHAT, "has more than 18 digits"))
        } else {
            Ok(Quantity(amount))
        }
    }

    /// The quantity as a decimal.
    pub fn amount(self) -> Decimal {
        self.0
    }

    /// Reads what a person typed: in any digits, with a Latin or Persian decimal point, without separators between the
    /// thousands.
    pub fn parse(text: &str) -> Result<Quantity, InvalidValue> {
        Quantity::new(decimal_of(Quantity::WHAT, &typed(Quantity::WHAT, text)?.replace('٫', "."))?)
    }
}

impl Canonical for Quantity {
    const WHAT: &'static str = "quantity";

    fn read(text: &str) -> Result<Quantity, InvalidValue> {
        let quantity = Quantity::new(decimal_of(Quantity::WHAT, text)?)?;
        if quantity.text(&mut Buffer::new()) == text {
            Ok(quantity)
        } else {
            Err(InvalidValue::format(Quantity::WHAT, "has a sign or zeros that say nothing"))
        }
    }

    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
        write!(buffer, "{}", self.0).expect("18 digits and a point fit");
        buffer.as_str()
    }
}

/// The decimal that a text spells with digits, a sign and a point; no exponent, no separators.
pub(super) fn decimal_of(what: &'static str, text: &str) -> Result<Decimal, InvalidValue> {
    let shape = || InvalidValue::format(what, "is not a decimal number");
    if text.is_empty() {
        return Err(InvalidValue::missing(what));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let spelled = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !spelled(whole) || !spelled(fraction) {
        return Err(shape());
    }
    Decimal::from_str_exact(text).map_err(|_| InvalidValue::range(what, "has too many digits"))
}

/// A small whole number with a bound, serialised as a number.
macro_rules! count {
    ($(#[$doc:meta])* $type:ident($inner:ty), $what:literal, $max:literal, $number:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "u32", into = "u32")]
        #[schemars(extend("maximum" = $max))]
        pub struct $type($inner);

        impl $type {
            /// The number, if it is within its bound.
            pub fn new(number: u32) -> Result<$type, InvalidValue> {
                match <$inner>::try_from(number) {
                    Ok(inner) if number <= $max => Ok($type(inner)),
                    _ => Err(InvalidValue::range($what, concat!("is more than ", $max))),
                }
            }

            /// The number.
            pub fn $number(self) -> $inner {
                self.0
            }

            /// Reads what a person typed: digits of any script, with white space and invisible marks around them.
            pub fn parse(text: &str) -> Result<$type, InvalidValue> {
                let text = typed($what, text)?;
                if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(InvalidValue::format($what, "is not a whole number"));
                }
                $type::new(text.parse().unwrap_or(u32::MAX))
            }
        }

        impl TryFrom<u32> for $type {
            type Error = InvalidValue;

            fn try_from(number: u32) -> Result<$type, InvalidValue> {
                $type::new(number)
            }
        }

        impl From<$type> for u32 {
            fn from(count: $type) -> u32 {
                count.0.into()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

count!(
    /// Whole percent from 0 to 150: a unit may run above its nominal capacity.
    Percent(u8), "percentage", 150, percent
);
count!(
    /// How many people work in a unit, at most 999,999.
    Headcount(u32), "headcount", 999_999, people
);
count!(
    /// Hours of instruction, at most 2,000.
    Hours(u16), "number of hours", 2_000, hours
);
count!(
    /// Places for participants, at most 1,000.
    Seats(u16), "number of seats", 1_000, seats
);
count!(
    /// The number of a milestone within its project, at most 100.
    MilestoneNumber(u16), "milestone number", 100, number
);
