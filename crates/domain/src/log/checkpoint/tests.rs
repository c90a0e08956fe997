//! Checkpoints: their form, their signatures, and what a signer and a witness refuse.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::key::{read_private, write_private};
use super::signer::{SignError, Signer, Witness};
use super::*;
use crate::log::memory::MemoryLog;
use crate::log::proof::prover::Prover;
use crate::log::proof::tests::log_of;
use crate::log::proof::{ConsistencyProof, InclusionProof};

const ORIGIN: &str = "registry.example/daftar";

fn log_key(seed: u8) -> key::PrivateKey {
    key::PrivateKey::of_log(ORIGIN, &[seed; 32]).unwrap()
}

fn witness_key() -> key::PrivateKey {
    key::PrivateKey::of_witness("audit.example/w", &[9; 32]).unwrap()
}

fn trust(keys: &[&key::PrivateKey]) -> Trust {
    Trust::new(keys.iter().map(|key| key.public())).unwrap()
}

fn prover(events: u64) -> Prover {
    Prover::new(log_of([events]))
}

fn sign(folder: &Path, events: u64) -> SignedCheckpoint {
    Signer::open(&[log_key(1)], &folder.join("memory")).unwrap().sign(&prover(events)).unwrap()
}

/// The example of C2SP tlog-cosignature: text, cosignature and name are facts of that page.
#[test]
fn the_text_is_that_of_the_standard() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(text).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.to_string(), text);
    let signature = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    let note = format!("{text}\n{signature}");
    assert_eq!(Checkpoint::read_unverified(note.as_bytes()), Ok(checkpoint));
    assert_eq!(trust(&[&log_key(1)]).open(note.as_bytes()), Err(CheckpointError::Unsigned));
}

#[test]
fn texts_out_of_form_are_refused() {
    let root = BASE64_STANDARD.encode([7; 32]);
    for bad in [
        "o\n1\n".to_owned(),
        format!("\n1\n{root}\n"),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n۱\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n1\n{}\n", &root[..40]),
        format!("o\n1\n{root}\nmore\n"),
        format!("o\n1\n{root}\n\n"),
    ] {
        assert!(matches!(Checkpoint::parse(&bad), Err(CheckpointError::Malformed(_))), "{bad:?}");
    }
}

#[test]
fn keys_read_back_and_bent_ones_are_refused() {
    for key in [log_key(1).public(), witness_key().public()] {
        let text = key.to_string();
        assert_eq!(PublicKey::parse(&text), Ok(key));
        for at in 0..text.len() {
            let mut bent = text.clone().into_bytes();
            bent[at] ^= 1;
            assert!(PublicKey::parse(&String::from_utf8(bent).unwrap()).is_err(), "{at}");
        }
    }
    for name in ["", "a b", "a+b", "a\u{a0}b"] {
        assert_eq!(key::PrivateKey::of_log(name, &[1; 32]).unwrap_err(), KeyError::Name(name.to_owned()));
    }
}

#[test]
fn private_keys_are_kept_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    write_private(&path, &[log_key(1), log_key(2)], false).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let read: Vec<_> = read_private(&path).unwrap().iter().map(key::PrivateKey::public).collect();
    assert_eq!(read, [log_key(1).public(), log_key(2).public()]);
    assert!(
        write_private(&path, &[log_key(3)], false).unwrap_err().to_string().contains("never overwritten")
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(read_private(&path).unwrap_err().to_string().contains("0600"));
    assert!(!format!("{:?}", log_key(1)).contains("PRIVATE"));
}

#[test]
fn a_signed_checkpoint_opens_under_its_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let signed = sign(folder.path(), 5);
    let opened = trust(&[&log_key(1)]).open(&signed.note).unwrap();
    assert_eq!(
        opened.checkpoint,
        Checkpoint { origin: ORIGIN.into(), size: 5, root: prover(5).root_at(5).unwrap() }
    );
    assert_eq!((opened.signed_by, opened.unknown), (vec![log_key(1).id()], 0));
    assert_eq!(trust(&[&log_key(2)]).open(&signed.note), Err(CheckpointError::Unsigned));
    let witnesses_only = Trust::new([witness_key().public()]);
    assert!(matches!(witnesses_only, Err(KeyError::NoLogKey)));
}

#[test]
fn a_key_signs_only_for_the_log_of_its_name() {
    let other = key::PrivateKey::of_log("registry.example/other", &[1; 32]).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 1, root: TreeHash([1; 32]) };
    let mut note = Note::new(checkpoint.to_string().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&other.signer().unwrap()]).unwrap();
    let refused = trust(&[&other]).open(&note.to_bytes());
    assert!(matches!(refused, Err(CheckpointError::OtherLog { .. })), "{refused:?}");
}

#[test]
fn while_keys_are_rotated_either_one_opens() {
    let folder = tempfile::tempdir().unwrap();
    let memory = folder.path().join("memory");
    let (old, new) = (log_key(1), log_key(2));
    sign(folder.path(), 3);
    let both = Signer::open(&[old.clone(), new.clone()], &memory).unwrap().sign(&prover(4)).unwrap();
    for key in [&old, &new] {
        assert_eq!(trust(&[key]).open(&both.note).unwrap().unknown, 1);
    }
    assert_eq!(trust(&[&old, &new]).open(&both.note).unwrap().signed_by.len(), 2);
    let after = Signer::open(std::slice::from_ref(&new), &memory).unwrap().sign(&prover(6)).unwrap();
    assert_eq!(trust(&[&old]).open(&after.note), Err(CheckpointError::Unsigned));
    assert_eq!(trust(&[&new]).open(&after.note).unwrap().checkpoint.size, 6);
    assert!(Signer::open(&[old], &memory).is_err(), "the memory is not by the old key any more");
}

