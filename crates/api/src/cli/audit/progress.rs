//! How far an audit is, for whoever watches a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal, nothing in a pipe.
pub struct Progress(ProgressBar);

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress {
    /// A bar that nothing is known of yet.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {per_sec}, {eta} left");
        Self(ProgressBar::new(0).with_style(style.expect("the template is sound")))
    }

    /// How many events there are to be.
    pub fn expect(&self, events: u64) {
        self.0.set_length(events);
        self.0.set_position(0);
    }

    /// That many more were done.
    pub fn advance(&self, events: u64) {
        self.0.inc(events);
    }

    /// That many were done in all.
    pub fn reach(&self, events: u64) {
        self.0.set_position(events);
    }

    /// There is no more to do: the bar goes.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
