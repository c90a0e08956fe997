//! What the events say of each entity, its newest values last: rows for a spreadsheet.
//!
//! Only events that describe an entity are taken up (founding it, changing it, correcting it); what holds on a day comes
//! from the state.

use std::collections::BTreeMap;

use daftar_domain::State;
use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::value::{Date, SolarDate};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::sheet::Sheet;

/// Types that describe the entity that they belong to.
const DESCRIBING: [&str; 14] = [
    "ParkEstablished",
    "ParkRevised",
    "SmeRegistered",
    "SmeAmended",
    "ConsortiumFormed",
    "ConsortiumRevised",
    "EmcConsented",
    "EmcRevised",
    "ExportRecorded",
    "ExportCorrected",
    "TrainingPlanned",
    "TrainingRevised",
    "ResearchProposed",
    "ResearchRevised",
];

/// Columns before those of the events' own fields.
const COLUMNS: [&str; 6] =
    ["entity", "first position", "last position", "since", "since (Solar Hijri)", "status"];

struct Row {
    entity: EntityId,
    first: u64,
    last: u64,
    since: Date,
    /// Values by the number of their column.
    fields: BTreeMap<u16, Box<str>>,
}

#[derive(Default)]
struct Kind {
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// The entities of a history, by kind, each in the order of recording.
#[derive(Default)]
pub struct Entities {
    kinds: BTreeMap<&'static str, Kind>,
    places: FxHashMap<EntityId, usize>,
}

impl Entities {
    /// Takes up an event.
    pub fn take_up(&mut self, event: &Recorded) {
        let (entity, position) = (event.event.entity, event.position);
        if entity.uuid().is_none() {
            return;
        }
        let kind = self.kinds.entry(entity.kind()).or_default();
        let place = *self.places.entry(entity).or_insert_with(|| {
            let since = event.event.effective;
            kind.rows.push(Row { entity, first: position, last: position, since, fields: BTreeMap::new() });
            kind.rows.len() - 1
        });
        kind.rows[place].last = position;
        if !DESCRIBING.contains(&event.event.data.type_name()) {
            return;
        }
        let data = serde_json::to_value(&event.event.data).expect("an event has only string keys");
        let mut fields = Vec::new();
        flatten("", &data, &mut fields);
        for (name, value) in fields {
            let column = kind.columns.iter().position(|known| *known == name).unwrap_or_else(|| {
                kind.columns.push(name);
                kind.columns.len() - 1
            });
            kind.rows[place].fields.insert(column as u16, value.into());
        }
    }

    /// A table for each kind, with what holds on a day.
    pub fn sheets(self, state: &State, on: Date) -> Vec<Sheet> {
        let sheet = |(kind, of): (&'static str, Kind)| {
            let mut sheet = Sheet::new(kind, &COLUMNS);
            sheet.header.extend(of.columns.iter().cloned());
            for row in of.rows {
                // As people write it.
                let solar = SolarDate::from(row.since).to_string().replace('-', "/");
                let told = [
                    row.entity.to_string(),
                    row.first.to_string(),
                    row.last.to_string(),
                    row.since.to_string(),
                    solar,
                    status(state, row.entity, on),
                ];
                let fields = (0..of.columns.len() as u16)
                    .map(|column| row.fields.get(&column).map_or(String::new(), |value| value.to_string()));
                sheet.row(told.into_iter().chain(fields));
            }
            sheet
        };
        self.kinds.into_iter().map(sheet).collect()
    }
}

/// The fields of an object, those of objects within it under dotted names. Lists stay JSON.
pub fn flatten(prefix: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&name, value, fields);
            }
        }
        Value::String(text) => fields.push((prefix.to_owned(), text.clone())),
        other => fields.push((prefix.to_owned(), other.to_string())),
    }
}

/// What an entity is on a day, as far as the state tells.
fn status(state: &State, entity: EntityId, on: Date) -> String {
    let spelled = |value: serde_json::Result<Value>| match value {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    };
    match entity {
        EntityId::Sme(id) => {
            let status = state.smes.get(id).and_then(|sme| sme.status_on(on));
            status.map_or(String::new(), |status| spelled(serde_json::to_value(status)))
        }
        EntityId::Consortium(id) => {
            let phase = state.consortiums.get(id).and_then(|consortium| consortium.phase_on(on));
            phase.map_or(String::new(), |phase| spelled(serde_json::to_value(phase)))
        }
        EntityId::Emc(id) => {
            let rank = state.emcs.get(id).and_then(|emc| emc.rank_on(on));
            rank.map_or(String::new(), |rank| spelled(serde_json::to_value(rank)))
        }
        EntityId::Export(id) => {
            let voided = state.exports.get(id).is_some_and(|export| export.voided);
            if voided { "VOIDED" } else { "STANDING" }.to_owned()
        }
        EntityId::Training(id) => {
            let phase = state.trainings.get(id).and_then(|training| training.phase_on(on));
            phase.map_or(String::new(), |phase| spelled(serde_json::to_value(phase)))
        }
        EntityId::Research(id) => {
            let phase = state.researches.get(id).and_then(|research| research.phase_on(on));
            phase.map_or(String::new(), |phase| spelled(serde_json::to_value(phase)))
        }
        _ => String::new(),
    }
}
