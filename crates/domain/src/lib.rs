//! The record of a country's small industries: what can be asked, what happens, and what follows from it.
//!
//! Deciding is pure: [`decide`] turns a command into events or a rejection, [`evolve`] folds an event into the state.
//! Neither does I/O, reads a clock or draws a random number; time, actor and new IDs arrive in the context, and
//! reference tables arrive through the log. The same log gives the same state, on every machine, for ever.

pub mod event;

pub mod value;

pub mod envelope;
pub mod policy;
pub mod rejection;

pub mod opening;
pub mod reference;

pub mod consortium;
pub mod emc;
pub mod export;
pub mod park;
pub mod period;
pub mod person;
pub mod privacy;
pub mod publication;
pub mod research;
pub mod revival;
pub mod signing;
pub mod sme;
pub mod statement;
pub mod training;

pub mod approval;

pub mod rules;

#[cfg(feature = "log")]
pub mod ledger;
#[cfg(any(feature = "log", feature = "vault"))]
pub mod lock;
#[cfg(feature = "log")]
pub mod log;
pub mod testing;
#[cfg(feature = "vault")]
pub mod vault;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use envelope::{Context, EntityId, Event, Recorded};
use rejection::Rejection;
use value::Fingerprint;

/// Everything that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Command {
    /// Of parks.
    Park(park::ParkCommand),
    /// Of units.
    Sme(sme::SmeCommand),
    /// Of revival cases.
    Revival(revival::RevivalCommand),
    /// Of consortiums.
    Consortium(consortium::ConsortiumCommand),
    /// Of export management companies.
    Emc(emc::EmcCommand),
    /// Of exports.
    Export(export::ExportCommand),
    /// Of courses and workshops.
    Training(training::TrainingCommand),
    /// Of research and study projects.
    Research(research::ResearchCommand),
    /// Of official statements.
    Statement(statement::StatementCommand),
    /// Of published figures.
    Publication(publication::PublicationCommand),
    /// Of persons.
    Person(person::PersonCommand),
    /// Of the vault.
    Privacy(privacy::PrivacyCommand),
    /// Of the keys that sign checkpoints.
    Signing(signing::SigningCommand),
    /// Of periods.
    Period(period::PeriodCommand),
    /// Of proposals.
    Approval(approval::ApprovalCommand),
}

impl Command {
    /// The command without its personal values: what its hash covers, so that a repeat is recognised.
    pub fn without_personal(&self) -> Cow<'_, Self> {
        match self {
            Self::Person(command) => Cow::Owned(Self::Person(command.without_personal())),
            _ => Cow::Borrowed(self),
        }
    }

    /// Its canonical input: type and fields as JSON, in the order of their declaration, without those that are left
    /// out; of personal fields only that they are there.
    pub fn canonical(&self) -> String {
        serde_json::to_string(&*self.without_personal()).expect("a command has only string keys")
    }

    /// SHA-256 of its canonical input.
    pub fn hash(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(self.canonical()).into())
    }
}

macro_rules! event_data {
    ($($(#[$doc:meta])* $noun:ident($sum:ty) of $entity:pat,)+) => {
        /// Everything that happens.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum EventData { $($(#[$doc])* $noun($sum),)+ }

        impl EventData {
            /// The type's name, as it stands in the event line.
            pub fn type_name(&self) -> &'static str {
                match self { $(Self::$noun(event) => event.type_name(),)+ }
            }

            /// The version in which the type is written.
            pub fn type_version(&self) -> u16 {
                match self { $(Self::$noun(event) => event.type_version(),)+ }
            }

            /// Whether the type belongs to the history of an entity of that kind.
            pub fn fits(&self, entity: EntityId) -> bool {
                match self { $(Self::$noun(_) => matches!(entity, $entity),)+ }
            }

            /// Whether the type is read in that version.
            pub fn knows(name: &str, version: u16) -> bool {
                $(<$sum>::knows(name, version))||+
            }

            /// Whether there is a type of that name, in whatever version.
            pub fn names(name: &str) -> bool {
                $(<$sum>::TYPES.iter().any(|(known, _)| *known == name))||+
            }

            /// Reads the data of a type that [`EventData::knows`] has accepted, and lifts older versions to the
            /// newest. Only the codec calls it: every path that reads a line goes through there.
            ///
            /// # Errors
            /// What the deserializer says of data that doesn't fit the type.
            #[cfg(feature = "log")]
            pub(crate) fn decode<'de, D>(name: &str, version: u16, data: D) -> Result<Self, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                $(if <$sum>::knows(name, version) {
                    return <$sum>::decode(name, version, data).map(Self::$noun);
                })+
                Err(serde::de::Error::custom(format_args!("unknown event type {name} version {version}")))
            }

            /// The JSON Schema of each type's data, by name and version.
            pub fn schemas() -> Vec<(&'static str, u16, schemars::Schema)> {
                [$(<$sum>::schemas()),+].concat()
            }
        }

        $(impl From<$sum> for EventData {
            fn from(event: $sum) -> Self { Self::$noun(event) }
        })+
    };
}

