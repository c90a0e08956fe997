//! An event line and back: one line of JSON, written once and never re-serialised.
//!
//! The keys are a closed list per format version, in the order below; a duplicate, unknown or missing key is refused,
//! and so are data of a type that does not belong to the line's entity. The type and its version stand before the
//! data, so that the data are read straight into their struct.
//!
//! Every path that reads a line reads it here (replay, single events, audits, restored bundles, subscriptions), so an
//! older version of a type is lifted to the newest in one place; what is stored and hashed stays as it was written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::EventData;
use crate::envelope::{Basis, EntityId, Event, FORMAT, Recorded};
use crate::policy::{Authority, Role};
use crate::value::{ActorId, CommandId, Date, Fingerprint, Moment, PositionText, Reason};

/// The largest line, in bytes.
pub const LINE_MAX: usize = 64 * 1024;

/// Why a line can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Longer than [`LINE_MAX`].
    #[error("the line has {0} bytes, more than {LINE_MAX}")]
    TooLong(usize),
    /// A type, or a version of one, that this program does not know: written by a newer one.
    #[error("unknown event type {name} version {version}")]
    UnknownType {
        /// The type's name.
        name: String,
        /// Its version.
        version: u16,
    },
    /// A format version that this program does not know.
    #[error("unknown line format {0}")]
    UnknownFormat(u8),
    /// Not a line of this format.
    #[error("{0}")]
    Malformed(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    v: u8,
    position: PositionText,
    r#type: &'a str,
    type_version: u16,
    entity: EntityId,
    entity_version: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    refs: &'a [EntityId],
    effective: Date,
    recorded_at: Moment,
    command_id: CommandId,
    command_hash: Fingerprint,
    index: u16,
    of: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    causation: Option<PositionText>,
    actor: ActorId,
    role: Role,
    authority: Authority,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposer: Option<ActorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<ActorId>,
    basis: Basis,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a Reason>,
    data: &'a EventData,
}

/// The bytes of an event: what is stored, hashed, proved and exported.
///
/// # Errors
/// [`LineError::TooLong`].
pub fn encode(recorded: &Recorded) -> Result<Vec<u8>, LineError> {
    let mut bytes = Vec::with_capacity(768);
    encode_into(recorded, &mut bytes)?;
    Ok(bytes)
}

/// Appends the bytes of an event to others; after an error they are as before.
///
/// # Errors
/// [`LineError::TooLong`].
pub fn encode_into(recorded: &Recorded, bytes: &mut Vec<u8>) -> Result<(), LineError> {
    let Recorded { event, .. } = recorded;
    let line = Line {
        v: FORMAT,
        position: PositionText(recorded.position),
        r#type: event.data.type_name(),
        type_version: event.data.type_version(),
        entity: event.entity,
        entity_version: recorded.entity_version,
        refs: &event.refs,
        effective: event.effective,
        recorded_at: recorded.recorded_at,
        command_id: recorded.command_id,
        command_hash: recorded.command_hash,
        index: recorded.index,
        of: recorded.of,
        causation: event.causation.map(PositionText),
        actor: recorded.actor,
        role: recorded.role,
        authority: recorded.authority,
        proposer: recorded.proposer,
        approver: recorded.approver,
        basis: event.basis,
        reason: event.reason.as_ref(),
        data: &event.data,
    };
    let from = bytes.len();
    serde_json::to_writer(&mut *bytes, &line).expect("an event has only string keys");
    let len = bytes.len() - from;
    if len > LINE_MAX {
        bytes.truncate(from);
        return Err(LineError::TooLong(len));
    }
    Ok(())
}

impl LineError {
    /// Whether a later release wrote the line: it is whole, and another program reads it.
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::UnknownType { .. } | Self::UnknownFormat(_))
    }
}

/// Reads a line; data of an older version come out as the newest.
///
/// # Errors
/// See [`LineError`]: an unknown type is told apart from a line that is no line.
pub fn decode(line: &[u8]) -> Result<Recorded, LineError> {
    if line.len() > LINE_MAX {
        return Err(LineError::TooLong(line.len()));
    }
    let text = std::str::from_utf8(line).map_err(|error| LineError::Malformed(error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_map(LineVisitor).and_then(|recorded| reader.end().map(|()| recorded));
    read.map_err(|error| tell_apart(line, &error))
}

/// A line that can't be read may be one that a newer program wrote.
fn tell_apart(line: &[u8], error: &serde_json::Error) -> LineError {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head<'a> {
        v: u8,
        #[serde(borrow)]
        r#type: Cow<'a, str>,
        type_version: u16,
    }
    match serde_json::from_slice::<Head>(line) {
        Ok(head) if head.v != FORMAT => LineError::UnknownFormat(head.v),
        Ok(head) if !EventData::knows(&head.r#type, head.type_version) => {
            LineError::UnknownType { name: head.r#type.into_owned(), version: head.type_version }
        }
        _ => LineError::Malformed(error.to_string()),
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    V,
    Position,
    Type,
    TypeVersion,
    Entity,
    EntityVersion,
    Refs,
    Effective,
    RecordedAt,
    CommandId,
    CommandHash,
    Index,
    Of,
    Causation,
    Actor,
    Role,
    Authority,
    Proposer,
    Approver,
    Basis,
    Reason,
    Data,
}

struct Data<'a> {
    name: &'a str,
    version: u16,
}

impl<'de> DeserializeSeed<'de> for Data<'_> {
    type Value = EventData;

    fn deserialize<D: Deserializer<'de>>(self, data: D) -> Result<EventData, D::Error> {
        EventData::decode(self.name, self.version, data)
    }
}

