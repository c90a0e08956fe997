//! Which scalar of the schema spells which value of the domain, and the code of one that can't be read.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use daftar_domain::rejection::Code;
use daftar_domain::value::{self, InvalidValue};

use super::{Entered, Fields};
use crate::scalar;

/// A value that callers spell as a text.
pub trait Spelled: Sized + Send + Sync + 'static {
    /// The scalar that stands for it in the schema.
    type Scalar: InputType;
    /// The code of a text of the wrong form; an empty or overlong one has a code of its own.
    const CODE: Code;

    /// Reads what was typed.
    ///
    /// # Errors
    /// What is wrong with it.
    fn spelled(text: &str) -> Result<Self, InvalidValue>;
}

macro_rules! spelled {
    ($($value:ident as $scalar:ident, $code:ident;)+) => {$(
        impl Spelled for value::$value {
            type Scalar = scalar::$scalar;
            const CODE: Code = Code::$code;

            fn spelled(text: &str) -> Result<Self, InvalidValue> {
                Self::parse(text)
            }
        }
    )+};
}

spelled! {
    BusinessId as BusinessId, InvalidIdentifier;
    LegalId as LegalId, InvalidIdentifier;
    ProvinceCode as ProvinceCode, InvalidIdentifier;
    CountryCode as CountryCode, InvalidIdentifier;
    IsicCode as IsicCode, InvalidIdentifier;
    HsCode as HsCode, InvalidIdentifier;
    DeclarationNumber as DeclarationNumber, InvalidIdentifier;
    Currency as CurrencyCode, InvalidIdentifier;
    Date as Date, InvalidDate;
    Usd as Decimal, InvalidNumber;
    Kilograms as Decimal, InvalidNumber;
    Hectares as Decimal, InvalidNumber;
    SquareMetres as Decimal, InvalidNumber;
    Quantity as Decimal, InvalidNumber;
}

impl Spelled for value::NationalCode {
    type Scalar = String;
    const CODE: Code = Code::InvalidIdentifier;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text)
    }
}

macro_rules! text {
    ($($value:ident),+) => {$(
        impl Spelled for value::$value {
            type Scalar = String;
            const CODE: Code = Code::InvalidValue;

            fn spelled(text: &str) -> Result<Self, InvalidValue> {
                Self::parse(text)
            }
        }
    )+};
}

text!(
    Name,
    ParkCode,
    ConsortiumCode,
    EmcCode,
    TrainingCode,
    ResearchCode,
    OfficeCode,
    LicenceNumber,
    PlotNumber,
    CertificateNumber,
    TradeCardNumber,
    CustomsOffice,
    Email,
    PersonName,
    PostalAddress,
    ReasonText,
    Telephone
);

impl Spelled for value::PositionText {
    type Scalar = scalar::Position;
    const CODE: Code = Code::InvalidNumber;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        let digits = value::latin_digits(text.trim());
        match digits.parse::<u64>() {
            Ok(position) if position > 0 => Ok(Self(position)),
            _ => {
                Err(InvalidValue::new("position", value::InvalidKind::Format, "is not a whole number from 1"))
            }
        }
    }
}

impl Spelled for value::CommandId {
    type Scalar = Uuid;
    const CODE: Code = Code::InvalidIdentifier;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text)
    }
}

/// The ID of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uuid(String);

impl From<value::CommandId> for Uuid {
    fn from(id: value::CommandId) -> Self {
        Self(id.to_string())
    }
}

#[Scalar(name = "UUID", specified_by_url = "https://www.rfc-editor.org/rfc/rfc9562")]
/// A hyphenated UUID.
impl ScalarType for Uuid {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A small whole number with a bound.
pub trait Counted: Sized + Send + Sync + 'static {
    /// The value of a number.
    ///
    /// # Errors
    /// What is wrong with it.
    fn counted(number: i64) -> Result<Self, InvalidValue>;
}

macro_rules! counted {
    ($($value:ident: $number:ty;)+) => {$(
        impl Counted for value::$value {
            fn counted(number: i64) -> Result<Self, InvalidValue> {
                // Beyond the inner type there is no value either: its largest number is refused as too large.
                match number {
                    ..0 => Err(InvalidValue::new("number", value::InvalidKind::Range, "is negative")),
                    _ => Self::new(<$number>::try_from(number).unwrap_or(<$number>::MAX)),
                }
            }
        }
    )+};
}

counted! {
    Headcount: u32;
    Hours: u32;
    MilestoneNumber: u32;
    Percent: u32;
    Seats: u32;
    ItemNumber: u16;
}

/// A whole number that a caller gave for a value of type `T`.
#[derive(Clone, Copy, Debug)]
pub struct Count<T> {
    number: i64,
    of: PhantomData<fn() -> T>,
}

impl<T: Counted> InputType for Count<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        i32::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        i32::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Number(number) if number.is_i64() => {
                Ok(Self { number: number.as_i64().unwrap_or(i64::MAX), of: PhantomData })
            }
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.number.into())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Counted> Entered for Count<T> {
    type Value = T;

    fn read(self, fields: &mut Fields) -> Option<T> {
        T::counted(self.number).map_err(|error| fields.invalid(&error, Code::InvalidNumber)).ok()
    }
}
