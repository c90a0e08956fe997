//! Everything that is kept of one person, and who has read it: what a person may ask for.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use daftar_domain::vault::{self, Field, Subject};

use super::Purpose;
use super::object::{Appointment, Person};
use super::text::{PersonalText, Wanted, told_together};
use crate::history::Role;
use crate::scalar::DateTime;
use crate::server::{Reached, Server};

/// Which personal value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::vault::Field")]
pub enum PersonalField {
    /// The name.
    Name,
    /// The 10-digit national code.
    NationalCode,
    /// The telephone number.
    Telephone,
    /// The e-mail address.
    Email,
    /// The postal address.
    Address,
    /// The text of a reason.
    ReasonText,
    /// Issuer and subject by which an identity provider knows an actor.
    Login,
}

/// A value that the vault has, former ones among them.
#[derive(SimpleObject)]
pub struct PersonalValue {
    /// Which.
    field: PersonalField,
    /// The value, if it is told.
    text: PersonalText,
}

/// Who has read values of a person, and for what.
#[derive(SimpleObject)]
pub struct PersonalReading {
    /// When.
    at: DateTime,
    /// Who read: a random ID, no name.
    actor_id: ID,
    /// In which role.
    role: Role,
    /// Which values.
    fields: Vec<PersonalField>,
    /// The ID of the request.
    request: String,
    /// For what.
    purpose: Purpose,
}

impl From<vault::Reading> for PersonalReading {
    fn from(reading: vault::Reading) -> Self {
        Self {
            at: reading.at.into(),
            actor_id: ID(reading.actor.to_string()),
            role: reading.role.into(),
            fields: reading.fields.into_iter().map(Into::into).collect(),
            request: reading.request,
            purpose: reading.purpose.into(),
        }
    }
}

/// The most readings that are told at once; the command line tells all.
const READINGS_MOST: usize = 1_000;

/// Everything that is kept of one person.
pub struct PersonExport(pub(super) Person);

/// Everything that is kept of one person.
#[Object]
impl PersonExport {
    /// Every value that the vault has, the oldest first; one reading of all of them is noted.
    async fn values(&self, context: &Context<'_>) -> Option<Result<Vec<PersonalValue>>> {
        let subject = Subject::Person(self.0.id);
        let vault = Arc::clone(context.data_opt::<Arc<Server>>()?.personal.vault().ok()?);
        let wanted: Vec<_> = vault.fields(subject);
        let wanted = wanted.into_iter().map(|(field, commitment)| Wanted {
            subject: Some(subject),
            field,
            commitment,
            erased: false,
        });
        let wanted: Vec<_> = wanted.collect();
        let fields: Vec<Field> = wanted.iter().map(|wanted| wanted.field).collect();
        let told = told_together(context, subject, wanted, self.0.purpose).await;
        let value = |(field, text): (Field, _)| PersonalValue { field: field.into(), text };
        Some(told.map(|texts| fields.into_iter().zip(texts).map(value).collect()))
    }

    /// The posts that the person holds or held, in the order of recording.
    fn appointments(&self) -> Vec<Appointment> {
        let known = self.0.view.position;
        let found = self.0.person().appointments(known);
        found.map(|found| Appointment::new(self.0.clone(), found, known)).collect()
    }

    /// Who has read values of the person before, the last 1,000, the oldest first; null without a vault.
    async fn readings(&self, context: &Context<'_>) -> Option<Result<Vec<PersonalReading>>> {
        let vault = Arc::clone(context.data_opt::<Arc<Server>>()?.personal.vault().ok()?);
        context.data_opt::<Reached>()?.set_fleeting();
        let subject = Subject::Person(self.0.id);
        let read = tokio::task::spawn_blocking(move || vault.readings(Some(subject))).await;
        let told = |mut readings: Vec<vault::Reading>| {
            let first = readings.len().saturating_sub(READINGS_MOST);
            readings.drain(first..).map(PersonalReading::from).collect()
        };
        Some(read.map_err(Into::into).and_then(|read| read.map(told).map_err(Into::into)))
    }
}
