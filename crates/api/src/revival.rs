//! Revival cases: their part of the view, their GraphQL type, and how they are looked up and listed.

pub mod mutation;
pub mod object;
pub mod outcome;
pub mod provenance;
pub mod query;
pub mod row;
pub mod summary;

pub use object::{LenderKind, ReferralKind, Revival};
pub use query::RevivalQuery;