event_data! {
    /// To exports: the most frequent ones.
    Export(export::ExportEvent) of EntityId::Export(_),
    /// To units.
    Sme(sme::SmeEvent) of EntityId::Sme(_),
    /// To revival cases.
    Revival(revival::RevivalEvent) of EntityId::Revival(_),
    /// To consortiums.
    Consortium(consortium::ConsortiumEvent) of EntityId::Consortium(_),
    /// To export management companies.
    Emc(emc::EmcEvent) of EntityId::Emc(_),
    /// To parks.
    Park(park::ParkEvent) of EntityId::Park(_),
    /// To courses and workshops.
    Training(training::TrainingEvent) of EntityId::Training(_),
    /// To research and study projects.
    Research(research::ResearchEvent) of EntityId::Research(_),
    /// To official statements.
    Statement(statement::StatementEvent) of EntityId::Statement(_),
    /// To published figures.
    Publication(publication::PublicationEvent) of EntityId::Publication(_),
    /// To persons.
    Person(person::PersonEvent) of EntityId::Person(_),
    /// To the vault.
    Privacy(privacy::PrivacyEvent) of EntityId::Vault,
    /// To the keys that sign checkpoints.
    Signing(signing::SigningEvent) of EntityId::Log,
    /// To periods.
    Period(period::PeriodEvent) of EntityId::Closing(_),
    /// To proposals.
    Approval(approval::ApprovalEvent) of EntityId::Proposal(_),
    /// To the reference tables.
    Reference(reference::ReferenceEvent) of EntityId::Reference,
    /// To the log itself.
    Opening(opening::OpeningEvent) of EntityId::Log,
}

/// What the log says up to a position, as far as rules ask. Cloning costs the same at any size. Snapshots hold it: a part
/// whose event leaves fields out is stored through [`event::stored`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// The position of the last event that was folded; 0 before the first.
    pub position: u64,
    /// The log itself.
    pub opening: opening::Opening,
    /// The reference tables.
    pub reference: Arc<reference::Reference>,
    /// Parks.
    pub parks: park::Parks,
    /// Units.
    pub smes: sme::Smes,
    /// Revival cases.
    pub revivals: revival::Revivals,
    /// Consortiums.
    pub consortiums: consortium::Consortiums,
    /// Export management companies.
    pub emcs: emc::Emcs,
    /// Exports.
    pub exports: export::Exports,
    /// Courses and workshops.
    pub trainings: training::Trainings,
    /// Research and study projects.
    pub researches: research::Researches,
    /// Official statements.
    pub statements: statement::Statements,
    /// Published figures.
    pub publications: publication::Publications,
    /// Contact persons and managing directors.
    pub persons: person::Persons,
    /// What the log says of the vault.
    pub privacy: privacy::Privacy,
    /// The keys that sign checkpoints.
    pub signing: signing::Signing,
    /// Closed periods.
    pub periods: period::Periods,
    /// Proposals.
    pub proposals: approval::Proposals,
    /// Facts that later back-dated events undercut.
    pub findings: rules::Findings,
}

impl State {
    /// How many events an entity has; 0 for one that is not recorded.
    pub fn version(&self, entity: EntityId) -> u32 {
        match entity {
            EntityId::Log => {
                u32::from(self.opening.opened().is_some()) + self.signing.rotations().len() as u32
            }
            EntityId::Reference => self.reference.version,
            EntityId::Park(id) => self.parks.version(id),
            EntityId::Sme(id) => self.smes.version(id),
            EntityId::Revival(id) => self.revivals.version(id),
            EntityId::Consortium(id) => self.consortiums.version(id),
            EntityId::Emc(id) => self.emcs.version(id),
            EntityId::Export(id) => self.exports.version(id),
            EntityId::Training(id) => self.trainings.version(id),
            EntityId::Research(id) => self.researches.version(id),
            EntityId::Statement(id) => self.statements.version(id),
            EntityId::Publication(id) => self.publications.version(id),
            EntityId::Person(id) => self.persons.version(id),
            EntityId::Vault => self.privacy.version,
            EntityId::Closing(id) => self.periods.version(id),
            EntityId::Proposal(id) => self.proposals.version(id),
        }
    }
}

