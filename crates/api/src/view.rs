//! The read model: what the log says up to a position, in the shape in which it is asked for.
//!
//! A view is one immutable value that is cheap to clone. It is a fold of the log and nothing else: the same events give
//! the same view. A request reads one view, so all its answers agree; nothing here does I/O or takes a lock while
//! reading. Rows are numbered densely in the order of recording and never go away; facts keep their dates and
//! positions.

pub mod condition;
pub mod counts;
pub mod dated;
pub mod facet;
pub mod order;
pub mod row;
pub mod search;
pub mod select;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use daftar_domain::envelope::{EntityId, Position, Recorded};
use daftar_domain::reference::Reference;
use daftar_domain::value::{Date, Moment};
use daftar_domain::{EventData, State};
use tokio::sync::watch;

use crate::consortium::row::ConsortiumRows;
use crate::emc::row::EmcRows;
use crate::export::row::ExportRows;
use crate::history::EventSource;
use crate::park::row::ParkRows;
use crate::revival::row::RevivalRows;
use crate::sme::row::SmeRows;

/// What is asked of the log up to a position.
#[derive(Clone, Default)]
pub struct View {
    /// The position of the last event that was folded; 0 before the first.
    pub position: Position,
    /// When its command was recorded.
    pub recorded_at: Option<Moment>,
    /// The state that this view was published with; its findings are answered from here.
    pub state: State,
    /// The reference tables.
    pub reference: Arc<Reference>,
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
            (EventData::Reference(data), _) => self.fold_reference(data, recorded),
            (EventData::Opening(_), _) => {}
            (data, entity) => unreachable!("the codec refuses {} of {entity}", data.type_name()),
        }
        for entity in std::iter::once(&event.entity).chain(&event.refs) {
            self.note(*entity, recorded.position);
        }
    }

    /// Adds an event to the history of an entity that it belongs to or concerns.
    fn note(&mut self, entity: EntityId, position: Position) {
        match entity {
            EntityId::Log | EntityId::Reference => {}
            EntityId::Park(id) => self.parks.note(id, position),
            EntityId::Sme(id) => self.smes.note(id, position),
            EntityId::Revival(id) => self.revivals.note(id, position),
            EntityId::Consortium(id) => self.consortiums.note(id, position),
            EntityId::Emc(id) => self.emcs.note(id, position),
            EntityId::Export(id) => self.exports.note(id, position),
        }
    }

    /// Makes orders and searches show all that was folded. Costs what was changed, or a sort where much was.
    pub fn settle(&mut self) {
        self.parks.settle();
        self.smes.settle(&self.reference);
        self.revivals.settle();
        self.consortiums.settle();
        self.emcs.settle();
        self.exports.settle();
    }

    /// A view of all events so far, and the state that they led to.
    pub fn of<'a>(state: State, events: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut view = Self { state, ..Self::default() };
        events.into_iter().for_each(|recorded| view.fold(recorded));
        view.settle();
        view
    }

    /// The day that it is in Tehran when the last event was recorded: what holds "now" in this view.
    pub fn today(&self) -> Date {
        self.recorded_at.map_or(Date::MIN, Moment::tehran_date)
    }
}

/// The newest view, for readers on any thread, and the one writer that publishes the next.
pub struct Views {
    newest: ArcSwap<View>,
    next: Mutex<View>,
    reached: watch::Sender<Position>,
}

impl Views {
    /// Views that start from what a replay has folded.
    pub fn new(mut view: View) -> Self {
        view.settle();
        let reached = watch::Sender::new(view.position);
        Self { newest: ArcSwap::from_pointee(view.clone()), next: Mutex::new(view), reached }
    }

    /// The newest view.
    pub fn newest(&self) -> Arc<View> {
        self.newest.load_full()
    }

    /// Folds what was recorded into the next view and makes it the newest. Called by the one writer, in the order of
    /// the log, before it acknowledges.
    pub fn publish(&self, state: State, recorded: &[Recorded]) {
        // A fold that panicked left a half-made view behind: nothing may be published after it.
        let mut next = self.next.lock().expect("no fold has panicked");
        recorded.iter().for_each(|recorded| next.fold(recorded));
        next.state = state;
        next.settle();
        self.newest.store(Arc::new(next.clone()));
        self.reached.send_replace(next.position);
    }

    /// A view that has reached a position, as soon as there is one.
    pub async fn reached(&self, position: Position) -> Arc<View> {
        let mut reached = self.reached.subscribe();
        // The sender lives as long as `self`, so waiting can't fail.
        let _ = reached.wait_for(|reached| *reached >= position).await;
        self.newest()
    }

    /// The positions of new views, as they are published.
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.reached.subscribe()
    }
}
