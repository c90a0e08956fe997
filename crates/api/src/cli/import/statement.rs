//! Files of official statements: one row each. All that a row says is what it is known by: one that is recorded with the
//! same source, dates, measure, qualifier and figure is the same statement, and any other one stands beside it.

use super::cell::{self, Trouble, Units};
use super::code;
use super::export::USD_WORDS;
use super::header::Column;
use super::reading::{Reading, Word, invalid};
use super::sme::PERCENT_WORDS;
use daftar_domain::Command;
use daftar_domain::statement::{
    Figure, FigureUnit, Measure, Qualifier, RecordStatement, StatementCommand, StatementDetails,
    StatementFacts,
};
use daftar_domain::value::{Date, Period, Share, Usd};
use rust_decimal::Decimal;

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required, grouping: false }
}

/// The columns.
pub const COLUMNS: &[Column] = &[
    column("source", &["source (Persian)", "منبع", "مرجع"], true),
    column("source (Latin)", &["source_latin", "منبع لاتین", "مرجع لاتین"], false),
    column("published", &["published on", "تاریخ انتشار"], true),
    column("measure", &["شاخص", "شرح"], true),
    column("from", &["period from", "از", "از تاریخ"], false),
    column("to", &["period to", "تا", "تا تاریخ"], false),
    column("as of", &["on", "در تاریخ"], false),
    column("qualifier", &["قید"], true),
    column("value", &["figure", "مقدار", "رقم"], true),
];
const SOURCE: usize = 0;
const SOURCE_LATIN: usize = 1;
const PUBLISHED: usize = 2;
const MEASURE: usize = 3;
const FROM: usize = 4;
const TO: usize = 5;
const AS_OF: usize = 6;
const QUALIFIER: usize = 7;
const VALUE: usize = 8;

const COUNT_WORDS: Units = &["واحد", "unit", "units", "شهرک", "کنسرسیوم", "شرکت"];

const MEASURES: &[Word<Measure>] = &[
    (Measure::Units, &["UNITS", "واحدها", "تعداد واحدها"]),
    (Measure::ActiveUnits, &["ACTIVE_UNITS", "active units", "واحدهای فعال"]),
    (Measure::ActiveShare, &["ACTIVE_SHARE", "active share", "سهم واحدهای فعال"]),
    (Measure::IdleUnits, &["IDLE_UNITS", "idle units", "واحدهای راکد"]),
    (Measure::ExportingUnits, &["EXPORTING_UNITS", "exporting units", "واحدهای صادراتی"]),
    (
        Measure::IndustrialParks,
        &["INDUSTRIAL_PARKS", "industrial parks", "شهرک‌ها و نواحی صنعتی", "شهرک‌های صنعتی"],
    ),
    (Measure::ExportConsortiums, &["EXPORT_CONSORTIUMS", "export consortiums", "کنسرسیوم‌های صادراتی"]),
    (
        Measure::ExportManagementCompanies,
        &["EXPORT_MANAGEMENT_COMPANIES", "export management companies", "شرکت‌های مدیریت صادرات"],
    ),
    (Measure::Exports, &["EXPORTS", "ارزش صادرات", "صادرات"]),
    (Measure::RevivedUnits, &["REVIVED_UNITS", "revived units", "واحدهای احیاشده", "واحدهای احیا شده"]),
];
const QUALIFIERS: &[Word<Qualifier>] = &[
    (Qualifier::Over, &["OVER", "بیش از"]),
    (Qualifier::Nearly, &["NEARLY", "نزدیک به"]),
    (Qualifier::Approximately, &["APPROXIMATELY", "حدود"]),
    (Qualifier::Exactly, &["EXACTLY", "دقیقا", "دقیقاً"]),
];

/// A statement, as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement(StatementDetails);

