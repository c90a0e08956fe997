//! Official statements in the view.

use std::sync::Arc;

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::statement::{
    Measure, StatementCorrected, StatementDetails, StatementEvent, StatementRecorded,
};
use daftar_domain::value::{Date, Index, StatementId, search_key};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::view::facet::Rows;
use crate::view::lists::Lists;
use crate::view::noted::Noted;
use crate::view::order::Order;
use crate::view::row::{Row, RowAt, Seen};
use crate::view::search::Search;

/// What a statement says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    /// The position from which the record says so.
    pub since: Position,
    /// What was said, and as of when.
    #[serde(with = "daftar_domain::event::stored")]
    pub details: StatementDetails,
}

/// A statement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatementRow {
    /// Its ID.
    pub id: StatementId,
    /// What it says and said, in the order of recording; never empty.
    said: Vec<Said>,
    voided: Option<Position>,
    noted: Noted,
}

impl Row for StatementRow {
    fn noted(&self) -> &Noted {
        &self.noted
    }

    fn noted_mut(&mut self) -> &mut Noted {
        &mut self.noted
    }
}

impl<'a> RowAt<'a, StatementRow> {
    /// What it says.
    pub fn said(self) -> &'a StatementDetails {
        let said = &self.get().said;
        let now = said.iter().rfind(|said| said.since <= self.at).or(said.first());
        &now.expect("a statement says something").details
    }

    /// The position at which it was voided.
    pub fn voided(self) -> Option<Position> {
        self.get().voided.filter(|voided| *voided <= self.at)
    }

    /// The position of the event that gave a field its value; none for a field that never had one.
    pub fn set_by<V: PartialEq>(self, field: impl Fn(&StatementDetails) -> Option<V>) -> Option<Position> {
        let mut last: (Option<V>, Option<Position>) = (None, None);
        for said in self.get().said.iter().filter(|said| said.since <= self.at) {
            let value = field(&said.details);
            if value != last.0 {
                last = (value, Some(said.since));
            }
        }
        last.1
    }
}

/// What lists of statements are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StatementLists {
    /// By when they were published.
    pub by_date: Order<(Date, u32)>,
    /// By what they are about.
    pub by_measure: Order<(Measure, u32)>,
    /// The offices whose figures they are.
    pub search: Search,
    /// Those that stand.
    pub standing: Rows,
    /// Those that were voided.
    pub voided: Rows,
}

impl StatementLists {
    /// Gives a statement its places.
    fn file(&mut self, row: u32, statement: RowAt<'_, StatementRow>) {
        let facts = &statement.said().facts;
        self.by_date.set(row, Some((facts.published_on, row)));
        self.by_measure.set(row, Some((facts.measure, row)));
        let latin = facts.source_latin.as_ref().map(|name| search_key(name.as_str()));
        let source = search_key(facts.source.as_str());
        self.search.set(row, &[&source, latin.as_deref().unwrap_or_default()]);
        let voided = statement.voided().is_some();
        put(&mut self.standing, row, !voided);
        put(&mut self.voided, row, voided);
    }

    fn cut(&mut self, length: u32) {
        self.by_date.cut(length);
        self.by_measure.cut(length);
        Arc::make_mut(&mut self.standing).remove_range(length..);
        Arc::make_mut(&mut self.voided).remove_range(length..);
    }

    fn settle(&mut self) {
        self.by_date.settle();
        self.by_measure.settle();
        self.search.settle();
    }
}

fn put(rows: &mut Rows, row: u32, present: bool) {
    let rows: &mut RoaringBitmap = Arc::make_mut(rows);
    if present {
        rows.insert(row);
    } else {
        rows.remove(row);
    }
}

/// All statements.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StatementRows {
    /// The rows.
    pub rows: Seen<StatementRow>,
    by_id: Index<StatementId>,
    lists: Lists<StatementLists>,
}

impl StatementRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, StatementRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: StatementId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &StatementLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                lists.file(row, self.rows.row(row));
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a statement's history.
    pub fn note(&mut self, id: StatementId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }
}

impl View {
    /// Folds an event of a statement.
    pub(crate) fn fold_statement(&mut self, id: StatementId, event: &StatementEvent, recorded: &Recorded) {
        let (statements, since) = (&mut self.statements, recorded.position);
        let said = |facts: &daftar_domain::statement::StatementFacts| {
            let details = StatementDetails { facts: facts.clone(), on: recorded.event.effective };
            Said { since, details }
        };
        let known = || statements.by_id.get(&id).expect("an event follows its statement's recording");
        let row = match event {
            StatementEvent::StatementRecorded(StatementRecorded(facts)) => {
                let said = vec![said(facts)];
                let new = StatementRow { id, said, voided: None, noted: Noted::default() };
                let row = statements.rows.push(new);
                statements.by_id.insert(id, row);
                row
            }
            StatementEvent::StatementCorrected(StatementCorrected(facts)) => {
                let row = known();
                statements.rows.get_mut(row).said.push(said(facts));
                row
            }
            StatementEvent::StatementVoided(_) => {
                let row = known();
                statements.rows.get_mut(row).voided = Some(since);
                row
            }
        };
        statements.lists.newest.file(row, statements.rows.row(row));
    }
}
