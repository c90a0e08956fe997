//! `daftar keys`: makes, rotates and shows the keys that sign checkpoints, and signs where a stopped log stands.
//!
//! Private keys stay in one file of mode 0600; the last checkpoint that they signed is remembered beside it. A rotation
//! adds a key, once the record has the decision of two administrators, so that both sign for a while, and ends when the
//! older one is retired. Must never print a private key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use daftar_domain::EventData;
use daftar_domain::log::checkpoint::key::{PrivateKey, PublicKey, read_private, write_private};
use daftar_domain::log::checkpoint::signer::{Signer, memory_of};
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::log::sled::{SledLog, SledSettings};
use daftar_domain::log::{Log, codec, record};
use daftar_domain::opening::OpeningEvent;
use daftar_domain::signing::{KeyRotated, SigningEvent};

use super::audit::finding::{Code, Finding};
use super::audit::store::LOG;

/// Arguments of `daftar keys`.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the first key of a log, or the key of a witness.
    New {
        /// The name of the log, as in its first event; or with --witness, of the witness.
        #[arg(long)]
        name: String,
        /// Makes the key of a witness.
        #[arg(long)]
        witness: bool,
        /// The file of private keys; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
    },
    /// Prints the public keys.
    Show {
        /// The file of private keys.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
    },
    /// Rotates a key in two steps: first makes the next key beside the file, and prints what two administrators then
    /// decide (`rotateKey`); once the record has their decision, adds the key, and from then on both sign.
    Rotate {
        /// The file of private keys.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// The folder that holds the record of a stopped server, for the second step.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Ends a rotation: removes a key; the last checkpoint is signed again by those that stay.
    Retire {
        /// The file of private keys.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// The ID of the key: the eight digits after its name.
        #[arg(long, value_name = "ID")]
        id: String,
    },
    /// Signs where the log of a stopped server stands, and prints the checkpoint.
    Sign {
        /// The file of private keys [default: `keys` in the data folder].
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// The folder that holds the record.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

impl Keys {
    /// Does what was asked, and prints public keys or a checkpoint.
    ///
    /// # Errors
    /// One line each: a file that is there or missing, a name that cannot be one, a log that does not continue what
    /// was signed.
    pub fn run(self) -> Result<(), Finding> {
        match self.command {
            Command::New { name, witness, keys } => {
                let secret = secret()?;
                let key = if witness {
                    PrivateKey::of_witness(&name, &secret)?
                } else {
                    PrivateKey::of_log(&name, &secret)?
                };
                write_private(&keys, std::slice::from_ref(&key), false)?;
                show(&[key]);
            }
            Command::Show { keys } => show(&read_private(&keys)?),
            Command::Rotate { keys, data } => match data {
                None => println!("{}", prepare(&keys)?),
                Some(data) => show(&rotate(&keys, &data)?),
            },
            Command::Retire { keys, id } => show(&retire(&keys, &id)?),
            Command::Sign { keys, data } => {
                let keys = keys.unwrap_or_else(|| data.join("keys"));
                print!("{}", String::from_utf8_lossy(&sign(&keys, &data)?));
            }
        }
        Ok(())
    }
}

fn show(keys: &[PrivateKey]) {
    keys.iter().for_each(|key| println!("{}", key.public()));
}

fn secret() -> Result<[u8; 32], Finding> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| Finding::new(Code::Unreadable, format_args!("no randomness: {error}")))?;
    Ok(secret)
}

/// Where the next key waits for the decision.
fn next_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}

/// Makes the next key beside the file, unless it is there; tells what is to be decided.
fn prepare(path: &Path) -> Result<String, Finding> {
    let keys = read_private(path)?;
    let Some(PublicKey::Log(first)) = keys.first().map(PrivateKey::public) else {
        return Err(Finding::new(Code::Usage, "a witness makes itself a new name or key with `keys new`"));
    };
    let next = next_of(path);
    if !next.exists() {
        write_private(&next, &[PrivateKey::of_log(first.name(), &secret()?)?], false)?;
    }
    let adopted = only(&next)?.public();
    let retired = keys.first().map(PrivateKey::public).expect("there is a first");
    Ok(format!(
        "adopted: {adopted}\nretired: {retired}\nTwo administrators decide this with `rotateKey`; then `daftar keys rotate \
         --data DIR` adds the key."
    ))
}

/// The one key of a file.
fn only(path: &Path) -> Result<PrivateKey, Finding> {
    let keys = read_private(path)?;
    let what = || Finding::new(Code::Usage, format_args!("{}: it holds no key", path.display()));
    keys.into_iter().next().ok_or_else(what)
}

