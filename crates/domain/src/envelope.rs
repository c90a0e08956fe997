//! What surrounds an event: what a decision says of it, and what the writer adds when it records it.
//!
//! The keys of the envelope are closed per format version: adding one is a new format.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::EventData;
use crate::policy::{Actor, Authority, Role, Warrant};
use crate::value::{
    ActorId, ClosingId, CommandId, Commitment, ConsortiumId, Date, EmcId, ExportId, Fingerprint, IdSource,
    Moment, Organisation, ParkId, PersonId, ProposalId, PublicationId, Reason, ReasonCode, ResearchId,
    RevivalId, SmeId, StatementId, TrainingId,
};

/// The format version of an event line, its key `v`.
pub const FORMAT: u8 = 1;

/// The number of an event in the log: from 1, without gaps. A string in JSON, since it may pass 2^53.
pub type Position = u64;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityId {
    /// The log itself.
    Log,
    /// The reference tables.
    Reference,
    /// An industrial park or zone.
    Park(ParkId),
    /// A unit.
    Sme(SmeId),
    /// A revival case.
    Revival(RevivalId),
    /// An export consortium.
    Consortium(ConsortiumId),
    /// An export management company.
    Emc(EmcId),
    /// An export record.
    Export(ExportId),
    /// A training course or workshop.
    Training(TrainingId),
    /// A research or study project.
    Research(ResearchId),
    /// An official statement.
    Statement(StatementId),
    /// A published figure.
    Publication(PublicationId),
    /// A natural person who holds posts.
    Person(PersonId),
    /// The vault of personal data.
    Vault,
    /// The closing of a period.
    Closing(ClosingId),
    /// A proposal.
    Proposal(ProposalId),
}

impl EntityId {
    /// The kind's name, as it stands before the colon.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Reference => "reference",
            Self::Park(_) => "park",
            Self::Sme(_) => "sme",
            Self::Revival(_) => "revival",
            Self::Consortium(_) => "consortium",
            Self::Emc(_) => "emc",
            Self::Export(_) => "export",
            Self::Training(_) => "training",
            Self::Research(_) => "research",
            Self::Statement(_) => "statement",
            Self::Publication(_) => "publication",
            Self::Person(_) => "person",
            Self::Vault => "vault",
            Self::Closing(_) => "closing",
            Self::Proposal(_) => "proposal",
        }
    }

    /// The UUID, for the kinds that have one.
    pub fn uuid(&self) -> Option<Uuid> {
        match *self {
            Self::Log | Self::Reference | Self::Vault => None,
            Self::Park(id) => Some(id.into()),
            Self::Sme(id) => Some(id.into()),
            Self::Revival(id) => Some(id.into()),
            Self::Consortium(id) => Some(id.into()),
            Self::Emc(id) => Some(id.into()),
            Self::Export(id) => Some(id.into()),
            Self::Training(id) => Some(id.into()),
            Self::Research(id) => Some(id.into()),
            Self::Statement(id) => Some(id.into()),
            Self::Publication(id) => Some(id.into()),
            Self::Person(id) => Some(id.into()),
            Self::Closing(id) => Some(id.into()),
            Self::Proposal(id) => Some(id.into()),
        }
    }
}

impl From<Organisation> for EntityId {
    fn from(organisation: Organisation) -> Self {
        match organisation {
            Organisation::Sme(id) => Self::Sme(id),
            Organisation::Consortium(id) => Self::Consortium(id),
            Organisation::Emc(id) => Self::Emc(id),
        }
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.uuid() {
            Some(uuid) => write!(f, "{}:{}", self.kind(), uuid.hyphenated()),
            None => f.write_str(self.kind()),
        }
    }
}

impl FromStr for EntityId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((kind, uuid)) = text.split_once(':') else {
            return match text {
                "log" => Ok(Self::Log),
                "reference" => Ok(Self::Reference),
                "vault" => Ok(Self::Vault),
                _ => Err(format!("`{text}` names no entity")),
            };
        };
        let uuid = Uuid::try_parse(uuid).map_err(|error| format!("`{text}`: {error}"))?;
        Ok(match kind {
            "park" => Self::Park(uuid.into()),
            "sme" => Self::Sme(uuid.into()),
            "revival" => Self::Revival(uuid.into()),
            "consortium" => Self::Consortium(uuid.into()),
            "emc" => Self::Emc(uuid.into()),
            "export" => Self::Export(uuid.into()),
            "training" => Self::Training(uuid.into()),
            "research" => Self::Research(uuid.into()),
            "statement" => Self::Statement(uuid.into()),
            "publication" => Self::Publication(uuid.into()),
            "person" => Self::Person(uuid.into()),
            "closing" => Self::Closing(uuid.into()),
            "proposal" => Self::Proposal(uuid.into()),
            _ => return Err(format!("`{text}` names no entity")),
        })
    }
}

