//! The tables that a new log adopts, right after it is opened.

use serde::de::DeserializeOwned;

use super::{
    Country, HsPrefix, Industry, Limit, LimitName, Province, ReferenceTableAdopted, Rows, SizeClass,
    SizeThreshold, adoption,
};
use crate::envelope::Event;
use crate::value::{CountryCode, Date};

/// Rows in one event, so that a line stays below its largest size.
const PART_ROWS: usize = 250;

/// The events that adopt the shipped tables, in force since before the first fact that anyone records.
pub fn shipped() -> Vec<Event> {
    let mut events = Vec::new();
    adopt(
        &mut events,
        "ISO 3166-2:IR as of 2020",
        rows::<Province>(include_str!("../../tables/provinces.json")),
        Rows::Provinces,
    );
    adopt(
        &mut events,
        "ISO 3166-1; Persian names of the Unicode CLDR",
        rows::<Country>(include_str!("../../tables/countries.json")),
        Rows::Countries,
    );
    adopt(
        &mut events,
        "the countries that trade statistics count as neighbours",
        rows::<CountryCode>(include_str!("../../tables/neighbours.json")),
        Rows::Neighbours,
    );
    adopt(
        &mut events,
        "prefixes of HS2017",
        rows::<HsPrefix>(include_str!("../../tables/commodity-groups.json")),
        Rows::CommodityGroups,
    );
    adopt(
        &mut events,
        "ISIC Rev.4, United Nations",
        rows::<Industry>(include_str!("../../tables/industries.json")),
        Rows::Industries,
    );
    adopt(&mut events, "headcounts below 10, 50 and 100", sizes(), Rows::SizeClasses);
    adopt(&mut events, "rules 16, 19 and 21", limits(), Rows::Limits);
    events
}

fn sizes() -> Vec<SizeThreshold> {
    [(SizeClass::Micro, 10), (SizeClass::Small, 50), (SizeClass::Medium, 100)]
        .map(|(class, below)| SizeThreshold { class, below })
        .into()
}

fn limits() -> Vec<Limit> {
    [
        (LimitName::ConsortiumMembers, 3),
        (LimitName::ConsortiumExportsUsd, 500_000),
        (LimitName::EmcEvaluationYears, 2),
        (LimitName::CertificateAttendancePercent, 75),
    ]
    .map(|(name, value)| Limit { name, value })
    .into()
}

fn rows<T: DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).expect("a shipped table is valid")
}

fn adopt<T: Clone>(events: &mut Vec<Event>, source: &str, rows: Vec<T>, content: impl Fn(Vec<T>) -> Rows) {
    let since = Date::new(1921, 3, 21).expect("1 Farvardin 1300");
    let parts = rows.chunks(PART_ROWS);
    let of = parts.len() as u16;
    for (part, rows) in (1..).zip(parts) {
        let source = source.to_owned();
        let adopted = ReferenceTableAdopted { version: 1, part, of, source, content: content(rows.to_vec()) };
        events.push(adoption(adopted, since));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Given;
    use crate::value::{CommodityGroup, HsCode};

    fn day(year: i32, month: u32, day: u32) -> Date {
        Date::new(year, month, day).expect("a date")
    }

    #[test]
    fn every_table_is_in_force() {
        let reference = Given::nothing().state.reference;
        let on = day(2019, 12, 21);
        assert_eq!(reference.provinces(on).count(), 31);
        assert_eq!(reference.countries(on).count(), 249);
        assert_eq!(reference.industries.at(on).map(|entry| entry.value.len()), Some(419));
        assert_eq!(reference.limit(LimitName::ConsortiumMembers, on), Some(3));
        assert_eq!(reference.size_class(9, on), Some(SizeClass::Micro));
        assert_eq!(reference.size_class(10, on), Some(SizeClass::Small));
        assert_eq!(reference.size_class(100, on), Some(SizeClass::Large));
        assert!(reference.provinces(day(1921, 3, 20)).next().is_none());
    }

    #[test]
    fn the_longest_prefix_wins() {
        let reference = Given::nothing().state.reference;
        for (code, group) in [
            ("08042010", CommodityGroup::Food),
            ("42022100", CommodityGroup::Handbag),
            ("42032900", CommodityGroup::Leather),
            ("84221100", CommodityGroup::HomeAppliance),
            ("84221900", CommodityGroup::Other),
            ("39012000", CommodityGroup::PolymerPlastic),
            ("24011000", CommodityGroup::Other),
        ] {
            let hs: HsCode = code.parse().expect("an HS code");
            assert_eq!(reference.commodity_group(hs, day(2019, 12, 21)), group, "{code}");
        }
    }
}
