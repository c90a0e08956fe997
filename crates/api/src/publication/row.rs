//! Published figures in the view.

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::publication::{FigurePublished, PublicationEvent};
use daftar_domain::value::{Date, Index, PublicationId};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{Row, RowAt, Seen};

/// A published figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicationRow {
    /// Its ID.
    pub id: PublicationId,
    /// What was published.
    #[serde(with = "daftar_domain::event::stored")]
    pub figure: FigurePublished,
    /// When.
    pub on: Date,
    withdrawn: Option<Position>,
    noted: Noted,
}

impl Row for PublicationRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl RowAt<'_, PublicationRow> {
    /// The position at which it was withdrawn.
    pub fn withdrawn(self) -> Option<Position> {
        self.get().withdrawn.filter(|withdrawn| *withdrawn <= self.at)
    }
}

/// All published figures.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct PublicationRows {
    /// The rows.
    pub rows: Seen<PublicationRow>,
    by_id: Index<PublicationId>,
    by_date: Lists<Order<(Date, u32)>>,
}

impl PublicationRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, PublicationRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: PublicationId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// By the day of publication.
    pub fn by_date(&self) -> &Order<(Date, u32)> {
        self.by_date.get(|newest| {
            let mut order = newest.clone();
            order.cut(self.rows.len());
            order
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), by_date: self.by_date.past(), ..self.clone() }
    }

    /// Adds an event to a figure's history.
    pub fn note(&mut self, id: PublicationId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes the order show what was folded.
    pub fn settle(&mut self) {
        self.by_date.newest.settle();
    }
}

impl View {
    /// Folds an event of a published figure.
    pub(crate) fn fold_publication(
        &mut self,
        id: PublicationId,
        event: &PublicationEvent,
        recorded: &Recorded,
    ) {
        let publications = &mut self.publications;
        match event {
            PublicationEvent::FigurePublished(figure) => {
                let (figure, on) = (figure.clone(), recorded.event.effective);
                let new = PublicationRow { id, figure, on, withdrawn: None, noted: Noted::default() };
                let row = publications.rows.push(new);
                publications.by_id.insert(id, row);
                publications.by_date.newest.set(row, Some((on, row)));
            }
            PublicationEvent::FigureWithdrawn(_) => {
                let row = publications.by_id.get(&id).expect("a withdrawal follows the publication");
                publications.rows.get_mut(row).withdrawn = Some(recorded.position);
            }
        }
    }
}