#[test]
fn nothing_is_signed_that_does_not_continue_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let memory = folder.path().join("memory");
    sign(folder.path(), 5);
    let mut signer = Signer::open(&[log_key(1)], &memory).unwrap();
    assert!(matches!(signer.sign(&prover(4)), Err(SignError::Shorter { size: 4, signed: 5 })));
    let fork = Prover::new(crate::log::proof::tests::log_with(|position| format!("other {position}"), [8]));
    assert!(matches!(signer.sign(&fork), Err(SignError::Forked { signed: 5, .. })));
    assert!(matches!(signer.sign(&Prover::new(Arc::new(MemoryLog::new()))), Err(SignError::Empty)));
    assert_eq!(signer.last().unwrap().checkpoint.size, 5, "what was refused is not remembered");
    assert!(
        matches!(Signer::open(&[log_key(1)], &memory), Err(SignError::Memory { .. })),
        "one process at a time"
    );
    assert_eq!(signer.sign(&prover(5)).unwrap().note, fs::read(&memory).unwrap());
    signer.sign(&prover(9)).unwrap();
    drop(signer);
    assert_eq!(Signer::open(&[log_key(1)], &memory).unwrap().last().unwrap().checkpoint.size, 9);
}

#[test]
fn nothing_is_signed_when_it_cannot_be_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let memory = folder.path().join("memory");
    let mut signer = Signer::open(&[log_key(1)], &memory).unwrap();
    fs::create_dir(folder.path().join("memory.new")).unwrap();
    assert!(matches!(signer.sign(&prover(5)), Err(SignError::Memory { .. })));
    assert!(signer.last().is_none());
}

#[test]
fn a_witness_cosigns_what_continues_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("seen");
    let mut witness = Witness::open(witness_key(), trust(&[&log_key(1)]), &state).unwrap();
    let nothing = ConsistencyProof { from: 0, to: 5, hashes: vec![] };
    let at_5 = sign(folder.path(), 5);
    let cosigned = witness.cosign(&at_5.note, &nothing, 1_700_000_000).unwrap();

    let both = trust(&[&log_key(1), &witness_key()]);
    let opened = both.open(&cosigned).unwrap();
    assert_eq!(opened.cosigned, [Cosigned { witness: "audit.example/w".into(), at: 1_700_000_000 }]);
    let missing = both.open(&at_5.note);
    assert_eq!(missing, Err(CheckpointError::TooFewWitnesses { found: 0, needed: 1 }));
    assert!(both.clone().asking_for(0).open(&at_5.note).is_ok());

    let at_9 = sign(folder.path(), 9);
    let from_5 = prover(9).consistency(5, 9).unwrap();
    assert!(matches!(witness.cosign(&at_9.note, &nothing, 1), Err(SignError::Forked { signed: 5, .. })));
    let other = Path::new("other");
    fs::create_dir(folder.path().join(other)).unwrap();
    let fork = Prover::new(crate::log::proof::tests::log_with(|position| format!("other {position}"), [9]));
    let forked =
        Signer::open(&[log_key(1)], &folder.path().join("other/memory")).unwrap().sign(&fork).unwrap();
    let proof = fork.consistency(5, 9).unwrap();
    let refused = witness.cosign(&forked.note, &proof, 1);
    assert!(matches!(refused, Err(SignError::Forked { signed: 5, .. })), "a fork by the key's holder");
    assert_eq!(witness.seen(), 5);
    witness.cosign(&at_9.note, &from_5, 1_700_000_100).unwrap();
    assert!(matches!(
        witness.cosign(&at_5.note, &nothing, 1),
        Err(SignError::Shorter { size: 5, signed: 9 })
    ));
    assert!(Witness::open(log_key(1), trust(&[&log_key(1)]), &folder.path().join("x")).is_err());
}

#[test]
fn proofs_read_back_from_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let signed = sign(folder.path(), 21);
    let inclusion = prover(21).inclusion(7, 21).unwrap();
    let text = inclusion.to_text(&signed.note);
    assert!(text.starts_with(b"c2sp.org/tlog-proof@v1\nindex 6\n"));
    assert_eq!(InclusionProof::from_text(&text), Ok((inclusion, signed.note.clone())));
    let consistency = prover(21).consistency(7, 21).unwrap();
    let text = consistency.to_text(&signed.note);
    assert!(text.starts_with(b"old 7\n"));
    assert_eq!(ConsistencyProof::from_text(&text), Ok((consistency, signed.note)));
    assert!(InclusionProof::from_text(&text).is_err());
    assert!(ConsistencyProof::from_text(&[b'x'; 10_000]).is_err());
}

proptest! {
    #[test]
    fn any_flipped_bit_of_a_note_is_refused(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let folder = tempfile::tempdir().unwrap();
        let mut witness =
            Witness::open(witness_key(), trust(&[&log_key(1)]), &folder.path().join("seen")).unwrap();
        let nothing = ConsistencyProof { from: 0, to: 5, hashes: vec![] };
        let mut note = witness.cosign(&sign(folder.path(), 5).note, &nothing, 1_700_000_000).unwrap();
        let both = trust(&[&log_key(1), &witness_key()]);
        prop_assert!(both.open(&note).is_ok());
        let at = at.index(note.len());
        note[at] ^= 1 << bit;
        prop_assert!(both.open(&note).is_err(), "byte {}", at);
    }
}
