//! What a state adds up to: counts on a day, sums over days.

use std::collections::{BTreeMap, BTreeSet};

use daftar_domain::State;
use daftar_domain::consortium::Phase;
use daftar_domain::research;
use daftar_domain::sme::OperatingStatus;
use daftar_domain::value::{Date, Period, SolarMonth};
use rust_decimal::Decimal;

/// Figures by name, in the order of their names.
pub type Figures = BTreeMap<String, Decimal>;

/// The figures of a state: statuses on a day, exports and trainings of a period (of all time when none is given).
pub fn figures(state: &State, on: Date, period: Option<Period>) -> Figures {
    let mut figures = Figures::new();
    let mut count = |name: String, more: Decimal| *figures.entry(name).or_default() += more;
    let one = Decimal::ONE;
    for sme in state.smes.iter() {
        let Some(status) = sme.status_on(on) else { continue };
        count(format!("units, {}", of(status)), one);
        match status {
            OperatingStatus::Active | OperatingStatus::SemiActive => {
                count("units: active".to_owned(), one);
                count("units: total".to_owned(), one);
            }
            OperatingStatus::Idle | OperatingStatus::InRevival => {
                count("units: idle".to_owned(), one);
                count("units: total".to_owned(), one);
            }
            OperatingStatus::UnderConstruction | OperatingStatus::Closed | OperatingStatus::Merged => {}
        }
    }
    let parks = state.parks.iter().filter(|park| park.established <= on).count();
    count("parks".to_owned(), parks.into());
    let operating = |phase: Option<Phase>| phase == Some(Phase::Operating);
    let consortiums =
        state.consortiums.iter().filter(|consortium| operating(consortium.phase_on(on))).count();
    count("consortiums: operating".to_owned(), consortiums.into());
    let emcs = state.emcs.iter().filter(|emc| emc.consent_on(on)).count();
    count("export management companies: consent in force".to_owned(), emcs.into());
    let mut exporting = BTreeSet::new();
    for export in state.exports.iter().filter(|export| !export.voided) {
        if !period.is_none_or(|period| period.contains(export.on)) {
            continue;
        }
        exporting.extend(export.sme);
        let usd = Decimal::new(export.value_usd.cents(), 2);
        count("exports: records".to_owned(), one);
        count("exports: USD".to_owned(), usd);
        count(format!("exports in {}: USD", SolarMonth::of(export.on)), usd);
    }
    count("units: exporting".to_owned(), exporting.len().into());
    for training in state.trainings.iter() {
        let held = training.held().filter(|held| period.is_none_or(|period| period.contains(*held)));
        if let Some(held) = held {
            count("trainings: held".to_owned(), one);
            count("trainings: participants".to_owned(), training.enrolled_on(held).count().into());
        }
    }
    let under_way = |phase: Option<research::Phase>| phase == Some(research::Phase::Approved);
    let projects = state.researches.iter().filter(|project| under_way(project.phase_on(on))).count();
    count("research projects: under way".to_owned(), projects.into());
    figures
}

fn of(status: OperatingStatus) -> &'static str {
    match status {
        OperatingStatus::UnderConstruction => "UNDER_CONSTRUCTION",
        OperatingStatus::Active => "ACTIVE",
        OperatingStatus::SemiActive => "SEMI_ACTIVE",
        OperatingStatus::Idle => "IDLE",
        OperatingStatus::InRevival => "IN_REVIVAL",
        OperatingStatus::Closed => "CLOSED",
        OperatingStatus::Merged => "MERGED",
    }
}
