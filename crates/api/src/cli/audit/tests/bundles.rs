//! Bundles: exported, verified twice over, restored; and each way to falsify one.

use super::*;

/// Both verifiers refuse the bundle, with this code, and name this position.
fn both_refuse(office: &Office, folder: &Path, since: &[PathBuf], code: Code, position: u64) {
    let finding = office.verify_bundle(folder, since).expect_err("refused");
    assert_eq!((finding.code, finding.position), (code, Some(position)), "{finding}");
    assert!(finding.to_string().contains(&format!("position {position}")), "{finding}");
    let mut arguments = vec![folder.to_str().unwrap()];
    for path in since {
        arguments.extend(["--since", path.to_str().unwrap()]);
    }
    let python = office.python(&arguments).expect_err("refused");
    assert!(python.starts_with(&code.to_string()), "{python}");
    let place = [format!("position {position}"), format!("positions {position} ")];
    assert!(place.iter().any(|place| python.contains(place.as_str())), "{python}");
}

/// Writes the lines of a bundle anew, and leaves its hashes and its checkpoint as they are.
fn rewrite(folder: &Path, lines: &[Vec<u8>]) {
    fs::write(
        folder.join(EVENTS),
        lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect::<Vec<_>>(),
    )
    .unwrap();
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn a_store_is_exported_verified_by_both_and_restored_to_the_same_log() {
    let office = Office::with(1..12);
    let verified = office.verify(&[]).unwrap();
    assert!(verified.to_string().contains("ParkEstablished"), "{verified}");
    let (bundle, before) = office.export("bundle");
    assert_eq!(before, 0);
    assert_eq!(office.verify_bundle(&bundle, &[]).unwrap().root, verified.root);
    let python = office.python(&[bundle.to_str().unwrap()]).unwrap();
    assert!(python.contains(&verified.root.to_string()), "{python}");

    let restored = office.path("restored");
    let imported = import_bundle::import(&Bundle::new(&bundle), &restored, &office.trust(), &Progress::new());
    assert_eq!(imported, Ok(0));
    let store = Copied::of(&restored, None).unwrap();
    let again = store.verify(&office.trust(), None, Vec::new(), false, &Progress::new()).unwrap();
    assert_eq!((again.position, again.root), (verified.position, verified.root));
    let signed = store.checkpoints(&office.trust(), None).unwrap().pop().unwrap();
    let out = office.path("again");
    export::export(&store, &signed, &out, &Progress::new()).unwrap();
    for file in [EVENTS, LEAVES, CHECKPOINT] {
        assert_eq!(fs::read(bundle.join(file)).unwrap(), fs::read(out.join(file)).unwrap(), "{file}");
    }
    drop(store);
    let imported = import_bundle::import(&Bundle::new(&bundle), &restored, &office.trust(), &Progress::new());
    assert_eq!(imported, Ok(verified.position), "a second import has nothing to do");
    record(&restored, 50..52);
}

#[test]
fn an_export_and_an_import_that_were_cut_off_go_on() {
    let office = Office::with(1..6);
    let (bundle, _) = office.export("bundle");
    record(&office.data, 6..9);
    office.sign();
    let (whole, _) = office.export("whole");
    // The checkpoint is gone, the last line half written, a hash not written: as after a power cut.
    fs::remove_file(bundle.join(CHECKPOINT)).unwrap();
    assert_eq!(office.verify_bundle(&bundle, &[]).unwrap_err().code, Code::Unsigned);
    let lines = fs::read(bundle.join(EVENTS)).unwrap();
    fs::write(bundle.join(EVENTS), &lines[..lines.len() - 7]).unwrap();
    let (_, before) = office.export("bundle");
    assert!(before > 0);
    for file in [EVENTS, LEAVES, CHECKPOINT] {
        assert_eq!(fs::read(bundle.join(file)).unwrap(), fs::read(whole.join(file)).unwrap(), "{file}");
    }

    // An import that ended after the first bundle's part.
    let half = office.path("half");
    let (lines, tree) = (fs::read(whole.join(EVENTS)).unwrap(), &mut Tree::new());
    let lines: Vec<Vec<u8>> = lines.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let memory = MemoryLog::new();
    append(&memory, tree, &lines[..lines.len() - 3], |record| record);
    let log = SledLog::open(&half.join(store::LOG), SledSettings::default()).unwrap();
    let record = memory.get(1).unwrap().unwrap();
    log.append(0, &CommitWrite { record, head: memory.head().unwrap().unwrap(), tiles: vec![] }).unwrap();
    drop(log);
    let before =
        import_bundle::import(&Bundle::new(&whole), &half, &office.trust(), &Progress::new()).unwrap();
    assert_eq!(before, lines.len() as u64 - 3);
    let again = Copied::of(&half, None).unwrap();
    assert!(again.verify(&office.trust(), None, Vec::new(), false, &Progress::new()).is_ok());

    let other = Office::with(100..103);
    let (of_other, _) = other.export("other");
    let refused = import_bundle::import(&Bundle::new(&of_other), &half, &office.trust(), &Progress::new());
    assert_eq!(refused.unwrap_err().code, Code::Forked);
    let store = Copied::of(&office.data, None).unwrap();
    let signed = store.checkpoints(&office.trust(), None).unwrap().pop().unwrap();
    let refused = export::export(&store, &signed, &of_other, &Progress::new());
    assert_eq!(refused.unwrap_err().code, Code::Forked, "an export never mixes two logs");
}

#[test]
fn a_half_restored_log_takes_no_events() {
    let office = Office::with(1..4);
    let (bundle, _) = office.export("bundle");
    let restored = office.path("restored");
    import_bundle::import(&Bundle::new(&bundle), &restored, &office.trust(), &Progress::new()).unwrap();
    // As if it had been cut off before its first commit.
    fs::remove_dir_all(restored.join(store::LOG)).unwrap();
    let log = Arc::new(SledLog::open(&restored.join(store::LOG), SledSettings::default()).unwrap());
    let clock = Box::new(SimulatedClock::new(noon()));
    let settings = LedgerSettings { mark: Some(restored.join(store::MARK)), ..Default::default() };
    assert!(Ledger::open(log, opened(), clock, Box::new(()), settings).is_err());
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn every_flipped_bit_is_found_by_both_verifiers() {
    let office = Office::new();
    let folder = bundle_of(&office, "bundle", &few_lines()[..2]);
    office.verify_bundle(&folder, &[]).unwrap();
    for name in [EVENTS, LEAVES, CHECKPOINT] {
        let path = folder.join(name);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() * 8 {
            let mut bent = whole.clone();
            bent[at / 8] ^= 1 << (at % 8);
            fs::write(&path, &bent).unwrap();
            let finding = office.verify_bundle(&folder, &[]).expect_err("refused");
            if name == EVENTS {
                // A flip in a line feed joins two lines, or cuts off the last.
                let line = whole[..at / 8].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
                let cut = finding.code == Code::Truncated;
                assert!(finding.position == Some(line) || cut, "bit {at}, line {line}: {finding}");
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    let python = Process::new("python3")
        .args(["-c", FLIP_ALL, folder.to_str().unwrap(), &office.key])
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests"))
        .output()
        .unwrap();
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let flipped: usize = String::from_utf8(python.stdout).unwrap().trim().parse().unwrap();
    let bytes: u64 =
        [EVENTS, LEAVES, CHECKPOINT].iter().map(|name| folder.join(name).metadata().unwrap().len()).sum();
    assert_eq!(flipped as u64, bytes * 8);
    println!("{flipped} flipped bits of a bundle, all found by both verifiers");
}

/// Flips every bit of every file for the independent verifier, in one process.
const FLIP_ALL: &str = "
import sys, os
import verify
folder, keys, flipped = sys.argv[1], verify.Keys([sys.argv[2]], None), 0
verify.verify_bundle(folder, keys, [])
for name in ('events.jsonl', 'leaves', 'checkpoint'):
    path = os.path.join(folder, name)
    whole = open(path, 'rb').read()
    for at in range(len(whole) * 8):
        bent = bytearray(whole)
        bent[at // 8] ^= 1 << at % 8
        open(path, 'wb').write(bent)
        try:
            verify.verify_bundle(folder, keys, [])
        except verify.Finding:
            flipped += 1
        else:
            sys.exit(f'{name}: bit {at} was not noticed')
    open(path, 'wb').write(whole)
print(flipped)
";

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn changed_histories_are_named_by_their_first_event() {
    let office = Office::new();
    let lines = few_lines();
    let folder = bundle_of(&office, "bundle", &lines);
    let changed = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut bent = lines.clone();
        change(&mut bent);
        rewrite(&folder, &bent);
    };
    let edit = |line: &mut Vec<u8>, from: &str, to: &str| {
        let text = String::from_utf8(line.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *line = text.replace(from, to).into_bytes();
    };

    changed(&|lines| lines.swap(2, 3));
    both_refuse(&office, &folder, &[], Code::Malformed, 3);
    changed(&|lines| {
        lines.swap(2, 3);
        edit(&mut lines[2], r#""position":"4""#, r#""position":"3""#);
        edit(&mut lines[3], r#""position":"3""#, r#""position":"4""#);
    });
    both_refuse(&office, &folder, &[], Code::Changed, 3);
    changed(&|lines| drop(lines.pop()));
    both_refuse(&office, &folder, &[], Code::Truncated, 5);
    changed(&|lines| lines.push(lines[4].clone()));
    both_refuse(&office, &folder, &[], Code::Unsigned, 6);
    changed(&|lines| lines.insert(2, lines[2].clone()));
    both_refuse(&office, &folder, &[], Code::Malformed, 4);
    changed(&|lines| edit(&mut lines[3], r#""plots":40"#, r#""plots":41"#));
    both_refuse(&office, &folder, &[], Code::Changed, 4);
    changed(&|lines| edit(&mut lines[4], r#""plots":40"#, r#""plots":41"#));
    both_refuse(&office, &folder, &[], Code::Changed, 5);
    changed(&|lines| edit(&mut lines[2], "2019-12-22T08:30", "2019-12-22T08:29"));
    both_refuse(&office, &folder, &[], Code::Malformed, 3);
    changed(&|lines| edit(&mut lines[2], r#""plots":40"#, r#""plots":40,"plots":40"#));
    both_refuse(&office, &folder, &[], Code::Malformed, 3);
    changed(&|lines| lines.clear());
    both_refuse(&office, &folder, &[], Code::Truncated, 1);
    changed(&|_| {});
    fs::write(folder.join(LEAVES), b"").unwrap();
    both_refuse(&office, &folder, &[], Code::Truncated, 1);
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn what_is_unsigned_or_empty_or_of_another_is_refused() {
    let office = Office::new();
    let folder = bundle_of(&office, "bundle", &few_lines());
    let note = fs::read(folder.join(CHECKPOINT)).unwrap();
    let refuse = |code: Code| {
        assert_eq!(office.verify_bundle(&folder, &[]).unwrap_err().code, code);
        assert!(office.python(&[folder.to_str().unwrap()]).unwrap_err().starts_with(&code.to_string()));
    };
    fs::remove_file(folder.join(CHECKPOINT)).unwrap();
    refuse(Code::Unsigned);
    fs::write(folder.join(CHECKPOINT), b"").unwrap();
    refuse(Code::Unsigned);
    fs::write(folder.join(CHECKPOINT), &note[..note.len() - 20]).unwrap();
    refuse(Code::Unsigned);
    let other = PrivateKey::of_log(ORIGIN, &[8; 32]).unwrap();
    let other_key = Keys { keys: vec![other.public().to_string()], cosignatures: None }.trust().unwrap();
    fs::write(folder.join(CHECKPOINT), &note).unwrap();
    let stranger = Bundle::new(&folder).verify(&other_key, Vec::new(), &Progress::new());
    assert_eq!(stranger.unwrap_err().code, Code::Unsigned);
    fs::remove_file(folder.join(EVENTS)).unwrap();
    refuse(Code::Unreadable);
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn a_fork_by_the_keys_holder_shows_against_what_was_seen() {
    let office = Office::with(1..4);
    let (early, _) = office.export("early");
    let seen = early.join(CHECKPOINT);
    record(&office.data, 4..7);
    office.sign();
    let (late, _) = office.export("late");
    office.verify_bundle(&late, std::slice::from_ref(&seen)).unwrap();
    office.python(&[late.to_str().unwrap(), "--since", seen.to_str().unwrap()]).unwrap();
    let late_seen = late.join(CHECKPOINT);
    let end = office.verify_bundle(&early, &[]).unwrap().position;
    both_refuse(&office, &early, std::slice::from_ref(&late_seen), Code::OlderThanSeen, end + 1);

    // The same key signs another history from the beginning.
    let fork = Office::with(20..29);
    let (forked, _) = fork.export("forked");
    fork.verify_bundle(&forked, &[]).unwrap();
    both_refuse(&fork, &forked, std::slice::from_ref(&seen), Code::Forked, 1);
    // And one that is the same up to the first checkpoint, and another after it.
    both_refuse(&fork, &forked, &[seen, late_seen], Code::Forked, 1);
}

#[test]
fn the_newest_green_checkpoint_is_kept_and_compared() {
    let office = Office::with(1..4);
    let (early, _) = office.export("early");
    record(&office.data, 4..7);
    office.sign();
    let (late, _) = office.export("late");
    let seen = Seen { since: Vec::new(), seen: Some(office.path("seen")) };
    let audit = |bundle: &Path| {
        let input =
            Input { data: None, bundle: Some(bundle.to_owned()), url: None, checkpoint: None, work: None };
        let verifying = Verifying { input, keys: office.keys(), seen: seen.clone(), unsigned_tail: false };
        verifying.run(&mut |_, _, _| {}, &Progress::new()).map(|(_, verified)| verified.to_string())
    };
    assert!(audit(&early).unwrap().starts_with("verified: "));
    audit(&late).unwrap();
    assert_eq!(fs::read(office.path("seen")).unwrap(), fs::read(late.join(CHECKPOINT)).unwrap());
    assert_eq!(audit(&early).unwrap_err().code, Code::OlderThanSeen);
    assert_eq!(fs::read(office.path("seen")).unwrap(), fs::read(late.join(CHECKPOINT)).unwrap());
}

#[test]
#[ignore = "needs Python with cryptography, which tests/run provides"]
fn proofs_of_a_store_hold_for_both_and_a_witness_cosigns() {
    let office = Office::with(1..8);
    let store = Copied::of(&office.data, None).unwrap();
    let signed = store.checkpoints(&office.trust(), None).unwrap().pop().unwrap();
    let (proof, line) = (office.path("p.tlog-proof"), office.path("p.line"));
    let (bytes, text) = prove::event(&store, &signed, 5).unwrap();
    fs::write(&proof, text).unwrap();
    fs::write(&line, &bytes).unwrap();
    assert_eq!(prove::check_event(&line, &proof, &office.trust()).unwrap().0, 5);
    let arguments = ["--proof", proof.to_str().unwrap(), "--line", line.to_str().unwrap()];
    assert!(office.python(&arguments).unwrap().contains("position 5"));
    fs::write(&line, [&bytes[..], b" "].concat()).unwrap();
    assert_eq!(prove::check_event(&line, &proof, &office.trust()).unwrap_err().position, Some(5));
    assert!(office.python(&arguments).unwrap_err().starts_with("CHANGED"));
    assert_eq!(prove::event(&store, &signed, signed.checkpoint.size + 1).unwrap_err().code, Code::Usage);

    let request = office.path("request");
    fs::write(&request, prove::growth(&store, &signed, 0).unwrap()).unwrap();
    let keys = office.path("witness");
    let witness = PrivateKey::of_witness("audit.example/w", &[9; 32]).unwrap();
    daftar_domain::log::checkpoint::key::write_private(&keys, std::slice::from_ref(&witness), false).unwrap();
    let cosigned = prove::witness(&request, &keys, office.trust()).unwrap();
    let early = office.path("early.checkpoint");
    fs::write(&early, &cosigned).unwrap();

    record(&office.data, 8..11);
    office.sign();
    let (bundle, _) = office.export("bundle");
    let store = Copied::of(&office.data, None).unwrap();
    let late = store.checkpoints(&office.trust(), None).unwrap().pop().unwrap();
    fs::write(&request, prove::growth(&store, &late, signed.checkpoint.size).unwrap()).unwrap();
    let growth = ["--growth", request.to_str().unwrap(), "--since", early.to_str().unwrap()];
    assert!(office.python(&growth).unwrap().starts_with("proved"));
    let cosigned = prove::witness(&request, &keys, office.trust()).unwrap();
    fs::write(bundle.join(CHECKPOINT), cosigned).unwrap();
    let both = Keys { keys: vec![office.key.clone(), witness.public().to_string()], cosignatures: None };
    let verified = Bundle::new(&bundle).verify(&both.trust().unwrap(), Vec::new(), &Progress::new()).unwrap();
    assert!(verified.to_string().contains("cosigned by audit.example/w"), "{verified}");
    let witness_key = witness.public().to_string();
    office
        .python(&[bundle.to_str().unwrap(), "--key", &witness_key, "--since", early.to_str().unwrap()])
        .unwrap();

    fs::write(&request, prove::growth(&store, &signed, 0).unwrap()).unwrap();
    assert_eq!(prove::witness(&request, &keys, office.trust()).unwrap_err().code, Code::Truncated);
}
