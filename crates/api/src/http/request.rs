//! Reading a GraphQL request: the JSON of a body, or the parameters of an address.

use std::borrow::Cow;

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Refused;
use crate::error::Fault;

/// What is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The document.
    pub query: Cow<'a, str>,
    /// The operation, where the document has several.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    query: Cow<'a, str>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
    /// Nothing of ours, but it has to be an object.
    #[serde(default)]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl<'a> Asked<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// BAD_REQUEST, saying what is wrong with it.
    pub fn from_json(body: &'a [u8]) -> Result<Self, Refused> {
        let Body { query, operation_name, variables, extensions } = serde_json::from_slice(body)
            .map_err(|error| bad(format!("the body is not the JSON of one GraphQL request: {error}")))?;
        drop(extensions);
        let variables = read_variables(variables.map_or("null", RawValue::get))?;
        Ok(Self { query, operation_name: operation_name.filter(|name| !name.is_empty()), variables })
    }

    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// BAD_REQUEST, naming the parameter.
    pub fn from_parameters(parameters: &'a str) -> Result<Self, Refused> {
        let (mut query, mut operation_name, mut variables) = (None, None, Cow::Borrowed(""));
        for (name, value) in form(parameters) {
            match &*name {
                "query" => query = Some(value),
                "operationName" => operation_name = Some(value.into_owned()),
                "variables" => variables = value,
                _ => {}
            }
        }
        Ok(Self {
            query: query.ok_or_else(|| bad("the parameter `query` is missing"))?,
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables: read_variables(if variables.is_empty() { "null" } else { &variables })?,
        })
    }
}

fn bad(message: impl Into<String>) -> Refused {
    Refused::new(Fault::BadRequest, message)
}

fn read_variables(json: &str) -> Result<Variables, Refused> {
    let json = json.trim_ascii();
    if json == "null" {
        return Ok(Variables::default());
    }
    if !json.starts_with('{') {
        return Err(bad("`variables` is not an object"));
    }
    serde_json::from_str(json).map_err(|error| bad(format!("`variables`: {error}")))
}

/// The pairs of application/x-www-form-urlencoded.
fn form(parameters: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    parameters.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescaped(name), unescaped(value))
    })
}

/// Undoes percent-encoding; what is not UTF-8 afterwards is replaced and then refused by the parser.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (bytes[at], escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (b'+', _) => plain.push(b' '),
            (byte, _) => plain.push(byte),
        }
        at += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_and_bad_ones_named() {
        let asked = Asked::from_json(br#"{"query":"{a}","variables":{"x":[1]},"operationName":"","more":1}"#)
            .unwrap();
        assert_eq!((&*asked.query, asked.operation_name, asked.variables.len()), ("{a}", None, 1));
        for (body, tells) in [
            ("", "EOF"),
            ("[{\"query\":\"{a}\"}]", "one GraphQL request"),
            ("{\"variables\":{}}", "query"),
            ("{\"query\":1}", "query"),
            ("{\"query\":\"{a}\",\"variables\":[]}", "`variables` is not an object"),
            ("{\"query\":\"{a}\",\"extensions\":[]}", "map"),
        ] {
            let refused = Asked::from_json(body.as_bytes()).unwrap_err();
            assert!(refused.fault == Fault::BadRequest, "{refused:?}");
            assert!(refused.message.contains(tells) || tells == "query", "{body}: {}", refused.message);
        }
    }

    #[test]
    fn parameters_are_unescaped() {
        let asked =
            Asked::from_parameters("query=%7Ba%7D+%23%D8%AF&variables=%7B%22x%22%3A1%7D&operationName=")
                .unwrap();
        assert_eq!((&*asked.query, asked.variables.len(), asked.operation_name), ("{a} #د", 1, None));
        assert_eq!(&*Asked::from_parameters("query={a}%").unwrap().query, "{a}%");
        assert_eq!(Asked::from_parameters("a=1").unwrap_err().message, "the parameter `query` is missing");
    }
}
