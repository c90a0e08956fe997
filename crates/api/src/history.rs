//! Events as they were recorded: of the whole log, and of one entity.
//!
//! A view knows which events concern an entity; the events themselves are read where they are kept, and only when
//! somebody asks for them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use daftar_domain::envelope::{EntityId, Position, Recorded};
use daftar_domain::policy::Actor;
use daftar_domain::vault::Field;

use crate::auth::scope::{actor, reads_entity, reads_event, reads_every_event};
use crate::connection::{Connection, PAGE_DEFAULT, PAGE_MOST, PageArguments, WholeList};
use crate::node::{self, Node, Reads, view};
use crate::person::{PersonalText, Purpose, Wanted, told};
use crate::proof::{self, InclusionProof};
use crate::refusal::{Answer, Refusal};
use crate::scalar;
use crate::view::View;

/// Where events are read.
pub trait EventSource: Send + Sync {
    /// The event at a position; none past the end, and where it can't be read at the moment.
    fn event(&self, position: Position) -> Option<Arc<Recorded>>;
}

/// Events that are kept in memory, from the first on.
impl EventSource for Vec<Arc<Recorded>> {
    fn event(&self, position: Position) -> Option<Arc<Recorded>> {
        self.get(usize::try_from(position.checked_sub(1)?).ok()?).cloned()
    }
}

/// Why something was corrected, voided or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::value::ReasonCode")]
pub enum ReasonCode {
    /// A slip at the keyboard.
    DataEntryError,
    /// The same fact stands in the record already.
    Duplicate,
    /// The source (customs, licence office) has changed its statement.
    SourceCorrected,
    /// The holder asked for it.
    HolderRequest,
    /// A court or authority decided it.
    AuthorityDecision,
    /// An obligation or condition was not met.
    ConditionNotMet,
    /// A term has run out.
    TermExpired,
    /// The holder became insolvent.
    Insolvency,
    /// A successor took over.
    Succession,
    /// None of these.
    Other,
}

/// Whether a fact was decided here or existed before the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::envelope::Basis")]
pub enum Basis {
    /// Judged by every rule when it was recorded.
    Decided,
    /// Taken over as dated history: licence prerequisites and a consortium's readiness were not asked.
    TakenOver,
}

/// The role in which somebody acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::policy::Role")]
pub enum Role {
    /// The software itself.
    System,
    /// Whoever sits at the machine, where no identity provider is configured.
    Local,
    /// Everyone.
    Public,
    /// Registers units and parks of a province.
    Operator,
    /// Records exports.
    ExportOfficer,
    /// Runs the programmes.
    ProgrammeOfficer,
    /// Reads everything but personal data, writes nothing.
    Auditor,
    /// Erases and releases personal data.
    PrivacyOfficer,
    /// Keys and closings.
    Administrator,
}

/// On whose authority a command was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::policy::Authority")]
pub enum Authority {
    /// One person decided alone, because no identity provider is configured.
    SinglePerson,
    /// The actor's role allows it.
    Role,
    /// Proposed by one person and approved by another.
    FourEyes,
}

/// An event of the log, and the view that has it where it is newer than the request's.
#[derive(Clone)]
pub struct Event(Arc<Recorded>, Option<Arc<View>>);

impl From<Arc<Recorded>> for Event {
    fn from(recorded: Arc<Recorded>) -> Self {
        Self(recorded, None)
    }
}

impl Event {
    /// An event with its entity as that view has it.
    pub fn seen_in(recorded: Arc<Recorded>, view: &Arc<View>) -> Self {
        Self(recorded, Some(Arc::clone(view)))
    }
}

/// An event of the log: something that happened, as it was recorded for good.
#[Object]
impl Event {
    /// Its number in the log.
    fn position(&self) -> scalar::Position {
        scalar::Position(self.0.position)
    }

    /// What kind of event it is, such as `SmeRegistered`.
    fn r#type(&self) -> &str {
        self.0.event.data.type_name()
    }

    /// The version of that kind in which it is written.
    fn type_version(&self) -> i32 {
        self.0.event.data.type_version().into()
    }

    /// The opaque ID of the entity whose history it belongs to.
    fn entity_id(&self) -> ID {
        node::encode(self.0.event.entity)
    }

    /// The entity whose history it belongs to; null for the log, the reference tables and the vault.
    fn entity(&self, context: &Context<'_>) -> Option<Node> {
        Node::find(self.1.as_ref().unwrap_or_else(|| view(context)), self.0.event.entity)
    }

    /// How many events that entity has, this one included.
    fn entity_version(&self) -> u32 {
        self.0.entity_version
    }

    /// The opaque IDs of other entities that it concerns.
    fn references(&self) -> Vec<ID> {
        self.0.event.refs.iter().map(|entity| node::encode(*entity)).collect()
    }

    /// When it was true: the local date in Tehran.
    fn effective_on(&self) -> scalar::Date {
        self.0.event.effective.into()
    }

    /// When its command was recorded.
    fn recorded_at(&self) -> scalar::DateTime {
        self.0.recorded_at.into()
    }

    /// The command that it came from.
    fn command_id(&self) -> ID {
        ID(self.0.command_id.to_string())
    }

    /// SHA-256 of the command's canonical input, in base64.
    fn command_hash(&self) -> String {
        self.0.command_hash.to_string()
    }

    /// Its number within the command, from 1.
    fn index(&self) -> i32 {
        self.0.index.into()
    }

    /// How many events the command has.
    fn of(&self) -> i32 {
        self.0.of.into()
    }

    /// The position of the event that this one corrects, voids or follows from.
    fn causation(&self) -> Option<scalar::Position> {
        self.0.event.causation.map(scalar::Position)
    }

    /// Who acted: a random ID, no name.
    fn actor_id(&self) -> ID {
        ID(self.0.actor.to_string())
    }

    /// In which role.
    fn role(&self) -> Role {
        self.0.role.into()
    }

    /// On whose authority.
    fn authority(&self) -> Authority {
        self.0.authority.into()
    }

    /// Whether it was decided here or taken over.
    fn basis(&self) -> Basis {
        self.0.event.basis.into()
    }

    /// Why, where a reason is asked.
    fn reason(&self) -> Option<ReasonCode> {
        self.0.event.reason.as_ref().map(|reason| reason.code.into())
    }

    /// The text of the reason, where there is one.
    async fn reason_text(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is read for; without it it is withheld.")] purpose: Option<Purpose>,
    ) -> Option<Result<PersonalText>> {
        let commitment = self.0.event.reason.as_ref()?.text?;
        let erased = view(context).state.privacy.is_text_erased(self.0.position);
        let wanted = Wanted { subject: None, field: Field::ReasonText, commitment, erased };
        Some(told(context, wanted, purpose).await)
    }

    /// The exact bytes of its line, which are hashed: one line of JSON.
    fn line(&self, context: &Context<'_>) -> Option<Answer<String>> {
        Some(proof::line(context, self.0.position))
    }

    /// The proof that its line stands at its position.
    fn proof(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "The number of events in the tree; that of the last checkpoint when left out, or of the log \
                          where the event is newer."
        )]
        size: Option<scalar::Position>,
    ) -> Option<Answer<InclusionProof>> {
        Some(proof::inclusion(context, self.0.position, size))
    }

    /// The facts, as JSON of the published schema of the event's type and version.
    fn data(&self) -> String {
        serde_json::to_string(&self.0.event.data).expect("an event has only string keys")
    }
}

