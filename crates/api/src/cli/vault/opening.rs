//! `daftar vault open`: hands out one value with its salt, so that an auditor can hold it against the event line.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daftar_domain::log::proof::prover::Prover;
use daftar_domain::value::{Commitment, PositionText};
use daftar_domain::vault::{Held, Purpose, Vault};
use serde_json::Value;

use super::super::Failure;
use super::super::audit::opening::{FORMAT, Opening};
use super::reading;
use crate::config::Config;
use crate::server::{Server, open_vault};

/// Writes the opening of the commitment to a field in the line at a position into a new file.
///
/// # Errors
/// One line: a position past the end, a line without a commitment to that field, a value that was erased or is not in
/// the vault, a file that is there already.
pub fn run(config: &Config, position: u64, field: &str, purpose: Purpose, out: &Path) -> Result<(), Failure> {
    let vault = open_vault(config)?;
    let line =
        Prover::new(Server::log(config).map_err(Failure::new)?).line(position).map_err(Failure::new)?;
    let line: Value = serde_json::from_slice(&line).map_err(Failure::new)?;
    let (pointer, commitment) = committed(&vault, &line, field, String::new()).ok_or_else(|| {
        Failure::new(format!("position {position} commits to no {field} that is in the vault"))
    })?;
    let Some((subject, known)) = vault.known(&commitment) else { return Err(Failure::new("it was erased")) };
    // The file is made first: a reading that is noted is one that was handed out.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(out);
    let mut file = file.map_err(|error| Failure::new(format!("{}: {error}", out.display())))?;
    let held = vault.read_for(reading(subject, vec![known], purpose), &[commitment])?;
    let Some(Held::Present(opened)) = held.first() else { return Err(Failure::new("it was erased")) };
    let opening = Opening {
        format: FORMAT.to_owned(),
        position: PositionText(position),
        pointer,
        commitment: commitment.to_string(),
        salt: STANDARD.encode(opened.salt),
        value: opened.value.reveal().to_owned(),
    };
    let text = serde_json::to_string_pretty(&opening).map_err(Failure::new)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(Failure::new)?;
    println!("the {field} that position {position} commits to is in {}", out.display());
    Ok(())
}

/// The first commitment in a line to a value of that field: where it stands (a JSON pointer), and what it is.
fn committed(vault: &Vault, part: &Value, field: &str, pointer: String) -> Option<(String, Commitment)> {
    match part {
        Value::String(text) => {
            let commitment: Commitment = text.parse().ok()?;
            let (_, known) = vault.known(&commitment)?;
            (known.as_str() == field).then_some((pointer, commitment))
        }
        Value::Object(parts) => parts.iter().find_map(|(key, part)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            committed(vault, part, field, format!("{pointer}/{key}"))
        }),
        Value::Array(parts) => {
            let mut parts = parts.iter().enumerate();
            parts.find_map(|(index, part)| committed(vault, part, field, format!("{pointer}/{index}")))
        }
        _ => None,
    }
}
