//! Questions that are answered again as the record changes.
//!
//! Each answer is of one view and newer than the one before; what is recorded while an answer rests is in the next one.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use futures_util::stream::{Stream, unfold};
use tokio::time::{Instant, sleep_until};

use super::{EventItem, EventSubscriptionFilter, Reader, Told, Wanted};
use crate::auth::scope::{actor, tells_of};
use crate::scalar;
use crate::schema::QueryRoot;
use crate::server::{Reached, Server};

/// Every question, answered anew; or word of how far the log has been read when nothing matched.
#[derive(SimpleObject)]
pub struct LiveItem {
    /// The questions, on the newest view; null in an item that only tells progress.
    query: Option<QueryRoot>,
    /// What the answers have seen.
    position: scalar::Position,
}

/// Questions that stay open.
#[derive(Default)]
pub struct LiveSubscription;

#[Subscription]
impl LiveSubscription {
    /// Every question, answered at once and again after each commit with an event that matches. Commits that follow one
    /// another fast, or faster than the client reads, are answered together, on the newest view. When nothing matches
    /// for some seconds (10 by default), an item without answers tells the position.
    async fn live(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which events change the answers; all when left out.")] touching: Option<
            EventSubscriptionFilter,
        >,
    ) -> Result<impl Stream<Item = Result<LiveItem>> + use<>> {
        let server = Arc::clone(context.data_unchecked::<Arc<Server>>());
        // That something was recorded, everybody sees by the position; of what, not everybody.
        let told: Told = if touching.is_some() { tells_of } else { |_, _, _| true };
        let wanted = Wanted::read(touching.unwrap_or_default())?;
        let (end, reads) = (server.feed.end(), context.data_unchecked::<Reached>().clone());
        let reader = Reader::new(server, (*actor(context), told), end.position, wanted, reads);
        Ok(unfold(Some((reader, None)), |reading| async {
            let (mut reader, answered) = reading?;
            match reader.next_answer(answered).await {
                Ok(item) => Some((Ok(item), Some((reader, Some(Instant::now()))))),
                Err(error) => Some((Err(error), None)),
            }
        }))
    }
}

impl Reader {
    /// The newest view: at first as it is, then when an event matched, but not before a rest after the last answer.
    async fn next_answer(&mut self, answered: Option<Instant>) -> Result<LiveItem> {
        if let Some(answered) = answered {
            let EventItem { event, position } = self.next().await?;
            if event.is_none() {
                return Ok(LiveItem { query: None, position });
            }
            sleep_until(answered + self.server.config.subscription.live_rest()).await;
        }
        let end = *self.end.borrow_and_update();
        let view = self.reads.renew(&self.server);
        // The view has all up to the end, and perhaps more: nothing that it has is told of again.
        self.commit = self.commit.max(end.commit + 1);
        self.waiting.clear();
        self.position = view.position;
        self.progress = Instant::now() + self.every;
        let position = scalar::Position(view.position);
        Ok(LiveItem { query: Some(QueryRoot::on(view)), position })
    }
}
