//! Certificates: published answers, bound to the record that they were read from.
//!
//! A certificate holds the question, the position and the Merkle root that it was answered at, a signed checkpoint that
//! covers them, and the answer with its hash. Guarantees: it is made of an answer without errors only, for the role
//! PUBLIC, under the limits that are the default of a server; it is read back in one spelling only; whoever has the log
//! computes the answer anew and finds the first difference. Must never take an answer from a caller: every answer is computed from a view here.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Schema, Value, Variables};
use daftar_domain::log::checkpoint::SignedCheckpoint;
use daftar_domain::log::merkle::TreeHash;
use daftar_domain::policy::{Actor, Role};
use daftar_domain::publication::CertificateCited;
use daftar_domain::value::{Fingerprint, PositionText};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::auth::FieldGuard;
use crate::config::GraphQl;
use crate::http::guard::{Guard, TooMuch};
use crate::schema::{QueryRoot, definition};
use crate::server::Reached;
use crate::view::View;

mod difference;
#[cfg(test)]
mod tests;

pub use difference::Difference;

/// The largest certificate that is written or read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The form of certificates that this release writes and reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "daftar-certificate-1")]
    V1,
}

/// A question to the read model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// The GraphQL document.
    pub query: String,
    /// Which of its operations is meant, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// An answer, bound to the record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificate {
    format: Format,
    /// The name of the log.
    pub origin: String,
    position: PositionText,
    root: Fingerprint,
    /// A checkpoint of that size or more, as it was signed.
    pub checkpoint: String,
    /// Who may ask this: everyone.
    role: Role,
    /// SHA-256 of the schema's definition.
    schema: Fingerprint,
    view_version: u32,
    question: Question,
    answer_hash: Fingerprint,
    answer: Box<RawValue>,
}

/// Why something can't be certified, or is no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The question has no answer that could be certified: what the first error says, and where.
    #[error("the question is answered with an error{place}: {message}")]
    NoAnswer {
        /// The path in the answer, where there is one.
        place: String,
        /// The error.
        message: String,
    },
    /// More than [`MAX_BYTES`].
    #[error("it has {0} bytes, a certificate has at most {MAX_BYTES}")]
    TooLarge(usize),
    /// Not in the form of a certificate, or not as this program writes it.
    #[error("it is no certificate: {0}")]
    Malformed(String),
    /// Not a certificate for everyone.
    #[error("it is for another role than PUBLIC")]
    OtherRole,
    /// The hash is not that of the answer that stands beside it.
    #[error("the hash in it is not that of the answer in it")]
    Hash,
}

impl CertificateError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer { .. } => "NO_ANSWER",
            Self::TooLarge(_) => "TOO_LARGE",
            Self::Malformed(_) => "MALFORMED",
            Self::OtherRole => "OTHER_ROLE",
            Self::Hash => "CHANGED",
        }
    }
}

impl Certificate {
    /// Answers a question from a view, and binds the answer to the root at the view's position and to a checkpoint that
    /// covers it.
    ///
    /// # Errors
    /// [`CertificateError::NoAnswer`], [`CertificateError::TooLarge`].
    pub fn issue(
        view: &Arc<View>,
        root: TreeHash,
        signed: &SignedCheckpoint,
        question: Question,
    ) -> Result<Self, CertificateError> {
        let answer = answer(view, &question)?;
        let certificate = Self {
            format: Format::V1,
            origin: signed.checkpoint.origin.clone(),
            position: PositionText(view.position),
            root: Fingerprint(root.0),
            checkpoint: String::from_utf8_lossy(&signed.note).into_owned(),
            role: Role::Public,
            schema: schema_hash(),
            view_version: View::VERSION,
            question,
            answer_hash: hash(answer.get()),
            answer,
        };
        match certificate.to_text().len() {
            len if len > MAX_BYTES => Err(CertificateError::TooLarge(len)),
            _ => Ok(certificate),
        }
    }

    /// The position of the last event that the answer rests on.
    pub fn position(&self) -> u64 {
        self.position.0
    }

    /// What the record keeps of it.
    pub fn cited(&self) -> CertificateCited {
        CertificateCited {
            hash: Fingerprint(Sha256::digest(self.to_text()).into()),
            origin: self.origin.clone(),
            position: self.position,
            root: self.root,
            answer_hash: self.answer_hash,
        }
    }

