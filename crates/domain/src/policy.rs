//! Who acts, and what that lets them do: one table of commands and roles, one of readable data and roles.
//!
//! Guarantees: every command kind has a row, or the crate doesn't compile; whoever no row names is refused; an
//! operator reaches no province but its own, judged on the newest state. The ledger asks before it decides, on dry
//! runs and on each command of a submission too. Must never depend on who asks first or on what was answered before.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rejection::{Code, Rejection};
use crate::value::{ActorId, ProvinceCode};
use crate::{Command, State};

mod approving;
mod commands;
mod reading;
mod scope;
#[cfg(test)]
mod tests;

pub use commands::{CommandKind, Row, Verdict};
pub use reading::{DataClass, Reading};
pub use scope::provinces_of;

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

impl Role {
    /// Every role, in the order in which an actor that has several is asked.
    pub const ALL: [Self; 9] = [
        Self::System,
        Self::Local,
        Self::Public,
        Self::Operator,
        Self::ExportOfficer,
        Self::ProgrammeOfficer,
        Self::Auditor,
        Self::PrivacyOfficer,
        Self::Administrator,
    ];

    /// The role as lines and tokens spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "SYSTEM",
            Self::Local => "LOCAL",
            Self::Public => "PUBLIC",
            Self::Operator => "OPERATOR",
            Self::ExportOfficer => "EXPORT_OFFICER",
            Self::ProgrammeOfficer => "PROGRAMME_OFFICER",
            Self::Auditor => "AUDITOR",
            Self::PrivacyOfficer => "PRIVACY_OFFICER",
            Self::Administrator => "ADMINISTRATOR",
        }
    }

    /// The role that a token names; `SYSTEM` and `LOCAL` are none that anybody can be given.
    pub fn granted(name: &str) -> Option<Self> {
        Self::ALL.into_iter().filter(|role| !role.is_alone()).find(|role| role.as_str() == name)
    }

    /// Whether it reaches the provinces of its actor only.
    pub fn is_scoped(self) -> bool {
        self == Self::Operator
    }

    /// Whether nobody else is there who could approve: the software, and whoever sits at a machine without an
    /// identity provider.
    pub fn is_alone(self) -> bool {
        matches!(self, Self::System | Self::Local)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u16);

impl Roles {
    /// No role at all.
    pub const NONE: Self = Self(0);

