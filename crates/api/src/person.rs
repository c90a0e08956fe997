//! Persons in the API: who directs units, consortiums and companies, and who answers for them.
//!
//! Names and numbers are read through the vault, each reading noted first. They are never in a view, a cache or a log.

pub mod mutation;
mod object;
mod query;

pub use object::{Appointment, Person, PersonalText, PersonalTextState, Post, Purpose};
pub use query::{PersonQuery, people_of};
