//! `daftar audit replay`: what the history adds up to at a point, and what changed between two points.
//!
//! Guarantees: the history is verified whole before anything is said of it; the fold is the registry's own, and no code
//! of the read model runs. A point within a command is rounded down to the command before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use daftar_domain::State;
use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::value::{Date, Moment, Period};

use super::entities::Entities;
use super::figures::{Figures, figures};
use super::finding::{Code, Finding};
use super::history::{EVENT_COLUMNS, event_row};
use super::sheet::{Sheet, write_csv, write_xlsx};
use super::statements::reconciliation;
use super::{Progress, Verifying};

/// A point of the history: a position, or the last command recorded at or before a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A position.
    Position(u64),
    /// A time.
    Time(Moment),
}

impl FromStr for Point {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        Moment::parse(text)
            .map(Self::Time)
            .map_err(|_| format!("{text:?} is neither a position nor a time such as 2020-01-01T00:00:00Z"))
    }
}

impl Point {
    fn holds(self, event: &Recorded) -> bool {
        match self {
            Self::Position(position) => event.position <= position,
            Self::Time(time) => event.recorded_at <= time,
        }
    }
}

/// Two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    from: Point,
    to: Point,
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once("..").ok_or("two points are written FROM..TO")?;
        Ok(Self { from: from.parse()?, to: to.parse()? })
    }
}

/// Days from one up to another, which is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(Period);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, until) =
            text.split_once("..").ok_or("days are written FROM..UNTIL, the second not among them")?;
        let day = |text: &str| text.parse::<Date>().map_err(|error| error.to_string());
        Period::new(day(from)?, day(until)?).map(Self).map_err(|error| error.to_string())
    }
}

/// Arguments of `daftar audit replay`.
#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    verifying: Verifying,
    /// The point to stop at [default: the end].
    #[arg(long, value_name = "POSITION|TIME", conflicts_with = "diff")]
    to: Option<Point>,
    /// Says what changed between two points.
    #[arg(long, value_name = "FROM..TO")]
    diff: Option<Span>,
    /// Tells the events of this entity alone, such as sme:0190…
    #[arg(long, value_name = "ENTITY")]
    entity: Option<EntityId>,
    /// The day for which statuses are counted [default: the day of the last event].
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The days whose exports are summed [default: all].
    #[arg(long, value_name = "FROM..UNTIL")]
    period: Option<Days>,
    /// Writes the tables as CSV files into this folder, with a manifest of their hashes.
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Writes the tables as a workbook.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// The state at a point.
#[derive(Clone, Default)]
struct At {
    state: State,
    recorded_at: Option<Moment>,
}

impl Replay {
    /// Verifies, folds, and tells.
    ///
    /// # Errors
    /// The first finding; [`Code::Usage`] for points that the history doesn't have.
    pub fn run(&self, progress: &Progress) -> Result<String, Finding> {
        let (from, to) = match (self.diff, self.to) {
            (Some(span), _) => (Some(span.from), span.to),
            (None, Some(to)) => (None, to),
            (None, None) => (None, Point::Position(u64::MAX)),
        };
        let files = self.csv.is_some() || self.xlsx.is_some();
        let (mut before, mut after) = (At::default(), At::default());
        let mut told = Sheet::new("events", &EVENT_COLUMNS);
        let (mut changed, mut entities) = (BTreeMap::new(), Entities::default());
        let (_, verified) = self.verifying.run(
            &mut |state, event, _| {
                let at =
                    |at: &mut At| *at = At { state: state.clone(), recorded_at: Some(event.recorded_at) };
                if !to.holds(event) {
                    return;
                }
                if event.index == event.of {
                    at(&mut after);
                    if from.is_some_and(|from| from.holds(event)) {
                        at(&mut before);
                    }
                }
                let within = from.is_none_or(|from| !from.holds(event));
                let about = |entity| event.event.entity == entity || event.event.refs.contains(&entity);
                if within && self.entity.is_some_and(about) {
                    told.row(event_row(event));
                }
                if within && from.is_some() {
                    *changed
                        .entry((event.event.entity.kind(), event.event.data.type_name()))
                        .or_insert(0_u64) += 1;
                }
                if files && self.entity.is_none() {
                    entities.take_up(event);
                }
            },
            progress,
        )?;
        if after.state.position == 0 {
            return Err(Finding::new(Code::Usage, "no command was recorded at or before that point"));
        }
        let mut sheets = vec![self.figures(from.is_some().then_some(&before), &after)];
        if after.state.statements.iter().any(|statement| !statement.voided) {
            sheets.push(reconciliation(&after.state));
        }
        if from.is_some() {
            let mut sheet = Sheet::new("changes", &["entity", "event", "count"]);
            changed.into_iter().for_each(|((kind, name), count)| {
                sheet.row([kind.to_owned(), name.to_owned(), count.to_string()]);
            });
            sheets.push(sheet);
        }
        if self.entity.is_some() {
            sheets.push(told);
        }
        let mut said = format!("replayed: to position {} of {}\n\n", after.state.position, verified.position);
        for sheet in &sheets {
            said.push_str(&sheet.text());
            said.push('\n');
        }
        if files && self.entity.is_none() {
            sheets.extend(entities.sheets(&after.state, after.day(self.on)));
        }
        if let Some(folder) = &self.csv {
            write_csv(folder, &sheets)?;
        }
        if let Some(path) = &self.xlsx {
            write_xlsx(path, &sheets)?;
        }
        Ok(said)
    }

    fn figures(&self, before: Option<&At>, after: &At) -> Sheet {
        let of = |at: &At| figures(&at.state, at.day(self.on), self.period.map(|days| days.0));
        let now = of(after);
        let Some(before) = before else {
            let mut sheet = Sheet::new("figures", &["figure", "value"]);
            now.into_iter().for_each(|(name, value)| sheet.row([name, value.to_string()]));
            return sheet;
        };
        let then: Figures = of(before);
        let mut sheet = Sheet::new("figures", &["figure", "from", "to", "change"]);
        let names: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
        for name in names {
            let value = |figures: &Figures| figures.get(name).copied().unwrap_or_default();
            let (then, now) = (value(&then), value(&now));
            sheet.row([name.clone(), then.to_string(), now.to_string(), (now - then).to_string()]);
        }
        sheet
    }
}

impl At {
    /// The day for which statuses are counted.
    fn day(&self, on: Option<Date>) -> Date {
        on.or(self.recorded_at.map(Moment::tehran_date)).unwrap_or(Date::MIN)
    }
}
