//! What a certificate holds, refuses, and tells apart.

use daftar_domain::log::checkpoint::Trust;
use daftar_domain::log::checkpoint::key::PrivateKey;
use daftar_domain::log::checkpoint::signer::Signer;
use daftar_domain::log::codec;
use daftar_domain::log::head::Head;
use daftar_domain::log::memory::MemoryLog;
use daftar_domain::log::merkle::Tree;
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::record::{CommitId, RecordEncoder, RecordHeader};
use daftar_domain::log::{CommitWrite, Log};
use serde_json::json;

use super::*;
use crate::testing::World;

/// A checkpoint over the events of a world.
fn signed(world: &World) -> SignedCheckpoint {
    let (log, mut tree) = (MemoryLog::new(), Tree::new());
    let lines: Vec<Vec<u8>> = world.events.iter().map(|event| codec::encode(event).unwrap()).collect();
    lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
    let id = CommitId(uuid::Uuid::nil());
    let header = RecordHeader {
        commit: 1,
        id,
        first_position: 1,
        count: lines.len() as u32,
        root_before: Tree::new().root(),
    };
    let record = RecordEncoder::new().encode(&header, &lines).unwrap();
    let head = Head { commit: 1, id, frontier: tree.frontier().clone(), checkpoint: None }.encode().unwrap();
    log.append(0, &CommitWrite { record, head, tiles: tree.take_finished() }).unwrap();
    let key = PrivateKey::of_log("registry.example/daftar", &[7; 32]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut signer = Signer::open(std::slice::from_ref(&key), &folder.path().join("memory")).unwrap();
    let note = signer.sign(&Prover::new(Arc::new(log))).unwrap().note;
    Trust::new([key.public()]).unwrap().open(&note).unwrap()
}

fn question(query: &str, variables: serde_json::Value) -> Question {
    let serde_json::Value::Object(variables) = variables else { panic!("{variables}") };
    Question { query: query.to_owned(), operation_name: None, variables }
}

fn certified(world: &World, question: Question) -> Result<Certificate, CertificateError> {
    let signed = signed(world);
    Certificate::issue(&Arc::new(world.view.clone()), signed.checkpoint.root, &signed, question)
}

fn world() -> World {
    let mut world = World::default();
    world.sme(1, "کارخانه یکم", "IR-10", json!({}));
    world.sme(2, "کارخانه دوم", "IR-23", json!({}));
    world
}

const UNITS: &str =
    "query Units($first: Int) { position smes(first: $first) { totalCount nodes { name businessId } } }";

#[test]
fn a_certificate_is_read_as_it_was_written_and_recomputed_to_the_same() {
    let world = world();
    let certificate = certified(&world, question(UNITS, json!({ "first": 5 }))).unwrap();
    let text = certificate.to_text();
    let read = Certificate::from_text(&text).unwrap();
    assert_eq!((read.position(), read.root()), (world.view.position, certificate.root()));
    assert!(String::from_utf8(text).unwrap().contains("کارخانه یکم"));
    assert_eq!(read.recompute(&Arc::new(world.view.clone())), Ok(None));
    assert_eq!(read.other_release(), None);
}

#[test]
fn the_first_difference_is_named() {
    let mut world = world();
    let certificate = certified(&world, question(UNITS, json!({ "first": 5 }))).unwrap();
    world.sme(3, "کارخانه سوم", "IR-23", json!({}));
    let mut later = world.view.clone();
    later.position = certificate.position();
    let difference = certificate.recompute(&Arc::new(later)).unwrap().expect("another answer");
    assert_eq!(difference.path, "smes.totalCount");
    assert_eq!((difference.certified.as_str(), difference.recomputed.as_str()), ("2", "3"));

    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let between =
        |one: &str, other: &str| Difference::between(&raw(one), &raw(other)).map(|found| found.to_string());
    assert_eq!(between(r#"{"a":[1,{"b":2}]}"#, r#"{"a":[1,{"b":2}]}"#), None);
    assert_eq!(
        between(r#"{"a":[1,{"b":2}]}"#, r#"{"a":[1,{"b":"2"}]}"#).unwrap(),
        r#"a[1].b: certified is 2, the record says "2""#
    );
    assert_eq!(between("[1,2]", "[1]").unwrap(), "[1]: certified is 2, the record says nothing");
    assert_eq!(between("[]", "[0]").unwrap(), "[0]: certified is nothing, the record says 0");
    assert_eq!(
        between(r#"{"a":1}"#, r#"{"a":1,"b":2}"#).unwrap(),
        "b: certified is nothing, the record says 2"
    );
    assert!(between(r#"{"a":1, "a":1}"#, r#"{"a":1}"#).unwrap().contains("another spelling"));
}

#[test]
fn only_answers_without_errors_are_certified() {
    let world = world();
    let refused = |query: &str| certified(&world, question(query, json!({}))).unwrap_err().code();
    assert_eq!(refused("{ nothing }"), "NO_ANSWER");
    assert_eq!(refused("{ position"), "NO_ANSWER");
    assert_eq!(refused("{ smes(first: 1000) { totalCount } }"), "NO_ANSWER");
    assert_eq!(refused("mutation { __typename }"), "NO_ANSWER");
    assert_eq!(refused("subscription { __typename }"), "NO_ANSWER");
    assert_eq!(refused("query A { position } query B { position }"), "NO_ANSWER");
    assert_eq!(refused(UNITS.replace("name businessId", &"name ".repeat(3_000)).as_str()), "NO_ANSWER");
    let chosen = Question {
        operation_name: Some("B".to_owned()),
        ..question("query A { position } query B { b: position }", json!({}))
    };
    assert!(String::from_utf8(certified(&world, chosen).unwrap().to_text()).unwrap().contains(r#"{"b":"#));
}

#[test]
fn another_spelling_is_no_certificate() {
    let text = String::from_utf8(certified(&world(), question(UNITS, json!({}))).unwrap().to_text()).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        Certificate::from_text(text.replacen(from, to, 1).as_bytes()).map(drop).unwrap_err().code()
    };
    assert_eq!(refused("daftar-certificate-1", "daftar-certificate-2"), "MALFORMED");
    assert_eq!(refused("\"variables\": {}", "\"variables\": {}, \"more\": 1"), "MALFORMED");
    assert_eq!(refused("\"variables\": {}", "\"variables\": {\"a\":1,\"a\":1}"), "MALFORMED");
    assert_eq!(refused("\"variables\": {}", "\"variables\":  {}"), "MALFORMED");
    assert_eq!(refused("\"role\": \"PUBLIC\"", "\"role\": \"AUDITOR\""), "OTHER_ROLE");
    assert_eq!(refused("کارخانه یکم", "کارخانه دهم"), "CHANGED");
    assert_eq!(Certificate::from_text(b"").map(drop).unwrap_err().code(), "MALFORMED");
    assert_eq!(Certificate::from_text(&vec![b' '; MAX_BYTES + 1]).map(drop).unwrap_err().code(), "TOO_LARGE");
}
