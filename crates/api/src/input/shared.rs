//! Inputs that several nouns share: how a caller names an entity, and amounts with their unit.

use async_graphql::{ID, InputObject, OneofObject};
use daftar_domain::rejection::Code;
use daftar_domain::sme::Capacity;
use daftar_domain::value::{
    BusinessId, ConsortiumCode, ConsortiumKey, Currency, CustomsOffice, DeclarationKey, DeclarationNumber,
    EmcCode, EmcKey, ExportKey, InvalidValue, ItemNumber, Money, Name, ParkCode, ParkKey, Quantity,
    ResearchCode, ResearchKey, RevivalId, SmeKey, TrainingCode, TrainingKey,
};

use super::{Count, Entered, Fields, Given, Spelled, input, node_uuid};

/// Declares how a caller names an entity: by its node ID, or by what people know it by.
macro_rules! reference {
    ($(#[$doc:meta])* $name:ident => $key:ident, $kind:literal, $(#[$other_doc:meta])* $other:ident($value:ty)) => {
        $(#[$doc])*
        #[derive(Debug, OneofObject)]
        pub enum $name {
            /// Its ID.
            Id(ID),
            $(#[$other_doc])*
            $other($value),
        }

        impl Entered for $name {
            type Value = $key;

            fn read(self, fields: &mut Fields) -> Option<$key> {
                match self {
                    Self::Id(id) => {
                        fields.at("id", |fields| read_node(&id, $kind, fields)).map(|uuid| $key::Id(uuid.into()))
                    }
                    Self::$other(other) => {
                        let name = super::camel_of_variant(stringify!($other));
                        fields.at(&name, |fields| other.read(fields)).map($key::$other)
                    }
                }
            }
        }
    };
}

reference!(
    /// Names a park or zone.
    ParkRef => ParkKey, "park",
    /// Its code.
    Code(Given<ParkCode>)
);
reference!(
    /// Names a unit.
    SmeRef => SmeKey, "sme",
    /// Its 12-digit business ID.
    BusinessId(Given<BusinessId>)
);
reference!(
    /// Names an export consortium.
    ConsortiumRef => ConsortiumKey, "consortium",
    /// Its code.
    Code(Given<ConsortiumCode>)
);
reference!(
    /// Names an export management company.
    EmcRef => EmcKey, "emc",
    /// Its code.
    Code(Given<EmcCode>)
);
reference!(
    /// Names an export record.
    ExportRef => ExportKey, "export",
    /// The item of its customs declaration.
    Declaration(DeclarationInput)
);

reference!(
    /// Names a training course or workshop.
    TrainingRef => TrainingKey, "training",
    /// Its code.
    Code(Given<TrainingCode>)
);
reference!(
    /// Names a research or study project.
    ResearchRef => ResearchKey, "research",
    /// Its code.
    Code(Given<ResearchCode>)
);

pub(crate) fn read_node(id: &ID, kind: &str, fields: &mut Fields) -> Option<uuid::Uuid> {
    let uuid = node_uuid(id, kind);
    if uuid.is_none() {
        fields.refuse(Code::InvalidIdentifier, format!("this is not the ID of a node of the kind {kind}"));
    }
    uuid
}

/// A revival case, which has no other name than its ID.
impl Entered for ID {
    type Value = RevivalId;

    fn read(self, fields: &mut Fields) -> Option<RevivalId> {
        read_node(&self, "revival", fields).map(RevivalId::from)
    }
}

input! {
    /// The item of a customs declaration.
    value DeclarationInput => DeclarationKey {
        /// The customs office, as it was entered.
        office: Given<CustomsOffice>,
        /// The Solar Hijri year of the declaration, such as 1398.
        year: SolarYear,
        /// The declaration number (kotaj), 8 digits.
        number: Given<DeclarationNumber>,
        /// The item of the declaration, from 1.
        item: Count<ItemNumber>,
    }
}

/// A Solar Hijri year.
#[derive(Debug)]
pub struct SolarYear(i32);

impl async_graphql::InputType for SolarYear {
    type RawValueType = i32;

    fn type_name() -> std::borrow::Cow<'static, str> {
        i32::type_name()
    }

    fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
        i32::create_type_info(registry)
    }

    fn parse(value: Option<async_graphql::Value>) -> async_graphql::InputValueResult<Self> {
        i32::parse(value).map(Self).map_err(async_graphql::InputValueError::propagate)
    }

    fn to_value(&self) -> async_graphql::Value {
        self.0.into()
    }

    fn as_raw_value(&self) -> Option<&i32> {
        Some(&self.0)
    }
}

impl Entered for SolarYear {
    type Value = i16;

    fn read(self, fields: &mut Fields) -> Option<i16> {
        match i16::try_from(self.0) {
            Ok(year) if (1278..=1578).contains(&year) => Some(year),
            _ => {
                fields.refuse(Code::InvalidDate, "Solar Hijri year: it is from 1278 to 1578");
                None
            }
        }
    }
}

input! {
    /// What a unit may produce in a year.
    value CapacityInput => Capacity {
        /// The amount, in the unit beside it.
        amount: Given<Quantity>,
        /// The unit of the amount: tonne, piece, square metre.
        unit: Given<Name>,
    }
}

/// An amount whose currency decides how it is read.
#[derive(Debug)]
struct Amount(String);

impl Spelled for Amount {
    type Scalar = crate::scalar::Decimal;
    const CODE: Code = Code::InvalidNumber;

    fn spelled(text: &str) -> Result<Self, InvalidValue> {
        Ok(Self(text.to_owned()))
    }
}

/// A sum of money.
#[derive(Debug, InputObject)]
pub struct MoneyInput {
    /// The amount, with no more decimals than its currency has.
    amount: Given<Amount>,
    /// The currency by ISO 4217; the toman is none (it is ten rials, IRR).
    currency: Given<Currency>,
}

impl Entered for MoneyInput {
    type Value = Money;

    fn read(self, fields: &mut Fields) -> Option<Money> {
        let currency = fields.at("currency", |fields| self.currency.read(fields))?;
        fields.at("amount", |fields| {
            let Amount(amount) = self.amount.read(fields)?;
            Money::parse(&amount, currency).map_err(|error| fields.invalid(&error, Code::InvalidNumber)).ok()
        })
    }
}
