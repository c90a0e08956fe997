//! The bytes of a commit record: the unit of storage, one or more whole commands in one durable write.
//!
//! Guarantees: a record read back is exactly what was written (CRC-32 over all of it), its lines are the bytes that
//! were hashed, and anything odd is refused with the reason, before memory is reserved for what it claims to hold.
//! The layout is in `schema/log-format.md` and never changes within a format version. Must never parse a line.

use std::fmt;
use std::io::{self, Read};

use thiserror::Error;
use uuid::Uuid;

use super::merkle::TreeHash;

/// The format version that is written, and the newest that is read.
pub const FORMAT_VERSION: u8 = 1;
/// The most bytes in one event line.
pub const MAX_LINE_BYTES: usize = 64 * 1024;
/// The most event lines in one commit.
pub const MAX_COMMIT_LINES: usize = 65_536;
/// The most bytes in the lines of one commit, their length prefixes included.
pub const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

const MAGIC: [u8; 4] = *b"DFTR";
const HEADER_BYTES: usize = 84;
const CRC_BYTES: usize = 4;
/// Bytes that are decompressed at a time where not all are wanted.
const STEP_BYTES: usize = 64 * 1024;
const RAW: u8 = 0;
const ZSTD: u8 = 1;
/// Names one commit, so that a writer that did not hear the outcome can find out. A UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommitId(pub Uuid);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why the bytes of a record (or of the head, or of a mark) were refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// It was written by a later release.
    #[error("format version {found} is newer than {FORMAT_VERSION}, the newest that this program reads")]
    NewerFormat {
        /// The version that it names.
        found: u8,
    },
    /// The bytes are not such a record, or were changed.
    #[error("{0}")]
    Damaged(String),
    /// What was to be written exceeds a bound of the format.
    #[error("{0}")]
    TooLarge(String),
}

pub(super) fn damaged(why: impl Into<String>) -> RecordError {
    RecordError::Damaged(why.into())
}

/// What a record says about itself, apart from its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHeader {
    /// The number of the commit, from 1, without gaps.
    pub commit: u64,
    /// The name of the commit.
    pub id: CommitId,
    /// The position of its first event, from 1.
    pub first_position: u64,
    /// How many events it holds, at least one.
    pub count: u32,
    /// The Merkle root over all events before it.
    pub root_before: TreeHash,
}

impl RecordHeader {
    /// The position of its last event.
    pub fn last_position(&self) -> u64 {
        self.first_position + u64::from(self.count) - 1
    }
}

/// A commit record that was read and found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRecord {
    /// What it says about itself.
    pub header: RecordHeader,
    body: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl CommitRecord {
    /// The event lines in the order of their positions: the stored, hashed bytes.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        self.spans.iter().map(|&(from, to)| &self.body[from as usize..to as usize])
    }

    /// The lines, each with its position.
    pub fn positioned_lines(&self) -> impl Iterator<Item = (u64, &[u8])> + Clone {
        (self.header.first_position..).zip(self.lines())
    }
}

fn check_body(bytes: usize, lines: usize) -> Result<(), RecordError> {
    if bytes > MAX_BODY_BYTES {
        return Err(RecordError::TooLarge(format!("a commit of more than {MAX_BODY_BYTES} bytes")));
    }
    if lines > MAX_COMMIT_LINES {
        return Err(RecordError::TooLarge(format!("{lines} lines, more than {MAX_COMMIT_LINES}")));
    }
    Ok(())
}

fn check_line(line: &[u8]) -> Result<(), RecordError> {
    if line.is_empty() {
        return Err(damaged("an empty line"));
    }
    if line.len() > MAX_LINE_BYTES {
        return Err(RecordError::TooLarge(format!(
            "a line of {} bytes, more than {MAX_LINE_BYTES}",
            line.len()
        )));
    }
    if line.contains(&b'\n') {
        return Err(damaged("a line feed inside a line"));
    }
    Ok(())
}

