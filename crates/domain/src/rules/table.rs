//! The table of rules: what each says, the codes that a broken one is answered with, and where it is judged.
//!
//! The codes are those that name the rule in `rejection`; a rule is judged in the file of its noun, or among the rules
//! that span nouns. The numbers never change.

use crate::rejection::Code;

/// A rule of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number, from 1.
    pub number: u8,
    /// What it says.
    pub sentence: &'static str,
    /// The files that judge it, below `crates/domain/src`.
    pub judged: &'static [&'static str],
}

impl Rule {
    /// The codes that a broken one is answered with.
    pub fn codes(&self) -> impl Iterator<Item = Code> {
        let number = self.number;
        Code::ALL.iter().copied().filter(move |code| code.rule() == Some(number))
    }
}

const fn rule(number: u8, sentence: &'static str, judged: &'static [&'static str]) -> Rule {
    Rule { number, sentence, judged }
}

/// Every rule, in the order of the numbers.
pub const RULES: [Rule; 25] = [
    rule(
        1,
        "What names something (an identifier, an HS code, a country, a province, an industry) is valid; the answer names \
         the field that is not.",
        &["value/code.rs", "rules/units.rs", "rules/trade.rs", "rules.rs"],
    ),
    rule(
        2,
        "A business ID belongs to one unit, while a legal entity may hold several units.",
        &["sme/registration.rs"],
    ),
    rule(
        3,
        "An operating licence is issued to a unit with an establishment licence that has not run out, an inspection and a \
         capacity.",
        &["sme/licence.rs"],
    ),
    rule(
        4,
        "An establishment licence is extended when a report on the progress was recorded.",
        &["sme/licence.rs"],
    ),
    rule(5, "A specialised park admits units of its industries only.", &["rules/units.rs"]),
    rule(6, "The licences of one kind that a unit holds do not overlap.", &["sme/licence.rs"]),
    rule(
        7,
        "A park has no more plots allotted than plots, and no more area than can be sold; a plot has one holder.",
        &["park.rs", "rules/units.rs"],
    ),
    rule(
        8,
        "A unit falls idle from being active or semi-active, with a reason and a date.",
        &["sme/history.rs"],
    ),
    rule(
        9,
        "A revival case opens for an idle or semi-active unit that has none open.",
        &["sme/history.rs", "rules/units.rs"],
    ),
    rule(
        10,
        "A unit counts as revived after a diagnosis and a restart that was verified.",
        &["revival/case.rs"],
    ),
    rule(
        11,
        "A closed unit stays closed; who begins again registers a new unit with the old one as predecessor.",
        &["sme/history.rs"],
    ),
    rule(
        12,
        "An export names a unit that was active and licensed on its date, or a company, which may name the unit that it \
         acted for under a mandate in force.",
        &["rules/trade.rs"],
    ),
    rule(13, "An item of a customs declaration is recorded once, unless voided.", &["export/decide.rs"]),
    rule(
        14,
        "An export has a value and a weight, a date that has come, and a destination abroad.",
        &["export/decide.rs"],
    ),
    rule(
        15,
        "A correction or a voiding is a new event with a reason and the version that was seen; nothing is voided twice; the \
         money facts of a closed period are restated only.",
        &[
            "ledger/draft.rs",
            "export/decide.rs",
            "sme/correction.rs",
            "statement/state.rs",
            "rules/periods.rs",
        ],
    ),
    rule(
        16,
        "A consortium is constituted by at least 3 distinct legal entities, each with a certificate of export-readiness or \
         all together with $500,000 of exports in the 12 months before; one that falls below is suspended.",
        &["rules/trade.rs"],
    ),
    rule(
        17,
        "A unit is in one active consortium of a product group at a time.",
        &["consortium/membership.rs"],
    ),
    rule(
        18,
        "A member leaves when the obligations that the consortium recorded for it are settled.",
        &["consortium/decide.rs"],
    ),
    rule(19, "A company has its consent before a rank, and a rank after two years.", &["emc/decide.rs"]),
    rule(
        20,
        "Support is for a listed exhibition and an eligible applicant, within the cap, and claimed once.",
        &["rules.rs"],
    ),
    rule(
        21,
        "A course enrols no more than its seats, and certifies whoever attended enough.",
        &["training/check.rs"],
    ),
    rule(22, "A knowledge-based grade is in force on the day of its grant.", &["sme.rs"]),
    rule(23, "An exchange rate has a date and a kind.", &["reference.rs"]),
    rule(24, "One command ID stands for one command body.", &["ledger/known.rs"]),
    rule(
        25,
        "A figure that the office itself publishes names the position at which it was computed, by its certificate; what the \
         press says needs none.",
        &["publication.rs"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules of the field by their numbers, with the codes that each is answered with.
    const FIELD: [(u8, &[&str]); 25] = [
        (1, &["INVALID_IDENTIFIER"]),
        (2, &["DUPLICATE_UNIT"]),
        (3, &["LICENCE_PREREQUISITE_MISSING"]),
        (4, &["PROGRESS_NOT_VERIFIED"]),
        (5, &["INDUSTRY_NOT_PERMITTED"]),
        (6, &["LICENCE_OVERLAP"]),
        (7, &["PARK_FULL", "PLOT_TAKEN"]),
        (8, &["ILLEGAL_TRANSITION"]),
        (9, &["NOT_IDLE", "REVIVAL_ALREADY_OPEN"]),
        (10, &["REVIVAL_STEP_MISSING"]),
        (11, &["UNIT_CLOSED"]),
        (12, &["EXPORTER_NOT_ELIGIBLE", "NO_MANDATE"]),
        (13, &["DUPLICATE_DECLARATION"]),
        (14, &["INVALID_EXPORT"]),
        (15, &["ALREADY_VOIDED", "PERIOD_CLOSED", "STALE_VERSION"]),
        (16, &["NOT_EXPORT_READY", "TOO_FEW_MEMBERS"]),
        (17, &["ALREADY_IN_CONSORTIUM"]),
        (18, &["OPEN_OBLIGATIONS"]),
        (19, &["RANK_TOO_EARLY"]),
        (20, &["CAP_EXCEEDED", "DUPLICATE_CLAIM", "NOT_LISTED"]),
        (21, &["ATTENDANCE_LOW", "COURSE_FULL"]),
        (22, &["GRADE_EXPIRED"]),
        (23, &["RATE_MISSING"]),
        (24, &["IDEMPOTENCY_CONFLICT"]),
        (25, &["UNSOURCED_STATISTIC"]),
    ];

    /// Rules that wait for their nouns.
    const AWAITED: [u8; 6] = [4, 5, 18, 20, 22, 23];

    #[test]
    fn the_table_is_that_of_the_field() {
        for (rule, (number, expected)) in RULES.iter().zip(FIELD) {
            let mut codes: Vec<_> = rule.codes().map(Code::as_str).collect();
            codes.sort_unstable();
            assert_eq!(rule.number, number);
            assert!(
                codes == expected || codes.is_empty() && AWAITED.contains(&number),
                "{number}: {codes:?}"
            );
        }
    }

    #[test]
    fn every_rule_is_judged_where_the_table_says() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for rule in RULES {
            assert!(rule.sentence.ends_with('.') && !rule.judged.is_empty(), "{}", rule.number);
            for file in rule.judged {
                assert!(source.join(file).is_file(), "rule {}: {file}", rule.number);
            }
        }
    }
}
