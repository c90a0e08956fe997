//! `daftar vault gc`: finds the values that no line of the log commits to, and forgets them when it is told to.
//!
//! Guarantees: a value whose commitment stands anywhere in the log, in an event of whatever kind, is kept. Must only
//! run when somebody asks for it: beside a log that was restored from an older copy, such values belong to lines that
//! a newer copy still has.

use std::collections::BTreeMap;

use daftar_domain::log::{Log, LogError, record};
use daftar_domain::value::Commitment;
use daftar_domain::vault::{Subject, Vault};

use super::super::Failure;
use crate::config::Config;
use crate::server::Server;

/// Characters of a commitment in base64.
const COMMITMENT_CHARACTERS: usize = 44;

/// Says how many values no line commits to; forgets them when `forget` is set.
///
/// # Errors
/// One line: what opening the record or the vault says, or a commit that can't be read.
pub fn run(config: Config, forget: bool) -> Result<(), Failure> {
    // The record is opened like a server opens it, so that one that is damaged, or shorter than its mark, is refused.
    let server = Server::open(config).map_err(Failure::new)?;
    let vault = server.personal.vault()?;
    let strays = strays(vault, &**server.ledger.log()).map_err(Failure::new)?;
    let count = strays.len();
    if forget {
        vault.forget(&strays)?;
        println!("forgot {count} values that no line of the log commits to");
    } else {
        println!("{count} values that no line of the log commits to; --forget forgets them, for good");
    }
    server.close().map_err(Failure::new)
}

/// The values that no line commits to. Those of actors never have a line, and are not among them.
fn strays(vault: &Vault, log: &dyn Log) -> Result<Vec<Commitment>, LogError> {
    let stored = vault.stored().into_iter().filter(|(subject, _)| !matches!(subject, Subject::Actor(_)));
    let mut strays: BTreeMap<String, Commitment> =
        stored.map(|(_, commitment)| (commitment.to_string(), commitment)).collect();
    let last = log.tail();
    for commit in 1..=last {
        let damaged = |error| LogError::of_record("the log", &format!("commit {commit}"), error);
        let bytes = log.get(commit)?.unwrap_or_default();
        let record = record::decode(&bytes).map_err(damaged)?;
        for line in record.lines() {
            for text in line.split(|byte| *byte == b'"').filter(|text| text.len() == COMMITMENT_CHARACTERS) {
                std::str::from_utf8(text).ok().and_then(|text| strays.remove(text));
            }
        }
    }
    Ok(strays.into_values().collect())
}
