//! Histories of a small world with every noun: what the domain refuses of their steps is left out.

mod programmes;

use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::rejection::Code;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::{LEGAL_IDS, World, export};
use crate::tests::sums::day;

/// What happens, beside exports and moves, in a small world with every noun.
#[derive(Clone, Debug)]
pub enum Step {
    Sme(usize),
    Amend { sme: usize, what: usize, day: i32 },
    Status { sme: usize, kind: usize, day: i32 },
    Case { at: usize, kind: usize, day: i32 },
    License { sme: usize, kind: usize, day: i32 },
    Programme { sme: usize, kind: usize, day: i32 },
    Undo { at: usize, day: Option<i32> },
    Export { sme: usize, number: u32, day: i32, cents: i64, way: usize },
    Correct { at: usize, day: i32, cents: i64 },
    Void(usize),
    Park { kind: usize, day: i32 },
    Consortium { sme: usize, kind: usize, day: i32 },
    Emc { sme: usize, kind: usize, day: i32 },
    Training { who: usize, kind: usize, day: i32 },
    Research { at: usize, kind: usize, day: i32 },
    Statement { at: usize, kind: usize, day: i32 },
    Close(u8),
}

/// Any step.
pub fn step() -> impl Strategy<Value = Step> {
    let (sme, day) = (0..4_usize, 0..200);
    prop_oneof![
        1 => sme.clone().prop_map(Step::Sme),
        3 => (sme.clone(), 0..6_usize, day.clone()).prop_map(|(sme, what, day)| Step::Amend { sme, what, day }),
        4 => (sme.clone(), 0..4_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Status { sme, kind, day }),
        3 => (0..8_usize, 0..8_usize, day.clone()).prop_map(|(at, kind, day)| Step::Case { at, kind, day }),
        2 => (sme.clone(), 0..5_usize, day.clone()).prop_map(|(sme, kind, day)| Step::License { sme, kind, day }),
        4 => (sme.clone(), 0..8_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Programme { sme, kind, day }),
        3 => (0..1000_usize, prop::option::of(day.clone())).prop_map(|(at, day)| Step::Undo { at, day }),
        6 => (sme.clone(), 1..9_u32, day.clone(), 1..1_000_000_i64, 0..3_usize)
            .prop_map(|(sme, number, day, cents, way)| Step::Export { sme, number, day, cents, way }),
        2 => (0..1000_usize, day.clone(), 1..1_000_000_i64)
            .prop_map(|(at, day, cents)| Step::Correct { at, day, cents }),
        1 => (0..1000_usize).prop_map(Step::Void),
        1 => (0..5_usize, day.clone()).prop_map(|(kind, day)| Step::Park { kind, day }),
        3 => (sme.clone(), 0..7_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Consortium { sme, kind, day }),
        2 => (sme.clone(), 0..6_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Emc { sme, kind, day }),
        6 => (sme.clone(), 0..10_usize, day.clone()).prop_map(|(who, kind, day)| Step::Training { who, kind, day }),
        4 => (sme, 0..9_usize, day.clone()).prop_map(|(at, kind, day)| Step::Research { at, kind, day }),
        3 => (0..6_usize, 0..6_usize, day).prop_map(|(at, kind, day)| Step::Statement { at, kind, day }),
        1 => (1..7_u8).prop_map(Step::Close),
    ]
}

/// A world under way: what the domain refuses of the steps is left out.
pub struct Play {
    /// The world as it is.
    pub world: World,
    smes: Vec<String>,
    exports: Vec<(String, u32, usize)>,
    cases: Vec<String>,
    facts: Vec<(EntityId, u64)>,
    statements: Vec<String>,
}

impl Play {
    /// A world with three units in two parks.
    pub fn begin() -> Self {
        let mut world = World::default();
        for (code, name) in [("P-1", "شهرک کوچک"), ("P-2", "شهرک دور")] {
            world.given(
                "EstablishPark",
                json!({ "code": code, "name": name, "kind": "PARK", "province": "IR-10", "area": "10", "plots": 9,
                    "on": "2001-03-21" }),
            );
        }
        let smes = (0..3)
            .map(|number| {
                world.sme(number, "واحد نمونه", ["IR-10", "IR-07", "IR-23"][number as usize], json!({}))
            })
            .collect();
        Self {
            world,
            smes,
            exports: Vec::new(),
            cases: Vec::new(),
            facts: Vec::new(),
            statements: Vec::new(),
        }
    }

