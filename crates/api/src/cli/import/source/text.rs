//! Text files with delimiters: CSV in all its dialects.
//!
//! A row whose quotes can't be right costs that row alone: reading goes on with the next line of the file.

use super::encoding::detect;
use super::lines::{Line, Lines};
use super::{Cell, FileError, Malformed, Opened, Outlet, RawRow, spawn};
use crate::cli::import::code;
use crate::cli::import::header::{Column, Header, Sought};
use crate::cli::import::limits::Limits;
use encoding_rs::Encoding;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What may stand between cells, likeliest first.
const DELIMITERS: [char; 6] = [',', ';', '\t', '|', '،', '؛'];

pub(super) fn open(
    path: &Path,
    columns: &'static [Column],
    size: u64,
    limits: Limits,
) -> Result<Opened, FileError> {
    let encoding = detect(path)?;
    let (delimiter, header) = find_header(path, encoding, columns, limits)?;
    let position = Arc::new(AtomicU64::new(0));
    let lines = Lines::open(path, encoding, limits.row_bytes, position.clone())?;
    let mut records = Records::new(lines, delimiter, limits);
    let (last_line, width) = (header.last_line, header.width);
    let rows = spawn(limits, position, move |outlet: &mut Outlet| {
        while let Some(row) = records.next()? {
            if row.line >= last_line {
                records.width = Some(width);
            }
            if outlet.put(row).is_err() {
                break;
            }
        }
        Ok(())
    });
    Ok(Opened { header, rows, extent: size, sheet: None, unread: Vec::new() })
}

/// Tries every delimiter on the file's beginning; the one under which most columns are known is the file's.
fn find_header(
    path: &Path,
    encoding: &'static Encoding,
    columns: &'static [Column],
    limits: Limits,
) -> Result<(char, Header), FileError> {
    let mut best: Option<(char, Sought)> = None;
    let mut ink = false;
    for delimiter in DELIMITERS {
        let rows = preview(path, encoding, delimiter, limits)?;
        ink |= !rows.is_empty();
        let sought = Header::seek(columns, &rows);
        if best.as_ref().is_none_or(|(_, known)| sought.score > known.score) {
            best = Some((delimiter, sought));
        }
    }
    if !ink {
        return Err(FileError::new(code::EMPTY_FILE, "The file has nothing but white space."));
    }
    let (delimiter, sought) = best.expect("there are delimiters");
    sought.header.map(|header| (delimiter, header))
}

/// The first rows that aren't blank.
fn preview(
    path: &Path,
    encoding: &'static Encoding,
    delimiter: char,
    limits: Limits,
) -> Result<Vec<RawRow>, FileError> {
    let position = Arc::new(AtomicU64::new(0));
    let lines = Lines::open(path, encoding, limits.row_bytes, position.clone())?;
    let mut records = Records::new(lines, delimiter, limits);
    let mut rows = Vec::new();
    while rows.len() < limits.header_within_rows
        && position.load(std::sync::atomic::Ordering::Relaxed) <= limits.preview_bytes as u64 + (1 << 17)
    {
        match records.next()? {
            Some(row) if row.is_blank() => {}
            Some(row) => rows.push(row),
            None => break,
        }
    }
    Ok(rows)
}

/// Rows out of lines.
struct Records {
    lines: Lines,
    delimiter: char,
    limits: Limits,
    /// The number of cells that a row of several lines must have, once it is known.
    width: Option<usize>,
    /// Lines that a quote had swallowed and that are read again.
    again: VecDeque<Line>,
}

impl Records {
    fn new(lines: Lines, delimiter: char, limits: Limits) -> Self {
        Records { lines, delimiter, limits, width: None, again: VecDeque::new() }
    }