/// Adds the next key, if the record has the decision that it takes the place of the first.
fn rotate(path: &Path, data: &Path) -> Result<Vec<PrivateKey>, Finding> {
    let (mut keys, next) = (read_private(path)?, next_of(path));
    let adopted = only(&next)?;
    let retired = keys.first().map(|key| key.public().to_string()).unwrap_or_default();
    let decided = rotations(data)?;
    let is_decided = |rotated: &KeyRotated| {
        rotated.adopted.as_str() == adopted.public().to_string() && rotated.retired.as_str() == retired
    };
    if !decided.iter().any(is_decided) {
        let what = "the record has no decision that this key takes the place of the first";
        return Err(Finding::new(Code::Usage, format_args!("{}: {what}", next.display())));
    }
    // The lock of the memory is held, so that no server signs with the keys of before.
    let _signer = Signer::open(&keys, &memory_of(path))?;
    keys.push(adopted);
    write_private(path, &keys, true)?;
    std::fs::remove_file(&next)
        .map_err(|error| Finding::new(Code::Unreadable, format_args!("{}: {error}", next.display())))?;
    Ok(keys)
}

/// The rotations that the record of a stopped server has.
fn rotations(data: &Path) -> Result<Vec<KeyRotated>, Finding> {
    let log = SledLog::open(&data.join(LOG), SledSettings::default())?;
    let damaged = |number: u64, why: String| {
        Finding::new(Code::Malformed, format_args!("{}: commit {number}: {why}", log.name()))
    };
    let mut rotations = Vec::new();
    for number in 1.. {
        let Some(bytes) = log.get(number)? else { break };
        let record = record::decode(&bytes).map_err(|error| damaged(number, error.to_string()))?;
        // Only lines that may tell of one are read.
        let telling = |line: &&[u8]| line.windows(10).any(|part| part == b"KeyRotated");
        for line in record.lines().filter(telling) {
            let decoded = codec::decode(line).map_err(|error| damaged(number, error.to_string()))?;
            if let EventData::Signing(SigningEvent::KeyRotated(rotated)) = decoded.event.data {
                rotations.push(rotated);
            }
        }
    }
    Ok(rotations)
}

fn retire(path: &Path, id: &str) -> Result<Vec<PrivateKey>, Finding> {
    let keys = read_private(path)?;
    let retired = |key: &PrivateKey| format!("{:08x}", key.id()) == id;
    let kept: Vec<PrivateKey> = keys.iter().filter(|key| !retired(key)).cloned().collect();
    if kept.len() == keys.len() || kept.is_empty() {
        let what = if kept.is_empty() { "it is the only key" } else { "there is no key of that ID" };
        return Err(Finding::new(Code::Usage, format_args!("{}: {what}: {id}", path.display())));
    }
    // With all keys: the memory may be signed by the retired one alone.
    let mut signer = Signer::open(&keys, &memory_of(path))?;
    signer.sign_again()?;
    write_private(path, &kept, true)?;
    Ok(kept)
}

/// Signs where the log in a data folder stands; returns the note.
///
/// # Errors
/// See [`daftar_domain::log::checkpoint::signer::SignError`]; a store that is open elsewhere.
pub fn sign(keys: &Path, data: &Path) -> Result<Vec<u8>, Finding> {
    let mut signer = Signer::open(&read_private(keys)?, &memory_of(keys))?;
    if !data.join(LOG).join("db").is_file() {
        return Err(Finding::new(Code::Empty, format_args!("{}: there is no log", data.display())));
    }
    let log = Arc::new(SledLog::open(&data.join(LOG), SledSettings::default())?);
    let origin = origin(&*log)?;
    if signer.origin() != origin {
        let what = format!("the log calls itself {origin:?}, the keys are of {:?}", signer.origin());
        return Err(Finding::new(Code::Usage, what));
    }
    Ok(signer.sign(&Prover::new(log))?.note)
}

/// What the first event says that the log is called.
fn origin(log: &dyn Log) -> Result<String, Finding> {
    let damaged =
        |why: String| Finding::new(Code::Malformed, format_args!("{}: commit 1: {why}", log.name()));
    let bytes =
        log.get(1)?.ok_or_else(|| Finding::new(Code::Empty, format_args!("{}: it is empty", log.name())))?;
    let record = record::decode(&bytes).map_err(|error| damaged(error.to_string()))?;
    let line = record.lines().next().ok_or_else(|| damaged("it has no line".to_owned()))?;
    match codec::decode(line).map_err(|error| damaged(error.to_string()))?.event.data {
        EventData::Opening(OpeningEvent::LogOpened(opened)) => Ok(opened.origin),
        other => Err(damaged(format!("it begins with {}", other.type_name()))),
    }
}
