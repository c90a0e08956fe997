//! Reference tables: what decide, fold and check may look up.
//!
//! A table enters the log as events, in one or more parts, with a version and an effective date; an answer for a
//! date uses the newest version in force on it. Nothing is looked up that the log does not hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::envelope::{EntityId, Event, Position};
use crate::event::events;
use crate::value::{CommodityGroup, CountryCode, Date, HsCode, IsicCode, ProvinceCode, Timeline};

mod past;
mod shipped;

pub use past::ReferenceTableAdoptedV1;
pub use shipped::shipped;

/// A province in the code set of ISO 3166-2:IR as of 2020.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Province {
    /// The code.
    pub code: ProvinceCode,
    /// The Latin name.
    pub name: String,
    /// The Persian name.
    pub persian: String,
}

/// A country of ISO 3166.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Country {
    /// Alpha-2, the key.
    pub code: CountryCode,
    /// Alpha-3, an alias.
    pub alpha3: String,
    /// The English name.
    pub name: String,
    /// The Persian name.
    pub persian: String,
}

/// A prefix of HS codes and the group that it belongs to; the longest prefix wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HsPrefix {
    /// 2 to 8 digits.
    pub prefix: String,
    /// The group.
    pub group: CommodityGroup,
}

/// A class of ISIC Rev.4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Industry {
    /// Four digits.
    pub code: IsicCode,
    /// The English name.
    pub name: String,
}

/// A size class by headcount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SizeThreshold {
    /// The class.
    pub class: SizeClass,
    /// Headcounts below this one belong to it (or to a smaller class).
    pub below: u32,
}

/// The size of a unit by headcount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SizeClass {
    /// Micro.
    Micro,
    /// Small.
    Small,
    /// Medium.
    Medium,
    /// Above medium.
    Large,
}

/// A number that a rule compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LimitName {
    /// Distinct legal entities that a consortium is constituted with.
    ConsortiumMembers,
    /// US dollars that members without certificates exported together in the 12 months before.
    ConsortiumExportsUsd,
    /// Years between an EMC's consent and its rank.
    EmcEvaluationYears,
    /// Percent of its hours that a participant attends to be certified, where a course has no share of its own.
    CertificateAttendancePercent,
}

/// One number of the table of limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limit {
    /// Which.
    pub name: LimitName,
    /// Its value, in the unit that the name tells.
    pub value: u32,
}

/// The rows of a table, or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "table", content = "rows", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum Rows {
    /// The provinces.
    Provinces(Vec<Province>),
    /// The countries.
    Countries(Vec<Country>),
    /// Iran's neighbouring countries, as trade counts them.
    Neighbours(Vec<CountryCode>),
    /// HS prefixes and their commodity groups.
    CommodityGroups(Vec<HsPrefix>),
    /// Industries.
    Industries(Vec<Industry>),
    /// Size classes.
    SizeClasses(Vec<SizeThreshold>),
    /// Numbers that rules compare with.
    Limits(Vec<Limit>),
}

/// A part of a reference table was adopted. Its effective date is the first day on which it is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferenceTableAdopted {
    /// The table's version, from 1.
    pub version: u32,
    /// This part, from 1.
    pub part: u16,
    /// How many parts the version has.
    pub of: u16,
    /// Where the facts come from.
    pub source: String,
    /// The rows.
    pub content: Rows,
}

events! {
    /// What happens to the reference tables.
    pub enum ReferenceEvent {
        /// A part of a table was adopted.
        ReferenceTableAdopted = 2 from { 1: ReferenceTableAdoptedV1 },
    }
}

/// The tables as the log holds them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Reference {
    /// How many events the tables have.
    pub version: u32,
    provinces: Timeline<Arc<BTreeMap<ProvinceCode, Province>>>,
    countries: Timeline<Arc<BTreeMap<CountryCode, Country>>>,
    neighbours: Timeline<Arc<Vec<CountryCode>>>,
    groups: Timeline<Arc<FxHashMap<u32, CommodityGroup>>>,
    industries: Timeline<Arc<BTreeMap<IsicCode, Industry>>>,
    sizes: Timeline<Arc<Vec<SizeThreshold>>>,
    limits: Timeline<Arc<BTreeMap<LimitName, u32>>>,
}

impl Reference {
    /// The province of a code on a date.
    pub fn province(&self, code: ProvinceCode, on: Date) -> Option<&Province> {
        self.provinces.at(on)?.value.get(&code)
    }

    /// The provinces in force on a date, by code.
    pub fn provinces(&self, on: Date) -> impl Iterator<Item = &Province> {
        self.provinces.at(on).into_iter().flat_map(|entry| entry.value.values())
    }

    /// The country of an alpha-2 code on a date.
    pub fn country(&self, code: CountryCode, on: Date) -> Option<&Country> {
        self.countries.at(on)?.value.get(&code)
    }

    /// The countries in force on a date, by code.
    pub fn countries(&self, on: Date) -> impl Iterator<Item = &Country> {
        self.countries.at(on).into_iter().flat_map(|entry| entry.value.values())
    }

