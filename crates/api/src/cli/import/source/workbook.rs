//! XLSX workbooks, cell by cell.
//!
//! Never the range that the cells span: a stray cell in the far corner costs one cell. Hidden sheets are read only when
//! asked for by name; merged cells are carried down in the columns that describe a group of rows, and in no others.

use super::{Cell, FileError, Opened, Outlet, RawRow, damaged, guard, spawn, unreadable};
use crate::cli::import::code;
use crate::cli::import::header::{Column, Header, Sought};
use crate::cli::import::limits::Limits;
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Workbook = Xlsx<BufReader<File>>;

/// Merged regions that span rows: from their first cell (row and column from 0) to their last row.
type Merges = HashMap<(u32, u32), u32>;

pub(super) fn open(
    path: &Path,
    columns: &'static [Column],
    sheet: Option<&str>,
    limits: Limits,
) -> Result<Opened, FileError> {
    let survey = guard::survey(path, &limits)?;
    let guarded = catch_unwind(AssertUnwindSafe(|| {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut workbook = Workbook::new(BufReader::new(file)).map_err(|error| damage(&error))?;
        let (name, header, unread) = choose(&mut workbook, columns, sheet, &limits)?;
        let merges = if survey.merges > 0 { merges(&mut workbook, &name)? } else { Merges::new() };
        Ok((workbook, name, header, unread, merges))
    }));
    let (mut workbook, name, header, unread, merges) =
        guarded.unwrap_or_else(|_| Err(damaged("its parts contradict each other")))?;
    let position = Arc::new(AtomicU64::new(0));
    let carried = header.carried();
    let first = header.last_line as u32;
    let (sheet, progress) = (name.clone(), position.clone());
    let rows = spawn(limits, position, move |outlet: &mut Outlet| {
        let mut assembly =
            Assembly { limits: &limits, merges: &merges, carried: &carried, first, active: HashMap::new() };
        assembly.run(&mut workbook, &sheet, &mut |row| {
            progress.store(row.line, Ordering::Relaxed);
            outlet.put(row).is_ok()
        })
    });
    Ok(Opened { header, rows, extent: 0, sheet: Some(name), unread })
}

fn damage(error: &XlsxError) -> FileError {
    match error {
        XlsxError::XmlEof(part) => {
            FileError::new(code::TRUNCATED, format!("The workbook ends in the middle of its {part}."))
        }
        XlsxError::Password => damaged("it has a password"),
        other => damaged(other),
    }
}

/// The sheet to read: the one asked for, or the first visible one whose header is known.
fn choose(
    workbook: &mut Workbook,
    columns: &'static [Column],
    asked: Option<&str>,
    limits: &Limits,
) -> Result<(String, Header, Vec<String>), FileError> {
    let sheets: Vec<_> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    let named = |name: &&str| sheets.iter().any(|sheet| sheet.name == **name);
    if let Some(missing) = asked.filter(|name| !named(name)) {
        let names: Vec<_> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let text = format!("The workbook has no sheet {missing}; it has {}.", names.join(", "));
        return Err(FileError::new(code::SHEET_AMBIGUOUS, text));
    }
    let readable = sheets.iter().filter(|sheet| match asked {
        Some(name) => sheet.name == name,
        None => sheet.visible == SheetVisible::Visible,
    });
    let mut best: Option<(String, Sought)> = None;
    let mut ink = false;
    for sheet in readable {
        let rows = preview(workbook, &sheet.name, limits)?;
        ink |= !rows.is_empty();
        let sought = Header::seek(columns, &rows);
        let found = sought.header.is_ok();
        if found || best.as_ref().is_none_or(|(_, known)| sought.score > known.score) {
            best = Some((sheet.name.clone(), sought));
        }
        if found {
            break;
        }
    }
    let (name, sought) = match best {
        Some(best) if ink => best,
        _ => return Err(FileError::new(code::EMPTY_FILE, "The workbook has no visible sheet with cells.")),
    };
    let unread = sheets.iter().filter(|sheet| sheet.name != name).map(|sheet| {
        let hidden = if sheet.visible == SheetVisible::Visible { "" } else { ", which is hidden," };
        format!("sheet {}{hidden} is not read", sheet.name)
    });
    Ok((name.clone(), sought.header?, unread.collect()))
}

