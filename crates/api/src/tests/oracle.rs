use std::cmp::Ordering;

use daftar_domain::value::search_key;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::World;

const NAMES: [&str; 4] = ["آرد جنوب", "بسته‌بندی شرق", "آرد شرقی", "پلاستیک غرب"];
const PROVINCES: [&str; 3] = ["IR-10", "IR-07", "IR-23"];

/// What the oracle knows of a unit.
#[derive(Clone, Debug)]
struct Unit {
    number: u64,
    name: String,
    province: &'static str,
    idle: bool,
    headcount: Option<u64>,
}

impl Unit {
    /// Few names, provinces and headcounts, so that much ties; every fifth without a headcount.
    fn new(number: u64) -> Self {
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        Self {
            number,
            name: search_key(NAMES[mixed as usize % 4]),
            province: PROVINCES[(mixed / 4) as usize % 3],
            idle: (mixed / 12).is_multiple_of(3),
            headcount: (!(mixed / 36).is_multiple_of(5)).then_some(mixed / 180 % 4 * 8),
        }
    }

    /// Idle units are so since 2019-01-01.
    fn idle(&self, past: bool) -> bool {
        self.idle && !past
    }

    fn record(&self, world: &mut World) {
        let name = NAMES.iter().find(|name| search_key(name) == self.name).unwrap();
        let idle = json!({ "IDLE": { "since": "2019-01-01", "reason": "MARKET" } });
        let mut more = json!({ "status": if self.idle { idle } else { json!("ACTIVE") } });
        if let Some(headcount) = self.headcount {
            more["headcount"] = json!(headcount);
        }
        world.sme(self.number, name, self.province, more);
    }
}