fn check_numbers(header: &RecordHeader) -> Result<(), RecordError> {
    if header.commit == 0 || header.first_position == 0 || header.count == 0 {
        return Err(damaged("a commit number, position or count of zero"));
    }
    if header.count as usize > MAX_COMMIT_LINES {
        return Err(RecordError::TooLarge(format!("{} lines, more than {MAX_COMMIT_LINES}", header.count)));
    }
    if header.first_position.checked_add(u64::from(header.count)).is_none() {
        return Err(damaged("positions run past the end of their range"));
    }
    Ok(())
}

/// Reads a record.
///
/// # Errors
/// [`RecordError::NewerFormat`], or [`RecordError::Damaged`] with the reason.
pub fn decode(bytes: &[u8]) -> Result<CommitRecord, RecordError> {
    let Stored { header, encoding, raw_len, stored } = check_stored(bytes)?;
    let body = match encoding {
        RAW if stored.len() == raw_len => stored.to_vec(),
        RAW => return Err(damaged("an uncompressed body of another length")),
        ZSTD => zstd::bulk::decompress(stored, raw_len).map_err(|error| not_decompressed(&error))?,
        other => return Err(damaged(format!("unknown encoding {other}"))),
    };
    if body.len() != raw_len {
        return Err(damaged(format!("a body of {} bytes where it says {raw_len}", body.len())));
    }
    let spans = split_lines(&body, header.count)?;
    Ok(CommitRecord { header, body, spans })
}

/// Reads the lines of a record up to position `last`; the rest is checked by the checksum alone. For a few lines of a
/// long record: what follows them is not decompressed.
///
/// # Errors
/// As [`decode`].
pub fn decode_to(bytes: &[u8], last: u64) -> Result<CommitRecord, RecordError> {
    let Stored { header, encoding, raw_len, stored } = check_stored(bytes)?;
    if encoding != ZSTD || raw_len <= STEP_BYTES || last >= header.last_position() {
        return decode(bytes);
    }
    let wanted = (last + 1).saturating_sub(header.first_position) as usize;
    let mut rest =
        zstd::stream::read::Decoder::with_buffer(stored).map_err(|error| not_decompressed(&error))?;
    let (mut body, mut spans) = (Vec::with_capacity(2 * STEP_BYTES), Vec::with_capacity(wanted));
    let mut at = 0;
    while spans.len() < wanted {
        match line_at(&body, at) {
            Some((from, to)) => {
                check_line(&body[from..to]).map_err(|error| damaged(error.to_string()))?;
                spans.push((from as u32, to as u32));
                at = to;
            }
            None => {
                let step = rest.by_ref().take(STEP_BYTES as u64).read_to_end(&mut body);
                if step.map_err(|error| not_decompressed(&error))? == 0 || body.len() > raw_len {
                    return Err(damaged("a line is cut off"));
                }
            }
        }
    }
    Ok(CommitRecord { header, body, spans })
}

fn not_decompressed(error: &io::Error) -> RecordError {
    damaged(format!("its body does not decompress: {error}"))
}

/// A record whose checksum fits, its body as it is stored.
struct Stored<'a> {
    header: RecordHeader,
    encoding: u8,
    raw_len: usize,
    stored: &'a [u8],
}

fn check_stored(bytes: &[u8]) -> Result<Stored<'_>, RecordError> {
    let (header, encoding, raw_len, stored_len) = read_header(bytes)?;
    if bytes.len() != HEADER_BYTES + stored_len + CRC_BYTES {
        return Err(damaged(format!(
            "{} bytes where the record says {}",
            bytes.len(),
            HEADER_BYTES + stored_len + CRC_BYTES
        )));
    }
    let (content, crc) = bytes.split_at(HEADER_BYTES + stored_len);
    if crc32fast::hash(content).to_le_bytes() != crc {
        return Err(damaged("its checksum does not fit"));
    }
    Ok(Stored { header, encoding, raw_len, stored: &content[HEADER_BYTES..] })
}

