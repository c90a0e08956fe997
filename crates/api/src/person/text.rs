//! Personal values as they are told: for a purpose, each reading noted in the access log first.
//!
//! Must never tell a value without a purpose, or put one into a view, a cache or a log.

use std::sync::Arc;

use async_graphql::{Context, Enum, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daftar_domain::ledger::{Clock, SystemClock};
use daftar_domain::policy::Actor;
use daftar_domain::value::Commitment;
use daftar_domain::vault::{self, Field, Held, Reading, Subject, Vault};

use crate::server::{Reached, Server};

/// What personal data are read for; it stands in the access log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReadingPurpose", remote = "daftar_domain::vault::Purpose")]
pub enum Purpose {
    /// The registry's own work: to reach a unit, to keep the record right.
    Registry,
    /// An inspection or a case that is under way.
    Inspection,
    /// The person asked for the data.
    PersonRequest,
    /// A court or authority asked for it.
    AuthorityRequest,
    /// An audit.
    Audit,
}

/// Whether a personal value is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PersonalTextState {
    /// It is told, and the reading is noted.
    Present,
    /// It was erased, for good.
    Erased,
    /// It is not told: no purpose was given.
    Withheld,
    /// It is not in the vault, or the vault is closed.
    Unavailable,
}

/// A personal value.
#[derive(Clone, Debug, SimpleObject)]
pub struct PersonalText {
    /// The value; only when it is present.
    value: Option<String>,
    /// Whether it is told, and why not.
    state: PersonalTextState,
    /// What the event line has of it: SHA-256(salt ‖ value), in base64.
    commitment: String,
    /// The salt of 32 bytes that opens the commitment, in base64; only when the value is present.
    salt: Option<String>,
}

/// A value that somebody asks for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Whose it is; none where only the vault knows.
    pub subject: Option<Subject>,
    /// Which field.
    pub field: Field,
    /// What the line has of it.
    pub commitment: Commitment,
    /// Whether the record says that it is erased.
    pub erased: bool,
}

impl Wanted {
    fn untold(self, state: PersonalTextState) -> PersonalText {
        PersonalText { value: None, state, commitment: self.commitment.to_string(), salt: None }
    }

    fn tell(self, held: Option<&Held>) -> PersonalText {
        match held {
            Some(Held::Present(opening)) => PersonalText {
                value: Some(opening.value.reveal().to_owned()),
                state: PersonalTextState::Present,
                commitment: self.commitment.to_string(),
                salt: Some(STANDARD.encode(opening.salt)),
            },
            Some(Held::Erased) => self.untold(PersonalTextState::Erased),
            Some(Held::Missing) | None => self.untold(PersonalTextState::Unavailable),
        }
    }
}

/// A value for a purpose, after its reading was noted.
///
/// # Errors
/// A vault that can't be read, or in which the reading can't be noted.
pub(crate) async fn told(
    context: &Context<'_>,
    wanted: Wanted,
    purpose: Option<Purpose>,
) -> Result<PersonalText> {
    if wanted.erased {
        return Ok(wanted.untold(PersonalTextState::Erased));
    }
    let Some(purpose) = purpose else { return Ok(wanted.untold(PersonalTextState::Withheld)) };
    let (Some(server), Some(reached)) = (context.data_opt::<Arc<Server>>(), context.data_opt::<Reached>())
    else {
        return Ok(wanted.untold(PersonalTextState::Unavailable));
    };
    let request = reached.personal().to_owned();
    let Ok(vault) = server.personal.vault().map(Arc::clone) else {
        return Ok(wanted.untold(PersonalTextState::Unavailable));
    };
    let read = move || read(&vault, wanted, purpose.into(), request);
    let held = tokio::task::spawn_blocking(read).await??;
    Ok(wanted.tell(held.as_ref()))
}

fn read(
    vault: &Vault,
    wanted: Wanted,
    purpose: vault::Purpose,
    request: String,
) -> Result<Option<Held>, vault::VaultError> {
    let known = vault.known(&wanted.commitment).map(|(subject, _)| subject);
    let Some(subject) = wanted.subject.or(known) else { return Ok(None) };
    let reading = Reading {
        at: SystemClock.now(),
        actor: Actor::LOCAL.id,
        role: Actor::LOCAL.role,
        subject,
        fields: vec![wanted.field],
        request,
        purpose,
    };
    Ok(vault.read_for(reading, &[wanted.commitment])?.into_iter().next())
}
