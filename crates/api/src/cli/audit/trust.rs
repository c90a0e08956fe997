//! What an auditor brings: public keys, and checkpoints that were seen before. Nothing of it comes from the input.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use daftar_domain::log::checkpoint::key::PublicKey;
use daftar_domain::log::checkpoint::{MAX_NOTE_BYTES, SignedCheckpoint, Trust, write_synced};

use super::chain::Expected;
use super::finding::{Code, Finding};

/// The public keys that the auditor trusts.
#[derive(Clone, Debug, Args)]
pub struct Keys {
    /// A public key (name+id+key) of the log or of a witness, or a file of them, one a line. May be repeated.
    #[arg(long = "key", value_name = "KEY|FILE", required = true)]
    pub keys: Vec<String>,
    /// How many cosignatures of the given witnesses a checkpoint needs [default: one of each].
    #[arg(long, value_name = "N")]
    pub cosignatures: Option<usize>,
}

impl Keys {
    /// The keys, read.
    ///
    /// # Errors
    /// [`Code::Usage`] for what is no key, [`Code::Unreadable`] for a file.
    pub fn trust(&self) -> Result<Trust, Finding> {
        let mut keys = Vec::new();
        for given in &self.keys {
            if given.contains('+') && !Path::new(given).exists() {
                keys.push(PublicKey::parse(given.trim())?);
                continue;
            }
            let path = Path::new(given);
            let text = fs::read_to_string(path).map_err(|error| Finding::io(path, &error))?;
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                keys.push(PublicKey::parse(line)?);
            }
        }
        let trust = Trust::new(keys)?;
        Ok(match self.cosignatures {
            Some(needed) => trust.asking_for(needed),
            None => trust,
        })
    }
}

/// The checkpoints that the auditor has seen before.
#[derive(Clone, Debug, Default, Args)]
pub struct Seen {
    /// A signed checkpoint from before: the history must begin with it. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub since: Vec<PathBuf>,
    /// Where the newest checkpoint that was found green is kept: compared like --since, and replaced afterwards.
    #[arg(long, value_name = "FILE")]
    pub seen: Option<PathBuf>,
}

impl Seen {
    /// The roots that the history must pass through.
    ///
    /// # Errors
    /// When a checkpoint cannot be read or is not signed by a trusted key; cosignatures are not asked of these.
    pub fn expected(&self, trust: &Trust) -> Result<Vec<Expected>, Finding> {
        let trust = trust.clone().asking_for(0);
        let kept = self.seen.iter().filter(|path| path.exists());
        self.since
            .iter()
            .chain(kept)
            .map(|path| {
                let signed = read_checkpoint(path, &trust)?.ok_or_else(|| {
                    Finding::new(Code::Unreadable, format_args!("{}: missing", path.display()))
                })?;
                let whose = format!("the checkpoint that was seen ({})", path.display());
                Ok(expected_of(&signed, whose, Code::Forked, Code::OlderThanSeen))
            })
            .collect()
    }

    /// Keeps a checkpoint that was found green.
    ///
    /// # Errors
    /// [`Code::Unreadable`] when it cannot be written.
    pub fn keep(&self, signed: &SignedCheckpoint) -> Result<(), Finding> {
        match &self.seen {
            Some(path) => write_synced(path, &signed.note, 0o644).map_err(|error| Finding::io(path, &error)),
            None => Ok(()),
        }
    }
}

/// The root that a checkpoint vouches for.
pub fn expected_of(signed: &SignedCheckpoint, whose: String, other: Code, short: Code) -> Expected {
    Expected { size: signed.checkpoint.size, root: signed.checkpoint.root, whose, other, short }
}

/// Reads a signed checkpoint; `None` when there is no such file.
///
/// # Errors
/// When it cannot be read, or the trusted keys did not sign it.
pub fn read_checkpoint(path: &Path, trust: &Trust) -> Result<Option<SignedCheckpoint>, Finding> {
    let too_long = |len: u64| len > MAX_NOTE_BYTES as u64;
    match fs::metadata(path) {
        Ok(meta) if too_long(meta.len()) => {
            return Err(Finding::new(
                Code::Unsigned,
                format_args!("{}: too long for a checkpoint", path.display()),
            ));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let note = fs::read(path).map_err(|error| Finding::io(path, &error))?;
    let signed = trust
        .open(&note)
        .map_err(|error| Finding::new(Code::Unsigned, format_args!("{}: {error}", path.display())))?;
    Ok(Some(signed))
}
