//! `daftar import`: what an agency's spreadsheets say, recorded as what existed already.
//!
//! Guarantees: every row of a file is accepted, rejected with line, column, code and a sentence, or named as no data;
//! a bad row never stops the good ones; the same file twice records nothing new. It records through the ledger like
//! everybody, never around it.

pub mod args;
mod cell;
pub mod code;
mod consortium;
mod emc;
pub mod entry;
mod export;
pub mod facts;
mod header;
pub mod limits;
mod park;
mod progress;
mod reading;
pub mod registry;
pub mod report;
mod research;
mod run;
mod sme;
mod source;
mod statement;
mod training;

use daftar_domain::value::{Name, search_key};
use entry::Kind;
use limits::Limits;
use progress::Progress;
use registry::Registry;
use report::Report;
use source::FileError;
use std::io;
use std::path::{Path, PathBuf};

pub use run::Stopped;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// What the file holds.
    pub kind: Kind,
    /// The file.
    pub file: PathBuf,
    /// The sheet of a workbook; the first visible one that has a known header when left out.
    pub sheet: Option<String>,
    /// Whether the report lists what each row says.
    pub rows: bool,
    /// Whether rows that differ from the record become commands.
    pub update: bool,
    /// What is read at most.
    pub limits: Limits,
}

impl Import {
    /// Runs over the file and reports what became of it; `told` hears each line for people.
    ///
    /// # Errors
    /// When the report can't be kept; trouble of the file and of the registry is in the report.
    pub fn run(&self, registry: &mut dyn Registry, told: Box<dyn FnMut(&str)>) -> Result<Report, Stopped> {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy();
        let bar = progress::bar();
        let mut report = Report::new(&name, self.kind, self.rows, progress::above(bar.clone(), told))?;
        match source::open(&self.file, self.kind.columns(), self.sheet.as_deref(), self.limits) {
            Err(error) => report.refuse(&error),
            Ok(opened) => {
                let mut progress = Progress::new(bar, opened.extent);
                let run = run::Run::new(self.kind, opened.header.clone(), registry, &mut report, self.update);
                let done = run.over(opened, &mut |position, counts| progress.at(position, counts));
                progress.finish();
                match done {
                    Err(Stopped::Registry(error)) => {
                        report.refuse(&FileError::new(code::UNAVAILABLE, error.to_string()))
                    }
                    done => done?,
                }
            }
        }
        Ok(report)
    }
}

/// Whether a name is the recorded one, in any spelling that a search finds it by.
fn same_name(name: &Name, recorded: &Name) -> bool {
    name == recorded || search_key(name.as_str()) == search_key(recorded.as_str())
}

/// Whether a file gives a name that isn't the recorded one.
fn other_name(name: Option<&Name>, recorded: Option<&Name>) -> bool {
    match (name, recorded) {
        (Some(name), Some(recorded)) => !same_name(name, recorded),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// A value's text, empty when there is none.
fn text_of<T: ToString>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}

/// The code of a word of a vocabulary.
fn code_of<T: PartialEq>(vocabulary: &[reading::Word<T>], value: &T) -> &'static str {
    vocabulary.iter().find(|(known, _)| known == value).map_or("", |(_, words)| words[0])
}

/// Where the report goes when a path was given.
///
/// # Errors
/// When it can't be written.
pub fn write_report(report: Report, path: Option<&Path>) -> io::Result<()> {
    path.map_or(Ok(()), |path| report.write(path))
}
