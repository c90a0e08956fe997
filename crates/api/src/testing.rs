//! A small world for tests: commands decided by the domain on one day, folded into a view, asked in GraphQL.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use async_graphql::{EmptyMutation, EmptySubscription, Request, Schema, Variables};
use daftar_domain::envelope::{Context, EntityId, Event, Recorded};
use daftar_domain::policy::{Actor, Warrant};
use daftar_domain::rejection::Rejection;
use daftar_domain::value::{CommandId, Date, Fingerprint, Moment};
use daftar_domain::{Command, State, decide, evolve, reference};
use serde_json::{Value, json};

use crate::schema::QueryRoot;
use crate::view::View;

/// Legal IDs with a right check digit.
pub const LEGAL_IDS: [&str; 5] = ["10380284790", "14001234562", "10860001235", "10380007775", "14123456700"];

static SCHEMA: LazyLock<Schema<QueryRoot, EmptyMutation, EmptySubscription>> =
    LazyLock::new(|| Schema::new(QueryRoot::default(), EmptyMutation, EmptySubscription));

/// What was recorded, and the view of it.
pub struct World {
    /// The domain's state.
    pub state: State,
    /// The events so far.
    pub events: Vec<Arc<Recorded>>,
    /// The view of them.
    pub view: View,
    versions: HashMap<EntityId, u32>,
    today: Date,
}

impl Default for World {
    fn default() -> Self {
        let mut world = Self {
            state: State::default(),
            events: Vec::new(),
            view: View::default(),
            versions: HashMap::new(),
            today: Date::new(2019, 12, 22).unwrap(),
        };
        world.fold(reference::shipped());
        world
    }
}

impl World {
    /// Decides a command, written as the JSON of its input, and folds what follows.
    pub fn record(&mut self, name: &str, input: Value) -> Result<Vec<Arc<Recorded>>, Rejection> {
        let command: Command = serde_json::from_value(json!({ "type": name, "input": input }))
            .unwrap_or_else(|error| panic!("{name} {input}: {error}"));
        // Every word of the seed differs between commands: IDs are drawn from all of them.
        let seed = std::array::from_fn(|index| (self.events.len() >> (index % 8 * 8)) as u8);
        let context = Context::new(Moment::start_of_tehran_day(self.today), seed);
        Ok(self.fold(decide(&self.state, &command, &context)?))
    }

    /// The same, for a command that is accepted; tells the ID of the entity of its first event.
    pub fn given(&mut self, name: &str, input: Value) -> String {
        let recorded =
            self.record(name, input.clone()).unwrap_or_else(|error| panic!("{name} {input}: {error:?}"));
        recorded[0].event.entity.uuid().unwrap().to_string()
    }

    fn fold(&mut self, events: Vec<Event>) -> Vec<Arc<Recorded>> {
        let of = events.len() as u16;
        let first = self.events.len() as u64 + 1;
        let mut recorded = Vec::new();
        for (index, event) in (0..).zip(events) {
            let version = self.versions.entry(event.entity).or_default();
            *version += 1;
            recorded.push(Arc::new(Recorded {
                position: first + u64::from(index),
                entity_version: *version,
                recorded_at: Moment::start_of_tehran_day(self.today),
                command_id: CommandId::new(uuid::Uuid::from_u128(u128::from(first))),
                command_hash: Fingerprint([0; 32]),
                index: index + 1,
                of,
                actor: Warrant::LOCAL.actor,
                role: Warrant::LOCAL.role,
                authority: Warrant::LOCAL.authority,
                proposer: None,
                approver: None,
                event,
            }));
        }
        self.events.extend(recorded.iter().cloned());
        for recorded in &recorded {
            evolve(&mut self.state, recorded);
            self.view.fold(recorded);
        }
        self.view.state = self.state.clone();
        self.view.events = Some(Arc::new(self.events.clone()));
        self.view.settle();
        recorded
    }

    /// Asks, and answers the data; fails on errors.
    pub fn ask(&self, query: &str) -> Value {
        let (data, errors) = self.ask_with(query, json!({}));
        assert_eq!(errors, json!([]), "{query}");
        data
    }

    /// Asks with variables, and answers data and errors.
    pub fn ask_with(&self, query: &str, variables: Value) -> (Value, Value) {
        let request = Request::new(query)
            .variables(Variables::from_json(variables))
            .data(Arc::new(self.view.clone()))
            .data(Actor::LOCAL);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(SCHEMA.execute(request));
        (serde_json::to_value(&response.data).unwrap(), serde_json::to_value(&response.errors).unwrap())
    }

    /// The code of the one error that a question is answered with.
    pub fn refused(&self, query: &str) -> String {
        let (_, errors) = self.ask_with(query, json!({}));
        assert_eq!(errors.as_array().map(Vec::len), Some(1), "{query}: {errors}");
        errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{errors}")).to_owned()
    }

    /// Takes over a unit, active since 2015-03-21 unless `status` says otherwise.
    pub fn sme(&mut self, number: u64, name: &str, province: &str, more: Value) -> String {
        let mut details = json!({
            "businessId": format!("{number:012}"), "legalId": LEGAL_IDS[number as usize % 5], "name": name,
            "province": province, "isic": "1010",
        });
        let mut status = json!("ACTIVE");
        for (field, value) in more.as_object().unwrap() {
            if field == "status" { status = value.clone() } else { details[field] = value.clone() }
        }
        let licence =
            json!({ "number": format!("L{number}"), "issued": "2015-03-21", "expires": "2030-03-21" });
        self.given("TakeOverSme", json!({ "details": details, "licence": licence, "status": status }))
    }

    /// Records an export of a unit.
    pub fn export(&mut self, sme: &str, number: u32, on: &str, usd: &str, more: Value) -> String {
        self.given("RecordExport", json!({ "details": export(sme, number, on, usd, more) }))
    }
}

/// What is declared of an export of a unit.
pub fn export(sme: &str, number: u32, on: &str, usd: &str, more: Value) -> Value {
    let mut details = json!({
        "exporter": { "sme": { "id": sme } }, "office": "بندر عباس", "declaration": format!("{number:08}"), "item": 1,
        "hs": "08042010", "destination": "IQ", "netWeight": "100.5", "valueUsd": usd, "on": on,
    });
    for (field, value) in more.as_object().unwrap() {
        details[field] = value.clone();
    }
    details
}
