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
    pub query: Option<Cow<'a, str>>,
    /// The ID of a trusted document, in place of its text.
    pub document_id: Option<String>,
    /// The position that the answer must have seen.
    pub min_position: u64,
    /// The operation, where the document has several.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow, default)]
    query: Option<Cow<'a, str>>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

/// An object; only what is read is bound to a form.
type Extensions = serde_json::Map<String, serde_json::Value>;

impl<'a> Asked<'a> {
    /// Of the parts of a request.
    ///
    /// # Errors
    /// BAD_REQUEST, when there is nothing to execute, or an extension has another form.
    pub fn of(
        query: Option<Cow<'a, str>>,
        document_id: Option<String>,
        operation_name: Option<String>,
        variables: Variables,
        extensions: Option<Extensions>,
    ) -> Result<Self, Refused> {
        let extensions = extensions.unwrap_or_default();
        let hash = extensions.get("persistedQuery").map(|persisted| {
            let hash = persisted.get("sha256Hash").and_then(|hash| hash.as_str());
            hash.map(str::to_owned).ok_or_else(|| bad("`extensions.persistedQuery.sha256Hash` is not a text"))
        });
        let position = extensions.get("minPosition").map(|position| {
            let read = position.as_str().and_then(|position| position.parse().ok());
            read.ok_or_else(|| bad("`extensions.minPosition` is not a position as text, such as \"123\""))
        });
        let document_id = document_id.or(hash.transpose()?);
        if query.is_none() && document_id.is_none() {
            return Err(bad("there is no `query`, and no `documentId`"));
        }
        Ok(Self {
            query,
            document_id,
            min_position: position.transpose()?.unwrap_or(0),
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables,
        })
    }

    /// Reads a body.
    ///
    /// # Errors
    /// BAD_REQUEST, saying what is wrong with it.
    pub fn from_json(body: &'a [u8]) -> Result<Self, Refused> {
        let Body { query, document_id, operation_name, variables, extensions } = serde_json::from_slice(body)
            .map_err(|error| bad(format!("the body is not the JSON of one GraphQL request: {error}")))?;
        let variables = read_variables(variables.map_or("null", RawValue::get))?;
        Self::of(query, document_id, operation_name, variables, extensions)
    }

    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// BAD_REQUEST, naming the parameter.
    pub fn from_parameters(parameters: &'a str) -> Result<Self, Refused> {
        let (mut query, mut document_id, mut operation_name) = (None, None, None);
        let (mut variables, mut extensions) = (Cow::Borrowed(""), None);
        for (name, value) in form(parameters) {
            match &*name {
                "query" => query = Some(value),
                "documentId" => document_id = Some(value.into_owned()),
                "extensions" => {
                    let read = serde_json::from_str(&value);
                    extensions = read.map_err(|error| bad(format!("`extensions`: {error}")))?;
                }
                "operationName" => operation_name = Some(value.into_owned()),
                "variables" => variables = value,
                _ => {}
            }
        }
        let variables = read_variables(if variables.is_empty() { "null" } else { &variables })?;
        Self::of(query, document_id, operation_name, variables, extensions)
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
        assert_eq!(
            (asked.query.as_deref(), asked.operation_name, asked.variables.len()),
            (Some("{a}"), None, 1)
        );
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
        assert_eq!(
            (asked.query.as_deref(), asked.variables.len(), asked.operation_name),
            (Some("{a} #د"), 1, None)
        );
        assert_eq!(Asked::from_parameters("query={a}%").unwrap().query.as_deref(), Some("{a}%"));
        assert_eq!(
            Asked::from_parameters("a=1").unwrap_err().message,
            "there is no `query`, and no `documentId`"
        );
    }

    #[test]
    fn a_document_may_be_named_and_a_position_asked_for() {
        let asked =
            Asked::from_json(br#"{"documentId":"x","extensions":{"minPosition":"7","more":[]}}"#).unwrap();
        assert_eq!((asked.query, asked.document_id.as_deref(), asked.min_position), (None, Some("x"), 7));
        let extensions = "%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22y%22%7D%7D";
        let asked =
            Asked::from_parameters(&format!("extensions={extensions}")).map(|asked| asked.document_id);
        assert_eq!(asked.unwrap().as_deref(), Some("y"));
        for body in [
            r#"{"query":"{a}","extensions":{"minPosition":7}}"#,
            r#"{"query":"{a}","extensions":{"minPosition":"-1"}}"#,
            r#"{"query":"{a}","extensions":{"persistedQuery":{"sha256Hash":1}}}"#,
        ] {
            assert!(Asked::from_json(body.as_bytes()).unwrap_err().fault == Fault::BadRequest, "{body}");
        }
    }
}
