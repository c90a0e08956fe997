//! What the count needs to know of the schema: the type of each field, and how many items it may answer.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};
use rustc_hash::FxHashMap;

/// How many items a field may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// One.
    One,
    /// A page, whose items its `edges` and `nodes` hold.
    Page,
    /// The items of the page that is selected from.
    Items,
    /// As many as its arguments say.
    List,
}

/// A field, as the count needs it.
#[derive(Debug)]
pub struct FieldType {
    /// The named type below lists.
    pub name: String,
    /// How many.
    pub size: Size,
}

/// The fields of the schema's types.
pub struct Catalogue {
    fields: FxHashMap<String, FxHashMap<String, FieldType>>,
}

/// The types of introspection, which no definition lists: their fields that select further.
const INTROSPECTION: [(&str, &str, &str, Size); 17] = [
    ("Query", "__schema", "__Schema", Size::One),
    ("Query", "__type", "__Type", Size::One),
    ("__Schema", "types", "__Type", Size::List),
    ("__Schema", "queryType", "__Type", Size::One),
    ("__Schema", "mutationType", "__Type", Size::One),
    ("__Schema", "subscriptionType", "__Type", Size::One),
    ("__Schema", "directives", "__Directive", Size::List),
    ("__Type", "fields", "__Field", Size::List),
    ("__Type", "interfaces", "__Type", Size::List),
    ("__Type", "possibleTypes", "__Type", Size::List),
    ("__Type", "enumValues", "__EnumValue", Size::List),
    ("__Type", "inputFields", "__InputValue", Size::List),
    ("__Type", "ofType", "__Type", Size::One),
    ("__Field", "args", "__InputValue", Size::List),
    ("__Field", "type", "__Type", Size::One),
    ("__InputValue", "type", "__Type", Size::One),
    ("__Directive", "args", "__InputValue", Size::List),
];

impl Catalogue {
    /// Reads a schema's definition.
    pub fn read(definition: &str) -> Self {
        let document = parse_schema(definition).expect("the schema's own definition can be parsed");
        let mut fields: FxHashMap<String, FxHashMap<String, FieldType>> = FxHashMap::default();
        for (of, field, name, size) in INTROSPECTION {
            fields
                .entry(of.to_owned())
                .or_default()
                .insert(field.to_owned(), FieldType { name: name.to_owned(), size });
        }
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let own = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let page = is_page(&name);
            let read =
                |field: &FieldDefinition| (field.name.node.to_string(), FieldType::of(page, &field.ty.node));
            fields.entry(name).or_default().extend(own.iter().map(|field| read(&field.node)));
        }
        Self { fields }
    }

    /// A field of a type; none for what the schema does not have.
    pub fn field(&self, of: &str, name: &str) -> Option<&FieldType> {
        self.fields.get(of)?.get(name)
    }
}

impl FieldType {
    fn of(in_page: bool, ty: &Type) -> Self {
        let (mut base, mut list) = (&ty.base, false);
        let name = loop {
            match base {
                BaseType::Named(name) => break name.to_string(),
                BaseType::List(inner) => (base, list) = (&inner.base, true),
            }
        };
        let size = match list {
            true if in_page => Size::Items,
            true => Size::List,
            false if is_page(&name) => Size::Page,
            false => Size::One,
        };
        Self { name, size }
    }
}

/// Connections are named so, after the Relay convention.
fn is_page(name: &str) -> bool {
    name.ends_with("Connection")
}
