//! From a mutation's input to the ledger, and from its answer to a payload.
//!
//! What the caller may do better next time (a field that can't be read, a rule) is data in the payload; what it can't
//! (overload, a failed store, a fault of ours) is a top-level error. The entities of a payload are read from a view
//! that has reached the command's events.

use std::sync::Arc;

use async_graphql::{Context, Error as GraphQlError, Result, SimpleObject};
use daftar_domain::Command;
use daftar_domain::envelope::{EntityId, Recorded, Submission};
use daftar_domain::ledger::{Answer, LedgerError, Outcome};
use daftar_domain::policy::Actor;
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::value::{CommandId, Commitment};
use daftar_domain::vault::{Field, PersonalText};

use crate::auth::scope::actor;
use crate::error::{Error, Fault, fault};
use crate::history::Event;
use crate::input::{Call, Calling, Entered, Fields, Uuid};
use crate::scalar;
use crate::server::{Reached, Server};
use crate::view::View;

mod commands;
mod personal;

pub(crate) use commands::inner;
pub use commands::{AnyCommandInput, CommandPayload, NAMES, SubmitMutation, name_of};

/// The input of one command.
pub trait CommandInput {
    /// What it says beside its facts.
    fn calling(&self) -> &dyn Calling;

    /// The personal values in it, which go to the vault; those that can't be read are left out.
    fn personal(&self) -> Vec<(Field, PersonalText)> {
        Vec::new()
    }

    /// Reads the command, a placeholder in place of each personal value; without one there is at least one fault in `fields`.
    fn command(self, fields: &mut Fields) -> Option<Command>;
}

/// What every payload tells.
#[derive(SimpleObject)]
pub struct CommandResult {
    /// The command's ID: the caller's, or the one that the server made.
    command_id: Option<Uuid>,
    /// Why it was not recorded, each with its field; empty when it was.
    errors: Vec<Error>,
    /// What happened, in order; in a dry run, what would happen, at the positions that it would have now. Empty when
    /// the command changes nothing.
    events: Vec<Event>,
    /// The position of the last event; null when nothing was recorded.
    position: Option<scalar::Position>,
    /// Whether it was recorded before under this command ID, and this is the first result.
    repeated: bool,
}

/// The answer to one command about one kind of entity.
pub trait Payload: Sized {
    /// The payload of a result, with the entity as a view has it.
    fn new(result: CommandResult, entity: impl Iterator<Item = EntityId>, view: &Arc<View>) -> Self;
}

/// Declares how the entity of a payload is found: the first of that kind that the events are about.
macro_rules! payload {
    ($payload:ident { $field:ident: $entity:ident }) => {
        $crate::submit::payload!($payload { $field: $entity as $entity });
    };
    ($payload:ident { $field:ident: $entity:ident as $object:ident }) => {
        impl $crate::submit::Payload for $payload {
            fn new(
                result: $crate::submit::CommandResult,
                mut entities: impl Iterator<Item = daftar_domain::envelope::EntityId>,
                view: &std::sync::Arc<$crate::view::View>,
            ) -> Self {
                let found = entities.find_map(|entity| match entity {
                    daftar_domain::envelope::EntityId::$entity(id) => Some(id),
                    _ => None,
                });
                Self { $field: found.and_then(|id| $object::find(view, id)), result }
            }
        }
    };
}
pub(crate) use payload;

/// A command that was read, and whether it is only tried.
struct Ready {
    submission: Submission,
    dry_run: bool,
    /// Values that go to the vault before the command is submitted.
    personal: Vec<(Field, PersonalText)>,
    /// The text of its reason, likewise.
    reason_text: Option<PersonalText>,
    /// What the vault answered: forgotten again when the command is not recorded.
    sealed: Vec<Commitment>,
}

impl Ready {
    /// What becomes of it when it is rejected before it is submitted.
    fn rejected(&self, rejection: Rejection) -> Judged {
        Judged::Answered(self.submission.command_id, self.dry_run, Outcome::Rejected(rejection))
    }
}

/// What became of one input.
enum Judged {
    /// It can't be read.
    Unread(Option<CommandId>, Vec<Rejection>),
    /// What the ledger says.
    Answered(CommandId, bool, Outcome),
}

/// Records one command and answers with its payload.
pub(crate) async fn one<I: CommandInput, P: Payload>(context: &Context<'_>, input: I) -> Result<P> {
    let server = context.data_unchecked::<Arc<Server>>();
    let judged = match ready(actor(context), input, &["input"]) {
        Err(unread) => unread,
        Ok(ready) => match personal::sealed(server, ready).await? {
            Err(refused) => refused,
            Ok(ready) => {
                let (id, dry_run) = (ready.submission.command_id, ready.dry_run);
                let answer = ask(server, vec![ready], dry_run).await?;
                let outcome = answer.outcomes.into_iter().next();
                let outcome = outcome.ok_or_else(|| internal("the ledger gave no outcome"))?;
                Judged::Answered(id, dry_run, outcome)
            }
        },
    };
    let view = context.data_unchecked::<Reached>().renew(server);
    judged.payload(&["input"], &view)
}