/// A filter, as it is asked and as it is meant.
#[derive(Clone, Debug)]
enum Filter {
    Province(Vec<usize>),
    Idle(bool),
    Headcount(Option<u64>, Option<u64>),
    HeadcountNull(bool),
    Contains(&'static str),
    StartsWith(&'static str),
    Numbers(Vec<u64>),
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
}

impl Filter {
    fn text(&self) -> String {
        let list = |all: &[Filter]| all.iter().map(Filter::text).collect::<Vec<_>>().join(", ");
        match self {
            Self::Province(all) => {
                let codes: Vec<&str> = all.iter().map(|one| PROVINCES[*one]).collect();
                format!("{{ province: {{ in: {} }} }}", json!(codes))
            }
            Self::Idle(idle) => {
                format!("{{ status: {{ eq: {} }} }}", if *idle { "IDLE" } else { "ACTIVE" })
            }
            Self::Headcount(from, to) => {
                format!("{{ headcount: {{ from: {}, to: {} }} }}", json!(from), json!(to))
            }
            Self::HeadcountNull(null) => format!("{{ headcount: {{ isNull: {null} }} }}"),
            Self::Contains(text) => format!("{{ name: {{ contains: \"{text}\" }} }}"),
            Self::StartsWith(text) => format!("{{ name: {{ startsWith: \"{text}\" }} }}"),
            Self::Numbers(numbers) => {
                let ids: Vec<String> = numbers.iter().map(|number| format!("{number:012}")).collect();
                format!("{{ businessId: {{ in: {} }} }}", json!(ids))
            }
            Self::And(all) => format!("{{ and: [{}] }}", list(all)),
            Self::Or(any) => format!("{{ or: [{}] }}", list(any)),
            Self::Not(filter) => format!("{{ not: {} }}", filter.text()),
        }
    }

    fn holds(&self, unit: &Unit, past: bool) -> bool {
        match self {
            Self::Province(all) => all.iter().any(|one| PROVINCES[*one] == unit.province),
            Self::Idle(idle) => *idle == unit.idle(past),
            Self::Headcount(None, None) => true,
            Self::Headcount(from, to) => unit.headcount.is_some_and(|count| {
                from.is_none_or(|from| from <= count) && to.is_none_or(|to| count <= to)
            }),
            Self::HeadcountNull(null) => unit.headcount.is_none() == *null,
            Self::Contains(text) => unit.name.contains(&search_key(text)),
            Self::StartsWith(text) => unit.name.starts_with(&search_key(text)),
            Self::Numbers(numbers) => numbers.contains(&unit.number),
            Self::And(all) => all.iter().all(|one| one.holds(unit, past)),
            Self::Or(any) => any.iter().any(|one| one.holds(unit, past)),
            Self::Not(filter) => !filter.holds(unit, past),
        }
    }
}

fn filters() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        prop::collection::vec(0..3_usize, 0..3).prop_map(Filter::Province),
        any::<bool>().prop_map(Filter::Idle),
        (prop::option::of(0..30_u64), prop::option::of(0..30_u64))
            .prop_map(|(from, to)| Filter::Headcount(from, to)),
        any::<bool>().prop_map(Filter::HeadcountNull),
        prop::sample::select(&["شرق", "آرد", "ارد شرقي", "د ج", "ن"][..]).prop_map(Filter::Contains),
        prop::sample::select(&["بسته بندي", "آرد", "خ"][..]).prop_map(Filter::StartsWith),
        prop::collection::vec(1..90_u64, 0..6).prop_map(Filter::Numbers),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

/// A key of an order: its field, and whether it descends.
type Key = (&'static str, bool);

fn orders() -> impl Strategy<Value = Vec<Key>> {
    let fields = vec!["NAME", "BUSINESS_ID", "REGISTERED_ON", "HEADCOUNT", "PROVINCE"];
    let fields = prop::sample::subsequence(fields, 1..4).prop_shuffle();
    (fields, prop::collection::vec(any::<bool>(), 3))
        .prop_map(|(fields, down)| fields.into_iter().zip(down).collect())
}

fn compare(one: &Unit, other: &Unit, keys: &[Key]) -> Ordering {
    let by = |field: &str| match field {
        "NAME" => one.name.cmp(&other.name),
        "HEADCOUNT" => one.headcount.cmp(&other.headcount),
        "PROVINCE" => one.province.cmp(other.province),
        "REGISTERED_ON" => Ordering::Equal,
        _ => one.number.cmp(&other.number),
    };
    let directed = |ordering: Ordering, down: bool| if down { ordering.reverse() } else { ordering };
    let last = keys.last().is_some_and(|(_, down)| *down);
    let keyed = keys.iter().map(|(field, down)| directed(by(field), *down));
    keyed.fold(Ordering::Equal, Ordering::then).then(directed(one.number.cmp(&other.number), last))
}

fn expected(units: &[Unit], filter: &Filter, keys: &[Key], past: bool) -> Vec<u64> {
    let mut held: Vec<&Unit> = units.iter().filter(|unit| filter.holds(unit, past)).collect();
    held.sort_by(|one, other| compare(one, other, keys));
    held.into_iter().map(|unit| unit.number).collect()
}

/// The arguments of a list, without those of its page.
fn arguments(filter: &Filter, keys: &[Key], past: bool) -> String {
    let key = |(field, down): &Key| {
        format!("{{ field: {field}, direction: {} }}", if *down { "DESC" } else { "ASC" })
    };
    let keys: Vec<String> = keys.iter().map(key).collect();
    let on = if past { "on: \"2018-12-31\"," } else { "" };
    format!("{on} filter: {}, orderBy: [{}]", filter.text(), keys.join(", "))
}

/// The numbers of the units of a page, whether more follow in its direction, and the cursor to go on from.
fn page(
    world: &World,
    list: &str,
    size: usize,
    cursor: Option<&str>,
    backward: bool,
) -> (Vec<u64>, bool, Value) {
    let (count, from) = if backward { ("last", "before") } else { ("first", "after") };
    let (more, edge) =
        if backward { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
    let cursor = cursor.map_or(String::new(), |cursor| format!(", {from}: \"{cursor}\""));
    let query = format!(
        "{{ smes({list}, {count}: {size} {cursor}) {{ totalCount nodes {{ businessId }} pageInfo {{ {more} {edge} }} }} }}"
    );
    let page = world.ask(&query)["smes"].clone();
    let nodes = page["nodes"].as_array().unwrap().iter();
    let numbers = nodes.map(|node| node["businessId"].as_str().unwrap().parse().unwrap()).collect();
    (numbers, page["pageInfo"][more] == true, page["pageInfo"][edge].clone())
}

#[test]
fn any_filter_in_any_order_pages_as_a_sort_of_the_whole() {
    let mut world = World::default();
    let units: Vec<Unit> = (1..=80).map(Unit::new).collect();
    units.iter().for_each(|unit| unit.record(&mut world));
    proptest!(ProptestConfig::with_cases(96), |(filter in filters(), keys in orders(), size in 1..40_usize, past: bool)| {
        let list = arguments(&filter, &keys, past);
        let expected = expected(&units, &filter, &keys, past);
        for backward in [false, true] {
            let mut found: Vec<u64> = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let (numbers, more, edge) = page(&world, &list, size, cursor.as_deref(), backward);
                if backward { found.splice(0..0, numbers); } else { found.extend(numbers); }
                prop_assert_eq!(more, found.len() < expected.len(), "{}", list);
                if !more { break; }
                cursor = edge.as_str().map(str::to_owned);
            }
            prop_assert_eq!(&found, &expected, "{}", list);
        }
    });
}

#[test]
fn a_cursor_goes_on_where_it_was_when_rows_were_added() {
    let mut world = World::default();
    let mut units: Vec<Unit> = (1..=30).map(|number| Unit::new(number * 2)).collect();
    units.iter().for_each(|unit| unit.record(&mut world));
    let filter = Filter::Or(vec![Filter::Idle(true), Filter::Not(Box::new(Filter::Province(vec![0])))]);
    let orders: [&[Key]; 4] = [
        &[("NAME", false)],
        &[("HEADCOUNT", true)],
        &[("PROVINCE", false), ("HEADCOUNT", true)],
        &[("HEADCOUNT", false), ("NAME", true), ("BUSINESS_ID", true)],
    ];
    let seen: Vec<(Vec<u64>, Value)> = orders
        .iter()
        .map(|keys| {
            let (numbers, _, cursor) = page(&world, &arguments(&filter, keys, false), 7, None, false);
            (numbers, cursor)
        })
        .collect();
    let added: Vec<Unit> = (0..30).map(|number| Unit::new(number * 2 + 1)).collect();
    added.iter().for_each(|unit| unit.record(&mut world));
    units.extend(added);
    for (keys, (numbers, cursor)) in orders.iter().zip(seen) {
        let last = units.iter().find(|unit| unit.number == numbers[6]).unwrap();
        let rest: Vec<Unit> =
            units.iter().filter(|unit| compare(unit, last, keys).is_gt()).cloned().collect();
        let list = arguments(&filter, keys, false);
        let (next, ..) = page(&world, &list, 100, cursor.as_str(), false);
        assert_eq!(next, expected(&rest, &filter, keys, false), "{keys:?}");
    }
}
