//! Tables for people with a spreadsheet: CSV files or one workbook, with a manifest of their hashes.
//!
//! No cell is run as a formula: a text that a spreadsheet would take for one is led by an apostrophe in CSV, and is a
//! plain string in the workbook. Text is UTF-8 with a byte order mark, so that Persian is read as such.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use daftar_domain::log::checkpoint::write_synced;
use rust_xlsxwriter::{Format, Workbook};
use sha2::{Digest, Sha256};

use super::finding::{Code, Finding};

/// The name of the manifest beside the files: lines as `sha256sum --check` reads them.
const MANIFEST: &str = "SHA256SUMS";

/// The most rows that a sheet of a workbook holds, the header among them.
const SHEET_ROWS: usize = 1_048_576;

/// The most characters that a cell of a workbook holds, as UTF-16 counts them.
const CELL_CHARACTERS: usize = 32_767;

/// A table: a name, a header, rows of text.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its name: the file's, or the sheet's.
    pub name: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows; each has as many cells as the header.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// A table without rows.
    pub fn new(name: &str, header: &[&str]) -> Self {
        let header = header.iter().map(|&name| name.to_owned()).collect();
        Self { name: name.to_owned(), header, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Its CSV.
    fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row.iter().map(|cell| harmless(cell)))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    /// The table as aligned text, for a terminal, which no cell drives.
    pub fn text(&self) -> String {
        let shown = |row: &Vec<String>| row.iter().map(|cell| inert(cell)).collect::<Vec<_>>();
        let table: Vec<_> = std::iter::once(&self.header).chain(&self.rows).map(shown).collect();
        let all = || table.iter();
        let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let mut text = String::new();
        for row in all() {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            let line = cells.collect::<Vec<_>>().join("  ");
            // Writing to a string can't fail.
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

/// A cell with U+FFFD for what would drive a terminal, or change the order in which the rest of the line is read.
pub fn inert(cell: &str) -> String {
    let drives = |letter: char| {
        letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    cell.chars().map(|letter| if drives(letter) { '\u{FFFD}' } else { letter }).collect()
}

/// A cell that no spreadsheet runs as a formula. Plain numbers stay what they are.
fn harmless(cell: &str) -> String {
    let number = cell.strip_prefix('-').unwrap_or(cell);
    let number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // What a spreadsheet trims first does not hide the sign that follows.
    let first =
        cell.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control()).chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let control = cell.starts_with(['\t', '\r', '\n']);
    if !number && (formula || control) { format!("'{cell}") } else { cell.to_owned() }
}

/// Writes each table as a CSV file in a folder, and the manifest.
///
/// # Errors
/// [`Code::Unreadable`] for the file system's reasons.
pub fn write_csv(folder: &Path, sheets: &[Sheet]) -> Result<(), Finding> {
    fs::create_dir_all(folder).map_err(|error| Finding::io(folder, &error))?;
    let mut written = Vec::new();
    for sheet in sheets {
        let bytes = sheet.csv().map_err(|error| Finding::new(Code::Unreadable, error))?;
        written.push((format!("{}.csv", sheet.name), bytes));
    }
    write_with_manifest(folder, written)
}

/// Writes the tables as the sheets of one workbook, and the manifest beside it.
///
/// # Errors
/// [`Code::Usage`] for a table or a text that a workbook can't hold whole, [`Code::Unreadable`] for the file system's reasons.
pub fn write_xlsx(path: &Path, sheets: &[Sheet]) -> Result<(), Finding> {
    let mut book = Workbook::new();
    let failed = |error: rust_xlsxwriter::XlsxError| Finding::new(Code::Unreadable, error);
    for sheet in sheets {
        if sheet.rows.len() >= SHEET_ROWS {
            let what =
                format!("{}: {} rows, a sheet holds {SHEET_ROWS}; use --csv", sheet.name, sheet.rows.len());
            return Err(Finding::new(Code::Usage, what));
        }
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        page.set_name(&sheet.name).map_err(failed)?;
        page.set_freeze_panes(1, 0).map_err(failed)?;
        let bold = Format::new().set_bold();
        for (row, cells) in (0..).zip(std::iter::once(&sheet.header).chain(&sheet.rows)) {
            for (column, cell) in (0..).zip(cells) {
                let length = cell.encode_utf16().count();
                if length > CELL_CHARACTERS {
                    let what = format!(
                        "{}, row {}: a text of {length} characters, a cell holds {CELL_CHARACTERS}; use --csv",
                        sheet.name,
                        row + 1
                    );
                    return Err(Finding::new(Code::Usage, what));
                }
                let wrote = if row == 0 {
                    page.write_string_with_format(row, column, cell, &bold)
                } else {
                    page.write_string(row, column, cell)
                };
                wrote.map_err(failed)?;
            }
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Finding::io(folder, &error))?;
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(Finding::new(Code::Usage, format_args!("{}: no name of a file", path.display())));
    };
    let manifest = PathBuf::from(format!("{}.sha256", path.display()));
    write(path, &bytes)?;
    write(&manifest, format!("{}  {name}\n", hash(&bytes)).as_bytes())
}

fn write_with_manifest(folder: &Path, written: Vec<(String, Vec<u8>)>) -> Result<(), Finding> {
    let mut manifest = String::new();
    for (name, bytes) in written {
        // Writing to a string can't fail.
        let _ = writeln!(manifest, "{}  {name}", hash(&bytes));
        write(&folder.join(&name), &bytes)?;
    }
    write(&folder.join(MANIFEST), manifest.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Finding> {
    write_synced(path, bytes, 0o644).map_err(|error| Finding::io(path, &error))
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_plain_numbers_stay() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+98", "'+98"),
            ("-cmd|x", "'-cmd|x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "'\t=1"),
            ("\rx", "'\rx"),
            ("＝1", "'＝1"),
            ("-12.50", "-12.50"),
            ("شهرک", "شهرک"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    #[test]
    fn files_are_written_with_their_hashes() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sheet = Sheet::new("units", &["name", "note"]);
        sheet.row(["شهرک, «الف»".to_owned(), "=HYPERLINK(\"x\")".to_owned()]);
        write_csv(folder.path(), std::slice::from_ref(&sheet)).expect("it is written");
        let csv = fs::read(folder.path().join("units.csv")).expect("it is there");
        assert_eq!(
            String::from_utf8_lossy(&csv),
            "\u{feff}name,note\n\"شهرک, «الف»\",\"'=HYPERLINK(\"\"x\"\")\"\n"
        );
        let manifest = fs::read_to_string(folder.path().join(MANIFEST)).expect("it is there");
        assert_eq!(manifest, format!("{}  units.csv\n", hash(&csv)));
        let book = folder.path().join("book.xlsx");
        write_xlsx(&book, &[sheet]).expect("it is written");
        let mut read = calamine::open_workbook_auto(&book).expect("a workbook");
        let range = calamine::Reader::worksheet_range(&mut read, "units").expect("the sheet");
        assert_eq!(range.get_value((1, 1)), Some(&calamine::Data::String("=HYPERLINK(\"x\")".into())));
        let mut long = Sheet::new("long", &["data"]);
        long.row(["x".repeat(CELL_CHARACTERS + 1)]);
        let finding = write_xlsx(&folder.path().join("long.xlsx"), &[long]).expect_err("nothing is cut off");
        assert_eq!(finding.code, Code::Usage);
        assert!(!folder.path().join("long.xlsx").exists());
    }
}
