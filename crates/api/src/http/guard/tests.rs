use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn counted(
    text: &str,
    operation: Option<&str>,
    variables: serde_json::Value,
) -> Result<count::Counted, TooMuch> {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(&crate::schema::definition()));
    let document = async_graphql::parser::parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    count::count(&CATALOGUE, &document, operation, &Variables::from_json(variables))
}

fn cost(text: &str, variables: serde_json::Value) -> u64 {
    counted(text, None, variables).unwrap_or_else(|refused| panic!("{text}: {refused:?}")).cost
}

fn price(text: &str) -> Result<u64, TooMuch> {
    let document = async_graphql::parser::parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Guard::new(&GraphQl::default()).price(&document, None, &Variables::default())
}

#[test]
fn lists_cost_what_is_asked_of_them() {
    for (text, variables, expected) in [
        ("{ a: __typename }", json!({}), 1),
        ("{ smes { nodes { id } } }", json!({}), 2 + 20),
        ("{ smes(first: 3) { totalCount nodes { id name } } }", json!({}), 3 + 3 * 2),
        ("{ smes(last: 3) { edges { cursor node { id } } } }", json!({}), 2 + 3 * 3),
        ("query($n: Int) { smes(first: $n) { nodes { id } } }", json!({ "n": 7 }), 2 + 7),
        ("query($n: Int) { smes(first: $n) { nodes { id } } }", json!({}), 2 + 20),
        ("query($n: Int = 5) { smes(first: $n) { nodes { id } } }", json!({}), 2 + 5),
        ("query($n: Int) { smes(first: $n) { nodes { id } } }", json!({ "n": "x" }), 2 + 20),
        ("{ smes(first: 1000000) { nodes { id } } }", json!({}), 2 + 100),
        ("{ smes(first: -1) { nodes { id } } }", json!({}), 2),
        (
            "{ smes(first: 2) { ...F } } fragment F on SmeConnection { nodes { id ... { name } } }",
            json!({}),
            2 + 4,
        ),
        ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }", json!({}), 1 + 3),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ["a", "b"] }), 1 + 2),
        (
            "mutation($input: SubmitInput!) { submit(input: $input) { position } }",
            json!({ "input": { "commands": vec![json!({}); 12] } }),
            1 + 12,
        ),
        (
            "mutation($all: [CommandInput!]!) { submit(input: { commands: $all }) { position } }",
            json!({ "all": vec![json!({}); 12] }),
            1 + 12,
        ),
        ("{ smeSummary(filter: { isic: { in: [\"1010\"] } }) { count } }", json!({}), 1 + 10),
        ("{ unknown(first: 9) { more { less } } }", json!({}), 3),
    ] {
        assert_eq!(cost(text, variables.clone()), expected, "{text} {variables}");
    }
}

#[test]
fn the_operation_that_is_meant_is_priced_and_all_are_counted() {
    let text = "query A { smes { nodes { id } } } query B { __typename } fragment Unused on Sme { id name }";
    let of = |operation| counted(text, operation, json!({})).unwrap();
    assert_eq!((of(Some("A")).cost, of(Some("B")).cost, of(None).cost, of(Some("C")).cost), (22, 1, 22, 22));
    assert_eq!(of(Some("B")).selections, 3 + 1 + 2);
}

#[test]
fn fragments_that_double_are_counted_without_being_expanded() {
    let mut text = "{ smes { nodes { ...F0 } } }".to_owned();
    for level in 0..60 {
        text += &format!(" fragment F{level} on Sme {{ ...F{0} ...F{0} }}", level + 1);
    }
    text += " fragment F60 on Sme { id }";
    let refused = price(&text).unwrap_err();
    assert_eq!(refused.fault, Fault::TooComplex);
    assert!(refused.message.contains("selections"), "{refused:?}");
    // Too many to hold: still only too many.
    let wide = text.replace("id }", &format!("{} }}", "...X ".repeat(64))) + " fragment X on Sme { id }";
    assert_eq!(price(&wide).unwrap_err().fault, Fault::TooComplex);
}

#[test]
fn a_fragment_that_contains_itself_is_refused() {
    for text in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { smes { nodes { id } } ...A }",
        "{ __typename } fragment A on Query { ...A }",
    ] {
        assert_eq!(price(text).map_err(|refused| refused.fault), Err(Fault::ValidationFailed), "{text}");
    }
}

