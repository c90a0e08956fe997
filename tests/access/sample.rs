//! Inputs of every command, made from the schema: what must be given, with values that are well-formed.

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeDefinition, TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

/// The types of the schema, and the IDs that fields of a name are given.
pub struct Samples {
    types: HashMap<String, TypeDefinition>,
    ids: HashMap<&'static str, Value>,
}

impl Samples {
    pub fn new(ids: HashMap<&'static str, Value>) -> Self {
        let schema = parse_schema(daftar_api::schema::definition()).expect("it is what is published");
        let types = schema.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(defined) => Some((defined.node.name.node.to_string(), defined.node)),
            _ => None,
        });
        Self { types: types.collect(), ids }
    }

    /// The fields of an object type.
    pub fn fields(&self, name: &str) -> Vec<String> {
        match &self.types[name].kind {
            TypeKind::Object(object) => {
                object.fields.iter().map(|field| field.node.name.node.to_string()).collect()
            }
            _ => panic!("{name} is no object"),
        }
    }

    /// A field of an object type, with what can be selected of it down to a depth.
    pub fn selection(&self, of: &str, field: &str, depth: usize) -> Option<String> {
        let TypeKind::Object(object) = &self.types[of].kind else { panic!("{of} is no object") };
        let found = object.fields.iter().find(|found| found.node.name.node == field);
        let mut base = &found.expect("it has the field").node.ty.node.base;
        while let BaseType::List(item) = base {
            base = &item.base;
        }
        let BaseType::Named(name) = base else { unreachable!("lists are unwrapped") };
        match self.types.get(name.as_str()).map(|defined| &defined.kind) {
            Some(TypeKind::Object(_)) if depth == 0 => None,
            Some(TypeKind::Object(_)) => {
                let below = self.fields(name).into_iter();
                let below: Vec<_> =
                    below.filter_map(|below| self.selection(name, &below, depth - 1)).collect();
                Some(format!("{field} {{ {} }}", below.join(" ")))
            }
            Some(TypeKind::Interface(_) | TypeKind::Union(_)) => Some(format!("{field} {{ __typename }}")),
            _ => Some(field.to_owned()),
        }
    }

    /// The input of a mutation, deciding only.
    pub fn input(&self, mutation: &str) -> Value {
        let mut input = self.named(&input_of(mutation), mutation);
        input["dryRun"] = json!(true);
        if mutation == "appointPerson" {
            // One of two fields is needed, which the type can't say.
            input["person"] = self.ids["person"].clone();
        }
        input
    }

    fn value(&self, of: &Type, field: &str) -> Value {
        match &of.base {
            BaseType::Named(name) => self.named(name.as_str(), field),
            BaseType::List(item) => json!([self.value(item, field)]),
        }
    }

    fn named(&self, name: &str, field: &str) -> Value {
        let sample = match name {
            "Boolean" => json!(false),
            "BusinessId" => json!(super::UNIT),
            "ConsortiumRef" => json!({ "code": "C-1" }),
            "CountryCode" => json!("IQ"),
            "CurrencyCode" => json!("EUR"),
            "Date" => json!("2019-07-01"),
            "Decimal" => json!("10"),
            "DeclarationNumber" => json!("12345678"),
            "EmcRef" => json!({ "code": "M-1" }),
            "ExportRef" => json!({ "id": self.ids["export"] }),
            "HsCode" => json!("57011000"),
            "ID" => self.ids.get(field).unwrap_or_else(|| panic!("no ID for `{field}`")).clone(),
            "Int" => json!(1),
            "IsicCode" => json!("1393"),
            "LegalId" => json!("10380284790"),
            "HolderRef" => json!({ "sme": { "businessId": super::UNIT } }),
            "ParkRef" => json!({ "code": "P-1" }),
            "Position" => json!("1"),
            "ProvinceCode" => json!("IR-10"),
            "ResearchRef" => json!({ "code": "R-1" }),
            "SolarMonth" => json!("1398-01"),
            "SmeRef" => json!({ "businessId": super::UNIT }),
            "String" if ["adopted", "retired"].contains(&field) => {
                json!(format!("daftar.local+{:08x}+{}", field.len(), "A".repeat(44)))
            }
            "String" => json!("1"),
            "TrainingRef" => json!({ "code": "T-1" }),
            "AnyCommandInput" | "CommandInput" => {
                json!({ "voidSmeFact": self.named("VoidSmeFactInput", "") })
            }
            _ => Value::Null,
        };
        if !sample.is_null() {
            return sample;
        }
        let defined = self.types.get(name).unwrap_or_else(|| panic!("no sample of {name}"));
        match &defined.kind {
            TypeKind::Enum(values) => json!(values.values[0].node.value.node.as_str()),
            TypeKind::InputObject(object) => {
                let one_of = defined.directives.iter().any(|directive| directive.node.name.node == "oneOf");
                let needed = object
                    .fields
                    .iter()
                    .map(|field| &field.node)
                    .filter(|field| one_of || !field.ty.node.nullable && field.default_value.is_none());
                let fields = needed.take(if one_of { 1 } else { usize::MAX });
                fields
                    .map(|field| (field.name.node.to_string(), self.value(&field.ty.node, &field.name.node)))
                    .collect()
            }
            _ => panic!("no sample of {name}"),
        }
    }
}

/// The name of a mutation's input.
pub fn input_of(mutation: &str) -> String {
    format!("{}Input", kind_of(mutation))
}

/// The command that a mutation is.
pub fn kind_of(mutation: &str) -> String {
    mutation[..1].to_uppercase() + &mutation[1..]
}
