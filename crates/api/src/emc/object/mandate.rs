//! The mandates of a company's clients.

use std::sync::Arc;

use async_graphql::Object;
use daftar_domain::envelope::Position as At;
use daftar_domain::value;

use super::Emc;
use crate::scalar::{Date, Position};
use crate::sme::Sme;
use crate::view::View;

/// A mandate that a unit gave a company.
#[derive(Clone)]
pub struct Mandate {
    view: Arc<View>,
    emc: u32,
    /// The row of the unit.
    pub sme: u32,
    from: value::Date,
    until: Option<value::Date>,
    position: At,
}

impl Mandate {
    /// The mandates of a company that are not voided, by their first day.
    pub fn of(view: &Arc<View>, emc: u32) -> impl Iterator<Item = Self> {
        let row = view.emcs.row(emc);
        row.mandates().map(move |fact| Self {
            view: Arc::clone(view),
            emc,
            sme: fact.value.sme,
            from: fact.effective,
            until: row.end_of(&fact.value),
            position: fact.position,
        })
    }

    /// The sort key: the first day, then the position.
    pub fn key(&self) -> (value::Date, At) {
        (self.from, self.position)
    }

    pub(super) fn contains(&self, on: value::Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// A mandate that a unit gave a company: to export for it.
#[Object]
impl Mandate {
    /// The company.
    fn emc(&self) -> Option<Emc> {
        Some(Emc::new(&self.view, self.emc))
    }

    /// The unit.
    fn sme(&self) -> Option<Sme> {
        Some(Sme::new(&self.view, self.sme, None))
    }

    /// The first day.
    fn from(&self) -> Date {
        self.from.into()
    }

    /// The first day on which it is no longer in force; the end of the consent ends it too. Open-ended where there is
    /// none.
    fn until(&self) -> Option<Date> {
        self.until.map(Into::into)
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}