/// A page of the history of an entity, from its events' positions in order.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_SIZE`, `INVALID_ARGUMENT`, `INVALID_CURSOR`; `INTERNAL` when events can't be read.
pub fn history(
    context: &Context<'_>,
    view: &Arc<View>,
    entity: EntityId,
    positions: impl Iterator<Item = Position>,
    arguments: &PageArguments,
) -> Answer<Connection<Event>> {
    let actor = actor(context);
    if !reads_entity(actor, view, entity) {
        return Err(Refusal::Forbidden("this history: it is not of your province").into());
    }
    let Some(source) = view.events.as_ref() else {
        return Err(Refusal::Fault("the events can't be read").into());
    };
    let source = Arc::clone(source);
    let every = reads_every_event(actor);
    // An event that can't be read is told as a fault on the page that it is on.
    let may = |position: &Position| {
        every || source.event(*position).is_none_or(|event| reads_event(actor, view, &event))
    };
    let items = positions.filter(may).map(|position| (position, position)).collect();
    let read = |position: &Position| {
        let event = source.event(*position).map(|event| Event::seen_in(event, view));
        event.ok_or(Refusal::Fault("an event can't be read"))
    };
    Ok(WholeList { items }.page_with(arguments, read)?)
}

/// A page of the log.
#[derive(SimpleObject)]
pub struct EventPage {
    /// The events, in the order of the log.
    nodes: Vec<Event>,
    /// Whether more events follow in this view.
    has_next_page: bool,
    /// The position to go on after.
    end_position: scalar::Position,
}

/// Look-ups in the log.
#[derive(Default)]
pub struct EventQuery(pub Reads);

#[Object]
impl EventQuery {
    /// The position of the last event that the answer rests on.
    fn position(&self, context: &Context<'_>) -> scalar::Position {
        scalar::Position(self.0.view(context).position)
    }

    /// When the command of that event was recorded; null before the first.
    fn recorded_at(&self, context: &Context<'_>) -> Option<scalar::DateTime> {
        self.0.view(context).recorded_at.map(Into::into)
    }

    /// The event at a position; null past the end.
    fn event(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its number in the log.")] position: scalar::Position,
    ) -> Option<Event> {
        let view = self.0.view(context);
        let source = view.events.as_ref().filter(|_| position.0 <= view.position)?;
        let recorded = source.event(position.0)?;
        reads_event(actor(context), view, &recorded).then(|| Event::seen_in(recorded, view))
    }

    /// The events after a position, in the order of the log; those that the caller may not read are left out.
    fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The position to begin after; from the first event when left out.")] after: Option<
            scalar::Position,
        >,
        #[graphql(desc = "How many, at most 100; 20 when left out.")] first: Option<i32>,
    ) -> Option<Answer<EventPage>> {
        Some(events(self.0.view(context), actor(context), after.map_or(0, |after| after.0), first))
    }
}

fn events(view: &Arc<View>, actor: &Actor, after: Position, first: Option<i32>) -> Answer<EventPage> {
    let asked = first.unwrap_or(PAGE_DEFAULT as i32);
    let first = match u64::try_from(asked) {
        Ok(first) if first <= PAGE_MOST as u64 => first,
        _ => return Err(Refusal::PageSize { argument: "first", asked: asked.into(), most: PAGE_MOST }.into()),
    };
    let last = after.saturating_add(first).min(view.position);
    let Some(source) = &view.events else { return Err(Refusal::Fault("the events can't be read").into()) };
    let read: Option<Vec<Arc<Recorded>>> =
        (after.saturating_add(1)..=last).map(|at| source.event(at)).collect();
    let read = read.ok_or(Refusal::Fault("an event can't be read"))?;
    let may = read.into_iter().filter(|event| reads_event(actor, view, event));
    let nodes = may.map(|event| Event::seen_in(event, view)).collect();
    Ok(EventPage {
        nodes,
        has_next_page: last < view.position,
        end_position: scalar::Position(last.max(after)),
    })
}
