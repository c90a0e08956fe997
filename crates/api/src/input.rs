//! From what a caller typed to a command: every field is read, and every fault is told with its path.
//!
//! An input never fails in the scalars: a value that can't be read is data in the payload (law: a rejection is data),
//! beside all other faults of the same input. Only a document of the wrong shape is a top-level error.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputObject, InputType, InputValueError, InputValueResult, Value};
use daftar_domain::rejection::{Code, Rejection};
use daftar_domain::value::{InvalidValue, ReasonText};

use crate::refusal::{Answer, Refusal};

mod node;
mod scalars;
mod shared;

pub use node::NodeRef;
pub use scalars::{Count, Counted, Spelled, Uuid};
pub(crate) use shared::read_node;
pub use shared::{
    CapacityInput, ConsortiumRef, DeclarationInput, EmcRef, ExportRef, MoneyInput, ParkRef, ResearchRef,
    SmeRef, TrainingRef,
};

/// The faults of an input, collected while its fields are read.
#[derive(Debug, Default)]
pub struct Fields {
    path: String,
    faults: Vec<Rejection>,
}

impl Fields {
    /// Reads a field or an item below the current path.
    pub fn at<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        let value = read(self);
        self.path.truncate(outer);
        value
    }

    /// Notes that the value at the current path can't be read.
    pub fn invalid(&mut self, error: &InvalidValue, otherwise: Code) {
        self.faults.push(Rejection::invalid(self.path.clone(), error, otherwise));
    }

    /// Notes another fault at the current path.
    pub fn refuse(&mut self, code: Code, message: impl Into<String>) {
        self.faults.push(Rejection::new(code, self.path.clone(), message));
    }

    /// Everything that was noted, in the order of the fields.
    pub fn faults(self) -> Vec<Rejection> {
        self.faults
    }
}

/// An input that is read into a value of the domain.
pub trait Entered {
    /// What it is read into.
    type Value;

    /// Reads it; without a value there is at least one fault in `fields`.
    fn read(self, fields: &mut Fields) -> Option<Self::Value>;
}

/// What the argument `by` of a look-up names; `find` finds it.
///
/// # Errors
/// `INVALID_VALUE` for the first field of the argument that can't be read.
pub fn look_up<E: Entered, T>(by: E, find: impl FnOnce(&E::Value) -> Option<T>) -> Option<Answer<T>> {
    let mut fields = Fields::default();
    match fields.at("by", |fields| by.read(fields)) {
        Some(key) => find(&key).map(Ok),
        None => {
            let Rejection { path, message, .. } = fields.faults().swap_remove(0);
            Some(Err(Refusal::Named { path, message }.into()))
        }
    }
}

impl<E: Entered> Entered for Option<E> {
    type Value = Option<E::Value>;

    fn read(self, fields: &mut Fields) -> Option<Self::Value> {
        match self {
            Some(entered) => entered.read(fields).map(Some),
            None => Some(None),
        }
    }
}

impl<E: Entered> Entered for Vec<E> {
    type Value = Vec<E::Value>;

    fn read(self, fields: &mut Fields) -> Option<Self::Value> {
        // Every item is read before one is missed, so that all faults are told.
        let read: Vec<_> = self
            .into_iter()
            .enumerate()
            .map(|(index, entered)| fields.at(&index.to_string(), |fields| entered.read(fields)))
            .collect();
        read.into_iter().collect()
    }
}

impl Entered for bool {
    type Value = bool;

    fn read(self, _: &mut Fields) -> Option<bool> {
        Some(self)
    }
}

impl Entered for u32 {
    type Value = u32;

    fn read(self, _: &mut Fields) -> Option<u32> {
        Some(self)
    }
}

/// Enums of the schema that are read into enums of the domain: they can't be wrong.
macro_rules! enums {
    ($($shown:ty => $value:ty),+ $(,)?) => {$(
        impl Entered for $shown {
            type Value = $value;

            fn read(self, _: &mut Fields) -> Option<$value> {
                Some(self.into())
            }
        }
    )+};
}

enums! {
    crate::park::ParkKind => daftar_domain::park::ParkKind,
    crate::sme::IdleReason => daftar_domain::sme::IdleReason,
    crate::sme::KnowledgeGrade => daftar_domain::sme::KnowledgeGrade,
    crate::sme::LicenceKind => daftar_domain::sme::LicenceKind,
    crate::sme::LicenceSubject => daftar_domain::sme::LicenceSubject,
    crate::sme::PlotStage => daftar_domain::sme::PlotStage,
    crate::revival::LenderKind => daftar_domain::revival::LenderKind,
    crate::revival::ReferralKind => daftar_domain::revival::ReferralKind,
    crate::consortium::ConsortiumKind => daftar_domain::consortium::ConsortiumKind,
    crate::consortium::Phase => daftar_domain::consortium::Phase,
    crate::emc::Rank => daftar_domain::emc::Rank,
    crate::training::object::TrainingKind => daftar_domain::training::TrainingKind,
    crate::training::object::TrainingSubject => daftar_domain::training::TrainingSubject,
    crate::training::object::Audience => daftar_domain::training::Audience,
    crate::research::object::ResearchTopic => daftar_domain::research::ResearchTopic,
    crate::research::object::ResultKind => daftar_domain::research::ResultKind,
    crate::export::CommodityGroup => daftar_domain::value::CommodityGroup,
    crate::history::ReasonCode => daftar_domain::value::ReasonCode,
    crate::person::Post => daftar_domain::person::Post,
}

