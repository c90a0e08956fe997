//! One row of any kind of file, as the run sees it.

use super::cell::Trouble;
use super::header::Column;
use super::reading::{Places, Reading, Refusal};
use super::source::RawRow;
use super::{code, consortium, emc, export, header::Header, park, research, sme, statement, training};
use daftar_domain::Command;
use daftar_domain::value::{CommandId, Date};
use sha2::{Digest, Sha256};

/// The kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Kind {
    /// Industrial parks and zones.
    Parks,
    /// Units.
    Units,
    /// Exports.
    Exports,
    /// Export consortiums with their members.
    Consortiums,
    /// Export management companies with their clients.
    Emcs,
    /// Courses and workshops that were held, with their participants.
    Trainings,
    /// Research and study projects.
    Research,
    /// Official statements.
    Statements,
}

impl Kind {
    /// The name of the kind, as in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Parks => "parks",
            Kind::Units => "units",
            Kind::Exports => "exports",
            Kind::Consortiums => "consortiums",
            Kind::Emcs => "emcs",
            Kind::Trainings => "trainings",
            Kind::Research => "research",
            Kind::Statements => "statements",
        }
    }

    /// The columns of its files.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Kind::Parks => park::COLUMNS,
            Kind::Units => sme::COLUMNS,
            Kind::Exports => export::COLUMNS,
            Kind::Consortiums => consortium::COLUMNS,
            Kind::Emcs => emc::COLUMNS,
            Kind::Trainings => training::COLUMNS,
            Kind::Research => research::COLUMNS,
            Kind::Statements => statement::COLUMNS,
        }
    }

    /// The column of an input field of the kind's commands.
    pub fn column_of(self, path: &str) -> &'static str {
        match self {
            Kind::Parks => park::column_of(path),
            Kind::Units => sme::column_of(path),
            Kind::Exports => export::column_of(path),
            Kind::Consortiums => consortium::column_of(path),
            Kind::Emcs => emc::column_of(path),
            Kind::Trainings => training::column_of(path),
            Kind::Research => research::column_of(path),
            Kind::Statements => statement::column_of(path),
        }
    }

    /// The trouble of a row whose key an earlier row of the file has, with other data.
    pub fn twice(self) -> Trouble {
        match self {
            Kind::Parks => {
                Trouble::new("DUPLICATE_PARK", "The park stands in the file twice, with other data.")
            }
            Kind::Units => {
                Trouble::new("DUPLICATE_UNIT", "The unit stands in the file twice, with other data.")
            }
            Kind::Exports => export::twice(),
            Kind::Consortiums => Trouble::new("DUPLICATE_MEMBER", "The member stands in the file twice."),
            Kind::Emcs => Trouble::new("DUPLICATE_MANDATE", "The mandate stands in the file twice."),
            Kind::Trainings => {
                Trouble::new("DUPLICATE_ENROLMENT", "The participant stands in the file twice.")
            }
            Kind::Research => {
                Trouble::new("DUPLICATE_RESEARCH", "The project stands in the file twice, with other data.")
            }
            Kind::Statements => {
                Trouble::new("DUPLICATE_STATEMENT", "The statement stands in the file twice.")
            }
        }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Every trouble of the row in one refusal.
    pub fn read(self, header: &Header, row: &RawRow, places: &Places) -> Result<Entry, Refusal> {
        if let Some(refusal) = Reading::shape(header, row) {
            return Err(refusal);
        }
        let mut reading = Reading::new(header, self.columns(), row, places);
        let entry = match self {
            Kind::Parks => park::read(&mut reading).map(Entry::Park),
            Kind::Units => sme::read(&mut reading).map(Entry::Sme),
            Kind::Exports => export::read(&mut reading).map(Entry::Export),
            Kind::Consortiums => consortium::read(&mut reading).map(Entry::Consortium),
            Kind::Emcs => emc::read(&mut reading).map(Entry::Emc),
            Kind::Trainings => training::read(&mut reading).map(Entry::Training),
            Kind::Research => research::read(&mut reading).map(Entry::Research),
            Kind::Statements => statement::read(&mut reading).map(Entry::Statement),
        };
        match (reading.refusal(), entry) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(entry)) => Ok(entry),
            (None, None) => Err(Refusal::new("", code::INVALID_VALUE, "The row can't be read.")),
        }
    }
}

