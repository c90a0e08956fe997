//! Research and study projects: their part of the view, their GraphQL types, and how they are looked up, listed and
//! summed.

pub mod concerning;
pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod row;
pub mod summary;

pub use concerning::Concerning;
pub use object::Research;
pub use query::ResearchQuery;
