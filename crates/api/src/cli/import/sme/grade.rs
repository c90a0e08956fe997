//! The knowledge-based grade of a unit, as a file states it: three columns that stand together or not at all.

use daftar_domain::Command;
use daftar_domain::rejection::Code;
use daftar_domain::sme::{GrantGrade, KnowledgeGrade, SmeCommand};
use daftar_domain::value::{Date, SmeKey};

use super::{GRADE, GRADE_FROM, GRADE_UNTIL};
use crate::cli::import::cell::Trouble;
use crate::cli::import::code;
use crate::cli::import::reading::{Reading, Word};

pub(super) const GRADES: &[Word<KnowledgeGrade>] = &[
    (KnowledgeGrade::StartUp, &["START_UP", "نوپا (تا ۱۴۰۲)", "استارتاپ"]),
    (KnowledgeGrade::Producer1, &["PRODUCER_1", "تولیدی نوع ۱", "تولیدی ۱"]),
    (KnowledgeGrade::Producer2, &["PRODUCER_2", "تولیدی نوع ۲", "تولیدی ۲"]),
    (KnowledgeGrade::Industrial, &["INDUSTRIAL", "صنعتی"]),
    (KnowledgeGrade::Nopa, &["NOPA", "نوپا"]),
    (KnowledgeGrade::Noavar, &["NOAVAR", "نوآور"]),
    (KnowledgeGrade::Fanavar, &["FANAVAR", "فناور"]),
];

/// A knowledge-based grade, on the days [from, until).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    pub grade: KnowledgeGrade,
    pub from: Date,
    pub until: Date,
}

impl Grade {
    /// Reads the three columns (rule 22); the outer none for troubles.
    pub(super) fn read(reading: &mut Reading<'_>) -> Option<Option<Self>> {
        let Some(grade) = reading.optional(GRADE, reading.word(GRADE, GRADES)) else {
            let told = [GRADE_FROM, GRADE_UNTIL].map(|column| reading.optional(column, reading.date(column)));
            if told.iter().flatten().next().is_some() {
                let message = "The days of a knowledge-based grade are told without the grade.";
                reading.trouble(GRADE, Trouble::new(code::MISSING_FIELD, message));
            }
            return Some(None);
        };
        let from = reading.required(GRADE_FROM, reading.date(GRADE_FROM));
        let until = reading.required(GRADE_UNTIL, reading.date(GRADE_UNTIL));
        let (from, until) = (from?, until?);
        // A row is refused as a whole, before its unit is taken over.
        let expired = Code::GradeExpired.as_str();
        if !grade.is_granted_on(from) {
            let message = format!("The scheme that {grade} belongs to was not in force on {from}.");
            reading.trouble(GRADE, Trouble::new(expired, message));
        } else if until <= from {
            let message = format!("A grade until {until} is not valid on {from}.");
            reading.trouble(GRADE_UNTIL, Trouble::new(expired, message));
        }
        Some(Some(Self { grade, from, until }))
    }

    /// The command that grants it.
    pub(super) fn grant(self, sme: SmeKey) -> Command {
        let Self { grade, from, until } = self;
        Command::Sme(SmeCommand::GrantGrade(GrantGrade { sme, grade, on: from, until }))
    }
}
