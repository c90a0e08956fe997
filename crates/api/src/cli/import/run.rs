//! The run over one file: rows in, commands out, a verdict for each row.
//!
//! Rows are compared with the record and sent in batches of at most 500 commands. A row waits for the verdict on an
//! earlier row that it may depend on: the same subject, or the founding of its group.

use super::entry::{Comparison, Entry, Kind, Plan};
use super::header::Header;
use super::reading::{Places, Refusal};
use super::registry::{Known, Outcome, Registry, Unavailable};
use super::report::{Counts, Report};
use super::source::Opened;
use super::{code, consortium::Consortium};
use daftar_domain::Command;
use daftar_domain::rejection::Code;
use daftar_domain::value::{CommandId, ConsortiumCode, Date};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::io;

/// Most commands of one batch.
const BATCH_COMMANDS: usize = 500;

/// Why a run ended before the file did.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The registry can't answer; running the import again goes on where it stopped.
    #[error("the registry is unavailable: {0}")]
    Registry(#[from] Unavailable),
    /// The report can't be kept.
    #[error("the report can't be written: {0}")]
    Report(#[from] io::Error),
}

/// A row that waits to be sent.
struct Waiting {
    line: u64,
    entry: Entry,
    keys: Vec<u64>,
}

/// A row of this run that stands in the record.
#[derive(Clone, Copy)]
struct Seen {
    content: u64,
    line: u32,
}

/// A consortium whose phase is to be set at the end of the file.
struct Goal {
    consortium: Consortium,
    newest_member: Date,
    line: u64,
}

/// One run.
pub struct Run<'a> {
    kind: Kind,
    registry: &'a mut dyn Registry,
    report: &'a mut Report,
    update: bool,
    header: Header,
    places: Places,
    waiting: Vec<Waiting>,
    waiting_keys: FxHashSet<u64>,
    waiting_groups: FxHashSet<u64>,
    known_groups: FxHashSet<u64>,
    seen: FxHashMap<u64, Seen>,
    goals: BTreeMap<ConsortiumCode, Goal>,
}

impl<'a> Run<'a> {
    /// Prepares a run; `update` turns differences into commands.
    pub fn new(
        kind: Kind,
        header: Header,
        registry: &'a mut dyn Registry,
        report: &'a mut Report,
        update: bool,
    ) -> Self {
        Run {
            kind,
            registry,
            report,
            update,
            header,
            places: Places::shipped(),
            waiting: Vec::new(),
            waiting_keys: FxHashSet::default(),
            waiting_groups: FxHashSet::default(),
            known_groups: FxHashSet::default(),
            seen: FxHashMap::default(),
            goals: BTreeMap::new(),
        }
    }

