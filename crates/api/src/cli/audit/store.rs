//! A stopped store, audited without touching it: its files are hashed while they are copied, and the copy is opened.
//!
//! Guarantees: nothing in the data folder is written; a store that is open elsewhere is refused; records, checksums,
//! roots, tiles, head, mark and checkpoints are all checked against the lines. (Opening a store writes: sled zeroes
//! torn segments; hence the copy.)

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use daftar_domain::lock;
use daftar_domain::log::checkpoint::{SignedCheckpoint, Trust};
use daftar_domain::log::head::Head;
use daftar_domain::log::mark::Mark;
use daftar_domain::log::merkle::{Tile, TreeHash};
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, LogError};
use sha2::{Digest, Sha256};

use super::bundle::check_origin;
use super::chain::{Chain, Expected, Watch};
use super::finding::{Code, Finding};
use super::pipeline::{self, Sink, Work};
use super::trust::{expected_of, read_checkpoint};
use super::{Progress, report::Verified};

/// The store, in the data folder.
pub const LOG: &str = "log";
/// The mark, in the data folder.
pub const MARK: &str = "mark";
/// The last checkpoint that was signed, beside the file of private keys.
pub const SIGNED: &str = "keys.checkpoint";
/// Stored bytes that are read at a time.
const READ_BYTES: usize = 1024 * 1024;

/// A copy of a stopped store.
pub struct Copied {
    data: PathBuf,
    /// Holds the copy; removed when it is dropped.
    _folder: Option<tempfile::TempDir>,
    /// The copy, opened.
    pub log: Arc<dyn Log>,
    /// Each file of the original with its SHA-256.
    pub manifest: Vec<(String, TreeHash)>,
}

impl Copied {
    /// Copies the store in a data folder to below `work` (the system's folder for temporary files when left out).
    ///
    /// # Errors
    /// [`Code::Empty`] when there is no store, [`Code::Unreadable`] when it is open elsewhere or there is no room,
    /// [`Code::Changed`] when the copy cannot be opened.
    pub fn of(data: &Path, work: Option<&Path>) -> Result<Self, Finding> {
        let store = data.join(LOG);
        if !store.join("db").is_file() {
            return Err(Finding::new(Code::Empty, format_args!("{}: there is no store", store.display())));
        }
        let _stopped = lock(&store)?;
        let folder = work_folder(work)?;
        let copy = folder.path().join(LOG);
        let mut manifest = Vec::new();
        copy_folder(&store, &copy, LOG, &mut manifest)?;
        let log = SledLog::open(&copy, SledSettings::default()).map_err(|error| of_copy(error, &store))?;
        Ok(Self { data: data.to_owned(), _folder: Some(folder), log: Arc::new(log), manifest })
    }

    /// A log that is open already, with the mark and the checkpoint of a data folder.
    #[cfg(test)]
    pub fn opened(data: &Path, log: Arc<dyn Log>) -> Self {
        Self { data: data.to_owned(), _folder: None, log, manifest: Vec::new() }
    }

    /// The folder, for messages.
    pub fn name(&self) -> String {
        self.data.display().to_string()
    }

    fn head(&self) -> Result<Option<Head>, Finding> {
        let Some(bytes) = self.log.head()? else { return Ok(None) };
        let head = Head::decode(&bytes);
        head.map(Some).map_err(|error| LogError::of_record(&self.name(), "the head", error).into())
    }

