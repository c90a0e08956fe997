//! How far a run is: a bar on a terminal, plain lines in a pipe.

use super::report::Counts;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a run that writes to no terminal says how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// The bar of a run, not drawn yet; none without a terminal.
pub fn bar() -> Option<ProgressBar> {
    let hidden = || ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    std::io::stderr().is_terminal().then(hidden)
}

/// Lines for people that don't run into the bar.
pub fn above(bar: Option<ProgressBar>, mut told: Box<dyn FnMut(&str)>) -> Box<dyn FnMut(&str)> {
    match bar {
        Some(bar) => Box::new(move |line| bar.suspend(|| told(line))),
        None => told,
    }
}

/// Shows how far a run is: a bar on a terminal, a line every ten seconds elsewhere.
pub struct Progress {
    bar: Option<ProgressBar>,
    told: Instant,
    rows: u64,
}

impl Progress {
    /// Begins to show it; `extent` is the end of the positions, 0 when unknown.
    pub fn new(bar: Option<ProgressBar>, extent: u64) -> Self {
        if let Some(bar) = &bar {
            let template = match extent {
                0 => "{spinner} row {pos} {msg}",
                _ => "{bar:40} {bytes}/{total_bytes} {eta} {msg}",
            };
            bar.set_draw_target(ProgressDrawTarget::stderr());
            if extent > 0 {
                bar.set_length(extent);
            }
            bar.set_style(ProgressStyle::with_template(template).expect("a fixed template"));
        }
        Progress { bar, told: Instant::now(), rows: 0 }
    }

    /// Hears of one more row.
    pub fn at(&mut self, position: u64, counts: Counts) {
        self.rows += 1;
        if !self.rows.is_multiple_of(256) {
            return;
        }
        let Counts { accepted, unchanged, updated, rejected, .. } = counts;
        let done = accepted + unchanged + updated;
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!("{done} good, {rejected} rejected"));
        } else if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            eprintln!("{} rows read: {done} good, {rejected} rejected", self.rows);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
