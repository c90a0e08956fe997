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
use daftar_domain::log::checkpoint::{SignedCheckpoint, write_synced};
use indicatif::{ProgressBar, ProgressStyle};

pub mod bundle;
pub mod certify;
pub mod chain;
pub mod events;
pub mod export;
pub mod finding;
pub mod import_bundle;
pub mod pipeline;
pub mod prove;
pub mod report;
pub mod store;
#[cfg(test)]
mod tests;
pub mod trust;

use bundle::Bundle;
use finding::{Code, Finding};
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
    /// Verifies a stopped store or a bundle: every hash, checksum, position, time, root and signature, and the fold.
    Verify {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        seen: Seen,
        /// Lets events pass that stand after the newest checkpoint (of a store: a crash leaves some).
        #[arg(long)]
        unsigned_tail: bool,
    },
    /// Writes the signed part of a stopped store as a bundle; goes on where an earlier export was cut off.
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
    /// Answers a query from the signed history, and binds the answer to it in a certificate that anybody can check.
    Certify(certify::Certify),
    /// Computes a certificate's answer anew from a stopped store or a bundle: the same, or the first difference.
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

/// A stopped store.
#[derive(Debug, Args)]
struct Source {
    /// The data folder of a stopped server.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
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
    #[arg(long, value_name = "DIR", required_unless_present = "bundle", conflicts_with = "bundle")]
    data: Option<PathBuf>,
    /// The folder of a bundle.
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// The newest checkpoint of a store [default: the one beside its keys, or in the store].
    #[arg(long, value_name = "FILE", conflicts_with = "bundle")]
    checkpoint: Option<PathBuf>,
    /// Where the copy of a store is made [default: the folder for temporary files].
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
            Command::Verify { input, keys, seen, unsigned_tail } => {
                verify(&input, &keys, &seen, unsigned_tail, &progress)?
            }
            Command::Export { source, keys, out } => {
                let (store, signed) = open(&source, &keys)?;
                let before = export::export(&store, &signed, &out, &progress)?;
                let (name, size) = (out.display(), signed.checkpoint.size);
                format!("exported: {size} events into {name}, {before} of them before\n")
            }
            Command::ImportBundle { bundle, keys, data } => {
                let bundle = Bundle::new(&bundle);
                let before = import_bundle::import(&bundle, &data, &keys.trust()?, &progress)?;
                format!("restored: {} into {}, {before} events of it before\n", bundle.name(), data.display())
            }
            Command::Prove { source, keys, position, from, out } => {
                let (store, signed) = open(&source, &keys)?;
                prove(&store, &signed, position, from, &out)?
            }
            Command::CheckProof { line, proof, keys } => {
                let (position, signed) = prove::check_event(&line, &proof, &keys.trust()?)?;
                let (origin, size) = (signed.checkpoint.origin, signed.checkpoint.size);
                format!("proved: the line stands at position {position} of {origin}, among {size} events\n")
            }
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

fn verify(
    input: &Input,
    keys: &Keys,
    seen: &Seen,
    unsigned_tail: bool,
    progress: &Progress,
) -> Result<String, Finding> {
    let trust = keys.trust()?;
    let expected = seen.expected(&trust)?;
    let mut said = String::new();
    let verified = match (&input.data, &input.bundle) {
        (Some(data), None) => {
            let store = Copied::of(data, input.work.as_deref())?;
            store.manifest.iter().for_each(|(name, hash)| said.push_str(&format!("{hash}  {name}\n")));
            store.verify(&trust, input.checkpoint.as_deref(), expected, unsigned_tail, progress)?
        }
        (None, Some(folder)) => Bundle::new(folder).verify(&trust, expected, progress)?,
        _ => return Err(Finding::new(Code::Usage, "name one of --data and --bundle")),
    };
    seen.keep(&verified.signed)?;
    said.push_str(&verified.to_string());
    Ok(said)
}

/// Copies a store and finds its newest checkpoint.
fn open(source: &Source, keys: &Keys) -> Result<(Copied, SignedCheckpoint), Finding> {
    let trust = keys.trust()?;
    let store = Copied::of(&source.data, source.work.as_deref())?;
    let mut checkpoints = store.checkpoints(&trust, source.checkpoint.as_deref())?;
    let newest = checkpoints.pop().expect("there is at least one");
    Ok((store, newest))
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

/// A bar on a terminal, nothing in a pipe.
pub struct Progress(ProgressBar);

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress {
    /// A bar that nothing is known of yet.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {per_sec}, {eta} left");
        Self(ProgressBar::new(0).with_style(style.expect("the template is sound")))
    }

    /// How many events there are to be.
    pub fn expect(&self, events: u64) {
        self.0.set_length(events);
        self.0.set_position(0);
    }

    /// That many more were done.
    pub fn advance(&self, events: u64) {
        self.0.inc(events);
    }

    /// That many were done in all.
    pub fn reach(&self, events: u64) {
        self.0.set_position(events);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}
