//! What callers hear when something is refused or fails.
//!
//! A rejection by a rule is data in a payload: [`Error`]. A top-level error is a malformed request or a fault of ours:
//! it carries a code of [`Fault`] and the ID of the request, and never anything internal.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{EnumBuilder, MetaEnumValue, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, ErrorExtensions, Interface, OutputType, PathSegment, Positioned, ServerError,
    ServerResult, SimpleObject, Value, indexmap::IndexMap,
};
use daftar_domain::rejection::{Code, Rejection};

use crate::refusal::Refusal;

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $status:literal;)+) => {
        /// The codes of top-level errors.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault { $($(#[doc = $doc])+ $name,)+ }

        impl Fault {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as callers read it, in `extensions.code`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// The HTTP status of an answer that consists of this error.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

faults! {
    /// The request is not the JSON or the parameters of a GraphQL request.
    BadRequest = "BAD_REQUEST", 400;
    /// The document can't be parsed.
    ParseFailed = "GRAPHQL_PARSE_FAILED", 400;
    /// The document, or a variable, does not fit the schema.
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED", 400;
    /// The document has more bytes or tokens, or nests deeper, than a request may; large values go into variables.
    DocumentTooLarge = "DOCUMENT_TOO_LARGE", 400;
    /// The document selects more, or deeper, than a request may, or its answer could have more fields.
    TooComplex = "QUERY_TOO_COMPLEX", 400;
    /// An argument is outside its vocabulary or range.
    InvalidArgument = "INVALID_ARGUMENT", 400;
    /// More commands were submitted at once than are taken.
    TooManyCommands = "TOO_MANY_COMMANDS", 400;
    /// No document is known by this ID; the answer to its text is the same.
    DocumentUnknown = "PERSISTED_QUERY_NOT_FOUND", 400;
    /// The server executes only the documents that were registered with it.
    DocumentUntrusted = "DOCUMENT_NOT_TRUSTED", 403;
    /// The answer has more bytes than it may; ask for less at once.
    AnswerTooLarge = "ANSWER_TOO_LARGE", 400;
    /// The credentials are no bearer token, or one that doesn't count.
    Unauthenticated = "UNAUTHENTICATED", 401;
    /// The token has expired while a subscription went on; it resumes with a new one from its last position.
    TokenExpired = "TOKEN_EXPIRED", 401;
    /// No role of the caller reads what was asked.
    Forbidden = "FORBIDDEN", 403;
    /// The identity provider's keys can't be had; try again later.
    IdentityUnavailable = "IDENTITY_UNAVAILABLE", 503;
    /// The method is not one of this resource; mutations need POST.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The request comes from a page of another origin, or asks for a host that this server is not known as.
    ForeignOrigin = "FOREIGN_ORIGIN", 403;
    /// None of the media types that the caller accepts can be answered.
    NotAcceptable = "NOT_ACCEPTABLE", 406;
    /// The body is larger than it may be.
    BodyTooLarge = "BODY_TOO_LARGE", 413;
    /// The body is not application/json.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415;
    /// The client did not send the body in time.
    BodyTimeout = "BODY_TIMEOUT", 408;
    /// The client asks more often than it may; again after the time that Retry-After tells.
    RateLimited = "RATE_LIMITED", 429;
    /// The execution took longer than it may; the outcome of a command is unknown, repeat the command ID.
    Timeout = "TIMEOUT", 503;
    /// What is recorded did not reach `minPosition` in time.
    PositionNotReached = "POSITION_NOT_REACHED", 503;
    /// Too many requests, commands or subscriptions wait; nothing was done, try again later.
    Overloaded = "OVERLOADED", 503;
    /// The store failed while the command was recorded: the outcome is unknown, repeat the command ID.
    Unavailable = "UNAVAILABLE", 503;
    /// A later release went on with the log: what stands before is read, and nothing is recorded.
    LogUnreadable = "LOG_UNREADABLE", 503;
    /// The record is being opened, or the server is stopping; nothing was done.
    NotReady = "NOT_READY", 503;
    /// A fault of ours; the request ID finds it in the server's log.
    Internal = "INTERNAL", 500;
}

/// An error of a resolver that callers may read.
pub fn fault(fault: Fault, message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", fault.as_str()))
}

/// The most errors that an answer tells.
const ERRORS_MAX: usize = 50;

/// Gives every error its code and the request's ID, masks what is internal, and leaves out those past the first 50.
pub fn finish(errors: &mut Vec<ServerError>, request_id: &str) {
    if errors.len() > ERRORS_MAX {
        let last = &mut errors[ERRORS_MAX - 1];
        last.message = format!("{} (the errors after this one are left out)", last.message);
        errors.truncate(ERRORS_MAX);
    }
    for error in errors {
        if let Some(refusal) = error.source::<Refusal>().cloned() {
            error.extensions.get_or_insert_default().set("code", refusal.code());
        }
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code")).is_some();
        if !code {
            let fault = classify(error);
            if fault == Fault::Internal {
                tracing::error!(request_id, error = %error.message, path = ?error.path, "a fault of ours");
                error.message = "a fault of ours; its request ID finds it in the server's log".to_owned();
            }
            error.extensions.get_or_insert_default().set("code", fault.as_str());
        }
        error.message = inert(&error.message);
        error.source = None;
        error.extensions.get_or_insert_default().set("requestId", request_id);
    }
}

/// A message that may repeat what was asked, with U+FFFD for what would drive the terminal that shows it. Line ends
/// stay: they are escaped in the answer.
fn inert(message: &str) -> String {
    let drives = |letter: char| letter.is_control() && letter != '\n';
    message.chars().map(|letter| if drives(letter) { '\u{FFFD}' } else { letter }).collect()
}

/// An error without a code comes from the library (validation before execution, argument values during it) or, when it
/// wraps another error, from a resolver that did not expect it.
fn classify(error: &ServerError) -> Fault {
    let executed = error.path.iter().any(|segment| matches!(segment, PathSegment::Field(_)));
    match (&error.source, executed) {
        (Some(_), _) => Fault::Internal,
        (None, true) => Fault::InvalidArgument,
        (None, false) => Fault::ValidationFailed,
    }
}

/// Why a command was not recorded.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "message", ty = "&String", desc = "One sentence for a person."),
    field(name = "code", ty = "&ErrorCode", desc = "The stable code."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "The argument, the fields and the indexes that lead to the input at fault; `[\"input\"]` when it is the whole command."
    )
)]
pub enum Error {
    /// An input that can't be read.
    InputError(InputError),
    /// A rule that the command breaks.
    RuleError(RuleError),
}

