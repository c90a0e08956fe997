//! Persons in the API: who directs units, consortiums and companies, and who answers for them.
//!
//! Names and numbers are read through the vault, each reading noted first. They are never in a view, a cache or a log.

mod export;
pub mod mutation;
mod object;
mod query;
mod text;

pub use object::{Appointment, Person, Post};
pub use query::{PersonQuery, people_of};
pub use text::{PersonalText, PersonalTextState, Purpose};
pub(crate) use text::{Wanted, told};
