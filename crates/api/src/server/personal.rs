//! The vault beside a running server.
//!
//! Guarantees: an erasure that the log tells of has reached the vault before its caller is answered, whoever asked for
//! it and by whatever way; at the start every erasure that the log tells of is repeated before anything is served. An
//! erasure that fails makes the server unready. Without a vault, or without the operator's key, everything else works.
//! Must never forget a value because the log does not know it: the log may be an older copy, and a newer one come back.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use daftar_domain::envelope::{EntityId, Recorded};
use daftar_domain::person::PersonEvent;
use daftar_domain::privacy::PrivacyEvent;
use daftar_domain::value::Commitment;
use daftar_domain::vault::{OperatorKey, Subject, Vault, VaultError};
use daftar_domain::{EventData, State};

use crate::config::Config;

/// The environment variable that holds the operator's key where no file does.
const KEY_VARIABLE: &str = "DAFTAR_VAULT_KEY";

/// How many values of refused commands wait at most to be forgotten together.
const UNRECORDED_MOST: usize = 100;

/// The vault of personal data, if there is one.
#[derive(Debug)]
pub struct Personal {
    vault: Option<Arc<Vault>>,
    /// Values of commands that were judged and not recorded.
    unrecorded: Mutex<Vec<Commitment>>,
    failure: OnceLock<String>,
}

/// The operator's key that the settings name; none when they name none.
///
/// # Errors
/// [`VaultError::KeyInvalid`].
pub fn operator_key(config: &Config) -> Result<Option<OperatorKey>, VaultError> {
    match (&config.vault.key_file, std::env::var(KEY_VARIABLE)) {
        (Some(path), _) => OperatorKey::from_file(path).map(Some),
        (None, Ok(text)) => OperatorKey::from_text(&text).map(Some),
        (None, Err(_)) => Ok(None),
    }
}

/// The vault in the folder of the settings.
///
/// # Errors
/// See [`Vault::open`]; [`VaultError::KeyInvalid`].
pub fn open_vault(config: &Config) -> Result<Vault, VaultError> {
    Vault::open(&config.data.join("vault"), operator_key(config)?.as_ref())
}

impl Personal {
    /// Opens the vault of the settings; there need not be one. One is made where people are asked who they are and the
    /// operator's key is at hand, for it keeps the logins.
    ///
    /// # Errors
    /// As [`open_vault`].
    pub fn open(config: &Config) -> Result<Self, VaultError> {
        let vault = match open_vault(config) {
            Ok(vault) => Some(Arc::new(vault)),
            Err(VaultError::NoVault(folder)) => match operator_key(config)? {
                Some(key) if config.identity.issuer.is_some() => {
                    Vault::create(&folder, &key)?;
                    Some(Arc::new(open_vault(config)?))
                }
                _ => None,
            },
            Err(error) => return Err(error),
        };
        Ok(Self { vault, unrecorded: Mutex::default(), failure: OnceLock::new() })
    }

    /// The vault, if it can be read and written.
    ///
    /// # Errors
    /// [`VaultError::Closed`].
    pub fn vault(&self) -> Result<&Arc<Vault>, VaultError> {
        self.vault.as_ref().filter(|vault| vault.is_open()).ok_or(VaultError::Closed)
    }

    /// The vault, read or not.
    pub(super) fn any(&self) -> Option<&Vault> {
        self.vault.as_deref()
    }

    /// Why an erasure has not reached the vault, if one hasn't.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Repeats the erasures that the log tells of and the vault does not know. A closed vault is caught up with once it
    /// is opened with its key.
    ///
    /// # Errors
    /// See [`Vault::erase`].
    pub fn catch_up(&self, state: &State) -> Result<(), VaultError> {
        let Ok(vault) = self.vault() else { return Ok(()) };
        let persons = state.persons.iter().filter(|person| person.is_erased());
        let persons = persons.map(|person| Subject::Person(person.id));
        let texts = state.privacy.erased_texts().filter_map(|text| Some(vault.known(&text)?.0));
        vault.erase(persons.chain(texts))
    }

    /// Takes up values of commands that were judged and not recorded, and says whether so many wait that they are to be
    /// forgotten now. Forgetting writes the vault's files anew, so that one refused command after the other would cost
    /// the size of the vault each.
    #[must_use]
    pub(crate) fn take_unrecorded(&self, commitments: Vec<Commitment>) -> bool {
        let mut waiting = self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(commitments);
        waiting.len() >= UNRECORDED_MOST
    }

    /// Forgets what waits to be forgotten; what fails is told, and left for `daftar vault gc`.
    pub(crate) fn forget_unrecorded(&self) {
        let waiting = std::mem::take(&mut *self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner));
        let Ok(vault) = self.vault() else { return };
        if waiting.is_empty() {
            return;
        }
        if let Err(error) = vault.forget(&waiting) {
            tracing::error!(code = error.code(), %error, "forgetting values of refused commands");
        }
    }

    /// Erases whom these events erase. Called before their callers are answered.
    pub(super) fn erase_recorded(&self, events: &[Recorded]) {
        let Some(vault) = &self.vault else { return };
        let erased: Vec<_> = events.iter().filter_map(|event| erased(event, vault)).collect();
        if erased.is_empty() {
            return;
        }
        if let Err(error) = vault.erase(erased) {
            let why = format!("an erasure has not reached the vault, and does at the next start: {error}");
            tracing::error!(code = error.code(), "{why}");
            self.failure.get_or_init(|| why);
        }
    }
}

fn erased(recorded: &Recorded, vault: &Vault) -> Option<Subject> {
    match (&recorded.event.data, recorded.event.entity) {
        (EventData::Person(PersonEvent::PersonErased(_)), EntityId::Person(id)) => Some(Subject::Person(id)),
        (EventData::Privacy(PrivacyEvent::TextErased(event)), _) => Some(vault.known(&event.text)?.0),
        _ => None,
    }
}
