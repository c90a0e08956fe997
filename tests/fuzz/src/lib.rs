//! What reads bytes that others wrote, as functions of any bytes: event lines, commit records, spreadsheets, proofs and
//! checkpoints, questions.
//!
//! Each takes the bytes or refuses them; a panic, an endless loop or a memory that grows with a short input is a
//! finding. `tests/fuzz/run` drives them with libFuzzer; what was found worth keeping lies in `corpus/`, and is tried by
//! plain `cargo test`. Must never touch the network, or a file but a temporary one of its own.

use std::io::Write;
use std::sync::LazyLock;

use async_graphql::Variables;
use daftar_api::cli::audit::opening::Opening;
use daftar_api::cli::import::Import;
use daftar_api::cli::import::entry::Kind;
use daftar_api::cli::import::facts::Facts;
use daftar_api::cli::import::limits::Limits;
use daftar_api::cli::import::registry::Rehearsal;
use daftar_api::config::GraphQl;
use daftar_api::http::guard::Guard;
use daftar_domain::State;
use daftar_domain::log::checkpoint::Checkpoint;
use daftar_domain::log::head::Head;
use daftar_domain::log::proof::{ConsistencyProof, InclusionProof};
use daftar_domain::log::{codec, record};
use daftar_domain::testing::Given;
use daftar_domain::value::{Date, Moment};

/// An event line: what is read is written in one form, which is read as the same.
pub fn event_line(bytes: &[u8]) {
    let Ok(recorded) = codec::decode(bytes) else { return };
    let line = codec::encode(&recorded).expect("what was read fits a line");
    assert!(codec::decode(&line).is_ok_and(|again| again == recorded), "it is read as it was written");
}

/// A commit record and the head record beside it, as a store holds them.
pub fn commit_record(bytes: &[u8]) {
    // Either is refused or taken; what a damaged one claims to hold must not be allocated.
    let _ = Head::decode(bytes);
    let _ = record::peek(bytes);
    if let Ok(record) = record::decode(bytes) {
        record.lines().for_each(event_line);
    }
}

const KINDS: [Kind; 5] = [Kind::Parks, Kind::Units, Kind::Exports, Kind::Consortiums, Kind::Emcs];

/// A file of an agency: the first byte says of what kind, and whether it is a workbook.
pub fn import_file(bytes: &[u8]) {
    static STATE: LazyLock<State> = LazyLock::new(|| Given::nothing().state);
    let Some((first, content)) = bytes.split_first() else { return };
    let kind = KINDS[usize::from(*first) % KINDS.len()];
    let suffix = if *first >= 128 { ".xlsx" } else { ".csv" };
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().expect("a temporary file");
    file.write_all(content).expect("room for it");
    let now = Moment::start_of_tehran_day(Date::new(2020, 12, 1).expect("a date"));
    let mut registry = Rehearsal::new(STATE.clone(), Facts::default(), now);
    let limits = Limits::default();
    let import = Import {
        kind,
        file: file.path().to_owned(),
        sheet: None,
        rows: true,
        update: *first & 64 != 0,
        limits,
    };
    import.run(&mut registry, Box::new(|_| {})).expect("a rehearsal answers");
}

/// A checkpoint, a proof of either kind, or the opening of a value, as somebody hands it over.
pub fn proof_text(bytes: &[u8]) {
    // Each is refused or taken: nothing is said of their truth without keys.
    let _ = Checkpoint::read_unverified(bytes);
    let _ = InclusionProof::from_text(bytes);
    let _ = ConsistencyProof::from_text(bytes);
    if let Some(split) = bytes.iter().position(|byte| *byte == b'\n')
        && let Ok(opening) = Opening::parse(&bytes[..split])
    {
        let _ = opening.check(&bytes[split + 1..]);
    }
}

/// A question: what the guard lets through costs no more than its bound.
pub fn question(bytes: &[u8]) {
    static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::new(&GraphQl::default()));
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if GUARD.text(text).is_err() {
        return;
    }
    let Ok(document) = async_graphql::parser::parse_query(text) else { return };
    if let Ok(cost) = GUARD.price(&document, None, &Variables::default()) {
        assert!(cost <= GraphQl::default().cost_max, "{cost}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_was_kept_is_taken_or_refused() {
        type Target = fn(&[u8]);
        let targets: [(&str, Target); 5] = [
            ("event_line", event_line),
            ("commit_record", commit_record),
            ("import_file", import_file),
            ("proof_text", proof_text),
            ("question", question),
        ];
        for (name, target) in targets {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
            let files: Vec<_> = std::fs::read_dir(&folder).expect("a corpus").collect();
            assert!(!files.is_empty(), "{name}");
            for file in files {
                let path = file.expect("an entry").path();
                target(&std::fs::read(&path).expect("a file"));
            }
        }
    }
}
