//! Why something was corrected, voided or ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Commitment;

/// The reason of a correction, a voiding or an ending. Free text is personal data and never stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    /// A slip at the keyboard.
    DataEntryError,
    /// The same fact stands in the record already.
    Duplicate,
    /// The source (customs, licence office) has changed its statement.
    SourceCorrected,
    /// The holder asked for it.
    HolderRequest,
    /// A court or authority decided it.
    AuthorityDecision,
    /// An obligation or condition was not met.
    ConditionNotMet,
    /// A term has run out.
    TermExpired,
    /// The holder became insolvent.
    Insolvency,
    /// Merged into, or replaced by, another one.
    Succession,
    /// None of these.
    Other,
}

/// A reason as it stands in the event line: a code, and a commitment to its text where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// SHA-256 commitment to the text, which lives in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Commitment>,
}

impl From<ReasonCode> for Reason {
    fn from(code: ReasonCode) -> Self {
        Self { code, text: None }
    }
}
