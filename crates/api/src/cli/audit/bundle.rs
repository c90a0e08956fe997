//! A bundle: a folder with the event lines (`events.jsonl`), the leaf hash of each (`leaves`), and the signed
//! checkpoint over them (`checkpoint`). Its form is in `schema/proofs.md`.
//!
//! Guarantees: a bundle is green only if every bit of its three files is what was signed (signatures by keys that the
//! auditor does not have are counted, not checked); where lines were changed, the leaf hashes name the first one.
//! The lines are read once, and nothing in a bundle is trusted before its root is that of the checkpoint.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use daftar_domain::log::checkpoint::{Checkpoint, SignedCheckpoint, Trust};
use daftar_domain::log::merkle::{Tree, TreeHash};
use daftar_domain::log::record::MAX_LINE_BYTES;

use super::chain::{Chain, Expected, Watch};
use super::finding::{Code, Finding};
use super::pipeline::{self, Sink, Work};
use super::trust::{expected_of, read_checkpoint};
use super::{Progress, report::Verified};

/// The event lines, each ended by a line feed.
pub const EVENTS: &str = "events.jsonl";
/// The leaf hash of each line, 32 bytes.
pub const LEAVES: &str = "leaves";
/// The signed checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// Bytes of lines in one part.
const PART_BYTES: usize = 1024 * 1024;

/// The files of a bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    folder: PathBuf,
}

impl Bundle {
    /// The bundle in a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The path of one of its files.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder, for messages.
    pub fn name(&self) -> String {
        self.folder.display().to_string()
    }

    /// The checkpoint, signed by a trusted key.
    ///
    /// # Errors
    /// [`Code::Unsigned`], [`Code::Empty`], [`Code::Unreadable`].
    pub fn checkpoint(&self, trust: &Trust) -> Result<SignedCheckpoint, Finding> {
        if !self.folder.is_dir() {
            return Err(Finding::new(Code::Unreadable, format_args!("{}: it is not a folder", self.name())));
        }
        let path = self.file(CHECKPOINT);
        let missing = || {
            let what = format!("{}: missing: the bundle is unsigned or was not finished", path.display());
            Finding::new(Code::Unsigned, what)
        };
        let signed = read_checkpoint(&path, trust)?.ok_or_else(missing)?;
        if signed.checkpoint.size == 0 {
            return Err(Finding::new(Code::Empty, format_args!("{}: it is of an empty log", path.display())));
        }
        Ok(signed)
    }

    /// Verifies the bundle, and that it continues what was seen.
    ///
    /// # Errors
    /// The first finding.
    pub fn verify(
        &self,
        trust: &Trust,
        seen: Vec<Expected>,
        progress: &Progress,
    ) -> Result<Verified, Finding> {
        self.watched(trust, seen, &mut |_, _, _| {}, progress)
    }

    /// The same, while `watch` sees the events go by.
    ///
    /// # Errors
    /// The first finding.
    pub fn watched(
        &self,
        trust: &Trust,
        seen: Vec<Expected>,
        watch: &mut Watch<'_>,
        progress: &Progress,
    ) -> Result<Verified, Finding> {
        let signed = self.checkpoint(trust)?;
        progress.expect(signed.checkpoint.size);
        let mut expected = seen;
        let whose = format!("the checkpoint in {}", self.file(CHECKPOINT).display());
        expected.push(expected_of(&signed, whose, Code::Changed, Code::Truncated));
        let mut chain = Chain::new("line", expected);
        let mut leaves = Leaves::open(self.file(LEAVES))?;
        let size = signed.checkpoint.size;
        let followed = pipeline::run(
            |sink| read_lines(&self.file(EVENTS), sink),
            |part| {
                progress.advance(part.leaves.len() as u64);
                chain.follow(
                    part,
                    watch,
                    |position, leaf| {
                        if position > size {
                            let what = "it stands after the end that the checkpoint signs";
                            return Err(Finding::at(
                                Code::Unsigned,
                                position,
                                &format!("line {position}"),
                                what,
                            ));
                        }
                        leaves.compare(position, leaf)
                    },
                    |_| Ok(()),
                )
            },
        );
        followed
            .and_then(|()| chain.finish(&self.name()))
            .map_err(|finding| self.located(finding, &leaves, &signed.checkpoint))?;
        leaves.finish(size)?;
        check_origin(&chain, &signed.checkpoint)?;
        Ok(Verified::new(&self.name(), &chain, signed))
    }