    fn sme(&self, sme: usize) -> Value {
        json!({ "id": self.smes[sme % self.smes.len()] })
    }

    fn record(&mut self, name: &str, input: Value) -> Option<String> {
        let mut recorded = self.world.record(name, input.clone());
        if recorded.as_ref().is_err_and(|error| error.code == Code::PeriodClosed) {
            let command = json!({ "type": name, "input": input });
            recorded =
                self.world.record("RestateFact", json!({ "command": command, "reason": "SOURCE_CORRECTED" }));
        }
        let recorded = recorded.ok()?;
        // What restates a fact begins with the period that it lies in.
        let of_fact = |event: &&std::sync::Arc<Recorded>| !matches!(event.event.entity, EntityId::Closing(_));
        let first = recorded.iter().find(of_fact).or(recorded.first())?;
        self.facts.push((first.event.entity, first.position));
        Some(first.event.entity.uuid()?.to_string())
    }

    /// Takes a step, if the domain lets it.
    pub fn step(&mut self, step: Step) {
        match step {
            Step::Sme(park) => {
                if self.smes.len() < 5 {
                    let more = json!({ "park": { "code": (["P-1", "P-2"][park % 2]) }, "headcount": 4 });
                    let number = self.smes.len() as u64;
                    self.smes.push(self.world.sme(number, "واحد", "IR-10", more));
                }
            }
            Step::Amend { sme, what, day: on } => {
                let mut input = [
                    json!({ "headcount": 3 }),
                    json!({ "headcount": 60, "nameLatin": "New" }),
                    json!({ "name": format!("نو {on}") }),
                    json!({ "province": "IR-08" }),
                    json!({ "park": { "code": "P-1" }, "province": "IR-10", "plot": "7" }),
                    json!({ "isic": "1030" }),
                ][what]
                    .clone();
                (input["sme"], input["on"]) = (self.sme(sme), json!(day(on)));
                self.record("AmendSme", input);
            }
            Step::Status { sme, kind, day: on } => {
                let (name, mut input) = [
                    ("ReduceSme", json!({ "utilisation": 40 })),
                    ("ActivateSme", json!({ "utilisation": 80 })),
                    ("IdleSme", json!({ "reason": "MARKET" })),
                    ("CloseSme", json!({ "reason": "INSOLVENCY" })),
                ][kind]
                    .clone();
                (input["sme"], input["on"]) = (self.sme(sme), json!(day(on)));
                self.record(name, input);
            }
            Step::Case { at, kind, day: on } => {
                if kind == 0 || self.cases.is_empty() {
                    let input = json!({ "sme": self.sme(at), "on": day(on) });
                    let opened = self.record("OpenRevival", input);
                    self.cases.extend(opened);
                    return;
                }
                let (name, mut input) = [
                    ("DiagnoseRevival", json!({ "finding": "MACHINERY" })),
                    ("PlanRevival", json!({})),
                    ("ReferRevival", json!({ "to": "BANK" })),
                    ("RestartProduction", json!({})),
                    ("VerifyRestart", json!({})),
                    ("ReviveUnit", json!({ "jobs": 7, "utilisation": 60 })),
                    ("AbandonRevival", json!({ "reason": "OTHER" })),
                ][kind - 1]
                    .clone();
                let case = &self.cases[at % self.cases.len()];
                (input["revival"], input["on"]) = (json!(case), json!(day(on)));
                self.record(name, input);
            }
            Step::License { sme, kind, day: on } => {
                let until = day(on).plus_years(1);
                let (name, mut input) = [
                    ("InspectSme", json!({})),
                    ("IssueEstablishmentLicence", json!({ "number": "E-1", "expires": until })),
                    ("RevokeLicence", json!({ "kind": "ESTABLISHMENT", "number": "E-1", "reason": "OTHER" })),
                    ("ReportProgress", json!({ "progress": 40, "verified": true })),
                    (
                        "ExtendEstablishmentLicence",
                        json!({ "number": "E-1", "expires": until.plus_days(90) }),
                    ),
                ][kind]
                    .clone();
                (input["sme"], input["on"]) = (self.sme(sme), json!(day(on)));
                self.record(name, input);
            }
            Step::Programme { sme, kind, day: on } => self.programme(sme, kind, on),
            Step::Undo { at, day: on } => self.undo(at, on),
            Step::Export { sme, number, day: on, cents, way } => {
                let details = self.details(sme, number, on, cents, way);
                let sme = sme % self.smes.len();
                if let Some(id) = self.record("RecordExport", json!({ "details": details })) {
                    self.exports.push((id, number, sme));
                }
            }
            Step::Correct { at, day: on, cents } => {
                let Some((id, number, sme)) = self.exports.get(at % self.exports.len().max(1)).cloned()
                else {
                    return;
                };
                let details = self.details(sme + at % 2, number, on, cents, at % 3);
                let input =
                    json!({ "export": { "id": id }, "details": details, "reason": "SOURCE_CORRECTED" });
                self.record("CorrectExport", input);
            }
            Step::Void(at) => {
                let Some((id, ..)) = self.exports.get(at % self.exports.len().max(1)).cloned() else {
                    return;
                };
                self.record("VoidExport", json!({ "export": { "id": id }, "reason": "DUPLICATE" }));
            }
            Step::Park { kind: 4, day: on } => {
                let industries = [vec![], vec!["1030", "1393"]][on as usize % 2].clone();
                let park = json!({ "code": (["P-1", "P-2"][on as usize % 3 % 2]) });
                let input = json!({ "park": park, "industries": industries, "on": day(on) });
                self.record("SpecialisePark", input);
            }
            Step::Park { kind, day: on } => {
                let mut input = [
                    json!({ "name": "شهرک بزرگ" }),
                    json!({ "kind": "ZONE" }),
                    json!({ "area": "12.5", "saleable": "8" }),
                    json!({ "plots": 20 }),
                ][kind]
                    .clone();
                (input["park"], input["on"]) = (json!({ "code": "P-1" }), json!(day(on)));
                self.record("RevisePark", input);
            }
            Step::Consortium { sme, kind, day: on } => self.consortium(sme, kind, on),
            Step::Emc { sme, kind, day: on } => self.emc(sme, kind, on),
            Step::Training { who, kind, day: on } => self.training(who, kind, on),
            Step::Research { at, kind, day: on } => self.research(at, kind, on),
            Step::Statement { at, kind, day: on } => self.statement(at, kind, on),
            Step::Close(month) => {
                self.record("ClosePeriod", json!({ "period": { "month": format!("1398-{month:02}") } }));
            }
        }
    }

