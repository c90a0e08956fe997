//! Personal values of a command: into the vault before it is submitted, and out again when it is not recorded.

use std::sync::Arc;

use async_graphql::Result;
use daftar_domain::Command;
use daftar_domain::ledger::Outcome;
use daftar_domain::person::{AppointPerson, Appointee, NewPerson, PersonCommand, PersonDetails};
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::value::{Commitment, PersonId};
use daftar_domain::vault::{Field, PersonalText, Subject, Vault, VaultError};

use super::{Judged, Ready, internal};
use crate::server::Server;

/// The person of a command, and where the commitments to the personal values stand in it.
fn place(command: &mut Command) -> Option<(PersonId, &mut PersonDetails)> {
    match command {
        Command::Person(PersonCommand::AppointPerson(AppointPerson {
            person: Appointee::New(NewPerson { id, details }),
            ..
        })) => Some((*id, details)),
        Command::Person(PersonCommand::CorrectPerson(correct)) => {
            Some((correct.person, &mut correct.details))
        }
        _ => None,
    }
}

/// The field of the details that a field of the vault is.
fn slot(details: &mut PersonDetails, field: Field) -> Option<&mut Option<Commitment>> {
    match field {
        Field::Name => Some(&mut details.name),
        Field::NationalCode => Some(&mut details.national_code),
        Field::Telephone => Some(&mut details.telephone),
        Field::Email => Some(&mut details.email),
        Field::Address => Some(&mut details.address),
        Field::Login => None,
    }
}

/// The command with commitments in place of its personal values, which are in the vault then. One that is only tried
/// is left with its placeholders, and nothing is stored.
pub(super) async fn sealed(server: &Server, mut ready: Ready) -> Result<Result<Ready, Judged>> {
    if matches!(ready.submission.command, Command::Person(PersonCommand::ErasePerson(_))) {
        // What is recorded as erased must be erased: not while the vault can't be written.
        return match server.personal.vault() {
            Ok(_) => Ok(Ok(ready)),
            Err(error) => refused(&ready, error).map(Err),
        };
    }
    let Some((person, details)) = place(&mut ready.submission.command) else { return Ok(Ok(ready)) };
    let stored = match server.personal.vault() {
        Ok(_) if ready.dry_run => Ok(Vec::new()),
        Ok(vault) => store(Arc::clone(vault), person, ready.personal.clone()).await?,
        Err(error) => Err(error),
    };
    let commitments = match stored {
        Ok(commitments) => commitments,
        Err(error) => return refused(&ready, error).map(Err),
    };
    for ((field, _), commitment) in ready.personal.iter().zip(&commitments) {
        if let Some(slot) = slot(details, *field) {
            *slot = Some(*commitment);
        }
    }
    ready.sealed = commitments;
    Ok(Ok(ready))
}

async fn store(
    vault: Arc<Vault>,
    person: PersonId,
    values: Vec<(Field, PersonalText)>,
) -> Result<Result<Vec<Commitment>, VaultError>> {
    let stored = move || vault.store(Subject::Person(person), &values);
    tokio::task::spawn_blocking(stored).await.map_err(|_| internal("storing in the vault failed"))
}

/// What the caller may do better is data; the rest is a fault of ours.
fn refused(ready: &Ready, error: VaultError) -> Result<Judged> {
    let (code, path) = match error {
        VaultError::Closed => (Code::VaultClosed, ""),
        VaultError::Erased(_) => (Code::Erased, "person"),
        VaultError::TooLong(_) => (Code::FieldTooLong, "details"),
        other => return Err(internal(&other.to_string())),
    };
    let rejection = Rejection::new(code, path, error.to_string());
    Ok(Judged::Answered(ready.submission.command_id, ready.dry_run, Outcome::Rejected(rejection)))
}

/// Forgets what was stored for commands that were judged and not recorded. What a crash leaves behind is kept until
/// somebody asks for `daftar vault gc`.
pub(super) async fn forget_unrecorded(server: &Server, sealed: Vec<Vec<Commitment>>, outcomes: &[Outcome]) {
    let unrecorded = sealed.into_iter().zip(outcomes).filter(|(_, outcome)| match outcome {
        Outcome::Recorded(receipt) => receipt.events().is_empty(),
        _ => true,
    });
    let unrecorded: Vec<_> = unrecorded.flat_map(|(sealed, _)| sealed).collect();
    let Ok(vault) = server.personal.vault().map(Arc::clone) else { return };
    if unrecorded.is_empty() {
        return;
    }
    match tokio::task::spawn_blocking(move || vault.forget(&unrecorded)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::error!(code = error.code(), %error, "forgetting values of a rejected command")
        }
        Err(_) => tracing::error!("forgetting values of a rejected command failed"),
    }
}