/// A text that a caller typed for a value of type `T`, shown in the schema as the scalar of that type.
#[derive(Debug)]
pub struct Given<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Given<T> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), of: PhantomData }
    }
}

impl<T: Spelled> InputType for Given<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::Scalar::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::Scalar::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::String(text) => Ok(Self { text, of: PhantomData }),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Spelled> Entered for Given<T> {
    type Value = T;

    fn read(self, fields: &mut Fields) -> Option<T> {
        T::spelled(&self.text).map_err(|error| fields.invalid(&error, T::CODE)).ok()
    }
}

/// What every command says beside its facts.
#[derive(Debug, InputObject)]
pub struct Call {
    /// Chosen by the caller (a UUID) and repeated to be sure that the command is recorded once: the same ID with the
    /// same input answers with the first result, with another input it is IDEMPOTENCY_CONFLICT. Without one the
    /// server makes one, which is fine for a first try and useless after a lost answer.
    pub command_id: Option<Given<daftar_domain::value::CommandId>>,
    /// The version of the entity that the caller has seen: when it has changed since, the answer is STALE_VERSION.
    pub expected_version: Option<u32>,
    /// Decides and answers, and records nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a command that is asked why says beside its facts.
#[derive(InputObject)]
pub struct ReasonedCall {
    #[graphql(flatten)]
    call: Call,
    /// More about the reason, at most 500 characters in one line. It goes to the vault; the record has a commitment to
    /// it.
    reason_text: Option<Given<ReasonText>>,
}

/// What a command says beside its facts, with or without a text of the reason.
pub trait Calling {
    /// What every command says.
    fn call(&self) -> &Call;

    /// The text of the reason, as it was typed.
    fn reason_text(&self) -> Option<&Given<ReasonText>>;
}

impl Calling for Call {
    fn call(&self) -> &Call {
        self
    }

    fn reason_text(&self) -> Option<&Given<ReasonText>> {
        None
    }
}

impl Calling for ReasonedCall {
    fn call(&self) -> &Call {
        &self.call
    }

    fn reason_text(&self) -> Option<&Given<ReasonText>> {
        self.reason_text.as_ref()
    }
}

/// The UUID inside a node's ID, if the ID is of that kind of node.
fn node_uuid(id: &ID, kind: &str) -> Option<uuid::Uuid> {
    let entity = crate::node::decode(id)?;
    if entity.kind() == kind { entity.uuid() } else { None }
}

/// `camelCase` of a field's name in Rust, as it stands in the schema and in paths.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

/// The same of a variant's name.
fn camel_of_variant(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_ascii_lowercase())
}

/// Declares an input object and how it is read: `value` into a struct of the domain, `command` into a command,
/// `reasoned` into a command that is asked why.
/// A field after `..` is a struct whose fields stand among the input's own.
macro_rules! input {
    ($(#[$meta:meta])* value $name:ident => $value:ident {
        $(..$flat:ident: $flat_type:ty,)? $($(#[$doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, async_graphql::InputObject)]
        pub struct $name {
            $(#[graphql(flatten)] $flat: $flat_type,)?
            $($(#[$doc])* $field: $type,)*
        }

        impl $crate::input::Entered for $name {
            type Value = $value;

            fn read(self, fields: &mut $crate::input::Fields) -> Option<$value> {
                $(let $flat = self.$flat.read(fields);)?
                $(let $field = fields.at(&$crate::input::camel(stringify!($field)), |fields| self.$field.read(fields));)*
                Some($value { $($flat: $flat?,)? $($field: $field?,)* })
            }
        }
    };
    ($(#[$meta:meta])* command $($rest:tt)*) => {
        $crate::input::input! { @Call $(#[$meta])* $($rest)* }
    };
    ($(#[$meta:meta])* reasoned $($rest:tt)*) => {
        $crate::input::input! { @ReasonedCall $(#[$meta])* $($rest)* }
    };
    (@$call:ident $(#[$meta:meta])* $name:ident => $noun:ident($sum:ident::$value:ident) {
        $(..$flat:ident: $flat_type:ty,)? $($(#[$doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(async_graphql::InputObject)]
        pub struct $name {
            #[graphql(flatten)]
            call: $crate::input::$call,
            $(#[graphql(flatten)] $flat: $flat_type,)?
            $($(#[$doc])* $field: $type,)*
        }

        impl $crate::submit::CommandInput for $name {
            fn calling(&self) -> &dyn $crate::input::Calling {
                &self.call
            }

            fn command(self, fields: &mut $crate::input::Fields) -> Option<daftar_domain::Command> {
                use $crate::input::Entered as _;
                $(let $flat = self.$flat.read(fields);)?
                $(let $field = fields.at(&$crate::input::camel(stringify!($field)), |fields| self.$field.read(fields));)*
                let command = $sum::$value($value { $($flat: $flat?,)? $($field: $field?,)* });
                Some(daftar_domain::Command::$noun(command))
            }
        }
    };
}
pub(crate) use input;
