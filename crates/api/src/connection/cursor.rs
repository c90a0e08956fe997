//! Cursors: opaque texts that hold a place in a list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// The cursor of a place.
pub fn write(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).expect("a place has no map with other keys"))
}

/// The place of a cursor, where one is given in this argument.
///
/// # Errors
/// `INVALID_CURSOR` for what is no cursor of such places.
pub fn read<P: DeserializeOwned>(
    argument: &'static str,
    cursor: Option<&String>,
) -> Result<Option<P>, Refusal> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|json| serde_json::from_slice(&json).ok());
    place.map(Some).ok_or(Refusal::Cursor(argument))
}
