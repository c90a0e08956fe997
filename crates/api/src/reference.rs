//! The reference tables, as they are asked for: newest version in force.

pub mod object;
pub mod row;

pub use object::{Country, Industry, Province, ReferenceQuery};
