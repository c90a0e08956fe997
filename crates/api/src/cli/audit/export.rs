//! `daftar audit export`: writes a stopped store as a bundle.
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

/// Writes the bundle; returns how many lines were there before.
///
/// # Errors
/// [`Code::Forked`] when the folder holds lines of another log, [`Code::Unreadable`] for the file system's reasons.
pub fn export(
    store: &Copied,
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
    if kept.tree.size() > signed.checkpoint.size {
        let (there, size) = (kept.tree.size(), signed.checkpoint.size);
        let what = format!("{}: it holds {there} lines, the checkpoint ends at {size}", out.display());
        return Err(Finding::new(Code::OlderThanSeen, what));
    }
    let before = kept.tree.size();
    progress.expect(signed.checkpoint.size);
    write_rest(store, signed.checkpoint.size, &mut kept, progress)?;
    if kept.tree.root() != signed.checkpoint.root {
        let what =
            if before > 0 { "the lines that were there are of another log" } else { "the store was changed" };
        return Err(Finding::new(Code::Forked, format_args!("{}: {what}; verify the store", out.display())));
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

fn write_rest(store: &Copied, size: u64, kept: &mut Kept, progress: &Progress) -> Result<(), Finding> {
    let log = &*store.log;
    let (mut next, tail) = (1, log.tail());
    while next <= tail && kept.tree.size() < size {
        let records = log.read(next, READ_BYTES)?;
        if records.is_empty() {
            return Err(Finding::new(Code::Changed, format_args!("commit {next}: missing")));
        }
        for bytes in records {
            let place = format!("commit {next}");
            let header =
                record::peek(&bytes).map_err(|error| LogError::of_record(&store.name(), &place, error))?;
            next += 1;
            // What was exported before is passed over without being unpacked.
            if header.last_position() <= kept.tree.size() {
                continue;
            }
            let record =
                record::decode(&bytes).map_err(|error| LogError::of_record(&store.name(), &place, error))?;
            let there = kept.tree.size();
            for (_, line) in record.positioned_lines().filter(|(at, _)| (there + 1..=size).contains(at)) {
                let leaf = TreeHash::leaf(line);
                let written = kept
                    .events
                    .write_all(line)
                    .and_then(|()| kept.events.write_all(b"\n"))
                    .and_then(|()| kept.leaves.write_all(&leaf.0));
                written
                    .map_err(|error| Finding::new(Code::Unreadable, format_args!("the bundle: {error}")))?;
                kept.tree.append(leaf);
            }
            drop(kept.tree.take_finished());
            progress.reach(kept.tree.size());
        }
    }
    Ok(())
}