/// Reads an input; the faults' paths begin with `path`.
fn ready(actor: &Actor, input: impl CommandInput, path: &[&str]) -> Result<Ready, Judged> {
    let mut fields = Fields::default();
    let Call { expected_version, dry_run, .. } = *input.calling().call();
    let command_id = match input.calling().call().command_id.clone() {
        Some(given) => fields.at("commandId", |fields| given.read(fields)),
        None => Some(uuid::Uuid::now_v7().into()),
    };
    let personal = input.personal();
    let reason_text = input.calling().reason_text().cloned().and_then(|given| {
        fields.at("reasonText", |fields| given.read(fields)).map(|text| PersonalText::new(text.reveal()))
    });
    let command = input.command(&mut fields);
    let faults = fields.faults();
    match (command, command_id) {
        (Some(command), Some(command_id)) if faults.is_empty() => {
            let submission =
                Submission { command_id, actor: *actor, expected_version, reason_text: None, command };
            Ok(Ready { submission, dry_run, personal, reason_text, sealed: Vec::new() })
        }
        (_, command_id) => Err(Judged::Unread(command_id, below(faults, path))),
    }
}

async fn ask(server: &Server, batch: Vec<Ready>, dry_run: bool) -> Result<Answer> {
    let (submissions, sealed): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|ready| (ready.submission, ready.sealed)).unzip();
    let named: Vec<(CommandId, &str)> =
        submissions.iter().map(|asked| (asked.command_id, name_of(&asked.command))).collect();
    let answer = if dry_run {
        server.ledger.dry_run(submissions).await
    } else {
        server.ledger.submit(submissions).await
    };
    let answer = answer.map_err(refused)?;
    server.metrics.judged(&answer.outcomes);
    for ((command_id, command), outcome) in named.into_iter().zip(&answer.outcomes) {
        let (code, position) = (outcome.code().map(Code::as_str), outcome.position());
        let outcome = outcome.as_str();
        tracing::info!(%command_id, command, dry_run, outcome, code, position, "a command was judged");
    }
    personal::forget_unrecorded(server, sealed, &answer.outcomes).await;
    Ok(answer)
}

/// A submission that was not judged, or whose outcome is not known.
fn refused(error: LedgerError) -> GraphQlError {
    let code = match error {
        LedgerError::Overloaded { .. } => Fault::Overloaded,
        LedgerError::TooMany { .. } => Fault::TooManyCommands,
        LedgerError::Unavailable { ref why } => {
            tracing::error!(%why, "the store failed");
            return fault(Fault::Unavailable, "the outcome is unknown: repeat the command ID");
        }
        LedgerError::Unreadable { .. } => Fault::LogUnreadable,
        LedgerError::Closed => Fault::NotReady,
        LedgerError::NotSimulated => return internal("a moment of its own under the system's clock"),
    };
    fault(code, error.to_string())
}

/// A fault of ours, told in the server's log and masked to the caller.
fn internal(why: &str) -> GraphQlError {
    GraphQlError::new_with_source(std::io::Error::other(why.to_owned()))
}

/// A rejection by the domain, its path as the input has it: what a command is founded on stands among the input's own
/// fields.
fn as_input(mut rejection: Rejection) -> Rejection {
    if let Some(field) = rejection.path.strip_prefix("details.") {
        rejection.path = field.to_owned();
    }
    rejection
}

fn below(rejections: Vec<Rejection>, path: &[&str]) -> Vec<Rejection> {
    let below =
        |rejection| path.iter().rev().fold(rejection, |rejection: Rejection, step| rejection.under(step));
    rejections.into_iter().map(below).collect()
}

impl Judged {
    /// The payload, its entity read from a view that has reached the events.
    fn payload<P: Payload>(self, path: &[&str], view: &Arc<View>) -> Result<P> {
        let (command_id, dry_run, receipt, repeated) = match self {
            Self::Unread(command_id, rejections) => return Ok(rejected(command_id, rejections, view)),
            Self::Answered(id, _, Outcome::Rejected(rejection)) => {
                return Ok(rejected(Some(id), below(vec![as_input(rejection)], path), view));
            }
            Self::Answered(_, _, Outcome::Fault(why)) => return Err(internal(&why)),
            Self::Answered(id, dry_run, Outcome::Recorded(receipt)) => (id, dry_run, receipt, false),
            Self::Answered(id, dry_run, Outcome::Repeated(receipt)) => (id, dry_run, receipt, true),
        };
        let events: Vec<Arc<Recorded>> = receipt.events().iter().cloned().map(Arc::new).collect();
        let position =
            events.last().filter(|_| !dry_run || repeated).map(|event| scalar::Position(event.position));
        let entities: Vec<EntityId> = match position {
            Some(_) => events
                .iter()
                .map(|event| event.event.entity)
                .chain(events.iter().flat_map(|event| event.event.refs.iter().copied()))
                .collect(),
            None => Vec::new(),
        };
        let result = CommandResult {
            command_id: Some(command_id.into()),
            errors: Vec::new(),
            events: events.into_iter().map(|recorded| Event::seen_in(recorded, view)).collect(),
            position,
            repeated,
        };
        Ok(P::new(result, entities.into_iter(), view))
    }
}

fn rejected<P: Payload>(command_id: Option<CommandId>, rejections: Vec<Rejection>, view: &Arc<View>) -> P {
    let result = CommandResult {
        command_id: command_id.map(Into::into),
        errors: rejections.into_iter().map(Error::from).collect(),
        events: Vec::new(),
        position: None,
        repeated: false,
    };
    P::new(result, std::iter::empty(), view)
}
