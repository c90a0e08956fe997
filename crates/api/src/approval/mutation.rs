//! The mutations of proposals: one for each command.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use daftar_domain::Command;
use daftar_domain::approval::{
    ApprovalCommand, ApproveProposal, ProposeCommand, RejectProposal, WithdrawProposal,
};
use daftar_domain::value::ProposalId;

use super::Proposal;
use crate::history::ReasonCode;
use crate::input::{Call, Calling, Fields, NodeRef, input};
use crate::submit::{self, AnyCommandInput, CommandInput, CommandResult};

/// Proposes a command that takes two persons.
#[derive(InputObject)]
pub struct ProposeCommandInput {
    #[graphql(flatten)]
    call: Call,
    /// What is proposed. Its own `commandId`, `expectedVersion` and `dryRun` are left out: it is decided when it is
    /// approved.
    command: Box<AnyCommandInput>,
    /// Why.
    reason: ReasonCode,
    /// How long the proposal stands, in days, at most 30; 7 when left out.
    days: Option<u32>,
}

impl CommandInput for ProposeCommandInput {
    fn calling(&self) -> &dyn Calling {
        &self.call
    }

    fn command(self, fields: &mut Fields) -> Option<Command> {
        let command = submit::inner(*self.command, fields, "proposed")?;
        // What is too much for the domain is too much for its number too.
        let days = self.days.map(|days| u8::try_from(days).unwrap_or(u8::MAX));
        let propose = ProposeCommand { command: Box::new(command), reason: self.reason.into(), days };
        Some(Command::Approval(ApprovalCommand::ProposeCommand(propose)))
    }
}

input! {
    /// Approves a proposal, which has its command decided.
    command ApproveProposalInput => Approval(ApprovalCommand::ApproveProposal) {
        /// The proposal.
        proposal: NodeRef<ProposalId>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Rejects a proposal.
    command RejectProposalInput => Approval(ApprovalCommand::RejectProposal) {
        /// The proposal.
        proposal: NodeRef<ProposalId>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Takes one's own proposal back.
    command WithdrawProposalInput => Approval(ApprovalCommand::WithdrawProposal) {
        /// The proposal.
        proposal: NodeRef<ProposalId>,
    }
}

/// The answer to a command about a proposal.
#[derive(SimpleObject)]
pub struct ProposalPayload {
    /// The proposal as it is once the command is recorded; null when nothing was.
    proposal: Option<Proposal>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(ProposalPayload { proposal: Proposal });

/// Commands about proposals.
#[derive(Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Proposes a command that takes two persons: a voiding, an erasure, or the dissolution of a consortium. Needs an
    /// identity provider.
    async fn propose_command(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ProposeCommandInput,
    ) -> Result<ProposalPayload> {
        submit::one(context, input).await
    }

    /// Approves what another person has proposed, and has it decided: the payload's events are those of the approval
    /// and of the command. One that can't be decided any more is answered with its own rejection, and stays open.
    async fn approve_proposal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ApproveProposalInput,
    ) -> Result<ProposalPayload> {
        submit::one(context, input).await
    }

    /// Rejects what another person has proposed.
    async fn reject_proposal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: RejectProposalInput,
    ) -> Result<ProposalPayload> {
        submit::one(context, input).await
    }

    /// Takes one's own proposal back.
    async fn withdraw_proposal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: WithdrawProposalInput,
    ) -> Result<ProposalPayload> {
        submit::one(context, input).await
    }
}
