//! `daftar audit`: what an auditor does with the record, without trusting it and without altering it.
//!
//! Guarantees: a stopped store is copied first and the copy is opened; what an audit trusts (keys, checkpoints seen
//! before) comes from the auditor; whatever is not proved is a finding, with its place, and the exit code tells.
//! The log, the codec and the fold are those of the domain; the read model runs only where an answer is certified or
//! checked.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use daftar_domain::log::checkpoint::{SignedCheckpoint, Trust, write_synced};

pub mod bundle;
pub mod certify;
pub mod chain;
pub mod entities;
pub mod events;
pub mod export;
pub mod figures;
pub mod finding;
pub mod history;
pub mod import_bundle;
pub mod opening;
pub mod pipeline;
mod progress;
pub mod prove;
pub mod remote;
pub mod replay;
pub mod report;
pub mod restore;
pub mod sample;
pub mod sheet;
pub mod statements;
pub mod store;
#[cfg(test)]
mod tests;
pub mod trust;

use bundle::Bundle;
use chain::Watch;
use finding::{Code, Finding};
pub use progress::Progress;
use remote::Remote;
use report::Verified;
use store::Copied;
use trust::{Keys, Seen};

/// Arguments of `daftar audit`.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verifies a stopped store, a bundle or a running server: every hash, checksum, position, time, root and signature, and the fold.
    Verify(Verifying),
    /// Folds the history up to a point, and says what it adds up to there, or what changed between two points.
    Replay(replay::Replay),
    /// Tells the history of one entity: who did what, when, why, on whose authority, before and after.
    History(history::History),
    /// Draws a sample that anybody can draw again, each event with its proof.
    Sample(sample::Sample),
    /// Writes the signed part of a stopped store or of a running server as a bundle; goes on where an earlier export
    /// was cut off, and adds what is new. The backup of a server that goes on running.
    #[command(visible_alias = "backup")]
    Export {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        keys: Keys,
        /// The folder of the bundle.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Restores a log from a bundle into a new data folder; goes on where an earlier import was cut off.
    ImportBundle {
        /// The folder of the bundle.
        bundle: PathBuf,
        #[command(flatten)]
        keys: Keys,
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Puts a bundle in the place of a record that was lost or damaged, once it is found to continue it.
    Restore {
        /// The folder of the bundle.
        bundle: PathBuf,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        seen: Seen,
        /// The data folder of a stopped server; its store is kept beside.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Lets the record end at the bundle's end, though it had come further: what came after is lost.
        #[arg(long, value_name = "POSITION")]
        may_end_at: Option<u64>,
    },
    /// Proves that an event stands at its position, or that the log only grew since a checkpoint.
    Prove {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        keys: Keys,
        /// The position of the event; its line is written beside the proof.
        #[arg(long, value_name = "POSITION", required_unless_present = "from", conflicts_with = "from")]
        position: Option<u64>,
        /// The size of the earlier tree.
        #[arg(long, value_name = "SIZE")]
        from: Option<u64>,
        /// Where the proof is written.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Checks that an event line stands where a proof says.
    CheckProof {
        /// The file with the event line.
        #[arg(long, value_name = "FILE")]
        line: PathBuf,
        /// The file with the proof.
        #[arg(long, value_name = "FILE")]
        proof: PathBuf,
        #[command(flatten)]
        keys: Keys,
    },
    /// Checks that a personal value, handed out with its salt, is the one that an event line commits to.
    CheckOpening(opening::CheckOpening),
    /// Answers a query from the signed history, and binds the answer to it in a certificate that anybody can check.
    Certify(certify::Certify),
    /// Computes a certificate's answer anew from a stopped store, a bundle or a running server: the same, or the first
    /// difference.
    Check(certify::Check),
    /// Cosigns a checkpoint for a witness, after checking that the log only grew since the last one it saw.
    Witness {
        /// The file that `prove --from` wrote.
        request: PathBuf,
        /// The file with the witness's private key; the last checkpoint is remembered beside it.
        #[arg(long, value_name = "FILE")]
        witness_key: PathBuf,
        #[command(flatten)]
        keys: Keys,
        /// Where the cosigned checkpoint is written.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// A log that is not a bundle yet.
#[derive(Debug, Args)]
struct Source {
    /// The data folder of a stopped server.
    #[arg(long, value_name = "DIR", required_unless_present = "url", conflicts_with = "url")]
    data: Option<PathBuf>,
    /// A running server, such as http://127.0.0.1:8080; it is asked for its checkpoint.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Its newest checkpoint [default: the one beside its keys, or in the store].
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where the copy is made that is opened [default: the folder for temporary files].
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

/// What is audited.
#[derive(Debug, Args)]
struct Input {
    /// The data folder of a stopped server.
    #[arg(long, value_name = "DIR", required_unless_present_any = ["bundle", "url"], conflicts_with_all = ["bundle", "url"])]
    data: Option<PathBuf>,
    /// The folder of a bundle.
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    bundle: Option<PathBuf>,
    /// A running server, such as http://127.0.0.1:8080: its log is read into a bundle first, for the time of the audit.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The newest checkpoint of a store [default: the one beside its keys, or in the store].
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bundle", "url"])]
    checkpoint: Option<PathBuf>,
    /// Where the copy of a store, or the bundle of a server, is made [default: the folder for temporary files].
    #[arg(long, value_name = "DIR", conflicts_with = "bundle")]
    work: Option<PathBuf>,
}

impl Audit {
    /// Does what was asked; what is green is said on standard output.
    ///
    /// # Errors
    /// The first finding.
    pub fn run(self) -> Result<(), Finding> {
        let progress = Progress::new();
        let said = match self.command {
            Command::Verify(verifying) => {
                let (opened, verified) = verifying.run(&mut |_, _, _| {}, &progress)?;
                format!("{}{verified}", opened.manifest())
            }
            Command::Replay(replay) => replay.run(&progress)?,
            Command::History(history) => history.run(&progress)?,
            Command::Sample(sample) => sample.run(&progress)?,
            Command::Export { source, keys, out } => {
                let (from, signed) = source.lines(&keys)?;
                let before = export::export(&*from, &signed, &out, &progress)?;
                let (name, size) = (out.display(), signed.checkpoint.size);
                format!("exported: {size} events into {name}, {before} of them before\n")
            }
            Command::ImportBundle { bundle, keys, data } => {
                let bundle = Bundle::new(&bundle);
                let before = import_bundle::import(&bundle, &data, &keys.trust()?, &progress)?;
                format!("restored: {} into {}, {before} events of it before\n", bundle.name(), data.display())
            }
            Command::Restore { bundle, keys, seen, data, may_end_at } => {
                let (bundle, trust) = (Bundle::new(&bundle), keys.trust()?);
                let known = seen.expected(&trust)?;
                let done = restore::restore(&bundle, &data, &trust, known, may_end_at, &progress)?;
                let kept =
                    done.replaced.map(|path| format!("; the store that was there is in {}", path.display()));
                format!(
                    "restored: {} events into {}{}\n",
                    done.size,
                    data.display(),
                    kept.unwrap_or_default()
                )
            }
            Command::Prove { source, keys, position, from, out } => {
                let (store, signed) = source.copied(&keys)?;
                prove(&store, &signed, position, from, &out)?
            }
            Command::CheckProof { line, proof, keys } => {
                let (position, signed) = prove::check_event(&line, &proof, &keys.trust()?)?;
                let (origin, size) = (signed.checkpoint.origin, signed.checkpoint.size);
                format!("proved: the line stands at position {position} of {origin}, among {size} events\n")
            }
            Command::CheckOpening(check) => check.run(&progress)?,
            Command::Certify(certify) => certify.run(&progress)?,
            Command::Check(check) => check.run(&progress)?,
            Command::Witness { request, witness_key, keys, out } => {
                let note = prove::witness(&request, &witness_key, keys.trust()?)?;
                write(&out, &note)?;
                format!("cosigned: {}\n", out.display())
            }
        };
        progress.end();
        // A closed pipe is the reader's wish.
        let _ = std::io::stdout().write_all(said.as_bytes());
        Ok(())
    }
}

/// What is audited, ready to be read.
enum Opened {
    Store(Copied),
    Bundle(Bundle),
    /// Read from a server; it goes with its value.
    Fetched {
        bundle: Bundle,
        _folder: tempfile::TempDir,
    },
}

impl Input {
    fn open(&self, trust: &Trust, progress: &Progress) -> Result<Opened, Finding> {
        match (&self.data, &self.bundle, &self.url) {
            (Some(data), None, None) => Ok(Opened::Store(Copied::of(data, self.work.as_deref())?)),
            (None, Some(folder), None) => Ok(Opened::Bundle(Bundle::new(folder))),
            (None, None, Some(url)) => {
                let folder = store::work_folder(self.work.as_deref())?;
                let remote = Remote::new(url);
                let signed = remote.checkpoint(trust)?;
                export::export(&remote, &signed, folder.path(), progress)?;
                Ok(Opened::Fetched { bundle: Bundle::new(folder.path()), _folder: folder })
            }
            _ => Err(Finding::new(Code::Usage, "name one of --data, --bundle and --url")),
        }
    }
}

/// What every look at a history asks first: that it is whole, signed, and continues what was seen.
#[derive(Debug, Args)]
struct Verifying {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    seen: Seen,
    /// Lets events pass that stand after the newest checkpoint (of a store: a crash leaves some).
    #[arg(long)]
    unsigned_tail: bool,
}

impl Verifying {
    /// Verifies while `watch` sees the events go by; what was verified can then be read once more.
    fn run(&self, watch: &mut Watch<'_>, progress: &Progress) -> Result<(Opened, Verified), Finding> {
        let trust = self.keys.trust()?;
        let expected = self.seen.expected(&trust)?;
        let opened = self.input.open(&trust, progress)?;
        let verified = match &opened {
            Opened::Store(store) => {
                let given = self.input.checkpoint.as_deref();
                store.watched(&trust, given, expected, self.unsigned_tail, watch, progress)?
            }
            Opened::Bundle(bundle) | Opened::Fetched { bundle, .. } => {
                bundle.watched(&trust, expected, watch, progress)?
            }
        };
        self.seen.keep(&verified.signed)?;
        Ok((opened, verified))
    }
}

impl Opened {
    /// The hashes of the files that were copied.
    fn manifest(&self) -> String {
        match self {
            Self::Store(store) => {
                store.manifest.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
            }
            Self::Bundle(_) | Self::Fetched { .. } => String::new(),
        }
    }
}

impl Source {
    /// Copies a store and finds its newest checkpoint.
    fn copied(&self, keys: &Keys) -> Result<(Copied, SignedCheckpoint), Finding> {
        let Some(data) = &self.data else {
            let what = "a running server proves in GraphQL; name --data, or export a bundle";
            return Err(Finding::new(Code::Usage, what));
        };
        let trust = keys.trust()?;
        let store = Copied::of(data, self.work.as_deref())?;
        let mut checkpoints = store.checkpoints(&trust, self.checkpoint.as_deref())?;
        let newest = checkpoints.pop().expect("there is at least one");
        Ok((store, newest))
    }

    /// Where the lines come from, and the checkpoint that they lead to.
    fn lines(&self, keys: &Keys) -> Result<(Box<dyn export::Source>, SignedCheckpoint), Finding> {
        let Some(url) = &self.url else {
            let (store, signed) = self.copied(keys)?;
            return Ok((Box::new(store), signed));
        };
        let remote = Remote::new(url);
        let signed = remote.checkpoint(&keys.trust()?)?;
        Ok((Box::new(remote), signed))
    }
}

fn prove(
    store: &Copied,
    signed: &SignedCheckpoint,
    position: Option<u64>,
    from: Option<u64>,
    out: &Path,
) -> Result<String, Finding> {
    let Some(position) = position else {
        let from = from.ok_or_else(|| Finding::new(Code::Usage, "name one of --position and --from"))?;
        write(out, &prove::growth(store, signed, from)?)?;
        return Ok(format!(
            "proof that {} events begin with the first {from}: {}\n",
            signed.checkpoint.size,
            out.display()
        ));
    };
    let (line, proof) = prove::event(store, signed, position)?;
    let mut beside = out.as_os_str().to_owned();
    beside.push(".line");
    let beside = PathBuf::from(beside);
    write(out, &proof)?;
    write(&beside, &line)?;
    Ok(format!("proof of position {position}: {}, its line: {}\n", out.display(), beside.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Finding> {
    if path.is_dir() {
        return Err(Finding::new(Code::Usage, format_args!("{}: it is a folder", path.display())));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| Finding::io(folder, &error))?;
    }
    write_synced(path, bytes, 0o644).map_err(|error| Finding::io(path, &error))
}