    fn statement(&mut self, at: usize, kind: usize, on: i32) {
        let (measure, figure) = [
            ("UNITS", json!({ "count": on })),
            ("ACTIVE_SHARE", json!({ "share": "0.7800" })),
            ("EXPORTS", json!({ "usd": format!("{on}.00") })),
        ][kind % 3]
            .clone();
        let mut facts = json!({
            "source": "سازمان صنایع کوچک", "publishedOn": "2019-12-01", "measure": measure, "qualifier": "OVER",
            "figure": figure,
        });
        if measure == "EXPORTS" {
            facts["period"] = json!({ "from": "2019-03-01", "until": day(on + 1) });
        }
        let mut input = json!({ "details": { "facts": facts, "on": day(on) } });
        let known = self.statements.get(at % self.statements.len().max(1)).cloned();
        match (known, kind) {
            (Some(known), 3..) => {
                (input["statement"], input["reason"]) = (json!(known), json!("SOURCE_CORRECTED"));
                let void = json!({ "statement": known, "reason": "DATA_ENTRY_ERROR" });
                let (name, input) =
                    if kind == 5 { ("VoidStatement", void) } else { ("CorrectStatement", input) };
                self.record(name, input);
            }
            _ => {
                let recorded = self.record("RecordStatement", input);
                self.statements.extend(recorded);
            }
        }
    }

    fn programme(&mut self, sme: usize, kind: usize, on: i32) {
        let (name, mut input) = match kind {
            0 | 1 => {
                let plot = json!({ "park": { "code": "P-1" }, "plot": (["1", "7"][kind]), "deadline": day(on + 20) });
                ("AllocatePlot", plot)
            }
            2 => ("AdvancePlot", json!({ "stage": "BUILT" })),
            3 => ("RepossessPlot", json!({ "reason": "CONDITION_NOT_MET" })),
            4 | 5 => {
                let grade = ["START_UP", "INDUSTRIAL"][kind - 4];
                ("GrantGrade", json!({ "grade": grade, "until": day(on + 60) }))
            }
            6 => ("WithdrawGrade", json!({ "reason": "OTHER" })),
            _ => {
                let merge = json!({ "survivor": self.sme(sme + 1), "merged": self.sme(sme), "on": day(on),
                    "reason": "DUPLICATE" });
                self.record("MergeSmes", merge);
                return;
            }
        };
        (input["sme"], input["on"]) = (self.sme(sme), json!(day(on)));
        self.record(name, input);
    }

