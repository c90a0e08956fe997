//! Why a command was not recorded: a stable code, the field, and a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::value::{InvalidKind, InvalidValue};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, rule $rule:expr;)+) => {
        /// The stable codes. Rules are numbered as in the table of rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as callers read it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// The number of the rule that it answers for, if it is a rule of the domain.
            pub fn rule(self) -> Option<u8> {
                match self { $(Self::$name => $rule,)+ }
            }
        }
    };
}

codes! {
    /// An identifier, HS code, ISIC class, province or country is not valid.
    InvalidIdentifier = "INVALID_IDENTIFIER", rule Some(1);
    /// A unit with that business ID is recorded already.
    DuplicateUnit = "DUPLICATE_UNIT", rule Some(2);
    /// An operating licence needs an unexpired establishment licence, an inspection and a capacity.
    LicencePrerequisiteMissing = "LICENCE_PREREQUISITE_MISSING", rule Some(3);
    /// An establishment licence is extended only with a progress report that an inspection confirmed.
    ProgressNotVerified = "PROGRESS_NOT_VERIFIED", rule Some(4);
    /// The park is specialised, and the unit's industry is none of those that it takes.
    IndustryNotPermitted = "INDUSTRY_NOT_PERMITTED", rule Some(5);
    /// Licences of one kind overlap for a unit.
    LicenceOverlap = "LICENCE_OVERLAP", rule Some(6);
    /// The park has no plot or no area left.
    ParkFull = "PARK_FULL", rule Some(7);
    /// The plot is held by another unit.
    PlotTaken = "PLOT_TAKEN", rule Some(7);
    /// The operating status can't change in that way on that date.
    IllegalTransition = "ILLEGAL_TRANSITION", rule Some(8);
    /// A revival case opens only for an idle or semi-active unit.
    NotIdle = "NOT_IDLE", rule Some(9);
    /// The unit has an open revival case.
    RevivalAlreadyOpen = "REVIVAL_ALREADY_OPEN", rule Some(9);
    /// A unit is revived only after a diagnosis and a verified restart.
    RevivalStepMissing = "REVIVAL_STEP_MISSING", rule Some(10);
    /// The unit is closed for good; reopening is a new unit with a predecessor.
    UnitClosed = "UNIT_CLOSED", rule Some(11);
    /// The exporter was not active and licensed, or its consent not in force, on the export date.
    ExporterNotEligible = "EXPORTER_NOT_ELIGIBLE", rule Some(12);
    /// The company had no mandate of that unit in force on the export date.
    NoMandate = "NO_MANDATE", rule Some(12);
    /// The item of the declaration is recorded already and not voided.
    DuplicateDeclaration = "DUPLICATE_DECLARATION", rule Some(13);
    /// An export has a value and a weight above zero, a date not in the future, and a destination other than IR.
    InvalidExport = "INVALID_EXPORT", rule Some(14);
    /// The fact is voided already.
    AlreadyVoided = "ALREADY_VOIDED", rule Some(15);
    /// The entity has changed since the version that the caller expects.
    StaleVersion = "STALE_VERSION", rule Some(15);
    /// The fact lies in a closed period, which takes approved restatements only.
    PeriodClosed = "PERIOD_CLOSED", rule Some(15);
    /// A consortium is constituted with at least as many distinct legal entities as the threshold says.
    TooFewMembers = "TOO_FEW_MEMBERS", rule Some(16);
    /// Each member holds an export-readiness certificate, or the members together exported enough in the 12 months before.
    NotExportReady = "NOT_EXPORT_READY", rule Some(16);
    /// The unit is in an active consortium of that product group already.
    AlreadyInConsortium = "ALREADY_IN_CONSORTIUM", rule Some(17);
    /// Consent comes before rank, and rank only after the evaluation period.
    RankTooEarly = "RANK_TOO_EARLY", rule Some(19);
    /// More participants would be enrolled on a day than the course or workshop has seats.
    CourseFull = "COURSE_FULL", rule Some(21);
    /// A certificate needs that the participant attended enough of the hours.
    AttendanceLow = "ATTENDANCE_LOW", rule Some(21);
    /// A knowledge-based grade is valid on its grant date, and of the scheme in force then.
    GradeExpired = "GRADE_EXPIRED", rule Some(22);
    /// The command ID was recorded with another body.
    IdempotencyConflict = "IDEMPOTENCY_CONFLICT", rule Some(24);
    /// A published figure names the position that it was computed at, by a certificate of this log.
    UnsourcedStatistic = "UNSOURCED_STATISTIC", rule Some(25);
    /// A required field is empty.
    MissingField = "MISSING_FIELD", rule None;
    /// A field's value is outside its vocabulary or range.
    InvalidValue = "INVALID_VALUE", rule None;
    /// A text is longer than its field allows.
    FieldTooLong = "FIELD_TOO_LONG", rule None;
    /// A text has characters that no field allows, such as NUL.
    InvalidCharacter = "INVALID_CHARACTER", rule None;
    /// A date can't be read, lies in the future, or contradicts another one.
    InvalidDate = "INVALID_DATE", rule None;
    /// A number can't be read, or has more decimals than its unit.
    InvalidNumber = "INVALID_NUMBER", rule None;
    /// The entity that a field names is not recorded.
    UnknownReference = "UNKNOWN_REFERENCE", rule None;
    /// A park with that code is recorded already.
    DuplicatePark = "DUPLICATE_PARK", rule None;
    /// A consortium with that code is recorded already.
    DuplicateConsortium = "DUPLICATE_CONSORTIUM", rule None;
    /// An export management company with that code is recorded already.
    DuplicateEmc = "DUPLICATE_EMC", rule None;
    /// The unit, or another unit of its legal entity, is a member already.
    DuplicateMember = "DUPLICATE_MEMBER", rule None;
    /// The company holds a mandate of that unit for those days already.
    DuplicateMandate = "DUPLICATE_MANDATE", rule None;
    /// A course or workshop with that code is recorded already.
    DuplicateTraining = "DUPLICATE_TRAINING", rule None;
    /// The participant is enrolled, named or certified already.
    DuplicateEnrolment = "DUPLICATE_ENROLMENT", rule None;
    /// The organisation is not enrolled in the course or workshop.
    NotEnrolled = "NOT_ENROLLED", rule None;
    /// The course or workshop is for others.
    WrongAudience = "WRONG_AUDIENCE", rule None;
    /// A research project with that code is recorded already.
    DuplicateResearch = "DUPLICATE_RESEARCH", rule None;
    /// More would be paid for a research project than its approved budget.
    BudgetExceeded = "BUDGET_EXCEEDED", rule None;
    /// A research project is closed with a result.
    ResultMissing = "RESULT_MISSING", rule None;
    /// The same statement of that source is recorded already.
    DuplicateStatement = "DUPLICATE_STATEMENT", rule None;
    /// The person holds that post already, or the ID of somebody new is taken.
    DuplicateAppointment = "DUPLICATE_APPOINTMENT", rule None;
    /// Personal data can't be stored: there is no vault, or it was opened without the operator's key.
    VaultClosed = "VAULT_CLOSED", rule None;
    /// What was known of the person is erased.
    Erased = "ERASED", rule None;
    /// No role of the actor allows it.
    Forbidden = "FORBIDDEN", rule None;
    /// The actor's role reaches other provinces than those that it concerns.
    OutOfProvince = "OUT_OF_PROVINCE", rule None;
    /// It takes two persons: one proposes it, another one approves it.
    ApprovalRequired = "APPROVAL_REQUIRED", rule None;
    /// Whoever made a proposal can't decide it.
    OwnProposal = "OWN_PROPOSAL", rule None;
    /// The proposal was approved, rejected or withdrawn already.
    AlreadyDecided = "ALREADY_DECIDED", rule None;
    /// The time has run out in which the proposal could be decided.
    ProposalExpired = "PROPOSAL_EXPIRED", rule None;
    /// The phase of the consortium, revival case, company, plot, training or project does not allow it on that date.
    WrongPhase = "WRONG_PHASE", rule None;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What every noun's rejections tell.
pub trait Coded: std::error::Error {
    /// The stable code.
    fn code(&self) -> Code;
    /// The input field at fault, dotted (`members.2.sme`); empty when it is the whole command.
    fn path(&self) -> String;
}

/// Why a command was not recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// The stable code.
    pub code: Code,
    /// The input field at fault, dotted (`members.2.sme`); empty when it is the whole command.
    pub path: String,
    /// One sentence for a person.
    pub message: String,
}