/// An input that can't be read, or names what is not recorded.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// One sentence for a person.
    message: String,
    /// The stable code.
    code: ErrorCode,
    /// The argument, the fields and the indexes that lead to the input at fault.
    path: Vec<String>,
}

/// A rule that the command breaks, judged on what is known at recording.
#[derive(Clone, Debug, SimpleObject)]
pub struct RuleError {
    /// One sentence for a person.
    message: String,
    /// The stable code.
    code: ErrorCode,
    /// The argument, the fields and the indexes that lead to the input at fault.
    path: Vec<String>,
    /// The number of the rule in the catalogue of rules.
    rule: i32,
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        let Rejection { code, path, message } = rejection;
        let path = path.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        match code.rule() {
            Some(rule) => {
                Self::RuleError(RuleError { message, code: ErrorCode(code), path, rule: rule.into() })
            }
            None => Self::InputError(InputError { message, code: ErrorCode(code), path }),
        }
    }
}

/// The stable code of a rejection: the domain's list is the enum's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode(pub Code);

impl OutputType for ErrorCode {
    fn type_name() -> Cow<'static, str> {
        "ErrorCode".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| {
            let values: IndexMap<_, _> = Code::ALL
                .iter()
                .map(|code| {
                    let mut value = MetaEnumValue::new(code.as_str());
                    value.description = Some(code.meaning().to_owned());
                    (code.as_str().to_owned(), value)
                })
                .collect();
            EnumBuilder::new("ErrorCode", values)
                .rust_typename(std::any::type_name::<Self>())
                .description(Some(
                    "Why a command was not recorded: the stable codes of rules and inputs.".to_owned(),
                ))
                .build()
        })
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Enum(async_graphql::Name::new(self.0.as_str())))
    }
}
