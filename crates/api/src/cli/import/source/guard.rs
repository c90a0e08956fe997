//! What a workbook would cost, found out before it is opened.
//!
//! Every part of the archive is inflated once and thrown away, against the bounds of [`Limits`]: what an archive says
//! about its own sizes is not believed.

use super::{FileError, damaged, unreadable};
use crate::cli::import::code;
use crate::cli::import::limits::Limits;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Merged regions of all sheets.
    pub merges: u64,
}

/// Inflates every part once.
///
/// # Errors
/// `TOO_LARGE` at the first bound that a part passes, `UNREADABLE_FILE` for a damaged or incomplete archive.
pub(super) fn survey(path: &Path, limits: &Limits) -> Result<Survey, FileError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(incomplete(&error)))?;
    if archive.len() > limits.parts {
        return Err(too_large(format!("it has {} parts, more than {}", archive.len(), limits.parts)));
    }
    let (mut found, mut inflated, mut workbook) = (Survey::default(), 0, false);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.into_owned();
        workbook |= name.eq_ignore_ascii_case("xl/workbook.xml");
        let packed = part.compressed_size().min(size).max(1);
        let mut scan = Scan::new(&name, packed, limits);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = part.read(&mut buffer).map_err(|error| damaged(format!("{name}: {error}")))?;
            if read == 0 {
                break;
            }
            inflated += read as u64;
            if inflated > limits.inflated_bytes {
                return Err(too_large(format!("it unpacks to more than {} bytes", limits.inflated_bytes)));
            }
            scan.take(&buffer[..read])?;
        }
        found.merges += scan.merges;
    }
    if !workbook {
        return Err(damaged("the archive holds no XLSX workbook"));
    }
    Ok(found)
}

fn incomplete(error: &zip::result::ZipError) -> String {
    format!("the archive is incomplete or is none ({error})")
}

fn too_large(detail: String) -> FileError {
    FileError::new(code::TOO_LARGE, format!("The workbook is refused: {detail}."))
}

/// Counts in one part what would cost memory later.
struct Scan<'a> {
    name: &'a str,
    limits: &'a Limits,
    packed: u64,
    bytes: u64,
    /// Bytes since the last `<`.
    run: u64,
    /// The name of the tag that is being read, while it is.
    tag: Option<([u8; 12], usize)>,
    /// Bytes since an inline string began, while it lasts.
    inline: Option<u64>,
    strings: u64,
    merges: u64,
    shared: bool,
}

impl<'a> Scan<'a> {
    fn new(name: &'a str, packed: u64, limits: &'a Limits) -> Self {
        let shared = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let (bytes, run, strings, merges) = (0, 0, 0, 0);
        Scan { name, limits, packed, bytes, run, tag: None, inline: None, strings, merges, shared }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), FileError> {
        self.bytes += chunk.len() as u64;
        self.sizes()?;
        if !self.name.to_ascii_lowercase().ends_with(".xml") {
            return Ok(());
        }
        let mut at = 0;
        while at < chunk.len() {
            if self.tag.is_some() {
                at += self.read_tag(&chunk[at..]);
                continue;
            }
            let rest = &chunk[at..];
            let step = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
            self.run += step as u64;
            if let Some(inline) = &mut self.inline {
                *inline += step as u64;
            }
            at += step;
            if at < chunk.len() {
                self.run = 0;
                self.tag = Some(([0; 12], 0));
                at += 1;
            }
            self.texts()?;
        }
        Ok(())
    }

    /// Reads on in the name of a tag; gives the bytes used.
    fn read_tag(&mut self, rest: &[u8]) -> usize {
        let Some((name, length)) = &mut self.tag else { return 0 };
        let mut used = 0;
        for byte in rest {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b':') {
                if *length < name.len() {
                    name[*length] = *byte;
                    *length += 1;
                }
                used += 1;
            } else {
                let tag = name[..*length].to_vec();
                self.tag = None;
                self.count(&tag);
                break;
            }
        }
        self.run += used as u64;
        used
    }

    fn count(&mut self, tag: &[u8]) {
        let (closing, local) = (tag.starts_with(b"/"), tag.rsplit(|b| matches!(b, b':' | b'/')).next());
        match local {
            Some(b"mergeCell") => self.merges += 1,
            Some(b"si") if self.shared && !closing => self.strings += 1,
            Some(b"is") => self.inline = (!closing).then_some(0),
            _ => {}
        }
    }

    fn sizes(&self) -> Result<(), FileError> {
        let Scan { name, bytes, limits, .. } = *self;
        let passes = |what: &str| Err(too_large(format!("{name} {what}")));
        match () {
            () if bytes > limits.part_bytes => {
                passes(&format!("unpacks to more than {} bytes", limits.part_bytes))
            }
            () if bytes > limits.inflate_free_bytes && bytes / self.packed > limits.inflate_ratio => {
                passes(&format!("unpacks to more than {} times its size", limits.inflate_ratio))
            }
            () if self.shared && bytes > limits.shared_string_bytes => {
                passes(&format!("holds more than {} bytes of text", limits.shared_string_bytes))
            }
            () => Ok(()),
        }
    }

    fn texts(&self) -> Result<(), FileError> {
        let Scan { name, limits, .. } = *self;
        let passes = |what: String| Err(too_large(format!("{name} {what}")));
        match () {
            () if self.run > limits.text_bytes
                || self.inline.is_some_and(|inline| inline > limits.text_bytes) =>
            {
                passes(format!("has a text of more than {} bytes", limits.text_bytes))
            }
            () if self.strings > limits.shared_strings => {
                passes(format!("holds more than {} texts", limits.shared_strings))
            }
            () if self.merges > limits.merges => {
                passes(format!("merges more than {} regions", limits.merges))
            }
            () => Ok(()),
        }
    }
}
