//! How a noun declares its events.
//!
//! An event type is a name and a version that are promised for ever: the macro ties both to the struct that
//! carries the facts, so that a line is decoded straight into its struct and a type can't be written without a
//! version. A released struct never changes shape; a new shape is a new version with an upcaster.

/// Declares the sum of one noun's events: `TypeName = version`, each variant carrying the struct of that name.
macro_rules! events {
    ($(#[$meta:meta])* pub enum $sum:ident { $($(#[$doc:meta])* $name:ident = $version:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum $sum { $($(#[$doc])* $name($name),)+ }

        impl $sum {
            /// Every type of this noun with its newest version.
            pub const TYPES: &'static [(&'static str, u16)] = &[$((stringify!($name), $version)),+];

            /// The type's name, as it stands in the event line.
            pub fn type_name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)+ }
            }

            /// The version that is written.
            pub fn type_version(&self) -> u16 {
                match self { $(Self::$name(_) => $version,)+ }
            }

            /// Whether this noun has that type in that version.
            pub fn knows(name: &str, version: u16) -> bool {
                match name { $(stringify!($name) => version == $version,)+ _ => false }
            }

            /// Reads the data of a type that `knows` has accepted.
            ///
            /// # Errors
            /// What the deserializer says of data that doesn't fit the type.
            pub fn decode<'de, D: serde::Deserializer<'de>>(name: &str, data: D) -> Result<Self, D::Error> {
                match name {
                    $(stringify!($name) => serde::Deserialize::deserialize(data).map(Self::$name),)+
                    other => Err(serde::de::Error::custom(format_args!("no event type {other}"))),
                }
            }

            /// The JSON Schema of each type's data.
            pub fn schemas() -> Vec<(&'static str, u16, schemars::Schema)> {
                vec![$((stringify!($name), $version, schemars::schema_for!($name))),+]
            }
        }

        $(impl From<$name> for crate::EventData {
            fn from(data: $name) -> Self { $sum::$name(data).into() }
        })+
    };
}
pub(crate) use events;
