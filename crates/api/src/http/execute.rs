//! Executing a request on one view, and writing its answer.

use std::any::Any;
use std::io::{ErrorKind, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Request, ServerError, Value};
use axum::body::Bytes;
use axum::response::Response;
use futures_util::{FutureExt, Stream, StreamExt};
use serde::Serialize;
use tokio::time::timeout;

use daftar_domain::policy::Actor;

use super::guard::TooMuch;
use super::request::Asked;
use super::tag::{Tag, unkept};
use super::{Format, Refused, Serving, json, of_kind, stream};
use crate::auth::Caller;
use crate::error::{Fault, finish};
use crate::metrics::RequestKind;
use crate::request_id::request_id;
use crate::server::{Reached, told};
use crate::view::View;

/// A request that may be executed.
pub(super) struct Prepared {
    request: Request,
    kind: Option<OperationType>,
    cost: u64,
    reads: Reached,
}

/// Parses a document and judges what it may cost.
pub(super) fn prepare(
    serving: &Serving,
    actor: Actor,
    view: Arc<View>,
    asked: Asked<'_>,
) -> Result<Prepared, Unfit> {
    let text = serving.trusted.text(&asked)?;
    serving.guard.text(&text)?;
    let document = serving
        .documents
        .parse(&text)
        .map_err(|error| Unfit { fault: Fault::ParseFailed, error: Box::new(error.into()) })?;
    let cost = serving.guard.price(&document, asked.operation_name.as_deref(), &asked.variables)?;
    let kind = operation(&document, asked.operation_name.as_deref());
    let reads = Reached::new(&view);
    let mut request = Request::new("").variables(asked.variables).data(view).data(reads.clone()).data(actor);
    request.operation_name = asked.operation_name;
    request.set_parsed_query(ExecutableDocument::clone(&document));
    Ok(Prepared { request, kind, cost, reads })
}

/// Executes a query or a mutation, or begins a stream. What is asked by GET has the tag of its answer.
pub(super) async fn execute(
    serving: &Arc<Serving>,
    caller: Caller,
    view: Arc<View>,
    asked: Asked<'_>,
    key: &[u8],
    format: Format,
    tag: Option<Tag>,
) -> Result<Response, Refused> {
    let position = view.position;
    let prepared = match prepare(serving, caller.actor, view, asked) {
        Ok(prepared) => prepared,
        Err(unfit) => return Ok(unfit.response(format)),
    };
    let kind = prepared.kind;
    if kind == Some(OperationType::Mutation) && tag.is_some() {
        return Err(Refused::new(Fault::MethodNotAllowed, "a mutation is asked by POST"));
    }
    if format == Format::Events {
        return Ok(of_kind(stream::begin(serving, caller, prepared)?, RequestKind::Subscription));
    }
    if kind == Some(OperationType::Subscription) {
        let message = "a subscription is answered over graphql-transport-ws or as text/event-stream";
        return Err(Refused::new(Fault::NotAcceptable, message));
    }
    let reads = prepared.reads.clone();
    let mut answer = run(serving, prepared).await;
    let body = Bytes::from(answer.written(serving.server.config.http.answer_max_bytes));
    let lasting = kind == Some(OperationType::Query) && answer.errors.is_empty() && !reads.is_fleeting();
    if lasting {
        serving.answers.keep(position, &caller.actor, key, &body);
    }
    let kind = match kind {
        Some(OperationType::Query) => RequestKind::Query,
        Some(OperationType::Mutation) => RequestKind::Mutation,
        _ => RequestKind::Other,
    };
    let response = of_kind(json(body, format, answer.status(format)), kind);
    Ok(match tag {
        Some(tag) if lasting => tag.on(response),
        _ if reads.is_fleeting() => unkept(response),
        _ => response,
    })
}

/// A document that is not executed, and why.
pub(super) struct Unfit {
    fault: Fault,
    error: Box<ServerError>,
}

impl From<Refused> for Unfit {
    fn from(Refused { fault, message }: Refused) -> Self {
        TooMuch { fault, message }.into()
    }
}

impl From<TooMuch> for Unfit {
    fn from(TooMuch { fault, message }: TooMuch) -> Self {
        Self { fault, error: Box::new(ServerError::new(message, None)) }
    }
}

impl Unfit {
    /// Its errors, with their code.
    pub fn errors(self) -> Vec<ServerError> {
        let mut errors = vec![*self.error];
        errors[0].extensions.get_or_insert_default().set("code", self.fault.as_str());
        finish(&mut errors, &request_id());
        errors
    }

    fn response(self, format: Format) -> Response {
        #[derive(Serialize)]
        struct Refusal {
            errors: Vec<ServerError>,
        }
        let status = if format == Format::Json { 200 } else { self.fault.status() };
        let body = serde_json::to_vec(&Refusal { errors: self.errors() });
        json(body.expect("an error has only string keys").into(), format, status)
    }
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
    cost: Option<u64>,
}

