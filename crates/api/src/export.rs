//! Exports: their part of the view, their GraphQL type, how they are looked up, listed and summed.

mod disclosure;
mod keeps;
pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod row;
pub mod summary;
pub mod sums;

pub use disclosure::{Disclosure, EXPORTERS_LEAST};
pub use object::{Channel, CommodityGroup, Export, HsEdition};
pub use query::ExportQuery;
