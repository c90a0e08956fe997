//! The proofs against the oracle, and against everything that is not what it says.

use std::sync::Arc;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof as OracleConsistency, InclusionProof as OracleInclusion};
use proptest::prelude::*;
use sha2::Sha256;
use uuid::Uuid;

use super::prover::Prover;
use super::*;
use crate::log::head::Head;
use crate::log::memory::MemoryLog;
use crate::log::merkle::Tree;
use crate::log::record::{CommitId, RecordEncoder, RecordHeader};
use crate::log::{Appended, CommitWrite, Log};

fn line(position: u64) -> Vec<u8> {
    format!("the line of position {position}").into_bytes()
}

/// Appends a commit of `count` lines.
fn append(log: &dyn Log, tree: &mut Tree, count: u64) {
    let first = tree.size() + 1;
    append_lines(log, tree, (first..first + count).map(line).collect());
}

fn append_lines(log: &dyn Log, tree: &mut Tree, lines: Vec<Vec<u8>>) {
    let (first_position, count) = (tree.size() + 1, lines.len());
    let commit = log.tail() + 1;
    let id = CommitId(Uuid::from_u128(u128::from(commit)));
    let header = RecordHeader { commit, id, first_position, count: count as u32, root_before: tree.root() };
    lines.iter().for_each(|line| tree.append(TreeHash::leaf(line)));
    let write = CommitWrite {
        record: RecordEncoder::new().encode(&header, &lines).unwrap(),
        head: Head { commit, id, frontier: tree.frontier().clone(), checkpoint: None }.encode().unwrap(),
        tiles: tree.take_finished(),
    };
    assert_eq!(log.append(commit - 1, &write), Ok(Appended::At(commit)));
}

/// A log whose commits have the given numbers of lines.
pub(crate) fn log_of(counts: impl IntoIterator<Item = u64>) -> Arc<MemoryLog> {
    log_with(|position| String::from_utf8(line(position)).unwrap(), counts)
}

/// A log with lines of the caller's making.
pub(crate) fn log_with(
    line: impl Fn(u64) -> String,
    counts: impl IntoIterator<Item = u64>,
) -> Arc<MemoryLog> {
    let (log, mut tree) = (Arc::new(MemoryLog::new()), Tree::new());
    for count in counts {
        let first = tree.size() + 1;
        append_lines(&*log, &mut tree, (first..first + count).map(|at| line(at).into_bytes()).collect());
    }
    log
}

fn oracle(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (1..=size).for_each(|position| tree.push(line(position)));
    tree
}

