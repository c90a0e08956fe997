//! Facts that later back-dated events undercut, as they are asked for.

use std::ops::{Bound, RangeInclusive};
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use daftar_domain::envelope::EntityId;
use daftar_domain::rejection::Code;
use daftar_domain::rules;

use crate::connection::{Between, Connection, Keyed, PageArguments};
use crate::filter::{Choice, CodeChoice, Limits, Range};
use crate::node::{self, Node, Reads};
use crate::refusal::{Answer, Refusal};
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

/// Which findings. What is left out or null doesn't narrow; all that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct FindingFilter {
    /// The code of the rule.
    rule: Option<CodeChoice>,
    /// The position of the event that recorded the fact.
    fact: Option<Range<Position>>,
    /// The position of the event that undercut it.
    cause: Option<Range<Position>>,
    /// The opaque ID of the entity in whose history the fact stands.
    entity_id: Option<Choice<ID>>,
}

/// What a filter asks of a finding, read.
#[derive(Default)]
struct Sought {
    rules: Option<Vec<Code>>,
    prefix: Option<String>,
    facts: Limits<u64>,
    causes: Limits<u64>,
    entities: Option<Vec<EntityId>>,
    /// It asks for what every finding has to be without.
    nothing: bool,
}

impl FindingFilter {
    fn read(self) -> Result<Sought, Refusal> {
        let rule = |code: &str| {
            let rule = Code::ALL.iter().find(|rule| rule.as_str() == code).copied();
            rule.ok_or(Refusal::Arguments("`rule` is not the code of a rule"))
        };
        let position = |position: &Position| Ok(position.0);
        let entity =
            |id: &ID| node::decode(id).ok_or(Refusal::Arguments("`entityId` is not the ID of an entity"));
        let Self { rule: code, fact, cause, entity_id } = self;
        let limits = |range: &Option<Range<Position>>| {
            Ok(range.as_ref().map(|range| range.limits(position)).transpose()?.flatten().unwrap_or_default())
        };
        let nulls = [fact.as_ref().and_then(Range::null), cause.as_ref().and_then(Range::null)];
        let nulls = nulls.into_iter().chain([entity_id.as_ref().and_then(Choice::null)]);
        Ok(Sought {
            rules: code.as_ref().map(|code| code.values(rule)).transpose()?.flatten(),
            prefix: code.as_ref().and_then(CodeChoice::prefix).map(str::to_owned),
            facts: limits(&fact)?,
            causes: limits(&cause)?,
            entities: entity_id.map(|id| id.values(entity)).transpose()?.flatten(),
            nothing: nulls.flatten().any(|null| null),
        })
    }
}

impl Sought {
    fn meets(&self, finding: &rules::Finding) -> bool {
        let (from, to) = self.causes;
        self.rules.as_ref().is_none_or(|rules| rules.contains(&finding.rule))
            && self.prefix.as_ref().is_none_or(|prefix| finding.rule.as_str().starts_with(prefix))
            && from.is_none_or(|from| from <= finding.cause)
            && to.is_none_or(|to| finding.cause <= to)
            && self.entities.as_ref().is_none_or(|entities| entities.contains(&finding.entity))
    }

    /// The positions of the facts that may be meant; none where there are no such positions.
    fn facts(&self, (after, before): Between<'_, u64>) -> Option<RangeInclusive<u64>> {
        let from = match after {
            Bound::Unbounded => 0,
            Bound::Included(fact) => *fact,
            Bound::Excluded(fact) => fact.checked_add(1)?,
        };
        let to = match before {
            Bound::Unbounded => u64::MAX,
            Bound::Included(fact) => *fact,
            Bound::Excluded(fact) => fact.checked_sub(1)?,
        };
        let from = self.facts.0.map_or(from, |limit| limit.max(from));
        let to = self.facts.1.map_or(to, |limit| limit.min(to));
        (from <= to && !self.nothing).then_some(from..=to)
    }
}

/// The findings of a view that are sought, by the position of the fact.
struct FindingList {
    view: Arc<View>,
    sought: Sought,
}

impl Keyed for FindingList {
    type Key = u64;
    type Item = Finding;

    fn read(
        &self,
        between: Between<'_, u64>,
        backward: bool,
    ) -> Box<dyn Iterator<Item = (u64, Finding)> + '_> {
        let Some(facts) = self.sought.facts(between) else { return Box::new(std::iter::empty()) };
        let findings: Box<dyn Iterator<Item = &rules::Finding>> = match backward {
            false => Box::new(self.view.findings(facts)),
            true => Box::new(self.view.findings_backward(facts)),
        };
        let of = |finding: &rules::Finding| {
            (finding.fact, Finding { view: Arc::clone(&self.view), finding: *finding })
        };
        Box::new(findings.filter(|finding| self.sought.meets(finding)).map(of))
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
        #[graphql(desc = "Which findings.", default)] filter: FindingFilter,
        #[graphql(desc = "The first so many, at most 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Option<Answer<Connection<Finding>>> {
        let view = Arc::clone(self.0.view(context));
        let page = filter.read().and_then(|sought| {
            FindingList { view, sought }.page(&PageArguments::new(first, after, last, before))
        });
        Some(page.map_err(Into::into))
    }
}
