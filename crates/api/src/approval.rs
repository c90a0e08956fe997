//! Proposals: how they are made and decided, and how they are looked up.
//!
//! They are read from the state of the view; what a proposal asks for is read from its event.

pub mod mutation;
pub mod object;

pub use object::{ApprovalQuery, Proposal};
