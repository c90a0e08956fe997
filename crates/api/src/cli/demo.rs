//! `daftar demo`: records the national reference set, completes it, or counts it again; and what `serve --demo` does
//! before it serves.
//!
//! How far it is shows as a bar on a terminal and as plain lines elsewhere, on stderr.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;
use daftar_domain::log::Log;
use daftar_domain::log::sled::{SledLog, SledSettings};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Place};
use crate::config::Config;
use crate::demo::{self, Made, Progress};
use crate::telemetry;

/// Arguments of `daftar demo`.
#[derive(Debug, Args)]
pub struct RecordDemo {
    #[command(flatten)]
    place: Place,
    /// Adds copies of the set under identifiers of their own, until the registry has so many times the size: to measure
    /// with. Only the set itself has the totals of the report.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    times: u32,
}

impl RecordDemo {
    /// Records what is missing of the set in the folder, and compares every total with the report.
    ///
    /// # Errors
    /// One line: a setting, the folder (in use, missing right, another log), a total that does not hold.
    pub fn run(self) -> Result<(), Failure> {
        let config = self.place.config(None)?;
        let _telemetry = telemetry::begin(&config).map_err(Failure::of_settings)?;
        let mut shown = Shown::new();
        let mut progress = |progress| {
            shown.show(progress);
            ControlFlow::Continue(())
        };
        let mark = || Some(config.data.join("mark"));
        let made = demo::ensure_counted(open(&config)?, mark(), &mut progress);
        let multiplied = match &made {
            Ok(_) if self.times > 1 => demo::multiply(open(&config)?, mark(), self.times, &mut progress),
            _ => Ok(()),
        };
        shown.finish();
        multiplied.map_err(Failure::new)?;
        // Whoever started it may have closed its output.
        let _ = writeln!(std::io::stdout(), "{}", told(made.map_err(Failure::new)?, &config, &shown));
        Ok(())
    }
}

/// Makes sure that the folder of the settings holds the set, before it is served; gives up when `stop` is set, and goes
/// on from there the next time. Blocks.
///
/// # Errors
/// As [`RecordDemo::run`].
pub fn prepare(config: &Config, stop: &AtomicBool) -> Result<(), Failure> {
    let mut shown = Shown::new();
    let mut progress = |progress| {
        shown.show(progress);
        match stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let made = demo::ensure(open(config)?, Some(config.data.join("mark")), &mut progress);
    shown.finish();
    if let made @ Made::Recorded { .. } = made.map_err(Failure::new)? {
        eprintln!("{}", told(made, config, &shown));
    }
    Ok(())
}

fn open(config: &Config) -> Result<Arc<dyn Log>, Failure> {
    let log = SledLog::open(&config.data.join("log"), SledSettings::default()).map_err(Failure::new)?;
    Ok(Arc::new(log))
}

/// What was done, in a line.
fn told(made: Made, config: &Config, shown: &Shown) -> String {
    let folder = config.data.display();
    match made {
        Made::Whole => format!("{folder} holds the whole reference set; every total holds"),
        Made::Recorded { now, before } => {
            let seconds = shown.began.elapsed().as_secs_f64();
            let before = if before > 0 { format!(", after {before} that were there") } else { String::new() };
            format!("{folder}: recorded {now} commands in {seconds:.1} s{before}; every total holds")
        }
    }
}

/// How far it is, for a person or a pipe.
struct Shown {
    began: Instant,
    bar: Option<ProgressBar>,
    /// Tenths that were told of.
    tenths: usize,
}

impl Shown {
    fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}").expect("a fixed template");
        let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(0).with_style(style));
        Self { began: Instant::now(), bar, tenths: 0 }
    }

    fn show(&mut self, Progress { recorded, of }: Progress) {
        if let Some(bar) = &self.bar {
            bar.set_length(of as u64);
            bar.set_position(recorded as u64);
            return;
        }
        let tenths = recorded * 10 / of.max(1);
        if tenths > self.tenths {
            self.tenths = tenths;
            eprintln!("reference set: {recorded} of {of} commands recorded");
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
