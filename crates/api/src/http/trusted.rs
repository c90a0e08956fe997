//! Documents that were registered by the build of a client, and are asked by their IDs.
//!
//! The manifest is one JSON object of text by ID, which Relay's compiler and the client preset of graphql-codegen write, or
//! Apollo's list of operations. An ID is taken as it stands: whoever writes the manifest vouches for what it names. In the
//! mode that takes only those, no other text is executed, whoever sends it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::guard::TooMuch;
use super::request::Asked;
use crate::config::GraphQl;
use crate::error::Fault;

/// A manifest that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("trusted documents in {}: {reason}", path.display())]
pub struct ManifestError {
    path: PathBuf,
    reason: String,
}

/// A manifest as it is written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Operations { operations: Vec<Operation> },
    Texts(FxHashMap<String, Arc<str>>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: Arc<str>,
}

/// The documents of a manifest.
#[derive(Default)]
pub struct Trusted {
    by_id: FxHashMap<String, Arc<str>>,
    texts: FxHashSet<Arc<str>>,
    only: bool,
}

impl Trusted {
    /// Reads the manifest that the settings name.
    ///
    /// # Errors
    /// The file, or the document in it that can't be parsed.
    pub fn load(settings: &GraphQl) -> Result<Self, ManifestError> {
        let Some(path) = &settings.trusted_documents else { return Ok(Self::default()) };
        Self::read(path, settings.trusted_only).map_err(|reason| ManifestError { path: path.clone(), reason })
    }

    fn read(path: &Path, only: bool) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let manifest = serde_json::from_str(&text).map_err(|error| {
            format!("it is neither a JSON object of texts by their IDs nor a list of operations: {error}")
        })?;
        let by_id: FxHashMap<_, _> = match manifest {
            Manifest::Operations { operations } => {
                operations.into_iter().map(|Operation { id, body }| (id, body)).collect()
            }
            Manifest::Texts(texts) => texts,
        };
        for (id, text) in &by_id {
            async_graphql::parser::parse_query(text).map_err(|error| format!("{id:?}: {error}"))?;
        }
        let texts = by_id.values().cloned().collect();
        Ok(Self { by_id, texts, only })
    }

    /// The text to execute.
    ///
    /// # Errors
    /// PERSISTED_QUERY_NOT_FOUND, DOCUMENT_NOT_TRUSTED.
    pub fn text<'a>(&'a self, asked: &'a Asked<'_>) -> Result<Cow<'a, str>, TooMuch> {
        match (&asked.query, &asked.document_id) {
            (Some(text), _) if self.only && !self.texts.contains(&**text) => Err(TooMuch {
                fault: Fault::DocumentUntrusted,
                message: "only documents that were registered with the server are executed".to_owned(),
            }),
            (Some(text), _) => Ok(Cow::Borrowed(text)),
            // The message is what clients of this convention look for, to send the text.
            (None, id) => {
                let known = id.as_ref().and_then(|id| {
                    let hash = id.strip_prefix("sha256:");
                    self.by_id.get(id).or_else(|| self.by_id.get(hash?))
                });
                known.map(|text| Cow::Borrowed(&**text)).ok_or_else(|| TooMuch {
                    fault: Fault::DocumentUnknown,
                    message: "PersistedQueryNotFound".to_owned(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(trusted: &Trusted, query: Option<&str>, id: Option<&str>) -> Result<String, Fault> {
        let asked = Asked {
            query: query.map(Cow::Borrowed),
            document_id: id.map(str::to_owned),
            min_position: 0,
            operation_name: None,
            variables: async_graphql::Variables::default(),
        };
        trusted.text(&asked).map(Cow::into_owned).map_err(|refused| refused.fault)
    }

    #[test]
    fn documents_are_found_by_their_ids_and_others_refused_where_that_is_the_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        std::fs::write(&path, r#"{"a1":"query A { __typename }"}"#).unwrap();
        let settings = |only| GraphQl {
            trusted_documents: Some(path.clone()),
            trusted_only: only,
            ..GraphQl::default()
        };
        for only in [false, true] {
            let trusted = Trusted::load(&settings(only)).unwrap();
            let known = Ok("query A { __typename }".to_owned());
            assert_eq!(text(&trusted, None, Some("a1")), known);
            assert_eq!(text(&trusted, None, Some("sha256:a1")), known);
            assert_eq!(text(&trusted, Some("query A { __typename }"), None), known);
            assert_eq!(text(&trusted, None, Some("a2")), Err(Fault::DocumentUnknown));
            let other = text(&trusted, Some("{ __typename }"), Some("a1"));
            assert_eq!(other.is_err(), only, "{other:?}");
        }
        let apollo = r#"{"format":"apollo-persisted-query-manifest","version":1,
            "operations":[{"id":"b1","name":"B","type":"query","body":"query B { __typename }"}]}"#;
        std::fs::write(&path, apollo).unwrap();
        let trusted = Trusted::load(&settings(true)).unwrap();
        assert_eq!(text(&trusted, None, Some("b1")), Ok("query B { __typename }".to_owned()));
        for (manifest, tells) in [("[]", "a JSON object"), ("", "neither"), (r#"{"a1":"query {"}"#, "\"a1\"")]
        {
            std::fs::write(&path, manifest).unwrap();
            let told = Trusted::load(&settings(true)).err().expect(manifest).to_string();
            assert!(told.contains(tells) && told.contains("manifest.json"), "{told}");
        }
    }
}
