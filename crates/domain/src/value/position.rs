//! A position inside the data of an event or a command: a string in JSON, since it may pass 2^53.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of an event in the log, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PositionText(pub u64);

impl fmt::Display for PositionText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for PositionText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PositionText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = PositionText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position as a string of digits without leading zeros")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<PositionText, E> {
                let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
                match text.parse() {
                    Ok(position) if canonical => Ok(PositionText(position)),
                    _ => Err(E::custom(format_args!("`{text}` is no position"))),
                }
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl JsonSchema for PositionText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Position".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{0,19}$" })
    }
}
