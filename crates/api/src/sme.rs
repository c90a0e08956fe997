//! Units (the public word is SME): their part of the view, their GraphQL type, and how they are looked up and listed.

pub mod filter;
pub mod mutation;
pub mod object;
pub mod provenance;
pub mod query;
pub mod row;
pub mod summary;

pub use object::{
    IdleReason, KnowledgeGrade, LicenceKind, LicenceSubject, OperatingStatus, PlotStage, SizeClass, Sme,
};
pub use query::SmeQuery;
