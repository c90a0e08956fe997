//! Closed periods: a month, quarter or year of the Solar Hijri calendar whose figures are published for good.
//!
//! Closing takes two persons and is never taken back. From then on a dated money fact of the period (an export, a loan)
//! is recorded, corrected or voided only by restating it, which takes two persons too and tells why. What was published
//! stays to be read: as of the position of the closing the record answers as it did then.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Command;
use crate::envelope::{Context, EntityId, Event, Position};
use crate::event::events;
use crate::policy::CommandKind;
use crate::rejection::{Code, Coded};
use crate::value::{ClosingId, Date, Index, InvalidValue, Period, ReasonCode, SolarMonth, Table};
use imbl::OrdMap;

#[cfg(test)]
mod tests;

/// A month, quarter or year of the Solar Hijri calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum CalendarPeriod {
    /// A month.
    Month(SolarMonth),
    /// A quarter of a year.
    Quarter {
        /// The year, such as 1398.
        year: i16,
        /// The quarter, 1 to 4.
        quarter: u8,
    },
    /// A year, such as 1398.
    Year(i16),
}

impl CalendarPeriod {
    /// Its days.
    ///
    /// # Errors
    /// A quarter or a year that is out of range.
    pub fn period(self) -> Result<Period, InvalidValue> {
        match self {
            Self::Month(month) => Period::solar_months(month.year(), month.month(), month.month()),
            Self::Quarter { year, quarter } => {
                let first = quarter.saturating_sub(1).saturating_mul(3).saturating_add(1);
                // A quarter of 0 would begin with month 1 too.
                let first = if quarter == 0 { 0 } else { first };
                Period::solar_months(year, first, first.saturating_add(2))
            }
            Self::Year(year) => Period::solar_year(year),
        }
    }
}

/// Closes a period. It can't be opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosePeriod {
    /// The period. It must be over.
    pub period: CalendarPeriod,
}

/// Records, corrects or voids a money fact of a closed period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestateFact {
    /// The command that the closing would refuse.
    pub command: Box<Command>,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum PeriodCommand {
    /// Closes a period. It can't be opened again.
    ClosePeriod(ClosePeriod),
    /// Records, corrects or voids a money fact of a closed period.
    RestateFact(RestateFact),
}

/// A period was closed. Its effective date is the day of the closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeriodClosed {
    /// Which.
    pub period: CalendarPeriod,
    /// Its days.
    pub days: Period,
}

/// A money fact of a closed period was restated: the events of the command follow in the same command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeriodRestated {
    /// The command's name, such as `CorrectExport`.
    pub command: String,
}

events! {
    /// What happens to periods.
    pub enum PeriodEvent {
        /// A period was closed. Its effective date is the day of the closing.
        PeriodClosed = 1,
        /// A money fact of a closed period was restated: the events of the command follow in the same command.
        PeriodRestated = 1,
    }
}

/// Why a command about a period is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRejection {
    /// No such quarter or year.
    #[error("there is no such period: {0}")]
    NoPeriod(InvalidValue),
    /// It is not over.
    #[error("the period ends on {0}, it can be closed after that day")]
    NotOver(Date),
    /// All of it is closed.
    #[error("the period is closed already")]
    ClosedAlready,
    /// A money fact lies in a closed period.
    #[error("{on} lies in a closed period, whose facts are restated by two persons with a reason")]
    Closed {
        /// The input field at fault.
        path: &'static str,
        /// The day of the fact.
        on: Date,
    },
    /// Nothing that is asked lies in a closed period.
    #[error("{} concerns no closed period: ask for it directly", .0.as_str())]
    Open(CommandKind),
}

impl Coded for PeriodRejection {
    fn code(&self) -> Code {
        match self {
            Self::NoPeriod(_) | Self::Open(_) => Code::InvalidValue,
            Self::NotOver(_) => Code::InvalidDate,
            Self::ClosedAlready | Self::Closed { .. } => Code::PeriodClosed,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::NoPeriod(_) | Self::NotOver(_) | Self::ClosedAlready => "period",
            Self::Closed { path, .. } => path,
            Self::Open(_) => "command",
        }
        .to_owned()
    }
}

