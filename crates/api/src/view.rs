//! The read model: what the log says up to a position, in the shape in which it is asked for.
//!
//! A view is one immutable value that is cheap to clone. It is a fold of the log and nothing else: the same events give
//! the same view. A request reads one view, so all its answers agree; nothing here does I/O or takes a lock while
//! reading. Rows are numbered densely in the order of recording and never go away; facts keep their dates and
//! positions, so that a view as of an earlier position is made of the newest one without a fold, and answers what that
//! position's own view answered.

pub mod amended;
pub mod commands;
pub mod condition;
pub mod counts;
pub mod dated;
pub mod facet;
pub mod figures;
pub mod lists;
pub mod noted;
pub mod order;
pub mod row;
pub mod search;
pub mod select;

mod views;

use std::ops::RangeInclusive;
use std::sync::Arc;

use daftar_domain::envelope::{EntityId, Position, Recorded};
use daftar_domain::reference::Reference;
use daftar_domain::rules::Finding;
use daftar_domain::value::{Date, Moment};
use daftar_domain::{EventData, State};
use imbl::Vector;

use crate::consortium::row::ConsortiumRows;
use crate::emc::row::EmcRows;
use crate::export::row::ExportRows;
use crate::history::EventSource;
use crate::park::row::ParkRows;
use crate::period::row::ClosingRows;
use crate::publication::row::PublicationRows;
use crate::research::row::ResearchRows;
use crate::revival::row::RevivalRows;
use crate::sme::row::SmeRows;
use crate::statement::row::StatementRows;
use crate::training::row::TrainingRows;
use commands::{Command, Commands};
use noted::Noted;
use row::Row;
pub use views::Views;

/// What is asked of the log up to a position.
#[derive(Clone, Default)]
pub struct View {
    /// The position of the last event that was folded; 0 before the first.
    pub position: Position,
    /// When its command was recorded.
    pub recorded_at: Option<Moment>,
    /// The state that the newest view was published with; findings and persons are answered from here.
    pub state: State,
    /// The reference tables.
    pub reference: Arc<Reference>,
    /// The reference tables as they became, each with the position from which they stood.
    pub(crate) references: Vector<(Position, Arc<Reference>)>,
    /// Where each command ended.
    pub commands: Commands,
    /// Parks.
    pub parks: ParkRows,
    /// Units.
    pub smes: SmeRows,
    /// Revival cases.
    pub revivals: RevivalRows,
    /// Consortiums.
    pub consortiums: ConsortiumRows,
    /// Export management companies.
    pub emcs: EmcRows,
    /// Exports.
    pub exports: ExportRows,
    /// Courses and workshops.
    pub trainings: TrainingRows,
    /// Research and study projects.
    pub researches: ResearchRows,
    /// Official statements.
    pub statements: StatementRows,
    /// Published figures.
    pub publications: PublicationRows,
    /// Closed periods.
    pub periods: ClosingRows,
    /// Where the events themselves are read, once somebody asks for them.
    pub events: Option<Arc<dyn EventSource>>,
}

impl View {
    /// The version of what a view answers: it grows with every release that answers the same question to the same events
    /// otherwise.
    pub const VERSION: u32 = 1;

    /// Folds an event. Events come in the order of the log, each once; [`View::settle`] makes lists and searches show
    /// what was folded.
    pub fn fold(&mut self, recorded: &Recorded) {
        self.position = recorded.position;
        self.recorded_at = Some(recorded.recorded_at);
        self.commands.note(recorded);
        let event = &recorded.event;
        match (&event.data, event.entity) {
            (EventData::Export(data), EntityId::Export(id)) => self.fold_export(id, data, recorded),
            (EventData::Sme(data), EntityId::Sme(id)) => self.fold_sme(id, data, recorded),
            (EventData::Revival(data), EntityId::Revival(id)) => self.fold_revival(id, data, recorded),
            (EventData::Consortium(data), EntityId::Consortium(id)) => {
                self.fold_consortium(id, data, recorded);
            }
            (EventData::Emc(data), EntityId::Emc(id)) => self.fold_emc(id, data, recorded),
            (EventData::Park(data), EntityId::Park(id)) => self.fold_park(id, data, recorded),
            (EventData::Training(data), EntityId::Training(id)) => self.fold_training(id, data, recorded),
            (EventData::Research(data), EntityId::Research(id)) => self.fold_research(id, data, recorded),
            (EventData::Statement(data), EntityId::Statement(id)) => self.fold_statement(id, data, recorded),
            (EventData::Period(data), EntityId::Closing(id)) => self.fold_period(id, data, recorded),
            (EventData::Publication(data), EntityId::Publication(id)) => {
                self.fold_publication(id, data, recorded);
            }
            (EventData::Reference(data), _) => self.fold_reference(data, recorded),
            // Persons and proposals are read from the state, whose facts keep their positions.
            (EventData::Person(_), EntityId::Person(_))
            | (
                EventData::Privacy(_)
                | EventData::Signing(_)
                | EventData::Opening(_)
                | EventData::Approval(_),
                _,
            ) => {}
            (data, entity) => unreachable!("the codec refuses {} of {entity}", data.type_name()),
        }
        self.note(event.entity, recorded.position, true);
        event.refs.iter().for_each(|entity| self.note(*entity, recorded.position, false));
    }

