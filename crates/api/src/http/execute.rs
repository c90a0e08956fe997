//! Executing a request on one view, and writing its answer.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Request, ServerError, Value};
use axum::body::Bytes;
use axum::response::Response;
use futures_util::FutureExt;
use serde::Serialize;

use super::request::Asked;
use super::{Format, Refused, Serving, json, stream};
use crate::error::{Fault, finish, request_id};
use crate::server::{Reached, told};
use crate::view::View;

/// Executes a query or a mutation, or begins a stream.
pub(super) async fn execute(
    serving: &Arc<Serving>,
    view: Arc<View>,
    asked: Asked<'_>,
    key: &[u8],
    format: Format,
    by_post: bool,
) -> Result<Response, Refused> {
    let document = match serving.documents.parse(&asked.query) {
        Ok(document) => document,
        Err(error) => return Ok(refuse(vec![error.into()], Fault::ParseFailed, format)),
    };
    let kind = operation(&document, asked.operation_name.as_deref());
    if kind == Some(OperationType::Mutation) && !by_post {
        return Err(Refused::new(Fault::MethodNotAllowed, "a mutation is asked by POST"));
    }
    let position = view.position;
    let reads = Reached::new(&view);
    let mut request = Request::new("").variables(asked.variables).data(view).data(reads.clone());
    request.operation_name = asked.operation_name;
    request.set_parsed_query(ExecutableDocument::clone(&document));
    if format == Format::Events {
        return stream::begin(serving, request, reads);
    }
    if kind == Some(OperationType::Subscription) {
        let message = "a subscription is answered over graphql-transport-ws or as text/event-stream";
        return Err(Refused::new(Fault::NotAcceptable, message));
    }
    let answer = run(serving, request, &reads).await;
    let body = Bytes::from(answer.written());
    if kind == Some(OperationType::Query) && answer.errors.is_empty() {
        serving.answers.keep(position, key, &body);
    }
    Ok(json(body, format, answer.status(format)))
}

/// The kind of the operation that is meant; none when it can't be told, which validation will refuse.
fn operation(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        (DocumentOperations::Multiple(_), None) => None,
    };
    found.map(|operation| operation.node.ty)
}

/// An answer, ready to be written.
pub(super) struct Answer {
    data: Value,
    errors: Vec<ServerError>,
    position: u64,
}

async fn run(serving: &Serving, request: Request, reads: &Reached) -> Answer {
    let executed = AssertUnwindSafe(serving.schema.execute(request)).catch_unwind().await;
    let response =
        executed.unwrap_or_else(|panic| async_graphql::Response::from_errors(vec![panicked(&*panic)]));
    Answer::new(response, reads)
}

/// A resolver panicked: a fault of ours that must not end the connection.
fn panicked(panic: &(dyn Any + Send)) -> ServerError {
    let mut error = ServerError::new(told(panic), None);
    error.source = Some(Arc::new(()));
    error
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    extensions: Extensions,
}

#[derive(Serialize)]
struct Extensions {
    position: String,
}

impl Answer {
    /// The answer to an executed request, its errors with codes.
    pub fn new(mut response: async_graphql::Response, reads: &Reached) -> Self {
        if !response.errors.is_empty() {
            finish(&mut response.errors, &request_id());
        }
        Self { data: response.data, errors: response.errors, position: reads.position() }
    }

    /// Whether nothing was executed: only then there is no data at all.
    fn refused(&self) -> bool {
        self.data == Value::Null
            && !self.errors.is_empty()
            && self.errors.iter().all(|error| error.path.is_empty())
    }

    /// The JSON of the errors, when nothing was executed.
    pub fn refusal(&self) -> Option<Vec<u8>> {
        self.refused().then(|| serde_json::to_vec(&self.errors).expect("an error has only string keys"))
    }

    fn status(&self, format: Format) -> u16 {
        match (format, self.refused()) {
            (Format::GraphQl, true) => status_of(&self.errors),
            _ => 200,
        }
    }

    /// Its JSON.
    pub fn written(&self) -> Vec<u8> {
        let written = Written {
            errors: &self.errors,
            data: (!self.refused()).then_some(&self.data),
            extensions: Extensions { position: self.position.to_string() },
        };
        let mut bytes = Vec::with_capacity(4096);
        serde_json::to_writer(&mut bytes, &written).expect("an answer has only string keys");
        bytes
    }
}

/// The status of the first error's code.
fn status_of(errors: &[ServerError]) -> u16 {
    let code = errors.first().and_then(|error| error.extensions.as_ref()?.get("code"));
    let fault = Fault::ALL.iter().find(|fault| code == Some(&Value::from(fault.as_str())));
    fault.map_or(400, |fault| fault.status())
}

/// The answer to a document that can't be parsed.
fn refuse(mut errors: Vec<ServerError>, fault: Fault, format: Format) -> Response {
    for error in &mut errors {
        error.extensions.get_or_insert_default().set("code", fault.as_str());
    }
    finish(&mut errors, &request_id());
    #[derive(Serialize)]
    struct Refusal<'a> {
        errors: &'a [ServerError],
    }
    let body = serde_json::to_vec(&Refusal { errors: &errors }).expect("an error has only string keys");
    json(body.into(), format, if format == Format::Json { 200 } else { fault.status() })
}