#[test]
fn each_bound_is_named() {
    let aliases: String = (0..501).map(|number| format!("a{number}: __typename ")).collect();
    let deep = format!("{{ {} id {} }}", "node { ".repeat(16), "}".repeat(16));
    let mut nested = "{ ...F0 } fragment F70 on Query { __typename }".to_owned();
    for level in 0..70 {
        nested += &format!(" fragment F{level} on Query {{ ...F{} }}", level + 1);
    }
    let deeply_listed = "{ __schema { types { fields { args { type { fields { name } } } } } } }";
    for (text, tells) in [
        (format!("{{ {aliases} }}"), "501 aliases"),
        (format!("{{ __typename {} }}", "@skip(if: false) ".repeat(201)), "201 directives"),
        (format!("{{ {} }}", "__typename ".repeat(2_001)), "2001 selections"),
        (deep, "17 levels"),
        (nested, "64 deep"),
        (deeply_listed.to_owned(), "4 lists of introspection"),
        (format!("{{ __schema {{ {} }} }}", "description ".repeat(500)), "501 selections of introspection"),
        (
            "{ smes(first: 100) { nodes { exports(first: 100) { nodes { id id id id id } } } } }".to_owned(),
            "50202 fields",
        ),
    ] {
        let refused = price(&text).expect_err(tells);
        assert!(
            refused.fault == Fault::TooComplex && refused.message.contains(tells),
            "{tells}: {refused:?}"
        );
    }
}

#[test]
fn what_clients_ask_of_the_schema_fits() {
    let of_type = (0..9).fold("kind name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let text = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name }} mutationType {{ name }} \
         subscriptionType {{ name }} types {{ ...FullType }} directives {{ name description isRepeatable locations \
         args(includeDeprecated: true) {{ ...InputValue }} }} }} }} \
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf fields(includeDeprecated: true) {{ \
         name description args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated \
         deprecationReason }} inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }} \
         enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ \
         ...TypeRef }} }} \
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated \
         deprecationReason }} fragment TypeRef on __Type {{ {of_type} }}"
    );
    assert_eq!(price(&text), Ok(0));
}

/// A small document: its root and three fragments, each of which spreads only later ones.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just("id".to_owned()), Just("a: name".to_owned()), Just("__typename".to_owned())];
    let set = |spreads: Vec<&'static str>| {
        let spread = proptest::sample::select(spreads);
        let choice = prop_oneof![3 => leaf.clone(), 1 => spread.prop_map(|name| format!("...{name}"))];
        choice.prop_recursive(3, 12, 3, |inner| {
            let items = proptest::collection::vec(inner, 1..4).prop_map(|items| items.join(" "));
            (items, 0..6_u32, 0..3_u32).prop_map(|(items, size, kind)| match kind {
                0 => format!("park {{ smes(first: {size}) {{ nodes {{ {items} }} }} }}"),
                1 => format!("park {{ smes(last: {size}) {{ totalCount edges {{ node {{ {items} }} }} }} }}"),
                _ => format!("... on Sme {{ {items} }}"),
            })
        })
    };
    (set(vec!["A", "B", "C"]), set(vec!["B", "C"]), set(vec!["C"]), set(vec!["Missing"])).prop_map(
        |(root, a, b, c)| {
            format!(
                "{{ smes(first: 4) {{ nodes {{ {root} }} }} }} fragment A on Sme {{ {a} }} fragment B on Sme {{ {b} }} \
                 fragment C on Sme {{ {c} }}"
            )
        },
    )
}

/// Every field of the answer, one by one: fragments expanded and lists walked.
fn expanded(text: &str) -> (u64, u64) {
    use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
    fn walk(document: &ExecutableDocument, set: &SelectionSet, page: u64, depth: u64) -> (u64, u64) {
        let (mut fields, mut deepest) = (0, depth);
        for item in &set.items {
            let (more, reached) = match &item.node {
                Selection::Field(field) => {
                    let number = |name| {
                        let value = field.node.get_argument(name)?.node.clone();
                        serde_json::to_value(value.into_const()?).ok()?.as_u64()
                    };
                    let page_of = number("first").or(number("last")).unwrap_or(1);
                    let name = field.node.name.node.as_str();
                    let times = if matches!(name, "nodes" | "edges") { page } else { 1 };
                    let within = walk(document, &field.node.selection_set.node, page_of, depth + 1);
                    (1 + (0..times).map(|_| within.0).sum::<u64>(), within.1)
                }
                Selection::InlineFragment(inline) => {
                    walk(document, &inline.node.selection_set.node, page, depth)
                }
                Selection::FragmentSpread(spread) => {
                    match document.fragments.get(&spread.node.fragment_name.node) {
                        Some(fragment) => walk(document, &fragment.node.selection_set.node, page, depth),
                        None => (0, depth),
                    }
                }
            };
            fields += more;
            deepest = deepest.max(reached);
        }
        (fields, deepest)
    }
    let document = async_graphql::parser::parse_query(text).unwrap();
    let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
    walk(&document, &operation.node.selection_set.node, 1, 0)
}

proptest! {
    #[test]
    fn the_count_is_that_of_the_expanded_document(text in documents()) {
        let counted = counted(&text, None, json!({})).unwrap();
        let (fields, depth) = expanded(&text);
        prop_assert_eq!(counted.cost, fields, "{}", text);
        // Unused fragments count too, so it may be deeper.
        prop_assert!(counted.depth >= depth, "{}", text);
    }
}
