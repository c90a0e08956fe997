//! What can be asked of proposals.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use daftar_domain::approval;
use daftar_domain::envelope::EntityId;
use daftar_domain::value::ProposalId;

use crate::auth::scope::{actor, reads_entity};
use crate::connection::{Connection, PageArguments, WholeList};
use crate::history::{ReasonCode, Role};
use crate::node::{self, Reads};
use crate::refusal::Answer;
use crate::scalar::{DateTime, Position};
use crate::view::View;

/// What became of a proposal. One that nobody decided stays open; its expiry is judged when somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::approval::ProposalStatus")]
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

/// A command that was proposed by one person, for another one to approve.
#[derive(Clone)]
pub struct Proposal {
    view: Arc<View>,
    id: ProposalId,
}

impl Proposal {
    /// The proposal with an ID.
    pub fn find(view: &Arc<View>, id: ProposalId) -> Option<Self> {
        // A past view has the newest state: what was proposed after it is not in it.
        let known = view.state.proposals.get(id).filter(|proposal| proposal.position <= view.position);
        known.map(|_| Self { view: Arc::clone(view), id })
    }

    /// Whether it was decided at the view's position or before.
    fn is_decided(&self) -> bool {
        self.of().decided.is_some_and(|decided| decided <= self.view.position)
    }

    fn of(&self) -> &approval::Proposal {
        self.view.state.proposals.get(self.id).expect("a proposal was found in this very view")
    }
}

/// A command that was proposed by one person, for another one to approve.
#[Object]
impl Proposal {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Proposal(self.id))
    }

    /// How many events it has.
    async fn version(&self) -> u32 {
        1 + u32::from(self.is_decided())
    }

    /// What became of it.
    async fn status(&self) -> ProposalStatus {
        if self.is_decided() { self.of().status.into() } else { ProposalStatus::Open }
    }

    /// The command's name, such as `VoidExport`.
    async fn command(&self) -> &str {
        &self.of().command_name
    }

    /// The command's input as JSON, until the proposal is decided; then it stands in the event at `position`.
    async fn input(&self) -> Option<String> {
        self.of().command().ok().map(daftar_domain::Command::canonical)
    }

    /// Why it was proposed.
    async fn reason(&self) -> ReasonCode {
        self.of().reason.into()
    }

    /// Who proposed it: a random ID, no name.
    async fn proposer_id(&self) -> ID {
        ID(self.of().proposer.to_string())
    }

    /// In which role.
    async fn proposer_role(&self) -> Role {
        self.of().role.into()
    }

    /// From when on it can no longer be decided.
    async fn expires_at(&self) -> DateTime {
        self.of().expires.into()
    }

    /// The position of the event that made it.
    async fn position(&self) -> Position {
        Position(self.of().position)
    }
}

/// Look-ups of proposals.
#[derive(Default)]
pub struct ApprovalQuery(pub Reads);

#[Object]
impl ApprovalQuery {
    /// Proposals in the order in which they were made.
    fn proposals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Those of this status only.")] status: Option<ProposalStatus>,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Proposal>>> {
        let view = self.0.view(context);
        let status = status.map(approval::ProposalStatus::from);
        let actor = actor(context);
        let wanted = |proposal: &&approval::Proposal| {
            status.is_none_or(|status| proposal.status == status)
                && reads_entity(actor, view, EntityId::Proposal(proposal.id))
        };
        let of = |proposal: &approval::Proposal| {
            (proposal.position, Proposal { view: Arc::clone(view), id: proposal.id })
        };
        let items = view.state.proposals.iter().filter(wanted).map(of).collect();
        let page = WholeList { items }.page(&PageArguments::new(first, after, last, before));
        Some(page.map_err(Into::into))
    }
}
