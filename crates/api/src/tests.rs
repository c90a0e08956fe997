//! The read model and its questions, on worlds that the domain's commands make.

mod answers;
mod findings;
mod lists;
mod oracle;
mod past;
mod restored;
mod sums;
