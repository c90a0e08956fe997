//! What became of a file: counted while it is read, and written as JSON at the end.
//!
//! Every rejected and skipped row is told as it comes; the report keeps them on disk, so that a file of a million bad
//! rows costs no memory.

use super::entry::Kind;
use super::reading::Refusal;
use super::source::FileError;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows recorded.
    pub accepted: u64,
    /// Rows that were recorded before.
    pub unchanged: u64,
    /// Rows that changed the record.
    pub updated: u64,
    /// Rows that are no data.
    pub skipped: u64,
    /// Rows refused.
    pub rejected: u64,
}

/// Entries of the report that are kept on disk, one line of JSON each.
struct Spool(BufWriter<File>);

impl Spool {
    fn new() -> io::Result<Self> {
        tempfile::tempfile().map(BufWriter::new).map(Spool)
    }

    fn put(&mut self, entry: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, entry)?;
        self.0.write_all(b"\n")
    }

    /// Writes the entries as a JSON array.
    fn write_to(mut self, out: &mut impl Write, change: &dyn Fn(&mut Value)) -> io::Result<()> {
        self.0.flush()?;
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        out.write_all(b"[")?;
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let mut entry: Value = serde_json::from_str(&line?)?;
            change(&mut entry);
            out.write_all(if at == 0 { b"\n  " } else { b",\n  " })?;
            serde_json::to_writer(&mut *out, &entry)?;
        }
        out.write_all(b"]")
    }
}

/// The report of one file.
pub struct Report {
    file: String,
    kind: Kind,
    counts: Counts,
    skipped: Spool,
    rejected: Spool,
    rows: Option<Spool>,
    file_error: Option<(&'static str, String)>,
    told: Box<dyn FnMut(&str)>,
    preparing: HashMap<String, &'static str>,
}

impl Report {
    /// An empty report; `rows` keeps what each accepted row says, `told` hears each line for people.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(file: &str, kind: Kind, rows: bool, told: Box<dyn FnMut(&str)>) -> io::Result<Self> {
        Ok(Report {
            file: file.to_owned(),
            kind,
            counts: Counts::default(),
            skipped: Spool::new()?,
            rejected: Spool::new()?,
            rows: rows.then(Spool::new).transpose()?,
            file_error: None,
            told,
            preparing: HashMap::new(),
        })
    }

    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Why the file as a whole was refused, if it was: its code.
    pub fn file_error(&self) -> Option<&str> {
        self.file_error.as_ref().map(|(code, _)| *code)
    }

    /// Says something to people only.
    pub fn tell(&mut self, line: &str) {
        (self.told)(line);
    }

    /// A row that is no data, or a part of the file that isn't read.
    pub fn skip(&mut self, line: u64, why: &str) -> io::Result<()> {
        self.counts.skipped += 1;
        self.skipped.put(&json!({"line": line, "why": why}))
    }

    /// A refused row.
    pub fn reject(&mut self, line: u64, refusal: &Refusal) -> io::Result<()> {
        self.counts.rejected += 1;
        let Refusal { column, code, message } = refusal;
        let place = if column.is_empty() { String::new() } else { format!(", {column}") };
        (self.told)(&format!("line {line}{place}: {code}: {message}"));
        self.rejected.put(&json!({"line": line, "column": column, "code": code, "message": message}))
    }

    /// A row that was recorded, was recorded before, or changed the record; with what it says.
    pub fn accept(
        &mut self,
        line: u64,
        count: fn(&mut Counts) -> &mut u64,
        values: &[(&'static str, String)],
    ) -> io::Result<()> {
        *count(&mut self.counts) += 1;
        let Some(rows) = &mut self.rows else { return Ok(()) };
        let values: Map<String, Value> =
            values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
        rows.put(&json!({"line": line, "values": values}))
    }

    /// A consortium whose members allow no more than the phase that it begins with.
    pub fn stays(&mut self, code: &str, phase: &'static str) {
        self.preparing.insert(code.to_owned(), phase);
    }

    /// The refusal of the file, or of the rest of it.
    pub fn refuse(&mut self, error: &FileError) {
        (self.told)(&format!("{}: {}: {}", self.file, error.code, error.message));
        self.file_error = Some((error.code, error.message.clone()));
    }

    /// One line that sums up.
    pub fn summary(&self) -> String {
        let Counts { accepted, unchanged, updated, skipped, rejected } = self.counts;
        format!(
            "{} {}: {accepted} accepted, {unchanged} unchanged, {updated} updated, {rejected} rejected, {skipped} skipped",
            self.kind.name(),
            self.file,
        )
    }

    /// Writes the report as JSON.
    ///
    /// # Errors
    /// When the file or the temporary files can't be written.
    pub fn write(self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        let Counts { accepted, unchanged, updated, .. } = self.counts;
        let text = |value: &Value| value.to_string();
        write!(
            out,
            "{{\"file\": {}, \"kind\": {},",
            text(&json!(self.file)),
            text(&json!(self.kind.name()))
        )?;
        write!(out, "\n \"accepted\": {accepted}, \"unchanged\": {unchanged}, \"updated\": {updated},")?;
        write!(out, "\n \"skipped\": ")?;
        self.skipped.write_to(&mut out, &|_| {})?;
        write!(out, ",\n \"rejected\": ")?;
        self.rejected.write_to(&mut out, &|_| {})?;
        if let Some(rows) = self.rows {
            write!(out, ",\n \"rows\": ")?;
            let preparing = self.preparing;
            rows.write_to(&mut out, &|row| reached(row, &preparing))?;
        }
        let error = self.file_error.map(|(code, message)| json!({"code": code, "message": message}));
        writeln!(out, ",\n \"fileError\": {}}}", text(&error.unwrap_or(Value::Null)))?;
        out.flush()
    }
}

/// Shows the phase that a row's consortium was recorded in.
fn reached(row: &mut Value, phases: &HashMap<String, &'static str>) {
    let phase = row["values"]["code"].as_str().and_then(|code| phases.get(code));
    if let Some(phase) = phase {
        row["values"]["phase"] = Value::from(*phase);
    }
}
