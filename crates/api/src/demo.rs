//! The national reference set: a made-up registry of small industries that adds up to the published figures exactly.
//!
//! Guarantees: everything in it is recorded through ordinary commands that every rule has judged; the same seed gives
//! the same log, to the Merkle root, however often its making was cut off; recorded times follow the histories and lie
//! in the past. Must never write into a log that it did not begin.

mod apportion;
mod calendar;
mod export;
mod group;
mod names;
mod park;
mod places;
mod programme;
mod random;
mod record;
mod research;
mod statement;
mod stream;
mod tally;
mod totals;
mod trade;
mod training;
mod unit;

pub use record::{DemoError, Made, Progress, Report, SEED, SET, ensure, ensure_counted, multiply};
pub use stream::Stream;
pub use tally::{Mismatch, Tally};

#[cfg(test)]
mod tests;
