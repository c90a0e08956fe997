//! From the cells of one row to values, collecting every trouble of the row on the way.

use super::cell::{self, Trouble, Units};
use super::code;
use super::header::{Column, Header, plain};
use super::source::{Cell, Malformed, RawRow};
use daftar_domain::reference::{Reference, ReferenceEvent, shipped};
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::value::{CountryCode, Date, InvalidKind, InvalidValue, Name, ProvinceCode};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Why a row was not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The column at fault, by its name in reports; empty when it is the whole row.
    pub column: &'static str,
    /// A stable code.
    pub code: &'static str,
    /// A sentence; further troubles of the row follow it.
    pub message: String,
}

impl Refusal {
    /// Of one column.
    pub fn new(column: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Refusal { column, code, message: message.into() }
    }

    /// What the domain said of a command, seen from the file.
    pub fn of(rejection: &Rejection, column: &'static str) -> Self {
        Refusal::new(column, rejection.code.as_str(), sentence(&rejection.message))
    }
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// Provinces and countries by every name that the reference tables give them.
#[derive(Debug, Default)]
pub struct Places {
    provinces: HashMap<String, ProvinceCode>,
    countries: HashMap<String, CountryCode>,
}

impl Places {
    /// Those of the tables that ship with the software.
    pub fn shipped() -> Self {
        let mut reference = Reference::default();
        let today = Date::new(2100, 1, 1).expect("a date");
        for (position, event) in (1..).zip(shipped()) {
            if let daftar_domain::EventData::Reference(data @ ReferenceEvent::ReferenceTableAdopted(_)) =
                &event.data
            {
                reference.evolve(data, event.effective, position);
            }
        }
        Places::of(&reference, today)
    }

    /// Those in force on a date.
    pub fn of(reference: &Reference, on: Date) -> Self {
        let mut places = Places::default();
        for province in reference.provinces(on) {
            for name in [&province.name, &province.persian, &province.code.to_string()] {
                places.provinces.insert(plain(name), province.code);
            }
        }
        for country in reference.countries(on) {
            // UK and US are short names and no codes: a code is never read from a name of its length.
            let names = [&country.name, &country.persian].into_iter().filter(|name| name.chars().count() > 3);
            for name in names.chain([&country.alpha3, &country.code.to_string()]) {
                places.countries.insert(plain(name), country.code);
            }
        }
        places
    }

    fn province(&self, name: &str) -> Option<ProvinceCode> {
        let key = plain(name);
        let bare = ["استان", "province"].into_iter().find_map(|word| key.strip_prefix(word)).unwrap_or(&key);
        self.provinces.get(bare).copied()
    }
}

/// A word of a vocabulary: the value, its code, and what people write.
pub type Word<T> = (T, &'static [&'static str]);

/// One row being read.
pub struct Reading<'a> {
    header: &'a Header,
    columns: &'static [Column],
    row: &'a RawRow,
    places: &'a Places,
    troubles: Vec<(usize, Trouble)>,
}

impl<'a> Reading<'a> {
    /// Begins to read a row.
    pub fn new(header: &'a Header, columns: &'static [Column], row: &'a RawRow, places: &'a Places) -> Self {
        Reading { header, columns, row, places, troubles: Vec::new() }
    }

    /// The trouble with the shape of a row, if there is any.
    pub fn shape(header: &Header, row: &RawRow) -> Option<Refusal> {
        let refuse = |code, message: &str| Some(Refusal::new("", code, message));
        match row.malformed {
            Some(Malformed::BadQuote) => {
                return refuse(
                    code::BAD_QUOTE,
                    "A quote of the row is not closed, or closes before its cell ends.",
                );
            }
            Some(Malformed::TooLong) => {
                return refuse(code::TOO_LARGE, "The row is longer than any row may be.");
            }
            Some(Malformed::Truncated) => {
                return refuse(code::TRUNCATED, "The file ends in the middle of the row.");
            }
            None => {}
        }
        let beyond = row.cells.iter().skip(header.width).any(|cell| !cell.is_blank());
        (beyond && row.width > header.width).then(|| {
            let message = format!("The row has {} cells, the header {}.", row.width, header.width);
            Refusal::new("", code::WRONG_COLUMN_COUNT, message)
        })
    }

    /// Whether the file has the column.
    pub fn has(&self, column: usize) -> bool {
        self.header.has(column)
    }

