//! `daftar audit history`: the history of one entity, who did what, when, why, on whose authority, before and after.
//!
//! Guarantees: the history is verified whole first; what stood before is what the entity's own earlier events said.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use daftar_domain::State;
use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::value::{
    BusinessId, ConsortiumCode, ConsortiumKey, EmcCode, EmcKey, ParkCode, ParkKey, ResearchCode, ResearchKey,
    SmeKey, TrainingCode, TrainingKey,
};

use super::entities::flatten;
use super::finding::{Code, Finding};
use super::sheet::{Sheet, inert, write_csv, write_xlsx};
use super::{Progress, Verifying};

/// The columns of a table of events.
pub const EVENT_COLUMNS: [&str; 13] = [
    "position",
    "recorded at",
    "effective",
    "type",
    "entity",
    "actor",
    "role",
    "authority",
    "proposer",
    "approver",
    "basis",
    "reason",
    "data",
];

/// The row of an event in such a table.
pub fn event_row(event: &Recorded) -> Vec<String> {
    let optional = |value: Option<String>| value.unwrap_or_default();
    vec![
        event.position.to_string(),
        event.recorded_at.to_string(),
        event.event.effective.to_string(),
        event.event.data.type_name().to_owned(),
        event.event.entity.to_string(),
        event.actor.to_string(),
        name(&event.role),
        name(&event.authority),
        optional(event.proposer.map(|actor| actor.to_string())),
        optional(event.approver.map(|actor| actor.to_string())),
        name(&event.event.basis),
        optional(event.event.reason.as_ref().map(|reason| name(&reason.code))),
        serde_json::to_string(&event.event.data).expect("an event has only string keys"),
    ]
}

/// A value of a vocabulary as it stands in a line.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Arguments of `daftar audit history`.
#[derive(Debug, Args)]
pub struct History {
    /// The entity: sme:0190…, a 12-digit business ID, or the code of a park, consortium or company.
    entity: String,
    #[command(flatten)]
    verifying: Verifying,
    /// Writes the table as a CSV file into this folder, with a manifest of its hash.
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Writes the table as a workbook.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// A change of one field.
struct Change {
    field: String,
    before: Option<String>,
    after: String,
}

/// The events of one entity, with what each changed.
struct Story {
    wanted: Wanted,
    values: BTreeMap<String, String>,
    events: Vec<(Recorded, Vec<Change>)>,
}

/// Whose events are kept.
enum Wanted {
    Known(EntityId),
    /// Until an event founds an entity with that code.
    Code(String),
}

impl Wanted {
    fn about(&mut self, state: &State, event: &Recorded) -> bool {
        if let Self::Code(code) = &*self
            && let Some(entity) = find(state, code)
        {
            *self = Self::Known(entity);
        }
        match self {
            Self::Known(entity) => event.event.entity == *entity || event.event.refs.contains(entity),
            Self::Code(_) => false,
        }
    }
}

fn find(state: &State, code: &str) -> Option<EntityId> {
    let sme = BusinessId::parse(code).ok().and_then(|id| state.smes.find(&SmeKey::BusinessId(id)));
    if let Some(sme) = sme {
        return Some(EntityId::Sme(sme.id));
    }
    let park = ParkCode::parse(code).ok().and_then(|code| state.parks.find(&ParkKey::Code(code)));
    if let Some(park) = park {
        return Some(EntityId::Park(park.id));
    }
    let consortium = ConsortiumCode::parse(code).ok();
    let consortium = consortium.and_then(|code| state.consortiums.find(&ConsortiumKey::Code(code)));
    if let Some(consortium) = consortium {
        return Some(EntityId::Consortium(consortium.id));
    }
    let emc = EmcCode::parse(code).ok().and_then(|code| state.emcs.find(&EmcKey::Code(code)));
    if let Some(emc) = emc {
        return Some(EntityId::Emc(emc.id));
    }
    let training = TrainingCode::parse(code).ok();
    let training = training.and_then(|code| state.trainings.find(&TrainingKey::Code(code)));
    if let Some(training) = training {
        return Some(EntityId::Training(training.id));
    }
    let research = ResearchCode::parse(code).ok();
    let research = research.and_then(|code| state.researches.find(&ResearchKey::Code(code)));
    research.map(|research| EntityId::Research(research.id))
}

impl Story {
    fn take_up(&mut self, state: &State, event: &Recorded) {
        if !self.wanted.about(state, event) {
            return;
        }
        let own = matches!(self.wanted, Wanted::Known(entity) if entity == event.event.entity);
        let mut changes = Vec::new();
        if own {
            let data = serde_json::to_value(&event.event.data).expect("an event has only string keys");
            let mut fields = Vec::new();
            flatten("", &data, &mut fields);
            for (field, after) in fields {
                let before = self.values.insert(field.clone(), after.clone());
                if before.as_ref() != Some(&after) {
                    changes.push(Change { field, before, after });
                }
            }
        }
        self.events.push((event.clone(), changes));
    }

    fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new("history", &EVENT_COLUMNS);
        sheet.header.push("caused by".to_owned());
        sheet.header.push("changes".to_owned());
        for (event, changes) in &self.events {
            let causation = event.event.causation.map(|position| position.to_string()).unwrap_or_default();
            let changes = changes.iter().map(|Change { field, before, after }| match before {
                Some(before) => format!("{field}: {before} → {after}"),
                None => format!("{field}: {after}"),
            });
            let changes = changes.collect::<Vec<_>>().join("; ");
            sheet.row(event_row(event).into_iter().chain([causation, changes]));
        }
        sheet
    }
}

impl History {
    /// Verifies, and tells the history of the entity.
    ///
    /// # Errors
    /// The first finding; [`Code::Usage`] when there is no such entity.
    pub fn run(&self, progress: &Progress) -> Result<String, Finding> {
        let wanted = match self.entity.parse() {
            Ok(entity) => Wanted::Known(entity),
            Err(_) => Wanted::Code(self.entity.clone()),
        };
        let mut story = Story { wanted, values: BTreeMap::new(), events: Vec::new() };
        self.verifying.run(&mut |state, event, _| story.take_up(state, event), progress)?;
        if story.events.is_empty() {
            return Err(Finding::new(Code::Usage, format_args!("{}: no entity has that name", self.entity)));
        }
        let sheet = story.sheet();
        if let Some(folder) = &self.csv {
            write_csv(folder, std::slice::from_ref(&sheet))?;
        }
        if let Some(path) = &self.xlsx {
            write_xlsx(path, std::slice::from_ref(&sheet))?;
        }
        let mut said = String::new();
        for (event, row) in story.events.iter().zip(&sheet.rows) {
            let [position, at, effective, kind, entity, actor, role, authority, ..] = &row[..] else {
                continue;
            };
            said.push_str(&format!("{position}  {at}  {kind} ({effective})\n"));
            said.push_str(&format!("    by {actor} as {role}, authority {authority}"));
            let more = [
                ("proposed by ", &row[8]),
                ("approved by ", &row[9]),
                ("reason ", &row[11]),
                ("caused by ", &row[13]),
            ];
            more.iter().filter(|(_, value)| !value.is_empty()).for_each(|(label, value)| {
                said.push_str(&format!(", {label}{value}"));
            });
            said.push('\n');
            if event.1.is_empty() {
                said.push_str(&format!("    of {entity}\n"));
            }
            for Change { field, before, after } in &event.1 {
                let before = before.as_deref().unwrap_or("nothing");
                said.push_str(&format!("    {field}: {} → {}\n", inert(before), inert(after)));
            }
        }
        Ok(said)
    }
}
