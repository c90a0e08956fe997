//! A file as a stream of rows.
//!
//! Guarantees: memory that does not grow with the file; the line on which each row begins; every trouble of the file
//! as a whole is one [`FileError`] with a stable code, found before the first row is handed out wherever the format
//! allows it. It never interprets a cell (see `cell`), never evaluates a formula, and never lets damage in a file end
//! the process: the reader runs on a thread of its own, and its panic is an answer.

mod encoding;
mod guard;
mod lines;
mod text;
mod workbook;

use super::header::{Column, Header};
use super::limits::Limits;
use crate::cli::import::code;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Why a file as a whole is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileError {
    /// A stable code: `EMPTY_FILE`, `NO_ROWS`, `UNKNOWN_HEADER`, `BAD_ENCODING`, `UNREADABLE_FILE`,
    /// `SHEET_AMBIGUOUS`, `TOO_LARGE` or `TRUNCATED`.
    pub code: &'static str,
    /// One sentence for the person who sent the file.
    pub message: String,
}

impl FileError {
    /// A refusal with one of the codes of [`code`].
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        FileError { code, message: message.into() }
    }
}

/// One cell, as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No cell, or a cell without a value.
    Empty,
    /// Text as entered.
    Text(String),
    /// Text longer than [`Limits::cell_chars`].
    TooLong,
    /// A number cell of a workbook.
    Number(f64),
    /// A date cell of a workbook: year, month, day (Gregorian); the time of day is dropped.
    Date(u16, u8, u8),
    /// A yes-or-no cell of a workbook.
    Bool(bool),
    /// An error cell of a workbook, such as `#N/A`.
    Error(String),
    /// A formula without a stored result.
    Formula,
}

impl Cell {
    /// Whether nothing but white space and invisible marks stands in the cell.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.chars().all(is_invisible),
            _ => false,
        }
    }
}

/// White space, bidirectional marks and the other characters that leave no ink.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}'
            | '\u{061C}' | '\u{FEFF}' | '\u{0640}')
}

/// What is wrong with the shape of a row, before any of its cells is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A quote that does not end where its cell ends, or does not end at all.
    BadQuote,
    /// Longer than [`Limits::row_bytes`].
    TooLong,
    /// The file ends in the middle of this row.
    Truncated,
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRow {
    /// The line of the file, or the row of the sheet, on which the row begins; from 1.
    pub line: u64,
    /// The cells from the first column on, at most [`Limits::columns`].
    pub cells: Vec<Cell>,
    /// How many cells the row has in the file.
    pub width: usize,
    /// The trouble with its shape, if any.
    pub malformed: Option<Malformed>,
}

impl RawRow {
    /// Whether no cell has ink.
    pub fn is_blank(&self) -> bool {
        self.malformed.is_none() && self.cells.iter().all(Cell::is_blank)
    }
}

/// What the reader thread sends.
type Parcel = Result<Vec<RawRow>, FileError>;
const PARCEL_ROWS: usize = 256;

/// The rows of a file, read ahead on a thread of their own by a bounded number of rows.
pub struct Rows {
    parcels: Receiver<Parcel>,
    current: std::vec::IntoIter<RawRow>,
    done: bool,
    position: Arc<AtomicU64>,
}

impl Rows {
    /// How far the reader is, in the unit of [`Opened::extent`].
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }
}

impl Iterator for Rows {
    type Item = Result<RawRow, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.current.next() {
                return Some(Ok(row));
            }
            if self.done {
                return None;
            }
            match self.parcels.recv() {
                Ok(Ok(rows)) => self.current = rows.into_iter(),
                Ok(Err(error)) => {
                    self.done = true;
                    return Some(Err(error));
                }
                Err(_) => self.done = true,
            }
        }
    }
}

/// Where the reader thread puts its rows.
struct Outlet {
    parcels: SyncSender<Parcel>,
    rows: Vec<RawRow>,
    count: u64,
    limit: u64,
}

/// The reader of rows has gone: stop reading.
struct Gone;

