//! `daftar audit check-opening`: that a personal value, handed out with its salt, is the one that an event line
//! commits to.
//!
//! Guarantees: the line is proved to stand at its position (by a bundle that is verified whole, or by an inclusion
//! proof) before the opening is held against it; a value is never printed, not even in a finding.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use daftar_domain::log::codec;
use daftar_domain::log::merkle::TreeHash;
use daftar_domain::value::PositionText;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Progress;
use super::bundle::Bundle;
use super::finding::{Code, Finding};
use super::prove::{check_event, read_bounded};
use super::trust::Keys;

/// The form of the file.
pub const FORMAT: &str = "daftar-opening-1";
/// The longest file: a value has at most 4 KiB.
const FILE_BYTES_MOST: usize = 64 << 10;

/// A value with the salt that opens its commitment, as it is handed out. Its form is in `schema/vault.md`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// [`FORMAT`].
    pub format: String,
    /// The position of the event.
    pub position: PositionText,
    /// Where the commitment stands in its line: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The commitment, in base64.
    pub commitment: String,
    /// The salt of 32 bytes, in base64.
    pub salt: String,
    /// The value.
    pub value: String,
}

impl Opening {
    /// Reads what `daftar vault open` wrote.
    ///
    /// # Errors
    /// [`Code::Malformed`], without the value.
    pub fn read(path: &Path) -> Result<Self, Finding> {
        let malformed =
            |what: &str| Finding::new(Code::Malformed, format_args!("{}: {what}", path.display()));
        Self::parse(&read_bounded(path, FILE_BYTES_MOST)?).map_err(malformed)
    }

    /// Reads the JSON of one.
    ///
    /// # Errors
    /// What is wrong with it, without the value.
    pub fn parse(json: &[u8]) -> Result<Self, &'static str> {
        // What the reader says might repeat the value.
        let opening: Self = serde_json::from_slice(json).map_err(|_| "it is no opening")?;
        if opening.format == FORMAT { Ok(opening) } else { Err("it is of another form") }
    }

    /// Whether the line commits to this value at that place.
    ///
    /// # Errors
    /// What differs, without the value.
    pub fn check(&self, line: &[u8]) -> Result<(), &'static str> {
        let line: serde_json::Value = serde_json::from_slice(line).map_err(|_| "the line is not JSON")?;
        let recorded = line.pointer(&self.pointer).and_then(|found| found.as_str());
        if recorded != Some(&self.commitment) {
            return Err("the line does not have that commitment at that place");
        }
        let salt = STANDARD.decode(&self.salt).ok().filter(|salt| salt.len() == 32);
        let salt = salt.ok_or("the salt is not 32 bytes in base64")?;
        let hash = Sha256::new().chain_update(salt).chain_update(&self.value).finalize();
        if STANDARD.encode(hash) == self.commitment {
            Ok(())
        } else {
            Err("salt and value do not open the commitment")
        }
    }
}

/// Arguments of `daftar audit check-opening`.
#[derive(Debug, Args)]
pub struct CheckOpening {
    /// The file that `daftar vault open` wrote.
    opening: PathBuf,
    /// The folder of a bundle that has the event.
    #[arg(long, value_name = "DIR", required_unless_present = "proof", conflicts_with_all = ["line", "proof"])]
    bundle: Option<PathBuf>,
    /// The file with the event line.
    #[arg(long, value_name = "FILE", requires = "proof")]
    line: Option<PathBuf>,
    /// The file with the proof that the line stands at its position.
    #[arg(long, value_name = "FILE", requires = "line")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    keys: Keys,
}

impl CheckOpening {
    /// Checks, and says so in one line.
    ///
    /// # Errors
    /// What verifying the bundle or the proof finds; [`Code::Differs`] when the opening is not the line's.
    pub fn run(self, progress: &Progress) -> Result<String, Finding> {
        let opening = Opening::read(&self.opening)?;
        let (position, line) = (opening.position.0, self.line(&opening, progress)?);
        let place = self.opening.display().to_string();
        opening.check(&line).map_err(|what| Finding::at(Code::Differs, position, &place, what))?;
        Ok(format!("opened: position {position} commits to this value at {}\n", opening.pointer))
    }

    fn line(&self, opening: &Opening, progress: &Progress) -> Result<Vec<u8>, Finding> {
        let (trust, position) = (self.keys.trust()?, opening.position.0);
        if let (Some(line), Some(proof)) = (&self.line, &self.proof) {
            let (proved, _) = check_event(line, proof, &trust)?;
            if proved != position {
                let what = format!("the proof is of position {proved}");
                return Err(Finding::at(Code::Differs, position, &self.opening.display().to_string(), what));
            }
            return super::prove::read_line(line);
        }
        let bundle = Bundle::new(self.bundle.as_deref().unwrap_or(Path::new("")));
        let mut found = None;
        let mut watch = |_: &daftar_domain::State, recorded: &daftar_domain::envelope::Recorded, leaf| {
            if recorded.position == position {
                // The codec writes what it has read: the leaf hash says that these are the bytes.
                found = codec::encode(recorded).ok().filter(|line| TreeHash::leaf(line) == leaf);
            }
        };
        bundle.watched(&trust, Vec::new(), &mut watch, progress)?;
        let missing = || Finding::at(Code::Differs, position, &bundle.name(), "the bundle does not have it");
        found.ok_or_else(missing)
    }
}