impl Rejection {
    /// A rejection of a field.
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }

    /// The entity that a field names is not recorded.
    pub fn unknown(path: impl Into<String>, what: impl fmt::Display) -> Self {
        Self::new(Code::UnknownReference, path, format!("{what} is not recorded"))
    }

    /// A value that could not be read into its type: empty, too long and impossible characters have codes of their
    /// own, anything else is answered with the code of the type (`INVALID_IDENTIFIER` for identifiers, …).
    pub fn invalid(path: impl Into<String>, error: &InvalidValue, otherwise: Code) -> Self {
        let code = match error.kind {
            InvalidKind::Missing => Code::MissingField,
            InvalidKind::TooLong => Code::FieldTooLong,
            InvalidKind::Character => Code::InvalidCharacter,
            InvalidKind::Format | InvalidKind::CheckDigit | InvalidKind::Range => otherwise,
        };
        Self::new(code, path, error.to_string())
    }

    /// The same rejection where the input calls a field otherwise.
    #[must_use]
    pub fn renamed(mut self, field: &str, name: &str) -> Self {
        if self.path == field {
            name.clone_into(&mut self.path);
        }
        self
    }

    /// The same rejection, its field seen from an outer input.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.path = if self.path.is_empty() { prefix.to_owned() } else { format!("{prefix}.{}", self.path) };
        self
    }
}

impl<E: Coded> From<E> for Rejection {
    fn from(error: E) -> Self {
        Self { code: error.code(), path: error.path(), message: error.to_string() }
    }
}
