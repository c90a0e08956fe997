//! What holds after any sequence of commands, told from the events apart from the state.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::{DAYS, first_day};
use crate::envelope::{EntityId, Event};
use crate::export::{ExportEvent, Party};
use crate::period::PeriodEvent;
use crate::sme::{OperatingStatus, Tenure};
use crate::value::{Date, ExportId, SmeId, SolarMonth, Usd};
use crate::{EventData, State};

fn days() -> impl Iterator<Item = Date> {
    (0..DAYS).step_by(7).map(|offset| first_day().plus_days(offset))
}

/// Everything that must hold.
pub fn hold(state: &State, events: &[Event]) {
    units_have_one_status(state);
    plots_lie_within_their_parks(state);
    members_are_distinct(state);
    versions_count_the_events(state, events);
    sums_are_those_of_the_records(state, events);
    closed_periods_change_by_restatement_only(state, events);
    statements_stand_once(state);
    courses_are_never_overbooked(state);
    payments_stay_within_budgets(state);
}

fn units_have_one_status(state: &State) {
    for sme in state.smes.iter() {
        assert_eq!(sme.history().judge(), Ok(()), "{:?}", sme.id);
        let open = state.revivals.open_case(sme.id);
        assert_eq!(sme.history().last().case_open(), open.is_some(), "{:?}", sme.id);
        let changes: Vec<_> = sme.history().statuses().collect();
        assert!(changes.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
        let closed = changes.iter().position(|change| change.2 == OperatingStatus::Closed);
        assert!(closed.is_none_or(|closed| closed + 1 == changes.len()), "closed is final: {changes:?}");
    }
    for on in days() {
        let with_a_status = state.smes.iter().filter(|sme| sme.status_on(on).is_some()).count();
        let of = |status| state.smes.iter().filter(|sme| sme.status_on(on) == Some(status)).count();
        use OperatingStatus::*;
        let sum: usize = [UnderConstruction, Active, SemiActive, Idle, InRevival, Closed, Merged]
            .into_iter()
            .map(of)
            .sum();
        assert_eq!(sum, with_a_status, "counts by status add up on {on}");
    }
}

fn plots_lie_within_their_parks(state: &State) {
    let mut held = BTreeSet::new();
    for sme in state.smes.iter() {
        if let Some(Tenure { park, plot, .. }) = sme.holding() {
            assert!(held.insert((park, plot.clone())), "{plot} of {park:?} has one holder");
        }
    }
    for park in state.parks.iter() {
        let of_park = held.iter().filter(|(of, _)| *of == park.id).count();
        assert!(of_park as u32 <= park.allotted() && park.allotted() <= park.plots(), "{park:?}");
    }
}

fn members_are_distinct(state: &State) {
    for on in days() {
        let mut seen = BTreeSet::new();
        for consortium in state.consortiums.iter() {
            for member in consortium.members_on(on) {
                assert!(seen.insert((consortium.product_group, member.sme)), "{:?} on {on}", member.sme);
            }
        }
    }
}

/// Every entity has as many events as the log has of it, and every one of them is found by what names it.
fn versions_count_the_events(state: &State, events: &[Event]) {
    let mut counts: BTreeMap<EntityId, u32> = BTreeMap::new();
    events.iter().for_each(|event| *counts.entry(event.entity).or_default() += 1);
    for (entity, count) in counts {
        assert_eq!(state.version(entity), count, "{entity}");
    }
}

/// What stands of the exports, as the events tell.
fn standing(events: &[Event]) -> BTreeMap<ExportId, (Date, Vec<Party>, Usd)> {
    let mut records = BTreeMap::new();
    for event in events {
        let (EntityId::Export(id), EventData::Export(data)) = (event.entity, &event.data) else { continue };
        let facts = match data {
            ExportEvent::ExportVoided(_) => {
                records.remove(&id);
                continue;
            }
            ExportEvent::ExportRecorded(recorded) => &recorded.0,
            ExportEvent::ExportCorrected(corrected) => &corrected.0,
        };
        let parties =
            [facts.sme.map(Party::Sme), facts.emc.map(Party::Emc), facts.consortium.map(Party::Consortium)];
        records.insert(id, (event.effective, parties.into_iter().flatten().collect(), facts.value_usd));
    }
    records
}

fn sums_are_those_of_the_records(state: &State, events: &[Event]) {
    let records = standing(events);
    let all: Usd = state.exports.iter().filter(|export| !export.voided).map(|export| export.value_usd).sum();
    assert_eq!(all, records.values().map(|(.., value)| *value).sum());
    let smes = state.smes.iter().map(|sme| Party::Sme(sme.id));
    let emcs = state.emcs.iter().map(|emc| Party::Emc(emc.id));
    let consortiums = state.consortiums.iter().map(|consortium| Party::Consortium(consortium.id));
    for party in smes.chain(emcs).chain(consortiums) {
        let expected: Usd =
            records.values().filter(|(_, of, _)| of.contains(&party)).map(|(.., value)| *value).sum();
        assert_eq!(
            state.exports.of(party, Date::MIN).map(|export| export.value_usd).sum::<Usd>(),
            expected,
            "{party:?}"
        );
    }
}

/// The sum of a month that is closed is what it was then, but for what was restated.
fn closed_periods_change_by_restatement_only(state: &State, events: &[Event]) {
    for closing in state.periods.iter() {
        let of_closing = |event: &Event| event.entity == EntityId::Closing(closing.id);
        let closed = events.iter().position(|event| {
            of_closing(event) && matches!(event.data, EventData::Period(PeriodEvent::PeriodClosed(_)))
        });
        let closed = closed.expect("a closing is recorded");
        let sum = |records: &BTreeMap<ExportId, (Date, Vec<Party>, Usd)>| -> Usd {
            records.values().filter(|(on, ..)| closing.days.contains(*on)).map(|(.., value)| *value).sum()
        };
        let concerns = |event: &Event| event.refs.contains(&EntityId::Closing(closing.id));
        let restated: BTreeSet<EntityId> =
            events.iter().filter(|event| concerns(event)).map(|event| event.entity).collect();
        let untouched = |records: BTreeMap<ExportId, (Date, Vec<Party>, Usd)>| {
            let kept = records.into_iter().filter(|(id, _)| !restated.contains(&EntityId::Export(*id)));
            sum(&kept.collect())
        };
        assert_eq!(untouched(standing(&events[..closed])), untouched(standing(events)), "{closing:?}");
    }
}

fn statements_stand_once(state: &State) {
    let mut said = BTreeSet::new();
    for statement in state.statements.iter().filter(|statement| !statement.voided) {
        let text = serde_json::to_string(statement.details()).expect("it has only string keys");
        assert!(said.insert(text), "{:?} says what another one says", statement.id);
        assert_eq!(state.statements.saying(statement.details()).map(|found| found.id), Some(statement.id));
    }
}

fn courses_are_never_overbooked(state: &State) {
    for training in state.trainings.iter() {
        for on in days() {
            let enrolled: Vec<_> = training.enrolled_on(on).map(|enrolment| enrolment.participant).collect();
            assert!(enrolled.len() <= usize::from(training.seats_on(on)), "{:?} on {on}", training.id);
            assert_eq!(enrolled.iter().collect::<BTreeSet<_>>().len(), enrolled.len(), "{:?}", training.id);
        }
        for participant in training.certified_on(Date::MAX) {
            let hours = training.attended(participant, Date::MAX);
            assert!(hours.is_some_and(|hours| hours.hours() >= 15), "{participant:?} of {:?}", training.id);
        }
    }
}

fn payments_stay_within_budgets(state: &State) {
    for research in state.researches.iter() {
        for on in days().chain([Date::MAX]) {
            let budget = research.budget_on(on).map(|budget| budget.amount()).unwrap_or_default();
            assert!(research.paid_until(on) <= budget, "{:?} on {on}", research.id);
        }
    }
}

/// Everything that rules may ask of a state.
pub fn answers(state: &State) -> String {
    let smes: Vec<_> = state
        .smes
        .iter()
        .map(|sme| {
            let days: Vec<_> = days().map(|on| (sme.status_on(on), sme.can_export_on(on))).collect();
            format!("{:?} {} {:?} {:?} {days:?}", sme.id, sme.version, sme.site, sme.holding())
        })
        .collect();
    let months: Vec<_> = days().map(|on| (SolarMonth::of(on), state.periods.is_closed(on))).collect();
    format!(
        "{} {smes:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {months:?} {:?}",
        state.position,
        state.parks.iter().collect::<Vec<_>>(),
        state.consortiums.iter().collect::<Vec<_>>(),
        state.emcs.iter().collect::<Vec<_>>(),
        state.exports.iter().collect::<Vec<_>>(),
        state.smes.iter().map(|sme| state.revivals.open_case(sme.id)).collect::<Vec<_>>(),
        state.trainings.iter().collect::<Vec<_>>(),
        state.researches.iter().collect::<Vec<_>>(),
        state.statements.iter().collect::<Vec<_>>(),
        state.periods.iter().collect::<Vec<_>>(),
        state.findings,
    )
}

/// What does not depend on the order in which independent facts were recorded: counts, and sums by what people know
/// things by.
pub fn totals(state: &State) -> String {
    let days: Vec<_> = days().collect();
    let unit = |id: SmeId| state.smes.get(id).map(|sme| sme.business_id);
    let statuses: BTreeMap<_, _> = state
        .smes
        .iter()
        .map(|sme| (sme.business_id, days.iter().map(|on| sme.status_on(*on)).collect::<Vec<_>>()))
        .collect();
    let mut exports: BTreeMap<_, Usd> = BTreeMap::new();
    for export in state.exports.iter().filter(|export| !export.voided) {
        *exports.entry((export.sme.and_then(unit), export.on)).or_default() += export.value_usd;
    }
    let parks: BTreeSet<_> =
        state.parks.iter().map(|park| (park.established, park.plots(), park.allotted())).collect();
    let statements: BTreeSet<_> = state
        .statements
        .iter()
        .filter(|statement| !statement.voided)
        .map(|statement| serde_json::to_string(statement.details()).expect("it has only string keys"))
        .collect();
    format!("{statuses:?} {exports:?} {parks:?} {statements:?}")
}
