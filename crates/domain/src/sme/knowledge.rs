//! Knowledge-based grades: dated from–until, in the scheme that is in force on the day of the grant (rule 22).
//!
//! The scheme of four grades was replaced on 1 Mordad 1402 (2023-07-23) by one of three. A grade that was granted
//! before stays valid until its end; a later grant replaces it from its own day on.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, Event};
use crate::rejection::Rejection;
use crate::value::{Date, ReasonCode, SmeKey, SolarDate};

use super::{Fact, OperatingStatus, Sme};

/// The grades of both schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KnowledgeGrade {
    /// Start-up, until Tir 1402.
    StartUp,
    /// Producer of the first kind, until Tir 1402.
    #[serde(rename = "PRODUCER_1")]
    Producer1,
    /// Producer of the second kind, until Tir 1402.
    #[serde(rename = "PRODUCER_2")]
    Producer2,
    /// Industrial, until Tir 1402.
    Industrial,
    /// Newly founded (nopa), since Mordad 1402.
    Nopa,
    /// Innovative (noavar), since Mordad 1402.
    Noavar,
    /// Technological (fanavar), since Mordad 1402.
    Fanavar,
}

impl KnowledgeGrade {
    /// Every grade, in the order of declaration.
    pub const ALL: [Self; 7] = [
        Self::StartUp,
        Self::Producer1,
        Self::Producer2,
        Self::Industrial,
        Self::Nopa,
        Self::Noavar,
        Self::Fanavar,
    ];

    /// The grade as it is spelled in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartUp => "START_UP",
            Self::Producer1 => "PRODUCER_1",
            Self::Producer2 => "PRODUCER_2",
            Self::Industrial => "INDUSTRIAL",
            Self::Nopa => "NOPA",
            Self::Noavar => "NOAVAR",
            Self::Fanavar => "FANAVAR",
        }
    }

    /// Whether its scheme is in force on a day.
    pub fn is_granted_on(self, day: Date) -> bool {
        let changed = SolarDate::new(1402, 5, 1).expect("1 Mordad 1402 is a day").date();
        matches!(self, Self::Nopa | Self::Noavar | Self::Fanavar) == (changed <= day)
    }
}

impl fmt::Display for KnowledgeGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Grants a unit a knowledge-based grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantGrade {
    /// The unit.
    pub sme: SmeKey,
    /// The grade.
    pub grade: KnowledgeGrade,
    /// The day of the grant.
    pub on: Date,
    /// The first day on which it is no longer valid.
    pub until: Date,
}

/// Withdraws the knowledge-based grade of a unit before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawGrade {
    /// The unit.
    pub sme: SmeKey,
    /// Why.
    pub reason: ReasonCode,
    /// The first day without it.
    pub on: Date,
}

/// The unit was granted a knowledge-based grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GradeGranted {
    /// The grade.
    pub grade: KnowledgeGrade,
    /// The first day on which it is no longer valid.
    pub until: Date,
}

/// The grade was withdrawn: the effective date is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GradeWithdrawn {}

impl Sme {
    /// The knowledge-based grade that is in force on a day; none once it is closed or merged.
    pub fn grade_on(&self, day: Date) -> Option<KnowledgeGrade> {
        let standing = self.history.on(day);
        standing.grade(day).filter(|_| !standing.status().is_some_and(OperatingStatus::is_final))
    }

    /// Decides `GrantGrade` (rule 22).
    ///
    /// # Errors
    /// `GRADE_EXPIRED`, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn grant_grade(&self, command: &GrantGrade, context: &Context) -> Result<Vec<Event>, Rejection> {
        let GrantGrade { grade, on, until, .. } = *command;
        let data = GradeGranted { grade, until };
        Ok(vec![self.fact(on, Fact::Graded { grade, until }, data.into(), context)?])
    }

    /// Decides `WithdrawGrade`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` when none is in force on the day, `UNIT_CLOSED`, `INVALID_DATE`.
    pub fn withdraw_grade(
        &self,
        command: &WithdrawGrade,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let event = self.fact(command.on, Fact::GradeWithdrawn, GradeWithdrawn {}.into(), context)?;
        Ok(vec![event.because(command.reason)])
    }
}