    /// The countries that count as neighbours on a date.
    pub fn neighbours(&self, on: Date) -> impl Iterator<Item = CountryCode> + '_ {
        self.neighbours.at(on).into_iter().flat_map(|entry| entry.value.iter().copied())
    }

    /// Whether a country counts as a neighbour on a date.
    pub fn is_neighbour(&self, code: CountryCode, on: Date) -> bool {
        self.neighbours.at(on).is_some_and(|entry| entry.value.contains(&code))
    }

    /// The commodity group of an HS code on a date: the longest prefix wins, and what has none is OTHER.
    pub fn commodity_group(&self, hs: HsCode, on: Date) -> CommodityGroup {
        let Some(entry) = self.groups.at(on) else { return CommodityGroup::Other };
        let digits = hs.to_string();
        (2..=8)
            .rev()
            .find_map(|length| entry.value.get(&prefix_key(&digits[..length])))
            .copied()
            .unwrap_or(CommodityGroup::Other)
    }

    /// The HS prefixes in force on a date with their groups, in the order of their digits.
    pub fn hs_prefixes(&self, on: Date) -> Vec<(String, CommodityGroup)> {
        let Some(entry) = self.groups.at(on) else { return Vec::new() };
        // A key is the digits behind a 1 (see `prefix_key`).
        let digits = |key: &u32| key.to_string()[1..].to_owned();
        let mut prefixes: Vec<_> = entry.value.iter().map(|(key, group)| (digits(key), *group)).collect();
        prefixes.sort_unstable();
        prefixes
    }

    /// The industries in force on a date, by code.
    pub fn industries(&self, on: Date) -> impl Iterator<Item = &Industry> {
        self.industries.at(on).into_iter().flat_map(|entry| entry.value.values())
    }

    /// The industry of an ISIC class on a date.
    pub fn industry(&self, code: IsicCode, on: Date) -> Option<&Industry> {
        self.industries.at(on)?.value.get(&code)
    }

    /// The size class of a headcount on a date.
    pub fn size_class(&self, headcount: u32, on: Date) -> Option<SizeClass> {
        let entry = self.sizes.at(on)?;
        Some(entry.value.iter().find(|row| headcount < row.below).map_or(SizeClass::Large, |row| row.class))
    }

    /// The size classes that a headcount has by any thresholds, in force or not.
    pub fn size_classes(&self, headcount: u32) -> impl Iterator<Item = SizeClass> + '_ {
        self.sizes.iter().filter_map(move |entry| self.size_class(headcount, entry.effective))
    }

    /// A limit on a date.
    pub fn limit(&self, name: LimitName, on: Date) -> Option<u32> {
        self.limits.at(on)?.value.get(&name).copied()
    }

    /// Applies an event. The first part of a version starts a new table, the others add to it.
    pub fn evolve(&mut self, event: &ReferenceEvent, effective: Date, position: Position) {
        self.version += 1;
        let ReferenceEvent::ReferenceTableAdopted(adopted) = event;
        let first = adopted.part == 1;
        match &adopted.content {
            Rows::Provinces(rows) => adopt(&mut self.provinces, first, effective, position, |table| {
                table.extend(rows.iter().map(|row| (row.code, row.clone())));
            }),
            Rows::Countries(rows) => adopt(&mut self.countries, first, effective, position, |table| {
                table.extend(rows.iter().map(|row| (row.code, row.clone())));
            }),
            Rows::Neighbours(rows) => {
                adopt(&mut self.neighbours, first, effective, position, |table| table.extend(rows));
            }
            Rows::CommodityGroups(rows) => adopt(&mut self.groups, first, effective, position, |table| {
                table.extend(rows.iter().map(|row| (prefix_key(&row.prefix), row.group)));
            }),
            Rows::Industries(rows) => adopt(&mut self.industries, first, effective, position, |table| {
                table.extend(rows.iter().map(|row| (row.code, row.clone())));
            }),
            Rows::SizeClasses(rows) => adopt(&mut self.sizes, first, effective, position, |table| {
                table.extend(rows.iter().cloned());
                table.sort_by_key(|row| row.below);
            }),
            Rows::Limits(rows) => adopt(&mut self.limits, first, effective, position, |table| {
                table.extend(rows.iter().map(|row| (row.name, row.value)));
            }),
        }
    }
}

/// Starts a version of a table, or adds to the one that this date started.
fn adopt<T: Clone + Default>(
    timeline: &mut Timeline<Arc<T>>,
    first: bool,
    effective: Date,
    position: Position,
    fill: impl FnOnce(&mut T),
) {
    let mut table = match timeline.at(effective) {
        Some(entry) if !first => Arc::clone(&entry.value),
        _ => Arc::default(),
    };
    fill(Arc::make_mut(&mut table));
    timeline.insert(effective, position, table);
}

/// A prefix as a number that tells its length too: `02` and `2` differ.
fn prefix_key(digits: &str) -> u32 {
    digits.bytes().fold(1, |key, digit| key * 10 + u32::from(digit - b'0'))
}

/// The event that adopts a part of a table.
pub fn adoption(adopted: ReferenceTableAdopted, effective: Date) -> Event {
    Event::new(EntityId::Reference, effective, adopted)
}
