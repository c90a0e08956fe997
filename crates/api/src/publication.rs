//! Published figures: their part of the view, their GraphQL type, and whether the log still has the root that each names.

pub mod mutation;
pub mod object;
pub mod query;
pub mod row;

pub use object::PublishedFigure;
pub use query::PublicationQuery;
