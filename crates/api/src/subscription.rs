//! Subscriptions: everything after a position from the log, then live, gap-free and once.
//!
//! An event goes out only after the view that has it is published. Nothing is buffered for a slow client: its stream
//! waits, and the transport closes it when one item waits too long; it resumes from its last position.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, ID, InputObject, Result, SimpleObject, Subscription};
use daftar_domain::envelope::{EntityId, Position, Recorded};
use daftar_domain::policy::Actor;
use futures_util::stream::{Stream, unfold};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::auth::scope::{actor, reads_event};
use crate::error::{Fault, fault};
use crate::history::Event;
use crate::scalar;
use crate::server::{Reached, Server};
use crate::view::View;

mod feed;
mod live;

pub use feed::{End, Feed};
pub use live::LiveSubscription;

/// Which events are wanted; all conditions hold together.
#[derive(Debug, Default, InputObject)]
pub struct EventSubscriptionFilter {
    /// Types of events, such as `ExportRecorded`; at most 100.
    types: Option<Vec<String>>,
    /// Nodes that the events are about or concern; at most 100.
    entities: Option<Vec<ID>>,
}

/// An event, or word of how far the log has been read when nothing matched.
#[derive(SimpleObject)]
pub struct EventItem {
    /// The event; null in an item that only tells progress.
    event: Option<Event>,
    /// Everything up to here was sent or did not match: `after` of the next subscription.
    position: scalar::Position,
}

/// The filter as it is compared with.
#[derive(Default)]
struct Wanted {
    types: Option<Vec<String>>,
    entities: Option<Vec<EntityId>>,
}

impl Wanted {
    fn read(filter: EventSubscriptionFilter) -> Result<Self> {
        let EventSubscriptionFilter { types, entities } = filter;
        let most = types.as_ref().map_or(0, Vec::len).max(entities.as_ref().map_or(0, Vec::len));
        if most > 100 {
            return Err(fault(
                Fault::InvalidArgument,
                format!("`filter` has {most} values; it may have 100"),
            ));
        }
        let known = |name: &String| daftar_domain::EventData::names(name);
        if let Some(name) = types.iter().flatten().find(|name| !known(name)) {
            return Err(fault(
                Fault::InvalidArgument,
                format!("`filter.types`: there is no type {name:?} of events"),
            ));
        }
        let decode = |id: &ID| {
            crate::node::decode(id)
                .ok_or_else(|| fault(Fault::InvalidArgument, "`filter.entities`: an ID names no node"))
        };
        let entities = entities.map(|ids| ids.iter().map(decode).collect::<Result<Vec<_>>>()).transpose()?;
        Ok(Self { types, entities })
    }

    fn matches(&self, recorded: &Recorded) -> bool {
        let event = &recorded.event;
        let about = |entity: &EntityId| event.entity == *entity || event.refs.contains(entity);
        self.types.as_ref().is_none_or(|types| types.iter().any(|name| name == event.data.type_name()))
            && self.entities.as_ref().is_none_or(|entities| entities.iter().any(about))
    }
}

/// What is told as it is recorded.
#[derive(Default)]
pub struct EventSubscription;

#[Subscription]
impl EventSubscription {
    /// Every event after a position, in the order of the log, each once and without a gap: first those that are
    /// recorded, then each as it is recorded. When nothing matches for some seconds (10 by default), an item without
    /// an event tells the position.
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "The position after which to begin: that of the last item seen, or \"0\" for all. Without \
                          one, only what is recorded from now on."
        )]
        after: Option<scalar::Position>,
        #[graphql(desc = "Which events are wanted; all when left out.")] filter: Option<
            EventSubscriptionFilter,
        >,
    ) -> Result<impl Stream<Item = Result<EventItem>> + use<>> {
        let server = Arc::clone(context.data_unchecked::<Arc<Server>>());
        let wanted = Wanted::read(filter.unwrap_or_default())?;
        let end = server.feed.end();
        let after = after.map_or(end.position, |position| position.0);
        if after > end.position {
            let message = format!("`after` is {after}, but the log ends at {}", end.position);
            return Err(fault(Fault::InvalidArgument, message));
        }
        let reads = context.data_unchecked::<Reached>().clone();
        let reader = Reader::new(server, (*actor(context), reads_event), after, wanted, reads);
        Ok(unfold(Some(reader), |reader| async {
            let mut reader = reader?;
            match reader.next().await {
                Ok(item) => Some((Ok(item), Some(reader))),
                Err(error) => Some((Err(error), None)),
            }
        }))
    }
}

/// Whether an actor is told of an event.
type Told = fn(&Actor, &View, &Recorded) -> bool;

/// Reads the log behind the published view.
struct Reader {
    server: Arc<Server>,
    actor: Actor,
    told: Told,
    wanted: Wanted,
    reads: Reached,
    end: watch::Receiver<End>,
    /// The next commit to read.
    commit: u64,
    /// Events of commits that were read and not sent.
    waiting: VecDeque<Arc<Recorded>>,
    /// The last position that was sent or passed over.
    position: Position,
    /// When the position is told at the latest.
    progress: Instant,
    every: Duration,
}

impl Reader {
    fn new(
        server: Arc<Server>,
        (actor, told): (Actor, Told),
        after: Position,
        wanted: Wanted,
        reads: Reached,
    ) -> Self {
        let end = server.feed.watch();
        // Beyond the end this is the last commit, whose events are all passed over.
        let commit = server.commits.holding(after + 1);
        let every = server.config.subscription.progress();
        let progress = Instant::now() + every;
        Self {
            server,
            actor,
            told,
            wanted,
            reads,
            end,
            commit,
            waiting: VecDeque::new(),
            position: after,
            progress,
            every,
        }
    }

    /// The next event that matches, or the position when none did for a while.
    async fn next(&mut self) -> Result<EventItem> {
        loop {
            while let Some(recorded) = self.waiting.pop_front() {
                self.position = recorded.position;
                if self.wanted.matches(&recorded) {
                    let view = self.reads.renew(&self.server);
                    if !(self.told)(&self.actor, &view, &recorded) {
                        continue;
                    }
                    return Ok(self.item(Some(Event::seen_in(recorded, &view))));
                }
            }
            if Instant::now() >= self.progress {
                self.reads.renew(&self.server);
                return Ok(self.item(None));
            }
            let end = *self.end.borrow_and_update();
            if self.commit <= end.commit {
                let events = feed::commit(&self.server, self.commit).await?;
                let after = self.position;
                self.waiting.extend(events.iter().filter(|event| event.position > after).cloned());
                self.commit += 1;
            } else if let Ok(Err(_)) = timeout_at(self.progress, self.end.changed()).await {
                return Err(fault(Fault::NotReady, "the server is stopping"));
            }
        }
    }

    fn item(&mut self, event: Option<Event>) -> EventItem {
        self.progress = Instant::now() + self.every;
        EventItem { event, position: scalar::Position(self.position) }
    }
}
