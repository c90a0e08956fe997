//! Drives the real binary over loopback: one module per noun and per promise.

mod support;

mod attacks;
mod audit;
mod commands;
mod demo;
mod evolution;
mod faults;
mod golden;
mod import;
mod injection;
mod lifecycle;
mod operations;
mod past;
mod proofs;
mod protocol;
mod published;
mod settings;
mod subscriptions;
mod tour;
mod vault;