    /// Names the first line that is not the signed one, when the leaf hashes are the signed ones: a changed line may
    /// only show in a later one, such as a time that then goes back.
    fn located(&self, finding: Finding, leaves: &Leaves, checkpoint: &Checkpoint) -> Finding {
        let Some(other) = leaves.first_other else { return finding };
        let later = finding.position.is_none_or(|position| other < position);
        if !(later || finding.code == Code::Changed) || !self.leaves_are_signed(checkpoint).unwrap_or(false) {
            return finding;
        }
        let place = format!("line {other} of {}", self.file(EVENTS).display());
        Finding::at(Code::Changed, other, &place, "the line is not the one that was signed")
    }

    fn leaves_are_signed(&self, checkpoint: &Checkpoint) -> std::io::Result<bool> {
        let mut file = BufReader::with_capacity(PART_BYTES, File::open(self.file(LEAVES))?);
        let mut tree = Tree::new();
        let mut hash = [0; 32];
        for _ in 0..checkpoint.size {
            file.read_exact(&mut hash)?;
            tree.append(TreeHash(hash));
            drop(tree.take_finished());
        }
        Ok(tree.root() == checkpoint.root)
    }
}

/// The log's first event and the checkpoint name the same log.
///
/// # Errors
/// [`Code::Changed`].
pub fn check_origin(chain: &Chain, checkpoint: &Checkpoint) -> Result<(), Finding> {
    if chain.origin() == checkpoint.origin {
        return Ok(());
    }
    let what = format!("the log calls itself {:?}, the checkpoint {:?}", chain.origin(), checkpoint.origin);
    Err(Finding::at(Code::Changed, 1, &format!("{} 1", chain.unit), what))
}

/// The file of leaf hashes, compared as the lines go by.
struct Leaves {
    path: PathBuf,
    file: BufReader<File>,
    /// The first position whose line has another hash.
    first_other: Option<u64>,
}

impl Leaves {
    fn open(path: PathBuf) -> Result<Self, Finding> {
        let file = File::open(&path).map_err(|error| Finding::io(&path, &error))?;
        Ok(Self { path, file: BufReader::with_capacity(PART_BYTES, file), first_other: None })
    }

    fn compare(&mut self, position: u64, leaf: TreeHash) -> Result<(), Finding> {
        let mut hash = [0; 32];
        self.file.read_exact(&mut hash).map_err(|_| {
            let what = format!("{}: it ends before the hash of the line", self.path.display());
            Finding::at(Code::Truncated, position, LEAVES, what)
        })?;
        if hash != leaf.0 {
            self.first_other.get_or_insert(position);
        }
        Ok(())
    }

    /// Every hash was that of its line, and nothing follows.
    fn finish(&mut self, size: u64) -> Result<(), Finding> {
        let path = self.path.display();
        if let Some(position) = self.first_other {
            let what = format!("{path}: the hash is not that of the line, which is the one that was signed");
            return Err(Finding::at(Code::Changed, position, LEAVES, what));
        }
        match self.file.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(Finding::at(
                Code::Changed,
                size + 1,
                LEAVES,
                format_args!("{path}: bytes after the last hash"),
            )),
            Err(error) => Err(Finding::io(&self.path, &error)),
        }
    }
}

/// Hands out the lines of a file, some at a time, each with its line feed.
///
/// # Errors
/// A line past the format's bound, a last line without its line feed, and what the file system says.
pub fn read_lines(path: &Path, sink: &mut Sink<'_>) -> Result<(), Finding> {
    let mut file = File::open(path).map_err(|error| Finding::io(path, &error))?;
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let mut part = std::mem::take(&mut rest);
        let before = part.len();
        let read = file.by_ref().take(PART_BYTES as u64).read_to_end(&mut part);
        if read.map_err(|error| Finding::io(path, &error))? == 0 {
            return match before {
                0 => Ok(()),
                _ => Err(Finding::new(
                    Code::Truncated,
                    format_args!("{}: its last line is cut off", path.display()),
                )),
            };
        }
        let whole = part.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        rest = part.split_off(whole);
        if rest.len() > MAX_LINE_BYTES {
            let what = format!("{}: a line of more than {MAX_LINE_BYTES} bytes", path.display());
            return Err(Finding::new(Code::Malformed, what));
        }
        if whole > 0 && !sink(Work::Lines(part)) {
            return Ok(());
        }
    }
}
