//! Objects that are found again by an opaque ID, whatever their kind.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daftar_domain::envelope::EntityId;

use crate::approval::Proposal;
use crate::auth::scope::{actor, reads_entity, reads_person};
use crate::consortium::Consortium;
use crate::emc::Emc;
use crate::export::Export;
use crate::park::Park;
use crate::period::ClosedPeriod;
use crate::person::Person;
use crate::publication::PublishedFigure;
use crate::refusal::{Answer, Refusal};
use crate::research::Research;
use crate::revival::Revival;
use crate::sme::Sme;
use crate::statement::Statement;
use crate::training::Training;
use crate::view::View;

/// The most objects that one question looks up by ID.
pub const NODES_MOST: usize = 100;

/// The opaque ID of an entity: its kind and UUID in base64.
pub fn encode(entity: EntityId) -> ID {
    ID(URL_SAFE_NO_PAD.encode(entity.to_string()))
}

/// The entity that an opaque ID stands for; none for what is no such ID.
pub fn decode(id: &ID) -> Option<EntityId> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?.parse().ok()
}

/// The view of a request.
pub fn view<'a>(context: &Context<'a>) -> &'a Arc<View> {
    context.data().expect("a request carries its view")
}

/// The view that the fields of a root are read from: the request's own, or one that was put in its place.
#[derive(Clone, Default)]
pub struct Reads {
    view: Option<Arc<View>>,
    past: bool,
}

impl Reads {
    /// A view in the place of the request's own.
    pub fn of(view: Arc<View>) -> Self {
        Self { view: Some(view), past: false }
    }

    /// A view of a moment that a question named.
    pub fn past(view: Arc<View>) -> Self {
        Self { view: Some(view), past: true }
    }

    /// Whether it is of a moment that a question named.
    pub fn is_past(&self) -> bool {
        self.past
    }

    /// That view.
    pub fn view<'a>(&'a self, context: &Context<'a>) -> &'a Arc<View> {
        self.view.as_ref().unwrap_or_else(|| view(context))
    }
}

/// An object with an opaque ID.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The opaque ID, for `node` and for commands."))]
pub enum Node {
    /// A park.
    Park(Park),
    /// A unit.
    Sme(Sme),
    /// A revival case.
    Revival(Revival),
    /// A consortium.
    Consortium(Consortium),
    /// An export management company.
    Emc(Emc),
    /// An export record.
    Export(Export),
    /// A course or workshop.
    Training(Training),
    /// A research or study project.
    Research(Research),
    /// An official statement.
    Statement(Statement),
    /// A published figure.
    PublishedFigure(PublishedFigure),
    /// A person.
    Person(Person),
    /// A closed period.
    ClosedPeriod(ClosedPeriod),
    /// A proposal.
    Proposal(Proposal),
}

impl Node {
    /// The object of an entity; none for one that is not recorded, and for the log and the reference tables.
    pub fn find(view: &Arc<View>, entity: EntityId) -> Option<Self> {
        match entity {
            EntityId::Log | EntityId::Reference | EntityId::Vault => None,
            EntityId::Park(id) => Park::find(view, id).map(Self::Park),
            EntityId::Sme(id) => Sme::find(view, id).map(Self::Sme),
            EntityId::Revival(id) => Revival::find(view, id).map(Self::Revival),
            EntityId::Consortium(id) => Consortium::find(view, id).map(Self::Consortium),
            EntityId::Emc(id) => Emc::find(view, id).map(Self::Emc),
            EntityId::Export(id) => Export::find(view, id).map(Self::Export),
            EntityId::Training(id) => Training::find(view, id).map(Self::Training),
            EntityId::Research(id) => Research::find(view, id).map(Self::Research),
            EntityId::Statement(id) => Statement::find(view, id).map(Self::Statement),
            EntityId::Publication(id) => PublishedFigure::find(view, id).map(Self::PublishedFigure),
            EntityId::Person(id) => Person::find(view, id).map(Self::Person),
            EntityId::Closing(id) => ClosedPeriod::find(view, id).map(Self::ClosedPeriod),
            EntityId::Proposal(id) => Proposal::find(view, id).map(Self::Proposal),
        }
    }
}

/// The object of an ID, as far as the actor may know of it: a proposal is known where its entity's history is, a person
/// where personal data are.
fn shown(context: &Context<'_>, view: &Arc<View>, id: &ID) -> Option<Node> {
    let entity = decode(id)?;
    let known = match entity {
        EntityId::Proposal(_) => reads_entity(actor(context), view, entity),
        EntityId::Person(id) => reads_person(actor(context), view, id),
        _ => true,
    };
    known.then(|| Node::find(view, entity)).flatten()
}

/// Look-ups by opaque ID.
#[derive(Default)]
pub struct NodeQuery(pub Reads);

#[Object]
impl NodeQuery {
    /// The object with an opaque ID.
    fn node(&self, context: &Context<'_>, #[graphql(desc = "Its opaque ID.")] id: ID) -> Option<Node> {
        shown(context, self.0.view(context), &id)
    }

    /// The objects with these opaque IDs, each at its place; null where there is none.
    fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Up to 100 opaque IDs.")] ids: Vec<ID>,
    ) -> Answer<Vec<Option<Node>>> {
        if ids.len() > NODES_MOST {
            let asked = ids.len() as i64;
            return Err(Refusal::PageSize { argument: "ids", asked, most: NODES_MOST }.into());
        }
        Ok(ids.iter().map(|id| shown(context, self.0.view(context), id)).collect())
    }
}
