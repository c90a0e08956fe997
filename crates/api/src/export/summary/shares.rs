//! What exports sum to along one property, with the shares in the whole.

use async_graphql::SimpleObject;
use daftar_domain::value::share;

use crate::consortium::Consortium;
use crate::emc::Emc;
use crate::export::object::{Channel, CommodityGroup};
use crate::export::row::months::Cell;
use crate::scalar::{self, CountryCode, Decimal, ProvinceCode};

macro_rules! shares {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty })+) => {$(
        $(#[$doc])*
        #[derive(Clone, SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: $type,
            /// How many records.
            count: i64,
            /// Their value, in US dollars.
            value_usd: Decimal,
            /// Their net weight, in kg.
            net_weight: Decimal,
            /// Their share in the value of the period's exports; null when that is zero.
            share: Option<Decimal>,
        }

        impl $name {
            pub(super) fn new($field: $type, cell: &Cell, total: i128) -> Self {
                Self {
                    $field,
                    count: cell.count,
                    value_usd: Decimal::cents(cell.cents),
                    net_weight: Decimal::grams(cell.grams),
                    share: share(cell.cents, total).map(Into::into),
                }
            }
        }
    )+};
}

shares! {
    /// What the exports of a commodity group sum to.
    CommodityGroupShare {
        /// The group.
        commodity_group: CommodityGroup
    }
    /// What the exports to a country sum to.
    DestinationShare {
        /// The country.
        country: CountryCode
    }
    /// What the exports of the units of a province sum to.
    ProvinceShare {
        /// The province of the unit on the date of the export; null for exports without a unit.
        province: Option<ProvinceCode>
    }
    /// What the exports by one way sum to.
    ChannelShare {
        /// The way.
        channel: Channel
    }
    /// What the exports through a consortium sum to.
    ConsortiumShare {
        /// The consortium.
        consortium: Option<Consortium>
    }
    /// What the exports of a company sum to.
    EmcShare {
        /// The company.
        emc: Option<Emc>
    }
    /// What the exports of a month sum to.
    MonthShare {
        /// The Solar Hijri month.
        month: scalar::SolarMonth
    }
}