fn bytes(hashes: &[TreeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn every_proof_of_a_small_log_is_the_oracles_and_holds() {
    let size = 67;
    let prover = Prover::new(log_of([1, 2, 30, 1, 33]));
    for to in 1..=size {
        let tree = oracle(to);
        let root = prover.root_at(to).unwrap();
        assert_eq!(root.0[..], tree.root().as_bytes()[..]);
        for at in 1..=to {
            let proof = prover.inclusion(at, to).unwrap();
            assert_eq!(bytes(&proof.hashes), tree.prove_inclusion(at as usize - 1).as_bytes());
            assert_eq!(proof.verify(&line(at), root), Ok(()));
            assert!(proof.verify(&line(at + 1), root).is_err());

            let proof = prover.consistency(at, to).unwrap();
            let expected = tree.prove_consistency((to - at) as usize);
            assert_eq!(bytes(&proof.hashes), expected.as_bytes(), "{at} {to}");
            assert_eq!(proof.verify(prover.root_at(at).unwrap(), root), Ok(()));
        }
    }
}

#[test]
fn proofs_across_tiles_of_two_levels_satisfy_the_oracle() {
    let size = 2 * 65_536 + 256 * 3 + 5;
    let mut counts = vec![1; 300];
    counts.extend([1_000; 131]);
    counts.push(size - 131_300);
    let prover = Prover::new(log_of(counts));
    let (end, root) = prover.end().unwrap();
    assert_eq!(end, size);
    let tree = oracle(size);
    assert_eq!(root.0[..], tree.root().as_bytes()[..]);
    for at in [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 100_000, 131_072, 131_073, 131_840, 131_841, size]
    {
        let proof = prover.inclusion(at, size).unwrap();
        let oracles = OracleInclusion::<Sha256>::try_from_bytes(bytes(&proof.hashes)).unwrap();
        tree.root().verify_inclusion(&line(at), at - 1, &oracles).unwrap();
        assert_eq!(proof.verify(&line(at), root), Ok(()));
        assert_eq!(prover.line(at).unwrap(), line(at));

        let proof = prover.consistency(at, size).unwrap();
        if [255, 257, 65_537].contains(&at) {
            let oracles = OracleConsistency::<Sha256>::try_from_bytes(bytes(&proof.hashes)).unwrap();
            tree.root().verify_consistency(&oracle(at).root(), &oracles).unwrap();
        }
        let old = prover.root_at(at).unwrap();
        assert_eq!(proof.verify(old, root), Ok(()));
        assert!(proof.verify(root, old).is_err() || at == size);
    }
}

#[test]
fn a_prover_follows_the_log_as_it_grows() {
    let (log, mut tree) = (Arc::new(MemoryLog::new()), Tree::new());
    let prover = Prover::new(log.clone());
    assert_eq!(prover.end().unwrap(), (0, TreeHash::of_nothing()));
    let mut roots = vec![TreeHash::of_nothing()];
    for count in [1, 254, 1, 1, 300, 7] {
        append(&*log, &mut tree, count);
        assert_eq!(prover.end().unwrap(), (tree.size(), tree.root()));
        roots.push(tree.root());
    }
    for (from, size) in [0, 1, 255, 256, 257, 557, 564].into_iter().enumerate() {
        assert_eq!(prover.root_at(size), Ok(roots[from]), "an earlier root is that of then");
        let proof = prover.consistency(size, 564).unwrap();
        assert_eq!(proof.verify(roots[from], tree.root()), Ok(()));
    }
}

#[test]
fn what_lies_outside_is_refused_by_name() {
    let prover = Prover::new(log_of([5]));
    let outside = |wanted, size| Err(ProofError::Outside { wanted, size });
    assert_eq!(prover.inclusion(0, 5), Err(ProofError::Outside { wanted: 0, size: 5 }));
    assert_eq!(prover.inclusion(5, 4), Err(ProofError::Outside { wanted: 5, size: 4 }));
    assert_eq!(prover.inclusion(1, 6), Err(ProofError::Outside { wanted: 6, size: 5 }));
    assert_eq!(prover.consistency(5, 4), Err(ProofError::Outside { wanted: 5, size: 4 }));
    assert_eq!(prover.root_at(6), Err(ProofError::Outside { wanted: 6, size: 5 }));
    assert_eq!(prover.line(0), outside(0, 5));
    assert_eq!(prover.line(6), outside(6, 5));
    let forged = InclusionProof { position: 9, size: 5, hashes: vec![] };
    assert_eq!(forged.verify(b"x", TreeHash::of_nothing()), Err(ProofError::Outside { wanted: 9, size: 5 }));
}

#[test]
fn a_changed_tile_yields_an_error_never_a_proof() {
    struct Bent(Arc<MemoryLog>);
    impl Log for Bent {
        fn name(&self) -> String {
            "bent".to_owned()
        }
        fn append(&self, expected: u64, write: &CommitWrite) -> Result<Appended, LogError> {
            self.0.append(expected, write)
        }
        fn get(&self, commit: u64) -> Result<Option<Vec<u8>>, LogError> {
            self.0.get(commit)
        }
        fn head(&self) -> Result<Option<Vec<u8>>, LogError> {
            self.0.head()
        }
        fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, LogError> {
            Ok(self.0.tile(level, index)?.map(|mut tile| {
                tile[40] ^= 1;
                tile
            }))
        }
        fn tail(&self) -> u64 {
            self.0.tail()
        }
        fn wait(&self, after: u64, timeout: std::time::Duration) -> crate::log::Waited {
            self.0.wait(after, timeout)
        }
        fn close(&self) {
            self.0.close();
        }
    }
    let prover = Prover::new(Arc::new(Bent(log_of([60_000, 10_000]))));
    let error = prover.inclusion(200, 70_000).expect_err("refused").to_string();
    assert!(error.contains("around position 200"), "{error}");
    let error = prover.consistency(256, 70_000).expect_err("refused").to_string();
    assert!(error.contains("before position 70000"), "{error}");
}

proptest! {
    #[test]
    fn no_changed_proof_holds(
        size in 2u64..600, at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(),
        flip in 0usize..256, change in 0u8..4,
    ) {
        let prover = Prover::new(log_of([size]));
        let at = at.index(size as usize) as u64 + 1;
        let root = prover.root_at(size).unwrap();
        let old = prover.root_at(at).unwrap();
        let mutate = |hashes: &mut Vec<TreeHash>| {
            if hashes.is_empty() {
                hashes.push(root);
                return;
            }
            let which = which.index(hashes.len());
            match change {
                0 => hashes[which].0[flip / 8] ^= 1 << (flip % 8),
                1 => drop(hashes.remove(which)),
                2 => hashes.insert(which, old),
                _ => hashes.push(TreeHash::of_nothing()),
            }
        };
        let mut inclusion = prover.inclusion(at, size).unwrap();
        mutate(&mut inclusion.hashes);
        prop_assert!(inclusion.verify(&line(at), root).is_err());
        let mut consistency = prover.consistency(at, size).unwrap();
        mutate(&mut consistency.hashes);
        prop_assert!(consistency.verify(old, root).is_err());
    }

    #[test]
    fn an_earlier_tree_of_another_history_is_refused(from in 1u64..300, more in 0u64..300) {
        let prover = Prover::new(log_of([from + more]));
        let proof = prover.consistency(from, from + more).unwrap();
        let forged = TreeHash::leaf(b"another history");
        prop_assert!(proof.verify(forged, prover.root_at(from + more).unwrap()).is_err());
        prop_assert!(proof.verify(prover.root_at(from).unwrap(), forged).is_err());
    }
}

/// Run by hand: `cargo nextest run -p daftar-domain ten_million --run-ignored all --no-capture`.
#[test]
#[ignore = "takes a minute and half a gigabyte"]
fn a_proof_among_ten_million_events_takes_less_than_a_millisecond() {
    let size = 10_000_000;
    let prover = Prover::new(log_of(std::iter::repeat_n(100, size / 100)));
    let started = std::time::Instant::now();
    let (end, root) = prover.end().unwrap();
    println!("the edge from the tiles: {:?}", started.elapsed());
    assert_eq!(end, size as u64);
    let started = std::time::Instant::now();
    let proofs: Vec<_> = (0..1_000u64).map(|n| prover.inclusion(n * 9_973 + 1, end).unwrap()).collect();
    let inclusion = started.elapsed() / 1_000;
    let started = std::time::Instant::now();
    (0..1_000u64).for_each(|n| drop(prover.consistency(n * 9_973 + 1, end).unwrap()));
    let consistency = started.elapsed() / 1_000;
    println!("an inclusion proof: {inclusion:?}, a consistency proof: {consistency:?}");
    proofs.iter().for_each(|proof| assert_eq!(proof.verify(&line(proof.position), root), Ok(())));
    if !cfg!(debug_assertions) {
        assert!(inclusion.max(consistency) < std::time::Duration::from_millis(1));
    }
}
