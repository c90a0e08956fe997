//! Proofs as text files: an inclusion proof in the form of C2SP tlog-proof, a consistency proof in the form of the
//! request that C2SP tlog-witness sends; each ends with the signed checkpoint that it leads to.
//!
//! Guarantees: a file reads back to the same proof, and in one spelling only. Reading checks the form; whether the
//! checkpoint is signed and the proof holds is for the caller to ask.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{ConsistencyProof, InclusionProof};
use crate::log::checkpoint::{Checkpoint, CheckpointError, MAX_NOTE_BYTES, parse_hash, parse_number};
use crate::log::merkle::TreeHash;

const TITLE: &str = "c2sp.org/tlog-proof@v1";
/// More hashes than a tree of 2^63 events needs.
const MAX_HASHES: usize = 63;
/// The longest text: the lines of the proof and the checkpoint.
pub const MAX_TEXT_BYTES: usize = 4_096 + MAX_NOTE_BYTES;

const MALFORMED: CheckpointError = CheckpointError::Malformed("the proof before it is not in its form");

impl InclusionProof {
    /// The proof with the signed checkpoint that it leads to, whose size is that of the proof.
    pub fn to_text(&self, note: &[u8]) -> Vec<u8> {
        write(format!("{TITLE}\nindex {}\n", self.position - 1), &self.hashes, note)
    }

    /// Reads a proof; also returns the checkpoint's note.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn from_text(text: &[u8]) -> Result<(Self, Vec<u8>), CheckpointError> {
        let (mut lines, note, size) = split(text)?;
        if lines.next() != Some(TITLE) {
            return Err(MALFORMED);
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_number);
        let position = index.and_then(|index| index.checked_add(1)).ok_or(MALFORMED)?;
        Ok((Self { position, size, hashes: read_hashes(lines)? }, note))
    }
}

impl ConsistencyProof {
    /// The proof with the signed checkpoint that it leads to, whose size is that of the later tree.
    pub fn to_text(&self, note: &[u8]) -> Vec<u8> {
        write(format!("old {}\n", self.from), &self.hashes, note)
    }

    /// Reads a proof; also returns the checkpoint's note.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn from_text(text: &[u8]) -> Result<(Self, Vec<u8>), CheckpointError> {
        let (mut lines, note, to) = split(text)?;
        let from = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(parse_number);
        Ok((Self { from: from.ok_or(MALFORMED)?, to, hashes: read_hashes(lines)? }, note))
    }
}

fn write(mut text: String, hashes: &[TreeHash], note: &[u8]) -> Vec<u8> {
    for hash in hashes {
        text.push_str(&BASE64_STANDARD.encode(hash.0));
        text.push('\n');
    }
    text.push('\n');
    [text.as_bytes(), note].concat()
}

/// The lines of the proof, the note of the checkpoint after it, and the checkpoint's size.
fn split(text: &[u8]) -> Result<(std::str::Split<'_, char>, Vec<u8>, u64), CheckpointError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(CheckpointError::Malformed("it is too long"));
    }
    let text = std::str::from_utf8(text).map_err(|_| MALFORMED)?;
    let (proof, note) = text.split_once("\n\n").ok_or(MALFORMED)?;
    let size = Checkpoint::read_unverified(note.as_bytes())?.size;
    Ok((proof.split('\n'), note.as_bytes().to_vec(), size))
}

fn read_hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<TreeHash>, CheckpointError> {
    let hashes = lines.map(parse_hash).take(MAX_HASHES + 1).collect::<Option<Vec<_>>>().ok_or(MALFORMED)?;
    if hashes.len() > MAX_HASHES { Err(MALFORMED) } else { Ok(hashes) }
}