    fn line(&mut self) -> Result<Option<Line>, FileError> {
        match self.again.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    fn next(&mut self) -> Result<Option<RawRow>, FileError> {
        let Some(first) = self.line()? else { return Ok(None) };
        let line = first.number;
        if first.cut {
            return Ok(Some(broken(line, Malformed::TooLong)));
        }
        let mut parser = Parser::new(self.delimiter, self.limits);
        let mut state = parser.feed(&first.text);
        let (mut ended, mut bytes) = (first.ended, first.text.len());
        let mut taken = Vec::new();
        while state == Fed::Open {
            let Some(next) = self.line()? else { break };
            bytes += next.text.len();
            ended = next.ended;
            let too_much =
                next.cut || bytes > self.limits.row_bytes || taken.len() >= self.limits.quoted_lines;
            state = if too_much { Fed::Bad } else { parser.feed(&next.text) };
            taken.push(next);
        }
        let several = !taken.is_empty();
        let misfit = several && self.width.is_some_and(|width| width != parser.width);
        if state != Fed::Complete || misfit {
            self.give_back(taken);
            return Ok(Some(broken(line, Malformed::BadQuote)));
        }
        // A last line without its line break and without all its cells was cut off.
        let truncated = !ended && self.width.is_some_and(|width| parser.width < width) && !parser.is_blank();
        let malformed = truncated.then_some(Malformed::Truncated);
        Ok(Some(RawRow { line, width: parser.width, cells: parser.cells, malformed }))
    }

    fn give_back(&mut self, taken: Vec<Line>) {
        for line in taken.into_iter().rev() {
            self.again.push_front(line);
        }
    }
}

fn broken(line: u64, malformed: Malformed) -> RawRow {
    RawRow { line, cells: Vec::new(), width: 0, malformed: Some(malformed) }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fed {
    /// The line ended outside of quotes: the row is complete.
    Complete,
    /// The line ended inside quotes.
    Open,
    /// Something stands between a closing quote and the end of its cell.
    Bad,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    AfterQuote,
    Closed,
}

/// The cells of one row, character by character.
struct Parser {
    delimiter: char,
    limits: Limits,
    place: Place,
    text: String,
    chars: usize,
    cells: Vec<Cell>,
    width: usize,
}

impl Parser {
    fn new(delimiter: char, limits: Limits) -> Self {
        let (text, cells) = (String::new(), Vec::new());
        Parser { delimiter, limits, place: Place::Start, text, chars: 0, cells, width: 0 }
    }

    fn feed(&mut self, line: &str) -> Fed {
        for c in line.chars() {
            match self.place {
                Place::Quoted if c == '"' => self.place = Place::AfterQuote,
                Place::Quoted => self.push(c),
                Place::AfterQuote if c == '"' => {
                    self.push('"');
                    self.place = Place::Quoted;
                }
                _ if c == self.delimiter => self.end_cell(),
                Place::Start if c == '"' => {
                    self.text.clear();
                    self.chars = 0;
                    self.place = Place::Quoted;
                }
                Place::Start => {
                    self.push(c);
                    if !super::is_invisible(c) {
                        self.place = Place::Plain;
                    }
                }
                Place::Plain => self.push(c),
                Place::AfterQuote | Place::Closed if super::is_invisible(c) => self.place = Place::Closed,
                Place::AfterQuote | Place::Closed => return Fed::Bad,
            }
        }
        if self.place == Place::Quoted {
            self.push('\n');
            return Fed::Open;
        }
        self.end_cell();
        Fed::Complete
    }

    fn push(&mut self, c: char) {
        self.chars += 1;
        if self.chars <= self.limits.cell_chars {
            self.text.push(c);
        }
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.width < self.limits.columns {
            self.cells.push(match self.chars {
                0 => Cell::Empty,
                chars if chars > self.limits.cell_chars => Cell::TooLong,
                _ => Cell::Text(text),
            });
        }
        self.width += 1;
        self.chars = 0;
        self.place = Place::Start;
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, width: Option<usize>) -> Vec<RawRow> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let limits = Limits { cell_chars: 20, row_bytes: 200, quoted_lines: 3, ..Limits::default() };
        let lines = Lines::open(file.path(), encoding_rs::UTF_8, limits.row_bytes, Arc::default()).unwrap();
        let mut records = Records::new(lines, ',', limits);
        records.width = width;
        std::iter::from_fn(|| records.next().unwrap()).collect()
    }

    fn texts(row: &RawRow) -> Vec<&str> {
        let text = |cell| match cell {
            &Cell::Empty => "",
            Cell::Text(text) => text.as_str(),
            other => panic!("{other:?}"),
        };
        row.cells.iter().map(text).collect()
    }

    #[test]
    fn quotes_line_breaks_and_spaces() {
        let rows = rows("a,\"b\"\"c\nd\", \"e\" ,f\"g\r\n\r\nh,,\r\n", None);
        assert_eq!(texts(&rows[0]), ["a", "b\"c\nd", "e", "f\"g"]);
        assert_eq!((rows[0].line, rows[1].line, rows[2].line), (1, 3, 4));
        assert!(rows[1].is_blank());
        assert_eq!(texts(&rows[2]), ["h", "", ""]);
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_row_alone() {
        let rows = rows("a,\"b\nc,d\ne,f\ng,h\ni,j\n", Some(2));
        assert_eq!(rows[0].malformed, Some(Malformed::BadQuote));
        assert_eq!(texts(&rows[1]), ["c", "d"]);
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_quote_that_closes_in_a_later_row_costs_its_row_alone() {
        let rows = rows("a,\"b\nc,\"d\"\ne,f\n", Some(2));
        assert_eq!(rows[0].malformed, Some(Malformed::BadQuote));
        assert_eq!(texts(&rows[1]), ["c", "d"]);
        let swallowed = self::rows("a,\"b\nc,d\",e\ng,h\n", Some(2));
        assert_eq!(swallowed[0].malformed, Some(Malformed::BadQuote));
        assert_eq!(swallowed.len(), 3);
    }

    #[test]
    fn long_cells_and_rows() {
        let rows = rows(&format!("{},b\n{},b\nc,d\n", "x".repeat(21), "y".repeat(300)), Some(2));
        assert_eq!(rows[0].cells, [Cell::TooLong, Cell::Text("b".into())]);
        assert_eq!(rows[1].malformed, Some(Malformed::TooLong));
        assert_eq!(texts(&rows[2]), ["c", "d"]);
    }

    #[test]
    fn a_last_line_that_was_cut_off() {
        assert_eq!(rows("a,b,c\nd,e", Some(3))[1].malformed, Some(Malformed::Truncated));
        assert_eq!(rows("a,b,c\nd,e\n", Some(3))[1].malformed, None);
        assert_eq!(rows("a,b,c\nd,e,f", Some(3))[1].malformed, None);
    }

    #[test]
    fn old_line_breaks() {
        let rows = rows("a,b\rc,d\r", Some(2));
        assert_eq!(rows.len(), 2);
        assert_eq!(texts(&rows[1]), ["c", "d"]);
    }
}
