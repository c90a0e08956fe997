//! Personal values as they are told: for a purpose, each reading noted in the access log first.
//!
//! Must never tell a value without a purpose, or put one into a view, a cache or a log.

use std::sync::Arc;

use async_graphql::{Context, Enum, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daftar_domain::ledger::{Clock, SystemClock};
use daftar_domain::policy::DataClass;
use daftar_domain::value::Commitment;
use daftar_domain::vault::{Field, Held, Reading, Subject, Vault};

use crate::auth::scope::actor;
use crate::refusal::{Refusal, Refused};
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
    if purpose.is_none() {
        return Ok(wanted.untold(PersonalTextState::Withheld));
    }
    let known = open_vault(context).and_then(|vault| vault.known(&wanted.commitment));
    let Some(subject) = wanted.subject.or(known.map(|(subject, _)| subject)) else {
        return Ok(wanted.untold(PersonalTextState::Unavailable));
    };
    let told = told_together(context, subject, vec![wanted], purpose).await?;
    Ok(told.into_iter().next().unwrap_or_else(|| wanted.untold(PersonalTextState::Unavailable)))
}

fn open_vault<'a>(context: &Context<'a>) -> Option<&'a Arc<Vault>> {
    context.data_opt::<Arc<Server>>()?.personal.vault().ok()
}

/// Values of one subject for a purpose, in the same order, after one reading of all of them was noted.
///
/// # Errors
/// As [`told`].
pub(super) async fn told_together(
    context: &Context<'_>,
    subject: Subject,
    wanted: Vec<Wanted>,
    purpose: Option<Purpose>,
) -> Result<Vec<PersonalText>> {
    let untold = |state| Ok(wanted.iter().map(|wanted| wanted.untold(state)).collect());
    let Some(purpose) = purpose else { return untold(PersonalTextState::Withheld) };
    let (Some(vault), Some(reached)) = (open_vault(context), context.data_opt::<Reached>()) else {
        return untold(PersonalTextState::Unavailable);
    };
    let reader = actor(context);
    let Some(role) = reader.reads_as(DataClass::PersonalData) else {
        return Err(Refused::from(Refusal::Forbidden("personal data")).into());
    };
    let reading = Reading {
        at: SystemClock.now(),
        actor: reader.id,
        role,
        subject,
        fields: wanted.iter().map(|wanted| wanted.field).collect(),
        request: reached.personal().to_owned(),
        purpose: purpose.into(),
    };
    let (vault, commitments) =
        (Arc::clone(vault), wanted.iter().map(|wanted| wanted.commitment).collect::<Vec<_>>());
    let held = tokio::task::spawn_blocking(move || vault.read_for(reading, &commitments)).await??;
    Ok(wanted.iter().zip(&held).map(|(wanted, held)| wanted.tell(Some(held))).collect())
}
