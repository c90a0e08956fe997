//! Which column of a file holds what.
//!
//! Column names are known in the spellings of the national forms (Latin, snake case, Persian) and compared by their
//! search key without punctuation. A header may stand below title rows and may have two rows with merged cells.
//! Nothing is guessed from data: a file whose names aren't known is refused, naming what was sought.

use super::code;
use super::source::{Cell, FileError, RawRow};
use daftar_domain::value::search_key;
use std::collections::HashMap;

/// One column of a kind of file.
#[derive(Debug)]
pub struct Column {
    /// Its name in reports.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// A file without it isn't of the kind.
    pub required: bool,
    /// It describes the group that a row belongs to, so its merged cells are carried down.
    pub grouping: bool,
}

/// A header that was found.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its last line; data begins on the next.
    pub last_line: u64,
    /// How many cells wide it is.
    pub width: usize,
    /// Where each column of the kind stands, if it does.
    places: Vec<Option<usize>>,
    grouping: Vec<bool>,
    keys: Vec<String>,
    /// Names of columns that aren't known.
    pub unknown: Vec<String>,
}

/// What a search for a header came to.
pub struct Sought {
    /// How many columns are known under the best candidate.
    pub score: usize,
    /// The header, or why there is none.
    pub header: Result<Header, FileError>,
}

/// What a row below the header is, when it isn't data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotData(pub &'static str);

/// Words that begin a row of totals, as search keys.
const TOTALS: [&str; 7] = ["جمع", "مجموع", "جمعکل", "total", "totals", "sum", "grandtotal"];

impl Header {
    /// Looks through the first rows for the header that knows most columns.
    pub fn seek(columns: &'static [Column], rows: &[RawRow]) -> Sought {
        let names = Names::of(columns);
        let mut best: Option<Candidate> = None;
        for (at, row) in rows.iter().enumerate() {
            let next = rows.get(at + 1).filter(|next| next.line == row.line + 1);
            for below in std::iter::once(None).chain(next.map(Some)) {
                let candidate = Candidate::of(&names, row, below);
                if best.as_ref().is_none_or(|best| candidate.score() > best.score()) {
                    best = Some(candidate);
                }
            }
        }
        match best {
            Some(best) => Sought { score: best.score(), header: best.header(columns) },
            None => Sought {
                score: 0,
                header: Err(FileError::new(code::UNKNOWN_HEADER, "The file has no rows.")),
            },
        }
    }

    /// By place in the file: whether merged cells are carried down there.
    pub fn carried(&self) -> Vec<bool> {
        self.grouping.clone()
    }

    /// Whether the file has a column, by its index in the kind's list.
    pub fn has(&self, column: usize) -> bool {
        self.places[column].is_some()
    }

    /// Whether the file has a column of the kind, by its name in reports.
    pub fn has_named(&self, columns: &[Column], name: &str) -> bool {
        columns.iter().position(|column| column.name == name).is_some_and(|column| self.has(column))
    }

    /// The cell of a column, by its index in the kind's list; empty when the file has no such column.
    pub fn cell<'a>(&self, row: &'a RawRow, column: usize) -> &'a Cell {
        self.places[column].and_then(|place| row.cells.get(place)).unwrap_or(&Cell::Empty)
    }

    /// Tells rows that are no data: blank rows, totals, repeated headers, notes and stray cells.
    pub fn not_data(&self, row: &RawRow) -> Option<NotData> {
        if row.malformed.is_some() {
            return None;
        }
        let mut inked = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank());
        let Some((_, first)) = inked.next() else { return Some(NotData("blank")) };
        let only = inked.next().is_none();
        let places =
            || self.places.iter().flatten().filter_map(|place| Some((*place, row.cells.get(*place)?)));
        if places().all(|(_, cell)| cell.is_blank()) {
            return Some(NotData("stray cells under no known column"));
        }
        let key = |cell: &Cell| match cell {
            Cell::Text(text) => plain(text),
            _ => String::new(),
        };
        if TOTALS.contains(&first_word(first).as_str()) || TOTALS.contains(&key(first).as_str()) {
            return Some(NotData("totals"));
        }
        let repeated =
            places().filter(|(place, cell)| !cell.is_blank() && key(cell) == self.keys[*place]).count();
        if repeated * 3 > places().filter(|(_, cell)| !cell.is_blank()).count() * 2 {
            return Some(NotData("a repeated header"));
        }
        let words = |cell: &Cell| matches!(cell, Cell::Text(text) if text.split_whitespace().count() > 1);
        (only && self.places.len() > 2 && words(first)).then_some(NotData("a note"))
    }
}

fn first_word(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => plain(search_key(text).split(' ').next().unwrap_or("")),
        _ => String::new(),
    }
}

