//! Facts that later back-dated events undercut, as they are asked for.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use daftar_domain::rules;

use crate::connection::Connection;
use crate::node::{self, Node, Reads};
use crate::refusal::Answer;
use crate::scalar::Position;
use crate::view::View;

/// A fact that a later back-dated event undercut.
#[derive(Clone)]
pub struct Finding {
    view: Arc<View>,
    finding: rules::Finding,
}

/// A fact that stands in the record although a later back-dated event undercut it.
#[Object]
impl Finding {
    /// The code of the rule that it no longer keeps.
    fn rule(&self) -> &str {
        self.finding.rule.as_str()
    }

    /// What that rule says.
    fn meaning(&self) -> &str {
        self.finding.rule.meaning()
    }

    /// The position of the event that recorded the fact.
    fn fact(&self) -> Position {
        Position(self.finding.fact)
    }

    /// The opaque ID of the entity in whose history the fact stands.
    fn entity_id(&self) -> ID {
        node::encode(self.finding.entity)
    }

    /// The entity in whose history the fact stands.
    fn entity(&self) -> Option<Node> {
        Node::find(&self.view, self.finding.entity)
    }

    /// The position of the event that undercut it.
    fn cause(&self) -> Position {
        Position(self.finding.cause)
    }
}

/// Look-ups of findings.
#[derive(Default)]
pub struct FindingQuery(pub Reads);

#[Object]
impl FindingQuery {
    /// Facts that later back-dated events undercut, in the order of the facts. A finding goes when a later event heals
    /// it, or when the fact is corrected or voided.
    fn findings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
    ) -> Option<Answer<Connection<Finding>>> {
        let view = self.0.view(context);
        let page = Connection::forward(first, after, view.findings(0).count(), |after: Option<u64>| {
            let of = |finding: &rules::Finding| {
                (finding.fact, Finding { view: Arc::clone(view), finding: *finding })
            };
            view.findings(after.unwrap_or(0)).map(of)
        });
        Some(page.map_err(Into::into))
    }
}
