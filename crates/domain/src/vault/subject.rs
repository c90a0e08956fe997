//! Whose values there are, and which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::value::{ActorId, PersonId, TextId};

/// Whose values are sealed under one key, and erased together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A natural person who holds posts.
    Person(PersonId),
    /// Whoever acts: login and name.
    Actor(ActorId),
    /// The text of one reason: nobody says whose personal data it holds, so each can be erased alone.
    Text(TextId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{}", id.uuid()),
            Self::Actor(id) => write!(f, "actor:{}", id.uuid()),
            Self::Text(id) => write!(f, "text:{}", id.uuid()),
        }
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` names no person, actor or text");
        let (kind, uuid) = text.split_once(':').ok_or_else(wrong)?;
        let uuid = Uuid::try_parse(uuid).map_err(|_| wrong())?;
        match kind {
            "person" => Ok(Self::Person(uuid.into())),
            "actor" => Ok(Self::Actor(uuid.into())),
            "text" => Ok(Self::Text(uuid.into())),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Which personal value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// A person's or an actor's name.
    Name,
    /// The 10-digit national code.
    NationalCode,
    /// A telephone number.
    Telephone,
    /// An e-mail address.
    Email,
    /// A postal address.
    Address,
    /// The text of a reason.
    ReasonText,
    /// Issuer and subject by which an identity provider knows an actor.
    Login,
}

impl Field {
    /// The field's name, as it stands in the files and is bound to the value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NationalCode => "nationalCode",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Address => "address",
            Self::ReasonText => "reasonText",
            Self::Login => "login",
        }
    }
}
