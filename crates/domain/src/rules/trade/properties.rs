//! What holds after any sequence of commands, accepted or not.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::samples::*;
use super::{closed_on, may_export, ready};
use crate::envelope::{EntityId, Event, Position};
use crate::export::{ExportDetails, ExportEvent, Party};
use crate::rejection::{Code, Coded};
use crate::testing::Given;
use crate::value::{Date, ExportId, ItemNumber, Usd};
use crate::{Command, EventData, State};

/// What a step asks, by small numbers: `a` and `b` name units, consortiums and companies, `on` a day.
#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    a: usize,
    b: usize,
    on: Date,
    pick: usize,
    cents: i64,
}

fn step() -> impl Strategy<Value = Step> {
    (0..KINDS, 1..6_usize, 1..6_usize, 0..60, 0..12_usize, 1..60_000_000_i64).prop_map(
        |(kind, a, b, days, pick, cents)| Step {
            kind,
            a,
            b,
            on: day(2019, 3, 1).plus_days(days),
            pick,
            cents,
        },
    )
}

const KINDS: u8 = 24;

/// Five units, two consortiums, of which one has three members, and two companies with a client each.
fn market() -> Given {
    units().given([
        form(1, &[1, 2], day(2019, 3, 1)),
        admit(1, 3, false, day(2019, 3, 2)),
        form(2, &[], day(2019, 3, 10)),
        consent(1, day(2017, 1, 1)),
        consent(2, day(2019, 3, 5)),
        grant(1, 1, day(2019, 3, 1), None),
        grant(2, 2, day(2019, 3, 20), Some(day(2019, 4, 20))),
    ])
}

fn command(state: &State, history: &[(Position, EntityId)], step: &Step) -> Option<Command> {
    let Step { kind, a, b, on, pick, cents } = *step;
    let (group, company) = (a.div_ceil(3), b.div_ceil(3));
    let fact = |entity: EntityId| {
        let mut facts = history.iter().rev().filter(|(_, of)| *of == entity).map(|(position, _)| *position);
        facts.nth(pick % 6)
    };
    let newest = || state.exports.iter().rev().nth(pick % 4).map(|export| export.id);
    let details = |exporter| ExportDetails {
        item: ItemNumber::new(pick as u16 + 1).expect("from 1 to 12"),
        value_usd: Usd::from_cents(cents),
        consortium: (pick % 3 == 0).then(|| consortium(group)),
        ..declared(exporter, 1 + a as u32, on)
    };
    let of_consortium = || fact(EntityId::Consortium(state.consortiums.find(&consortium(group))?.id));
    let of_company = || fact(EntityId::Emc(state.emcs.find(&emc(company))?.id));
    let of_unit = || fact(EntityId::Sme(state.smes.find(&unit(a))?.id));
    Some(match kind {
        0 | 1 => admit(group, b, cents % 2 == 0, on),
        2 | 3 => release(group, b, on),
        4 | 5 => constitute(group, on),
        6 => start(group, on),
        7 if pick == 0 => dissolve(group, on),
        7 | 8 => void_consortium_fact(group, of_consortium()?),
        9 | 10 => grant(company, a, on, (pick > 6).then(|| on.plus_days(10))),
        11 => end_mandate(company, a, on),
        12 if pick < 3 => withdraw(company, on),
        12 | 13 => void_emc_fact(company, of_company()?),
        14..=16 => record(details(by_unit(a))),
        17 | 18 => record(details(by_emc(company, (pick > 3).then_some(a)))),
        19 => correct(newest()?, details(by_unit(b))),
        20 => void_export(newest()?),
        21 if pick < 2 => close(a, on),
        21 => idle(a, on),
        22 => void_unit_fact(a, of_unit()?),
        _ => redate_unit_fact(a, of_unit()?, on),
    })
}

/// The findings that judging every fact anew tells.
fn all_judged(state: &State) -> BTreeMap<Position, Code> {
    let mut broken = BTreeMap::new();
    for export in state.exports.iter().filter(|export| !export.voided) {
        let judged = may_export(state, export.sme, export.emc, export.consortium, export.on);
        broken.extend(judged.err().map(|rejection| (export.position, rejection.code())));
    }
    for consortium in state.consortiums.iter() {
        for member in consortium.memberships() {
            let closed = closed_on(state, member.sme, member.joined);
            broken.extend(closed.then_some((member.position, Code::UnitClosed)));
        }
        for (on, position) in consortium.constitutions() {
            let judged = ready(state, consortium, on, "");
            broken.extend(judged.err().map(|rejection| (position, rejection.code())));
        }
    }
    for mandate in state.emcs.iter().flat_map(|emc| emc.mandates()) {
        let closed = closed_on(state, mandate.sme, mandate.from);
        broken.extend(closed.then_some((mandate.position, Code::UnitClosed)));
    }
    broken
}

