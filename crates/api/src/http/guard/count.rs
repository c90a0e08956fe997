//! The count over a parsed document: each selection is looked at once, however often its fragment is spread.
//!
//! All sums saturate, so a count that is too large to hold is simply too large.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Value, Variables};
use async_graphql_value::Value as InputValue;
use rustc_hash::FxHashMap;

use super::TooMuch;
use super::catalogue::{Catalogue, Size};
use crate::connection::{PAGE_DEFAULT, PAGE_MOST};
use crate::error::Fault;

/// How many items a list may have whose arguments don't say.
const LIST_ASSUMED: u64 = 10;
/// The most selection sets and spreads inside each other, so that the count itself stays on its stack.
const NESTED_MAX: usize = 64;

/// What a document asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The fields that the answer may have.
    pub cost: u64,
    /// Fields and spreads of all operations, with fragments expanded.
    pub selections: u64,
    /// The most fields inside each other.
    pub depth: u64,
    /// Selections of introspection, with fragments expanded.
    pub introspection: u64,
    /// The most fields of introspection inside each other.
    pub introspection_depth: u64,
    /// The most lists of introspection inside each other.
    pub introspection_lists: u64,
    /// Aliases in the text.
    pub aliases: u64,
    /// Directives in the text.
    pub directives: u64,
}

/// What a selection set comes to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    /// Fields that are answered once.
    once: u64,
    /// Fields that are answered for each item of the page that is selected from.
    items: u64,
    selections: u64,
    depth: u64,
    introspection: u64,
    introspection_depth: u64,
    introspection_lists: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.once = self.once.saturating_add(other.once);
        self.items = self.items.saturating_add(other.items);
        self.selections = self.selections.saturating_add(other.selections);
        self.introspection = self.introspection.saturating_add(other.introspection);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
    }
}

/// Counts a document; its cost is that of the operation with that name, or else of the costliest.
///
/// # Errors
/// QUERY_TOO_COMPLEX for what nests too deep to be counted, GRAPHQL_VALIDATION_FAILED for a fragment that contains
/// itself.
pub fn count(
    catalogue: &Catalogue,
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> Result<Counted, TooMuch> {
    let mut counter = Counter {
        catalogue,
        document,
        variables,
        defaults: FxHashMap::default(),
        fragments: FxHashMap::default(),
        counted: Counted::default(),
    };
    let named = |name: Option<&Name>| name.is_some_and(|name| Some(name.as_str()) == operation);
    let one_is_meant = document.operations.iter().any(|(name, _)| named(name));
    let meant = |name| !one_is_meant || named(name);
    // The one that is meant goes first: fragments are counted with its variables.
    let operations = document.operations.iter();
    let (asked, others): (Vec<_>, Vec<_>) = operations.partition(|(name, _)| meant(*name));
    for (_, operation) in asked {
        let cost = counter.operation(&operation.node)?;
        counter.counted.cost = counter.counted.cost.max(cost);
    }
    for (_, operation) in others {
        counter.operation(&operation.node)?;
    }
    for name in document.fragments.keys() {
        if !counter.fragments.contains_key(name.as_str()) {
            let sum = counter.fragment(name, 0)?;
            counter.total(sum);
        }
    }
    Ok(counter.counted)
}

struct Counter<'a> {
    catalogue: &'a Catalogue,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    defaults: FxHashMap<&'a str, &'a Value>,
    /// None for one that is being counted.
    fragments: FxHashMap<&'a str, Option<Sum>>,
    counted: Counted,
}

