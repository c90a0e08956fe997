//! Closed periods in the view.

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::period::{CalendarPeriod, PeriodEvent};
use daftar_domain::value::{ClosingId, Date, Index, Period};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{Row, RowAt, Seen};

/// A closed period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClosingRow {
    /// The ID of its closing.
    pub id: ClosingId,
    /// Which period.
    pub period: CalendarPeriod,
    /// Its days.
    pub days: Period,
    /// When it was closed.
    pub closed: Date,
    noted: Noted,
}

impl Row for ClosingRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

/// Closed periods by their first day; of those that begin together, the longest last.
type ByDay = Order<((Date, Date), u32)>;

/// All closed periods.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ClosingRows {
    /// The rows.
    pub rows: Seen<ClosingRow>,
    by_id: Index<ClosingId>,
    by_day: Lists<ByDay>,
}

impl ClosingRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, ClosingRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: ClosingId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// By their first day.
    pub fn by_day(&self) -> &ByDay {
        self.by_day.get(|newest| {
            let mut order = newest.clone();
            order.cut(self.rows.len());
            order
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), by_day: self.by_day.past(), ..self.clone() }
    }

    /// Adds an event to a closing's history.
    pub fn note(&mut self, id: ClosingId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes the order show what was folded.
    pub fn settle(&mut self) {
        self.by_day.newest.settle();
    }
}

impl View {
    /// Folds an event of a period.
    pub(crate) fn fold_period(&mut self, id: ClosingId, event: &PeriodEvent, recorded: &Recorded) {
        let PeriodEvent::PeriodClosed(closed) = event else { return };
        let periods = &mut self.periods;
        let row = periods.rows.push(ClosingRow {
            id,
            period: closed.period,
            days: closed.days,
            closed: recorded.event.effective,
            noted: Noted::default(),
        });
        periods.by_id.insert(id, row);
        periods.by_day.newest.set(row, Some(((closed.days.from(), closed.days.until()), row)));
    }
}
