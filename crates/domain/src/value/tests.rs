//! What the values promise: facts of the calendar, of identifiers and of Persian spelling, and properties over all
//! values.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

mod amounts;
mod codes;
mod containers;
mod dates;
mod personal;
mod texts;

/// The canonical spelling is what is shown, serialised and read back, by serde and by `FromStr`.
fn spelled<T>(value: &T, text: &str)
where
    T: Serialize + DeserializeOwned + Display + FromStr<Err: Debug> + PartialEq + Debug,
{
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::to_value(value).unwrap(), serde_json::Value::String(text.to_owned()));
    assert_eq!(&serde_json::from_value::<T>(text.into()).unwrap(), value);
    assert_eq!(&text.parse::<T>().unwrap(), value);
}

/// Serde refuses a spelling that isn't canonical.
fn not_canonical<T: DeserializeOwned + Debug>(text: &str) {
    let read = serde_json::from_value::<T>(text.into());
    assert!(read.is_err(), "{text:?} was read as {read:?}");
}