/// A row of a file, or what is recorded of the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Of a file of parks.
    Park(park::Park),
    /// Of a file of units.
    Sme(sme::Sme),
    /// Of a file of exports.
    Export(export::Export),
    /// Of a file of consortiums.
    Consortium(consortium::Consortium),
    /// Of a file of export management companies.
    Emc(emc::Emc),
    /// Of a file of courses and workshops.
    Training(training::Training),
    /// Of a file of research and study projects.
    Research(research::Research),
    /// Of a file of official statements.
    Statement(statement::Statement),
}

/// What is to be done with a row.
#[derive(Debug)]
pub enum Plan {
    /// All of it is recorded.
    Unchanged,
    /// The record differs in these columns, and no command brings it to what the row says.
    Conflict(Vec<&'static str>),
    /// Commands that record the row.
    Record(Vec<Command>),
    /// Commands that bring the record to what the row says.
    Update(Vec<Command>),
}

/// How a row is compared with the record.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Whether differences become commands.
    pub update: bool,
    /// Whether the consortium's phase is still to be set by this run.
    pub phase_pending: bool,
    /// Whether the file tells when members joined.
    pub dated: bool,
    /// The day from which changes take effect.
    pub today: Date,
}

impl Entry {
    /// What the columns say, normalised.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Entry::Park(park) => park.values(),
            Entry::Sme(sme) => sme.values(),
            Entry::Export(export) => export.values(),
            Entry::Consortium(consortium) => consortium.values(),
            Entry::Emc(emc) => emc.values(),
            Entry::Training(training) => training.values(),
            Entry::Research(research) => research.values(),
            Entry::Statement(statement) => statement.values(),
        }
    }

    /// What the row is about, hashed: one key for each thing that may be recorded once.
    pub fn keys(&self) -> Vec<u64> {
        match self {
            Entry::Park(park) => vec![hash(&[park.code.as_str()])],
            Entry::Sme(sme) => vec![sme.business_id.number()],
            Entry::Export(export) => {
                let key = export.key();
                vec![hash(&[
                    key.office.key(),
                    &key.year.to_string(),
                    &key.number.to_string(),
                    &key.item.number().to_string(),
                ])]
            }
            Entry::Consortium(consortium) => {
                let member =
                    |member: &consortium::Member| hash(&[consortium.code.as_str(), &member.sme.to_string()]);
                consortium.members.iter().map(member).collect()
            }
            Entry::Emc(emc) => {
                let mandate = |mandate: &emc::Mandate| {
                    hash(&[emc.code.as_str(), &mandate.sme.to_string(), &mandate.from.to_string()])
                };
                emc.mandates.iter().map(mandate).collect()
            }
            Entry::Training(training) if training.enrolments.is_empty() => {
                vec![hash(&[training.code.as_str()])]
            }
            Entry::Training(training) => {
                let enrolment = |one: &training::Enrolment| {
                    let (kind, name) = one.name();
                    hash(&[training.code.as_str(), &kind.to_string(), &name])
                };
                training.enrolments.iter().map(enrolment).collect()
            }
            Entry::Research(research) => vec![hash(&[research.code.as_str()])],
            Entry::Statement(_) => vec![self.content()],
        }
    }

    /// The group that the row belongs to, hashed, where the first good row of a group founds it.
    pub fn group(&self) -> Option<u64> {
        match self {
            Entry::Consortium(consortium) => Some(hash(&[consortium.code.as_str()])),
            Entry::Emc(emc) => Some(hash(&[emc.code.as_str()])),
            Entry::Training(training) => Some(hash(&[training.code.as_str()])),
            _ => None,
        }
    }

    /// Everything that the row says, hashed.
    pub fn content(&self) -> u64 {
        let values = self.values();
        let texts: Vec<&str> = values.iter().flat_map(|(name, value)| [*name, value.as_str()]).collect();
        hash(&texts)
    }

    /// The ID of one of the row's commands: the same for the same row against the same version of the record.
    pub fn command_id(&self, kind: Kind, version: u32, index: usize) -> CommandId {
        let mut digest = Sha256::new();
        let (version, index) = (version.to_string(), index.to_string());
        for part in ["daftar import 1", kind.name(), &version, &index] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        for (name, value) in self.values() {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name);
            digest.update((value.len() as u64).to_le_bytes());
            digest.update(value);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        CommandId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// Compares the row with what is recorded of it.
    pub fn plan(&self, recorded: Option<&Entry>, how: Comparison) -> Plan {
        match (self, recorded) {
            (Entry::Park(park), None) => Plan::Record(park.take_over()),
            (Entry::Sme(sme), None) => Plan::Record(sme.take_over()),
            (Entry::Export(export), None) => Plan::Record(export.take_over()),
            (Entry::Consortium(row), None) => Plan::Record(row.take_over(false, &row.members)),
            (Entry::Emc(row), None) => Plan::Record(row.take_over(false, &row.mandates)),
            (Entry::Training(row), None) => Plan::Record(row.take_over(false, &row.enrolments)),
            (Entry::Research(row), None) => Plan::Record(row.take_over()),
            // One that is recorded already is refused as such, and counts as unchanged.
            (Entry::Statement(row), _) => Plan::Record(row.record()),
            (Entry::Park(row), Some(Entry::Park(known))) => {
                changed(row.differences(known), how, |_| row.update(known, how.today), Vec::new())
            }
            (Entry::Sme(row), Some(Entry::Sme(known))) => {
                changed(row.differences(known), how, |_| row.update(known, how.today), Vec::new())
            }
            (Entry::Export(row), Some(Entry::Export(known))) => {
                changed(row.differences(known), how, |_| Some(row.update()), Vec::new())
            }
            (Entry::Consortium(row), Some(Entry::Consortium(known))) => {
                let missing = row.take_over(true, &row.missing(known));
                let differences = row.differences(known, how.phase_pending, how.dated);
                changed(differences, how, |columns| row.update(known, columns, how.today), missing)
            }
            (Entry::Emc(row), Some(Entry::Emc(known))) => {
                let missing = row.take_over(true, &row.missing(known));
                changed(row.differences(known), how, |columns| row.update(known, columns, how.today), missing)
            }
            (Entry::Training(row), Some(Entry::Training(known))) => {
                let missing = row.take_over(true, &row.missing(known));
                changed(row.differences(known), how, |columns| row.update(known, columns, how.today), missing)
            }
            (Entry::Research(row), Some(Entry::Research(known))) => {
                let differences = row.differences(known);
                changed(differences, how, |columns| row.update(known, columns, how.today), Vec::new())
            }
            _ => unreachable!("a look-up answers with the kind that was asked"),
        }
    }
}

/// The plan of a row that is recorded, in full or but for `missing`.
fn changed(
    differences: Vec<&'static str>,
    how: Comparison,
    update: impl FnOnce(&[&'static str]) -> Option<Vec<Command>>,
    missing: Vec<Command>,
) -> Plan {
    if differences.is_empty() {
        return if missing.is_empty() { Plan::Unchanged } else { Plan::Record(missing) };
    }
    match how.update.then(|| update(&differences)).flatten() {
        Some(mut commands) => {
            commands.extend(missing);
            Plan::Update(commands)
        }
        None => Plan::Conflict(differences),
    }
}

fn hash(parts: &[&str]) -> u64 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.finalize()[..8]);
    u64::from_le_bytes(bytes)
}
