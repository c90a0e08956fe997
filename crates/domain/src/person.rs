//! Contact persons and managing directors of units, consortiums and export management companies: dated appointments.
//!
//! A person is an ID, commitments to personal values, and appointments. The values themselves are never here: they lie
//! in the vault and are erased there; after that the ID, the posts and their dates stay, and name nobody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::EntityId;
use crate::event::events;
use crate::value::{
    Commitment, ConsortiumId, Date, EmcId, Organisation, PersonId, PositionText, ReasonCode, SmeId,
};

mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use crate::value::OrganisationKey as HolderKey;
pub use rejection::PersonRejection;
pub use state::{Appointment, Person, Persons};

/// What a person is appointed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Post {
    /// Managing director.
    ManagingDirector,
    /// Contact person.
    Contact,
}

/// Whose post it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    /// A unit's.
    Sme(SmeId),
    /// A consortium's.
    Consortium(ConsortiumId),
    /// An export management company's.
    Emc(EmcId),
}

impl From<Organisation> for Holder {
    fn from(organisation: Organisation) -> Self {
        match organisation {
            Organisation::Sme(id) => Self::Sme(id),
            Organisation::Consortium(id) => Self::Consortium(id),
            Organisation::Emc(id) => Self::Emc(id),
        }
    }
}

impl From<Holder> for EntityId {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::Sme(id) => Self::Sme(id),
            Holder::Consortium(id) => Self::Consortium(id),
            Holder::Emc(id) => Self::Emc(id),
        }
    }
}

/// Commitments to what is known of a person; fields that are left out are not known, or stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonDetails {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Commitment>,
    /// The 10-digit national code, its check digit tested before it was committed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national_code: Option<Commitment>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Commitment>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Commitment>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Commitment>,
}

impl PersonDetails {
    fn each(&mut self) -> [&mut Option<Commitment>; 5] {
        let Self { name, national_code, telephone, email, address } = self;
        [name, national_code, telephone, email, address]
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes over what another one tells.
    pub(crate) fn correct(&mut self, mut other: Self) {
        for (old, new) in self.each().into_iter().zip(other.each()) {
            *old = new.or(*old);
        }
    }

    /// Which fields there are, and nothing of their values: salts differ between two tries of one command.
    fn outline(mut self) -> Self {
        self.each().into_iter().flatten().for_each(|commitment| *commitment = Commitment([0; 32]));
        self
    }
}

/// Somebody who was not recorded before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPerson {
    /// A random ID, under which the vault has the values already.
    pub id: PersonId,
    /// Commitments to them; the name is among them.
    pub details: PersonDetails,
}

/// Who is appointed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Appointee {
    /// Somebody who is recorded.
    Known(PersonId),
    /// Somebody who was not recorded before.
    New(NewPerson),
}

/// Appoints a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointPerson {
    /// Who.
    pub person: Appointee,
    /// Where.
    pub holder: HolderKey,
    /// To what.
    pub post: Post,
    /// The first day.
    pub on: Date,
}

/// Corrects what is known of a person; fields that are left out stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectPerson {
    /// The person.
    pub person: PersonId,
    /// The new values.
    pub details: PersonDetails,
    /// Why.
    pub reason: ReasonCode,
    /// Since when they hold.
    pub on: Date,
}

/// Ends an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndAppointment {
    /// The person.
    pub person: PersonId,
    /// The position of the event that recorded the appointment.
    pub position: PositionText,
    /// The first day without it.
    pub on: Date,
    /// Why.
    pub reason: ReasonCode,
}

/// Voids an appointment or the end of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoidPersonFact {
    /// The person.
    pub person: PersonId,
    /// The position of the event that recorded the fact.
    pub position: PositionText,
    /// Why.
    pub reason: ReasonCode,
}

/// Erases what is known of a person, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErasePerson {
    /// The person.
    pub person: PersonId,
    /// Why.
    pub reason: ReasonCode,
}

/// What can be asked of persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "input")]
pub enum PersonCommand {
    /// Appoints a person.
    AppointPerson(AppointPerson),
    /// Corrects what is known of a person; fields that are left out stay.
    CorrectPerson(CorrectPerson),
    /// Ends an appointment.
    EndAppointment(EndAppointment),
    /// Voids an appointment or the end of one.
    VoidPersonFact(VoidPersonFact),
    /// Erases what is known of a person, for good.
    ErasePerson(ErasePerson),
}

impl PersonCommand {
    /// The same command without its personal values: which fields it tells, and not what. Two tries of one command
    /// differ in their salts and in a new person's ID, and are alike in this.
    pub fn without_personal(&self) -> Self {
        let mut command = self.clone();
        match &mut command {
            Self::AppointPerson(AppointPerson { person: Appointee::New(new), .. }) => {
                *new = NewPerson { id: PersonId::new(uuid::Uuid::nil()), details: new.details.outline() };
            }
            Self::CorrectPerson(correct) => correct.details = correct.details.outline(),
            _ => {}
        }
        command
    }
}

/// A person was appointed: the effective date is the first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonAppointed {
    /// Where.
    pub holder: Holder,
    /// To what.
    pub post: Post,
    /// What is known of a person who was not recorded before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<PersonDetails>,
}

/// What is known of a person was corrected. Fields that are left out stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonCorrected {
    /// The new values.
    pub details: PersonDetails,
}

/// An appointment ended: the effective date is the first day without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentEnded {
    /// The position of the event that recorded the appointment.
    pub position: PositionText,
}

/// An appointment or the end of one was voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonFactVoided {
    /// The position of the event that recorded it.
    pub position: PositionText,
}

/// What is known of the person was erased in the vault; nothing is stored of the person again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonErased {}

events! {
    /// What happens to persons.
    pub enum PersonEvent {
        /// A person was appointed: the effective date is the first day.
        PersonAppointed = 1,
        /// What is known of a person was corrected. Fields that are left out stayed.
        PersonCorrected = 1,
        /// An appointment ended: the effective date is the first day without it.
        AppointmentEnded = 1,
        /// An appointment or the end of one was voided.
        PersonFactVoided = 1,
        /// What is known of the person was erased in the vault; nothing is stored of the person again.
        PersonErased = 1,
    }
}