    /// Runs over the file; `progress` hears how far the reader is.
    ///
    /// # Errors
    /// [`Stopped`]; trouble of the file itself is in the report.
    pub fn over(mut self, opened: Opened, progress: &mut dyn FnMut(u64, Counts)) -> Result<(), Stopped> {
        let first = self.header.last_line;
        for name in self.header.unknown.clone() {
            self.report.skip(first, &format!("the column {name} is not known and not read"))?;
        }
        for part in &opened.unread {
            self.report.skip(first, part)?;
        }
        let mut rows = opened.rows;
        let mut next = first + 1;
        while let Some(row) = rows.next() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    self.report.refuse(&error);
                    break;
                }
            };
            if row.line <= first {
                continue;
            }
            if opened.sheet.is_some() && row.line > next {
                self.gap(next, row.line - 1)?;
            }
            next = row.line + 1;
            match self.header.not_data(&row) {
                Some(what) => self.report.skip(row.line, what.0)?,
                None => match self.kind.read(&self.header, &row, &self.places) {
                    Ok(entry) => self.take(row.line, entry)?,
                    Err(refusal) => self.report.reject(row.line, &refusal)?,
                },
            }
            progress(rows.position(), self.report.counts());
        }
        self.flush()?;
        self.reach_phases()
    }

    fn gap(&mut self, from: u64, to: u64) -> io::Result<()> {
        let why = if from == to { "blank".to_owned() } else { format!("blank up to row {to}") };
        self.report.skip(from, &why)
    }

    fn take(&mut self, line: u64, entry: Entry) -> Result<(), Stopped> {
        let keys = entry.keys();
        let group = entry.group();
        let new_group = group.filter(|group| !self.known_groups.contains(group));
        if keys.iter().any(|key| self.waiting_keys.contains(key))
            || new_group.is_some_and(|group| self.waiting_groups.contains(&group))
        {
            self.flush()?;
        }
        if let Some(earlier) = keys.iter().find_map(|key| self.seen.get(key)) {
            let refusal = self.twice(*earlier, &entry);
            return Ok(self.report.reject(line, &refusal)?);
        }
        self.waiting_keys.extend(&keys);
        self.waiting_groups.extend(group);
        self.waiting.push(Waiting { line, entry, keys });
        if self.waiting.len() >= BATCH_COMMANDS { self.flush() } else { Ok(()) }
    }

    /// The refusal of a row whose subject an earlier row of the file recorded.
    fn twice(&self, earlier: Seen, entry: &Entry) -> Refusal {
        let column = self.kind.column_of(match self.kind {
            Kind::Exports => "declaration",
            Kind::Consortiums | Kind::Emcs => "sme",
            Kind::Trainings => "enrolment",
            Kind::Parks | Kind::Units | Kind::Research | Kind::Statements => "",
        });
        let trouble = self.kind.twice();
        let (code, what) = match earlier.content == entry.content() {
            true => (code::DUPLICATE_ROW, "The row repeats an earlier one"),
            false => (trouble.code, trouble.message.trim_end_matches('.')),
        };
        Refusal::new(column, code, format!("{what} (line {}).", earlier.line))
    }

    /// Compares the waiting rows with the record and sends what is new.
    fn flush(&mut self) -> Result<(), Stopped> {
        self.waiting_keys.clear();
        self.waiting_groups.clear();
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let entries: Vec<_> = waiting.iter().map(|waiting| &waiting.entry).collect();
        let known = self.registry.look_up(&entries)?;
        let mut batch = Batch::default();
        for (waiting, mut known) in waiting.into_iter().zip(known) {
            if waiting.entry.group().is_some_and(|group| batch.updates.contains(&group)) {
                // An earlier row of the batch changes the group that this one belongs to.
                self.send(std::mem::take(&mut batch))?;
                known = self.registry.look_up(&[&waiting.entry])?.pop().flatten();
            }
            match self.plan(&waiting.entry, known.as_ref()) {
                Plan::Unchanged => {
                    self.aim(&waiting, known.as_ref().is_some_and(|known| known.unfinished));
                    self.settle(&waiting, |counts| &mut counts.unchanged)?;
                }
                Plan::Conflict(columns) => self.conflict(&waiting, &columns)?,
                Plan::Record(commands) => self.add(&mut batch, waiting, known.as_ref(), commands, false)?,
                Plan::Update(commands) => self.add(&mut batch, waiting, known.as_ref(), commands, true)?,
            }
        }
        self.send(batch)
    }

    fn plan(&self, entry: &Entry, known: Option<&Known>) -> Plan {
        let phase_pending = known.is_some_and(|known| known.unfinished);
        let dated = self.kind == Kind::Consortiums && self.header.has_named(self.kind.columns(), "joined");
        let how = Comparison { update: self.update, phase_pending, dated, today: self.registry.today() };
        entry.plan(known.map(|known| &known.entry), how)
    }

    fn conflict(&mut self, waiting: &Waiting, columns: &[&'static str]) -> io::Result<()> {
        let message = format!("The record differs in {}.", columns.join(", "));
        let refusal = Refusal::new(columns[0], code::CONFLICTING_DATA, message);
        self.report.reject(waiting.line, &refusal)
    }

    fn add(
        &mut self,
        batch: &mut Batch,
        waiting: Waiting,
        known: Option<&Known>,
        commands: Vec<Command>,
        update: bool,
    ) -> Result<(), Stopped> {
        if batch.commands.len() + commands.len() > BATCH_COMMANDS {
            self.send(std::mem::take(batch))?;
        }
        let version = known.map_or(0, |known| known.version);
        let ids = (0..).map(|index| waiting.entry.command_id(self.kind, version, index));
        let count = commands.len();
        batch.commands.extend(ids.zip(commands));
        batch.updates.extend(waiting.entry.group().filter(|_| update));
        let aims = update || known.is_none_or(|known| known.unfinished);
        batch.rows.push(Sent { waiting, commands: count, update, aims });
        Ok(())
    }

    /// Sends a batch and gives each of its rows its verdict.
    fn send(&mut self, mut batch: Batch) -> Result<(), Stopped> {
        let mut outcomes = Vec::with_capacity(batch.commands.len());
        while !batch.commands.is_empty() {
            let rest = batch.commands.split_off(batch.commands.len().min(BATCH_COMMANDS));
            outcomes.extend(self.registry.submit(std::mem::replace(&mut batch.commands, rest))?);
        }
        let mut outcomes = outcomes.into_iter();
        for sent in batch.rows {
            let own: Vec<_> = outcomes.by_ref().take(sent.commands).collect();
            self.judge(&sent, &own)?;
        }
        Ok(())
    }

    fn judge(&mut self, sent: &Sent, outcomes: &[Outcome]) -> Result<(), Stopped> {
        let rejection = outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Rejected(rejection) => Some(rejection),
            Outcome::Recorded | Outcome::Repeated => None,
        });
        if rejection.is_some_and(|rejection| rejection.code == Code::DuplicateStatement) {
            return Ok(self.settle(&sent.waiting, |counts| &mut counts.unchanged)?);
        }
        if let Some(rejection) = rejection {
            let mut refusal = Refusal::of(rejection, self.kind.column_of(&rejection.path));
            let recorded = outcomes.iter().filter(|outcome| !matches!(outcome, Outcome::Rejected(_))).count();
            if recorded > 0 {
                refusal
                    .message
                    .push_str(&format!(" {recorded} of {} facts of the row are recorded.", outcomes.len()));
            }
            return Ok(self.report.reject(sent.waiting.line, &refusal)?);
        }
        if let Some(group) = sent.waiting.entry.group() {
            self.known_groups.insert(group);
        }
        self.aim(&sent.waiting, sent.aims);
        let repeated = outcomes.iter().all(|outcome| *outcome == Outcome::Repeated);
        match (repeated, sent.update) {
            (true, _) => Ok(self.settle(&sent.waiting, |counts| &mut counts.unchanged)?),
            (false, true) => Ok(self.settle(&sent.waiting, |counts| &mut counts.updated)?),
            (false, false) => Ok(self.settle(&sent.waiting, |counts| &mut counts.accepted)?),
        }
    }

    fn settle(&mut self, waiting: &Waiting, count: fn(&mut Counts) -> &mut u64) -> io::Result<()> {
        let content = waiting.entry.content();
        let line = u32::try_from(waiting.line).unwrap_or(u32::MAX);
        self.seen.extend(waiting.keys.iter().map(|key| (*key, Seen { content, line })));
        self.report.accept(waiting.line, count, &waiting.entry.values())
    }

    /// Notes the phase that a consortium is to have in the end.
    fn aim(&mut self, waiting: &Waiting, aims: bool) {
        let Entry::Consortium(row) = &waiting.entry else { return };
        let newest = row.members.iter().map(|member| member.joined).fold(row.formed, Date::max);
        if let Some(goal) = self.goals.get_mut(&row.code) {
            goal.newest_member = goal.newest_member.max(newest);
        } else if aims {
            let goal = Goal { consortium: row.clone(), newest_member: newest, line: waiting.line };
            self.goals.insert(row.code.clone(), goal);
        }
    }

    /// Sets the phases of the consortiums that this run founded or changed: since their formation, or since the last
    /// member joined when the members before that were too few.
    fn reach_phases(&mut self) -> Result<(), Stopped> {
        for (code, goal) in std::mem::take(&mut self.goals) {
            let dates = [goal.consortium.formed, goal.newest_member];
            let mut rejection = None;
            for (attempt, on) in dates.into_iter().enumerate() {
                let Some(command) = goal.consortium.reach_phase(on) else { break };
                let id =
                    Entry::Consortium(goal.consortium.clone()).command_id(self.kind, 0, usize::MAX - attempt);
                match self.registry.submit(vec![(id, command)])?.pop() {
                    Some(Outcome::Rejected(rejected)) => rejection = Some(rejected),
                    _ => {
                        rejection = None;
                        break;
                    }
                }
            }
            if let Some(rejection) = rejection {
                let phase = goal.consortium.phase_name();
                let line = goal.line;
                self.report.tell(&format!(
                    "line {line}: consortium {code} is recorded as PREPARING, not {phase}: {}: {rejection}",
                    rejection.code
                ));
                self.report.stays(code.as_str(), "PREPARING");
            }
        }
        Ok(())
    }
}

/// Rows on their way to the registry.
#[derive(Default)]
struct Batch {
    rows: Vec<Sent>,
    commands: Vec<(CommandId, Command)>,
    /// The groups that these rows change.
    updates: FxHashSet<u64>,
}

struct Sent {
    waiting: Waiting,
    commands: usize,
    update: bool,
    /// The phase that the row states is to be set at the end of the file.
    aims: bool,
}
