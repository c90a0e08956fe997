//! A file of checked lines: appended and synced, or rewritten whole.
//!
//! Guarantees: one batch is one line, so it is there as a whole or not at all; a line is on stable storage when its
//! append returns; a half-written last line is dropped on opening, any other damage is named by its line; a rewrite is
//! the old file or the new one, and the old bytes are overwritten. After a failed write nothing more is written until
//! the file is opened again.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::VaultError;

/// Eight digits of CRC-32 and a space stand before each line's JSON.
const PREFIX: usize = 9;

/// The most bytes of one line: a batch of a submission stays far below it.
const LINE_BYTES_MOST: usize = 16 << 20;

/// Where a line's JSON is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    offset: u64,
    len: u32,
}

/// An open file of checked lines.
#[derive(Debug)]
pub(super) struct LineFile {
    file: File,
    path: PathBuf,
    end: u64,
    broken: bool,
}

impl LineFile {
    /// Whether there is such a file.
    pub(super) fn exists(path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    /// Makes a new file with these lines; it is there as a whole or not at all.
    pub(super) fn create(path: &Path, lines: &[Vec<u8>]) -> Result<Self, VaultError> {
        let (file, end) = write_beside(path, lines.iter().map(|line| Ok(line.clone())))?;
        settle(path)?;
        Ok(Self { file, path: path.to_owned(), end, broken: false })
    }

    /// Opens a file and reads it line by line; the first line has number 1.
    pub(super) fn open(
        path: &Path,
        mut each: impl FnMut(u64, Place, &[u8]) -> Result<(), String>,
    ) -> Result<Self, VaultError> {
        let failed = |error| VaultError::io(path, "open", &error);
        // What a rewrite left behind before it took the place of the file is worth nothing.
        match fs::remove_file(beside(path)) {
            Ok(()) => tracing::warn!(path = %path.display(), "an unfinished rewrite was dropped"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
        let mut reader = BufReader::new(&file);
        let (mut line, mut end, mut number) = (Vec::new(), 0, 0);
        let mut torn = None;
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            number += 1;
            if let Some(at) = torn {
                return Err(VaultError::damaged(path, at, "its checksum is wrong, and lines follow it"));
            }
            match checked(&line) {
                Some(json) => {
                    let place = Place { offset: end + PREFIX as u64, len: json.len() as u32 };
                    each(number, place, json).map_err(|why| VaultError::damaged(path, number, &why))?;
                    end += line.len() as u64;
                }
                None => torn = Some(number),
            }
        }
        if number == 0 || (torn == Some(1)) {
            return Err(VaultError::damaged(path, 1, "it has no first line"));
        }
        if let Some(number) = torn {
            tracing::warn!(path = %path.display(), line = number, "a half-written line was dropped");
            file.set_len(end).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        Ok(Self { file, path: path.to_owned(), end, broken: false })
    }

    /// Appends a line; it is on stable storage when this returns.
    pub(super) fn append(&mut self, json: &[u8]) -> Result<Place, VaultError> {
        if self.broken {
            return Err(VaultError::Failed(format!(
                "{}: an earlier write failed; open it again",
                self.path.display()
            )));
        }
        let line = framed(json)?;
        let written = self.file.write_all_at(&line, self.end).and_then(|()| self.file.sync_data());
        written.map_err(|error| {
            self.broken = true;
            VaultError::io(&self.path, "append", &error)
        })?;
        let place = Place { offset: self.end + PREFIX as u64, len: json.len() as u32 };
        self.end += line.len() as u64;
        Ok(place)
    }

    /// Reads a line's JSON again.
    pub(super) fn read(&self, place: Place) -> Result<Vec<u8>, VaultError> {
        let mut line = vec![0; place.len as usize + PREFIX + 1];
        let from = place.offset - PREFIX as u64;
        self.file
            .read_exact_at(&mut line, from)
            .map_err(|error| VaultError::io(&self.path, "read", &error))?;
        match checked(&line) {
            Some(json) => Ok(json.to_vec()),
            None => Err(VaultError::Damaged {
                file: self.path.clone(),
                line: 0,
                why: format!("the line at byte {from} changed since it was opened"),
            }),
        }
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The JSON of the first line, as it is on disk.
    pub(super) fn first(&self) -> Result<Vec<u8>, VaultError> {
        let failed = |error| VaultError::io(&self.path, "read", &error);
        let mut line = Vec::new();
        let file = File::open(&self.path).map_err(failed)?;
        BufReader::new(file).read_until(b'\n', &mut line).map_err(failed)?;
        checked(&line).map(<[u8]>::to_vec).ok_or_else(|| VaultError::damaged(&self.path, 1, "checksum"))
    }

    /// Replaces the whole file, and overwrites the bytes of the old one. What a file system, a disk or a backup copied
    /// elsewhere stays there.
    pub(super) fn rewrite(
        &mut self,
        lines: impl Iterator<Item = Result<Vec<u8>, VaultError>>,
    ) -> Result<(), VaultError> {
        let (next, end) = write_beside(&self.path, lines)?;
        if let Err(error) = settle(&self.path) {
            self.broken = true;
            return Err(error);
        }
        let old = std::mem::replace(&mut self.file, next);
        let len = std::mem::replace(&mut self.end, end);
        self.broken = false;
        destroy(&old, len).map_err(|error| VaultError::io(&self.path, "overwrite the old bytes of", &error))
    }
}

/// The JSON of a whole line whose checksum holds.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (prefix, json) = line.strip_suffix(b"\n")?.split_at_checked(PREFIX)?;
    let sum = u32::from_str_radix(std::str::from_utf8(prefix).ok()?.strip_suffix(' ')?, 16).ok()?;
    (sum == crc32fast::hash(json)).then_some(json)
}

fn framed(json: &[u8]) -> Result<Vec<u8>, VaultError> {
    if json.len() > LINE_BYTES_MOST {
        let why = format!("{} bytes in one batch, more than {LINE_BYTES_MOST}", json.len());
        return Err(VaultError::Failed(why));
    }
    let mut line = format!("{:08x} ", crc32fast::hash(json)).into_bytes();
    line.extend_from_slice(json);
    line.push(b'\n');
    Ok(line)
}

/// Where a rewrite is written before it takes the place of a file.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    name.into()
}

fn write_beside(
    path: &Path,
    lines: impl Iterator<Item = Result<Vec<u8>, VaultError>>,
) -> Result<(File, u64), VaultError> {
    let beside = beside(path);
    let failed = |error| VaultError::io(&beside, "write", &error);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .map_err(failed)?;
    let (mut writer, mut end) = (BufWriter::new(&file), 0);
    for line in lines {
        let line = framed(&line?)?;
        end += line.len() as u64;
        writer.write_all(&line).map_err(failed)?;
    }
    writer.flush().map_err(failed)?;
    drop(writer);
    file.sync_all().map_err(failed)?;
    Ok((file, end))
}

/// Lets what was written beside take the place of the file, for good.
fn settle(path: &Path) -> Result<(), VaultError> {
    let failed = |error| VaultError::io(path, "replace", &error);
    fs::rename(beside(path), path).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn destroy(file: &File, len: u64) -> std::io::Result<()> {
    const ZEROS: [u8; 8192] = [0; 8192];
    let mut at = 0;
    while at < len {
        let part = (len - at).min(ZEROS.len() as u64);
        file.write_all_at(&ZEROS[..part as usize], at)?;
        at += part;
    }
    file.sync_all()
}

/// A line's JSON.
pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("it has only string keys")
}
