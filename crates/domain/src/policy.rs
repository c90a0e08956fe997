//! Who acts, and on whose authority. Which role may do what comes with the issue on access; until then whoever
//! reaches the server is local, and every line says so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::value::ActorId;

/// The role in which an actor acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// The software itself: opens the log and adopts the shipped reference tables.
    System,
    /// Whoever sits at the machine, where no identity provider is configured.
    Local,
    /// Everyone: aggregates and open registry fields.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Authority {
    /// One person decided alone, because no identity provider is configured.
    SinglePerson,
    /// The actor's role allows it.
    Role,
    /// Proposed by one person and approved by another.
    FourEyes,
}

const fn actor(bits: u128) -> ActorId {
    ActorId::new(Uuid::from_u128(bits))
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    /// A random subject ID; the name is not in the log.
    pub id: ActorId,
    /// The role acted in.
    pub role: Role,
    /// The authority it rests on.
    pub authority: Authority,
}

impl Actor {
    /// The software itself.
    pub const SYSTEM: Self = Self {
        id: actor(0x0186_0000_0000_7000_8000_0000_0000_0001),
        role: Role::System,
        authority: Authority::SinglePerson,
    };
    /// Whoever sits at the machine.
    pub const LOCAL: Self = Self {
        id: actor(0x0186_0000_0000_7000_8000_0000_0000_0002),
        role: Role::Local,
        authority: Authority::SinglePerson,
    };
}
