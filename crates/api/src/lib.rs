//! Daftar's GraphQL face: the read model that is folded from the log, the questions that it answers, the commands that
//! it takes, and the server and command line around them.

pub mod cli;
mod client;
pub mod config;
pub mod metrics;
pub mod server;
pub mod snapshot;
pub mod telemetry;

pub mod at;
pub mod changes;
pub mod connection;
pub mod history;
pub mod input;
pub mod listing;
pub mod node;
pub mod period;
pub mod proof;
pub mod provenance;
pub mod scalar;
pub mod search;
pub mod view;

pub mod approval;
pub mod consortium;
pub mod emc;
pub mod export;
pub mod filter;
pub mod finding;
pub mod overview;
pub mod park;
pub mod person;
pub mod privacy;
pub mod publication;
pub mod reference;
pub mod research;
pub mod revival;
pub mod signing;
pub mod sme;
pub mod statement;
pub mod training;

pub mod certificate;
pub mod error;
pub mod refusal;
pub mod submit;
pub mod subscription;

pub mod auth;
pub mod http;
mod request_id;
pub mod schema;

pub mod demo;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
