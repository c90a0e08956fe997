//! The subcommand: its arguments, and what it prints.

use super::entry::Kind;
use super::limits::Limits;
use super::registry::Registry;
use super::registry::local::Local;
use super::registry::remote::Remote;
use super::report::Report;
use super::{Import, write_report};
use crate::cli::{Failure, Place};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Takes over what an agency's spreadsheet says: CSV in any common encoding, or XLSX.
#[derive(Clone, Debug, Args)]
pub struct ImportFile {
    /// What the file holds.
    #[arg(value_enum)]
    pub kind: Kind,
    /// The file.
    pub file: PathBuf,
    /// The sheet of a workbook [default: the first visible one with a known header].
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Says what a real run would, and records nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Changes what is recorded where the file differs from it.
    #[arg(long)]
    pub update: bool,
    /// Where to write the report.
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    /// Where the record is, unless a server holds it.
    #[command(flatten)]
    pub place: Place,
    /// The server that holds the record, such as http://127.0.0.1:8080. A dry run against a server compares plots only
    /// within 250 rows and with what is recorded.
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "config"])]
    pub url: Option<String>,
    /// A file with the access token of a service account, for a server that asks who one is; without one the token is
    /// taken from the environment, `DAFTAR_TOKEN`.
    #[arg(long, value_name = "FILE", requires = "url")]
    pub token_file: Option<PathBuf>,
}

impl ImportFile {
    /// The token that is sent along, if there is one.
    fn token(&self) -> Result<Option<String>, Failure> {
        let token = match &self.token_file {
            Some(path) => std::fs::read_to_string(path)
                .map(Some)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?,
            None => std::env::var("DAFTAR_TOKEN").ok(),
        };
        Ok(token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()))
    }

    /// Imports the file, prints each rejected row and a summary, and writes the report.
    ///
    /// # Errors
    /// One sentence when the file as a whole is refused, or the registry or the report fails.
    pub fn run(&self) -> Result<(), Failure> {
        let report = if let Some(url) = &self.url {
            self.over(&mut Remote::open(url, self.token()?, self.dry_run).map_err(Failure::new)?)?
        } else if self.dry_run {
            self.over(&mut Local::rehearse(&self.place.config(None)?, self.kind).map_err(Failure::new)?)?
        } else {
            let mut registry = Local::open(&self.place.config(None)?, self.kind).map_err(Failure::new)?;
            let report = self.over(&mut registry);
            registry.close().map_err(Failure::new)?;
            report?
        };
        say(&format!(
            "{}{}",
            report.summary(),
            if self.dry_run { " (dry run: nothing is recorded)" } else { "" }
        ));
        let refused =
            report.file_error().map(|code| Failure::new(format!("{}: {code}", self.file.display())));
        write_report(report, self.report.as_deref()).map_err(Failure::new)?;
        refused.map_or(Ok(()), Err)
    }

    fn over(&self, registry: &mut dyn Registry) -> Result<Report, Failure> {
        let import = Import {
            kind: self.kind,
            file: self.file.clone(),
            sheet: self.sheet.clone(),
            rows: self.dry_run,
            update: self.update,
            limits: Limits::default(),
        };
        import.run(registry, Box::new(say)).map_err(Failure::new)
    }
}

/// Prints a line. Whoever reads may stop reading without stopping the import.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
