//! `daftar audit prove`, `check-proof` and `witness`: proofs as files, made from a store, checked by anybody, and
//! cosigned by a witness.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use daftar_domain::log::checkpoint::key::read_private;
use daftar_domain::log::checkpoint::signer::{Witness, memory_of};
use daftar_domain::log::checkpoint::{SignedCheckpoint, Trust};
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::proof::text::MAX_TEXT_BYTES;
use daftar_domain::log::proof::{ConsistencyProof, InclusionProof};

use super::finding::{Code, Finding};
use super::store::Copied;

/// The event line at a position, and the proof that it stands there in the tree of the checkpoint.
///
/// # Errors
/// When the position is not in the tree, or the store contradicts itself or the checkpoint.
pub fn event(
    store: &Copied,
    signed: &SignedCheckpoint,
    position: u64,
) -> Result<(Vec<u8>, Vec<u8>), Finding> {
    let prover = Prover::new(store.log.clone());
    let proof = prover.inclusion(position, signed.checkpoint.size)?;
    let line = prover.line(position)?;
    proof.verify(&line, signed.checkpoint.root).map_err(|error| at(position, &error))?;
    Ok((line, proof.to_text(&signed.note)))
}

/// The proof that the tree of the checkpoint begins with the first `from` events.
///
/// # Errors
/// As [`event`].
pub fn growth(store: &Copied, signed: &SignedCheckpoint, from: u64) -> Result<Vec<u8>, Finding> {
    let prover = Prover::new(store.log.clone());
    let proof = prover.consistency(from, signed.checkpoint.size)?;
    let old = prover.root_at(from)?;
    proof.verify(old, signed.checkpoint.root).map_err(|error| at(signed.checkpoint.size, &error))?;
    Ok(proof.to_text(&signed.note))
}

fn at(position: u64, error: &impl std::fmt::Display) -> Finding {
    Finding::at(Code::Changed, position, "the store against its checkpoint", error)
}

/// Checks that an event line stands where the proof says; returns the position and the checkpoint.
///
/// # Errors
/// [`Code::Unsigned`] for the checkpoint, [`Code::Changed`] for the proof.
pub fn check_event(line: &Path, proof: &Path, trust: &Trust) -> Result<(u64, SignedCheckpoint), Finding> {
    let text = read_bounded(proof, MAX_TEXT_BYTES)?;
    let (inclusion, note) = InclusionProof::from_text(&text)?;
    let signed = trust.open(&note)?;
    let line_bytes = read_line(line)?;
    inclusion.verify(&line_bytes, signed.checkpoint.root).map_err(|error| {
        Finding::at(Code::Changed, inclusion.position, &line.display().to_string(), error)
    })?;
    Ok((inclusion.position, signed))
}

/// The event line in a file, without its line feed.
///
/// # Errors
/// [`Code::Unreadable`]; [`Code::Malformed`] for one that is too long.
pub fn read_line(path: &Path) -> Result<Vec<u8>, Finding> {
    let mut line = read_bounded(path, daftar_domain::log::record::MAX_LINE_BYTES + 1)?;
    line.pop_if(|last| *last == b'\n');
    Ok(line)
}

/// Cosigns the checkpoint in a consistency proof; returns the note with the cosignature.
///
/// # Errors
/// See [`daftar_domain::log::checkpoint::signer::SignError`].
pub fn witness(request: &Path, keys: &Path, trust: Trust) -> Result<Vec<u8>, Finding> {
    let (proof, note) = ConsistencyProof::from_text(&read_bounded(request, MAX_TEXT_BYTES)?)?;
    let mut private = read_private(keys)?;
    if private.len() != 1 {
        let what = format!("{}: it holds {} keys, a witness has one", keys.display(), private.len());
        return Err(Finding::new(Code::Usage, what));
    }
    let memory = memory_of(keys);
    let key = private.pop().expect("there is one");
    let mut witness = Witness::open(key, trust, &memory)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_err(|_| Finding::new(Code::Usage, "the clock stands before 1970"))?.as_secs();
    Ok(witness.cosign(&note, &proof, now)?)
}

/// The bytes of a file of at most that many.
///
/// # Errors
/// [`Code::Unreadable`]; [`Code::Malformed`] for one that is longer.
pub fn read_bounded(path: &Path, most: usize) -> Result<Vec<u8>, Finding> {
    let len = fs::metadata(path).map_err(|error| Finding::io(path, &error))?.len();
    if len > most as u64 {
        return Err(Finding::new(
            Code::Malformed,
            format_args!("{}: {len} bytes, more than {most}", path.display()),
        ));
    }
    fs::read(path).map_err(|error| Finding::io(path, &error))
}