impl Outlet {
    fn put(&mut self, row: RawRow) -> Result<(), Gone> {
        self.count += u64::from(!row.is_blank());
        if self.count > self.limit {
            let text = format!("The file has more than {} rows: send it in parts.", self.limit);
            let _ = self.parcels.send(Err(FileError::new(code::TOO_LARGE, text)));
            return Err(Gone);
        }
        self.rows.push(row);
        if self.rows.len() >= PARCEL_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Gone> {
        self.parcels.send(Ok(std::mem::take(&mut self.rows))).map_err(|_| Gone)
    }
}

/// Runs a reader on a thread, under a panic guard.
fn spawn(
    limits: Limits,
    position: Arc<AtomicU64>,
    read: impl FnOnce(&mut Outlet) -> Result<(), FileError> + Send + 'static,
) -> Rows {
    let (sender, parcels) = sync_channel(limits.rows_ahead.div_ceil(PARCEL_ROWS).max(1));
    std::thread::spawn(move || {
        let errors = sender.clone();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut outlet = Outlet { parcels: sender, rows: Vec::new(), count: 0, limit: limits.rows };
            let outcome = read(&mut outlet);
            let _ = outlet.flush();
            outcome
        }));
        let error = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => damaged("its contents contradict each other"),
        };
        let _ = errors.send(Err(error));
    });
    Rows { parcels, current: Vec::new().into_iter(), done: false, position }
}

fn damaged(detail: impl std::fmt::Display) -> FileError {
    FileError::new(code::UNREADABLE_FILE, format!("The file is damaged or is no spreadsheet: {detail}."))
}

fn unreadable(path: &Path, error: &std::io::Error) -> FileError {
    FileError::new(code::UNREADABLE_FILE, format!("{} can't be read: {error}.", path.display()))
}

/// A file whose header is known.
pub struct Opened {
    /// Which column holds what.
    pub header: Header,
    /// All rows, those up to the header's last line included.
    pub rows: Rows,
    /// The end of [`Rows::position`]: bytes of a text file, 0 when unknown.
    pub extent: u64,
    /// The sheet that is read, when the file is a workbook.
    pub sheet: Option<String>,
    /// What of the file is not read, and why.
    pub unread: Vec<String>,
}

/// Opens a file by what it contains, whatever its name says: finds its encoding, delimiter or sheet, and its header.
///
/// # Errors
/// Any [`FileError`]; `SHEET_AMBIGUOUS` when `sheet` names none of the workbook's sheets.
pub fn open(
    path: &Path,
    columns: &'static [Column],
    sheet: Option<&str>,
    limits: Limits,
) -> Result<Opened, FileError> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(FileError::new(code::UNREADABLE_FILE, format!("{} is not a file.", path.display())));
    }
    if metadata.len() == 0 {
        return Err(FileError::new(code::EMPTY_FILE, "The file has no bytes."));
    }
    if metadata.len() > limits.file_bytes {
        let text = format!(
            "The file has {} bytes, more than the {} that are read.",
            metadata.len(),
            limits.file_bytes
        );
        return Err(FileError::new(code::TOO_LARGE, text));
    }
    let mut magic = Vec::with_capacity(8);
    Read::by_ref(&mut file).take(8).read_to_end(&mut magic).map_err(|error| unreadable(path, &error))?;
    match Container::of(&magic) {
        Container::Zip => workbook::open(path, columns, sheet, limits),
        Container::Other(what) => Err(FileError::new(
            code::UNREADABLE_FILE,
            format!("The file is {what}: save it as XLSX or as CSV in UTF-8."),
        )),
        Container::Text if sheet.is_some() => {
            Err(FileError::new(code::SHEET_AMBIGUOUS, "The file is a text file and has no sheets."))
        }
        Container::Text => text::open(path, columns, metadata.len(), limits),
    }
}

/// What the first bytes say that a file is.
enum Container {
    Zip,
    Other(&'static str),
    Text,
}

impl Container {
    fn of(magic: &[u8]) -> Self {
        match magic {
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Container::Zip,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Container::Other("an old XLS workbook or one with a password"),
            [0x1F, 0x8B, ..] => Container::Other("a gzip archive"),
            [b'R', b'a', b'r', b'!', ..] => Container::Other("a RAR archive"),
            [b'7', b'z', 0xBC, 0xAF, ..] => Container::Other("a 7z archive"),
            [b'%', b'P', b'D', b'F', ..] => Container::Other("a PDF document"),
            [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Container::Other("a picture"),
            _ => Container::Text,
        }
    }
}
