//! Writing a commit record.

use std::fmt;

use super::{
    CRC_BYTES, FORMAT_VERSION, HEADER_BYTES, MAGIC, RAW, RecordError, RecordHeader, ZSTD, check_body,
    check_line, check_numbers, damaged,
};

/// Below this many bytes of body, compression saves less than it costs.
const COMPRESS_FROM_BYTES: usize = 1_024;
/// zstd's fastest ordinary level: measured nearly free beside the durable write.
const ZSTD_LEVEL: i32 = 1;

/// Event lines as they stand in the body of a record, each behind its size.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    body: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl Lines {
    /// Adds the line that `write` appends to the bytes that it is given; after an error nothing is added.
    ///
    /// # Errors
    /// What `write` says; a line or body past its bound, an empty line or a line feed, as [`RecordError`].
    pub fn push<E: From<RecordError>>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let from = self.body.len();
        self.body.extend_from_slice(&[0; 4]);
        let written = write(&mut self.body).and_then(|()| {
            check_line(&self.body[from + 4..])?;
            check_body(self.body.len(), self.spans.len() + 1)?;
            Ok(())
        });
        if written.is_err() {
            self.body.truncate(from);
            return written;
        }
        let len = (self.body.len() - from - 4) as u32;
        self.body[from..from + 4].copy_from_slice(&len.to_le_bytes());
        self.spans.push((from as u32 + 4, self.body.len() as u32));
        Ok(())
    }

    /// Takes back all lines but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.spans.truncate(count);
        self.body.truncate(self.spans.last().map_or(0, |(_, to)| *to as usize));
    }

    /// Takes back all lines and keeps the memory.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The lines in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        self.spans.iter().map(|&(from, to)| &self.body[from as usize..to as usize])
    }
}

/// Writes commit records; keeps the compressor's memory between them.
pub struct RecordEncoder {
    compressor: zstd::bulk::Compressor<'static>,
}

impl fmt::Debug for RecordEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordEncoder")
    }
}

impl Default for RecordEncoder {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordEncoder {
    /// An encoder with memory of its own (about 600 KiB once it has compressed).
    pub fn new() -> Self {
        let compressor =
            zstd::bulk::Compressor::new(ZSTD_LEVEL).expect("level 1 is valid and a context is only memory");
        Self { compressor }
    }

    /// The record of `lines`. The count is taken from them; `header.count` must agree.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] past a bound, [`RecordError::Damaged`] for what could not be read back: no line,
    /// an empty line, a line feed in a line, numbers that are zero or run past the end of u64.
    pub fn encode<L: AsRef<[u8]>>(
        &mut self,
        header: &RecordHeader,
        lines: &[L],
    ) -> Result<Vec<u8>, RecordError> {
        let mut body = Lines::default();
        for line in lines {
            body.push(|bytes| {
                bytes.extend_from_slice(line.as_ref());
                Ok::<(), RecordError>(())
            })?;
        }
        self.encode_lines(header, &body)
    }

    /// [`RecordEncoder::encode`] of lines that stand one behind the other already.
    ///
    /// # Errors
    /// As there.
    pub fn encode_lines(&mut self, header: &RecordHeader, lines: &Lines) -> Result<Vec<u8>, RecordError> {
        check_numbers(header)?;
        if lines.len() != header.count as usize {
            return Err(damaged(format!("{} lines under a count of {}", lines.len(), header.count)));
        }
        let body = &lines.body;
        let compressed = self.compress(body);
        let (encoding, stored) = match &compressed {
            Some(bytes) => (ZSTD, bytes),
            None => (RAW, body),
        };
        let mut out = Vec::with_capacity(HEADER_BYTES + stored.len() + CRC_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[FORMAT_VERSION, encoding, 0, 0]);
        out.extend_from_slice(&header.commit.to_le_bytes());
        out.extend_from_slice(header.id.0.as_bytes());
        out.extend_from_slice(&header.first_position.to_le_bytes());
        out.extend_from_slice(&header.count.to_le_bytes());
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend_from_slice(&(stored.len() as u32).to_le_bytes());
        out.extend_from_slice(&header.root_before.0);
        out.extend_from_slice(stored);
        out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
        Ok(out)
    }

    /// The compressed body, when it is worth it: at least an eighth smaller.
    fn compress(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        if body.len() < COMPRESS_FROM_BYTES {
            return None;
        }
        let bytes = self.compressor.compress(body).ok()?;
        (bytes.len() <= body.len() - body.len() / 8).then_some(bytes)
    }
}
