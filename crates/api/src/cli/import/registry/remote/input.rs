//! A command as the server's GraphQL takes it.

use daftar_domain::Command;
use daftar_domain::value::CommandId;
use serde_json::{Map, Value, json};

/// The keys of a command's stored form whose fields stand in the input itself.
const SPREAD: [&str; 2] = ["details", "park"];

/// One `CommandInput`: the mutation's name with its input.
pub fn command(id: CommandId, command: &Command, dry_run: bool) -> Value {
    let mut stored = serde_json::to_value(command).expect("a command has a stored form");
    let name = stored["type"].as_str().map(lower_first).unwrap_or_default();
    let mut input = spread(&name, stored["input"].take());
    if let Some(status) = input.get_mut("status") {
        *status = taken_over_status(status.take());
    }
    if let Some(facts) = input.remove("facts") {
        input.extend(stated(facts));
    }
    input.insert("commandId".to_owned(), json!(id.to_string()));
    if dry_run {
        input.insert("dryRun".to_owned(), json!(true));
    }
    json!({ name: input })
}

fn spread(name: &str, stored: Value) -> Map<String, Value> {
    let Value::Object(fields) = stored else { return Map::new() };
    let mut input = Map::new();
    for (key, value) in fields {
        match value {
            // `park` is spread where it is the park that is taken over, and names a park elsewhere.
            Value::Object(inner)
                if SPREAD.contains(&key.as_str()) && (key != "park" || name == "takeOverPark") =>
            {
                input.extend(inner);
            }
            value => {
                input.insert(key, value);
            }
        }
    }
    input
}

/// `"ACTIVE"` is a way of producing; the other states carry since when and why.
fn taken_over_status(stored: Value) -> Value {
    match stored {
        Value::Object(state) => {
            Value::Object(state.into_iter().map(|(name, since)| (name.to_lowercase(), since)).collect())
        }
        producing => json!({ "producing": producing }),
    }
}

/// What an office said: the figure without its unit, which the measure tells, and the period as days.
fn stated(facts: Value) -> Map<String, Value> {
    let Value::Object(mut facts) = facts else { return Map::new() };
    if let Some(Value::Object(figure)) = facts.remove("figure") {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        facts.insert("value".to_owned(), json!(figure.values().next().map(text)));
    }
    if let Some(days) = facts.remove("period") {
        facts.insert("period".to_owned(), json!({ "dates": days }));
    }
    facts
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
