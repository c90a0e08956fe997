//! Courses and workshops: their part of the view, their GraphQL types, and how they are looked up, listed and summed.

pub mod attending;
pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod row;
pub mod summary;

pub use attending::Attending;
pub use object::{Enrolment, Training};
pub use query::TrainingQuery;
