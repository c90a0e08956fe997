//! The figures that offices published: those of the report, and others that contradict them.
//!
//! Guarantees that each is recorded on the day after its publication. Must never be computed from the set: a statement
//! says what was said, and the record may say otherwise.

use daftar_domain::statement::{
    Figure, Measure, Qualifier, RecordStatement, StatementCommand, StatementDetails, StatementFacts,
};
use daftar_domain::value::{Date, Moment, Name, Period, Share, Usd};

use super::calendar::{Pen, day};
use super::random::Random;
use super::totals::STATEMENTS;

/// An office that publishes figures: its Persian and its Latin name.
type Office = (&'static str, &'static str);

const ISIPO: Office =
    ("سازمان صنایع کوچک و شهرک‌های صنعتی ایران", "Iran Small Industries and Industrial Parks Organization");
const MINISTRY: Office = ("وزارت صنعت، معدن و تجارت", "Ministry of Industry, Mine and Trade");
const CHAMBER: Office = ("اتاق بازرگانی، صنایع، معادن و کشاورزی ایران", "Iran Chamber of Commerce");

/// A statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    office: Office,
    /// Which copy of the set it belongs to.
    pub(super) copy: u32,
    published: (i16, u8, u8),
    measure: Measure,
    /// The months of 1398 that it sums over, or at whose end it holds.
    months: (u8, u8),
    qualifier: Qualifier,
    figure: Figure,
}

/// The first nine months, the first half and the whole of the year.
const NINE: (u8, u8) = (1, 9);
const HALF: (u8, u8) = (1, 6);
const YEAR: (u8, u8) = (1, 12);

const REPORT: (i16, u8, u8) = (1398, 10, 9);

const fn dollars(dollars: i64) -> Figure {
    Figure::Usd(Usd::from_cents(dollars * 100))
}

const fn said(
    office: Office,
    published: (i16, u8, u8),
    measure: Measure,
    months: (u8, u8),
    qualifier: Qualifier,
    figure: Figure,
) -> Statement {
    Statement { office, copy: 0, published, measure, months, qualifier, figure }
}

use Figure::Count;
use Qualifier::{Approximately, Exactly, Nearly, Over};

/// What was said, by the day of its publication.
const SAID: [Statement; STATEMENTS] = [
    said(MINISTRY, (1398, 7, 10), Measure::Exports, HALF, Approximately, dollars(1_030_000_000)),
    said(ISIPO, (1398, 7, 14), Measure::RevivedUnits, HALF, Exactly, Count(529)),
    said(CHAMBER, (1398, 7, 20), Measure::ExportingUnits, HALF, Exactly, Count(900)),
    said(CHAMBER, (1398, 8, 19), Measure::ExportingUnits, HALF, Exactly, Count(590)),
    said(MINISTRY, (1398, 8, 29), Measure::Exports, HALF, Approximately, dollars(1_490_000_000)),
    said(ISIPO, REPORT, Measure::Exports, NINE, Over, dollars(1_600_000_000)),
    said(ISIPO, REPORT, Measure::Units, NINE, Exactly, Count(43_650)),
    said(ISIPO, REPORT, Measure::IndustrialParks, NINE, Over, Count(800)),
    said(ISIPO, REPORT, Measure::ActiveShare, NINE, Nearly, Figure::Share(Share::of_ten_thousandths(7_800))),
    said(ISIPO, REPORT, Measure::ActiveUnits, NINE, Exactly, Count(33_800)),
    said(ISIPO, REPORT, Measure::ActiveUnits, NINE, Over, Count(33_000)),
    said(ISIPO, REPORT, Measure::ExportingUnits, NINE, Exactly, Count(1_100)),
    said(ISIPO, REPORT, Measure::ExportConsortiums, NINE, Exactly, Count(72)),
    said(ISIPO, REPORT, Measure::ExportManagementCompanies, NINE, Exactly, Count(65)),
    said(MINISTRY, (1399, 1, 9), Measure::ExportConsortiums, YEAR, Exactly, Count(72)),
    said(MINISTRY, (1399, 1, 9), Measure::ExportManagementCompanies, YEAR, Exactly, Count(62)),
    said(ISIPO, (1399, 1, 10), Measure::RevivedUnits, YEAR, Exactly, Count(1_185)),
];

/// What was said.
pub(super) fn all() -> Vec<Statement> {
    SAID.to_vec()
}

impl Statement {
    fn published_on(&self) -> Date {
        let (year, month, of_month) = self.published;
        day(year, month, of_month)
    }

    /// Tells when it is recorded: on the day after its publication.
    pub(super) fn history(&self, random: &mut Random, mut tell: impl FnMut(Moment, Date)) {
        let on = self.published_on();
        tell(Pen::new().write(random, on.plus_days(1), 0), on);
    }

    /// The command that records it.
    pub(super) fn command(&self) -> StatementCommand {
        let months = Period::solar_months(1398, self.months.0, self.months.1);
        let period = months.expect("months of a year in range");
        let name = |name: &str| {
            let of_copy = if self.copy == 0 { String::new() } else { format!(" {}", self.copy) };
            Name::parse(&format!("{name}{of_copy}")).expect("an office has a name")
        };
        let facts = StatementFacts {
            source: name(self.office.0),
            source_latin: Some(name(self.office.1)),
            published_on: self.published_on(),
            measure: self.measure,
            period: self.measure.is_of_period().then_some(period),
            qualifier: self.qualifier,
            figure: self.figure,
        };
        let details = StatementDetails { facts, on: period.last_day() };
        StatementCommand::RecordStatement(RecordStatement { details })
    }
}
