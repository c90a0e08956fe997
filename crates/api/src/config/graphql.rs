//! Documents and answers: what one question may cost, which documents are executed, what is kept.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// Settings of documents and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphQl {
    /// The longest document, in bytes: 1 KiB to 1 MiB, default 64 KiB. Large values go into variables.
    pub document_max_bytes: usize,
    /// The tokens of a document: 100 to 100,000, default 4,000.
    pub tokens_max: usize,
    /// Brackets inside each other, of any kind: 8 to 64, default 64.
    pub nesting_max: usize,
    /// The deepest selection: 4 to 64, default 16. Introspection has a bound of its own, which its clients fit.
    pub depth_max: usize,
    /// Selections of a document with its fragments expanded: 10 to 100,000, default 2,000.
    pub selections_max: usize,
    /// Aliases of a document: 0 to 10,000, default 500.
    pub aliases_max: usize,
    /// Directives of a document: 0 to 10,000, default 200.
    pub directives_max: usize,
    /// The costliest question, in fields that its answer may have, lists counted by their `first` or `last`: 100 to
    /// 100,000,000, default 50,000.
    pub cost_max: u64,
    /// Whether the schema may be asked about, and misspelt names are met with suggestions: true by default.
    pub introspection: bool,
    /// A file of documents that are asked by their IDs: one JSON object of text by ID, as Relay's compiler and the client
    /// preset of graphql-codegen write it. None by default.
    pub trusted_documents: Option<PathBuf>,
    /// Whether only documents of that file are executed: false by default.
    pub trusted_only: bool,
    /// Parsed documents that are kept: 0 to 100,000, default 1,024.
    pub documents_cached_max: usize,
    /// Finished answers that are kept: 0 to 1,000,000, default 4,096.
    pub answers_cached_max: usize,
    /// Bytes of finished answers that are kept: 0 to 4 GiB, default 64 MiB.
    pub answers_cached_max_bytes: usize,
    /// Commands of one `submit`: 1 to 500, default 500.
    pub submit_max: usize,
}

impl Default for GraphQl {
    fn default() -> Self {
        Self {
            document_max_bytes: 64 << 10,
            tokens_max: 4_000,
            nesting_max: 64,
            depth_max: 16,
            selections_max: 2_000,
            aliases_max: 500,
            directives_max: 200,
            cost_max: 50_000,
            introspection: true,
            trusted_documents: None,
            trusted_only: false,
            documents_cached_max: 1_024,
            answers_cached_max: 4_096,
            answers_cached_max_bytes: 64 << 20,
            submit_max: 500,
        }
    }
}

impl GraphQl {
    pub(super) fn checked(&self) -> Result<(), ConfigError> {
        bounded("graphql.depth_max", self.depth_max, 4..=64)?;
        bounded("graphql.document_max_bytes", self.document_max_bytes, 1 << 10..=1 << 20)?;
        bounded("graphql.tokens_max", self.tokens_max, 100..=100_000)?;
        bounded("graphql.nesting_max", self.nesting_max, 8..=64)?;
        bounded("graphql.selections_max", self.selections_max, 10..=100_000)?;
        bounded("graphql.aliases_max", self.aliases_max, 0..=10_000)?;
        bounded("graphql.directives_max", self.directives_max, 0..=10_000)?;
        bounded("graphql.cost_max", self.cost_max, 100..=100_000_000)?;
        bounded("graphql.documents_cached_max", self.documents_cached_max, 0..=100_000)?;
        bounded("graphql.answers_cached_max", self.answers_cached_max, 0..=1_000_000)?;
        bounded("graphql.answers_cached_max_bytes", self.answers_cached_max_bytes, 0..=4 << 30)?;
        bounded("graphql.submit_max", self.submit_max, 1..=500)?;
        if self.trusted_only && self.trusted_documents.is_none() {
            return Err(ConfigError::NoTrusted);
        }
        Ok(())
    }
}
