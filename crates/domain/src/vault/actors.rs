//! Who acts: a random ID for each login of an identity provider, made once; names and logins stay in the vault.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::secret::random;
use super::subject::{Field, Subject};
use super::{PersonalText, Vault, VaultError};
use crate::value::ActorId;

/// How an identity provider knows somebody.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    issuer: String,
    subject: String,
}

/// The registry of whoever acts.
#[derive(Debug)]
pub struct Actors {
    vault: Arc<Vault>,
    known: Mutex<HashMap<Login, ActorId>>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

impl Actors {
    /// The actors that a vault knows.
    ///
    /// # Errors
    /// [`VaultError::Closed`] without the operator's key; a value that can't be read.
    pub fn of(vault: Arc<Vault>) -> Result<Self, VaultError> {
        let mut known = HashMap::new();
        for (subject, opening) in vault.openings(Field::Login)? {
            let (Subject::Actor(id), Ok(login)) = (subject, serde_json::from_str(opening.value.reveal()))
            else {
                return Err(VaultError::Undecryptable(subject));
            };
            known.insert(login, id);
        }
        Ok(Self { vault, known: Mutex::new(known) })
    }

    /// The ID of a login: random, made at its first use and the same for good.
    ///
    /// # Errors
    /// [`VaultError`] when a new one can't be written down; then there is none.
    pub fn actor_id(&self, issuer: &str, subject: &str) -> Result<ActorId, VaultError> {
        let login = Login { issuer: issuer.to_owned(), subject: subject.to_owned() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = known.get(&login) {
            return Ok(*id);
        }
        let id = ActorId::new(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let text = serde_json::to_string(&login).expect("it has only string keys");
        self.vault.store(Subject::Actor(id), &[(Field::Login, PersonalText::new(text))])?;
        known.insert(login, id);
        Ok(id)
    }

    /// Notes what somebody is called, when it differs from what is noted.
    ///
    /// # Errors
    /// [`VaultError`] when it can't be written down.
    pub fn note_name(&self, id: ActorId, name: &str) -> Result<(), VaultError> {
        if self.name(id)?.is_some_and(|known| known.reveal() == name) {
            return Ok(());
        }
        let old = self.vault.commitments(Subject::Actor(id), Field::Name);
        self.vault.store(Subject::Actor(id), &[(Field::Name, PersonalText::new(name))])?;
        self.vault.forget(&old)
    }

    /// What an actor is called; none when it was never noted, or erased.
    ///
    /// # Errors
    /// [`VaultError::Closed`] without the operator's key; a value that can't be read.
    pub fn name(&self, id: ActorId) -> Result<Option<PersonalText>, VaultError> {
        let subject = Subject::Actor(id);
        let newest = self.vault.commitments(subject, Field::Name).into_iter().next();
        let Some(commitment) = newest else { return Ok(None) };
        Ok(match self.vault.read(subject, Field::Name, &commitment)? {
            super::Held::Present(opening) => Some(opening.value.clone()),
            super::Held::Erased | super::Held::Missing => None,
        })
    }

    /// Erases login and name of somebody; the same login is somebody else from then on.
    ///
    /// # Errors
    /// See [`Vault::erase`].
    pub fn erase(&self, id: ActorId) -> Result<(), VaultError> {
        self.vault.erase([Subject::Actor(id)])?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, known| *known != id);
        Ok(())
    }
}