async fn run(serving: &Serving, prepared: Prepared) -> Answer {
    let Prepared { request, reads, cost, .. } = prepared;
    let most = Duration::from_secs(serving.server.config.http.request_max_seconds);
    let response = within(most, serving.schema.execute(request)).await;
    Answer { cost: Some(cost), ..Answer::new(response, &reads) }
}

/// What an execution answers; an error when it panics or takes too long.
async fn within(
    most: Duration,
    executing: impl Future<Output = async_graphql::Response>,
) -> async_graphql::Response {
    let error = match timeout(most, AssertUnwindSafe(executing).catch_unwind()).await {
        Ok(Ok(response)) => return response,
        Ok(Err(panic)) => panicked(&*panic),
        Err(_) => {
            let message = "it took too long; the outcome of a command is unknown: repeat the command ID";
            coded(Fault::Timeout, message)
        }
    };
    async_graphql::Response::from_errors(vec![error])
}

/// The answers of a subscription, or the one of another operation; a panic is the last.
pub(super) fn answers(serving: &Serving, prepared: Prepared) -> impl Stream<Item = Answer> + Send + use<> {
    let Prepared { request, reads, .. } = prepared;
    let responses = AssertUnwindSafe(serving.schema.execute_stream(request)).catch_unwind();
    responses.map(move |response| {
        let response =
            response.unwrap_or_else(|panic| async_graphql::Response::from_errors(vec![panicked(&*panic)]));
        Answer::new(response, &reads)
    })
}

fn coded(fault: Fault, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", fault.as_str());
    error
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
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<u64>,
}

impl Answer {
    /// The answer to an executed request, its errors with codes.
    fn new(mut response: async_graphql::Response, reads: &Reached) -> Self {
        if !response.errors.is_empty() {
            finish(&mut response.errors, &request_id());
        }
        Self { data: response.data, errors: response.errors, position: reads.position(), cost: None }
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

    /// Its JSON; when that is larger than it may be, it is an error from then on.
    pub fn written(&mut self, most: usize) -> Vec<u8> {
        if let Some(written) = self.within(most) {
            return written;
        }
        let mut errors = vec![coded(
            Fault::AnswerTooLarge,
            format!("the answer has more than {most} bytes; ask for less at once"),
        )];
        finish(&mut errors, &request_id());
        (self.data, self.errors) = (Value::Null, errors);
        self.within(usize::MAX).expect("a message fits")
    }

    fn within(&self, most: usize) -> Option<Vec<u8>> {
        let written = Written {
            errors: &self.errors,
            data: (!self.refused()).then_some(&self.data),
            extensions: Extensions { position: self.position.to_string(), cost: self.cost },
        };
        let mut bytes = Bounded { bytes: Vec::with_capacity(4096), most };
        // Its keys are strings, so only the bound can fail.
        serde_json::to_writer(&mut bytes, &written).ok().map(|()| bytes.bytes)
    }
}

/// Takes bytes up to a bound.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The status of the first error's code.
fn status_of(errors: &[ServerError]) -> u16 {
    let code = errors.first().and_then(|error| error.extensions.as_ref()?.get("code"));
    let fault = Fault::ALL.iter().find(|fault| code == Some(&Value::from(fault.as_str())));
    fault.map_or(400, |fault| fault.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer to an execution that ends otherwise than it should.
    fn told(
        most: Duration,
        executing: impl Future<Output = async_graphql::Response>,
    ) -> (u16, serde_json::Value) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let response = runtime.block_on(within(most, executing));
        let mut answer = Answer::new(response, &Reached::new(&View::default()));
        let status = answer.status(Format::GraphQl);
        (status, serde_json::from_slice(&answer.written(usize::MAX)).unwrap())
    }

    #[test]
    fn a_panic_is_told_by_its_code_and_nothing_of_it_leaks() {
        let (status, told) = told(Duration::MAX, async { panic!("secret of {}", "the resolver") });
        assert_eq!((status, &told["errors"][0]["extensions"]["code"]), (500, &"INTERNAL".into()), "{told}");
        assert!(told["errors"][0]["extensions"]["requestId"].is_string() && told.get("data").is_none());
        assert!(!told.to_string().contains("secret"), "{told}");
    }

    #[test]
    fn an_execution_has_its_time_and_no_more() {
        let (status, told) = told(Duration::ZERO, std::future::pending());
        assert_eq!((status, &told["errors"][0]["extensions"]["code"]), (503, &"TIMEOUT".into()), "{told}");
    }

    #[test]
    fn an_answer_past_its_bound_is_an_error() {
        let response = async_graphql::Response::new(Value::from("x".repeat(1_000)));
        let mut answer = Answer::new(response, &Reached::new(&View::default()));
        assert_eq!(answer.written(2_000).len(), answer.written(usize::MAX).len());
        let told = String::from_utf8(answer.written(999)).unwrap();
        assert!(told.contains("ANSWER_TOO_LARGE") && told.contains("requestId"), "{told}");
        assert!(answer.status(Format::GraphQl) == 400 && !told.contains("xx"), "{told}");
    }
}
