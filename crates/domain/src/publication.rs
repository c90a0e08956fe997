//! Published figures: what the office itself tells the public, each bound to the record by its certificate.
//!
//! A figure names the position that it was computed at and the Merkle root there; whoever has the log and the certificate
//! computes it anew. Publishing and withdrawing take two persons. What the press says is no figure of ours: see
//! `statement`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{Context, EntityId, Event, Position};
use crate::event::events;
use crate::rejection::{Code, Coded};
use crate::value::{Date, Fingerprint, Index, Name, PositionText, PublicationId, ReasonCode, Table};

/// What a certificate says, as far as the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateCited {
    /// SHA-256 of the certificate's file.
    pub hash: Fingerprint,
    /// The name of the log that it was computed from.
    pub origin: String,
    /// The position of the last event that the answer rests on.
    pub position: PositionText,
    /// The Merkle root over the events up to there.
    pub root: Fingerprint,
    /// SHA-256 of the answer.
    pub answer_hash: Fingerprint,
}

/// Publishes a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishFigure {
    /// What it is called, in Persian.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The day of its publication.
    pub on: Date,
    /// The certificate. A figure without one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateCited>,
}

/// Withdraws a figure; that it was published stays to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawFigure {
    /// The figure.
    pub figure: PublicationId,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of published figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum PublicationCommand {
    /// Publishes a figure.
    PublishFigure(PublishFigure),
    /// Withdraws a figure; that it was published stays to be read.
    WithdrawFigure(WithdrawFigure),
}

/// A figure was published. Its effective date is the day of its publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FigurePublished {
    /// What it is called, in Persian.
    pub name: Name,
    /// The Latin name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<Name>,
    /// The certificate.
    pub certificate: CertificateCited,
}

/// A figure was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FigureWithdrawn {}

events! {
    /// What happens to published figures.
    pub enum PublicationEvent {
        /// A figure was published. Its effective date is the day of its publication.
        FigurePublished = 1,
        /// A figure was withdrawn.
        FigureWithdrawn = 1,
    }
}

/// Why a command about a published figure is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicationRejection {
    /// Without a certificate of this log.
    #[error("{0}")]
    Unsourced(&'static str),
    /// Published in the future.
    #[error("{0} lies in the future")]
    Future(Date),
    /// There is no such figure.
    #[error("the figure is not recorded")]
    Unknown,
    /// It is withdrawn.
    #[error("the figure is withdrawn already")]
    Withdrawn,
}

impl Coded for PublicationRejection {
    fn code(&self) -> Code {
        match self {
            Self::Unsourced(_) => Code::UnsourcedStatistic,
            Self::Future(_) => Code::InvalidDate,
            Self::Unknown => Code::UnknownReference,
            Self::Withdrawn => Code::AlreadyVoided,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Unsourced(_) => "certificate",
            Self::Future(_) => "on",
            Self::Unknown | Self::Withdrawn => "figure",
        }
        .to_owned()
    }
}

/// A published figure, as far as rules ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publication {
    /// Its ID.
    pub id: PublicationId,
    /// How many events it has.
    pub version: u32,
    /// The position of the event that published it.
    pub position: Position,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
}

/// What a certificate is held against: the log that it has to be of.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// Its name; none in a log without a first event, as in tests.
    pub origin: Option<&'a str>,
    /// Its last position.
    pub position: Position,
}

/// All published figures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Publications {
    table: Table<Publication>,
    by_id: Index<PublicationId>,
}

impl Publications {
    /// The figure with an ID.
    pub fn get(&self, id: PublicationId) -> Option<&Publication> {
        self.by_id.get(&id).map(|row| self.table.get(row))
    }

    /// How many events a figure has; 0 for one that is not recorded.
    pub fn version(&self, id: PublicationId) -> u32 {
        self.get(id).map_or(0, |figure| figure.version)
    }

