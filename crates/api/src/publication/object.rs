//! What can be asked of published figures.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::publication::FigurePublished;
use daftar_domain::value::PublicationId;

use super::row::PublicationRow;
use crate::connection::{Connection, PageArguments};
use crate::history::{Event, history};
use crate::node;
use crate::proof;
use crate::refusal::Answer;
use crate::scalar::{Date, Position};
use crate::view::View;
use crate::view::row::RowAt;

/// A published figure.
#[derive(Clone)]
pub struct PublishedFigure {
    view: Arc<View>,
    row: u32,
}

impl PublishedFigure {
    /// The figure of a row.
    pub fn new(view: &Arc<View>, row: u32) -> Self {
        Self { view: Arc::clone(view), row }
    }

    /// The figure with an ID.
    pub fn find(view: &Arc<View>, id: PublicationId) -> Option<Self> {
        view.publications.by_id(id).map(|row| Self::new(view, row))
    }

    fn row(&self) -> RowAt<'_, PublicationRow> {
        self.view.publications.row(self.row)
    }

    fn figure(&self) -> &FigurePublished {
        &self.row().get().figure
    }
}

/// A figure that the office has published, bound to the record by its certificate: `daftar audit check` computes it anew
/// from the certificate's file and the log.
#[Object]
impl PublishedFigure {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Publication(self.row().id))
    }

    /// What it is called, in Persian.
    fn name(&self) -> &str {
        self.figure().name.as_str()
    }

    /// The Latin name.
    fn name_latin(&self) -> Option<&str> {
        self.figure().name_latin.as_ref().map(|name| name.as_str())
    }

    /// The day of its publication.
    fn published_on(&self) -> Date {
        self.row().on.into()
    }

    /// SHA-256 of the certificate's file, in base64.
    fn certificate_hash(&self) -> String {
        self.figure().certificate.hash.to_string()
    }

    /// The position of the last event that the figure rests on.
    fn position(&self) -> Position {
        Position(self.figure().certificate.position.0)
    }

    /// The Merkle root over the events up to there, in base64.
    fn root(&self) -> String {
        self.figure().certificate.root.to_string()
    }

    /// SHA-256 of the answer, in base64.
    fn answer_hash(&self) -> String {
        self.figure().certificate.answer_hash.to_string()
    }

    /// Whether the log has that root at that position.
    fn is_sourced(&self, context: &Context<'_>) -> Option<Answer<bool>> {
        let certificate = &self.figure().certificate;
        let root = proof::root_at(context, certificate.position.0);
        Some(root.map(|root| root.0 == certificate.root.0))
    }

    /// Whether it was withdrawn.
    fn withdrawn(&self) -> bool {
        self.row().withdrawn().is_some()
    }

    /// The position of the event that withdrew it.
    fn withdrawn_at(&self) -> Option<Position> {
        self.row().withdrawn().map(Position)
    }

    /// How many events it has: the version that a command may expect.
    fn version(&self) -> u32 {
        self.row().version()
    }

    /// The events that it is in, in the order of the log.
    fn history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Event>>> {
        Some(history(
            context,
            &self.view,
            EntityId::Publication(self.row().id),
            self.row().events(),
            &PageArguments::new(first, after, last, before),
        ))
    }
}
