//! `daftar vault verify`: opens all that is in the vault, and holds its access log against the heads in the log.

use daftar_domain::EventData;
use daftar_domain::log::{Log, LogError, codec, record};
use daftar_domain::privacy::{PrivacyEvent, ReadingsNoted};

use super::super::Failure;
use crate::config::Config;
use crate::server::{Server, open_vault};

/// Opens everything and compares; says what there is.
///
/// # Errors
/// One line: the first key or value that does not open, a chain that is broken, a head in the log that the access log
/// no longer holds, more cuts in the log than are known.
pub fn run(config: &Config, known_cuts: usize) -> Result<(), Failure> {
    let vault = open_vault(config)?;
    let found = vault.verify()?;
    let noted = match config.data.join("log").is_dir() {
        true => noted(&*Server::log(config).map_err(Failure::new)?).map_err(Failure::new)?,
        false => Vec::new(),
    };
    let cuts: Vec<_> =
        noted.iter().filter(|(_, noted)| !noted.continues).map(|(at, _)| at.to_string()).collect();
    if let Some((position, last)) = noted.last()
        && !vault.access_held(&last.head)?
    {
        let what = "the access log does not hold the head of";
        return Err(Failure::new(format!(
            "ACCESS_LOG_CUT: {what} {} readings that was noted at position {position}",
            last.head.entries
        )));
    }
    if cuts.len() > known_cuts {
        let (count, places) = (cuts.len(), cuts.join(", "));
        return Err(Failure::new(format!(
            "ACCESS_LOG_CUT: it was found cut {count} times, {known_cuts} of them known: noted at {places}"
        )));
    }
    println!(
        "{} subjects with {} values, {} erased, {} readings: all open; {} heads of the access log noted in the log",
        found.subjects,
        found.values,
        found.erased,
        found.readings,
        noted.len()
    );
    Ok(())
}

/// The heads that the log has, with their positions.
fn noted(log: &dyn Log) -> Result<Vec<(u64, ReadingsNoted)>, LogError> {
    let mut noted = Vec::new();
    for commit in 1..=log.tail() {
        let place = format!("commit {commit}");
        let bytes = log.get(commit)?.unwrap_or_default();
        let record = record::decode(&bytes).map_err(|error| LogError::of_record("the log", &place, error))?;
        for line in record.lines().filter(|line| line.windows(NAME.len()).any(|part| part == NAME)) {
            // A line that is none stops every start; here others are looked at.
            let Ok(recorded) = codec::decode(line) else { continue };
            if let EventData::Privacy(PrivacyEvent::ReadingsNoted(event)) = recorded.event.data {
                noted.push((recorded.position, event));
            }
        }
    }
    Ok(noted)
}

const NAME: &[u8] = b"\"ReadingsNoted\"";
