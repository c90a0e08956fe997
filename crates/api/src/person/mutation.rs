//! The mutations of persons: one for each command. Their inputs have no `Debug`, since they hold personal values.

use async_graphql::{Context, InputObject, Object, OneofObject, Result, SimpleObject};
use daftar_domain::Command;
use daftar_domain::person::{
    AppointPerson, Appointee, CorrectPerson, EndAppointment, ErasePerson, HolderKey, NewPerson,
    PersonCommand, PersonDetails, VoidPersonFact,
};
use daftar_domain::rejection::Code;
use daftar_domain::value::{
    Commitment, Date, Email, NationalCode, PersonId, PersonName, PositionText, PostalAddress, Telephone,
};
use daftar_domain::vault::{Field, PersonalText};

use super::{Person, Post};
use crate::history::ReasonCode;
use crate::input::{
    Call, Calling, ConsortiumRef, EmcRef, Entered, Fields, Given, NodeRef, ReasonedCall, SmeRef, Spelled,
    input,
};
use crate::submit::{self, CommandInput, CommandResult};

/// Whose post it is.
#[derive(Debug, OneofObject)]
pub enum HolderRef {
    /// A unit's.
    Sme(SmeRef),
    /// A consortium's.
    Consortium(ConsortiumRef),
    /// An export management company's.
    Emc(EmcRef),
}

impl Entered for HolderRef {
    type Value = HolderKey;

    fn read(self, fields: &mut Fields) -> Option<HolderKey> {
        match self {
            Self::Sme(key) => fields.at("sme", |fields| key.read(fields)).map(HolderKey::Sme),
            Self::Consortium(key) => {
                fields.at("consortium", |fields| key.read(fields)).map(HolderKey::Consortium)
            }
            Self::Emc(key) => fields.at("emc", |fields| key.read(fields)).map(HolderKey::Emc),
        }
    }
}

/// What is known of a person. It goes to the vault; the record has commitments to it. Fields that are left out are not
/// known, or stay.
#[derive(InputObject)]
pub struct PersonDetailsInput {
    /// The name.
    name: Option<Given<PersonName>>,
    /// The 10-digit national code, in any digits; its check digit is tested.
    national_code: Option<Given<NationalCode>>,
    /// The telephone number: 5 to 15 digits, in any digits.
    telephone: Option<Given<Telephone>>,
    /// The e-mail address.
    email: Option<Given<Email>>,
    /// The postal address, at most 500 characters.
    address: Option<Given<PostalAddress>>,
}

/// What stands for a value until the vault has answered with its commitment.
const PLACEHOLDER: Commitment = Commitment([0; 32]);

fn outline<T: Spelled>(given: Option<Given<T>>, name: &str, fields: &mut Fields) -> Option<Commitment> {
    let given = given?;
    fields.at(name, |fields| given.read(fields)).map(|_| PLACEHOLDER)
}

impl Entered for PersonDetailsInput {
    type Value = PersonDetails;

    fn read(self, fields: &mut Fields) -> Option<PersonDetails> {
        Some(PersonDetails {
            name: outline(self.name, "name", fields),
            national_code: outline(self.national_code, "nationalCode", fields),
            telephone: outline(self.telephone, "telephone", fields),
            email: outline(self.email, "email", fields),
            address: outline(self.address, "address", fields),
        })
    }
}

fn value<T: Spelled>(given: &Option<Given<T>>, text: impl FnOnce(T) -> String) -> Option<PersonalText> {
    let read = given.clone()?.read(&mut Fields::default())?;
    Some(PersonalText::new(text(read)))
}

impl PersonDetailsInput {
    fn values(&self) -> Vec<(Field, PersonalText)> {
        let values = [
            (Field::Name, value(&self.name, |name| name.reveal().to_owned())),
            (Field::NationalCode, value(&self.national_code, |code| code.to_string())),
            (Field::Telephone, value(&self.telephone, |number| number.reveal().to_owned())),
            (Field::Email, value(&self.email, |email| email.reveal().to_owned())),
            (Field::Address, value(&self.address, |address| address.reveal().to_owned())),
        ];
        values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
    }
}

/// Appoints a person.
#[derive(InputObject)]
pub struct AppointPersonInput {
    #[graphql(flatten)]
    call: Call,
    /// Somebody who is recorded; then without `details`.
    person: Option<NodeRef<PersonId>>,
    /// What is known of somebody who is not recorded yet, the name at least.
    details: Option<PersonDetailsInput>,
    /// Where.
    holder: HolderRef,
    /// To what.
    post: Post,
    /// The first day.
    on: Given<Date>,
}

impl CommandInput for AppointPersonInput {
    fn calling(&self) -> &dyn Calling {
        &self.call
    }