    fn undo(&mut self, at: usize, on: Option<i32>) {
        let Some((entity, position)) = self.facts.get(at % self.facts.len().max(1)).copied() else { return };
        let mut input = json!({ "position": position.to_string(), "reason": "OTHER" });
        let id = json!({ "id": entity.uuid() });
        let (noun, name) = match (entity, on) {
            (EntityId::Sme(_), Some(on)) => {
                input["on"] = json!(day(on));
                ("sme", "RedateSmeFact")
            }
            (EntityId::Sme(_), None) => ("sme", "VoidSmeFact"),
            (EntityId::Revival(case), _) => {
                input["revival"] = json!(case);
                self.record("VoidRevivalFact", input);
                return;
            }
            (EntityId::Consortium(_), _) => ("consortium", "VoidConsortiumFact"),
            (EntityId::Emc(_), _) => ("emc", "VoidEmcFact"),
            (EntityId::Training(_), _) => ("training", "VoidTrainingFact"),
            (EntityId::Research(_), _) => ("research", "VoidResearchFact"),
            _ => return,
        };
        input[noun] = id;
        self.record(name, input);
    }

    fn details(&self, sme: usize, number: u32, on: i32, cents: i64, way: usize) -> Value {
        let more = json!({ "destination": (["IQ", "CN", "AF"][number as usize % 3]) });
        let usd = format!("{}.{:02}", cents / 100, cents % 100);
        let sme = &self.smes[sme % self.smes.len()];
        let mut details = export(sme, number, &day(on).to_string(), &usd, more);
        match way {
            1 => details["consortium"] = json!({ "code": "CON-1" }),
            2 => {
                details["exporter"] = json!({ "emc": { "emc": { "code": "EMC-1" }, "sme": { "id": sme } } });
            }
            _ => {}
        }
        details
    }

    fn consortium(&mut self, sme: usize, kind: usize, on: i32) {
        let sme = self.sme(sme);
        let key = json!({ "code": "CON-1" });
        let input = match kind {
            0 => {
                let details =
                    json!({ "code": "CON-1", "name": "کنسرسیوم", "kind": "SALES", "productGroup": "FOOD" });
                self.record("TakeOverConsortium", json!({ "details": details, "formed": day(on) }));
                return;
            }
            1 => ("TakeOverMember", json!({ "member": { "sme": sme, "joined": day(on) } })),
            2 => ("TakeOverPhase", json!({ "phase": "OPERATING", "on": day(on) })),
            3 => ("ReleaseMember", json!({ "sme": sme, "on": day(on), "reason": "HOLDER_REQUEST" })),
            4 => ("ReviseConsortium", json!({ "name": "کنسرسیوم تازه", "on": day(on) })),
            5 => ("AdmitMember", json!({ "sme": sme, "on": day(on) })),
            _ => ("DissolveConsortium", json!({ "on": day(on), "reason": "OTHER" })),
        };
        let (name, mut input) = input;
        input["consortium"] = key;
        self.record(name, input);
    }

    fn emc(&mut self, sme: usize, kind: usize, on: i32) {
        let sme = self.sme(sme);
        let (name, mut input) = match kind {
            0 => {
                let details = json!({ "code": "EMC-1", "name": "مدیریت صادرات", "legalId": LEGAL_IDS[0], "tradeCard": "T-1" });
                self.record("TakeOverEmc", json!({ "details": details, "consented": "2010-03-21" }));
                return;
            }
            1 => ("GrantMandate", json!({ "sme": sme, "from": day(on) })),
            2 => ("EndMandate", json!({ "sme": sme, "on": day(on), "reason": "HOLDER_REQUEST" })),
            3 => ("RankEmc", json!({ "rank": "THIRD", "on": day(on) })),
            4 => ("ReviseEmc", json!({ "name": "مدیریت تازه", "on": day(on) })),
            _ => ("WithdrawConsent", json!({ "on": day(on), "reason": "OTHER" })),
        };
        input["emc"] = json!({ "code": "EMC-1" });
        self.record(name, input);
    }
}
