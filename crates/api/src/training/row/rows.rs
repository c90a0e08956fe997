//! All courses and workshops, what lists of them are answered from, and what they sum to.

use std::sync::Arc;

use daftar_domain::envelope::{Position, Recorded};
use daftar_domain::training::{Audience, Phase, TrainingEvent, TrainingKind, TrainingSubject};
use daftar_domain::value::{
    Date, Index, Organisation, Period, ProvinceCode, RowsOf, TrainingCode, TrainingId, search_key,
};
use serde::{Deserialize, Serialize};

use super::{FIGURES, Properties, TrainingRow};
use crate::view::View;
use crate::view::facet::Facet;
use crate::view::figures::{Figures, Sums, add, summed};
use crate::view::lists::Lists;
use crate::view::order::Order;
use crate::view::row::{NEWEST, RowAt, Seen};
use crate::view::search::Search;

/// What lists show of a course that may become another.
type Shown = (Option<Phase>, Option<ProvinceCode>);

/// What lists of courses and workshops are answered from.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct TrainingLists {
    /// By title.
    pub by_title: Order<(Arc<str>, u32)>,
    /// By code.
    pub in_code: Order<(Arc<str>, ())>,
    /// By their first day.
    pub by_date: Order<(Date, u32)>,
    /// Courses and workshops.
    pub kinds: Facet<TrainingKind>,
    /// By what is taught.
    pub subjects: Facet<TrainingSubject>,
    /// By whom they are for.
    pub audiences: Facet<Audience>,
    /// By how far they have come.
    pub phases: Facet<Phase>,
    /// By province.
    pub provinces: Facet<ProvinceCode>,
    /// Text.
    pub search: Search,
}

impl TrainingLists {
    fn refile(&mut self, row: u32, before: Option<&Shown>, after: &Shown) {
        self.phases.change(before.and_then(|before| before.0.as_ref()), after.0.as_ref(), row);
        self.provinces.change(before.and_then(|before| before.1.as_ref()), after.1.as_ref(), row);
    }

    /// Gives a course its places in orders, and the texts by which it is found.
    fn index(&mut self, row: u32, training: RowAt<'_, TrainingRow>) {
        let facts = training.facts(None);
        let latin = facts.title_latin.as_ref().map(|title| search_key(title.as_str()));
        let code: Arc<str> = training.code.as_str().into();
        let key = training.title_key();
        self.search.set(row, &[&*key, latin.as_deref().unwrap_or_default(), &search_key(&code)]);
        self.by_title.set(row, Some((key, row)));
        self.in_code.set(row, Some((code, ())));
        self.by_date.set(row, Some((facts.starts, row)));
    }

    fn cut(&mut self, length: u32) {
        self.by_title.cut(length);
        self.in_code.cut(length);
        self.by_date.cut(length);
        self.kinds.cut(length);
        self.subjects.cut(length);
        self.audiences.cut(length);
        self.phases.cut(length);
        self.provinces.cut(length);
    }

    fn settle(&mut self) {
        self.by_title.settle();
        self.in_code.settle();
        self.by_date.settle();
        self.search.settle();
    }
}

fn shown(training: RowAt<'_, TrainingRow>) -> Shown {
    (training.phase(None), training.facts(None).province)
}

/// All courses and workshops.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct TrainingRows {
    /// The rows.
    pub rows: Seen<TrainingRow>,
    by_id: Index<TrainingId>,
    by_code: Index<TrainingCode>,
    /// The rows that each participant was ever enrolled in.
    of_participants: RowsOf<Organisation>,
    lists: Lists<TrainingLists>,
    figures: Figures<Properties, FIGURES>,
}

impl TrainingRows {
    /// A row.
    pub fn row(&self, row: u32) -> RowAt<'_, TrainingRow> {
        self.rows.row(row)
    }

    /// The row of an ID.
    pub fn by_id(&self, id: TrainingId) -> Option<u32> {
        self.by_id.get(&id).filter(|row| self.rows.has(*row))
    }

    /// The row of a code.
    pub fn by_code(&self, code: &TrainingCode) -> Option<u32> {
        self.by_code.get(code).filter(|row| self.rows.has(*row))
    }

    /// The rows that an organisation was ever enrolled in; a voided enrolment may be among the reasons.
    pub fn of_participant(&self, organisation: Organisation) -> impl Iterator<Item = u32> {
        let rows = self.of_participants.get(&organisation);
        rows.iter().copied().filter(|row| self.rows.has(*row))
    }

    /// What those that were held in a period sum to.
    pub fn total(&self, period: Period) -> [i64; FIGURES] {
        if self.rows.at() == NEWEST {
            return self.figures.total(period);
        }
        let mut total = [0; FIGURES];
        self.sums(period, false).values().for_each(|more| add(&mut total, more));
        total
    }

    /// The same by their properties, and by year where years are told apart.
    pub fn sums(&self, period: Period, yearly: bool) -> Sums<Properties, FIGURES> {
        match self.rows.at() {
            NEWEST => self.figures.sums(period, yearly),
            _ => summed(self.rows.iter().filter_map(|training| training.figures()), period, yearly),
        }
    }

    /// What lists are answered from.
    pub fn lists(&self) -> &TrainingLists {
        self.lists.get(|newest| {
            let mut lists = newest.clone();
            lists.cut(self.rows.len());
            for row in self.rows.changed_since() {
                let training = self.rows.row(row);
                lists.refile(row, Some(&shown(self.rows.newest(row))), &shown(training));
                lists.index(row, training);
            }
            lists.settle();
            lists
        })
    }

    /// The same as of a position.
    pub fn as_of(&self, at: Position) -> Self {
        Self { rows: self.rows.as_of(at), lists: self.lists.past(), ..self.clone() }
    }

    /// Adds an event to a course's history.
    pub fn note(&mut self, id: TrainingId, position: Position, own: bool) {
        if let Some(row) = self.by_id.get(&id) {
            self.rows.note(row, position, own);
        }
    }

    /// Makes orders and searches show what was folded.
    pub fn settle(&mut self) {
        self.lists.newest.settle();
    }
}

impl View {
    /// Folds an event of a course or workshop.
    pub(crate) fn fold_training(&mut self, id: TrainingId, event: &TrainingEvent, recorded: &Recorded) {
        let trainings = &mut self.trainings;
        if let TrainingEvent::TrainingPlanned(planned) = event {
            let row = trainings.rows.push(TrainingRow::new(id, planned, recorded));
            trainings.by_id.insert(id, row);
            trainings.by_code.insert(planned.code.clone(), row);
            let training = trainings.rows.row(row);
            let lists = &mut trainings.lists.newest;
            lists.kinds.add(&planned.kind, row);
            lists.subjects.add(&planned.subject, row);
            planned.audiences.iter().for_each(|audience| lists.audiences.add(audience, row));
            lists.refile(row, None, &shown(training));
            lists.index(row, training);
            return;
        }
        let row = trainings.by_id.get(&id).expect("an event follows its training's planning");
        let training = trainings.rows.row(row);
        let (before, figures) = (shown(training), training.figures());
        trainings.rows.get_mut(row).apply(event, recorded);
        let training = trainings.rows.row(row);
        trainings.figures.change(Vec::from_iter(figures), Vec::from_iter(training.figures()));
        trainings.lists.newest.refile(row, Some(&before), &shown(training));
        match event {
            TrainingEvent::TrainingRevised(_) => trainings.lists.newest.index(row, training),
            TrainingEvent::ParticipantEnrolled(event) => {
                trainings.of_participants.note(event.participant, row)
            }
            _ => {}
        }
    }
}
