//! One canonical spelling per value type, and serde, `Display`, `FromStr` and JSON Schema made from it.
//!
//! Reading and writing allocate nothing for types of fixed size: replay spends most of its time here. A format that
//! nobody reads (that of snapshots) may hold a value more briefly than it is spelled; a line never does.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserializer, Serializer, de};

use super::InvalidValue;

/// A type with exactly one spelling.
pub(super) trait Canonical: Sized {
    /// The kind of value in words, for errors.
    const WHAT: &'static str;

    /// Reads the canonical spelling and nothing else.
    fn read(text: &str) -> Result<Self, InvalidValue>;

    /// The canonical spelling, in the buffer where the value doesn't hold it itself.
    fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str;

    /// Writes the value into a format that nobody reads.
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut Buffer::new()))
    }

    /// Reads what [`Canonical::store`] wrote.
    fn restore<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader(PhantomData))
    }
}

/// In an implementation of [`Canonical`]: a format that nobody reads holds the bare number, or the like.
macro_rules! stored_as {
    ($type:ident($inner:ty)) => {
        fn store<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serde::Serialize::serialize(&self.0, serializer)
        }

        fn restore<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            <$inner as serde::Deserialize>::deserialize(deserializer).map($type)
        }
    };
}
pub(super) use stored_as;

/// Room on the stack for the longest canonical spelling of a type of fixed size.
pub(super) struct Buffer {
    bytes: [u8; 48],
    length: usize,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer { bytes: [0; 48], length: 0 }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    /// Writes `value` with leading zeros to `width` digits; a longer value is cut to its last digits.
    pub(super) fn push_digits(&mut self, mut value: u64, width: usize) {
        let end = self.length + width;
        for slot in self.bytes[self.length..end].iter_mut().rev() {
            *slot = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.length = end;
    }

    /// Writes `value` without leading zeros.
    pub(super) fn push_number(&mut self, value: u64) {
        let width = value.checked_ilog10().map_or(1, |log| log as usize + 1);
        self.push_digits(value, width);
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).expect("only whole characters are pushed")
    }
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

struct Reader<T>(PhantomData<T>);

impl<T: Canonical> de::Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "the canonical spelling of a {}", T::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(E::custom)
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>, T: Canonical>(deserializer: D) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_str(Reader(PhantomData))
    } else {
        T::restore(deserializer)
    }
}

pub(super) fn serialize<S: Serializer, T: Canonical>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.serialize_str(value.text(&mut Buffer::new()))
    } else {
        value.store(serializer)
    }
}

/// `Display`, `FromStr`, serde and JSON Schema of a [`Canonical`] type; the last part is its JSON Schema, given the
/// type's name and a description.
macro_rules! canonical_value {
    ($type:ident, $description:literal, { $($schema:tt)* }) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                use $crate::value::canonical::{Buffer, Canonical};
                formatter.pad(self.text(&mut Buffer::new()))
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::value::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <$type as $crate::value::canonical::Canonical>::read(text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::value::canonical::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::canonical::deserialize(deserializer)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!("daftar::value::", stringify!($type)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description, $($schema)* })
            }
        }
    };
}
pub(super) use canonical_value;
