//! Proposals: what takes two persons is proposed by one and approved by another.
//!
//! A proposal keeps the command's canonical input. Approving decides it anew, with the rights of both judged again by
//! the policy; its events and the approval are one command. One that can't be decided any more is answered with the
//! command's own rejection and stays open, to be rejected, withdrawn or approved once it can. Must never be approved
//! by whoever proposed it, twice, or after its expiry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Command;
use crate::envelope::{Context, EntityId, Event, Position, Recorded};
use crate::event::events;
use crate::policy::{CommandKind, Provinces, Role};
use crate::value::{ActorId, Fingerprint, Index, Moment, ProposalId, ProvinceCode, ReasonCode, Table};

mod rejection;
#[cfg(test)]
mod tests;

pub use rejection::ApprovalRejection;

/// The version of the commands' input forms that proposals are written in.
pub const INPUT_VERSION: u16 = 1;
/// How long a proposal stands when nothing else is said, in days. An assumption: no rule of the field says.
pub const DAYS_DEFAULT: u8 = 7;
/// The longest that a proposal stands, in days.
pub const DAYS_MOST: u8 = 30;
const DAY_MILLIS: i64 = 86_400_000;

/// Proposes a command that takes two persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeCommand {
    /// What is proposed.
    pub command: Box<Command>,
    /// Why.
    pub reason: ReasonCode,
    /// How long it stands, in days; [`DAYS_DEFAULT`] when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u8>,
}

impl ProposeCommand {
    /// Whether it is something to be proposed, for as long as that.
    ///
    /// # Errors
    /// `INVALID_VALUE`.
    pub fn check(&self) -> Result<(), ApprovalRejection> {
        let kind = CommandKind::of(&self.command);
        match self.days {
            _ if !kind.is_sensitive() => Err(ApprovalRejection::NeedsNone(kind)),
            Some(days) if !(1..=DAYS_MOST).contains(&days) => Err(ApprovalRejection::Days),
            _ => Ok(()),
        }
    }
}

/// Approves a proposal, which has its command decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproveProposal {
    /// The proposal.
    pub proposal: ProposalId,
    /// Why.
    pub reason: ReasonCode,
}

/// Rejects a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RejectProposal {
    /// The proposal.
    pub proposal: ProposalId,
    /// Why.
    pub reason: ReasonCode,
}

/// Takes one's own proposal back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawProposal {
    /// The proposal.
    pub proposal: ProposalId,
}

/// What can be asked of proposals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum ApprovalCommand {
    /// Proposes a command that takes two persons.
    ProposeCommand(ProposeCommand),
    /// Approves a proposal, which has its command decided.
    ApproveProposal(ApproveProposal),
    /// Rejects a proposal.
    RejectProposal(RejectProposal),
    /// Takes one's own proposal back.
    WithdrawProposal(WithdrawProposal),
}

/// A command was proposed. Its reason is the proposer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommandProposed {
    /// The command's name, such as `VoidExport`.
    pub command: String,
    /// The version of the input form.
    pub input_version: u16,
    /// The command's canonical input: JSON, as a text, so that its hash can be taken of these very bytes.
    pub input: String,
    /// SHA-256 of the input.
    pub input_hash: Fingerprint,
    /// The provinces that the proposer's role reached; left out for a role that reaches all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provinces: Option<Vec<ProvinceCode>>,
    /// From when on it can no longer be approved.
    pub expires: Moment,
}

/// A proposal was approved: the events of its command follow in the same command. Its reason is the approver's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposalApproved {
    /// SHA-256 of the input that was approved.
    pub input_hash: Fingerprint,
    /// The role that the proposer acted in.
    pub proposer_role: Role,
    /// The proposer's reason.
    pub proposer_reason: ReasonCode,
}

/// A proposal was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposalRejected {}

/// A proposal was taken back by whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposalWithdrawn {}

events! {
    /// What happens to proposals.
    pub enum ApprovalEvent {
        /// A command was proposed. Its reason is the proposer's.
        CommandProposed = 1,
        /// A proposal was approved: the events of its command follow in the same command.
        ProposalApproved = 1,
        /// A proposal was rejected.
        ProposalRejected = 1,
        /// A proposal was taken back by whoever made it.
        ProposalWithdrawn = 1,
    }
}

/// What became of a proposal. One that nobody decided stays open; its expiry is judged when somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProposalStatus {
    /// Waits for a second person.
    Open,
    /// Approved and done.
    Approved,
    /// Rejected.
    Rejected,
    /// Taken back.
    Withdrawn,
}

/// A proposal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Its ID.
    pub id: ProposalId,
    /// How many events it has.
    pub version: u32,
    /// The position of the event that made it.
    pub position: Position,
    /// The command's name, such as `VoidExport`.
    pub command_name: String,
    /// Who proposed.
    pub proposer: ActorId,
    /// In which role.
    pub role: Role,
    /// The provinces that the role reached; none for a role that reaches all.
    pub provinces: Option<Provinces>,
    /// Why.
    pub reason: ReasonCode,
    /// From when on it can no longer be approved.
    pub expires: Moment,
    /// What became of it.
    pub status: ProposalStatus,
    /// The position of the event that decided it.
    pub decided: Option<Position>,
    input_hash: Fingerprint,
    #[serde(with = "crate::event::stored")]
    command: Option<Box<Command>>,
}

