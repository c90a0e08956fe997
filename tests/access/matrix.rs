//! Every root field, every field of a class of its own and every command, by every role. What is in the schema and not
//! here makes a test fail.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use daftar_api::auth::{class_of, listed};
use daftar_domain::policy::{CommandKind, DataClass, Reading, Role, Verdict};
use serde_json::{Value, json};

use super::sample::{Samples, input_of, kind_of};
use super::{IDLE, NAME, Recorded, record, registrar};
use crate::support::provider::{ask, serve, submit, token};
use crate::support::{Running, daftar, folder};

/// A question for each root field, and for each field with a class of its own.
const QUESTIONS: &[(&str, &str, &str)] = &[
    ("Query", "at", r#"at(asOf: { position: "5" }) { position }"#),
    ("Query", "changes", r#"changes(since: "0") { nodes { entityId } }"#),
    ("Query", "checkpoint", "checkpoint { size }"),
    (
        "Query",
        "closedPeriod",
        r#"closedPeriod(id: "Y2xvc2luZzowMTg2MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDE") { id }"#,
    ),
    ("Query", "closedPeriods", "closedPeriods { totalCount }"),
    ("Query", "commodityGroups", "commodityGroups { __typename }"),
    ("Query", "consistencyProof", r#"consistencyProof(from: "1", to: "5") { hashes }"#),
    ("Query", "consortium", r#"consortium(by: { code: "C-1" }) { id }"#),
    ("Query", "consortiums", "consortiums { totalCount }"),
    ("Query", "countries", "countries { __typename }"),
    ("Query", "emc", r#"emc(by: { code: "M-1" }) { id }"#),
    ("Query", "emcs", "emcs { totalCount }"),
    ("Query", "event", r#"event(position: "REGISTERED") { entityId }"#),
    ("Query", "events", r#"events(first: 100) { nodes { entityId } }"#),
    ("Query", "export", r#"export(by: { id: "EXPORT" }) { id }"#),
    (
        "Query",
        "exportSummary",
        "exportSummary(period: { solarHijri: { year: 1397 } }, groupBy: [MONTH]) { count }",
    ),
    ("Query", "exports", "exports { nodes { id } }"),
    ("Query", "findings", "findings { nodes { entityId } }"),
    ("Query", "industries", r#"industries(prefix: "13") { __typename }"#),
    ("Query", "keyRotations", "keyRotations { position }"),
    ("Query", "node", r#"node(id: "SME") { __typename }"#),
    ("Query", "nodes", r#"nodes(ids: ["SME"]) { __typename }"#),
    ("Query", "overview", "overview(period: { solarHijri: { year: 1398 } }) { smes { total } }"),
    ("Query", "person", r#"person(id: "PERSON") { id }"#),
    ("Query", "park", r#"park(by: { code: "P-1" }) { name }"#),
    ("Query", "parks", "parks { totalCount }"),
    ("Query", "position", "position"),
    ("Query", "proposals", "proposals { nodes { id input } }"),
    ("Query", "province", r#"province(code: "IR-10") { __typename }"#),
    ("Query", "provinces", "provinces { __typename }"),
    (
        "Query",
        "publishedFigure",
        r#"publishedFigure(id: "cHVibGljYXRpb246MDE4NjAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx") { id }"#,
    ),
    ("Query", "publishedFigures", "publishedFigures { totalCount }"),
    ("Query", "reconciliation", "reconciliation { nodes { claimed recorded honoured } }"),
    ("Query", "recordedAt", "recordedAt"),
    ("Query", "research", r#"research(by: { code: "R-1" }) { id }"#),
    ("Query", "researchProjects", "researchProjects { totalCount }"),
    (
        "Query",
        "researchSummary",
        "researchSummary(period: { solarHijri: { year: 1398 } }, groupBy: [TOPIC]) { approved }",
    ),
    ("Query", "revival", r#"revival(id: "REVIVAL") { __typename }"#),
    ("Query", "revivalSummary", "revivalSummary(period: { solarHijri: { year: 1398 } }) { revived }"),
    ("Query", "revivals", "revivals { totalCount }"),
    ("Query", "search", r#"search(text: "فرش") { totalCount }"#),
    ("Query", "sme", r#"sme(by: { id: "SME" }) { name }"#),
    ("Query", "smeSummary", "smeSummary { count }"),
    ("Query", "smes", "smes { totalCount }"),
    ("Query", "training", r#"training(by: { code: "T-1" }) { id }"#),
    (
        "Query",
        "trainingSummary",
        "trainingSummary(period: { solarHijri: { year: 1398 } }, groupBy: [KIND]) { courses }",
    ),
    ("Query", "trainings", "trainings { totalCount }"),
    (
        "Query",
        "statement",
        r#"statement(id: "c3RhdGVtZW50OjAxODYwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ") { id }"#,
    ),
    ("Query", "statements", "statements { totalCount }"),
    ("Query", "viewer", "viewer { roles }"),
    ("Event", "reasonText", r#"event(position: "REGISTERED") { reasonText(purpose: REGISTRY) { value } }"#),
    ("Event", "actorId", r#"event(position: "REGISTERED") { actorId }"#),
    ("Event", "line", r#"event(position: "REGISTERED") { line }"#),
    (
        "PeriodRevivals",
        "exports",
        "overview(period: { solarHijri: { year: 1398 } }) { revivals { exports { count } } }",
    ),
    ("Proposal", "proposerId", "proposals { nodes { proposerId } }"),
    ("Consortium", "people", r#"consortium(by: { code: "C-1" }) { people { totalCount } }"#),
    ("Emc", "people", r#"emc(by: { code: "M-1" }) { people { totalCount } }"#),
    ("Sme", "people", r#"sme(by: { id: "SME" }) { people { nodes { person { id name { state } } } } }"#),
    ("Sme", "exporting", r#"sme(by: { id: "SME" }) { exporting(period: { solarHijri: { year: 1398 } }) }"#),
];

/// Somebody who asks: a role, and whether its provinces are those of what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Who {
    role: Role,
    home: bool,
}

const EVERYBODY: [Who; 9] = [
    Who { role: Role::Local, home: true },
    Who { role: Role::Public, home: false },
    Who { role: Role::Operator, home: true },
    Who { role: Role::Operator, home: false },
    Who { role: Role::ExportOfficer, home: false },
    Who { role: Role::ProgrammeOfficer, home: false },
    Who { role: Role::Auditor, home: false },
    Who { role: Role::PrivacyOfficer, home: false },
    Who { role: Role::Administrator, home: false },
];

/// Two servers with the same record: one asks who it is, the other one nobody.
struct Servers {
    asking: Running,
    local: Running,
    recorded: [Recorded; 2],
    /// A proposal to void what made the unit idle, on the one that asks.
    proposal: Value,
    _kept: [tempfile::TempDir; 2],
}

impl Servers {
    fn start() -> Self {
        let ((asked, first), (kept, second)) = (folder(), folder());
        let (asking, local) = (serve(&first), alone(&second));
        let recorded = [record(&asking, Some(&registrar())), record(&local, None)];
        let reason = "DATA_ENTRY_ERROR";
        let void = json!({ "sme": { "businessId": IDLE }, "position": recorded[0].idled.to_string(), "reason": reason });
        let propose = json!({ "proposeCommand": { "command": { "voidSmeFact": void }, "reason": reason } });
        let payload = submit(&asking, Some(&registrar()), propose);
        let proposal = payload["events"][0]["entityId"].clone();
        assert!(proposal.is_string(), "{payload}");
        Self { asking, local, recorded, proposal, _kept: [asked, kept] }
    }

    fn recorded(&self, who: Who) -> &Recorded {
        &self.recorded[usize::from(who.role == Role::Local)]
    }

    fn ask(&self, who: Who, query: &str, variables: Value) -> Value {
        let provinces = if who.home { ["IR-10"] } else { ["IR-23"] };
        match who.role {
            Role::Local => ask(&self.local, None, query, variables),
            Role::Public => ask(&self.asking, None, query, variables),
            role => {
                let token = token(&format!("{who:?}"), &[role.as_str()], &provinces, 600);
                ask(&self.asking, Some(&token), query, variables)
            }
        }
    }

    /// A question about what is recorded.
    fn question(&self, who: Who, text: &str) -> String {
        let Recorded { sme, revival, export, person, registered, .. } = self.recorded(who);
        let named = [("SME", sme), ("REVIVAL", revival), ("EXPORT", export), ("PERSON", person)];
        named.into_iter().fold(text.replace("REGISTERED", &registered.to_string()), |text, (name, id)| {
            text.replace(&format!("\"{name}\""), &id.to_string())
        })
    }
}

/// A server that asks nobody, with a vault.
fn alone(data: &Path) -> Running {
    let key = data.with_extension("key");
    let made = daftar().args(["vault", "--data"]).arg(data).args(["init", "--key"]).arg(&key).status();
    assert!(made.expect("it runs").success());
    let mut command = daftar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.env("DAFTAR_VAULT__KEY_FILE", &key);
    Running::spawn(command).expect("it serves")
}

fn codes(answer: &Value) -> BTreeSet<&str> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["extensions"]["code"].as_str().expect("errors have codes")).collect()
}

/// Holds an answer against what the table says of a class of data.
fn held(servers: &Servers, who: Who, class: DataClass, question: &str, answer: &Value) {
    let forbidden = codes(answer).contains("FORBIDDEN");
    match class.reading(who.role) {
        Reading::Allowed => assert_eq!(codes(answer), BTreeSet::new(), "{who:?} may: {question}: {answer}"),
        Reading::Denied => assert!(forbidden, "{who:?} may not: {question}: {answer}"),
        Reading::WithinProvinces if who.home => {}
        Reading::WithinProvinces => tells_nothing(servers, who, question, answer),
    }
}

/// Holds that an answer names nothing of what is recorded.
fn tells_nothing(servers: &Servers, who: Who, question: &str, answer: &Value) {
    let Recorded { park, sme, revival, export, person, .. } = servers.recorded(who);
    let told = answer["data"].to_string();
    let ids = [park, sme, revival, export, person, &servers.proposal].map(|id| id.as_str().expect("an ID"));
    for text in ids.into_iter().chain([NAME, "02188776655", "34.56"]) {
        assert!(!told.contains(text), "{who:?} is told of others: {question}: {answer}");
    }
}

#[test]
fn every_field_is_told_to_those_whom_the_table_names() {
    let servers = Servers::start();
    let samples = Samples::new(HashMap::new());
    let asked: BTreeSet<(&str, &str)> =
        QUESTIONS.iter().map(|(parent, field, _)| (*parent, *field)).collect();
    let classed: BTreeSet<_> = listed().filter(|(parent, _)| *parent != "Subscription").collect();
    assert_eq!(asked, classed, "a question for each field of a class of its own");
    let roots: BTreeSet<_> = samples.fields("Query").into_iter().collect();
    let of_query = asked.iter().filter(|(parent, _)| *parent == "Query");
    assert_eq!(of_query.map(|(_, field)| (*field).to_owned()).collect::<BTreeSet<_>>(), roots);
    assert_eq!(samples.fields("Subscription"), ["events", "live"], "see scope.rs");
    let past: BTreeSet<_> = samples.fields("AsOf").into_iter().collect();
    for who in EVERYBODY {
        for (parent, field, text) in QUESTIONS {
            let class = class_of(parent, field).expect("it has a class");
            let question = servers.question(who, text);
            let answer = servers.ask(who, &format!("{{ {question} }}"), json!({}));
            if *parent != "Query" && who.role.is_scoped() && !who.home {
                // What the field is of may not be reached at all.
                tells_nothing(&servers, who, &question, &answer);
                continue;
            }
            held(&servers, who, class, &question, &answer);
            if *parent == "Query" && past.contains(*field) {
                let then = format!(
                    "{{ position at(asOf: {{ position: \"{}\" }}) {{ {question} }} }}",
                    last(&answer)
                );
                let answer = servers.ask(who, &then, json!({}));
                if *field == "exportSummary" && DataClass::Trade.reading(who.role) != Reading::Allowed {
                    assert_eq!(codes(&answer), BTreeSet::from(["CONFIDENTIAL"]), "{who:?} {then}");
                } else {
                    held(&servers, who, class, &then, &answer);
                }
            }
        }
    }
}

#[test]
fn every_personal_field_is_told_to_those_whom_the_table_names() {
    let servers = Servers::start();
    let samples = Samples::new(HashMap::new());
    for who in EVERYBODY {
        for field in samples.fields("Person") {
            let selected = samples.selection("Person", &field, 3).expect("it is not too deep");
            let ways = [
                format!(r#"person(id: "PERSON", purpose: REGISTRY) {{ {selected} }}"#),
                format!(r#"node(id: "PERSON") {{ ... on Person {{ {selected} }} }}"#),
                format!(r#"nodes(ids: ["PERSON"]) {{ ... on Person {{ {selected} }} }}"#),
                format!(
                    r#"sme(by: {{ id: "SME" }}) {{ people(purpose: REGISTRY) {{ nodes {{ person {{ {selected} }} }} }} }}"#
                ),
                format!(
                    r#"smes(first: 3) {{ nodes {{ people(purpose: REGISTRY) {{ nodes {{ person {{ {selected} }} }} }} }} }}"#
                ),
            ];
            for way in ways {
                told_to(&servers, who, &field, &way);
            }
        }
    }
}

/// Holds the answer to a question for a personal field against the table.
fn told_to(servers: &Servers, who: Who, field: &str, way: &str) {
    let question = servers.question(who, way);
    let answer = servers.ask(who, &format!("{{ {question} }}"), json!({}));
    let reading = DataClass::PersonalData.reading(who.role);
    let by_id = way.starts_with("node");
    if by_id && reading == Reading::Denied {
        // A node that may not be known of is none.
        assert!(
            answer["errors"].is_null() && answer["data"].to_string().contains("null"),
            "{question}: {answer}"
        );
    } else {
        held(servers, who, DataClass::PersonalData, &question, &answer);
    }
    if field == "name" && !by_id {
        let reads = reading == Reading::Allowed || reading == Reading::WithinProvinces && who.home;
        assert_eq!(answer.to_string().contains(NAME), reads, "{who:?}: {question}: {answer}");
    }
}

/// The position that an answer rests on.
fn last(answer: &Value) -> &str {
    answer["extensions"]["position"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

/// What the policy answers; none when it lets the command be decided, whatever comes of it.
fn refused_by_policy(payload: &Value) -> Option<&str> {
    let code = payload["errors"][0]["code"].as_str();
    code.filter(|code| ["FORBIDDEN", "OUT_OF_PROVINCE", "APPROVAL_REQUIRED"].contains(code))
}

/// What the table says of a command.
fn expected(who: Who, kind: CommandKind) -> Option<&'static str> {
    let within = |passes: Option<&'static str>| if who.home { passes } else { Some("OUT_OF_PROVINCE") };
    match (kind, who.role) {
        // What is proposed is the voiding of a fact of a unit: its row decides.
        (CommandKind::ProposeCommand, Role::Operator) => within(None),
        (CommandKind::ApproveProposal | CommandKind::RejectProposal, Role::Operator) => within(None),
        (CommandKind::ApproveProposal | CommandKind::RejectProposal, Role::Administrator) => None,
        (
            CommandKind::ProposeCommand
            | CommandKind::ApproveProposal
            | CommandKind::RejectProposal
            | CommandKind::WithdrawProposal,
            _,
        ) => Some("FORBIDDEN"),
        // What is restated is the establishment of a park: its row counts, too.
        (CommandKind::RestateFact, Role::Operator) => within(Some("APPROVAL_REQUIRED")),
        (CommandKind::RestateFact, Role::Local) => None,
        (CommandKind::RestateFact, _) => Some("FORBIDDEN"),
        (kind, role) => match kind.verdict(role) {
            Verdict::Denied | Verdict::Approves | Verdict::ApprovesWithinProvinces => Some("FORBIDDEN"),
            Verdict::Allowed => None,
            Verdict::WithinProvinces => within(None),
            Verdict::Proposes | Verdict::ProposesOrApproves => Some("APPROVAL_REQUIRED"),
            Verdict::ProposesWithinProvinces | Verdict::ProposesOrApprovesWithinProvinces => {
                within(Some("APPROVAL_REQUIRED"))
            }
        },
    }
}

#[test]
fn every_command_is_taken_of_those_whom_the_table_names() {
    let servers = Servers::start();
    for who in EVERYBODY {
        let recorded = servers.recorded(who);
        // Nothing of that ID is recorded: the policy judges before anybody looks.
        let statement = json!("c3RhdGVtZW50OjAxODYwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ");
        let figure = json!("cHVibGljYXRpb246MDE4NjAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx");
        let ids = [
            ("statement", &statement),
            ("figure", &figure),
            ("revival", &recorded.revival),
            ("export", &recorded.export),
            ("person", &recorded.person),
            ("proposal", &servers.proposal),
        ];
        let samples = Samples::new(ids.map(|(name, id)| (name, id.clone())).into());
        let mutations: Vec<String> =
            samples.fields("Mutation").into_iter().filter(|mutation| mutation != "submit").collect();
        // What nobody but the software asks for has no mutation.
        let asked = CommandKind::ALL.iter().filter(|kind| **kind != CommandKind::NoteReadings);
        let kinds: HashMap<&str, CommandKind> = asked.map(|kind| (kind.as_str(), *kind)).collect();
        assert_eq!(mutations.len(), kinds.len(), "one mutation for each command");
        let expectation = |mutation: &String| expected(who, kinds[&*kind_of(mutation)]);
        let commands: Vec<_> =
            mutations.iter().map(|mutation| json!({ mutation: samples.input(mutation) })).collect();
        let submitted = servers.ask(
            who,
            "mutation($commands: [CommandInput!]!) { submit(input: { commands: $commands }) { errors { code message path } } }",
            json!({ "commands": commands }),
        );
        for (index, mutation) in mutations.iter().enumerate() {
            let payload = &submitted["data"]["submit"][index];
            assert!(payload.is_object(), "{submitted}");
            assert_eq!(
                refused_by_policy(payload),
                expectation(mutation),
                "{who:?} submits {mutation}: {payload}"
            );
            let query = format!(
                "mutation($input: {}!) {{ payload: {mutation}(input: $input) {{ errors {{ code message path }} }} }}",
                input_of(mutation)
            );
            let answer = servers.ask(who, &query, json!({ "input": samples.input(mutation) }));
            let payload = &answer["data"]["payload"];
            assert!(payload.is_object(), "{answer}");
            assert_eq!(
                refused_by_policy(payload),
                expectation(mutation),
                "{who:?} asks {mutation}: {payload}"
            );
        }
    }
}