    /// Adds an event to the history of an entity that it belongs to or concerns.
    fn note(&mut self, entity: EntityId, position: Position, own: bool) {
        match entity {
            EntityId::Log | EntityId::Reference | EntityId::Vault => {}
            EntityId::Person(_) | EntityId::Proposal(_) => {}
            EntityId::Park(id) => self.parks.note(id, position, own),
            EntityId::Sme(id) => self.smes.note(id, position, own),
            EntityId::Revival(id) => self.revivals.note(id, position, own),
            EntityId::Consortium(id) => self.consortiums.note(id, position, own),
            EntityId::Emc(id) => self.emcs.note(id, position, own),
            EntityId::Export(id) => self.exports.note(id, position, own),
            EntityId::Training(id) => self.trainings.note(id, position, own),
            EntityId::Research(id) => self.researches.note(id, position, own),
            EntityId::Statement(id) => self.statements.note(id, position, own),
            EntityId::Publication(id) => self.publications.note(id, position, own),
            EntityId::Closing(id) => self.periods.note(id, position, own),
        }
    }

    /// The history of an entity; none for one that is not recorded in this view, and for the log, the tables and proposals.
    pub fn noted(&self, entity: EntityId) -> Option<&Noted> {
        Some(match entity {
            EntityId::Log | EntityId::Reference | EntityId::Vault => return None,
            EntityId::Person(_) | EntityId::Proposal(_) => return None,
            EntityId::Park(id) => self.parks.row(self.parks.by_id(id)?).get().noted(),
            EntityId::Sme(id) => self.smes.row(self.smes.by_id(id)?).get().noted(),
            EntityId::Revival(id) => self.revivals.row(self.revivals.by_id(id)?).get().noted(),
            EntityId::Consortium(id) => self.consortiums.row(self.consortiums.by_id(id)?).get().noted(),
            EntityId::Emc(id) => self.emcs.row(self.emcs.by_id(id)?).get().noted(),
            EntityId::Export(id) => self.exports.row(self.exports.by_id(id)?).get().noted(),
            EntityId::Training(id) => self.trainings.row(self.trainings.by_id(id)?).get().noted(),
            EntityId::Research(id) => self.researches.row(self.researches.by_id(id)?).get().noted(),
            EntityId::Statement(id) => self.statements.row(self.statements.by_id(id)?).get().noted(),
            EntityId::Publication(id) => self.publications.row(self.publications.by_id(id)?).get().noted(),
            EntityId::Closing(id) => self.periods.row(self.periods.by_id(id)?).get().noted(),
        })
    }

    /// Makes orders and searches show all that was folded. Costs what was changed, or a sort where much was.
    pub fn settle(&mut self) {
        self.parks.settle();
        self.smes.settle(&self.reference);
        self.revivals.settle();
        self.settle_outcomes();
        self.consortiums.settle();
        self.emcs.settle();
        self.exports.settle();
        self.trainings.settle();
        self.researches.settle();
        self.statements.settle();
        self.publications.settle();
        self.periods.settle();
    }

    /// A view of all events so far, and the state that they led to.
    pub fn of<'a>(state: State, events: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut view = Self { state, ..Self::default() };
        events.into_iter().for_each(|recorded| view.fold(recorded));
        view.settle();
        view
    }

    /// The view as of the end of an earlier command. Costs the same however much was recorded; what lists need is made
    /// when they are asked.
    pub fn as_of(&self, end: Command) -> Self {
        let at = end.position;
        let reference = match self.references.iter().rfind(|(from, _)| *from <= at) {
            Some((_, reference)) => Arc::clone(reference),
            None => Arc::default(),
        };
        Self {
            position: at,
            recorded_at: Some(end.recorded_at),
            parks: self.parks.as_of(at),
            smes: self.smes.as_of(at, [Arc::clone(&self.reference), Arc::clone(&reference)]),
            revivals: self.revivals.as_of(at),
            consortiums: self.consortiums.as_of(at),
            emcs: self.emcs.as_of(at),
            exports: self.exports.as_of(at),
            trainings: self.trainings.as_of(at),
            researches: self.researches.as_of(at),
            statements: self.statements.as_of(at),
            publications: self.publications.as_of(at),
            periods: self.periods.as_of(at),
            reference,
            ..self.clone()
        }
    }

    /// Facts at some positions that later events undercut, in order.
    pub fn findings(&self, facts: RangeInclusive<Position>) -> impl Iterator<Item = &Finding> {
        self.state.findings.as_of(self.position, facts)
    }

    /// The same from the last to the first.
    pub fn findings_backward(&self, facts: RangeInclusive<Position>) -> impl Iterator<Item = &Finding> {
        self.state.findings.as_of_backward(self.position, facts)
    }

    /// The day that it is in Tehran when the last event was recorded: what holds "now" in this view.
    pub fn today(&self) -> Date {
        self.recorded_at.map_or(Date::MIN, Moment::tehran_date)
    }
}