/// Judges a command on what is known, and says what happens. The events of a command are recorded together or not at
/// all; a command that changes nothing has none.
///
/// # Errors
/// The first rule that the command breaks: code, field and sentence.
pub fn decide(state: &State, command: &Command, context: &Context) -> Result<Vec<Event>, Rejection> {
    rules::judge_open(state, command)?;
    decide_in_any_period(state, command, context)
}

/// The same, whether the period of a fact is closed or not.
pub(crate) fn decide_in_any_period(
    state: &State,
    command: &Command,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Park(command) => rules::decide_park(state, command, context),
        Command::Sme(command) => rules::decide_sme(state, command, context),
        Command::Revival(command) => rules::decide_revival(state, command, context),
        Command::Consortium(command) => rules::decide_consortium(state, command, context),
        Command::Emc(command) => rules::decide_emc(state, command, context),
        Command::Export(command) => rules::decide_export(state, command, context),
        Command::Training(command) => rules::decide_training(state, command, context),
        Command::Research(command) => rules::decide_research(state, command, context),
        Command::Statement(command) => Ok(state.statements.decide(command, context)?),
        Command::Publication(command) => rules::decide_publication(state, command, context),
        Command::Person(command) => rules::decide_person(state, command, context),
        Command::Privacy(command) => Ok(state.privacy.decide(command, context)?),
        Command::Signing(command) => {
            let origin = state.opening.opened().map(|opened| opened.origin.as_str());
            Ok(state.signing.decide(command, origin, context)?)
        }
        Command::Period(command) => rules::decide_period(state, command, context),
        Command::Approval(command) => rules::decide_approval(state, command, context),
    }
}

/// Folds an event into the state. Events come in the order of the log, each once.
pub fn evolve(state: &mut State, recorded: &Recorded) {
    let Recorded { position, event, .. } = recorded;
    state.position = *position;
    state.privacy.learn(recorded);
    match (&event.data, event.entity) {
        (EventData::Opening(data), _) => state.opening.evolve(data),
        (EventData::Reference(data), _) => {
            Arc::make_mut(&mut state.reference).evolve(data, event.effective, *position);
        }
        (EventData::Park(data), EntityId::Park(id)) => {
            state.parks.evolve(id, data, event.effective, *position);
        }
        (EventData::Sme(data), EntityId::Sme(id)) => rules::evolve_sme(state, id, data, event, *position),
        (EventData::Revival(data), EntityId::Revival(id)) => {
            rules::evolve_revival(state, id, data, event, *position)
        }
        (EventData::Consortium(data), EntityId::Consortium(id)) => {
            rules::evolve_consortium(state, id, data, event, *position);
        }
        (EventData::Emc(data), EntityId::Emc(id)) => rules::evolve_emc(state, id, data, event, *position),
        (EventData::Export(data), EntityId::Export(id)) => {
            rules::evolve_export(state, id, data, event, *position)
        }
        (EventData::Training(data), EntityId::Training(id)) => {
            rules::evolve_training(state, id, data, event, *position);
        }
        (EventData::Research(data), EntityId::Research(id)) => {
            state.researches.evolve(id, data, event.effective, *position);
        }
        (EventData::Statement(data), EntityId::Statement(id)) => {
            state.statements.evolve(id, data, event.effective, *position);
        }
        (EventData::Publication(data), EntityId::Publication(id)) => {
            state.publications.evolve(id, data, *position);
        }
        (EventData::Person(data), EntityId::Person(id)) => {
            state.persons.evolve(id, data, event.effective, *position);
        }
        (EventData::Privacy(data), _) => state.privacy.evolve(data, *position),
        (EventData::Signing(data), _) => state.signing.evolve(data, *position),
        (EventData::Period(data), EntityId::Closing(id)) => state.periods.evolve(id, data, *position),
        (EventData::Approval(data), EntityId::Proposal(id)) => state.proposals.evolve(id, data, recorded),
        (data, entity) => unreachable!("the codec refuses {} of {entity}", data.type_name()),
    }
}
