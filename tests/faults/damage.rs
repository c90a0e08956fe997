//! Damaged files: flipped bits in every file of the record, and files cut short. The start is refused in one line, or
//! everything is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Load, Random, copy_folder, files, lines, start};
use crate::support::folder;

/// A stopped record of some commits: its folder and its lines.
fn record(path: &Path) -> Vec<Vec<u8>> {
    let server = start(path).expect("a new record");
    let load = Load::start(&server.address, "P", 6);
    std::thread::sleep(std::time::Duration::from_millis(400));
    let acknowledged = load.end();
    assert!(acknowledged.len() > 50, "the load was too slow");
    assert!(server.terminate().success());
    lines(path)
}

/// Starts on a damaged copy: why it is refused. If it isn't, everything is there.
fn refusal(path: &Path, expected: &[Vec<u8>], what: &str) -> Option<String> {
    match start(path) {
        Ok(server) => {
            assert_eq!(server.position(), expected.len() as u64, "{what}: a loss went unnoticed");
            server.kill();
            assert!(lines(path) == expected, "{what}: a changed line went unnoticed");
            None
        }
        Err(told) => {
            let store = path.display().to_string();
            let why = told.strip_prefix("daftar: ").and_then(|told| told.strip_prefix(&store));
            Some(
                why.unwrap_or_else(|| panic!("{what}: it names the store or the file: {told}"))
                    .trim()
                    .to_owned(),
            )
        }
    }
}

/// Damages each file in turn as `damage` says, `rounds` times in all, and counts.
fn suffer(suite: &str, rounds: u64, damage: impl Fn(&mut Random, &mut Vec<u8>) -> String) {
    let mut random = Random::new(suite);
    let (keep, path) = folder();
    let expected = record(&path);
    let intact: Vec<(PathBuf, Vec<u8>)> =
        files(&path).into_iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
    let copy = keep.path().join("copy").join("record");
    copy_folder(&path, &copy);
    assert_eq!(refusal(&copy, &expected, "an intact copy"), None);
    let (mut refused, mut without_effect) = (BTreeMap::<String, u64>::new(), 0);
    for round in 0..rounds {
        // The data file is struck in two rounds of three, the others in turn.
        let turn = match round % 3 {
            0 => (round / 3) as usize % intact.len(),
            _ => intact.iter().position(|(name, _)| name.ends_with("db")).expect("a data file"),
        };
        let (name, bytes) = &intact[turn];
        let name = name.strip_prefix(&path).expect("below");
        fs::remove_dir_all(&copy).expect("it is ours");
        copy_folder(&path, &copy);
        let mut bytes = bytes.clone();
        let what = format!("{}: {}", name.display(), damage(&mut random, &mut bytes));
        fs::write(copy.join(name), bytes).expect("written");
        match refusal(&copy, &expected, &what) {
            None => without_effect += 1,
            Some(why) => *refused.entry(kind(&why)).or_default() += 1,
        }
    }
    let starts: u64 = refused.values().sum();
    println!(
        "{suite}: {rounds} rounds in {} files; {starts} starts refused, {without_effect} without effect, no loss unnoticed",
        intact.len()
    );
    refused.iter().for_each(|(kind, count)| println!("  {count} times: {kind}"));
    assert!(starts > 0, "no damage was ever noticed");
}

/// A refusal without its numbers.
fn kind(why: &str) -> String {
    let words = why.split_whitespace().take(12);
    let counted = |word: &str| word.chars().filter(char::is_ascii_digit).count() > 0;
    words.map(|word| if counted(word) { "…" } else { word }).collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "starts the program 300 times; tests/run runs it"]
fn a_flipped_bit_in_any_file_is_noticed_or_has_no_effect() {
    suffer("flipped bits", 300, |random, bytes| {
        // What is not zero is in use.
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
        let (at, bit) = (random.below(used as u64) as usize, random.below(8));
        bytes[at] ^= 1 << bit;
        format!("bit {bit} of byte {at} of {}", bytes.len())
    });
}

#[test]
#[ignore = "starts the program 120 times; tests/run runs it"]
fn a_file_cut_short_is_noticed_or_has_no_effect() {
    suffer("cut files", 120, |random, bytes| {
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
        let len = random.below(used as u64) as usize;
        let what = format!("cut from {} to {len}", bytes.len());
        bytes.truncate(len);
        what
    });
}