/// The keys that were read so far.
#[derive(Default)]
struct Slots<'de> {
    name: Option<Cow<'de, str>>,
    v: Option<u8>,
    position: Option<PositionText>,
    type_version: Option<u16>,
    entity: Option<EntityId>,
    entity_version: Option<u32>,
    refs: Option<Vec<EntityId>>,
    effective: Option<Date>,
    recorded_at: Option<Moment>,
    command_id: Option<CommandId>,
    command_hash: Option<Fingerprint>,
    index: Option<u16>,
    of: Option<u16>,
    causation: Option<PositionText>,
    actor: Option<ActorId>,
    role: Option<Role>,
    authority: Option<Authority>,
    proposer: Option<ActorId>,
    approver: Option<ActorId>,
    basis: Option<Basis>,
    reason: Option<Reason>,
    data: Option<EventData>,
}

impl<'de> Slots<'de> {
    fn read<A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Type => put(&mut self.name, "type", map.next_value()?),
            Key::Data => {
                let (Some(name), Some(version)) = (self.name.as_deref(), self.type_version) else {
                    return Err(A::Error::custom("the data stand before their type"));
                };
                let data = map.next_value_seed(Data { name, version })?;
                put(&mut self.data, "data", data)
            }
            Key::V => put(&mut self.v, "v", map.next_value()?),
            Key::Position => put(&mut self.position, "position", map.next_value()?),
            Key::TypeVersion => put(&mut self.type_version, "typeVersion", map.next_value()?),
            Key::Entity => put(&mut self.entity, "entity", map.next_value()?),
            Key::EntityVersion => put(&mut self.entity_version, "entityVersion", map.next_value()?),
            Key::Refs => put(&mut self.refs, "refs", map.next_value()?),
            Key::Effective => put(&mut self.effective, "effective", map.next_value()?),
            Key::RecordedAt => put(&mut self.recorded_at, "recordedAt", map.next_value()?),
            Key::CommandId => put(&mut self.command_id, "commandId", map.next_value()?),
            Key::CommandHash => put(&mut self.command_hash, "commandHash", map.next_value()?),
            Key::Index => put(&mut self.index, "index", map.next_value()?),
            Key::Of => put(&mut self.of, "of", map.next_value()?),
            Key::Causation => put(&mut self.causation, "causation", map.next_value()?),
            Key::Actor => put(&mut self.actor, "actor", map.next_value()?),
            Key::Role => put(&mut self.role, "role", map.next_value()?),
            Key::Authority => put(&mut self.authority, "authority", map.next_value()?),
            Key::Proposer => put(&mut self.proposer, "proposer", map.next_value()?),
            Key::Approver => put(&mut self.approver, "approver", map.next_value()?),
            Key::Basis => put(&mut self.basis, "basis", map.next_value()?),
            Key::Reason => put(&mut self.reason, "reason", map.next_value()?),
        }
    }
}

fn put<T, E: serde::de::Error>(slot: &mut Option<T>, key: &'static str, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(key)),
    }
}

fn need<T, E: serde::de::Error>(slot: Option<T>, key: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(key))
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Recorded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Recorded, A::Error> {
        let mut slots = Slots::default();
        while let Some(key) = map.next_key::<Key>()? {
            slots.read(key, &mut map)?;
        }
        if slots.v != Some(FORMAT) {
            return Err(A::Error::custom("another format"));
        }
        let entity = need(slots.entity, "entity")?;
        let data = need(slots.data, "data")?;
        if !data.fits(entity) {
            return Err(A::Error::custom(format_args!(
                "{} is nothing that happens to {entity}",
                data.type_name()
            )));
        }
        Ok(Recorded {
            position: need(slots.position, "position")?.0,
            entity_version: need(slots.entity_version, "entityVersion")?,
            recorded_at: need(slots.recorded_at, "recordedAt")?,
            command_id: need(slots.command_id, "commandId")?,
            command_hash: need(slots.command_hash, "commandHash")?,
            index: need(slots.index, "index")?,
            of: need(slots.of, "of")?,
            actor: need(slots.actor, "actor")?,
            role: need(slots.role, "role")?,
            authority: need(slots.authority, "authority")?,
            proposer: slots.proposer,
            approver: slots.approver,
            event: Event {
                entity,
                refs: slots.refs.unwrap_or_default(),
                effective: need(slots.effective, "effective")?,
                basis: need(slots.basis, "basis")?,
                causation: slots.causation.map(|position| position.0),
                reason: slots.reason,
                data,
            },
        })
    }
}

#[cfg(test)]
mod tests;
