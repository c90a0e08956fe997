//! The lines of a text file, decoded as they are read.

use super::{FileError, unreadable};
use encoding_rs::{CoderResult, Decoder, Encoding};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A line without its line break.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub number: u64,
    pub text: String,
    /// It was longer than the limit; the rest of it is dropped.
    pub cut: bool,
    /// A line break follows.
    pub ended: bool,
}

/// Reads lines that end in LF, CRLF or, in a file that has no LF at its beginning, CR.
pub(super) struct Lines {
    path: PathBuf,
    file: File,
    decoder: Decoder,
    bytes: Vec<u8>,
    text: String,
    at: usize,
    finished: bool,
    number: u64,
    limit: usize,
    break_char: char,
    position: Arc<AtomicU64>,
}

const CHUNK: usize = 1 << 16;

impl Lines {
    /// Opens the file at its beginning; `limit` is the longest line that is kept, in bytes.
    pub fn open(
        path: &Path,
        encoding: &'static Encoding,
        limit: usize,
        position: Arc<AtomicU64>,
    ) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut lines = Lines {
            path: path.to_owned(),
            file,
            decoder: encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; CHUNK],
            text: String::new(),
            at: 0,
            finished: false,
            number: 0,
            limit,
            break_char: '\n',
            position,
        };
        lines.more()?;
        if !lines.text.contains('\n') && lines.text.contains('\r') {
            lines.break_char = '\r';
        }
        Ok(lines)
    }

    /// Decodes the next chunk; false at the end of the file.
    fn more(&mut self) -> Result<bool, FileError> {
        if self.finished {
            return Ok(false);
        }
        let read = self.file.read(&mut self.bytes).map_err(|error| unreadable(&self.path, &error))?;
        self.finished = read == 0;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        self.text.drain(..self.at);
        self.at = 0;
        let mut source = &self.bytes[..read];
        loop {
            self.text.reserve(self.decoder.max_utf8_buffer_length(source.len()).unwrap_or(CHUNK * 4));
            let (result, used, _) = self.decoder.decode_to_string(source, &mut self.text, self.finished);
            source = &source[used..];
            if result == CoderResult::InputEmpty {
                return Ok(true);
            }
        }
    }

    /// The next line, or `None` after the last.
    pub fn next(&mut self) -> Result<Option<Line>, FileError> {
        let mut line = Line { number: self.number + 1, text: String::new(), cut: false, ended: false };
        loop {
            let rest = &self.text[self.at..];
            let found = rest.find(self.break_char);
            let piece = &rest[..found.unwrap_or(rest.len())];
            let room = self.limit.saturating_sub(line.text.len());
            if piece.len() > room {
                line.cut = true;
                line.text.push_str(&piece[..piece.floor_char_boundary(room)]);
            } else {
                line.text.push_str(piece);
            }
            self.at += piece.len();
            if found.is_some() {
                self.at += self.break_char.len_utf8();
                line.ended = true;
                break;
            }
            if !self.more()? {
                if line.text.is_empty() {
                    return Ok(None);
                }
                break;
            }
        }
        while line.text.ends_with('\r') {
            line.text.pop();
        }
        self.number += 1;
        Ok(Some(line))
    }
}