fn found(state: &State) -> BTreeMap<Position, Code> {
    state.findings.iter().map(|finding| (finding.fact, finding.rule)).collect()
}

/// A unit is in one consortium a day (all of them export one product group), and there once.
fn members_are_distinct(state: &State) {
    for days in 0..60 {
        let on = day(2019, 3, 1).plus_days(days);
        let mut members: Vec<_> =
            state.consortiums.iter().flat_map(|c| c.members_on(on)).map(|member| member.sme).collect();
        members.sort();
        let count = members.len();
        members.dedup();
        assert_eq!(members.len(), count, "on {on}");
    }
}

/// What units and companies exported, from any day on, is the sum of the records that are not voided.
fn sums_are_those_of_the_records(state: &State, events: &[Event]) {
    let mut records: BTreeMap<ExportId, (Vec<Party>, Date, Usd)> = BTreeMap::new();
    for event in events {
        let (EntityId::Export(id), EventData::Export(data)) = (event.entity, &event.data) else { continue };
        match data {
            ExportEvent::ExportVoided(_) => drop(records.remove(&id)),
            ExportEvent::ExportRecorded(_) | ExportEvent::ExportCorrected(_) => {
                let facts = facts(event);
                let sme = facts.sme.map(Party::Sme);
                let parties = sme.into_iter().chain(facts.emc.map(Party::Emc));
                let parties = parties.chain(facts.consortium.map(Party::Consortium));
                records.insert(id, (parties.collect(), event.effective, facts.value_usd));
            }
        }
    }
    let smes = (1..=5).map(|number| state.smes.find(&unit(number)).expect("five units").id).map(Party::Sme);
    let emcs = state.emcs.iter().map(|emc| Party::Emc(emc.id));
    let consortiums = state.consortiums.iter().map(|consortium| Party::Consortium(consortium.id));
    for party in smes.chain(emcs).chain(consortiums) {
        let of_party: Vec<_> = records.values().filter(|(parties, ..)| parties.contains(&party)).collect();
        let days = of_party.iter().flat_map(|(_, on, _)| [*on, on.plus_days(1)]).chain([Date::MIN]);
        for from in days {
            let dated = of_party.iter().filter(|(_, on, _)| *on >= from);
            let expected: Usd = dated.map(|(.., value)| *value).sum();
            let told = state.exports.of(party, from).map(|export| export.value_usd).sum::<Usd>();
            assert_eq!(told, expected, "{party:?} from {from}");
        }
    }
}

fn answers(state: &State) -> String {
    let exports: Vec<_> = state.exports.iter().collect();
    let consortiums: Vec<_> = state.consortiums.iter().collect();
    let emcs: Vec<_> = state.emcs.iter().collect();
    format!("{exports:?} {consortiums:?} {emcs:?} {:?}", state.findings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_record_stays_sound(steps in prop::collection::vec(step(), 1..70)) {
        let mut given = market();
        let mut commands: Vec<Vec<Event>> = Vec::new();
        let mut history = Vec::new();
        for step in &steps {
            let Some(command) = command(&given.state, &history, step) else { continue };
            // A clone that is kept makes every change copy what it touches, as the ledger's do.
            let before = given.state.clone();
            match given.when(command) {
                Ok(events) => {
                    history.extend((before.position + 1..).zip(events.iter().map(|event| event.entity)));
                    commands.push(events);
                }
                Err(rejection) => prop_assert!(!rejection.message.is_empty()),
            }
            prop_assert_eq!(found(&given.state), all_judged(&given.state));
            drop(before);
        }
        members_are_distinct(&given.state);
        sums_are_those_of_the_records(&given.state, &commands.concat());

        let mut replayed = market();
        for events in commands {
            replayed.record(events);
        }
        prop_assert_eq!(answers(&given.state), answers(&replayed.state));
    }
}
