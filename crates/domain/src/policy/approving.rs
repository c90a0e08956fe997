//! Who may propose, approve, reject and withdraw: the rows of what is proposed decide.

use super::{Actor, Authority, CommandKind, Provinces, Role, Roles, Warrant, entitled};
use crate::approval::{ApprovalCommand, ApprovalRejection, Proposal};
use crate::rejection::{Code, Rejection};
use crate::value::ProposalId;
use crate::{Command, State};

pub(super) fn judge(state: &State, actor: &Actor, command: &ApprovalCommand) -> Result<Warrant, Rejection> {
    // Whoever is alone needs no second person, and could be none.
    let together = actor.roles.iter().any(|role| !role.is_alone());
    if !together {
        let message = "proposing and approving take an identity provider, which tells persons apart";
        return Err(Rejection::new(Code::Forbidden, "", message));
    }
    match command {
        ApprovalCommand::ProposeCommand(command) => {
            let row = CommandKind::row_of(&command.command);
            let asked = if row.approves.is_empty() { all(|kind| kind.row().records) } else { row.records };
            let role = persons(actor, asked, state, &command.command)?;
            Ok(Warrant::of(actor, role))
        }
        ApprovalCommand::ApproveProposal(command) => {
            let (proposal, role) = decider(state, actor, command.proposal)?;
            still_entitled(state, proposal)?;
            let proposer = Some(proposal.proposer);
            Ok(Warrant { authority: Authority::FourEyes, proposer, ..Warrant::of(actor, role) })
        }
        ApprovalCommand::RejectProposal(command) => {
            let (_, role) = decider(state, actor, command.proposal)?;
            Ok(Warrant::of(actor, role))
        }
        ApprovalCommand::WithdrawProposal(command) => {
            let proposal = known(state, actor, command.proposal)?;
            if proposal.proposer != actor.id {
                return Err(Rejection::new(Code::Forbidden, "proposal", "another one proposed it"));
            }
            // Whoever lost the role may still take back what they proposed in it.
            Ok(Warrant::of(actor, proposal.role))
        }
    }
}

/// The roles that any sensitive command has in a column.
fn all(column: impl Fn(CommandKind) -> Roles) -> Roles {
    let sensitive = CommandKind::ALL.iter().filter(|kind| kind.is_sensitive());
    sensitive.flat_map(|kind| column(*kind).iter()).fold(Roles::NONE, Roles::with)
}

/// Like [`entitled`], leaving aside roles of those who are alone.
fn persons(actor: &Actor, among: Roles, state: &State, command: &Command) -> Result<Role, Rejection> {
    let roles = among.iter().filter(|role| !role.is_alone()).fold(Roles::NONE, Roles::with);
    entitled(state, actor, roles, command).map_err(|error| error.under("command"))
}

/// The proposal, which somebody who may approve nothing at all doesn't get to know of.
fn known<'a>(state: &'a State, actor: &Actor, id: ProposalId) -> Result<&'a Proposal, Rejection> {
    state.proposals.get(id).ok_or_else(|| {
        let deciding = all(|kind| kind.row().approves);
        match actor.roles.iter().any(|role| deciding.contains(role)) {
            true => ApprovalRejection::Unknown.into(),
            false => Rejection::new(Code::Forbidden, "", "no role of yours decides proposals"),
        }
    })
}

/// Who approves or rejects: not the one who proposed, in whatever role, and one whom the row of the command names.
fn decider<'a>(state: &'a State, actor: &Actor, id: ProposalId) -> Result<(&'a Proposal, Role), Rejection> {
    let proposal = known(state, actor, id)?;
    if proposal.proposer == actor.id {
        return Err(ApprovalRejection::Own.into());
    }
    let command = proposal.command()?;
    let role = entitled(state, actor, CommandKind::row_of(command).approves, command)
        .map_err(|error| Rejection { path: "proposal".to_owned(), ..error })?;
    Ok((proposal, role))
}

/// The proposer's right, judged again: the role and provinces it was proposed in, by today's table and today's state.
fn still_entitled(state: &State, proposal: &Proposal) -> Result<(), Rejection> {
    let command = proposal.command()?;
    let proposer = Actor {
        id: proposal.proposer,
        roles: Roles::of(&[proposal.role]),
        provinces: proposal.provinces.unwrap_or(Provinces::ALL),
    };
    let right = entitled(state, &proposer, CommandKind::row_of(command).records, command);
    right.map(|_| ()).map_err(|error| {
        let message = format!("the proposer may no longer propose it: {}", error.message);
        Rejection::new(error.code, "proposal", message)
    })
}
