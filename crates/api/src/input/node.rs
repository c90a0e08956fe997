//! Entities that have no other name than their opaque ID.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value};
use daftar_domain::value::{PersonId, ProposalId, PublicationId, StatementId};
use uuid::Uuid;

use super::{Entered, Fields, read_node};

/// An ID of the domain that callers give as an opaque one.
pub trait Opaque: From<Uuid> + Send + Sync + 'static {
    /// The kind of the entity, as it stands before the colon of its name in the log.
    const KIND: &'static str;
}

macro_rules! opaque {
    ($($id:ty = $kind:literal;)+) => {$(
        impl Opaque for $id {
            const KIND: &'static str = $kind;
        }
    )+};
}

opaque! {
    StatementId = "statement";
    PublicationId = "publication";
    PersonId = "person";
    ProposalId = "proposal";
}

/// The opaque ID of an entity of one kind.
#[derive(Debug)]
pub struct NodeRef<T> {
    id: ID,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for NodeRef<T> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), of: PhantomData }
    }
}

impl<T: Opaque> InputType for NodeRef<T> {
    type RawValueType = ID;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let id = <ID as InputType>::parse(value).map_err(InputValueError::propagate)?;
        Ok(Self { id, of: PhantomData })
    }

    fn to_value(&self) -> Value {
        InputType::to_value(&self.id)
    }

    fn as_raw_value(&self) -> Option<&ID> {
        Some(&self.id)
    }
}

impl<T: Opaque> Entered for NodeRef<T> {
    type Value = T;

    fn read(self, fields: &mut Fields) -> Option<T> {
        read_node(&self.id, T::KIND, fields).map(T::from)
    }
}