fn preview(workbook: &mut Workbook, sheet: &str, limits: &Limits) -> Result<Vec<RawRow>, FileError> {
    let mut rows = Vec::new();
    let (merges, carried) = (Merges::new(), Vec::new());
    let mut assembly =
        Assembly { limits, merges: &merges, carried: &carried, first: 0, active: HashMap::new() };
    assembly.run(workbook, sheet, &mut |row| {
        if !row.is_blank() {
            rows.push(row);
        }
        rows.len() < limits.header_within_rows
    })?;
    Ok(rows)
}

fn merges(workbook: &mut Workbook, sheet: &str) -> Result<Merges, FileError> {
    let regions = workbook.merge_cells_by_sheet_name(sheet).map_err(|error| damage(&error))?;
    let tall = regions.into_iter().filter(|region| region.end.0 > region.start.0);
    Ok(tall.map(|region| (region.start, region.end.0)).collect())
}

/// Puts cells together to rows.
struct Assembly<'a> {
    limits: &'a Limits,
    merges: &'a Merges,
    /// Whether a column's merged cells are carried down.
    carried: &'a [bool],
    /// Rows from this one on (from 0) are below the header.
    first: u32,
    /// By column: the last row of the merged region that is open, and its value.
    active: HashMap<u32, (u32, Cell)>,
}

impl Assembly<'_> {
    /// Hands out the rows that have cells, until `take` says no.
    fn run(
        &mut self,
        workbook: &mut Workbook,
        sheet: &str,
        take: &mut dyn FnMut(RawRow) -> bool,
    ) -> Result<(), FileError> {
        let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|error| damage(&error))?;
        let mut row: Option<(u32, RawRow)> = None;
        while let Some(record) = cells.next_cell_with_formula_metadata().map_err(|error| damage(&error))? {
            let (number, column) = record.pos;
            if row.as_ref().is_some_and(|(current, _)| *current != number)
                && let Some((current, done)) = row.take()
                && !take(self.finish(current, done))
            {
                return Ok(());
            }
            let (_, raw) = row.get_or_insert_with(|| (number, empty(number)));
            raw.width = raw.width.max(column as usize + 1);
            if (column as usize) < self.limits.columns {
                if raw.cells.len() <= column as usize {
                    raw.cells.resize(column as usize + 1, Cell::Empty);
                }
                raw.cells[column as usize] = self.value(record.value, record.formula.is_some());
            }
        }
        if let Some((number, done)) = row {
            take(self.finish(number, done));
        }
        Ok(())
    }

    fn value(&self, value: DataRef<'_>, formula: bool) -> Cell {
        let text = |text: &str| match text.chars().nth(self.limits.cell_chars) {
            Some(_) => Cell::TooLong,
            None if text.is_empty() => Cell::Empty,
            None => Cell::Text(text.to_owned()),
        };
        match value {
            DataRef::Empty if formula => Cell::Formula,
            DataRef::Empty => Cell::Empty,
            DataRef::Int(number) => Cell::Number(number as f64),
            DataRef::Float(number) => Cell::Number(number),
            DataRef::String(string) | DataRef::DateTimeIso(string) | DataRef::DurationIso(string) => {
                text(&string)
            }
            DataRef::SharedString(string) => text(string),
            DataRef::Bool(yes) => Cell::Bool(yes),
            DataRef::DateTime(moment) if moment.is_datetime() && moment.as_f64() >= 1.0 => {
                let (year, month, day, ..) = moment.to_ymd_hms_milli();
                Cell::Date(year, month, day)
            }
            DataRef::DateTime(moment) => Cell::Number(moment.as_f64()),
            DataRef::Error(error) => Cell::Error(error.to_string()),
        }
    }

    /// Carries merged cells down into a row that has a cell of its own.
    fn finish(&mut self, number: u32, mut row: RawRow) -> RawRow {
        if row.is_blank() || number < self.first || self.merges.is_empty() {
            return row;
        }
        for (column, _) in self.carried.iter().enumerate().filter(|(_, carried)| **carried) {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            let cell = &mut row.cells[column];
            let column = column as u32;
            if let Some(end) = self.merges.get(&(number, column)) {
                self.active.insert(column, (*end, cell.clone()));
            } else if let Some((end, value)) = self.active.get(&column)
                && number <= *end
                && cell.is_blank()
            {
                *cell = value.clone();
            }
        }
        row
    }
}

fn empty(number: u32) -> RawRow {
    RawRow { line: u64::from(number) + 1, cells: Vec::new(), width: 0, malformed: None }
}