impl Proposal {
    /// What is proposed.
    ///
    /// # Errors
    /// `ALREADY_DECIDED`: the input is not kept in the state longer than it can be approved. `INVALID_VALUE` when this
    /// release doesn't read the form that it was proposed in.
    pub fn command(&self) -> Result<&Command, ApprovalRejection> {
        if self.status != ProposalStatus::Open {
            return Err(ApprovalRejection::Decided(self.status));
        }
        self.command.as_deref().ok_or(ApprovalRejection::Unreadable)
    }

    /// Whether it can be decided at a moment.
    fn decidable(&self, at: Moment) -> Result<(), ApprovalRejection> {
        match self.status {
            ProposalStatus::Open if at < self.expires => Ok(()),
            ProposalStatus::Open => Err(ApprovalRejection::Expired(self.expires)),
            status => Err(ApprovalRejection::Decided(status)),
        }
    }

    fn event(&self, data: impl Into<crate::EventData>, context: &Context) -> Event {
        Event::new(EntityId::Proposal(self.id), context.today, data).caused_by(self.position)
    }
}

/// All proposals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Proposals {
    table: Table<Proposal>,
    by_id: Index<ProposalId>,
}

impl Proposals {
    /// The proposal with an ID.
    pub fn get(&self, id: ProposalId) -> Option<&Proposal> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a proposal has; 0 for one that is not recorded.
    pub fn version(&self, id: ProposalId) -> u32 {
        self.get(id).map_or(0, |proposal| proposal.version)
    }

    /// All of them, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Proposal> {
        self.table.iter()
    }

    /// The event of a proposal that was checked: `decided` is what would follow if it were approved now.
    pub fn propose(&self, command: &ProposeCommand, decided: &[Event], context: &Context) -> Vec<Event> {
        let days = command.days.unwrap_or(DAYS_DEFAULT);
        let warrant = &context.warrant;
        let provinces = warrant.role.is_scoped().then(|| warrant.provinces.iter().collect());
        let proposed = CommandProposed {
            command: CommandKind::of(&command.command).as_str().to_owned(),
            input_version: INPUT_VERSION,
            input: command.command.canonical(),
            input_hash: command.command.hash(),
            provinces,
            expires: Moment::from_millis(context.at.millis() + i64::from(days) * DAY_MILLIS),
        };
        let id = EntityId::Proposal(context.new_id());
        let concerned = decided.iter().flat_map(|event| [event.entity].into_iter().chain(event.refs.clone()));
        let event = Event::new(id, context.today, proposed).because(command.reason);
        vec![concerned.fold(event, Event::concerning)]
    }

    /// The proposal that an approval names, if it can be approved at the moment.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_DECIDED`, `PROPOSAL_EXPIRED`.
    pub fn open(&self, id: ProposalId, at: Moment) -> Result<&Proposal, ApprovalRejection> {
        let proposal = self.get(id).ok_or(ApprovalRejection::Unknown)?;
        proposal.decidable(at).map(|()| proposal)
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: ProposalId, event: &ApprovalEvent, recorded: &Recorded) {
        let status = match event {
            ApprovalEvent::CommandProposed(proposed) => {
                let row = self.table.push(proposal(id, proposed, recorded));
                self.by_id.insert(id, row);
                return;
            }
            ApprovalEvent::ProposalApproved(_) => ProposalStatus::Approved,
            ApprovalEvent::ProposalRejected(_) => ProposalStatus::Rejected,
            ApprovalEvent::ProposalWithdrawn(_) => ProposalStatus::Withdrawn,
        };
        let row = self.by_id.get(&id).expect("an event follows its proposal");
        let proposal = self.table.get_mut(row);
        proposal.version += 1;
        (proposal.status, proposal.decided) = (status, Some(recorded.position));
        proposal.command = None;
    }
}

fn proposal(id: ProposalId, proposed: &CommandProposed, recorded: &Recorded) -> Proposal {
    let readable = proposed.input_version == INPUT_VERSION;
    Proposal {
        id,
        version: 1,
        position: recorded.position,
        command_name: proposed.command.clone(),
        proposer: recorded.actor,
        role: recorded.role,
        provinces: proposed.provinces.as_ref().map(|provinces| provinces.iter().copied().collect()),
        reason: recorded.event.reason.as_ref().map_or(ReasonCode::Other, |reason| reason.code),
        expires: proposed.expires,
        status: ProposalStatus::Open,
        decided: None,
        input_hash: proposed.input_hash,
        command: readable.then(|| serde_json::from_str(&proposed.input).ok()).flatten(),
    }
}

impl Proposal {
    /// The events of an approval: `decided` are those of its command.
    pub fn approve(&self, reason: ReasonCode, decided: Vec<Event>, context: &Context) -> Vec<Event> {
        let approved = ProposalApproved {
            input_hash: self.input_hash,
            proposer_role: self.role,
            proposer_reason: self.reason,
        };
        std::iter::once(self.event(approved, context).because(reason)).chain(decided).collect()
    }

    /// The event of a rejection.
    pub fn reject(&self, reason: ReasonCode, context: &Context) -> Vec<Event> {
        vec![self.event(ProposalRejected {}, context).because(reason)]
    }

    /// The event of a withdrawal.
    pub fn withdraw(&self, context: &Context) -> Vec<Event> {
        vec![self.event(ProposalWithdrawn {}, context)]
    }
}