/// Reads a row; `None` when the reading has troubles.
pub fn read(reading: &mut Reading<'_>) -> Option<Statement> {
    let source = reading.required(SOURCE, reading.name(SOURCE));
    let source_latin = reading.optional(SOURCE_LATIN, reading.name(SOURCE_LATIN));
    let published_on = reading.required(PUBLISHED, reading.date(PUBLISHED));
    let measure = reading.required(MEASURE, reading.word(MEASURE, MEASURES));
    let from = reading.optional(FROM, reading.date(FROM));
    let to = reading.optional(TO, reading.date(TO));
    let as_of = reading.optional(AS_OF, reading.date(AS_OF)).or(to);
    let qualifier = reading.required(QUALIFIER, reading.word(QUALIFIER, QUALIFIERS));
    let figure = measure.and_then(|measure| {
        let figure = figure(reading, measure);
        reading.required(VALUE, figure)
    });
    let period = period(reading, from, to);
    if as_of.is_none() {
        let message = "The day as of which the figure holds is missing.";
        reading.trouble(AS_OF, Trouble::new(code::MISSING_FIELD, message));
    }
    let facts = StatementFacts {
        source: source?,
        source_latin,
        published_on: published_on?,
        measure: measure?,
        period: period?,
        qualifier: qualifier?,
        figure: figure?,
    };
    Some(Statement(StatementDetails { facts, on: as_of? }))
}

/// The days from one to another, both included, where the row names both; a trouble where it names one.
fn period(reading: &mut Reading<'_>, from: Option<Date>, to: Option<Date>) -> Option<Option<Period>> {
    let (from, to) = match (from, to) {
        (None, None) => return Some(None),
        (Some(from), Some(to)) => (from, to),
        (missing, _) => {
            let column = if missing.is_none() { FROM } else { TO };
            let message = "A period has a first and a last day.";
            reading.trouble(column, Trouble::new(code::MISSING_FIELD, message));
            return None;
        }
    };
    match Period::new(from, to.plus_days(1)) {
        Ok(period) => Some(Some(period)),
        Err(error) => {
            reading.trouble(TO, invalid(&error, code::INVALID_DATE));
            None
        }
    }
}

/// A figure of a measure. A share above 1 is read as percent: 78 is 0.78.
fn figure(reading: &Reading<'_>, measure: Measure) -> Result<Option<Figure>, Trouble> {
    match measure.unit() {
        FigureUnit::Count => Ok(reading.count(VALUE, COUNT_WORDS, Ok)?.map(Figure::Count)),
        FigureUnit::Usd => Ok(reading.amount(VALUE, USD_WORDS, Usd::parse)?.map(Figure::Usd)),
        FigureUnit::Share => {
            let Some(number) = cell::decimal(reading.cell(VALUE), PERCENT_WORDS)? else { return Ok(None) };
            let ratio = if number > Decimal::ONE { number / Decimal::ONE_HUNDRED } else { number };
            let share = Share::parse(&ratio.normalize().to_string());
            share
                .map(|share| Some(Figure::Share(share)))
                .map_err(|error| invalid(&error, code::INVALID_NUMBER))
        }
    }
}

/// The column of an input field.
pub fn column_of(path: &str) -> &'static str {
    let index = match path.rsplit('.').next().unwrap_or(path) {
        "sourceLatin" => SOURCE_LATIN,
        "publishedOn" => PUBLISHED,
        "measure" => MEASURE,
        "period" => TO,
        "on" => AS_OF,
        "qualifier" => QUALIFIER,
        "value" => VALUE,
        _ => SOURCE,
    };
    COLUMNS[index].name
}

impl Statement {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let StatementDetails { facts, on } = &self.0;
        let figure = match facts.figure {
            Figure::Count(count) => count.to_string(),
            Figure::Share(share) => share.to_string(),
            Figure::Usd(usd) => usd.to_string(),
        };
        let texts = [
            facts.source.to_string(),
            super::text_of(facts.source_latin.as_ref()),
            facts.published_on.to_string(),
            super::code_of(MEASURES, &facts.measure).to_owned(),
            super::text_of(facts.period.map(|period| period.from()).as_ref()),
            super::text_of(facts.period.map(|period| period.last_day()).as_ref()),
            on.to_string(),
            super::code_of(QUALIFIERS, &facts.qualifier).to_owned(),
            figure,
        ];
        COLUMNS.iter().map(|column| column.name).zip(texts).collect()
    }

    /// The command that records the statement.
    pub fn record(&self) -> Vec<Command> {
        let details = self.0.clone();
        vec![Command::Statement(StatementCommand::RecordStatement(RecordStatement { details }))]
    }
}
