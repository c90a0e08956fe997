//! The first place at which two answers differ.

use std::fmt;

use async_graphql::Value;
use serde_json::value::RawValue;

/// The longest value that a message shows, in characters.
const SHOWN_MOST: usize = 80;

/// The first difference between a certified answer and the one that was computed anew, in the order of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: names of fields and numbers of items, as `overview.smes.total` or `parks.nodes[3].code`; empty for the
    /// answer as a whole.
    pub path: String,
    /// What the certificate says there.
    pub certified: String,
    /// What the record says there.
    pub recomputed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, certified, recomputed } = self;
        let path = if path.is_empty() { "the answer" } else { path };
        write!(f, "{path}: certified is {certified}, the record says {recomputed}")
    }
}

impl Difference {
    /// The first difference between two answers; none when their bytes are the same.
    pub fn between(certified: &RawValue, recomputed: &RawValue) -> Option<Self> {
        if certified.get() == recomputed.get() {
            return None;
        }
        let read = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
        let found = first(&read(certified), &read(recomputed), String::new());
        // The same values in other bytes: a repeated key, or white space.
        Some(found.unwrap_or_else(|| Self {
            path: String::new(),
            certified: "the same in another spelling".to_owned(),
            recomputed: shown(recomputed.get().to_owned()),
        }))
    }
}

fn first(certified: &Value, recomputed: &Value, path: String) -> Option<Difference> {
    match (certified, recomputed) {
        (Value::Object(one), Value::Object(other)) => {
            let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let of_one = one.iter().find_map(|(name, value)| match other.get(name) {
                Some(there) => first(value, there, below(name)),
                None => Some(differing(Some(value), None, below(name))),
            });
            let added = || other.iter().find(|(name, _)| !one.contains_key(*name));
            of_one.or_else(|| added().map(|(name, value)| differing(None, Some(value), below(name))))
        }
        (Value::List(one), Value::List(other)) => {
            (0..one.len().max(other.len())).find_map(|at| match (one.get(at), other.get(at)) {
                (Some(one), Some(other)) => first(one, other, format!("{path}[{at}]")),
                (one, other) => Some(differing(one, other, format!("{path}[{at}]"))),
            })
        }
        _ if certified == recomputed => None,
        _ => Some(differing(Some(certified), Some(recomputed), path)),
    }
}

fn differing(certified: Option<&Value>, recomputed: Option<&Value>, path: String) -> Difference {
    let text = |value: Option<&Value>| match value {
        Some(value) => shown(serde_json::to_string(value).expect("an answer has only string keys")),
        None => "nothing".to_owned(),
    };
    Difference { path, certified: text(certified), recomputed: text(recomputed) }
}

fn shown(text: String) -> String {
    match text.char_indices().nth(SHOWN_MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
