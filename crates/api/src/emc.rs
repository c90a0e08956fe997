//! Export management companies: their part of the view, their GraphQL type, and how they are looked up and listed.

pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod row;

pub use object::{Emc, Rank};
pub use query::EmcQuery;
