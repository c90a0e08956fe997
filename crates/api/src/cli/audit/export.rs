//! `daftar audit export`: writes the signed part of a log, of a stopped store or of a running server, as a bundle.
//!
//! Guarantees: the bundle holds the exact bytes of the lines up to the newest checkpoint; an export that was cut off
//! goes on where it ended, after what is there was found to be the beginning of this log; the checkpoint is written
//! last, so that a bundle that is not finished is never green.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use daftar_domain::log::LogError;
use daftar_domain::log::checkpoint::{SignedCheckpoint, write_synced};
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::record::{self, MAX_LINE_BYTES};

use super::Progress;
use super::bundle::{Bundle, CHECKPOINT, EVENTS, LEAVES};
use super::finding::{Code, Finding};
use super::store::Copied;

/// Stored bytes that are read at a time.
const READ_BYTES: usize = 1024 * 1024;

/// Takes lines, each after the one before it; false when no more are wanted.
pub type Lines<'a> = dyn FnMut(&[u8]) -> Result<bool, Finding> + 'a;

/// Where the lines of a log are read from.
pub trait Source {
    /// Hands out the lines at the positions after `after`, up to `size`.
    ///
    /// # Errors
    /// What can't be read, and what the taker finds.
    fn lines(&self, after: u64, size: u64, take: &mut Lines<'_>) -> Result<(), Finding>;
}

/// Writes the bundle; returns how many lines were there before.
///
/// # Errors
/// [`Code::Forked`] when the folder holds lines of another log, [`Code::Truncated`] when the source ends too early,
/// [`Code::Unreadable`] for the file system's reasons.
pub fn export(
    source: &dyn Source,
    signed: &SignedCheckpoint,
    out: &Path,
    progress: &Progress,
) -> Result<u64, Finding> {
    fs::create_dir_all(out).map_err(|error| Finding::io(out, &error))?;
    let bundle = Bundle::new(out);
    let unfinished = fs::remove_file(bundle.file(CHECKPOINT));
    match unfinished {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Finding::io(out, &error)),
        _ => {}
    }
    let mut kept = Kept::of(&bundle)?;
    let (before, size) = (kept.tree.size(), signed.checkpoint.size);
    if before > size {
        let what = format!("{}: it holds {before} lines, the checkpoint ends at {size}", out.display());
        return Err(Finding::new(Code::OlderThanSeen, what));
    }
    progress.expect(size);
    source.lines(before, size, &mut |line| {
        kept.add(line)?;
        progress.reach(kept.tree.size());
        Ok(kept.tree.size() < size)
    })?;
    let there = kept.tree.size();
    kept.flush().map_err(|error| Finding::io(out, &error))?;
    if there < size {
        let what =
            format!("{}: {there} of {size} lines arrived; the same command goes on there", out.display());
        return Err(Finding::new(Code::Truncated, what));
    }
    if kept.tree.root() != signed.checkpoint.root {
        let what =
            if before > 0 { "the lines that were there are of another log" } else { "the log was changed" };
        return Err(Finding::new(Code::Forked, format_args!("{}: {what}; verify the log", out.display())));
    }
    kept.close().map_err(|error| Finding::io(out, &error))?;
    write_synced(&bundle.file(CHECKPOINT), &signed.note, 0o644).map_err(|error| Finding::io(out, &error))?;
    Ok(before)
}

/// The lines and hashes that are in the bundle already, and the files, open at their ends.
struct Kept {
    tree: Tree,
    events: BufWriter<File>,
    leaves: BufWriter<File>,
}

impl Kept {
    /// Reads what is there; what a cut-off export left behind after the last whole pair of line and hash is dropped.
    fn of(bundle: &Bundle) -> Result<Self, Finding> {
        let (events, leaves) = (bundle.file(EVENTS), bundle.file(LEAVES));
        let (mut tree, mut bytes) = (Tree::new(), 0);
        if events.exists() && leaves.exists() {
            let fail = |error: std::io::Error| Finding::io(&events, &error);
            let mut lines = BufReader::with_capacity(READ_BYTES, File::open(&events).map_err(fail)?);
            let mut hashes = BufReader::with_capacity(READ_BYTES, File::open(&leaves).map_err(fail)?);
            let (mut line, mut hash) = (Vec::new(), [0; 32]);
            loop {
                line.clear();
                let most = MAX_LINE_BYTES as u64 + 1;
                lines.by_ref().take(most).read_until(b'\n', &mut line).map_err(fail)?;
                let Some(content) = line.strip_suffix(b"\n") else { break };
                if hashes.read_exact(&mut hash).is_err() {
                    break;
                }
                let leaf = TreeHash::leaf(content);
                if leaf.0 != hash {
                    let position = tree.size() + 1;
                    let what = "the line was changed since it was exported; name another folder";
                    return Err(Finding::at(Code::Changed, position, &format!("line {position}"), what));
                }
                bytes += line.len() as u64;
                tree.append(leaf);
                drop(tree.take_finished());
            }
        }
        let events = open_at(&events, bytes)?;
        let leaves = open_at(&leaves, tree.size() * 32)?;
        Ok(Self { tree, events, leaves })
    }

    fn add(&mut self, line: &[u8]) -> Result<(), Finding> {
        let leaf = TreeHash::leaf(line);
        let written = self
            .events
            .write_all(line)
            .and_then(|()| self.events.write_all(b"\n"))
            .and_then(|()| self.leaves.write_all(&leaf.0));
        written.map_err(|error| Finding::new(Code::Unreadable, format_args!("the bundle: {error}")))?;
        self.tree.append(leaf);
        drop(self.tree.take_finished());
        Ok(())
    }

    /// Leaves what there is to a later command.
    fn flush(&mut self) -> std::io::Result<()> {
        self.events.flush()?;
        self.leaves.flush()
    }

    fn close(self) -> std::io::Result<()> {
        for file in [self.events, self.leaves] {
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        }
        Ok(())
    }
}

fn open_at(path: &Path, len: u64) -> Result<BufWriter<File>, Finding> {
    let fail = |error: std::io::Error| Finding::io(path, &error);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fail)?;
    file.set_len(len).map_err(fail)?;
    drop(file);
    let file = OpenOptions::new().append(true).open(path).map_err(fail)?;
    Ok(BufWriter::with_capacity(READ_BYTES, file))
}

impl Source for Copied {
    fn lines(&self, after: u64, size: u64, take: &mut Lines<'_>) -> Result<(), Finding> {
        let (mut next, tail) = (1, self.log.tail());
        while next <= tail {
            let records = self.log.read(next, READ_BYTES)?;
            if records.is_empty() {
                return Err(Finding::new(Code::Changed, format_args!("commit {next}: missing")));
            }
            for bytes in records {
                let place = format!("commit {next}");
                let fail = |error| LogError::of_record(&self.name(), &place, error);
                next += 1;
                // What is not wanted is passed over without being unpacked.
                if record::peek(&bytes).map_err(fail)?.last_position() <= after {
                    continue;
                }
                let record = record::decode(&bytes).map_err(fail)?;
                for (_, line) in record.positioned_lines().filter(|(at, _)| (after + 1..=size).contains(at)) {
                    if !take(line)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}
