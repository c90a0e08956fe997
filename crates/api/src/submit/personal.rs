//! Personal values of a command: into the vault before it is submitted, and out again when it is not recorded.

use std::sync::Arc;

use async_graphql::Result;
use daftar_domain::approval::ApprovalCommand;
use daftar_domain::envelope::Submission;
use daftar_domain::ledger::Outcome;
use daftar_domain::person::{AppointPerson, Appointee, NewPerson, PersonCommand, PersonDetails};
use daftar_domain::policy;
use daftar_domain::privacy::PrivacyCommand;
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::value::{Commitment, PersonId, TextId};
use daftar_domain::vault::{Field, PersonalText, Subject, VaultError};
use daftar_domain::{Command, State};

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
        Field::ReasonText | Field::Login => None,
    }
}

/// The command with commitments in place of its personal values and of the text of its reason, which are in the vault
/// then. One that is only tried is left with placeholders, and nothing is stored.
///
/// The policy is asked before anything is stored, and again by the ledger.
pub(super) async fn sealed(server: &Server, mut ready: Ready) -> Result<Result<Ready, Judged>> {
    let closed = server.personal.vault().err();
    let person = place(&mut ready.submission.command).map(|(person, _)| Subject::Person(person));
    let view = server.views.newest();
    let Submission { command, actor, .. } = &ready.submission;
    // What is recorded as erased must be erased: not while the vault can't be written.
    let needed = person.is_some() || ready.reason_text.is_some() || erases(&view.state, command);
    if let Some(rejection) = policy::judge(&view.state, actor, command).err().filter(|_| needed) {
        return Ok(Err(ready.rejected(rejection)));
    }
    if let Some(error) = closed.filter(|_| needed) {
        return refused(&ready, error).map(Err);
    }
    if let Some(person) = person.filter(|_| !ready.dry_run) {
        match store(server, person, ready.personal.clone()).await? {
            Ok(commitments) => ready.place(&commitments),
            Err(error) => return refused(&ready, error).map(Err),
        }
    }
    if let Some(text) = ready.reason_text.take() {
        let subject = Subject::Text(TextId::new(uuid::Uuid::now_v7()));
        let stored = match ready.dry_run {
            true => Ok(vec![Commitment([0; 32])]),
            false => store(server, subject, vec![(Field::ReasonText, text)]).await?,
        };
        match stored {
            Ok(commitments) => ready.submission.reason_text = commitments.first().copied(),
            Err(error) => return refused(&ready, error).map(Err),
        }
        ready.sealed.extend(ready.submission.reason_text);
    }
    Ok(Ok(ready))
}

/// Whether a command erases something in the vault, itself or by what it approves.
fn erases(state: &State, command: &Command) -> bool {
    let erases = |command: &Command| {
        matches!(
            command,
            Command::Person(PersonCommand::ErasePerson(_)) | Command::Privacy(PrivacyCommand::EraseText(_))
        )
    };
    match command {
        Command::Approval(ApprovalCommand::ApproveProposal(approve)) => {
            let proposal = state.proposals.get(approve.proposal);
            proposal.and_then(|proposal| proposal.command().ok()).is_some_and(erases)
        }
        command => erases(command),
    }
}

impl Ready {
    /// Puts the commitments to its personal values, which are in the same order, where they belong.
    fn place(&mut self, commitments: &[Commitment]) {
        if let Some((_, details)) = place(&mut self.submission.command) {
            for ((field, _), commitment) in self.personal.iter().zip(commitments) {
                if let Some(slot) = slot(details, *field) {
                    *slot = Some(*commitment);
                }
            }
        }
        self.sealed.extend(commitments);
    }
}

async fn store(
    server: &Server,
    subject: Subject,
    values: Vec<(Field, PersonalText)>,
) -> Result<Result<Vec<Commitment>, VaultError>> {
    let vault = match server.personal.vault() {
        Ok(vault) => Arc::clone(vault),
        Err(error) => return Ok(Err(error)),
    };
    let stored = move || vault.store(subject, &values);
    tokio::task::spawn_blocking(stored).await.map_err(|_| internal("storing in the vault failed"))
}

/// What the caller may do better is data; the rest is a fault of ours.
fn refused(ready: &Ready, error: VaultError) -> Result<Judged> {
    let (code, path) = match error {
        VaultError::Closed if ready.reason_text.is_some() => (Code::VaultClosed, "reasonText"),
        VaultError::Closed => (Code::VaultClosed, ""),
        VaultError::Erased(_) => (Code::Erased, "person"),
        VaultError::TooLong(_) => (Code::FieldTooLong, "details"),
        other => return Err(internal(&other.to_string())),
    };
    Ok(ready.rejected(Rejection::new(code, path, error.to_string())))
}

/// Lets go of what was stored for commands that were judged and not recorded. What a crash leaves behind is kept until
/// somebody asks for `daftar vault gc`.
pub(super) async fn forget_unrecorded(server: &Server, sealed: Vec<Vec<Commitment>>, outcomes: &[Outcome]) {
    let unrecorded = sealed.into_iter().zip(outcomes).filter(|(_, outcome)| match outcome {
        Outcome::Recorded(receipt) => receipt.events().is_empty(),
        _ => true,
    });
    let unrecorded: Vec<_> = unrecorded.flat_map(|(sealed, _)| sealed).collect();
    if unrecorded.is_empty() || !server.personal.take_unrecorded(unrecorded) {
        return;
    }
    let personal = Arc::clone(&server.personal);
    if tokio::task::spawn_blocking(move || personal.forget_unrecorded()).await.is_err() {
        tracing::error!("forgetting values of refused commands failed");
    }
}
