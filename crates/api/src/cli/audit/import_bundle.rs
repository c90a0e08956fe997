//! `daftar audit import-bundle`: restores a log from a bundle.
//!
//! Guarantees: the bundle is verified whole before anything is written; the restored log has the same lines at the
//! same positions under the same root, and its head holds the bundle's checkpoint; an import that was cut off goes on
//! where it ended. Until it has ended nothing else is recorded there: the mark stands at the end first, and a ledger
//! refuses a log that is shorter than its mark. (Where commits begin and end is storage and may differ.)

use std::fs;
use std::path::Path;

use daftar_domain::envelope::Recorded;
use daftar_domain::log::checkpoint::{SignedCheckpoint, Trust};
use daftar_domain::log::head::Head;
use daftar_domain::log::mark::Mark;
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::record::{CommitId, RecordEncoder, RecordHeader};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Appended, CommitWrite, Log, codec};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Progress;
use super::bundle::{Bundle, EVENTS, read_lines};
use super::finding::{Code, Finding};
use super::pipeline::Work;
use super::store::{LOG, MARK};

/// Lines after which a commit ends with its command.
const COMMIT_LINES: usize = 1_000;

/// Restores the log into a data folder that is new, empty, or half restored from the same bundle; returns how many
/// events were there before.
///
/// # Errors
/// What verifying the bundle finds; [`Code::Forked`] for a folder that holds another log; what the store says.
pub fn import(bundle: &Bundle, data: &Path, trust: &Trust, progress: &Progress) -> Result<u64, Finding> {
    let verified = bundle.verify(trust, Vec::new(), progress)?;
    let signed = verified.signed;
    fs::create_dir_all(data).map_err(|error| Finding::io(data, &error))?;
    let mark = Mark { position: signed.checkpoint.size, root: signed.checkpoint.root };
    let mark_path = data.join(MARK);
    if Mark::read(&mark_path)?.is_some_and(|there| there.position > 0 && there != mark) {
        let what = format!("{}: it is the mark of another log, or of another end", mark_path.display());
        return Err(Finding::new(Code::Forked, what));
    }
    let log = SledLog::open(&data.join(LOG), SledSettings::default())?;
    let head = log.head()?.map(|bytes| Head::decode(&bytes)).transpose();
    let head = head.map_err(|error| {
        Finding::new(Code::Changed, format_args!("{}: the head: {error}", data.display()))
    })?;
    mark.write(&mark_path).map_err(|error| Finding::io(&mark_path, &error))?;
    let mut restoring = Restoring::new(log, head, signed);
    let before = restoring.there.as_ref().map_or(0, Head::position);
    let mut failed = None;
    progress.expect(mark.position);
    read_lines(&bundle.file(EVENTS), &mut |work| {
        let Work::Lines(lines) = work else { return false };
        let taken = lines
            .split_inclusive(|byte| *byte == b'\n')
            .try_for_each(|line| restoring.line(line.strip_suffix(b"\n").unwrap_or(line)));
        progress.reach(restoring.read.size());
        failed = taken.err();
        failed.is_none()
    })?;
    match failed {
        Some(finding) => Err(finding),
        None => restoring.finish().map(|()| before),
    }
}

struct Restoring {
    log: SledLog,
    /// Where the store ended when it was opened.
    there: Option<Head>,
    signed: SignedCheckpoint,
    /// The tree over the lines that were read.
    read: Tree,
    /// The tree before the waiting lines.
    written: Tree,
    waiting: Vec<Vec<u8>>,
    encoder: RecordEncoder,
}

impl Restoring {
    fn new(log: SledLog, there: Option<Head>, signed: SignedCheckpoint) -> Self {
        let (read, written, encoder) = (Tree::new(), Tree::new(), RecordEncoder::new());
        Self { log, there, signed, read, written, waiting: Vec::new(), encoder }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Finding> {
        self.read.append(TreeHash::leaf(line));
        let position = self.read.size();
        let there = self.there.as_ref().map_or(0, Head::position);
        if position > there {
            self.waiting.push(line.to_vec());
            return self.commit_when_due(line);
        }
        if position == there {
            if self.there.as_ref().is_none_or(|head| head.frontier != *self.read.frontier()) {
                let what = format!("{}: it holds another log than the bundle", self.log.name());
                return Err(Finding::at(Code::Forked, 1, &format!("positions 1 to {there}"), what));
            }
            self.read.take_finished();
            self.written = self.read.clone();
        }
        Ok(())
    }

    fn commit_when_due(&mut self, line: &[u8]) -> Result<(), Finding> {
        let last = self.read.size() == self.signed.checkpoint.size;
        if self.waiting.len() < COMMIT_LINES && !last {
            return Ok(());
        }
        let position = self.read.size();
        let event = codec::decode(line)
            .map_err(|error| Finding::at(Code::Malformed, position, &format!("line {position}"), error))?;
        if event.index == event.of { self.commit(&event, last) } else { Ok(()) }
    }

    /// Writes the waiting lines, which end a command, as one commit.
    fn commit(&mut self, end: &Recorded, last: bool) -> Result<(), Finding> {
        let commit = self.log.tail() + 1;
        let id = commit_id(end, self.read.root());
        let header = RecordHeader {
            commit,
            id,
            first_position: self.written.size() + 1,
            count: self.waiting.len() as u32,
            root_before: self.written.root(),
        };
        let too_large = |error| Finding::new(Code::Unreadable, format_args!("commit {commit}: {error}"));
        let checkpoint = last.then(|| self.signed.note.clone());
        let write = CommitWrite {
            record: self.encoder.encode(&header, &self.waiting).map_err(too_large)?,
            head: Head { commit, id, frontier: self.read.frontier().clone(), checkpoint }
                .encode()
                .map_err(too_large)?,
            tiles: self.read.take_finished(),
        };
        match self.log.append(commit - 1, &write)? {
            Appended::At(_) => {}
            Appended::Conflict { last } => {
                let what = format!("{}: another process wrote commit {last}", self.log.name());
                return Err(Finding::new(Code::Unreadable, what));
            }
        }
        self.written = self.read.clone();
        self.waiting.clear();
        Ok(())
    }

    fn finish(self) -> Result<(), Finding> {
        let Self { signed, written, there, log, .. } = self;
        let there = there.map_or(0, |head| head.position());
        if there > signed.checkpoint.size {
            let what =
                format!("{}: it holds {there} events, the bundle {}", log.name(), signed.checkpoint.size);
            return Err(Finding::new(Code::OlderThanSeen, what));
        }
        if (written.size(), written.root()) != (signed.checkpoint.size, signed.checkpoint.root) {
            let what = "the bundle changed while it was read: remove the data folder and begin anew";
            return Err(Finding::new(Code::Changed, what));
        }
        Ok(())
    }
}

/// The same bundle gives the same commit ids: a UUIDv7 of the last event's time, with bits of the root.
fn commit_id(end: &Recorded, root: TreeHash) -> CommitId {
    let millis = u64::try_from(end.recorded_at.millis()).unwrap_or(0);
    let hash: [u8; 32] = Sha256::digest(root.0).into();
    let mut bytes: [u8; 16] = hash[..16].try_into().expect("16 of 32 bytes");
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    CommitId(Uuid::from_bytes(bytes))
}