    /// Every figure in the order of publication.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Publication> {
        self.table.iter()
    }

    /// Decides a command.
    ///
    /// # Errors
    /// Why it is rejected.
    pub fn decide(
        &self,
        command: &PublicationCommand,
        log: Log<'_>,
        context: &Context,
    ) -> Result<Vec<Event>, PublicationRejection> {
        match command {
            PublicationCommand::PublishFigure(command) => publish(command, log, context),
            PublicationCommand::WithdrawFigure(command) => self.withdraw(command, context),
        }
    }

    /// Decides `WithdrawFigure`.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `ALREADY_VOIDED`.
    pub fn withdraw(
        &self,
        command: &WithdrawFigure,
        context: &Context,
    ) -> Result<Vec<Event>, PublicationRejection> {
        let figure = self.get(command.figure).ok_or(PublicationRejection::Unknown)?;
        if figure.withdrawn {
            return Err(PublicationRejection::Withdrawn);
        }
        let event = Event::new(EntityId::Publication(figure.id), context.today, FigureWithdrawn {});
        Ok(vec![event.because(command.reason).caused_by(figure.position)])
    }

    /// Applies an event.
    pub fn evolve(&mut self, id: PublicationId, event: &PublicationEvent, position: Position) {
        match event {
            PublicationEvent::FigurePublished(_) => {
                let row = self.table.push(Publication { id, version: 1, position, withdrawn: false });
                self.by_id.insert(id, row);
            }
            PublicationEvent::FigureWithdrawn(_) => {
                let row = self.by_id.get(&id).expect("a withdrawal follows the publication");
                let figure = self.table.get_mut(row);
                (figure.version, figure.withdrawn) = (figure.version + 1, true);
            }
        }
    }
}

/// Rule 25: a figure has a certificate, which is of this log and of a position that it has reached.
fn publish(
    command: &PublishFigure,
    log: Log<'_>,
    context: &Context,
) -> Result<Vec<Event>, PublicationRejection> {
    let unsourced = |why| Err(PublicationRejection::Unsourced(why));
    let Some(certificate) = &command.certificate else {
        return unsourced(
            "a published figure names the position at which it was computed, by its certificate",
        );
    };
    if log.origin.is_some_and(|origin| origin != certificate.origin) {
        return unsourced("the certificate is of another log");
    }
    if certificate.position.0 > log.position {
        return unsourced("the certificate is of a position that the log has not reached");
    }
    if command.on > context.today {
        return Err(PublicationRejection::Future(command.on));
    }
    let published = FigurePublished {
        name: command.name.clone(),
        name_latin: command.name_latin.clone(),
        certificate: certificate.clone(),
    };
    Ok(vec![Event::new(EntityId::Publication(context.new_id()), command.on, published)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::testing::Given;

    fn certificate(position: u64) -> CertificateCited {
        let hash = |byte| Fingerprint([byte; 32]);
        let (origin, position) = ("daftar.local".to_owned(), PositionText(position));
        CertificateCited { hash: hash(1), origin, position, root: hash(2), answer_hash: hash(3) }
    }

    fn publish(certificate: Option<CertificateCited>, on: &str) -> Command {
        Command::Publication(PublicationCommand::PublishFigure(PublishFigure {
            name: Name::parse("صادرات نه‌ماهه").unwrap(),
            name_latin: None,
            on: on.parse().unwrap(),
            certificate,
        }))
    }

    fn withdraw(figure: PublicationId) -> Command {
        let reason = ReasonCode::SourceCorrected;
        Command::Publication(PublicationCommand::WithdrawFigure(WithdrawFigure { figure, reason }))
    }

    #[test]
    fn a_figure_without_a_certificate_of_the_log_is_refused() {
        let given = Given::nothing();
        let end = given.state.position;
        let unsourced = (Code::UnsourcedStatistic, "certificate".to_owned());
        assert_eq!(given.rejected(publish(None, "2019-12-20")), unsourced);
        assert_eq!(given.rejected(publish(Some(certificate(end + 1)), "2019-12-20")), unsourced);
        assert_eq!(given.rejected(publish(Some(certificate(end)), "2019-12-23")).0, Code::InvalidDate);
        given.decide(&publish(Some(certificate(end)), "2019-12-20")).unwrap();
        let context =
            Context::new(crate::value::Moment::start_of_tehran_day("2019-12-22".parse().unwrap()), [0; 32]);
        let Command::Publication(command) = publish(Some(certificate(1)), "2019-12-20") else {
            unreachable!()
        };
        let decided =
            |origin| Publications::default().decide(&command, Log { origin, position: 9 }, &context);
        assert!(decided(Some("daftar.local")).is_ok());
        assert_eq!(decided(Some("other.local")).unwrap_err().code(), Code::UnsourcedStatistic);
    }

    #[test]
    fn a_figure_is_withdrawn_once() {
        let mut given = Given::nothing();
        let end = given.state.position;
        let events = given.when(publish(Some(certificate(end)), "2019-12-20")).unwrap();
        let EntityId::Publication(id) = events[0].entity else { panic!("{events:?}") };
        let events = given.when(withdraw(id)).unwrap();
        assert_eq!(events[0].causation, Some(end + 1));
        assert_eq!(given.rejected(withdraw(id)), (Code::AlreadyVoided, "figure".to_owned()));
        let unknown = PublicationId::from(uuid::Uuid::nil());
        assert_eq!(given.rejected(withdraw(unknown)).0, Code::UnknownReference);
        assert_eq!(given.state.publications.version(id), 2);
    }
}
