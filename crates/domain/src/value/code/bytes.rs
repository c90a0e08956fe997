//! SHA-256 values, spelled in base64.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::value::InvalidValue;
use crate::value::canonical::{Buffer, Canonical, canonical_value, stored_as};

/// 44 characters of padded base64.
const SPELLED: usize = 44;

macro_rules! hash_value {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(pub [u8; 32]);

        canonical_value!($type, $what, { "contentEncoding": "base64", "minLength": 44, "maxLength": 44 });

        impl Canonical for $type {
            const WHAT: &'static str = $what;

            fn read(text: &str) -> Result<Self, InvalidValue> {
                read_hash($what, text).map($type)
            }

            fn text<'a>(&'a self, buffer: &'a mut Buffer) -> &'a str {
                push_hash(&self.0, buffer);
                buffer.as_str()
            }

            stored_as!($type([u8; 32]));
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                write!(formatter, concat!(stringify!($type), "({})"), self)
            }
        }
    };
}

hash_value!(
    /// The SHA-256 of some bytes, such as a command's canonical input. Standard base64 with padding.
    Fingerprint,
    "SHA-256 fingerprint"
);
hash_value!(
    /// What stands in an event line in place of personal data: SHA-256(32-byte random salt ‖ value). Value and salt
    /// lie elsewhere and can be erased, after which the line tells nothing. Standard base64 with padding.
    Commitment,
    "SHA-256 commitment to a personal value"
);

fn read_hash(what: &'static str, text: &str) -> Result<[u8; 32], InvalidValue> {
    let wrong = || InvalidValue::format(what, "is not 32 bytes in standard base64 with padding");
    if text.len() != SPELLED {
        return Err(wrong());
    }
    // The decoder wants room for whole groups of three bytes.
    let mut bytes = [0; 36];
    match STANDARD.decode_slice(text, &mut bytes) {
        Ok(32) => Ok(bytes[..32].try_into().expect("32 bytes were taken")),
        _ => Err(wrong()),
    }
}

fn push_hash(hash: &[u8; 32], buffer: &mut Buffer) {
    let mut spelled = [0; SPELLED];
    let length = STANDARD.encode_slice(hash, &mut spelled).expect("32 bytes take 44 characters");
    spelled[..length].iter().for_each(|byte| buffer.push(*byte));
}