    /// The set of these.
    pub const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < roles.len() {
            bits |= 1 << roles[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    /// The same set with one more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u16)
    }

    /// Those that are in both.
    #[must_use]
    pub const fn both(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether a role is in it.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & 1 << role as u16 != 0
    }

    /// One bit per role, in the order of [`Role::ALL`].
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in it, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

/// A set of provinces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Provinces(u128);

impl Provinces {
    /// Every province, those that a later table adds too.
    pub const ALL: Self = Self(u128::MAX);
    /// No province.
    pub const NONE: Self = Self(0);

    /// Whether a province is in it.
    pub fn contains(self, province: ProvinceCode) -> bool {
        self.covers(Self::from_iter([province]))
    }

    /// One bit per province, by its number.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Those in it or in the others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether any of the others is in it.
    pub const fn meets(self, others: Self) -> bool {
        others.0 & self.0 != 0
    }

    /// Whether all of the others are in it.
    pub const fn covers(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// Those in it, by code.
    pub fn iter(self) -> impl Iterator<Item = ProvinceCode> {
        (0..=99).filter_map(ProvinceCode::new).filter(move |province| self.contains(*province))
    }
}

impl FromIterator<ProvinceCode> for Provinces {
    fn from_iter<T: IntoIterator<Item = ProvinceCode>>(provinces: T) -> Self {
        Self(provinces.into_iter().fold(0, |bits, province| bits | 1 << province.number()))
    }
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

/// Who acts. Whoever has several roles acts in the first that allows what is asked, and the line says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    /// A random subject ID; the name is not in the log.
    pub id: ActorId,
    /// The roles that were granted.
    pub roles: Roles,
    /// The provinces that a scoped role reaches.
    pub provinces: Provinces,
}

impl Actor {
    /// The software itself.
    pub const SYSTEM: Self = Self {
        id: actor(0x0186_0000_0000_7000_8000_0000_0000_0001),
        roles: Roles::of(&[Role::System]),
        provinces: Provinces::ALL,
    };
    /// Whoever sits at the machine.
    pub const LOCAL: Self = Self {
        id: actor(0x0186_0000_0000_7000_8000_0000_0000_0002),
        roles: Roles::of(&[Role::Local]),
        provinces: Provinces::ALL,
    };
    /// Whoever asks without saying who they are, where an identity provider is configured. It records nothing.
    pub const PUBLIC: Self = Self {
        id: actor(0x0186_0000_0000_7000_8000_0000_0000_0003),
        roles: Roles::of(&[Role::Public]),
        provinces: Provinces::NONE,
    };
}

/// What the policy has found an actor to act on: it goes into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warrant {
    /// Who acts.
    pub actor: ActorId,
    /// The role acted in.
    pub role: Role,
    /// The provinces that the role reaches.
    pub provinces: Provinces,
    /// On whose authority.
    pub authority: Authority,
    /// Who proposed it, where the actor approves.
    pub proposer: Option<ActorId>,
}

impl Warrant {
    /// That of whoever sits at the machine.
    pub const LOCAL: Self = Self::alone(Actor::LOCAL.id, Role::Local);
    /// That of the software itself.
    pub const SYSTEM: Self = Self::alone(Actor::SYSTEM.id, Role::System);

    const fn alone(actor: ActorId, role: Role) -> Self {
        Self { actor, role, provinces: Provinces::ALL, authority: Authority::SinglePerson, proposer: None }
    }

    fn of(actor: &Actor, role: Role) -> Self {
        if role.is_alone() {
            return Self::alone(actor.id, role);
        }
        let provinces = if role.is_scoped() { actor.provinces } else { Provinces::ALL };
        Self { actor: actor.id, role, provinces, authority: Authority::Role, proposer: None }
    }

    /// Who approved it, where somebody else proposed it.
    pub fn approver(&self) -> Option<ActorId> {
        self.proposer.map(|_| self.actor)
    }
}

/// Judges whether an actor may have a command decided, on the newest state.
///
/// # Errors
/// `FORBIDDEN`, `OUT_OF_PROVINCE`; `APPROVAL_REQUIRED` for what the actor may only propose; of a proposal also those
/// that say why it can't be decided by this actor.
pub fn judge(state: &State, actor: &Actor, command: &Command) -> Result<Warrant, Rejection> {
    if let Command::Approval(command) = command {
        return approving::judge(state, actor, command);
    }
    let kind = CommandKind::of(command);
    let Row { records, approves } = CommandKind::row_of(command);
    let role = entitled(state, actor, records, command)?;
    if approves.is_empty() || role.is_alone() {
        return Ok(Warrant::of(actor, role));
    }
    let message = format!("{} takes two persons: propose it, and let another one approve it", kind.as_str());
    Err(Rejection::new(Code::ApprovalRequired, "", message))
}

/// The first role of the actor that is among those asked for and reaches the provinces that the command concerns.
fn entitled(state: &State, actor: &Actor, among: Roles, command: &Command) -> Result<Role, Rejection> {
    let kind = CommandKind::of(command).as_str();
    let mut outside = false;
    for role in actor.roles.iter().filter(|role| among.contains(*role)) {
        if !role.is_scoped() || actor.provinces.covers(scope::provinces_of(state, command)) {
            return Ok(role);
        }
        outside = true;
    }
    Err(match outside {
        true => Rejection::new(Code::OutOfProvince, "", format!("{kind} concerns a province of others")),
        false => Rejection::new(Code::Forbidden, "", format!("no role of yours allows {kind}")),
    })
}
