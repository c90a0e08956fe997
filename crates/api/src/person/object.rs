//! What can be asked of a person.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use daftar_domain::envelope::{EntityId, Position as At};
use daftar_domain::person::{self as domain, PersonDetails};
use daftar_domain::value::{self, Commitment, PersonId};
use daftar_domain::vault::{Field, Subject};

use super::export::PersonExport;
use super::text::{PersonalText, Purpose, Wanted, told};
use crate::auth::scope::{actor, reads_person};
use crate::node::{self, Node};
use crate::refusal::{Refusal, Refused};
use crate::scalar::{Date, Position};
use crate::view::View;

/// What a person is appointed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "daftar_domain::person::Post")]
pub enum Post {
    /// Managing director.
    ManagingDirector,
    /// Contact person.
    Contact,
}

/// A person, as known at the position of a view.
#[derive(Clone)]
pub struct Person {
    pub(super) view: Arc<View>,
    pub(super) id: PersonId,
    pub(super) purpose: Option<Purpose>,
}

impl Person {
    pub(super) fn new(view: &Arc<View>, id: PersonId, purpose: Option<Purpose>) -> Self {
        Self { view: Arc::clone(view), id, purpose }
    }

    /// The person with an ID; personal values are withheld.
    pub fn find(view: &Arc<View>, id: PersonId) -> Option<Self> {
        let person = view.state.persons.get(id)?;
        person.appointments(view.position).next()?;
        Some(Self::new(view, id, None))
    }

    pub(super) fn for_purpose(mut self, purpose: Option<Purpose>) -> Self {
        self.purpose = purpose;
        self
    }

    pub(super) fn person(&self) -> &domain::Person {
        self.view.state.persons.get(self.id).expect("only a recorded person is shown")
    }

    fn may_be_read(&self, context: &Context<'_>) -> Result<()> {
        match reads_person(actor(context), &self.view, self.id) {
            true => Ok(()),
            false => Err(Refused::from(Refusal::Forbidden("personal data of others")).into()),
        }
    }

    /// A value that holds after everything that the view knows; null when it is not recorded.
    async fn text(
        &self,
        context: &Context<'_>,
        field: Field,
        of: fn(&PersonDetails) -> Option<Commitment>,
    ) -> Option<Result<PersonalText>> {
        if let Err(error) = self.may_be_read(context) {
            return Some(Err(error));
        }
        let commitment = of(&self.person().details(None, self.view.position))?;
        let wanted = Wanted {
            subject: Some(Subject::Person(self.id)),
            field,
            commitment,
            erased: self.person().is_erased(),
        };
        Some(told(context, wanted, self.purpose).await)
    }
}

/// A natural person who directs units, consortiums or companies, or answers for them.
#[Object]
impl Person {
    /// The opaque ID, for `node` and for commands.
    pub async fn id(&self) -> ID {
        node::encode(EntityId::Person(self.id))
    }

    /// Whether what was known of the person is erased.
    fn erased(&self) -> bool {
        self.person().is_erased()
    }

    /// The name.
    async fn name(&self, context: &Context<'_>) -> Option<Result<PersonalText>> {
        self.text(context, Field::Name, |details| details.name).await
    }

    /// The 10-digit national code.
    async fn national_code(&self, context: &Context<'_>) -> Option<Result<PersonalText>> {
        self.text(context, Field::NationalCode, |details| details.national_code).await
    }

    /// The telephone number.
    async fn telephone(&self, context: &Context<'_>) -> Option<Result<PersonalText>> {
        self.text(context, Field::Telephone, |details| details.telephone).await
    }

    /// The e-mail address.
    async fn email(&self, context: &Context<'_>) -> Option<Result<PersonalText>> {
        self.text(context, Field::Email, |details| details.email).await
    }

    /// The postal address.
    async fn address(&self, context: &Context<'_>) -> Option<Result<PersonalText>> {
        self.text(context, Field::Address, |details| details.address).await
    }

    /// Everything that is kept of the person, and who has read it.
    async fn export(&self, context: &Context<'_>) -> Option<Result<PersonExport>> {
        Some(self.may_be_read(context).map(|()| PersonExport(self.clone())))
    }
}

/// An appointment of a person.
#[derive(Clone)]
pub struct Appointment {
    person: Person,
    holder: EntityId,
    post: Post,
    from: value::Date,
    until: Option<value::Date>,
    position: At,
}

impl Appointment {
    pub(super) fn new(person: Person, found: &domain::Appointment, known: At) -> Self {
        Self {
            person,
            holder: found.holder.into(),
            post: found.post.into(),
            from: found.from,
            until: found.until(known),
            position: found.position(),
        }
    }

    /// The sort key: the first day, then the position.
    pub(super) fn key(&self) -> (value::Date, At) {
        (self.from, self.position)
    }
}

/// A post that a person holds or held.
#[Object]
impl Appointment {
    /// Who.
    fn person(&self) -> &Person {
        &self.person
    }

    /// Where: a unit, a consortium or a company.
    fn holder(&self) -> Option<Node> {
        Node::find(&self.person.view, self.holder)
    }

    /// To what.
    fn post(&self) -> Post {
        self.post
    }

    /// The first day.
    fn from(&self) -> Date {
        self.from.into()
    }

    /// The first day without it; null while it has no end.
    fn until(&self) -> Option<Date> {
        self.until.map(Into::into)
    }

    /// The position of the event that recorded it.
    fn position(&self) -> Position {
        Position(self.position)
    }
}