/// A name as it is compared: its search key, letters and digits only.
pub fn plain(name: &str) -> String {
    search_key(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A header that a row, or a row and the one below it, would make.
struct Candidate {
    last_line: u64,
    width: usize,
    places: Vec<Option<usize>>,
    keys: Vec<String>,
    unknown: Vec<String>,
    names: Vec<String>,
    twice: Option<String>,
}

impl Candidate {
    fn of(names: &Names, row: &RawRow, below: Option<&RawRow>) -> Self {
        let width = row.cells.len().max(below.map_or(0, |below| below.cells.len()));
        let mut found = Candidate {
            last_line: below.unwrap_or(row).line,
            width,
            places: vec![None; names.columns],
            keys: vec![String::new(); width],
            unknown: Vec::new(),
            names: Vec::new(),
            twice: None,
        };
        let mut group = String::new();
        for place in 0..width {
            let (own, sub) = (label(row, place), below.map_or(String::new(), |below| label(below, place)));
            if !own.is_empty() {
                group.clone_from(&own);
            }
            if own.is_empty() && sub.is_empty() {
                continue;
            }
            let both = if sub.is_empty() { String::new() } else { format!("{group} {sub}") };
            found.names.push(if sub.is_empty() { own.clone() } else { both.clone() });
            let known = [&both, &sub, &own].into_iter().find_map(|name| {
                let key = plain(name);
                let column = *names.known.get(&key)?;
                Some((column, key))
            });
            match known {
                Some((column, _)) if found.places[column].is_some() => found.twice = Some(own.clone()),
                Some((column, key)) => {
                    found.places[column] = Some(place);
                    found.keys[place] = key;
                }
                None => found.unknown.push(if own.is_empty() { sub } else { own }),
            }
        }
        found
    }

    fn score(&self) -> usize {
        self.places.iter().flatten().count()
    }

    fn header(self, columns: &'static [Column]) -> Result<Header, FileError> {
        let refuse = |text: String| Err(FileError::new(code::UNKNOWN_HEADER, text));
        let missing: Vec<_> = columns
            .iter()
            .zip(&self.places)
            .filter(|(column, place)| column.required && place.is_none())
            .map(|(column, _)| column.name)
            .collect();
        if !missing.is_empty() {
            let seen: Vec<_> = self.names.iter().take(20).map(|name| shortened(name)).collect();
            return refuse(format!(
                "No header with the columns {} was found (the likeliest row has: {}).",
                missing.join(", "),
                seen.join(", ")
            ));
        }
        if let Some(name) = self.twice {
            return refuse(format!("The column {} stands in the header twice.", shortened(&name)));
        }
        let mut grouping = vec![false; self.width];
        for (column, place) in columns.iter().zip(&self.places) {
            if let Some(place) = place {
                grouping[*place] = column.grouping;
            }
        }
        let Candidate { last_line, width, places, keys, unknown, .. } = self;
        Ok(Header { last_line, width, places, grouping, keys, unknown })
    }
}

/// Every name of every column, as it is compared.
struct Names {
    known: HashMap<String, usize>,
    columns: usize,
}

impl Names {
    fn of(columns: &'static [Column]) -> Self {
        let mut known = HashMap::new();
        for (at, column) in columns.iter().enumerate() {
            for name in std::iter::once(&column.name).chain(column.aliases) {
                known.entry(plain(name)).or_insert(at);
            }
        }
        Names { known, columns: columns.len() }
    }
}

fn label(row: &RawRow, place: usize) -> String {
    match row.cells.get(place) {
        Some(Cell::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "code", aliases: &["کد"], required: true, grouping: false },
        Column { name: "name (Persian)", aliases: &["name", "نام"], required: true, grouping: false },
        Column {
            name: "licence number", aliases: &["شماره پروانه"], required: true, grouping: false
        },
        Column { name: "expiry", aliases: &["تاریخ انقضا"], required: false, grouping: false },
    ];

    fn row(line: u64, cells: &[&str]) -> RawRow {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        RawRow { line, cells: cells.iter().map(cell).collect(), width: cells.len(), malformed: None }
    }

    #[test]
    fn below_titles_in_two_rows() {
        let rows = [
            row(1, &["فهرست واحدها"]),
            row(3, &["code", "name", "licence", ""]),
            row(4, &["", "Persian", "number", "expiry"]),
            row(5, &["IR-10-001", "نام", "12/3", "1400/01/01"]),
        ];
        let header = Header::seek(COLUMNS, &rows).header.unwrap();
        assert_eq!(header.last_line, 4);
        assert_eq!(header.cell(&rows[3], 2), &Cell::Text("12/3".into()));
        assert_eq!(header.not_data(&rows[3]), None);
    }

    #[test]
    fn arabic_letters_and_snake_case() {
        let rows = [row(1, &["كد", "نام", "LICENCE_NUMBER"])];
        assert_eq!(Header::seek(COLUMNS, &rows).header.unwrap().last_line, 1);
    }

    #[test]
    fn missing_and_doubled_columns_are_named() {
        let missing = Header::seek(COLUMNS, &[row(1, &["code", "name"])]).header.unwrap_err();
        assert_eq!(missing.code, code::UNKNOWN_HEADER);
        assert!(missing.message.contains("licence number"));
        let doubled =
            Header::seek(COLUMNS, &[row(1, &["code", "name", "licence number", "کد"])]).header.unwrap_err();
        assert!(doubled.message.contains("twice"), "{}", doubled.message);
    }

    #[test]
    fn what_is_no_data() {
        let header = Header::seek(COLUMNS, &[row(1, &["code", "name", "licence number"])]).header.unwrap();
        let why = |cells: &[&str]| header.not_data(&row(2, cells)).map(|not| not.0);
        assert_eq!(why(&["", " \u{200F}", ""]), Some("blank"));
        assert_eq!(why(&["جمع کل", "", "12"]), Some("totals"));
        assert_eq!(why(&["Code", "name", "Licence number"]), Some("a repeated header"));
        assert_eq!(why(&["تهیه‌کننده: دفتر آمار"]), Some("a note"));
        assert_eq!(why(&["", "", "", ".",]), Some("stray cells under no known column"));
        assert_eq!(why(&["IR-10-001", "جمع‌آوران", ""]), None);
        assert_eq!(why(&["IR-10-001"]), None);
    }
}