    /// The newest checkpoint: in the head, or beside the keys, or where the caller says. All that are there must be
    /// signed by a trusted key; all are returned, the newest last.
    ///
    /// # Errors
    /// [`Code::Unsigned`] when there is none, or one is not signed.
    pub fn checkpoints(&self, trust: &Trust, given: Option<&Path>) -> Result<Vec<SignedCheckpoint>, Finding> {
        let mut found = Vec::new();
        if let Some(note) = self.head()?.and_then(|head| head.checkpoint) {
            let signed = trust.clone().asking_for(0).open(&note);
            found.push(
                signed.map_err(|error| Finding::new(Code::Unsigned, format_args!("the head: {error}")))?,
            );
        }
        let beside = self.data.join(SIGNED);
        let path = given.unwrap_or(&beside);
        match read_checkpoint(path, trust)? {
            Some(signed) => found.push(signed),
            None if given.is_some() => {
                return Err(Finding::new(Code::Unreadable, format_args!("{}: missing", path.display())));
            }
            None => {}
        }
        found.sort_by_key(|signed| signed.checkpoint.size);
        if found.last().is_none_or(|signed| signed.checkpoint.size == 0) {
            let what = format!("{}: no checkpoint: nobody has signed what stands here", self.name());
            return Err(Finding::new(Code::Unsigned, what));
        }
        Ok(found)
    }

    /// Verifies the store, and that it continues what was seen. Events after the newest checkpoint are a finding,
    /// unless `unsigned_tail` lets them pass.
    ///
    /// # Errors
    /// The first finding.
    pub fn verify(
        &self,
        trust: &Trust,
        given: Option<&Path>,
        seen: Vec<Expected>,
        unsigned_tail: bool,
        progress: &Progress,
    ) -> Result<Verified, Finding> {
        self.watched(trust, given, seen, unsigned_tail, &mut |_, _, _| {}, progress)
    }

    /// The same, while `watch` sees the events go by.
    ///
    /// # Errors
    /// The first finding.
    pub fn watched(
        &self,
        trust: &Trust,
        given: Option<&Path>,
        seen: Vec<Expected>,
        unsigned_tail: bool,
        watch: &mut Watch<'_>,
        progress: &Progress,
    ) -> Result<Verified, Finding> {
        let checkpoints = self.checkpoints(trust, given)?;
        let mut expected = seen;
        for signed in &checkpoints {
            let whose = format!("the checkpoint of {} events", signed.checkpoint.size);
            expected.push(expected_of(signed, whose, Code::Changed, Code::Truncated));
        }
        expected.extend(self.mark()?);
        let chain = self.follow(expected, watch, progress)?;
        chain.finish(&self.name())?;
        let signed = checkpoints.into_iter().next_back().expect("there is one");
        check_origin(&chain, &signed.checkpoint)?;
        let (end, size) = (chain.position(), signed.checkpoint.size);
        if end > size && !unsigned_tail {
            let what = format!(
                "nobody has signed positions {} to {end}; the newest checkpoint ends at {size}",
                size + 1
            );
            return Err(Finding::at(Code::Unsigned, size + 1, &self.name(), what));
        }
        Ok(Verified::new(&self.name(), &chain, signed))
    }

    fn mark(&self) -> Result<Option<Expected>, Finding> {
        let path = self.data.join(MARK);
        let mark = Mark::read(&path)?.filter(|mark| mark.position > 0);
        Ok(mark.map(|mark| Expected {
            size: mark.position,
            root: mark.root,
            whose: format!("the mark in {}", path.display()),
            other: Code::Changed,
            short: Code::Truncated,
        }))
    }

    fn follow(
        &self,
        expected: Vec<Expected>,
        watch: &mut Watch<'_>,
        progress: &Progress,
    ) -> Result<Chain, Finding> {
        let (log, head) = (&*self.log, self.head()?);
        progress.expect(head.as_ref().map_or(0, Head::position));
        let mut chain = Chain::new("commit", expected);
        pipeline::run(
            |sink| read_records(log, sink),
            |part| {
                progress.advance(part.leaves.len() as u64);
                chain.follow(part, watch, |_, _| Ok(()), |tiles| check_tiles(log, tiles))
            },
        )?;
        let Some(head) = head else { return Ok(chain) };
        if head.commit != chain.commits || head.frontier != *chain.tree.frontier() {
            let what = format!(
                "the head ends with commit {} at position {} and root {}, the lines with commit {} at {} and {}: the \
                 last commit or the head was changed",
                head.commit,
                head.position(),
                head.frontier.root(),
                chain.commits,
                chain.position(),
                chain.tree.root()
            );
            return Err(Finding::at(
                Code::Changed,
                chain.position(),
                &format!("commit {}", chain.commits),
                what,
            ));
        }
        Ok(chain)
    }
}

