//! What changed after a position, entity by entity.
//!
//! Entities come in the order of the first event that each is in after the position: later events add to the end, and
//! never move what was told. A page costs the events that it passes over.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use daftar_domain::envelope::{EntityId, Position};

use crate::connection::{Connection, PAGE_DEFAULT, PAGE_MOST, PageArguments, cursor};
use crate::history::{Event, history};
use crate::node::{self, Node, Reads};
use crate::refusal::{Answer, Refusal};
use crate::scalar;
use crate::view::View;

/// The most events that a page passes over; one that comes to it is shorter than was asked, and leads on.
const PASSED_MOST: u64 = 20_000;

/// An entity that changed after a position.
#[derive(Clone)]
pub struct Change {
    view: Arc<View>,
    since: Position,
    entity: EntityId,
}

impl Change {
    fn positions(&self) -> impl ExactSizeIterator<Item = Position> {
        let noted = self.view.noted(self.entity).expect("an entity that changed is recorded");
        noted.between(self.since, self.view.position)
    }
}

/// An entity that changed after a position, and how.
#[Object]
impl Change {
    /// Its opaque ID.
    fn entity_id(&self) -> ID {
        node::encode(self.entity)
    }

    /// The entity as it stands after the changes.
    fn entity(&self) -> Option<Node> {
        Node::find(&self.view, self.entity)
    }

    /// Whether it was recorded after the position.
    fn is_new(&self) -> bool {
        self.view.noted(self.entity).is_some_and(|noted| noted.first() > self.since)
    }

    /// How many events it is in after the position: its own, and those of others that concern it.
    fn event_count(&self) -> u64 {
        self.positions().len() as u64
    }

    /// The position of the first of them.
    fn first_position(&self) -> Option<scalar::Position> {
        self.positions().next().map(scalar::Position)
    }

    /// The position of the last of them.
    fn last_position(&self) -> Option<scalar::Position> {
        self.positions().last().map(scalar::Position)
    }

    /// Those events, in the order of the log.
    fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Event>>> {
        let page = PageArguments::new(first, after, last, before);
        Some(history(context, &self.view, self.entity, self.positions(), &page))
    }
}

/// A page of the entities that changed.
#[derive(SimpleObject)]
pub struct ChangePage {
    /// The entities, in the order of their first change. A page that has passed over very many events is shorter than was
    /// asked.
    nodes: Vec<Change>,
    /// Whether there may be more.
    has_next_page: bool,
    /// The cursor to go on after; null when nothing was passed.
    end_cursor: Option<String>,
}

/// What changed.
#[derive(Default)]
pub struct ChangeQuery(pub Reads);

#[Object]
impl ChangeQuery {
    /// The entities that changed after a position, each once, in the order of their first change. Within `at`, those that
    /// changed between the two. To follow the record, ask again with the position of this answer.
    fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The position; changes up to it are not told.")] since: scalar::Position,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after, of a page with the same `since`.")] after: Option<
            String,
        >,
    ) -> Option<Answer<ChangePage>> {
        Some(changes(self.0.view(context), since.0, first, after.as_ref()).map_err(Into::into))
    }
}

/// A place in the log: a position, and the place of an entity among those of its event.
type At = (Position, u32);

fn changes(
    view: &Arc<View>,
    since: Position,
    first: Option<i32>,
    after: Option<&String>,
) -> Result<ChangePage, Refusal> {
    let asked = first.unwrap_or(PAGE_DEFAULT as i32);
    let first = match usize::try_from(asked) {
        Ok(first) if first <= PAGE_MOST => first,
        _ => return Err(Refusal::PageSize { argument: "first", asked: asked.into(), most: PAGE_MOST }),
    };
    if since > view.position {
        return Err(Refusal::AsOf { argument: "since", why: "is beyond the view's position" });
    }
    let source = view.events.as_ref().ok_or(Refusal::Fault("the events can't be read"))?;
    let after: Option<At> = cursor::read("after", after)?;
    let mut at: At = after.unwrap_or((since, u32::MAX));
    let begin = at.0.max(since);
    let last = begin.saturating_add(PASSED_MOST).min(view.position);
    let mut nodes: Vec<Change> = Vec::new();
    'page: for position in begin.max(1)..=last {
        let event = source.event(position).ok_or(Refusal::Fault("an event can't be read"))?;
        let entities = std::iter::once(event.event.entity).chain(event.event.refs.iter().copied());
        for (place, entity) in (0..).zip(entities) {
            if (position, place) <= at || !first_change(view, since, entity, position, &nodes) {
                continue;
            }
            if nodes.len() == first {
                break 'page;
            }
            nodes.push(Change { view: Arc::clone(view), since, entity });
            at = (position, place);
        }
        at = (position, u32::MAX);
    }
    let passed = (at.0 > since).then(|| cursor::write(&at));
    Ok(ChangePage { has_next_page: at < (view.position, u32::MAX), end_cursor: passed, nodes })
}

/// Whether an event is the first after a position that an entity is in.
fn first_change(view: &View, since: Position, entity: EntityId, position: Position, told: &[Change]) -> bool {
    let noted = view.noted(entity);
    let first = noted.and_then(|noted| noted.between(since, view.position).next());
    // An event may name an entity twice.
    let again = told.last().is_some_and(|told| told.entity == entity);
    first == Some(position) && !again
}