impl<'a> Counter<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<u64, TooMuch> {
        for variable in &operation.variable_definitions {
            self.directives(&variable.node.directives);
            if let Some(default) = variable.node.default_value() {
                self.defaults.insert(variable.node.name.node.as_str(), default);
            }
        }
        self.directives(&operation.directives);
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let sum = self.set(root, &operation.selection_set.node, 0)?;
        self.total(sum);
        Ok(sum.once.saturating_add(sum.items))
    }

    fn total(&mut self, sum: Sum) {
        let counted = &mut self.counted;
        counted.selections = counted.selections.saturating_add(sum.selections);
        counted.introspection = counted.introspection.saturating_add(sum.introspection);
        counted.depth = counted.depth.max(sum.depth);
        counted.introspection_depth = counted.introspection_depth.max(sum.introspection_depth);
        counted.introspection_lists = counted.introspection_lists.max(sum.introspection_lists);
    }

    fn directives<D>(&mut self, directives: &[D]) {
        self.counted.directives = self.counted.directives.saturating_add(directives.len() as u64);
    }

    fn set(&mut self, of: &str, set: &'a SelectionSet, nested: usize) -> Result<Sum, TooMuch> {
        if nested > NESTED_MAX {
            let message = format!("the document nests selections and fragments more than {NESTED_MAX} deep");
            return Err(TooMuch::complex(message));
        }
        let mut sum = Sum::default();
        for selection in &set.items {
            self.directives(selection.node.directives());
            let selected = match &selection.node {
                Selection::Field(field) => self.field(of, &field.node, nested)?,
                Selection::FragmentSpread(spread) => {
                    let mut sum = self.fragment(&spread.node.fragment_name.node, nested + 1)?;
                    sum.selections = sum.selections.saturating_add(1);
                    sum
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let of = condition.map_or(of, |condition| condition.node.on.node.as_str());
                    let mut sum = self.set(of, &inline.node.selection_set.node, nested + 1)?;
                    sum.selections = sum.selections.saturating_add(1);
                    sum
                }
            };
            sum.add(selected);
        }
        Ok(sum)
    }

    /// A fragment by its name, counted once; one that is not defined is nothing, and refused by validation.
    fn fragment(&mut self, name: &str, nested: usize) -> Result<Sum, TooMuch> {
        match self.fragments.get(name) {
            Some(Some(sum)) => return Ok(*sum),
            Some(None) => {
                let message = format!("the fragment `{name}` contains itself");
                return Err(TooMuch { fault: Fault::ValidationFailed, message });
            }
            None => {}
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Sum::default());
        };
        self.fragments.insert(name, None);
        self.directives(&fragment.node.directives);
        let of = &fragment.node.type_condition.node.on.node;
        let sum = self.set(of, &fragment.node.selection_set.node, nested)?;
        self.fragments.insert(name, Some(sum));
        Ok(sum)
    }

    fn field(&mut self, of: &str, field: &'a Field, nested: usize) -> Result<Sum, TooMuch> {
        self.counted.aliases = self.counted.aliases.saturating_add(u64::from(field.alias.is_some()));
        let name = field.name.node.as_str();
        let (child, size) =
            self.catalogue.field(of, name).map_or(("", Size::One), |known| (known.name.as_str(), known.size));
        let within = self.set(child, &field.selection_set.node, nested + 1)?;
        if of.starts_with("__") || child.starts_with("__") {
            return Ok(introspection(within, size));
        }
        let mut sum = Sum {
            once: 1,
            selections: within.selections.saturating_add(1),
            depth: within.depth.saturating_add(1),
            ..within
        };
        let all = within.once.saturating_add(within.items);
        match size {
            Size::One => sum.once = all.saturating_add(1),
            Size::Page => {
                let items = within.items.saturating_mul(self.page(field));
                sum.once = within.once.saturating_add(items).saturating_add(1);
            }
            Size::Items => {}
            Size::List => sum.once = all.saturating_mul(self.list(field)).saturating_add(1),
        }
        sum.items = if size == Size::Items { all } else { 0 };
        Ok(sum)
    }

    /// The items of a page. More than there may be are refused by the resolver, which then does nothing.
    fn page(&self, field: &Field) -> u64 {
        let asked = ["first", "last"].into_iter().filter_map(|name| self.number(field, name)).max();
        asked.unwrap_or(PAGE_DEFAULT as u64).min(PAGE_MOST as u64)
    }

    /// The items of a list: as many as are asked for, or as a list in its arguments has.
    fn list(&self, field: &Field) -> u64 {
        if field.selection_set.node.items.is_empty() {
            return 0;
        }
        let given = field.arguments.iter().filter_map(|(_, value)| self.length(&value.node)).max();
        let asked = self.number(field, "first").map(|first| first.min(PAGE_MOST as u64));
        asked.or(given.filter(|items| *items > 0)).unwrap_or(LIST_ASSUMED)
    }

    fn number(&self, field: &Field, argument: &str) -> Option<u64> {
        match &field.get_argument(argument)?.node {
            InputValue::Variable(name) => match self.variable(name)? {
                Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
                _ => None,
            },
            InputValue::Number(number) => Some(number.as_u64().unwrap_or(0)),
            _ => None,
        }
    }

    fn length(&self, value: &InputValue) -> Option<u64> {
        match value {
            InputValue::Variable(name) => match self.variable(name)? {
                Value::Object(fields) => within(fields.values().filter_map(listed)),
                value => listed(value),
            },
            InputValue::List(items) => Some(items.len() as u64),
            InputValue::Object(fields) => within(fields.values().filter_map(|value| self.length(value))),
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name).or_else(|| self.defaults.get(name).copied())
    }
}

/// What lists inside an argument come to: they may be about other things than the items, as in a filter.
fn within(lengths: impl Iterator<Item = u64>) -> Option<u64> {
    lengths.max().map(|length| length.max(LIST_ASSUMED))
}

/// How many items a list has.
fn listed(value: &Value) -> Option<u64> {
    match value {
        Value::List(items) => Some(items.len() as u64),
        _ => None,
    }
}

/// A field of introspection, or one that leads to it: it is bounded apart, because what it answers does not grow.
fn introspection(within: Sum, size: Size) -> Sum {
    Sum {
        once: 0,
        items: 0,
        selections: within.selections,
        depth: 0,
        introspection: within.introspection.saturating_add(1),
        introspection_depth: within.introspection_depth.saturating_add(1),
        introspection_lists: within.introspection_lists.saturating_add(u64::from(size == Size::List)),
    }
}