fn read_records(log: &dyn Log, sink: &mut Sink<'_>) -> Result<(), Finding> {
    let (mut next, tail) = (1, log.tail());
    while next <= tail {
        let records = log.read(next, READ_BYTES)?;
        if records.is_empty() {
            return Err(Finding::new(Code::Changed, format_args!("commit {next}: missing")));
        }
        for record in records {
            if !sink(Work::Record(next, record)) {
                return Ok(());
            }
            next += 1;
        }
    }
    Ok(())
}

/// The tiles that the lines made are those that are stored.
pub(super) fn check_tiles(log: &dyn Log, tiles: Vec<Tile>) -> Result<(), Finding> {
    for tile in tiles {
        if log.tile(tile.level, tile.index)?.as_ref() != Some(&tile.hashes) {
            let leaves = 1u64 << (8 * (u32::from(tile.level) + 1));
            let first = tile.index * leaves + 1;
            let place = format!("tile {} of level {}", tile.index, tile.level);
            let what = format!("the tile is not what positions {first} to {} make", first + leaves - 1);
            return Err(Finding::at(Code::Changed, first, &place, what));
        }
    }
    Ok(())
}

/// Messages name the original, not the copy.
fn of_copy(error: LogError, store: &Path) -> Finding {
    let code = if matches!(error, LogError::Corrupt { .. }) { Code::Changed } else { Code::Unreadable };
    let text = error.to_string();
    let what = text.split_once(": ").map_or(text.as_str(), |(_, what)| what);
    Finding::new(code, format_args!("{}: {what}", store.display()))
}

/// A folder for what is copied, below `work` or the system's folder for temporary files; it goes with its value.
///
/// # Errors
/// [`Code::Unreadable`].
pub fn work_folder(work: Option<&Path>) -> Result<tempfile::TempDir, Finding> {
    let folder = match work {
        Some(work) => tempfile::tempdir_in(work),
        None => tempfile::tempdir(),
    };
    folder.map_err(|error| Finding::new(Code::Unreadable, format_args!("no room for a copy: {error}")))
}

/// Takes the store's lock without writing, so that no server opens it meanwhile.
///
/// # Errors
/// [`Code::Unreadable`] when a server has it open.
pub fn lock(store: &Path) -> Result<Option<File>, Finding> {
    let path = store.join("lock");
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Finding::io(&path, &error)),
    };
    match lock::take(&file) {
        Ok(true) => Ok(Some(file)),
        Ok(false) => Err(Finding::new(
            Code::Unreadable,
            format_args!("{}: it is in use; stop the server, or audit a bundle", store.display()),
        )),
        Err(error) => Err(Finding::io(&path, &error)),
    }
}

fn copy_folder(
    from: &Path,
    to: &Path,
    name: &str,
    manifest: &mut Vec<(String, TreeHash)>,
) -> Result<(), Finding> {
    let fail = |error: std::io::Error| Finding::io(from, &error);
    fs::create_dir(to).map_err(|error| Finding::io(to, &error))?;
    let mut entries = fs::read_dir(from).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(fail)?.is_dir() {
            copy_folder(&source, &target, &name, manifest)?;
        } else {
            let hash = copy_file(&source, &target).map_err(|error| Finding::io(&source, &error))?;
            manifest.push((name, hash));
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<TreeHash> {
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1024 * 1024]);
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            return Ok(TreeHash(hasher.finalize().into()));
        }
        hasher.update(&buffer[..read]);
        target.write_all(&buffer[..read])?;
    }
}
