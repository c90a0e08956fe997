//! `daftar vault export` and `readings`: what the vault has of a person, and who has read it.

use daftar_domain::value::PersonId;
use daftar_domain::vault::{Held, Purpose, Subject, Vault};
use serde_json::json;

use super::super::Failure;
use super::reading;

fn subject(person: &str) -> Result<Subject, Failure> {
    PersonId::parse(person).map(Subject::Person).map_err(Failure::new)
}

/// Prints everything that the vault has of a person, and who has read of it before.
///
/// # Errors
/// One line: an ID that can't be read, a vault that is closed, damaged or full.
pub fn run(vault: &Vault, person: &str, purpose: Purpose) -> Result<(), Failure> {
    let subject = subject(person)?;
    let readings = vault.readings(Some(subject))?;
    let (fields, wanted): (Vec<_>, Vec<_>) = vault.fields(subject).into_iter().unzip();
    let held = vault.read_for(reading(subject, fields.clone(), purpose), &wanted)?;
    let values: Vec<_> = fields
        .iter()
        .zip(&wanted)
        .zip(&held)
        .filter_map(|((field, commitment), held)| match held {
            Held::Present(opening) => {
                Some(json!({ "field": field, "value": opening.value.reveal(), "commitment": commitment }))
            }
            Held::Erased | Held::Missing => None,
        })
        .collect();
    let erased = vault.is_erased(subject);
    let told = json!({ "subject": subject, "erased": erased, "values": values, "readings": readings });
    println!("{told:#}");
    Ok(())
}

/// Prints who has read a person's values, or anybody's.
///
/// # Errors
/// As [`run`].
pub fn readings(vault: &Vault, person: Option<&str>) -> Result<(), Failure> {
    for reading in vault.readings(person.map(subject).transpose()?)? {
        println!("{}", json!(reading));
    }
    Ok(())
}