/// The closing of a period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Closing {
    /// Its ID.
    pub id: ClosingId,
    /// How many events it has: the closing, and a restatement each.
    pub version: u32,
    /// The position of the closing, as of which the record answers as it did then.
    pub position: Position,
    /// The days of the period.
    pub days: Period,
}

/// All closed periods.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Periods {
    table: Table<Closing>,
    by_id: Index<ClosingId>,
    /// The months that are closed, by their ordinals, with the first closing that has each.
    closed: OrdMap<i32, ClosingId>,
}

impl Periods {
    /// The closing with an ID.
    pub fn get(&self, id: ClosingId) -> Option<&Closing> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a closing has; 0 for one that is not recorded.
    pub fn version(&self, id: ClosingId) -> u32 {
        self.get(id).map_or(0, |closing| closing.version)
    }

    /// The closings in the order of recording.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Closing> {
        self.table.iter()
    }

    /// Whether a day lies in a closed period.
    pub fn is_closed(&self, on: Date) -> bool {
        self.closed.contains_key(&SolarMonth::of(on).ordinal())
    }

    /// The closings whose period a day lies in.
    pub fn closings_of(&self, on: Date) -> impl Iterator<Item = &Closing> {
        self.table.iter().filter(move |closing| closing.days.contains(on))
    }

    /// Decides `ClosePeriod`.
    ///
    /// # Errors
    /// `INVALID_VALUE`, `INVALID_DATE`, `PERIOD_CLOSED`.
    pub fn close(&self, command: &ClosePeriod, context: &Context) -> Result<Vec<Event>, PeriodRejection> {
        let days = command.period.period().map_err(PeriodRejection::NoPeriod)?;
        if days.last_day() >= context.today {
            return Err(PeriodRejection::NotOver(days.last_day()));
        }
        if days.months().all(|month| self.closed.contains_key(&month.ordinal())) {
            return Err(PeriodRejection::ClosedAlready);
        }
        let closed = PeriodClosed { period: command.period, days };
        Ok(vec![Event::new(EntityId::Closing(context.new_id()), context.today, closed)])
    }

    /// The events of a restatement: `decided` are those of its command, of days that lie in closed periods.
    ///
    /// # Errors
    /// `INVALID_VALUE` when none of the days does.
    pub fn restate(
        &self,
        command: &RestateFact,
        days: impl Iterator<Item = Date>,
        decided: Vec<Event>,
        context: &Context,
    ) -> Result<Vec<Event>, PeriodRejection> {
        let mut closings: Vec<&Closing> = Vec::new();
        for closing in days.flat_map(|on| self.closings_of(on)) {
            if !closings.iter().any(|known| known.id == closing.id) {
                closings.push(closing);
            }
        }
        let kind = CommandKind::of(&command.command);
        if closings.is_empty() {
            return Err(PeriodRejection::Open(kind));
        }
        if decided.is_empty() {
            return Ok(decided);
        }
        let restated = |closing: &Closing| {
            let data = PeriodRestated { command: kind.as_str().to_owned() };
            let event = Event::new(EntityId::Closing(closing.id), context.today, data);
            let event = event.because(command.reason).caused_by(closing.position);
            decided.iter().fold(event, |event, fact| event.concerning(fact.entity))
        };
        let mut events: Vec<Event> = closings.iter().map(|closing| restated(closing)).collect();
        events.extend(decided.into_iter().map(|event| {
            let reason = event.reason.clone().or(Some(command.reason.into()));
            let event = Event { reason, ..event };
            closings.iter().fold(event, |event, closing| event.concerning(EntityId::Closing(closing.id)))
        }));
        Ok(events)
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: ClosingId, event: &PeriodEvent, position: Position) {
        match event {
            PeriodEvent::PeriodClosed(PeriodClosed { days, .. }) => {
                let row = self.table.push(Closing { id, version: 1, position, days: *days });
                self.by_id.insert(id, row);
                for month in days.months() {
                    self.closed.entry(month.ordinal()).or_insert(id);
                }
            }
            PeriodEvent::PeriodRestated(_) => {
                let row = self.by_id.get(&id).expect("a restatement follows the closing");
                self.table.get_mut(row).version += 1;
            }
        }
    }
}
