//! The record of a country's small industries: what can be asked, what happens, and what follows from it.
//!
//! Deciding is pure: [`decide`] turns a command into events or a rejection, [`evolve`] folds an event into the state.
//! Neither does I/O, reads a clock or draws a random number; time, actor and new IDs arrive in the context, and
//! reference tables arrive through the log. The same log gives the same state, on every machine, for ever.

pub mod value;