impl Serialize for EntityId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = EntityId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entity such as sme:0190…")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<EntityId, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Whether a fact was decided here or existed before the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Basis {
    /// Judged by every rule when it was recorded.
    Decided,
    /// Taken over as dated history: the licence prerequisites (rule 3) and a consortium's readiness (rule 16) were
    /// not asked.
    TakenOver,
}

/// What a decision says happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The entity whose history this is.
    pub entity: EntityId,
    /// Other entities that it concerns, so that their history shows it too.
    pub refs: Vec<EntityId>,
    /// When it was true: the Tehran local date.
    pub effective: Date,
    /// Whether it was decided here or taken over.
    pub basis: Basis,
    /// The position of the event that this one corrects, voids or follows from.
    pub causation: Option<Position>,
    /// Why, where a reason is asked.
    pub reason: Option<Reason>,
    /// The facts.
    pub data: EventData,
}

impl Event {
    /// An event that was decided here.
    pub fn new(entity: EntityId, effective: Date, data: impl Into<EventData>) -> Self {
        Self {
            entity,
            refs: Vec::new(),
            effective,
            basis: Basis::Decided,
            causation: None,
            reason: None,
            data: data.into(),
        }
    }

    /// With another entity that it concerns.
    #[must_use]
    pub fn concerning(mut self, entity: EntityId) -> Self {
        if entity != self.entity && !self.refs.contains(&entity) {
            self.refs.push(entity);
        }
        self
    }

    /// With a reason.
    #[must_use]
    pub fn because(mut self, code: ReasonCode) -> Self {
        self.reason = Some(code.into());
        self
    }

    /// With the position of the event that it corrects, voids or follows from.
    #[must_use]
    pub fn caused_by(mut self, position: Position) -> Self {
        self.causation = Some(position);
        self
    }

    /// With another basis.
    #[must_use]
    pub fn on_basis(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }
}

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number in the log.
    pub position: Position,
    /// How many events its entity has, this one included.
    pub entity_version: u32,
    /// When its command was recorded; never goes back.
    pub recorded_at: Moment,
    /// The command that it came from, chosen by the caller.
    pub command_id: CommandId,
    /// SHA-256 of the command's canonical input, personal fields left out.
    pub command_hash: Fingerprint,
    /// Its number within the command, from 1.
    pub index: u16,
    /// How many events the command has.
    pub of: u16,
    /// Who acted.
    pub actor: ActorId,
    /// In which role.
    pub role: Role,
    /// On whose authority.
    pub authority: Authority,
    /// Who proposed it, where two persons decide.
    pub proposer: Option<ActorId>,
    /// Who approved it, where two persons decide.
    pub approver: Option<ActorId>,
    /// What happened.
    pub event: Event,
}

/// What a decision may know of the world outside the state.
#[derive(Clone, Debug)]
pub struct Context {
    /// When the command is recorded.
    pub at: Moment,
    /// The Tehran local date of that moment.
    pub today: Date,
    /// Where new IDs come from.
    pub ids: IdSource,
    /// What the policy has found the actor to act on.
    pub warrant: Warrant,
}

impl Context {
    /// The context of a command that is recorded at a moment; `seed` fixes the new IDs. Whoever asks is local until
    /// [`Context::under`] says otherwise.
    pub fn new(at: Moment, seed: [u8; 32]) -> Self {
        Self { at, today: at.tehran_date(), ids: IdSource::new(at, seed), warrant: Warrant::LOCAL }
    }

    /// The same context with what the policy has found.
    #[must_use]
    pub fn under(self, warrant: Warrant) -> Self {
        Self { warrant, ..self }
    }

    /// The first new ID of this command. A command that founds an entity founds one.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        self.ids.clone().next().into()
    }
}

/// A command with what its sender says of it.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Chosen by the caller, who repeats it to be sure that a command is recorded once.
    pub command_id: CommandId,
    /// Who acts.
    pub actor: Actor,
    /// The version of the entity that the caller has seen; another one rejects the command.
    pub expected_version: Option<u32>,
    /// The commitment to a text of the reason, which is in the vault already; the first event that has a reason carries
    /// it.
    pub reason_text: Option<Commitment>,
    /// What to do.
    pub command: crate::Command,
}
