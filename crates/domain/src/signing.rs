//! The keys that sign checkpoints: which one takes the place of which, as two persons decide it.
//!
//! The record names public keys only. A rotation is decided here first; `daftar keys rotate` does it where the private
//! keys are, and refuses one that the record does not have. Whoever follows the log learns from it which key to trust
//! next, from a line that the old key still signs.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position};
use crate::event::events;
use crate::rejection::{Code, Coded};

/// The longest that a public key is spelled.
const LONGEST: usize = 256;

/// A public key as signed notes spell it: the name of the log, the ID of the key in eight hexadecimal digits, and the key
/// in base64, with `+` between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignerKey(Arc<str>);

impl SignerKey {
    /// The key as it is spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the log that it signs for.
    pub fn name(&self) -> &str {
        self.0.split('+').next().unwrap_or_default()
    }
}

impl TryFrom<String> for SignerKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts = text.splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let named = name.is_some_and(|name| !name.is_empty());
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let identified = id.is_some_and(|id| id.len() == 8 && id.bytes().all(hexadecimal));
        let in_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        let spelled = key.is_some_and(|key| key.len() >= 44 && key.bytes().all(in_base64));
        let printable = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        match named && identified && spelled && printable {
            true => Ok(Self(text.into())),
            false => Err("is not spelled as the public key of a signer: NAME+ID+KEY"),
        }
    }
}

impl From<SignerKey> for String {
    fn from(key: SignerKey) -> String {
        key.0.as_ref().to_owned()
    }
}

impl JsonSchema for SignerKey {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SignerKey".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": "^[^+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]{44,}$", "maxLength": 256
        })
    }
}

/// Decides that one key takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateKey {
    /// The key that signs from now on.
    pub adopted: SignerKey,
    /// The key that is retired.
    pub retired: SignerKey,
}

/// What can be asked of the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum SigningCommand {
    /// Decides that one key takes the place of another.
    RotateKey(RotateKey),
}

/// It was decided that one key takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyRotated {
    /// The key that signs from now on.
    pub adopted: SignerKey,
    /// The key that is retired.
    pub retired: SignerKey,
}

events! {
    /// What happens to the keys.
    pub enum SigningEvent {
        /// It was decided that one key takes the place of another.
        KeyRotated = 1,
    }
}

/// Why a command about a key is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRejection {
    /// A key of another log.
    #[error("the key is of {key}, the log calls itself {log}")]
    OtherLog {
        /// The field at fault.
        path: &'static str,
        /// The name in the key.
        key: String,
        /// The name of the log.
        log: String,
    },
    /// The key takes its own place, or was adopted or retired before.
    #[error("the key was adopted or retired before, or takes its own place")]
    Known,
    /// The key that is retired was retired before.
    #[error("the key was retired before")]
    RetiredBefore,
}

impl Coded for SigningRejection {
    fn code(&self) -> Code {
        Code::InvalidValue
    }

    fn path(&self) -> String {
        match self {
            Self::OtherLog { path, .. } => path,
            Self::Known => "adopted",
            Self::RetiredBefore => "retired",
        }
        .to_owned()
    }
}

/// A rotation that was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The key that signs from then on.
    pub adopted: SignerKey,
    /// The key that is retired.
    pub retired: SignerKey,
    /// The position of the event.
    pub position: Position,
}

/// The rotations in their order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Signing {
    rotations: Vec<Rotation>,
}

impl Signing {
    /// The rotations in their order.
    pub fn rotations(&self) -> &[Rotation] {
        &self.rotations
    }

    /// Decides a command; `origin` is what the log calls itself, once it has a first event.
    ///
    /// # Errors
    /// `INVALID_VALUE`.
    pub fn decide(
        &self,
        command: &SigningCommand,
        origin: Option<&str>,
        context: &Context,
    ) -> Result<Vec<Event>, SigningRejection> {
        let SigningCommand::RotateKey(RotateKey { adopted, retired }) = command;
        for (path, key) in [("adopted", adopted), ("retired", retired)] {
            if let Some(log) = origin.filter(|origin| *origin != key.name()) {
                let (key, log) = (key.name().to_owned(), log.to_owned());
                return Err(SigningRejection::OtherLog { path, key, log });
            }
        }
        let named = |key: &SignerKey| {
            self.rotations.iter().any(|rotation| rotation.adopted == *key || rotation.retired == *key)
        };
        if adopted == retired || named(adopted) {
            return Err(SigningRejection::Known);
        }
        if self.rotations.iter().any(|rotation| rotation.retired == *retired) {
            return Err(SigningRejection::RetiredBefore);
        }
        let rotated = KeyRotated { adopted: adopted.clone(), retired: retired.clone() };
        Ok(vec![Event::new(EntityId::Log, context.today, rotated)])
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: &SigningEvent, position: Position) {
        let SigningEvent::KeyRotated(KeyRotated { adopted, retired }) = event.clone();
        self.rotations.push(Rotation { adopted, retired, position });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::testing::Given;

    fn key(id: u32) -> SignerKey {
        SignerKey::try_from(format!("daftar.local+{id:08x}+{}", "A".repeat(44))).unwrap()
    }

    fn rotate(adopted: u32, retired: u32) -> Command {
        let (adopted, retired) = (key(adopted), key(retired));
        Command::Signing(SigningCommand::RotateKey(RotateKey { adopted, retired }))
    }

    #[test]
    fn a_key_is_adopted_once_and_retired_once() {
        let mut given = Given::nothing();
        let events = given.when(rotate(2, 1)).unwrap();
        assert_eq!(events[0].entity, EntityId::Log);
        let rejected = |given: &Given, adopted, retired| given.rejected(rotate(adopted, retired)).1;
        for adopted in [1, 2, 3] {
            let path = if adopted == 3 { "retired" } else { "adopted" };
            assert_eq!(rejected(&given, adopted, 1), path, "{adopted}");
        }
        assert_eq!(rejected(&given, 3, 3), "adopted");
        given.when(rotate(3, 2)).unwrap();
        assert_eq!(given.state.signing.rotations().len(), 2);
    }

    #[test]
    fn keys_are_those_of_the_log_and_spelled_as_notes_spell_them() {
        let context = Context::new(crate::value::Moment::from_millis(0), [0; 32]);
        let Command::Signing(command) = rotate(2, 1) else { unreachable!() };
        let decided = |origin| Signing::default().decide(&command, origin, &context);
        assert!(decided(Some("daftar.local")).is_ok() && decided(None).is_ok());
        assert_eq!(decided(Some("other.local")).unwrap_err().path(), "adopted");
        let long = "A".repeat(300);
        for wrong in
            ["", "daftar.local", "daftar.local+1+AAAA", "+00000001+AAAA", &format!("d+00000001+{long}")]
        {
            assert!(SignerKey::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
