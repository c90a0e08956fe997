//! How a noun declares its events.
//!
//! An event type is a name and a version that are promised for ever: the macro ties both to the struct that
//! carries the facts, so that a line is decoded straight into its struct and a type can't be written without a
//! version. A released struct never changes shape; a new shape is a new version with an upcaster.

/// Event data where a snapshot holds them: as JSON, since no other form can leave fields out. For what is rare or
/// small.
pub mod stored {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the data.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Serialize, S: Serializer>(data: &T, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(data).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }

    /// Reads the data.
    ///
    /// # Errors
    /// What is not written by [`serialize`].
    pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        serde_json::from_str(text).map_err(D::Error::custom)
    }
}

/// Declares the sum of one noun's events: `TypeName = version`, each variant carrying the struct of that name. A type
/// that was released in older shapes names them, `TypeName = 3 from { 1: TypeNameV1, 2: TypeNameV2 }`: each has its
/// upcaster, `impl From<TypeNameV1> for TypeName`, and a line of it is read as the newest.
macro_rules! events {
    ($(#[$meta:meta])* pub enum $sum:ident { $(
        $(#[$doc:meta])* $name:ident = $version:literal
        $(from { $($(#[$only:meta])* $past:literal: $old:ty),+ $(,)? })?,
    )+ }) => {
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

            /// Whether this noun reads that type in that version.
            pub fn knows(name: &str, version: u16) -> bool {
                match (name, version) {
                    $((stringify!($name), $version) => true,
                    $($($(#[$only])* (stringify!($name), $past) => true,)+)?)+
                    _ => false,
                }
            }

            /// Reads the data of a type and version that `knows` has accepted, and lifts older ones to the newest.
            ///
            /// # Errors
            /// What the deserializer says of data that doesn't fit the type.
            #[cfg(feature = "log")]
            pub(crate) fn decode<'de, D>(name: &str, version: u16, data: D) -> Result<Self, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                match (name, version) {
                    $((stringify!($name), $version) => serde::Deserialize::deserialize(data).map(Self::$name),
                    $($($(#[$only])* (stringify!($name), $past) => {
                        <$old as serde::Deserialize>::deserialize(data).map(|old| Self::$name(old.into()))
                    })+)?)+
                    _ => Err(serde::de::Error::custom(format_args!("no event type {name} version {version}"))),
                }
            }

            /// The JSON Schema of each type's data, in every version that is read.
            pub fn schemas() -> Vec<(&'static str, u16, schemars::Schema)> {
                [
                    $((stringify!($name), $version, schemars::schema_for!($name)),
                    $($($(#[$only])* (stringify!($name), $past, schemars::schema_for!($old)),)+)?)+
                ]
                .to_vec()
            }
        }

        $(impl From<$name> for crate::EventData {
            fn from(data: $name) -> Self { $sum::$name(data).into() }
        })+
    };
}
pub(crate) use events;
