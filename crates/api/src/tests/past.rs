//! A past view answers what the newest view of its position answered, byte for byte.

use daftar_domain::envelope::EntityId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::sums::day;
use crate::testing::{LEGAL_IDS, World, export};

/// Every read field, with filters, orders, pages, searches, totals and both axes of time.
const QUESTIONS: [&str; 10] = [
    "{ position recordedAt overview(period: {solarHijri: {year: 1398}}) { position
        smes { total active idle semiActive inRevival underConstruction closed exporting } industrialParks
        exportConsortiums exportManagementCompanies exports { count valueUsd netWeight byMonth { month valueUsd }
          byProvince { province count } byDestination { country valueUsd } byCommodityGroup { commodityGroup count }
          byChannel { channel valueUsd } } } }",
    "{ overview(period: {dates: {from: \"2019-04-10\", until: \"2019-08-07\"}}) { smes { total active idle exporting }
        exports { count valueUsd byProvince { province valueUsd } byMonth { month count } } }
       exportSummary(period: {solarHijri: {year: 1398}}, groupBy: [MONTH, PROVINCE, DESTINATION, CHANNEL]) {
         month province country channel count valueUsd netWeight share } }",
    "{ smes(first: 100) { totalCount nodes { id businessId legalId name nameLatin province { code } park { code }
        plot plotArea isic headcount sizeClass status statusSince idleReason utilisation version basis registeredOn
        before: status(on: \"2019-05-05\") statusHistory { status since until idleReason utilisation position }
        licences { kind number issuedOn expiresOn revokedOn position } inspections { on position }
        revivals { id stage version finding jobs closedOn steps { stage on position } referrals { to on position } }
        consortiums { totalCount nodes { joinedOn leftOn certificate position consortium { code } } }
        mandates { totalCount nodes { from until position emc { code } } }
        exports { totalCount nodes { id } } exportTotals { count valueUsd }
        exporting(period: {solarHijri: {year: 1398, toMonth: 3}})
        provenance { field position } later: provenance(on: \"2019-06-01\") { field position }
        history(last: 3) { totalCount nodes { position type entityVersion } } } } }",
    "{ on: smes(on: \"2019-06-15\", filter: {status: {in: [ACTIVE, SEMI_ACTIVE]}}) { totalCount nodes { name status headcount } }
       some: smes(filter: {status: {eq: ACTIVE}, province: {in: [\"IR-10\", \"IR-07\"]}}, orderBy: [{field: HEADCOUNT, direction: DESC}], first: 2) {
         totalCount pageInfo { hasNextPage endCursor } edges { cursor node { businessId } } }
       micro: smes(filter: {sizeClass: {eq: MICRO}}, orderBy: [{field: PROVINCE}, {field: REGISTERED_ON, direction: DESC}], last: 2) { totalCount
         pageInfo { hasPreviousPage startCursor } nodes { businessId } }
       idle: smes(filter: {not: {idleReason: {eq: MARKET}}, headcount: {from: 2}}) { totalCount nodes { businessId } }
       ever: smes(filter: {exportingEver: true}, orderBy: [{field: BUSINESS_ID}]) { totalCount nodes { businessId } }
       never: smes(filter: {exportingEver: false}, orderBy: [{field: REGISTERED_ON}]) { totalCount nodes { businessId } }
       spring: smes(filter: {exporting: {dates: {from: \"2019-03-10\", until: \"2019-05-10\"}}}) { totalCount }
       park: smes(filter: {parkCode: {eq: \"P-1\"}}) { totalCount } isic: smes(filter: {isic: {startsWith: \"10\"}}) { totalCount } }",
    "{ a: smes(search: \"واحد\") { totalCount nodes { name } } b: smes(search: \"نو\") { totalCount nodes { name } }
       c: smes(search: \"0000\") { totalCount nodes { businessId } }
       e: search(text: \"واحد\") { totalCount nodes { id } } g: smeSummary(groupBy: [PROVINCE, STATUS]) { province status count }
       h: smeSummary(groupBy: [SIZE_CLASS], on: \"2019-06-15\", filter: {status: {eq: ACTIVE}}) { sizeClass count }
       d: smes(search: \"واحد\", orderBy: [{field: HEADCOUNT}]) { totalCount nodes { name headcount } } }",
    "{ exports(first: 100) { totalCount nodes { id on month sme { businessId } emc { code } consortium { code } channel
        province { code } declaration hs commodityGroup destination { code } netWeight valueUsd voided voidedAt version
        provenance { field position } history { totalCount nodes { position } } } }
       voided: exports(voided: true) { totalCount nodes { id valueUsd voidedAt } }
       most: exports(orderBy: [{field: VALUE_USD, direction: DESC}], first: 3) { totalCount edges { cursor node { valueUsd } } }
       some: exports(filter: {destination: {in: [\"IQ\", \"CN\"]}, province: {eq: \"IR-10\"}}, orderBy: [{field: ON}]) { totalCount nodes { id } }
       days: exports(filter: {on: {period: {dates: {from: \"2019-04-03\", until: \"2019-06-20\"}}}}) { totalCount nodes { on } }
       through: exports(filter: {channel: {in: [CONSORTIUM, EMC]}}) { totalCount }
       declared: exports(filter: {declaration: {eq: \"00000003\"}}) { totalCount nodes { id } } }",
    "{ parks(first: 10) { totalCount nodes { id code name nameLatin kind province { code } area saleable plots allotted
        version smeCount smes { totalCount nodes { businessId } } provenance { field position }
        history { totalCount } } }
       zones: parks(filter: {kind: {eq: ZONE}}) { totalCount } found: parks(search: \"بزرگ\") { totalCount nodes { name } }
       park(code: \"P-2\") { name } }",
    "{ consortiums { totalCount nodes { id code name kind phase productGroup version phaseHistory { phase since position }
        members { totalCount nodes { sme { businessId } joinedOn leftOn position } } exports { totalCount }
        provenance { field position } history { totalCount } } }
       operating: consortiums(filter: {phase: {eq: OPERATING}}) { totalCount } renamed: consortiums(search: \"تازه\") { totalCount }
       emcs { totalCount nodes { id code name tradeCard consented withdrawnOn rank rankHistory { rank since position }
         version clients { totalCount nodes { sme { businessId } from until position } } exports { totalCount }
         provenance { field position } } }
       emc(code: \"EMC-1\") { consented(on: \"2019-05-01\") } consented: emcs(filter: {consented: true}) { totalCount } }",
    "{ revivals { totalCount nodes { id stage openedOn closedOn finding jobs sme { businessId } provenance { field position }
         history { totalCount } } }
       open: revivals(filter: {stage: {in: [IDENTIFIED, DIAGNOSED]}}) { totalCount } findings { totalCount
         nodes { rule fact cause entityId } }
       provinces { code smes { total active idle } past: smes(on: \"2019-05-05\") { total active } }
       industries(prefix: \"10\") { code smeCount } }",
    "{ events(after: \"7\", first: 100) { hasNextPage endPosition nodes { position entityVersion entity { id } } }
       changes(since: \"8\", first: 100) { hasNextPage endCursor nodes { entityId isNew eventCount firstPosition
         lastPosition events { totalCount nodes { position } } } }
       few: changes(since: \"12\", first: 2) { hasNextPage endCursor nodes { entityId } } }",
];

/// What happens, beside exports and moves, in a small world with every noun.
#[derive(Clone, Debug)]
enum Step {
    Sme(usize),
    Amend { sme: usize, what: usize, day: i32 },
    Status { sme: usize, kind: usize, day: i32 },
    Case { at: usize, kind: usize, day: i32 },
    License { sme: usize, kind: usize, day: i32 },
    Undo { at: usize, day: Option<i32> },
    Export { sme: usize, number: u32, day: i32, cents: i64, way: usize },
    Correct { at: usize, day: i32, cents: i64 },
    Void(usize),
    Park { kind: usize, day: i32 },
    Consortium { sme: usize, kind: usize, day: i32 },
    Emc { sme: usize, kind: usize, day: i32 },
}

fn step() -> impl Strategy<Value = Step> {
    let (sme, day) = (0..4_usize, 0..200);
    prop_oneof![
        1 => sme.clone().prop_map(Step::Sme),
        3 => (sme.clone(), 0..6_usize, day.clone()).prop_map(|(sme, what, day)| Step::Amend { sme, what, day }),
        4 => (sme.clone(), 0..4_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Status { sme, kind, day }),
        3 => (0..8_usize, 0..8_usize, day.clone()).prop_map(|(at, kind, day)| Step::Case { at, kind, day }),
        2 => (sme.clone(), 0..4_usize, day.clone()).prop_map(|(sme, kind, day)| Step::License { sme, kind, day }),
        3 => (0..1000_usize, prop::option::of(day.clone())).prop_map(|(at, day)| Step::Undo { at, day }),
        6 => (sme.clone(), 1..9_u32, day.clone(), 1..1_000_000_i64, 0..3_usize)
            .prop_map(|(sme, number, day, cents, way)| Step::Export { sme, number, day, cents, way }),
        2 => (0..1000_usize, day.clone(), 1..1_000_000_i64)
            .prop_map(|(at, day, cents)| Step::Correct { at, day, cents }),
        1 => (0..1000_usize).prop_map(Step::Void),
        1 => (0..4_usize, day.clone()).prop_map(|(kind, day)| Step::Park { kind, day }),
        3 => (sme.clone(), 0..7_usize, day.clone()).prop_map(|(sme, kind, day)| Step::Consortium { sme, kind, day }),
        2 => (sme, 0..6_usize, day).prop_map(|(sme, kind, day)| Step::Emc { sme, kind, day }),
    ]
}

/// A world under way: what the domain refuses of the steps is left out.
struct Play {
    world: World,
    smes: Vec<String>,
    exports: Vec<(String, u32, usize)>,
    cases: Vec<String>,
    facts: Vec<(EntityId, u64)>,
}

impl Play {
    fn begin() -> Self {
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
        Self { world, smes, exports: Vec::new(), cases: Vec::new(), facts: Vec::new() }
    }

    fn sme(&self, sme: usize) -> Value {
        json!({ "id": self.smes[sme % self.smes.len()] })
    }

    fn record(&mut self, name: &str, input: Value) -> Option<String> {
        let recorded = self.world.record(name, input).ok()?;
        let first = recorded.first()?;
        self.facts.push((first.event.entity, first.position));
        Some(first.event.entity.uuid()?.to_string())
    }

    fn step(&mut self, step: Step) {
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
                    ("ReviveUnit", json!({ "jobs": 7 })),
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
                    ("InspectSme", json!({})),
                ][kind]
                    .clone();
                (input["sme"], input["on"]) = (self.sme(sme), json!(day(on)));
                self.record(name, input);
            }
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
        }
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
            (EntityId::Consortium(_), _) => ("consortium", "VoidConsortiumFact"),
            (EntityId::Emc(_), _) => ("emc", "VoidEmcFact"),
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

/// The answers of the newest view, or of the one as of a position.
fn answers(world: &World, at: Option<u64>) -> Vec<String> {
    let answer = |question: &&str| {
        let (data, errors) = match at {
            None => world.ask_with(question, json!({})),
            Some(at) => {
                world.ask_with(&format!("{{ at(asOf: {{position: \"{at}\"}}) {question} }}"), json!({}))
            }
        };
        assert_eq!(errors, json!([]), "{question}");
        if at.is_some() { data["at"].to_string() } else { data.to_string() }
    };
    QUESTIONS.iter().map(answer).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 100, ..ProptestConfig::default() })]
    #[test]
    fn past_views_answer_as_the_newest_did(steps in prop::collection::vec(step(), 1..40)) {
        let mut play = Play::begin();
        let mut told = vec![(play.world.view.position, answers(&play.world, None))];
        for step in steps {
            play.step(step);
            if play.world.view.position != told[told.len() - 1].0 {
                told.push((play.world.view.position, answers(&play.world, None)));
            }
        }
        for (at, told) in told {
            let again = answers(&play.world, Some(at));
            for (question, (again, told)) in QUESTIONS.iter().zip(again.iter().zip(&told)) {
                prop_assert_eq!(again, told, "as of {}: {}", at, question);
            }
        }
    }
}

#[test]
fn the_two_axes_of_time_are_asked_apart() {
    let mut world = World::default();
    let sme = world.sme(1, "واحد", "IR-10", json!({}));
    let known = world.view.position;
    // Recorded later of an earlier day, and then moved to a later one.
    let idled =
        world.record("IdleSme", json!({ "sme": { "id": sme }, "reason": "MARKET", "on": "2019-10-01" }));
    let idled = idled.unwrap()[0].position;
    let redate =
        json!({ "sme": { "id": sme }, "position": idled.to_string(), "on": "2019-11-01", "reason": "OTHER" });
    world.record("RedateSmeFact", redate).unwrap();
    let told = |at: u64| {
        let data = world.ask(&format!(
            "{{ at(asOf: {{position: \"{at}\"}}) {{ position sme(businessId: \"000000000001\") {{
                october: status(on: \"2019-10-15\") december: status(on: \"2019-12-01\") status }} }} }}"
        ));
        let sme = &data["at"]["sme"];
        [&sme["october"], &sme["december"], &sme["status"]].map(|status| status.as_str().unwrap().to_owned())
    };
    assert_eq!(told(known), ["ACTIVE", "ACTIVE", "ACTIVE"]);
    assert_eq!(told(idled), ["IDLE", "IDLE", "IDLE"]);
    assert_eq!(told(idled + 1), ["ACTIVE", "IDLE", "IDLE"]);
    // Within the command that took the unit over, the command before it counts.
    let data = world.ask(&format!(
        "{{ at(asOf: {{position: \"{}\"}}) {{ position smes {{ totalCount }} }} }}",
        known - 1
    ));
    assert_eq!(data["at"]["smes"]["totalCount"], 0);
    assert!(data["at"]["position"].as_str().unwrap().parse::<u64>().unwrap() < known - 1);
}

#[test]
fn points_that_the_record_does_not_have_are_refused() {
    let world = World::default();
    let last = world.view.position;
    for as_of in [
        "position: \"0\"".to_owned(),
        format!("position: \"{}\"", last + 1),
        "time: \"1999-01-01T00:00:00.000Z\"".to_owned(),
        "time: \"2199-01-01T00:00:00.000Z\"".to_owned(),
    ] {
        assert_eq!(world.refused(&format!("{{ at(asOf: {{{as_of}}}) {{ position }} }}")), "INVALID_AS_OF");
    }
    assert_eq!(world.refused("{ at(asOf: {time: \"today\"}) { position } }"), "INVALID_VALUE");
    assert_eq!(
        world.refused(&format!("{{ changes(since: \"{}\") {{ hasNextPage }} }}", last + 1)),
        "INVALID_AS_OF"
    );
}

#[test]
fn a_field_knows_the_event_that_set_it() {
    let mut world = World::default();
    let sme = world.sme(1, "واحد", "IR-10", json!({ "headcount": 4 }));
    let key = json!({ "id": sme });
    let mut position = |name: &str, mut input: Value| {
        input["sme"] = key.clone();
        world.record(name, input).unwrap()[0].position
    };
    let amended = position("AmendSme", json!({ "headcount": 60, "on": "2019-05-01" }));
    position("AmendSme", json!({ "nameLatin": "New", "on": "2019-06-01" }));
    let idled = position("IdleSme", json!({ "reason": "MARKET", "on": "2019-07-01" }));
    let fact = |position: u64| json!({ "position": position.to_string(), "reason": "OTHER" });
    let mut redate = fact(idled);
    redate["on"] = json!("2019-08-01");
    let redated = position("RedateSmeFact", redate);
    let export_id = world.export(&sme, 1, "2019-04-01", "10.00", json!({}));
    let exported = world.view.position;
    let right = export(&sme, 1, "2019-04-01", "11.00", json!({}));
    let right = json!({ "export": { "id": export_id }, "details": right, "reason": "SOURCE_CORRECTED" });
    let corrected = world.record("CorrectExport", right).unwrap()[0].position;
    let data = world.ask(&format!(
        "{{ sme(businessId: \"000000000001\") {{
            taken: provenance(fields: [BUSINESS_ID, NAME, PLOT]) {{ position event {{ basis }} }}
            count: provenance(fields: [HEADCOUNT]) {{ field position event {{ type data }} }}
            before: provenance(fields: [HEADCOUNT, STATUS], on: \"2019-04-01\") {{ position event {{ type }} }}
            status: provenance(fields: [STATUS, STATUS_SINCE, IDLE_REASON]) {{ position }} }}
          exports {{ nodes {{ provenance(fields: [VALUE_USD, DESTINATION, EMC]) {{ position }} }} }}
          at(asOf: {{position: \"{idled}\"}}) {{ sme(businessId: \"000000000001\") {{
            provenance(fields: [STATUS_SINCE]) {{ position }} }} }} }}"
    ));
    let positions = |told: &Value| -> Vec<Option<u64>> {
        let told = told.as_array().unwrap().iter();
        told.map(|told| told["position"].as_str().map(|position| position.parse().unwrap())).collect()
    };
    let sme_told = &data["sme"];
    assert_eq!(sme_told["taken"][0]["event"]["basis"], "TAKEN_OVER");
    assert_eq!(positions(&sme_told["taken"])[2], None);
    assert_eq!(positions(&sme_told["count"]), [Some(amended)]);
    assert_eq!(
        (&sme_told["count"][0]["field"], &sme_told["count"][0]["event"]["type"]),
        (&json!("HEADCOUNT"), &json!("SmeAmended"))
    );
    assert_eq!(sme_told["before"][0]["event"]["type"], "SmeRegistered");
    assert_eq!(sme_told["before"][1]["event"]["type"], "SmeActivated");
    assert_eq!(positions(&sme_told["status"]), [Some(idled), Some(redated), Some(idled)]);
    assert_eq!(
        positions(&data["exports"]["nodes"][0]["provenance"]),
        [Some(corrected), Some(exported), None]
    );
    assert_eq!(positions(&data["at"]["sme"]["provenance"]), [Some(idled)]);
    // A voided fact sets nothing any more: the one before it does again.
    let mut void = fact(idled);
    void["sme"] = json!({ "id": sme });
    world.record("VoidSmeFact", void).unwrap();
    let data = world
        .ask("{ sme(businessId: \"000000000001\") { provenance(fields: [STATUS]) { event { type } } } }");
    assert_eq!(data["sme"]["provenance"][0]["event"]["type"], "SmeActivated");
}

#[test]
fn changes_are_told_entity_by_entity() {
    let mut world = World::default();
    let first = world.sme(1, "واحد", "IR-10", json!({}));
    let since = world.view.position;
    world.sme(2, "واحد", "IR-07", json!({}));
    world.given("AmendSme", json!({ "sme": { "id": first }, "headcount": 4, "on": "2019-05-01" }));
    world.export(&first, 1, "2019-04-01", "10.00", json!({}));
    let page = |after: &str| {
        let data = world.ask(&format!(
            "{{ changes(since: \"{since}\", first: 2{after}) {{ hasNextPage endCursor nodes {{ isNew eventCount
                entity {{ ... on Sme {{ businessId }} ... on Export {{ valueUsd }} }}
                events {{ nodes {{ type }} }} }} }} }}"
        ));
        data["changes"].clone()
    };
    let told = page("");
    assert_eq!(told["nodes"][0]["entity"]["businessId"], "000000000002");
    assert_eq!(told["nodes"][0]["isNew"], true);
    assert_eq!(told["nodes"][1]["entity"]["businessId"], "000000000001");
    // The export concerns the unit.
    assert_eq!((&told["nodes"][1]["isNew"], &told["nodes"][1]["eventCount"]), (&json!(false), &json!(2)));
    assert_eq!(told["hasNextPage"], true);
    let told = page(&format!(", after: {}", told["endCursor"]));
    assert_eq!(told["nodes"][0]["entity"]["valueUsd"], "10.00");
    assert_eq!((told["nodes"].as_array().unwrap().len(), &told["hasNextPage"]), (1, &json!(false)));
    let data = world.ask(&format!(
        "{{ at(asOf: {{position: \"{}\"}}) {{ changes(since: \"{since}\") {{ nodes {{ isNew eventCount }} }} }} }}",
        world.view.position - 1
    ));
    assert_eq!(data["at"]["changes"]["nodes"][1], json!({ "isNew": false, "eventCount": 1 }));
}
