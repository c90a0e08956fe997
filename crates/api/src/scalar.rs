//! Scalars that are strings: what they spell is exact, whatever number type a client has.
//!
//! An answer spells the canonical form. A question may use what people type (Persian digits, spaces around); it is
//! read where it is used, so that a wrong value is answered with its field and a code.

use std::fmt;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use daftar_domain::value::{self, InvalidValue};

/// What a scalar holds: a value that is answered, or the text of one that was asked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelled<T> {
    /// A value.
    Read(T),
    /// A text, not read yet.
    Typed(String),
}

impl<T: fmt::Display> fmt::Display for Spelled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(value) => value.fmt(f),
            Self::Typed(text) => f.write_str(text),
        }
    }
}

fn text<T: async_graphql::InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}

macro_rules! text_scalars {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:ty $(, by $url:tt)?;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub Spelled<$value>);

        impl $name {
            /// The value, read as a person types it.
            ///
            /// # Errors
            /// What is wrong with the text.
            pub fn value(&self) -> Result<$value, InvalidValue> {
                match &self.0 {
                    Spelled::Read(value) => Ok(*value),
                    Spelled::Typed(text) => <$value>::parse(text),
                }
            }
        }

        impl From<$value> for $name {
            fn from(value: $value) -> Self {
                Self(Spelled::Read(value))
            }
        }

        #[Scalar$((specified_by_url = $url))?]
        $(#[doc = $doc])+
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                Ok(Self(Spelled::Typed(text(value)?)))
            }

            fn is_valid(value: &Value) -> bool {
                matches!(value, Value::String(_))
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.to_string())
            }
        }
    )+};
}

text_scalars! {
    /// A day of the Gregorian calendar, `2019-03-21`, in the years 1900 to 2199.
    Date = value::Date, by "https://www.rfc-editor.org/rfc/rfc3339#section-5.6";
    /// A moment in UTC, to the millisecond, `2019-03-21T08:30:00.000Z`.
    DateTime = value::Moment, by "https://www.rfc-editor.org/rfc/rfc3339#section-5.6";
    /// A month of the Solar Hijri calendar, `1398-07`.
    SolarMonth = SolarMonthText;
    /// The 12-digit business ID of a unit.
    BusinessId = value::BusinessId;
    /// The 11-digit ID of a legal entity, whose last digit checks the others.
    LegalId = value::LegalId;
    /// An 8-digit code of the national customs tariff (HS with a national pair).
    HsCode = value::HsCode, by "https://www.wcoomd.org/en/topics/nomenclature/overview/what-is-the-harmonized-system.aspx";
    /// A class of ISIC Rev.4, four digits.
    IsicCode = value::IsicCode, by "https://unstats.un.org/unsd/classifications/Econ/isic";
    /// A country by ISO 3166-1 alpha-2.
    CountryCode = value::CountryCode, by "https://www.iso.org/iso-3166-country-codes.html";
    /// A province by ISO 3166-2:IR as of 2020.
    ProvinceCode = value::ProvinceCode, by "https://www.iso.org/obp/ui/#iso:code:3166:IR";
    /// The 8-digit number of a customs declaration (kotaj).
    DeclarationNumber = value::DeclarationNumber;
    /// A currency by ISO 4217.
    CurrencyCode = value::Currency, by "https://www.iso.org/iso-4217-currency-codes.html";
}

/// A Solar Hijri month as it is answered and asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SolarMonthText(pub value::SolarMonth);

impl SolarMonthText {
    fn parse(text: &str) -> Result<Self, InvalidValue> {
        value::latin_digits(text.trim()).parse().map(Self)
    }
}

impl fmt::Display for SolarMonthText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An exact decimal number. Amounts of money have the decimals of their currency, shares have four.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// So many units of the last decimal; trailing zeros are left out unless `all` decimals are written.
    Fixed {
        /// Units of the last decimal.
        units: i128,
        /// How many decimals.
        decimals: u32,
        /// Whether all of them are written.
        all: bool,
    },
    /// A text, not read yet.
    Typed(String),
}

impl Decimal {
    /// US dollars from whole cents.
    pub fn cents(cents: i128) -> Self {
        Self::Fixed { units: cents, decimals: 2, all: true }
    }

    /// Kilograms from whole grams.
    pub fn grams(grams: i128) -> Self {
        Self::Fixed { units: grams, decimals: 3, all: false }
    }
}

impl From<value::Usd> for Decimal {
    fn from(amount: value::Usd) -> Self {
        Self::cents(amount.cents().into())
    }
}

impl From<value::Kilograms> for Decimal {
    fn from(weight: value::Kilograms) -> Self {
        Self::grams(weight.grams().into())
    }
}

impl From<value::Hectares> for Decimal {
    fn from(area: value::Hectares) -> Self {
        Self::Fixed { units: area.square_metres().into(), decimals: 4, all: false }
    }
}

impl From<value::SquareMetres> for Decimal {
    fn from(area: value::SquareMetres) -> Self {
        Self::Fixed { units: area.square_metres().into(), decimals: 0, all: false }
    }
}

impl From<value::Share> for Decimal {
    fn from(share: value::Share) -> Self {
        Self::Fixed { units: share.ten_thousandths().into(), decimals: 4, all: true }
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(amount: rust_decimal::Decimal) -> Self {
        Self::Fixed { units: amount.mantissa(), decimals: amount.scale(), all: true }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, decimals, all) = match self {
            Self::Typed(text) => return f.write_str(text),
            Self::Fixed { units, decimals, all } => (*units, *decimals, *all),
        };
        if units < 0 {
            f.write_str("-")?;
        }
        let one = 10_u128.pow(decimals);
        let (whole, mut fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
        let mut width = decimals as usize;
        while !all && width > 0 && fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        if width == 0 { write!(f, "{whole}") } else { write!(f, "{whole}.{fraction:0width$}") }
    }
}

#[Scalar(specified_by_url = "https://www.w3.org/TR/xmlschema-2/#decimal")]
/// An exact decimal number as a string, `1612345678.90`: no exponent, no thousands separators. Amounts of money have
/// the decimals of their currency, shares have four.
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::Typed(text(value)?))
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// The number of an event in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

#[Scalar(specified_by_url = "https://www.w3.org/TR/xmlschema-2/#nonNegativeInteger")]
/// The number of an event in the log, from 1 without gaps; 0 stands before the first. A string, since it may pass
/// 2^53.
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value::latin_digits(text(value)?.trim()).parse() {
            Ok(position) => Ok(Self(position)),
            Err(_) => Err(InputValueError::custom("a position is a string of digits")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (decimal, text) in [
            (Decimal::cents(161_234_567_890), "1612345678.90"),
            (Decimal::cents(-5), "-0.05"),
            (Decimal::grams(1_500), "1.5"),
            (Decimal::grams(2_000), "2"),
            (Decimal::cents(i128::MAX), "1701411834604692317316873037158841057.27"),
            (Decimal::from(value::share(33_800, 43_650).unwrap()), "0.7743"),
        ] {
            assert_eq!(decimal.to_string(), text);
        }
    }

    #[test]
    fn typed_values_are_read_as_people_type_them() {
        let typed = |text: &str| BusinessId(Spelled::Typed(text.to_owned())).value();
        assert_eq!(typed(" ۱۴۰۰۰۰۰۰۰۰۱۲ ").unwrap().to_string(), "140000000012");
        assert!(typed("14").is_err());
        assert_eq!(<Position as ScalarType>::parse(Value::from("12")).unwrap(), Position(12));
        assert!(<Position as ScalarType>::parse(Value::from("-1")).is_err());
    }
}