/// Reads what a record says about itself without its lines and without checking its checksum.
///
/// # Errors
/// As [`decode`], for what the header shows.
pub fn peek(bytes: &[u8]) -> Result<RecordHeader, RecordError> {
    read_header(bytes).map(|(header, ..)| header)
}

/// How many bytes a record has, from its first bytes; it may be followed by others.
///
/// # Errors
/// As [`peek`].
pub fn peek_len(bytes: &[u8]) -> Result<usize, RecordError> {
    read_header(bytes).map(|(_, _, _, stored_len)| HEADER_BYTES + stored_len + CRC_BYTES)
}

fn read_header(bytes: &[u8]) -> Result<(RecordHeader, u8, usize, usize), RecordError> {
    let mut fields = Fields::open(bytes, MAGIC, "commit record")?;
    let encoding = fields.u8()?;
    if fields.take::<2>()? != [0, 0] {
        return Err(damaged("reserved bytes that are not zero"));
    }
    let commit = fields.u64()?;
    let id = CommitId(Uuid::from_bytes(fields.take()?));
    let first_position = fields.u64()?;
    let count = fields.u32()?;
    let raw_len = fields.u32()? as usize;
    let stored_len = fields.u32()? as usize;
    let root_before = TreeHash(fields.take()?);
    let header = RecordHeader { commit, id, first_position, count, root_before };
    match check_numbers(&header) {
        Ok(()) if raw_len > MAX_BODY_BYTES || stored_len > raw_len => {
            Err(damaged(format!("an impossible body: {raw_len} bytes stored as {stored_len}")))
        }
        Ok(()) => Ok((header, encoding, raw_len, stored_len)),
        Err(RecordError::TooLarge(why)) => Err(damaged(why)),
        Err(other) => Err(other),
    }
}

fn split_lines(body: &[u8], count: u32) -> Result<Vec<(u32, u32)>, RecordError> {
    // At least five bytes a line, so that a false count reserves no more than the body itself has.
    if body.len() / 5 < count as usize {
        return Err(damaged(format!("{} bytes for {count} lines", body.len())));
    }
    let mut spans = Vec::with_capacity(count as usize);
    let mut at = 0usize;
    for _ in 0..count {
        let (from, to) = line_at(body, at).ok_or_else(|| damaged("a line is cut off"))?;
        check_line(&body[from..to]).map_err(|error| damaged(error.to_string()))?;
        spans.push((from as u32, to as u32));
        at = to;
    }
    if at != body.len() {
        return Err(damaged("bytes after the last line"));
    }
    Ok(spans)
}

/// Where the line whose length stands at `at` begins and ends, if all of it is there.
fn line_at(body: &[u8], at: usize) -> Option<(usize, usize)> {
    let from = at + 4;
    let len = u32::from_le_bytes(body.get(at..from)?.try_into().expect("four bytes")) as usize;
    body.get(from..from + len).map(|_| (from, from + len))
}

/// Reads fixed fields one after another; past the end is damage, never a panic.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Fields<'a> {
    /// Checks the four magic bytes and the version byte.
    pub(super) fn open(bytes: &'a [u8], magic: [u8; 4], what: &'static str) -> Result<Self, RecordError> {
        let mut fields = Self { rest: bytes, what };
        if fields.take::<4>()? != magic {
            return Err(damaged(format!("not a {what}")));
        }
        match fields.u8()? {
            FORMAT_VERSION => Ok(fields),
            0 => Err(damaged("format version 0")),
            found => Err(RecordError::NewerFormat { found }),
        }
    }

    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], RecordError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| damaged(format!("the {} is cut off", self.what)))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        Ok(self.bytes(N)?.try_into().expect("the length asked for"))
    }

    pub(super) fn u8(&mut self) -> Result<u8, RecordError> {
        Ok(self.take::<1>()?[0])
    }

    pub(super) fn u32(&mut self) -> Result<u32, RecordError> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, RecordError> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests;
mod writing;

pub use writing::{Lines, RecordEncoder};
