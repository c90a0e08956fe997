//! Drives the real binary over loopback: one module per noun and per promise.

mod support;

mod access;
mod attacks;
mod audit;
mod commands;
mod demo;
mod evolution;
mod faults;
mod golden;
mod headers;
mod identity;
mod import;
mod injection;
mod lifecycle;
mod live;
mod operations;
mod past;
mod proofs;
mod protocol;
mod published;
mod record;
mod settings;
mod subscriptions;
mod telemetry;
mod tls;
mod tour;
mod training;
mod units;
mod vault;