    /// The Merkle root over the events up to the position.
    pub fn root(&self) -> TreeHash {
        TreeHash(self.root.0)
    }

    /// The certificate as a file: JSON, a field a line, the answer in one line as it was hashed.
    pub fn to_text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).expect("a certificate has only string keys");
        text.push(b'\n');
        text
    }

    /// Reads a certificate. Whether it is signed, and whether the record answers so, is for the caller to ask.
    ///
    /// # Errors
    /// [`CertificateError::TooLarge`], [`CertificateError::Malformed`], [`CertificateError::OtherRole`],
    /// [`CertificateError::Hash`].
    pub fn from_text(text: &[u8]) -> Result<Self, CertificateError> {
        if text.len() > MAX_BYTES {
            return Err(CertificateError::TooLarge(text.len()));
        }
        let read: Self =
            serde_json::from_slice(text).map_err(|error| CertificateError::Malformed(error.to_string()))?;
        // A repeated key or another spelling could show a reader something else than what is checked.
        if read.to_text() != text {
            return Err(CertificateError::Malformed("it is not spelled as it was written".to_owned()));
        }
        if read.role != Role::Public {
            return Err(CertificateError::OtherRole);
        }
        if hash(read.answer.get()) != read.answer_hash {
            return Err(CertificateError::Hash);
        }
        Ok(read)
    }

    /// Answers the question anew from a view of the same position; the first difference, if there is one.
    ///
    /// # Errors
    /// [`CertificateError::NoAnswer`] when this release no longer answers the question.
    pub fn recompute(&self, view: &Arc<View>) -> Result<Option<Difference>, CertificateError> {
        let anew = answer(view, &self.question)?;
        Ok(Difference::between(&self.answer, &anew))
    }

    /// What has changed in the program since the answer was computed, if anything has.
    pub fn other_release(&self) -> Option<String> {
        let of_view = (self.view_version != View::VERSION).then(|| {
            format!("it was computed by view version {}, this is {}", self.view_version, View::VERSION)
        });
        let of_schema =
            (self.schema != schema_hash()).then(|| "it was computed under another schema".to_owned());
        of_view.or(of_schema)
    }
}

fn hash(text: &str) -> Fingerprint {
    Fingerprint(Sha256::digest(text).into())
}

fn schema_hash() -> Fingerprint {
    hash(&definition())
}

/// The data of the answer, as it is written: without white space, its fields in the order of the question.
fn answer(view: &Arc<View>, question: &Question) -> Result<Box<RawValue>, CertificateError> {
    let too_much = |much: TooMuch| no_answer(much.message);
    let guard = Guard::new(&GraphQl::default());
    guard.text(&question.query).map_err(too_much)?;
    let document = parse_query(&question.query).map_err(|error| no_answer(error.to_string()))?;
    // Without mutations and subscriptions in it, this schema can only be asked.
    // It is asked as the public asks: a figure that is published rests on nothing else.
    let schema =
        Schema::build(QueryRoot::default(), EmptyMutation, EmptySubscription).extension(FieldGuard).finish();
    let variables = Variables::from_json(serde_json::Value::Object(question.variables.clone()));
    guard.price(&document, question.operation_name.as_deref(), &variables).map_err(too_much)?;
    let mut request = Request::new("")
        .variables(variables)
        .data(Arc::clone(view))
        .data(Reached::new(view))
        .data(Actor::PUBLIC);
    request.set_parsed_query(document);
    request.operation_name.clone_from(&question.operation_name);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let response = runtime.expect("a runtime without a driver starts").block_on(schema.execute(request));
    match response.errors.first() {
        Some(error) => Err(refused(error)),
        None => Ok(written(&response.data)),
    }
}

fn written(data: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(data).expect("an answer has only string keys")
}

fn no_answer(message: String) -> CertificateError {
    CertificateError::NoAnswer { place: String::new(), message }
}

fn refused(error: &async_graphql::ServerError) -> CertificateError {
    let path = serde_json::to_string(&error.path).expect("a path has no keys");
    let place = if error.path.is_empty() { String::new() } else { format!(" at {path}") };
    CertificateError::NoAnswer { place, message: error.message.clone() }
}
