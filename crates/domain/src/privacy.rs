//! What the log says of the vault of personal data: how far its access log went, and which texts of reasons were
//! erased.
//!
//! The head of the access log stands here so that its end can't be cut off unseen; a vault whose access log no longer
//! holds the head that was noted before is noted as such, for good. No personal value is ever here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position, Recorded};
use crate::event::events;
use crate::rejection::{Code, Coded};
use crate::value::{Commitment, Fingerprint, Index, PositionText, ReasonCode, Table};

/// Notes how far the access log goes. The server asks for it, nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteReadings {
    /// The head.
    pub head: AccessHead,
    /// Whether the access log still holds the head that was noted last.
    pub continues: bool,
}

/// Erases the text of a reason, for good; its code stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EraseText {
    /// The position of the event that has the reason.
    pub position: PositionText,
    /// Why it is erased.
    pub reason: ReasonCode,
}

/// What can be asked of the vault that the log tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum PrivacyCommand {
    /// Notes how far the access log goes.
    NoteReadings(NoteReadings),
    /// Erases the text of a reason, for good; its code stays.
    EraseText(EraseText),
}

/// How far the access log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessHead {
    /// How many readings there are.
    pub entries: u32,
    /// SHA-256 of the JSON of the last one; of the first line of the file when there is none.
    pub hash: Fingerprint,
}

/// The head of the access log was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadingsNoted {
    /// The head.
    pub head: AccessHead,
    /// Whether the access log held the head that was noted before; if not, readings were cut off, or the vault is an
    /// older copy.
    pub continues: bool,
}

/// The text of a reason was erased in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextErased {
    /// The position of the event that has the reason.
    pub position: PositionText,
    /// The commitment to the text, by which the vault knows it.
    pub text: Commitment,
}

events! {
    /// What the log says of the vault.
    pub enum PrivacyEvent {
        /// The head of the access log was noted.
        ReadingsNoted = 1,
        /// The text of a reason was erased in the vault.
        TextErased = 1,
    }
}

/// Why a command about the vault is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyRejection {
    /// No event with a text of a reason was recorded there.
    #[error("no event at that position has a reason with a text")]
    UnknownText,
    /// The text is erased.
    #[error("the text is erased already")]
    Erased,
    /// A head that goes back is said to continue.
    #[error("the access log had {noted} readings when it was noted last, not {found}")]
    Back {
        /// Readings then.
        noted: u32,
        /// Readings now.
        found: u32,
    },
}

impl Coded for PrivacyRejection {
    fn code(&self) -> Code {
        match self {
            Self::UnknownText => Code::UnknownReference,
            Self::Erased => Code::Erased,
            Self::Back { .. } => Code::InvalidValue,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::UnknownText | Self::Erased => "position",
            Self::Back { .. } => "head.entries",
        }
        .to_owned()
    }
}

/// The text of a reason.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Text {
    commitment: Commitment,
    erased: bool,
}

/// What the log says of the vault.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Privacy {
    /// How many events there are.
    pub version: u32,
    /// The head of the access log as it was noted last, with the position of the note.
    pub noted: Option<(AccessHead, Position)>,
    /// The positions of the notes at which the access log did not hold the head before.
    pub cuts: Vec<Position>,
    texts: Table<Text>,
    by_position: Index<Position>,
}

impl Privacy {
    /// Every commitment to a text that was erased.
    pub fn erased_texts(&self) -> impl Iterator<Item = Commitment> {
        self.texts.iter().filter(|text| text.erased).map(|text| text.commitment)
    }

    /// Whether the text of the reason of the event at a position was erased.
    pub fn is_text_erased(&self, position: Position) -> bool {
        self.by_position.get(&position).is_some_and(|row| self.texts.get(row).erased)
    }

    /// Decides a command.
    ///
    /// # Errors
    /// Why it is rejected.
    pub fn decide(
        &self,
        command: &PrivacyCommand,
        context: &Context,
    ) -> Result<Vec<Event>, PrivacyRejection> {
        match command {
            PrivacyCommand::NoteReadings(command) => self.note(command, context),
            PrivacyCommand::EraseText(command) => self.erase(command, context),
        }
    }

    /// Decides `NoteReadings`. A head that is noted already changes nothing.
    ///
    /// # Errors
    /// `INVALID_VALUE` for one that continues and goes back.
    pub fn note(&self, command: &NoteReadings, context: &Context) -> Result<Vec<Event>, PrivacyRejection> {
        let NoteReadings { head, continues } = *command;
        if let Some((noted, _)) = self.noted.filter(|_| continues) {
            if head == noted {
                return Ok(Vec::new());
            }
            if head.entries <= noted.entries {
                return Err(PrivacyRejection::Back { noted: noted.entries, found: head.entries });
            }
        }
        Ok(vec![Event::new(EntityId::Vault, context.today, ReadingsNoted { head, continues })])
    }

