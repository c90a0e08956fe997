//! Codes of fixed length: identifiers with and without check digits, classifications, places, fingerprints.
//!
//! Only their shape is checked here (and the check digit, where there is one). Whether an industry class or a country
//! exists is a question to the reference tables in force, and asked elsewhere.

mod bytes;
mod digits;
mod place;

pub use bytes::{Commitment, Fingerprint};
pub use digits::{BusinessId, DeclarationNumber, HsCode, IsicCode, ItemNumber, LegalId, NationalCode};
pub use place::{CountryCode, ProvinceCode};
