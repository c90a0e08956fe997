//! What a document may cost, judged before anything of it is executed.
//!
//! The text is bounded before it is parsed; the parsed document is counted in time that follows its length, however
//! its fragments double. Nothing here executes or validates: what does not fit the schema is counted as if it were
//! small, and refused by the validation that follows.

use async_graphql::Variables;
use async_graphql::parser::types::ExecutableDocument;

use crate::config::GraphQl;
use crate::error::Fault;

mod catalogue;
mod count;
mod lexical;

use catalogue::Catalogue;

/// The deepest introspection: `__schema { types { fields { args { type`, nine times `ofType`, and a name fit.
const INTROSPECTION_DEPTH_MAX: u64 = 32;
/// The most lists of introspection inside each other: types, their fields, their arguments.
const INTROSPECTION_LISTS_MAX: u64 = 3;
/// The most selections of introspection: twice what graphql-js asks.
const INTROSPECTION_MAX: u64 = 500;

/// Why a document is not executed.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// The code.
    pub fault: Fault,
    /// What there is too much of, and how much there may be.
    pub message: String,
}

impl TooMuch {
    fn complex(message: String) -> Self {
        Self { fault: Fault::TooComplex, message }
    }

    fn check(what: &str, found: u64, most: u64) -> Result<(), Self> {
        if found <= most {
            return Ok(());
        }
        Err(Self::complex(format!("the document has {found} {what}; it may have {most}")))
    }
}

/// The bounds, and what the schema says of sizes.
pub struct Guard {
    catalogue: Catalogue,
    limits: GraphQl,
}

impl Guard {
    /// A guard over the schema that is served.
    pub fn new(limits: &GraphQl) -> Self {
        Self { catalogue: Catalogue::read(&crate::schema::definition()), limits: limits.clone() }
    }

    /// Bounds a text before it is parsed.
    ///
    /// # Errors
    /// DOCUMENT_TOO_LARGE.
    pub fn text(&self, text: &str) -> Result<(), TooMuch> {
        lexical::check(text, &self.limits)
    }

    /// The cost of an operation: how many fields its answer may have, lists at their sizes.
    ///
    /// # Errors
    /// QUERY_TOO_COMPLEX, or GRAPHQL_VALIDATION_FAILED for a fragment that contains itself.
    pub fn price(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Result<u64, TooMuch> {
        let counted = count::count(&self.catalogue, document, operation, variables)?;
        let limits = &self.limits;
        TooMuch::check("aliases", counted.aliases, limits.aliases_max as u64)?;
        TooMuch::check("directives", counted.directives, limits.directives_max as u64)?;
        TooMuch::check(
            "selections with its fragments expanded",
            counted.selections,
            limits.selections_max as u64,
        )?;
        TooMuch::check("levels of selections", counted.depth, limits.depth_max as u64)?;
        TooMuch::check("selections of introspection", counted.introspection, INTROSPECTION_MAX)?;
        TooMuch::check("levels of introspection", counted.introspection_depth, INTROSPECTION_DEPTH_MAX)?;
        TooMuch::check(
            "lists of introspection inside each other",
            counted.introspection_lists,
            INTROSPECTION_LISTS_MAX,
        )?;
        if counted.cost > limits.cost_max {
            return Err(TooMuch::complex(format!(
                "the answer may have {} fields, counting lists by `first` and `last`; it may have {}",
                counted.cost, limits.cost_max
            )));
        }
        Ok(counted.cost)
    }
}

#[cfg(test)]
mod tests;
