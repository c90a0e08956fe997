//! The record as it was known: every read field of the root, as of a position or a moment.
//!
//! A past view answers what the newest view of that position answered, by the code of today. It is made of the newest
//! view without a fold, and kept for a while, because what is asked of the past is asked again.

use std::sync::Arc;

use async_graphql::{Context, MergedObject, Object, OneofObject};
use daftar_domain::ledger::{Clock, SystemClock};

use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{DateTime, Position};
use crate::server::{Reached, Server};
use crate::view::View;
use crate::view::commands::Command;
use crate::{
    changes, consortium, emc, export, finding, history, node, overview, park, period, person, proof,
    publication, reference, research, revival, search, signing, sme, statement, training,
};

/// A point of the record: when something was known, not when it was true.
#[derive(Clone, Debug, OneofObject)]
pub enum AsOfInput {
    /// After the event at this position; within a command, after the command before it.
    Position(Position),
    /// After the last command that was recorded at this moment or before. It must have passed.
    Time(DateTime),
}

/// The record as it was known at a point. What it answers never changes, but that an erased value is told no more.
#[derive(MergedObject, Default)]
pub struct AsOf(
    overview::OverviewQuery,
    sme::SmeQuery,
    park::ParkQuery,
    revival::RevivalQuery,
    consortium::ConsortiumQuery,
    emc::EmcQuery,
    export::ExportQuery,
    training::TrainingQuery,
    research::ResearchQuery,
    statement::StatementQuery,
    publication::PublicationQuery,
    person::PersonQuery,
    period::PeriodQuery,
    signing::SigningQuery,
    reference::ReferenceQuery,
    finding::FindingQuery,
    history::EventQuery,
    search::SearchQuery,
    proof::ProofQuery,
    node::NodeQuery,
    changes::ChangeQuery,
);

impl AsOf {
    /// Every question, answered from one view.
    pub fn new(from: &Reads) -> Self {
        let reads = || from.clone();
        Self(
            overview::OverviewQuery(reads()),
            sme::SmeQuery(reads()),
            park::ParkQuery(reads()),
            revival::RevivalQuery(reads()),
            consortium::ConsortiumQuery(reads()),
            emc::EmcQuery(reads()),
            export::ExportQuery(reads()),
            training::TrainingQuery(reads()),
            research::ResearchQuery(reads()),
            statement::StatementQuery(reads()),
            publication::PublicationQuery(reads()),
            person::PersonQuery(reads()),
            period::PeriodQuery(reads()),
            signing::SigningQuery(reads()),
            reference::ReferenceQuery(reads()),
            finding::FindingQuery(reads()),
            history::EventQuery(reads()),
            search::SearchQuery(reads()),
            proof::ProofQuery(reads()),
            node::NodeQuery(reads()),
            changes::ChangeQuery(reads()),
        )
    }
}

/// The way into the past.
#[derive(Default)]
pub struct AsOfQuery(pub Reads);

#[Object]
impl AsOfQuery {
    /// The record as it was known at a point. `position` and `recordedAt` of the answer tell which command was the last
    /// one then; `on` and `period` ask, as ever, when something was true.
    async fn at(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The point.")] as_of: AsOfInput,
    ) -> Option<Answer<AsOf>> {
        Some(at(context, self.0.view(context), &as_of).await.map_err(Into::into))
    }
}

async fn at(context: &Context<'_>, newest: &Arc<View>, as_of: &AsOfInput) -> Result<AsOf, Refusal> {
    let past = match as_of {
        AsOfInput::Position(position) => known_at(context, newest, position.0)?,
        AsOfInput::Time(time) => {
            let (base, end) = at_time(context, newest, time).await?;
            past(context, &base, end)
        }
    };
    Ok(AsOf::new(&Reads::past(past)))
}

/// The view as of a position, made of a newer one.
///
/// # Errors
/// `INVALID_AS_OF`.
pub fn known_at(context: &Context<'_>, newer: &Arc<View>, position: u64) -> Result<Arc<View>, Refusal> {
    Ok(past(context, newer, at_position(newer, position)?))
}

fn past(context: &Context<'_>, newer: &Arc<View>, end: Command) -> Arc<View> {
    match context.data_opt::<Arc<Server>>() {
        Some(server) => server.views.past(newer, end),
        None => Arc::new(newer.as_of(end)),
    }
}

fn at_position(newest: &View, position: u64) -> Result<Command, Refusal> {
    if position > newest.position {
        return Err(Refusal::AsOf { argument: "asOf.position", why: "is beyond the newest position" });
    }
    let before = Refusal::AsOf { argument: "asOf.position", why: "lies before the first event" };
    newest.commands.ended(position).ok_or(before)
}

/// The last command that was recorded at a moment or before, and a view that has it.
async fn at_time(
    context: &Context<'_>,
    newest: &Arc<View>,
    time: &DateTime,
) -> Result<(Arc<View>, Command), Refusal> {
    let moment = time.value().map_err(Refusal::value("asOf.time"))?;
    let mut base = Arc::clone(newest);
    if newest.recorded_at.is_none_or(|last| last <= moment) {
        // Nothing that is recorded from now on may be of that moment, and what is under way must be seen.
        let server = context.data_opt::<Arc<Server>>();
        let server = server.filter(|_| moment < SystemClock.now());
        let Some(server) = server else {
            let why = "has not passed yet by the ledger's clock";
            return Err(Refusal::AsOf { argument: "asOf.time", why });
        };
        let settled = server.ledger.dry_run(Vec::new()).await;
        settled.map_err(|_| Refusal::Fault("the ledger does not answer"))?;
        base = match context.data_opt::<Reached>() {
            Some(reached) => reached.renew(server),
            None => server.views.newest(),
        };
    }
    let before = Refusal::AsOf { argument: "asOf.time", why: "lies before the first event" };
    let end = base.commands.recorded(moment).ok_or(before)?;
    Ok((base, end))
}
