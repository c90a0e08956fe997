//! Official statements: their part of the view, their GraphQL type, and the record beside what they claim.

pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod reconciliation;
pub mod row;
#[cfg(test)]
mod tests;

pub use object::{Measure, Qualifier, Statement};
pub use query::StatementQuery;