    fn personal(&self) -> Vec<(Field, PersonalText)> {
        self.details.as_ref().map(PersonDetailsInput::values).unwrap_or_default()
    }

    fn command(self, fields: &mut Fields) -> Option<Command> {
        let person = match (self.person, self.details) {
            (Some(person), None) => fields.at("person", |fields| person.read(fields)).map(Appointee::Known),
            (None, Some(details)) => {
                let id = PersonId::new(uuid::Uuid::now_v7());
                let details = fields.at("details", |fields| details.read(fields));
                details.map(|details| Appointee::New(NewPerson { id, details }))
            }
            (None, None) => {
                fields.at("details", |fields| {
                    fields.refuse(Code::MissingField, "`person` or `details` is needed");
                });
                None
            }
            (Some(_), Some(_)) => {
                fields.at("details", |fields| {
                    let why = "a recorded person is corrected by correctPerson";
                    fields.refuse(Code::InvalidValue, why);
                });
                None
            }
        };
        let holder = fields.at("holder", |fields| self.holder.read(fields));
        let on = fields.at("on", |fields| self.on.read(fields));
        let command = AppointPerson { person: person?, holder: holder?, post: self.post.into(), on: on? };
        Some(Command::Person(PersonCommand::AppointPerson(command)))
    }
}

/// Corrects what is known of a person; fields that are left out stay.
#[derive(InputObject)]
pub struct CorrectPersonInput {
    #[graphql(flatten)]
    call: ReasonedCall,
    /// The person.
    person: NodeRef<PersonId>,
    /// The new values.
    details: PersonDetailsInput,
    /// Why.
    reason: ReasonCode,
    /// Since when they hold.
    on: Given<Date>,
}

impl CommandInput for CorrectPersonInput {
    fn calling(&self) -> &dyn Calling {
        &self.call
    }

    fn personal(&self) -> Vec<(Field, PersonalText)> {
        self.details.values()
    }

    fn command(self, fields: &mut Fields) -> Option<Command> {
        let person = fields.at("person", |fields| self.person.read(fields));
        let details = fields.at("details", |fields| self.details.read(fields));
        let on = fields.at("on", |fields| self.on.read(fields));
        let command =
            CorrectPerson { person: person?, details: details?, reason: self.reason.into(), on: on? };
        Some(Command::Person(PersonCommand::CorrectPerson(command)))
    }
}

input! {
    /// Ends an appointment.
    reasoned EndAppointmentInput => Person(PersonCommand::EndAppointment) {
        /// The person.
        person: NodeRef<PersonId>,
        /// The position of the event that recorded the appointment.
        position: Given<PositionText>,
        /// The first day without it.
        on: Given<Date>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Voids an appointment or the end of one.
    reasoned VoidPersonFactInput => Person(PersonCommand::VoidPersonFact) {
        /// The person.
        person: NodeRef<PersonId>,
        /// The position of the event that recorded the fact.
        position: Given<PositionText>,
        /// Why.
        reason: ReasonCode,
    }
}

input! {
    /// Erases what is known of a person, for good.
    reasoned ErasePersonInput => Person(PersonCommand::ErasePerson) {
        /// The person.
        person: NodeRef<PersonId>,
        /// Why.
        reason: ReasonCode,
    }
}

/// The answer to a command about a person.
#[derive(SimpleObject)]
pub struct PersonPayload {
    /// The person as known once the command is recorded; null when nothing was.
    person: Option<Person>,
    #[graphql(flatten)]
    result: CommandResult,
}

submit::payload!(PersonPayload { person: Person });

/// Commands about persons.
#[derive(Default)]
pub struct PersonMutation;

#[Object]
impl PersonMutation {
    /// Appoints a person: somebody who is recorded, or somebody new with what is known of them.
    async fn appoint_person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: AppointPersonInput,
    ) -> Result<PersonPayload> {
        submit::one(context, input).await
    }

    /// Corrects what is known of a person; fields that are left out stay.
    async fn correct_person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: CorrectPersonInput,
    ) -> Result<PersonPayload> {
        submit::one(context, input).await
    }

    /// Ends an appointment.
    async fn end_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: EndAppointmentInput,
    ) -> Result<PersonPayload> {
        submit::one(context, input).await
    }

    /// Voids an appointment or the end of one.
    async fn void_person_fact(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: VoidPersonFactInput,
    ) -> Result<PersonPayload> {
        submit::one(context, input).await
    }

    /// Erases what is known of a person, for good: keys, values and salts in the vault. The posts and their dates stay.
    async fn erase_person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is recorded, and as which command.")] input: ErasePersonInput,
    ) -> Result<PersonPayload> {
        submit::one(context, input).await
    }
}