    /// The column's cell.
    pub fn cell(&self, column: usize) -> &'a Cell {
        self.header.cell(self.row, column)
    }

    /// Notes a trouble of a column.
    pub fn trouble(&mut self, column: usize, trouble: Trouble) {
        self.troubles.push((column, trouble));
    }

    /// Keeps a value, or notes why there is none.
    pub fn optional<T>(&mut self, column: usize, result: Result<Option<T>, Trouble>) -> Option<T> {
        result.unwrap_or_else(|trouble| {
            self.trouble(column, trouble);
            None
        })
    }

    /// Keeps a value, or notes that it is missing or wrong.
    pub fn required<T>(&mut self, column: usize, result: Result<Option<T>, Trouble>) -> Option<T> {
        match result {
            Ok(None) => {
                let message = format!("The {} is missing.", self.columns[column].name);
                self.trouble(column, Trouble::new(code::MISSING_FIELD, message));
                None
            }
            other => self.optional(column, other),
        }
    }

    /// A date.
    pub fn date(&self, column: usize) -> Result<Option<Date>, Trouble> {
        cell::date(self.cell(column))
    }

    /// A name as entered.
    pub fn name(&self, column: usize) -> Result<Option<Name>, Trouble> {
        self.parsed(column, Name::parse, code::INVALID_VALUE)
    }

    /// A text that a value type reads.
    pub fn parsed<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
        otherwise: &'static str,
    ) -> Result<Option<T>, Trouble> {
        let Some(text) = cell::text(self.cell(column))? else { return Ok(None) };
        parse(&text).map(Some).map_err(|error| invalid(&error, otherwise))
    }

    /// An identifier or code that a value type reads, as a spreadsheet may have spelt it.
    pub fn identified<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, Trouble> {
        let Some(text) = cell::identifier(self.cell(column))? else { return Ok(None) };
        parse(&text).map(Some).map_err(|error| invalid(&error, code::INVALID_IDENTIFIER))
    }

    /// An amount that a value type reads from its plain decimal.
    pub fn amount<T>(
        &self,
        column: usize,
        units: Units,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, Trouble> {
        let Some(number) = cell::decimal(self.cell(column), units)? else { return Ok(None) };
        let number: Decimal = number.normalize();
        parse(&number.to_string()).map(Some).map_err(|error| invalid(&error, code::INVALID_NUMBER))
    }

    /// A count that a value type reads.
    pub fn count<T>(
        &self,
        column: usize,
        units: Units,
        new: impl FnOnce(u32) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, Trouble> {
        let Some(count) = cell::whole(self.cell(column), units)? else { return Ok(None) };
        new(count).map(Some).map_err(|error| invalid(&error, code::INVALID_NUMBER))
    }

    /// A word of a vocabulary: its code, or what people write for it.
    pub fn word<T: Copy>(&self, column: usize, vocabulary: &[Word<T>]) -> Result<Option<T>, Trouble> {
        let Some(text) = cell::text(self.cell(column))? else { return Ok(None) };
        let key = plain(&text);
        let known = vocabulary.iter().find(|(_, words)| words.iter().any(|word| plain(word) == key));
        match known {
            Some((value, _)) => Ok(Some(*value)),
            None => {
                let codes: Vec<_> = vocabulary.iter().map(|(_, words)| words[0]).collect();
                let message = format!("{} is none of {}.", cell::shown(&text), codes.join(", "));
                Err(Trouble::new(code::INVALID_VALUE, message))
            }
        }
    }

    /// A province by code or by name.
    pub fn province(&self, column: usize) -> Result<Option<ProvinceCode>, Trouble> {
        let Some(text) = cell::text(self.cell(column))? else { return Ok(None) };
        match self.places.province(&text) {
            Some(code) => Ok(Some(code)),
            None => match ProvinceCode::parse(&text) {
                Ok(code) => Ok(Some(code)),
                Err(_) => {
                    let message = format!("{} is no province.", cell::shown(&text));
                    Err(Trouble::new(code::INVALID_IDENTIFIER, message))
                }
            },
        }
    }

    /// A country by code or by name.
    pub fn country(&self, column: usize) -> Result<Option<CountryCode>, Trouble> {
        let Some(text) = cell::text(self.cell(column))? else { return Ok(None) };
        match self.places.countries.get(&plain(&text)) {
            Some(code) => Ok(Some(*code)),
            None => {
                let message = format!("{} is no country of ISO 3166.", cell::shown(&text));
                Err(Trouble::new(code::INVALID_IDENTIFIER, message))
            }
        }
    }

    /// The row's refusal when anything was wrong: the first trouble in the order of the columns, then the others.
    pub fn refusal(mut self) -> Option<Refusal> {
        self.troubles.sort_by_key(|(column, _)| *column);
        let mut troubles = self.troubles.into_iter();
        let (column, first) = troubles.next()?;
        let mut refusal = Refusal::new(self.columns[column].name, first.code, first.message);
        for (column, trouble) in troubles {
            let name = self.columns[column].name;
            refusal.message.push_str(&format!(" Also, {name} ({}): {}", trouble.code, trouble.message));
        }
        Some(refusal)
    }
}

/// What a value type said, with the code that its column answers.
pub fn invalid(error: &InvalidValue, otherwise: &'static str) -> Trouble {
    let code = match error.kind {
        InvalidKind::Missing => Code::MissingField.as_str(),
        InvalidKind::TooLong => Code::FieldTooLong.as_str(),
        InvalidKind::Character => Code::InvalidCharacter.as_str(),
        InvalidKind::Format | InvalidKind::CheckDigit | InvalidKind::Range => otherwise,
    };
    Trouble::new(code, sentence(&error.to_string()))
}