    /// Decides `EraseText`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ERASED`.
    pub fn erase(&self, command: &EraseText, context: &Context) -> Result<Vec<Event>, PrivacyRejection> {
        let position = command.position;
        let row = self.by_position.get(&position.0).ok_or(PrivacyRejection::UnknownText)?;
        let Text { commitment: text, erased } = *self.texts.get(row);
        if erased {
            return Err(PrivacyRejection::Erased);
        }
        let event = Event::new(EntityId::Vault, context.today, TextErased { position, text });
        Ok(vec![event.caused_by(position.0).because(command.reason)])
    }

    /// Learns of the text of an event's reason, if it has one.
    pub fn learn(&mut self, recorded: &Recorded) {
        let Some(commitment) = recorded.event.reason.as_ref().and_then(|reason| reason.text) else { return };
        let row = self.texts.push(Text { commitment, erased: false });
        self.by_position.insert(recorded.position, row);
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: &PrivacyEvent, position: Position) {
        self.version += 1;
        match event {
            PrivacyEvent::ReadingsNoted(event) => {
                self.noted = Some((event.head, position));
                if !event.continues {
                    self.cuts.push(position);
                }
            }
            PrivacyEvent::TextErased(event) => {
                let row = self.by_position.get(&event.position.0).expect("only a recorded text is erased");
                self.texts.get_mut(row).erased = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::park::{EstablishPark, ParkCommand};
    use crate::policy::Actor;
    use crate::testing::Given;
    use crate::value::Reason;

    fn head(entries: u32, byte: u8) -> AccessHead {
        AccessHead { entries, hash: Fingerprint([byte; 32]) }
    }

    fn note(head: AccessHead, continues: bool) -> Command {
        Command::Privacy(PrivacyCommand::NoteReadings(NoteReadings { head, continues }))
    }

    fn erase(position: Position) -> Command {
        let (position, reason) = (PositionText(position), ReasonCode::HolderRequest);
        Command::Privacy(PrivacyCommand::EraseText(EraseText { position, reason }))
    }

    #[test]
    fn heads_only_go_forward_unless_a_cut_is_noted() {
        let mut given = Given::nothing().by(Actor::SYSTEM).given([note(head(3, 1), true)]);
        assert_eq!(given.when(note(head(3, 1), true)), Ok(Vec::new()), "it is noted already");
        for back in [head(3, 2), head(2, 1)] {
            assert_eq!(given.rejected(note(back, true)), (Code::InvalidValue, "head.entries".to_owned()));
        }
        given.when(note(head(4, 2), true)).unwrap();
        assert!(given.state.privacy.cuts.is_empty());
        given.when(note(head(1, 9), false)).unwrap();
        let cut = given.state.position;
        given.when(note(head(2, 8), true)).unwrap();
        let privacy = &given.state.privacy;
        assert_eq!((privacy.cuts.as_slice(), privacy.noted), (&[cut][..], Some((head(2, 8), cut + 1))));
        assert_eq!(given.state.version(EntityId::Vault), 4);
    }

    #[test]
    fn a_text_is_erased_once_and_only_where_one_is() {
        let mut given = Given::nothing();
        let park: EstablishPark = serde_json::from_value(serde_json::json!({
            "code": "P-1", "name": "شهرک", "kind": "PARK", "province": "IR-23", "area": "1.5", "plots": 4,
            "on": "2010-03-21",
        }))
        .unwrap();
        let mut events = given.decide(&Command::Park(ParkCommand::EstablishPark(park))).unwrap();
        events[0].reason = Some(Reason { code: ReasonCode::Other, text: Some(Commitment([7; 32])) });
        given.record(events);
        let position = given.state.position;
        let nowhere = (Code::UnknownReference, "position".to_owned());
        assert_eq!(given.rejected(erase(position - 1)), nowhere);
        assert!(!given.state.privacy.is_text_erased(position));
        let erased = given.when(erase(position)).unwrap();
        assert_eq!(erased[0].causation, Some(position));
        assert_eq!(given.state.privacy.erased_texts().collect::<Vec<_>>(), [Commitment([7; 32])]);
        assert!(
            given.state.privacy.is_text_erased(position) && !given.state.privacy.is_text_erased(position + 1)
        );
        assert_eq!(given.rejected(erase(position)), (Code::Erased, "position".to_owned()));
    }
}
